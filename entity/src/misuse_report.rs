//! What somebody should look at because of how a person behaves: `misuse_report`. Seen by admins only.

use crate::{ConversationId, MessageId, ReportId, UserId};
use sea_orm::entity::prelude::*;

/// How bad it is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(8))")]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    #[sea_orm(string_value = "low")]
    Low,
    #[sea_orm(string_value = "medium")]
    Medium,
    #[sea_orm(string_value = "high")]
    High,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "misuse_report")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReportId,
    /// Whose doing it was.
    pub user_id: UserId,
    /// The ticket's `TKT-…`, if it was in one; it may be gone.
    pub ticket_id: Option<String>,
    /// The conversation that it was in, if any; it may be gone.
    pub conversation_id: Option<ConversationId>,
    /// The message that it was, if it was one; it may be gone.
    pub message_id: Option<MessageId>,
    /// A word for what was found: `abusive_language`, `sexual_content`, `spam_content`, or another process's.
    pub kind: String,
    pub severity: Severity,
    /// The text, shortened.
    #[sea_orm(column_type = "Text")]
    pub found: String,
    /// The same cause is reported once: a repeated job stores nothing.
    #[sea_orm(unique)]
    pub cause: String,
    pub created_at: DateTimeUtc,
    pub reviewed_at: Option<DateTimeUtc>,
    /// The admin who looked at it.
    pub reviewed_by: Option<UserId>,
    /// What that admin did about it.
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// The reports about one person.
    pub fn of(user: UserId) -> Select<Self> {
        Self::find().filter(Column::UserId.eq(user))
    }
}
