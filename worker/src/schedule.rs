//! What happens by the clock: reconciliation and waking every few seconds, sweeping and purging every hour.

use chrono::Timelike;
use shared::core::Core;
use shared::desk;
use shared::job::Job;
use shared::store::outbox;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};

/// How long a job whose ticket was lost waits at most.
const RECONCILE: Duration = Duration::from_secs(2);

/// How often jobs that wait for a newer release are reported.
const REPORT: Duration = Duration::from_secs(60);

/// Runs until the core's shutdown fires. Several processes may: a repeat is harmless, and hourly jobs are
/// keyed by their hour.
pub async fn run(core: Core) {
    let mut tick = interval(RECONCILE);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut hour = None;
    let mut report = interval(REPORT);
    report.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = core.shutdown.cancelled() => return,
            _ = tick.tick() => {}
            _ = report.tick() => {
                if let Err(error) = outbox::report_unknown(&core).await {
                    tracing::warn!(%error, "jobs of other releases were not looked for");
                }
                continue;
            }
        }
        if let Err(error) = outbox::reconcile(&core).await {
            tracing::warn!(%error, "unfinished jobs were not looked for");
        }
        if let Err(error) = desk::wake(&core).await {
            tracing::warn!(%error, "snoozed conversations were not looked for");
        }
        let now = core.clock.now();
        let current = (now.date_naive(), now.hour());
        if hour != Some(current) && hourly(&core).await {
            hour = Some(current);
        }
    }
}

async fn hourly(core: &Core) -> bool {
    let now = core.clock.now();
    for job in [Job::PurgeOrphans, Job::Sweep] {
        let key = format!("{}:{}", job.kind(), now.format("%Y-%m-%dT%H"));
        if let Err(error) = outbox::enqueue_once(core, &job, key).await {
            tracing::warn!(%error, kind = job.kind(), "an hourly job was not begun");
            return false;
        }
    }
    true
}
