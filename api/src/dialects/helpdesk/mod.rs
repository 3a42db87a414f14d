//! The `helpdesk` dialect: tickets, their chat, notifications, the bot's help for both sides.

mod error;
mod insider;
mod rest;
mod routes;
mod socket;
pub(crate) mod socket_frames;

pub use routes::apis;
pub use socket::SOCKETS;
