//! The `team` dialect: team chat over WebSocket. Its REST calls are the `crm` dialect's.

mod mount;
mod socket;
pub(crate) mod socket_frames;

use crate::surface::{NOTHING, Surface};

/// All of it.
pub static SURFACE: Surface = Surface {
    name: "team",
    sockets: &socket::SOCKETS,
    mount: Some(&mount::MOUNT),
    ..NOTHING
};
