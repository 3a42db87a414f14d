//! The database handle: one pool, and on SQLite one gate that lets a single writing transaction in at a time.

use crate::error::{Error, Result};
use migration::{Migrator, MigratorTrait};
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction,
    DbBackend, DbErr, IsolationLevel, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
    Value,
};
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A pool of connections to SQLite or Postgres.
#[derive(Clone, Debug)]
pub struct Db {
    pool: DatabaseConnection,
    /// SQLite admits one writer: waiting here is fair and free, waiting inside SQLite is a busy loop.
    gate: Option<Arc<Semaphore>>,
}

/// A writing transaction; rolled back unless committed.
pub struct Transaction {
    inner: DatabaseTransaction,
    _permit: Option<OwnedSemaphorePermit>,
}

/// Postgres connections of one process.
const POOL: u32 = 16;

impl Db {
    /// Connects; SQLite gets WAL, `synchronous=FULL` and foreign keys.
    pub async fn connect(url: &str) -> Result<Self> {
        let sqlite = url.starts_with("sqlite:");
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(if sqlite { 8 } else { POOL })
            .min_connections(if sqlite { 0 } else { 2 })
            .acquire_timeout(Duration::from_secs(10))
            .connect_timeout(Duration::from_secs(5))
            .test_before_acquire(false)
            .sqlx_logging(false);
        options.map_sqlx_sqlite_opts(|options| {
            options
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(20))
                .pragma("cache_size", "-4000")
        });
        let pool = Database::connect(options).await.map_err(|error| {
            tracing::error!(%error, "cannot connect to the database");
            Error::Unavailable("The database does not answer".into())
        })?;
        #[cfg(feature = "testing")]
        let pool = {
            let mut pool = pool;
            pool.set_metric_callback(|info| crate::testing::record(info.statement));
            pool
        };
        Ok(Self {
            pool,
            gate: sqlite.then(|| Arc::new(Semaphore::new(1))),
        })
    }

    /// Applies what is missing of the schema. On Postgres an advisory lock lets one process do it at a time.
    pub async fn migrate(&self) -> Result<(), DbErr> {
        if self.is_sqlite() {
            return Migrator::up(&self.pool, None).await;
        }
        let lock = self.pool.begin().await?;
        lock.execute_unprepared("SELECT pg_advisory_xact_lock(7305109)")
            .await?;
        Migrator::up(&self.pool, None).await?;
        lock.commit().await
    }

    /// Whether every migration is applied.
    pub async fn is_current(&self) -> Result<bool, DbErr> {
        Ok(Migrator::get_pending_migrations(&self.pool).await?.is_empty())
    }

    /// Begins a writing transaction: immediate on SQLite, where a deferred one fails when it first writes.
    pub async fn begin(&self) -> Result<Transaction, DbErr> {
        let permit = match &self.gate {
            Some(gate) => Some(
                gate.clone()
                    .acquire_owned()
                    .await
                    .map_err(|_| DbErr::Custom("the gate is closed".into()))?,
            ),
            None => None,
        };
        let options = TransactionOptions {
            sqlite_transaction_mode: permit.is_some().then_some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        Ok(Transaction {
            inner: self.pool.begin_with_options(options).await?,
            _permit: permit,
        })
    }

    /// Begins a reading transaction that sees one moment, whatever is written meanwhile, and holds nobody up.
    pub async fn snapshot(&self) -> Result<DatabaseTransaction, DbErr> {
        if self.is_sqlite() {
            return self.pool.begin().await;
        }
        let options = TransactionOptions {
            isolation_level: Some(IsolationLevel::RepeatableRead),
            access_mode: Some(AccessMode::ReadOnly),
            ..Default::default()
        };
        self.pool.begin_with_options(options).await
    }

    /// Whether this is SQLite.
    pub fn is_sqlite(&self) -> bool {
        self.gate.is_some()
    }

    /// A statement with `$1…` parameters, which both databases understand.
    pub fn statement(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
        let backend = if self.is_sqlite() {
            DbBackend::Sqlite
        } else {
            DbBackend::Postgres
        };
        Statement::from_sql_and_values(backend, sql, values)
    }

    /// Answers when the database does.
    pub async fn ping(&self) -> Result<(), DbErr> {
        self.pool.ping().await
    }

    /// Closes the pool; SQLite folds its log into the file.
    pub async fn close(&self) -> Result<(), DbErr> {
        self.pool.close_by_ref().await
    }
}

impl Deref for Db {
    type Target = DatabaseConnection;

    fn deref(&self) -> &DatabaseConnection {
        &self.pool
    }
}

impl Transaction {
    /// Makes it durable.
    pub async fn commit(self) -> Result<(), DbErr> {
        self.inner.commit().await
    }
}

impl Deref for Transaction {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.inner
    }
}
