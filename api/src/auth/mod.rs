//! Sign-in: one implementation under three mounts, which differ in how they show ids and roles.

mod mounts;
mod rest;
mod routes;

use poem_openapi::OpenApi;
use shared::core::Core;

/// The three mounts.
pub fn apis(core: Core) -> impl OpenApi {
    (
        mounts::Mounted::<mounts::Root>::new(core.clone()),
        mounts::Mounted::<mounts::Api>::new(core.clone()),
        mounts::Mounted::<mounts::ApiV1>::new(core),
    )
}
