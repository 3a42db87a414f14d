//! The installation at work: its jobs, and how much there is to do.

use super::params::{Number, PathText, given};
use crate::bearer::Bearer;
use crate::dialects::crm::rest::{FiguresObject, JobObject, JobPage, JobState};
use crate::docs::Tag;
use crate::problem::Problem;
use kernel::error::Error;
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use shared::core::Core;
use shared::entity::JobId;
use shared::jobs::{self, Cursor};
use shared::{figures, policy};

pub(super) struct OperationsApi(pub Core);

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

/// Whoever may not know any job is told so before whether there is this one.
fn job(caller: &Bearer, id: &PathText) -> Result<JobId, Error> {
    policy::admin(&caller.0)?;
    id.0.parse().map_err(|_| Error::NotFound("Job".into()))
}
