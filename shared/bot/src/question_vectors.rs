//! What questions mean: their vectors, by a model that may fail.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use embeddings::{Embedder, Input};

/// An answer by words alone is better than one that comes later than this.
const PATIENCE: Duration = Duration::from_secs(1);
/// So long a model that failed is not asked again: each question would wait for it.
const REST: Duration = Duration::from_secs(30);
/// Characters of a question that a model is given.
const MAX_CHARS: usize = 1000;

/// A model that gives questions their vectors. Where it fails, words alone count for a while.
pub struct QuestionVectors {
    embedder: Arc<dyn Embedder>,
    patience: Duration,
    rests_until: Mutex<Option<Instant>>,
}

impl QuestionVectors {
    /// By this model, which has a second for each message.
    pub fn by(embedder: Arc<dyn Embedder>) -> Self {
        Self::within(PATIENCE, embedder)
    }

    /// By this model, which has so long for each message.
    pub fn within(patience: Duration, embedder: Arc<dyn Embedder>) -> Self {
        Self {
            embedder,
            patience,
            rests_until: Mutex::default(),
        }
    }

    /// The vectors of these texts, in their order; none at all where the model fails or takes too long.
    pub(super) async fn of(&self, texts: &[String]) -> Vec<Vec<f32>> {
        if self.rests() {
            return Vec::new();
        }
        let texts: Vec<String> = texts
            .iter()
            .map(|text| text.chars().take(MAX_CHARS).collect())
            .collect();
        let asked = tokio::time::timeout(self.patience, self.embedder.embed(&texts, Input::Query));
        let problem = match asked.await {
            Ok(Ok(vectors)) => return vectors,
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("it took longer than {:?}", self.patience),
        };
        tracing::warn!(%problem, "no vector of a question; for half a minute words alone count");
        *self.rests_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + REST);
        Vec::new()
    }

    fn rests(&self) -> bool {
        let until = *self.rests_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Instant::now() < until)
    }
}
