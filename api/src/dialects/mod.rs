//! The dialects: each turns its own wire form into the core's commands, and the core's events into its own.

pub mod auth;
pub mod crm;
