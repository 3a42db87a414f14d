//! Job intents: claimed by one, tried again, given up, never lost.

use crate::support::*;
use app::App;
use app::testing::{Place, person};
use desk::notifications;
use entity::job::State;
use entity::notification::Kind;
use entity::user::Role;
use entity::{ConversationId, JobId, MessageId, UserId, job};
use kernel::clock::Clock;
use kernel::queue_name::QueueName;
use platform::job::Job;
use platform::job::policy::{self, MAX_DEATHS};
use platform::job_store::{self, claim, failed, reconcile};
use platform::queue::Queue;
use std::collections::HashSet;
use uuid::Uuid;

/// The lease of this file's jobs.
const LEASE: chrono::Duration = chrono::Duration::seconds(60);

/// Two workers on one database, with one clock moved by hand.
async fn scene() -> (Place, Clock, App, App) {
    let place = Place::new().await;
    let clock = Clock::fixed(Clock::System.now());
    let a = place.app(clock.clone(), &[]).await;
    let b = place.app(clock.clone(), &[]).await;
    (place, clock, a, b)
}

async fn enqueue(app: &App) -> JobId {
    let job = Job::ApplyReadReceipt {
        conversation: ConversationId(Uuid::now_v7()),
        user: UserId(1),
        seq: 1,
    };
    job_store::enqueue(app, &job).await.unwrap();
    newest_job(app, "apply_read_receipt").await
}

async fn row(app: &App, id: JobId) -> job::Model {
    use sea_orm::EntityTrait;
    job::Entity::find_by_id(id)
        .one(&*app.db)
        .await
        .unwrap()
        .expect("a job")
}

fn seconds(n: i64) -> chrono::Duration {
    chrono::Duration::seconds(n)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_claimed_by_one_worker_and_its_start_is_counted_before_it_runs() {
    let (_place, _, a, b) = scene().await;
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(enqueue(&a).await);
    }
    let claims = ids.iter().chain(&ids).chain(&ids).enumerate().map(|(n, id)| {
        let app = if n % 2 == 0 { a.clone() } else { b.clone() };
        let id = *id;
        tokio::spawn(async move { claim(&app, id).await.unwrap() })
    });
    let claims = futures_util::future::join_all(claims).await;
    let held: Vec<_> = claims.into_iter().filter_map(Result::unwrap).collect();
    assert_eq!(held.len(), 20);
    assert_eq!(
        held.iter()
            .map(|claim| claim.lease.job)
            .collect::<HashSet<_>>()
            .len(),
        20
    );
    for id in ids {
        let row = row(&a, id).await;
        assert_eq!(
            (row.state, row.starts, row.failures, row.lease_until),
            (State::Running, 1, 0, Some(a.clock.now() + LEASE))
        );
    }
    assert!(claim(&a, JobId(Uuid::now_v7())).await.unwrap().is_none());
}

#[tokio::test]
async fn a_lease_that_ran_out_frees_the_job_and_what_the_first_worker_still_does_is_refused() {
    let (_place, clock, a, b) = scene().await;
    let id = enqueue(&a).await;
    let first = claim(&a, id).await.unwrap().unwrap();
    clock.advance(LEASE);
    reconcile(&b).await.unwrap();
    assert!(claim(&b, id).await.unwrap().is_none(), "to the last moment");
    clock.advance(seconds(1));
    assert_eq!(reconcile(&b).await.unwrap(), 1, "it is free");
    let second = claim(&b, id).await.unwrap().unwrap();
    assert_eq!((first.lease.start, second.lease.start), (1, 2));
    assert!(!job_store::renew(&a, &first).await.unwrap());
    failed(&a, &first, "too late").await.unwrap();
    assert_eq!(row(&a, id).await.state, State::Running, "the second one holds it");
    let refused = job_store::complete(&a, first.lease).await;
    assert!(refused.is_err(), "with its effect, in one transaction");
    job_store::complete(&b, second.lease).await.unwrap();
    failed(&a, &first, "much too late").await.unwrap();
    assert_eq!(
        (row(&a, id).await.state, row(&a, id).await.lease_until),
        (State::Done, None)
    );
    assert!(claim(&a, id).await.unwrap().is_none());
}

#[tokio::test]
async fn a_job_that_is_renewed_stays_with_its_worker_for_as_long_as_it_runs() {
    let (_place, clock, a, b) = scene().await;
    let id = enqueue(&a).await;
    let held = claim(&a, id).await.unwrap().unwrap();
    for _ in 0..10 {
        clock.advance(LEASE / 2);
        assert!(job_store::renew(&a, &held).await.unwrap());
        assert_eq!(reconcile(&b).await.unwrap(), 0);
        assert!(claim(&b, id).await.unwrap().is_none());
    }
    job_store::complete(&a, held.lease).await.unwrap();
    assert!(!job_store::renew(&a, &held).await.unwrap(), "it is done");
    assert_eq!(row(&a, id).await.starts, 1);
}

