//! The list of conversations: newest activity first, in pages both ways.

use super::{Conversation, with_details};
use crate::actor::Actor;
use crate::core::Core;
use crate::error::{Error, Result, check_text};
use chrono::{DateTime, Utc};
use entity::conversation::{self, Column, Kind, Status};
use entity::user::Role;
use entity::{ConversationId, participant, ticket};
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
};
use uuid::Uuid;

/// Which conversations.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// A part of the title, whatever the case.
    pub search: Option<String>,
    pub status: Option<Status>,
    pub cursor: Option<Cursor>,
    /// 1–100.
    pub limit: u64,
}

/// A page of conversations.
#[derive(Clone, Debug)]
pub struct Listed {
    /// How many there are on all pages.
    pub count: u64,
    pub next: Option<Cursor>,
    pub previous: Option<Cursor>,
    pub conversations: Vec<Conversation>,
}

/// A place in the list, and which way to go from it. Opaque to clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    backwards: bool,
    at: DateTime<Utc>,
    id: ConversationId,
}

impl Cursor {
    fn of(row: &conversation::Model, backwards: bool) -> Self {
        Self {
            backwards,
            at: row.updated_at,
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
                id: ConversationId(Uuid::try_parse(id).ok()?),
            })
        };
        parse().ok_or_else(|| Error::invalid("cursor", "Not a cursor of this list"))
    }
}

/// The conversations that the actor may see.
pub async fn list(core: &Core, actor: &Actor, query: Query) -> Result<Listed> {
    if let Some(search) = &query.search {
        check_text("search", search, 0, 200)?;
    }
    let limit = query.limit.clamp(1, 100);
    let visible = visible(actor, &query);
    let count = visible.clone().count(&*core.db).await?;
    let mut rows = paged(visible, query.cursor, limit).all(&*core.db).await?;
    let more = rows.len() as u64 > limit;
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let backwards = query.cursor.is_some_and(|cursor| cursor.backwards);
    if backwards {
        rows.reverse();
    }
    let (has_next, has_previous) = if backwards {
        (true, more)
    } else {
        (more, query.cursor.is_some())
    };
    let next = rows.last().filter(|_| has_next).map(|row| Cursor::of(row, false));
    let previous = rows
        .first()
        .filter(|_| has_previous)
        .map(|row| Cursor::of(row, true));
    Ok(Listed {
        count,
        next,
        previous,
        conversations: with_details(core, actor, rows).await?,
    })
}

fn visible(actor: &Actor, query: &Query) -> Select<conversation::Entity> {
    let own = Column::Id.in_subquery(
        participant::Entity::find()
            .select_only()
            .column(participant::Column::ConversationId)
            .filter(participant::Column::UserId.eq(actor.id))
            .into_query(),
    );
    let mut select = conversation::Entity::find();
    select = match actor.role {
        Role::Admin => select,
        Role::Agent => {
            let any = Condition::any().add(Column::Kind.eq(Kind::Support)).add(own);
            select.filter(any.add(Column::Id.in_subquery(served(actor))))
        }
        Role::Bot => select.filter(Condition::any().add(Column::Kind.eq(Kind::Support)).add(own)),
        Role::User | Role::Driver => select.filter(own),
    };
    if let Some(status) = query.status {
        select = select.filter(Column::Status.eq(status));
    }
    if let Some(search) = query
        .search
        .as_deref()
        .map(str::trim)
        .filter(|search| !search.is_empty())
    {
        select = select.filter(Expr::col(Column::TitleKey).like(contains(search)));
    }
    select
}

/// The pattern of texts that contain this one, whatever the case; their column is lower-cased.
pub(crate) fn contains(text: &str) -> LikeExpr {
    let mut pattern = String::from("%");
    for c in text.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape('\\')
}

/// The tickets that an agent works on; see [`crate::policy::serves`].
pub(super) fn served(agent: &Actor) -> sea_orm::sea_query::SelectStatement {
    let tickets = ticket::Entity::find()
        .select_only()
        .column(ticket::Column::ConversationId);
    let tickets = match agent.department {
        None => tickets,
        Some(_) => tickets.filter(
            Condition::any()
                .add(ticket::Column::Department.eq(agent.department))
                .add(ticket::Column::Department.is_null()),
        ),
    };
    tickets.into_query()
}

fn paged(
    select: Select<conversation::Entity>,
    cursor: Option<Cursor>,
    limit: u64,
) -> Select<conversation::Entity> {
    let order = if cursor.is_some_and(|cursor| cursor.backwards) {
        Order::Asc
    } else {
        Order::Desc
    };
    let select = match cursor {
        None => select,
        Some(Cursor { backwards, at, id }) => {
            let place = Expr::tuple([Expr::col(Column::UpdatedAt), Expr::col(Column::Id)]);
            let here = Expr::tuple([Expr::value(at), Expr::value(id.0)]);
            select.filter(if backwards { place.gt(here) } else { place.lt(here) })
        }
    };
    select
        .order_by(Column::UpdatedAt, order.clone())
        .order_by(Column::Id, order)
        .limit(limit + 1)
}
