//! Texts that agents and admins put into their answers by a shortcut: `canned_reply`.

use crate::{CannedReplyId, UserId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "canned_reply")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: CannedReplyId,
    /// Of `a-z`, `0-9`, `_` and `-`; unique.
    #[sea_orm(unique)]
    pub shortcut: String,
    /// Markdown.
    pub text: String,
    pub created_by: UserId,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
