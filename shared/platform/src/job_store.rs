//! Jobs in the database: rows that commit with what caused them. The row is the truth, apalis the transport.
//!
//! Here they are stored and finished; `job_store/lease.rs` is the worker's hold on one, `job_store/rescue.rs` brings back
//! what was lost.

mod lease;
mod rescue;

pub use lease::{Claim, Lease, claim, failed, move_to, push_next, renew};
pub use rescue::{reconcile, report_unknown};

use crate::Platform;
use crate::db::Transaction;
use crate::job::Job;
use crate::queue::Queues;
use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use entity::{JobId, job};
use kernel::error::Result;
use kernel::queue_name::QueueName;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use std::collections::{BTreeMap, HashSet};
use tokio_util::task::TaskTracker;
use uuid::Uuid;

/// Notifies admins of jobs that were given up.
#[async_trait]
pub trait DeadJobs: Send + Sync {
    /// Stores the notifications in the transaction that gives the jobs up. What is returned delivers them: it is called
    /// after the commit.
    ///
    /// # Errors
    ///
    /// The database does not answer: the jobs are not given up then.
    async fn given_up(
        &self,
        platform: &Platform,
        tx: &Transaction,
        dead: &[job::Model],
        why: &str,
    ) -> Result<Box<dyn FnOnce() + Send>>;
}

/// Characters of an error that are kept.
const MAX_ERROR: usize = 2_000;

/// A stored job that is to be handed to the transport after its commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Enqueued {
    /// The job's row.
    pub id: JobId,
    /// The queue that its row names.
    pub queue: QueueName,
}

/// A row for a job to be run at `run_at`, in its kind's queue.
pub fn intent(job: &Job, now: DateTime<Utc>, run_at: DateTime<Utc>) -> Result<job::ActiveModel, DbErr> {
    intent_in(job.policy().queue, job, now, run_at)
}

/// The same in another queue.
pub fn intent_in(
    queue: QueueName,
    job: &Job,
    now: DateTime<Utc>,
    run_at: DateTime<Utc>,
) -> Result<job::ActiveModel, DbErr> {
    let payload = serde_json::to_value(job).map_err(|error| DbErr::Json(error.to_string()))?;
    let (series, series_seq) = job.series().unzip();
    Ok(job::ActiveModel {
        id: Set(JobId(Uuid::now_v7())),
        kind: Set(job.kind().into()),
        payload: Set(payload),
        state: Set(job::State::Pending),
        queue: Set(queue.word().into()),
        starts: Set(0),
        failures: Set(0),
        run_at: Set(run_at),
        lease_until: Set(None),
        // it is pushed after its commit, unless its time comes later
        pushed_at: Set((run_at <= now).then_some(now)),
        series: Set(series),
        series_seq: Set(series_seq),
        unique_key: Set(job.unique_key()),
        last_error: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
    })
}

/// Stores intents in the caller's transaction; one whose key exists already is left out. Returns all that were given.
pub async fn add<C: ConnectionTrait>(db: &C, rows: Vec<job::ActiveModel>) -> Result<Vec<Enqueued>, DbErr> {
    let enqueued = rows.iter().filter_map(|row| {
        Some(Enqueued {
            id: *row.id.try_as_ref()?,
            queue: QueueName::of(row.queue.try_as_ref()?)?,
        })
    });
    let enqueued = enqueued.collect();
    if rows.is_empty() {
        return Ok(enqueued);
    }
    job::Entity::insert_many(rows)
        .on_conflict(OnConflict::column(job::Column::UniqueKey).do_nothing().to_owned())
        .exec_without_returning(db)
        .await?;
    Ok(enqueued)
}

/// Stores one intent by itself and hands it to the transport.
pub async fn enqueue(platform: &Platform, job: &Job) -> Result<()> {
    let now = platform.clock.now();
    let queue = job.queue(platform.has_model());
    let jobs = add(&*platform.db, vec![intent_in(queue, job, now, now)?]).await?;
    platform.push_jobs(jobs);
    Ok(())
}

