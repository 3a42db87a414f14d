//! The writer: order without gaps, one row per send, and no draft that harms another.

use crate::messages::react;
use crate::support::*;
use app::App;
use app::testing::{Place, TestApp, person};
use chat::attachments::{self, Upload};
use chat::messages::{self, SendMessage};
use entity::conversation::Kind;
use entity::user::Role;
use entity::{ConversationId, MessageId, message};
use futures_util::future::join_all;
use kernel::actor::Actor;
use kernel::clock::Clock;
use kernel::event::Event;
use std::collections::{BTreeMap, HashSet};
use uuid::Uuid;

/// Two instances on one database.
async fn two() -> (Place, App, App) {
    let place = Place::new().await;
    let a = place.app(Clock::System, &[]).await;
    let b = place.app(Clock::System, &[]).await;
    connected(&a).await;
    connected(&b).await;
    (place, a, b)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_senders_on_two_instances_get_numbers_without_gaps_in_the_order_of_commit() {
    let (_place, a, b) = two().await;
    let owner = person(&a, "owner", Role::User, None).await;
    let others = join_all((0..5).map(|n| {
        let a = a.clone();
        async move { person(&a, &format!("person{n}"), Role::User, None).await }
    }))
    .await;
    let mut places = Vec::new();
    for _ in 0..5 {
        places.push(group(&a, &owner, &others.iter().collect::<Vec<_>>()).await);
    }
    let mut heard_by_a = listen(&a);
    let started = std::time::Instant::now();
    let sends = (0..200).flat_map(|sender: usize| {
        let app = if sender.is_multiple_of(2) {
            a.clone()
        } else {
            b.clone()
        };
        let (who, place) = (others[sender % 5].clone(), places[sender % places.len()]);
        (0..5).map(move |n| {
            let (app, who) = (app.clone(), who.clone());
            tokio::spawn(async move {
                let command = SendMessage {
                    client_id: Some(format!("{sender}-{n}")),
                    ..text(format!("{sender} says {n}"))
                };
                messages::send(&app, &who, place, command).await
            })
        })
    });
    let sent = join_all(sends.collect::<Vec<_>>()).await;
    eprintln!(
        "1000 messages of 200 senders on two instances: {:?}",
        started.elapsed()
    );
    assert!(
        sent.iter()
            .all(|sent| matches!(sent, Ok(Ok(sent)) if sent.is_new)),
        "{:?}",
        sent.iter().find(|sent| !matches!(sent, Ok(Ok(_))))
    );

    for place in &places {
        let stored = history(&a, &owner, *place).await;
        assert_eq!(stored.len(), 200);
        for (n, message) in (1..).zip(&stored) {
            assert_eq!((message.seq, message.rev, message.created_rev), (n, n, n));
        }
        // commits of one conversation are moments in this order too
        assert!(stored.is_sorted_by_key(|message| message.created_at) || !a.bus.is_shared());
    }
    // and one instance announces its own in that order
    let mut last: BTreeMap<ConversationId, i64> = BTreeMap::new();
    let (mut own, mut seen) = (0, HashSet::new());
    while own < 500 {
        let event = heard(&mut heard_by_a, "500 own messages", |event| event.rev().is_some()).await;
        let Event::MessageSent { message } = &*event else {
            continue;
        };
        assert!(seen.insert(message.id), "announced twice");
        let sender: usize = message.text.split(' ').next().unwrap().parse().unwrap();
        if sender.is_multiple_of(2) {
            own += 1;
            let last = last.entry(message.conversation).or_default();
            assert!(*last < message.rev, "announced out of order");
            *last = message.rev;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_send_stores_one_row_and_burns_no_number_even_at_once_on_two_instances() {
    let (_place, a, b) = two().await;
    let alice = person(&a, "alice", Role::User, None).await;
    let id = group(&a, &alice, &[]).await;
    let repeats = (0..40).map(|n| {
        let app = if n % 2 == 0 { a.clone() } else { b.clone() };
        let alice = alice.clone();
        let command = SendMessage {
            client_id: Some("the one".into()),
            ..text("once")
        };
        tokio::spawn(async move { messages::send(&app, &alice, id, command).await.unwrap() })
    });
    let sent: Vec<_> = join_all(repeats).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(sent.iter().filter(|sent| sent.is_new).count(), 1);
    let ids: HashSet<_> = sent
        .iter()
        .map(|sent| (sent.message.id, sent.message.seq))
        .collect();
    assert_eq!(ids.len(), 1);
    let next = say(&b, &alice, id, "next").await;
    assert_eq!((next.seq, next.rev), (2, 2));
    assert_eq!(history(&a, &alice, id).await.len(), 2);
}

#[tokio::test]
async fn a_client_id_is_the_senders_own_in_that_conversation() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let (one, two) = (
        group(&app, &alice, &[&bob]).await,
        group(&app, &alice, &[&bob]).await,
    );
    let command = || SendMessage {
        client_id: Some("same".into()),
        ..text("hello")
    };
    let mut ids = HashSet::new();
    for (who, place) in [(&alice, one), (&bob, one), (&alice, two), (&bob, two)] {
        let sent = messages::send(&app, who, place, command()).await.unwrap();
        assert!(sent.is_new);
        ids.insert(sent.message.id);
    }
    assert_eq!(ids.len(), 4);
}

#[tokio::test]
async fn a_repeat_gives_the_whole_first_message_whether_or_not_it_is_in_the_same_commit() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let id = group(&app, &alice, &[]).await;
    let file = attachments::upload(&app, &alice, picture("cat.gif"))
        .await
        .unwrap();
    let command = SendMessage {
        client_id: Some("c".into()),
        attachment: Some(file.id),
        ..text("look")
    };
    let sends = (0..3).map(|_| messages::send(&app, &alice, id, command.clone()));
    for sent in join_all(sends).await {
        let message = sent.unwrap().message;
        assert_eq!(message.attachment.as_ref().map(|file| file.id), Some(file.id));
        assert_eq!(message.seq, 1);
    }
}

#[tokio::test]
async fn several_repeats_of_a_message_in_one_commit_each_show_its_reactions() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let id = group(&app, &alice, &[]).await;
    let command = SendMessage {
        client_id: Some("c".into()),
        ..text("look")
    };
    let first = messages::send(&app, &alice, id, command.clone()).await.unwrap();
    react(&app, &alice, first.message.id, "👍", false).await.unwrap();
    let sends = (0..20).map(|_| messages::send(&app, &alice, id, command.clone()));
    for sent in join_all(sends).await {
        let message = sent.unwrap().message;
        assert_eq!(message.reactions, [("👍".to_owned(), 1)].into());
    }
}

/// A small GIF.
pub fn picture(name: &str) -> Upload {
    Upload {
        file_name: name.into(),
        bytes: GIF.to_vec().into(),
        conversation: None,
    }
}

const GIF: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

#[tokio::test]
async fn a_bad_draft_fails_alone_and_burns_no_number() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let id = group(&app, &alice, &[&bob]).await;
    let elsewhere = group(&app, &alice, &[]).await;
    let foreign = say(&app, &alice, elsewhere, "foreign").await.id;
    let file = attachments::upload(&app, &bob, picture("bobs.gif"))
        .await
        .unwrap()
        .id;
    let bad = |n: usize| match n % 4 {
        0 => SendMessage {
            reply_to: Some(MessageId(Uuid::now_v7())),
            ..text("bad")
        },
        1 => SendMessage {
            reply_to: Some(foreign),
            ..text("bad")
        },
        2 => SendMessage {
            attachment: Some(file),
            ..text("bad")
        },
        _ => SendMessage {
            text: "bad\0".into(),
            ..text("")
        },
    };
    let sends = (0..60).map(|n| {
        let command = if n % 3 == 0 {
            bad(n / 3)
        } else {
            text(format!("good {n}"))
        };
        messages::send(&app, &alice, id, command)
    });
    for (n, sent) in join_all(sends).await.into_iter().enumerate() {
        let expected = if n % 3 == 0 { "validation_error" } else { "ok" };
        assert_eq!(code(sent), expected, "{n}");
    }
    let unknown = ConversationId(Uuid::now_v7());
    assert_eq!(
        code(messages::send(&app, &alice, unknown, text("hi")).await),
        "not_found"
    );
    let stored = history(&app, &alice, id).await;
    assert_eq!(stored.len(), 40);
    assert!(
        (1..)
            .zip(&stored)
            .all(|(n, message)| message.seq == n && message.text.starts_with("good"))
    );
}

