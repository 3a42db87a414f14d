//! What the passages of articles mean, as a model's vectors: `bot_article_vectors`. Made of the articles, and made again.

use crate::ArticleId;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "bot_article_vectors")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub article_id: ArticleId,
    /// The model that they are of, with whatever else they depend on.
    pub model: String,
    /// The version of the article that they are of.
    pub version: i32,
    /// One passage's after the other's, as little-endian 32-bit floats.
    pub vectors: Vec<u8>,
    pub made_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
