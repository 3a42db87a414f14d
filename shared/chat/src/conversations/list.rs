//! The list of conversations: newest activity first, in pages both ways.

use super::{Conversation, with_details};
use crate::Chat;
use crate::policy;
use chrono::{DateTime, Utc};
use entity::conversation::{self, Column, Kind, Priority, Status};
use entity::{LabelId, UserId, conversation_label, user};
use kernel::actor::Actor;
use kernel::error::{Error, Result, check_text};
use kernel::roles;
use platform::like::{contains, pattern};
use platform::paging::{self, Page};
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select};
use uuid::Uuid;

/// Which conversations.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// A part of the title, whatever the case; for agents and admins also of the customer's name.
    pub search: Option<String>,
    /// Where the work on them stands; none: wherever it stands.
    pub status: Option<Status>,
    /// Whose work; none: everything that the actor may see. Agents and admins.
    pub view: Option<View>,
    /// With this label. Agents and admins.
    pub label: Option<LabelId>,
    /// Of this priority. Agents and admins.
    pub priority: Option<Priority>,
    /// Of this kind. Agents and admins.
    pub kind: Option<Kind>,
    /// With this person among its participants. Agents and admins.
    pub participant: Option<UserId>,
    /// Where the page begins; none: at the newest activity.
    pub cursor: Option<Cursor>,
    /// 1–100.
    pub limit: u64,
}

/// Whose work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// The actor's own.
    Mine,
    /// Customers' conversations and tickets that nobody has.
    Unassigned,
    /// Customers' conversations and tickets, whoever has them.
    All,
}

impl Query {
    /// The first of the staff's parameters that is given.
    fn staffs(&self) -> Option<&'static str> {
        let given = [
            ("view", self.view.is_some()),
            ("label", self.label.is_some()),
            ("priority", self.priority.is_some()),
            ("kind", self.kind.is_some()),
            ("participant", self.participant.is_some()),
        ];
        given.into_iter().find(|(_, given)| *given).map(|(name, _)| name)
    }
}

/// How many customers' conversations and tickets there are, by status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Neither waiting for a person, put off nor done; every conversation begins so.
    pub open: u64,
    /// Waiting for a person of the company, whom the customer or the bot asked for.
    pub pending: u64,
    /// Put off until a time that somebody of the company set.
    pub snoozed: u64,
    /// Done, until the customer writes again.
    pub resolved: u64,
}

/// How much work there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WorkCounts {
    /// Those that the actor has.
    pub mine: Counts,
    /// Those that nobody has.
    pub unassigned: Counts,
    /// All that the actor may see.
    pub all: Counts,
}

/// A page of conversations.
pub type Listed = Page<Conversation, (DateTime<Utc>, Uuid)>;

/// Where a page of the list of conversations begins.
pub type Cursor = paging::Cursor<(DateTime<Utc>, Uuid)>;

/// The conversations that the actor may see.
pub async fn list(chat: &Chat, actor: &Actor, query: Query) -> Result<Listed> {
    if let Some(search) = &query.search {
        check_text("search", search, 0, 200)?;
    }
    if let Some(parameter) = query.staffs()
        && !actor.is_staff()
    {
        return Err(Error::Forbidden(format!(
            "Only agents and admins may give `{parameter}`"
        )));
    }
    let order = [Column::UpdatedAt, Column::Id];
    let key = |row: &conversation::Model| (row.updated_at, row.id.0);
    let page = Page::read(
        &*chat.db,
        wanted(actor, &query),
        &order,
        query.cursor,
        query.limit,
        key,
    )
    .await?;
    Ok(Listed {
        count: page.count,
        next: page.next,
        previous: page.previous,
        rows: with_details(chat, actor, page.rows).await?,
    })
}

/// How many of the customers' conversations and tickets that an agent or admin may see are whose.
pub async fn counts(chat: &Chat, actor: &Actor) -> Result<WorkCounts> {
    roles::staff(actor)?;
    let groups: Vec<(Status, Option<UserId>, i64)> = conversation::Entity::find()
        .filter(policy::visible_to(actor))
        .filter(Column::Kind.is_in([Kind::Support, Kind::Ticket]))
        .select_only()
        .columns([Column::Status, Column::AssigneeId])
        .column_as(Column::Id.count(), "conversations")
        .group_by(Column::Status)
        .group_by(Column::AssigneeId)
        .into_tuple()
        .all(&*chat.db)
        .await?;
    let mut counts = WorkCounts::default();
    for (status, assignee, count) in groups {
        let count = u64::try_from(count).unwrap_or_default();
        counts.all.add(status, count);
        match assignee {
            None => counts.unassigned.add(status, count),
            Some(id) if id == actor.id => counts.mine.add(status, count),
            Some(_) => {}
        }
    }
    Ok(counts)
}

impl Counts {
    fn add(&mut self, status: Status, count: u64) {
        *match status {
            Status::Open => &mut self.open,
            Status::Pending => &mut self.pending,
            Status::Snoozed => &mut self.snoozed,
            Status::Resolved => &mut self.resolved,
        } += count;
    }
}

/// Those of the visible ones that are asked for.
fn wanted(actor: &Actor, query: &Query) -> Select<conversation::Entity> {
    let mut select = conversation::Entity::find().filter(policy::visible_to(actor));
    match query.view {
        Some(View::Mine) => select = select.filter(Column::AssigneeId.eq(actor.id)),
        Some(View::Unassigned) => {
            select = select
                .filter(Column::AssigneeId.is_null())
                .filter(Column::Kind.is_in([Kind::Support, Kind::Ticket]));
        }
        Some(View::All) | None => {}
    }
    if let Some(label) = query.label {
        let labelled = conversation_label::Entity::find()
            .select_only()
            .column(conversation_label::Column::ConversationId)
            .filter(conversation_label::Column::LabelId.eq(label));
        select = select.filter(Column::Id.in_subquery(labelled.into_query()));
    }
    if let Some(priority) = query.priority {
        select = select.filter(Column::Priority.eq(priority));
    }
    if let Some(kind) = query.kind {
        select = select.filter(Column::Kind.eq(kind));
    }
    if let Some(user) = query.participant {
        select = select.filter(Column::Id.in_subquery(policy::places_of(user)));
    }
    if let Some(status) = query.status {
        select = select.filter(Column::Status.eq(status));
    }
    if let Some(search) = query
        .search
        .as_deref()
        .map(str::trim)
        .filter(|search| !search.is_empty())
    {
        let mut any = Condition::any().add(Expr::col(Column::TitleKey).like(contains(search)));
        if actor.is_staff() {
            let customers = Condition::all()
                .add(Column::Kind.is_in([Kind::Support, Kind::Ticket]))
                .add(Column::CreatedBy.in_subquery(people_called(search)));
            any = any.add(customers);
        }
        select = select.filter(any);
    }
    select
}

/// The people whose username or full name contains this, whatever the case of ASCII letters in a full name.
fn people_called(name: &str) -> sea_orm::sea_query::SelectStatement {
    let full_name = || Expr::col(user::Column::FullName);
    let any = Condition::any()
        .add(Expr::col(user::Column::UsernameKey).like(contains(name)))
        .add(Expr::expr(Func::lower(full_name())).like(contains(name)))
        // SQLite lowers ASCII only: a name as it is written is found in any script
        .add(full_name().like(pattern(name)));
    user::Entity::find()
        .select_only()
        .column(user::Column::Id)
        .filter(any)
        .into_query()
}
