//! Presence: first and last socket, over two instances where there is Redis.

use crate::support::*;
use shared::actor::Actor;
use shared::clock::Clock;
use shared::core::Core;
use shared::entity::ConversationId;
use shared::entity::user::Role;
use shared::event::{Event, Person, Status};
use shared::presence::{enter, leave, online, tend};
use shared::testing::{Place, TestCore, person};
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedReceiver;

type Events = UnboundedReceiver<Arc<Event>>;

async fn names(core: &Core, id: ConversationId) -> Vec<String> {
    online(core, id)
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
    let core = TestCore::new().await;
    let (alice, bob) = (core.user("alice").await, core.user("bob").await);
    let id = group(&core, &alice, &[&bob]).await;
    let mut events = listen(&core);
    for _ in 0..3 {
        enter(&core, id, &of(&alice)).await;
    }
    enter(&core, id, &of(&bob)).await;
    assert_eq!(
        told(&mut events),
        ["+alice", "alice Online", "+bob", "bob Online"]
    );
    assert_eq!(names(&core, id).await, ["alice", "bob"]);
    leave(&core, id, &of(&alice)).await;
    leave(&core, id, &of(&alice)).await;
    assert!(told(&mut events).is_empty());
    leave(&core, id, &of(&alice)).await;
    assert_eq!(told(&mut events), ["-alice", "alice Offline"]);
    leave(&core, id, &of(&alice)).await;
    assert!(told(&mut events).is_empty(), "once is enough");
    assert_eq!(names(&core, id).await, ["bob"]);
    let elsewhere = group(&core, &alice, &[]).await;
    assert!(names(&core, elsewhere).await.is_empty());
    shared::presence::announce(&core, id, &of(&bob), Status::Away).await;
    assert_eq!(told(&mut events), ["bob Away"]);
}

/// Two instances, or nothing on the profile that has one.
async fn two() -> Option<(Place, Clock, Core, Core, Actor, ConversationId)> {
    let place = Place::new().await;
    let clock = Clock::fixed(Clock::System.now());
    let a = place.core(clock.clone(), &[]).await;
    let b = place.core(clock.clone(), &[]).await;
    if !a.bus.is_shared() {
        return None;
    }
    connected(&a).await;
    connected(&b).await;
    let alice = person(&a, "alice", Role::User, None).await;
    let id = group(&a, &alice, &[]).await;
    Some((place, clock, a, b, alice, id))
}

#[tokio::test]
async fn sockets_on_two_instances_are_one_presence() {
    let Some((_place, _, a, b, alice, id)) = two().await else {
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
    let Some((_place, clock, a, b, alice, id)) = two().await else {
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
    // b is dead from here on: only a tends
    for _ in 0..3 {
        clock.advance(chrono::Duration::seconds(5));
        tend(&a).await;
        assert_eq!(names(&a, id).await, ["alice", "bob"]);
    }
    assert!(told(&mut events).is_empty());
    clock.advance(chrono::Duration::seconds(1));
    assert_eq!(names(&a, id).await, ["alice"], "what ran out is not shown");
    tend(&a).await;
    assert_eq!(told(&mut events), ["-bob", "bob Offline"]);
    tend(&a).await;
    assert!(told(&mut events).is_empty(), "told once");
    // and should it live after all, its people are back
    tend(&b).await;
    assert_eq!(names(&a, id).await, ["alice", "bob"]);
}
