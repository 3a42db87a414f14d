//! Conversations: who may see one, creating, listing and changing them.

mod list;
mod scope;

pub use list::{Cursor, Listed, Query, list, list_query};
pub use scope::{Scope, Scopes, authorize, scope};

use crate::actor::Actor;
use crate::core::Core;
use crate::error::{Error, Result, check_text};
use crate::event::{Event, Person};
use crate::messages::{Message, attach_details};
use crate::policy;
use crate::users::{self, Named};
use chrono::{DateTime, Utc};
use entity::conversation::{self, Kind, Status};
use entity::participant::Part;
use entity::{ConversationId, UserId, message, participant, user};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use uuid::Uuid;

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

/// Begin a conversation.
#[derive(Clone, Debug, Default)]
pub struct CreateConversation {
    /// At most 200 characters; made from the people where absent.
    pub title: Option<String>,
    /// At most 2000 characters.
    pub description: Option<String>,
    pub is_group: bool,
    /// At most 500; the caller is added.
    pub participants: Vec<Named>,
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
const MAX_DESCRIPTION: usize = 2000;
const MAX_NAMED: usize = 500;

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

/// Begins a conversation. Alone, the actor gets the bot; with others, a direct talk or a group.
pub async fn create(core: &Core, actor: &Actor, command: CreateConversation) -> Result<Conversation> {
    if command.participants.len() > MAX_NAMED {
        return Err(Error::invalid(
            "participant_ids",
            format!("Must name at most {MAX_NAMED} people"),
        ));
    }
    if actor.is_visitor && !command.participants.is_empty() {
        return Err(Error::Forbidden("Visitors talk to the company only".into()));
    }
    check_text(
        "title",
        command.title.as_deref().unwrap_or_default(),
        0,
        MAX_TITLE,
    )?;
    check_text(
        "description",
        command.description.as_deref().unwrap_or_default(),
        0,
        MAX_DESCRIPTION,
    )?;
    let mut others = users::resolve(core, &command.participants).await?;
    others.retain(|user| user.id != actor.id);
    let kind = match (command.is_group, others.len()) {
        (true, _) if !actor.is_visitor => Kind::Group,
        (_, 0) => Kind::Support,
        (_, 1) => Kind::Direct,
        _ => Kind::Group,
    };
    let title = match command.title.filter(|title| !title.trim().is_empty()) {
        Some(title) => title,
        None if others.is_empty() => format!("Chat with {}", actor.username),
        None => names(actor, &others),
    };
    let id = store(core, actor, kind, title, command.description, &others, None).await?;
    get(core, actor, id).await
}

/// Makes the conversation that a first message begins; for one `client_id` there is one, on whichever instance.
pub(crate) async fn begin(core: &Core, actor: &Actor, client_id: Option<&str>) -> Result<ConversationId> {
    let title = format!("Chat with {}", actor.username);
    let key = client_id.map(|id| begun_by(actor, id));
    match store(core, actor, Kind::Support, title, None, &[], key).await {
        Ok(id) => Ok(id),
        // two first tries at once: the other one made it
        Err(error) => begun(core, actor, client_id).await?.ok_or(error),
    }
}

/// The conversation that this first message began before, if it did.
pub(crate) async fn begun(
    core: &Core,
    actor: &Actor,
    client_id: Option<&str>,
) -> Result<Option<ConversationId>> {
    let Some(client_id) = client_id else {
        return Ok(None);
    };
    let found = conversation::Entity::find()
        .select_only()
        .column(conversation::Column::Id)
        .filter(conversation::Column::BegunBy.eq(begun_by(actor, client_id)))
        .into_tuple()
        .one(&*core.db)
        .await?;
    Ok(found)
}

fn begun_by(actor: &Actor, client_id: &str) -> String {
    hex::encode(Sha256::digest(format!("{}:{client_id}", actor.id)))
}

fn names(actor: &Actor, others: &[user::Model]) -> String {
    let names = std::iter::once(&*actor.username).chain(others.iter().map(|user| user.username.as_str()));
    names
        .collect::<Vec<_>>()
        .join(", ")
        .chars()
        .take(MAX_TITLE)
        .collect()
}

async fn store(
    core: &Core,
    actor: &Actor,
    kind: Kind,
    title: String,
    description: Option<String>,
    others: &[user::Model],
    begun_by: Option<String>,
) -> Result<ConversationId> {
    let now = core.clock.now();
    let id = ConversationId(Uuid::now_v7());
    let row = conversation::ActiveModel {
        id: Set(id),
        kind: Set(kind),
        alias: Set(None),
        title_key: Set(title.to_lowercase()),
        title: Set(title),
        description: Set(description),
        metadata: Set(None),
        status: Set(Status::Open),
        bot_on: Set(kind == Kind::Support),
        is_archived: Set(false),
        created_by: Set(Some(actor.id)),
        begun_by: Set(begun_by),
        last_seq: Set(0),
        last_rev: Set(0),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let tx = core.db.begin().await?;
    conversation::Entity::insert(row)
        .exec_without_returning(&*tx)
        .await?;
    let people =
        std::iter::once((actor.id, Part::Owner)).chain(others.iter().map(|user| (user.id, Part::Member)));
    let rows = people.map(|(user, part)| crate::participants::row(id, user, part, 0, now));
    participant::Entity::insert_many(rows)
        .exec_without_returning(&*tx)
        .await?;
    tx.commit().await?;
    core.bus
        .publish_one(Event::ConversationChanged { conversation: id });
    Ok(id)
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
    row.update(&*core.db).await?;
    core.bus
        .publish_one(Event::ConversationChanged { conversation: id });
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
    use sea_orm::sea_query::{Expr, ExprTrait};
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
