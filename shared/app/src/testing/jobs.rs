//! Running jobs by hand: a test's application has no worker, so that nothing happens that the test does not want.

use crate::{App, jobs};
use entity::{JobId, job};
use platform::job_store;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

/// Runs a job as a worker does; false where it is not due, not its turn or held by another. One that fails fails the test.
pub async fn run_job(app: &App, id: JobId) -> bool {
    let claim = job_store::claim(app, id).await.expect("a claim");
    let Some(claim) = claim else { return false };
    let done = jobs::work(app, &claim).await;
    done.unwrap_or_else(|error| panic!("{:?}: {error:?}", claim.job));
    true
}

/// Runs the jobs of a kind that are due, oldest first.
pub async fn run_jobs(app: &App, kind: &str) {
    for id in waiting(app, Some(kind)).await {
        run_job(app, id).await;
    }
}

/// Runs whatever is due, and what comes of it, until nothing is.
pub(super) async fn run_all(app: &App) {
    loop {
        let mut ran = false;
        for id in waiting(app, None).await {
            ran |= run_job(app, id).await;
        }
        if !ran {
            return;
        }
    }
}

async fn waiting(app: &App, kind: Option<&str>) -> Vec<JobId> {
    let mut waiting = job::Entity::find().filter(job::Column::State.eq(job::State::Pending));
    if let Some(kind) = kind {
        waiting = waiting.filter(job::Column::Kind.eq(kind));
    }
    let rows = waiting.order_by_asc(job::Column::Id).all(&*app.db).await;
    rows.expect("the jobs").into_iter().map(|row| row.id).collect()
}
