//! The bot's knowledge, kept by agents and admins.

use super::params::{Done, PathText, given};
use crate::bearer::Bearer;
use crate::body::Body;
use crate::dialects::crm::rest::{ArticleObject, ArticlePage, WriteArticleBody};
use crate::docs::Tag;
use crate::problem::Problem;
use kernel::error::Error;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};
use shared::core::Core;
use shared::entity::ArticleId;
use shared::knowledge::{self, WriteArticle};

pub(super) struct ArticlesApi(pub Core);

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
        Ok(Json(knowledge::list(&self.0, &caller.0).await?.into()))
    }

    /// Add an article
    ///
    /// The bot knows it from its next reply on.
    #[oai(path = "/", method = "post", operation_id = "add_article")]
    async fn add(&self, caller: Bearer, body: Body<WriteArticleBody>) -> Result<Added, Problem> {
        let article = knowledge::add(&self.0, &caller.0, body.0.into()).await?;
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
        let article = knowledge::replace(&self.0, &caller.0, id, body.0.into()).await?;
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
        knowledge::remove(&self.0, &caller.0, id).await?;
        Ok(Done::NoContent)
    }
}

/// Whoever may not know any article is told so before whether there is this one.
fn article(caller: &Bearer, id: &PathText) -> Result<ArticleId, Error> {
    shared::policy::staff(&caller.0)?;
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
