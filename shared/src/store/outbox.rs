//! Job intents: rows that commit with what caused them. The row is the truth, apalis the transport.

use crate::core::Core;
use crate::error::{Error, Result};
use crate::job::Job;
use chrono::{DateTime, Duration, Utc};
use entity::{JobId, job};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

/// Starts after which a job that never finished is dead.
pub const MAX_STARTS: i32 = 3;
/// Failures after which a job is dead.
pub const MAX_ATTEMPTS: i32 = 6;
/// How long a worker holds a job before others may take it.
pub const LEASE: Duration = Duration::seconds(60);
/// What one reconciliation pushes at most: apalis-redis dies above some 8,000 due jobs.
const RECONCILE_LIMIT: u64 = 500;

/// A job that this worker now holds.
#[derive(Clone, Debug)]
pub struct Claim {
    pub id: JobId,
    pub job: Job,
    /// Starts so far, this one included.
    pub attempt: i32,
}

/// A row for a job to be run at `run_at`.
pub fn intent(job: &Job, now: DateTime<Utc>, run_at: DateTime<Utc>) -> Result<job::ActiveModel, DbErr> {
    let payload = serde_json::to_value(job).map_err(|error| DbErr::Json(error.to_string()))?;
    Ok(job::ActiveModel {
        id: Set(JobId(Uuid::now_v7())),
        kind: Set(job.kind().into()),
        payload: Set(payload),
        state: Set(job::State::Pending),
        attempts: Set(0),
        run_at: Set(run_at),
        lease_until: Set(None),
        unique_key: Set(job.unique_key()),
        last_error: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
    })
}

/// Stores intents in the caller's transaction; one whose key exists already is left out. Returns all ids given.
pub async fn add<C: ConnectionTrait>(db: &C, rows: Vec<job::ActiveModel>) -> Result<Vec<Uuid>, DbErr> {
    let ids = rows
        .iter()
        .filter_map(|row| row.id.try_as_ref().map(|id| id.0))
        .collect();
    if rows.is_empty() {
        return Ok(ids);
    }
    job::Entity::insert_many(rows)
        .on_conflict(OnConflict::column(job::Column::UniqueKey).do_nothing().to_owned())
        .exec_without_returning(db)
        .await?;
    Ok(ids)
}

/// Stores one intent by itself and hands it to the transport.
pub async fn enqueue(core: &Core, job: &Job) -> Result<()> {
    let now = core.clock.now();
    let ids = add(&*core.db, vec![intent(job, now, now)?]).await?;
    core.push_jobs(ids);
    Ok(())
}

/// The same for one whose key may have been used: a job that is done already is begun anew.
pub async fn enqueue_again(core: &Core, job: &Job) -> Result<()> {
    enqueue(core, job).await?;
    let now = core.clock.now();
    let anew = job::Entity::update_many()
        .col_expr(job::Column::State, Expr::value(job::State::Pending))
        .col_expr(job::Column::Attempts, Expr::value(0))
        .col_expr(job::Column::RunAt, Expr::value(now))
        .col_expr(job::Column::UpdatedAt, Expr::value(now))
        .filter(job::Column::UniqueKey.eq(job.unique_key()))
        .filter(job::Column::State.eq(job::State::Done))
        .exec_with_returning(&*core.db)
        .await?;
    core.push_jobs(anew.into_iter().map(|row| row.id.0).collect());
    Ok(())
}

/// Stores one intent under a key of the caller's, unless there is one, and hands it to the transport.
pub async fn enqueue_once(core: &Core, job: &Job, key: String) -> Result<()> {
    let now = core.clock.now();
    let row = job::ActiveModel {
        unique_key: Set(Some(key)),
        ..intent(job, now, now)?
    };
    let ids = add(&*core.db, vec![row]).await?;
    core.push_jobs(ids);
    Ok(())
}

/// Marks one job as done by itself: its effect is not in the database.
pub async fn complete(core: &Core, id: JobId) -> Result<()> {
    Ok(done(&*core.db, &[id], core.clock.now()).await?)
}

/// Takes a job for this worker: its start is counted before it runs. None when it is done, dead, not yet
/// due or held by another.
pub async fn claim(core: &Core, id: JobId) -> Result<Option<Claim>> {
    let now = core.clock.now();
    let free = job::Column::State
        .eq(job::State::Pending)
        .and(job::Column::RunAt.lte(now))
        .or(job::Column::State
            .eq(job::State::Running)
            .and(job::Column::LeaseUntil.lt(now))
            // else the reconciler buries it
            .and(job::Column::Attempts.lt(MAX_STARTS)));
    let taken = job::Entity::update_many()
        .col_expr(job::Column::State, Expr::value(job::State::Running))
        .col_expr(job::Column::Attempts, Expr::col(job::Column::Attempts).add(1))
        .col_expr(job::Column::LeaseUntil, Expr::value(now + LEASE))
        .col_expr(job::Column::UpdatedAt, Expr::value(now))
        .filter(job::Column::Id.eq(id))
        .filter(free)
        .exec_with_returning(&*core.db)
        .await?;
    let Some(row) = taken.into_iter().next() else {
        return Ok(None);
    };
    match serde_json::from_value(row.payload) {
        Ok(job) => Ok(Some(Claim {
            id,
            job,
            attempt: row.attempts,
        })),
        Err(error) => {
            bury(core, id, &format!("unreadable payload: {error}")).await?;
            Ok(None)
        }
    }
}

