//! Articles of the help centre, from which the bot answers: `bot_article`.

use crate::{ArticleId, DocumentId, UserId};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// Who may read it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(9))")]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Those who keep the articles; the bot does not answer from it.
    #[sea_orm(string_value = "draft")]
    Draft,
    /// Everybody.
    #[sea_orm(string_value = "published")]
    Published,
}

#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "bot_article")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ArticleId,
    pub title: String,
    /// Markdown.
    pub body: String,
    /// Where it can be read, if not at `/help/<slug>`.
    pub url: Option<String>,
    /// An array of strings.
    pub tags: Json,
    pub locale: String,
    /// The last part of its page's address; no two have the same.
    #[sea_orm(unique)]
    pub slug: String,
    pub category: Option<String>,
    /// The same in an article and in its translations; none: there are no translations.
    pub translations: Option<Uuid>,
    pub status: Status,
    /// Questions that it answers, as people ask them: an array of strings.
    pub questions: Json,
    /// Changes that are not published; see `assist::knowledge::Content`.
    pub draft: Option<Json>,
    /// It came with the server, and nobody has changed it.
    pub is_example: bool,
    /// The number of the version that is shown.
    pub version: i32,
    /// How many readers said that it helped.
    pub helpful: i32,
    /// How many said that it did not.
    pub unhelpful: i32,
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
