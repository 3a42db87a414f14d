//! The `team` dialect: team chat over WebSocket. Its REST calls are the `crm` dialect's.

mod signals;
pub mod socket;
