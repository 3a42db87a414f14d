//! The `rooms` dialect: plain chat rooms, for clients as simple as websocat.

mod error;
mod rest;
mod routes;
mod socket;
pub(crate) mod socket_frames;

pub use routes::apis;
pub use socket::SOCKETS;
