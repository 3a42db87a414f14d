//! Conversations: listing, beginning, reading, changing them.

use crate::bearer::Bearer;
use crate::body::Body;
use crate::dialects::crm::openapi::Tag;
use crate::dialects::crm::rest::{
    self, BotSwitch, ChangesObject, ConversationKind, ConversationObject, ConversationPage,
    ConversationStatus, CreateConversationBody, MessageObject, PriorityWord, UpdateConversationBody,
    ViewWord,
};
use crate::problem::Problem;
use crate::wire::params::{Count, Number, PathText, given};
use app::App;
use chat::conversations::{self, CreateConversation, Cursor};
use chat::messages::{self, Page};
use chrono::DateTime;
use desk::work;
use desk::work::ChangeWork;
use desk::work::UpdateConversation;
use entity::{LabelId, UserId};
use kernel::error::Error;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};
use std::time::Duration;

/// Messages that come with a conversation.
const NEWEST: u64 = 50;

pub(super) struct ConversationsApi(pub App);

#[derive(ApiResponse)]
enum Begun {
    /// The conversation.
    #[oai(status = 201)]
    Created(Json<ConversationObject>),
}

#[OpenApi(prefix_path = "/api/chat/conversations", tag = "Tag::Conversations")]
impl ConversationsApi {
    /// List conversations
    ///
    /// Those that the caller may see, newest activity first.
    #[oai(path = "/", method = "get", operation_id = "list_conversations")]
    #[allow(clippy::too_many_arguments, reason = "each is a query parameter")]
    async fn list(
        &self,
        caller: Bearer,
        /// A part of the title; for agents and admins also of the customer's name.
        search: Query<Option<String>>,
        /// Only those with this status.
        status: Query<Option<ConversationStatus>>,
        /// Whose work; `all` unless given. This and the next four: agents and admins.
        view: Query<Option<ViewWord>>,
        /// Only those with the label of this id.
        label: Query<Option<Number<1, { i64::MAX }>>>,
        /// Only those of this priority.
        priority: Query<Option<PriorityWord>>,
        /// Only those of this kind.
        kind: Query<Option<ConversationKind>>,
        /// Only those in which the user of this id takes part.
        participant: Query<Option<Number<1, { i64::MAX }>>>,
        /// `next` or `previous` of another page.
        cursor: Query<Option<String>>,
        /// How many; 20 unless given, 100 at most.
        limit: Query<Option<Number<1, 100>>>,
    ) -> Result<Json<ConversationPage>, Problem> {
        let query = conversations::Query {
            search: given(search.0),
            status: status.0.map(Into::into),
            view: view.0.map(Into::into),
            label: label.0.map(|id| LabelId(id.0)),
            priority: priority.0.map(Into::into),
            kind: kind.0.map(Into::into),
            participant: participant.0.map(|id| UserId(id.0)),
            cursor: given(cursor.0)
                .map(|cursor| Cursor::decode(&cursor))
                .transpose()?,
            limit: limit.0.map_or(20, Number::unsigned),
        };
        let listed = conversations::list(&self.0, &caller.0, query).await?;
        Ok(Json(ConversationPage::new(listed, &self.0, caller.0.id)))
    }

    /// Begin a conversation
    ///
    /// Alone, the caller gets the bot; with one other a direct talk, with more a group. The first participant who does
    /// not exist is named in a 404.
    #[oai(path = "/", method = "post", operation_id = "create_conversation")]
    async fn create(&self, caller: Bearer, body: Body<CreateConversationBody>) -> Result<Begun, Problem> {
        let begun = conversations::create(&self.0, &caller.0, body.0.into()).await?;
        Ok(Begun::Created(Json(ConversationObject::new(
            begun,
            &self.0,
            Some(caller.0.id),
        ))))
    }

    /// A conversation
    ///
    /// As the caller sees it, with its last 50 messages.
    #[oai(path = "/:id", method = "get", operation_id = "get_conversation")]
    async fn get(
        &self,
        caller: Bearer,
        /// The conversation's id.
        id: Path<PathText>,
    ) -> Result<Json<ConversationObject>, Problem> {
        let id = id.0.conversation(&self.0).await?;
        let found = conversations::get(&self.0, &caller.0, id).await?;
        let newest = messages::list(&self.0, &caller.0, id, Page::Last, NEWEST).await?;
        Ok(Json(ConversationObject {
            messages: Some(rest::messages(&newest, &self.0, caller.0.id)),
            ..ConversationObject::new(found, &self.0, Some(caller.0.id))
        }))
    }

