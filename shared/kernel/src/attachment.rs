//! An uploaded file as it travels.

use chrono::{DateTime, Utc};
use entity::attachment::{self, State};
use entity::{AttachmentId, ConversationId, UserId};
use serde::{Deserialize, Serialize};

/// An uploaded file as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub id: AttachmentId,
    pub uploader: UserId,
    pub conversation: Option<ConversationId>,
    pub file_name: String,
    /// Bytes.
    pub file_size: i64,
    pub content_type: String,
    pub state: State,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// Pixels, as displayed.
    pub width: Option<i32>,
    pub height: Option<i32>,
    pub has_thumbnail: bool,
    pub created_at: DateTime<Utc>,
}

impl From<attachment::Model> for Attachment {
    fn from(row: attachment::Model) -> Self {
        Self {
            id: row.id,
            uploader: row.uploader_id,
            conversation: row.conversation_id,
            file_name: row.file_name,
            file_size: row.file_size,
            content_type: row.content_type,
            state: row.state,
            reason: row.reason,
            width: row.width,
            height: row.height,
            has_thumbnail: row.thumbnail_key.is_some(),
            created_at: row.created_at,
        }
    }
}
