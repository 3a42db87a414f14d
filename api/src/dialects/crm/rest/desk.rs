//! The company's work on conversations on the wire: what only agents and admins see, and what they ask for.

use crate::wire::time::Timestamp;
use chat::conversations::View;
use entity::conversation::Priority;
use entity::ticket::{self, Status, Urgency};
use entity::user::Department;
use entity::{LabelId, label};
use kernel::note::Note;
use kernel::person::Person;
use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A person whom a conversation or a note names.
#[derive(Object, Serialize, Clone, Debug, PartialEq, Eq)]
#[oai(rename = "NamedUser")]
pub struct NamedUserObject {
    /// The user's id.
    pub id: String,
    pub username: String,
    /// What to show: the full name, else the username.
    pub name: String,
}

impl From<&Person> for NamedUserObject {
    fn from(person: &Person) -> Self {
        Self {
            id: person.id.to_string(),
            username: person.username.to_string(),
            name: person.name.to_string(),
        }
    }
}

/// Where a ticket stands.
#[derive(Enum, Serialize, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum TicketState {
    Open,
    /// Somebody works on it.
    Assigned,
    Resolved,
    Closed,
}

/// How soon a ticket matters to its user.
#[derive(Enum, Serialize, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum TicketUrgency {
    Low,
    Medium,
    High,
}

/// The ticket that a conversation is.
#[derive(Object, Serialize, Clone, Debug, PartialEq, Eq)]
#[oai(rename = "ConversationTicket")]
pub struct TicketObject {
    /// Its number.
    pub support_id: i64,
    /// `TKT-…`
    pub ticket_id: String,
    pub status: TicketState,
    pub urgency: TicketUrgency,
    /// `IT` or `HR`, whose agents see it; none: every agent does.
    #[oai(nullable)]
    pub department: Option<String>,
}

impl From<ticket::Model> for TicketObject {
    fn from(row: ticket::Model) -> Self {
        Self {
            support_id: row.id.0,
            ticket_id: row.ticket_id,
            status: match row.status {
                Status::Open => TicketState::Open,
                Status::Assigned => TicketState::Assigned,
                Status::Resolved => TicketState::Resolved,
                Status::Closed => TicketState::Closed,
            },
            urgency: match row.urgency {
                Urgency::Low => TicketUrgency::Low,
                Urgency::Medium => TicketUrgency::Medium,
                Urgency::High => TicketUrgency::High,
            },
            department: row.department.map(|department| match department {
                Department::It => "IT".into(),
                Department::Hr => "HR".into(),
            }),
        }
    }
}

/// How soon the company should look at a conversation.
#[derive(Enum, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum PriorityWord {
    None,
    Low,
    Medium,
    High,
    Urgent,
}

impl From<Priority> for PriorityWord {
    fn from(priority: Priority) -> Self {
        match priority {
            Priority::None => Self::None,
            Priority::Low => Self::Low,
            Priority::Medium => Self::Medium,
            Priority::High => Self::High,
            Priority::Urgent => Self::Urgent,
        }
    }
}

impl From<PriorityWord> for Priority {
    fn from(word: PriorityWord) -> Self {
        match word {
            PriorityWord::None => Self::None,
            PriorityWord::Low => Self::Low,
            PriorityWord::Medium => Self::Medium,
            PriorityWord::High => Self::High,
            PriorityWord::Urgent => Self::Urgent,
        }
    }
}

/// Whose work a list shows.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename_all = "lowercase")]
pub enum ViewWord {
    /// The caller's own.
    Mine,
    /// Customers' conversations and tickets that nobody has.
    Unassigned,
    All,
}

impl From<ViewWord> for View {
    fn from(word: ViewWord) -> Self {
        match word {
            ViewWord::Mine => Self::Mine,
            ViewWord::Unassigned => Self::Unassigned,
            ViewWord::All => Self::All,
        }
    }
}

/// A label that the staff puts on conversations.
#[derive(Object, Serialize, Clone, Debug, PartialEq, Eq)]
#[oai(rename = "Label")]
pub struct LabelObject {
    pub id: i64,
    pub name: String,
    /// `#rrggbb`
    pub color: String,
}

impl From<label::Model> for LabelObject {
    fn from(row: label::Model) -> Self {
        Self {
            id: row.id.0,
            name: row.name,
            color: row.color,
        }
    }
}

/// What the staff noted about a conversation. Nobody else sees it.
#[derive(Object, Serialize, Clone, Debug, PartialEq)]
#[oai(rename = "Note")]
pub struct NoteObject {
    pub id: Uuid,
    pub conversation_id: Uuid,
    pub author: NamedUserObject,
    /// Markdown.
    pub text: String,
    /// `text` as HTML, safe to show.
    pub html: String,
    /// The usernames of the agents and admins whom it names.
    pub mentions: Vec<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl From<&Note> for NoteObject {
    fn from(note: &Note) -> Self {
        Self {
            id: note.id.0,
            conversation_id: note.conversation.0,
            author: (&note.author).into(),
            html: note.html().into_owned(),
            text: note.text.clone(),
            mentions: note.mentions.clone(),
            created_at: note.created_at.into(),
            updated_at: note.updated_at.into(),
        }
    }
}

/// The labels of these ids.
pub fn label_ids(ids: Vec<i64>) -> Vec<LabelId> {
    ids.into_iter().map(LabelId).collect()
}
