//! The `helpdesk` dialect: tickets, their chat, notifications, the bot's help for both sides, the admins' panel.

mod costs;
mod document_form;
mod error;
mod insider;
mod mount;
mod openapi;
mod rest;
mod routes;
mod socket;
pub(crate) mod socket_frames;

pub use error::ERROR_FORM;

use crate::surface::{NOTHING, Operations, Surface};

/// All of it.
pub static SURFACE: Surface = Surface {
    name: "helpdesk",
    prefixes: &[
        "/admin/analytics",
        "/admin/documents",
        "/admin/home",
        "/admin/misuse-reports",
        "/admin/system-management",
        "/agent/home",
        "/ai",
        "/internal",
        "/notifications",
        "/tickets",
        "/user/home",
    ],
    error_form: &ERROR_FORM,
    apis: &[&Operations(routes::apis)],
    errors: openapi::POSSIBLE_ERRORS,
    costs: costs::COSTS,
    sockets: &socket::SOCKETS,
    mount: Some(&mount::MOUNT),
    ..NOTHING
};
