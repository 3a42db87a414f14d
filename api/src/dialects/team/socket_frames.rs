//! The socket frames of the `team` dialect, in and out.

use crate::dialect::Command;
use crate::serializer::Serializer;
use crate::wire::frame::{Frame, encode};
use crate::wire::time::Timestamp;
use app::App;
use chat::messages::{DeleteMessage, EditMessage, React, SendMessage, TextLimit};
use chat::receipts::UpTo;
use entity::{ConversationId, MessageId, UserId};
use kernel::error::{Error, Result};
use kernel::event::{Change, Event};
use kernel::message::Message;
use kernel::person::Person;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// The dialect, to the hub and to its sockets.
pub struct Team {
    name: &'static str,
    /// What its own front end shows that the guide does not name.
    words: Words,
}

/// Which frames a socket gets for typing, receipts, presence and deletions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Words {
    /// Those of the guide.
    Guide,
    /// Those of its own front end.
    FrontEnd,
}

/// As the guide has it.
pub static TEAM: Team = Team {
    name: "team",
    words: Words::Guide,
};

/// As its own front end knows it.
pub static MOUNTED: Team = Team {
    name: "team-mount",
    words: Words::FrontEnd,
};

/// Reads a frame; one without a type is a message.
pub fn parse(text: &str) -> Result<Command> {
    let frame = Frame::parse(text, "Invalid JSON format")?;
    let content = || Ok::<_, Error>(frame.text("content")?.unwrap_or_default().to_owned());
    match frame.text("type")?.unwrap_or("message") {
        "message" => Ok(Command::Send(SendMessage {
            text: content()?,
            limit: TextLimit::LONG,
            client_id: frame
                .first(&["temp_id", "client_temp_id"])?
                .filter(|id| !id.is_empty()),
            ..SendMessage::default()
        })),
        "typing_start" => Ok(Command::Typing(true)),
        "typing_stop" => Ok(Command::Typing(false)),
        "message_read" => {
            let message = frame.required("message_id")?;
            Ok(Command::Read(UpTo::Messages(vec![message])))
        }
        "typing" => Ok(Command::Typing(frame.flag("is_typing")?.unwrap_or(true))),
        "edit" => Ok(Command::Edit(EditMessage {
            message: frame.required("message_id")?,
            text: content()?,
            limit: TextLimit::LONG,
        })),
        "delete" | "message_delete" => Ok(Command::Delete(DeleteMessage {
            message: frame.required("message_id")?,
        })),
        "reaction" => Ok(Command::React(React {
            message: frame.required("message_id")?,
            emoji: frame.text("emoji")?.unwrap_or_default().to_owned(),
            remove: frame.flag("remove")?.unwrap_or(false),
        })),
        "presence" => {
            let unknown = || Error::invalid("status", "status must be online, away or offline");
            Ok(Command::Presence(frame.status("status")?.ok_or_else(unknown)?))
        }
        "ping" => Ok(Command::Ping),
        other => Err(Frame::unknown(other)),
    }
}

#[derive(Serialize)]
struct MessageFrame<'a> {
    r#type: &'static str,
    content: &'a str,
    sender_id: String,
    sender_username: &'a str,
    message_id: MessageId,
    timestamp: Timestamp,
    is_edited: bool,
    is_deleted: bool,
    reactions: &'a BTreeMap<String, u32>,
    conversation_id: ConversationId,
    /// What its sender called it.
    #[serde(skip_serializing_if = "Option::is_none")]
    temp_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_temp_id: Option<&'a str>,
}

