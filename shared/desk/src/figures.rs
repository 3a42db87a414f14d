//! How much work there is: the figures that the desk shows.

use crate::staff;
use chat::Chat;
use chat::presence;
use chrono::{DateTime, Duration, Utc};
use entity::conversation::{self, Kind, Status};
use entity::message::{self, Voice};
use entity::{job, notification};
use kernel::actor::Actor;
use kernel::error::Result;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

/// The figures of now, over all instances.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Open sockets.
    pub connections: u64,
    /// Conversations with at least one socket.
    pub rooms: u64,
    /// Agents and admins with a socket open, on whichever instance.
    pub agents_online: u64,
    /// How many there are, by where the work on them stands.
    pub conversations: ByStatus,
    /// Those that are not resolved and that nobody has.
    pub unassigned: u64,
    /// The last 24 hours, in figures.
    pub last_day: LastDay,
    /// The queues' state, all of them together.
    pub jobs: Jobs,
}

/// Customers' conversations and tickets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByStatus {
    /// Neither waiting for a person, put off nor done; every conversation begins so.
    pub open: u64,
    /// Waiting for a person of the company, whom the customer or the bot asked for.
    pub pending: u64,
    /// Put off until a time that somebody of the company set.
    pub snoozed: u64,
    /// Done, until the customer writes again.
    pub resolved: u64,
}

/// What was said in the last 24 hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LastDay {
    /// By people and the bot.
    pub messages: u64,
    /// Those of the bot alone.
    pub bot_replies: u64,
    /// How often a person was asked for, by the bot or by the customer.
    pub handoffs: u64,
}

/// Jobs that are not done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Jobs {
    /// Waiting for their time, their turn or a worker.
    pub pending: u64,
    /// Held by a worker.
    pub running: u64,
    /// Given up; an admin can replay them.
    pub dead: u64,
}

/// All of them; agents and admins.
pub async fn figures(chat: &Chat, actor: &Actor) -> Result<Figures> {
    let staff = staff::list(chat, actor).await?;
    let sockets = presence::totals(chat).await;
    Ok(Figures {
        connections: sockets.sockets,
        rooms: sockets.conversations,
        agents_online: staff.iter().filter(|member| member.is_online).count() as u64,
        conversations: by_status(chat).await?,
        unassigned: unassigned(chat).await?,
        last_day: last_day(chat).await?,
        jobs: jobs(chat).await?,
    })
}

/// A count as databases give it.
pub(crate) fn count(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

fn with_company() -> Condition {
    Condition::all().add(conversation::Column::Kind.is_in([Kind::Support, Kind::Ticket]))
}

async fn by_status(chat: &Chat) -> Result<ByStatus> {
    let rows: Vec<(Status, i64)> = conversation::Entity::find()
        .select_only()
        .column(conversation::Column::Status)
        .column_as(Expr::col(conversation::Column::Id).count(), "conversations")
        .filter(with_company())
        .group_by(conversation::Column::Status)
        .into_tuple()
        .all(&*chat.db)
        .await?;
    let mut found = ByStatus::default();
    for (status, number) in rows {
        let place = match status {
            Status::Open => &mut found.open,
            Status::Pending => &mut found.pending,
            Status::Snoozed => &mut found.snoozed,
            Status::Resolved => &mut found.resolved,
        };
        *place = count(number);
    }
    Ok(found)
}

async fn unassigned(chat: &Chat) -> Result<u64> {
    let unresolved = [Status::Open, Status::Pending, Status::Snoozed];
    let found = conversation::Entity::find()
        .select_only()
        .column(conversation::Column::Id)
        .filter(with_company())
        .filter(conversation::Column::Status.is_in(unresolved))
        .filter(conversation::Column::AssigneeId.is_null())
        .count(&*chat.db)
        .await?;
    Ok(found)
}

/// What comes before every id that is made at this time: ids begin with it, in milliseconds (RFC 9562, version 7), so
/// that their index is one by age.
pub(crate) fn oldest_of(at: DateTime<Utc>) -> Uuid {
    let time = u128::try_from(at.timestamp_millis()).unwrap_or_default();
    Uuid::from_u128(time << 80)
}

async fn last_day(chat: &Chat) -> Result<LastDay> {
    let now = chat.clock.now();
    // other instances' clocks may be ahead a little
    let (since, until) = (
        oldest_of(now - Duration::days(1)),
        oldest_of(now + Duration::hours(1)),
    );
    let rows: Vec<(Voice, i64)> = message::Entity::find()
        .select_only()
        .column(message::Column::Voice)
        .column_as(Expr::col(message::Column::Id).count(), "messages")
        .filter(message::Column::Id.between(since, until))
        .group_by(message::Column::Voice)
        .into_tuple()
        .all(&*chat.db)
        .await?;
    let said = |which: &dyn Fn(Voice) -> bool| {
        let rows = rows.iter().filter(|(voice, _)| which(*voice));
        rows.map(|(_, number)| count(*number)).sum()
    };
    // everybody who may come is notified of the same cause
    let handoffs: Option<i64> = notification::Entity::find()
        .select_only()
        .column_as(
            Expr::col(notification::Column::Cause).count_distinct(),
            "handoffs",
        )
        .filter(notification::Column::Id.between(since, until))
        .filter(notification::Column::Kind.eq(notification::Kind::HandoffRequested))
        .into_tuple()
        .one(&*chat.db)
        .await?;
    Ok(LastDay {
        messages: said(&|voice| voice != Voice::System),
        bot_replies: said(&|voice| voice == Voice::Bot),
        handoffs: count(handoffs.unwrap_or_default()),
    })
}

async fn jobs(chat: &Chat) -> Result<Jobs> {
    use job::State;
    let rows: Vec<(State, i64)> = job::Entity::find()
        .select_only()
        .column(job::Column::State)
        .column_as(Expr::col(job::Column::Id).count(), "jobs")
        .filter(job::Column::State.is_in([State::Pending, State::Running, State::Dead]))
        .group_by(job::Column::State)
        .into_tuple()
        .all(&*chat.db)
        .await?;
    let of = |state| {
        let rows = rows.iter().filter(|(of, _)| *of == state);
        rows.map(|(_, number)| count(*number)).sum()
    };
    Ok(Jobs {
        pending: of(State::Pending),
        running: of(State::Running),
        dead: of(State::Dead),
    })
}
