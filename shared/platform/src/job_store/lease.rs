//! A worker's hold on a job: taken before it runs, renewed while it does, given back with what came of it.

use super::{Enqueued, MAX_ERROR, bury, enqueued, finish, give_up};
use crate::Platform;
use crate::job::Job;
use crate::job::policy::{self, Order, POLICIES, delta};
use chrono::{DateTime, Utc};
use entity::job::{Column, State};
use entity::{JobId, job::Entity};
use kernel::error::Result;
use kernel::queue_name::QueueName;
use sea_orm::sea_query::{Alias, CaseStatement, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};

/// Which run of a job this is. When another worker has begun it since, what this one still does is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lease {
    /// The job's row.
    pub job: JobId,
    /// The job's starts, this one included.
    pub start: i32,
}

impl Lease {
    /// No other worker has begun the job since.
    pub(super) fn is_last_start(self) -> Condition {
        Condition::all()
            .add(Column::Id.eq(self.job))
            .add(Column::Starts.eq(self.start))
    }

    /// No other worker has begun the job since, and it still runs.
    fn is_held(self) -> Condition {
        self.is_last_start().add(Column::State.eq(State::Running))
    }
}

/// A job that this worker now holds.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Which run this is; everything that the run stores goes with it.
    pub lease: Lease,
    /// What is to be done.
    pub job: Job,
    /// The queue that its row names.
    pub queue: String,
    /// Runs that ended with an error so far.
    pub failures: i32,
    /// The series that it is one of.
    pub series: Option<String>,
}

/// Takes a job for this worker: its start is counted before it runs. None when it is done, dead, not yet due, held by
/// another, of a kind that this release does not know, or when another of its series comes first.
pub async fn claim(platform: &Platform, id: JobId) -> Result<Option<Claim>> {
    let now = platform.clock.now();
    let taken = Entity::update_many()
        .col_expr(Column::State, Expr::value(State::Running))
        .col_expr(Column::Starts, Expr::col(Column::Starts).add(1))
        .col_expr(Column::LeaseUntil, lease_until(now))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(is_due(now))
        .exec_with_returning(&*platform.db)
        .await?;
    let Some(row) = taken.into_iter().next() else {
        return Ok(None);
    };
    match serde_json::from_value(row.payload) {
        Ok(job) => Ok(Some(Claim {
            lease: Lease {
                job: id,
                start: row.starts,
            },
            job,
            queue: row.queue,
            failures: row.failures,
            series: row.series,
        })),
        Err(error) => {
            bury(platform, id, &format!("unreadable payload: {error}")).await?;
            Ok(None)
        }
    }
}

/// Waits for a worker, its time has come and it is its turn; of a kind that this release knows.
pub(super) fn is_due(now: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(Column::State.eq(State::Pending))
        .add(Column::RunAt.lte(now))
        .add(Column::Kind.is_in(policy::kinds()))
        .add(Expr::exists(ahead()).not())
}

/// Those of its series that must end before it.
fn ahead() -> sea_orm::sea_query::SelectStatement {
    let other = Alias::new("other");
    let its = |column: Column| Expr::col((other.clone(), column));
    let this = |column: Column| Expr::col((Entity, column));
    let strict = POLICIES.iter().filter(|policy| policy.order == Order::Strict);
    let earlier = its(Column::SeriesSeq)
        .lt(this(Column::SeriesSeq))
        .or(its(Column::SeriesSeq)
            .eq(this(Column::SeriesSeq))
            .and(its(Column::Id).lt(this(Column::Id))));
    let waits = its(Column::State)
        .eq(Expr::value(State::Pending))
        .and(earlier)
        .and(
            its(Column::Failures)
                .eq(0)
                .or(its(Column::Kind).is_in(strict.map(|policy| policy.kind))),
        );
    let runs = its(Column::State).eq(Expr::value(State::Running));
    Query::select()
        .expr(Expr::val(1))
        .from_as(Entity, other.clone())
        .and_where(its(Column::Series).eq(this(Column::Series)))
        .and_where(its(Column::State).is_in([State::Pending, State::Running].map(Expr::value)))
        .and_where(runs.or(waits))
        .to_owned()
}

fn lease_until(now: DateTime<Utc>) -> Expr {
    let mut until = CaseStatement::new();
    for policy in POLICIES {
        until = until.case(
            Column::Kind.eq(policy.kind),
            Expr::value(now + delta(policy.lease)),
        );
    }
    until.finally(Expr::value(now)).into()
}

/// A sign of life: the lease begins anew. False where another worker has the job, or nobody.
pub async fn renew(platform: &Platform, claim: &Claim) -> Result<bool> {
    let until = platform.clock.now() + delta(claim.job.policy().lease);
    let renewed = Entity::update_many()
        .col_expr(Column::LeaseUntil, Expr::value(until))
        .filter(claim.lease.is_held())
        .exec(&*platform.db)
        .await?;
    Ok(renewed.rows_affected == 1)
}

/// Records a failure: to be tried again after a growing pause, or dead when the tries are used up. Nothing where the
/// worker has lost its lease: it has no say in what the next one does.
pub async fn failed(platform: &Platform, claim: &Claim, why: &str) -> Result<()> {
    let retry = claim.job.policy().retry;
    let failures = claim.failures + 1;
    if failures >= retry.failures {
        let why = format!("{why} (failure {failures})");
        return give_up(platform, claim.lease.is_held(), &why).await.map(drop);
    }
    let now = platform.clock.now();
    let why: String = why.chars().take(MAX_ERROR).collect();
    finish(State::Pending, now)
        .col_expr(Column::Failures, Expr::value(failures))
        .col_expr(
            Column::RunAt,
            Expr::value(now + retry.pause(claim.lease.job, failures)),
        )
        .col_expr(Column::PushedAt, Expr::value(Option::<DateTime<Utc>>::None))
        .col_expr(Column::LastError, Expr::value(why))
        .filter(claim.lease.is_held())
        .exec(&*platform.db)
        .await?;
    Ok(())
}

/// Gives a job back that belongs into another queue; that is no start.
pub async fn move_to(platform: &Platform, claim: &Claim, queue: QueueName) -> Result<()> {
    let now = platform.clock.now();
    let moved = finish(State::Pending, now)
        .col_expr(Column::Queue, Expr::value(queue.word()))
        .col_expr(Column::Starts, Expr::col(Column::Starts).sub(1))
        .col_expr(Column::PushedAt, Expr::value(now))
        .filter(claim.lease.is_held())
        .exec(&*platform.db)
        .await?;
    if moved.rows_affected == 1 {
        let id = claim.lease.job;
        platform.push_jobs(vec![Enqueued { id, queue }]);
    }
    Ok(())
}

/// Hands the next of the series to the transport, after one has run: its own ticket came before its turn.
pub async fn push_next(platform: &Platform, claim: &Claim) -> Result<()> {
    let Some(series) = &claim.series else {
        return Ok(());
    };
    let next = Entity::find()
        .filter(Column::Series.eq(series))
        .filter(Column::State.eq(State::Pending))
        .filter(Column::RunAt.lte(platform.clock.now()))
        .order_by_asc(Column::SeriesSeq)
        .order_by_asc(Column::Id)
        .one(&*platform.db)
        .await?;
    platform.push_jobs(next.as_ref().and_then(enqueued).into_iter().collect());
    Ok(())
}
