//! Rendering beside the async threads: few texts at a time, each within a time, each once.

use super::article::{self, Article};
use super::limits::Over;
use super::plain::is_plain;
use super::{plain, render};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Texts that are rendered at the same time: what floods it waits for itself, and leaves the other cores alone.
const PERMITS: usize = 2;
/// How long a text may take, its turn included; it is shown in the plain form then.
const TIME: Duration = Duration::from_secs(2);

/// A text with its HTML: what the writer takes, so that nothing is stored that was not rendered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    text: String,
    html: String,
}

impl Rendered {
    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its HTML as it is stored: empty where it is the plain form.
    pub fn html(&self) -> &str {
        &self.html
    }
}

/// Renders texts.
#[derive(Debug)]
pub struct Renderer {
    permits: Arc<Semaphore>,
    made: AtomicU64,
}

impl Default for Renderer {
    fn default() -> Self {
        Self {
            permits: Arc::new(Semaphore::new(PERMITS)),
            made: AtomicU64::new(0),
        }
    }
}

impl Renderer {
    /// The text with its HTML, within two seconds whatever it is.
    pub async fn render(&self, text: String) -> Rendered {
        self.made.fetch_add(1, Ordering::Relaxed);
        let (html, outcome) = if is_plain(&text) {
            (String::new(), "plain")
        } else {
            let again = text.clone();
            let rendering = self.aside(move || {
                let html = render(&again)?;
                // most of what is not quite plain looks the same: it is not stored twice
                Ok(if html == plain(&again) {
                    String::new()
                } else {
                    html
                })
            });
            match rendering.await {
                Ok(html) => (html, "rendered"),
                Err(over) => {
                    tracing::debug!(%over, bytes = text.len(), "a text is shown in its plain form");
                    (String::new(), over.name())
                }
            }
        };
        metrics::counter!("switchboard_markdown_rendered_total", "outcome" => outcome).increment(1);
        Rendered { text, html }
    }

    /// An article as its page shows it, within two seconds whatever it is.
    pub async fn article(&self, text: &str) -> Article {
        let again = text.to_owned();
        match self.aside(move || article::render(&again)).await {
            Ok(article) => article,
            Err(over) => {
                tracing::debug!(%over, bytes = text.len(), "an article is shown in its plain form");
                article::unrendered(text)
            }
        }
    }

    /// How many texts were rendered since the start.
    pub fn made(&self) -> u64 {
        self.made.load(Ordering::Relaxed)
    }

    /// On a thread where it may take its time. The permit goes along: a text that nobody waits for any longer still has it.
    async fn aside<T: Send + 'static>(
        &self,
        render: impl FnOnce() -> Result<T, Over> + Send + 'static,
    ) -> Result<T, Over> {
        let permits = self.permits.clone();
        let rendering = async move {
            let Ok(permit) = permits.acquire_owned().await else {
                return Err(Over::Time);
            };
            let rendering = tokio::task::spawn_blocking(move || {
                let _permit = permit;
                render()
            });
            rendering.await.unwrap_or_else(|error| {
                tracing::error!(%error, "rendering a text failed");
                Err(Over::Time)
            })
        };
        tokio::time::timeout(TIME, rendering)
            .await
            .unwrap_or(Err(Over::Time))
    }
}
