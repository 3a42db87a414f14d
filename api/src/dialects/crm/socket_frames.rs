//! The socket frames of the `crm` dialect, in and out.

use super::mount;
use super::rest::{ConversationObject, MessageObject, NoteObject, SenderAs};
use crate::dialect::{Command, Welcome};
use crate::serializer::Serializer;
use crate::wire::frame::{Frame, encode};
use crate::wire::params::given;
use app::App;
use chat::conversations::Conversation;
use chat::messages::{DeleteMessage, EditMessage, React, SendMessage, TextLimit};
use chat::receipts::UpTo;
use entity::UserId;
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::event::Event;
use kernel::message::Message;
use kernel::note::Note;
use kernel::person::Person;
use serde::Serialize;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// The dialect, to the hub and to its sockets.
pub struct Crm {
    is_mounted: bool,
}

/// As the guide has it.
pub static CRM: Crm = Crm { is_mounted: false };

/// As its own front end knows it.
pub static MOUNTED: Crm = Crm { is_mounted: true };

/// Reads a frame. The error says what is wrong with it in the contract's words.
pub fn parse(text: &str) -> Result<Command> {
    let frame = Frame::parse(text, "Invalid JSON")?;
    match frame.text("type")?.unwrap_or_default() {
        "message" => Ok(Command::Send(SendMessage {
            text: frame.first(&["text", "content"])?.unwrap_or_default(),
            client_id: frame.first(&["client_id", "temp_id", "client_temp_id"])?,
            reply_to: frame.id("reply_to")?,
            attachment: frame.id("attachment_id")?,
            locale: given(frame.text("locale")?.map(str::to_owned)),
            ..SendMessage::default()
        })),
        // the team's clients call some of these otherwise
        "typing_start" => Ok(Command::Typing(true)),
        "typing_stop" => Ok(Command::Typing(false)),
        "message_read" => {
            let message = frame.required("message_id")?;
            Ok(Command::Read(UpTo::Messages(vec![message])))
        }
        "typing" => Ok(Command::Typing(frame.flag("is_typing")?.unwrap_or(true))),
        "read" => Ok(Command::Read(up_to(&frame)?)),
        "edit" => Ok(Command::Edit(EditMessage {
            message: frame.required("message_id")?,
            text: frame.first(&["text", "content"])?.unwrap_or_default(),
            limit: TextLimit::default(),
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
            let unknown = || Error::invalid("status", "Must be online, away or offline");
            Ok(Command::Presence(frame.status("status")?.ok_or_else(unknown)?))
        }
        "ping" => Ok(Command::Ping),
        _ => Err(Error::Conflict {
            code: "unknown_message_type",
            field: Some("type"),
            detail: "Unknown message type".into(),
        }),
    }
}

/// How far a person has read: a `seq`, or the messages.
fn up_to(frame: &Frame) -> Result<UpTo> {
    if let Some(seq) = frame.get("seq") {
        let seq = seq.as_i64();
        let seq = seq.ok_or_else(|| Error::invalid("seq", "seq must be a whole number"))?;
        return Ok(UpTo::Seq(seq));
    }
    let wrong = || Error::invalid("message_ids", "message_ids must be a list of message ids");
    let ids = frame.get("message_ids").and_then(Value::as_array);
    let ids = ids.ok_or_else(wrong)?.iter();
    let ids = ids.map(|id| id.as_str().and_then(|id| id.parse().ok()).ok_or_else(wrong));
    Ok(UpTo::Messages(ids.collect::<Result<_>>()?))
}

#[derive(Serialize)]
struct MessageFrame<'a, M> {
    r#type: &'a str,
    message: M,
}

impl Serializer for Crm {
    fn name(&self) -> &'static str {
        if self.is_mounted { "crm-mount" } else { "crm" }
    }

    fn takes_answers_by_rest(&self) -> bool {
        self.is_mounted
    }

    /// An event as `crm` clients see it.
    fn encode(&self, event: &Event, _class: u8, _alias: Option<&str>, app: &App) -> Option<Utf8Bytes> {
        let message_frame = |kind, message: &Message| {
            let message = MessageObject::new(message, app, SenderAs::Username, None);
            self.message_frame(kind, message, app)
        };
        Some(match event {
            Event::MessageSent { message } => message_frame("message:new", message),
            Event::MessageChanged { message, .. } => message_frame("message:changed", message),
            Event::Typed { by, is_typing, .. } => encode(
                &json!({"type": "typing", "user_id": id(by.id), "username": by.username, "is_typing": is_typing}),
            ),
            Event::ReadMarked {
                by, seq, messages, ..
            } => encode(&json!({
                "type": "read",
                "message_ids": messages,
                "seq": seq,
                "user_id": id(by.id),
                "username": by.username,
            })),
            Event::Entered { who, .. } => person("user_joined", who),
            Event::Departed { who, .. } => person("user_left", who),
            Event::PresenceChanged { who, status, .. } => encode(
                &json!({"type": "presence", "user_id": id(who.id), "username": who.username, "status": status}),
            ),
            Event::BotTyped { conversation } => {
                encode(&json!({"type": "bot:typing", "conversation_id": conversation}))
            }
            Event::BotStreamed {
                message, index, text, ..
            } => encode(&json!({"type": "bot:delta", "message_id": message, "index": index, "text": text})),
            Event::NoteAdded { note } => note_frame("note:new", note),
            Event::NoteChanged { note } => note_frame("note:changed", note),
            Event::NoteDeleted { conversation, note } => {
                encode(&json!({"type": "note:deleted", "note_id": note, "conversation_id": conversation}))
            }
            // the hub shows it to agents and admins only
            Event::Suggested {
                conversation,
                question,
                text,
                sources,
            } => encode(&json!({
                "type": "suggestion",
                "conversation_id": conversation,
                "message_id": question,
                "text": text,
                "sources": sources,
            })),
            Event::ConversationChanged { .. }
            | Event::ParticipantRemoved { .. }
            | Event::ConversationDeleted { .. }
            | Event::SessionRevoked { .. }
            | Event::AnswerAwaited { .. }
            | Event::Notified { .. }
            | Event::WebhooksChanged
            | Event::UserChanged { .. } => return None,
        })
    }

    fn conversation_changed(&self, conversation: Conversation, app: &App) -> Option<Utf8Bytes> {
        let conversation = ConversationObject::new(conversation, app, None);
        let mut conversation = json!(conversation);
        if self.is_mounted {
            mount::conversation(&mut conversation, &mount::base(app));
        }
        Some(encode(
            &json!({"type": "conversation:changed", "conversation": conversation}),
        ))
    }
}

