//! The HTTP side of Switchboard: dialects, the hub, pages and operations.

pub mod app;
pub mod bearer;
pub mod body;
pub mod cli;
pub mod dialect;
pub mod dialects;
pub mod docs;
pub mod hub;
pub mod ops;
mod pages;
pub mod problem;
pub mod server;
pub mod socket;
#[cfg(feature = "testing")]
pub mod testing;
pub mod upgrade;
pub mod wire;
