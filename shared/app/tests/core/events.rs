//! Events between instances; and Redis, which is a hint and never the truth.

use crate::own_redis::OwnRedis;
use crate::support::*;
use app::App;
use app::testing::{Place, person};
use entity::user::Role;
use kernel::clock::Clock;
use kernel::event::{Event, Status};
use kernel::person::Person;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_on_one_instance_is_heard_on_the_other_once_and_in_order() {
    let place = Place::new().await;
    let a = place.app(Clock::System, &[]).await;
    let b = place.app(Clock::System, &[]).await;
    if !a.bus.is_shared() {
        return;
    }
    connected(&a).await;
    connected(&b).await;
    let alice = person(&a, "alice", Role::User, None).await;
    let id = group(&a, &alice, &[]).await;
    let (mut by_a, mut by_b) = (listen(&a), listen(&b));
    for n in 1..=50 {
        say(&a, &alice, id, &format!("{n}")).await;
    }
    chat::presence::announce(&b, id, &Person::from(&alice), Status::Away).await;
    for (events, name) in [(&mut by_a, "a"), (&mut by_b, "b")] {
        for n in 1..=50 {
            let event = heard(events, &format!("message {n} on {name}"), |event| {
                event.rev().is_some()
            })
            .await;
            let Event::MessageSent { message } = &*event else {
                panic!("{event:?}")
            };
            assert_eq!(
                (message.seq, message.rev, message.text.as_str()),
                (n, n, &*n.to_string())
            );
        }
    }
    heard(&mut by_a, "b's event on a", |event| {
        matches!(
            event,
            Event::PresenceChanged {
                status: Status::Away,
                ..
            }
        )
    })
    .await;
    // a place with another prefix hears nothing of this one
    let other = Place::new().await.app(Clock::System, &[]).await;
    connected(&other).await;
    let mut foreign = listen(&other);
    say(&a, &alice, id, "here").await;
    heard(&mut by_b, "the last one", |event| event.rev() == Some(51)).await;
    assert!(foreign.try_recv().is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn with_redis_killed_messages_are_stored_as_before_and_when_it_is_back_so_is_the_bus() {
    if !app::testing::production() {
        return;
    }
    let place = Place::new().await;
    let mut redis = OwnRedis::anywhere();
    redis.answers().await;
    let url = redis.url();
    let changes = [("REDIS_URL", url.as_str())];
    let a = place.app(Clock::System, &changes).await;
    let b = place.app(Clock::System, &changes).await;
    connected(&a).await;
    connected(&b).await;
    let alice = person(&a, "alice", Role::User, None).await;
    let id = support(&a, &alice).await;
    say(&a, &alice, id, "before").await;
    redis.kill();

    let started = Instant::now();
    for n in 0..20 {
        say(
            if n % 2 == 0 { &a } else { &b },
            &alice,
            id,
            &format!("without Redis {n}"),
        )
        .await;
    }
    eprintln!("20 messages without Redis: {:?}", started.elapsed());
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "nobody waits for Redis"
    );
    chat::presence::enter(&a, id, &Person::from(&alice)).await;
    assert_eq!(chat::presence::online(&a, id).await.len(), 1);
    chat::receipts::announce_read(&a, &alice, id, chat::receipts::UpTo::Seq(3))
        .await
        .unwrap();
    // a long-poll on the other instance finds it in the database all the same
    let poll = {
        let (b, alice) = (b.clone(), alice.clone());
        tokio::spawn(async move { chat::messages::changes(&b, &alice, id, 21, PATIENCE).await })
    };
    tokio::task::yield_now().await;
    say(&a, &alice, id, "found without a hint").await;
    assert_eq!(poll.await.unwrap().unwrap().messages.len(), 1);
    assert!(
        a.check()
            .await
            .iter()
            .any(|(part, result)| *part == "redis" && result.is_err())
    );
    assert!(
        accounts::users::login(&a, "alice", app::testing::PASSWORD.into(), crate::auth::HERE)
            .await
            .is_ok()
    );
    assert_eq!(history(&b, &alice, id).await.len(), 22);

    let before = *b.bus.connections().borrow();
    let _redis = OwnRedis::start(redis.port());
    let mut connections = b.bus.connections();
    let back = connections.wait_for(|count| *count > before);
    tokio::time::timeout(PATIENCE, back)
        .await
        .expect("the bus is back")
        .expect("open");
    hears(&a, &b, &alice, id).await;
    assert!(
        jobs(&a, "reply_as_bot").await.len() >= 22,
        "every intent is there for the reconciler"
    );
    assert!(platform::job_store::reconcile(&a).await.is_ok());
}

/// Sends on one until the other has heard one of them: the sender's connection comes back by itself too.
async fn hears(a: &App, b: &App, who: &kernel::actor::Actor, id: entity::ConversationId) {
    let mut events = listen(b);
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        say(a, who, id, "is anybody there?").await;
        let next = heard(&mut events, "a message", |event| event.rev().is_some());
        if tokio::time::timeout(Duration::from_millis(500), next)
            .await
            .is_ok()
        {
            return;
        }
    }
    panic!("the other instance hears nothing");
}
