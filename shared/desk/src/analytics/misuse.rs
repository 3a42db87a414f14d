//! Who was reported for misuse, and of what.

use super::Period;
use crate::figures::count;
use crate::misuse;
use chat::Chat;
use chrono::{DateTime, Utc};
use entity::misuse_report::{self, Column, Severity};
use entity::{UserId, user};
use kernel::actor::Actor;
use kernel::error::Result;
use kernel::roles;
use sea_orm::sea_query::{Alias, Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Select};
use std::collections::{BTreeMap, BTreeSet};

/// People who are shown: those with the most reports.
const MAX_PEOPLE: u64 = 50;

/// The reports of a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MisuseCounts {
    /// A nuisance.
    pub low: u64,
    /// Nobody should have to read it.
    pub medium: u64,
    /// The worst.
    pub high: u64,
    /// Of all reports, whenever they came: those that nobody has looked at.
    pub open: u64,
}

/// The people whom the reports of a period are about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FlaggedUsers {
    /// How many there are.
    pub total: u64,
    /// Those with the most reports, 50 at most.
    pub users: Vec<FlaggedUser>,
    /// How much of each kind there was, the most first.
    pub kinds: Vec<Violations>,
}

/// Somebody who was reported.
#[derive(Clone, Debug, PartialEq)]
pub struct FlaggedUser {
    /// The account.
    pub row: user::Model,
    /// How often.
    pub reports: u64,
    /// How many of these nobody has looked at.
    pub open: u64,
    /// Of what.
    pub kinds: Vec<String>,
    /// How bad it was.
    pub severities: Vec<Severity>,
    /// When the newest came.
    pub newest: DateTime<Utc>,
}

/// How much there was of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violations {
    /// The word for it.
    pub kind: String,
    /// Reports.
    pub reports: u64,
    /// The people whom they are about.
    pub people: u64,
}

fn within(period: Period) -> Select<misuse_report::Entity> {
    let (since, until) = period.ids();
    misuse_report::Entity::find()
        .select_only()
        .filter(Column::Id.between(since, until))
}

pub(super) async fn counts(chat: &Chat, period: Period) -> Result<MisuseCounts> {
    let rows: Vec<(Severity, i64)> = within(period)
        .column(Column::Severity)
        .column_as(Column::Id.count(), "reports")
        .group_by(Column::Severity)
        .into_tuple()
        .all(&*chat.db)
        .await?;
    let of = |severity| {
        let rows = rows.iter().filter(|(of, _)| *of == severity);
        rows.map(|(_, number)| count(*number)).sum()
    };
    Ok(MisuseCounts {
        low: of(Severity::Low),
        medium: of(Severity::Medium),
        high: of(Severity::High),
        open: misuse::open(chat).await?,
    })
}

/// Who was reported in a period; admins only.
pub async fn flagged_users(chat: &Chat, actor: &Actor, period: Period) -> Result<FlaggedUsers> {
    roles::admin(actor)?;
    let people = || Expr::col(Column::UserId).count_distinct();
    let total: Option<i64> = within(period)
        .column_as(people(), "people")
        .into_tuple()
        .one(&*chat.db)
        .await?;
    let kinds: Vec<(String, i64, i64)> = within(period)
        .column(Column::Kind)
        .column_as(Column::Id.count(), "reports")
        .column_as(people(), "people")
        .group_by(Column::Kind)
        .order_by(Expr::col(Alias::new("reports")), Order::Desc)
        .limit(MAX_PEOPLE)
        .into_tuple()
        .all(&*chat.db)
        .await?;
    let kinds = kinds.into_iter().map(|(kind, reports, people)| Violations {
        kind,
        reports: count(reports),
        people: count(people),
    });
    Ok(FlaggedUsers {
        total: count(total.unwrap_or_default()),
        users: users(chat, period).await?,
        kinds: kinds.collect(),
    })
}

async fn users(chat: &Chat, period: Period) -> Result<Vec<FlaggedUser>> {
    let most: Vec<(UserId, i64)> = within(period)
        .column(Column::UserId)
        .column_as(Column::Id.count(), "reports")
        .group_by(Column::UserId)
        .order_by(Expr::col(Alias::new("reports")), Order::Desc)
        .order_by_asc(Column::UserId)
        .limit(MAX_PEOPLE)
        .into_tuple()
        .all(&*chat.db)
        .await?;
    let ids: Vec<UserId> = most.into_iter().map(|(id, _)| id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = user::Entity::find()
        .filter(user::Column::Id.is_in(ids.iter().copied()))
        .all(&*chat.db)
        .await?;
    let mut known = details(chat, period, &ids).await?;
    let users = ids.into_iter().filter_map(|id| {
        let row = rows.iter().find(|row| row.id == id)?.clone();
        let found = known.remove(&id)?;
        Some(FlaggedUser {
            row,
            reports: found.reports,
            open: found.reports.saturating_sub(found.reviewed),
            kinds: found.kinds.into_iter().collect(),
            severities: found.severities,
            newest: found.newest,
        })
    });
    Ok(users.collect())
}

/// What is known of somebody's reports.
#[derive(Default)]
struct Details {
    reports: u64,
    reviewed: u64,
    kinds: BTreeSet<String>,
    severities: Vec<Severity>,
    newest: DateTime<Utc>,
}

async fn details(chat: &Chat, period: Period, ids: &[UserId]) -> Result<BTreeMap<UserId, Details>> {
    let rows: Vec<(UserId, String, Severity, i64, i64, DateTime<Utc>)> = within(period)
        .columns([Column::UserId, Column::Kind, Column::Severity])
        .column_as(Column::Id.count(), "reports")
        .column_as(Column::ReviewedAt.count(), "reviewed")
        .column_as(Column::CreatedAt.max(), "newest")
        .filter(Column::UserId.is_in(ids.iter().copied()))
        .group_by(Column::UserId)
        .group_by(Column::Kind)
        .group_by(Column::Severity)
        .into_tuple()
        .all(&*chat.db)
        .await?;
    let mut known: BTreeMap<UserId, Details> = BTreeMap::new();
    for (who, kind, severity, reports, reviewed, newest) in rows {
        let of = known.entry(who).or_default();
        of.reports += count(reports);
        of.reviewed += count(reviewed);
        of.kinds.insert(kind);
        if !of.severities.contains(&severity) {
            of.severities.push(severity);
        }
        of.newest = Ord::max(of.newest, newest);
    }
    Ok(known)
}
