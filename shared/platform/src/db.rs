//! The database handle: one pool, deadlines on everything that is asked of it, and on SQLite one gate that lets a single
//! writing transaction in at a time.

mod check;
mod clock;
mod connect;
mod health;
mod nesting;
mod pool;
mod schema;
mod transaction;

pub use connect::Limits;
pub use pool::Pool;
pub use transaction::{Running, Transaction};

use health::Health;
use kernel::error::{Error, Result};
use sea_orm::{
    AccessMode, ConnectionTrait, Database, DbBackend, DbErr, IsolationLevel, SqliteTransactionMode,
    Statement, TransactionOptions, TransactionTrait, Value,
};
use std::ops::Deref;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// Rows that one statement asks for by their ids.
pub const IN_ONE_STATEMENT: usize = 500;

/// A pool of connections to SQLite or Postgres.
#[derive(Clone)]
pub struct Db {
    pool: Pool,
    url: Arc<str>,
    /// SQLite admits one writer: waiting here is fair and free, waiting inside SQLite is a busy loop.
    gate: Option<Arc<Semaphore>>,
    checked: Arc<check::Checked>,
}

/// Whether a handle connects when it is made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begin {
    Now,
    /// Postgres only: when it is first asked, so that a process can start without it.
    Later,
    /// Now, and nothing can be written through it.
    ReadOnly,
}

impl Db {
    /// Connects; SQLite gets WAL, `synchronous=FULL` and foreign keys.
    ///
    /// # Errors
    ///
    /// A malformed URL, a database that does not answer within two seconds.
    pub async fn connect(url: &str) -> Result<Self> {
        Self::open(url, Begin::Now).await
    }

    /// Connects so that nothing can be written; a SQLite file that is not there is not made.
    ///
    /// # Errors
    ///
    /// As for [`Self::connect`].
    pub async fn connect_read_only(url: &str) -> Result<Self> {
        Self::open(url, Begin::ReadOnly).await
    }

    /// A handle that connects when it is first asked something, and answers nothing before [`Self::admit`]. SQLite, which
    /// is a file, is opened now.
    ///
    /// # Errors
    ///
    /// A malformed URL; a SQLite file that cannot be opened.
    pub async fn prepare(url: &str) -> Result<Self> {
        let db = Self::open(url, Begin::Later).await?;
        db.pool.health.close();
        Ok(db)
    }

    async fn open(url: &str, begin: Begin) -> Result<Self> {
        let sqlite = url.starts_with("sqlite:");
        let limits = if sqlite { Limits::SQLITE } else { Limits::POSTGRES };
        let health = Arc::new(Health::default());
        let options = connect::options(url, begin, limits, &health);
        let connected = Database::connect(options).await.map_err(|error| {
            if begin == Begin::Later && !sqlite {
                // nothing was asked of the database yet
                return Error::Internal(anyhow::anyhow!("DATABASE_URL: {error}"));
            }
            Error::Unavailable(format!("The database does not answer: {error}"))
        })?;
        #[cfg(feature = "testing")]
        let connected = {
            let mut connected = connected;
            connected.set_metric_callback(|info| crate::recording::record(info.statement));
            connected
        };
        Ok(Self {
            pool: Pool::new(connected, health, limits.call),
            url: url.into(),
            gate: sqlite.then(|| Arc::new(Semaphore::new(1))),
            checked: Arc::default(),
        })
    }

    /// Lets requests in: what they need is there.
    pub fn admit(&self) {
        self.pool.health.open();
    }

    /// The same handle for whoever makes what requests need, before they are let in.
    pub fn unguarded(&self) -> Self {
        Self {
            pool: self.pool.unguarded(),
            ..self.clone()
        }
    }

    /// Begins a writing transaction: immediate on SQLite, where a deferred one fails when it first writes. It has until
    /// its limit ([`Limits::call`]), waiting for a connection included, to commit.
    pub async fn begin(&self) -> Result<Transaction, DbErr> {
        let until = Instant::now() + self.pool.limit();
        self.begin_writing(Some(until)).await
    }

    /// The same for work that takes as long as it takes, such as an import.
    pub async fn begin_unlimited(&self) -> Result<Transaction, DbErr> {
        let transaction = self.begin_writing(None).await?;
        self.lift_limits(&transaction).await?;
        Ok(transaction)
    }

    async fn begin_writing(&self, until: Option<Instant>) -> Result<Transaction, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: self.is_sqlite().then_some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let work = async {
            let permit = match &self.gate {
                Some(gate) => Some(
                    gate.clone()
                        .acquire_owned()
                        .await
                        .map_err(|_| DbErr::Custom("the gate is closed".into()))?,
                ),
                None => None,
            };
            Ok((self.pool.raw().begin_with_options(options).await?, permit))
        };
        let (begun, permit) = self.pool.call(until, work).await?;
        Ok(Transaction::new(begun, &self.pool, until, permit))
    }

    /// Begins a reading transaction that sees one moment, whatever is written meanwhile, and holds nobody up. It has no
    /// limit of time.
    pub async fn snapshot(&self) -> Result<Transaction, DbErr> {
        let options = if self.is_sqlite() {
            TransactionOptions::default()
        } else {
            TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..Default::default()
            }
        };
        let until = Instant::now() + self.pool.limit();
        let work = self.pool.raw().begin_with_options(options);
        let begun = self.pool.call(Some(until), work).await?;
        let transaction = Transaction::new(begun, &self.pool, None, None);
        self.lift_limits(&transaction).await?;
        Ok(transaction)
    }

    async fn lift_limits(&self, transaction: &Transaction) -> Result<(), DbErr> {
        if !self.is_sqlite() {
            transaction
                .execute_unprepared(
                    "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0",
                )
                .await?;
        }
        Ok(())
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

    /// Closes the pool; SQLite folds its log into the file.
    pub async fn close(&self) -> Result<(), DbErr> {
        self.pool.raw().close_by_ref().await
    }

    /// The pool itself, without limits or checks.
    #[cfg(feature = "testing")]
    pub fn connection(&self) -> &sea_orm::DatabaseConnection {
        self.pool.raw()
    }

    /// Lets a SQLite file grow to this many pages, as a disk of that size would; none: any number again.
    #[cfg(feature = "testing")]
    pub fn limit_pages(&self, pages: Option<u32>) {
        self.pool.health.limit_pages(pages);
    }
}

impl Deref for Db {
    type Target = Pool;

    fn deref(&self) -> &Pool {
        &self.pool
    }
}
