//! The conversation with the company: saying something, waiting for the bot's reply, the quick prompts.

use crate::bearer::Bearer;
use crate::body::Body;
use crate::dialects::crm::error::{in_body, rename_text};
use crate::dialects::crm::openapi::Tag;
use crate::dialects::crm::rest::{
    BotReplyObject, ConversationBody, PendingObject, PromptObject, SentObject, UserResponseBody,
};
use crate::mounted;
use crate::problem::Problem;
use crate::wire::params::given;
use app::App;
use assist::knowledge;
use assist::replies;
use chat::conversations;
use chat::messages::{self, SendMessage, Sent};
use kernel::actor::Actor;
use kernel::error::Error;
use poem::Request;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};
use std::time::Duration;

/// How long a request waits for the bot.
const REPLY_TIMEOUT: Duration = Duration::from_secs(30);

pub(super) struct BotApi(pub App);

#[derive(ApiResponse)]
enum UserResponse {
    /// The message is stored.
    #[oai(status = 201)]
    Created(Json<SentObject>),
    /// The same `client_id` was sent before: the same answer again, nothing new is stored.
    #[oai(status = 200)]
    Repeated(Json<SentObject>),
}

#[derive(ApiResponse)]
enum BotResponse {
    /// The bot's reply.
    #[oai(status = 200)]
    Reply(Json<BotReplyObject>),
    /// The reply has not come within 30 seconds: ask again, or read it on the socket.
    #[oai(status = 202)]
    Pending(Json<PendingObject>),
}

#[OpenApi(prefix_path = "/api", tag = "Tag::Bot")]
impl BotApi {
    /// Say something
    ///
    /// Sends a message. Without a conversation, one titled `Chat with <username>` is begun, in which the bot answers.
    #[oai(path = "/user-response", method = "post", operation_id = "user_response")]
    async fn user_response(
        &self,
        request: &Request,
        caller: Bearer,
        body: Body<UserResponseBody>,
    ) -> Result<UserResponse, Problem> {
        let sent = say(&self.0, &caller.0, body.0).await?;
        if mounted::mount(request).is_some() {
            // it asks for the answer next
            replies::claim_answer(&self.0.assist, &caller.0, sent.message.id);
        }
        let answer = Json(SentObject::from(&*sent.message));
        Ok(match sent.is_new {
            true => UserResponse::Created(answer),
            false => UserResponse::Repeated(answer),
        })
    }

    /// The bot's reply
    ///
    /// The reply to the newest message of the user, waiting for it up to 30 seconds. There is one reply per message,
    /// however often and in whichever way it is asked for.
    #[oai(path = "/bot-response", method = "post", operation_id = "bot_response")]
    async fn bot_response(
        &self,
        request: &Request,
        caller: Bearer,
        body: Body<ConversationBody>,
    ) -> Result<BotResponse, Problem> {
        let id = conversations::resolve(&self.0, &body.0.conversation_id).await?;
        let assist = &self.0.assist;
        let reply = async {
            match mounted::mount(request) {
                Some(_) => replies::take(assist, &caller.0, id, REPLY_TIMEOUT).await,
                None => replies::wait(assist, &caller.0, id, REPLY_TIMEOUT).await,
            }
        };
        let reply = tokio::select! {
            reply = reply => reply?,
            () = self.0.shutdown.cancelled() => None,
        };
        Ok(match reply {
            Some(message) => BotResponse::Reply(Json(message.into())),
            None => BotResponse::Pending(Json(PendingObject::default())),
        })
    }

    /// Quick prompts
    ///
    /// What the widget offers to ask, in order.
    #[oai(path = "/bot-prompts", method = "get", operation_id = "bot_prompts")]
    async fn bot_prompts(&self, _caller: Bearer) -> Result<Json<Vec<PromptObject>>, Problem> {
        let prompts = knowledge::prompts(&self.0.assist).await?;
        Ok(Json(prompts.into_iter().map(Into::into).collect()))
    }
}

async fn say(app: &App, actor: &Actor, body: UserResponseBody) -> Result<Sent, Problem> {
    let attachment = given(body.attachment_id)
        .map(|id| id.parse())
        .transpose()
        .map_err(|_| Problem::invalid("attachment_id", "Attachment not found"))?;
    let command = SendMessage {
        text: body.message,
        client_id: given(body.client_id),
        attachment,
        locale: given(body.locale),
        ..SendMessage::default()
    };
    let sent = match given(body.conversation_id) {
        None => messages::begin(app, actor, command).await,
        Some(id) => in_conversation(app, actor, &id, command).await,
    };
    sent.map_err(rename_text)
}

async fn in_conversation(app: &App, actor: &Actor, id: &str, command: SendMessage) -> Result<Sent, Error> {
    let id = conversations::resolve(app, id).await.map_err(in_body)?;
    messages::send(app, actor, id, command).await.map_err(in_body)
}
