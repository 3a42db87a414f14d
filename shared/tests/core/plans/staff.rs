//! What the staff's console asks the database.

use super::*;

/// The work on conversations.
pub(super) async fn desk(core: &Core, who: &Actor, id: ConversationId, name: &str) {
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
        check(core, &format!("{name}: {query:?}"), list(core, who, query)).await;
    }
    check(core, &format!("{name}: counts"), conversations::counts(core, who)).await;
    check(
        core,
        "claim",
        desk::assign(core, who, id, Some(&Named::Id(who.id))),
    )
    .await;
    let note = check(core, "note", desk::add_note(core, who, id, "@agent look")).await;
    check(core, "notes", desk::notes(core, who, id)).await;
    check(
        core,
        "note again",
        desk::edit_note(core, who, note.id, "@boss look"),
    )
    .await;
    check(core, "no note", desk::delete_note(core, who, note.id)).await;
    let until = core.clock.now() + chrono::Duration::hours(1);
    let snooze = UpdateConversation {
        work: ChangeWork {
            status: Some(Status::Snoozed),
            snoozed_until: Some(until),
            ..ChangeWork::default()
        },
        ..UpdateConversation::default()
    };
    check(core, "snooze", conversations::update(core, who, id, snooze)).await;
    check(core, "wake", desk::wake(core)).await;
    check(core, "hand back", desk::hand_back(core, who, id)).await;
}

/// What stands beside it.
pub(super) async fn beside(core: &Core, admin: &Actor, id: ConversationId) {
    let by_query = |query| async move { canned_replies::list(core, admin, query).await };
    check(core, "canned replies", by_query(Some("x"))).await;
    let reply = canned_replies::WriteCannedReply {
        shortcut: "hi".into(),
        text: "Hello".into(),
    };
    let kept = check(core, "keep", canned_replies::add(core, admin, reply.clone())).await;
    check(
        core,
        "replace",
        canned_replies::replace(core, admin, kept.id, reply),
    )
    .await;
    check(core, "suggest", replies::suggest(core, admin, id, Vec::new())).await;
    check(core, "trace", replies::trace(core, admin, id)).await;
    check(core, "customer", conversations::customer(core, admin, id)).await;
    check(core, "staff", users::staff(core, admin)).await;
    check(core, "figures", figures::figures(core, admin)).await;
    for role in [None, Some(Role::User)] {
        let query = users::Query {
            role,
            limit: 10,
            ..users::Query::default()
        };
        let first = check(core, "users", users::browse(core, admin, &query)).await;
        let next = users::Query {
            cursor: first.next,
            ..query.clone()
        };
        let second = check(core, "users: next", users::browse(core, admin, &next)).await;
        let previous = users::Query {
            cursor: second.previous,
            ..query
        };
        check(core, "users: previous", users::browse(core, admin, &previous)).await;
    }
    check(core, "queues", jobs::queues(core, admin)).await;
    for state in [None, Some(State::Pending)] {
        let query = jobs::Query {
            state,
            limit: 3,
            ..jobs::Query::default()
        };
        let first = check(core, "jobs", jobs::list(core, admin, &query)).await;
        let next = jobs::Query {
            cursor: first.next,
            ..query.clone()
        };
        let second = check(core, "jobs: next", jobs::list(core, admin, &next)).await;
        let previous = jobs::Query {
            cursor: second.previous,
            ..query
        };
        check(core, "jobs: previous", jobs::list(core, admin, &previous)).await;
    }
    let named = users::UpdateUser {
        full_name: Some(Some("x".into())),
        ..users::UpdateUser::default()
    };
    check(core, "an account", users::change(core, admin, admin.id, named)).await;
}
