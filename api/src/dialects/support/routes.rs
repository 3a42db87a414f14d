//! The REST side of the `support` dialect: each handler turns a request into a command and the result into an answer.

mod stations;
mod supports;

use poem_openapi::OpenApi;
use shared::core::Core;

/// The tickets.
pub fn tickets(core: Core) -> impl OpenApi {
    supports::SupportApi(core)
}

/// The stations that they may be about.
pub fn stations(core: Core) -> impl OpenApi {
    stations::StationsApi(core)
}
