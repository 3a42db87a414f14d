//! One call of a model: the request, its words as they come, and why there may be none.
//!
//! The stream is read by ourselves: the client library for it keeps an event of any size and reads it anew with each piece
//! (10 MB in one took it more than 20 s), asks again by itself after an error, which no budget would know of, and logs what
//! the server said.

use futures_util::StreamExt;

use super::OpenAiConfig;
use super::endpoint::Endpoint;
use super::events::Events;
use super::frame::is_visible;
use super::prompt::Prompt;
use crate::budget::{Budget, Exhausted};

/// A reply beyond this is a model gone astray; nobody reads it and no message holds it.
pub(super) const MAX_REPLY_BYTES: usize = 16_000;

/// A model behind its address.
pub(super) struct Model {
    endpoint: Endpoint,
    pub(super) name: String,
}

impl Model {
    pub(super) fn open(config: OpenAiConfig) -> Result<Self, &'static str> {
        Ok(Self {
            endpoint: Endpoint::new(&config.base_url, config.api_key.as_ref(), config.timeout)?,
            name: config.model,
        })
    }

    pub(super) fn address(&self) -> &str {
        self.endpoint.address()
    }

    /// Calls `heard` with each piece of the reply, until its end or until that refuses one. The end of the stream alone
    /// does not tell a finished reply from a broken connection, so the model's own word that it has finished is required.
    pub(super) async fn stream<F>(
        &self,
        prompt: Prompt,
        max_bytes: usize,
        mut heard: F,
    ) -> Result<(), Failure>
    where
        F: FnMut(&str) -> Result<(), Failure> + Send,
    {
        let response = self
            .endpoint
            .chat()
            .json(&prompt.request(&self.name))
            .send()
            .await?;
        if !response.status().is_success() {
            return Err(Failure::Status(response.status().as_u16()));
        }
        let mut events = Events::of(response.bytes_stream().boxed());
        let mut bytes = 0;
        let mut said = false;
        let mut finish = None;
        while let Some(chunk) = events.next().await? {
            for choice in chunk.choices {
                let piece = choice.delta.content.unwrap_or_default();
                bytes += piece.len();
                if bytes > max_bytes {
                    return Err(Failure::TooLong);
                }
                let piece: String = piece.chars().filter(|c| is_visible(*c)).collect();
                said |= !piece.trim().is_empty();
                heard(&piece)?;
                finish = choice.finish_reason.or(finish);
            }
        }
        match finish.as_deref() {
            None | Some("length") => Err(Failure::CutOff),
            Some("content_filter") => Err(Failure::Filtered),
            Some(_) if !said => Err(Failure::Empty),
            Some(_) => Ok(()),
        }
    }

    /// The whole reply, paid for by `budget`.
    pub(super) async fn complete(
        &self,
        prompt: Prompt,
        max_bytes: usize,
        budget: &dyn Budget,
    ) -> Result<String, Failure> {
        budget.take().await?;
        let mut text = String::new();
        let heard = |piece: &str| {
            text.push_str(piece);
            Ok(())
        };
        self.stream(prompt, max_bytes, heard).await?;
        Ok(text.trim().to_owned())
    }
}

/// Why the model gave no usable reply. Carries nothing that the server said: servers quote keys in their errors.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Failure {
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
    #[error("there was no passage for the model to answer from")]
    NoPassages,
    #[error("the model's reply cited no passage")]
    Uncited,
    #[error("the model's reply cited a passage that does not exist")]
    UnknownPassage,
    #[error("the model's reply said what the passages that it cited do not say")]
    Unsupported,
    #[error("the model's reply repeated its instructions")]
    Leak,
    #[error("the model's reply stated what was said nowhere")]
    Invented,
    #[error("{0}")]
    Budget(#[from] Exhausted),
}

impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            Self::TimedOut
        } else {
            Self::Unreachable
        }
    }
}
