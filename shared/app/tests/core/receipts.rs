//! Receipts: marks never go back, and applying one twice is applying it once.

use crate::support::*;
use app::App;
use app::testing::TestApp;
use chat::receipts::{self, UpTo, mark_read};
use entity::job::State;
use entity::{ConversationId, MessageId};
use kernel::actor::Actor;
use kernel::event::Event;
use kernel::message::Delivery;
use platform::job::Job;
use uuid::Uuid;

async fn scene(app: &TestApp) -> (Actor, Actor, ConversationId, Vec<MessageId>) {
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let id = group(app, &alice, &[&bob]).await;
    let mut sent = Vec::new();
    for n in 1..=5 {
        sent.push(say(app, &alice, id, &format!("{n}")).await.id);
    }
    (alice, bob, id, sent)
}

async fn mark(app: &App, who: &Actor, id: ConversationId) -> i64 {
    let seen = chat::conversations::get(app, who, id)
        .await
        .expect("a conversation");
    let part = seen.participants.iter().find(|part| part.person.id == who.id);
    part.expect("a part").last_read_seq
}

#[tokio::test]
async fn a_mark_goes_forward_only() {
    let app = TestApp::new().await;
    let (alice, bob, id, sent) = scene(&app).await;
    let mut events = listen(&app);
    assert_eq!(mark_read(&app, &bob, id, UpTo::Seq(3)).await.unwrap(), 3);
    let event = heard(&mut events, "the receipt", |event| {
        matches!(event, Event::ReadMarked { .. })
    })
    .await;
    assert!(matches!(&*event, Event::ReadMarked { seq: 3, by, .. } if by.id == bob.id));
    assert_eq!(mark_read(&app, &bob, id, UpTo::Seq(1)).await.unwrap(), 3);
    assert_eq!(
        mark_read(&app, &bob, id, UpTo::Messages(vec![sent[1], sent[3], sent[0]]))
            .await
            .unwrap(),
        4
    );
    assert_eq!(receipts::mark_message_read(&app, &bob, sent[2]).await.unwrap(), 4);
    let delivered: Vec<_> = history(&app, &alice, id)
        .await
        .iter()
        .map(|m| m.delivery)
        .collect();
    assert_eq!(
        delivered,
        [
            Delivery::Read,
            Delivery::Read,
            Delivery::Read,
            Delivery::Read,
            Delivery::Sent
        ]
    );
    receipts::mark_delivered(&app, bob.id, id, 5).await.unwrap();
    receipts::mark_delivered(&app, bob.id, id, 2).await.unwrap();
    assert_eq!(history(&app, &alice, id).await[4].delivery, Delivery::Delivered);
}

#[tokio::test]
async fn what_is_not_there_cannot_be_read_and_the_error_names_it() {
    let app = TestApp::new().await;
    let (alice, bob, id, sent) = scene(&app).await;
    let elsewhere = group(&app, &alice, &[]).await;
    let foreign = say(&app, &alice, elsewhere, "foreign").await.id;
    let unknown = MessageId(Uuid::now_v7());
    for missing in [unknown, foreign] {
        let refused = detail(mark_read(&app, &bob, id, UpTo::Messages(vec![sent[0], missing])).await);
        assert_eq!(
            refused,
            format!("Message {missing} not found in this conversation")
        );
        assert_eq!(
            code(receipts::mark_message_read(&app, &bob, missing).await),
            "not_found"
        );
    }
    for bad in [
        UpTo::Seq(6),
        UpTo::Seq(-1),
        UpTo::Messages(vec![]),
        UpTo::Messages(vec![sent[0]; 501]),
    ] {
        assert_eq!(
            code(mark_read(&app, &bob, id, bad.clone()).await),
            "validation_error",
            "{bad:?}"
        );
        assert_eq!(
            code(receipts::announce_read(&app, &bob, id, bad).await),
            "validation_error"
        );
    }
    let stranger = app.user("stranger").await;
    assert_eq!(
        code(mark_read(&app, &stranger, id, UpTo::Seq(1)).await),
        "not_found"
    );
    assert_eq!(mark(&app, &bob, id).await, 0);
    assert!(
        jobs(&app, "apply_read_receipt").await.is_empty(),
        "what is refused leaves no job"
    );
}

#[tokio::test]
async fn a_receipt_from_a_socket_is_told_at_once_and_applied_by_its_job_however_often() {
    let app = TestApp::new().await;
    let (alice, bob, id, _) = scene(&app).await;
    let mut events = listen(&app);
    for seq in [4, 2] {
        receipts::announce_read(&app, &bob, id, UpTo::Seq(seq))
            .await
            .unwrap();
        heard(
            &mut events,
            "the receipt",
            |event| matches!(event, Event::ReadMarked { seq: told, .. } if *told == seq),
        )
        .await;
    }
    assert_eq!(mark(&app, &bob, id).await, 0);
    let rows = jobs(&app, "apply_read_receipt").await;
    assert_eq!(rows.len(), 2);
    // in the wrong order, and each twice
    for row in rows.iter().chain(rows.iter().rev()) {
        let Job::ApplyReadReceipt {
            conversation,
            user,
            seq,
        } = serde_json::from_value(row.payload.clone()).unwrap()
        else {
            panic!("{row:?}")
        };
        receipts::apply(&app, lease(&app, row.id).await, conversation, user, seq)
            .await
            .unwrap();
        assert_eq!(mark(&app, &bob, id).await, 4);
    }
    assert!(
        jobs(&app, "apply_read_receipt")
            .await
            .iter()
            .all(|row| row.state == State::Done)
    );
    assert_eq!(mark(&app, &alice, id).await, 0);
}
