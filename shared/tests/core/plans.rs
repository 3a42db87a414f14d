//! The plan of every list query: none reads a whole table.

use crate::support::*;
use futures_util::FutureExt;
use sea_orm::{ConnectionTrait, DbBackend, Statement, TransactionTrait};
use shared::actor::Actor;
use shared::conversations::{self, Query, UpdateConversation, View, list};
use shared::core::Core;
use shared::desk::{self, ChangeWork};
use shared::entity::conversation::{Kind, Priority, Status};
use shared::entity::job::State;
use shared::entity::ticket::{Status as TicketStatus, Urgency};
use shared::entity::user::{Department, Role};
use shared::entity::{ConversationId, LabelId, MessageId};
use shared::error::Result;
use shared::event::Event;
use shared::messages::{self, Page, SendMessage};
use shared::rooms::{self, CreateRoom};
use shared::store::{outbox, search};
use shared::testing::{TestCore, statements};
use shared::users::Named;
use shared::webhooks::{Occurrence, Slots, UpdateEndpoint};
use shared::{
    attachments, canned_replies, figures, jobs, notifications, receipts, replies, tickets, users, webhooks,
};
use std::time::Duration;

/// Tables that grow without end: no list query may read one whole.
const BIG: &[&str] = &[
    "chat_conversation",
    "chat_participant",
    "chat_message",
    "chat_attachment",
    "chat_reaction",
    "accounts_user",
    "job",
    "ticket",
    "conversation_label",
    "conversation_note",
    "notification",
    "webhook_delivery",
];

