//! The vectors of the articles' passages: made by a job, kept with the articles, and made anew where an article or the model
//! is another.

use super::content::strings;
use crate::Assist;
use crate::meaning::OpenModel;
use bot::{Article, Readable};
use chrono::{DateTime, Utc};
use embeddings::EmbedError;
use entity::article::{self, Column, Status};
use entity::{ArticleId, article_vectors};
use kernel::error::{Error, Result};
use platform::job::Job;
use platform::job_store::{self, Lease};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, JoinType, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, RelationDef, Select,
};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Articles that are read at a time.
const BATCH: u64 = 20;
/// So long a run goes on; what is left is for the next, so that no upload waits for ten thousand articles.
const RUN: Duration = Duration::from_secs(30);

/// Has the worker make the vectors that are missing, if any are and there is a model.
pub async fn embed_missing(assist: &Assist) -> Result<()> {
    let Some(model) = assist.model.now() else {
        return Ok(());
    };
    if missing(&model).count(&*assist.db).await? == 0
        || job_store::is_unfinished(assist, &Job::EmbedArticles).await?
    {
        return Ok(());
    }
    job_store::enqueue(assist, &Job::EmbedArticles).await
}

/// The same for callers whose own work is done and stays so where this fails: the worker looks again every minute.
pub(crate) async fn embed_written(assist: &Assist) {
    if let Err(error) = embed_missing(assist).await {
        tracing::warn!(%error, "vectors of articles were not asked for");
    }
}

/// Makes vectors that are missing, for half a minute at most. The job is done when this returns `Ok`.
///
/// # Errors
///
/// The model failed; what was made before is kept.
pub async fn embed(assist: &Assist, job: Lease) -> Result<()> {
    let Some(model) = assist.model.now() else {
        return job_store::complete(assist, job).await;
    };
    let until = Instant::now() + RUN;
    let mut made = 0;
    while Instant::now() < until {
        let rows = missing(&model)
            .order_by_asc(Column::Id)
            .limit(BATCH)
            .all(&*assist.db)
            .await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            store(assist, &model, row).await?;
            made += 1;
        }
    }
    if made > 0 {
        tracing::info!(made, model = %model.id, "articles have their vectors");
    }
    job_store::complete(assist, job).await?;
    embed_written(assist).await;
    Ok(())
}

/// Which state the vectors of a model are in: how many articles have some, and when the newest were made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Made {
    model: String,
    pub(super) count: i64,
    newest: Option<DateTime<Utc>>,
}

/// The present state; one query, cheap enough for every reply.
pub(super) async fn made(assist: &Assist, model: &OpenModel) -> Result<Made> {
    let row: Option<(i64, Option<DateTime<Utc>>)> = article_vectors::Entity::find()
        .select_only()
        .column_as(Expr::col(article_vectors::Column::ArticleId).count(), "articles")
        .column_as(Expr::col(article_vectors::Column::MadeAt).max(), "newest")
        .filter(article_vectors::Column::Model.eq(&*model.id))
        .into_tuple()
        .one(&*assist.db)
        .await?;
    let (count, newest) = row.unwrap_or_default();
    Ok(Made {
        model: model.id.to_string(),
        count,
        newest,
    })
}

/// All vectors of a model by their articles, each with the version that they are of.
pub(super) async fn all(
    assist: &Assist,
    model: &OpenModel,
) -> Result<HashMap<ArticleId, (i32, Vec<Vec<f32>>)>> {
    let rows = article_vectors::Entity::find()
        .filter(article_vectors::Column::Model.eq(&*model.id))
        .all(&*assist.db)
        .await?;
    let dimensions = model.embedder.dimensions();
    let read = rows.into_iter().map(|row| {
        (
            row.article_id,
            (row.version, from_bytes(&row.vectors, dimensions)),
        )
    });
    Ok(read.collect())
}

