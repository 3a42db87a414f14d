//! Job intents: claimed by one, tried again, given up, never lost.

use crate::support::*;
use shared::clock::Clock;
use shared::core::Core;
use shared::entity::job::State;
use shared::entity::{ConversationId, JobId, MessageId, UserId, job};
use shared::job::Job;
use shared::store::outbox::{self, LEASE, MAX_ATTEMPTS, MAX_STARTS, claim, failed, reconcile};
use shared::testing::Place;
use std::collections::HashSet;
use uuid::Uuid;

/// Two workers on one database, with one clock moved by hand.
async fn scene() -> (Place, Clock, Core, Core) {
    let place = Place::new().await;
    let clock = Clock::fixed(Clock::System.now());
    let a = place.core(clock.clone(), &[]).await;
    let b = place.core(clock.clone(), &[]).await;
    (place, clock, a, b)
}

async fn enqueue(core: &Core) -> JobId {
    let job = Job::ApplyReadReceipt {
        conversation: ConversationId(Uuid::now_v7()),
        user: UserId(1),
        seq: 1,
    };
    outbox::enqueue(core, &job).await.unwrap();
    newest_job(core, "apply_read_receipt").await
}

async fn row(core: &Core, id: JobId) -> job::Model {
    use sea_orm::EntityTrait;
    job::Entity::find_by_id(id)
        .one(&*core.db)
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
        let core = if n % 2 == 0 { a.clone() } else { b.clone() };
        let id = *id;
        tokio::spawn(async move { claim(&core, id).await.unwrap() })
    });
    let claims = futures_util::future::join_all(claims).await;
    let held: Vec<_> = claims.into_iter().filter_map(Result::unwrap).collect();
    assert_eq!(held.len(), 20);
    assert_eq!(
        held.iter().map(|claim| claim.id).collect::<HashSet<_>>().len(),
        20
    );
    for id in ids {
        let row = row(&a, id).await;
        assert_eq!(
            (row.state, row.attempts, row.lease_until),
            (State::Running, 1, Some(a.clock.now() + LEASE))
        );
    }
    assert!(claim(&a, JobId(Uuid::now_v7())).await.unwrap().is_none());
}

#[tokio::test]
async fn a_lease_that_ran_out_frees_the_job_and_the_first_worker_has_no_more_say() {
    let (_place, clock, a, b) = scene().await;
    let id = enqueue(&a).await;
    let first = claim(&a, id).await.unwrap().unwrap();
    clock.advance(LEASE);
    assert!(claim(&b, id).await.unwrap().is_none(), "to the last moment");
    clock.advance(seconds(1));
    let second = claim(&b, id).await.unwrap().unwrap();
    assert_eq!((first.attempt, second.attempt), (1, 2));
    failed(&a, &first, "too late").await.unwrap();
    assert_eq!(row(&a, id).await.state, State::Running, "the second one holds it");
    outbox::complete(&b, id).await.unwrap();
    failed(&a, &first, "much too late").await.unwrap();
    assert_eq!(
        (row(&a, id).await.state, row(&a, id).await.lease_until),
        (State::Done, None)
    );
    assert!(claim(&a, id).await.unwrap().is_none());
}

#[tokio::test]
async fn failures_are_tried_again_after_growing_pauses_until_the_job_is_dead() {
    let (_place, clock, a, _) = scene().await;
    let id = enqueue(&a).await;
    let mut pauses = Vec::new();
    for attempt in 1..=MAX_ATTEMPTS {
        let held = claim(&a, id).await.unwrap().unwrap();
        assert_eq!(held.attempt, attempt);
        failed(&a, &held, "no luck").await.unwrap();
        let row = row(&a, id).await;
        assert_eq!(row.last_error.as_deref(), Some("no luck"));
        if attempt < MAX_ATTEMPTS {
            assert_eq!((row.state, row.lease_until), (State::Pending, None));
            let pause = row.run_at - clock.now();
            pauses.push(pause.num_seconds());
            clock.advance(pause - seconds(1));
            assert!(claim(&a, id).await.unwrap().is_none(), "not before its time");
            clock.advance(seconds(1));
        } else {
            assert_eq!(row.state, State::Dead);
        }
    }
    assert_eq!(pauses, [2, 4, 8, 16, 32]);
    clock.advance(seconds(3600));
    assert!(claim(&a, id).await.unwrap().is_none());
    assert_eq!(reconcile(&a).await.unwrap(), 0);
    assert_eq!(outbox::backlog(&a).await.unwrap(), (0, 1));
}

