//! Uploaded files on the wire.

use crate::wire::time::Timestamp;
use app::App;
use chat::attachments::{Attachment, Lasting, Link};
use entity::attachment::State;
use entity::{MessageId, UserId};
use poem_openapi::{Enum, Object};
use serde::Serialize;
use uuid::Uuid;

/// How far the server is with a file.
#[derive(Enum, Serialize, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum AttachmentStatus {
    /// Being checked.
    Processing,
    /// Checked; an image has its size and thumbnail.
    Ready,
    /// Cannot be used; `reason` says why.
    Rejected,
}

impl From<State> for AttachmentStatus {
    fn from(state: State) -> Self {
        match state {
            State::Processing => Self::Processing,
            State::Ready => Self::Ready,
            State::Rejected => Self::Rejected,
        }
    }
}

/// An uploaded file. Its links are good for five minutes; ask for the attachment again to renew them.
#[derive(Object, Serialize, Clone, Debug, PartialEq)]
#[oai(rename = "Attachment")]
pub struct AttachmentObject {
    /// The same as `attachment_id`.
    pub id: Uuid,
    /// The file's id: what a message carries as `attachment_id`.
    pub attachment_id: Uuid,
    /// A signed link to the file.
    pub file_url: String,
    /// The name, made safe.
    pub file_name: String,
    /// Bytes.
    pub file_size: i64,
    /// The type found in the bytes.
    pub content_type: String,
    /// How far the server is with it.
    pub status: AttachmentStatus,
    /// Why it was rejected.
    #[oai(nullable)]
    pub reason: Option<String>,
    /// Pixels, of an image.
    #[oai(nullable)]
    pub width: Option<i32>,
    /// Pixels, of an image.
    #[oai(nullable)]
    pub height: Option<i32>,
    /// A signed link to a small picture of it, where there is one.
    #[oai(nullable)]
    pub thumbnail_url: Option<String>,
    /// When it was uploaded.
    pub created_at: Timestamp,
}

impl AttachmentObject {
    /// The file with fresh links: for this reader alone, or for everybody in the conversation of the message that shows it.
    pub fn new(file: &Attachment, app: &App, message: Option<MessageId>, reader: Option<UserId>) -> Self {
        let origin = app.settings.public_url.as_deref().unwrap_or_default();
        let bound = Link {
            file: file.id,
            message,
            reader,
            lasting: Lasting::Minutes,
        };
        let signed = bound.query(app);
        let link = |part: &str| format!("{origin}/files/{}{part}?{signed}", file.id);
        Self {
            id: file.id.0,
            attachment_id: file.id.0,
            file_url: link(""),
            file_name: file.file_name.clone(),
            file_size: file.file_size,
            content_type: file.content_type.clone(),
            status: file.state.into(),
            reason: file.reason.clone(),
            width: file.width,
            height: file.height,
            thumbnail_url: file.has_thumbnail.then(|| link("/thumbnail")),
            created_at: file.created_at.into(),
        }
    }
}
