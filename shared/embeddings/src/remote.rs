//! A model behind an OpenAI-compatible `/embeddings`.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Client, Response, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::vectors::normalise;
use crate::{EmbedError, Embedder, Input, Prefixes};

/// How many texts one request carries.
const BATCH: usize = 32;
/// How many characters of a text are sent. Servers refuse what is longer than their model reads, which is 512 tokens for most.
const MAX_CHARS: usize = 2_000;
/// The longest vectors that are known have 4096 numbers; longer ones would be slow to compare.
const MAX_DIMENSIONS: usize = 8_192;
/// What one number of a vector takes in an answer, with its comma and spaces.
const NUMBER_BYTES: usize = 32;
/// What an answer takes beside its vectors.
const FRAME_BYTES: usize = 64 * 1024;

/// Where the model is and how to reach it.
#[derive(Clone, Debug)]
pub struct RemoteConfig {
    /// The address up to and without `/embeddings`, such as `https://api.openai.com/v1`.
    pub base_url: String,
    /// The model's name.
    pub model: String,
    /// The key; servers on the own network often need none.
    pub api_key: Option<SecretString>,
    /// The time for a request, from connecting to the last byte of its answer.
    pub timeout: Duration,
    /// What to put before texts; `None` for what the model's name says ([`Prefixes::by_name`]).
    pub prefixes: Option<Prefixes>,
}

/// Asks a server for vectors.
pub struct RemoteEmbedder {
    http: Client,
    address: Url,
    model: String,
    prefixes: Prefixes,
    timeout: Duration,
    dimensions: usize,
    id: String,
}

impl RemoteEmbedder {
    /// Asks the server of `config` for one vector, to know how long they are.
    ///
    /// # Errors
    ///
    /// [`EmbedError::Config`] where what is set cannot work; else why the server gave no vector: it may do so later.
    pub async fn connect(config: RemoteConfig) -> Result<Self, EmbedError> {
        let address = address(&config.base_url)?;
        let prefixes = config
            .prefixes
            .unwrap_or_else(|| Prefixes::by_name(&config.model));
        let mut embedder = Self {
            http: client(config.api_key.as_ref())?,
            id: String::new(),
            dimensions: 0,
            address,
            model: config.model,
            prefixes,
            timeout: config.timeout,
        };
        let probe = embedder.request(&["hello".to_owned()], Input::Query).await?;
        embedder.dimensions = probe.first().map_or(0, Vec::len);
        embedder.id = embedder.name();
        Ok(embedder)
    }

    /// All that its vectors depend on, as far as it can be known from here.
    fn name(&self) -> String {
        let Prefixes { query, passage } = &self.prefixes;
        let place = format!("{}@{}#{}", self.model, self.address, self.dimensions);
        if self.prefixes == Prefixes::default() {
            place
        } else {
            format!("{place}#{query}|{passage}")
        }
    }

    /// One request's vectors.
    async fn request(&self, texts: &[String], of: Input) -> Result<Vec<Vec<f32>>, EmbedError> {
        let question = Question {
            model: &self.model,
            input: texts
                .iter()
                .map(|text| self.prefixes.put_before(text, of, MAX_CHARS))
                .collect(),
        };
        let whole = async {
            let response = self
                .http
                .post(self.address.clone())
                .json(&question)
                .send()
                .await?;
            if response.status() != reqwest::StatusCode::OK {
                return Err(EmbedError::Status(response.status().as_u16()));
            }
            let longest = if self.dimensions == 0 {
                MAX_DIMENSIONS
            } else {
                self.dimensions
            };
            read(response, FRAME_BYTES + texts.len() * longest * NUMBER_BYTES).await
        };
        let body = tokio::time::timeout(self.timeout, whole)
            .await
            .unwrap_or(Err(EmbedError::TimedOut))?;
        let answer: Answer = serde_json::from_slice(&body).map_err(|_| unreadable(&body))?;
        self.in_order(answer.data, texts.len())
    }

