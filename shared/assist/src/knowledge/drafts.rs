//! Changes that are not published yet, and what an article said before.

use super::content::Content;
use super::{explain, find};
use crate::Assist;
use entity::article::{self, Status};
use entity::article_version::{self, Column};
use entity::{ArticleId, UserId};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::roles;
use platform::db::Transaction;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

/// Versions of one article that are kept; the oldest go.
pub const MAX_VERSIONS: i32 = 50;

/// Keeps changes of an article without publishing them: readers and the bot go on with what it said. Agents and admins.
pub async fn save_draft(
    assist: &Assist,
    actor: &Actor,
    id: ArticleId,
    content: Content,
) -> Result<article::Model> {
    roles::staff(actor)?;
    content.check()?;
    find(&*assist.db, id).await?;
    let row = article::ActiveModel {
        id: Set(id),
        draft: Set(Some(serde_json::to_value(content).map_err(Error::internal)?)),
        ..Default::default()
    };
    Ok(row.update(&*assist.db).await?)
}

/// Throws away the changes that are not published. Agents and admins.
pub async fn discard_draft(assist: &Assist, actor: &Actor, id: ArticleId) -> Result<article::Model> {
    roles::staff(actor)?;
    find(&*assist.db, id).await?;
    let row = article::ActiveModel {
        id: Set(id),
        draft: Set(None),
        ..Default::default()
    };
    Ok(row.update(&*assist.db).await?)
}

/// Publishes an article with the changes that were kept. Agents and admins.
pub async fn publish(assist: &Assist, actor: &Actor, id: ArticleId) -> Result<article::Model> {
    roles::staff(actor)?;
    let tx = assist.db.begin().await?;
    let before = find(&*tx, id).await?;
    let content = match &before.draft {
        Some(draft) => serde_json::from_value(draft.clone()).map_err(Error::internal)?,
        None => Content::of(&before),
    };
    let changed = article::ActiveModel {
        status: Set(Status::Published),
        ..shown(assist, actor.id, &tx, &before, content).await?
    };
    let row = changed.update(&*tx).await.map_err(explain)?;
    tx.commit().await?;
    super::embed_written(assist).await;
    Ok(row)
}

/// What an article said, newest first, [`MAX_VERSIONS`] at most; what it says now is not among them. Agents and admins.
pub async fn versions(
    assist: &Assist,
    actor: &Actor,
    id: ArticleId,
) -> Result<Vec<(article_version::Model, Content)>> {
    roles::staff(actor)?;
    find(&*assist.db, id).await?;
    let rows = article_version::Entity::find()
        .filter(Column::ArticleId.eq(id))
        .order_by_desc(Column::Number)
        .all(&*assist.db)
        .await?;
    rows.into_iter()
        .map(|row| Ok((content(&row)?, row)))
        .map(|pair| pair.map(|(content, row)| (row, content)))
        .collect()
}

fn content(row: &article_version::Model) -> Result<Content> {
    serde_json::from_value(row.content.clone()).map_err(Error::internal)
}

/// Puts back what an article said, as its newest version. Agents and admins.
pub async fn restore(assist: &Assist, actor: &Actor, id: ArticleId, number: i32) -> Result<article::Model> {
    roles::staff(actor)?;
    let tx = assist.db.begin().await?;
    let before = find(&*tx, id).await?;
    let wanted = article_version::Entity::find()
        .filter(Column::ArticleId.eq(id))
        .filter(Column::Number.eq(number))
        .one(&*tx)
        .await?
        .ok_or_else(|| Error::NotFound("Version".into()))?;
    let changed = shown(assist, actor.id, &tx, &before, content(&wanted)?).await?;
    let row = changed.update(&*tx).await.map_err(explain)?;
    tx.commit().await?;
    super::embed_written(assist).await;
    Ok(row)
}

/// The row of an article that says this from now on; what it said is kept. Of two changes at one moment the second is refused
/// with `article_changed`, because both would keep the same version.
pub(super) async fn shown(
    assist: &Assist,
    by: UserId,
    tx: &Transaction,
    before: &article::Model,
    content: Content,
) -> Result<article::ActiveModel> {
    let now = assist.clock.now();
    let said = Content::of(before);
    let is_other = said != content;
    if is_other {
        let version = article_version::ActiveModel {
            id: Set(Uuid::now_v7()),
            article_id: Set(before.id),
            number: Set(before.version),
            content: Set(serde_json::to_value(&said).map_err(Error::internal)?),
            replaced_by: Set(by),
            replaced_at: Set(now),
        };
        version.insert(&**tx).await.map_err(explain)?;
        article_version::Entity::delete_many()
            .filter(Column::ArticleId.eq(before.id))
            .filter(Column::Number.lte(before.version - MAX_VERSIONS))
            .exec(&**tx)
            .await?;
    }
    Ok(article::ActiveModel {
        id: Set(before.id),
        title: Set(content.title),
        body: Set(content.body),
        tags: Set(content.tags.into()),
        category: Set(content.category),
        questions: Set(content.questions.into()),
        draft: Set(None),
        is_example: Set(before.is_example && !is_other),
        version: Set(before.version + i32::from(is_other)),
        updated_at: Set(now),
        ..Default::default()
    })
}
