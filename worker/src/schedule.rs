//! What happens by the clock: reconciliation and waking every few seconds, sweeping and purging every hour.

use app::App;
use assist::knowledge;
use chrono::Timelike;
use desk::work;
use platform::job::Job;
use platform::job_store;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};

/// How long a job whose ticket was lost waits at most.
const RECONCILE: Duration = Duration::from_secs(2);

/// How often jobs that wait for a newer release are reported, and articles are looked for that no model has read.
const REPORT: Duration = Duration::from_secs(60);

/// Runs until the core's shutdown fires. Several processes may: a repeat is harmless, and hourly jobs are
/// keyed by their hour.
pub async fn run(app: App) {
    let mut tick = interval(RECONCILE);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut hour = None;
    let mut report = interval(REPORT);
    report.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            _ = tick.tick() => {}
            _ = report.tick() => {
                if let Err(error) = job_store::report_unknown(&app).await {
                    tracing::warn!(%error, "jobs of other releases were not looked for");
                }
                if let Err(error) = knowledge::embed_missing(&app.assist).await {
                    tracing::warn!(%error, "articles without vectors were not looked for");
                }
                continue;
            }
        }
        if let Err(error) = job_store::reconcile(&app).await {
            tracing::warn!(%error, "unfinished jobs were not looked for");
        }
        if let Err(error) = work::wake(&app).await {
            tracing::warn!(%error, "snoozed conversations were not looked for");
        }
        let now = app.clock.now();
        let current = (now.date_naive(), now.hour());
        if hour != Some(current) && hourly(&app).await {
            hour = Some(current);
        }
    }
}

async fn hourly(app: &App) -> bool {
    let now = app.clock.now();
    for job in [Job::PurgeOrphans, Job::Sweep] {
        let key = format!("{}:{}", job.kind(), now.format("%Y-%m-%dT%H"));
        if let Err(error) = job_store::enqueue_once(app, &job, key).await {
            tracing::warn!(%error, kind = job.kind(), "an hourly job was not begun");
            return false;
        }
    }
    true
}
