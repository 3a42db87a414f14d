//! The articles that the bot answers from and the help centre shows, kept by agents and admins.

mod form;
mod images;
mod import;
mod listed;

use super::openapi::Tag;
use crate::bearer::Bearer;
use crate::body::{Body, disk_failed};
use crate::problem::Problem;
use crate::wire::params::{Done, Number, PathText, given};
use app::App;
use assist::knowledge::import::site;
use assist::knowledge::{self, Cursor, ListArticles};
use entity::ArticleId;
use form::{ArticleObject, ArticleVersionObject, ContentBody, ExamplesObject, StatusName, WriteArticleBody};
use images::{ImageAdded, ImageForm};
use import::{ImportBody, ImportedObject, Wanted};
use kernel::error::Error;
use listed::ArticlePage;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::{Binary, Json};
use poem_openapi::{ApiResponse, OpenApi};

pub(super) struct ArticlesApi(pub App);

#[derive(ApiResponse)]
enum Added {
    /// The article is stored.
    #[oai(status = 201)]
    Created(Json<ArticleObject>),
}

#[derive(ApiResponse)]
enum Exported {
    /// All articles.
    #[oai(status = 200, content_type = "application/zip")]
    Zip(
        Binary<Vec<u8>>,
        /// The file's name.
        #[oai(header = "Content-Disposition")]
        String,
    ),
}

#[OpenApi(prefix_path = "/api/bot/articles", tag = "Tag::Knowledge")]
impl ArticlesApi {
    /// List the articles
    ///
    /// Newest first, without their texts, example questions and unpublished changes: an article itself has them.
    #[allow(clippy::too_many_arguments)]
    #[oai(path = "/", method = "get", operation_id = "list_articles")]
    async fn list(
        &self,
        caller: Bearer,
        /// Only those whose title, text or slug contains it.
        #[oai(validator(max_length = 200))]
        search: Query<Option<String>>,
        /// Only those in this state.
        status: Query<Option<StatusName>>,
        /// Only those in this language.
        #[oai(validator(max_length = 16))]
        locale: Query<Option<String>>,
        /// Only those of this category.
        #[oai(validator(max_length = 100))]
        category: Query<Option<String>>,
        /// Only the examples that came with the server, or only the others.
        example: Query<Option<bool>>,
        /// `next` or `previous` of a page.
        cursor: Query<Option<String>>,
        /// Articles on a page; 1000 unless given.
        limit: Query<Option<Number<1, 1000>>>,
    ) -> Result<Json<ArticlePage>, Problem> {
        let wanted = ListArticles {
            search: given(search.0),
            status: status.0.map(Into::into),
            locale: given(locale.0),
            category: given(category.0),
            is_example: example.0,
            cursor: given(cursor.0)
                .map(|cursor| Cursor::decode(&cursor))
                .transpose()?,
            limit: limit.0.map(Number::unsigned),
        };
        Ok(Json(
            knowledge::list(&self.0.assist, &caller.0, wanted).await?.into(),
        ))
    }

    /// Add an article
    ///
    /// The bot knows it from its next reply on, and everybody can read it at `/help/<slug>`, unless it is a draft.
    #[oai(path = "/", method = "post", operation_id = "add_article")]
    async fn add(&self, caller: Bearer, body: Body<WriteArticleBody>) -> Result<Added, Problem> {
        let article = knowledge::add(&self.0.assist, &caller.0, body.0.into()).await?;
        Ok(Added::Created(Json(article.into())))
    }

