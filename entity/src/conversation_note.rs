//! What the staff notes to itself about a conversation: `conversation_note`. Never shown to anybody else.

use crate::{ConversationId, NoteId, UserId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "conversation_note")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoteId,
    pub conversation_id: ConversationId,
    pub author_id: UserId,
    #[sea_orm(column_type = "Text")]
    pub text: String,
    /// The text as HTML, as a message's is.
    #[sea_orm(column_type = "Text", nullable)]
    pub html: Option<String>,
    /// The usernames of the staff whom it names.
    pub mentions: Json,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// The notes about one conversation.
    pub fn of(conversation: ConversationId) -> Select<Self> {
        Self::find().filter(Column::ConversationId.eq(conversation))
    }
}
