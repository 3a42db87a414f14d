//! The installation at work: its jobs, and how much there is to do.

use super::openapi::Tag;
use crate::bearer::Bearer;
use crate::problem::Problem;
use crate::wire::params::{Number, PathText, given};
use crate::wire::time::Timestamp;
use app::App;
use desk::figures::{self, ByStatus, Figures, Jobs};
use entity::JobId;
use entity::job::{self, State};
use kernel::error::Error;
use kernel::roles;
use platform::jobs::{self, Cursor, Listed, QueueFigures};
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::Any;
use poem_openapi::{Enum, Object, OpenApi};
use serde_json::Value;
use uuid::Uuid;

pub(super) struct OperationsApi(pub App);

#[OpenApi(prefix_path = "/api", tag = "Tag::Operations")]
impl OperationsApi {
    /// List the jobs
    ///
    /// Those that wait, run or died, due last first, and how each queue stands; admins only.
    #[oai(path = "/jobs", method = "get", operation_id = "list_jobs")]
    async fn jobs(
        &self,
        caller: Bearer,
        /// Only those that stand there; all but those that are done unless given.
        state: Query<Option<JobState>>,
        /// `next` or `previous` of another page.
        cursor: Query<Option<String>>,
        /// How many; 20 unless given, 100 at most.
        limit: Query<Option<Number<1, 100>>>,
    ) -> Result<Json<JobPage>, Problem> {
        let query = jobs::Query {
            state: state.0.map(Into::into),
            cursor: given(cursor.0)
                .map(|cursor| Cursor::decode(&cursor))
                .transpose()?,
            limit: limit.0.map_or(20, Number::unsigned),
        };
        let listed = jobs::list(&self.0, &caller.0, &query).await?;
        let queues = jobs::queues(&self.0, &caller.0).await?;
        Ok(Json(JobPage::new(listed, queues)))
    }

    /// Replay a dead job
    ///
    /// It is run again at once, with all its tries; admins only. 409 `job_not_dead` where it is not dead.
    #[oai(path = "/jobs/:id/replay", method = "post", operation_id = "replay_job")]
    async fn replay(
        &self,
        caller: Bearer,
        /// The job's id.
        id: Path<PathText>,
    ) -> Result<Json<JobObject>, Problem> {
        let id = job(&caller, &id.0)?;
        Ok(Json(jobs::replay(&self.0, &caller.0, id).await?.into()))
    }

    /// How much work there is
    ///
    /// Figures of now and of the last 24 hours, over all instances; agents and admins.
    #[oai(path = "/stats", method = "get", operation_id = "get_figures")]
    async fn figures(&self, caller: Bearer) -> Result<Json<FiguresObject>, Problem> {
        Ok(Json(figures::figures(&self.0, &caller.0).await?.into()))
    }
}

/// Refuses whoever may not see any job before it is looked up: the refusal does not say whether it is there.
fn job(caller: &Bearer, id: &PathText) -> Result<JobId, Error> {
    roles::admin(&caller.0)?;
    id.0.parse().map_err(|_| Error::NotFound("Job".into()))
}

/// Where a job stands.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename_all = "lowercase")]
pub enum JobState {
    /// Waits for its time and a worker.
    Pending,
    /// A worker has it.
    Running,
    Done,
    /// Out of tries, until it is replayed.
    Dead,
}

/// Something that the worker is to do.
#[derive(Object, Clone, Debug)]
#[oai(rename = "Job")]
pub struct JobObject {
    pub id: Uuid,
    pub kind: String,
    pub state: JobState,
    /// The queue whose workers run it.
    pub queue: String,
    /// Runs begun.
    pub starts: i32,
    /// Runs that failed.
    pub failures: i32,
    /// The same as `starts`.
    pub attempts: i32,
    /// What went wrong the last time.
    #[oai(nullable)]
    pub last_error: Option<String>,
    /// Not before then.
    pub run_at: Timestamp,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// What it is about; depends on the kind.
    pub payload: Any<Value>,
}

impl From<job::Model> for JobObject {
    fn from(row: job::Model) -> Self {
        Self {
            id: row.id.0,
            kind: row.kind,
            state: row.state.into(),
            queue: row.queue,
            starts: row.starts,
            failures: row.failures,
            attempts: row.starts,
            last_error: row.last_error,
            run_at: row.run_at.into(),
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
            payload: Any(row.payload),
        }
    }
}