    /// Import articles
    ///
    /// From an uploaded file (Markdown with front matter, a ZIP of it, or a CSV with the columns `title`, `body`, `slug`,
    /// `category`, `tags`, `locale`, `status` and `questions`), or from a public address: a page, or a sitemap whose pages are
    /// on the same host (50 pages and 30 seconds at most); addresses are fetched for admins only. What is wrong with one article
    /// is told, and the others are taken.
    #[oai(path = "/import", method = "post", operation_id = "import_articles")]
    async fn import(
        &self,
        caller: Bearer,
        /// The state of articles that do not say their own; `draft` unless given, and an article that is replaced stays as it is.
        status: Query<Option<StatusName>>,
        /// Whether an article of the same slug and language is replaced; else it is left as it is.
        update: Query<Option<bool>>,
        body: ImportBody,
    ) -> Result<Json<ImportedObject>, Problem> {
        // before anything is read: what an address says may be in a network that an operator allows for webhooks
        match &body {
            ImportBody::File(_) => kernel::roles::staff(&caller.0)?,
            ImportBody::Address(_) => kernel::roles::admin(&caller.0)?,
        }
        let assist = &self.0.assist;
        let wanted = Wanted {
            status: status.0,
            update: update.0,
        };
        let (batch, options) = match body {
            ImportBody::File(mut form) => {
                let options = wanted.or_form(&form)?;
                let arrived = form.file.read().await.map_err(|error| disk_failed(&error))?;
                let name = form.file_name;
                // thousands of files are unpacked and read
                let read = tokio::task::spawn_blocking(move || {
                    knowledge::import::files::read(&name, &arrived.bytes)
                });
                (read.await.map_err(Error::internal)??, options)
            }
            ImportBody::Address(body) => {
                let batch = site::read(assist, &body.url, site::WHILE_SOMEBODY_WAITS).await?;
                (batch, wanted.or(body.status, body.update))
            }
        };
        let imported = knowledge::import::import(assist, &caller.0, batch, options).await?;
        Ok(Json(imported.into()))
    }

    /// Export the articles
    ///
    /// A ZIP of Markdown files with front matter, `<locale>/<slug>.md`, which can be imported again. Drafts are among them;
    /// versions, votes and changes that are not published are not.
    #[oai(path = "/export", method = "get", operation_id = "export_articles")]
    async fn export(&self, caller: Bearer) -> Result<Exported, Problem> {
        let zip = knowledge::export(&self.0.assist, &caller.0).await?;
        let disposition = "attachment; filename=\"articles.zip\"".to_owned();
        Ok(Exported::Zip(Binary(zip), disposition))
    }

    /// Add an image for articles
    ///
    /// JPEG, PNG, GIF or WebP, told by its bytes and not by its name, of at most 5 MiB; what it tells about its author (place,
    /// camera) is removed. Everybody who has its `url` can see it. There are 1,000 at most, and one that no article names (in its
    /// text, its unpublished changes or its versions) is deleted after a day.
    #[oai(path = "/images", method = "post", operation_id = "add_article_image")]
    async fn add_image(&self, caller: Bearer, mut form: ImageForm) -> Result<ImageAdded, Problem> {
        let arrived = form.0.file.read().await.map_err(|error| disk_failed(&error))?;
        let image = knowledge::images::add(&self.0.assist, &caller.0, arrived.bytes.clone()).await?;
        Ok(ImageAdded::Created(Json(image.into())))
    }

    /// Load the examples
    ///
    /// Articles of an invented shop that come with the server; those that are there already stay as they are.
    #[oai(path = "/examples", method = "post", operation_id = "load_example_articles")]
    async fn load_examples(&self, caller: Bearer) -> Result<Json<ExamplesObject>, Problem> {
        let count = knowledge::load_examples(&self.0.assist, &caller.0).await?;
        Ok(Json(ExamplesObject { count }))
    }

