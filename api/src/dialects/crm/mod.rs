//! The `crm` dialect: the chat widget's and the Postman collection's, and the native one that carries every feature.

mod error;
pub mod files;
mod rest;
mod routes;
mod socket;
pub(crate) mod socket_frames;

pub use routes::apis;
pub use socket::SOCKETS;