#[tokio::test]
async fn failures_are_tried_again_after_growing_pauses_until_the_job_is_dead() {
    let (place, clock, a, _) = scene().await;
    place.let_jobs_die();
    let id = enqueue(&a).await;
    let retry = policy::of("apply_read_receipt").unwrap().retry;
    let began = clock.now();
    for attempt in 1..=retry.failures {
        let held = claim(&a, id).await.unwrap().unwrap();
        assert_eq!((held.lease.start, held.failures), (attempt, attempt - 1));
        failed(&a, &held, "no luck").await.unwrap();
        let row = row(&a, id).await;
        assert_eq!(
            (row.starts, row.failures),
            (
                attempt,
                if attempt < retry.failures {
                    attempt
                } else {
                    attempt - 1
                }
            )
        );
        assert!(row.last_error.unwrap().starts_with("no luck"));
        if attempt < retry.failures {
            assert_eq!((row.state, row.lease_until), (State::Pending, None));
            let pause = row.run_at - clock.now();
            assert_eq!(pause, retry.pause(id, attempt));
            clock.advance(pause - seconds(1));
            assert!(claim(&a, id).await.unwrap().is_none(), "not before its time");
            clock.advance(seconds(1));
        } else {
            assert_eq!(row.state, State::Dead);
        }
    }
    assert!(
        clock.now() - began > chrono::Duration::hours(24),
        "an outage of a day heals"
    );
    clock.advance(seconds(3600));
    assert!(claim(&a, id).await.unwrap().is_none());
    assert_eq!(reconcile(&a).await.unwrap(), 0);
    assert_eq!(job_store::backlog(&a).await.unwrap(), (0, 1));
}

#[tokio::test]
async fn a_job_whose_worker_dies_each_time_is_dead_after_some_deaths_with_pauses_between() {
    let (place, clock, a, b) = scene().await;
    place.let_jobs_die();
    let id = enqueue(&a).await;
    for start in 1..=MAX_DEATHS {
        let app = if start % 2 == 0 { &b } else { &a };
        assert_eq!(claim(app, id).await.unwrap().unwrap().lease.start, start);
        assert_eq!(reconcile(&a).await.unwrap(), 0, "it is held");
        clock.advance(LEASE + seconds(1));
        if start == 1 {
            assert_eq!(reconcile(&a).await.unwrap(), 1, "it is free again");
        } else if start < MAX_DEATHS {
            assert_eq!(
                reconcile(&a).await.unwrap(),
                0,
                "the next worker is spared a little"
            );
            clock.advance(seconds(60));
            assert_eq!(reconcile(&a).await.unwrap(), 1);
        }
    }
    assert_eq!(reconcile(&b).await.unwrap(), 0);
    assert!(claim(&b, id).await.unwrap().is_none(), "not once more");
    let row = row(&a, id).await;
    assert_eq!(
        (row.state, row.starts, row.failures),
        (State::Dead, MAX_DEATHS, 0)
    );
    assert!(row.last_error.unwrap().contains("died"));
}

#[tokio::test]
async fn a_job_that_merely_failed_is_not_buried_by_the_death_of_its_worker() {
    let (_place, clock, a, b) = scene().await;
    let id = enqueue(&a).await;
    for _ in 0..12 {
        let held = claim(&a, id).await.unwrap().unwrap();
        failed(&a, &held, "no luck").await.unwrap();
        clock.advance(row(&a, id).await.run_at - clock.now());
    }
    claim(&a, id).await.unwrap().unwrap();
    clock.advance(LEASE + seconds(1));
    assert_eq!(reconcile(&b).await.unwrap(), 1, "one death is one death");
    let row = row(&a, id).await;
    assert_eq!((row.state, row.starts, row.failures), (State::Pending, 13, 12));
}

#[tokio::test]
async fn what_the_transport_lost_is_pushed_again_and_what_is_fresh_is_left_to_it() {
    let (_place, clock, a, _) = scene().await;
    let id = enqueue(&a).await;
    assert_eq!(reconcile(&a).await.unwrap(), 0, "it is on its way");
    // its ticket is in the queue, whose depth says so
    until_depth(&a, 1).await;
    clock.advance(seconds(3));
    assert_eq!(reconcile(&a).await.unwrap(), 0, "its ticket waits");
    let held = claim(&a, id).await.unwrap().unwrap();
    clock.advance(seconds(10));
    assert_eq!(reconcile(&a).await.unwrap(), 0);
    failed(&a, &held, "once").await.unwrap();
    assert_eq!(reconcile(&a).await.unwrap(), 0, "its pause is not over");
    clock.advance(seconds(5));
    assert_eq!(reconcile(&a).await.unwrap(), 1);
    assert_eq!(job_store::backlog(&a).await.unwrap(), (1, 0));
}

