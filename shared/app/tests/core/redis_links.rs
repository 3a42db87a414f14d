//! Redis that falls silent, that comes late, and a process that ends: what waits, what goes on, what is made up.

use crate::own_redis::OwnRedis;
use crate::support::*;
use app::App;
use app::testing::{Place, person, production};
use chat::presence::announce;
use entity::user::Role;
use kernel::clock::Clock;
use kernel::event::{Event, Status};
use kernel::person::Person;
use platform::testing_link::{Condition, FlakyLink};
use std::time::{Duration, Instant};

async fn redis_answers(app: &App) -> bool {
    let parts = app.check().await;
    parts
        .iter()
        .any(|(part, result)| *part == "redis" && result.is_ok())
}

/// Waits until Redis answers this core, or does not.
async fn until(app: &App, answers: bool) {
    let wait = async { while redis_answers(app).await != answers {} };
    let waited = tokio::time::timeout(PATIENCE, wait).await;
    waited.unwrap_or_else(|_| panic!("Redis answers: {}", !answers));
}

/// Says something on one core until the other has heard of it, and answers how long that took.
async fn crosses(a: &App, b: &App, who: &Person, id: entity::ConversationId) -> Duration {
    let (started, mut events) = (Instant::now(), listen(b));
    let crossed = async {
        loop {
            announce(a, id, who, Status::Away).await;
            let away = heard(&mut events, "an event of the other instance", |event| {
                matches!(
                    event,
                    Event::PresenceChanged {
                        status: Status::Away,
                        ..
                    }
                )
            });
            if tokio::time::timeout(Duration::from_millis(200), away)
                .await
                .is_ok()
            {
                break;
            }
        }
    };
    tokio::time::timeout(PATIENCE, crossed)
        .await
        .expect("an event crosses");
    started.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_falls_silent_is_noticed_delays_nobody_and_is_whole_soon_after_it_is_back() {
    if !production() {
        return;
    }
    let place = Place::new().await;
    let (link, url) = FlakyLink::before(&place.vars(&[])["REDIS_URL"]).await;
    let changes = [("REDIS_URL", url.as_str())];
    let a = place.app(Clock::System, &changes).await;
    let b = place.app(Clock::System, &changes).await;
    connected(&a).await;
    connected(&b).await;
    let alice = person(&a, "alice", Role::User, None).await;
    let (id, who) = (group(&a, &alice, &[]).await, Person::from(&alice));
    crosses(&a, &b, &who, id).await;

    let connections = [&a, &b].map(|app| *app.bus.connections().borrow());
    let silent = Instant::now();
    link.set(Condition::Silent);
    let mut longest = Duration::ZERO;
    for n in 0..20 {
        let started = Instant::now();
        say(if n % 2 == 0 { &a } else { &b }, &alice, id, "into the silence").await;
        longest = longest.max(started.elapsed());
    }
    assert!(longest < Duration::from_secs(3), "a send waited {longest:?}");
    for app in [&a, &b] {
        until(app, false).await;
        // the subscription is asked by itself, at its own seconds
        let mut subscribed = app.bus.subscribed();
        let noticed = tokio::time::timeout(PATIENCE, subscribed.wait_for(|is| !*is)).await;
        noticed
            .expect("the subscription notices too")
            .expect("the bus is open");
    }
    eprintln!(
        "silence noticed after {:?}; the longest send took {longest:?}",
        silent.elapsed()
    );
    let known = Instant::now();
    chat::presence::enter(&a, id, &who).await;
    assert_eq!(chat::presence::online(&a, id).await.len(), 1);
    assert!(
        known.elapsed() < Duration::from_secs(3),
        "a known silence is not waited for"
    );

    // what was on its way is passed on now: only a new connection counts
    link.set(Condition::Up);
    let back = Instant::now();
    for (app, before) in [(&a, connections[0]), (&b, connections[1])] {
        until(app, true).await;
        let mut connections = app.bus.connections();
        let again = connections.wait_for(|count| *count > before);
        let again = tokio::time::timeout(PATIENCE, again).await;
        again
            .expect("a subscription is made anew")
            .expect("the bus is open");
    }
    crosses(&a, &b, &who, id).await;
    crosses(&b, &a, &who, id).await;
    eprintln!("events cross both ways {:?} after Redis was back", back.elapsed());
    assert!(back.elapsed() < Duration::from_secs(10));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_core_starts_without_redis_works_and_is_whole_when_redis_comes() {
    if !production() {
        return;
    }
    let place = Place::new().await;
    let mut redis = OwnRedis::anywhere();
    redis.answers().await;
    redis.kill();
    let url = redis.url();
    let changes = [("REDIS_URL", url.as_str())];
    let started = Instant::now();
    let a = place.app(Clock::System, &changes).await;
    let b = place.app(Clock::System, &changes).await;
    assert!(started.elapsed() < PATIENCE);
    let alice = person(&a, "alice", Role::User, None).await;
    let (id, who) = (group(&a, &alice, &[]).await, Person::from(&alice));
    say(&a, &alice, id, "nobody else hears of it").await;
    assert!(!redis_answers(&a).await);
    chat::presence::enter(&a, id, &who).await;
    assert!(chat::presence::online(&b, id).await.is_empty());

    let back = Instant::now();
    let _redis = OwnRedis::start(redis.port());
    for app in [&a, &b] {
        connected(app).await;
        until(app, true).await;
    }
    crosses(&a, &b, &who, id).await;
    eprintln!("whole {:?} after Redis came", back.elapsed());
    chat::presence::tend(&a).await;
    assert_eq!(
        chat::presence::online(&b, id).await,
        [who],
        "who came while it was away is known"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_after_the_shutdown_and_before_the_end_reaches_the_others() {
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
    let mut events = listen(&b);
    a.shutdown.cancel();
    // as a job that still runs does
    for n in 1..=50 {
        say(&a, &alice, id, &n.to_string()).await;
    }
    a.close().await;
    for n in 1..=50 {
        heard(&mut events, &format!("message {n}"), |event| {
            event.rev() == Some(n)
        })
        .await;
    }
}
