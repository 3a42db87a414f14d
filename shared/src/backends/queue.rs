//! The job transport: carries the ids of job rows from whoever committed them to a worker.
//!
//! The row is the truth. A ticket may be lost (Redis gone, queue full) or arrive twice (a worker died); the
//! reconciler pushes what is unfinished, and the claim on the row makes a second ticket harmless. So
//! nothing here is retried for long and an error is only worth a log line.

use std::sync::Arc;
use std::time::Duration;

use crate::job::QueueName;

use redis::RedisError;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use super::queue_memory::MemoryQueue;
pub use super::queue_redis::RedisQueue;

/// What travels: the id of a job row and nothing else, so that a queue never holds anyone's data.
#[derive(Clone, Serialize, Deserialize, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The id of the job row.
    pub job: Uuid,
}

/// The transport of one profile; clones share it.
#[derive(Clone)]
pub enum Queue {
    /// Within this process.
    Memory(MemoryQueue),
    /// Through Redis, to any number of worker processes.
    Redis(Arc<RedisQueue>),
}

/// One queue for each kind of work; clones share them.
#[derive(Clone)]
pub struct Queues(Arc<[Queue; QueueName::ALL.len()]>);

impl Queues {
    /// Queues within this process.
    pub fn memory() -> Self {
        Self(Arc::new(QueueName::ALL.map(|_| Queue::memory())))
    }

    /// Queues in Redis, their keys under `{prefix}jobs:{queue}`. Answers within a few seconds whether or not Redis does.
    pub async fn redis(url: &str, prefix: &str) -> Result<Self, QueueError> {
        let first = RedisQueue::open(url, prefix)?;
        first.ping().await?;
        Ok(Self(Arc::new(
            QueueName::ALL.map(|name| first.named(prefix, name).into()),
        )))
    }

    /// The queue of this name.
    pub fn of(&self, name: QueueName) -> &Queue {
        &self.0[name.index()]
    }
}

impl From<RedisQueue> for Queue {
    fn from(queue: RedisQueue) -> Self {
        Self::Redis(Arc::new(queue))
    }
}

/// Why tickets were not handed over; their rows wait for the reconciler.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The URL is not a Redis URL. It is not repeated here because it may hold a password.
    #[error("the queue's Redis URL is not valid: {0}")]
    InvalidUrl(#[source] RedisError),
    /// Redis did not answer in time.
    #[error("Redis did not answer the job queue within {0:?}")]
    TimedOut(Duration),
    /// Redis kept an earlier caller waiting a moment ago, so this one was spared the wait.
    #[error("Redis did not answer a moment ago; the push was not tried")]
    Resting,
    /// Redis refused, or the connection broke.
    #[error("the job queue's Redis failed: {0}")]
    Redis(#[from] RedisError),
    /// A ticket could not be written as JSON.
    #[error("a ticket could not be encoded: {0}")]
    Encode(#[from] serde_json::Error),
    /// The in-process queue is full.
    #[error("the job queue is full: {refused} tickets were not taken")]
    Full {
        /// How many of the pushed tickets were left out.
        refused: usize,
    },
}

impl Queue {
    /// A queue whose producers and worker live in this process.
    pub fn memory() -> Self {
        Self::Memory(MemoryQueue::default())
    }

    /// A queue in Redis, its keys under `{prefix}jobs`. Answers within a few seconds whether or not Redis
    /// does; to start without Redis use [`RedisQueue::open`], which does not ask it anything.
    pub async fn redis(url: &str, prefix: &str) -> Result<Self, QueueError> {
        let queue = RedisQueue::open(url, prefix)?;
        queue.ping().await?;
        Ok(queue.into())
    }

    /// Hands over the ids of committed job rows; takes two seconds at worst.
    pub async fn push(&self, jobs: &[Uuid]) -> Result<(), QueueError> {
        match self {
            Self::Memory(queue) => queue.push(jobs),
            Self::Redis(queue) => queue.push(jobs).await,
        }
    }

    /// Forgets the tickets that were handled and says how many; workers call it, or Redis would keep every
    /// ticket.
    pub async fn clear_finished(&self) -> Result<u64, QueueError> {
        match self {
            Self::Memory(_) => Ok(0),
            Self::Redis(queue) => queue.clear_finished().await,
        }
    }

    /// How many tickets wait to be taken, or `None` when Redis does not say.
    pub async fn depth(&self) -> Option<u64> {
        match self {
            Self::Memory(queue) => Some(queue.depth()),
            Self::Redis(queue) => queue.depth().await.ok(),
        }
    }
}
