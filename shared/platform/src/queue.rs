//! The job transport: carries the ids of job rows from whoever committed them to a worker.
//!
//! The row is the truth. A ticket may be lost (Redis gone, queue full) or arrive twice (a worker died); the
//! reconciler pushes what is unfinished, and the claim on the row makes a second ticket harmless. So
//! nothing here is retried for long and an error is only worth a log line.

mod memory;
mod over_redis;

use std::sync::Arc;
use std::time::Duration;

use kernel::queue_name::QueueName;

use redis::RedisError;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::redis_link::RedisLink;
pub use memory::MemoryQueue;
pub use over_redis::RedisQueue;

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

    /// Queues in Redis, their keys under `{prefix}jobs:{queue}`, with a connection of their own. Redis may come later:
    /// until then pushes fail without waiting, and the rows wait for the reconciler.
    ///
    /// # Errors
    ///
    /// `InvalidUrl`.
    pub fn redis(url: &str, prefix: &str) -> Result<Self, QueueError> {
        let link = RedisLink::open(url).map_err(QueueError::InvalidUrl)?;
        Ok(Self::over(&Arc::new(link), prefix))
    }

    /// The same over a link that others use too.
    pub fn over(link: &Arc<RedisLink>, prefix: &str) -> Self {
        let queue = |name| RedisQueue::named(link.clone(), prefix, name).into();
        Self(Arc::new(QueueName::ALL.map(queue)))
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
