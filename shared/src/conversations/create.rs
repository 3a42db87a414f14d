//! Beginning a conversation: alone with the bot, with others, or by a first message.

use super::{Conversation, MAX_TITLE, get};
use crate::actor::Actor;
use crate::core::Core;
use crate::error::{Error, Result, check_text};
use crate::event::Event;
use crate::users::{self, Named};
use entity::conversation::{self, Kind, Status};
use entity::participant::Part;
use entity::{ConversationId, participant, user};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use sha2::{Digest, Sha256};
use uuid::Uuid;

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

const MAX_DESCRIPTION: usize = 2000;
const MAX_NAMED: usize = 500;

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
