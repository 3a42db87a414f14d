//! `changes`: whoever applies them from any revision ends with what a fresh reader sees.

use crate::messages::{delete, edit, react};
use crate::support::*;
use app::App;
use app::testing::{Place, TestApp, person};
use chat::messages::{self, Changes};
use entity::user::Role;
use entity::{ConversationId, MessageId};
use kernel::actor::Actor;
use kernel::clock::Clock;
use kernel::message::Message;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::time::Duration;

async fn since(app: &App, who: &Actor, id: ConversationId, rev: i64) -> Changes {
    messages::changes(app, who, id, rev, Duration::ZERO)
        .await
        .expect("changes")
}

/// What two readers must agree on.
fn state(message: &Message) -> serde_json::Value {
    serde_json::to_value(message).expect("a message as JSON")
}

#[tokio::test]
async fn each_message_comes_once_in_its_present_state_in_rev_order() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let id = group(&app, &alice, &[&bob]).await;
    let one = say(&app, &alice, id, "one").await.id;
    let two = say(&app, &bob, id, "two").await.id;
    say(&app, &alice, id, "three").await;
    edit(&app, &alice, one, "uno").await.unwrap();
    react(&app, &alice, two, "👍", false).await.unwrap();
    edit(&app, &alice, one, "UNO").await.unwrap();
    let all = since(&app, &bob, id, 0).await;
    assert!(all.complete);
    let seen: Vec<_> = all
        .messages
        .iter()
        .map(|m| (m.rev, m.created_rev, m.text.as_str()))
        .collect();
    assert_eq!(seen, [(3, 3, "three"), (5, 2, "two"), (6, 1, "UNO")]);
    assert_eq!(all.rev, 6);
    let nothing = since(&app, &bob, id, 6).await;
    assert!(nothing.messages.is_empty() && nothing.complete && nothing.rev == 6);
    let ahead = since(&app, &bob, id, 99).await;
    assert_eq!(
        (ahead.rev, ahead.messages.len()),
        (6, 0),
        "a client of a restored backup is told where we are"
    );
    let stranger = app.user("stranger").await;
    let foreign = messages::changes(&app, &stranger, id, 0, Duration::ZERO).await;
    assert_eq!(detail(foreign), "Conversation not found");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_five_hundred_come_in_parts_without_loss_while_others_write() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let id = group(&app, &alice, &[]).await;
    let sends = (0..1203).map(|n| messages::send(&app, &alice, id, text(format!("{n}"))));
    let sent = futures_util::future::join_all(sends).await;
    let oldest = sent[0].as_ref().unwrap().message.id;
    let (mut rev, mut known, mut parts) = (0, BTreeMap::new(), 0);
    loop {
        let part = since(&app, &alice, id, rev).await;
        assert!(part.messages.len() <= 500);
        assert!(part.messages.is_sorted_by_key(|m| m.rev) && part.messages.iter().all(|m| m.rev > rev));
        rev = part.rev;
        known.extend(part.messages.iter().map(|m| (m.seq, state(m))));
        parts += 1;
        if parts == 1 {
            // read already, and changed before the rest is
            edit(&app, &alice, oldest, "changed meanwhile").await.unwrap();
        }
        if part.complete {
            break;
        }
    }
    assert_eq!(parts, 3);
    let fresh: BTreeMap<_, _> = history(&app, &alice, id)
        .await
        .iter()
        .map(|m| (m.seq, state(m)))
        .collect();
    assert_eq!(known, fresh);
}

#[derive(Clone, Debug)]
enum Act {
    Send,
    Edit(usize),
    Delete(usize),
    React(usize, bool),
    /// The reader catches up.
    Read,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => Just(Act::Send),
        2 => (0..50usize).prop_map(Act::Edit),
        1 => (0..50usize).prop_map(Act::Delete),
        2 => (0..50usize, any::<bool>()).prop_map(|(n, remove)| Act::React(n, remove)),
        2 => Just(Act::Read),
    ];
    prop::collection::vec(act, 1..40)
}

