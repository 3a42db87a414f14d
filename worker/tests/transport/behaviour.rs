//! What holds while everything works.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::support::{Redis, Worker, ids, next, until};
use platform::queue::Queue;
use tokio::sync::{Semaphore, mpsc};
use uuid::Uuid;
use worker::transport::TransportError;

async fn idle_latency(queue: &Queue) -> Vec<Duration> {
    let (worker, mut seeing) = Worker::reporting(queue, 4);
    worker.healthy(true).await;
    let mut waits = Vec::new();
    for round in 0..20 {
        // The worker is to be idle, and for different times, for a lost waker shows only then.
        tokio::time::sleep(Duration::from_millis(20 + round * 17)).await;
        let job = ids(1);
        let pushed = Instant::now();
        queue.push(&job).await.unwrap();
        assert_eq!(next(&mut seeing).await, job[0]);
        waits.push(pushed.elapsed());
    }
    worker.stop().await.unwrap();
    waits.sort();
    println!("median {:?}, worst {:?}", waits[10], waits[19]);
    waits
}

#[tokio::test]
async fn an_idle_embedded_worker_handles_a_ticket_at_once() {
    let waits = idle_latency(&Queue::memory()).await;
    assert!(waits[10] < Duration::from_millis(10));
}

#[tokio::test]
async fn an_idle_worker_on_redis_handles_a_ticket_within_fifty_milliseconds() {
    let redis = Redis::start();
    let waits = idle_latency(&redis.queue().await).await;
    assert!(waits[10] < Duration::from_millis(50));
    assert!(waits[19] < Duration::from_millis(250), "a waker was lost");
}

async fn never_more_than_three_at_once(queue: &Queue) {
    let gate = Arc::new(Semaphore::new(0));
    let running = Arc::new(AtomicUsize::new(0));
    let peak = Arc::new(AtomicUsize::new(0));
    let (done, mut seeing) = mpsc::unbounded_channel();
    let worker = Worker::start(queue, 3, {
        let (gate, running, peak) = (gate.clone(), running.clone(), peak.clone());
        move |job| {
            let (gate, running, peak, done) = (gate.clone(), running.clone(), peak.clone(), done.clone());
            async move {
                let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                peak.fetch_max(now, Ordering::SeqCst);
                gate.acquire().await.unwrap().forget();
                running.fetch_sub(1, Ordering::SeqCst);
                done.send(job).unwrap();
            }
        }
    });
    queue.push(&ids(12)).await.unwrap();
    until(|| running.load(Ordering::SeqCst) == 3).await;
    // Nothing announces that a fourth did not start; ten polls are a fair chance.
    tokio::time::sleep(Duration::from_millis(250)).await;
    assert_eq!(
        queue.depth().await,
        Some(9),
        "a worker takes only what it can run"
    );
    gate.add_permits(12);
    for _ in 0..12 {
        next(&mut seeing).await;
    }
    assert_eq!(peak.load(Ordering::SeqCst), 3);
    worker.stop().await.unwrap();
}

#[tokio::test]
async fn concurrency_is_respected_in_process() {
    never_more_than_three_at_once(&Queue::memory()).await;
}

#[tokio::test]
async fn concurrency_is_respected_on_redis() {
    let redis = Redis::start();
    never_more_than_three_at_once(&redis.queue().await).await;
}

async fn panics_are_survived(queue: &Queue) {
    let (seen, mut seeing) = mpsc::unbounded_channel();
    let jobs = ids(3);
    let (early, late) = (jobs[0], jobs[1]);
    let worker = Worker::start(queue, 1, move |job: Uuid| {
        assert_ne!(job, early, "panics before there is a future");
        let seen = seen.clone();
        async move {
            tokio::task::yield_now().await;
            assert_ne!(job, late, "panics in the future");
            seen.send(job).unwrap();
        }
    });
    queue.push(&jobs).await.unwrap();
    assert_eq!(next(&mut seeing).await, jobs[2]);
    worker.stop().await.unwrap();
}

