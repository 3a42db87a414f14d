//! Who does the work, and how long it takes them.

use super::times::{self, Spread, Timed};
use super::{Period, SAMPLE};
use crate::figures::count;
use crate::tickets::is_over;
use accounts::users::shown;
use chat::Chat;
use entity::UserId;
use entity::ticket::{self, Column, Status};
use entity::user::{self, Department, Role};
use kernel::actor::Actor;
use kernel::error::Result;
use kernel::roles;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::BTreeMap;

/// People whose figures are shown: those with the most tickets.
const MAX_AGENTS: usize = 100;

/// The tickets that were opened in a period, by who has them.
#[derive(Clone, Debug, PartialEq)]
pub struct Performance {
    /// Those with the most tickets first.
    pub agents: Vec<AgentFigures>,
    /// Each department, and what has none.
    pub teams: Vec<TeamFigures>,
    /// How many owners gave so many points, from one to five.
    pub ratings: [u64; 5],
    /// Whether the times are of all tickets, and not of the newest [`SAMPLE`] only.
    pub is_complete: bool,
}

/// What somebody of the company did.
#[derive(Clone, Debug, PartialEq)]
pub struct AgentFigures {
    /// The account.
    pub id: UserId,
    /// The account's name.
    pub username: String,
    /// What others see.
    pub name: String,
    /// What the account may do.
    pub role: Role,
    /// Their team.
    pub department: Option<Department>,
    /// Tickets that they have.
    pub assigned: u64,
    /// Those that are resolved.
    pub resolved: u64,
    /// Those that are closed.
    pub closed: u64,
    /// How long their tickets waited for the first answer.
    pub answer: Option<Spread>,
    /// How long their tickets took.
    pub resolution: Option<Spread>,
}

/// What a department did.
#[derive(Clone, Debug, PartialEq)]
pub struct TeamFigures {
    /// Which; none: tickets without one.
    pub department: Option<Department>,
    /// Tickets that it got.
    pub tickets: u64,
    /// Those on which the work is over.
    pub over: u64,
    /// How long its tickets waited for the first answer.
    pub answer: Option<Spread>,
    /// How long its tickets took.
    pub resolution: Option<Spread>,
}

/// Who did the work of a period; admins only.
pub async fn performance(chat: &Chat, actor: &Actor, period: Period) -> Result<Performance> {
    roles::admin(actor)?;
    let sample = times::opened(chat, period).await?;
    Ok(Performance {
        agents: agents(chat, period, &sample).await?,
        teams: teams(chat, period, &sample).await?,
        ratings: ratings(chat, period).await?,
        is_complete: (sample.len() as u64) < SAMPLE,
    })
}

/// How long tickets like these waited, and took.
fn spreads(sample: &[Timed], which: impl Fn(&Timed) -> bool) -> (Option<Spread>, Option<Spread>) {
    let of = |seconds: fn(&Timed) -> Option<i64>| {
        Spread::of(sample.iter().filter(|timed| which(timed)).filter_map(seconds))
    };
    (of(Timed::answer), of(Timed::resolution))
}

/// Tickets of a status, and those of which the work is over.
#[derive(Clone, Copy, Default)]
struct Held {
    assigned: u64,
    resolved: u64,
    closed: u64,
}

async fn agents(chat: &Chat, period: Period, sample: &[Timed]) -> Result<Vec<AgentFigures>> {
    let rows: Vec<(UserId, Status, i64)> = ticket::Entity::find()
        .select_only()
        .columns([Column::AssigneeId, Column::Status])
        .column_as(Column::Id.count(), "tickets")
        .filter(Column::CreatedAt.gte(period.since))
        .filter(Column::AssigneeId.is_not_null())
        .group_by(Column::AssigneeId)
        .group_by(Column::Status)
        .into_tuple()
        .all(&*chat.db)
        .await?;
    let mut held: BTreeMap<UserId, Held> = BTreeMap::new();
    for (who, status, tickets) in rows {
        let of = held.entry(who).or_default();
        of.assigned += count(tickets);
        match status {
            Status::Resolved => of.resolved = count(tickets),
            Status::Closed => of.closed = count(tickets),
            Status::Open | Status::Assigned => {}
        }
    }
    let mut most: Vec<_> = held.into_iter().collect();
    most.sort_by_key(|(who, of)| (std::cmp::Reverse(of.assigned), *who));
    most.truncate(MAX_AGENTS);
    if most.is_empty() {
        return Ok(Vec::new());
    }
    let people = user::Entity::find()
        .filter(user::Column::Id.is_in(most.iter().map(|(who, _)| *who)))
        .all(&*chat.db)
        .await?;
    let figures = most.into_iter().filter_map(|(who, of)| {
        let row = people.iter().find(|row| row.id == who)?;
        let (answer, resolution) = spreads(sample, |timed| timed.assignee == Some(who));
        Some(AgentFigures {
            id: who,
            username: row.username.clone(),
            name: shown(row).to_owned(),
            role: row.role,
            department: row.department,
            assigned: of.assigned,
            resolved: of.resolved,
            closed: of.closed,
            answer,
            resolution,
        })
    });
    Ok(figures.collect())
}

async fn teams(chat: &Chat, period: Period, sample: &[Timed]) -> Result<Vec<TeamFigures>> {
    let counts = super::tickets::counts(chat, period).await?;
    let departments = [Some(Department::It), Some(Department::Hr), None].into_iter();
    let figures = departments.map(|department| {
        let (answer, resolution) = spreads(sample, |timed| timed.department == department);
        TeamFigures {
            department,
            tickets: counts.of(|cell| cell.department == department),
            over: counts.of(|cell| cell.department == department && is_over(cell.status)),
            answer,
            resolution,
        }
    });
    Ok(figures
        .filter(|team| team.department.is_some() || team.tickets > 0)
        .collect())
}

async fn ratings(chat: &Chat, period: Period) -> Result<[u64; 5]> {
    let rows: Vec<(i32, i64)> = ticket::Entity::find()
        .select_only()
        .column(Column::Rating)
        .column_as(Column::Id.count(), "tickets")
        .filter(Column::CreatedAt.gte(period.since))
        .filter(Column::Rating.is_not_null())
        .group_by(Column::Rating)
        .into_tuple()
        .all(&*chat.db)
        .await?;
    let mut given = [0; 5];
    for (points, tickets) in rows {
        let at = usize::try_from(points - 1).unwrap_or(usize::MAX);
        if let Some(place) = given.get_mut(at) {
            *place = count(tickets);
        }
    }
    Ok(given)
}
