//! The company's work on conversations on the wire: what only agents and admins see, and what they ask for.

use super::requests::NamedPerson;
use crate::wire::time::Timestamp;
use kernel::person::Person;
use poem_openapi::types::{Example, MaybeUndefined};
use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};
use shared::conversations::{Counts, View, WorkCounts};
use shared::desk::{self, Note};
use shared::entity::conversation::Priority;
use shared::entity::ticket::{self, Status, Urgency};
use shared::entity::user::Department;
use shared::entity::{LabelId, label};
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

/// A new label.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "WriteLabel", example)]
pub struct WriteLabelBody {
    /// Unique, whatever the case.
    #[oai(validator(min_length = 1, max_length = 40))]
    pub name: String,
    /// `#rrggbb`; `#64748b` unless given.
    #[oai(nullable, validator(pattern = "^#[0-9a-fA-F]{6}$"))]
    pub color: Option<String>,
}

impl Example for WriteLabelBody {
    fn example() -> Self {
        Self {
            name: "billing".into(),
            color: Some("#0ea5e9".into()),
        }
    }
}

impl From<WriteLabelBody> for desk::WriteLabel {
    fn from(body: WriteLabelBody) -> Self {
        Self {
            name: body.name,
            color: body.color,
        }
    }
}

/// What changes of a label; what is absent stays.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "UpdateLabel", example)]
pub struct UpdateLabelBody {
    #[oai(nullable, validator(min_length = 1, max_length = 40))]
    pub name: Option<String>,
    /// `#rrggbb`
    #[oai(nullable, validator(pattern = "^#[0-9a-fA-F]{6}$"))]
    pub color: Option<String>,
}

impl Example for UpdateLabelBody {
    fn example() -> Self {
        Self {
            name: None,
            color: Some("#22c55e".into()),
        }
    }
}

impl From<UpdateLabelBody> for desk::UpdateLabel {
    fn from(body: UpdateLabelBody) -> Self {
        Self {
            name: body.name,
            color: body.color,
        }
    }
}

/// Who is to have a conversation.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "AssignConversation", example)]
pub struct AssignBody {
    /// The id or username of an agent or admin who may see it; `null`: nobody any more.
    #[serde(default)]
    pub assignee_id: MaybeUndefined<NamedPerson>,
}

impl Example for AssignBody {
    fn example() -> Self {
        Self {
            assignee_id: MaybeUndefined::Value(NamedPerson::new("2")),
        }
    }
}

/// A note's text.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "WriteNote", example)]
pub struct WriteNoteBody {
    /// 1–4000 characters of Markdown; `@username` tells an agent or admin.
    #[oai(validator(min_length = 1, max_length = 4000))]
    pub text: String,
}

impl Example for WriteNoteBody {
    fn example() -> Self {
        Self {
            text: "She called yesterday, too. @itagent, please look.".into(),
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

/// How many there are by status.
#[derive(Object, Clone, Debug, PartialEq, Eq)]
#[oai(rename = "StatusCounts")]
pub struct StatusCountsObject {
    pub open: u64,
    pub pending: u64,
    pub snoozed: u64,
    pub resolved: u64,
}

impl From<Counts> for StatusCountsObject {
    fn from(counts: Counts) -> Self {
        Self {
            open: counts.open,
            pending: counts.pending,
            snoozed: counts.snoozed,
            resolved: counts.resolved,
        }
    }
}

/// How many customers' conversations and tickets there are.
#[derive(Object, Clone, Debug, PartialEq, Eq)]
#[oai(rename = "ConversationCounts")]
pub struct ConversationCountsObject {
    /// The caller's own.
    pub mine: StatusCountsObject,
    /// Nobody's.
    pub unassigned: StatusCountsObject,
    /// All that the caller may see.
    pub all: StatusCountsObject,
}

impl From<WorkCounts> for ConversationCountsObject {
    fn from(counts: WorkCounts) -> Self {
        Self {
            mine: counts.mine.into(),
            unassigned: counts.unassigned.into(),
            all: counts.all.into(),
        }
    }
}

/// The labels of these ids.
pub fn label_ids(ids: Vec<i64>) -> Vec<LabelId> {
    ids.into_iter().map(LabelId).collect()
}
