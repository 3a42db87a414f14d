//! The `crm` dialect: the chat widget's and the Postman collection's, and the native one that carries every feature.

mod error;
pub mod files;
pub mod frames;
mod routes;
pub(crate) mod signals;
pub mod socket;

pub use routes::apis;
