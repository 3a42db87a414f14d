//! The socket frames of the `helpdesk` dialect, in and out.

use super::error::{bad_frame, bad_json, unknown_type};
use super::rest::{ChatMessage, FeedbackWord, MessageKind, role};
use crate::dialect::{ClientFrame, Command, Welcome};
use crate::serializer::Serializer;
use crate::wire::frame::{Frame, NoFrame, encode};
use crate::wire::time::Timestamp;
use app::App;
use chat::messages::SendMessage;
use chrono::{DateTime, Utc};
use kernel::error::{Error, Result};
use kernel::event::{Change, Event};
use kernel::message::Message;
use kernel::person::Person;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// The dialect, to the hub and to its sockets.
pub struct Helpdesk;

/// The class of viewers who see suggestions.
pub const STAFF: u8 = 1;

/// Reads a frame. The error says what is wrong with it in the contract's words.
pub fn parse(text: &str) -> Result<ClientFrame> {
    let frame = Frame::read(text).map_err(|why| match why {
        NoFrame::NotJson => bad_json(),
        NoFrame::NotAnObject => bad_frame(),
    })?;
    let kind: String = member(&frame, "type")?.ok_or_else(bad_frame)?;
    let conversation = ticket(&frame)?;
    let command = match &*kind {
        "chat" if conversation.is_none() => return Err(bad_frame()),
        "chat" => Command::Send(chat(&frame)?),
        "typing" => Command::Typing(true),
        "ping" => Command::Ping,
        other => return Err(unknown_type(other)),
    };
    Ok(ClientFrame {
        command,
        conversation,
    })
}

fn chat(frame: &Frame) -> Result<SendMessage> {
    // who speaks follows from who sends; the word must be one all the same
    member::<MessageKind>(frame, "message_type")?;
    let client_id: Option<String> = member(frame, "client_id")?;
    Ok(SendMessage {
        text: member(frame, "content")?.ok_or_else(bad_frame)?,
        client_id: client_id.filter(|id| !id.is_empty()),
        is_ai: member(frame, "isAI")?.unwrap_or_default(),
        feedback: member::<FeedbackWord>(frame, "feedback")?.map(Into::into),
        ..SendMessage::default()
    })
}

/// The ticket's name; its number may come as one.
fn ticket(frame: &Frame) -> Result<Option<String>> {
    match frame.get("ticket_id") {
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        _ => member(frame, "ticket_id"),
    }
}

/// A member of this form. What is wrong with a frame is not said in detail here.
fn member<T: DeserializeOwned>(frame: &Frame, name: &str) -> Result<Option<T>> {
    frame.member(name).map_err(|_| bad_frame())
}

#[derive(Serialize)]
struct MessageFrame<'a> {
    r#type: &'a str,
    message: ChatMessage,
    rev: i64,
}

impl Serializer for Helpdesk {
    fn name(&self) -> &'static str {
        "helpdesk"
    }

    fn echoes(&self, event: &Event) -> bool {
        !matches!(
            event,
            Event::Typed { .. } | Event::Entered { .. } | Event::Departed { .. }
        )
    }

    /// An event as `helpdesk` clients see it in the ticket of this name. A suggestion is for staff only.
    fn encode(&self, event: &Event, class: u8, alias: Option<&str>, app: &App) -> Option<Utf8Bytes> {
        let ticket_id = alias.unwrap_or_default();
        let at = Timestamp(app.clock.now());
        Some(match event {
            Event::MessageSent { message } => sent(message, ticket_id),
            Event::MessageChanged { message, .. } if message.is_deleted => {
                message_frame("message_deleted", message, ticket_id)
            }
            // nothing that the nine fields hold
            Event::MessageChanged {
                change: Change::Reacted { .. } | Change::AttachmentProcessed,
                ..
            } => return None,
            Event::MessageChanged { message, .. } => message_frame("message_updated", message, ticket_id),
            Event::Typed {
                by, is_typing: true, ..
            } => encode(&json!({
                "type": "typing",
                "ticket_id": ticket_id,
                "user_id": by.id.to_string(),
                "username": by.username,
                "timestamp": at,
            })),
            Event::Entered { who, .. } => person("user_joined", who, ticket_id, at),
            Event::Departed { who, .. } => person("user_left", who, ticket_id, at),
            Event::Suggested {
                question,
                text,
                sources,
                ..
            } if class == STAFF => encode(&json!({
                "type": "suggestion",
                "ticket_id": ticket_id,
                "message_id": question,
                "text": text,
                "sources": sources,
                "timestamp": at,
            })),
            Event::Typed { .. }
            | Event::ReadMarked { .. }
            | Event::PresenceChanged { .. }
            | Event::AnswerAwaited { .. }
            | Event::BotTyped { .. }
            | Event::BotStreamed { .. }
            | Event::NoteAdded { .. }
            | Event::NoteChanged { .. }
            | Event::NoteDeleted { .. }
            | Event::Suggested { .. }
            | Event::ConversationChanged { .. }
            | Event::ParticipantRemoved { .. }
            | Event::ConversationDeleted { .. }
            | Event::SessionRevoked { .. }
            | Event::Notified { .. }
            | Event::WebhooksChanged
            | Event::UserChanged { .. } => return None,
        })
    }
}

/// A message, in the ticket of this name.
pub fn sent(message: &Message, ticket_id: &str) -> Utf8Bytes {
    message_frame("new_message", message, ticket_id)
}

fn message_frame(kind: &str, message: &Message, ticket_id: &str) -> Utf8Bytes {
    encode(&MessageFrame {
        r#type: kind,
        message: ChatMessage::new(message, ticket_id),
        rev: message.rev,
    })
}

fn person(kind: &str, who: &Person, ticket_id: &str, at: Timestamp) -> Utf8Bytes {
    encode(&json!({
        "type": kind,
        "ticket_id": ticket_id,
        "user_id": who.id.to_string(),
        "username": who.username,
        "user_role": role(who.role, who.department),
        "timestamp": at,
    }))
}

/// The first frame of a socket.
pub fn connected(welcome: &Welcome, ticket_id: &str, now: DateTime<Utc>) -> Utf8Bytes {
    encode(&json!({
        "type": "connection_established",
        "ticket_id": ticket_id,
        "user_id": welcome.actor.id.to_string(),
        "connection_id": kernel::secrets::random_hex(8),
        "rev": welcome.rev,
        "timestamp": Timestamp(now),
    }))
}

/// Too much was missed: read the ticket's messages.
pub fn resync(rev: i64) -> Utf8Bytes {
    encode(&json!({"type": "resync", "rev": rev}))
}

/// The answer to `ping`.
pub fn pong(ticket_id: &str, now: DateTime<Utc>) -> Utf8Bytes {
    encode(&json!({"type": "pong", "ticket_id": ticket_id, "timestamp": Timestamp(now)}))
}

/// What was wrong with a frame; the socket stays open.
pub fn error(error: &Error, now: DateTime<Utc>) -> Utf8Bytes {
    encode(&json!({
        "type": "error",
        "message": error.to_string(),
        "code": error.code(),
        "timestamp": Timestamp(now).text(),
    }))
}
