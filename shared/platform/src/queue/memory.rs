//! The job transport within one process: a bounded channel of ids in front of apalis' `MemoryStorage`.

use std::convert::Infallible;
use std::sync::Arc;

use apalis_core::backend::memory::{MemorySink, MemoryStorage, MemoryStorageError};
use apalis_core::task::Task;
use futures_util::lock::Mutex as SinkMutex;
use futures_util::sink::{self, Sink, SinkExt};
use futures_util::stream::{self, StreamExt};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Mutex, mpsc};
use uuid::Uuid;

use super::{QueueError, Ticket};

/// Ids waiting at most: 1 MB of memory, and far more than a reconciler pushes at once.
const CAPACITY: usize = 65_536;

/// An in-process queue; clones share it.
///
/// The channel is not apalis' because a `MemoryStorage` can be neither cloned nor bounded, and its sink panics
/// when two threads push at the same moment (`try_lock().unwrap()`), so nothing is ever pushed through that
/// sink.
#[derive(Clone)]
pub struct MemoryQueue {
    sender: mpsc::Sender<Uuid>,
    receiver: Arc<Mutex<mpsc::Receiver<Uuid>>>,
}

impl Default for MemoryQueue {
    fn default() -> Self {
        Self::bounded(CAPACITY)
    }
}

impl MemoryQueue {
    /// A queue that holds up to `capacity` waiting tickets and refuses the rest.
    pub fn bounded(capacity: usize) -> Self {
        let (sender, receiver) = mpsc::channel(capacity);
        Self {
            sender,
            receiver: Arc::new(Mutex::new(receiver)),
        }
    }

    /// The worker's side. One worker at a time: a second one waits here until the first has let go.
    pub async fn storage(&self) -> MemoryStorage<Ticket> {
        let mut receiver = Arc::clone(&self.receiver).lock_owned().await;
        let tickets = stream::poll_fn(move |cx| {
            let next = receiver.poll_recv(cx);
            next.map(|job| job.map(|job| Task::new(Ticket { job })))
        });
        MemoryStorage::new_with(unused_sink(), tickets.boxed())
    }

    pub(super) fn push(&self, jobs: &[Uuid]) -> Result<(), QueueError> {
        for (taken, job) in jobs.iter().enumerate() {
            // `Closed` cannot happen: this queue holds the receiver too.
            if let Err(TrySendError::Full(_) | TrySendError::Closed(_)) = self.sender.try_send(*job) {
                return Err(QueueError::Full {
                    refused: jobs.len() - taken,
                });
            }
        }
        Ok(())
    }

    pub(super) fn depth(&self) -> u64 {
        (self.sender.max_capacity() - self.sender.capacity()) as u64
    }
}

fn unused_sink() -> MemorySink<Ticket> {
    let drain = sink::drain().sink_map_err(|never: Infallible| match never {});
    let boxed: Box<dyn Sink<Task<Ticket>, Error = MemoryStorageError> + Send + Sync + Unpin> =
        Box::new(drain);
    MemorySink::new(Arc::new(SinkMutex::new(boxed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(count: usize) -> Vec<Uuid> {
        (0..count).map(|_| Uuid::new_v4()).collect()
    }

    #[test]
    fn a_full_queue_refuses_what_does_not_fit_and_says_how_much() {
        let queue = MemoryQueue::bounded(3);
        let refused = queue.push(&ids(5));
        assert!(matches!(refused, Err(QueueError::Full { refused: 2 })));
        assert_eq!(queue.depth(), 3);
    }

    #[tokio::test]
    async fn tickets_come_out_in_the_order_they_went_in() {
        let queue = MemoryQueue::default();
        let jobs = ids(3);
        queue.push(&jobs).unwrap();
        let out: Vec<Uuid> = queue
            .storage()
            .await
            .take(3)
            .map(|task| task.args.job)
            .collect()
            .await;
        assert_eq!(out, jobs);
        assert_eq!(queue.depth(), 0);
    }

    #[tokio::test]
    async fn a_second_worker_takes_over_when_the_first_lets_go() {
        let queue = MemoryQueue::default();
        let jobs = ids(2);
        queue.push(&jobs).unwrap();
        let mut first = queue.storage().await;
        assert!(first.next().await.is_some());
        drop(first);
        let second = queue.storage().await.next().await;
        assert_eq!(second.map(|task| task.args.job), Some(jobs[1]));
    }
}
