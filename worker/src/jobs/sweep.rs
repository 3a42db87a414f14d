//! Deletes what has run out: finished jobs, expired sessions and refresh tokens, visitors who did nothing, delivered
//! webhooks. Renders older messages.

use chrono::Duration;
use kernel::error::Result;
use shared::core::Core;
use shared::store::outbox::{self, Lease};
use shared::{tokens, webhooks};

/// How long a finished job can be looked at.
const KEEP: Duration = Duration::days(1);

/// How long a run may render older messages; what is left is for the next.
const RENDER: std::time::Duration = std::time::Duration::from_secs(20);

/// Deletes in one pass, and renders what was stored before HTML was.
pub async fn run(core: &Core, job: Lease) -> Result<()> {
    outbox::sweep(core, KEEP).await?;
    tokens::sweep(core).await?;
    tokens::sweep_unused(core).await?;
    webhooks::sweep(core).await?;
    let rendered = shared::render_older::render_older(core, RENDER).await?;
    if rendered > 0 {
        tracing::info!(rendered, "older messages and notes have their HTML");
    }
    outbox::complete(core, job).await
}
