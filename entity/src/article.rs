//! Knowledge articles that agents and admins added: `bot_article`. The shipped ones are in the binary.

use crate::{ArticleId, DocumentId, UserId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "bot_article")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ArticleId,
    pub title: String,
    /// Markdown.
    pub body: String,
    pub url: Option<String>,
    /// An array of strings.
    pub tags: Json,
    pub locale: String,
    /// The document that it is a part of; none: it was written as an article.
    pub document_id: Option<DocumentId>,
    /// That document's file.
    pub file_name: Option<String>,
    pub created_by: UserId,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
