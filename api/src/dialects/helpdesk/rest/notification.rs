//! Notifications on the wire.

use crate::wire::time::Timestamp;
use desk::notifications::Listed;
use entity::NotificationId;
use entity::notification::{self, Kind};
use poem_openapi::types::Any;
use poem_openapi::{Enum, Object};
use serde_json::Value;
use uuid::Uuid;

/// What somebody is told of.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename_all = "snake_case")]
pub enum NotificationType {
    TicketCreated,
    TicketAssigned,
    /// Changed, resolved, closed or deleted.
    TicketUpdated,
    MessageReceived,
    MisuseDetected,
    SystemAlert,
    /// Named in a note.
    Mentioned,
    /// A customer wants a person.
    HandoffRequested,
    ConversationAssigned,
    /// It was snoozed, and its time has come.
    ConversationWoke,
    ConversationResolved,
}

impl From<Kind> for NotificationType {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::TicketCreated => Self::TicketCreated,
            Kind::TicketAssigned => Self::TicketAssigned,
            Kind::TicketUpdated | Kind::TicketResolved | Kind::TicketDeleted => Self::TicketUpdated,
            Kind::MessageReceived => Self::MessageReceived,
            Kind::MisuseDetected => Self::MisuseDetected,
            Kind::SystemAlert => Self::SystemAlert,
            Kind::Mentioned => Self::Mentioned,
            Kind::HandoffRequested => Self::HandoffRequested,
            Kind::ConversationAssigned => Self::ConversationAssigned,
            Kind::ConversationWoke => Self::ConversationWoke,
            Kind::ConversationResolved => Self::ConversationResolved,
        }
    }
}

/// Something that the caller was told of.
#[derive(Object, Clone, Debug)]
#[oai(rename = "Notification")]
pub struct NotificationObject {
    pub id: Uuid,
    /// The same as `id`.
    pub notification_id: Uuid,
    /// The id of who is told.
    pub user_id: String,
    pub title: String,
    pub message: String,
    /// What it is about.
    #[oai(rename = "type")]
    pub kind: NotificationType,
    pub read: bool,
    /// What it is about, as it was then.
    pub data: Any<Value>,
    pub created_at: Timestamp,
    #[oai(nullable)]
    pub read_at: Option<Timestamp>,
}

impl From<notification::Model> for NotificationObject {
    fn from(row: notification::Model) -> Self {
        Self {
            id: row.id.0,
            notification_id: row.id.0,
            user_id: row.user_id.to_string(),
            title: row.title,
            message: row.message,
            kind: row.kind.into(),
            read: row.read_at.is_some(),
            data: Any(row.data),
            created_at: row.created_at.into(),
            read_at: row.read_at.map(Into::into),
        }
    }
}

/// A page of the caller's notifications, newest first.
#[derive(Object, Clone, Debug)]
pub struct NotificationPage {
    pub notifications: Vec<NotificationObject>,
    /// How many there are on all pages.
    pub total: u64,
    /// From 1.
    pub page: u64,
    pub limit: u64,
    pub has_next: bool,
    /// How many of all are unread.
    pub unread_count: u64,
}

/// The page of this number.
pub fn notification_page(listed: Listed, page: u64, limit: u64) -> NotificationPage {
    NotificationPage {
        notifications: listed.notifications.into_iter().map(Into::into).collect(),
        total: listed.total,
        page,
        limit,
        has_next: page.saturating_mul(limit) < listed.total,
        unread_count: listed.unread,
    }
}

/// How many notifications the caller has.
#[derive(Object, Clone, Debug)]
pub struct UnreadCounts {
    pub unread_count: u64,
    /// Read ones too.
    pub total_count: u64,
}

/// It is done to one notification.
#[derive(Object, Clone, Debug)]
pub struct NotificationDone {
    pub message: String,
    pub notification_id: Uuid,
}

impl NotificationDone {
    /// What was done to which.
    pub fn new(message: &str, id: NotificationId) -> Self {
        Self {
            message: message.into(),
            notification_id: id.0,
        }
    }
}

/// It is done to several.
#[derive(Object, Clone, Debug)]
pub struct NotificationsDone {
    pub message: String,
    /// How many were unread.
    pub count: u64,
}
