//! The `team` dialect: team chat over WebSocket. Its REST calls are the `crm` dialect's.

pub(crate) mod signals;
pub mod socket;
