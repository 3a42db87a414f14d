//! One migrated database for every test that follows, each of which gets a copy: migrating takes far longer than copying.

use platform::db::Db;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use tokio::sync::OnceCell;

/// The name of the schema: a template outlives its run, and one of other migrations must not be taken for it.
static SCHEMA: LazyLock<String> = LazyLock::new(|| {
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migration/src");
    let entries = std::fs::read_dir(sources).expect("the migrations");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        (&file, std::fs::read(&file).expect("a migration")).hash(&mut hasher);
    }
    format!("switchboard_schema_{:016x}", hasher.finish())
});

static FILE: OnceCell<PathBuf> = OnceCell::const_new();
static DATABASE: OnceCell<()> = OnceCell::const_new();

/// Copies the migrated SQLite file.
pub async fn copy_file(to: &Path) {
    let template = FILE.get_or_init(make_file).await;
    std::fs::copy(template, to).expect("a copy of the template");
}

async fn make_file() -> PathBuf {
    let path = std::env::temp_dir().join(format!("{}.db", *SCHEMA));
    if path.exists() {
        return path;
    }
    let dir = tempfile::tempdir().expect("a temporary directory");
    let made = dir.path().join("template.db");
    migrate(&format!("sqlite://{}?mode=rwc", made.display())).await;
    // whole from the first moment on; of two processes that make it the last one's stays, and both are the same
    std::fs::rename(made, &path).expect("a place for the template");
    path
}

/// Copies the migrated database on this server.
pub async fn copy_database(server: &str, name: &str) {
    DATABASE.get_or_init(|| make_database(server)).await;
    let admin = connect(server).await;
    run(&admin, &format!("CREATE DATABASE {name} TEMPLATE {}", *SCHEMA)).await;
}

async fn make_database(server: &str) {
    let (name, making) = (&*SCHEMA, format!("{}_making", *SCHEMA));
    let admin = connect(server).await;
    // one process makes it; the lock goes with the connection
    run(&admin, "SELECT pg_advisory_lock(7305110)").await;
    let there = format!("SELECT 1 FROM pg_database WHERE datname = '{name}'");
    let statement = sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, there);
    if admin
        .query_one_raw(statement)
        .await
        .expect("the databases")
        .is_some()
    {
        return;
    }
    run(&admin, &format!("DROP DATABASE IF EXISTS {making} WITH (FORCE)")).await;
    run(&admin, &format!("CREATE DATABASE {making}")).await;
    migrate(&on(server, &making)).await;
    // nobody may be connected to what is copied
    run(
        &admin,
        &format!("ALTER DATABASE {making} ALLOW_CONNECTIONS false"),
    )
    .await;
    run(&admin, &format!("ALTER DATABASE {making} RENAME TO {name}")).await;
}

/// The address of another database on a server.
pub fn on(server: &str, database: &str) -> String {
    let (base, _) = server.rsplit_once('/').expect("a database in TEST_DATABASE_URL");
    format!("{base}/{database}")
}

/// One connection to the server's own database.
pub async fn connect(server: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(server);
    options.max_connections(1);
    Database::connect(options).await.expect("the test Postgres")
}

async fn run(admin: &DatabaseConnection, sql: &str) {
    admin.execute_unprepared(sql).await.expect(sql);
}

async fn migrate(url: &str) {
    let db = Db::connect(url).await.expect("a fresh database");
    db.migrate().await.expect("the schema");
    db.close().await.expect("a database that is closed");
}
