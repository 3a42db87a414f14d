//! Conversations: who may see one, creating, listing and changing them.

mod create;
mod customer;
mod list;
mod scope;

pub use create::{CreateConversation, create};
pub(crate) use create::{NewConversation, begin, begun, insert, store};
pub use customer::{Customer, customer};
pub(crate) use list::contains;
pub use list::{Cursor, Listed, Query, list};
pub use scope::{Scope, Scopes, authorize, scope};

use crate::actor::Actor;
use crate::core::Core;
use crate::error::{Error, Result, check_text};
use crate::event::{Event, Person};
use crate::messages::{Message, attach_details};
use crate::policy;
use crate::store::outbox;
use crate::webhooks::{self, Occurrence};
use chrono::{DateTime, Utc};
use entity::conversation::{self, Kind};
use entity::participant::Part;
use entity::{ConversationId, UserId, attachment, message, participant, user};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QuerySelect,
};
use std::collections::HashMap;

/// A conversation as one person sees it.
#[derive(Clone, Debug)]
pub struct Conversation {
    pub row: conversation::Model,
    pub participants: Vec<Participant>,
    /// Messages of others that this person has not read.
    pub unread: i64,
    pub last_message: Option<Message>,
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
    })
}

/// Renames, archives, or switches the bot; its owner, agents and admins.
pub async fn update(
    core: &Core,
    actor: &Actor,
    id: ConversationId,
    command: UpdateConversation,
) -> Result<Conversation> {
    let scope = authorize(core, actor, id).await?;
    policy::manage(actor, &scope)?;
    if let Some(title) = &command.title {
        if title.trim().is_empty() {
            return Err(Error::invalid("title", "This field may not be blank."));
        }
        check_text("title", title, 1, MAX_TITLE)?;
    }
    if command.bot_on == Some(true) && scope.kind != Kind::Support {
        return Err(Error::invalid(
            "bot",
            "The bot answers in a customer's own conversation only",
        ));
    }
    let mut row = conversation::ActiveModel {
        id: Set(id),
        updated_at: Set(core.clock.now()),
        ..Default::default()
    };
    if let Some(title) = command.title {
        row.title_key = Set(title.to_lowercase());
        row.title = Set(title);
    }
    if let Some(on) = command.bot_on {
        row.bot_on = Set(on);
    }
    if let Some(archived) = command.is_archived {
        row.is_archived = Set(archived);
    }
    let told = webhooks::intents(core, Occurrence::updated(id)).await?;
    let tx = core.db.begin().await?;
    row.update(&*tx).await?;
    let jobs = outbox::add(&*tx, told).await?;
    tx.commit().await?;
    core.bus
        .publish_one(Event::ConversationChanged { conversation: id });
    core.push_jobs(jobs);
    get(core, actor, id).await
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

/// Adds people, unread counts and last messages to rows, in a fixed number of queries.
async fn with_details(
    core: &Core,
    actor: &Actor,
    rows: Vec<conversation::Model>,
) -> Result<Vec<Conversation>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut people = participants(core, &ids).await?;
    let unread = unread(core, actor.id, &ids).await?;
    let mut last = last_messages(core, &rows).await?;
    let conversations = rows.into_iter().map(|row| Conversation {
        participants: people.remove(&row.id).unwrap_or_default(),
        unread: unread.get(&row.id).copied().unwrap_or_default(),
        last_message: last.remove(&row.id),
        row,
    });
    Ok(conversations.collect())
}

async fn participants(
    core: &Core,
    ids: &[ConversationId],
) -> Result<HashMap<ConversationId, Vec<Participant>>> {
    let mut parts = participant::Entity::find()
        .filter(participant::Column::ConversationId.is_in(ids.iter().copied()))
        .all(&*core.db)
        .await?;
    parts.sort_by_key(|part| (part.joined_at, part.user_id));
    let ids: std::collections::BTreeSet<_> = parts.iter().map(|part| part.user_id).collect();
    let users = user::Entity::find()
        .filter(user::Column::Id.is_in(ids))
        .all(&*core.db)
        .await?;
    let users: HashMap<UserId, user::Model> = users.into_iter().map(|user| (user.id, user)).collect();
    let mut found: HashMap<ConversationId, Vec<Participant>> = HashMap::new();
    for part in parts {
        let Some(user) = users.get(&part.user_id) else {
            continue;
        };
        found.entry(part.conversation_id).or_default().push(Participant {
            person: Person::from(&Actor::of(user)),
            full_name: user.full_name.clone(),
            part: part.role,
            joined_at: part.joined_at,
            last_read_at: part.last_read_at,
            last_read_seq: part.last_read_seq,
        });
    }
    Ok(found)
}

/// Counts by a range of the `(conversation_id, seq)` index per conversation.
async fn unread(core: &Core, user: UserId, ids: &[ConversationId]) -> Result<HashMap<ConversationId, i64>> {
    use sea_orm::sea_query::ExprTrait;
    let rows: Vec<(ConversationId, i64)> = participant::Entity::find()
        .select_only()
        .column(participant::Column::ConversationId)
        .column_as(
            Expr::col((message::Entity, message::Column::Id)).count(),
            "unread",
        )
        .join(
            sea_orm::JoinType::InnerJoin,
            participant::Entity::belongs_to(message::Entity)
                .from(participant::Column::ConversationId)
                .to(message::Column::ConversationId)
                .into(),
        )
        .filter(participant::Column::UserId.eq(user))
        .filter(participant::Column::ConversationId.is_in(ids.iter().copied()))
        .filter(
            Expr::col((message::Entity, message::Column::Seq))
                .gt(Expr::col((participant::Entity, participant::Column::LastReadSeq))),
        )
        .filter(message::Column::SenderId.ne(user))
        .filter(message::Column::IsDeleted.eq(false))
        .group_by(participant::Column::ConversationId)
        .into_tuple()
        .all(&*core.db)
        .await?;
    Ok(rows.into_iter().collect())
}

async fn last_messages(
    core: &Core,
    rows: &[conversation::Model],
) -> Result<HashMap<ConversationId, Message>> {
    let mut any = sea_orm::Condition::any();
    for row in rows.iter().filter(|row| row.last_seq > 0) {
        any = any.add(
            sea_orm::Condition::all()
                .add(message::Column::ConversationId.eq(row.id))
                .add(message::Column::Seq.eq(row.last_seq)),
        );
    }
    if any.is_empty() {
        return Ok(HashMap::new());
    }
    let found = message::Entity::find().filter(any).all(&*core.db).await?;
    let messages = attach_details(&*core.db, found).await?;
    Ok(messages
        .into_iter()
        .map(|message| (message.conversation, message))
        .collect())
}
