//! Conversations: who may see one, creating, listing and changing them.

mod create;
mod customer;
mod details;
mod list;
mod scope;

pub use create::{CreateConversation, create};
pub(crate) use create::{NewConversation, begin, begun, insert, store};
pub use customer::{Customer, customer};
pub(crate) use list::contains;
pub use list::{Counts, Cursor, Listed, Query, View, WorkCounts, counts, list};
pub(crate) use scope::read_scopes;
pub use scope::{Scope, Scopes, Standing, authorize, scope};

use crate::core::Core;
use crate::desk::{self, ChangeWork};
use crate::messages::Message;
use crate::names;
use crate::policy;
use chrono::{DateTime, Utc};
use details::{participants, with_details};
use entity::conversation::{self, Kind, Priority};
use entity::participant::Part;
use entity::{ConversationId, attachment, label, ticket};
use kernel::actor::Actor;
use kernel::error::{Error, Result, check_text};
use kernel::event::Event;
use kernel::person::Person;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use std::collections::HashMap;

/// A conversation as one person sees it.
#[derive(Clone, Debug)]
pub struct Conversation {
    pub row: conversation::Model,
    pub participants: Vec<Participant>,
    /// Messages of others that this person has not read.
    pub unread: i64,
    pub last_message: Option<Message>,
    /// Who of the company has it.
    pub assignee: Option<Person>,
    /// Whose it is, where it is a customer's or a ticket.
    pub customer: Option<Person>,
    /// Where it is one.
    pub ticket: Option<ticket::Model>,
    /// What only the staff sees; none for everybody else.
    pub work: Option<Work>,
}

/// What the staff knows of the work on a conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Work {
    pub priority: Priority,
    /// When it is to open again; only while it is snoozed.
    pub snoozed_until: Option<DateTime<Utc>>,
    /// By name.
    pub labels: Vec<label::Model>,
}

/// A person's part in a conversation.
#[derive(Clone, Debug)]
pub struct Participant {
    pub person: Person,
    pub full_name: Option<String>,
    pub part: Part,
    pub joined_at: DateTime<Utc>,
    pub last_read_at: Option<DateTime<Utc>>,
    pub last_read_seq: i64,
}

/// Change a conversation; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct UpdateConversation {
    pub bot_on: Option<bool>,
    pub title: Option<String>,
    pub is_archived: Option<bool>,
    /// Agents and admins, in a customer's conversation or a ticket's.
    pub work: ChangeWork,
}

/// A title holds at most this many characters.
pub const MAX_TITLE: usize = 200;

/// The conversation of this id: a UUID, or a room's or ticket's other name.
pub async fn resolve(core: &Core, text: &str) -> Result<ConversationId> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    if !(text.starts_with("chat-") || text.starts_with("TKT-")) || text.contains('\0') {
        return Err(Error::no_conversation());
    }
    conversation::Entity::find()
        .select_only()
        .column(conversation::Column::Id)
        .filter(conversation::Column::Alias.eq(text))
        .into_tuple()
        .one(&*core.db)
        .await?
        .ok_or_else(Error::no_conversation)
}

/// The newest change's number.
pub async fn head(core: &Core, id: ConversationId) -> Result<i64> {
    conversation::Entity::find_by_id(id)
        .select_only()
        .column(conversation::Column::LastRev)
        .into_tuple()
        .one(&*core.db)
        .await?
        .ok_or_else(Error::no_conversation)
}

/// The newest message's number.
pub async fn last_seq(core: &Core, id: ConversationId) -> Result<i64> {
    conversation::Entity::find_by_id(id)
        .select_only()
        .column(conversation::Column::LastSeq)
        .into_tuple()
        .one(&*core.db)
        .await?
        .ok_or_else(Error::no_conversation)
}