impl Serializer for Team {
    fn name(&self) -> &'static str {
        self.name
    }

    fn echoes(&self, event: &Event) -> bool {
        !matches!(event, Event::Typed { .. } | Event::PresenceChanged { .. })
    }

    /// An event as these clients see it.
    fn encode(&self, event: &Event, _class: u8, _alias: Option<&str>, app: &App) -> Option<Utf8Bytes> {
        if self.words == Words::FrontEnd
            && let Some(frame) = front_end(event, app.clock.now().into())
        {
            return Some(frame);
        }
        match event {
            Event::MessageSent { message } => Some(stated("message", message)),
            Event::MessageChanged { message, change } => changed(message, change),
            // a client shows that somebody types for a moment, whatever the frame says
            Event::Typed { is_typing: false, .. } => None,
            Event::Typed { by, .. } => Some(encode(
                &json!({"type": "typing", "sender_id": by.id.to_string(), "sender_username": by.username}),
            )),
            Event::PresenceChanged { who, status, .. } => Some(encode(&json!({
                "type": "presence", "user_id": who.id.to_string(), "username": who.username, "status": status,
            }))),
            Event::Entered { who, online, .. } => Some(joined(who, online)),
            Event::Departed { who, online, .. } => Some(system(who, "left", online)),
            Event::ReadMarked { .. }
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

/// What its own front end reads otherwise than the guide has it.
fn front_end(event: &Event, now: Timestamp) -> Option<Utf8Bytes> {
    let frame = match event {
        Event::Typed { by, is_typing, .. } => json!({
            "type": if *is_typing { "typing_start" } else { "typing_stop" },
            "sender_id": by.id.to_string(),
            "sender_username": by.username,
        }),
        Event::ReadMarked {
            conversation,
            by,
            newest: Some(message),
            ..
        } => json!({
            "type": "message_read",
            "message_id": message,
            "conversation_id": conversation,
            "reader_id": by.id.to_string(),
            "read_at": now,
        }),
        Event::MessageChanged {
            message,
            change: Change::Deleted { by },
        } => deleted(message, by.id),
        Event::MessageChanged {
            message,
            change: Change::Unknown,
        } if message.is_deleted => deleted(message, message.sender.id),
        Event::PresenceChanged {
            conversation,
            who,
            status,
            ..
        } => json!({
            "type": "presence",
            "conversation_id": conversation,
            "user_id": who.id.to_string(),
            "username": who.username,
            "status": status,
            "last_seen": now,
        }),
        _ => return None,
    };
    Some(encode(&frame))
}

fn deleted(message: &Message, by: UserId) -> Value {
    json!({
        "type": "message_delete",
        "message_id": message.id,
        "deleted_by": by.to_string(),
        "is_deleted": true,
        "content": message.text,
        "updated_at": Timestamp::from(message.updated_at),
    })
}

/// A message, as everybody sees it.
pub fn sent(message: &Message) -> Utf8Bytes {
    stated("message", message)
}

fn stated(kind: &'static str, message: &Message) -> Utf8Bytes {
    encode(&MessageFrame {
        r#type: kind,
        content: message.content(),
        sender_id: message.sender.id.to_string(),
        sender_username: &message.sender.username,
        message_id: message.id,
        timestamp: message.created_at.into(),
        is_edited: message.is_edited,
        is_deleted: message.is_deleted,
        reactions: &message.reactions,
        conversation_id: message.conversation,
        temp_id: message.client_id.as_deref(),
        client_temp_id: message.client_id.as_deref(),
    })
}

fn changed(message: &Message, change: &Change) -> Option<Utf8Bytes> {
    match change {
        Change::Deleted { .. } => Some(stated("delete", message)),
        Change::Edited => Some(stated("edit", message)),
        Change::Reacted { emoji, by, removed } => Some(encode(&json!({
            "type": "reaction",
            "message_id": message.id,
            "emoji": emoji,
            "sender_id": by.id.to_string(),
            "sender_username": by.username,
            "reactions": message.reactions,
            "removed": removed,
        }))),
        // what it was is not known any more: the message as it is now
        Change::Unknown if message.is_deleted => Some(stated("delete", message)),
        Change::Unknown => Some(stated("edit", message)),
        Change::AttachmentProcessed | Change::Rated => None,
    }
}

/// Somebody came; with them, these people are there.
pub fn joined(who: &Person, online: &[UserId]) -> Utf8Bytes {
    system(who, "joined", online)
}

fn system(who: &Person, did: &str, online: &[UserId]) -> Utf8Bytes {
    encode(&json!({
        "type": "system",
        "content": format!("User {} {did} the conversation", who.username),
        "sender_id": who.id.to_string(),
        "active_users": online.iter().map(UserId::to_string).collect::<Vec<_>>(),
    }))
}

/// The answer to `ping`.
pub fn pong() -> Utf8Bytes {
    Utf8Bytes::from_static(r#"{"type":"pong"}"#)
}

/// What was wrong with a frame; the socket stays open.
pub fn error(error: &Error) -> Utf8Bytes {
    let said = error.to_string();
    encode(&json!({"type": "error", "content": said, "detail": said, "code": error.code()}))
}
