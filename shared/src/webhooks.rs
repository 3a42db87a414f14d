//! Webhooks: what happens is posted to the addresses that admins gave (Standard Webhooks 1.0).
//!
//! What happened is stored as an intent with what made it happen ([`intents`]), where some endpoint wants it. Its
//! job makes one delivery for each endpoint that does ([`fan_out`]). A delivery's row is its own intent: due at
//! `next_attempt_at`, held by moving that ahead of a lease ([`claim`]), and its next try commits with the log entry of
//! the last one ([`record`]). Deliveries take no slot of the worker's jobs, so that no endpoint can slow a chat.

mod deliver;
mod endpoints;
mod fan_out;
mod internal;
mod listeners;
mod log;
mod occurrence;
mod payload;

pub use deliver::{Attempt, Claim, LEASE, PER_ENDPOINT, Slots, attempt, claim, record};
pub use endpoints::{CreateEndpoint, UpdateEndpoint, create, delete, get, list, update};
pub use fan_out::fan_out;
pub use internal::verify_internal;
pub(crate) use listeners::{Listeners, Listening};
pub use log::{Cursor, KEEP, Listed, deliveries, replay, sweep, test};
pub use occurrence::{EventType, Occurrence};
pub(crate) use occurrence::{intent, intents};

use crate::core::Core;

/// Waits until there may be something to deliver: a delivery was made here, or an endpoint changed anywhere.
pub async fn woken(core: &Core) {
    core.webhooks.woken().await;
}
