//! The dialects: each turns its own wire form into the core's commands, and the core's events into its own.

pub mod crm;
pub mod helpdesk;
pub mod rooms;
pub mod support;
pub mod team;
