//! What the staff's console asks the database.

use super::*;

/// The work on conversations.
pub(super) async fn desk(app: &App, who: &Actor, id: ConversationId, name: &str) {
    let all = Query {
        limit: 10,
        ..Query::default()
    };
    let of = |view, status| Query {
        view: Some(view),
        status,
        ..all.clone()
    };
    for query in [
        of(View::Mine, None),
        of(View::Mine, Some(Status::Open)),
        of(View::Unassigned, None),
        of(View::Unassigned, Some(Status::Pending)),
        of(View::All, Some(Status::Snoozed)),
        Query {
            label: Some(LabelId(1)),
            ..all.clone()
        },
        Query {
            priority: Some(Priority::Urgent),
            ..all.clone()
        },
        Query {
            kind: Some(Kind::Ticket),
            ..all.clone()
        },
        Query {
            participant: Some(who.id),
            ..all.clone()
        },
    ] {
        check(app, &format!("{name}: {query:?}"), list(app, who, query)).await;
    }
    check(app, &format!("{name}: counts"), conversations::counts(app, who)).await;
    check(app, "claim", work::assign(app, who, id, Some(&Named::Id(who.id)))).await;
    let note = check(app, "note", work::add_note(app, who, id, "@agent look")).await;
    check(app, "notes", work::notes(app, who, id)).await;
    check(
        app,
        "note again",
        work::edit_note(app, who, note.id, "@boss look"),
    )
    .await;
    check(app, "no note", work::delete_note(app, who, note.id)).await;
    let until = app.clock.now() + chrono::Duration::hours(1);
    let snooze = UpdateConversation {
        work: ChangeWork {
            status: Some(Status::Snoozed),
            snoozed_until: Some(until),
            ..ChangeWork::default()
        },
        ..UpdateConversation::default()
    };
    check(app, "snooze", desk::work::update(app, who, id, snooze)).await;
    check(app, "wake", work::wake(app)).await;
    check(app, "hand back", work::hand_back(app, who, id)).await;
}

/// What stands beside it.
pub(super) async fn beside(app: &App, admin: &Actor, id: ConversationId) {
    let by_query = |query| async move { canned_replies::list(app, admin, query).await };
    check(app, "canned replies", by_query(Some("x"))).await;
    let reply = canned_replies::WriteCannedReply {
        shortcut: "hi".into(),
        text: "Hello".into(),
    };
    let kept = check(app, "keep", canned_replies::add(app, admin, reply.clone())).await;
    check(
        app,
        "replace",
        canned_replies::replace(app, admin, kept.id, reply),
    )
    .await;
    check(
        app,
        "suggest",
        replies::suggest(&app.assist, admin, id, Vec::new()),
    )
    .await;
    check(app, "trace", replies::trace(&app.assist, admin, id)).await;
    check(app, "customer", conversations::customer(app, admin, id)).await;
    check(app, "staff", desk::staff::list(app, admin)).await;
    check(app, "people", desk::staff::people(app, admin, 10, 10)).await;
    check(app, "find people", users::search(app, admin, "u1", 10)).await;
    check(app, "figures", figures::figures(app, admin)).await;
    for role in [None, Some(Role::User)] {
        let query = users::Query {
            role,
            limit: 10,
            ..users::Query::default()
        };
        let first = check(app, "users", users::browse(app, admin, &query)).await;
        let next = users::Query {
            cursor: first.next,
            ..query.clone()
        };
        let second = check(app, "users: next", users::browse(app, admin, &next)).await;
        let previous = users::Query {
            cursor: second.previous,
            ..query
        };
        check(app, "users: previous", users::browse(app, admin, &previous)).await;
    }
    check(app, "queues", jobs::queues(app, admin)).await;
    for state in [None, Some(State::Pending)] {
        let query = jobs::Query {
            state,
            limit: 3,
            ..jobs::Query::default()
        };
        let first = check(app, "jobs", jobs::list(app, admin, &query)).await;
        let next = jobs::Query {
            cursor: first.next,
            ..query.clone()
        };
        let second = check(app, "jobs: next", jobs::list(app, admin, &next)).await;
        let previous = jobs::Query {
            cursor: second.previous,
            ..query
        };
        check(app, "jobs: previous", jobs::list(app, admin, &previous)).await;
    }
    let named = users::UpdateUser {
        full_name: Some(Some("x".into())),
        ..users::UpdateUser::default()
    };
    check(app, "an account", users::change(app, admin, admin.id, named)).await;
}
