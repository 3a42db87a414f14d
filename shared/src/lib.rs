//! Switchboard, the application: everything it does, without HTTP and without any client's wire form.
//!
//! Start at [`core::Core`], then [`messages`], then [`store::writer`].

pub mod access;
pub mod archive;
pub mod attachments;
pub mod canned_replies;
pub mod conversations;
pub mod core;
pub mod demo;
pub mod desk;
pub mod facts;
pub mod figures;
mod follow_ups;
#[cfg(feature = "testing")]
pub mod fuzzing;
pub mod job;
pub mod jobs;
pub mod knowledge;
pub mod messages;
pub(crate) mod names;
pub mod notifications;
pub mod participants;
pub mod policy;
pub mod presence;
pub mod push;
pub mod receipts;
pub mod render_older;
pub mod replies;
pub mod rooms;
pub mod stations;
pub mod stats;
pub mod store;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tickets;
pub mod tokens;
pub mod users;
pub mod watchers;
pub mod webhooks;

pub use entity;
