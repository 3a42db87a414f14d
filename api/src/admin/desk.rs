//! The desk: how much work there is, who has a conversation, and how a customer asks for a person.

use super::openapi::Tag;
use crate::bearer::Bearer;
use crate::body::Body;
use crate::dialects::crm::rest::{ConversationObject, NamedPerson};
use crate::problem::Problem;
use crate::wire::params::PathText;
use accounts::users::Named;
use app::App;
use chat::conversations::{self, Counts, WorkCounts};
use desk::work;
use kernel::error::Error;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::types::{Example, MaybeUndefined};
use poem_openapi::{Object, OpenApi};
use serde::Deserialize;

pub(super) struct DeskApi(pub App);

#[OpenApi(prefix_path = "/api/chat/conversations", tag = "Tag::Desk")]
impl DeskApi {
    /// Count the work
    ///
    /// Customers' conversations and tickets that the caller may see, by status. Agents and admins.
    #[oai(path = "/counts", method = "get", operation_id = "count_conversations")]
    async fn counts(&self, caller: Bearer) -> Result<Json<ConversationCountsObject>, Problem> {
        Ok(Json(conversations::counts(&self.0, &caller.0).await?.into()))
    }

    /// Claim a conversation
    ///
    /// The caller has it from now on, takes part, and the bot is off. Of two at once one gets it; the other gets 409
    /// `already_claimed` with `claimed_by`. Agents and admins.
    #[oai(path = "/:id/claim", method = "post", operation_id = "claim_conversation")]
    async fn claim(
        &self,
        caller: Bearer,
        /// The conversation's id.
        id: Path<PathText>,
    ) -> Result<Json<ConversationObject>, Problem> {
        let id = id.0.conversation(&self.0).await?;
        let claimed = work::claim(&self.0, &caller.0, id).await?;
        Ok(Json(ConversationObject::new(claimed, &self.0, Some(caller.0.id))))
    }

    /// Assign a conversation
    ///
    /// To an agent or admin who may see it, whoever had it before, or to nobody any more. Agents and admins.
    #[oai(path = "/:id/assign", method = "post", operation_id = "assign_conversation")]
    async fn assign(
        &self,
        caller: Bearer,
        /// The conversation's id.
        id: Path<PathText>,
        body: Body<AssignBody>,
    ) -> Result<Json<ConversationObject>, Problem> {
        let id = id.0.conversation(&self.0).await?;
        let to: Option<Named> = match body.0.assignee_id {
            MaybeUndefined::Undefined => {
                return Err(Error::invalid("assignee_id", "This field is required.").into());
            }
            MaybeUndefined::Null => None,
            MaybeUndefined::Value(person) => Some(person.into()),
        };
        let assigned = work::assign(&self.0, &caller.0, id, to.as_ref()).await?;
        Ok(Json(ConversationObject::new(
            assigned,
            &self.0,
            Some(caller.0.id),
        )))
    }

    /// Hand a customer back to the bot
    ///
    /// Nobody has the conversation any more, it is open, and the bot answers. Agents and admins; only in a customer's own
    /// conversation.
    #[oai(
        path = "/:id/hand-back",
        method = "post",
        operation_id = "hand_back_conversation"
    )]
    async fn hand_back(
        &self,
        caller: Bearer,
        /// The conversation's id.
        id: Path<PathText>,
    ) -> Result<Json<ConversationObject>, Problem> {
        let id = id.0.conversation(&self.0).await?;
        let handed = work::hand_back(&self.0, &caller.0, id).await?;
        Ok(Json(ConversationObject::new(handed, &self.0, Some(caller.0.id))))
    }

    /// Ask for a person
    ///
    /// The conversation is `pending` until somebody of the company comes; agents and admins are told. Nothing happens
    /// where a person was asked for or is there already. Who takes part may ask.
    #[oai(path = "/:id/handoff", method = "post", operation_id = "request_handoff")]
    async fn handoff(
        &self,
        caller: Bearer,
        /// The conversation's id.
        id: Path<PathText>,
    ) -> Result<Json<ConversationObject>, Problem> {
        let id = id.0.conversation(&self.0).await?;
        let waiting = work::handoff(&self.0, &caller.0, id).await?;
        Ok(Json(ConversationObject::new(waiting, &self.0, Some(caller.0.id))))
    }
}

/// Who is to have a conversation.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "AssignConversation", example)]
pub struct AssignBody {
    /// The id or username of an agent or admin who may see it; `null`: nobody any more.
    #[serde(default)]
    pub assignee_id: MaybeUndefined<NamedPerson>,
}

impl Example for AssignBody {
    fn example() -> Self {
        Self {
            assignee_id: MaybeUndefined::Value(NamedPerson::new("2")),
        }
    }
}

/// How many there are by status.
#[derive(Object, Clone, Debug, PartialEq, Eq)]
#[oai(rename = "StatusCounts")]
pub struct StatusCountsObject {
    pub open: u64,
    pub pending: u64,
    pub snoozed: u64,
    pub resolved: u64,
}

impl From<Counts> for StatusCountsObject {
    fn from(counts: Counts) -> Self {
        Self {
            open: counts.open,
            pending: counts.pending,
            snoozed: counts.snoozed,
            resolved: counts.resolved,
        }
    }
}

/// How many customers' conversations and tickets there are.
#[derive(Object, Clone, Debug, PartialEq, Eq)]
#[oai(rename = "ConversationCounts")]
pub struct ConversationCountsObject {
    /// The caller's own.
    pub mine: StatusCountsObject,
    /// Nobody's.
    pub unassigned: StatusCountsObject,
    /// All that the caller may see.
    pub all: StatusCountsObject,
}

impl From<WorkCounts> for ConversationCountsObject {
    fn from(counts: WorkCounts) -> Self {
        Self {
            mine: counts.mine.into(),
            unassigned: counts.unassigned.into(),
            all: counts.all.into(),
        }
    }
}
