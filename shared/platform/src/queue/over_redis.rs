//! The job transport through Redis: apalis-redis' storage for the worker, its key layout written directly
//! for the rest.
//!
//! apalis-redis 1.0.0 pushes every task into its *scheduled* set, even one due now, and each fetch moves
//! all due ones with a single Lua `unpack`, which fails for good beyond some 8,000. It also compares two
//! machines' clocks in whole seconds. Writing to the *active* list, where a due task ends up anyway, avoids
//! both. Its vacuum walks every task in one script and never shrinks the *done* set, so that is done here
//! too, in slices. `Config` names all the keys; the version is pinned because the layout is apalis'.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use apalis_core::worker::context::WorkerContext;
use apalis_redis::{Config, RedisStorage};
use redis::RedisResult;
use redis::aio::MultiplexedConnection;
use tokio::time::timeout;
use uuid::Uuid;

use super::{QueueError, Ticket};
use crate::redis_link::{self, RedisLink};
use kernel::queue_name::QueueName;

/// The longest a caller waits for Redis; the message is already durable, so nobody should wait for its
/// ticket.
const PATIENCE: Duration = redis_link::CALL;
/// Tickets per transaction: one transaction of this size keeps Redis busy for about a millisecond.
const SLICE: usize = 500;

/// A queue in Redis: the producers of all queues share the process's connection, each worker has one of its own.
pub struct RedisQueue {
    link: Arc<RedisLink>,
    config: Config,
    poll: Duration,
}

impl RedisQueue {
    /// A queue under `{prefix}jobs` with a connection of its own. Needs a Tokio runtime, not a running Redis.
    ///
    /// # Errors
    ///
    /// `InvalidUrl`.
    pub fn open(url: &str, prefix: &str) -> Result<Self, QueueError> {
        let link = RedisLink::open(url).map_err(QueueError::InvalidUrl)?;
        Ok(Self {
            link: Arc::new(link),
            config: config(format!("{prefix}jobs")),
            poll: QueueName::Chat.poll(),
        })
    }

    /// The queue of this name over a link that others use too, under `{prefix}jobs:{name}`.
    pub fn named(link: Arc<RedisLink>, prefix: &str, name: QueueName) -> Self {
        Self {
            link,
            config: config(format!("{prefix}jobs:{name}")),
            poll: name.poll(),
        }
    }

    /// How often an idle worker asks for its next ticket; half of it is the average wait of a lone one.
    pub fn poll(&self) -> Duration {
        self.poll
    }

    /// Changes the heartbeat (5 s); a worker that misses three is taken for dead and its tickets go back to
    /// the queue. Whole seconds, as apalis-redis counts.
    pub fn with_heartbeat(mut self, every: Duration) -> Self {
        self.config = self.config.heartbeat_interval(every);
        self
    }

    /// The worker's side, on a connection of its own. Its first error ends it; open another.
    pub async fn storage(&self) -> Result<RedisStorage<Ticket, MultiplexedConnection>, QueueError> {
        let limits = redis_link::limits();
        let client = self.link.client();
        let connecting = client.get_multiplexed_async_connection_with_config(&limits);
        let connection = within_patience(connecting).await?;
        Ok(RedisStorage::new(connection).with_config(self.config.clone()))
    }

    /// Forgets a worker of this process that ended with an error, and the tickets it had taken.
    ///
    /// They are dropped, not queued again: most are with handlers that still run here, and one that cannot
    /// be read would end every worker that takes it. The reconciler sends new tickets for what is
    /// unfinished.
    pub async fn retire(&self, worker: &WorkerContext) -> Result<(), QueueError> {
        let ids = self.taken_by(worker).await?;
        let mut transaction = redis::pipe();
        transaction.atomic();
        self.erase(&mut transaction, &ids);
        self.sign_off(transaction, worker).await
    }

    /// Unregisters a worker that ended as it should. A ticket that it had asked for when it stopped goes
    /// back to the queue at once instead of after three heartbeats.
    pub async fn leave(&self, worker: &WorkerContext) -> Result<(), QueueError> {
        let ids = self.taken_by(worker).await?;
        let mut transaction = redis::pipe();
        transaction.atomic();
        if !ids.is_empty() {
            transaction.rpush(self.config.active_jobs_list(), &ids).ignore();
        }
        self.sign_off(transaction, worker).await
    }

    async fn taken_by(&self, worker: &WorkerContext) -> Result<Vec<String>, QueueError> {
        let members = redis::cmd("SMEMBERS")
            .arg(self.config.inflight_set_for(worker))
            .take();
        self.ask(|mut connection| {
            let members = members.clone();
            async move { members.query_async(&mut connection).await }
        })
        .await
    }