/// Marks a job as done, in the caller's transaction with its effect where that is in the database.
pub async fn done<C: ConnectionTrait>(db: &C, ids: &[JobId], now: DateTime<Utc>) -> Result<(), DbErr> {
    if ids.is_empty() {
        return Ok(());
    }
    job::Entity::update_many()
        .col_expr(job::Column::State, Expr::value(job::State::Done))
        .col_expr(
            job::Column::LeaseUntil,
            Expr::value(Option::<DateTime<Utc>>::None),
        )
        .col_expr(job::Column::UpdatedAt, Expr::value(now))
        .filter(job::Column::Id.is_in(ids.iter().copied()))
        .exec(db)
        .await?;
    Ok(())
}

/// Records a failure: to be tried again after a growing pause, or dead when the tries are used up.
pub async fn failed(core: &Core, claim: &Claim, why: &str) -> Result<()> {
    if claim.attempt >= MAX_ATTEMPTS {
        return bury(core, claim.id, why).await;
    }
    let now = core.clock.now();
    let pause = Duration::seconds(1 << claim.attempt.clamp(0, 8));
    job::Entity::update_many()
        .col_expr(job::Column::State, Expr::value(job::State::Pending))
        .col_expr(job::Column::RunAt, Expr::value(now + pause))
        .col_expr(
            job::Column::LeaseUntil,
            Expr::value(Option::<DateTime<Utc>>::None),
        )
        .col_expr(job::Column::LastError, Expr::value(why.to_owned()))
        .col_expr(job::Column::UpdatedAt, Expr::value(now))
        .filter(job::Column::Id.eq(claim.id))
        // a worker that lost its lease has no say in what the next one does
        .filter(job::Column::State.eq(job::State::Running))
        .filter(job::Column::Attempts.eq(claim.attempt))
        .exec(&*core.db)
        .await?;
    Ok(())
}

/// Gives a job up; it stays, for an admin to read and replay.
pub async fn bury(core: &Core, id: JobId, why: &str) -> Result<()> {
    tracing::error!(job = %id, why, "a job is dead");
    metrics::counter!("switchboard_jobs_dead_total").increment(1);
    job::Entity::update_many()
        .col_expr(job::Column::State, Expr::value(job::State::Dead))
        .col_expr(
            job::Column::LeaseUntil,
            Expr::value(Option::<DateTime<Utc>>::None),
        )
        .col_expr(job::Column::LastError, Expr::value(why.to_owned()))
        .col_expr(job::Column::UpdatedAt, Expr::value(core.clock.now()))
        .filter(job::Column::Id.eq(id))
        .exec(&*core.db)
        .await?;
    Ok(())
}

/// Gives every unfinished, unheld job that is due to the transport again: after a lost Redis, a kill -9,
/// a boot, a retry's pause. Returns how many.
pub async fn reconcile(core: &Core) -> Result<usize> {
    let now = core.clock.now();
    job::Entity::update_many()
        .col_expr(job::Column::State, Expr::value(job::State::Dead))
        .col_expr(
            job::Column::LastError,
            Expr::value("its worker died each time it ran"),
        )
        .col_expr(job::Column::UpdatedAt, Expr::value(now))
        .filter(job::Column::State.eq(job::State::Running))
        .filter(job::Column::LeaseUntil.lt(now))
        .filter(job::Column::Attempts.gte(MAX_STARTS))
        .exec(&*core.db)
        .await?;
    // a job fresh from its commit is on its way already
    let fresh = now - Duration::seconds(2);
    let due = job::Entity::find()
        .select_only()
        .column(job::Column::Id)
        .filter(
            job::Column::State
                .eq(job::State::Pending)
                .and(job::Column::RunAt.lte(now))
                .and(job::Column::CreatedAt.lte(fresh))
                .or(job::Column::State
                    .eq(job::State::Running)
                    .and(job::Column::LeaseUntil.lt(now))),
        )
        .order_by_asc(job::Column::RunAt)
        .limit(RECONCILE_LIMIT)
        .into_tuple::<JobId>()
        .all(&*core.db)
        .await?;
    let count = due.len();
    if count > 0 {
        core.queue
            .push(&due.iter().map(|id| id.0).collect::<Vec<_>>())
            .await
            .map_err(|error| Error::Unavailable(format!("the queue does not answer: {error}")))?;
    }
    Ok(count)
}

/// How many jobs are unfinished (pending or running) and how many are dead.
pub async fn backlog(core: &Core) -> Result<(u64, u64)> {
    use sea_orm::PaginatorTrait;
    let unfinished = job::Entity::find()
        .filter(job::Column::State.is_in([job::State::Pending, job::State::Running]))
        .count(&*core.db)
        .await?;
    let dead = job::Entity::find()
        .filter(job::Column::State.eq(job::State::Dead))
        .count(&*core.db)
        .await?;
    Ok((unfinished, dead))
}

/// Deletes finished jobs older than `keep`.
pub async fn sweep(core: &Core, keep: Duration) -> Result<u64> {
    let result = job::Entity::delete_many()
        .filter(job::Column::State.eq(job::State::Done))
        .filter(job::Column::UpdatedAt.lt(core.clock.now() - keep))
        .exec(&*core.db)
        .await?;
    Ok(result.rows_affected)
}
