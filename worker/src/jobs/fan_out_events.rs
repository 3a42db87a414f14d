//! One delivery of each event for each webhook that wants it.

use chrono::{DateTime, Utc};
use kernel::error::Result;
use shared::core::Core;
use shared::store::outbox::Lease;
use shared::webhooks::{self, WebhookEvent};

/// Makes the deliveries; they are made by `worker/src/deliveries.rs`, which takes no slot of the jobs.
pub async fn run(core: &Core, job: Lease, events: &[WebhookEvent], at: DateTime<Utc>) -> Result<()> {
    webhooks::fan_out(core, job, events, at).await
}
