//! The replier that lets an OpenAI-compatible model phrase the answer, out of the passages that the search
//! finds.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_openai::Client;
use async_openai::config::Config;
use async_openai::error::OpenAIError;
use async_openai::types::chat::{ChatCompletionResponseStream, FinishReason};
use async_trait::async_trait;
use futures_util::StreamExt;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use super::kb::Passage;
use super::knowledge::{KnowledgeReplier, OpenQuestion, Outcome, scored, source, timed, unknown};
use super::prompt::{self, NO_ANSWER};
use super::{Answer, Ask, Deltas, Replier, ReplyError, Source, Trace};

/// A reply beyond this is a model gone astray; nobody reads it and no message holds it.
const MAX_REPLY_BYTES: usize = 16_000;
/// How many follow-up questions are offered.
const PROMPTS: usize = 3;

/// Where the model is and how to reach it.
#[derive(Clone, Debug)]
pub struct OpenAiConfig {
    /// The address up to and without `/chat/completions`, such as `https://api.openai.com/v1`.
    pub base_url: String,
    /// The model's name.
    pub model: String,
    /// The key; servers on the own network often need none.
    pub api_key: Option<SecretString>,
    /// The time for the whole reply, from connecting to the last word.
    pub timeout: Duration,
}

/// Answers with a language model; falls back to the articles themselves when that fails.
pub struct OpenAiReplier {
    client: Client<Endpoint>,
    model: String,
    timeout: Duration,
    fallback: Arc<KnowledgeReplier>,
}

impl OpenAiReplier {
    /// A replier that asks the model of `config` and uses the knowledge base of `fallback`.
    pub fn new(config: OpenAiConfig, fallback: Arc<KnowledgeReplier>) -> Result<Self, ReplyError> {
        let misconfigured = |what: &str| ReplyError::Config(what.to_owned());
        let endpoint = Endpoint::new(&config.base_url, config.api_key).map_err(misconfigured)?;
        // Neither a proxy from the environment nor a redirect may carry the key elsewhere.
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(config.timeout)
            .build()
            .map_err(|_| misconfigured("no HTTP client could be made"))?;
        Ok(Self {
            client: Client::build(http, endpoint),
            model: config.model,
            timeout: config.timeout,
            fallback,
        })
    }

    /// The model's text, or why there is none.
    async fn generate(
        &self,
        ask: &Ask,
        passages: &[Passage],
        deltas: &Deltas<'_>,
    ) -> Result<String, Failure> {
        let request = prompt::request(&self.model, ask, passages);
        let whole = async {
            let stream = self.client.chat().create_stream(request).await?;
            collect(stream, deltas).await
        };
        tokio::time::timeout(self.timeout, whole)
            .await
            .unwrap_or(Err(Failure::TimedOut))
    }

    fn phrased(
        &self,
        text: String,
        question: &OpenQuestion,
        passages: &[Passage],
        sources: Vec<Source>,
    ) -> Answer {
        let mut answer = if text.trim() == NO_ANSWER {
            unknown(question.language)
        } else {
            let knowledge = self.fallback.knowledge();
            let related = passages.first().map(|best| knowledge.related(best, PROMPTS));
            Answer {
                text,
                sources,
                prompts: related.unwrap_or_default(),
                handoff: false,
                trace: Trace {
                    intent: "answer".to_owned(),
                    ..Trace::default()
                },
            }
        };
        answer.trace.model = Some(self.model.clone());
        answer.trace.language = Some(question.language.code().to_owned());
        answer.trace.passages = passages.iter().map(scored).collect();
        answer
    }
}

#[async_trait]
impl Replier for OpenAiReplier {
    /// Should the model fail mid-stream, deltas have been sent that the returned answer has nothing to do
    /// with: the caller replaces the streamed text by the answer's in any case.
    async fn reply(&self, ask: &Ask, deltas: &Deltas<'_>) -> Result<Answer, ReplyError> {
        let started = Instant::now();
        let question = match self.fallback.consider(ask) {
            // A greeting needs no model, and asking for a person must not depend on one.
            Outcome::Settled(answer) => return Ok(timed(answer, started)),
            Outcome::Open(question) => question,
        };
        let passages = question.background(&self.fallback.knowledge());
        let answer = match self.generate(ask, &passages, deltas).await {
            Ok(text) => {
                let sources = distinct_sources(&passages);
                self.phrased(text, &question, &passages, sources)
            }
            Err(failure) => {
                tracing::warn!(reason = %failure, "the language model gave no reply; quoting the articles instead");
                let mut answer = self.fallback.answer(&question);
                answer.trace.fallback = Some(failure.to_string());
                answer
            }
        };
        Ok(timed(answer, started))
    }
}

