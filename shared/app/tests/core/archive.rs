//! Export and import: nothing is lost between databases, and nothing is half imported.

use crate::messages::react;
use crate::support::*;
use crate::tickets::wanted;
use crate::writer::picture;
use accounts::tokens;
use app::App;
use app::archive::{LEFT_OUT, export, import, table_names};
use app::testing::{Place, TestApp};
use chat::attachments;
use chat::messages::{self, SendMessage};
use chat::search;
use desk::tickets;
use entity::user;
use kernel::actor::Actor;
use kernel::clock::Clock;
use platform::db::Db;
use platform::files::Files;
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use tokio_util::sync::CancellationToken;

/// A core on SQLite, whatever the profile: where people begin.
pub async fn small(place: &Place) -> App {
    let url = format!("sqlite://{}/small.db?mode=rwc", place.dir.path().display());
    place.app(Clock::System, &[("DATABASE_URL", &url)]).await
}

/// People, a conversation with a picture and a reaction, a ticket, an article's image.
async fn fill(app: &App) -> (Actor, entity::ConversationId) {
    let alice = app::testing::person(app, "alice", user::Role::User, None).await;
    let id = support(app, &alice).await;
    let first = say(app, &alice, id, "Wo bleibt meine Bestellung Nr. 4711?").await;
    react(app, &alice, first.id, "👍", false).await.unwrap();
    let file = attachments::upload(app, &alice, picture("a.gif")).await.unwrap();
    let command = SendMessage {
        text: "as you see".into(),
        attachment: Some(file.id),
        ..SendMessage::default()
    };
    messages::send(app, &alice, id, command).await.unwrap();
    tickets::create(app, &alice, wanted("It smokes")).await.unwrap();
    let ann = app::testing::person(app, "ann", user::Role::Agent, None).await;
    let image = crate::articles::images::picture(image::ImageFormat::Png);
    assist::knowledge::images::add(&app.assist, &ann, image)
        .await
        .unwrap();
    (alice, id)
}

fn lines(directory: &Path) -> String {
    std::fs::read_to_string(directory.join("rows.jsonl")).unwrap()
}

#[tokio::test]
async fn what_was_kept_on_sqlite_goes_on_where_it_stopped_on_the_other_profile_and_comes_back_the_same() {
    let place = Place::new().await;
    let (alice, id) = {
        let app = small(&place).await;
        let filled = fill(&app).await;
        let moved = export(&app.db, &app.files, &place.dir.path().join("out"))
            .await
            .unwrap();
        assert_eq!((moved.files, moved.missing.len()), (2, 0));
        filled
    };
    let db = Db::connect(&place.settings(&[]).database_url).await.unwrap();
    db.migrate().await.unwrap();
    let files = Files::open(&format!("file://{}/elsewhere", place.dir.path().display())).unwrap();
    import(&db, &files, &place.dir.path().join("out")).await.unwrap();
    let again = export(&db, &files, &place.dir.path().join("again"))
        .await
        .unwrap();
    assert_eq!(
        (again.files, again.missing.len()),
        (2, 0),
        "the files are there too"
    );
    assert_eq!(
        rows(&place.dir.path().join("out")),
        rows(&place.dir.path().join("again"))
    );

    let app = place.app(Clock::System, &[]).await;
    let next = say(&app, &alice, id, "Hallo?").await;
    assert_eq!(next.seq, 3, "messages go on from the last");
    let query = search::Query {
        text: "bestellung".into(),
        conversation: None,
        before: None,
        limit: 10,
    };
    let found = search::search(&app, &alice, query).await.unwrap();
    assert_eq!(found.hits.len(), 1, "the index knows what was imported");
    let bob = app::testing::person(&app, "bob", user::Role::User, None).await;
    assert!(bob.id > alice.id, "numbers go on from the last");
}

/// What the rows say, but for Postgres' own words of them.
fn rows(directory: &Path) -> Vec<Value> {
    let text = lines(directory);
    let parsed = text.lines().map(|line| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        if let Some(row) = line.pointer_mut("/row/row").and_then(Value::as_object_mut) {
            row.remove("words");
        }
        line
    });
    parsed.collect()
}

#[tokio::test]
async fn an_import_into_a_database_with_people_in_it_changes_nothing() {
    let app = TestApp::new().await;
    fill(&app).await;
    let out = app.place.dir.path().join("out");
    export(&app.db, &app.files, &out).await.unwrap();
    let before = user::Entity::find().all(&*app.db).await.unwrap();
    let refused = import(&app.db, &app.files, &out).await.unwrap_err();
    assert!(refused.to_string().contains("not empty"), "{refused}");
    assert_eq!(user::Entity::find().all(&*app.db).await.unwrap(), before);
}

