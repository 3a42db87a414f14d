//! How long work takes.

use super::{Period, SAMPLE};
use chat::Chat;
use chrono::{DateTime, Utc};
use entity::message::{self, Voice};
use entity::ticket::{self, Column, Urgency};
use entity::user::Department;
use entity::{UserId, ticket::Entity as Tickets};
use kernel::actor::Actor;
use kernel::error::Result;
use kernel::roles;
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// Messages of a ticket among which its first answer is looked for.
const FIRST_MESSAGES: i64 = 200;

/// How long something took, over many, in hours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// How many there were.
    pub count: u64,
    /// The mean.
    pub average: f64,
    /// Half took no longer.
    pub median: f64,
    /// Of a hundred, ninety-five took no longer.
    pub p95: f64,
    /// The shortest.
    pub least: f64,
    /// The longest.
    pub most: f64,
}

impl Spread {
    /// Of so many seconds each; none of none.
    pub fn of(seconds: impl IntoIterator<Item = i64>) -> Option<Self> {
        let mut seconds: Vec<i64> = seconds.into_iter().map(|each| Ord::max(each, 0)).collect();
        seconds.sort_unstable();
        let (least, most) = (*seconds.first()?, *seconds.last()?);
        let count = seconds.len();
        let at = |index: usize| seconds.get(index).copied().unwrap_or(most) as f64 / 3600.0;
        let sum: i64 = seconds.iter().sum();
        Some(Self {
            count: count as u64,
            average: sum as f64 / count as f64 / 3600.0,
            median: (at((count - 1) / 2) + at(count / 2)) / 2.0,
            // the nearest rank
            p95: at((count * 95).div_ceil(100) - 1),
            least: least as f64 / 3600.0,
            most: most as f64 / 3600.0,
        })
    }
}

/// What is known of the time that a ticket took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timed {
    pub department: Option<Department>,
    pub assignee: Option<UserId>,
    pub opened: DateTime<Utc>,
    pub resolved: Option<DateTime<Utc>>,
    pub answered: Option<DateTime<Utc>>,
}

impl Timed {
    pub fn resolution(&self) -> Option<i64> {
        Some((self.resolved? - self.opened).num_seconds())
    }

    pub fn answer(&self) -> Option<i64> {
        Some((self.answered? - self.opened).num_seconds())
    }
}

/// The newest tickets that were opened in a period, with their first answers; [`SAMPLE`] at most.
pub(super) async fn opened(chat: &Chat, period: Period) -> Result<Vec<Timed>> {
    type Row = (
        Option<Department>,
        Option<UserId>,
        DateTime<Utc>,
        Option<DateTime<Utc>>,
        Option<DateTime<Utc>>,
    );
    let rows: Vec<Row> = Tickets::find()
        .select_only()
        .columns([
            Column::Department,
            Column::AssigneeId,
            Column::CreatedAt,
            Column::ResolvedAt,
        ])
        .column_as(first_answer(), "answered")
        .filter(Column::CreatedAt.gte(period.since))
        .order_by_desc(Column::CreatedAt)
        .limit(SAMPLE)
        .into_tuple()
        .all(&*chat.db)
        .await?;
    let timed = |(department, assignee, opened, resolved, answered)| Timed {
        department,
        assignee,
        opened,
        resolved,
        answered,
    };
    Ok(rows.into_iter().map(timed).collect())
}

/// When somebody of the company first wrote in a ticket: found along the index of its messages, which ends there.
fn first_answer() -> Expr {
    let column = |column| Expr::col((message::Entity, column));
    let first = Query::select()
        .expr(column(message::Column::CreatedAt))
        .from(message::Entity)
        .and_where(
            column(message::Column::ConversationId).eq(Expr::col((ticket::Entity, Column::ConversationId))),
        )
        .and_where(column(message::Column::Seq).lte(FIRST_MESSAGES))
        .and_where(column(message::Column::Voice).eq(Voice::Agent))
        .order_by((message::Entity, message::Column::Seq), Order::Asc)
        .limit(1)
        .to_owned();
    Expr::SubQuery(None, Box::new(first.into()))
}

/// How long tickets took that were resolved in a period.
#[derive(Clone, Debug, PartialEq)]
pub struct ResolutionTimes {
    /// All of them; none where none was resolved.
    pub overall: Option<Spread>,
    /// Of each department's, and of those without one.
    pub by_department: Vec<(Option<Department>, Spread)>,
    /// Of each urgency, the most urgent first.
    pub by_urgency: Vec<(Urgency, Spread)>,
    /// Whether these are all that there were, and not the newest [`SAMPLE`] only.
    pub is_complete: bool,
}

/// How long tickets took that were resolved in a period; admins only.
pub async fn resolution_times(chat: &Chat, actor: &Actor, period: Period) -> Result<ResolutionTimes> {
    roles::admin(actor)?;
    type Row = (Option<Department>, Urgency, DateTime<Utc>, DateTime<Utc>);
    let rows: Vec<Row> = Tickets::find()
        .select_only()
        .columns([
            Column::Department,
            Column::Urgency,
            Column::CreatedAt,
            Column::ResolvedAt,
        ])
        .filter(Column::ResolvedAt.gte(period.since))
        .order_by_desc(Column::ResolvedAt)
        .limit(SAMPLE)
        .into_tuple()
        .all(&*chat.db)
        .await?;
    let spread = |which: &dyn Fn(&Row) -> bool| {
        let rows = rows.iter().filter(|row| which(row));
        Spread::of(rows.map(|(_, _, opened, resolved)| (*resolved - *opened).num_seconds()))
    };
    let departments = [Some(Department::It), Some(Department::Hr), None].into_iter();
    let urgencies = [Urgency::High, Urgency::Medium, Urgency::Low].into_iter();
    Ok(ResolutionTimes {
        overall: spread(&|_| true),
        by_department: departments
            .filter_map(|of| Some((of, spread(&|row| row.0 == of)?)))
            .collect(),
        by_urgency: urgencies
            .filter_map(|of| Some((of, spread(&|row| row.1 == of)?)))
            .collect(),
        is_complete: (rows.len() as u64) < SAMPLE,
    })
}
