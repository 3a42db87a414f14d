//! How the last statements and commits of a handle ended, for the pool's hooks and for readiness.

use kernel::error::is_outage;
use sea_orm::{DbErr, RuntimeErr};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// SQLite's own limit on pages.
#[cfg(feature = "testing")]
const MAX_PAGES: u32 = 0xffff_fffe;

#[derive(Debug)]
pub(super) struct Health {
    made: Instant,
    /// Milliseconds from `made` to the last failure of a connection, and one; 0: there was none.
    failed: AtomicU64,
    /// The same of the last commit.
    committed: AtomicU64,
    is_closed: AtomicBool,
    #[cfg_attr(not(feature = "testing"), allow(dead_code, reason = "only tests limit it"))]
    pages: AtomicU32,
}

impl Default for Health {
    fn default() -> Self {
        Self {
            made: Instant::now(),
            failed: AtomicU64::new(0),
            committed: AtomicU64::new(0),
            is_closed: AtomicBool::new(false),
            pages: AtomicU32::new(0),
        }
    }
}

impl Health {
    pub(super) fn open(&self) {
        self.is_closed.store(false, Ordering::Release);
    }

    pub(super) fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
    }

    /// Refuses work as long as what it needs was not made.
    pub(super) fn check_open(&self) -> Result<(), DbErr> {
        if self.is_closed.load(Ordering::Acquire) {
            return Err(unavailable("the database is not ready yet"));
        }
        Ok(())
    }

    /// Remembers a failure that says something about connections.
    pub(super) fn note<T>(&self, result: &Result<T, DbErr>) {
        if result.as_ref().is_err_and(breaks) {
            self.stamp(&self.failed);
        }
    }

    /// Remembers how a commit ended.
    pub(super) fn note_commit(&self, result: &Result<(), DbErr>) {
        if result.is_ok() {
            self.stamp(&self.committed);
        }
        self.note(result);
    }

    /// Whether a connection failed within this time.
    pub(super) fn failed_within(&self, time: Duration) -> bool {
        self.is_within(&self.failed, time)
    }

    /// Whether something was committed within this time.
    pub(super) fn committed_within(&self, time: Duration) -> bool {
        self.is_within(&self.committed, time)
    }

    fn stamp(&self, event: &AtomicU64) {
        let at = u64::try_from(self.made.elapsed().as_millis()).unwrap_or(u64::MAX);
        event.fetch_max(at.saturating_add(1), Ordering::AcqRel);
    }

    fn is_within(&self, event: &AtomicU64, time: Duration) -> bool {
        let at = event.load(Ordering::Acquire).checked_sub(1);
        at.is_some_and(|at| self.made.elapsed().saturating_sub(Duration::from_millis(at)) <= time)
    }

    #[cfg(feature = "testing")]
    pub(super) fn limit_pages(&self, pages: Option<u32>) {
        self.pages.store(pages.unwrap_or(MAX_PAGES), Ordering::Release);
    }

    /// The limit on pages, where a test ever set one.
    #[cfg(feature = "testing")]
    pub(super) fn pages(&self) -> Option<u32> {
        Some(self.pages.load(Ordering::Acquire)).filter(|pages| *pages > 0)
    }
}

/// Whether the connection that the error came by, and others beside it, may be broken: not where none was to be had.
fn breaks(error: &DbErr) -> bool {
    is_outage(error) && !matches!(error, DbErr::ConnectionAcquire(_))
}

/// An error that callers see as an outage.
pub(super) fn unavailable(why: impl Into<String>) -> DbErr {
    DbErr::Conn(RuntimeErr::Internal(why.into()))
}
