//! How much there was on each day.

use super::{MAX_DAYS, Period, times};
use crate::figures::{count, oldest_of};
use chat::Chat;
use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use entity::{message, ticket};
use kernel::actor::Actor;
use kernel::error::Result;
use kernel::roles;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use std::collections::BTreeMap;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Tickets that were opened.
    Tickets,
    /// Tickets that were resolved.
    Resolved,
    /// Messages in every conversation, the server's own sentences among them.
    Messages,
    /// People who opened a ticket.
    Owners,
}

/// A day and what there was on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The day, in UTC.
    pub day: NaiveDate,
    /// How much; 0 where there was nothing.
    pub value: f64,
}

/// The last days, today the last of them, oldest first; admins only.
pub async fn series(chat: &Chat, actor: &Actor, metric: Metric, days: u16) -> Result<Vec<Point>> {
    roles::admin(actor)?;
    let mut points = Vec::new();
    for day in last_days(chat.clock.now(), days) {
        let from = day.and_time(NaiveTime::MIN).and_utc();
        let until = from + Duration::days(1);
        // one statement a day: each is a walk along an index, whatever the days hold
        let value = on(chat, metric, from, until).await? as f64;
        points.push(Point { day, value });
    }
    Ok(points)
}

/// How many hours the tickets of each day waited for their first answer, on average; 0 where none had one. Admins only.
pub async fn answer_days(chat: &Chat, actor: &Actor, days: u16) -> Result<Vec<Point>> {
    roles::admin(actor)?;
    let now = chat.clock.now();
    let mut waits: BTreeMap<NaiveDate, Vec<i64>> = BTreeMap::new();
    for timed in times::opened(chat, Period::last(days, now)).await? {
        let day = timed.opened.date_naive();
        waits.entry(day).or_default().extend(timed.answer());
    }
    let points = last_days(now, days).map(|day| {
        let spread = waits.remove(&day).and_then(times::Spread::of);
        Point {
            day,
            value: spread.map_or(0.0, |spread| spread.average),
        }
    });
    Ok(points.collect())
}

fn last_days(now: DateTime<Utc>, days: u16) -> impl Iterator<Item = NaiveDate> {
    let today = now.date_naive();
    let days = i64::from(days.clamp(1, MAX_DAYS));
    (0..days).rev().map(move |ago| today - Duration::days(ago))
}

async fn on(chat: &Chat, metric: Metric, from: DateTime<Utc>, until: DateTime<Utc>) -> Result<u64> {
    use ticket::Column;
    let within = |column: Column| column.gte(from).and(column.lt(until));
    let tickets = |column| {
        ticket::Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(within(column))
            .count(&*chat.db)
    };
    match metric {
        Metric::Tickets => Ok(tickets(Column::CreatedAt).await?),
        Metric::Resolved => Ok(tickets(Column::ResolvedAt).await?),
        Metric::Messages => {
            // ids begin with their time
            let found = message::Entity::find()
                .select_only()
                .column(message::Column::Id)
                .filter(message::Column::Id.gte(oldest_of(from)))
                .filter(message::Column::Id.lt(oldest_of(until)))
                .count(&*chat.db)
                .await?;
            Ok(found)
        }
        Metric::Owners => {
            let owners: Option<i64> = ticket::Entity::find()
                .select_only()
                .column_as(Expr::col(Column::UserId).count_distinct(), "owners")
                .filter(within(Column::CreatedAt))
                .into_tuple()
                .one(&*chat.db)
                .await?;
            Ok(count(owners.unwrap_or_default()))
        }
    }
}
