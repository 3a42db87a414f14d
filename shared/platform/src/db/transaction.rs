//! A transaction that commits whole or not at all, in time.

use super::health::{Health, unavailable};
use super::nesting::Held;
use super::pool::{Pool, in_time};
use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement, StreamTrait,
    TransactionStream,
};
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

/// A transaction; rolled back unless committed.
pub struct Transaction {
    // dropped first: the connection is free before the gate is
    running: Running,
    _permit: Option<OwnedSemaphorePermit>,
    _held: Held,
}

/// What statements are given to while it runs.
pub struct Running {
    inner: DatabaseTransaction,
    health: Arc<Health>,
    until: Option<Instant>,
    /// A statement failed or was cut off.
    failed: AtomicBool,
}

impl Transaction {
    pub(super) fn new(
        inner: DatabaseTransaction,
        pool: &Pool,
        until: Option<Instant>,
        permit: Option<OwnedSemaphorePermit>,
    ) -> Self {
        Self {
            running: Running {
                inner,
                health: pool.health.clone(),
                until,
                failed: AtomicBool::new(false),
            },
            _permit: permit,
            _held: Held::new(),
        }
    }

    /// Makes it durable.
    ///
    /// # Errors
    ///
    /// Where a statement failed before: SQLite may have undone the whole by itself, and Postgres answers the `COMMIT` of
    /// what it undid without an error. An error of the commit itself that is an outage leaves open whether it was done.
    pub async fn commit(self) -> Result<(), DbErr> {
        let Running {
            inner,
            health,
            until,
            failed,
        } = self.running;
        if failed.into_inner() {
            return Err(DbErr::Custom("a statement of the transaction failed".into()));
        }
        let result = in_time(until, inner.commit()).await;
        health.note_commit(&result);
        result
    }
}

impl Deref for Transaction {
    type Target = Running;

    fn deref(&self) -> &Running {
        &self.running
    }
}

impl Running {
    async fn ask<T>(&self, work: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        if self.until.is_some_and(|until| until <= Instant::now()) {
            return Err(unavailable("the transaction took too long"));
        }
        let guard = Cut(&self.failed);
        let result = in_time(self.until, work).await;
        if result.is_ok() {
            std::mem::forget(guard);
        }
        self.health.note(&result);
        result
    }
}

/// Says that a statement failed unless it is forgotten, also where its future is dropped.
struct Cut<'a>(&'a AtomicBool);

impl Drop for Cut<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

#[async_trait]
impl ConnectionTrait for Running {
    fn get_database_backend(&self) -> DbBackend {
        ConnectionTrait::get_database_backend(&self.inner)
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

impl StreamTrait for Running {
    type Stream<'a> = TransactionStream<'a>;

    fn get_database_backend(&self) -> DbBackend {
        ConnectionTrait::get_database_backend(&self.inner)
    }

    fn stream_raw<'a>(
        &'a self,
        statement: Statement,
    ) -> Pin<Box<dyn Future<Output = Result<Self::Stream<'a>, DbErr>> + 'a + Send>> {
        self.inner.stream_raw(statement)
    }
}
