//! Canned replies on the wire.

use crate::wire::time::Timestamp;
use poem_openapi::Object;
use poem_openapi::types::Example;
use serde::Deserialize;
use shared::entity::canned_reply;

/// A text that is put into an answer by its shortcut.
#[derive(Object, Clone, Debug)]
#[oai(rename = "CannedReply")]
pub struct CannedReplyObject {
    pub id: i64,
    pub shortcut: String,
    /// Markdown.
    pub text: String,
    pub updated_at: Timestamp,
}

impl From<canned_reply::Model> for CannedReplyObject {
    fn from(row: canned_reply::Model) -> Self {
        Self {
            id: row.id.0,
            shortcut: row.shortcut,
            text: row.text,
            updated_at: row.updated_at.into(),
        }
    }
}

/// A canned reply to be kept.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "WriteCannedReply", example)]
pub struct WriteCannedReplyBody {
    /// Unique among them.
    #[oai(validator(min_length = 1, max_length = 40, pattern = "^[a-z0-9_-]+$"))]
    pub shortcut: String,
    /// Markdown.
    #[oai(validator(min_length = 1, max_length = 4000))]
    pub text: String,
}

impl Example for WriteCannedReplyBody {
    fn example() -> Self {
        Self {
            shortcut: "refund".into(),
            text: "Your refund is on its way; banks take *three to five* days.".into(),
        }
    }
}
