//! Tickets. One ticket is one conversation: its messages, people and sockets are the conversation's, its status,
//! department and rating are here. A number (`support`), a `TKT-…` and a UUID name the same ticket.

mod change;
mod create;
mod list;
mod notices;
mod rules;

pub(crate) use change::Locked;
pub use change::flag;
pub(crate) use change::go_to_status;
pub use change::{Deleters, UpdateTicket, delete, rate, update};
pub(crate) use change::{assign, keep};
pub use create::{CreateTicket, create};
pub use list::{Query, Statistics, list, statistics};
pub use notices::{message as message_notice, newest_answer, support_status};
pub use rules::{department, may_follow};
pub use rules::{is_over, reopened};

use accounts::users;
use chat::Chat;
use chat::policy;
use chat::scope;
use entity::user::Role;
use entity::{ConversationId, StationId, SupportId, UserId, station, ticket, user};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::person::Person;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use std::collections::{BTreeSet, HashMap};
use std::fmt;

/// A ticket with the people and the station that it names.
#[derive(Clone, Debug)]
pub struct Ticket {
    /// What is stored of the ticket itself.
    pub row: ticket::Model,
    /// Whose ticket it is.
    pub owner: user::Model,
    /// Who of the company works on it; none: nobody yet.
    pub assignee: Option<Person>,
    /// The station that it is about, where it names one.
    pub station: Option<station::Model>,
}

/// A ticket as a client names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// The number that `support` shows.
    Number(SupportId),
    /// `TKT-…`, or the conversation's UUID.
    Name(String),
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(id) => id.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// One ticket, for whoever may see it. To another customer it does not exist; an agent of another department is
/// refused.
pub async fn get(chat: &Chat, actor: &Actor, which: &Which) -> Result<Ticket> {
    let row = find(chat, actor, which).await?;
    let mut found = with_details(&*chat.db, vec![row]).await?;
    found.pop().ok_or_else(|| unknown(which))
}

/// The ticket that this conversation is, for whoever may see it.
pub async fn of(chat: &Chat, actor: &Actor, id: ConversationId) -> Result<Ticket> {
    get(chat, actor, &Which::Name(id.to_string())).await
}

fn unknown(which: &Which) -> Error {
    Error::NotFound(format!("Ticket {which}"))
}

/// The row, for whoever may see it.
async fn find(chat: &Chat, actor: &Actor, which: &Which) -> Result<ticket::Model> {
    let query = match which {
        Which::Number(id) => ticket::Entity::find_by_id(*id),
        Which::Name(name) if name.contains('\0') => return Err(unknown(which)),
        Which::Name(name) => match name.parse() {
            Ok(id) => ticket::Entity::of(id),
            Err(_) => ticket::Entity::find().filter(ticket::Column::TicketId.eq(name.as_str())),
        },
    };
    let row = query.one(&*chat.db).await?.ok_or_else(|| unknown(which))?;
    let scope = scope::scope(chat, row.conversation_id).await?;
    if policy::can_see(actor, &scope) {
        Ok(row)
    } else if actor.role == Role::Agent {
        Err(Error::Forbidden(
            "You don't have permission to view this ticket".into(),
        ))
    } else {
        Err(unknown(which))
    }
}

/// Adds people and stations to rows, in a fixed number of queries.
pub async fn with_details<C: ConnectionTrait>(
    db: &C,
    rows: Vec<ticket::Model>,
) -> Result<Vec<Ticket>, DbErr> {
    let owners: BTreeSet<UserId> = rows.iter().map(|row| row.user_id).collect();
    if owners.is_empty() {
        return Ok(Vec::new());
    }
    let owners = user::Entity::find()
        .filter(user::Column::Id.is_in(owners))
        .all(db)
        .await?;
    let owners: HashMap<UserId, user::Model> = owners.into_iter().map(|user| (user.id, user)).collect();
    let assignees = users::people(db, rows.iter().filter_map(|row| row.assignee_id)).await?;
    let places: BTreeSet<StationId> = rows.iter().filter_map(|row| row.station_id).collect();
    let places: HashMap<StationId, station::Model> = if places.is_empty() {
        HashMap::new()
    } else {
        let found = station::Entity::find()
            .filter(station::Column::Id.is_in(places))
            .all(db)
            .await?;
        found.into_iter().map(|place| (place.id, place)).collect()
    };
    let tickets = rows.into_iter().filter_map(|row| {
        Some(Ticket {
            owner: owners.get(&row.user_id)?.clone(),
            assignee: row.assignee_id.and_then(|id| assignees.get(&id).cloned()),
            station: row.station_id.and_then(|id| places.get(&id).cloned()),
            row,
        })
    });
    Ok(tickets.collect())
}
