//! The bot at work: which messages it answers and with what, what it suggests to agents, and the articles that it knows.
//!
//! Start at [`Assist`], then [`replies`].

#![deny(missing_docs)]

pub mod documents;
mod handle;
pub mod knowledge;
mod meaning;
pub mod replies;
pub mod topics;

pub use embeddings::{PUBLISHED as PUBLISHED_MODELS, fetch_model};
pub use handle::Assist;
pub use meaning::check_model;
