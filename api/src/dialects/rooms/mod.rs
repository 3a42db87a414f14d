//! The `rooms` dialect: plain chat rooms, for clients as simple as websocat.

mod error;
mod frames;
mod routes;
pub(crate) mod signals;
pub mod socket;

pub use routes::apis;
