//! Knowledge articles that agents and admins keep, and the quick prompts.

use crate::Assist;
use bot::Article;
use chrono::{DateTime, Utc};
use entity::{ArticleId, article, prompt};
use kernel::actor::Actor;
use kernel::error::{Error, Result, check_text};
use kernel::roles;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, QueryOrder, QuerySelect};
use uuid::Uuid;

/// An article to be kept.
#[derive(Clone, Debug)]
pub struct WriteArticle {
    /// 1–200 characters.
    pub title: String,
    /// Markdown, 1–20000 characters.
    pub body: String,
    /// At most 2000 characters: a path or an http(s) address.
    pub url: Option<String>,
    /// At most 20 of at most 50 characters.
    pub tags: Vec<String>,
    /// A language tag such as `en`.
    pub locale: Option<String>,
}

/// Which state the articles are in: how many there are, and when the newest change was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Version(i64, Option<DateTime<Utc>>);

/// The quick prompts, in their order.
pub async fn prompts(assist: &Assist) -> Result<Vec<prompt::Model>> {
    Ok(prompt::Entity::find()
        .order_by_asc(prompt::Column::Position)
        .all(&*assist.db)
        .await?)
}

/// All articles, newest first; agents and admins.
pub async fn list(assist: &Assist, actor: &Actor) -> Result<Vec<article::Model>> {
    roles::staff(actor)?;
    Ok(article::Entity::find()
        .order_by_desc(article::Column::Id)
        .all(&*assist.db)
        .await?)
}

/// Adds an article; the bot knows it from its next reply on.
pub async fn add(assist: &Assist, actor: &Actor, command: WriteArticle) -> Result<article::Model> {
    roles::staff(actor)?;
    check(&command)?;
    let now = assist.clock.now();
    let row = article::ActiveModel {
        id: Set(ArticleId(Uuid::now_v7())),
        title: Set(command.title),
        body: Set(command.body),
        url: Set(command.url),
        tags: Set(command.tags.into()),
        locale: Set(command.locale.unwrap_or_else(|| "en".into())),
        document_id: Set(None),
        file_name: Set(None),
        created_by: Set(actor.id),
        created_at: Set(now),
        updated_at: Set(now),
    };
    Ok(row.insert(&*assist.db).await?)
}

/// Replaces an article.
pub async fn replace(
    assist: &Assist,
    actor: &Actor,
    id: ArticleId,
    command: WriteArticle,
) -> Result<article::Model> {
    roles::staff(actor)?;
    check(&command)?;
    article::Entity::find_by_id(id)
        .one(&*assist.db)
        .await?
        .ok_or_else(missing)?;
    let row = article::ActiveModel {
        id: Set(id),
        title: Set(command.title),
        body: Set(command.body),
        url: Set(command.url),
        tags: Set(command.tags.into()),
        locale: Set(command.locale.unwrap_or_else(|| "en".into())),
        updated_at: Set(assist.clock.now()),
        ..Default::default()
    };
    Ok(row.update(&*assist.db).await?)
}

/// Deletes an article.
pub async fn remove(assist: &Assist, actor: &Actor, id: ArticleId) -> Result<()> {
    roles::staff(actor)?;
    let deleted = article::Entity::delete_by_id(id).exec(&*assist.db).await?;
    if deleted.rows_affected == 0 {
        Err(missing())
    } else {
        Ok(())
    }
}

fn missing() -> Error {
    Error::NotFound("Article".into())
}

fn check(command: &WriteArticle) -> Result<()> {
    check_text("title", &command.title, 1, 200)?;
    check_text("body", &command.body, 1, 20_000)?;
    if let Some(url) = &command.url {
        check_text("url", url, 1, 2000)?;
        let plain = !url.chars().any(|c| c.is_whitespace() || c.is_control());
        if !plain || !(url.starts_with('/') || url.starts_with("https://") || url.starts_with("http://")) {
            return Err(Error::invalid("url", "Must be a path or an http(s) address"));
        }
    }
    if command.tags.len() > 20 {
        return Err(Error::invalid("tags", "Must be at most 20 tags"));
    }
    for tag in &command.tags {
        check_text("tags", tag, 1, 50)?;
    }
    check_text("locale", command.locale.as_deref().unwrap_or("en"), 2, 16)
}

/// The articles' present state; one query, cheap enough for every reply.
pub(crate) async fn version(assist: &Assist) -> Result<Version> {
    let row: Option<(i64, Option<DateTime<Utc>>)> = article::Entity::find()
        .select_only()
        .column_as(Expr::col(article::Column::Id).count(), "articles")
        .column_as(Expr::col(article::Column::UpdatedAt).max(), "newest")
        .into_tuple()
        .one(&*assist.db)
        .await?;
    Ok(row.map_or(Version(0, None), |(count, newest)| Version(count, newest)))
}

/// The examples that come with the program, as the bot reads them.
pub(crate) fn examples() -> Vec<Article> {
    bot::example_articles()
        .into_iter()
        .map(|file| file.article)
        .collect()
}

/// The stored articles as the bot reads them, in no order.
pub(crate) async fn all(assist: &Assist) -> Result<Vec<Article>> {
    let rows = article::Entity::find().all(&*assist.db).await?;
    Ok(rows
        .into_iter()
        .map(|row| Article {
            title: row.title,
            body: row.body,
            url: row.url,
            tags: serde_json::from_value(row.tags).unwrap_or_default(),
            locale: row.locale,
            questions: Vec::new(),
        })
        .collect())
}
