//! The plan of every list query: none reads a whole table.

mod fill;
mod others;
mod panel;
mod staff;

use crate::support::*;
use accounts::users;
use accounts::users::Named;
use app::App;
use app::testing::TestApp;
use assist::replies;
use chat::attachments;
use chat::conversations::{self, Query, View, list};
use chat::messages::{self, Page, SendMessage};
use chat::receipts;
use chat::rooms::{self, CreateRoom};
use chat::search;
use desk::canned_replies;
use desk::figures;
use desk::notifications;
use desk::tickets;
use desk::work::UpdateConversation;
use desk::work::{self, ChangeWork};
use entity::conversation::{Kind, Priority, Status};
use entity::job::State;
use entity::ticket::{Status as TicketStatus, Urgency};
use entity::user::{Department, Role};
use entity::{ConversationId, LabelId, MessageId};
use fill::fill;
use futures_util::FutureExt;
use kernel::actor::Actor;
use kernel::error::Result;
use kernel::event::Event;
use kernel::webhook_event::WebhookEvent;
use outreach::webhooks;
use outreach::webhooks::{Slots, UpdateEndpoint};
use platform::job_store;
use platform::jobs;
use platform::recording::statements;
use sea_orm::{ConnectionTrait, DbBackend, Statement, TransactionTrait};
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
    "misuse_report",
    "webhook_delivery",
];

