//! How a period was, in one look.

use super::misuse::MisuseCounts;
use super::tickets::TicketCounts;
use super::times::{self, Spread, Timed};
use super::{Period, SAMPLE, misuse, tickets};
use crate::figures::count;
use chat::Chat;
use entity::user::{self, Role};
use entity::{message, notification};
use kernel::actor::Actor;
use kernel::error::Result;
use kernel::roles;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};

/// How a period was.
#[derive(Clone, Debug, PartialEq)]
pub struct Overview {
    /// The tickets that were opened.
    pub tickets: TicketCounts,
    /// All accounts and visitors, by role.
    pub people: Vec<(Role, u64)>,
    /// Messages in every conversation, the server's own sentences among them.
    pub messages: u64,
    /// Those with which the bot answered.
    pub bot_answers: u64,
    /// How often a person was asked for, by the bot or by the customer.
    pub handoffs: u64,
    /// How long tickets waited for their first answer.
    pub answer: Option<Spread>,
    /// The reports of misuse.
    pub misuse: MisuseCounts,
    /// Whether the waits are of all tickets, and not of the newest [`SAMPLE`] only.
    pub is_complete: bool,
}

impl Overview {
    /// All accounts and visitors.
    pub fn all_people(&self) -> u64 {
        self.people.iter().map(|(_, number)| number).sum()
    }
}

/// How a period was; admins only.
pub async fn overview(chat: &Chat, actor: &Actor, period: Period) -> Result<Overview> {
    roles::admin(actor)?;
    let sample = times::opened(chat, period).await?;
    Ok(Overview {
        tickets: tickets::counts(chat, period).await?,
        people: people(chat).await?,
        messages: messages(chat, period, false).await?,
        bot_answers: messages(chat, period, true).await?,
        handoffs: handoffs(chat, period).await?,
        answer: Spread::of(sample.iter().filter_map(Timed::answer)),
        misuse: misuse::counts(chat, period).await?,
        is_complete: (sample.len() as u64) < SAMPLE,
    })
}

async fn people(chat: &Chat) -> Result<Vec<(Role, u64)>> {
    let rows: Vec<(Role, i64)> = user::Entity::find()
        .select_only()
        .column(user::Column::Role)
        .column_as(user::Column::Id.count(), "people")
        .group_by(user::Column::Role)
        .into_tuple()
        .all(&*chat.db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(role, number)| (role, count(number)))
        .collect())
}

/// Counted along the indexes of ids, of which the bot's messages have one of their own: the condition is written out, as
/// that index has it.
async fn messages(chat: &Chat, period: Period, of_the_bot: bool) -> Result<u64> {
    let (since, until) = period.ids();
    let mut found = message::Entity::find()
        .select_only()
        .column(message::Column::Id)
        .filter(message::Column::Id.between(since, until));
    if of_the_bot {
        found = found.filter(Expr::cust("type = 'bot'"));
    }
    Ok(found.count(&*chat.db).await?)
}

/// Everybody who may come is notified of the same cause.
async fn handoffs(chat: &Chat, period: Period) -> Result<u64> {
    let (since, until) = period.ids();
    let found: Option<i64> = notification::Entity::find()
        .select_only()
        .column_as(
            Expr::col(notification::Column::Cause).count_distinct(),
            "handoffs",
        )
        .filter(notification::Column::Id.between(since, until))
        .filter(Expr::cust("kind = 'handoff_requested'"))
        .into_tuple()
        .one(&*chat.db)
        .await?;
    Ok(count(found.unwrap_or_default()))
}
