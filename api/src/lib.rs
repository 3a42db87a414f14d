//! The HTTP side of Switchboard: dialects, the hub, pages and operations.

mod admin;
mod app;
mod arrivals;
mod assemble;
mod auth;
mod bearer;
mod body;
pub mod cli;
mod client;
mod close;
mod connection;
mod cors;
mod costs;
mod dialect;
mod dialects;
pub mod docs;
#[cfg(feature = "testing")]
pub mod fuzzing;
mod headers;
mod help;
mod hub;
pub mod listen;
mod mounted;
mod ops;
mod origin;
mod outermost;
mod pages;
mod problem;
pub mod routes;
mod serializer;
pub mod server;
mod surface;
mod surfaces;
#[cfg(feature = "testing")]
pub mod testing;
mod upgrade;
mod wire;
