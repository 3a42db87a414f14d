//! Jobs as admins see them: what waits, what runs, what died, and trying the dead ones again.

use crate::actor::Actor;
use crate::core::Core;
use crate::error::{Error, Result};
use crate::policy;
use chrono::{DateTime, Utc};
use entity::JobId;
use entity::job::{self, Column, State};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
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
#[derive(Clone, Debug)]
pub struct Listed {
    /// How many there are on all pages.
    pub count: u64,
    pub next: Option<Cursor>,
    pub previous: Option<Cursor>,
    pub jobs: Vec<job::Model>,
}

/// A place in the list, and which way to go from it. Opaque to clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    backwards: bool,
    at: DateTime<Utc>,
    id: JobId,
}

impl Cursor {
    fn of(row: &job::Model, backwards: bool) -> Self {
        Self {
            backwards,
            at: row.run_at,
            id: row.id,
        }
    }

    /// As clients carry it.
    pub fn encode(&self) -> String {
        let way = if self.backwards { 'p' } else { 'n' };
        format!("{way}{:x}-{}", self.at.timestamp_micros(), self.id.0.simple())
    }

    /// Reads one back.
    pub fn decode(text: &str) -> Result<Self> {
        let parse = || {
            let (way, rest) = (text.get(..1)?, text.get(1..)?);
            let (at, id) = rest.split_once('-')?;
            let at = DateTime::from_timestamp_micros(i64::from_str_radix(at, 16).ok()?)?;
            let backwards = match way {
                "p" => true,
                "n" => false,
                _ => return None,
            };
            // outside these, a database's timestamp type ends
            let plausible = (0..=253_402_300_799).contains(&at.timestamp());
            plausible.then_some(Self {
                backwards,
                at,
                id: JobId(Uuid::try_parse(id).ok()?),
            })
        };
        parse().ok_or_else(|| Error::invalid("cursor", "Not a cursor of this list"))
    }
}

/// What an admin looks after; those that are done are of no interest.
const SHOWN: [State; 3] = [State::Pending, State::Running, State::Dead];

/// Jobs that are not done; admins only.
pub async fn list(core: &Core, actor: &Actor, query: &Query) -> Result<Listed> {
    policy::admin(actor)?;
    let limit = query.limit.clamp(1, 100);
    let all = match query.state {
        Some(state) => job::Entity::find().filter(Column::State.eq(state)),
        None => job::Entity::find().filter(Column::State.is_in(SHOWN)),
    };
    let count = all.clone().count(&*core.db).await?;
    let backwards = query.cursor.is_some_and(|cursor| cursor.backwards);
    let order = if backwards { Order::Asc } else { Order::Desc };
    let page = match query.cursor {
        None => all,
        Some(cursor) => {
            let place = Expr::tuple([Expr::col(Column::RunAt), Expr::col(Column::Id)]);
            let here = Expr::tuple([Expr::value(cursor.at), Expr::value(cursor.id.0)]);
            all.filter(if backwards { place.gt(here) } else { place.lt(here) })
        }
    };
    let mut jobs = page
        .order_by(Column::RunAt, order.clone())
        .order_by(Column::Id, order)
        .limit(limit + 1)
        .all(&*core.db)
        .await?;
    let more = jobs.len() as u64 > limit;
    jobs.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    if backwards {
        jobs.reverse();
    }
    let (has_next, has_previous) = if backwards {
        (true, more)
    } else {
        (more, query.cursor.is_some())
    };
    Ok(Listed {
        count,
        next: jobs.last().filter(|_| has_next).map(|row| Cursor::of(row, false)),
        previous: jobs
            .first()
            .filter(|_| has_previous)
            .map(|row| Cursor::of(row, true)),
        jobs,
    })
}

/// Begins a dead job anew, with all its tries, and hands it to the transport; admins only.
pub async fn replay(core: &Core, actor: &Actor, id: JobId) -> Result<job::Model> {
    policy::admin(actor)?;
    let now = core.clock.now();
    let replayed = job::Entity::update_many()
        .col_expr(Column::State, Expr::value(State::Pending))
        .col_expr(Column::Attempts, Expr::value(0))
        .col_expr(Column::RunAt, Expr::value(now))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        // of two who replay it at once, one does
        .filter(Column::State.eq(State::Dead))
        .exec_with_returning(&*core.db)
        .await?;
    if let Some(row) = replayed.into_iter().next() {
        core.push_jobs(vec![id.0]);
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
