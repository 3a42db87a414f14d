//! What reaches people and systems that have no socket open: notifications of messages, Web Push, webhooks.
//!
//! Start at [`Outreach`], then [`webhooks`].

#![deny(missing_docs)]

mod handle;
pub mod notify;
pub mod push;
pub mod webhooks;

pub use handle::Outreach;
