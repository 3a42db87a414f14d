//! Conversations: `chat_conversation`.

use crate::{ConversationId, UserId};
use sea_orm::entity::prelude::*;

/// What a conversation is, which decides who may see it and whether the bot may answer.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A customer's conversation with the company: the bot first, agents when asked; every agent sees it.
    #[sea_orm(string_value = "support")]
    Support,
    /// Two or more named people; nobody else sees it.
    #[sea_orm(string_value = "direct")]
    Direct,
    /// A named group; nobody else sees it.
    #[sea_orm(string_value = "group")]
    Group,
    /// A room of the `rooms` dialect.
    #[sea_orm(string_value = "room")]
    Room,
    /// A ticket: its department's agents see it.
    #[sea_orm(string_value = "ticket")]
    Ticket,
}

/// Where the work on a conversation stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
#[serde(rename_all = "lowercase")]
pub enum Status {
    #[sea_orm(string_value = "open")]
    Open,
    #[sea_orm(string_value = "pending")]
    Pending,
    #[sea_orm(string_value = "snoozed")]
    Snoozed,
    #[sea_orm(string_value = "resolved")]
    Resolved,
}

/// How soon the company should look at it.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    serde::Serialize,
    serde::Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(8))")]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    #[default]
    #[sea_orm(string_value = "none")]
    None,
    #[sea_orm(string_value = "low")]
    Low,
    #[sea_orm(string_value = "medium")]
    Medium,
    #[sea_orm(string_value = "high")]
    High,
    #[sea_orm(string_value = "urgent")]
    Urgent,
}

#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "chat_conversation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ConversationId,
    pub kind: Kind,
    /// The other name of a room (`chat-…`) or a ticket (`TKT-…`).
    #[sea_orm(unique)]
    pub alias: Option<String>,
    pub title: String,
    /// Lower-cased, for search: SQLite folds ASCII only.
    pub title_key: String,
    pub description: Option<String>,
    /// What a client stored with a room; never interpreted.
    pub metadata: Option<Json>,
    pub status: Status,
    /// Whether the bot answers; read under the writer's row lock.
    pub bot_on: bool,
    pub is_archived: bool,
    pub created_by: Option<UserId>,
    /// Which first message made it, a hash of its sender and `client_id`: a repeat makes no second one.
    #[sea_orm(unique)]
    pub begun_by: Option<String>,
    /// Who of the company has it; a ticket's is its ticket's, kept here for lists.
    pub assignee_id: Option<UserId>,
    pub priority: Priority,
    /// When it is to open again; only while it is snoozed.
    pub snoozed_until: Option<DateTimeUtc>,
    /// When somebody last stopped taking part: links to files that went to everybody before then are dead.
    pub people_left_at: Option<DateTimeUtc>,
    /// The newest message's number; messages are 1..=last_seq without a gap.
    pub last_seq: i64,
    /// The newest change's number.
    pub last_rev: i64,
    pub created_at: DateTimeUtc,
    /// The newest activity: a message, its edit or its deletion, or the desk's work. Where messages come quickly it is up to a
    /// second behind.
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
