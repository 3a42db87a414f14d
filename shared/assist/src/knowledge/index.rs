//! The articles as the bot searches them: built again when they change, beside the questions.

use super::address;
use super::content::strings;
use crate::Assist;
use bot::{Article, KnowledgeBase, KnowledgeReplier};
use chrono::{DateTime, Utc};
use entity::article::{self, Column, Status};
use kernel::error::{Error, Result};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use std::sync::Arc;
use tokio::sync::Mutex;

/// Up to this many a question waits until the newest are in: that takes milliseconds. Of more it is answered from those that
/// were there, while the newest are taken in beside it.
const AT_ONCE: i64 = 500;

/// Which state the articles are in: how many are published, and when the newest change was.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Version {
    count: i64,
    newest: Option<DateTime<Utc>>,
}

/// What the bot knows, and of which state of the articles.
#[derive(Clone)]
pub struct Index {
    replier: Arc<KnowledgeReplier>,
    /// The state that was taken in; held while another one is.
    version: Arc<Mutex<Option<Version>>>,
}

impl Default for Index {
    fn default() -> Self {
        Self::new()
    }
}

impl Index {
    /// One that knows nothing yet.
    pub fn new() -> Self {
        let empty = KnowledgeBase::build(Vec::new());
        Self {
            replier: Arc::new(KnowledgeReplier::new(Arc::new(empty))),
            version: Arc::new(Mutex::new(None)),
        }
    }

    /// What answers from it.
    pub fn replier(&self) -> &Arc<KnowledgeReplier> {
        &self.replier
    }

    /// Takes in articles that were added, changed or removed since, on whichever instance.
    pub async fn refresh(&self, assist: &Assist) -> Result<()> {
        let current = version(assist).await?;
        // after a start there are no earlier ones to answer from
        if current.count <= AT_ONCE || self.replier.knowledge().is_empty() {
            return self.clone().take_in(assist, current).await;
        }
        let (index, assist) = (self.clone(), assist.clone());
        let known = index.version.clone();
        // somebody takes them in already, or they are in
        let Ok(known) = known.try_lock() else {
            return Ok(());
        };
        if known.as_ref() == Some(&current) {
            return Ok(());
        }
        drop(known);
        tokio::spawn(async move {
            if let Err(error) = index.take_in(&assist, current).await {
                tracing::warn!(%error, "the articles could not be taken in; the bot answers from the earlier ones");
            }
        });
        Ok(())
    }

    async fn take_in(self, assist: &Assist, current: Version) -> Result<()> {
        let mut known = self.version.lock().await;
        if known.as_ref() == Some(&current) {
            return Ok(());
        }
        let articles = all(assist).await?;
        let built = tokio::task::spawn_blocking(move || KnowledgeBase::build(articles)).await;
        self.replier.replace(Arc::new(built.map_err(Error::internal)?));
        *known = Some(current);
        Ok(())
    }
}

/// The articles' present state; one query, cheap enough for every reply.
async fn version(assist: &Assist) -> Result<Version> {
    let row: Option<(i64, Option<DateTime<Utc>>)> = article::Entity::find()
        .select_only()
        .column_as(Expr::col(Column::Id).count(), "articles")
        .column_as(Expr::col(Column::UpdatedAt).max(), "newest")
        .filter(Column::Status.eq(Status::Published))
        .into_tuple()
        .one(&*assist.db)
        .await?;
    let (count, newest) = row.unwrap_or_default();
    Ok(Version { count, newest })
}

/// The published articles as the bot reads them, in no order.
async fn all(assist: &Assist) -> Result<Vec<Article>> {
    let rows = article::Entity::find()
        .filter(Column::Status.eq(Status::Published))
        .all(&*assist.db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Article {
            url: Some(address(&row)),
            tags: strings(&row.tags),
            questions: strings(&row.questions),
            title: row.title,
            body: row.body,
            locale: row.locale,
        })
        .collect())
}
