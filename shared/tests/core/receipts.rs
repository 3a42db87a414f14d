//! Receipts: marks never go back, and applying one twice is applying it once.

use crate::support::*;
use kernel::actor::Actor;
use kernel::event::Event;
use shared::core::Core;
use shared::entity::job::State;
use shared::entity::{ConversationId, MessageId};
use shared::job::Job;
use shared::messages::Delivery;
use shared::receipts::{self, UpTo, mark_read};
use shared::testing::TestCore;
use uuid::Uuid;

async fn scene(core: &TestCore) -> (Actor, Actor, ConversationId, Vec<MessageId>) {
    let (alice, bob) = (core.user("alice").await, core.user("bob").await);
    let id = group(core, &alice, &[&bob]).await;
    let mut sent = Vec::new();
    for n in 1..=5 {
        sent.push(say(core, &alice, id, &format!("{n}")).await.id);
    }
    (alice, bob, id, sent)
}

async fn mark(core: &Core, who: &Actor, id: ConversationId) -> i64 {
    let seen = shared::conversations::get(core, who, id)
        .await
        .expect("a conversation");
    let part = seen.participants.iter().find(|part| part.person.id == who.id);
    part.expect("a part").last_read_seq
}

#[tokio::test]
async fn a_mark_goes_forward_only() {
    let core = TestCore::new().await;
    let (alice, bob, id, sent) = scene(&core).await;
    let mut events = listen(&core);
    assert_eq!(mark_read(&core, &bob, id, UpTo::Seq(3)).await.unwrap(), 3);
    let event = heard(&mut events, "the receipt", |event| {
        matches!(event, Event::ReadMarked { .. })
    })
    .await;
    assert!(matches!(&*event, Event::ReadMarked { seq: 3, by, .. } if by.id == bob.id));
    assert_eq!(mark_read(&core, &bob, id, UpTo::Seq(1)).await.unwrap(), 3);
    assert_eq!(
        mark_read(&core, &bob, id, UpTo::Messages(vec![sent[1], sent[3], sent[0]]))
            .await
            .unwrap(),
        4
    );
    assert_eq!(
        receipts::mark_message_read(&core, &bob, sent[2]).await.unwrap(),
        4
    );
    let delivered: Vec<_> = history(&core, &alice, id)
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
    receipts::mark_delivered(&core, bob.id, id, 5).await.unwrap();
    receipts::mark_delivered(&core, bob.id, id, 2).await.unwrap();
    assert_eq!(history(&core, &alice, id).await[4].delivery, Delivery::Delivered);
}

#[tokio::test]
async fn what_is_not_there_cannot_be_read_and_the_error_names_it() {
    let core = TestCore::new().await;
    let (alice, bob, id, sent) = scene(&core).await;
    let elsewhere = group(&core, &alice, &[]).await;
    let foreign = say(&core, &alice, elsewhere, "foreign").await.id;
    let unknown = MessageId(Uuid::now_v7());
    for missing in [unknown, foreign] {
        let refused = detail(mark_read(&core, &bob, id, UpTo::Messages(vec![sent[0], missing])).await);
        assert_eq!(
            refused,
            format!("Message {missing} not found in this conversation")
        );
        assert_eq!(
            code(receipts::mark_message_read(&core, &bob, missing).await),
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
            code(mark_read(&core, &bob, id, bad.clone()).await),
            "validation_error",
            "{bad:?}"
        );
        assert_eq!(
            code(receipts::announce_read(&core, &bob, id, bad).await),
            "validation_error"
        );
    }
    let stranger = core.user("stranger").await;
    assert_eq!(
        code(mark_read(&core, &stranger, id, UpTo::Seq(1)).await),
        "not_found"
    );
    assert_eq!(mark(&core, &bob, id).await, 0);
    assert!(
        jobs(&core, "apply_read_receipt").await.is_empty(),
        "what is refused leaves no job"
    );
}

#[tokio::test]
async fn a_receipt_from_a_socket_is_told_at_once_and_applied_by_its_job_however_often() {
    let core = TestCore::new().await;
    let (alice, bob, id, _) = scene(&core).await;
    let mut events = listen(&core);
    for seq in [4, 2] {
        receipts::announce_read(&core, &bob, id, UpTo::Seq(seq))
            .await
            .unwrap();
        heard(
            &mut events,
            "the receipt",
            |event| matches!(event, Event::ReadMarked { seq: told, .. } if *told == seq),
        )
        .await;
    }
    assert_eq!(mark(&core, &bob, id).await, 0);
    let rows = jobs(&core, "apply_read_receipt").await;
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
        receipts::apply(&core, lease(&core, row.id).await, conversation, user, seq)
            .await
            .unwrap();
        assert_eq!(mark(&core, &bob, id).await, 4);
    }
    assert!(
        jobs(&core, "apply_read_receipt")
            .await
            .iter()
            .all(|row| row.state == State::Done)
    );
    assert_eq!(mark(&core, &alice, id).await, 0);
}
