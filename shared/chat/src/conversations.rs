//! Conversations: who may see one, creating, listing and changing them.

mod create;
mod customer;
mod details;
mod list;

pub use create::{CreateConversation, create};
pub use create::{NewConversation, begin, begun, insert, store};
pub use customer::{Customer, customer};
pub use list::{Counts, Cursor, Listed, Query, View, WorkCounts, counts, list};

use crate::Chat;
use crate::access::authorize;
use accounts::names;
use chrono::{DateTime, Utc};
use details::{participants, with_details};
use entity::conversation::{self, Priority};
use entity::participant::Part;
use entity::{ConversationId, attachment, label, ticket};
use kernel::actor::Actor;
use kernel::error::{Error, Result, check_text};
use kernel::event::Event;
use kernel::message::Message;
use kernel::person::Person;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use std::collections::HashMap;

/// A conversation as one person sees it.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// What is stored of the conversation itself.
    pub row: conversation::Model,
    /// Everybody who takes part, agents among them.
    pub participants: Vec<Participant>,
    /// Messages of others that this person has not read.
    pub unread: i64,
    /// The newest message that this person may read; none: there is no such message.
    pub last_message: Option<Message>,
    /// The agent or admin who has it; none: nobody.
    pub assignee: Option<Person>,
    /// Whose it is: the customer of a support conversation or a ticket; none in the other kinds.
    pub customer: Option<Person>,
    /// The ticket that it is; none: it is no ticket.
    pub ticket: Option<ticket::Model>,
    /// What only the staff sees; none for everybody else.
    pub work: Option<Work>,
}

impl Conversation {
    /// When it was last active, as far as this person may see: the column that lists sort by may be a second behind the
    /// newest message (`writer/activity.rs`), and no event tells of its being made up for.
    pub fn active_at(&self) -> DateTime<Utc> {
        let newest = self.last_message.as_ref().map(|message| message.created_at);
        newest.map_or(self.row.updated_at, |at| at.max(self.row.updated_at))
    }
}

/// What the staff knows of the work on a conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Work {
    /// How soon the company should look at it.
    pub priority: Priority,
    /// When it is to open again; only while it is snoozed.
    pub snoozed_until: Option<DateTime<Utc>>,
    /// Its labels, by name.
    pub labels: Vec<label::Model>,
}

/// A person's part in a conversation.
#[derive(Clone, Debug)]
pub struct Participant {
    /// Who takes part.
    pub person: Person,
    /// The account's full name; none where it has only a username.
    pub full_name: Option<String>,
    /// As owner, member or agent.
    pub part: Part,
    /// When the person was added, or made the conversation.
    pub joined_at: DateTime<Utc>,
    /// When they last marked anything as read; none: never.
    pub last_read_at: Option<DateTime<Utc>>,
    /// The `seq` up to which they have read; 0: nothing yet.
    pub last_read_seq: i64,
}

/// A title holds at most this many characters.
pub const MAX_TITLE: usize = 200;

/// The conversation of this id: a UUID, or a room's or ticket's other name.
pub async fn resolve(chat: &Chat, text: &str) -> Result<ConversationId> {
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
        .one(&*chat.db)
        .await?
        .ok_or_else(Error::no_conversation)
}

/// The newest change's number.
pub async fn head(chat: &Chat, id: ConversationId) -> Result<i64> {
    conversation::Entity::find_by_id(id)
        .select_only()
        .column(conversation::Column::LastRev)
        .into_tuple()
        .one(&*chat.db)
        .await?
        .ok_or_else(Error::no_conversation)
}

/// The newest message's number.
pub async fn last_seq(chat: &Chat, id: ConversationId) -> Result<i64> {
    conversation::Entity::find_by_id(id)
        .select_only()
        .column(conversation::Column::LastSeq)
        .into_tuple()
        .one(&*chat.db)
        .await?
        .ok_or_else(Error::no_conversation)
}

/// The newest change's number of each.
pub async fn heads(chat: &Chat, ids: &[ConversationId]) -> Result<HashMap<ConversationId, i64>> {
    let rows: Vec<(ConversationId, i64)> = conversation::Entity::find()
        .select_only()
        .columns([conversation::Column::Id, conversation::Column::LastRev])
        .filter(conversation::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(&*chat.db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// One conversation as the actor sees it.
pub async fn get(chat: &Chat, actor: &Actor, id: ConversationId) -> Result<Conversation> {
    authorize(chat, actor, id).await?;
    let row = conversation::Entity::find_by_id(id)
        .one(&*chat.db)
        .await?
        .ok_or_else(Error::no_conversation)?;
    with_details(chat, actor, vec![row])
        .await?
        .pop()
        .ok_or_else(Error::no_conversation)
}

/// What is sent to a socket that joins: the conversation and its people, without anybody's counts. The caller has
/// authorized.
pub async fn roster(chat: &Chat, id: ConversationId) -> Result<Conversation> {
    let row = conversation::Entity::find_by_id(id)
        .one(&*chat.db)
        .await?
        .ok_or_else(Error::no_conversation)?;
    let people = participants(chat, &[id]).await?.remove(&id);
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

/// A title as it is kept: without what is not seen, and, unless the company gives it, not the company's own. May be empty.
pub fn check_title(chat: &Chat, actor: &Actor, title: &str) -> Result<String> {
    check_text("title", title, 0, MAX_TITLE)?;
    let title = kernel::names::clean_title(title);
    check_text("title", &title, 0, MAX_TITLE)?;
    if !actor.is_staff() {
        names::check_title(chat, "title", &title)?;
    }
    Ok(title)
}

/// Publishes that the actor types, or has stopped; nothing is stored.
pub async fn type_in(chat: &Chat, actor: &Actor, id: ConversationId, is_typing: bool) -> Result<()> {
    authorize(chat, actor, id).await?;
    chat.bus.publish_one(Event::Typed {
        conversation: id,
        by: Person::from(actor),
        is_typing,
    });
    Ok(())
}

/// Deletes a conversation with all that is in it, in the caller's transaction; the caller publishes it after the
/// commit. Its files become orphans, which the purge takes from the store.
pub async fn erase<C: ConnectionTrait>(db: &C, id: ConversationId, now: DateTime<Utc>) -> Result<(), DbErr> {
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
