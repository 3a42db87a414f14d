//! Images of articles: `bot_article_image`. The bytes are in the file store under `key`.

use crate::{ArticleImageId, UserId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "bot_article_image")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ArticleImageId,
    /// `help/<id>.<extension>`; its last part is the last part of its address.
    pub key: String,
    /// What was found in the bytes: `image/jpeg`, `image/png`, `image/gif` or `image/webp`.
    pub content_type: String,
    /// In bytes, as it is stored.
    pub file_size: i64,
    pub created_by: UserId,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
