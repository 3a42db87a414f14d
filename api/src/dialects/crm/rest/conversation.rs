//! Conversations and their people on the wire.

use super::desk::{LabelObject, NamedUserObject, PriorityWord, TicketObject};
use super::message::{MessageObject, SenderAs};
use crate::wire::time::Timestamp;
use app::App;
use chat::conversations::{Conversation, Listed, Participant};
use entity::UserId;
use entity::conversation::{Kind, Status};
use entity::participant::Part;
use entity::user;
use kernel::person::Person;
use poem_openapi::types::MaybeUndefined;
use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};
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
#[derive(Enum, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
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
    #[oai(nullable)]
    pub full_name: Option<String>,
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
            full_name: part.full_name.clone().filter(|name| !name.trim().is_empty()),
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
    /// The last 50, oldest first; only where one conversation is asked for.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages: Option<Vec<MessageObject>>,
    /// The newest message's `seq`.
    pub last_seq: i64,
    /// The newest change's `rev`: where to resume from.
    pub rev: i64,
    /// Who of the company has it.
    #[oai(nullable)]
    pub assignee: Option<NamedUserObject>,
    /// Whose it is, where it is a customer's or a ticket.
    #[oai(nullable)]
    pub customer: Option<NamedUserObject>,
    /// The ticket that it is.
    #[oai(nullable)]
    pub ticket: Option<TicketObject>,
    /// How soon the company should look at it; agents and admins alone have this member.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<PriorityWord>,
    /// By name; agents and admins alone have this member.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<Vec<LabelObject>>,
    /// When it is to open again, while it is snoozed; agents and admins alone have this member.
    #[oai(nullable)]
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    pub snoozed_until: MaybeUndefined<Timestamp>,
}

impl ConversationObject {
    /// The conversation as it is now; what it links to is for this reader.
    pub fn new(conversation: Conversation, app: &App, reader: Option<UserId>) -> Self {
        let updated_at = conversation.active_at().into();
        let row = conversation.row;
        let work = conversation.work;
        let named = |person: Option<Person>| person.as_ref().map(Into::into);
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
            updated_at,
            is_archived: row.is_archived,
            unread_count: conversation.unread,
            participant_count: conversation.participants.len() as u64,
            participants: conversation.participants.into_iter().map(Into::into).collect(),
            last_message: last_message.map(|message| MessageObject::new(message, app, SenderAs::Id, reader)),
            messages: None,
            last_seq: row.last_seq,
            rev: row.last_rev,
            assignee: named(conversation.assignee),
            customer: named(conversation.customer),
            ticket: conversation.ticket.map(Into::into),
            priority: work.as_ref().map(|work| work.priority.into()),
            snoozed_until: match &work {
                None => MaybeUndefined::Undefined,
                Some(work) => match work.snoozed_until {
                    None => MaybeUndefined::Null,
                    Some(until) => MaybeUndefined::Value(until.into()),
                },
            },
            labels: work.map(|work| work.labels.into_iter().map(Into::into).collect()),
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
    pub fn new(listed: Listed, app: &App, reader: UserId) -> Self {
        let results = listed.rows.into_iter();
        Self {
            count: listed.count,
            next: listed.next.map(|cursor| cursor.encode()),
            previous: listed.previous.map(|cursor| cursor.encode()),
            results: results
                .map(|conversation| ConversationObject::new(conversation, app, Some(reader)))
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

/// A person whom one may write to.
#[derive(Object, Clone, Debug)]
pub struct FoundPerson {
    /// The user's id.
    pub id: String,
    pub username: String,
    #[oai(nullable)]
    pub full_name: Option<String>,
}

impl From<user::Model> for FoundPerson {
    fn from(row: user::Model) -> Self {
        Self {
            id: row.id.to_string(),
            username: row.username,
            full_name: row.full_name,
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

impl From<ConversationKind> for Kind {
    fn from(kind: ConversationKind) -> Self {
        match kind {
            ConversationKind::Support => Self::Support,
            ConversationKind::Direct => Self::Direct,
            ConversationKind::Group => Self::Group,
            ConversationKind::Room => Self::Room,
            ConversationKind::Ticket => Self::Ticket,
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
