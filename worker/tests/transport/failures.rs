//! What holds while Redis, a worker or a ticket fails.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::support::{LONG, Redis, Worker, free_port, ids, next};
use platform::queue::{Queue, QueueError, RedisQueue};
use tokio::sync::{Semaphore, mpsc};
use uuid::Uuid;

#[tokio::test]
async fn a_worker_survives_the_death_of_redis_and_so_does_its_running_handler() {
    let redis = Redis::start();
    let queue = redis.queue().await;
    let gate = Arc::new(Semaphore::new(0));
    let (seen, mut seeing) = mpsc::unbounded_channel();
    let slow = ids(1);
    let worker = Worker::start(&queue, 4, {
        let (gate, slow) = (gate.clone(), slow[0]);
        move |job| {
            let (gate, seen) = (gate.clone(), seen.clone());
            async move {
                if job == slow {
                    seen.send(job).unwrap();
                    gate.acquire().await.unwrap().forget();
                }
                seen.send(job).unwrap();
            }
        }
    });
    worker.healthy(true).await;
    queue.push(&slow).await.unwrap();
    assert_eq!(next(&mut seeing).await, slow[0]);
    let port = redis.kill();
    worker.healthy(false).await;
    let refused = Instant::now();
    assert!(queue.push(&ids(1)).await.is_err());
    assert!(refused.elapsed() < Duration::from_millis(2500));
    gate.add_permits(1);
    assert_eq!(next(&mut seeing).await, slow[0], "the handler ran on");

    let redis = Redis::start_on(port);
    let returned = Instant::now();
    worker.healthy(true).await;
    println!("healthy {:?} after Redis returned", returned.elapsed());
    let job = ids(1);
    while queue.push(&job).await.is_err() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(next(&mut seeing).await, job[0]);
    worker.stop().await.unwrap();
    drop(redis);
}

#[tokio::test]
async fn a_push_straight_after_redis_restarted_reconnects_by_itself() {
    let redis = Redis::start();
    let queue = redis.queue().await;
    queue.push(&ids(1)).await.unwrap();
    let redis = Redis::start_on(redis.kill());
    queue.push(&ids(1)).await.unwrap();
    assert_eq!(queue.depth().await, Some(1));
    drop(redis);
}

#[tokio::test]
async fn flushall_in_mid_run_costs_tickets_but_not_the_worker() {
    let redis = Redis::start();
    let queue = redis.queue().await;
    let (worker, mut seeing) = Worker::reporting(&queue, 2);
    worker.healthy(true).await;
    for _ in 0..3 {
        queue.push(&ids(2000)).await.unwrap();
        next(&mut seeing).await;
        let _: String = redis.ask(&["FLUSHALL"]).await;
        let job = ids(1);
        queue.push(&job).await.unwrap();
        while next(&mut seeing).await != job[0] {}
    }
    worker.stop().await.unwrap();
}

#[tokio::test]
async fn every_start_and_every_reconnection_has_a_name_of_its_own() {
    let redis = Redis::start();
    let queue = redis.queue().await;
    let mut names = HashSet::new();
    for round in 1..=3 {
        let (worker, _seeing) = Worker::reporting(&queue, 1);
        worker.healthy(true).await;
        names.extend(
            redis
                .ask::<Vec<String>>(&["ZRANGE", "t:jobs:workers", "0", "-1"])
                .await,
        );
        assert_eq!(names.len(), round);
        // As kill -9 would: without a farewell to Redis.
        worker.task.abort();
    }
}

#[tokio::test]
async fn ten_thousand_waiting_tickets_are_drained_and_leave_nothing_behind() {
    let redis = Redis::start();
    let queue = redis.queue().await;
    let jobs = ids(10_000);
    let started = Instant::now();
    queue.push(&jobs).await.unwrap();
    println!("pushed in {:?}", started.elapsed());
    assert_eq!(queue.depth().await, Some(10_000));
    let started = Instant::now();
    let (worker, mut seeing) = Worker::reporting(&queue, 16);
    let mut seen = HashSet::new();
    while seen.len() < jobs.len() {
        assert!(seen.insert(next(&mut seeing).await), "a ticket came twice");
    }
    println!("drained in {:?}", started.elapsed());
    worker.stop().await.unwrap();
    queue.clear_finished().await.unwrap();
    let left: Vec<String> = redis.ask(&["KEYS", "*"]).await;
    assert_eq!(left, ["core:apalis:queues:list"]);
    assert_eq!(queue.depth().await, Some(0));
}

#[tokio::test]
async fn a_ticket_that_cannot_be_read_does_not_stop_the_others() {
    let redis = Redis::start();
    let queue = redis.queue().await;
    let (worker, mut seeing) = Worker::reporting(&queue, 2);
    worker.healthy(true).await;
    let _: i64 = redis.ask(&["RPUSH", "t:jobs:active", "no-data-at-all"]).await;
    let _: i64 = redis.ask(&["HSET", "t:jobs:data", "bad-json", "{"]).await;
    let meta = ["attempts", "0", "max_attempts", "1", "status", "Pending"];
    let _: i64 = redis
        .ask(&[&["HSET", "t:jobs:meta:bad-json"], &meta[..]].concat())
        .await;
    let _: i64 = redis.ask(&["RPUSH", "t:jobs:active", "bad-json"]).await;
    let job = ids(1);
    queue.push(&job).await.unwrap();
    assert_eq!(next(&mut seeing).await, job[0]);
    let inflight: Vec<String> = redis.ask(&["KEYS", "t:jobs:inflight:*"]).await;
    assert!(inflight.len() <= 1, "the unreadable ones are gone: {inflight:?}");
    worker.stop().await.unwrap();
}