    /// Change a conversation
    ///
    /// Renames it, archives it, or switches its bot: its owner, agents and admins. Changes its status, priority and labels:
    /// agents and admins. A ticket's status follows the ticket's own rules.
    #[oai(path = "/:id", method = "patch", operation_id = "update_conversation")]
    async fn update(
        &self,
        caller: Bearer,
        /// The conversation's id.
        id: Path<PathText>,
        body: Body<UpdateConversationBody>,
    ) -> Result<Json<ConversationObject>, Problem> {
        let id = id.0.conversation(&self.0).await?;
        let changed = work::update(&self.0, &caller.0, id, change(body.0)?).await?;
        Ok(Json(ConversationObject::new(changed, &self.0, Some(caller.0.id))))
    }

    /// A conversation's messages
    ///
    /// Oldest first: from the oldest by `limit` and `offset`, or the `last` ones, or those before or after a `seq`.
    #[oai(path = "/:id/messages", method = "get", operation_id = "list_messages")]
    #[allow(clippy::too_many_arguments, reason = "each is a query parameter")]
    async fn messages(
        &self,
        caller: Bearer,
        /// The conversation's id.
        id: Path<PathText>,
        /// How many; 50 unless given, 200 at most.
        limit: Query<Option<Number<1, 200>>>,
        /// How many of the oldest to skip.
        offset: Query<Option<Count>>,
        /// So many of the newest, 200 at most.
        last: Query<Option<Number<1, 200>>>,
        /// The newest ones before this `seq`.
        before_seq: Query<Option<Count>>,
        /// The oldest ones after this `seq`.
        after_seq: Query<Option<Count>>,
    ) -> Result<Json<Vec<MessageObject>>, Problem> {
        let id = id.0.conversation(&self.0).await?;
        let page = match (last.0, before_seq.0, after_seq.0, offset.0) {
            (Some(_), ..) => Page::Last,
            (_, Some(seq), ..) => Page::Before(seq.0),
            (_, _, Some(seq), _) => Page::After(seq.0),
            (.., offset) => Page::Offset(offset.map_or(0, Number::unsigned)),
        };
        let limit = last.0.or(limit.0).map_or(50, Number::unsigned);
        let found = messages::list(&self.0, &caller.0, id, page, limit).await?;
        Ok(Json(rest::messages(&found, &self.0, caller.0.id)))
    }

    /// What changed in a conversation
    ///
    /// Every message created or changed after the revision `since`, in `rev` order, each once in its present state, 500
    /// at most. With `wait` the answer is held back until something changes. For clients whose sockets are blocked.
    #[oai(path = "/:id/changes", method = "get", operation_id = "list_changes")]
    async fn changes(
        &self,
        caller: Bearer,
        /// The conversation's id.
        id: Path<PathText>,
        /// The `rev` of the last answer; 0 unless given.
        since: Query<Option<Count>>,
        /// Seconds to wait for a change; 0 unless given, 30 at most.
        wait: Query<Option<Number<0, 30>>>,
    ) -> Result<Json<ChangesObject>, Problem> {
        let id = id.0.conversation(&self.0).await?;
        let since = since.0.map_or(0, |rev| rev.0);
        let wait = Duration::from_secs(wait.0.map_or(0, Number::unsigned));
        let changes = tokio::select! {
            changes = messages::changes(&self.0, &caller.0, id, since, wait) => changes?,
            () = self.0.shutdown.cancelled(), if !wait.is_zero() => {
                messages::changes(&self.0, &caller.0, id, since, Duration::ZERO).await?
            }
        };
        Ok(Json(ChangesObject::new(&changes, &self.0, caller.0.id)))
    }
}

impl From<CreateConversationBody> for CreateConversation {
    fn from(body: CreateConversationBody) -> Self {
        let participants = body.participant_ids.unwrap_or_default();
        Self {
            title: given(body.title).or(given(body.name)),
            description: given(body.description),
            is_group: body.is_group.unwrap_or_default(),
            participants: participants.into_iter().map(Into::into).collect(),
        }
    }
}

fn change(body: UpdateConversationBody) -> Result<UpdateConversation, Error> {
    let snoozed_until = given(body.snoozed_until).map(|text| match DateTime::parse_from_rfc3339(&text) {
        Ok(at) => Ok(at.to_utc()),
        Err(_) => Err(Error::invalid(
            "snoozed_until",
            "Must be a time such as 2026-01-31T12:00:00Z",
        )),
    });
    Ok(UpdateConversation {
        bot_on: body.bot.map(|switch| switch == BotSwitch::On),
        title: body.title,
        is_archived: body.is_archived,
        work: ChangeWork {
            status: body.status.map(Into::into),
            snoozed_until: snoozed_until.transpose()?,
            priority: body.priority.map(Into::into),
            labels: body.label_ids.map(rest::label_ids),
        },
    })
}
