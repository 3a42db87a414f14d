//! The `support` dialect: tickets and stations by number, ticket notifications for Socket.IO clients and for browsers that
//! are closed.

mod error;
pub mod push;
mod rest;
mod routes;
pub mod socketio;

pub use routes::apis;
