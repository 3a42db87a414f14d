//! One client's socket, for every dialect: how it is let in, joins, and lives.

mod commands;
mod connect;
mod join;
mod refusals;
mod serve;
mod transport;

pub use connect::endpoint;
pub use refusals::Refusals;
