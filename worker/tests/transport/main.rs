//! The job transport as its users see it, in process and through a real Redis.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod behaviour;
mod failures;
mod queues;
mod support;