/// Enough that a plan means something: 40 people, 2,000 conversations, 20,000 messages, 5,000 jobs and uploads.
async fn fill(core: &Core) {
    let sqlite = core.db.is_sqlite();
    let series = |n: usize| {
        if sqlite {
            format!(
                "(WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {n}) SELECT i FROM s)"
            )
        } else {
            format!("generate_series(1, {n}) AS s(i)")
        }
    };
    let id = |kind: char, n: &str| {
        if sqlite {
            format!("CAST(unhex(printf('{kind}%031d', {n})) AS BLOB)")
        } else {
            format!("('{kind}' || lpad(({n})::text, 31, '0'))::uuid")
        }
    };
    let (no, yes, now) = if sqlite {
        ("0", "1", "'2026-01-01T00:00:00+00:00'")
    } else {
        ("false", "true", "now()")
    };
    let kind = "CASE WHEN i % 3 = 0 THEN 'group' ELSE 'support' END";
    let (one, five) = (id('a', "i"), id('a', "(i % 2000) + 1"));
    let statements = [
        format!(
            "INSERT INTO accounts_user (username, username_key, role, created_at, updated_at) SELECT 'u' || i, 'u' || i, 'user', {now}, {now} FROM {}",
            series(40)
        ),
        format!(
            "INSERT INTO chat_conversation (id, kind, title, title_key, status, bot_on, is_archived, last_seq, last_rev, created_at, updated_at) SELECT {one}, {kind}, 't' || i, 't' || i, 'open', {no}, {no}, 10, 10, {now}, {now} FROM {}",
            series(2000)
        ),
        format!(
            "INSERT INTO chat_participant (conversation_id, user_id, role, joined_at, last_read_seq, last_delivered_seq) SELECT {one}, (SELECT min(id) FROM accounts_user) + (i % 40), 'owner', {now}, 0, 0 FROM {}",
            series(2000)
        ),
        format!(
            "INSERT INTO chat_attachment (id, uploader_id, is_attached, file_name, file_size, content_type, state, key, created_at, updated_at) SELECT {}, (SELECT min(id) FROM accounts_user), CASE WHEN i % 100 = 0 THEN {no} ELSE {yes} END, 'f', 1, 'x', 'ready', 'k' || i, {now}, {now} FROM {}",
            id('b', "i"),
            series(5000)
        ),
        format!(
            "INSERT INTO chat_message (id, conversation_id, seq, rev, created_rev, sender_id, type, text, words, is_edited, is_deleted, created_at, updated_at) SELECT {}, {five}, (i - 1) / 2000 + 1, (i - 1) / 2000 + 1, (i - 1) / 2000 + 1, (SELECT min(id) FROM accounts_user), 'user', 'word' || i || ' common', 'word' || i || ' common', {no}, {no}, {now}, {now} FROM {}",
            id('c', "i"),
            series(20_000)
        ),
        format!(
            "INSERT INTO webhook_endpoint (id, url, events, is_enabled, secret, created_at, updated_at) SELECT {}, 'http://127.0.0.1:1/', '[\"message.created\"]', {yes}, 'whsec_', {now}, {now} FROM {}",
            id('e', "i"),
            series(3)
        ),
        format!(
            "INSERT INTO webhook_delivery (id, endpoint_id, event_id, event_type, payload, status, attempts, tries, next_attempt_at, created_at, updated_at) SELECT {}, {}, 'm' || i, 'message.created', '{{}}', CASE WHEN i % 500 = 0 THEN 'failed' ELSE 'ok' END, '[]', 0, CASE WHEN i % 500 = 0 THEN {now} ELSE NULL END, {now}, {now} FROM {}",
            id('f', "i"),
            id('e', "(i % 3) + 1"),
            series(5000)
        ),
        format!(
            "INSERT INTO job (id, kind, payload, state, attempts, run_at, created_at, updated_at) SELECT {}, 'sweep', '{{}}', CASE WHEN i % 500 = 0 THEN 'pending' ELSE 'done' END, 0, {now}, {now}, {now} FROM {}",
            id('d', "i"),
            series(5000)
        ),
        format!(
            "INSERT INTO ticket (conversation_id, ticket_id, user_id, title, title_key, description, urgency, status, department, type, is_flagged, created_at, updated_at) SELECT {one}, 'TKT-' || i, (SELECT min(id) FROM accounts_user) + (i % 40), 't', 't', 'd', 'low', 'open', CASE WHEN i % 20 = 0 THEN 'IT' ELSE 'HR' END, 'other', {no}, {now}, {now} FROM {}",
            series(2000)
        ),
        format!(
            "INSERT INTO notification (id, user_id, kind, title, message, data, priority, cause, created_at) SELECT {}, (SELECT min(id) FROM accounts_user) + (i % 40), 'ticket_created', 't', 'm', '{{}}', 'low', 'c' || i, {now} FROM {}",
            id('e', "i"),
            series(5000)
        ),
        format!(
            "INSERT INTO label (name, name_key, color) SELECT 'l' || i, 'l' || i, '#000000' FROM {}",
            series(40)
        ),
        format!(
            "INSERT INTO conversation_label (conversation_id, label_id) SELECT {one}, (SELECT min(id) FROM label) + (i % 40) FROM {}",
            series(2000)
        ),
        format!(
            "INSERT INTO conversation_note (id, conversation_id, author_id, text, mentions, created_at, updated_at) SELECT {}, {five}, (SELECT min(id) FROM accounts_user), 'n', '[]', {now}, {now} FROM {}",
            id('c', "i"),
            series(5000)
        ),
        "ANALYZE".into(),
    ];
    for sql in statements {
        core.db
            .execute_unprepared(&sql)
            .await
            .unwrap_or_else(|error| panic!("{error}: {sql}"));
    }
}

/// The lines of a plan. Postgres is told to avoid whole tables, so that one that is read has no other way.
async fn plan(core: &Core, statement: &Statement) -> Vec<String> {
    let explain = if core.db.is_sqlite() {
        "EXPLAIN QUERY PLAN"
    } else {
        "EXPLAIN"
    };
    let sql = format!("{explain} {}", statement.sql);
    let transaction = TransactionTrait::begin(&*core.db).await.unwrap();
    if !core.db.is_sqlite() {
        transaction
            .execute_unprepared("SET LOCAL enable_seqscan = off")
            .await
            .unwrap();
    }
    let backend = transaction.get_database_backend();
    let explain = Statement {
        sql,
        values: statement.values.clone(),
        db_backend: backend,
    };
    let rows = transaction
        .query_all_raw(explain)
        .await
        .unwrap_or_else(|error| panic!("{error}: {}", statement.sql));
    let column = if backend == DbBackend::Sqlite {
        "detail"
    } else {
        "QUERY PLAN"
    };
    rows.iter().map(|row| row.try_get("", column).unwrap()).collect()
}

