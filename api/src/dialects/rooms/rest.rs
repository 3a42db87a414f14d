//! The wire form of the `rooms` dialect's REST side.

use crate::wire::time::Timestamp;
use chat::conversations::{Conversation, Participant};
use chat::rooms::{CreateRoom, Unread};
use chat::scope;
use chat::stats::Totals;
use entity::conversation;
use kernel::message::Message;
use poem_openapi::Object;
use poem_openapi::types::{Any, Example};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What a client keeps with a chat.
type Metadata = BTreeMap<String, Any<Value>>;

/// A chat to make.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "CreateChat", example)]
pub struct CreateChatBody {
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: String,
    /// The username of whom it belongs to: the caller, unless an agent makes it for somebody.
    #[oai(nullable)]
    pub created_by: Option<String>,
    /// Anything, at most 16 KiB of it.
    #[oai(nullable)]
    pub metadata: Option<Metadata>,
}

impl Example for CreateChatBody {
    fn example() -> Self {
        Self {
            name: "Test Room".into(),
            created_by: Some("alice".into()),
            metadata: Some([("topic".to_owned(), Any(json!("tests")))].into()),
        }
    }
}

impl From<CreateChatBody> for CreateRoom {
    fn from(body: CreateChatBody) -> Self {
        let metadata = body.metadata.unwrap_or_default();
        Self {
            name: body.name,
            created_by: body.created_by.filter(|name| !name.is_empty()),
            metadata: metadata
                .into_iter()
                .map(|(name, Any(value))| (name, value))
                .collect(),
        }
    }
}

/// People to add.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "AddChatParticipants", example)]
pub struct AddParticipantsBody {
    /// Usernames.
    #[oai(validator(min_items = 1, max_items = 500))]
    pub participant_ids: Vec<String>,
}

impl Example for AddParticipantsBody {
    fn example() -> Self {
        Self {
            participant_ids: vec!["alice".into(), "bob".into(), "charlie".into()],
        }
    }
}

/// A chat.
#[derive(Object, Clone, Debug)]
#[oai(rename = "Chat")]
pub struct ChatObject {
    /// `chat-…`; a UUID or `TKT-…` where it is no room.
    pub id: String,
    pub name: String,
    /// As it was given; `{}` where nothing was.
    pub metadata: Metadata,
    pub created_at: Timestamp,
}

impl From<conversation::Model> for ChatObject {
    fn from(row: conversation::Model) -> Self {
        let metadata = match row.metadata {
            Some(Value::Object(members)) => members,
            _ => serde_json::Map::new(),
        };
        Self {
            id: scope::name(row.id, row.alias.as_deref()),
            name: row.title,
            metadata: metadata
                .into_iter()
                .map(|(name, value)| (name, Any(value)))
                .collect(),
            created_at: row.created_at.into(),
        }
    }
}

/// Somebody's part in a chat.
#[derive(Object, Clone, Debug)]
#[oai(rename = "ChatParticipant")]
pub struct ParticipantObject {
    pub chat_id: String,
    /// The username.
    pub participant_id: String,
    pub joined_at: Timestamp,
}

/// Some people's parts in a chat.
pub fn participants(row: &conversation::Model, people: Vec<Participant>) -> Vec<ParticipantObject> {
    let people = people.into_iter().map(|part| ParticipantObject {
        chat_id: scope::name(row.id, row.alias.as_deref()),
        participant_id: part.person.username.to_string(),
        joined_at: part.joined_at.into(),
    });
    people.collect()
}

/// A chat and its people.
#[derive(Object, Clone, Debug)]
#[oai(rename = "ChatDetails")]
pub struct DetailsObject {
    pub chat: ChatObject,
    pub participants: Vec<ParticipantObject>,
}

impl From<Conversation> for DetailsObject {
    fn from(found: Conversation) -> Self {
        Self {
            participants: participants(&found.row, found.participants),
            chat: found.row.into(),
        }
    }
}

/// A message of a chat in its present state.
#[derive(Object, Clone, Debug)]
#[oai(rename = "ChatMessage")]
pub struct MessageObject {
    pub message_id: String,
    pub chat_id: String,
    /// The username.
    pub sender_id: String,
    /// The text; a file's name where it came without one; empty once deleted.
    pub content: String,
    pub created_at: Timestamp,
    /// 1..n, gap-free in its chat.
    pub seq: i64,
    pub is_edited: bool,
    pub is_deleted: bool,
}

/// Messages of the chat of this name.
pub fn messages(chat: &str, messages: &[Message]) -> Vec<MessageObject> {
    let messages = messages.iter().map(|message| MessageObject {
        message_id: message.id.to_string(),
        chat_id: chat.to_owned(),
        sender_id: message.sender.username.to_string(),
        content: message.content().to_owned(),
        created_at: message.created_at.into(),
        seq: message.seq,
        is_edited: message.is_edited,
        is_deleted: message.is_deleted,
    });
    messages.collect()
}

/// What somebody has not read.
#[derive(Object, Clone, Debug)]
#[oai(rename = "ChatSync")]
pub struct SyncObject {
    /// Messages of others, oldest first.
    pub items: Vec<MessageObject>,
    /// How many there are in `items`.
    pub count: usize,
    /// The username.
    pub recipient_id: String,
    /// Ask again with it for the next page; null: this is all.
    #[oai(nullable)]
    pub last_evaluated_key: Option<String>,
}

impl From<Unread> for SyncObject {
    fn from(unread: Unread) -> Self {
        Self {
            items: messages(&unread.chat, &unread.messages),
            count: unread.messages.len(),
            recipient_id: unread.recipient.username,
            last_evaluated_key: unread.next,
        }
    }
}

/// Sockets of chats on all instances.
#[derive(Object, Clone, Debug)]
#[oai(rename = "ChatStats")]
pub struct StatsObject {
    pub total_connections: u64,
    /// Those chats with at least one socket that the caller may know of; all where rooms are open.
    pub active_rooms: Vec<String>,
    /// How many chats have at least one socket.
    pub rooms_count: u64,
}

impl From<Totals> for StatsObject {
    fn from(totals: Totals) -> Self {
        let mut active_rooms: Vec<_> = totals.rooms.into_values().collect();
        active_rooms.sort();
        Self {
            total_connections: totals.connections,
            active_rooms,
            rooms_count: totals.rooms_count,
        }
    }
}
