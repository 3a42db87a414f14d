//! Who takes part in a conversation, and how far they have read: `chat_participant`.

use crate::{ConversationId, UserId};
use sea_orm::entity::prelude::*;

/// A person's part in a conversation.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Made it; may add and remove people.
    #[sea_orm(string_value = "owner")]
    Owner,
    #[sea_orm(string_value = "member")]
    Member,
    /// Works on it for the company.
    #[sea_orm(string_value = "agent")]
    Agent,
    #[sea_orm(string_value = "bot")]
    Bot,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "chat_participant")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub conversation_id: ConversationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    pub role: Part,
    pub joined_at: DateTimeUtc,
    /// Who let them in; none: nobody did, they made it or came by themselves.
    pub added_by: Option<UserId>,
    /// Messages up to this `seq` were said before their time, and are not theirs to read; 0: they read everything.
    pub joined_seq: i64,
    /// Everything up to this `seq` is read; never goes back.
    pub last_read_seq: i64,
    pub last_read_at: Option<DateTimeUtc>,
    /// Everything up to this `seq` reached one of the person's clients; never goes back.
    pub last_delivered_seq: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// The people of one conversation.
    pub fn in_conversation(id: ConversationId) -> Select<Self> {
        Self::find().filter(Column::ConversationId.eq(id))
    }

    /// One person's part in one conversation.
    pub fn of(id: ConversationId, user: UserId) -> Select<Self> {
        Self::in_conversation(id).filter(Column::UserId.eq(user))
    }
}
