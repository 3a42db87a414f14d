//! The articles of an invented shop that come with the server: examples, which become rows like any others.

use super::content::Content;
use super::{Status, explain, refuse_too_many};
use crate::Assist;
use entity::article::{self, Column};
use entity::{ArticleId, UserId};
use kernel::actor::Actor;
use kernel::error::Result;
use kernel::roles;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::HashSet;
use uuid::Uuid;

/// Adds the examples that are not there, and answers how many those were. Agents and admins.
pub async fn load(assist: &Assist, actor: &Actor) -> Result<u64> {
    roles::staff(actor)?;
    seed(assist, actor.id).await
}

/// The same where nobody asks for it; this person counts as their author.
pub async fn seed(assist: &Assist, author: UserId) -> Result<u64> {
    let examples: Vec<_> = bot::example_articles()
        .into_iter()
        .map(|file| (file.slug.clone(), file))
        .collect();
    let tx = assist.db.begin().await?;
    let there: Vec<String> = article::Entity::find()
        .select_only()
        .column(Column::Slug)
        .filter(Column::Slug.is_in(examples.iter().map(|(slug, _)| slug.as_str())))
        .into_tuple()
        .all(&*tx)
        .await?;
    let there: HashSet<String> = there.into_iter().collect();
    let now = assist.clock.now();
    let rows: Vec<article::Model> = examples
        .into_iter()
        .filter(|(slug, _)| !there.contains(slug))
        .map(|(slug, file)| {
            let content = Content {
                title: file.article.title,
                body: file.article.body,
                tags: file.article.tags,
                category: file.category,
                questions: file.article.questions,
            };
            article::Model {
                slug,
                locale: file.article.locale,
                is_example: true,
                status: Status::Published,
                ..content.row(ArticleId(Uuid::now_v7()), author, now)
            }
        })
        .collect();
    let added = rows.len() as u64;
    if added > 0 {
        refuse_too_many(&tx, added).await?;
        article::Entity::insert_many(rows.into_iter().map(article::ActiveModel::from))
            .exec_without_returning(&*tx)
            .await
            .map_err(explain)?;
        tx.commit().await?;
        super::embed_written(assist).await;
    }
    Ok(added)
}

/// Deletes the examples that nobody has changed, and answers how many those were. Agents and admins.
pub async fn remove(assist: &Assist, actor: &Actor) -> Result<u64> {
    roles::staff(actor)?;
    let deleted = article::Entity::delete_many()
        .filter(Column::IsExample.eq(true))
        .exec(&*assist.db)
        .await?;
    Ok(deleted.rows_affected)
}
