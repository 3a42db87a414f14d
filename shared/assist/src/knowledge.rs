//! The articles of the help centre, from which the bot answers, and the quick prompts. Agents and admins keep them.

mod catalogue;
mod content;
mod drafts;
mod examples;
mod export;
pub mod images;
pub mod import;
mod index;
mod list;
mod public;
mod search;
mod slug;
mod vectors;

pub(crate) use catalogue::Shelf;
pub use catalogue::{Catalogue, HelpCategory, HelpLink, catalogue};
pub use content::{Content, MAX_QUESTIONS, WriteArticle};
pub use drafts::{MAX_VERSIONS, discard_draft, publish, restore, save_draft, versions};
pub use examples::{load as load_examples, remove as remove_examples, seed as seed_examples};
pub use export::{ArticleFile, Reading, export};
pub use index::Index;
pub use list::{Cursor, ListArticles, ListedArticle, list};
pub use public::{page, vote};
pub use search::{Hit, search};
pub(crate) use slug::free as free_slugs;
pub use slug::{MAX_SLUG, address, own_page};
pub(crate) use vectors::embed_written;
pub use vectors::{embed, embed_missing};

use crate::Assist;
use entity::article::{self, Status};
use entity::{ArticleId, prompt};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::roles;
use platform::db::Transaction;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryOrder,
    SqlErr,
};
use uuid::Uuid;

/// As many as one installation keeps.
pub const MAX_ARTICLES: u64 = 10_000;

/// The quick prompts, in their order.
pub async fn prompts(assist: &Assist) -> Result<Vec<prompt::Model>> {
    Ok(prompt::Entity::find()
        .order_by_asc(prompt::Column::Position)
        .all(&*assist.db)
        .await?)
}

/// One article; agents and admins.
pub async fn get(assist: &Assist, actor: &Actor, id: ArticleId) -> Result<article::Model> {
    roles::staff(actor)?;
    find(&*assist.db, id).await
}

async fn find(db: &impl ConnectionTrait, id: ArticleId) -> Result<article::Model> {
    article::Entity::find_by_id(id).one(db).await?.ok_or_else(missing)
}

/// Adds an article, at most [`MAX_ARTICLES`]; the bot knows it from its next reply on. Agents and admins.
///
/// # Errors
///
/// A field out of its limits, a slug that another article has (`slug_taken`), a translation of what is not there, or too many
/// articles.
pub async fn add(assist: &Assist, actor: &Actor, command: WriteArticle) -> Result<article::Model> {
    roles::staff(actor)?;
    let (command, content) = command.checked()?;
    let tx = assist.db.begin().await?;
    refuse_too_many(&tx, 1).await?;
    let id = ArticleId(Uuid::now_v7());
    let slug = match command.slug {
        Some(slug) => slug,
        None => slug::free(&*tx, [(id, content.title.as_str())]).await?.remove(0),
    };
    let translations = match command.translation_of {
        Some(of) => Some(translations_with(&tx, of).await?),
        None => None,
    };
    let row = article::Model {
        url: command.url,
        locale: command.locale,
        slug,
        translations,
        status: command.status.unwrap_or(Status::Published),
        ..content.row(id, actor.id, assist.clock.now())
    };
    let row = article::ActiveModel::from(row)
        .insert(&*tx)
        .await
        .map_err(explain)?;
    tx.commit().await?;
    embed_written(assist).await;
    Ok(row)
}

/// What an article and its translations have in common; it is given to the article if it has none yet.
async fn translations_with(tx: &Transaction, of: ArticleId) -> Result<Uuid> {
    let row = article::Entity::find_by_id(of).one(&**tx).await?;
    let row = row.ok_or_else(|| Error::invalid("translation_of", "No article has this id"))?;
    if let Some(translations) = row.translations {
        return Ok(translations);
    }
    let row = article::ActiveModel {
        id: Set(of),
        translations: Set(Some(of.0)),
        ..Default::default()
    };
    row.update(&**tx).await?;
    Ok(of.0)
}

/// Puts another text in an article's place; what it said is kept as a version, and changes that were not published are gone.
/// An example becomes the company's own by it. A slug or state that is absent stays; whatever else is absent is emptied.
/// Agents and admins.
///
/// # Errors
///
/// As of [`add`]; `article_changed` where somebody else changes it at this moment.
pub async fn replace(
    assist: &Assist,
    actor: &Actor,
    id: ArticleId,
    command: WriteArticle,
) -> Result<article::Model> {
    roles::staff(actor)?;
    let (command, content) = command.checked()?;
    let tx = assist.db.begin().await?;
    let before = find(&*tx, id).await?;
    let translations = match command.translation_of {
        Some(of) if of == id => return Err(Error::invalid("translation_of", "Must be another article")),
        Some(of) => Some(translations_with(&tx, of).await?),
        None => before.translations,
    };
    let changed = article::ActiveModel {
        url: Set(command.url),
        locale: Set(command.locale),
        slug: Set(command.slug.unwrap_or_else(|| before.slug.clone())),
        translations: Set(translations),
        status: Set(command.status.unwrap_or(before.status)),
        ..drafts::shown(assist, actor.id, &tx, &before, content).await?
    };
    let row = changed.update(&*tx).await.map_err(explain)?;
    tx.commit().await?;
    embed_written(assist).await;
    Ok(row)
}

/// Deletes an article with its versions. Agents and admins.
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

/// Refuses what would be more than [`MAX_ARTICLES`].
pub(crate) async fn refuse_too_many(tx: &Transaction, more: u64) -> Result<()> {
    if article::Entity::find().count(&**tx).await? + more <= MAX_ARTICLES {
        return Ok(());
    }
    Err(Error::Conflict {
        code: "too_many_articles",
        field: None,
        detail: format!("There may be {MAX_ARTICLES} articles at most"),
    })
}

/// What the database's refusal of an article means.
pub(crate) fn explain(error: DbErr) -> Error {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(which)) if which.contains("version") => Error::Conflict {
            code: "article_changed",
            field: None,
            detail: "Somebody else changed this article just now".into(),
        },
        Some(SqlErr::UniqueConstraintViolation(_)) => Error::Conflict {
            code: "slug_taken",
            field: Some("slug"),
            detail: "Another article has this slug".into(),
        },
        _ => error.into(),
    }
}