    /// The vectors in the order of their texts, each of length one.
    fn in_order(&self, data: Vec<Item>, asked: usize) -> Result<Vec<Vec<f32>>, EmbedError> {
        if data.len() != asked {
            return Err(EmbedError::Count {
                asked,
                got: data.len(),
            });
        }
        let mut vectors = vec![None; asked];
        for (place, item) in data.into_iter().enumerate() {
            let numbers = item.embedding.into_iter();
            let mut vector: Vec<f32> = numbers.map(|number| number.unwrap_or(f32::NAN)).collect();
            let expected = if self.dimensions == 0 {
                vector.len().clamp(1, MAX_DIMENSIONS)
            } else {
                self.dimensions
            };
            if vector.len() != expected {
                return Err(EmbedError::Dimensions {
                    expected,
                    got: vector.len(),
                });
            }
            normalise(&mut vector)?;
            let place = vectors.get_mut(item.index.unwrap_or(place));
            match place {
                Some(free) if free.is_none() => *free = Some(vector),
                // the same index twice, or one that was not asked for
                _ => return Err(EmbedError::Unreadable),
            }
        }
        vectors
            .into_iter()
            .map(|vector| vector.ok_or(EmbedError::Unreadable))
            .collect()
    }
}

#[async_trait]
impl Embedder for RemoteEmbedder {
    async fn embed(&self, texts: &[String], of: Input) -> Result<Vec<Vec<f32>>, EmbedError> {
        let mut vectors = Vec::with_capacity(texts.len());
        for batch in texts.chunks(BATCH) {
            vectors.extend(self.request(batch, of).await?);
        }
        Ok(vectors)
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn dimensions(&self) -> usize {
        self.dimensions
    }
}

impl fmt::Debug for RemoteEmbedder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteEmbedder")
            .field("id", &self.id)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct Question<'a> {
    model: &'a str,
    input: Vec<String>,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    index: Option<usize>,
    /// What is not a number is null in JSON.
    embedding: Vec<Option<f32>>,
}

fn address(base_url: &str) -> Result<Url, EmbedError> {
    let wrong = EmbedError::Config(
        "the embeddings server's address is not an http or https URL without a name or password",
    );
    let address = format!("{}/embeddings", base_url.trim().trim_end_matches('/'));
    match Url::parse(&address) {
        // what stands in the address stands in the model's id and in the log
        Ok(url)
            if matches!(url.scheme(), "http" | "https")
                && url.username().is_empty()
                && url.password().is_none() =>
        {
            Ok(url)
        }
        _ => Err(wrong),
    }
}

fn client(key: Option<&SecretString>) -> Result<Client, EmbedError> {
    let mut headers = HeaderMap::new();
    if let Some(key) = key.map(ExposeSecret::expose_secret).filter(|key| !key.is_empty()) {
        let mut value = HeaderValue::from_str(&format!("Bearer {key}")).map_err(|_| {
            EmbedError::Config("the embeddings server's key contains characters that cannot be sent")
        })?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    // Neither a proxy from the environment nor a redirect may carry the key elsewhere.
    Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .default_headers(headers)
        .build()
        .map_err(|_| EmbedError::Config("no HTTP client could be made"))
}

async fn read(mut response: Response, limit: usize) -> Result<Vec<u8>, EmbedError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > limit {
            return Err(EmbedError::AnswerTooLarge { limit });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Why it is no answer. Python writes what is not a number as `NaN`, which JSON does not know.
fn unreadable(body: &[u8]) -> EmbedError {
    if body.windows(3).any(|word| word == b"NaN") {
        EmbedError::NoDirection
    } else {
        EmbedError::Unreadable
    }
}

impl From<reqwest::Error> for EmbedError {
    fn from(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            Self::TimedOut
        } else {
            Self::Unreachable
        }
    }
}
