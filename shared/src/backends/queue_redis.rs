//! The job transport through Redis: apalis-redis' storage for the worker, its key layout written directly
//! for the rest.
//!
//! apalis-redis 1.0.0 pushes every task into its *scheduled* set, even one due now, and each fetch moves
//! all due ones with a single Lua `unpack`, which fails for good beyond some 8,000. It also compares two
//! machines' clocks in whole seconds. Writing to the *active* list, where a due task ends up anyway, avoids
//! both. Its vacuum walks every task in one script and never shrinks the *done* set, so that is done here
//! too, in slices. `Config` names all the keys; the version is pinned because the layout is apalis'.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use apalis_core::worker::context::WorkerContext;
use apalis_redis::{Config, RedisStorage};
use redis::aio::{ConnectionManager, ConnectionManagerConfig, MultiplexedConnection};
use redis::{AsyncConnectionConfig, Client, RedisError, RedisResult};
use tokio::time::{Instant, timeout};
use uuid::Uuid;

use super::queue::{QueueError, Ticket};
use crate::job::QueueName;

/// The longest a caller waits for Redis; the message is already durable, so nobody should wait for its
/// ticket.
const PATIENCE: Duration = Duration::from_secs(2);
/// An attempt to connect gets less, so that there is time to say why it failed.
const CONNECT: Duration = Duration::from_millis(1500);
/// A failure that took this long is remembered for `REST`, so that a hanging Redis does not slow every
/// message.
const SLOW: Duration = Duration::from_millis(250);
const REST: Duration = Duration::from_secs(1);
/// Tickets per transaction: one transaction of this size keeps Redis busy for about a millisecond.
const SLICE: usize = 500;

/// A queue in Redis, with one connection for pushing, which all queues share, and one for each worker.
pub struct RedisQueue {
    client: Client,
    pushes: ConnectionManager,
    config: Config,
    poll: Duration,
    resting_until: Arc<Mutex<Option<Instant>>>,
}

impl RedisQueue {
    /// A queue under `{prefix}jobs` that connects when it is first used. Needs a Tokio runtime, not a
    /// running Redis.
    pub fn open(url: &str, prefix: &str) -> Result<Self, QueueError> {
        let client = Client::open(url).map_err(QueueError::InvalidUrl)?;
        let manager = ConnectionManagerConfig::new()
            // The next command tries again anyway; until then the caller is better off with the error.
            .set_number_of_retries(0)
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(PATIENCE));
        Ok(Self {
            pushes: ConnectionManager::new_lazy_with_config(client.clone(), manager)?,
            client,
            config: config(format!("{prefix}jobs")),
            poll: QueueName::Chat.poll(),
            resting_until: Arc::default(),
        })
    }

    /// Another queue on the same connection, under `{prefix}jobs:{name}`.
    pub(super) fn named(&self, prefix: &str, name: QueueName) -> Self {
        Self {
            client: self.client.clone(),
            pushes: self.pushes.clone(),
            config: config(format!("{prefix}jobs:{name}")),
            poll: name.poll(),
            resting_until: Arc::clone(&self.resting_until),
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
        let settings = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(PATIENCE));
        let connecting = self
            .client
            .get_multiplexed_async_connection_with_config(&settings);
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

    /// Takes leave of a worker that ended as it should. A ticket that it had asked for when it stopped goes
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
        let mut connection = self.pushes.clone();
        let members = redis::cmd("SMEMBERS")
            .arg(self.config.inflight_set_for(worker))
            .take();
        within_patience(members.query_async(&mut connection)).await
    }

    /// apalis-redis means to do this on closing, but removes another key than it added, and never its
    /// metadata.
    async fn sign_off(
        &self,
        mut transaction: redis::Pipeline,
        worker: &WorkerContext,
    ) -> Result<(), QueueError> {
        let mut connection = self.pushes.clone();
        transaction.del(self.config.inflight_set_for(worker)).ignore();
        transaction
            .zrem(self.config.workers_set(), worker.name())
            .ignore();
        transaction.del(self.config.worker_metadata_key(worker)).ignore();
        within_patience(transaction.exec_async(&mut connection)).await
    }

    pub(super) async fn ping(&self) -> Result<(), QueueError> {
        let mut connection = self.pushes.clone();
        within_patience(redis::cmd("PING").exec_async(&mut connection)).await
    }

    pub(super) async fn push(&self, jobs: &[Uuid]) -> Result<(), QueueError> {
        if self.is_resting() {
            return Err(QueueError::Resting);
        }
        let started = Instant::now();
        let pushed = match timeout(PATIENCE, self.push_slices(jobs)).await {
            Ok(pushed) => pushed,
            Err(_) => Err(QueueError::TimedOut(PATIENCE)),
        };
        if pushed.is_err() && started.elapsed() >= SLOW {
            self.rest();
        }
        pushed
    }

    pub(super) async fn clear_finished(&self) -> Result<u64, QueueError> {
        let mut cleared = 0;
        for set in [self.config.done_jobs_set(), self.config.dead_jobs_set()] {
            loop {
                let slice = within_patience(self.clear_slice(&set)).await?;
                if slice == 0 {
                    break;
                }
                cleared += slice;
            }
        }
        Ok(cleared)
    }

    pub(super) async fn depth(&self) -> Result<u64, QueueError> {
        let mut connection = self.pushes.clone();
        let length = redis::cmd("LLEN").arg(self.config.active_jobs_list()).take();
        within_patience(length.query_async(&mut connection)).await
    }

    async fn push_slices(&self, jobs: &[Uuid]) -> Result<(), QueueError> {
        for slice in jobs.chunks(SLICE) {
            let transaction = self.push_transaction(slice)?;
            let mut connection = self.pushes.clone();
            let mut pushed = transaction.exec_async(&mut connection).await;
            // A manager notices a lost connection by failing one command, and connects again for the next.
            // If the failed one went through after all, the second ticket for the same row does no harm.
            if pushed.as_ref().is_err_and(lost_connection) {
                pushed = transaction.exec_async(&mut connection).await;
            }
            pushed?;
        }
        Ok(())
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

    async fn clear_slice(&self, set: &str) -> RedisResult<u64> {
        let mut connection = self.pushes.clone();
        let sample = redis::cmd("SRANDMEMBER").arg(set).arg(SLICE).take();
        let ids: Vec<String> = sample.query_async(&mut connection).await?;
        if ids.is_empty() {
            return Ok(0);
        }
        let mut transaction = redis::pipe();
        transaction.atomic();
        self.erase(&mut transaction, &ids);
        transaction.srem(set, &ids);
        // Another worker may have cleared some of the same; the loop ends when the set is empty, so count
        // what we saw.
        transaction.exec_async(&mut connection).await?;
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

    fn is_resting(&self) -> bool {
        let until = *self.resting_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Instant::now() < until)
    }

    fn rest(&self) {
        let mut until = self.resting_until.lock().unwrap_or_else(PoisonError::into_inner);
        *until = Some(Instant::now() + REST);
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

fn lost_connection(error: &RedisError) -> bool {
    error.is_io_error() && !error.is_timeout()
}

async fn within_patience<T>(answer: impl Future<Output = RedisResult<T>>) -> Result<T, QueueError> {
    match timeout(PATIENCE, answer).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(QueueError::TimedOut(PATIENCE)),
    }
}
