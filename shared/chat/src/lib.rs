//! Conversations and what is said in them: the writer, and everything that reads what it wrote.
//!
//! Start at [`Chat`], then [`messages`], then [`writer`].

#![deny(missing_docs)]

pub mod access;
pub mod attachments;
pub mod conversations;
pub mod facts;
mod handle;
pub mod message_view;
pub mod messages;
pub mod participants;
pub mod policy;
pub mod presence;
pub mod receipts;
pub mod render_older;
pub mod rooms;
pub mod scope;
pub mod search;
pub mod stats;
pub mod watchers;
pub mod writer;

pub use handle::Chat;
