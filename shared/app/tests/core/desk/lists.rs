//! The staff's lists and counts.

use super::Desk;
use crate::support::*;
use accounts::users::{self, Register};
use app::testing::PASSWORD;
use chat::conversations::{Counts, Query, View, counts, list};
use desk::work;
use desk::work::UpdateConversation;
use desk::work::{ChangeWork, WriteLabel, claim, create_label, handoff};
use entity::ConversationId;
use entity::conversation::{Kind, Priority, Status};
use entity::user::Role;
use kernel::actor::Actor;

async fn found(desk: &Desk, who: &Actor, query: Query) -> Vec<ConversationId> {
    let query = Query { limit: 50, ..query };
    let listed = list(&desk.app, who, query).await.unwrap();
    assert_eq!(listed.count, listed.rows.len() as u64);
    let mut ids: Vec<_> = listed.rows.iter().map(|found| found.row.id).collect();
    ids.sort();
    ids
}

#[tokio::test]
async fn a_list_shows_the_work_that_is_asked_for() {
    let desk = Desk::open().await;
    let (app, alice, ann, hanna) = (&desk.app, &desk.alice, &desk.ann, &desk.hanna);
    let bob = app.user("bob").await;
    let mine = support(app, alice).await;
    let free = support(app, &bob).await;
    let ticket = desk.ticket().await.row.conversation_id;
    let private = group(app, ann, &[hanna]).await;
    claim(app, ann, mine).await.unwrap();
    let label = WriteLabel {
        name: "vip".into(),
        color: None,
    };
    let label = create_label(app, ann, label).await.unwrap().id;
    let urgent = UpdateConversation {
        work: ChangeWork {
            priority: Some(Priority::Urgent),
            labels: Some(vec![label]),
            ..ChangeWork::default()
        },
        ..UpdateConversation::default()
    };
    work::update(app, ann, free, urgent).await.unwrap();
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
        let refused = detail(list(app, alice, query).await);
        assert_eq!(refused, format!("Only agents and admins may give `{name}`"));
    }
}

#[tokio::test]
async fn the_staff_finds_a_customer_by_any_part_of_the_name() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let command = Register {
        username: "jdoe77".into(),
        password: PASSWORD.into(),
        email: None,
        phone: None,
        full_name: Some("Jörg Ölmann".into()),
        role: Some(Role::User),
        department: None,
    };
    let jorg = Actor::of(&users::create(app, command).await.unwrap());
    let id = support(app, &jorg).await;
    let titled = UpdateConversation {
        title: Some("An order".into()),
        ..UpdateConversation::default()
    };
    work::update(app, &jorg, id, titled).await.unwrap();
    support(app, &desk.alice).await;
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
    let (app, alice, ann) = (&desk.app, &desk.alice, &desk.ann);
    for _ in 0..3 {
        support(app, alice).await;
    }
    let waiting = support(app, alice).await;
    handoff(app, alice, waiting).await.unwrap();
    let mine = support(app, alice).await;
    claim(app, ann, mine).await.unwrap();
    desk.ticket().await;
    group(app, ann, &[]).await;
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
        let counted = counts(app, who).await.unwrap();
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
    work::update(app, ann, mine, done).await.unwrap();
    assert_eq!(counts(app, ann).await.unwrap().mine.resolved, 1);
    assert_eq!(code(counts(app, alice).await), "forbidden");
}
