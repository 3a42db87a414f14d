//! Deletes uploads that nobody sent, and compares the file store with the table.

use chrono::Duration;
use kernel::error::Result;
use shared::attachments;
use shared::core::Core;
use shared::store::outbox::{self, Lease};

/// How long an upload may wait to be sent.
const AGE: Duration = Duration::hours(24);

/// How long a run may look through the store; the next goes on from there.
const LOOK: std::time::Duration = std::time::Duration::from_secs(20);

/// Deletes those that waited longer, at most 500 a run.
pub async fn run(core: &Core, job: Lease) -> Result<()> {
    let purged = attachments::purge_orphans(core, AGE).await?;
    if purged > 0 {
        tracing::info!(purged, "orphaned uploads deleted");
    }
    let found = attachments::reconcile_files(core, AGE, LOOK).await?;
    if found.strays + found.unfinished > 0 {
        tracing::info!(?found, "files without a row deleted");
    }
    outbox::complete(core, job).await
}
