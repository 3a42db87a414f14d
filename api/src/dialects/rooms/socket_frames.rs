//! The socket frames of the `rooms` dialect, in and out.

use crate::dialect::Command;
use crate::serializer::Serializer;
use crate::wire::frame::{Frame, encode};
use crate::wire::time::Timestamp;
use app::App;
use chat::messages::SendMessage;
use chat::receipts::UpTo;
use chat::scope;
use chrono::{DateTime, Utc};
use entity::{ConversationId, MessageId};
use kernel::error::{Error, Result};
use kernel::event::Event;
use kernel::message::Message;
use serde::Serialize;
use serde_json::json;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// The dialect, to the hub and to its sockets.
pub struct Rooms {
    /// What a frame of a type comes to that there is not.
    unknown: fn(&str) -> Result<Command>,
}

/// As the guide has it: such a frame is refused.
pub static ROOMS: Rooms = Rooms {
    unknown: |kind| Err(Frame::unknown(kind)),
};

/// As its own front end knows it: such a frame is nothing.
pub static MOUNTED: Rooms = Rooms {
    unknown: |_| Ok(Command::Nothing),
};

impl Rooms {
    /// Reads a frame; one without a type is a message.
    pub fn parse(&self, text: &str) -> Result<Command> {
        let frame = Frame::parse(text, "Invalid JSON format")?;
        known(&frame)?.or_else(self.unknown)
    }
}

/// What a frame asks for; the type of one that is not known.
fn known(frame: &Frame) -> Result<Result<Command, &str>> {
    Ok(Ok(match frame.text("type")?.unwrap_or("message") {
        "message" => Command::Send(SendMessage {
            text: frame.text("content")?.unwrap_or_default().to_owned(),
            ..SendMessage::default()
        }),
        // its own front end writes it so, and acknowledges what it shows
        "read" | "ack-message-recieved" | "ack-message-received" => {
            let message = frame.required("message_id")?;
            Command::Read(UpTo::Messages(vec![message]))
        }
        "ping" => Command::Ping,
        other => return Ok(Err(other)),
    }))
}

#[derive(Serialize)]
struct MessageFrame<'a> {
    r#type: &'static str,
    content: &'a str,
    /// The username.
    sender_id: &'a str,
    chat_id: &'a str,
    timestamp: Timestamp,
    message_id: MessageId,
    created_at: Timestamp,
}

impl Serializer for Rooms {
    fn name(&self) -> &'static str {
        "rooms"
    }

    /// An event as these clients see it: messages, and who comes and goes. What becomes of a message afterwards has no
    /// shape here; the history shows it.
    fn encode(&self, event: &Event, _class: u8, _alias: Option<&str>, app: &App) -> Option<Utf8Bytes> {
        match event {
            // deleted before this client could be told of it
            Event::MessageSent { message } if message.is_deleted => None,
            Event::MessageSent { message } => Some(said(message, app)),
            Event::Entered {
                conversation, who, ..
            } => Some(joined(*conversation, &who.username, app)),
            Event::Departed {
                conversation, who, ..
            } => Some(system(
                *conversation,
                format!("{} left the chat", who.username),
                app,
            )),
            Event::MessageChanged { .. }
            | Event::Typed { .. }
            | Event::ReadMarked { .. }
            | Event::PresenceChanged { .. }
            | Event::AnswerAwaited { .. }
            | Event::BotTyped { .. }
            | Event::BotStreamed { .. }
            | Event::NoteAdded { .. }
            | Event::NoteChanged { .. }
            | Event::NoteDeleted { .. }
            | Event::Suggested { .. }
            | Event::Notified { .. }
            | Event::WebhooksChanged
            | Event::ConversationChanged { .. }
            | Event::ParticipantRemoved { .. }
            | Event::ConversationDeleted { .. }
            | Event::SessionRevoked { .. }
            | Event::UserChanged { .. } => None,
        }
    }
}

fn said(message: &Message, app: &App) -> Utf8Bytes {
    encode(&MessageFrame {
        r#type: "message",
        content: message.content(),
        sender_id: &message.sender.username,
        chat_id: &chat(message.conversation, app),
        timestamp: message.created_at.into(),
        message_id: message.id,
        created_at: message.created_at.into(),
    })
}

/// Somebody came.
pub fn joined(id: ConversationId, username: &str, app: &App) -> Utf8Bytes {
    system(id, format!("{username} joined the chat"), app)
}

fn system(id: ConversationId, content: String, app: &App) -> Utf8Bytes {
    let now = Timestamp::from(app.clock.now());
    encode(&json!({"type": "system", "content": content, "chat_id": &*chat(id, app), "timestamp": now}))
}

/// What clients call the conversation: known while any of these sockets is open in it.
fn chat(id: ConversationId, app: &App) -> std::sync::Arc<str> {
    let known = app.stats.name_of(id);
    known.unwrap_or_else(|| scope::name(id, None).into())
}

/// The answer to `ping`.
pub fn pong(now: DateTime<Utc>) -> Utf8Bytes {
    encode(&json!({"type": "pong", "timestamp": Timestamp::from(now)}))
}

/// What was wrong with a frame; the socket stays open.
pub fn error(error: &Error) -> Utf8Bytes {
    encode(&json!({"type": "error", "content": error.to_string(), "code": error.code()}))
}
