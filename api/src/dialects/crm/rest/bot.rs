//! The bot on the wire: its replies, its quick prompts, its knowledge.

use super::message::{MetaObject, SourceObject};
use entity::prompt;
use kernel::message::Message;
use poem_openapi::Object;
use uuid::Uuid;

/// The bot's reply to the newest message of the user.
#[derive(Object, Clone, Debug)]
#[oai(rename = "BotReply")]
pub struct BotReplyObject {
    /// The reply, in Markdown.
    pub message: String,
    pub message_id: Uuid,
    pub conversation_id: Uuid,
    pub seq: i64,
    /// The articles behind it.
    pub sources: Vec<SourceObject>,
    /// What could be asked next.
    pub prompts: Vec<String>,
}

impl From<Message> for BotReplyObject {
    fn from(message: Message) -> Self {
        let meta = MetaObject::of(&message).unwrap_or_default();
        Self {
            message: message.text,
            message_id: message.id.0,
            conversation_id: message.conversation.0,
            seq: message.seq,
            sources: meta.sources,
            prompts: meta.prompts,
        }
    }
}

/// The bot has not answered yet: ask again, or wait for the message on the socket.
#[derive(Object, Clone, Debug)]
#[oai(rename = "PendingReply")]
pub struct PendingObject {
    /// Always `pending`.
    pub status: String,
}

impl Default for PendingObject {
    fn default() -> Self {
        Self {
            status: "pending".into(),
        }
    }
}

/// A quick prompt of the widget.
#[derive(Object, Clone, Debug)]
#[oai(rename = "Prompt")]
pub struct PromptObject {
    pub id: i32,
    /// What the button says.
    pub title: String,
    /// What is sent when it is clicked.
    pub text: String,
    /// Lowest first.
    pub order: i32,
}

impl From<prompt::Model> for PromptObject {
    fn from(row: prompt::Model) -> Self {
        Self {
            id: row.id,
            title: row.title,
            text: row.text,
            order: row.position,
        }
    }
}
