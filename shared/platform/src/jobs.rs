//! Jobs as admins see them: what waits, what runs, what died, and trying the dead ones again.

use crate::Platform;
use crate::job::policy::kinds;
use crate::job_store;
use crate::paging::{self, Page};
use chrono::{DateTime, Utc};
use entity::JobId;
use entity::job::{self, Column, State};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::queue_name::QueueName;
use kernel::roles;
use kernel::settings::WorkerMode;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

/// Which jobs, those due last first.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// None: all but those that are done.
    pub state: Option<State>,
    /// Where the page begins; none: at the job that is due last.
    pub cursor: Option<Cursor>,
    /// 1–100.
    pub limit: u64,
}

/// A page of jobs.
pub type Listed = Page<job::Model, (DateTime<Utc>, Uuid)>;

/// Where a page of the list of jobs begins.
pub type Cursor = paging::Cursor<(DateTime<Utc>, Uuid)>;

/// What an admin looks after; those that are done are of no interest.
const SHOWN: [State; 3] = [State::Pending, State::Running, State::Dead];

/// Jobs that are not done; admins only.
pub async fn list(platform: &Platform, actor: &Actor, query: &Query) -> Result<Listed> {
    roles::admin(actor)?;
    let all = match query.state {
        Some(state) => job::Entity::find().filter(Column::State.eq(state)),
        None => job::Entity::find().filter(Column::State.is_in(SHOWN)),
    };
    let order = [Column::RunAt, Column::Id];
    let key = |row: &job::Model| (row.run_at, row.id.0);
    Ok(Page::read(&*platform.db, all, &order, query.cursor, query.limit, key).await?)
}

/// How one queue stands, over all processes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueFigures {
    /// One of [`QueueName`]'s words, or of a newer release's.
    pub queue: String,
    /// Jobs that wait for their time, their turn or a worker.
    pub pending: u64,
    /// Jobs that a worker holds.
    pub running: u64,
    /// Jobs that were given up; an admin can replay them.
    pub dead: u64,
    /// Seconds that the oldest job whose time has come has waited; 0 where none waits.
    pub oldest: u64,
}

/// Every queue, those without jobs too; admins only.
pub async fn queues(platform: &Platform, actor: &Actor) -> Result<Vec<QueueFigures>> {
    roles::admin(actor)?;
    queue_figures(platform).await
}

async fn queue_figures(platform: &Platform) -> Result<Vec<QueueFigures>> {
    let rows: Vec<(String, State, i64, DateTime<Utc>)> = job::Entity::find()
        .select_only()
        .columns([Column::Queue, Column::State])
        .column_as(Expr::col(Column::Id).count(), "jobs")
        .column_as(Expr::col(Column::RunAt).min(), "oldest")
        .filter(Column::State.is_in(SHOWN))
        .group_by(Column::Queue)
        .group_by(Column::State)
        .order_by_asc(Column::Queue)
        .into_tuple()
        .all(&*platform.db)
        .await?;
    let empty = |queue: &str| QueueFigures {
        queue: queue.to_owned(),
        pending: 0,
        running: 0,
        dead: 0,
        oldest: 0,
    };
    let mut queues: Vec<_> = QueueName::ALL.iter().map(|queue| empty(queue.word())).collect();
    let now = platform.clock.now();
    for (queue, state, jobs, oldest) in rows {
        let known = queues.iter().position(|figures| figures.queue == queue);
        let at = known.unwrap_or_else(|| {
            queues.push(empty(&queue));
            queues.len() - 1
        });
        let (figures, jobs) = (&mut queues[at], u64::try_from(jobs).unwrap_or_default());
        match state {
            State::Pending => {
                figures.pending = jobs;
                figures.oldest = u64::try_from((now - oldest).num_seconds()).unwrap_or_default();
            }
            State::Running => figures.running = jobs,
            State::Dead => figures.dead = jobs,
            State::Done => {}
        }
    }
    Ok(queues)
}

/// Sets the gauges of the job plane; what has not happened yet is there too, with 0.
pub async fn measure(platform: &Platform) -> Result<()> {
    let queues = queue_figures(platform).await?;
    let all = |of: fn(&QueueFigures) -> u64| queues.iter().map(of).sum::<u64>() as f64;
    metrics::gauge!("switchboard_jobs", "state" => "unfinished")
        .set(all(|queue| queue.pending + queue.running));
    metrics::gauge!("switchboard_jobs", "state" => "dead").set(all(|queue| queue.dead));
    for figures in queues {
        let of = |state: &'static str| metrics::gauge!("switchboard_job_queue", "queue" => figures.queue.clone(), "state" => state);
        of("pending").set(figures.pending as f64);
        of("running").set(figures.running as f64);
        of("dead").set(figures.dead as f64);
        metrics::gauge!("switchboard_job_queue_oldest_seconds", "queue" => figures.queue.clone())
            .set(figures.oldest as f64);
    }
    let works_here = platform.settings.worker == WorkerMode::Embedded;
    for queue in QueueName::ALL {
        let mut slots = platform
            .settings
            .worker_queues
            .iter()
            .filter(|(name, _)| *name == queue);
        let slots = slots.next().map_or(0, |(_, slots)| *slots);
        metrics::gauge!("switchboard_job_slots", "queue" => queue.word()).set(if works_here {
            slots as f64
        } else {
            0.0
        });
        metrics::gauge!("switchboard_job_slots_busy", "queue" => queue.word()).increment(0.0);
    }
    for kind in kinds() {
        metrics::counter!("switchboard_jobs_dead_total", "kind" => kind).increment(0);
    }
    metrics::gauge!("switchboard_jobs_unknown").increment(0.0);
    Ok(())
}

/// Begins a dead job anew, with all its tries, and hands it to the transport; admins only.
pub async fn replay(platform: &Platform, actor: &Actor, id: JobId) -> Result<job::Model> {
    roles::admin(actor)?;
    // of two concurrent replays one takes effect
    let dead = Condition::all()
        .add(Column::Id.eq(id))
        .add(Column::State.eq(State::Dead));
    if let Some(row) = job_store::begin_anew(platform, dead).await?.into_iter().next() {
        return Ok(row);
    }
    match job::Entity::find_by_id(id).one(&*platform.db).await? {
        None => Err(Error::NotFound("Job".into())),
        Some(_) => Err(Error::Conflict {
            code: "job_not_dead",
            field: None,
            detail: "Only a dead job can be replayed".into(),
        }),
    }
}
