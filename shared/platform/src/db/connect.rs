//! How connections are made, and which of them are used again.
//!
//! A connection is handed out again only if nothing that happened on it can show: what was cut off is over, its transaction
//! has ended, and it still answers.

use super::Begin;
use super::health::Health;
use futures_util::future::BoxFuture;
use sea_orm::ConnectOptions;
use sea_orm::sqlx::pool::{PoolConnectionMetadata, PoolOptions};
use sea_orm::sqlx::postgres::PgConnection;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{Connection, Error, Executor, Postgres, Sqlite};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// What may be waited for the database.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For a connection, free or new.
    pub acquire: Duration,
    /// For the answer to a statement, or a whole transaction, waiting for a connection included.
    pub call: Duration,
}

impl Limits {
    /// A caller is answered within five seconds. Tests share their machine with a build and many others of their kind: there
    /// a connection is waited for as long as a call may take.
    pub const POSTGRES: Self = Self {
        acquire: Duration::from_secs(if cfg!(feature = "testing") { 4 } else { 2 }),
        call: Duration::from_millis(4500),
    };
    /// Writers queue here for one disk; there is no network that could go silent.
    pub const SQLITE: Self = Self {
        acquire: Duration::from_secs(5),
        call: Duration::from_secs(10),
    };
}

/// Postgres connections of one process.
const POOL: u32 = 16;
const SQLITE_POOL: u32 = 8;
/// How long a connection gets to say that it is alive, and to finish what nobody waits for any more.
const SIGN_OF_LIFE: Duration = Duration::from_secs(1);
/// A connection that was used this recently is taken to be alive, unless one failed since.
const FRESH: Duration = Duration::from_secs(1);
/// Postgres' own limits, in milliseconds: a statement ends a little before its caller gives up, so that the connection
/// survives; locks of a client that is gone are free in time for whoever tries again.
const POSTGRES_LIMITS: &str = "SET statement_timeout = 4000; SET idle_in_transaction_session_timeout = 5000";
const READ_ONLY: &str = "SET default_transaction_read_only = on";

pub(super) fn options(url: &str, begin: Begin, limits: Limits, health: &Arc<Health>) -> ConnectOptions {
    let sqlite = url.starts_with("sqlite:");
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(if sqlite { SQLITE_POOL } else { POOL })
        .min_connections(if sqlite || begin == Begin::ReadOnly { 0 } else { 2 })
        .acquire_timeout(limits.acquire)
        .connect_lazy(begin == Begin::Later && !sqlite)
        .test_before_acquire(false)
        .sqlx_logging(false);
    options.map_sqlx_sqlite_opts(move |options| sqlite_options(options, begin));
    let known = health.clone();
    options.map_sqlx_sqlite_pool_opts(move |options| sqlite_pool(options, &known));
    let known = health.clone();
    options.map_sqlx_postgres_pool_opts(move |options| postgres_pool(options, &known, begin));
    options
}

fn sqlite_options(options: SqliteConnectOptions, begin: Begin) -> SqliteConnectOptions {
    let options = options
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(8))
        .pragma("cache_size", "-4000");
    if begin == Begin::ReadOnly {
        return options.create_if_missing(false).pragma("query_only", "1");
    }
    options.journal_mode(SqliteJournalMode::Wal)
}

/// SQLite ends a transaction by itself when the disk is full or broken (`SQLITE_FULL`, `IOERR`, `NOMEM`, `BUSY`,
/// `INTERRUPT`). The driver's `ROLLBACK` then fails, it goes on counting an open transaction, and makes the next `BEGIN` a
/// `SAVEPOINT` and its `COMMIT` a `RELEASE`: acknowledged and never committed. So no connection goes on after such an
/// error, and none whose transaction is not known to be over; a `BEGIN IMMEDIATE` on what is left is the outermost, which
/// SQLite itself checks, and so is its `COMMIT`.
fn sqlite_pool(options: PoolOptions<Sqlite>, health: &Arc<Health>) -> PoolOptions<Sqlite> {
    let (released, acquired) = (health.clone(), health.clone());
    let options = options.after_release(move |connection, meta| {
        let health = released.clone();
        Box::pin(async move {
            // behind a ROLLBACK that was only queued
            connection.ping().await?;
            Ok(is_sound(connection, &health, meta))
        })
    });
    let options = options.before_acquire(move |connection, meta| {
        let health = acquired.clone();
        Box::pin(async move {
            limit_pages(connection, &health).await?;
            Ok(is_sound(connection, &health, meta))
        })
    });
    let made = health.clone();
    options.after_connect(move |connection, _| {
        let health = made.clone();
        Box::pin(async move { limit_pages(connection, &health).await })
    })
}

/// Whether a connection is out of any transaction, and younger than the last failure of one.
fn is_sound(connection: &SqliteConnection, health: &Health, meta: PoolConnectionMetadata) -> bool {
    !connection.is_in_transaction() && !health.failed_within(meta.age)
}

#[cfg(feature = "testing")]
async fn limit_pages(connection: &mut SqliteConnection, health: &Health) -> Result<(), Error> {
    if let Some(pages) = health.pages() {
        let sql = sea_orm::sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
        connection.execute(sql).await?;
    }
    Ok(())
}

#[cfg(not(feature = "testing"))]
async fn limit_pages(_: &mut SqliteConnection, _: &Health) -> Result<(), Error> {
    Ok(())
}

fn postgres_pool(
    options: PoolOptions<Postgres>,
    health: &Arc<Health>,
    begin: Begin,
) -> PoolOptions<Postgres> {
    let health = health.clone();
    options
        .after_connect(move |connection, _| {
            Box::pin(async move {
                connection.execute(POSTGRES_LIMITS).await?;
                if begin == Begin::ReadOnly {
                    connection.execute(READ_ONLY).await?;
                }
                Ok(())
            })
        })
        // what was cut off gets a moment to finish; the pool itself would wait for it for ever
        .after_release(|connection, _| answers(connection))
        .before_acquire(move |connection, meta| {
            let was_used = meta.idle_for < FRESH && !health.failed_within(meta.idle_for);
            Box::pin(async move {
                if was_used {
                    return Ok(true);
                }
                answers(connection).await
            })
        })
}

/// Whether the connection answers soon, with all that it was asked before. An error where it does not: it is closed
/// without a farewell, which could hang too.
fn answers(connection: &mut PgConnection) -> BoxFuture<'_, Result<bool, Error>> {
    Box::pin(async move {
        match timeout(SIGN_OF_LIFE, connection.ping()).await {
            Ok(Ok(())) => Ok(!connection.is_in_transaction()),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(Error::Io(std::io::ErrorKind::TimedOut.into())),
        }
    })
}