/// Published articles whose vectors are missing, or are of another version or model.
fn missing(model: &OpenModel) -> Select<article::Entity> {
    let vectors = article_vectors::Column::ArticleId;
    let is_other = Condition::any()
        .add(vectors.is_null())
        .add(article_vectors::Column::Model.ne(&*model.id))
        .add(
            Expr::col((article_vectors::Entity, article_vectors::Column::Version))
                .ne(Expr::col((article::Entity, Column::Version))),
        );
    let to_vectors: RelationDef = article::Entity::belongs_to(article_vectors::Entity)
        .from(Column::Id)
        .to(vectors)
        .into();
    article::Entity::find()
        .join(JoinType::LeftJoin, to_vectors)
        .filter(Column::Status.eq(Status::Published))
        .filter(is_other)
}

async fn store(assist: &Assist, model: &OpenModel, row: article::Model) -> Result<()> {
    let (id, version) = (row.id, row.version);
    let readable = Readable::of(&as_read(row));
    let vectors = match readable.embed(&*model.embedder).await {
        Ok(vectors) => vectors,
        // it is found by its words, and holds no other up
        Err(error) if is_of_the_text(&error) => {
            tracing::warn!(%error, article = %id, "the model cannot read an article");
            Vec::new()
        }
        Err(error) => return Err(Error::internal(error)),
    };
    let row = article_vectors::ActiveModel {
        article_id: Set(id),
        model: Set(model.id.to_string()),
        version: Set(version),
        vectors: Set(to_bytes(&vectors)),
        made_at: Set(assist.clock.now()),
    };
    let replaced = [
        article_vectors::Column::Model,
        article_vectors::Column::Version,
        article_vectors::Column::Vectors,
        article_vectors::Column::MadeAt,
    ];
    let insert = article_vectors::Entity::insert(row).on_conflict(
        OnConflict::column(article_vectors::Column::ArticleId)
            .update_columns(replaced)
            .to_owned(),
    );
    match insert.exec_without_returning(&*assist.db).await {
        // the article was deleted meanwhile
        Err(error) if is_orphan(&error) => Ok(()),
        other => Ok(other.map(drop)?),
    }
}

/// Whether another text might do, or nothing does at this moment.
fn is_of_the_text(error: &EmbedError) -> bool {
    matches!(
        error,
        EmbedError::NoDirection | EmbedError::Status(400 | 413 | 422)
    )
}

fn is_orphan(error: &sea_orm::DbErr) -> bool {
    matches!(
        error.sql_err(),
        Some(sea_orm::SqlErr::ForeignKeyConstraintViolation(_))
    )
}

/// An article as the bot reads it, without its address.
pub(super) fn as_read(row: article::Model) -> Article {
    Article {
        url: None,
        tags: strings(&row.tags),
        questions: strings(&row.questions),
        title: row.title,
        body: row.body,
        locale: row.locale,
    }
}

fn to_bytes(vectors: &[Vec<f32>]) -> Vec<u8> {
    vectors
        .iter()
        .flatten()
        .flat_map(|number| number.to_le_bytes())
        .collect()
}

/// Vectors of so many numbers; what is left over is no vector.
fn from_bytes(bytes: &[u8], dimensions: usize) -> Vec<Vec<f32>> {
    let (numbers, _) = bytes.as_chunks::<4>();
    let numbers: Vec<f32> = numbers.iter().map(|number| f32::from_le_bytes(*number)).collect();
    numbers
        .chunks_exact(dimensions.max(1))
        .map(<[f32]>::to_vec)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_are_read_as_they_were_stored_and_a_broken_one_is_none() {
        let vectors = vec![vec![0.6, 0.8], vec![-1.0, 0.0]];
        let mut bytes = to_bytes(&vectors);
        assert_eq!(from_bytes(&bytes, 2), vectors);
        bytes.pop();
        assert_eq!(from_bytes(&bytes, 2), vectors[..1]);
    }
}