fn reads_a_whole_table(line: &str) -> bool {
    let line = line.trim();
    if let Some(scan) = line.strip_prefix("SCAN ") {
        // the full-text index is read through its own index, and a walk along an index in its order ends early
        let name = scan.split(' ').next().unwrap_or_default();
        let big = BIG.contains(&name) || name == "m" || name == "d";
        return big && !scan.contains("USING INDEX") && !scan.contains("USING COVERING INDEX");
    }
    BIG.iter()
        .any(|table| line.contains(&format!("Seq Scan on {table}")))
}

/// SQLite calls a walk along a table's own number, which ends at the limit, a scan too.
fn walks_to_its_limit(statement: &Statement, plan: &[String]) -> bool {
    let walks = |table: &str| {
        let ordered = format!(r#"ORDER BY "{table}"."id" DESC LIMIT"#);
        statement.sql.contains(&ordered) && plan.len() == 1 && plan[0].trim() == format!("SCAN {table}")
    };
    walks("ticket") || walks("accounts_user")
}

/// Looks at the plan of everything that the work asked the database.
async fn check<T>(core: &Core, name: &str, work: impl Future<Output = Result<T>>) -> T {
    let (done, asked) = statements(work).await;
    let done = done.unwrap_or_else(|error| panic!("{name}: {error:?}"));
    let asked: Vec<_> = asked
        .iter()
        .filter(|statement| {
            ["SELECT", "UPDATE", "DELETE"]
                .iter()
                .any(|verb| statement.sql.starts_with(verb))
        })
        .collect();
    assert!(!asked.is_empty(), "{name} asked nothing");
    for statement in asked {
        let plan = plan(core, statement).await;
        let bad = plan.iter().any(|line| reads_a_whole_table(line)) && !walks_to_its_limit(statement, &plan);
        assert!(!bad, "{name}\n{}\n{}", statement.sql, plan.join("\n"));
    }
    done
}

#[tokio::test]
async fn no_query_reads_a_whole_table() {
    let core = TestCore::new().await;
    let alice = core.user("alice").await;
    let agent = core.person("agent", Role::Agent, None).await;
    let admin = core.person("boss", Role::Admin, None).await;
    let mine = support(&core, &alice).await;
    let worked = support(&core, &alice).await;
    for n in 0..30 {
        say(&core, &alice, mine, &format!("kumquat common {n}")).await;
        support(&core, &alice).await;
    }
    fill(&core).await;

    for (who, name) in [(&alice, "user"), (&agent, "agent"), (&admin, "admin")] {
        let query = Query {
            limit: 10,
            ..Query::default()
        };
        let first = check(&core, &format!("{name}: list"), list(&core, who, query.clone())).await;
        let next = Query {
            cursor: first.next,
            ..query.clone()
        };
        let second = check(&core, &format!("{name}: next"), list(&core, who, next)).await;
        let previous = Query {
            cursor: second.previous,
            ..query.clone()
        };
        check(&core, &format!("{name}: previous"), list(&core, who, previous)).await;
        let waiting = Query {
            status: Some(Status::Pending),
            ..query.clone()
        };
        check(&core, &format!("{name}: waiting"), list(&core, who, waiting)).await;
        if who.id == alice.id {
            // any part of a title: staff walk all titles that they may see, by design
            let found = Query {
                search: Some("Chat".into()),
                ..query
            };
            check(&core, &format!("{name}: found"), list(&core, who, found)).await;
        } else {
            desk(&core, who, worked, name).await;
        }
        for conversation in [None, Some(mine)] {
            let words = search::Query {
                text: "common kumq".into(),
                conversation,
                before: None,
                limit: 5,
            };
            let hits = check(
                &core,
                &format!("{name}: search"),
                search::search(&core, who, words.clone()),
            )
            .await;
            let words = search::Query {
                before: hits.next,
                ..words
            };
            check(
                &core,
                &format!("{name}: search on"),
                search::search(&core, who, words),
            )
            .await;
        }
    }
    check(&core, "one conversation", conversations::get(&core, &alice, mine)).await;
    check(&core, "heads", conversations::heads(&core, &[mine])).await;
    check(&core, "another name", async {
        Ok(conversations::resolve(&core, "chat-000000000000").await.is_err())
    })
    .await;
    for page in [Page::Offset(3), Page::Last, Page::Before(9), Page::After(9)] {
        check(
            &core,
            &format!("{page:?}"),
            messages::list(&core, &alice, mine, page, 5),
        )
        .await;
    }
    check(
        &core,
        "changes",
        messages::changes(&core, &alice, mine, 3, Duration::ZERO),
    )
    .await;
    check(
        &core,
        "no changes",
        messages::changes(&core, &alice, mine, 30, Duration::ZERO),
    )
    .await;
    let newest = messages::list(&core, &alice, mine, Page::Last, 1).await.unwrap()[0].id;
    let full = SendMessage {
        client_id: Some("c".into()),
        reply_to: Some(newest),
        ..text("hi")
    };
    check(&core, "send", messages::send(&core, &alice, mine, full)).await;
    check(&core, "edit", crate::messages::edit(&core, &alice, newest, "new")).await;
    check(
        &core,
        "react",
        crate::messages::react(&core, &alice, newest, "x", false),
    )
    .await;
    let file = attachments::upload(&core, &alice, crate::writer::picture("x.gif"))
        .await
        .unwrap();
    let with_file = SendMessage {
        attachment: Some(file.id),
        ..text("look")
    };
    let carrier = check(&core, "attach", messages::send(&core, &alice, mine, with_file))
        .await
        .message
        .id;
    let job = newest_job(&core, "process_attachment").await;
    check(&core, "process", attachments::process(&core, job, file.id)).await;
    check(&core, "delete", crate::messages::delete(&core, &alice, carrier)).await;
    check(
        &core,
        "read",
        receipts::mark_read(&core, &agent, mine, receipts::UpTo::Messages(vec![newest])),
    )
    .await;
    check(
        &core,
        "newest question",
        replies::wait(&core, &alice, mine, Duration::ZERO),
    )
    .await;
    check(
        &core,
        "reply",
        replies::reply(&core, newest_job(&core, "reply_as_bot").await, mine, newest),
    )
    .await;
    check(
        &core,
        "sign in",
        users::login(&core, "+49 1", "x".repeat(8).into(), crate::auth::HERE).map(|_| Ok(())),
    )
    .await;
    check(
        &core,
        "orphans",
        attachments::purge_orphans(&core, chrono::Duration::days(1)),
    )
    .await;
    rooms(&core, &alice).await;
    check(&core, "due jobs", outbox::reconcile(&core)).await;
    check(&core, "backlog", outbox::backlog(&core)).await;
    check(&core, "claim", outbox::claim(&core, job)).await;
    check_desk(&core, &admin, mine).await;
    check_webhooks(&core, &admin, newest).await;
}

/// What the staff's console asks.
async fn desk(core: &Core, who: &Actor, id: ConversationId, name: &str) {
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

async fn check_desk(core: &Core, admin: &Actor, id: ConversationId) {
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

async fn check_webhooks(core: &Core, admin: &Actor, message: MessageId) {
    // the endpoints came in behind the core's back
    core.bus.publish_one(Event::WebhooksChanged);
    let endpoint = webhooks::list(core, admin).await.unwrap()[0].id;
    let log = |cursor| webhooks::deliveries(core, admin, endpoint, cursor, 20);
    let first = check(core, "log", log(None)).await;
    let second = check(core, "log: next", log(first.next)).await;
    check(core, "log: previous", log(second.previous)).await;
    let events = [Occurrence::MessageCreated { message }];
    let job = newest_job(core, "sweep").await;
    check(
        core,
        "fan out",
        webhooks::fan_out(core, job, &events, core.clock.now()),
    )
    .await;
    let slots = Slots {
        free: 64,
        ..Slots::default()
    };
    let claims = check(core, "due deliveries", webhooks::claim(core, &slots)).await;
    let mut made = Vec::new();
    for claim in claims {
        made.push(webhooks::attempt(core, claim).await);
    }
    assert!(!made.is_empty());
    check(core, "attempts", webhooks::record(core, made)).await;
    check(
        core,
        "replay",
        webhooks::replay(core, admin, endpoint, first.deliveries[0].id),
    )
    .await;
    let disable = UpdateEndpoint {
        enabled: Some(false),
        ..UpdateEndpoint::default()
    };
    check(core, "give up", webhooks::update(core, admin, endpoint, disable)).await;
    check(core, "old deliveries", webhooks::sweep(core)).await;
}

#[tokio::test]
async fn no_query_of_tickets_or_notifications_reads_a_whole_table() {
    let core = TestCore::new().await;
    let alice = core.user("alice").await;
    let agent = core.person("agent", Role::Agent, Some(Department::It)).await;
    let admin = core.person("boss", Role::Admin, None).await;
    fill(&core).await;
    let wanted = tickets::CreateTicket {
        title: None,
        description: "The printer is broken".into(),
        urgency: Urgency::Low,
        topic: None,
        station: None,
        owner: None,
        sorted: true,
    };
    let made = check(&core, "create", tickets::create(&core, &alice, wanted)).await;
    let which = tickets::Which::Number(made.row.id);
    for (who, name) in [(&alice, "user"), (&agent, "agent"), (&admin, "admin")] {
        let all = tickets::Query {
            limit: 10,
            ..tickets::Query::default()
        };
        let open = tickets::Query {
            statuses: vec![TicketStatus::Open],
            ..all.clone()
        };
        let owned = tickets::Query {
            owner: Some(alice.id),
            ..all.clone()
        };
        for query in [all, open, owned] {
            check(
                &core,
                &format!("{name}: {query:?}"),
                tickets::list(&core, who, &query),
            )
            .await;
        }
        check(&core, &format!("{name}: get"), tickets::get(&core, who, &which)).await;
        for unread in [false, true] {
            check(&core, name, notifications::list(&core, who, unread, 0, 10)).await;
        }
        check(&core, name, notifications::unread_since(&core, who, None, 10)).await;
        check(&core, name, notifications::mark_all_read(&core, who)).await;
        check(&core, &format!("{name}: conversations"), {
            let query = Query {
                limit: 10,
                ..Query::default()
            };
            list(&core, who, query)
        })
        .await;
    }
    check(&core, "statistics", tickets::statistics(&core, &admin)).await;
    let taken = tickets::UpdateTicket {
        status: Some(TicketStatus::Assigned),
        ..Default::default()
    };
    check(&core, "update", tickets::update(&core, &agent, &which, taken)).await;
    let said = say(&core, &alice, made.row.conversation_id, "Any news?").await;
    let job = newest_job(&core, "deliver_notification").await;
    let told = notifications::of_message(&core, job, made.row.conversation_id, said.id);
    check(&core, "of a message", told).await;
    let by = tickets::Deleters::Staff;
    check(&core, "delete", tickets::delete(&core, &admin, &which, by)).await;
}

async fn rooms(core: &Core, alice: &Actor) {
    let command = CreateRoom {
        name: "room".into(),
        ..CreateRoom::default()
    };
    let made = rooms::create(core, Some(alice), command).await.unwrap();
    let chat = made.alias.as_deref().unwrap_or_default();
    say(core, alice, made.id, "hi").await;
    check(core, "rooms", rooms::list(core, Some(alice), "alice", 0, 100)).await;
    check(core, "a room", rooms::get(core, Some(alice), chat)).await;
    check(
        core,
        "a room's messages",
        rooms::messages(core, Some(alice), chat, 0, 50),
    )
    .await;
    check(
        core,
        "unread",
        rooms::sync(core, Some(alice), chat, "alice", None, 50),
    )
    .await;
    let names = ["agent".to_owned()];
    let added = rooms::add(core, Some(alice), chat, &names);
    check(core, "add people", added).await;
    check(
        core,
        "remove people",
        rooms::remove(core, Some(alice), chat, "agent"),
    )
    .await;
    check(core, "delete a room", rooms::delete(core, Some(alice), chat)).await;
}

#[tokio::test]
async fn the_check_itself_sees_a_whole_table_being_read() {
    let core = TestCore::new().await;
    fill(&core).await;
    let sql = "SELECT count(*) FROM chat_message WHERE text LIKE '%x%'";
    let plan = plan(&core, &core.db.statement(sql, [])).await;
    assert!(plan.iter().any(|line| reads_a_whole_table(line)), "{plan:?}");
}
