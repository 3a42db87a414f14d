//! The words that every crate shares: who asks, what went wrong, what time it is, what was set; and the plain data that
//! travels between them. Knows no feature, opens nothing.

#![deny(missing_docs)]

pub mod actor;
pub mod attachment;
pub mod clock;
pub mod error;
pub mod event;
pub mod fact;
pub mod locale;
pub mod message;
pub mod names;
pub mod note;
pub mod person;
pub mod queue_name;
pub mod roles;
pub mod secrets;
pub mod settings;
pub mod source;
pub mod webhook_event;
