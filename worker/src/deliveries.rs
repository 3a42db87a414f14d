//! Delivers webhooks beside the jobs: in a set of its own, few concurrently to each endpoint, so that an endpoint
//! that is slow or dead holds up nobody but itself.

use crate::transport::GRACE;
use entity::EndpointId;
use outreach::Outreach;
use outreach::webhooks::{self, Attempt, Slots};
use std::collections::HashMap;
use std::time::Duration;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::timeout;

/// Concurrent attempts in one process.
const CONCURRENCY: usize = 64;
/// How long a delivery that became due, or that another process made, waits at most.
const LOOK: Duration = Duration::from_secs(1);

/// Attempts under way, and those to be written into the log.
struct Deliveries {
    outreach: Outreach,
    running: JoinSet<Attempt>,
    endpoints: HashMap<Id, EndpointId>,
    made: Vec<Attempt>,
}

/// Runs until the core's shutdown fires, then waits for attempts under way.
pub async fn run(outreach: Outreach) {
    let mut deliveries = Deliveries {
        outreach,
        running: JoinSet::new(),
        endpoints: HashMap::new(),
        made: Vec::new(),
    };
    let shutdown = deliveries.outreach.shutdown.clone();
    while !shutdown.is_cancelled() {
        deliveries.begin().await;
        let outreach = deliveries.outreach.clone();
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = webhooks::woken(&outreach) => {}
            () = tokio::time::sleep(LOOK) => {}
            () = deliveries.one_ends() => {}
        }
        deliveries.record().await;
    }
    if timeout(GRACE, deliveries.all_end()).await.is_err() {
        tracing::warn!(
            running = deliveries.running.len(),
            "webhook attempts were cut off at shutdown"
        );
    }
    deliveries.record().await;
}

impl Deliveries {
    /// Begins what is due, as far as there is room.
    async fn begin(&mut self) {
        let mut slots = Slots {
            free: CONCURRENCY.saturating_sub(self.running.len()),
            busy: HashMap::new(),
        };
        for endpoint in self.endpoints.values() {
            *slots.busy.entry(*endpoint).or_default() += 1;
        }
        let claims = match webhooks::claim(&self.outreach, &slots).await {
            Ok(claims) => claims,
            Err(error) => {
                tracing::warn!(%error, "webhook deliveries were not looked for");
                return;
            }
        };
        for claim in claims {
            let (outreach, endpoint) = (self.outreach.clone(), claim.endpoint.id);
            let task = self
                .running
                .spawn(async move { webhooks::attempt(&outreach, claim).await });
            self.endpoints.insert(task.id(), endpoint);
        }
    }

    /// Waits for an attempt to end, for ever where there is none.
    async fn one_ends(&mut self) {
        match self.running.join_next_with_id().await {
            Some(ended) => self.take(ended),
            None => std::future::pending().await,
        }
    }

    async fn all_end(&mut self) {
        while let Some(ended) = self.running.join_next_with_id().await {
            self.take(ended);
        }
    }

    fn take(&mut self, ended: Result<(Id, Attempt), JoinError>) {
        let id = match ended {
            Ok((id, attempt)) => {
                self.made.push(attempt);
                id
            }
            Err(error) => {
                tracing::error!(%error, "a webhook attempt panicked; its lease will run out");
                error.id()
            }
        };
        self.endpoints.remove(&id);
    }

    /// Writes what ended into the log, together. What cannot be written is delivered again when its lease has run out.
    async fn record(&mut self) {
        while let Some(ended) = self.running.try_join_next_with_id() {
            self.take(ended);
        }
        let made = std::mem::take(&mut self.made);
        if let Err(error) = webhooks::record(&self.outreach, made).await {
            tracing::warn!(%error, "webhook attempts were not recorded; they are made again");
        }
    }
}
