//! The `support` dialect: tickets and stations by number, ticket notifications for Socket.IO clients and for browsers that
//! are closed.

mod error;
mod frames;
pub mod push;
mod routes;
pub mod socketio;

pub use routes::apis;
