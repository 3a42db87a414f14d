//! Sign-in: one implementation under three mounts, which differ in how they show ids and roles.

mod frames;
mod mounts;
mod routes;

use app::App;
use poem_openapi::OpenApi;

/// The three mounts.
pub fn apis(core: App) -> impl OpenApi {
    (
        mounts::Mounted::<mounts::Root>::new(core.clone()),
        mounts::Mounted::<mounts::Api>::new(core.clone()),
        mounts::Mounted::<mounts::ApiV1>::new(core),
    )
}
