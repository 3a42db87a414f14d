//! Deletes what has run out: finished jobs, expired sessions and refresh tokens, delivered webhooks.

use chrono::Duration;
use shared::core::Core;
use shared::entity::JobId;
use shared::error::Result;
use shared::store::outbox;
use shared::{tokens, webhooks};

/// How long a finished job can be looked at.
const KEEP: Duration = Duration::days(1);

/// Deletes in one pass.
pub async fn run(core: &Core, job: JobId) -> Result<()> {
    outbox::sweep(core, KEEP).await?;
    tokens::sweep(core).await?;
    webhooks::sweep(core).await?;
    outbox::complete(core, job).await
}
