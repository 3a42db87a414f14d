//! Tickets on the wire.

use super::people::UserInfo;
use crate::wire::time::Timestamp;
use accounts::users::Named;
use desk::tickets::{CreateTicket, Ticket, UpdateTicket};
use entity::UserId;
use entity::ticket::{Status, Urgency};
use entity::user::Department;
use poem_openapi::types::{Example, MaybeUndefined};
use poem_openapi::{Enum, Object};
use serde::Deserialize;
use uuid::Uuid;

/// How soon it matters.
#[derive(Enum, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[oai(rename = "Urgency", rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum UrgencyWord {
    Low,
    #[default]
    Medium,
    High,
}

/// Where a ticket stands. `open` leads to `assigned` and `resolved`, `assigned` to `resolved` and `open`, `resolved` to
/// `closed` and `assigned`, `closed` nowhere.
#[derive(Enum, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename = "TicketStatus", rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum StatusWord {
    Open,
    Assigned,
    Resolved,
    Closed,
}

/// The team that works on it.
#[derive(Enum, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename = "Department", rename_all = "UPPERCASE")]
#[serde(rename_all = "UPPERCASE")]
pub enum DepartmentWord {
    It,
    Hr,
}

/// A ticket to open. Its words say which department it goes to.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "CreateTicket", example)]
pub struct CreateTicketBody {
    #[oai(validator(min_length = 1, max_length = 200))]
    pub title: String,
    #[oai(validator(min_length = 1, max_length = 2000))]
    pub description: String,
    /// `medium` unless given.
    #[oai(nullable)]
    pub urgency: Option<UrgencyWord>,
}

impl Example for CreateTicketBody {
    fn example() -> Self {
        Self {
            title: "Test WebSocket Chat".into(),
            description: "Testing real-time chat functionality".into(),
            urgency: Some(UrgencyWord::Medium),
        }
    }
}

impl From<CreateTicketBody> for CreateTicket {
    fn from(body: CreateTicketBody) -> Self {
        Self {
            title: Some(body.title),
            description: body.description,
            urgency: body.urgency.unwrap_or_default().into(),
            topic: None,
            rating: None,
            station: None,
            owner: None,
            sorted: true,
        }
    }
}

/// What changes; what is absent stays. Status, department and assignee are for agents and admins.
#[derive(Object, Deserialize, Clone, Debug, Default)]
#[oai(rename = "UpdateTicket", example)]
#[serde(default)]
pub struct UpdateTicketBody {
    #[oai(nullable)]
    pub status: Option<StatusWord>,
    #[oai(nullable, validator(min_length = 1, max_length = 200))]
    pub title: Option<String>,
    #[oai(nullable, validator(min_length = 1, max_length = 2000))]
    pub description: Option<String>,
    #[oai(nullable)]
    pub urgency: Option<UrgencyWord>,
    #[oai(nullable)]
    pub department: Option<DepartmentWord>,
    /// The id or username of an agent or admin; `null`: nobody any more.
    pub assignee_id: MaybeUndefined<String>,
    /// What its user says of how it was handled.
    #[oai(nullable, validator(max_length = 2000))]
    pub feedback: Option<String>,
}

impl Example for UpdateTicketBody {
    fn example() -> Self {
        Self {
            status: Some(StatusWord::Assigned),
            ..Self::default()
        }
    }
}

impl From<UpdateTicketBody> for UpdateTicket {
    fn from(body: UpdateTicketBody) -> Self {
        Self {
            status: body.status.map(Into::into),
            title: body.title,
            description: body.description,
            urgency: body.urgency.map(Into::into),
            department: body.department.map(Into::into),
            assignee: match body.assignee_id {
                MaybeUndefined::Undefined => None,
                MaybeUndefined::Null => Some(None),
                MaybeUndefined::Value(who) => Some(Some(named(who))),
            },
            rating: None,
            feedback: body.feedback,
            closes_directly: false,
            reopens: false,
        }
    }
}

/// A username is never all digits.
fn named(text: String) -> Named {
    match text.parse() {
        Ok(id) => Named::Id(UserId(id)),
        Err(_) => Named::Name(text),
    }
}

/// A ticket.
#[derive(Object, Clone, Debug)]
#[oai(rename = "Ticket")]
pub struct TicketObject {
    /// The conversation's id.
    pub id: Uuid,
    /// `TKT-…`
    pub ticket_id: String,
    /// The number that the `support` dialect names it by.
    pub support_id: i64,
    pub title: String,
    pub description: String,
    pub urgency: UrgencyWord,
    pub status: StatusWord,
    /// None: every agent sees it.
    #[oai(nullable)]
    pub department: Option<DepartmentWord>,
    /// The id of who works on it.
    #[oai(nullable)]
    pub assignee_id: Option<String>,
    /// The id of whose it is.
    pub user_id: String,
    pub user_info: UserInfo,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[oai(nullable)]
    pub closed_at: Option<Timestamp>,
    /// The content check found something.
    pub misuse_flag: bool,
    /// What its user said of how it was handled.
    #[oai(nullable)]
    pub feedback: Option<String>,
}

impl From<Ticket> for TicketObject {
    fn from(ticket: Ticket) -> Self {
        let row = ticket.row;
        Self {
            id: row.conversation_id.0,
            ticket_id: row.ticket_id,
            support_id: row.id.0,
            title: row.title,
            description: row.description,
            urgency: row.urgency.into(),
            status: row.status.into(),
            department: row.department.map(Into::into),
            assignee_id: row.assignee_id.map(|id| id.to_string()),
            user_id: row.user_id.to_string(),
            user_info: ticket.owner.into(),
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
            closed_at: row.closed_at.map(Into::into),
            misuse_flag: row.is_flagged,
            feedback: row.feedback,
        }
    }
}

/// A page of tickets, newest first.
#[derive(Object, Clone, Debug)]
pub struct TicketPage {
    pub tickets: Vec<TicketObject>,
    /// How many there are on all pages.
    pub total_count: u64,
    /// From 1.
    pub page: u64,
    pub limit: u64,
    pub total_pages: u64,
}

impl TicketPage {
    /// The page of this number, of `total_count` tickets.
    pub fn new(found: Vec<Ticket>, total_count: u64, page: u64, limit: u64) -> Self {
        Self {
            tickets: found.into_iter().map(Into::into).collect(),
            total_count,
            page,
            limit,
            total_pages: total_count.div_ceil(limit.max(1)),
        }
    }
}

macro_rules! same_words {
    ($wire:ident, $stored:ident, $($word:ident),+) => {
        impl From<$stored> for $wire {
            fn from(word: $stored) -> Self {
                match word { $($stored::$word => Self::$word),+ }
            }
        }

        impl From<$wire> for $stored {
            fn from(word: $wire) -> Self {
                match word { $($wire::$word => Self::$word),+ }
            }
        }
    };
}

same_words!(UrgencyWord, Urgency, Low, Medium, High);
same_words!(StatusWord, Status, Open, Assigned, Resolved, Closed);
same_words!(DepartmentWord, Department, It, Hr);
