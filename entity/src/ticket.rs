//! Tickets: `ticket`. Each is one conversation, which holds its title, its `TKT-…` name and its messages.

use crate::user::Department;
use crate::{ConversationId, StationId, SupportId, UserId};
use sea_orm::entity::prelude::*;

/// How soon it matters.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(8))")]
#[serde(rename_all = "lowercase")]
pub enum Urgency {
    #[sea_orm(string_value = "low")]
    Low,
    #[sea_orm(string_value = "medium")]
    Medium,
    #[sea_orm(string_value = "high")]
    High,
}

/// Where a ticket stands. Which may follow which is in `shared/desk/src/tickets`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
#[serde(rename_all = "lowercase")]
pub enum Status {
    #[sea_orm(string_value = "open")]
    Open,
    /// Somebody works on it; `in_progress` in `support`.
    #[sea_orm(string_value = "assigned")]
    Assigned,
    #[sea_orm(string_value = "resolved")]
    Resolved,
    #[sea_orm(string_value = "closed")]
    Closed,
}

#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "ticket")]
pub struct Model {
    /// The number that `support` names it by.
    #[sea_orm(primary_key)]
    pub id: SupportId,
    #[sea_orm(unique)]
    pub conversation_id: ConversationId,
    /// The same as the conversation's alias.
    #[sea_orm(unique)]
    pub ticket_id: String,
    /// Whose it is.
    pub user_id: UserId,
    pub title: String,
    /// Lower-cased, for search: SQLite folds ASCII only.
    pub title_key: String,
    pub description: String,
    pub urgency: Urgency,
    pub status: Status,
    /// The team that sees it; none: every agent does.
    pub department: Option<Department>,
    /// What `support` calls its type, a client's word.
    #[sea_orm(column_name = "type")]
    pub topic: String,
    pub assignee_id: Option<UserId>,
    pub station_id: Option<StationId>,
    /// 1–5, from its owner, once it is closed.
    pub rating: Option<i32>,
    /// What its owner said of how it was handled.
    pub feedback: Option<String>,
    /// The content check found something.
    pub is_flagged: bool,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    /// When the work on it ended; none while it is not over.
    pub resolved_at: Option<DateTimeUtc>,
    pub closed_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// The ticket that this conversation is.
    pub fn of(conversation: ConversationId) -> Select<Self> {
        Self::find().filter(Column::ConversationId.eq(conversation))
    }
}
