//! Conversations and their people on the wire.

use super::message::{MessageObject, SenderAs};
use super::time::Timestamp;
use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};
use shared::conversations::{Conversation, Listed, Participant};
use shared::core::Core;
use shared::entity::conversation::{Kind, Status};
use shared::entity::participant::Part;
use shared::entity::user;
use uuid::Uuid;

/// What a conversation is.
#[derive(Enum, Serialize, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum ConversationKind {
    /// A customer's with the company.
    Support,
    /// Two people's.
    Direct,
    /// A named group's.
    Group,
    /// A room's.
    Room,
    /// A ticket's.
    Ticket,
}

/// Where the work on a conversation stands.
#[derive(Enum, Serialize, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum ConversationStatus {
    Open,
    /// A person was asked for.
    Pending,
    Snoozed,
    Resolved,
}

/// A person's part in a conversation.
#[derive(Enum, Serialize, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum ParticipantRole {
    /// Made it.
    Owner,
    Member,
    /// Works on it for the company.
    Agent,
    Bot,
}

/// Whether the bot answers.
#[derive(Enum, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum BotSwitch {
    On,
    Off,
}

/// A person in a conversation.
#[derive(Object, Serialize, Clone, Debug, PartialEq)]
#[oai(rename = "Participant")]
pub struct ParticipantObject {
    /// The user's id.
    pub id: String,
    pub username: String,
    /// The full name's first word; empty where there is none.
    pub first_name: String,
    /// The rest of the full name.
    pub last_name: String,
    pub role: ParticipantRole,
    pub joined_at: Timestamp,
    #[oai(nullable)]
    pub last_read_at: Option<Timestamp>,
    /// Everything up to this `seq` is read.
    pub last_read_seq: i64,
}

impl From<Participant> for ParticipantObject {
    fn from(part: Participant) -> Self {
        let full_name = part.full_name.as_deref().unwrap_or_default().trim();
        let (first_name, last_name) = full_name.split_once(' ').unwrap_or((full_name, ""));
        Self {
            id: part.person.id.to_string(),
            username: part.person.username.to_string(),
            first_name: first_name.into(),
            last_name: last_name.trim().into(),
            role: part.part.into(),
            joined_at: part.joined_at.into(),
            last_read_at: part.last_read_at.map(Timestamp::from),
            last_read_seq: part.last_read_seq,
        }
    }
}

/// A conversation as the caller sees it.
#[derive(Object, Serialize, Clone, Debug, PartialEq)]
#[oai(rename = "Conversation")]
pub struct ConversationObject {
    pub id: Uuid,
    pub title: String,
    /// The same as `title`.
    pub name: String,
    #[oai(nullable)]
    pub description: Option<String>,
    pub is_group: bool,
    pub kind: ConversationKind,
    pub status: ConversationStatus,
    /// Whether the bot answers.
    pub bot: BotSwitch,
    /// The id of the user who made it.
    #[oai(nullable)]
    pub created_by: Option<String>,
    pub created_at: Timestamp,
    /// The newest activity.
    pub updated_at: Timestamp,
    pub is_archived: bool,
    /// Messages of others that the caller has not read.
    pub unread_count: i64,
    pub participants: Vec<ParticipantObject>,
    pub participant_count: u64,
    #[oai(nullable)]
    pub last_message: Option<MessageObject>,
    /// The newest message's `seq`.
    pub last_seq: i64,
    /// The newest change's `rev`: where to resume from.
    pub rev: i64,
}

impl ConversationObject {
    /// The conversation as it is now.
    pub fn new(conversation: Conversation, core: &Core) -> Self {
        let row = conversation.row;
        let last_message = conversation.last_message.as_ref();
        Self {
            id: row.id.0,
            name: row.title.clone(),
            title: row.title,
            description: row.description,
            is_group: matches!(row.kind, Kind::Group | Kind::Room),
            kind: row.kind.into(),
            status: row.status.into(),
            bot: if row.bot_on { BotSwitch::On } else { BotSwitch::Off },
            created_by: row.created_by.map(|id| id.to_string()),
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
            is_archived: row.is_archived,
            unread_count: conversation.unread,
            participant_count: conversation.participants.len() as u64,
            participants: conversation.participants.into_iter().map(Into::into).collect(),
            last_message: last_message.map(|message| MessageObject::new(message, core, SenderAs::Id)),
            last_seq: row.last_seq,
            rev: row.last_rev,
        }
    }
}

/// A page of conversations, newest activity first.
#[derive(Object, Clone, Debug)]
pub struct ConversationPage {
    /// How many there are on all pages.
    pub count: u64,
    /// The `cursor` of the next page.
    #[oai(nullable)]
    pub next: Option<String>,
    /// The `cursor` of the page before.
    #[oai(nullable)]
    pub previous: Option<String>,
    pub results: Vec<ConversationObject>,
}

impl ConversationPage {
    /// The page as REST shows it.
    pub fn new(listed: Listed, core: &Core) -> Self {
        let results = listed.conversations.into_iter();
        Self {
            count: listed.count,
            next: listed.next.map(|cursor| cursor.encode()),
            previous: listed.previous.map(|cursor| cursor.encode()),
            results: results
                .map(|conversation| ConversationObject::new(conversation, core))
                .collect(),
        }
    }
}

/// A person who was added.
#[derive(Object, Clone, Debug)]
#[oai(rename = "Person")]
pub struct PersonObject {
    /// The user's id.
    pub id: String,
    pub username: String,
}

impl From<user::Model> for PersonObject {
    fn from(row: user::Model) -> Self {
        Self {
            id: row.id.to_string(),
            username: row.username,
        }
    }
}

impl From<Kind> for ConversationKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Support => Self::Support,
            Kind::Direct => Self::Direct,
            Kind::Group => Self::Group,
            Kind::Room => Self::Room,
            Kind::Ticket => Self::Ticket,
        }
    }
}

impl From<Status> for ConversationStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Open => Self::Open,
            Status::Pending => Self::Pending,
            Status::Snoozed => Self::Snoozed,
            Status::Resolved => Self::Resolved,
        }
    }
}

impl From<Part> for ParticipantRole {
    fn from(part: Part) -> Self {
        match part {
            Part::Owner => Self::Owner,
            Part::Member => Self::Member,
            Part::Agent => Self::Agent,
            Part::Bot => Self::Bot,
        }
    }
}

impl From<ConversationStatus> for Status {
    fn from(status: ConversationStatus) -> Self {
        match status {
            ConversationStatus::Open => Self::Open,
            ConversationStatus::Pending => Self::Pending,
            ConversationStatus::Snoozed => Self::Snoozed,
            ConversationStatus::Resolved => Self::Resolved,
        }
    }
}
