//! Status, priority, labels, snoozing and opening again.

use super::{Desk, told};
use crate::support::*;
use app::App;
use app::testing::{TestApp, person};
use chat::conversations::{self, Conversation};
use chrono::Duration;
use desk::tickets::{self, UpdateTicket, Which};
use desk::work;
use desk::work::UpdateConversation;
use desk::work::{
    ChangeWork, UpdateLabel, WriteLabel, claim, create_label, delete_label, hand_back, labels, update_label,
    wake,
};
use entity::conversation::{Priority, Status};
use entity::notification::Kind;
use entity::ticket::Status as TicketStatus;
use entity::user::Role;
use entity::{ConversationId, LabelId};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::event::Event;

async fn change(app: &App, who: &Actor, id: ConversationId, work: ChangeWork) -> Result<Conversation> {
    let command = UpdateConversation {
        work,
        ..UpdateConversation::default()
    };
    work::update(app, who, id, command).await
}

fn to(status: Status) -> ChangeWork {
    ChangeWork {
        status: Some(status),
        ..ChangeWork::default()
    }
}

fn field<T>(result: Result<T>) -> String {
    match result {
        Err(Error::Invalid(errors)) => errors[0].field.clone(),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("accepted"),
    }
}

#[tokio::test]
async fn resolving_says_so_once_and_tells_the_owner_and_a_new_message_opens_it_again() {
    let desk = Desk::open().await;
    let (app, alice, ann) = (&desk.app, &desk.alice, &desk.ann);
    let id = support(app, alice).await;
    claim(app, ann, id).await.unwrap();
    let done = change(app, ann, id, to(Status::Resolved)).await.unwrap();
    assert_eq!(done.row.status, Status::Resolved);
    let again = change(app, ann, id, to(Status::Resolved)).await.unwrap();
    assert_eq!(again.row.last_rev, done.row.last_rev);
    assert_eq!(
        desk.notices(id).await,
        ["ann joined the conversation.", "The conversation was resolved."]
    );
    assert_eq!(desk.told(alice).await, [Kind::ConversationResolved]);
    say(app, ann, id, "One more thing").await;
    assert_eq!(
        desk.seen(ann, id).await.row.status,
        Status::Resolved,
        "an answer leaves it"
    );
    let mut events = listen(app);
    say(app, alice, id, "It is back").await;
    heard(
        &mut events,
        "the change",
        |event| matches!(event, Event::ConversationChanged { conversation } if *conversation == id),
    )
    .await;
    let open = desk.seen(ann, id).await;
    assert_eq!(
        (open.row.status, open.row.bot_on, open.row.assignee_id),
        (Status::Open, false, Some(ann.id))
    );
}

#[tokio::test]
async fn the_bot_answers_again_in_what_is_opened_again_and_nobody_has() {
    let desk = Desk::open().await;
    let (app, alice, ann) = (&desk.app, &desk.alice, &desk.ann);
    let id = support(app, alice).await;
    claim(app, ann, id).await.unwrap();
    desk::work::assign(app, ann, id, None).await.unwrap();
    change(app, ann, id, to(Status::Resolved)).await.unwrap();
    let before = jobs(app, "reply_as_bot").await.len();
    say(app, alice, id, "Hello").await;
    let open = desk.seen(ann, id).await;
    assert_eq!((open.row.status, open.row.bot_on), (Status::Open, true));
    assert_eq!(
        jobs(app, "reply_as_bot").await.len(),
        before + 1,
        "to this message already"
    );
}

#[tokio::test]
async fn a_tickets_status_is_one_wherever_it_is_changed() {
    let desk = Desk::open().await;
    let (app, alice, ben) = (&desk.app, &desk.alice, &desk.ben);
    let ticket = desk.ticket().await;
    let (id, which) = (
        ticket.row.conversation_id,
        Which::Name(ticket.row.ticket_id.clone()),
    );
    let status = || async { tickets::get(app, ben, &which).await.unwrap().row.status };
    claim(app, ben, id).await.unwrap();
    change(app, ben, id, to(Status::Resolved)).await.unwrap();
    assert_eq!(status().await, TicketStatus::Resolved);
    assert!(desk.told(alice).await.contains(&Kind::TicketResolved));
    assert!(
        !desk.told(alice).await.contains(&Kind::ConversationResolved),
        "once is enough"
    );
    change(app, ben, id, to(Status::Open)).await.unwrap();
    assert_eq!(status().await, TicketStatus::Assigned);
    let elsewhere = |status| UpdateTicket {
        status: Some(status),
        ..UpdateTicket::default()
    };
    tickets::update(app, ben, &which, elsewhere(TicketStatus::Resolved))
        .await
        .unwrap();
    assert_eq!(desk.seen(ben, id).await.row.status, Status::Resolved);
    say(app, alice, id, "Still broken").await;
    assert_eq!(status().await, TicketStatus::Assigned);
    assert_eq!(desk.seen(ben, id).await.row.status, Status::Open);
    // put off, then changed elsewhere: it stays put off
    let until = app.clock.now() + Duration::hours(1);
    let snooze = ChangeWork {
        snoozed_until: Some(until),
        ..to(Status::Snoozed)
    };
    change(app, ben, id, snooze).await.unwrap();
    let rename = UpdateTicket {
        title: Some("Printer".into()),
        ..UpdateTicket::default()
    };
    tickets::update(app, ben, &which, rename).await.unwrap();
    let seen = desk.seen(ben, id).await;
    assert_eq!(
        (seen.row.status, seen.row.title.as_str()),
        (Status::Snoozed, "Printer")
    );
    for next in [TicketStatus::Resolved, TicketStatus::Closed] {
        tickets::update(app, ben, &which, elsewhere(next)).await.unwrap();
    }
    assert!(
        desk.seen(ben, id).await.work.unwrap().snoozed_until.is_none(),
        "nothing wakes what is over"
    );
    say(app, alice, id, "Anybody?").await;
    assert_eq!(status().await, TicketStatus::Closed, "what is closed stays so");
    assert_eq!(desk.seen(ben, id).await.row.status, Status::Resolved);
    assert_eq!(
        code(change(app, ben, id, to(Status::Open)).await),
        "invalid_transition"
    );
    assert_eq!(code(desk::work::handoff(app, alice, id).await), "ticket_closed");
}

