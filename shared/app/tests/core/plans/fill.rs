//! A database large enough that a plan means something.

use super::*;

/// Enough that a plan means something: 40 people, 2,000 conversations, 20,000 messages, 5,000 jobs and uploads.
pub(super) async fn fill(app: &App) {
    let sqlite = app.db.is_sqlite();
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
            "INSERT INTO job (id, kind, payload, state, queue, starts, failures, run_at, created_at, updated_at) SELECT {}, 'sweep', '{{}}', CASE WHEN i % 500 = 0 THEN 'pending' ELSE 'done' END, 'maintenance', 0, 0, {now}, {now}, {now} FROM {}",
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
            "INSERT INTO misuse_report (id, user_id, kind, severity, found, cause, created_at, reviewed_at) SELECT {}, (SELECT min(id) FROM accounts_user) + (i % 40), 'spam_content', 'low', 'x', 'c' || i, {now}, CASE WHEN i % 2 = 0 THEN {now} ELSE NULL END FROM {}",
            id('a', "i"),
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
        app.db
            .execute_unprepared(&sql)
            .await
            .unwrap_or_else(|error| panic!("{error}: {sql}"));
    }
}
