//! A model in this process.

mod encoder;
mod files;
mod model;
mod recipe;

use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use rayon::{ThreadPool, ThreadPoolBuilder};
use tokio::sync::Semaphore;

use crate::{EmbedError, Embedder, Input, LocalOptions};
use model::Model;

/// How many texts are computed before whoever waits gets a turn; also what a process that ends waits for.
const BATCH: usize = 16;

/// Computes vectors on threads of its own.
pub struct LocalEmbedder {
    model: Arc<Model>,
    queries: Lane,
    passages: Lane,
}

/// Where one kind of input waits and is computed, so that no query waits for an article.
struct Lane {
    turn: Arc<Semaphore>,
    threads: Arc<ThreadPool>,
}

impl LocalEmbedder {
    /// Reads the model in `folder` and tries it.
    pub async fn open(folder: &Path, options: LocalOptions) -> Result<Self, EmbedError> {
        let queries = Lane::new(options.threads)?;
        let passages = Lane::new(options.threads)?;
        let folder = folder.to_owned();
        let model = off_the_runtime(move || Model::open(&folder, options.max_bytes)).await?;
        let embedder = Self {
            model: Arc::new(model),
            queries,
            passages,
        };
        // a model whose weights are wrong is refused now, not at the first question
        embedder.embed(&["hello".to_owned()], Input::Query).await?;
        Ok(embedder)
    }
}

#[async_trait]
impl Embedder for LocalEmbedder {
    async fn embed(&self, texts: &[String], of: Input) -> Result<Vec<Vec<f32>>, EmbedError> {
        let lane = match of {
            Input::Query => &self.queries,
            Input::Passage => &self.passages,
        };
        let mut vectors = Vec::with_capacity(texts.len());
        for batch in texts.chunks(BATCH) {
            let (model, batch) = (self.model.clone(), batch.to_vec());
            vectors.extend(lane.run(move || model.embed(&batch, of)).await?);
        }
        Ok(vectors)
    }

    fn id(&self) -> &str {
        self.model.id()
    }

    fn dimensions(&self) -> usize {
        self.model.dimensions()
    }
}

impl Lane {
    fn new(threads: NonZero<usize>) -> Result<Self, EmbedError> {
        let threads = ThreadPoolBuilder::new()
            .num_threads(threads.get())
            .thread_name(|number| format!("embed-{number}"))
            .build()
            .map_err(|error| EmbedError::Model(error.to_string()))?;
        Ok(Self {
            turn: Arc::new(Semaphore::new(1)),
            threads: Arc::new(threads),
        })
    }

    /// Computes on the lane's threads, when it is its turn.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, EmbedError> + Send + 'static,
    ) -> Result<T, EmbedError> {
        let turn = self.turn.clone().acquire_owned().await;
        let turn = turn.map_err(|error| EmbedError::Model(error.to_string()))?;
        let threads = self.threads.clone();
        // whoever no longer waits for it leaves the turn taken until it is done
        off_the_runtime(move || {
            let _turn = turn;
            threads.install(work)
        })
        .await
    }
}

/// Works on a thread that may block. What panics in there, on files that nobody has seen before, is an error.
async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, EmbedError> + Send + 'static,
) -> Result<T, EmbedError> {
    let panicked = || EmbedError::Model("it panicked".to_owned());
    let guarded = move || catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(panicked()));
    let done = tokio::task::spawn_blocking(guarded).await;
    done.unwrap_or_else(|error| Err(EmbedError::Model(error.to_string())))
}