#[tokio::test]
async fn pushes_fail_within_three_seconds_where_redis_is_not_there() {
    let url = format!("redis://127.0.0.1:{}", free_port());
    let queue = Queue::from(RedisQueue::open(&url, "t:").unwrap());
    let started = Instant::now();
    let error = queue.push(&ids(1)).await.unwrap_err();
    println!("{error} after {:?}", started.elapsed());
    assert!(started.elapsed() < Duration::from_secs(3));
    let malformed = RedisQueue::open("no url", "t:").err().unwrap();
    assert!(matches!(malformed, QueueError::InvalidUrl(_)));
}

#[tokio::test]
async fn a_redis_that_hangs_delays_pushes_for_a_moment_and_none_once_it_is_known() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("redis://{}", silent.local_addr().unwrap());
    let queue = Queue::from(RedisQueue::open(&url, "t:").unwrap());
    let started = Instant::now();
    assert!(queue.push(&ids(1)).await.is_err());
    assert!(started.elapsed() < Duration::from_millis(2500));
    let mut quick = 0;
    let started = Instant::now();
    while quick < 3 {
        assert!(
            started.elapsed() < LONG,
            "pushes still wait for a Redis that hangs"
        );
        let push = Instant::now();
        assert!(queue.push(&ids(1)).await.is_err());
        quick = if push.elapsed() < Duration::from_millis(500) {
            quick + 1
        } else {
            0
        };
    }
}

#[tokio::test]
async fn a_worker_that_starts_before_redis_begins_when_redis_comes() {
    let port = free_port();
    let url = format!("redis://127.0.0.1:{port}");
    let queue = Queue::from(RedisQueue::open(&url, "t:").unwrap());
    let (worker, mut seeing) = Worker::reporting(&queue, 1);
    assert!(queue.push(&ids(1)).await.is_err());
    worker.healthy(false).await;
    let redis = Redis::start_on(port);
    worker.healthy(true).await;
    let job = ids(1);
    // its own connection tries again once a second
    let pushed = async { while queue.push(&job).await.is_err() {} };
    tokio::time::timeout(LONG, pushed).await.unwrap();
    assert_eq!(next(&mut seeing).await, job[0]);
    worker.stop().await.unwrap();
    drop(redis);
}

#[tokio::test]
async fn a_slow_handler_keeps_its_ticket_and_a_dead_worker_loses_it() {
    let redis = Redis::start();
    let open = || RedisQueue::open(&redis.url(), "t:").unwrap();
    let queue = Queue::from(open().with_heartbeat(Duration::from_secs(1)));
    let (seen, mut seen_by_first) = mpsc::unbounded_channel();
    let first = Worker::start(&queue, 2, move |job| {
        let seen = seen.clone();
        async move {
            seen.send(job).unwrap();
            std::future::pending::<()>().await;
        }
    });
    queue.push(&ids(1)).await.unwrap();
    let mut held = HashSet::from([next(&mut seen_by_first).await]);
    // More than it has slots for: it must neither hoard the rest nor forget its heartbeat over it.
    queue.push(&ids(2)).await.unwrap();
    held.insert(next(&mut seen_by_first).await);
    let (second, mut seen_by_second) = Worker::reporting(&queue, 2);
    assert!(!held.contains(&next(&mut seen_by_second).await));
    // Two heartbeat limits of three seconds pass; nothing is to happen in them.
    let stolen = tokio::time::timeout(Duration::from_secs(6), seen_by_second.recv()).await;
    assert!(stolen.is_err(), "a living worker lost its ticket");
    assert!(first.health.load(Ordering::Relaxed));
    first.task.abort();
    let died = Instant::now();
    let inherited: HashSet<Uuid> = [next(&mut seen_by_second).await, next(&mut seen_by_second).await].into();
    println!("re-queued {:?} after the death", died.elapsed());
    assert_eq!(inherited, held);
    second.stop().await.unwrap();
}

#[tokio::test]
async fn a_redis_that_stops_answering_is_noticed_and_taken_up_again() {
    let redis = Redis::start();
    let queue = redis.queue().await;
    let (worker, mut seeing) = Worker::reporting(&queue, 2);
    worker.healthy(true).await;
    redis.signal("-STOP");
    let stopped = Instant::now();
    worker.healthy(false).await;
    println!("noticed after {:?}", stopped.elapsed());
    redis.signal("-CONT");
    worker.healthy(true).await;
    let job = ids(1);
    queue.push(&job).await.unwrap();
    assert_eq!(next(&mut seeing).await, job[0]);
    worker.stop().await.unwrap();
}

#[tokio::test]
async fn a_worker_without_redis_can_still_be_stopped() {
    let redis = Redis::start();
    let (worker, _seeing) = Worker::reporting(&redis.queue().await, 2);
    worker.healthy(true).await;
    redis.signal("-STOP");
    let asked = Instant::now();
    worker.stop().await.unwrap();
    println!("stopped after {:?}", asked.elapsed());
    assert!(asked.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn polling_goes_on_after_an_answer_slower_than_the_poll_interval() {
    let redis = Redis::start();
    let queue = redis.queue().await;
    let (worker, mut seeing) = Worker::reporting(&queue, 2);
    worker.healthy(true).await;
    for _ in 0..3 {
        redis.signal("-STOP");
        tokio::time::sleep(Duration::from_millis(200)).await;
        redis.signal("-CONT");
        tokio::time::sleep(Duration::from_millis(100)).await;
        let job = ids(1);
        let pushed = Instant::now();
        queue.push(&job).await.unwrap();
        assert_eq!(next(&mut seeing).await, job[0]);
        assert!(pushed.elapsed() < Duration::from_millis(250), "a waker was lost");
    }
    worker.stop().await.unwrap();
}
