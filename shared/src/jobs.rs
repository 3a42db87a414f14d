//! Jobs as admins see them: what waits, what runs, what died, and trying the dead ones again.

use crate::actor::Actor;
use crate::core::Core;
use crate::error::{Error, Result};
use crate::paging::{self, Page};
use crate::policy;
use crate::store::outbox;
use chrono::{DateTime, Utc};
use entity::JobId;
use entity::job::{self, Column, State};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use uuid::Uuid;

/// Which jobs, those due last first.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// None: all but those that are done.
    pub state: Option<State>,
    pub cursor: Option<Cursor>,
    /// 1–100.
    pub limit: u64,
}

/// A page of jobs.
pub type Listed = Page<job::Model, (DateTime<Utc>, Uuid)>;

/// A place in the list of jobs.
pub type Cursor = paging::Cursor<(DateTime<Utc>, Uuid)>;

/// What an admin looks after; those that are done are of no interest.
const SHOWN: [State; 3] = [State::Pending, State::Running, State::Dead];

/// Jobs that are not done; admins only.
pub async fn list(core: &Core, actor: &Actor, query: &Query) -> Result<Listed> {
    policy::admin(actor)?;
    let all = match query.state {
        Some(state) => job::Entity::find().filter(Column::State.eq(state)),
        None => job::Entity::find().filter(Column::State.is_in(SHOWN)),
    };
    let order = [Column::RunAt, Column::Id];
    let key = |row: &job::Model| (row.run_at, row.id.0);
    Ok(Page::read(&*core.db, all, &order, query.cursor, query.limit, key).await?)
}

/// Begins a dead job anew, with all its tries, and hands it to the transport; admins only.
pub async fn replay(core: &Core, actor: &Actor, id: JobId) -> Result<job::Model> {
    policy::admin(actor)?;
    // of two who replay it at once, one does
    let dead = Condition::all()
        .add(Column::Id.eq(id))
        .add(Column::State.eq(State::Dead));
    if let Some(row) = outbox::begin_anew(core, dead).await?.into_iter().next() {
        return Ok(row);
    }
    match job::Entity::find_by_id(id).one(&*core.db).await? {
        None => Err(Error::NotFound("Job".into())),
        Some(_) => Err(Error::Conflict {
            code: "job_not_dead",
            field: None,
            detail: "Only a dead job can be replayed".into(),
        }),
    }
}
