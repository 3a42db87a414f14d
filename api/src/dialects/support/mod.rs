//! The `support` dialect: tickets, stations and accounts by number, ticket notifications for Socket.IO clients.

mod costs;
mod error;
mod mount;
mod openapi;
mod rest;
mod routes;
pub(crate) mod socketio;

pub use error::ERROR_FORM;

use crate::surface::{Alias, NOTHING, Operations, Surface};

/// All of it. Clients know the tickets under two names.
pub static SURFACE: Surface = Surface {
    name: "support",
    prefixes: &["/api/v1"],
    error_form: &ERROR_FORM,
    apis: &[
        &Operations(routes::tickets),
        &Operations(routes::stations),
        &Operations(routes::users),
        &Alias {
            of: Operations(routes::tickets),
            from: "/api/v1/support",
            to: "/api/v1/supports",
        },
    ],
    errors: openapi::POSSIBLE_ERRORS,
    costs: costs::COSTS,
    pages: |server| socketio::pages(server).into(),
    mount: Some(&mount::MOUNT),
    ..NOTHING
};
