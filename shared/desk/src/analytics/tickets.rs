//! How many tickets were opened, by what they are.

use super::Period;
use crate::figures::count;
use crate::tickets::is_over;
use chat::Chat;
use entity::ticket::{self, Column, Status, Urgency};
use entity::user::Department;
use kernel::error::Result;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

/// Tickets that are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Where they stand now.
    pub status: Status,
    /// Whose they are.
    pub department: Option<Department>,
    /// How soon they matter.
    pub urgency: Urgency,
    /// The content check found something.
    pub is_flagged: bool,
    /// How many there are.
    pub tickets: u64,
}

/// The tickets that were opened in a period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketCounts {
    /// Those that are alike together.
    pub cells: Vec<Cell>,
    /// Those whose owners said something of how they were handled.
    pub with_feedback: u64,
    /// How many people opened them.
    pub owners: u64,
}

impl TicketCounts {
    /// How many of them are so.
    pub fn of(&self, which: impl Fn(&Cell) -> bool) -> u64 {
        let cells = self.cells.iter().filter(|cell| which(cell));
        cells.map(|cell| cell.tickets).sum()
    }

    /// All of them.
    pub fn total(&self) -> u64 {
        self.of(|_| true)
    }

    /// Those that stand there.
    pub fn status(&self, status: Status) -> u64 {
        self.of(|cell| cell.status == status)
    }

    /// Those on which the work is over.
    pub fn over(&self) -> u64 {
        self.of(|cell| is_over(cell.status))
    }
}

pub(super) async fn counts(chat: &Chat, period: Period) -> Result<TicketCounts> {
    type Row = (Status, Option<Department>, Urgency, bool, i64);
    let opened = || ticket::Entity::find().filter(Column::CreatedAt.gte(period.since));
    let rows: Vec<Row> = opened()
        .select_only()
        .columns([
            Column::Status,
            Column::Department,
            Column::Urgency,
            Column::IsFlagged,
        ])
        .column_as(Column::Id.count(), "tickets")
        .group_by(Column::Status)
        .group_by(Column::Department)
        .group_by(Column::Urgency)
        .group_by(Column::IsFlagged)
        .into_tuple()
        .all(&*chat.db)
        .await?;
    let others: Option<(i64, i64)> = opened()
        .select_only()
        .column_as(Expr::col(Column::UserId).count_distinct(), "owners")
        .column_as(Column::Feedback.count(), "feedback")
        .into_tuple()
        .one(&*chat.db)
        .await?;
    let (owners, with_feedback) = others.unwrap_or_default();
    let cell = |(status, department, urgency, is_flagged, tickets)| Cell {
        status,
        department,
        urgency,
        is_flagged,
        tickets: count(tickets),
    };
    Ok(TicketCounts {
        cells: rows.into_iter().map(cell).collect(),
        with_feedback: count(with_feedback),
        owners: count(owners),
    })
}
