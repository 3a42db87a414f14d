//! Messages: `chat_message`.

use crate::{AttachmentId, ConversationId, MessageId, UserId};
use sea_orm::entity::prelude::*;

/// Who speaks in a message.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(8))")]
#[serde(rename_all = "lowercase")]
pub enum Voice {
    #[sea_orm(string_value = "user")]
    User,
    #[sea_orm(string_value = "agent")]
    Agent,
    #[sea_orm(string_value = "bot")]
    Bot,
    #[sea_orm(string_value = "system")]
    System,
}

#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "chat_message")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MessageId,
    pub conversation_id: ConversationId,
    /// 1..n, gap-free in its conversation.
    pub seq: i64,
    /// The conversation's change counter when this row last changed.
    pub rev: i64,
    /// The same when it was created.
    pub created_rev: i64,
    pub sender_id: UserId,
    #[sea_orm(column_name = "type")]
    pub voice: Voice,
    /// Markdown; empty once deleted.
    pub text: String,
    /// The text as HTML, rendered where it was written. Empty: the plain form, which is not stored. None: a row from before
    /// HTML was stored, shown in the plain form until it has been rendered.
    #[sea_orm(column_type = "Text", nullable)]
    pub html: Option<String>,
    /// The text's words for search, written and read by the database only; empty on SQLite, whose triggers
    /// index the text itself.
    pub words: String,
    /// The client's own id of the send: unique per conversation and sender, so a repeat stores nothing.
    pub client_id: Option<String>,
    pub reply_to: Option<MessageId>,
    /// On a bot's message, the message that it answers: unique per sender, so a repeat stores nothing.
    pub in_reply_to: Option<MessageId>,
    pub attachment_id: Option<AttachmentId>,
    pub is_edited: bool,
    pub is_deleted: bool,
    /// What the bot knew: sources, prompts, trace.
    pub meta: Option<Json>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    /// When it first reached a client of somebody else's.
    pub delivered_at: Option<DateTimeUtc>,
    /// When somebody else first read it.
    pub read_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// The messages of one conversation.
    pub fn in_conversation(id: ConversationId) -> Select<Self> {
        Self::find().filter(Column::ConversationId.eq(id))
    }
}
