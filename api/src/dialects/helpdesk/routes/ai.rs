//! The bot asked directly: by users for themselves, by agents for their answers.

use crate::bearer::{Bearer, OptionalBearer};
use crate::body::Body;
use crate::dialects::helpdesk::error::blank_query;
use crate::dialects::helpdesk::openapi::Tag;
use crate::dialects::helpdesk::rest::{
    AnswerObject, InfoObject, QueryBody, SuggestBody, SuggestionObject, ToolsObject,
};
use crate::problem::Problem;
use crate::wire::params::PathText;
use accounts::users;
use app::App;
use assist::{knowledge, replies};
use desk::tickets;
use kernel::roles;
use poem_openapi::OpenApi;
use poem_openapi::payload::Json;

pub(super) struct AiApi(pub App);

#[OpenApi(prefix_path = "/ai", tag = "Tag::Assistance")]
impl AiApi {
    /// Ask the bot
    ///
    /// By itself: no conversation begins and nothing is stored. No token is needed: without one the answer is quoted from the
    /// articles, whatever model there is, and the question counts as the address's. A blank question is refused with 400.
    #[oai(
        path = "/self-serve-query",
        method = "post",
        operation_id = "self_serve_query"
    )]
    async fn ask(
        &self,
        caller: OptionalBearer,
        body: Body<QueryBody>,
    ) -> Result<Json<AnswerObject>, Problem> {
        let query = &body.0.query;
        if query.trim().is_empty() {
            return Err(blank_query());
        }
        let answer = replies::answer_question(&self.0.assist, caller.0.as_ref(), query).await?;
        Ok(Json(answer.into()))
    }

    /// How the bot is asked
    ///
    /// For everybody: where, with what, how much, and questions that it answers.
    #[oai(path = "/self-serve-info", method = "get", operation_id = "self_serve_info")]
    async fn info(&self) -> Result<Json<InfoObject>, Problem> {
        let prompts = knowledge::prompts(&self.0.assist).await?;
        Ok(Json(InfoObject::new(prompts)))
    }

    /// What the bot does for agents
    ///
    /// For agents and admins.
    #[oai(path = "/agent-tools", method = "get", operation_id = "agent_tools")]
    async fn tools(&self, caller: Bearer) -> Result<Json<ToolsObject>, Problem> {
        roles::staff(&caller.0)?;
        let who = users::me(&self.0, &caller.0).await?;
        Ok(Json(ToolsObject::new(who)))
    }

    /// Suggest an answer in a ticket
    ///
    /// To its user's newest messages, for agents and admins who see it. Where the articles say nothing it is a draft
    /// that says no more than that somebody looks, without sources.
    #[oai(
        path = "/suggest-response",
        method = "post",
        operation_id = "suggest_response"
    )]
    async fn suggest(
        &self,
        caller: Bearer,
        body: Body<SuggestBody>,
    ) -> Result<Json<SuggestionObject>, Problem> {
        roles::staff(&caller.0)?;
        let turns = body.0.turns();
        let which = super::which(PathText(body.0.ticket_id));
        let ticket = tickets::get(&self.0, &caller.0, &which).await?.row;
        let answer =
            replies::suggest_or_draft(&self.0.assist, &caller.0, ticket.conversation_id, turns).await?;
        Ok(Json(answer.into()))
    }
}
