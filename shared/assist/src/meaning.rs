//! The model that tells what texts mean: found, opened beside everything else, and tried again where it fails.

use embeddings::{EmbedError, Embedder, LocalOptions, RemoteConfig, RemoteEmbedder};
use kernel::settings::Embeddings;
use platform::job::policy::EMBEDDING_TIMEOUT;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// So long after a look that found no model, or none that works, there is another.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// How what is stored with vectors says in which way articles are divided into passages.
const PASSAGES: &str = "texts-1";

/// The sentence-embedding model of this process, if there is one.
pub(crate) struct EmbeddingModel {
    setting: Embeddings,
    state: Arc<Mutex<State>>,
}

/// A model that is open.
#[derive(Clone)]
pub(crate) struct OpenModel {
    pub(crate) embedder: Arc<dyn Embedder>,
    /// What its vectors depend on.
    pub(crate) id: Arc<str>,
}

enum State {
    /// Nobody asked for it yet, or it is time to look again.
    Closed {
        since: Option<Instant>,
    },
    Opening,
    Open(OpenModel),
}

impl EmbeddingModel {
    pub(crate) fn new(setting: Embeddings) -> Self {
        Self {
            setting,
            state: Arc::new(Mutex::new(State::Closed { since: None })),
        }
    }

    /// The model, if it is open at this moment. Else it is opened beside this, if it is there: who asks goes on without.
    pub(crate) fn now(&self) -> Option<OpenModel> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &*state {
            State::Open(model) => return Some(model.clone()),
            State::Opening => return None,
            State::Closed { since } if since.is_some_and(|since| since.elapsed() < LOOK_AGAIN) => {
                return None;
            }
            State::Closed { .. } => *state = State::Opening,
        }
        let (setting, state) = (self.setting.clone(), self.state.clone());
        tokio::spawn(async move {
            let opened = open(setting).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "the embedding model cannot be used; articles are found by their words");
                None
            });
            let next = opened.map_or_else(
                || State::Closed {
                    since: Some(Instant::now()),
                },
                |embedder| {
                    let id = format!("{}#{PASSAGES}", embedder.id());
                    tracing::info!(model = id, "articles are found by meaning too");
                    State::Open(OpenModel {
                        embedder,
                        id: id.into(),
                    })
                },
            );
            *state.lock().unwrap_or_else(PoisonError::into_inner) = next;
        });
        None
    }
}

/// The name of the embedding model that the settings name or that is found; none where nothing is set and none is there. For
/// whoever asks whether it works: it is opened for that.
///
/// # Errors
///
/// What is wrong with its files or its server.
pub async fn check_model(setting: &Embeddings) -> Result<Option<String>, EmbedError> {
    let opened = open(setting.clone()).await?;
    Ok(opened.map(|model| model.id().to_owned()))
}

/// Opens the model that the settings name, or that is found; `None` where nothing is set and none is there.
async fn open(setting: Embeddings) -> Result<Option<Arc<dyn Embedder>>, EmbedError> {
    match setting {
        Embeddings::Server {
            base_url,
            model,
            api_key,
        } => {
            let config = RemoteConfig {
                base_url,
                model,
                api_key,
                timeout: EMBEDDING_TIMEOUT,
                prefixes: None,
            };
            Ok(Some(Arc::new(RemoteEmbedder::connect(config).await?)))
        }
        Embeddings::Folder(folder) => {
            let found = embeddings::find_model(&folder)?.unwrap_or(folder);
            embeddings::open_local(&found, LocalOptions::default())
                .await
                .map(Some)
        }
        Embeddings::Found(folder) => match embeddings::find_model(&folder)? {
            Some(found) => embeddings::open_local(&found, LocalOptions::default())
                .await
                .map(Some),
            None => Ok(None),
        },
    }
}