#[tokio::test]
async fn an_export_that_was_cut_off_is_refused_whole() {
    let app = TestApp::new().await;
    fill(&app).await;
    let out = app.place.dir.path().join("out");
    export(&app.db, &app.files, &out).await.unwrap();
    let whole = lines(&out);
    let cut = whole.trim_end().rsplit_once('\n').unwrap().0;
    std::fs::write(out.join("rows.jsonl"), cut).unwrap();

    let empty = Place::new().await;
    let db = Db::connect(&empty.settings(&[]).database_url).await.unwrap();
    db.migrate().await.unwrap();
    let refused = import(&db, &app.files, &out).await.unwrap_err();
    assert!(refused.to_string().contains("not whole"), "{refused}");
    assert!(user::Entity::find().one(&*db).await.unwrap().is_none());
}

#[tokio::test]
async fn an_export_of_another_schema_or_over_another_is_refused() {
    let app = TestApp::new().await;
    let out = app.place.dir.path().join("out");
    export(&app.db, &app.files, &out).await.unwrap();
    let refused = export(&app.db, &app.files, &out).await.unwrap_err();
    assert!(refused.to_string().contains("exists already"), "{refused}");

    std::fs::write(out.join("rows.jsonl"), "{\"export\":{\"schema\":\"m2020\"}}\n").unwrap();
    let empty = Place::new().await;
    let db = Db::connect(&empty.settings(&[]).database_url).await.unwrap();
    db.migrate().await.unwrap();
    let refused = import(&db, &app.files, &out).await.unwrap_err();
    assert!(refused.to_string().contains("m2020"), "{refused}");
}

#[tokio::test]
async fn every_table_is_exported_or_left_out_on_purpose() {
    let app = TestApp::new().await;
    let sql = if app.db.is_sqlite() {
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    } else {
        "SELECT table_name::text AS name FROM information_schema.tables WHERE table_schema = 'public'"
    };
    let rows = app.db.query_all_raw(app.db.statement(sql, [])).await.unwrap();
    let there: BTreeSet<String> = rows
        .iter()
        .map(|row| row.try_get::<String>("", "name").unwrap())
        .filter(|name| name != "seaql_migrations" && !name.starts_with("chat_message_"))
        .collect();
    let mut known: BTreeSet<String> = table_names().into_iter().collect();
    known.extend(LEFT_OUT.iter().map(|name| (*name).to_owned()));
    assert_eq!(there, known);
}

#[tokio::test]
async fn an_export_changes_nothing_and_refuses_a_schema_that_is_behind() {
    use std::os::unix::fs::PermissionsExt;
    let app = TestApp::new().await;
    fill(&app).await;
    let url = app.place.settings(&[]).database_url;
    let out = app.place.dir.path().join("out");
    let db = Db::connect_read_only(&url).await.unwrap();
    export(&db, &app.files, &out).await.unwrap();
    db.execute_unprepared("DELETE FROM chat_message")
        .await
        .unwrap_err();
    let mode = std::fs::metadata(out.join("rows.jsonl"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);

    let last = "DELETE FROM seaql_migrations WHERE version = (SELECT max(version) FROM seaql_migrations)";
    app.db.execute_unprepared(last).await.unwrap();
    let refused = export(&db, &app.files, &app.place.dir.path().join("behind")).await;
    assert!(refused.unwrap_err().to_string().contains("api migrate"));
    assert!(!app.place.dir.path().join("behind").exists());
    assert!(!app.db.is_current().await.unwrap(), "nobody migrated it");

    let settings = app.place.settings(&[("MIGRATE", "off")]);
    let started = App::start(settings, Clock::System, CancellationToken::new()).await;
    let refused = kernel::error::explained(started.err().expect("the schema is behind"));
    assert!(refused.to_string().contains("api migrate"), "{refused}");
}

#[tokio::test]
async fn a_visitor_is_who_they_were_after_a_move() {
    let old = TestApp::new().await;
    let alice = old.user("alice").await;
    let row = user::Entity::find_by_id(alice.id)
        .one(&*old.db)
        .await
        .unwrap()
        .unwrap();
    let pair = tokens::open_session(&old, row).await.unwrap();
    let out = old.place.dir.path().join("out");
    export(&old.db, &old.files, &out).await.unwrap();
    assert!(!lines(&out).contains(&pair.refresh), "hashes only");

    let place = Place::new().await;
    let db = Db::connect(&place.settings(&[]).database_url).await.unwrap();
    db.migrate().await.unwrap();
    import(&db, &old.files, &out).await.unwrap();
    let new = place.app(Clock::System, &[]).await;
    let next = tokens::refresh(&new, &pair.refresh)
        .await
        .expect("the same session");
    assert_eq!(next.user.id, alice.id);
}
