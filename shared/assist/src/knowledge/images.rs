//! The images of articles: taken from the company's people, cleaned, shown to everybody, and deleted where no article names
//! them any more.

use crate::Assist;
use accounts::tokens;
use bytes::Bytes;
use chat::attachments;
use chrono::Duration;
use entity::{ArticleId, ArticleImageId, UserId, article, article_image, article_version};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::roles;
use media::{Kind, Processed};
use platform::files::FilesError;
use platform::like;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::Value;
use std::collections::HashSet;
use uuid::Uuid;

/// The largest image, in bytes (5 MiB).
pub const MAX_BYTES: usize = 5 * 1024 * 1024;
/// As many as one installation keeps.
pub const MAX_IMAGES: u64 = 1_000;
/// Images that one run deletes.
const PURGED: usize = 500;
/// Texts that are read at a time.
const BATCH: u64 = 100;
/// What stands before an image's name wherever an article names it, also in an address relative to its page.
const NAMED_AFTER: &str = "images/";
/// The letters of a UUID with hyphens.
const ID_LETTERS: usize = 36;

/// An image that was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// `<uuid>.<extension>`, in lower case: what [`open`] takes.
    pub name: String,
    /// Pixels across, as displayed.
    pub width: Option<u32>,
    /// Pixels down, as displayed.
    pub height: Option<u32>,
}

/// What is behind an image's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageBytes {
    /// The whole file, without its metadata.
    pub bytes: Bytes,
    /// `image/jpeg`, `image/png`, `image/gif` or `image/webp`.
    pub content_type: String,
}

/// Keeps an image for articles: a JPEG, PNG, GIF or WebP of at most [`MAX_BYTES`], recognised by its bytes and rid of its metadata.
/// There are [`MAX_IMAGES`] at most. Agents and admins.
///
/// # Errors
///
/// A file that is no such image or too large (`file`), too many images (`too_many_images`), a file store that does not answer.
pub async fn add(assist: &Assist, actor: &Actor, bytes: Bytes) -> Result<Image> {
    // the file may have been on its way for minutes
    let actor = &tokens::renew(assist, actor).await?;
    roles::staff(actor)?;
    let kind = kind_of(&bytes)?;
    let checked = attachments::decode(bytes.clone(), kind).await?;
    let checked = checked.map_err(|why| Error::invalid("file", format!("Cannot be shown: {why}")))?;
    let Processed { width, height, .. } = checked;
    let clean = checked.bytes.unwrap_or(bytes);
    let name = format!("{}.{}", Uuid::now_v7(), kind.extension());
    // the row first: bytes that no row names would stay for ever
    let row = insert(assist, actor.id, (&name, kind), clean.len()).await?;
    if let Err(error) = assist.files.put(&row.key, clean).await {
        if let Err(error) = article_image::Entity::delete_by_id(row.id)
            .exec(&*assist.db)
            .await
        {
            tracing::warn!(%error, image = %row.id, "an image without its file stays until it is cleared away");
        }
        return Err(store_failed(error));
    }
    Ok(Image { name, width, height })
}

/// What kind of image these bytes are.
fn kind_of(bytes: &Bytes) -> Result<Kind> {
    if bytes.is_empty() {
        return Err(Error::invalid("file", "File is empty"));
    }
    if bytes.len() > MAX_BYTES {
        return Err(Error::invalid("file", "Must be at most 5 MiB"));
    }
    let kind = media::sniff(bytes).filter(|kind| kind.is_image());
    kind.ok_or_else(|| Error::invalid("file", "Must be a JPEG, PNG, GIF or WebP image"))
}

async fn insert(
    assist: &Assist,
    author: UserId,
    (name, kind): (&str, Kind),
    size: usize,
) -> Result<article_image::Model> {
    let id = id_in(name).ok_or_else(missing)?;
    let tx = assist.db.begin().await?;
    if article_image::Entity::find().count(&*tx).await? >= MAX_IMAGES {
        return Err(Error::Conflict {
            code: "too_many_images",
            field: Some("file"),
            detail: format!(
                "There may be {MAX_IMAGES} images at most. Those that no article shows are deleted after a day"
            ),
        });
    }
    let row = article_image::Model {
        id,
        key: key(name),
        content_type: kind.content_type().into(),
        file_size: i64::try_from(size).unwrap_or(i64::MAX),
        created_by: author,
        created_at: assist.clock.now(),
    };
    let active: article_image::ActiveModel = row.clone().into();
    article_image::Entity::insert(active.reset_all())
        .exec_without_returning(&*tx)
        .await?;
    tx.commit().await?;
    Ok(row)
}

