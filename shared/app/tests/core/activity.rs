//! When a conversation was last active: at once where it was quiet, within a second where it is busy.

use crate::messages::react;
use crate::support::*;
use app::App;
use app::testing::{Place, TestApp, person};
use chat::conversations::{self, Query};
use chrono::{DateTime, Duration, Utc};
use entity::user::Role;
use entity::{ConversationId, conversation};
use kernel::clock::Clock;
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, Statement};

async fn active(app: &App, id: ConversationId) -> DateTime<Utc> {
    let row = conversation::Entity::find_by_id(id).one(&*app.db).await;
    row.unwrap().expect("the conversation").updated_at
}

/// Waits until it is this.
async fn until_active(app: &App, id: ConversationId, at: DateTime<Utc>) {
    let stored = async {
        while active(app, id).await != at {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let limit = std::time::Duration::from_secs(10);
    tokio::time::timeout(limit, stored)
        .await
        .expect("stored within a second");
}

#[tokio::test]
async fn a_burst_moves_its_conversation_with_its_first_message_and_once_more_after_it() {
    let app = TestApp::builder().fixed_clock().start().await;
    let alice = app.user("alice").await;
    let (one, two) = (support(&app, &alice).await, support(&app, &alice).await);
    app.clock.advance(Duration::milliseconds(100));
    let first = say(&app, &alice, one, "first").await.created_at;
    assert_eq!(active(&app, one).await, first, "it was quiet");
    let query = Query {
        limit: 10,
        ..Query::default()
    };
    let listed = conversations::list(&app, &alice, query).await.unwrap();
    let ids: Vec<_> = listed.rows.iter().map(|row| row.row.id).collect();
    assert_eq!(ids, [one, two], "and stands first at once");

    app.clock.advance(Duration::milliseconds(400));
    let second = say(&app, &alice, one, "second").await.created_at;
    assert_eq!(second - first, Duration::milliseconds(400));
    let shown = conversations::get(&app, &alice, one).await.unwrap();
    assert_eq!(shown.active_at(), second, "whoever reads it is shown so at once");
    until_active(&app, one, second).await;

    app.clock.advance(Duration::milliseconds(1100));
    let third = say(&app, &alice, one, "third").await.created_at;
    assert_eq!(active(&app, one).await, third, "it was quiet for a second");
}

#[tokio::test]
async fn a_reaction_is_no_activity() {
    let app = TestApp::builder().fixed_clock().start().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let id = group(&app, &alice, &[&bob]).await;
    let message = say(&app, &alice, id, "hello").await;
    app.clock.advance(Duration::hours(1));
    react(&app, &bob, message.id, "👍", false).await.unwrap();
    assert_eq!(active(&app, id).await, message.created_at);
}

#[tokio::test]
async fn what_waits_is_stored_before_the_process_ends() {
    let place = Place::new().await;
    let app = place.app(Clock::fixed(Clock::System.now()), &[]).await;
    let alice = person(&app, "alice", Role::User, None).await;
    let id = support(&app, &alice).await;
    say(&app, &alice, id, "first").await;
    app.clock.advance(Duration::milliseconds(300));
    let last = say(&app, &alice, id, "last").await.created_at;
    app.close().await;
    let again = place.app(Clock::System, &[]).await;
    assert_eq!(active(&again, id).await, last);
}

/// What Postgres needs to change a row where it is; SQLite writes as many indexes less.
#[tokio::test]
async fn no_index_holds_what_every_message_moves() {
    #[derive(FromQueryResult)]
    struct Index {
        sql: String,
    }
    let app = TestApp::new().await;
    let sql = if app.db.is_sqlite() {
        "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'chat_conversation' AND sql IS NOT NULL"
    } else {
        "SELECT indexdef AS sql FROM pg_indexes WHERE tablename = 'chat_conversation'"
    };
    let indexes = Index::find_by_statement(Statement::from_string(app.db.get_database_backend(), sql));
    let indexes = indexes.all(&*app.db).await.unwrap();
    assert!(indexes.len() > 5, "the table has indexes");
    for index in indexes {
        for column in ["last_seq", "last_rev", "bot_on"] {
            assert!(!index.sql.contains(column), "{}", index.sql);
        }
    }
}
