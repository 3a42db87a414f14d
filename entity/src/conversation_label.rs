//! Which conversation has which labels: `conversation_label`.

use crate::{ConversationId, LabelId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "conversation_label")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub conversation_id: ConversationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub label_id: LabelId,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// The labels of one conversation.
    pub fn of(conversation: ConversationId) -> Select<Self> {
        Self::find().filter(Column::ConversationId.eq(conversation))
    }
}