/// The lines of a plan. Postgres is told to avoid whole tables, so that one that is read has no other way.
async fn plan(app: &App, statement: &Statement) -> Vec<String> {
    let explain = if app.db.is_sqlite() {
        "EXPLAIN QUERY PLAN"
    } else {
        "EXPLAIN"
    };
    let sql = format!("{explain} {}", statement.sql);
    let transaction = TransactionTrait::begin(app.db.connection()).await.unwrap();
    if !app.db.is_sqlite() {
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
async fn check<T>(app: &App, name: &str, work: impl Future<Output = Result<T>>) -> T {
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
        let plan = plan(app, statement).await;
        let bad = plan.iter().any(|line| reads_a_whole_table(line)) && !walks_to_its_limit(statement, &plan);
        assert!(!bad, "{name}\n{}\n{}", statement.sql, plan.join("\n"));
    }
    done
}

#[tokio::test]
async fn no_query_reads_a_whole_table() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let agent = app.person("agent", Role::Agent, None).await;
    let admin = app.person("boss", Role::Admin, None).await;
    let mine = support(&app, &alice).await;
    let worked = support(&app, &alice).await;
    for n in 0..30 {
        say(&app, &alice, mine, &format!("kumquat common {n}")).await;
        support(&app, &alice).await;
    }
    fill(&app).await;

    for (who, name) in [(&alice, "user"), (&agent, "agent"), (&admin, "admin")] {
        let query = Query {
            limit: 10,
            ..Query::default()
        };
        let first = check(&app, &format!("{name}: list"), list(&app, who, query.clone())).await;
        let next = Query {
            cursor: first.next,
            ..query.clone()
        };
        let second = check(&app, &format!("{name}: next"), list(&app, who, next)).await;
        let previous = Query {
            cursor: second.previous,
            ..query.clone()
        };
        check(&app, &format!("{name}: previous"), list(&app, who, previous)).await;
        let waiting = Query {
            status: Some(Status::Pending),
            ..query.clone()
        };
        check(&app, &format!("{name}: waiting"), list(&app, who, waiting)).await;
        if who.id == alice.id {
            // any part of a title: staff walk all titles that they may see, by design
            let found = Query {
                search: Some("Chat".into()),
                ..query
            };
            check(&app, &format!("{name}: found"), list(&app, who, found)).await;
        } else {
            staff::desk(&app, who, worked, name).await;
        }
        for conversation in [None, Some(mine)] {
            let words = search::Query {
                text: "common kumq".into(),
                conversation,
                before: None,
                limit: 5,
            };
            let hits = check(
                &app,
                &format!("{name}: search"),
                search::search(&app, who, words.clone()),
            )
            .await;
            let words = search::Query {
                before: hits.next,
                ..words
            };
            check(
                &app,
                &format!("{name}: search on"),
                search::search(&app, who, words),
            )
            .await;
        }
    }
    check(&app, "one conversation", conversations::get(&app, &alice, mine)).await;
    check(&app, "heads", conversations::heads(&app, &[mine])).await;
    check(&app, "another name", async {
        Ok(conversations::resolve(&app, "chat-000000000000").await.is_err())
    })
    .await;
    for page in [Page::Offset(3), Page::Last, Page::Before(9), Page::After(9)] {
        check(
            &app,
            &format!("{page:?}"),
            messages::list(&app, &alice, mine, page, 5),
        )
        .await;
    }
    check(
        &app,
        "changes",
        messages::changes(&app, &alice, mine, 3, Duration::ZERO),
    )
    .await;
    check(
        &app,
        "no changes",
        messages::changes(&app, &alice, mine, 30, Duration::ZERO),
    )
    .await;
    let newest = messages::list(&app, &alice, mine, Page::Last, 1).await.unwrap()[0].id;
    let full = SendMessage {
        client_id: Some("c".into()),
        reply_to: Some(newest),
        ..text("hi")
    };
    check(&app, "send", messages::send(&app, &alice, mine, full)).await;
    check(&app, "edit", crate::messages::edit(&app, &alice, newest, "new")).await;
    check(
        &app,
        "react",
        crate::messages::react(&app, &alice, newest, "x", false),
    )
    .await;
    let file = attachments::upload(&app, &alice, crate::writer::picture("x.gif"))
        .await
        .unwrap();
    let with_file = SendMessage {
        attachment: Some(file.id),
        ..text("look")
    };
    let carrier = check(&app, "attach", messages::send(&app, &alice, mine, with_file))
        .await
        .message
        .id;
    let job = newest_job(&app, "process_attachment").await;
    let held = lease(&app, job).await;
    check(&app, "process", attachments::process(&app, held, file.id)).await;
    check(&app, "delete", crate::messages::delete(&app, &alice, carrier)).await;
    check(
        &app,
        "read",
        receipts::mark_read(&app, &agent, mine, receipts::UpTo::Messages(vec![newest])),
    )
    .await;
    check(
        &app,
        "newest question",
        replies::wait(&app.assist, &alice, mine, Duration::ZERO),
    )
    .await;
    check(
        &app,
        "reply",
        replies::reply(
            &app.assist,
            newest_lease(&app, "reply_as_bot").await,
            mine,
            newest,
        ),
    )
    .await;
    check(
        &app,
        "sign in",
        users::login(&app, "+49 1", "x".repeat(8).into(), crate::auth::HERE).map(|_| Ok(())),
    )
    .await;
    check(
        &app,
        "orphans",
        attachments::purge_orphans(&app, chrono::Duration::days(1)),
    )
    .await;
    check(
        &app,
        "files and rows",
        attachments::reconcile_files(&app, chrono::Duration::days(1), Duration::ZERO),
    )
    .await;
    check(
        &app,
        "older messages",
        chat::render_older::render_older(&app, Duration::ZERO),
    )
    .await;
    others::rooms(&app, &alice).await;
    check(&app, "due jobs", job_store::reconcile(&app)).await;
    check(&app, "unknown jobs", job_store::report_unknown(&app)).await;
    check(&app, "backlog", job_store::backlog(&app)).await;
    check(&app, "claim", job_store::claim(&app, job)).await;
    staff::beside(&app, &admin, mine).await;
    others::webhooks(&app, &admin, newest).await;
}

#[tokio::test]
async fn the_check_itself_sees_a_whole_table_being_read() {
    let app = TestApp::new().await;
    fill(&app).await;
    let sql = "SELECT count(*) FROM chat_message WHERE text LIKE '%x%'";
    let plan = plan(&app, &app.db.statement(sql, [])).await;
    assert!(plan.iter().any(|line| reads_a_whole_table(line)), "{plan:?}");
}
