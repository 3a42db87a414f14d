//! The migrated schema and the entities say the same, on both databases, and migrations go down and up again.

use crate::support::*;
use app::App;
use app::testing::TestApp;
use entity::{
    account_token, article, article_image, article_vectors, article_version, attachment, canned_reply,
    conversation, conversation_label, conversation_note, job, label, message, misuse_report, notification,
    participant, prompt, push_subscription, reaction, refresh_token, session, station, ticket, user,
    webhook_delivery, webhook_endpoint,
};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ColumnTrait, ColumnType, ConnectionTrait, EntityTrait, IdenStatic, Iterable};
use std::collections::{BTreeMap, BTreeSet};

/// A column as both sides can say it: what it holds, and whether it may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Column {
    holds: &'static str,
    nullable: bool,
}

type Table = BTreeMap<String, Column>;

/// Tables without an entity: the migrations' own, and SQLite's full-text index.
const EXTRAS: &[&str] = &["seaql_migrations", "chat_message_doc", "chat_message_fts"];

fn told<E: EntityTrait>(entity: E) -> (String, Table) {
    let columns = E::Column::iter().map(|column| {
        let definition = column.def();
        let holds = match definition.get_column_type() {
            ColumnType::BigInteger => "i64",
            ColumnType::Integer => "i32",
            ColumnType::String(_) | ColumnType::Text => "text",
            ColumnType::Uuid => "uuid",
            ColumnType::Boolean => "bool",
            ColumnType::TimestampWithTimeZone => "time",
            ColumnType::Json | ColumnType::JsonBinary => "json",
            ColumnType::Enum { .. } => "text",
            ColumnType::Double => "f64",
            ColumnType::Blob | ColumnType::VarBinary(_) => "bytes",
            other => panic!("{}: {other:?}", column.as_str()),
        };
        let nullable = definition.is_null();
        (column.as_str().to_owned(), Column { holds, nullable })
    });
    (entity.table_name().to_owned(), columns.collect())
}

fn entities() -> BTreeMap<String, Table> {
    BTreeMap::from([
        told(account_token::Entity),
        told(article::Entity),
        told(article_image::Entity),
        told(article_vectors::Entity),
        told(article_version::Entity),
        told(attachment::Entity),
        told(canned_reply::Entity),
        told(conversation::Entity),
        told(conversation_label::Entity),
        told(conversation_note::Entity),
        told(job::Entity),
        told(label::Entity),
        told(message::Entity),
        told(misuse_report::Entity),
        told(notification::Entity),
        told(participant::Entity),
        told(prompt::Entity),
        told(push_subscription::Entity),
        told(reaction::Entity),
        told(refresh_token::Entity),
        told(session::Entity),
        told(station::Entity),
        told(ticket::Entity),
        told(user::Entity),
        told(webhook_delivery::Entity),
        told(webhook_endpoint::Entity),
    ])
}

async fn rows(app: &App, sql: &str) -> Vec<sea_orm::QueryResult> {
    let statement = app.db.statement(sql, []);
    app.db.query_all_raw(statement).await.expect(sql)
}

async fn tables(app: &App) -> BTreeSet<String> {
    let sql = if app.db.is_sqlite() {
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    } else {
        "SELECT table_name::text AS name FROM information_schema.tables WHERE table_schema = 'public'"
    };
    let names = rows(app, sql).await;
    names.iter().map(|row| row.try_get("", "name").unwrap()).collect()
}

async fn stored(app: &App, table: &str) -> Table {
    if app.db.is_sqlite() {
        let columns = rows(app, &format!("PRAGMA table_info({table})")).await;
        return columns
            .iter()
            .map(|row| {
                let kind: String = row.try_get("", "type").unwrap();
                let holds = match kind.to_lowercase().split('(').next().unwrap() {
                    "integer" | "bigint" => "integer",
                    "varchar" | "text" => "text",
                    "uuid_text" => "uuid",
                    "boolean" => "bool",
                    "double" => "f64",
                    "blob" => "bytes",
                    "timestamp_with_timezone_text" => "time",
                    "jsonb_text" | "json_text" => "json",
                    other => panic!("{table}: {other}"),
                };
                let (not_null, key): (i32, i32) = (
                    row.try_get("", "notnull").unwrap(),
                    row.try_get("", "pk").unwrap(),
                );
                let nullable = not_null == 0 && key == 0;
                (row.try_get("", "name").unwrap(), Column { holds, nullable })
            })
            .collect();
    }
    let sql = format!(
        "SELECT column_name::text AS name, udt_name::text AS type, is_nullable = 'YES' AS nullable \
         FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '{table}'"
    );
    rows(app, &sql)
        .await
        .iter()
        .map(|row| {
            let kind: String = row.try_get("", "type").unwrap();
            let holds = match kind.as_str() {
                "int8" => "i64",
                "int4" => "i32",
                "varchar" | "text" => "text",
                "uuid" => "uuid",
                "bool" => "bool",
                "float8" => "f64",
                "timestamptz" => "time",
                "bytea" => "bytes",
                "jsonb" => "json",
                other => panic!("{table}: {other}"),
            };
            let nullable = row.try_get("", "nullable").unwrap();
            (row.try_get("", "name").unwrap(), Column { holds, nullable })
        })
        .collect()
}

async fn agree(app: &App) {
    let entities = entities();
    for (table, columns) in &entities {
        let mut columns = columns.clone();
        if app.db.is_sqlite() {
            // it has one kind of integer, of 64 bits
            for column in columns
                .values_mut()
                .filter(|column| ["i32", "i64"].contains(&column.holds))
            {
                column.holds = "integer";
            }
        }
        assert_eq!(stored(app, table).await, columns, "{table}");
    }
    let unknown: Vec<_> = tables(app)
        .await
        .into_iter()
        .filter(|table| !entities.contains_key(table) && !EXTRAS.iter().any(|extra| table.starts_with(extra)))
        .collect();
    assert_eq!(unknown, Vec::<String>::new(), "tables without an entity");
}

#[tokio::test]
async fn the_migrated_schema_and_the_entities_agree() {
    let app = TestApp::new().await;
    agree(&app).await;
    assert!(app.db.is_current().await.unwrap());
}

#[tokio::test]
async fn migrations_go_down_and_up_again() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let id = support(&app, &alice).await;
    say(&app, &alice, id, "what was here goes").await;
    Migrator::down(app.db.connection(), None).await.unwrap();
    let left = tables(&app).await;
    assert_eq!(
        left.iter().map(String::as_str).collect::<Vec<_>>(),
        ["seaql_migrations"]
    );
    assert!(!app.db.is_current().await.unwrap());
    app.db.migrate().await.unwrap();
    app.db.migrate().await.unwrap();
    agree(&app).await;
    assert!(accounts::users::list(&app, None).await.unwrap().is_empty());
    assert_eq!(
        assist::knowledge::prompts(&app.assist).await.unwrap().len(),
        5,
        "seeded anew"
    );
}

#[tokio::test]
async fn several_instances_may_start_at_once_on_an_empty_database() {
    if !app::testing::production() {
        return;
    }
    let place = app::testing::Place::empty().await;
    let starts = (0..4).map(|_| place.app(kernel::clock::Clock::System, &[]));
    for app in futures_util::future::join_all(starts).await {
        assert!(app.db.is_current().await.unwrap());
        assert_eq!(&*app.bot.account().unwrap().username, "bot");
    }
}