/// The same for one whose key may have been used: a job that is done already is begun anew.
pub async fn enqueue_again(platform: &Platform, job: &Job) -> Result<()> {
    enqueue(platform, job).await?;
    let of_this_key = Condition::all()
        .add(job::Column::UniqueKey.eq(job.unique_key()))
        .add(job::Column::State.eq(job::State::Done));
    begin_anew(platform, of_this_key).await?;
    Ok(())
}

/// Stores one intent under a key of the caller's, unless there is one, and hands it to the transport.
pub async fn enqueue_once(platform: &Platform, job: &Job, key: String) -> Result<()> {
    let now = platform.clock.now();
    let row = job::ActiveModel {
        unique_key: Set(Some(key)),
        ..intent(job, now, now)?
    };
    let jobs = add(&*platform.db, vec![row]).await?;
    platform.push_jobs(jobs);
    Ok(())
}

/// Begins finished jobs anew, with all their tries, and hands them to the transport.
pub(crate) async fn begin_anew(platform: &Platform, which: Condition) -> Result<Vec<job::Model>> {
    let now = platform.clock.now();
    let anew = job::Entity::update_many()
        .col_expr(job::Column::State, Expr::value(job::State::Pending))
        .col_expr(job::Column::Starts, Expr::value(0))
        .col_expr(job::Column::Failures, Expr::value(0))
        .col_expr(job::Column::RunAt, Expr::value(now))
        .col_expr(job::Column::PushedAt, Expr::value(now))
        .col_expr(job::Column::UpdatedAt, Expr::value(now))
        .filter(which)
        .exec_with_returning(&*platform.db)
        .await?;
    platform.push_jobs(anew.iter().filter_map(enqueued).collect());
    Ok(anew)
}

/// Nothing where this release does not know its queue.
fn enqueued(row: &job::Model) -> Option<Enqueued> {
    Some(Enqueued {
        id: row.id,
        queue: QueueName::of(&row.queue)?,
    })
}

/// Hands jobs to the transport without waiting for it; what it loses the reconciler finds. The end of the process waits
/// for its tasks.
pub fn push(queues: &Queues, tasks: &TaskTracker, jobs: Vec<Enqueued>) {
    if jobs.is_empty() {
        return;
    }
    let queues = queues.clone();
    tasks.spawn(async move {
        for (queue, ids) in by_queue(&jobs) {
            if let Err(error) = queues.of(queue).push(&ids).await {
                tracing::warn!(%error, %queue, jobs = ids.len(), "the queue did not take jobs; the reconciler will");
            }
        }
    });
}

fn by_queue(jobs: &[Enqueued]) -> BTreeMap<QueueName, Vec<Uuid>> {
    let mut queues: BTreeMap<QueueName, Vec<Uuid>> = BTreeMap::new();
    for job in jobs {
        queues.entry(job.queue).or_default().push(job.id.0);
    }
    queues
}

/// Marks one job as done by itself: its effect is not in the database.
pub async fn complete(platform: &Platform, lease: Lease) -> Result<()> {
    Ok(done(&*platform.db, &[lease], platform.clock.now()).await?)
}

/// Marks jobs as done, in the caller's transaction with their effect where that is in the database. An error, with which
/// the effect is rolled back, where another worker has begun one of them since.
pub async fn done<C: ConnectionTrait>(db: &C, leases: &[Lease], now: DateTime<Utc>) -> Result<(), DbErr> {
    if leases.is_empty() {
        return Ok(());
    }
    let leases: HashSet<Lease> = leases.iter().copied().collect();
    let held = leases
        .iter()
        .fold(Condition::any(), |any, lease| any.add(lease.is_last_start()));
    let finished = finish(job::State::Done, now).filter(held).exec(db).await?;
    if finished.rows_affected != leases.len() as u64 {
        return Err(lost());
    }
    Ok(())
}

