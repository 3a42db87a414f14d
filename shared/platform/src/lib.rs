//! What the server stands on: the database, the bus, the job queues, the file store, limits, mail, outbound HTTP. Each opens what
//! the settings name, on the embedded profile or in production. Knows no feature.

#![deny(missing_docs)]

pub mod bootstrap;
pub mod bus;
pub mod db;
pub mod files;
mod handle;
pub mod instances;
pub mod job;
pub mod job_store;
pub mod jobs;
pub mod like;
pub mod limits;
pub mod mail;
pub mod outbound_http;
pub mod paging;
pub mod queue;
#[cfg(feature = "testing")]
pub mod recording;
pub mod redis_link;
pub mod supervisor;
#[cfg(any(test, feature = "testing"))]
pub mod testing_link;
#[cfg(feature = "testing")]
pub mod testing_receiver;
#[cfg(any(test, feature = "testing"))]
pub mod testing_s3;
#[cfg(any(test, feature = "testing"))]
pub mod testing_smtp;
pub mod uploads;

pub use handle::{PART, Platform};
