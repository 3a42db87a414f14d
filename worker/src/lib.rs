//! The worker: takes job ids from the queue, claims their rows, runs them, and keeps what was lost coming.

pub mod deliveries;
pub mod dispatch;
mod jobs;
pub mod schedule;
pub mod transport;

use shared::core::Core;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use tokio::task::JoinHandle;

/// Jobs that run at once in one process. Image decoding may take some 250 MB each at worst.
const CONCURRENCY: usize = 8;

/// A running worker.
pub struct Worker {
    /// True while the queue is heard.
    pub health: Arc<AtomicBool>,
    /// Ends after the core's shutdown, when running jobs are done.
    pub done: JoinHandle<()>,
}

/// Runs jobs in this process until the core's shutdown fires.
pub fn spawn(core: Core) -> Worker {
    let health = Arc::new(AtomicBool::new(false));
    let schedule = tokio::spawn(schedule::run(core.clone()));
    let deliveries = tokio::spawn(deliveries::run(core.clone()));
    let (queue, shutdown) = (core.queue.clone(), core.shutdown.clone());
    let heard = health.clone();
    let done = tokio::spawn(async move {
        let handler = move |id| dispatch::run(core.clone(), id);
        if let Err(error) = transport::run(queue, CONCURRENCY, handler, shutdown, heard).await {
            tracing::warn!(%error, "the worker was cut short");
        }
        // they end by the same shutdown
        let _ = schedule.await;
        let _ = deliveries.await;
    });
    Worker { health, done }
}
