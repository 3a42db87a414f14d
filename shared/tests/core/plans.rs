//! The plan of every list query: none reads a whole table.

mod fill;
mod others;
mod staff;

use crate::support::*;
use fill::fill;
use futures_util::FutureExt;
use kernel::actor::Actor;
use kernel::error::Result;
use kernel::event::Event;
use platform::recording::statements;
use sea_orm::{ConnectionTrait, DbBackend, Statement, TransactionTrait};
use shared::conversations::{self, Query, UpdateConversation, View, list};
use shared::core::Core;
use shared::desk::{self, ChangeWork};
use shared::entity::conversation::{Kind, Priority, Status};
use shared::entity::job::State;
use shared::entity::ticket::{Status as TicketStatus, Urgency};
use shared::entity::user::{Department, Role};
use shared::entity::{ConversationId, LabelId, MessageId};
use shared::messages::{self, Page, SendMessage};
use shared::rooms::{self, CreateRoom};
use shared::store::{outbox, search};
use shared::testing::TestCore;
use shared::users::Named;
use shared::webhooks::{Slots, UpdateEndpoint, WebhookEvent};
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

/// The lines of a plan. Postgres is told to avoid whole tables, so that one that is read has no other way.
async fn plan(core: &Core, statement: &Statement) -> Vec<String> {
    let explain = if core.db.is_sqlite() {
        "EXPLAIN QUERY PLAN"
    } else {
        "EXPLAIN"
    };
    let sql = format!("{explain} {}", statement.sql);
    let transaction = TransactionTrait::begin(core.db.connection()).await.unwrap();
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
            staff::desk(&core, who, worked, name).await;
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
    let held = lease(&core, job).await;
    check(&core, "process", attachments::process(&core, held, file.id)).await;
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
        replies::reply(&core, newest_lease(&core, "reply_as_bot").await, mine, newest),
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
    check(
        &core,
        "files and rows",
        attachments::reconcile_files(&core, chrono::Duration::days(1), Duration::ZERO),
    )
    .await;
    check(
        &core,
        "older messages",
        shared::render_older::render_older(&core, Duration::ZERO),
    )
    .await;
    others::rooms(&core, &alice).await;
    check(&core, "due jobs", outbox::reconcile(&core)).await;
    check(&core, "unknown jobs", outbox::report_unknown(&core)).await;
    check(&core, "backlog", outbox::backlog(&core)).await;
    check(&core, "claim", outbox::claim(&core, job)).await;
    staff::beside(&core, &admin, mine).await;
    others::webhooks(&core, &admin, newest).await;
}

#[tokio::test]
async fn the_check_itself_sees_a_whole_table_being_read() {
    let core = TestCore::new().await;
    fill(&core).await;
    let sql = "SELECT count(*) FROM chat_message WHERE text LIKE '%x%'";
    let plan = plan(&core, &core.db.statement(sql, [])).await;
    assert!(plan.iter().any(|line| reads_a_whole_table(line)), "{plan:?}");
}