    /// Remove the examples
    ///
    /// Those that nobody has changed; a changed one is the company's own.
    #[oai(
        path = "/examples",
        method = "delete",
        operation_id = "remove_example_articles"
    )]
    async fn remove_examples(&self, caller: Bearer) -> Result<Json<ExamplesObject>, Problem> {
        let count = knowledge::remove_examples(&self.0.assist, &caller.0).await?;
        Ok(Json(ExamplesObject { count }))
    }

    /// Get an article
    ///
    /// With the changes that are not published.
    #[oai(path = "/:id", method = "get", operation_id = "get_article")]
    async fn get(
        &self,
        caller: Bearer,
        /// The article's id.
        id: Path<PathText>,
    ) -> Result<Json<ArticleObject>, Problem> {
        let id = article(&caller, &id.0)?;
        Ok(Json(knowledge::get(&self.0.assist, &caller.0, id).await?.into()))
    }

    /// Replace an article
    ///
    /// What it said is kept as a version. A slug or state that is absent stays; whatever else is absent is emptied, and changes
    /// that were not published are gone.
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
    /// With its versions. The bot forgets it from its next reply on.
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

    /// Keep changes without publishing them
    ///
    /// Readers and the bot go on with what the article says.
    #[oai(path = "/:id/draft", method = "put", operation_id = "save_article_draft")]
    async fn save_draft(
        &self,
        caller: Bearer,
        /// The article's id.
        id: Path<PathText>,
        body: Body<ContentBody>,
    ) -> Result<Json<ArticleObject>, Problem> {
        let id = article(&caller, &id.0)?;
        let article = knowledge::save_draft(&self.0.assist, &caller.0, id, body.0.into()).await?;
        Ok(Json(article.into()))
    }

    /// Throw away changes that are not published
    ///
    /// What readers see stays as it is.
    #[oai(
        path = "/:id/draft",
        method = "delete",
        operation_id = "discard_article_draft"
    )]
    async fn discard_draft(
        &self,
        caller: Bearer,
        /// The article's id.
        id: Path<PathText>,
    ) -> Result<Json<ArticleObject>, Problem> {
        let id = article(&caller, &id.0)?;
        Ok(Json(
            knowledge::discard_draft(&self.0.assist, &caller.0, id)
                .await?
                .into(),
        ))
    }

    /// Publish an article
    ///
    /// With the changes that were kept.
    #[oai(path = "/:id/publish", method = "post", operation_id = "publish_article")]
    async fn publish(
        &self,
        caller: Bearer,
        /// The article's id.
        id: Path<PathText>,
    ) -> Result<Json<ArticleObject>, Problem> {
        let id = article(&caller, &id.0)?;
        Ok(Json(
            knowledge::publish(&self.0.assist, &caller.0, id).await?.into(),
        ))
    }

    /// What an article said before
    ///
    /// The 50 newest versions, newest first; what it says now is not among them.
    #[oai(
        path = "/:id/versions",
        method = "get",
        operation_id = "list_article_versions"
    )]
    async fn versions(
        &self,
        caller: Bearer,
        /// The article's id.
        id: Path<PathText>,
    ) -> Result<Json<Vec<ArticleVersionObject>>, Problem> {
        let id = article(&caller, &id.0)?;
        let versions = knowledge::versions(&self.0.assist, &caller.0, id).await?;
        Ok(Json(versions.into_iter().map(Into::into).collect()))
    }

    /// Put back what an article said
    ///
    /// As its newest version, which readers and the bot see.
    #[oai(
        path = "/:id/versions/:number/restore",
        method = "post",
        operation_id = "restore_article_version"
    )]
    async fn restore(
        &self,
        caller: Bearer,
        /// The article's id.
        id: Path<PathText>,
        /// The version's number.
        number: Path<PathText>,
    ) -> Result<Json<ArticleObject>, Problem> {
        let id = article(&caller, &id.0)?;
        let number = number
            .0
            .0
            .parse()
            .map_err(|_| Error::NotFound("Version".into()))?;
        Ok(Json(
            knowledge::restore(&self.0.assist, &caller.0, id, number)
                .await?
                .into(),
        ))
    }
}

/// Refuses whoever may not see any article before it is looked up: the refusal does not say whether it is there.
fn article(caller: &Bearer, id: &PathText) -> Result<ArticleId, Error> {
    kernel::roles::staff(&caller.0)?;
    id.0.parse().map_err(|_| Error::NotFound("Article".into()))
}