#[tokio::test]
async fn a_panicking_handler_ends_neither_the_worker_nor_its_slot_in_process() {
    panics_are_survived(&Queue::memory()).await;
}

#[tokio::test]
async fn a_panicking_handler_ends_neither_the_worker_nor_its_slot_on_redis() {
    let redis = Redis::start();
    panics_are_survived(&redis.queue().await).await;
}

async fn shutdown_waits(queue: &Queue) {
    let gate = Arc::new(Semaphore::new(0));
    let (seen, mut seeing) = mpsc::unbounded_channel();
    let worker = Worker::start(queue, 1, {
        let gate = gate.clone();
        move |job| {
            let (gate, seen) = (gate.clone(), seen.clone());
            async move {
                seen.send(job).unwrap();
                gate.acquire().await.unwrap().forget();
                seen.send(job).unwrap();
            }
        }
    });
    let jobs = ids(2);
    queue.push(&jobs).await.unwrap();
    next(&mut seeing).await;
    worker.shutdown.cancel();
    worker.healthy(false).await;
    assert!(!worker.task.is_finished(), "a handler is still running");
    gate.add_permits(2);
    worker.stop().await.unwrap();
    assert_eq!(next(&mut seeing).await, jobs[0]);
    assert!(seeing.recv().await.is_none(), "the second ticket was not taken");
    assert_eq!(queue.depth().await, Some(1));
}

#[tokio::test]
async fn shutdown_waits_for_running_handlers_and_takes_no_more_in_process() {
    shutdown_waits(&Queue::memory()).await;
}

#[tokio::test]
async fn shutdown_waits_for_running_handlers_and_takes_no_more_on_redis() {
    let redis = Redis::start();
    shutdown_waits(&redis.queue().await).await;
    let traces: Vec<String> = redis.ask(&["KEYS", "t:jobs:*:*"]).await;
    assert!(
        traces.iter().all(|key| key.starts_with("t:jobs:meta:")),
        "it signed off: {traces:?}"
    );
    let done: u64 = redis.ask(&["SCARD", "t:jobs:done"]).await;
    assert_eq!(done, 1, "the finished ticket was acknowledged");
}

#[tokio::test]
async fn a_handler_that_outlasts_the_grace_is_cut_off_and_counted() {
    let queue = Queue::memory();
    let (seen, mut seeing) = mpsc::unbounded_channel();
    let worker = Worker::with_grace(&queue, 2, Duration::from_millis(50), move |job| {
        let seen = seen.clone();
        async move {
            seen.send(job).unwrap();
            std::future::pending::<()>().await;
        }
    });
    queue.push(&ids(1)).await.unwrap();
    next(&mut seeing).await;
    let ended = worker.stop().await;
    assert!(matches!(ended, Err(TransportError::Abandoned { running: 1 })));
    assert!(seeing.recv().await.is_none(), "the handler was dropped");
}

#[tokio::test]
async fn two_workers_on_one_redis_never_get_the_same_ticket() {
    let redis = Redis::start();
    let queue = redis.queue().await;
    let (first, mut seen_by_first) = Worker::reporting(&queue, 4);
    let (second, mut seen_by_second) = Worker::reporting(&redis.queue().await, 4);
    first.healthy(true).await;
    second.healthy(true).await;
    let jobs = ids(1000);
    for part in jobs.chunks(50) {
        queue.push(part).await.unwrap();
    }
    let (mut seen, mut shares) = (Vec::new(), [0, 0]);
    while seen.len() < jobs.len() {
        let (job, who) = tokio::select! {
            job = next(&mut seen_by_first) => (job, 0),
            job = next(&mut seen_by_second) => (job, 1),
        };
        seen.push(job);
        shares[who] += 1;
    }
    first.stop().await.unwrap();
    second.stop().await.unwrap();
    assert!(seen_by_first.recv().await.is_none() && seen_by_second.recv().await.is_none());
    assert_eq!(seen.iter().collect::<HashSet<_>>(), jobs.iter().collect());
    println!("shares {shares:?}");
    assert!(shares.iter().all(|share| *share > 0));
}
