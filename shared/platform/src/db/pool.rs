//! The pool as everybody sees it: whatever is asked of it has a limit of time.

use super::health::{Health, unavailable};
use super::nesting;
use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// Connections to the database. A statement that is given here takes one, runs, and gives it back, within the limit.
#[derive(Clone)]
pub struct Pool {
    inner: DatabaseConnection,
    pub(super) health: Arc<Health>,
    limit: Duration,
    /// Whether it refuses work while the handle is closed.
    is_guarded: bool,
}

impl Pool {
    pub(super) fn new(inner: DatabaseConnection, health: Arc<Health>, limit: Duration) -> Self {
        Self {
            inner,
            health,
            limit,
            is_guarded: true,
        }
    }

    pub(super) fn unguarded(&self) -> Self {
        Self {
            is_guarded: false,
            ..self.clone()
        }
    }

    pub(super) fn raw(&self) -> &DatabaseConnection {
        &self.inner
    }

    pub(super) fn limit(&self) -> Duration {
        self.limit
    }

    /// Does what takes a connection.
    pub(super) async fn call<T>(
        &self,
        until: Option<Instant>,
        work: impl Future<Output = Result<T, DbErr>>,
    ) -> Result<T, DbErr> {
        nesting::check();
        if self.is_guarded {
            self.health.check_open()?;
        }
        let result = in_time(until, work).await;
        self.health.note(&result);
        result
    }

    async fn ask<T>(&self, work: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        self.call(Some(Instant::now() + self.limit), work).await
    }
}

/// The work's result, unless it is not there in time. What was cut off may have been done all the same; its connection is
/// looked at before it is used again.
pub(super) async fn in_time<T>(
    until: Option<Instant>,
    work: impl Future<Output = Result<T, DbErr>>,
) -> Result<T, DbErr> {
    match until {
        None => work.await,
        Some(until) => timeout_at(until, work)
            .await
            .unwrap_or_else(|_| Err(unavailable("the database did not answer in time"))),
    }
}

#[async_trait]
impl ConnectionTrait for Pool {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.ask(self.inner.execute_raw(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.ask(self.inner.execute_unprepared(sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.ask(self.inner.query_one_raw(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.ask(self.inner.query_all_raw(statement)).await
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