/// An image by its name, for everybody.
///
/// # Errors
///
/// `NotFound` for every other name; `Unavailable` where the file store does not answer.
pub async fn open(assist: &Assist, name: &str) -> Result<ImageBytes> {
    let id = id_in(name).ok_or_else(missing)?;
    let row = article_image::Entity::find_by_id(id).one(&*assist.db).await?;
    // a UUID can be written in several ways: one of them is a name
    let row = row.filter(|row| row.key == key(name)).ok_or_else(missing)?;
    let bytes = assist.files.get(&row.key).await.map_err(|error| match error {
        FilesError::NotFound(_) => missing(),
        other => store_failed(other),
    })?;
    Ok(ImageBytes {
        bytes,
        content_type: row.content_type,
    })
}

/// Deletes images older than `age` that no article names: not in its text, not in its unpublished changes, not in what it
/// said before. At most 500 a run; returns how many.
pub async fn purge_unnamed(assist: &Assist, age: Duration) -> Result<u64> {
    let mut old: Vec<(ArticleImageId, String)> = article_image::Entity::find()
        .select_only()
        .columns([article_image::Column::Id, article_image::Column::Key])
        .filter(article_image::Column::CreatedAt.lt(assist.clock.now() - age))
        .order_by_asc(article_image::Column::CreatedAt)
        .limit(MAX_IMAGES)
        .into_tuple()
        .all(&*assist.db)
        .await?;
    if !old.is_empty() {
        let named = named_by_articles(assist).await?;
        old.retain(|(id, _)| !named.contains(id));
    }
    // versions are many more: they are read only where the articles of now leave something open
    if !old.is_empty() {
        let named = named_by_versions(assist).await?;
        old.retain(|(id, _)| !named.contains(id));
    }
    let mut purged = 0;
    for (id, key) in old.into_iter().take(PURGED) {
        // the row goes last, so that a store that fails now is asked again
        assist.files.delete(&key).await.map_err(store_failed)?;
        article_image::Entity::delete_by_id(id).exec(&*assist.db).await?;
        purged += 1;
    }
    Ok(purged)
}

async fn named_by_articles(assist: &Assist) -> Result<HashSet<ArticleImageId>> {
    use article::Column;
    let draft = || Expr::col(Column::Draft).cast_as("text");
    let names_one = Condition::any()
        .add(Expr::col(Column::Body).like(like::pattern(NAMED_AFTER)))
        .add(draft().like(like::pattern(NAMED_AFTER)));
    let (mut named, mut after) = (HashSet::new(), ArticleId(Uuid::nil()));
    loop {
        let rows: Vec<(ArticleId, String, Option<Value>)> = article::Entity::find()
            .select_only()
            .columns([Column::Id, Column::Body, Column::Draft])
            .filter(Column::Id.gt(after))
            .filter(names_one.clone())
            .order_by_asc(Column::Id)
            .limit(BATCH)
            .into_tuple()
            .all(&*assist.db)
            .await?;
        let Some((last, ..)) = rows.last() else {
            return Ok(named);
        };
        after = *last;
        for (_, body, draft) in rows {
            named.extend(names_in(&body));
            named.extend(names_in(&draft.unwrap_or_default().to_string()));
        }
    }
}

async fn named_by_versions(assist: &Assist) -> Result<HashSet<ArticleImageId>> {
    use article_version::Column;
    let content = || Expr::col(Column::Content).cast_as("text");
    let (mut named, mut after) = (HashSet::new(), Uuid::nil());
    loop {
        let rows: Vec<(Uuid, Value)> = article_version::Entity::find()
            .select_only()
            .columns([Column::Id, Column::Content])
            .filter(Column::Id.gt(after))
            .filter(content().like(like::pattern(NAMED_AFTER)))
            .order_by_asc(Column::Id)
            .limit(BATCH)
            .into_tuple()
            .all(&*assist.db)
            .await?;
        let Some((last, _)) = rows.last() else {
            return Ok(named);
        };
        after = *last;
        for (_, content) in rows {
            named.extend(names_in(&content.to_string()));
        }
    }
}

/// The images that a text names, whatever stands around their addresses.
fn names_in(text: &str) -> impl Iterator<Item = ArticleImageId> {
    text.match_indices(NAMED_AFTER).filter_map(|(at, found)| {
        let begin = at + found.len();
        text.get(begin..begin + ID_LETTERS)?.parse().ok()
    })
}

/// Whose name it may be.
fn id_in(name: &str) -> Option<ArticleImageId> {
    name.split_once('.')?.0.parse().ok()
}

fn key(name: &str) -> String {
    format!("help/{name}")
}

fn missing() -> Error {
    Error::NotFound("Image".into())
}

fn store_failed(error: FilesError) -> Error {
    tracing::error!(%error, "the file store failed");
    Error::Unavailable("The file store does not answer".into())
}
