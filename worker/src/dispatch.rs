//! From an id to a job that has run: claim, run, record.

use crate::jobs;
use futures_util::FutureExt;
use shared::core::Core;
use shared::entity::JobId;
use shared::error::{Error, Result};
use shared::job::Job;
use shared::store::outbox::{self, Claim};
use std::panic::AssertUnwindSafe;
use std::time::Instant;
use uuid::Uuid;

/// Runs the job of this row, if it is free and due. What goes wrong is in the row and the log.
pub async fn run(core: Core, id: Uuid) {
    match outbox::claim(&core, JobId(id)).await {
        Ok(Some(claim)) => perform(&core, &claim).await,
        Ok(None) => tracing::debug!(job = %id, "done, held or not yet due"),
        Err(error) => {
            tracing::warn!(job = %id, %error, "a job could not be claimed; the reconciler brings it again")
        }
    }
}

async fn perform(core: &Core, claim: &Claim) {
    let (started, kind) = (Instant::now(), claim.job.kind());
    let result = match AssertUnwindSafe(work(core, claim)).catch_unwind().await {
        Ok(result) => result,
        Err(_) => Err(Error::internal(anyhow::anyhow!("the job panicked"))),
    };
    let outcome = if result.is_ok() { "ok" } else { "failed" };
    metrics::histogram!("switchboard_job_seconds", "kind" => kind, "outcome" => outcome)
        .record(started.elapsed().as_secs_f64());
    let Err(error) = result else {
        tracing::debug!(job = %claim.id, kind, "done");
        return;
    };
    let why = explain(&error);
    tracing::warn!(job = %claim.id, kind, attempt = claim.attempt, why, "a job failed");
    if let Err(error) = outbox::failed(core, claim, &why).await {
        tracing::warn!(job = %claim.id, %error, "the failure was not recorded; the lease will run out");
    }
}

/// The one place that says what each job does. Every job marks its row as done itself, with its effect in one
/// transaction where the effect is in the database.
async fn work(core: &Core, claim: &Claim) -> Result<()> {
    match &claim.job {
        Job::ReplyAsBot {
            conversation,
            message,
        } => jobs::reply_as_bot::run(core, claim.id, *conversation, *message).await,
        Job::SuggestReply {
            conversation,
            message,
        } => jobs::suggest_reply::run(core, claim.id, *conversation, *message).await,
        Job::ApplyReadReceipt {
            conversation,
            user,
            seq,
        } => jobs::apply_read_receipt::run(core, claim.id, *conversation, *user, *seq).await,
        Job::ProcessAttachment { attachment } => {
            jobs::process_attachment::run(core, claim.id, *attachment).await
        }
        Job::DeliverNotification {
            conversation,
            message,
        } => jobs::deliver_notification::run(core, claim.id, *conversation, *message).await,
        Job::FanOutEvents { events, at } => jobs::fan_out_events::run(core, claim.id, events, *at).await,
        Job::PushNotification {
            notification,
            subscription,
        } => jobs::push_notification::run(core, claim.id, *notification, *subscription).await,
        Job::PurgeOrphans => jobs::purge_orphans::run(core, claim.id).await,
        Job::Sweep => jobs::sweep::run(core, claim.id).await,
    }
}

/// The error with its causes, for the row and the log.
fn explain(error: &Error) -> String {
    match error {
        Error::Internal(cause) => format!("{cause:#}"),
        other => other.to_string(),
    }
}