#[tokio::test]
async fn what_a_database_alone_can_refuse_fails_alone_too() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let id = group(&app, &alice, &[]).await;
    // an account that is gone by the time of the commit: its foreign key fails the whole statement
    let mut ghost = alice.clone();
    ghost.id = entity::UserId(987_654);
    let scope = group(&app, &alice, &[]).await;
    let sends = (0..30).map(|n| {
        let (who, id) = if n == 7 {
            (as_admin(&ghost), id)
        } else {
            (alice.clone(), if n % 2 == 0 { id } else { scope })
        };
        let app = &app;
        async move { messages::send(app, &who, id, text("x")).await }
    });
    let outcomes: Vec<_> = join_all(sends).await.into_iter().map(code).collect();
    assert_eq!(
        outcomes.iter().filter(|code| **code == "ok").count(),
        29,
        "{outcomes:?}"
    );
    assert_eq!(outcomes[7], "internal_error");
    for place in [id, scope] {
        let stored = history(&app, &alice, place).await;
        assert!(
            (1..)
                .zip(&stored)
                .all(|(n, message)| message.seq == n && message.rev == n)
        );
    }
}

fn as_admin(actor: &Actor) -> Actor {
    let mut actor = actor.clone();
    actor.role = Role::Admin;
    actor
}

