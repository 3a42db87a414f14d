//! Presence: first and last socket, over two instances where there is Redis.

use crate::own_redis::OwnRedis;
use crate::support::*;
use app::App;
use app::testing::{Place, TestApp, person};
use chat::presence::{enter, leave, online, run_out, tend};
use entity::ConversationId;
use entity::user::Role;
use kernel::actor::Actor;
use kernel::clock::Clock;
use kernel::event::{Event, Status};
use kernel::person::Person;
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedReceiver;

type Events = UnboundedReceiver<Arc<Event>>;

async fn names(app: &App, id: ConversationId) -> Vec<String> {
    online(app, id)
        .await
        .iter()
        .map(|who| who.username.to_string())
        .collect()
}

/// What was heard until now of people coming and going.
fn told(events: &mut Events) -> Vec<String> {
    let mut told = Vec::new();
    while let Ok(event) = events.try_recv() {
        match &*event {
            Event::Entered { who, .. } => told.push(format!("+{}", who.username)),
            Event::Departed { who, .. } => told.push(format!("-{}", who.username)),
            Event::PresenceChanged { who, status, .. } => told.push(format!("{} {status:?}", who.username)),
            _ => {}
        }
    }
    told
}

fn of(actor: &Actor) -> Person {
    Person::from(actor)
}

#[tokio::test]
async fn everybody_hears_of_a_persons_first_and_last_socket_only() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let id = group(&app, &alice, &[&bob]).await;
    let mut events = listen(&app);
    for _ in 0..3 {
        enter(&app, id, &of(&alice)).await;
    }
    enter(&app, id, &of(&bob)).await;
    assert_eq!(
        told(&mut events),
        ["+alice", "alice Online", "+bob", "bob Online"]
    );
    assert_eq!(names(&app, id).await, ["alice", "bob"]);
    leave(&app, id, &of(&alice)).await;
    leave(&app, id, &of(&alice)).await;
    assert!(told(&mut events).is_empty());
    leave(&app, id, &of(&alice)).await;
    assert_eq!(told(&mut events), ["-alice", "alice Offline"]);
    leave(&app, id, &of(&alice)).await;
    assert!(told(&mut events).is_empty(), "once is enough");
    assert_eq!(names(&app, id).await, ["bob"]);
    let elsewhere = group(&app, &alice, &[]).await;
    assert!(names(&app, elsewhere).await.is_empty());
    chat::presence::announce(&app, id, &of(&bob), Status::Away).await;
    assert_eq!(told(&mut events), ["bob Away"]);
}

/// Two instances whose clocks are 15 s apart, or nothing on the profile that has one.
async fn two() -> Option<(Place, App, App, Actor, ConversationId)> {
    let place = Place::new().await;
    let now = Clock::System.now();
    let a = place.app(Clock::fixed(now), &[]).await;
    let skewed = Clock::fixed(now + chrono::Duration::seconds(15));
    let b = place.app(skewed, &[]).await;
    if !a.bus.is_shared() {
        return None;
    }
    connected(&a).await;
    connected(&b).await;
    let alice = person(&a, "alice", Role::User, None).await;
    let id = group(&a, &alice, &[]).await;
    Some((place, a, b, alice, id))
}

#[tokio::test]
async fn sockets_on_two_instances_are_one_presence() {
    let Some((_place, a, b, alice, id)) = two().await else {
        return;
    };
    let mut events = listen(&a);
    enter(&a, id, &of(&alice)).await;
    enter(&b, id, &of(&alice)).await;
    assert_eq!(names(&b, id).await, ["alice"]);
    leave(&a, id, &of(&alice)).await;
    assert_eq!(names(&a, id).await, ["alice"], "she is there on the other one");
    assert_eq!(told(&mut events), ["+alice", "alice Online"]);
    leave(&b, id, &of(&alice)).await;
    heard(&mut events, "her departure", |event| {
        matches!(event, Event::Departed { .. })
    })
    .await;
    assert!(names(&a, id).await.is_empty() && names(&b, id).await.is_empty());
}

