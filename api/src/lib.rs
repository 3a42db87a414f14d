//! The HTTP side of Switchboard: dialects, the hub, pages and operations.

pub mod app;
mod arrivals;
mod auth;
pub mod bearer;
pub mod body;
pub mod cli;
mod cors;
pub mod costs;
pub mod dialect;
pub mod dialects;
pub mod docs;
#[cfg(feature = "testing")]
pub mod fuzzing;
mod headers;
pub mod hub;
pub mod listen;
pub mod ops;
pub mod origin;
mod pages;
pub mod problem;
pub mod routes;
pub mod server;
pub mod socket;
#[cfg(feature = "testing")]
pub mod testing;
pub mod upgrade;
pub mod wire;