#[tokio::test]
async fn a_job_whose_worker_dies_each_time_is_dead_after_three_starts() {
    let (_place, clock, a, b) = scene().await;
    let id = enqueue(&a).await;
    for start in 1..=MAX_STARTS {
        let core = if start % 2 == 0 { &b } else { &a };
        assert_eq!(claim(core, id).await.unwrap().unwrap().attempt, start);
        assert_eq!(reconcile(&a).await.unwrap(), 0, "it is held");
        clock.advance(LEASE + seconds(1));
        if start < MAX_STARTS {
            assert_eq!(reconcile(&a).await.unwrap(), 1, "it is free again");
        }
    }
    assert!(
        claim(&b, id).await.unwrap().is_none(),
        "not a fourth time, even before anybody looks"
    );
    assert_eq!(reconcile(&b).await.unwrap(), 0);
    let row = row(&a, id).await;
    assert_eq!((row.state, row.attempts), (State::Dead, MAX_STARTS));
    assert!(row.last_error.is_some());
}

#[tokio::test]
async fn what_the_transport_lost_is_pushed_again_and_what_is_fresh_is_left_to_it() {
    let (_place, clock, a, _) = scene().await;
    let id = enqueue(&a).await;
    assert_eq!(reconcile(&a).await.unwrap(), 0, "it is on its way");
    clock.advance(seconds(3));
    let wait = async {
        while a.queue.depth().await != Some(1) {
            tokio::task::yield_now().await;
        }
        assert_eq!(reconcile(&a).await.unwrap(), 1);
        assert_eq!(
            a.queue.depth().await,
            Some(2),
            "a ticket more; the claim makes it harmless"
        );
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("tickets");
    let held = claim(&a, id).await.unwrap().unwrap();
    assert_eq!(reconcile(&a).await.unwrap(), 0);
    failed(&a, &held, "once").await.unwrap();
    assert_eq!(reconcile(&a).await.unwrap(), 0, "its pause is not over");
    clock.advance(seconds(2));
    assert_eq!(reconcile(&a).await.unwrap(), 1);
    assert_eq!(outbox::backlog(&a).await.unwrap(), (1, 0));
}

#[tokio::test]
async fn a_key_is_used_once_and_a_finished_job_can_be_begun_anew() {
    let (_place, _, a, b) = scene().await;
    let job = Job::ReplyAsBot {
        conversation: ConversationId(Uuid::now_v7()),
        message: MessageId(Uuid::now_v7()),
    };
    for core in [&a, &b, &a] {
        outbox::enqueue(core, &job).await.unwrap();
        outbox::enqueue_again(core, &job).await.unwrap();
    }
    let id = newest_job(&a, "reply_as_bot").await;
    assert_eq!(jobs(&a, "reply_as_bot").await.len(), 1);
    assert!(claim(&a, id).await.unwrap().is_some());
    outbox::enqueue_again(&b, &job).await.unwrap();
    assert_eq!(
        row(&a, id).await.state,
        State::Running,
        "who runs is not disturbed"
    );
    outbox::complete(&a, id).await.unwrap();
    outbox::enqueue(&b, &job).await.unwrap();
    assert_eq!(row(&a, id).await.state, State::Done);
    outbox::enqueue_again(&b, &job).await.unwrap();
    assert_eq!(
        (row(&a, id).await.state, row(&a, id).await.attempts),
        (State::Pending, 0)
    );
    outbox::enqueue_once(&a, &Job::Sweep, "sweep:1".into())
        .await
        .unwrap();
    outbox::enqueue_once(&b, &Job::Sweep, "sweep:1".into())
        .await
        .unwrap();
    assert_eq!(jobs(&a, "sweep").await.len(), 1);
}

#[tokio::test]
async fn a_payload_that_cannot_be_read_is_dead_at_once() {
    use sea_orm::{ActiveModelTrait, ActiveValue::Set};
    let (_place, _, a, _) = scene().await;
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
    outbox::complete(&a, old).await.unwrap();
    clock.advance(seconds(100));
    let young = enqueue(&a).await;
    outbox::complete(&a, young).await.unwrap();
    assert_eq!(outbox::sweep(&a, seconds(50)).await.unwrap(), 1);
    let left: Vec<_> = jobs(&a, "apply_read_receipt")
        .await
        .into_iter()
        .map(|row| row.id)
        .collect();
    assert_eq!(left, [waiting, young]);
}
