//! The schema: bringing it up to date, and seeing whether it is.

use super::{Begin, Db, Limits, connect};
use kernel::error::{Error, Result};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database, DbErr, TransactionTrait};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How often a database that is being migrated is asked whether it is still there, and how often it may not answer.
const WATCH: Duration = Duration::from_secs(2);
const MISSES: u32 = 3;

impl Db {
    /// Applies what is missing of the schema, however long it takes. On Postgres an advisory lock lets one process do it at
    /// a time.
    ///
    /// # Errors
    ///
    /// A migration that fails; a database that stops answering.
    pub async fn migrate(&self) -> Result<(), DbErr> {
        if self.is_sqlite() {
            return Migrator::up(self.pool.raw(), None).await;
        }
        // connections of its own, which have no limits
        let mut options = connect::options(&self.url, Begin::Now, Limits::POSTGRES, &Arc::default());
        options.max_connections(2).min_connections(0);
        options.map_sqlx_postgres_pool_opts(|options| options);
        let apart = Database::connect(options).await?;
        let work = async {
            let lock = apart.begin().await?;
            lock.execute_unprepared("SELECT pg_advisory_xact_lock(7305109)")
                .await?;
            Migrator::up(&apart, None).await?;
            lock.commit().await
        };
        let watched = self.unguarded();
        tokio::select! {
            done = work => {
                // an error of the farewell changes nothing about what was done
                let _ = apart.close_by_ref().await;
                done
            }
            lost = watched.lost() => Err(lost),
        }
    }

    /// Ends when the database has stopped answering.
    async fn lost(&self) -> DbErr {
        let mut misses = 0;
        loop {
            tokio::time::sleep(WATCH).await;
            match self.execute_unprepared("SELECT 1").await {
                Ok(_) => misses = 0,
                Err(error) => {
                    misses += 1;
                    if misses == MISSES {
                        return error;
                    }
                }
            }
        }
    }

    /// Whether every migration is applied. Writes nothing.
    pub async fn is_current(&self) -> Result<bool, DbErr> {
        let until = Instant::now() + self.pool.limit();
        let work = Migrator::get_pending_migrations_read_only(self.pool.raw());
        Ok(self.pool.call(Some(until), work).await?.is_empty())
    }

    /// Refuses a database whose schema is not this program's.
    ///
    /// # Errors
    ///
    /// One that says how to bring it up to date; [`Error::Unavailable`] where the database does not answer.
    pub async fn require_current(&self) -> Result<()> {
        if self.is_current().await? {
            return Ok(());
        }
        Err(Error::Internal(anyhow::anyhow!(
            "the database's schema is behind this program's: apply the migrations with `api migrate`"
        )))
    }
}
