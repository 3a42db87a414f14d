//! The `crm` dialect: the chat widget's and the Postman collection's, and the native one that carries every feature.

mod costs;
mod error;
mod files;
mod mount;
mod openapi;
pub(crate) mod rest;
mod routes;
mod socket;
pub(crate) mod socket_frames;

pub use error::ERROR_FORM;

use crate::surface::{Operations, Surface};

/// All of it. What is the company's own among its paths is administration's, `admin/`.
pub static SURFACE: Surface = Surface {
    name: "crm",
    prefixes: &["/api", "/api/users/search"],
    error_form: &ERROR_FORM,
    apis: &[&Operations(routes::apis)],
    errors: openapi::POSSIBLE_ERRORS,
    costs: costs::COSTS,
    sockets: &socket::SOCKETS,
    pages: |server| files::pages(&server.app).into(),
    mount: Some(&mount::MOUNT),
};
