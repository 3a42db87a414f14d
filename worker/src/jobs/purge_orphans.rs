//! Deletes uploads that nobody sent.

use chrono::Duration;
use shared::attachments;
use shared::core::Core;
use shared::error::Result;
use shared::store::outbox::{self, Lease};

/// How long an upload may wait to be sent.
const AGE: Duration = Duration::hours(24);

/// Deletes those that waited longer, at most 500 a run.
pub async fn run(core: &Core, job: Lease) -> Result<()> {
    let purged = attachments::purge_orphans(core, AGE).await?;
    if purged > 0 {
        tracing::info!(purged, "orphaned uploads deleted");
    }
    outbox::complete(core, job).await
}
