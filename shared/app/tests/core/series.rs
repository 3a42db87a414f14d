//! Jobs of one series: one at a time, in their order where it matters.

use crate::support::*;
use app::App;
use app::testing::Place;
use entity::job::State;
use entity::{ConversationId, JobId, MessageId};
use kernel::clock::Clock;
use platform::job::Job;
use platform::job_store::{self, claim};
use uuid::Uuid;

/// Stores a job for each of these messages of a conversation, in this order.
async fn store(
    app: &App,
    kind: fn(ConversationId, i64) -> Job,
    of: ConversationId,
    seqs: &[i64],
) -> Vec<JobId> {
    let now = app.clock.now();
    let rows = seqs
        .iter()
        .map(|seq| job_store::intent(&kind(of, *seq), now, now).unwrap());
    let added = job_store::add(&*app.db, rows.collect()).await.unwrap();
    added.into_iter().map(|job| job.id).collect()
}

fn notification(conversation: ConversationId, seq: i64) -> Job {
    Job::DeliverNotification {
        conversation,
        message: MessageId(Uuid::now_v7()),
        seq,
    }
}

fn bots_reply(conversation: ConversationId, seq: i64) -> Job {
    Job::ReplyAsBot {
        conversation,
        message: MessageId(Uuid::now_v7()),
        seq,
    }
}

fn somewhere() -> ConversationId {
    ConversationId(Uuid::now_v7())
}

async fn is_free(app: &App, id: JobId) -> bool {
    claim(app, id).await.unwrap().is_some()
}

#[tokio::test]
async fn a_notification_waits_for_the_earlier_ones_of_its_conversation_through_their_retries() {
    let place = Place::new().await;
    place.let_jobs_die();
    let clock = Clock::fixed(Clock::System.now());
    let (a, b) = (
        place.app(clock.clone(), &[]).await,
        place.app(clock.clone(), &[]).await,
    );
    let here = somewhere();
    // stored in another order than they were written in
    let jobs = store(&a, notification, here, &[3, 1, 2]).await;
    let (third, first, second) = (jobs[0], jobs[1], jobs[2]);
    let elsewhere = store(&a, notification, somewhere(), &[9]).await[0];
    assert!(!is_free(&a, third).await && !is_free(&b, second).await);
    let held = claim(&b, first).await.unwrap().expect("its turn");
    assert!(!is_free(&a, second).await, "while the first one runs");
    assert!(
        is_free(&a, elsewhere).await,
        "another conversation is another matter"
    );
    job_store::failed(&b, &held, "no luck").await.unwrap();
    assert!(!is_free(&a, second).await, "and while it waits for its next try");
    clock.advance(chrono::Duration::seconds(5));
    assert_eq!(
        job_store::reconcile(&a).await.unwrap(),
        1,
        "only what can run is pushed"
    );
    let held = claim(&a, first).await.unwrap().expect("its next try");
    job_store::complete(&a, held.lease).await.unwrap();
    assert!(!is_free(&a, third).await);
    let held = claim(&a, second).await.unwrap().expect("its turn");
    job_store::bury(&a, held.lease.job, "it is no use").await.unwrap();
    assert!(is_free(&b, third).await, "a dead one holds nobody up");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_claims_at_the_same_moment_the_earliest_of_the_series_gets_through_alone() {
    let place = Place::new().await;
    let (a, b) = (
        place.app(Clock::System, &[]).await,
        place.app(Clock::System, &[]).await,
    );
    let mut left = store(&a, notification, somewhere(), &[1, 2, 3, 4, 5, 6]).await;
    while !left.is_empty() {
        let claims = left.iter().enumerate().map(|(n, id)| {
            let (app, id) = (if n % 2 == 0 { a.clone() } else { b.clone() }, *id);
            tokio::spawn(async move { claim(&app, id).await.unwrap() })
        });
        let claims = futures_util::future::join_all(claims.collect::<Vec<_>>()).await;
        let held: Vec<_> = claims.into_iter().filter_map(Result::unwrap).collect();
        assert_eq!(held.len(), 1);
        assert_eq!(held[0].lease.job, left.remove(0));
        job_store::complete(&a, held[0].lease).await.unwrap();
    }
}

#[tokio::test]
async fn the_next_of_a_series_is_pushed_when_one_has_run() {
    let place = Place::new().await;
    let app = place.app(Clock::System, &[]).await;
    let jobs = store(&app, notification, somewhere(), &[1, 2, 3]).await;
    let held = claim(&app, jobs[0]).await.unwrap().unwrap();
    job_store::complete(&app, held.lease).await.unwrap();
    job_store::push_next(&app, &held).await.unwrap();
    let wait = async {
        while app.queues.of(kernel::queue_name::QueueName::Chat).depth().await != Some(1) {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("a ticket");
}

#[tokio::test]
async fn replies_of_one_conversation_are_made_one_at_a_time_and_a_failed_one_lets_the_next_pass() {
    let place = Place::new().await;
    let app = place.app(Clock::System, &[]).await;
    let jobs = store(&app, bots_reply, somewhere(), &[1, 2]).await;
    let held = claim(&app, jobs[0]).await.unwrap().unwrap();
    assert!(!is_free(&app, jobs[1]).await);
    job_store::failed(&app, &held, "no luck").await.unwrap();
    assert!(is_free(&app, jobs[1]).await);
    let rows = crate::support::jobs(&app, "reply_as_bot").await;
    assert_eq!((rows[0].state, rows[1].state), (State::Pending, State::Running));
}
