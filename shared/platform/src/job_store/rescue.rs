//! Brings back what was lost: jobs whose worker died, and tickets that never reached one.

use super::lease::is_due;
use super::{by_queue, enqueued, finish, give_up};
use crate::Platform;
use crate::job::policy::{self, MAX_DEATHS};
use chrono::{DateTime, Duration, Utc};
use entity::job::{self, Column, Entity, State};
use kernel::error::{Error, Result};
use kernel::queue_name::QueueName;
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};

/// What one reconciliation pushes of one queue at most.
const LIMIT: u64 = 500;
/// How long a ticket may be on its way from a commit to an idle worker.
const ON_ITS_WAY: Duration = Duration::seconds(2);
/// How often a job that waits is pushed again while its queue has tickets.
const PUSH_AGAIN: Duration = Duration::seconds(60);
/// Jobs of dead workers that one reconciliation frees at most.
const RESCUED: u64 = 100;

/// Frees the jobs of workers that died, and hands what is due to the transport where its ticket was lost: after a lost
/// Redis, a kill -9, a boot, a retry's pause; of the queues that this process serves. Each row is pushed by one process
/// only, and again after a minute at the earliest while its queue has tickets. Returns how many were pushed.
pub async fn reconcile(platform: &Platform) -> Result<usize> {
    rescue(platform).await?;
    let mut pushed = 0;
    for (queue, _) in &platform.settings.worker_queues {
        pushed += push_lost(platform, *queue).await?;
    }
    Ok(pushed)
}

/// What ran when its lease ran out waits again, after a pause that grows with each death of its worker, or is dead:
/// it may be what kills them.
async fn rescue(platform: &Platform) -> Result<()> {
    let now = platform.clock.now();
    let left = Entity::find()
        .filter(Column::State.eq(State::Running))
        .filter(Column::LeaseUntil.lt(now))
        .limit(RESCUED)
        .all(&*platform.db)
        .await?;
    for row in left {
        // whoever comes second changes nothing
        let still_left = Condition::all()
            .add(Column::Id.eq(row.id))
            .add(Column::State.eq(State::Running))
            .add(Column::Starts.eq(row.starts))
            .add(Column::LeaseUntil.lt(now));
        let deaths = row.starts - row.failures;
        if deaths >= MAX_DEATHS {
            let why = format!("its worker died {deaths} times while it ran");
            give_up(platform, still_left, &why).await?;
            continue;
        }
        tracing::warn!(job = %row.id, kind = row.kind, deaths, "a job's worker died or lost it; it waits again");
        finish(State::Pending, now)
            .col_expr(Column::RunAt, Expr::value(now + pause(&row, deaths)))
            .col_expr(Column::PushedAt, Expr::value(Option::<DateTime<Utc>>::None))
            .filter(still_left)
            .exec(&*platform.db)
            .await?;
    }
    Ok(())
}

/// None after the first death: most workers die of something else.
fn pause(row: &job::Model, deaths: i32) -> Duration {
    match policy::of(&row.kind) {
        Some(policy) if deaths > 1 => policy.retry.pause(row.id, deaths - 1),
        _ => Duration::zero(),
    }
}

async fn push_lost(platform: &Platform, queue: QueueName) -> Result<usize> {
    let unreachable = |why: String| Error::Unavailable(format!("the queue {queue} does not answer: {why}"));
    let transport = platform.queues.of(queue);
    // in an empty queue no ticket waits: what is not on its way is lost
    let depth = transport.depth().await;
    let depth = depth.ok_or_else(|| unreachable("its length is not known".into()))?;
    let since = if depth == 0 { ON_ITS_WAY } else { PUSH_AGAIN };
    let mut rows = take(platform, queue, since).await?;
    rows.sort_by_key(|row| (row.run_at, row.id.0));
    let jobs: Vec<_> = rows.iter().filter_map(enqueued).collect();
    for (_, ids) in by_queue(&jobs) {
        if let Err(error) = transport.push(&ids).await {
            untake(platform, &rows).await?;
            return Err(unreachable(error.to_string()));
        }
    }
    Ok(jobs.len())
}

/// Marks what is due as pushed now, in one statement, so that of several processes one pushes it.
async fn take(platform: &Platform, queue: QueueName, since: Duration) -> Result<Vec<job::Model>> {
    let now = platform.clock.now();
    let not_pushed = Column::PushedAt.is_null().or(Column::PushedAt.lte(now - since));
    let due = Query::select()
        .column((Entity, Column::Id))
        .from(Entity)
        .and_where(Column::Queue.eq(queue.word()))
        .cond_where(is_due(now))
        .and_where(not_pushed)
        .order_by((Entity, Column::RunAt), sea_orm::Order::Asc)
        .limit(LIMIT)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .to_owned();
    let taken = Entity::update_many()
        .col_expr(Column::PushedAt, Expr::value(now))
        .filter(Column::Id.in_subquery(due))
        .exec_with_returning(&*platform.db)
        .await?;
    Ok(taken)
}

/// What could not be pushed after all is pushed as soon as it can be.
async fn untake(platform: &Platform, rows: &[job::Model]) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::PushedAt, Expr::value(Option::<DateTime<Utc>>::None))
        .filter(Column::Id.is_in(rows.iter().map(|row| row.id)))
        .filter(Column::State.eq(State::Pending))
        .exec(&*platform.db)
        .await?;
    Ok(())
}

/// Jobs that wait for a newer release: of kinds that this one does not know. They are left alone; operators see them in
/// the log and in `switchboard_jobs_unknown`. Returns how many there are.
pub async fn report_unknown(platform: &Platform) -> Result<u64> {
    let found: Vec<(String, i64)> = Entity::find()
        .select_only()
        .column(Column::Kind)
        .column_as(Expr::col(Column::Id).count(), "jobs")
        .filter(Column::State.eq(State::Pending))
        .filter(Column::Kind.is_not_in(policy::kinds()))
        .group_by(Column::Kind)
        .into_tuple()
        .all(&*platform.db)
        .await?;
    let jobs = found
        .iter()
        .map(|(_, jobs)| u64::try_from(*jobs).unwrap_or_default())
        .sum();
    metrics::gauge!("switchboard_jobs_unknown").set(jobs as f64);
    for (kind, jobs) in found {
        tracing::warn!(
            kind,
            jobs,
            "jobs wait for a worker of another release: this one does not know their kind"
        );
    }
    Ok(jobs)
}
