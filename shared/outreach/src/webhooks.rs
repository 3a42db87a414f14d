//! Webhooks: what happens is posted to the addresses that admins gave (Standard Webhooks 1.0).
//!
//! Facts become a job in their own transaction, where some endpoint subscribes to them (`follow_ups.rs`). The job
//! makes one delivery for each endpoint that does ([`fan_out`]). A delivery's row is its own intent: due at
//! `next_attempt_at`, held by moving that ahead of a lease ([`claim`]), and its next try commits with the log entry
//! of the last one ([`record`]). Deliveries take no slot of the worker's jobs, so that no endpoint can slow a chat.

mod deliver;
mod endpoint_cache;
mod endpoints;
mod fan_out;
mod follow_ups;
mod internal;
mod log;
mod payload;

pub use deliver::{Attempt, Claim, LEASE, PER_ENDPOINT, Slots, attempt, claim, record};
pub(crate) use endpoint_cache::EnabledEndpoints;
pub use endpoint_cache::EndpointCache;
pub use endpoints::{CreateEndpoint, UpdateEndpoint, create, delete, get, list, update};
pub use fan_out::fan_out;
pub use follow_ups::FollowUps;
pub use internal::verify_internal;
pub use log::{Cursor, KEEP, Listed, deliveries, replay, sweep, test};

use crate::Outreach;

/// Waits until there may be something to deliver: a delivery was made here, or an endpoint changed anywhere.
pub async fn woken(outreach: &Outreach) {
    outreach.endpoints.woken().await;
}