    /// apalis-redis means to do this on closing, but removes another key than it added, and never its
    /// metadata.
    async fn sign_off(
        &self,
        mut transaction: redis::Pipeline,
        worker: &WorkerContext,
    ) -> Result<(), QueueError> {
        transaction.del(self.config.inflight_set_for(worker)).ignore();
        transaction
            .zrem(self.config.workers_set(), worker.name())
            .ignore();
        transaction.del(self.config.worker_metadata_key(worker)).ignore();
        self.execute(&transaction).await
    }

    /// A ticket whose first push went through after all, although its connection broke, does no harm twice.
    pub(super) async fn push(&self, jobs: &[Uuid]) -> Result<(), QueueError> {
        let pushed = timeout(PATIENCE, async {
            for slice in jobs.chunks(SLICE) {
                self.execute(&self.push_transaction(slice)?).await?;
            }
            Ok(())
        });
        pushed.await.unwrap_or(Err(QueueError::TimedOut(PATIENCE)))
    }

    pub(super) async fn clear_finished(&self) -> Result<u64, QueueError> {
        let mut cleared = 0;
        for set in [self.config.done_jobs_set(), self.config.dead_jobs_set()] {
            loop {
                let slice = self.clear_slice(&set).await?;
                if slice == 0 {
                    break;
                }
                cleared += slice;
            }
        }
        Ok(cleared)
    }

    pub(super) async fn depth(&self) -> Result<u64, QueueError> {
        let length = redis::cmd("LLEN").arg(self.config.active_jobs_list()).take();
        self.ask(|mut connection| {
            let length = length.clone();
            async move { length.query_async(&mut connection).await }
        })
        .await
    }

    async fn ask<T, F>(&self, call: impl Fn(MultiplexedConnection) -> F) -> Result<T, QueueError>
    where
        F: Future<Output = RedisResult<T>>,
    {
        Ok(self.link.run(call).await?)
    }

    async fn execute(&self, transaction: &redis::Pipeline) -> Result<(), QueueError> {
        self.ask(|mut connection| async move { transaction.exec_async(&mut connection).await })
            .await
    }

    fn push_transaction(&self, jobs: &[Uuid]) -> Result<redis::Pipeline, QueueError> {
        let mut transaction = redis::pipe();
        transaction.atomic();
        let mut ids = Vec::with_capacity(jobs.len());
        for job in jobs {
            // Not the job's own id: a job is pushed again for a retry while its finished ticket may still
            // be stored.
            let id = Uuid::new_v4().to_string();
            let ticket = serde_json::to_vec(&Ticket { job: *job })?;
            transaction
                .hset(self.config.job_data_hash(), &id, ticket)
                .ignore();
            transaction.hset_multiple(self.meta_key(&id), &META).ignore();
            ids.push(id);
        }
        transaction.rpush(self.config.active_jobs_list(), &ids).ignore();
        Ok(transaction)
    }

    async fn clear_slice(&self, set: &str) -> Result<u64, QueueError> {
        let sample = redis::cmd("SRANDMEMBER").arg(set).arg(SLICE).take();
        let sampled = self.ask(|mut connection| {
            let sample = sample.clone();
            async move { sample.query_async(&mut connection).await }
        });
        let ids: Vec<String> = sampled.await?;
        if ids.is_empty() {
            return Ok(0);
        }
        let mut transaction = redis::pipe();
        transaction.atomic();
        self.erase(&mut transaction, &ids);
        transaction.srem(set, &ids);
        // Another worker may have cleared some of the same; the loop ends when the set is empty, so count
        // what we saw.
        self.execute(&transaction).await?;
        Ok(ids.len() as u64)
    }

    fn erase(&self, transaction: &mut redis::Pipeline, ids: &[String]) {
        if !ids.is_empty() {
            transaction.hdel(self.config.job_data_hash(), ids).ignore();
        }
        for id in ids {
            transaction.del(self.meta_key(id)).ignore();
        }
    }

    fn meta_key(&self, id: &str) -> String {
        format!("{}:{id}", self.config.job_meta_hash())
    }
}

/// The fields without which apalis-redis does not read a task. It must not retry either: attempts are the
/// row's business.
const META: [(&str, &str); 4] = [
    ("attempts", "0"),
    ("max_attempts", "1"),
    ("status", "Pending"),
    ("idempotency_key", ""),
];

fn config(queue: String) -> Config {
    Config::default()
        .queue(queue)
        // One at a time: while apalis-redis holds fetched tasks that found no free handler it neither beats
        // its heart nor acknowledges, so a larger batch and one slow handler make other workers take this
        // one for dead.
        .batch_size(1)
        .heartbeat_interval(Duration::from_secs(5))
        .missed_heartbeats(3)
        // The lease is on the row. A second lock here costs a round trip and its own ways to fail.
        .lock_tasks(false)
        .emit_events(false)
}

async fn within_patience<T>(answer: impl Future<Output = RedisResult<T>>) -> Result<T, QueueError> {
    match timeout(PATIENCE, answer).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(QueueError::TimedOut(PATIENCE)),
    }
}
