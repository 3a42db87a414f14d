//! What is done every hour: deletes what has run out, and what nobody came back for.

use crate::App;
use accounts::{codes, tokens};
use assist::knowledge::images;
use chat::{attachments, render_older};
use chrono::Duration;
use kernel::error::Result;
use outreach::webhooks;
use platform::job_store::{self, Lease};

/// How long a finished job can be looked at.
const KEEP: Duration = Duration::days(1);
/// How long a run may render older messages; what is left is for the next.
const RENDER: std::time::Duration = std::time::Duration::from_secs(20);
/// How long an upload may wait to be sent, and an image to be named by an article.
const AGE: Duration = Duration::hours(24);
/// How long a run may look through the store; the next goes on from there.
const LOOK: std::time::Duration = std::time::Duration::from_secs(20);

/// Deletes finished jobs, expired sessions, refresh tokens and codes, visitors who did nothing, mails of the outbox, delivered
/// webhooks. Renders what was stored before HTML was.
pub async fn sweep(app: &App, job: Lease) -> Result<()> {
    job_store::sweep(app, KEEP).await?;
    tokens::sweep(app).await?;
    codes::sweep(app).await?;
    app.mail.sweep().await?;
    tokens::sweep_unused(app).await?;
    webhooks::sweep(&app.outreach).await?;
    let rendered = render_older::render_older(app, RENDER).await?;
    if rendered > 0 {
        tracing::info!(rendered, "older messages and notes have their HTML");
    }
    job_store::complete(app, job).await
}

/// Deletes uploads that nobody sent and images that no article names, at most 500 of each a run, and compares the file store with the table.
pub async fn purge_orphans(app: &App, job: Lease) -> Result<()> {
    let purged = attachments::purge_orphans(app, AGE).await?;
    if purged > 0 {
        tracing::info!(purged, "orphaned uploads deleted");
    }
    let unnamed = images::purge_unnamed(&app.assist, AGE).await?;
    if unnamed > 0 {
        tracing::info!(unnamed, "images of no article deleted");
    }
    let found = attachments::reconcile_files(app, AGE, LOOK).await?;
    if found.strays + found.unfinished > 0 {
        tracing::info!(?found, "files without a row deleted");
    }
    job_store::complete(app, job).await
}