#[tokio::test]
async fn a_resolved_ticket_that_nobody_has_is_open_again_with_its_users_message() {
    let desk = Desk::open().await;
    let (app, alice, ben) = (&desk.app, &desk.alice, &desk.ben);
    let ticket = desk.ticket().await;
    let id = ticket.row.conversation_id;
    change(app, ben, id, to(Status::Resolved)).await.unwrap();
    say(app, alice, id, "No, it is not").await;
    let seen = desk.seen(ben, id).await;
    assert_eq!(seen.ticket.unwrap().status, TicketStatus::Open);
    assert_eq!(seen.row.status, Status::Open);
}

#[tokio::test]
async fn what_is_snoozed_wakes_at_its_time_and_its_assignee_is_told() {
    let app = TestApp::builder().fixed_clock().start().await;
    let alice = person(&app, "alice", Role::User, None).await;
    let ann = person(&app, "ann", Role::Agent, None).await;
    let (id, other) = (support(&app, &alice).await, support(&app, &alice).await);
    for id in [id, other] {
        claim(&app, &ann, id).await.unwrap();
    }
    let now = app.clock.now();
    let snooze = |after: Duration| ChangeWork {
        snoozed_until: Some(now + after),
        ..to(Status::Snoozed)
    };
    for (work, why) in [
        (to(Status::Snoozed), "without a time"),
        (snooze(Duration::zero()), "now"),
        (snooze(-Duration::seconds(1)), "in the past"),
        (snooze(Duration::days(366) + Duration::seconds(1)), "too far"),
        (
            ChangeWork {
                status: Some(Status::Open),
                ..snooze(Duration::hours(1))
            },
            "open",
        ),
        (
            ChangeWork {
                status: None,
                ..snooze(Duration::hours(1))
            },
            "no status",
        ),
    ] {
        assert_eq!(
            field(change(&app, &ann, id, work).await),
            "snoozed_until",
            "{why}"
        );
    }
    let put_off = change(&app, &ann, id, snooze(Duration::days(366))).await.unwrap();
    assert_eq!(put_off.row.status, Status::Snoozed);
    let sooner = change(&app, &ann, id, snooze(Duration::hours(1))).await.unwrap();
    let until = sooner.work.unwrap().snoozed_until.unwrap();
    assert_eq!(
        until.timestamp_micros(),
        (now + Duration::hours(1)).timestamp_micros()
    );
    change(&app, &ann, other, snooze(Duration::hours(2)))
        .await
        .unwrap();
    app.clock.advance(Duration::minutes(59));
    assert_eq!(wake(&app).await.unwrap(), 0);
    app.clock.advance(Duration::minutes(1));
    let mut events = listen(&app);
    let (one, two) = tokio::join!(wake(&app), wake(&app));
    assert_eq!(one.unwrap() + two.unwrap(), 1, "once, however many look");
    heard(
        &mut events,
        "the change",
        |event| matches!(event, Event::ConversationChanged { conversation } if *conversation == id),
    )
    .await;
    let woken = conversations::get(&app, &ann, id).await.unwrap();
    assert_eq!(woken.row.status, Status::Open);
    assert!(woken.work.unwrap().snoozed_until.is_none());
    assert_eq!(told(&app, &ann).await, [Kind::ConversationWoke]);
    // a message comes first
    say(&app, &alice, other, "I cannot wait").await;
    let open = conversations::get(&app, &ann, other).await.unwrap();
    assert_eq!(open.row.status, Status::Open);
    assert!(open.work.unwrap().snoozed_until.is_none());
    app.clock.advance(Duration::hours(3));
    assert_eq!(wake(&app).await.unwrap(), 0);
    // whatever ends it ends the waiting
    change(
        &app,
        &ann,
        id,
        ChangeWork {
            snoozed_until: Some(app.clock.now() + Duration::hours(1)),
            ..to(Status::Snoozed)
        },
    )
    .await
    .unwrap();
    hand_back(&app, &ann, id).await.unwrap();
    app.clock.advance(Duration::hours(2));
    assert_eq!(wake(&app).await.unwrap(), 0);
}

