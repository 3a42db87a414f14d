//! The plan of every list query: none reads a whole table.

use crate::support::*;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryTrait, Statement, StreamTrait, TransactionTrait};
use shared::actor::Actor;
use shared::conversations::{Cursor, Query, list_query};
use shared::core::Core;
use shared::entity::user::Role;
use shared::testing::TestCore;

/// Tables that grow without end: no list query may read one whole.
const BIG: &[&str] = &["chat_conversation", "chat_participant", "chat_message", "chat_attachment", "chat_reaction", "accounts_user", "job"];

/// Enough that a plan means something: 40 people, 2,000 conversations, 20,000 messages, 5,000 jobs and uploads.
async fn fill(core: &Core) {
    let sqlite = core.db.is_sqlite();
    let series = |n: usize| {
        if sqlite {
            format!("(WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {n}) SELECT i FROM s)")
        } else {
            format!("(SELECT i FROM generate_series(1, {n}) AS s(i))")
        }
    };
    let id = |kind: char, n: &str| {
        if sqlite {
            format!("CAST(unhex(printf('{kind}%031d', {n})) AS BLOB)")
        } else {
            format!("('{kind}' || lpad(({n})::text, 31, '0'))::uuid")
        }
    };
    let (no, yes, now) = if sqlite { ("0", "1", "'2026-01-01T00:00:00+00:00'") } else { ("false", "true", "now()") };
    let kind = "CASE WHEN i % 3 = 0 THEN 'group' ELSE 'support' END";
    let (one, five) = (id('a', "i"), id('a', "(i % 2000) + 1"));
    let statements = [
        format!("INSERT INTO accounts_user (username, username_key, role, created_at, updated_at) SELECT 'u' || i, 'u' || i, 'user', {now}, {now} FROM {}", series(40)),
        format!("INSERT INTO chat_conversation (id, kind, title, title_key, status, bot_on, is_archived, last_seq, last_rev, created_at, updated_at) SELECT {one}, {kind}, 't' || i, 't' || i, 'open', {no}, {no}, 10, 10, {now}, {now} FROM {}", series(2000)),
        format!("INSERT INTO chat_participant (conversation_id, user_id, role, joined_at, last_read_seq, last_delivered_seq) SELECT {one}, (SELECT min(id) FROM accounts_user) + (i % 40), 'owner', {now}, 0, 0 FROM {}", series(2000)),
        format!("INSERT INTO chat_attachment (id, uploader_id, is_attached, file_name, file_size, content_type, state, key, created_at, updated_at) SELECT {}, (SELECT min(id) FROM accounts_user), CASE WHEN i % 100 = 0 THEN {no} ELSE {yes} END, 'f', 1, 'x', 'ready', 'k' || i, {now}, {now} FROM {}", id('b', "i"), series(5000)),
        format!("INSERT INTO chat_message (id, conversation_id, seq, rev, created_rev, sender_id, type, text, is_edited, is_deleted, created_at, updated_at) SELECT {}, {five}, (i - 1) / 2000 + 1, (i - 1) / 2000 + 1, (i - 1) / 2000 + 1, (SELECT min(id) FROM accounts_user), 'user', 'word' || i || ' common', {no}, {no}, {now}, {now} FROM {}", id('c', "i"), series(20_000)),
        format!("INSERT INTO job (id, kind, payload, state, attempts, run_at, created_at, updated_at) SELECT {}, 'sweep', '{{}}', CASE WHEN i % 500 = 0 THEN 'pending' ELSE 'done' END, 0, {now}, {now}, {now} FROM {}", id('d', "i"), series(5000)),
        "ANALYZE".into(),
    ];
    for sql in statements {
        core.db.execute_unprepared(&sql).await.unwrap_or_else(|error| panic!("{error}: {sql}"));
    }
}

/// The lines of a plan. Postgres is told to avoid whole tables, so that one that is read has no other way.
async fn plan(core: &Core, statement: &Statement) -> Vec<String> {
    let explain = if core.db.is_sqlite() { "EXPLAIN QUERY PLAN" } else { "EXPLAIN" };
    let sql = format!("{explain} {}", statement.sql);
    let transaction = core.db.pool().begin().await.unwrap();
    if !core.db.is_sqlite() {
        transaction.execute_unprepared("SET LOCAL enable_seqscan = off").await.unwrap();
    }
    let backend = transaction.get_database_backend();
    let explain = Statement { sql, values: statement.values.clone(), db_backend: backend };
    let rows = transaction.query_all_raw(explain).await.unwrap_or_else(|error| panic!("{error}: {}", statement.sql));
    let column = if backend == DbBackend::Sqlite { "detail" } else { "QUERY PLAN" };
    rows.iter().map(|row| row.try_get("", column).unwrap()).collect()
}

fn reads_a_whole_table(line: &str) -> bool {
    let line = line.trim();
    if let Some(scan) = line.strip_prefix("SCAN ") {
        // the full-text index is read through its own index, and a walk along an index in its order ends early
        let name = scan.split(' ').next().unwrap_or_default();
        return BIG.contains(&name) && !scan.contains("USING INDEX") && !scan.contains("USING COVERING INDEX");
    }
    BIG.iter().any(|table| line.contains(&format!("Seq Scan on {table}")))
}

/// What the core asks the database, recorded: see `Recorder`.
async fn check(core: &Core, name: &str, statements: &[Statement]) {
    assert!(!statements.is_empty(), "{name} asked nothing");
    for statement in statements {
        let plan = plan(core, statement).await;
        let bad = plan.iter().any(|line| reads_a_whole_table(line));
        assert!(!bad, "{name}\n{}\n{}", statement.sql, plan.join("\n"));
    }
}