impl Crm {
    fn message_frame(&self, kind: &str, message: MessageObject, app: &App) -> Utf8Bytes {
        if !self.is_mounted {
            return encode(&MessageFrame {
                r#type: kind,
                message,
            });
        }
        let message = mount::in_frame(&message, app);
        encode(&MessageFrame {
            r#type: kind,
            message,
        })
    }
}

fn note_frame(kind: &str, note: &Note) -> Utf8Bytes {
    encode(&json!({"type": kind, "note": NoteObject::from(note)}))
}

fn person(kind: &str, who: &Person) -> Utf8Bytes {
    encode(&json!({"type": kind, "user_id": id(who.id), "username": who.username}))
}

/// The first frame of a conversation's socket.
pub fn connected(welcome: &Welcome, app: &App) -> Utf8Bytes {
    let conversation = ConversationObject::new(welcome.conversation.clone(), app, Some(welcome.actor.id));
    encode(&json!({
        "type": "connected",
        "conversation_id": conversation.id,
        "user_id": id(welcome.actor.id),
        "username": welcome.actor.username,
        "rev": welcome.rev,
        "participants": conversation.participants,
        "online": welcome.online.iter().map(|who| id(who.id)).collect::<Vec<_>>(),
    }))
}

/// The first frame of an inbox.
pub fn inbox_connected(actor: &Actor) -> Utf8Bytes {
    encode(&json!({"type": "connected", "user_id": id(actor.id), "username": actor.username}))
}

/// Too much was missed: read `changes`.
pub fn resync(rev: i64) -> Utf8Bytes {
    encode(&json!({"type": "resync", "rev": rev}))
}

/// The message is durable.
pub fn acknowledgement(message: &Message, client_id: Option<&str>) -> Utf8Bytes {
    encode(&json!({
        "type": "message:ack",
        "client_id": client_id,
        "message_id": message.id,
        "seq": message.seq,
        "rev": message.rev,
    }))
}

/// The answer to `ping`.
pub fn pong() -> Utf8Bytes {
    Utf8Bytes::from_static(r#"{"type":"pong"}"#)
}

/// What was wrong with a frame; the socket stays open.
pub fn error(error: &Error, client_id: Option<&str>) -> Utf8Bytes {
    let mut frame = json!({"type": "error", "message": error.to_string(), "code": error.code()});
    if let Error::Invalid(errors) = error {
        frame["field"] = errors.first().map(|error| error.field.clone()).into();
    }
    if let Some(client_id) = client_id {
        frame["client_id"] = client_id.into();
    }
    encode(&frame)
}

fn id(user: UserId) -> String {
    user.to_string()
}
