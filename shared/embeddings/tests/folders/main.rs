//! What a model's folder may hold, and what of it is refused, on models that are made here.

#![cfg(feature = "local")]
// The lint's exception for tests does not reach the helper functions of an integration test.
#![allow(clippy::unwrap_used)]

mod broken;
mod recipes;
mod tiny;
