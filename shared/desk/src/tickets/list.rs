//! Lists of tickets, and their figures.

use super::{Ticket, with_details};
use chat::Chat;
use chat::policy;
use entity::ticket::{self, Column, Status};
use entity::user::Department;
use entity::{StationId, UserId};
use kernel::actor::Actor;
use kernel::error::{Result, check_text};
use kernel::roles;
use platform::like::contains;
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

/// Which tickets, newest first.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Those with one of these; empty: with any.
    pub statuses: Vec<Status>,
    /// Of this department; none: of every one that the actor may see.
    pub department: Option<Department>,
    /// Opened by, or for, this person.
    pub owner: Option<UserId>,
    /// About this station.
    pub station: Option<StationId>,
    /// A part of the title, whatever the case, or a name `TKT-…`; at most 200 characters.
    pub search: Option<String>,
    /// How many of the newest are skipped.
    pub offset: u64,
    /// 1–100.
    pub limit: u64,
}

/// How many tickets there are, and how they were rated.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Statistics {
    /// In whichever status.
    pub total: u64,
    /// Nobody works on it yet.
    pub open: u64,
    /// Somebody works on it; `in_progress` in `support`.
    pub assigned: u64,
    /// The work is done; it is taken up again where the owner writes again.
    pub resolved: u64,
    /// Over for good.
    pub closed: u64,
    /// How many owners said how it was handled.
    pub rated: u64,
    /// 1–5; none where none was rated.
    pub average_rating: Option<f64>,
}

/// The tickets that the actor may see, and how many there are: those that a customer takes part in, a department's for its
/// agents, all for an admin.
pub async fn list(chat: &Chat, actor: &Actor, query: &Query) -> Result<(Vec<Ticket>, u64)> {
    if let Some(search) = &query.search {
        check_text("search", search, 0, 200)?;
    }
    let select = narrowed(visible(actor), query);
    let count = select.clone().count(&*chat.db).await?;
    let rows = select
        .order_by_desc(Column::Id)
        .offset(query.offset)
        .limit(query.limit.clamp(1, 100))
        .all(&*chat.db)
        .await?;
    Ok((with_details(&*chat.db, rows).await?, count))
}

/// The figures of the tickets that an agent or admin may see.
pub async fn statistics(chat: &Chat, actor: &Actor) -> Result<Statistics> {
    roles::staff(actor)?;
    let rows: Vec<(Status, i64, i64, Option<i64>)> = visible(actor)
        .select_only()
        .column(Column::Status)
        .column_as(Column::Id.count(), "tickets")
        .column_as(Column::Rating.count(), "rated")
        .column_as(
            Expr::expr(Func::sum(Expr::col(Column::Rating))).cast_as("bigint"),
            "points",
        )
        .group_by(Column::Status)
        .into_tuple()
        .all(&*chat.db)
        .await?;
    let mut figures = Statistics::default();
    let mut points = 0;
    for (status, tickets, rated, sum) in rows {
        let tickets = tickets.unsigned_abs();
        figures.total += tickets;
        figures.rated += rated.unsigned_abs();
        points += sum.unwrap_or_default();
        match status {
            Status::Open => figures.open = tickets,
            Status::Assigned => figures.assigned = tickets,
            Status::Resolved => figures.resolved = tickets,
            Status::Closed => figures.closed = tickets,
        }
    }
    figures.average_rating = (figures.rated > 0).then(|| points as f64 / figures.rated as f64);
    Ok(figures)
}

fn visible(actor: &Actor) -> Select<ticket::Entity> {
    ticket::Entity::find().filter(policy::visible_tickets(actor))
}

fn narrowed(mut select: Select<ticket::Entity>, query: &Query) -> Select<ticket::Entity> {
    if !query.statuses.is_empty() {
        select = select.filter(Column::Status.is_in(query.statuses.iter().copied()));
    }
    if let Some(department) = query.department {
        select = select.filter(Column::Department.eq(department));
    }
    if let Some(owner) = query.owner {
        select = select.filter(Column::UserId.eq(owner));
    }
    if let Some(station) = query.station {
        select = select.filter(Column::StationId.eq(station));
    }
    let search = query.search.as_deref().map(str::trim);
    if let Some(search) = search.filter(|search| !search.is_empty()) {
        select = select.filter(
            Condition::any()
                .add(Expr::col(Column::TitleKey).like(contains(search)))
                .add(Column::TicketId.eq(search)),
        );
    }
    select
}