/// Waits until so many tickets wait in the queue of this file's jobs.
async fn until_depth(app: &App, depth: u64) {
    let wait = async {
        while app.queues.of(QueueName::Chat).depth().await != Some(depth) {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("tickets");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_job_is_pushed_once_a_minute_however_many_workers_look_and_however_often() {
    let (_place, clock, a, b) = scene().await;
    for _ in 0..30 {
        enqueue(&a).await;
    }
    until_depth(&a, 30).await;
    let mut pushed = 0;
    for _ in 0..59 {
        clock.advance(seconds(2));
        let looks = (0..4).map(|n| {
            let app = if n % 2 == 0 { a.clone() } else { b.clone() };
            // the other worker's own queue is empty where queues are in process: it looks at the database only
            tokio::spawn(async move { reconcile(&app).await.unwrap() })
        });
        let looks = futures_util::future::join_all(looks).await;
        let found: usize = looks.into_iter().map(Result::unwrap).sum();
        if app::testing::production() {
            assert!(found == 0 || found == 30, "{found}");
        }
        pushed += found;
    }
    if app::testing::production() {
        assert_eq!(pushed, 30, "in 118 s once more each");
    } else {
        assert_eq!(pushed % 30, 0, "each time by one of four");
    }
}

#[tokio::test]
async fn a_queue_that_lost_its_tickets_gets_them_again_within_seconds() {
    let (_place, clock, a, _) = scene().await;
    let id = enqueue(&a).await;
    until_depth(&a, 1).await;
    // as a lost Redis or a restart does
    take_tickets(&a).await;
    clock.advance(seconds(3));
    assert_eq!(reconcile(&a).await.unwrap(), 1);
    until_depth(&a, 1).await;
    assert_eq!(reconcile(&a).await.unwrap(), 0);
    assert!(claim(&a, id).await.unwrap().is_some());
}

/// Loses what waits in the queue.
async fn take_tickets(app: &App) {
    use futures_util::StreamExt;
    match app.queues.of(QueueName::Chat) {
        Queue::Memory(queue) => {
            let mut tickets = queue.storage().await;
            assert!(tickets.next().await.is_some());
        }
        Queue::Redis(_) => {
            let url = app.settings.redis_url.as_deref().unwrap();
            let client = redis::Client::open(url).unwrap();
            let mut connection = client.get_multiplexed_async_connection().await.unwrap();
            let key = format!("{}jobs:chat:active", app.settings.redis_prefix);
            let _: () = redis::cmd("DEL")
                .arg(key)
                .query_async(&mut connection)
                .await
                .unwrap();
        }
    }
}

#[tokio::test]
async fn a_job_of_a_kind_that_this_release_does_not_know_waits_for_one_that_does() {
    use sea_orm::{ActiveModelTrait, ActiveValue::Set};
    let (_place, clock, a, _) = scene().await;
    let id = enqueue(&a).await;
    let newer = job::ActiveModel {
        id: Set(id),
        kind: Set("from_the_future".into()),
        queue: Set("holograms".into()),
        ..Default::default()
    };
    newer.update(&*a.db).await.unwrap();
    for _ in 0..5 {
        assert!(claim(&a, id).await.unwrap().is_none());
        clock.advance(seconds(600));
        assert_eq!(reconcile(&a).await.unwrap(), 0);
    }
    let row = row(&a, id).await;
    assert_eq!((row.state, row.starts), (State::Pending, 0), "untouched");
    assert_eq!(job_store::report_unknown(&a).await.unwrap(), 1);
}

#[tokio::test]
async fn a_backlog_in_one_queue_hides_no_job_of_another_from_the_reconciler() {
    let (_place, clock, a, _) = scene().await;
    let flood = Job::FanOutEvents {
        events: Vec::new(),
        at: clock.now(),
    };
    let now = clock.now();
    let rows = (0..600).map(|_| job_store::intent_in(QueueName::Model, &flood, now, now).unwrap());
    job_store::add(&*a.db, rows.collect()).await.unwrap();
    clock.advance(seconds(1));
    job_store::enqueue(&a, &Job::Sweep).await.unwrap();
    let sweep = newest_job(&a, "sweep").await;
    let held = claim(&a, sweep).await.unwrap().unwrap();
    failed(&a, &held, "once").await.unwrap();
    clock.advance(seconds(600));
    assert_eq!(
        reconcile(&a).await.unwrap(),
        501,
        "five hundred of the flood, and the one"
    );
}

#[tokio::test]
async fn a_job_in_the_wrong_queue_is_moved_without_a_start() {
    let (_place, _, a, _) = scene().await;
    let id = enqueue(&a).await;
    let held = claim(&a, id).await.unwrap().unwrap();
    job_store::move_to(&a, &held, QueueName::Model).await.unwrap();
    let row = row(&a, id).await;
    assert_eq!((row.state, row.starts, &*row.queue), (State::Pending, 0, "model"));
    assert!(
        job_store::complete(&a, held.lease).await.is_err(),
        "it is no longer his"
    );
}

#[tokio::test]
async fn admins_are_told_of_dead_jobs_once_an_hour_for_each_kind() {
    let (place, clock, a, _) = scene().await;
    place.let_jobs_die();
    let boss = person(&a, "boss", Role::Admin, None).await;
    let told = async || {
        let listed = notifications::list(&a, &boss, false, 0, 100).await.unwrap();
        listed.notifications
    };
    for _ in 0..3 {
        let id = enqueue(&a).await;
        job_store::bury(&a, id, "it is no use").await.unwrap();
    }
    job_store::enqueue(&a, &Job::Sweep).await.unwrap();
    job_store::bury(&a, newest_job(&a, "sweep").await, "nor this")
        .await
        .unwrap();
    let first = told().await;
    assert_eq!(first.len(), 2);
    assert!(first.iter().all(|row| row.kind == Kind::SystemAlert));
    assert!(first[1].message.contains("apply_read_receipt") && first[1].message.contains("it is no use"));
    assert_eq!(first[1].data["queue"], "chat");
    clock.advance(chrono::Duration::hours(1));
    let id = enqueue(&a).await;
    job_store::bury(&a, id, "still").await.unwrap();
    assert_eq!(told().await.len(), 3);
}

#[tokio::test]
async fn a_key_is_used_once_and_a_finished_job_can_be_begun_anew() {
    let (_place, _, a, b) = scene().await;
    let job = Job::ReplyAsBot {
        conversation: ConversationId(Uuid::now_v7()),
        message: MessageId(Uuid::now_v7()),
        seq: 1,
    };
    for app in [&a, &b, &a] {
        job_store::enqueue(app, &job).await.unwrap();
        job_store::enqueue_again(app, &job).await.unwrap();
    }
    let id = newest_job(&a, "reply_as_bot").await;
    assert_eq!(jobs(&a, "reply_as_bot").await.len(), 1);
    let held = claim(&a, id).await.unwrap().unwrap();
    job_store::enqueue_again(&b, &job).await.unwrap();
    assert_eq!(
        row(&a, id).await.state,
        State::Running,
        "who runs is not disturbed"
    );
    job_store::complete(&a, held.lease).await.unwrap();
    job_store::enqueue(&b, &job).await.unwrap();
    assert_eq!(row(&a, id).await.state, State::Done);
    job_store::enqueue_again(&b, &job).await.unwrap();
    assert_eq!(
        (row(&a, id).await.state, row(&a, id).await.starts),
        (State::Pending, 0)
    );
    job_store::enqueue_once(&a, &Job::Sweep, "sweep:1".into())
        .await
        .unwrap();
    job_store::enqueue_once(&b, &Job::Sweep, "sweep:1".into())
        .await
        .unwrap();
    assert_eq!(jobs(&a, "sweep").await.len(), 1);
}

#[tokio::test]
async fn a_payload_that_cannot_be_read_is_dead_at_once() {
    use sea_orm::{ActiveModelTrait, ActiveValue::Set};
    let (place, _, a, _) = scene().await;
    place.let_jobs_die();
    let id = enqueue(&a).await;
    let spoilt = job::ActiveModel {
        id: Set(id),
        payload: Set(serde_json::json!({"kind": "from the future"})),
        ..Default::default()
    };
    spoilt.update(&*a.db).await.unwrap();
    assert!(claim(&a, id).await.unwrap().is_none());
    assert_eq!(row(&a, id).await.state, State::Dead);
}

#[tokio::test]
async fn finished_jobs_are_swept_when_they_are_old_and_others_are_kept() {
    let (_place, clock, a, _) = scene().await;
    let (old, waiting) = (enqueue(&a).await, enqueue(&a).await);
    job_store::complete(&a, lease(&a, old).await).await.unwrap();
    clock.advance(seconds(100));
    let young = enqueue(&a).await;
    job_store::complete(&a, lease(&a, young).await).await.unwrap();
    assert_eq!(job_store::sweep(&a, seconds(50)).await.unwrap(), 1);
    let left: Vec<_> = jobs(&a, "apply_read_receipt")
        .await
        .into_iter()
        .map(|row| row.id)
        .collect();
    assert_eq!(left, [waiting, young]);
}
