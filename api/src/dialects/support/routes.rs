//! The REST side of the `support` dialect: each handler turns a request into a command and the result into an answer.

mod stations;
mod supports;

use app::App;
use poem_openapi::OpenApi;

/// All of it.
pub fn apis(core: App) -> impl OpenApi {
    (
        supports::Documented(supports::SupportApi::<supports::Support>::new(core.clone())),
        supports::Alias(supports::SupportApi::<supports::Supports>::new(core.clone())),
        stations::StationsApi(core),
    )
}
