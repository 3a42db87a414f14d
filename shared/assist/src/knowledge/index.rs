//! The articles as the bot searches them: built again when they change, beside the questions.

use super::address;
use super::vectors::{self, Made, as_read};
use crate::Assist;
use crate::meaning::OpenModel;
use bot::{Article, KnowledgeBase, KnowledgeReplier, QuestionVectors};
use chrono::{DateTime, Utc};
use entity::ArticleId;
use entity::article::{self, Column, Status};
use kernel::error::{Error, Result};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// Up to this many a question waits until the newest are in: that takes milliseconds. Of more it is answered from those that
/// were there, while the newest are taken in beside it.
const AT_ONCE: i64 = 500;
/// While vectors are made, they are taken in so often: each time all articles are.
const VECTORS: Duration = Duration::from_secs(30);

/// Which state the articles are in: how many are published, when the newest change was, and which vectors they have.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Version {
    count: i64,
    newest: Option<DateTime<Utc>>,
    /// None without a model.
    vectors: Option<Made>,
}

/// A state that was taken in, and when.
struct Taken {
    version: Version,
    at: Instant,
}

/// What the bot knows, and of which state of the articles.
#[derive(Clone)]
pub struct Index {
    replier: Arc<KnowledgeReplier>,
    /// The state that was taken in; held while another one is.
    taken: Arc<Mutex<Option<Taken>>>,
}

/// What to do with the state that the articles are in.
enum Step {
    /// It is in, or soon will be.
    Nothing,
    /// Questions wait for it.
    Now,
    /// Questions are answered from the one before.
    Beside,
}

/// What to do where this was taken in, if anything was, and the articles are in that state.
fn step(taken: Option<&Taken>, current: &Version, waits: bool) -> Step {
    let for_words = if waits { Step::Now } else { Step::Beside };
    let Some(Taken { version, at }) = taken else {
        return for_words;
    };
    if version == current {
        return Step::Nothing;
    }
    if (version.count, version.newest) != (current.count, current.newest) {
        return for_words;
    }
    let made = current.vectors.as_ref();
    let is_whole = made.is_none_or(|made| made.count >= current.count);
    if is_whole || at.elapsed() >= VECTORS {
        Step::Beside
    } else {
        Step::Nothing
    }
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
            taken: Arc::new(Mutex::new(None)),
        }
    }

    /// What answers from it.
    pub fn replier(&self) -> &Arc<KnowledgeReplier> {
        &self.replier
    }

    /// Takes in articles that were added, changed or removed since, on whichever instance, and vectors that were made.
    pub async fn refresh(&self, assist: &Assist) -> Result<()> {
        let model = assist.model.now();
        let current = version(assist, model.as_ref()).await?;
        // after a start there are no earlier ones to answer from
        let waits = current.count <= AT_ONCE || self.replier.knowledge().is_empty();
        let taken = if waits {
            Some(self.taken.lock().await)
        } else {
            self.taken.try_lock().ok()
        };
        // somebody takes them in already
        let Some(taken) = taken else { return Ok(()) };
        let step = step(taken.as_ref(), &current, waits);
        drop(taken);
        let (index, assist) = (self.clone(), assist.clone());
        match step {
            Step::Nothing => return Ok(()),
            Step::Now => return index.take_in(&assist, model, current).await,
            Step::Beside => {}
        }
        tokio::spawn(async move {
            if let Err(error) = index.take_in(&assist, model, current).await {
                tracing::warn!(%error, "the articles could not be taken in; the bot answers from the earlier ones");
            }
        });
        Ok(())
    }

    async fn take_in(self, assist: &Assist, model: Option<OpenModel>, current: Version) -> Result<()> {
        let mut taken = self.taken.lock().await;
        if taken.as_ref().is_some_and(|taken| taken.version == current) {
            return Ok(());
        }
        let articles = all(assist, model.as_ref()).await?;
        let built = tokio::task::spawn_blocking(move || KnowledgeBase::build_with_vectors(articles)).await;
        let questions = model.map(|model| Arc::new(QuestionVectors::by(model.embedder)));
        self.replier
            .replace(Arc::new(built.map_err(Error::internal)?), questions);
        *taken = Some(Taken {
            version: current,
            at: Instant::now(),
        });
        drop(taken);
        vectors::embed_written(assist).await;
        Ok(())
    }
}

/// The articles' present state; cheap enough for every reply.
async fn version(assist: &Assist, model: Option<&OpenModel>) -> Result<Version> {
    let row: Option<(i64, Option<DateTime<Utc>>)> = article::Entity::find()
        .select_only()
        .column_as(Expr::col(Column::Id).count(), "articles")
        .column_as(Expr::col(Column::UpdatedAt).max(), "newest")
        .filter(Column::Status.eq(Status::Published))
        .into_tuple()
        .one(&*assist.db)
        .await?;
    let (count, newest) = row.unwrap_or_default();
    let vectors = match model {
        Some(model) => Some(vectors::made(assist, model).await?),
        None => None,
    };
    Ok(Version {
        count,
        newest,
        vectors,
    })
}

/// The published articles as the bot reads them, in no order, with the vectors that they have.
async fn all(assist: &Assist, model: Option<&OpenModel>) -> Result<Vec<(Article, Vec<Vec<f32>>)>> {
    let mut vectors = match model {
        Some(model) => vectors::all(assist, model).await?,
        None => std::collections::HashMap::new(),
    };
    let rows = article::Entity::find()
        .filter(Column::Status.eq(Status::Published))
        .all(&*assist.db)
        .await?;
    let mut of = |id: ArticleId, version: i32| {
        let made = vectors.remove(&id).filter(|(of, _)| *of == version);
        made.map_or_else(Vec::new, |(_, vectors)| vectors)
    };
    Ok(rows
        .into_iter()
        .map(|row| {
            let vectors = of(row.id, row.version);
            let address = address(&row);
            let article = Article {
                url: Some(address),
                ..as_read(row)
            };
            (article, vectors)
        })
        .collect())
}
