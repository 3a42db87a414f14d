//! Notifications on the wire.

use crate::wire::time::Timestamp;
use desk::notifications::Listed;
use entity::notification::{self, Kind};
use poem_openapi::Object;
use poem_openapi::types::{Any, Example};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

/// A notification for the caller.
#[derive(Object, Clone, Debug)]
#[oai(rename = "OwnNotification")]
pub struct NotificationObject {
    pub id: Uuid,
    pub title: String,
    pub message: String,
    /// What it is about: `ticket_created`, `message_received`, …
    #[oai(rename = "type")]
    pub kind: String,
    /// Whether the caller has read it.
    pub read: bool,
    /// The same as `read`.
    pub is_read: bool,
    /// What it is about, as it was then.
    pub data: Any<Value>,
    pub created_at: Timestamp,
    #[oai(nullable)]
    pub read_at: Option<Timestamp>,
}

impl From<notification::Model> for NotificationObject {
    fn from(row: notification::Model) -> Self {
        let is_read = row.read_at.is_some();
        Self {
            id: row.id.0,
            title: row.title,
            message: row.message,
            kind: word(row.kind),
            read: is_read,
            is_read,
            data: Any(row.data),
            created_at: row.created_at.into(),
            read_at: row.read_at.map(Into::into),
        }
    }
}

/// The word that is stored.
fn word(kind: Kind) -> String {
    let word = serde_json::to_value(kind).unwrap_or_default();
    word.as_str().unwrap_or_default().into()
}

/// A page of the caller's notifications, newest first.
#[derive(Object, Clone, Debug)]
#[oai(rename = "OwnNotifications")]
pub struct NotificationList {
    /// How many there are on all pages.
    pub count: u64,
    /// How many of all are unread.
    pub unread_count: u64,
    /// The `cursor` of the next page.
    #[oai(nullable)]
    pub next: Option<String>,
    /// The `cursor` of the page before.
    #[oai(nullable)]
    pub previous: Option<String>,
    pub results: Vec<NotificationObject>,
}

impl NotificationList {
    /// The page that begins after `offset` of them.
    pub fn new(listed: Listed, offset: u64, limit: u64) -> Self {
        let count = listed.total;
        Self {
            count,
            unread_count: listed.unread,
            next: (offset + limit < count).then(|| (offset + limit).to_string()),
            previous: (offset > 0).then(|| offset.saturating_sub(limit).to_string()),
            results: listed.notifications.into_iter().map(Into::into).collect(),
        }
    }
}

/// A notification was read.
#[derive(Object, Deserialize, Clone, Debug, Default)]
#[oai(rename = "ChangeNotification", example)]
#[serde(default)]
pub struct ChangeNotificationBody {
    #[oai(nullable)]
    pub read: Option<bool>,
    /// The same as `read`.
    #[oai(nullable)]
    pub is_read: Option<bool>,
}

impl ChangeNotificationBody {
    /// Whichever was given.
    pub fn is_read(&self) -> Option<bool> {
        self.read.or(self.is_read)
    }
}

impl Example for ChangeNotificationBody {
    fn example() -> Self {
        Self {
            read: Some(true),
            is_read: None,
        }
    }
}
