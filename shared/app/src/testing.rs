//! A core for tests, on the profile that `TEST_PROFILE` names: `embedded` (the default) or `production`,
//! which needs `TEST_DATABASE_URL` and `TEST_REDIS_URL` and fails without them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

mod ending;
mod jobs;
pub mod modules;
mod template;
mod test_app;

pub use jobs::{run_job, run_jobs};
pub use test_app::{Builder, TestApp};

use crate::App;
use accounts::users::{self, Register};
use entity::user::{Department, Role};
use entity::{ArticleId, article};
use kernel::actor::Actor;
use kernel::clock::Clock;
use kernel::settings::Settings;
use platform::files::Files;
use platform::testing_s3::S3Stub;
use sea_orm::{ConnectionTrait, EntityTrait};
use secrecy::SecretString;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// A fresh key for Web Push, as the setting `VAPID_PRIVATE_KEY` takes it.
pub fn vapid_key() -> String {
    outreach::push::make_key()
}

/// Where one test stores, and no other: a directory, and on the production profile a database and a Redis prefix.
pub struct Place {
    /// The data directory; deleted with the rest when this is dropped.
    pub dir: TempDir,
    vars: HashMap<String, String>,
    /// The server, and the database on it that is dropped with this.
    database: Option<(String, String)>,
    jobs_may_die: AtomicBool,
}

/// A secret that passes the checks.
pub const SECRET: &str = "0123456789abcdefghijklmnopqrstuvwxyz";
/// The password of every account that tests make.
pub const PASSWORD: &str = "correct horse";

/// Whether this run is on Postgres and Redis.
pub fn production() -> bool {
    std::env::var("TEST_PROFILE").is_ok_and(|profile| profile == "production")
}

impl Place {
    /// Makes one, whose database has its schema and no rows.
    pub async fn new() -> Self {
        let place = Self::bare();
        match &place.database {
            Some((server, name)) => template::copy_database(server, name).await,
            None => template::copy_file(&place.dir.path().join("switchboard.db")).await,
        }
        place
    }

    /// Makes one whose database is empty: the first core in it applies the migrations.
    pub async fn empty() -> Self {
        let place = Self::bare();
        if let Some((server, name)) = &place.database {
            let admin = template::connect(server).await;
            admin
                .execute_unprepared(&format!("CREATE DATABASE {name}"))
                .await
                .expect("a fresh database");
        }
        place
    }

    fn bare() -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let mut vars = HashMap::from([
            ("DATA_DIR".to_owned(), dir.path().display().to_string()),
            ("JWT_SECRET".to_owned(), SECRET.to_owned()),
            ("VISITOR_JWT_SECRET".to_owned(), format!("visitor-{SECRET}")),
            ("REGISTRATION".to_owned(), "open".to_owned()),
            ("VISITORS".to_owned(), "anonymous".to_owned()),
            ("RATE_LIMITS".to_owned(), "off".to_owned()),
            ("WORKER".to_owned(), "embedded".to_owned()),
        ]);
        let mut database = None;
        if production() {
            let server = std::env::var("TEST_DATABASE_URL").expect("TEST_DATABASE_URL, set by scripts/test");
            let redis = std::env::var("TEST_REDIS_URL").expect("TEST_REDIS_URL, set by scripts/test");
            let name = format!("test_{}", Uuid::new_v4().simple());
            vars.insert("DATABASE_URL".into(), template::on(&server, &name));
            vars.insert("REDIS_URL".into(), redis);
            vars.insert("REDIS_PREFIX".into(), format!("{name}:"));
            database = Some((server, name));
        }
        Self {
            dir,
            vars,
            database,
            jobs_may_die: AtomicBool::new(false),
        }
    }

    /// Jobs that are given up do not fail the test.
    pub fn let_jobs_die(&self) {
        self.jobs_may_die.store(true, Ordering::Relaxed);
    }

    /// The place's settings, with some changed.
    pub fn settings(&self, changes: &[(&str, &str)]) -> Settings {
        Settings::from_vars(self.vars(changes)).expect("good settings")
    }

    /// The place's settings as the environment of a process.
    pub fn vars(&self, changes: &[(&str, &str)]) -> HashMap<String, String> {
        let mut vars = self.vars.clone();
        vars.extend(
            changes
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        vars
    }

    /// A core in this place; several share its database and Redis as instances do.
    pub async fn app(&self, clock: Clock, changes: &[(&str, &str)]) -> App {
        let shutdown = CancellationToken::new();
        App::open(self.settings(changes), clock, shutdown)
            .await
            .expect("a core")
    }

    /// The same with its files in an S3 bucket.
    pub async fn core_on_s3(&self, clock: Clock, stub: &S3Stub, bucket: &str) -> App {
        let S3Stub {
            endpoint,
            access_key,
            secret_key,
            ..
        } = stub;
        let files = Files::s3(bucket, "", endpoint, access_key, secret_key, "us-east-1").expect("a bucket");
        let shutdown = CancellationToken::new();
        App::open_with(self.settings(&[]), clock, shutdown, files)
            .await
            .expect("a core")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let database = self.database.take();
        let file = self.dir.path().join("switchboard.db");
        let looks = !self.jobs_may_die.load(Ordering::Relaxed) && !std::thread::panicking();
        // on a thread of its own: a test may end within a runtime or without one
        let end = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let Ok(runtime) = runtime else { return Vec::new() };
            runtime.block_on(ending::end(database, &file, looks))
        });
        let dead = end.join().unwrap_or_default();
        assert!(dead.is_empty(), "jobs were given up: {dead:#?}");
    }
}

/// The articles of the invented shop, written by the bot's account: what the bot answers from in tests that ask it something.
pub async fn load_examples(app: &App) {
    let author = app.assist.bot.account().unwrap().id;
    assist::knowledge::seed_examples(&app.assist, author)
        .await
        .unwrap();
}

/// So many published articles (`article-1` and so on), in categories of 125 (`Category 00` and so on): more than anybody
/// writes by hand.
pub async fn write_articles(app: &App, count: u32) {
    let author = app.assist.bot.account().unwrap().id;
    let rows = (1..=count).map(|number| article::Model {
        id: ArticleId(Uuid::now_v7()),
        title: format!("Article {number}"),
        body: format!("What there is to say about {number}.\n\n## More\n\nNot much."),
        url: None,
        tags: serde_json::json!([format!("tag {}", number % 50)]),
        locale: "en".into(),
        slug: format!("article-{number}"),
        category: Some(format!("Category {:02}", number / 125)),
        translations: None,
        status: article::Status::Published,
        questions: serde_json::json!([]),
        draft: None,
        is_example: false,
        version: 1,
        helpful: 0,
        unhelpful: 0,
        document_id: None,
        file_name: None,
        created_by: author,
        created_at: app.clock.now(),
        updated_at: app.clock.now(),
    });
    let rows: Vec<article::ActiveModel> = rows.map(Into::into).collect();
    for some in rows.chunks(500) {
        article::Entity::insert_many(some.to_vec())
            .exec_without_returning(&*app.db)
            .await
            .unwrap();
    }
}

/// An account in a core.
pub async fn person(app: &App, name: &str, role: Role, department: Option<Department>) -> Actor {
    let command = Register {
        username: name.to_owned(),
        password: SecretString::from(PASSWORD),
        email: None,
        phone: None,
        full_name: None,
        role: Some(role),
        department,
    };
    Actor::of(&users::create(app, command).await.expect("an account"))
}
