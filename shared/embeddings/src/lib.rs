//! What a text means, as a vector. Texts that mean the same have vectors that lie close together, whatever words they use.
//!
//! A model runs in this process ([`open_local`], the feature `local`) or behind an OpenAI-compatible address ([`RemoteEmbedder`]).
//! Both are an [`Embedder`]; vectors of two models never mix, so whoever stores one stores the model's [`Embedder::id`] with it.

#![deny(missing_docs)]

mod error;
mod fetch;
#[cfg(feature = "local")]
mod local;
mod open;
mod prefixes;
mod remote;
mod vectors;

pub use error::EmbedError;
pub use fetch::{PUBLISHED, fetch_model};
pub use open::{LocalOptions, find_model, open_local};
pub use prefixes::Prefixes;
pub use remote::{RemoteConfig, RemoteEmbedder};
pub use vectors::similarity;

use async_trait::async_trait;

/// What a text is for. Some models are trained to tell the two apart, and are told by a word before the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// A question that passages are looked for with.
    Query,
    /// A piece of an article that may be found.
    Passage,
}

/// A model that gives texts their vectors.
#[async_trait]
pub trait Embedder: Send + Sync {
    /// The vectors of the texts, in their order, each of length one (L2). A text longer than the model reads is cut. However
    /// many texts there are, the model sees a bounded number at a time; a query never waits for passages.
    ///
    /// # Errors
    ///
    /// Where the model or its server fails. There are no vectors then, not even of some of the texts.
    async fn embed(&self, texts: &[String], of: Input) -> Result<Vec<Vec<f32>>, EmbedError>;

    /// The model's name for whoever stores its vectors: it changes when the model, or anything else that its vectors depend on, does.
    fn id(&self) -> &str;

    /// How many numbers a vector has.
    fn dimensions(&self) -> usize;
}