/// Forwards and collects the text of a stream. The end of the stream alone does not tell a finished reply
/// from a broken connection, so the model's own word that it has finished is required.
async fn collect(mut stream: ChatCompletionResponseStream, deltas: &Deltas<'_>) -> Result<String, Failure> {
    let mut text = String::new();
    let mut sent = 0;
    let mut finish = None;
    while let Some(chunk) = stream.next().await {
        for choice in chunk?.choices {
            text.push_str(choice.delta.content.as_deref().unwrap_or_default());
            finish = choice.finish_reason.or(finish);
        }
        if text.len() > MAX_REPLY_BYTES {
            return Err(Failure::TooLong);
        }
        // Held back as long as it may turn out to be the agreed word for "no answer".
        let unsent = text.get(sent..).unwrap_or_default();
        if !unsent.is_empty() && !NO_ANSWER.starts_with(text.trim()) {
            deltas(unsent);
            sent = text.len();
        }
    }
    match finish {
        None => Err(Failure::CutOff),
        Some(FinishReason::ContentFilter) => Err(Failure::Filtered),
        Some(_) if text.trim().is_empty() => Err(Failure::Empty),
        Some(_) => Ok(text),
    }
}

fn distinct_sources(passages: &[Passage]) -> Vec<Source> {
    let mut sources: Vec<Source> = Vec::new();
    for found in passages.iter().map(source) {
        if !sources.contains(&found) {
            sources.push(found);
        }
    }
    sources
}

/// Why the model gave no usable reply. Carries nothing that the server said: servers quote keys in their
/// errors.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum Failure {
    #[error("the model did not finish in time")]
    TimedOut,
    #[error("the model's server cannot be reached")]
    Unreachable,
    #[error("the model's server answered HTTP {0}")]
    Status(u16),
    #[error("the model's reply could not be read")]
    Unreadable,
    #[error("the model's reply was cut off")]
    CutOff,
    #[error("the model's reply was withheld by a content filter")]
    Filtered,
    #[error("the model's reply was empty")]
    Empty,
    #[error("the model's reply was too long")]
    TooLong,
}

impl From<OpenAIError> for Failure {
    fn from(error: OpenAIError) -> Self {
        match error {
            OpenAIError::ApiError(response) => Self::Status(response.status_code.as_u16()),
            OpenAIError::Reqwest(error) => match error.status() {
                Some(status) => Self::Status(status.as_u16()),
                None if error.is_timeout() => Self::TimedOut,
                None => Self::Unreachable,
            },
            OpenAIError::StreamError(_) => Self::CutOff,
            _ => Self::Unreadable,
        }
    }
}

/// The library's own configuration type reads half a dozen environment variables; this one reads none.
struct Endpoint {
    base_url: String,
    key: SecretString,
    headers: HeaderMap,
}

impl Endpoint {
    fn new(base_url: &str, key: Option<SecretString>) -> Result<Self, &'static str> {
        let base_url = base_url.trim().trim_end_matches('/').to_owned();
        if !reqwest::Url::parse(&base_url).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
            return Err("the base URL is not an http or https URL");
        }
        let key = key.unwrap_or_default();
        let mut headers = HeaderMap::new();
        if !key.expose_secret().is_empty() {
            let mut value = HeaderValue::from_str(&format!("Bearer {}", key.expose_secret()))
                .map_err(|_| "the API key contains characters that cannot be sent")?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        Ok(Self {
            base_url,
            key,
            headers,
        })
    }
}

impl Config for Endpoint {
    fn headers(&self) -> HeaderMap {
        self.headers.clone()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    fn query(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }

    fn api_base(&self) -> &str {
        &self.base_url
    }

    fn api_key(&self) -> &SecretString {
        &self.key
    }
}

impl fmt::Debug for OpenAiReplier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenAiReplier")
            .field("base_url", &self.client.config().base_url)
            .field("model", &self.model)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{KnowledgeBase, example_articles};

    fn examples() -> Vec<crate::Article> {
        example_articles().into_iter().map(|file| file.article).collect()
    }

    fn replier(base_url: &str, key: &str) -> Result<OpenAiReplier, ReplyError> {
        let knowledge = Arc::new(KnowledgeBase::build(examples()));
        let config = OpenAiConfig {
            base_url: base_url.to_owned(),
            model: "m".to_owned(),
            api_key: Some(SecretString::from(key.to_owned())),
            timeout: Duration::from_secs(1),
        };
        assert!(!format!("{config:?}").contains(key));
        OpenAiReplier::new(config, Arc::new(KnowledgeReplier::new(knowledge)))
    }

    #[test]
    fn the_key_shows_neither_in_debug_output_nor_in_errors() {
        let good = replier("http://127.0.0.1:9/v1/", "sk-secret").unwrap();
        let shown = format!("{good:?}");
        assert!(shown.contains("127.0.0.1:9/v1") && !shown.contains("sk-secret"));
        let bad = replier("http://127.0.0.1:9/v1", "sk-secret\n").unwrap_err();
        assert!(!format!("{bad:?} {bad}").contains("sk-secret"));
    }

    #[test]
    fn a_base_url_that_is_none_is_refused_at_once() {
        assert!(matches!(
            replier("api.openai.com", "sk-secret"),
            Err(ReplyError::Config(_))
        ));
        assert!(replier("file:///etc/passwd", "sk-secret").is_err());
    }
}