/// An error, with which the caller's transaction is rolled back, where another worker has begun the job since. For
/// effects that are followed by more before the job is done, and are harmless twice.
pub async fn check<C: ConnectionTrait>(db: &C, lease: Lease) -> Result<(), DbErr> {
    let held = job::Entity::find().filter(lease.is_last_start()).one(db).await?;
    held.map(drop).ok_or_else(lost)
}

/// Whether a later job of the same series is to be run: of those that bring the same anew, the last is enough.
pub async fn is_superseded<C: ConnectionTrait>(db: &C, lease: Lease) -> Result<bool, DbErr> {
    let own = job::Entity::find_by_id(lease.job).one(db).await?;
    let Some(series) = own.and_then(|row| row.series) else {
        return Ok(false);
    };
    let later = job::Entity::find()
        .filter(job::Column::Series.eq(series))
        .filter(job::Column::State.is_in([job::State::Pending, job::State::Running]))
        .filter(job::Column::Id.gt(lease.job))
        .one(db)
        .await?;
    Ok(later.is_some())
}

fn lost() -> DbErr {
    DbErr::Custom("the job's lease ran out and another worker has begun it".into())
}

fn finish(state: job::State, now: DateTime<Utc>) -> sea_orm::UpdateMany<job::Entity> {
    job::Entity::update_many()
        .col_expr(job::Column::State, Expr::value(state))
        .col_expr(
            job::Column::LeaseUntil,
            Expr::value(Option::<DateTime<Utc>>::None),
        )
        .col_expr(job::Column::UpdatedAt, Expr::value(now))
}

/// Gives a job up; it stays, for an admin to read and replay.
pub async fn bury(platform: &Platform, id: JobId, why: &str) -> Result<()> {
    give_up(platform, Condition::all().add(job::Column::Id.eq(id)), why)
        .await
        .map(drop)
}

/// Gives jobs up, and has the admins notified in the same transaction. Returns how many.
async fn give_up(platform: &Platform, which: Condition, why: &str) -> Result<usize> {
    let now = platform.clock.now();
    let why: String = why.chars().take(MAX_ERROR).collect();
    let tx = platform.db.begin().await?;
    let dead = finish(job::State::Dead, now)
        .col_expr(job::Column::LastError, Expr::value(why.as_str()))
        .filter(which)
        .exec_with_returning(&*tx)
        .await?;
    let announce = platform.dead_jobs.given_up(platform, &tx, &dead, &why).await?;
    tx.commit().await?;
    for row in &dead {
        tracing::error!(job = %row.id, kind = row.kind, starts = row.starts, failures = row.failures, why, "a job is dead");
        metrics::counter!("switchboard_jobs_dead_total", "kind" => row.kind.clone()).increment(1);
    }
    announce();
    Ok(dead.len())
}

/// Whether a job of this one's series waits or runs.
pub async fn is_unfinished(platform: &Platform, job: &Job) -> Result<bool> {
    let series = job.series().map(|(series, _)| series);
    let unfinished = job::Entity::find()
        .filter(job::Column::Series.eq(series))
        .filter(job::Column::State.is_in([job::State::Pending, job::State::Running]))
        .one(&*platform.db)
        .await?;
    Ok(unfinished.is_some())
}

/// How many jobs are unfinished (pending or running) and how many are dead.
pub async fn backlog(platform: &Platform) -> Result<(u64, u64)> {
    use sea_orm::PaginatorTrait;
    let unfinished = job::Entity::find()
        .filter(job::Column::State.is_in([job::State::Pending, job::State::Running]))
        .count(&*platform.db)
        .await?;
    let dead = job::Entity::find()
        .filter(job::Column::State.eq(job::State::Dead))
        .count(&*platform.db)
        .await?;
    Ok((unfinished, dead))
}

/// Deletes finished jobs older than `keep`.
pub async fn sweep(platform: &Platform, keep: Duration) -> Result<u64> {
    let result = job::Entity::delete_many()
        .filter(job::Column::State.eq(job::State::Done))
        .filter(job::Column::UpdatedAt.lt(platform.clock.now() - keep))
        .exec(&*platform.db)
        .await?;
    Ok(result.rows_affected)
}
