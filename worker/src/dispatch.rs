//! From an id to a job that has run: claim, run while the lease is renewed, record.

use app::{App, jobs};
use entity::JobId;
use futures_util::FutureExt;
use kernel::error::Error;
use kernel::queue_name::QueueName;
use platform::job_store::{self, Claim};
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use uuid::Uuid;

/// Between two attempts to record a failure in a database that does not answer.
const RECORD_AGAIN: Duration = Duration::from_secs(2);

/// How a run ended.
enum Ended {
    /// The job's row says what came of it.
    Done,
    Failed(String),
    /// Another worker may have the job by now: its effects here would be refused.
    LostLease,
}

/// Runs the job of this row, if it is free, due and known. What goes wrong is in the row and the log.
pub async fn run(app: App, queue: QueueName, id: Uuid) {
    let _busy = Busy::new(queue);
    match job_store::claim(&app, JobId(id)).await {
        Ok(Some(claim)) => perform(&app, queue, &claim).await,
        Ok(None) => tracing::debug!(job = %id, "done, held, not yet due, not its turn or of another release"),
        Err(error) => {
            tracing::warn!(job = %id, %error, "a job could not be claimed; the reconciler brings it again")
        }
    }
}

/// A slot in use, for as long as it lives: also when its handler is cut off.
struct Busy(metrics::Gauge);

impl Busy {
    fn new(queue: QueueName) -> Self {
        let gauge = metrics::gauge!("switchboard_job_slots_busy", "queue" => queue.word());
        gauge.increment(1.0);
        Self(gauge)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

async fn perform(app: &App, queue: QueueName, claim: &Claim) {
    let job = claim.lease.job;
    let belongs = claim.job.queue(app.has_model());
    if queue == QueueName::Chat && belongs == QueueName::Model {
        // whoever stored it has no model, this process has: it would be slow among what is prompt
        if let Err(error) = job_store::move_to(app, claim, belongs).await {
            tracing::warn!(%job, %error, "a job was not moved to its queue; its lease will run out");
        }
        return;
    }
    let (started, kind) = (Instant::now(), claim.job.kind());
    let ended = attempt(app, claim).await;
    let outcome = match &ended {
        Ended::Done => "ok",
        Ended::Failed(_) => "failed",
        Ended::LostLease => "lost",
    };
    metrics::histogram!("switchboard_job_seconds", "kind" => kind, "outcome" => outcome)
        .record(started.elapsed().as_secs_f64());
    match ended {
        Ended::Done => tracing::debug!(%job, kind, "done"),
        Ended::Failed(why) => record(app, claim, &why).await,
        Ended::LostLease => {
            tracing::warn!(%job, kind, "a job was stopped: its lease could not be renewed, or another worker has it");
            return;
        }
    }
    if let Err(error) = job_store::push_next(app, claim).await {
        tracing::warn!(%job, %error, "the next of the series was not looked for; the reconciler will");
    }
}

/// One run, within its time limit and while its lease holds.
async fn attempt(app: &App, claim: &Claim) -> Ended {
    let lost = CancellationToken::new();
    // a task of its own: a handler that keeps its thread busy must not lose its lease over it
    let _renewing =
        AbortOnDropHandle::new(tokio::spawn(keep_lease(app.clone(), claim.clone(), lost.clone())));
    let limit = claim.job.policy().time_limit;
    let run = timeout(limit, AssertUnwindSafe(jobs::work(app, claim)).catch_unwind());
    let result = tokio::select! {
        result = run => result,
        () = lost.cancelled() => return Ended::LostLease,
    };
    match result {
        Ok(Ok(Ok(()))) => Ended::Done,
        Ok(Ok(Err(error))) => Ended::Failed(explain(&error)),
        Ok(Err(_)) => Ended::Failed("the job panicked".into()),
        Err(_) => Ended::Failed(format!("it was not done within {limit:?}")),
    }
}

/// Renews the lease until it is dropped; cancels `lost` when another has the job, or when the lease may have run out.
async fn keep_lease(app: App, claim: Claim, lost: CancellationToken) {
    let policy = claim.job.policy();
    let mut renewed = Instant::now();
    loop {
        sleep(policy.renewal()).await;
        let asked = Instant::now();
        let left = policy.lease.saturating_sub(renewed.elapsed());
        match timeout(left, job_store::renew(&app, &claim)).await {
            Ok(Ok(true)) => renewed = asked,
            Ok(Ok(false)) => break,
            Ok(Err(error)) => tracing::warn!(job = %claim.lease.job, %error, "a lease was not renewed"),
            Err(_) => break,
        }
        if renewed.elapsed() >= policy.lease {
            break;
        }
    }
    lost.cancel();
}

/// Writes the failure into the row, and tries for as long as the lease holds: what is not recorded counts as a death of
/// the worker.
async fn record(app: &App, claim: &Claim, why: &str) {
    let (job, kind) = (claim.lease.job, claim.job.kind());
    tracing::warn!(%job, kind, failures = claim.failures + 1, why, "a job failed");
    let until = Instant::now() + claim.job.policy().lease;
    while let Err(error) = job_store::failed(app, claim, why).await {
        tracing::warn!(%job, %error, "a failure was not recorded");
        if app.shutdown.is_cancelled() || Instant::now() >= until {
            return;
        }
        sleep(RECORD_AGAIN).await;
    }
}

/// The error with its causes, for the row and the log.
fn explain(error: &Error) -> String {
    match error {
        Error::Internal(cause) => format!("{cause:#}"),
        other => other.to_string(),
    }
}