#[tokio::test]
async fn the_people_of_a_killed_instance_are_gone_when_their_entries_run_out_and_others_stay() {
    let Some((_place, a, b, alice, id)) = two().await else {
        return;
    };
    let bob = person(&a, "bob", Role::User, None).await;
    let mut events = listen(&a);
    enter(&a, id, &of(&alice)).await;
    enter(&b, id, &of(&alice)).await;
    enter(&b, id, &of(&bob)).await;
    assert_eq!(names(&a, id).await, ["alice", "bob"]);
    let bob_is = |event: &Event| matches!(event, Event::PresenceChanged { who, .. } if who.id == bob.id);
    heard(&mut events, "bob on b", bob_is).await;
    for app in [&a, &b, &a] {
        tend(app).await;
        assert_eq!(names(&a, id).await, ["alice", "bob"]);
    }
    assert!(told(&mut events).is_empty());
    // b is dead from here on: only a tends, and b does not hear of its people's being gone, which it would deny
    b.bus.close().await;
    run_out(&b).await;
    assert_eq!(names(&a, id).await, ["alice"], "what ran out is not shown");
    tend(&a).await;
    assert_eq!(told(&mut events), ["-bob", "bob Offline"]);
    tend(&a).await;
    assert!(told(&mut events).is_empty(), "told once");
    // and should it live after all, its people are back
    tend(&b).await;
    assert_eq!(names(&a, id).await, ["alice", "bob"]);
}

#[tokio::test]
async fn instances_whose_clocks_are_15_seconds_apart_do_not_take_each_others_people_for_gone() {
    let Some((_place, a, b, alice, id)) = two().await else {
        return;
    };
    let bob = person(&a, "bob", Role::User, None).await;
    enter(&a, id, &of(&alice)).await;
    enter(&b, id, &of(&bob)).await;
    chat::presence::arrive(&a, Some(alice.id));
    let mut events = listen(&a);
    for _ in 0..3 {
        for app in [&a, &b] {
            tend(app).await;
            assert_eq!(names(app, id).await, ["alice", "bob"]);
        }
    }
    let present = chat::presence::present(&b, &[alice.id]).await;
    assert!(present.contains(&alice.id));
    let departed = told(&mut events);
    assert!(!departed.iter().any(|of| of.contains('-')), "{departed:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn however_joins_and_leaves_overtake_each_other_the_last_word_is_what_is_so() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let (id, who) = (group(&app, &alice, &[]).await, of(&alice));
    let mut events = listen(&app);
    for round in 0..20 {
        // pages that come and go while one stays
        let visits = (0..20).map(|page| {
            let (app, who) = (app.app.clone(), who.clone());
            tokio::spawn(async move {
                enter(&app, id, &who).await;
                if page != 7 {
                    leave(&app, id, &who).await;
                }
            })
        });
        for visit in visits.collect::<Vec<_>>() {
            visit.await.unwrap();
        }
        assert_eq!(names(&app, id).await, ["alice"], "round {round}");
        let said = told(&mut events);
        assert_eq!(said.last().unwrap(), "alice Online", "round {round}: {said:?}");
        leave(&app, id, &who).await;
        assert!(names(&app, id).await.is_empty());
        assert_eq!(told(&mut events).last().unwrap(), "alice Offline");
    }
}

#[tokio::test]
async fn an_instance_that_hears_that_somebody_is_gone_who_is_here_says_that_they_are_here() {
    let Some((_place, a, b, alice, id)) = two().await else {
        return;
    };
    enter(&a, id, &of(&alice)).await;
    let mut events = listen(&b);
    // b's farewell crossed a's welcome
    b.bus.publish_one(Event::Departed {
        conversation: id,
        who: of(&alice),
        online: Vec::new(),
        unseen: false,
    });
    heard(&mut events, "her departure", |event| {
        matches!(event, Event::Departed { .. })
    })
    .await;
    heard(&mut events, "that she is there", |event| {
        matches!(event, Event::Entered { .. })
    })
    .await;
    let online = |event: &Event| {
        matches!(
            event,
            Event::PresenceChanged {
                status: Status::Online,
                ..
            }
        )
    };
    heard(&mut events, "that she is online", online).await;
}

#[tokio::test]
async fn a_renewal_asks_redis_equally_often_however_many_conversations_are_open() {
    if !app::testing::production() {
        return;
    }
    let redis = OwnRedis::anywhere();
    redis.answers().await;
    let url = redis.url();
    let place = Place::new().await;
    let app = place.app(Clock::System, &[("REDIS_URL", &url)]).await;
    connected(&app).await;
    let alice = person(&app, "alice", Role::User, None).await;
    let mut calls = Vec::new();
    for more in [1, 49, 250] {
        for _ in 0..more {
            // presence asks nobody whether the conversation exists
            let id = ConversationId(uuid::Uuid::now_v7());
            enter(&app, id, &of(&alice)).await;
            chat::stats::enter(&app, id).await;
        }
        tend(&app).await;
        app.bus.flush().await;
        let before = redis.calls().await;
        tend(&app).await;
        chat::stats::tend(&app).await;
        // the connection's own pings come by the second
        calls.push(redis.calls().await - before);
    }
    eprintln!("commands in a renewal with 1, 50 and 300 conversations: {calls:?}");
    assert!(calls.iter().all(|of| *of == calls[0]), "{calls:?}");
}
