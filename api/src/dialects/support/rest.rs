//! The REST objects of the `support` dialect: what its requests and answers hold, as JSON and as OpenAPI schemas.

mod stations;
mod users;

pub use stations::{CreateStationBody, StationObject};
pub use users::{ChangePasswordBody, ChangedPassword, ProfileObject, RoleWord, UpdateProfileBody, role_word};

use crate::wire::time::Timestamp;
use desk::tickets::{CreateTicket, Statistics, Ticket, UpdateTicket};
use entity::ticket::{Status, Urgency};
use entity::user;
use entity::{StationId, UserId};
use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};
use serde::Deserialize;
use uuid::Uuid;

/// Where a ticket stands.
#[derive(Enum, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename = "SupportStatus", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum StatusWord {
    Open,
    /// Somebody works on it.
    InProgress,
    /// Resolved or closed.
    Closed,
}

impl StatusWord {
    /// The word, if it is one.
    pub fn of(text: &str) -> Option<Self> {
        match text {
            "open" => Some(Self::Open),
            "in_progress" => Some(Self::InProgress),
            "closed" => Some(Self::Closed),
            _ => None,
        }
    }

    /// The core's statuses that this word shows.
    pub fn statuses(self) -> Vec<Status> {
        match self {
            Self::Open => vec![Status::Open],
            Self::InProgress => vec![Status::Assigned],
            Self::Closed => vec![Status::Resolved, Status::Closed],
        }
    }
}

impl From<Status> for StatusWord {
    fn from(status: Status) -> Self {
        match status {
            Status::Open => Self::Open,
            Status::Assigned => Self::InProgress,
            Status::Resolved | Status::Closed => Self::Closed,
        }
    }
}

impl From<StatusWord> for Status {
    fn from(word: StatusWord) -> Self {
        match word {
            StatusWord::Open => Self::Open,
            StatusWord::InProgress => Self::Assigned,
            StatusWord::Closed => Self::Closed,
        }
    }
}

/// What a ticket is about.
#[derive(Enum, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename = "SupportType", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum TypeWord {
    BatteryIssue,
    StationIssue,
    Other,
}

impl TypeWord {
    fn as_str(self) -> &'static str {
        match self {
            Self::BatteryIssue => "battery_issue",
            Self::StationIssue => "station_issue",
            Self::Other => "other",
        }
    }
}

/// A ticket to open.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "CreateSupport", example)]
pub struct CreateSupportBody {
    /// The caller's own number; agents and admins may name anybody.
    pub user_id: i64,
    #[oai(validator(min_length = 1, max_length = 2000))]
    pub description: String,
    #[oai(nullable)]
    pub station_id: Option<i64>,
    /// `other` unless given.
    #[oai(rename = "type", nullable)]
    #[serde(rename = "type")]
    pub kind: Option<TypeWord>,
    /// 1–5.
    #[oai(nullable, validator(minimum(value = "1"), maximum(value = "5")))]
    pub rating: Option<i32>,
}

impl Example for CreateSupportBody {
    fn example() -> Self {
        Self {
            user_id: 1,
            description: "Battery swap machine not working".into(),
            station_id: Some(1),
            kind: Some(TypeWord::BatteryIssue),
            rating: None,
        }
    }
}

impl From<CreateSupportBody> for CreateTicket {
    fn from(body: CreateSupportBody) -> Self {
        Self {
            title: None,
            description: body.description,
            urgency: Urgency::Medium,
            topic: body.kind.map(|word| word.as_str().to_owned()),
            rating: body.rating,
            station: body.station_id.map(StationId),
            owner: Some(UserId(body.user_id)),
            sorted: false,
        }
    }
}

