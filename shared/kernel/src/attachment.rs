//! An uploaded file as it travels.

use chrono::{DateTime, Utc};
use entity::attachment::{self, State};
use entity::{AttachmentId, ConversationId, UserId};
use serde::{Deserialize, Serialize};

/// An uploaded file as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Also names the file in links, `/files/{id}`.
    pub id: AttachmentId,
    /// The only one who may read it until it is sent.
    pub uploader: UserId,
    /// The one that it was sent in, or is to be sent in; none: not known yet.
    pub conversation: Option<ConversationId>,
    /// A safe name, made from the one that the uploader claimed; at most 255 bytes.
    pub file_name: String,
    /// Bytes.
    pub file_size: i64,
    /// The media type, found in the bytes; the one that was claimed is not believed.
    pub content_type: String,
    /// Whether it was checked, and what came of that. Nothing but `Ready` is served.
    pub state: State,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// Pixels, as displayed.
    pub width: Option<i32>,
    /// The same downwards; both are none for what is no picture, and before it is checked.
    pub height: Option<i32>,
    /// Whether there is a small picture of it.
    pub has_thumbnail: bool,
    /// When it was uploaded.
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
