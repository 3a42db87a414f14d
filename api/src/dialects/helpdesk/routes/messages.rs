//! A ticket's messages.

use super::which;
use crate::bearer::Bearer;
use crate::body::Body;
use crate::dialects::helpdesk::error::rename_text;
use crate::dialects::helpdesk::openapi::Tag;
use crate::dialects::helpdesk::rest::{ChatMessage, FeedbackBody, MessageBody, MessageEnvelope, MessagePage};
use crate::problem::Problem;
use crate::wire::params::{Number, PathText};
use app::App;
use chat::conversations;
use chat::messages::{self, Page, Place, RateMessage};
use desk::tickets;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};

pub(super) struct MessagesApi(pub App);

#[derive(ApiResponse)]
enum Sent {
    /// The message.
    #[oai(status = 201)]
    Created(Json<MessageEnvelope>),
}

#[OpenApi(prefix_path = "/tickets", tag = "Tag::Tickets")]
impl MessagesApi {
    /// A ticket's messages
    ///
    /// Oldest first.
    #[oai(path = "/:id/messages", method = "get", operation_id = "list_ticket_messages")]
    async fn list(
        &self,
        caller: Bearer,
        /// The ticket's UUID, `TKT-…` or number.
        id: Path<PathText>,
        /// From 1; 1 unless given.
        page: Query<Option<Number<1, 1_000_000_000>>>,
        /// How many a page; 50 unless given, 100 at most.
        limit: Query<Option<Number<1, 100>>>,
    ) -> Result<Json<MessagePage>, Problem> {
        let ticket = tickets::get(&self.0, &caller.0, &which(id.0)).await?.row;
        let page = page.0.map_or(1, Number::unsigned);
        let limit = limit.0.map_or(50, Number::unsigned);
        let id = ticket.conversation_id;
        let from = Page::Offset((page - 1) * limit);
        let found = messages::list(&self.0, &caller.0, id, from, limit).await?;
        let total = conversations::last_seq(&self.0, id).await?.unsigned_abs();
        Ok(Json(MessagePage::new(
            &found,
            &ticket.ticket_id,
            page,
            limit,
            total,
        )))
    }

    /// Write in a ticket
    ///
    /// Everybody in the ticket's chat gets it, in their own dialect's form.
    #[oai(path = "/:id/messages", method = "post", operation_id = "send_ticket_message")]
    async fn send(
        &self,
        caller: Bearer,
        /// The ticket's UUID, `TKT-…` or number.
        id: Path<PathText>,
        body: Body<MessageBody>,
    ) -> Result<Sent, Problem> {
        let ticket = tickets::get(&self.0, &caller.0, &which(id.0)).await?.row;
        let sent = messages::send(&self.0, &caller.0, ticket.conversation_id, body.0.into()).await;
        let message = ChatMessage::new(&sent.map_err(rename_text)?.message, &ticket.ticket_id);
        Ok(Sent::Created(Json(MessageEnvelope { message })))
    }

    /// Say whether a message helped
    ///
    /// The newest word stands.
    #[oai(
        path = "/:id/messages/:message/feedback",
        method = "put",
        operation_id = "rate_ticket_message"
    )]
    async fn rate(
        &self,
        caller: Bearer,
        /// The ticket's UUID, `TKT-…` or number.
        id: Path<PathText>,
        /// The message's id.
        message: Path<PathText>,
        body: Body<FeedbackBody>,
    ) -> Result<Json<MessageEnvelope>, Problem> {
        let ticket = tickets::get(&self.0, &caller.0, &which(id.0)).await?.row;
        let command = RateMessage {
            message: message.0.message()?,
            feedback: body.0.feedback.into(),
        };
        let place = Place::In(ticket.conversation_id);
        let message = messages::rate(&self.0, &caller.0, place, command).await?;
        let message = ChatMessage::new(&message, &ticket.ticket_id);
        Ok(Json(MessageEnvelope { message }))
    }
}
