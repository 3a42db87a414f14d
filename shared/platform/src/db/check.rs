//! Whether the database takes writes now: for `/readyz`.

use super::Db;
use super::health::unavailable;
use super::pool::in_time;
use sea_orm::{ConnectionTrait, DbErr};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// How long an answer holds, unless something fails after it.
const HOLDS: Duration = Duration::from_secs(1);
/// What a check takes at most.
const LIMIT: Duration = Duration::from_millis(1500);
/// What must be free where a SQLite file is: a message takes a tenth of it.
const ROOM: usize = 1024 * 1024;

/// The last answer, and when it was given.
#[derive(Debug, Default)]
pub(super) struct Checked(Mutex<Option<(Instant, Result<(), DbErr>)>>);

impl Db {
    /// Looks whether the database answers and takes writes, within 1.5 s; the answer holds for a second. On SQLite that
    /// is: another megabyte can be written beside the file, and pages can be had in it. On Postgres: it is no standby.
    pub async fn check(&self) -> Result<(), DbErr> {
        let until = Instant::now() + LIMIT;
        in_time(Some(until), async {
            let mut last = self.checked.0.lock().await;
            if let Some((at, answer)) = &*last {
                let failed_since = self.pool.health.failed_within(at.elapsed());
                if at.elapsed() < HOLDS && !(failed_since && answer.is_ok()) {
                    return answer.clone();
                }
            }
            let answer = in_time(Some(until - Duration::from_millis(100)), self.look()).await;
            // a check that waited in vain for the write gate says nothing against the database
            let health = &self.pool.health;
            let is_busy = health.committed_within(LIMIT) && !health.failed_within(LIMIT);
            let answer = if is_busy { Ok(()) } else { answer };
            *last = Some((Instant::now(), answer.clone()));
            answer
        })
        .await
    }

    async fn look(&self) -> Result<(), DbErr> {
        self.pool.health.check_open()?;
        if !self.is_sqlite() {
            return self.is_primary().await;
        }
        let transaction = self.begin().await?;
        transaction
            .execute_unprepared("CREATE TABLE room_left (pages BLOB)")
            .await?;
        transaction
            .execute_unprepared("INSERT INTO room_left VALUES (zeroblob(131072))")
            .await?;
        drop(transaction);
        match file(&self.url) {
            Some(file) => write_beside(&file).await,
            None => Ok(()),
        }
    }

    async fn is_primary(&self) -> Result<(), DbErr> {
        let statement = self.statement("SELECT pg_is_in_recovery()", []);
        let row = self.query_one_raw(statement).await?;
        match row.map(|row| row.try_get_by_index::<bool>(0)).transpose()? {
            Some(false) => Ok(()),
            _ => Err(unavailable("the database is a standby, which takes no writes")),
        }
    }
}

/// The file that a SQLite URL names; none where it is in memory.
fn file(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    let path = path.split('?').next()?;
    (!path.is_empty() && path != ":memory:").then(|| PathBuf::from(path))
}

/// Writes what a check wants to be free, and takes it away again: nothing of it need reach the disk.
async fn write_beside(file: &Path) -> Result<(), DbErr> {
    let path = file.with_extension("room");
    let written = tokio::fs::write(&path, vec![0; ROOM]).await;
    let removed = tokio::fs::remove_file(&path).await;
    written
        .and(removed)
        .map_err(|error| unavailable(format!("cannot write beside the database's file: {error}")))
}
