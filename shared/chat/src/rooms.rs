//! Rooms: named conversations with a name of their own (`chat-<12 hex>`), whose people are known by username.
//!
//! Where rooms are open (`ROOMS_ACCESS=open`), a caller without a token is believed to be whom it names, as a plain
//! user and in rooms only, and an unknown name becomes a guest. Elsewhere a caller holds a token and names itself.

mod people;
mod unread;

pub use people::{add, identify, remove};
pub use unread::{Unread, sync};

use crate::Chat;
use crate::access;
use crate::conversations::{self, Conversation, NewConversation};
use crate::messages::{self, Page};
use crate::policy;
use crate::scope;
use crate::scope::Scope;
use crate::stats::{self, Totals};
use accounts::names;
use accounts::users;
use entity::conversation::{self, Kind};
use entity::{ConversationId, user};
use kernel::actor::Actor;
use kernel::error::{Error, Result, check_text};
use kernel::event::Event;
use kernel::message::Message;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Map, Value};
use std::collections::HashSet;
use std::sync::Arc;

/// Make a room.
#[derive(Clone, Debug, Default)]
pub struct CreateRoom {
    /// 1–100 characters.
    pub name: String,
    /// Its owner's username; the caller where absent, nobody where the caller holds no token.
    pub created_by: Option<String>,
    /// 16 KiB of JSON at most; never interpreted.
    pub metadata: Map<String, Value>,
}

const MAX_NAME: usize = 100;
const MAX_METADATA: usize = 16 * 1024;
/// Rooms in one list at most.
const MAX_LISTED: u64 = 200;

/// Makes a room. `caller` is the token's holder, here and below; none: there is no token.
pub async fn create(chat: &Chat, caller: Option<&Actor>, command: CreateRoom) -> Result<conversation::Model> {
    check_text("name", &command.name, 1, MAX_NAME)?;
    let title = kernel::names::clean_title(&command.name);
    check_text("name", &title, 1, MAX_NAME)?;
    if !caller.is_some_and(Actor::is_staff) {
        names::check_title(chat, "name", &title)?;
    }
    check_metadata(&command.metadata)?;
    let owner = people::owner(chat, caller, command.created_by.as_deref()).await?;
    let new = NewConversation {
        kind: Kind::Room,
        alias: Some(format!("chat-{}", kernel::secrets::random_hex(6))),
        title,
        description: None,
        metadata: Some(Value::Object(command.metadata)),
        owner,
        members: Vec::new(),
        begun_by: None,
    };
    conversations::store(chat, new).await
}

fn check_metadata(metadata: &Map<String, Value>) -> Result<()> {
    let length = serde_json::to_string(metadata).map_err(Error::internal)?.len();
    if length > MAX_METADATA {
        let problem = format!("Must be at most {} KiB of JSON", MAX_METADATA / 1024);
        return Err(Error::invalid("metadata", problem));
    }
    if metadata
        .iter()
        .any(|(name, value)| name.contains('\0') || has_nul(value))
    {
        return Err(Error::invalid("metadata", "Must not contain the NUL character"));
    }
    Ok(())
}

/// Postgres cannot store it.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| name.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The conversation that a client means, if the caller may use it.
async fn find(chat: &Chat, caller: Option<&Actor>, room: &str) -> Result<Arc<Scope>> {
    if caller.is_none() {
        policy::believe(chat.settings.rooms_access)?;
    }
    let id = conversations::resolve(chat, room).await?;
    match caller {
        Some(actor) => access::authorize(chat, actor, id).await,
        None => {
            let scope = scope::scope(chat, id).await?;
            policy::walk_in(chat.settings.rooms_access, &scope)?;
            Ok(scope)
        }
    }
}

/// A room and its people.
pub async fn get(chat: &Chat, caller: Option<&Actor>, room: &str) -> Result<Conversation> {
    let scope = find(chat, caller, room).await?;
    conversations::roster(chat, scope.id).await
}

/// The rooms that somebody takes part in, newest activity first; 200 at most. Nobody's are none.
pub async fn list(
    chat: &Chat,
    caller: Option<&Actor>,
    who: &str,
    offset: u64,
    limit: u64,
) -> Result<Vec<conversation::Model>> {
    match caller {
        Some(actor) => policy::speak_for(actor, who)?,
        None => policy::believe(chat.settings.rooms_access)?,
    }
    let Some(user) = named(chat, who).await? else {
        return Ok(Vec::new());
    };
    let rooms = conversation::Entity::find()
        .filter(conversation::Column::Id.in_subquery(policy::places_of(user.id)))
        .filter(conversation::Column::Kind.eq(Kind::Room))
        .order_by_desc(conversation::Column::UpdatedAt)
        .order_by_desc(conversation::Column::Id)
        .offset(offset.min(i64::MAX as u64))
        .limit(limit.clamp(1, MAX_LISTED));
    Ok(rooms.all(&*chat.db).await?)
}

/// The account of this name.
async fn named(chat: &Chat, name: &str) -> Result<Option<user::Model>> {
    Ok(users::called(&*chat.db, name).await?)
}

/// A page of a conversation's messages, oldest first, and the conversation's name.
pub async fn messages(
    chat: &Chat,
    caller: Option<&Actor>,
    room: &str,
    offset: u64,
    limit: u64,
) -> Result<(String, Vec<Message>)> {
    let scope = find(chat, caller, room).await?;
    let hidden = caller.map_or(0, |actor| policy::before_their_time(actor, &scope));
    let page = messages::page_of(chat, scope.id, hidden, Page::Offset(offset), limit).await?;
    Ok((scope::name(scope.id, scope.alias.as_deref()), page))
}

/// Deletes a room with all that was said in it; its owner and staff who see it, and whoever has no token where
/// rooms are open. Its sockets close. Other conversations are not deleted.
pub async fn delete(chat: &Chat, caller: Option<&Actor>, room: &str) -> Result<()> {
    let scope = find(chat, caller, room).await?;
    if let Some(actor) = caller {
        policy::manage(actor, &scope)?;
    }
    if scope.kind != Kind::Room {
        return Err(Error::Forbidden("Only rooms can be deleted here".into()));
    }
    let tx = chat.db.begin().await?;
    conversations::erase(&*tx, scope.id, chat.clock.now()).await?;
    tx.commit().await?;
    chat.scopes.forget(scope.id);
    chat.bus.publish_one(Event::ConversationDeleted {
        conversation: scope.id,
    });
    Ok(())
}

/// How many sockets rooms have, on all instances. Where rooms take a token, the rooms are named to those who may see
/// them; everybody gets the figures.
pub async fn totals(chat: &Chat, caller: Option<&Actor>) -> Result<Totals> {
    let mut totals = stats::totals(chat).await;
    if policy::believe(chat.settings.rooms_access).is_err() {
        let seen = match caller {
            Some(actor) => visible(chat, actor, totals.rooms.keys().copied()).await?,
            None => HashSet::new(),
        };
        totals.rooms.retain(|id, _| seen.contains(id));
    }
    Ok(totals)
}

/// Those of the conversations that the actor may see.
async fn visible(
    chat: &Chat,
    actor: &Actor,
    ids: impl Iterator<Item = ConversationId>,
) -> Result<HashSet<ConversationId>> {
    let seen: Vec<ConversationId> = conversation::Entity::find()
        .select_only()
        .column(conversation::Column::Id)
        .filter(conversation::Column::Id.is_in(ids))
        .filter(policy::visible_to(actor))
        .into_tuple()
        .all(&*chat.db)
        .await?;
    Ok(seen.into_iter().collect())
}
