//! The REST side of the `support` dialect: each handler turns a request into a command and the result into an answer.

mod stations;
mod supports;
mod users;

use app::App;
use poem_openapi::OpenApi;

/// The tickets.
pub fn tickets(app: App) -> impl OpenApi {
    supports::SupportApi(app)
}

/// The stations that they may be about.
pub fn stations(app: App) -> impl OpenApi {
    stations::StationsApi(app)
}

/// The accounts.
pub fn users(app: App) -> impl OpenApi {
    users::UsersApi(app)
}
