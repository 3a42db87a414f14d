//! Queues stand beside each other: what fills one delays no other.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::support::{Redis, Worker, ids, next, until};
use kernel::queue_name::QueueName;
use platform::queue::Queues;
use tokio::sync::Semaphore;

/// The model's queue is full of handlers that wait, and more wait for a slot; the chat's goes on as if there were none.
async fn a_flood_delays_no_other(queues: Queues) {
    let gate = Arc::new(Semaphore::new(0));
    let held = Arc::new(AtomicUsize::new(0));
    let slow = Worker::start(queues.of(QueueName::Model), 8, {
        let (gate, held) = (gate.clone(), held.clone());
        move |_| {
            let (gate, held) = (gate.clone(), held.clone());
            async move {
                held.fetch_add(1, Ordering::SeqCst);
                gate.acquire().await.unwrap().forget();
            }
        }
    });
    let (prompt, mut seeing) = Worker::reporting(queues.of(QueueName::Chat), 2);
    queues.of(QueueName::Model).push(&ids(200)).await.unwrap();
    until(|| held.load(Ordering::SeqCst) == 8).await;
    let jobs = ids(50);
    queues.of(QueueName::Chat).push(&jobs).await.unwrap();
    for _ in &jobs {
        next(&mut seeing).await;
    }
    assert_eq!(
        held.load(Ordering::SeqCst),
        8,
        "not one of the slow ones has ended"
    );
    assert_eq!(queues.of(QueueName::Model).depth().await, Some(192));
    prompt.stop().await.unwrap();
    // eight that end after the stop: it does not wait for the grace to be over
    slow.shutdown.cancel();
    slow.healthy(false).await;
    gate.add_permits(8);
    let asked = Instant::now();
    slow.stop().await.unwrap();
    assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
}

#[tokio::test]
async fn a_flood_in_one_queue_delays_no_other_in_process() {
    a_flood_delays_no_other(Queues::memory()).await;
}

#[tokio::test]
async fn a_flood_in_one_queue_delays_no_other_on_redis() {
    let redis = Redis::start();
    let queues = Queues::redis(&redis.url(), "t:").unwrap();
    a_flood_delays_no_other(queues).await;
}

#[tokio::test]
async fn a_worker_of_some_queues_leaves_the_tickets_of_the_others() {
    let redis = Redis::start();
    let queues = Queues::redis(&redis.url(), "t:").unwrap();
    let (worker, mut seeing) = Worker::reporting(queues.of(QueueName::Media), 2);
    for name in QueueName::ALL {
        queues.of(name).push(&ids(3)).await.unwrap();
    }
    for _ in 0..3 {
        next(&mut seeing).await;
    }
    worker.stop().await.unwrap();
    assert!(seeing.recv().await.is_none());
    for name in QueueName::ALL {
        let left = if name == QueueName::Media { 0 } else { 3 };
        assert_eq!(queues.of(name).depth().await, Some(left), "{name}");
    }
}
