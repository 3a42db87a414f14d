//! What articles said before they were changed: `bot_article_version`.

use crate::{ArticleId, UserId};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "bot_article_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub article_id: ArticleId,
    /// From 1 within the article.
    pub number: i32,
    /// See `assist::knowledge::Content`.
    pub content: Json,
    /// Who put the next in its place.
    pub replaced_by: UserId,
    pub replaced_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