/// What changes; what is absent stays.
#[derive(Object, Deserialize, Clone, Debug, Default)]
#[oai(rename = "UpdateSupport", example)]
#[serde(default)]
pub struct UpdateSupportBody {
    #[oai(nullable)]
    pub status: Option<StatusWord>,
    #[oai(nullable, validator(min_length = 1, max_length = 2000))]
    pub description: Option<String>,
    /// Once it is closed.
    #[oai(nullable, validator(minimum(value = "1"), maximum(value = "5")))]
    pub rating: Option<i32>,
}

impl Example for UpdateSupportBody {
    fn example() -> Self {
        Self {
            status: Some(StatusWord::InProgress),
            ..Self::default()
        }
    }
}

impl From<UpdateSupportBody> for UpdateTicket {
    fn from(body: UpdateSupportBody) -> Self {
        Self {
            status: body.status.map(Into::into),
            description: body.description,
            rating: body.rating,
            closes_directly: true,
            ..Self::default()
        }
    }
}

/// A new status.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "SetSupportStatus")]
pub struct StatusBody {
    pub status: StatusWord,
}

/// A rating by the ticket's user.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "RateSupport", example)]
pub struct RatingBody {
    /// 1–5.
    #[oai(validator(minimum(value = "1"), maximum(value = "5")))]
    pub rating: i32,
}

impl Example for RatingBody {
    fn example() -> Self {
        Self { rating: 5 }
    }
}

/// Whose a ticket is.
#[derive(Object, Clone, Debug)]
pub struct SupportUser {
    /// The same as `user_id`.
    pub id: i64,
    pub user_id: i64,
    pub username: String,
    #[oai(nullable)]
    pub email: Option<String>,
    #[oai(nullable)]
    pub phone: Option<String>,
    #[oai(nullable)]
    pub full_name: Option<String>,
    pub role: String,
}

impl From<user::Model> for SupportUser {
    fn from(row: user::Model) -> Self {
        Self {
            id: row.id.0,
            user_id: row.id.0,
            username: row.username,
            email: row.email,
            phone: row.phone,
            full_name: row.full_name,
            role: role_word(row.role).into(),
        }
    }
}

/// A ticket.
#[derive(Object, Clone, Debug)]
#[oai(rename = "Support")]
pub struct SupportObject {
    pub support_id: i64,
    pub user_id: i64,
    #[oai(nullable)]
    pub station_id: Option<i64>,
    /// `battery_issue`, `station_issue` or `other`; of older tickets any word.
    #[oai(rename = "type")]
    pub kind: String,
    pub description: String,
    pub status: StatusWord,
    /// 1–5.
    #[oai(nullable)]
    pub rating: Option<i32>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub user: SupportUser,
    #[oai(nullable)]
    pub station: Option<StationObject>,
    /// The same ticket's name in `helpdesk`.
    pub ticket_id: String,
    /// The same ticket's conversation in `crm` and `team`.
    pub conversation_id: Uuid,
}

impl From<Ticket> for SupportObject {
    fn from(ticket: Ticket) -> Self {
        let row = ticket.row;
        Self {
            support_id: row.id.0,
            user_id: row.user_id.0,
            station_id: row.station_id.map(|id| id.0),
            kind: row.topic,
            description: row.description,
            status: row.status.into(),
            rating: row.rating,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
            user: ticket.owner.into(),
            station: ticket.station.map(Into::into),
            ticket_id: row.ticket_id,
            conversation_id: row.conversation_id.0,
        }
    }
}

/// Figures of the tickets that the caller sees.
#[derive(Object, Clone, Debug)]
pub struct SupportStatistics {
    pub total: u64,
    pub open: u64,
    pub in_progress: u64,
    /// Resolved or closed.
    pub closed: u64,
    /// How many have a rating.
    pub rated: u64,
    #[oai(nullable)]
    pub average_rating: Option<f64>,
}

impl From<Statistics> for SupportStatistics {
    fn from(figures: Statistics) -> Self {
        Self {
            total: figures.total,
            open: figures.open,
            in_progress: figures.assigned,
            closed: figures.resolved + figures.closed,
            rated: figures.rated,
            average_rating: figures.average_rating,
        }
    }
}
