//! The `rooms` dialect: plain chat rooms, for clients as simple as websocat.

mod costs;
mod error;
mod mount;
mod openapi;
mod rest;
mod routes;
mod socket;
pub(crate) mod socket_frames;

use crate::surface::{NOTHING, Operations, Surface};

/// All of it.
pub static SURFACE: Surface = Surface {
    name: "rooms",
    prefixes: &["/api/chats"],
    error_form: &error::ERROR_FORM,
    apis: &[&Operations(routes::apis)],
    errors: openapi::POSSIBLE_ERRORS,
    costs: costs::COSTS,
    sockets: &socket::SOCKETS,
    mount: Some(&mount::MOUNT),
    ..NOTHING
};