/// A page of jobs, those due last first.
#[derive(Object, Clone, Debug)]
pub struct JobPage {
    /// How many there are on all pages.
    pub count: u64,
    /// The `cursor` of the next page.
    #[oai(nullable)]
    pub next: Option<String>,
    /// The `cursor` of the page before.
    #[oai(nullable)]
    pub previous: Option<String>,
    pub results: Vec<JobObject>,
    /// How each queue stands.
    pub queues: Vec<QueueObject>,
}

/// How one queue stands, over all processes.
#[derive(Object, Clone, Debug)]
#[oai(rename = "JobQueue")]
pub struct QueueObject {
    /// `chat`, `model`, `media`, `delivery`, `maintenance`.
    pub queue: String,
    /// Jobs that wait for their time, their turn or a worker.
    pub pending: u64,
    pub running: u64,
    pub dead: u64,
    /// Seconds that the oldest job whose time has come has waited; 0 where none waits.
    pub oldest_seconds: u64,
}

impl From<QueueFigures> for QueueObject {
    fn from(figures: QueueFigures) -> Self {
        Self {
            queue: figures.queue,
            pending: figures.pending,
            running: figures.running,
            dead: figures.dead,
            oldest_seconds: figures.oldest,
        }
    }
}

impl JobPage {
    fn new(listed: Listed, queues: Vec<QueueFigures>) -> Self {
        Self {
            queues: queues.into_iter().map(Into::into).collect(),
            count: listed.count,
            next: listed.next.map(|cursor| cursor.encode()),
            previous: listed.previous.map(|cursor| cursor.encode()),
            results: listed.rows.into_iter().map(Into::into).collect(),
        }
    }
}

/// How many conversations have which status.
#[derive(Object, Clone, Debug)]
#[oai(rename = "ConversationFigures")]
pub struct ConversationFigures {
    pub open: u64,
    pub pending: u64,
    pub snoozed: u64,
    pub resolved: u64,
}

/// How many jobs are not done.
#[derive(Object, Clone, Debug)]
#[oai(rename = "JobFigures")]
pub struct JobFigures {
    pub pending: u64,
    pub running: u64,
    pub dead: u64,
}

/// How much work there is, over all instances.
#[derive(Object, Clone, Debug)]
#[oai(rename = "Figures")]
pub struct FiguresObject {
    /// Open sockets.
    pub connections: u64,
    /// Conversations with at least one socket.
    pub rooms: u64,
    pub agents_online: u64,
    /// Customers' conversations and tickets.
    pub conversations: ConversationFigures,
    /// Those that are not resolved and that nobody has.
    pub unassigned: u64,
    /// Messages of people and the bot in the last 24 hours.
    pub messages_24h: u64,
    pub bot_replies_24h: u64,
    /// How often a person was asked for in the last 24 hours, by the bot or by the customer.
    pub handoffs_24h: u64,
    pub jobs: JobFigures,
}

impl From<Figures> for FiguresObject {
    fn from(figures: Figures) -> Self {
        Self {
            connections: figures.connections,
            rooms: figures.rooms,
            agents_online: figures.agents_online,
            conversations: figures.conversations.into(),
            unassigned: figures.unassigned,
            messages_24h: figures.last_day.messages,
            bot_replies_24h: figures.last_day.bot_replies,
            handoffs_24h: figures.last_day.handoffs,
            jobs: figures.jobs.into(),
        }
    }
}

impl From<ByStatus> for ConversationFigures {
    fn from(count: ByStatus) -> Self {
        Self {
            open: count.open,
            pending: count.pending,
            snoozed: count.snoozed,
            resolved: count.resolved,
        }
    }
}

impl From<Jobs> for JobFigures {
    fn from(count: Jobs) -> Self {
        Self {
            pending: count.pending,
            running: count.running,
            dead: count.dead,
        }
    }
}

impl From<State> for JobState {
    fn from(state: State) -> Self {
        match state {
            State::Pending => Self::Pending,
            State::Running => Self::Running,
            State::Done => Self::Done,
            State::Dead => Self::Dead,
        }
    }
}

impl From<JobState> for State {
    fn from(state: JobState) -> Self {
        match state {
            JobState::Pending => Self::Pending,
            JobState::Running => Self::Running,
            JobState::Done => Self::Done,
            JobState::Dead => Self::Dead,
        }
    }
}
