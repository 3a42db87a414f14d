//! Uploaded files: `chat_attachment`. The bytes are in the file store under `key`.

use crate::{AttachmentId, ConversationId, UserId};
use sea_orm::entity::prelude::*;

/// Where the worker stands with a file.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
#[serde(rename_all = "lowercase")]
pub enum State {
    #[sea_orm(string_value = "processing")]
    Processing,
    #[sea_orm(string_value = "ready")]
    Ready,
    #[sea_orm(string_value = "rejected")]
    Rejected,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "chat_attachment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AttachmentId,
    pub uploader_id: UserId,
    /// The conversation whose people may read it; none until it is sent, when only its uploader may.
    pub conversation_id: Option<ConversationId>,
    /// Whether a message carries it; one that none carries is an orphan.
    pub is_attached: bool,
    pub file_name: String,
    pub file_size: i64,
    pub content_type: String,
    pub state: State,
    /// Why it was rejected.
    pub reason: Option<String>,
    pub width: Option<i32>,
    pub height: Option<i32>,
    pub key: String,
    pub thumbnail_key: Option<String>,
    pub thumbnail_type: Option<String>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
