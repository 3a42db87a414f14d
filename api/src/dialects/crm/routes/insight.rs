//! What agents see beside a conversation: the customer, how the bot came to its answers, what could be answered.

use super::params::PathText;
use crate::bearer::Bearer;
use crate::body::Body;
use crate::dialects::crm::rest::{
    AskBody, CustomerObject, SuggestedAnswerObject, TracedAnswerObject, TriedAnswerObject,
};
use crate::docs::Tag;
use crate::problem::Problem;
use poem_openapi::OpenApi;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use shared::core::Core;
use shared::{conversations, replies};

pub(super) struct InsightApi(pub Core);

#[OpenApi(prefix_path = "/api")]
impl InsightApi {
    /// Suggest an answer
    ///
    /// To the customer's newest messages in a conversation or a ticket; agents and admins who see it. The bot says nothing
    /// where its articles do not.
    #[oai(
        path = "/chat/conversations/:id/suggest",
        method = "post",
        operation_id = "suggest_answer",
        tag = "Tag::Insight"
    )]
    async fn suggest(
        &self,
        caller: Bearer,
        /// The conversation's id.
        id: Path<PathText>,
    ) -> Result<Json<SuggestedAnswerObject>, Problem> {
        let id = id.0.conversation(&self.0).await?;
        let answer = replies::suggest(&self.0, &caller.0, id, Vec::new()).await?;
        Ok(Json(answer.into()))
    }

    /// How the bot came to its answers
    ///
    /// The 50 newest answers in a conversation, newest first; agents and admins who see it.
    #[oai(
        path = "/chat/conversations/:id/trace",
        method = "get",
        operation_id = "trace_conversation",
        tag = "Tag::Insight"
    )]
    async fn trace(
        &self,
        caller: Bearer,
        /// The conversation's id.
        id: Path<PathText>,
    ) -> Result<Json<Vec<TracedAnswerObject>>, Problem> {
        let id = id.0.conversation(&self.0).await?;
        let traced = replies::trace(&self.0, &caller.0, id).await?;
        Ok(Json(traced.into_iter().map(Into::into).collect()))
    }

    /// The customer of a conversation
    ///
    /// Whom it is with; agents and admins who see it. 404 where it is no customer's.
    #[oai(
        path = "/chat/conversations/:id/customer",
        method = "get",
        operation_id = "get_customer",
        tag = "Tag::Insight"
    )]
    async fn customer(
        &self,
        caller: Bearer,
        /// The conversation's id.
        id: Path<PathText>,
    ) -> Result<Json<CustomerObject>, Problem> {
        let id = id.0.conversation(&self.0).await?;
        let customer = conversations::customer(&self.0, &caller.0, id).await?;
        Ok(Json(customer.into()))
    }

    /// Try a question
    ///
    /// What the bot would say to a customer who asked it, and how it came to that; agents and admins. Nothing is stored.
    #[oai(
        path = "/bot/ask",
        method = "post",
        operation_id = "ask_bot",
        tag = "Tag::Knowledge"
    )]
    async fn ask(&self, caller: Bearer, body: Body<AskBody>) -> Result<Json<TriedAnswerObject>, Problem> {
        let answer = replies::try_question(&self.0, &caller.0, &body.0.query).await?;
        Ok(Json(answer.into()))
    }
}
