//! Switchboard, the application: everything it does, without HTTP and without any client's wire form.
//!
//! Start at [`core::Core`], then [`messages`], then [`store::writer`].

pub mod access;
pub mod actor;
pub mod archive;
pub mod attachments;
pub mod backends;
pub mod canned_replies;
pub mod clock;
pub mod conversations;
pub mod core;
pub mod demo;
pub mod desk;
pub mod error;
pub mod event;
pub mod figures;
#[cfg(feature = "testing")]
pub mod fuzzing;
pub mod job;
pub mod jobs;
pub mod knowledge;
pub mod limits;
pub mod messages;
pub(crate) mod names;
pub mod notifications;
pub mod outside;
pub mod paging;
pub mod participants;
pub mod policy;
pub mod presence;
pub mod process;
pub mod push;
pub mod receipts;
pub mod render_older;
pub mod replies;
pub mod rooms;
pub mod secrets;
pub mod settings;
pub mod stations;
pub mod stats;
pub mod store;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(any(test, feature = "testing"))]
pub mod testing_link;
#[cfg(feature = "testing")]
pub mod testing_receiver;
#[cfg(any(test, feature = "testing"))]
pub mod testing_s3;
pub mod tickets;
pub mod tokens;
pub mod uploads;
pub mod users;
pub mod watchers;
pub mod webhooks;

pub use entity;