#[tokio::test]
async fn an_agents_message_takes_over_from_the_bot_and_joins_the_agent() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let agent = app.person("agent", Role::Agent, None).await;
    let id = support(&app, &alice).await;
    say(&app, &alice, id, "help me").await;
    app.assert_enqueued("reply_as_bot", 1).await;
    let mut events = listen(&app);
    let answer = say(&app, &agent, id, "I am here").await;
    assert_eq!(answer.voice, message::Voice::Agent);
    heard(&mut events, "the switch", |event| {
        matches!(event, Event::ConversationChanged { .. })
    })
    .await;
    let seen = chat::conversations::get(&app, &alice, id).await.unwrap();
    assert!(!seen.row.bot_on && seen.row.kind == Kind::Support);
    assert!(seen.participants.iter().any(|part| part.person.id == agent.id));
    say(&app, &alice, id, "thank you, agent").await;
    // the bot is off
    app.assert_enqueued("reply_as_bot", 1).await;
}

#[tokio::test]
async fn an_agent_whose_message_is_refused_does_not_join() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let agent = app.person("agent", Role::Agent, None).await;
    let id = support(&app, &alice).await;
    let bad = SendMessage {
        reply_to: Some(MessageId(Uuid::now_v7())),
        ..text("bad")
    };
    assert_eq!(
        code(messages::send(&app, &agent, id, bad).await),
        "validation_error"
    );
    let seen = chat::conversations::get(&app, &alice, id).await.unwrap();
    assert_eq!(seen.participants.len(), 1);
    assert!(seen.row.bot_on);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_that_fails_takes_nothing_from_those_who_send() {
    let app = TestApp::new().await;
    let alice = person(&app, "alice", Role::User, None).await;
    let place = group(&app, &alice, &[]).await;
    let mut heard = listen(&app);
    app.bus.listen(Box::new(|event| {
        if let Event::MessageSent { message } = &**event {
            assert_ne!(message.text, "first", "a listener's fault");
        }
    }));
    for words in ["first", "second"] {
        messages::send(&app, &alice, place, text(words)).await.unwrap();
    }
    let mut said = Vec::new();
    while said.len() < 2 {
        if let Event::MessageSent { message } = &*heard.recv().await.unwrap() {
            said.push(message.text.clone());
        }
    }
    assert_eq!(said, ["first", "second"]);
    let unwell: Vec<_> = app
        .check()
        .await
        .into_iter()
        .filter(|(_, part)| part.is_err())
        .collect();
    assert!(
        unwell.is_empty(),
        "one fault is no reason to send nobody here: {unwell:?}"
    );
}
