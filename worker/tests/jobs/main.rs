//! Whole workers on a real core, on the profile of the run.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod order;
mod slow_model;
mod support;
