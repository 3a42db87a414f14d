//! Beginning a conversation: alone with the bot, with others, or by a first message.

use super::{Conversation, MAX_TITLE, check_title, get};
use crate::Chat;
use crate::participants::Newcomer;
use accounts::users::{self, Named};
use chrono::{DateTime, Utc};
use entity::conversation::{self, Kind, Priority, Status};
use entity::participant::Part;
use entity::{ConversationId, UserId, participant, user};
use kernel::actor::Actor;
use kernel::error::{Error, Result, check_text};
use kernel::event::Event;
use kernel::fact::Fact;
use platform::job_store;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Begin a conversation.
#[derive(Clone, Debug, Default)]
pub struct CreateConversation {
    /// At most 200 characters; made from the people where absent.
    pub title: Option<String>,
    /// At most 2000 characters.
    pub description: Option<String>,
    /// A group, however many are named; without it two others make one, and a single one a direct talk.
    pub is_group: bool,
    /// At most 500; the caller is added.
    pub participants: Vec<Named>,
}

const MAX_DESCRIPTION: usize = 2000;
const MAX_NAMED: usize = 500;

/// Begins a conversation. Alone, the actor gets the bot; with others, a direct talk or a group.
pub async fn create(chat: &Chat, actor: &Actor, command: CreateConversation) -> Result<Conversation> {
    if command.participants.len() > MAX_NAMED {
        return Err(Error::invalid(
            "participant_ids",
            format!("Must name at most {MAX_NAMED} people"),
        ));
    }
    if actor.is_visitor && !command.participants.is_empty() {
        return Err(Error::Forbidden("Visitors talk to the company only".into()));
    }
    let title = match &command.title {
        Some(title) => Some(check_title(chat, actor, title)?),
        None => None,
    };
    check_text(
        "description",
        command.description.as_deref().unwrap_or_default(),
        0,
        MAX_DESCRIPTION,
    )?;
    let mut others = users::resolve(chat, actor, &command.participants).await?;
    others.retain(|user| user.id != actor.id);
    let kind = match (command.is_group, others.len()) {
        (true, _) if !actor.is_visitor => Kind::Group,
        (_, 0) => Kind::Support,
        (_, 1) => Kind::Direct,
        _ => Kind::Group,
    };
    let title = match title.filter(|title| !title.is_empty()) {
        Some(title) => title,
        None if others.is_empty() => format!("Chat with {}", actor.username),
        None => names(actor, &others),
    };
    let new = NewConversation {
        kind,
        alias: None,
        title,
        description: command.description,
        metadata: None,
        owner: Some(actor.id),
        members: others.iter().map(|user| user.id).collect(),
        begun_by: None,
    };
    let row = store(chat, new).await?;
    get(chat, actor, row.id).await
}

/// Makes the conversation that a first message begins; for one `client_id` there is one, on whichever instance.
pub async fn begin(chat: &Chat, actor: &Actor, client_id: Option<&str>) -> Result<ConversationId> {
    let new = NewConversation {
        kind: Kind::Support,
        alias: None,
        title: format!("Chat with {}", actor.username),
        description: None,
        metadata: None,
        owner: Some(actor.id),
        members: Vec::new(),
        begun_by: client_id.map(|id| begun_by(actor, id)),
    };
    match store(chat, new).await {
        Ok(row) => Ok(row.id),
        // a concurrent first try made it
        Err(error) => begun(chat, actor, client_id).await?.ok_or(error),
    }
}

/// The conversation that this first message began before, if it did.
pub async fn begun(chat: &Chat, actor: &Actor, client_id: Option<&str>) -> Result<Option<ConversationId>> {
    let Some(client_id) = client_id else {
        return Ok(None);
    };
    let found = conversation::Entity::find()
        .select_only()
        .column(conversation::Column::Id)
        .filter(conversation::Column::BegunBy.eq(begun_by(actor, client_id)))
        .into_tuple()
        .one(&*chat.db)
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

/// A conversation's row and people before they are stored.
pub struct NewConversation {
    /// Decides who may see it, and whether the bot answers: on from the start in support, off elsewhere.
    pub kind: Kind,
    /// `chat-…` or `TKT-…`.
    pub alias: Option<String>,
    /// At most [`MAX_TITLE`] characters, and checked with [`super::check_title`] where a person gave it.
    pub title: String,
    /// What it is about, in the words of whoever began it.
    pub description: Option<String>,
    /// What a client stores with a room; never interpreted.
    pub metadata: Option<serde_json::Value>,
    /// Takes part as its owner; a room that nobody's name was given for has none.
    pub owner: Option<UserId>,
    /// Take part as members; the owner is not among them.
    pub members: Vec<UserId>,
    /// A hash of the first message's sender and `client_id`, unique: a repeat begins no second one. None: not begun so.
    pub begun_by: Option<String>,
}

/// Stores a conversation with its people in the caller's transaction; the caller publishes it after the commit.
pub async fn insert<C: ConnectionTrait>(
    db: &C,
    new: NewConversation,
    now: DateTime<Utc>,
) -> Result<conversation::Model, DbErr> {
    insert_as(db, ConversationId(Uuid::now_v7()), new, now).await
}

async fn insert_as<C: ConnectionTrait>(
    db: &C,
    id: ConversationId,
    new: NewConversation,
    now: DateTime<Utc>,
) -> Result<conversation::Model, DbErr> {
    let row = conversation::Model {
        id,
        kind: new.kind,
        alias: new.alias,
        title_key: new.title.to_lowercase(),
        title: new.title,
        description: new.description,
        metadata: new.metadata,
        status: Status::Open,
        bot_on: new.kind == Kind::Support,
        is_archived: false,
        created_by: new.owner,
        begun_by: new.begun_by,
        assignee_id: None,
        priority: Priority::None,
        snoozed_until: None,
        people_left_at: None,
        last_seq: 0,
        last_rev: 0,
        created_at: now,
        updated_at: now,
    };
    conversation::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(db)
        .await?;
    let newcomer = |user, part, added_by| Newcomer {
        conversation: row.id,
        user,
        part,
        added_by,
        joined_seq: 0,
    };
    let owner = new.owner.map(|user| newcomer(user, Part::Owner, None));
    let members = new.members.into_iter();
    let members = members.map(|user| newcomer(user, Part::Member, new.owner));
    let rows = owner.into_iter().chain(members).map(|person| person.row(now));
    participant::Entity::insert_many(rows)
        .exec_without_returning(db)
        .await?;
    Ok(row)
}

/// [`insert`] in a transaction of its own, with the jobs that follow; published after the commit.
pub async fn store(chat: &Chat, new: NewConversation) -> Result<conversation::Model> {
    let id = ConversationId(Uuid::now_v7());
    let jobs = chat
        .jobs_for(Fact::ConversationCreated { conversation: id })
        .await?;
    let tx = chat.db.begin().await?;
    let row = insert_as(&*tx, id, new, chat.clock.now()).await?;
    let jobs = job_store::add(&*tx, jobs).await?;
    tx.commit().await?;
    chat.bus
        .publish_one(Event::ConversationChanged { conversation: row.id });
    chat.push_jobs(jobs);
    Ok(row)
}