/// The newest change's number of each.
pub async fn heads(core: &Core, ids: &[ConversationId]) -> Result<HashMap<ConversationId, i64>> {
    let rows: Vec<(ConversationId, i64)> = conversation::Entity::find()
        .select_only()
        .columns([conversation::Column::Id, conversation::Column::LastRev])
        .filter(conversation::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(&*core.db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// One conversation as the actor sees it.
pub async fn get(core: &Core, actor: &Actor, id: ConversationId) -> Result<Conversation> {
    authorize(core, actor, id).await?;
    let row = conversation::Entity::find_by_id(id)
        .one(&*core.db)
        .await?
        .ok_or_else(Error::no_conversation)?;
    with_details(core, actor, vec![row])
        .await?
        .pop()
        .ok_or_else(Error::no_conversation)
}

/// What a newcomer's socket is told: the conversation and its people, without anybody's counts. The caller has
/// authorized.
pub async fn roster(core: &Core, id: ConversationId) -> Result<Conversation> {
    let row = conversation::Entity::find_by_id(id)
        .one(&*core.db)
        .await?
        .ok_or_else(Error::no_conversation)?;
    let people = participants(core, &[id]).await?.remove(&id);
    Ok(Conversation {
        row,
        participants: people.unwrap_or_default(),
        unread: 0,
        last_message: None,
        assignee: None,
        customer: None,
        ticket: None,
        work: None,
    })
}

/// Renames and archives: its owner, agents and admins. Switches the bot: the same, until a person was asked for or has
/// come; then it is the desk's. Changes the work on it: agents and admins.
pub async fn update(
    core: &Core,
    actor: &Actor,
    id: ConversationId,
    command: UpdateConversation,
) -> Result<Conversation> {
    let scope = authorize(core, actor, id).await?;
    policy::manage(actor, &scope)?;
    let title = match &command.title {
        Some(title) => Some(check_title(core, actor, title)?),
        None => None,
    };
    if title.as_deref() == Some("") {
        return Err(Error::invalid("title", "This field may not be blank."));
    }
    if command.bot_on == Some(true) && scope.kind != Kind::Support {
        return Err(Error::invalid(
            "bot",
            "The bot answers in a customer's own conversation only",
        ));
    }
    desk::check(core, actor, &scope, &command.work).await?;
    let mut held = desk::Held::open(core, id).await?;
    if let Some(title) = title {
        held.rename(actor, title).await?;
    }
    if let Some(on) = command.bot_on {
        held.switch_bot(actor, on).await?;
    }
    if let Some(archived) = command.is_archived {
        held.row.is_archived = archived;
    }
    held.change(actor, command.work).await?;
    held.finish().await?;
    get(core, actor, id).await
}

/// A title as it is kept: without what is not seen, and, unless the company gives it, not the company's own. May be empty.
fn check_title(core: &Core, actor: &Actor, title: &str) -> Result<String> {
    check_text("title", title, 0, MAX_TITLE)?;
    let title = kernel::names::clean_title(title);
    check_text("title", &title, 0, MAX_TITLE)?;
    if !actor.is_staff() {
        names::check_title(core, "title", &title)?;
    }
    Ok(title)
}

/// Says that the actor types, or no longer does. Everybody hears of it; nothing is stored.
pub async fn type_in(core: &Core, actor: &Actor, id: ConversationId, is_typing: bool) -> Result<()> {
    authorize(core, actor, id).await?;
    core.bus.publish_one(Event::Typed {
        conversation: id,
        by: Person::from(actor),
        is_typing,
    });
    Ok(())
}

/// Deletes a conversation with all that is in it, in the caller's transaction; the caller says so after the commit. Its
/// files become orphans, which the purge takes from the store.
pub(crate) async fn erase<C: ConnectionTrait>(
    db: &C,
    id: ConversationId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    attachment::Entity::update_many()
        .col_expr(
            attachment::Column::ConversationId,
            Expr::value(Option::<ConversationId>::None),
        )
        .col_expr(attachment::Column::IsAttached, Expr::value(false))
        .col_expr(attachment::Column::UpdatedAt, Expr::value(now))
        .filter(attachment::Column::ConversationId.eq(id))
        .exec(db)
        .await?;
    conversation::Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}