async fn play(app: &App, alice: &Actor, bob: &Actor, acts: &[Act]) {
    let id = group(app, alice, &[bob]).await;
    let mut sent: Vec<MessageId> = Vec::new();
    let mut readers: Vec<(i64, BTreeMap<i64, serde_json::Value>)> = vec![(0, BTreeMap::new())];
    for (n, act) in acts.iter().chain([&Act::Read]).enumerate() {
        let target = |n: usize| (!sent.is_empty()).then(|| sent[n % sent.len()]);
        match act {
            Act::Send => sent.push(say(app, alice, id, &format!("message {n}")).await.id),
            Act::Edit(at) => drop(match target(*at) {
                Some(message) => edit(app, alice, message, &format!("edit {n}")).await.ok(),
                None => None,
            }),
            Act::Delete(at) => drop(match target(*at) {
                Some(message) => delete(app, alice, message).await.ok(),
                None => None,
            }),
            Act::React(at, remove) => drop(match target(*at) {
                Some(message) => react(app, bob, message, "👍", *remove).await.ok(),
                None => None,
            }),
            Act::Read => {
                // one who reads always, and one who begins with what a page shows now
                for (rev, known) in &mut readers {
                    let changes = since(app, bob, id, *rev).await;
                    known.extend(changes.messages.iter().map(|m| (m.seq, state(m))));
                    *rev = changes.rev;
                }
                let page = history(app, bob, id).await;
                let fresh: BTreeMap<_, _> = page.iter().map(|m| (m.seq, state(m))).collect();
                assert!(fresh.keys().copied().eq(1..=page.len() as i64), "seq has gaps");
                for (rev, known) in &readers {
                    assert_eq!(known, &fresh, "a reader at rev {rev} has drifted");
                }
                let rev = page.iter().map(|m| m.rev).max().unwrap_or(0);
                readers.push((rev, fresh));
            }
        }
    }
}

#[test]
fn whoever_applies_changes_from_any_rev_ends_with_the_same_state_as_a_fresh_reader() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (app, alice, bob) = runtime.block_on(async {
        let app = TestApp::new().await;
        let (alice, bob) = (app.user("alice").await, app.user("bob").await);
        (app, alice, bob)
    });
    let config = ProptestConfig {
        cases: 24,
        failure_persistence: None,
        max_shrink_iters: 40,
        ..ProptestConfig::default()
    };
    proptest!(config, |(acts in acts())| {
        runtime.block_on(play(&app, &alice, &bob, &acts));
    });
    runtime.block_on(async move { drop(app) });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_poll_wakes_on_a_message_from_the_same_and_from_the_other_instance() {
    let place = Place::new().await;
    let a = place.app(Clock::System, &[]).await;
    let b = place.app(Clock::System, &[]).await;
    connected(&a).await;
    connected(&b).await;
    let alice = person(&a, "alice", Role::User, None).await;
    let id = group(&a, &alice, &[]).await;
    for (n, writer) in [&a, &b].into_iter().enumerate() {
        let rev = n as i64;
        let poll = {
            let (a, alice) = (a.clone(), alice.clone());
            tokio::spawn(async move { messages::changes(&a, &alice, id, rev, PATIENCE).await })
        };
        tokio::task::yield_now().await;
        say(writer, &alice, id, "wake up").await;
        let started = tokio::time::Instant::now();
        let changes = poll.await.unwrap().unwrap();
        assert_eq!((changes.rev, changes.messages.len()), (rev + 1, 1));
        assert!(
            started.elapsed() < Duration::from_secs(5),
            "it woke by the message, not by its end"
        );
    }
    let waited = messages::changes(&a, &alice, id, 2, Duration::from_millis(30))
        .await
        .unwrap();
    assert!(waited.messages.is_empty() && waited.complete && waited.rev == 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_poll_of_a_removed_person_ends_with_a_refusal() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let id = group(&app, &alice, &[&bob]).await;
    let poll = {
        let (app, bob) = (app.app.clone(), bob.clone());
        tokio::spawn(async move { messages::changes(&app, &bob, id, 0, PATIENCE).await })
    };
    tokio::task::yield_now().await;
    chat::participants::remove(&app, &alice, id, &accounts::users::Named::Id(bob.id))
        .await
        .unwrap();
    assert_eq!(code(poll.await.unwrap()), "not_found");
}