#[tokio::test]
async fn priority_and_labels_are_the_staffs() {
    let desk = Desk::open().await;
    let (app, alice, ann) = (&desk.app, &desk.alice, &desk.ann);
    let id = support(app, alice).await;
    let label = |name: &str| WriteLabel {
        name: name.into(),
        color: None,
    };
    let mut made = Vec::new();
    for name in ["Zeta", "alpha"] {
        made.push(create_label(app, ann, label(name)).await.unwrap().id);
    }
    let work = ChangeWork {
        priority: Some(Priority::Urgent),
        labels: Some(vec![made[0], made[1], made[0]]),
        ..ChangeWork::default()
    };
    assert_eq!(
        code(change(app, alice, id, work.clone()).await),
        "forbidden",
        "although it is hers"
    );
    let changed = change(app, ann, id, work.clone()).await.unwrap();
    let of_it = changed.work.unwrap();
    let names: Vec<_> = of_it.labels.iter().map(|label| label.name.as_str()).collect();
    assert_eq!((of_it.priority, names), (Priority::Urgent, vec!["alpha", "Zeta"]));
    let rev = desk.seen(ann, id).await.row.updated_at;
    change(app, ann, id, work).await.unwrap();
    assert_eq!(desk.seen(ann, id).await.row.updated_at, rev, "nothing changed");
    let only = |labels: Vec<LabelId>| ChangeWork {
        labels: Some(labels),
        ..ChangeWork::default()
    };
    let kept = change(app, ann, id, only(vec![made[0]])).await.unwrap();
    assert_eq!(kept.work.unwrap().labels[0].name, "Zeta");
    let unknown = change(app, ann, id, only(vec![LabelId(-7)])).await;
    assert_eq!(detail(unknown), "There is no label -7");
    let many = (1..=21).map(LabelId).collect();
    assert_eq!(field(change(app, ann, id, only(many)).await), "label_ids");
    let private = group(app, ann, &[]).await;
    assert_eq!(
        field(change(app, ann, private, to(Status::Resolved)).await),
        "status"
    );
    delete_label(app, &desk.boss, made[0]).await.unwrap();
    assert!(desk.seen(ann, id).await.work.unwrap().labels.is_empty());
}

#[tokio::test]
async fn labels_have_a_name_of_their_own_and_a_colour() {
    let desk = Desk::open().await;
    let (app, ann) = (&desk.app, &desk.ann);
    let label = |name: &str, color: Option<&str>| WriteLabel {
        name: name.into(),
        color: color.map(Into::into),
    };
    let made = create_label(app, ann, label(" Größe ", None)).await.unwrap();
    assert_eq!((made.name.as_str(), made.color.as_str()), ("Größe", "#64748b"));
    assert_eq!(
        code(create_label(app, ann, label("GRÖSSE", None)).await),
        "ok",
        "another word"
    );
    assert_eq!(
        code(create_label(app, ann, label("größe", None)).await),
        "label_exists"
    );
    for (name, color) in [
        ("", None),
        ("  ", None),
        ("a\0", None),
        (&*"x".repeat(41), None),
        ("c", Some("red")),
        ("c", Some("#12345")),
        ("c", Some("#12345g")),
        ("c", Some("12345ab")),
    ] {
        assert_eq!(
            code(create_label(app, ann, label(name, color)).await),
            "validation_error",
            "{name} {color:?}"
        );
    }
    let paint = UpdateLabel {
        name: None,
        color: Some("#ABCDEF".into()),
    };
    let painted = update_label(app, ann, made.id, paint).await.unwrap();
    assert_eq!(
        (painted.name.as_str(), painted.color.as_str()),
        ("Größe", "#abcdef")
    );
    let taken = UpdateLabel {
        name: Some("grösse".into()),
        color: None,
    };
    assert_eq!(
        code(update_label(app, ann, made.id, taken.clone()).await),
        "label_exists"
    );
    assert_eq!(
        code(update_label(app, ann, LabelId(999), taken).await),
        "not_found"
    );
    assert_eq!(labels(app, ann).await.unwrap().len(), 2);
    assert_eq!(code(delete_label(app, ann, made.id).await), "forbidden");
    delete_label(app, &desk.boss, made.id).await.unwrap();
    assert_eq!(code(delete_label(app, &desk.boss, made.id).await), "not_found");
    for refused in [
        code(labels(app, &desk.alice).await),
        code(create_label(app, &desk.alice, label("mine", None)).await),
    ] {
        assert_eq!(refused, "forbidden");
    }
}
