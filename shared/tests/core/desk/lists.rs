//! The staff's lists and counts.

use super::Desk;
use crate::support::*;
use kernel::actor::Actor;
use shared::conversations::{self, Counts, Query, UpdateConversation, View, counts, list};
use shared::desk::{ChangeWork, WriteLabel, claim, create_label, handoff};
use shared::entity::ConversationId;
use shared::entity::conversation::{Kind, Priority, Status};
use shared::entity::user::Role;
use shared::testing::PASSWORD;
use shared::users::{self, Register};

async fn found(desk: &Desk, who: &Actor, query: Query) -> Vec<ConversationId> {
    let query = Query { limit: 50, ..query };
    let listed = list(&desk.core, who, query).await.unwrap();
    assert_eq!(listed.count, listed.rows.len() as u64);
    let mut ids: Vec<_> = listed.rows.iter().map(|found| found.row.id).collect();
    ids.sort();
    ids
}

#[tokio::test]
async fn a_list_shows_the_work_that_is_asked_for() {
    let desk = Desk::open().await;
    let (core, alice, ann, hanna) = (&desk.core, &desk.alice, &desk.ann, &desk.hanna);
    let bob = core.user("bob").await;
    let mine = support(core, alice).await;
    let free = support(core, &bob).await;
    let ticket = desk.ticket().await.row.conversation_id;
    let private = group(core, ann, &[hanna]).await;
    claim(core, ann, mine).await.unwrap();
    let label = WriteLabel {
        name: "vip".into(),
        color: None,
    };
    let label = create_label(core, ann, label).await.unwrap().id;
    let urgent = UpdateConversation {
        work: ChangeWork {
            priority: Some(Priority::Urgent),
            labels: Some(vec![label]),
            ..ChangeWork::default()
        },
        ..UpdateConversation::default()
    };
    conversations::update(core, ann, free, urgent).await.unwrap();
    let view = |view| Query {
        view: Some(view),
        ..Query::default()
    };
    let all = Query::default();
    for (who, query, expected) in [
        (ann, view(View::Mine), vec![mine]),
        (hanna, view(View::Mine), vec![]),
        (ann, view(View::Unassigned), vec![free, ticket]),
        (hanna, view(View::Unassigned), vec![free]),
        (ann, view(View::All), vec![mine, free, ticket, private]),
        (
            ann,
            Query {
                label: Some(label),
                ..all.clone()
            },
            vec![free],
        ),
        (
            ann,
            Query {
                priority: Some(Priority::Urgent),
                ..all.clone()
            },
            vec![free],
        ),
        (
            ann,
            Query {
                kind: Some(Kind::Ticket),
                ..all.clone()
            },
            vec![ticket],
        ),
        (
            ann,
            Query {
                participant: Some(alice.id),
                ..all.clone()
            },
            vec![mine, ticket],
        ),
        (
            hanna,
            Query {
                participant: Some(alice.id),
                status: Some(Status::Open),
                ..all.clone()
            },
            vec![mine],
        ),
    ] {
        let mut expected = expected;
        expected.sort();
        assert_eq!(
            found(&desk, who, query.clone()).await,
            expected,
            "{} {query:?}",
            who.username
        );
    }
    for (name, query) in [
        ("view", view(View::All)),
        (
            "participant",
            Query {
                participant: Some(alice.id),
                ..all.clone()
            },
        ),
    ] {
        let refused = detail(list(core, alice, query).await);
        assert_eq!(refused, format!("Only agents and admins may give `{name}`"));
    }
}

#[tokio::test]
async fn the_staff_finds_a_customer_by_any_part_of_the_name() {
    let desk = Desk::open().await;
    let core = &desk.core;
    let command = Register {
        username: "jdoe77".into(),
        password: PASSWORD.into(),
        email: None,
        phone: None,
        full_name: Some("Jörg Ölmann".into()),
        role: Some(Role::User),
        department: None,
    };
    let jorg = Actor::of(&users::create(core, command).await.unwrap());
    let id = support(core, &jorg).await;
    let titled = UpdateConversation {
        title: Some("An order".into()),
        ..UpdateConversation::default()
    };
    conversations::update(core, &jorg, id, titled).await.unwrap();
    support(core, &desk.alice).await;
    let search = |text: &str| Query {
        search: Some(text.into()),
        ..Query::default()
    };
    for text in ["DOE77", "jörg", "mann", "Ölm", "order"] {
        assert_eq!(found(&desk, &desk.ann, search(text)).await, [id], "{text}");
    }
    assert!(found(&desk, &desk.ann, search("%")).await.is_empty());
    assert!(
        found(&desk, &jorg, search("doe77")).await.is_empty(),
        "their own by title"
    );
}

#[tokio::test]
async fn the_work_is_counted_by_status_and_by_who_has_it() {
    let desk = Desk::open().await;
    let (core, alice, ann) = (&desk.core, &desk.alice, &desk.ann);
    for _ in 0..3 {
        support(core, alice).await;
    }
    let waiting = support(core, alice).await;
    handoff(core, alice, waiting).await.unwrap();
    let mine = support(core, alice).await;
    claim(core, ann, mine).await.unwrap();
    desk.ticket().await;
    group(core, ann, &[]).await;
    let some = |open, pending| Counts {
        open,
        pending,
        ..Counts::default()
    };
    for (who, own, free, all) in [
        (ann, some(1, 0), some(4, 1), some(5, 1)),
        (&desk.ben, some(0, 0), some(4, 1), some(5, 1)),
        (&desk.hanna, some(0, 0), some(3, 1), some(4, 1)),
        (&desk.boss, some(0, 0), some(4, 1), some(5, 1)),
    ] {
        let counted = counts(core, who).await.unwrap();
        assert_eq!(
            (counted.mine, counted.unassigned, counted.all),
            (own, free, all),
            "{}",
            who.username
        );
    }
    let done = UpdateConversation {
        work: ChangeWork {
            status: Some(Status::Resolved),
            ..ChangeWork::default()
        },
        ..UpdateConversation::default()
    };
    conversations::update(core, ann, mine, done).await.unwrap();
    assert_eq!(counts(core, ann).await.unwrap().mine.resolved, 1);
    assert_eq!(code(counts(core, alice).await), "forbidden");
}
