//! The `helpdesk` dialect: tickets, their chat, notifications, the bot's help for both sides.

mod error;
mod frames;
mod insider;
mod routes;
pub(crate) mod signals;
pub mod socket;

pub use routes::apis;
