//! The bot's knowledge, kept by agents and admins.

use super::openapi::Tag;
use crate::bearer::Bearer;
use crate::body::Body;
use crate::problem::Problem;
use crate::wire::params::{Done, PathText, given};
use crate::wire::time::Timestamp;
use app::App;
use assist::knowledge::{self, WriteArticle};
use entity::{ArticleId, article};
use kernel::error::Error;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::types::Example;
use poem_openapi::{ApiResponse, Object, OpenApi};
use serde::Deserialize;
use uuid::Uuid;

pub(super) struct ArticlesApi(pub App);

#[derive(ApiResponse)]
enum Added {
    /// The article is stored.
    #[oai(status = 201)]
    Created(Json<ArticleObject>),
}

#[OpenApi(prefix_path = "/api/bot/articles", tag = "Tag::Knowledge")]
impl ArticlesApi {
    /// List the articles
    ///
    /// Those that agents and admins added, newest first; those shipped with the server are not among them.
    #[oai(path = "/", method = "get", operation_id = "list_articles")]
    async fn list(&self, caller: Bearer) -> Result<Json<ArticlePage>, Problem> {
        Ok(Json(knowledge::list(&self.0.assist, &caller.0).await?.into()))
    }

    /// Add an article
    ///
    /// The bot knows it from its next reply on.
    #[oai(path = "/", method = "post", operation_id = "add_article")]
    async fn add(&self, caller: Bearer, body: Body<WriteArticleBody>) -> Result<Added, Problem> {
        let article = knowledge::add(&self.0.assist, &caller.0, body.0.into()).await?;
        Ok(Added::Created(Json(article.into())))
    }

    /// Replace an article
    ///
    /// What is absent is emptied.
    #[oai(path = "/:id", method = "put", operation_id = "replace_article")]
    async fn replace(
        &self,
        caller: Bearer,
        /// The article's id.
        id: Path<PathText>,
        body: Body<WriteArticleBody>,
    ) -> Result<Json<ArticleObject>, Problem> {
        let id = article(&caller, &id.0)?;
        let article = knowledge::replace(&self.0.assist, &caller.0, id, body.0.into()).await?;
        Ok(Json(article.into()))
    }

    /// Delete an article
    ///
    /// The bot forgets it from its next reply on.
    #[oai(path = "/:id", method = "delete", operation_id = "delete_article")]
    async fn delete(
        &self,
        caller: Bearer,
        /// The article's id.
        id: Path<PathText>,
    ) -> Result<Done, Problem> {
        let id = article(&caller, &id.0)?;
        knowledge::remove(&self.0.assist, &caller.0, id).await?;
        Ok(Done::NoContent)
    }
}

/// Refuses whoever may not see any article before it is looked up: the refusal does not say whether it is there.
fn article(caller: &Bearer, id: &PathText) -> Result<ArticleId, Error> {
    kernel::roles::staff(&caller.0)?;
    id.0.parse().map_err(|_| Error::NotFound("Article".into()))
}

impl From<WriteArticleBody> for WriteArticle {
    fn from(body: WriteArticleBody) -> Self {
        Self {
            title: body.title,
            body: body.body,
            url: given(body.url),
            tags: body.tags.unwrap_or_default(),
            locale: given(body.locale),
        }
    }
}

/// A knowledge article.
#[derive(Object, Clone, Debug)]
#[oai(rename = "Article")]
pub struct ArticleObject {
    pub id: Uuid,
    pub title: String,
    /// Markdown.
    pub body: String,
    /// Where it can be read.
    #[oai(nullable)]
    pub url: Option<String>,
    pub tags: Vec<String>,
    /// A language tag.
    pub locale: String,
    /// The user's id.
    pub created_by: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl From<article::Model> for ArticleObject {
    fn from(row: article::Model) -> Self {
        Self {
            id: row.id.0,
            title: row.title,
            body: row.body,
            url: row.url,
            tags: serde_json::from_value(row.tags).unwrap_or_default(),
            locale: row.locale,
            created_by: row.created_by.to_string(),
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

/// All articles, newest first.
#[derive(Object, Clone, Debug)]
pub struct ArticlePage {
    pub count: u64,
    /// Always null: there is one page.
    #[oai(nullable)]
    pub next: Option<String>,
    /// Always null: there is one page.
    #[oai(nullable)]
    pub previous: Option<String>,
    pub results: Vec<ArticleObject>,
}

impl From<Vec<article::Model>> for ArticlePage {
    fn from(rows: Vec<article::Model>) -> Self {
        Self {
            count: rows.len() as u64,
            next: None,
            previous: None,
            results: rows.into_iter().map(Into::into).collect(),
        }
    }
}

/// An article of the bot's knowledge.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "WriteArticle", example)]
pub struct WriteArticleBody {
    #[oai(validator(min_length = 1, max_length = 200))]
    pub title: String,
    /// Markdown.
    #[oai(validator(min_length = 1, max_length = 20000))]
    pub body: String,
    /// A path or an http(s) address where it can be read.
    #[oai(nullable, validator(max_length = 2000, pattern = r"^((/|https?://)\S*)?$"))]
    pub url: Option<String>,
    /// At most 20 of at most 50 characters.
    #[oai(nullable, validator(max_items = 20, min_length = 1, max_length = 50))]
    pub tags: Option<Vec<String>>,
    /// A language tag; `en` unless given.
    #[oai(nullable, validator(min_length = 2, max_length = 16))]
    pub locale: Option<String>,
}

impl Example for WriteArticleBody {
    fn example() -> Self {
        Self {
            title: "Gift wrapping".into(),
            body: "We wrap gifts **for free**: tick the box at the checkout.".into(),
            url: Some("/help/gift-wrapping".into()),
            tags: Some(vec!["gifts".into()]),
            locale: Some("en".into()),
        }
    }
}
