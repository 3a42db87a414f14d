//! The bot asked directly: by users for themselves, by agents for their answers.

use crate::bearer::Bearer;
use crate::body::Body;
use crate::dialects::helpdesk::openapi::Tag;
use crate::dialects::helpdesk::rest::{AnswerObject, QueryBody, SuggestBody, SuggestionObject};
use crate::problem::Problem;
use crate::wire::params::PathText;
use app::App;
use assist::replies;
use desk::tickets;
use kernel::roles;
use poem_openapi::OpenApi;
use poem_openapi::payload::Json;

pub(super) struct AiApi(pub App);

#[OpenApi(prefix_path = "/ai", tag = "Tag::Assistance")]
impl AiApi {
    /// Ask the bot
    ///
    /// By itself: no conversation begins and nothing is stored.
    #[oai(
        path = "/self-serve-query",
        method = "post",
        operation_id = "self_serve_query"
    )]
    async fn ask(&self, caller: Bearer, body: Body<QueryBody>) -> Result<Json<AnswerObject>, Problem> {
        let answer = replies::answer_question(&self.0.assist, &caller.0, &body.0.query).await?;
        Ok(Json(answer.into()))
    }

    /// Suggest an answer in a ticket
    ///
    /// To its user's newest messages, for agents and admins who see it. The bot says nothing where its articles do not.
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
        let answer = replies::suggest(&self.0.assist, &caller.0, ticket.conversation_id, turns).await?;
        Ok(Json(answer.into()))
    }
}
