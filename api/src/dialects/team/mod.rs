//! The `team` dialect: team chat over WebSocket. Its REST calls are the `crm` dialect's.

mod socket;
pub(crate) mod socket_frames;

pub use socket::SOCKETS;
