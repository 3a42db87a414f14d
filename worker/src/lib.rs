//! The worker: takes job ids from the queues, claims their rows, runs them, and has lost ids pushed again.

#![deny(missing_docs)]

pub mod deliveries;
pub mod dispatch;
pub mod schedule;
pub mod transport;

use app::App;
use platform::job::policy;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::task::{JoinHandle, JoinSet};

/// Whether the worker is connected to its queues.
#[derive(Clone, Default)]
pub struct Health(Arc<[Arc<AtomicBool>]>);

impl Health {
    /// True while tickets of every queue that this process serves reach it.
    pub fn is_connected(&self) -> bool {
        self.0.iter().all(|queue| queue.load(Ordering::Relaxed))
    }
}

/// A running worker.
pub struct Worker {
    /// Whether it reaches its queues, for `/readyz`.
    pub health: Health,
    /// Ends after the core's shutdown, when running jobs are done.
    pub done: JoinHandle<()>,
}

/// Runs jobs of the queues that `WORKER_QUEUES` names in this process, until the core's shutdown fires. Each queue has
/// its own tickets and slots.
pub fn spawn(app: App) -> Worker {
    if let Err(error) = policy::check() {
        // it still works, less well: a test keeps this from being released
        tracing::error!(%error, "a job could lose its worker while nothing is wrong");
    }
    let queues = app.settings.worker_queues.clone();
    let health: Vec<_> = queues.iter().map(|_| Arc::new(AtomicBool::new(false))).collect();
    let mut parts = JoinSet::new();
    parts.spawn(schedule::run(app.clone()));
    parts.spawn(deliveries::run(app.outreach.clone()));
    for ((name, slots), connected) in queues.into_iter().zip(health.clone()) {
        let app = app.clone();
        parts.spawn(async move {
            let (queue, shutdown) = (app.queues.of(name).clone(), app.shutdown.clone());
            let handler = move |id| dispatch::run(app.clone(), name, id);
            if let Err(error) = transport::run(queue, slots, handler, shutdown, connected).await {
                tracing::warn!(%error, queue = %name, "the worker was cut short");
            }
        });
    }
    let done = tokio::spawn(async move {
        // they end by the same shutdown
        while let Some(ended) = parts.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a part of the worker ended badly");
            }
        }
    });
    Worker {
        health: Health(health.into()),
        done,
    }
}
