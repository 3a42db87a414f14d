//! What access to a conversation depends on, remembered for a few seconds.

use crate::actor::Actor;
use crate::core::Core;
use crate::error::{Error, Result};
use crate::event::Event;
use crate::policy;
use chrono::{DateTime, Utc};
use entity::conversation::{self, Kind};
use entity::participant::{self, Part};
use entity::user::Department;
use entity::{ConversationId, UserId, ticket};
use moka::future::Cache;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// The facts that policy asks for.
#[derive(Clone, Debug)]
pub struct Scope {
    pub id: ConversationId,
    pub kind: Kind,
    pub alias: Option<String>,
    pub created_by: Option<UserId>,
    /// A ticket's team.
    pub department: Option<Department>,
    /// When somebody last stopped taking part.
    pub people_left_at: Option<DateTime<Utc>>,
    people: HashMap<UserId, Standing>,
}

/// How somebody takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub part: Part,
    /// Who let them in; none: nobody did.
    pub added_by: Option<UserId>,
    /// Messages up to this `seq` were said before their time; 0: none were.
    pub joined_seq: i64,
}

impl Scope {
    /// Reads it as it is now, in the caller's transaction or without one; none: there is no such conversation.
    pub(crate) async fn load<C: ConnectionTrait>(db: &C, id: ConversationId) -> Result<Option<Self>, DbErr> {
        let Some(row) = conversation::Entity::find_by_id(id).one(db).await? else {
            return Ok(None);
        };
        let people = participant::Entity::in_conversation(id).all(db).await?;
        let department = match row.kind {
            Kind::Ticket => ticket::Entity::of(id)
                .one(db)
                .await?
                .and_then(|ticket| ticket.department),
            _ => None,
        };
        Ok(Some(Self {
            id,
            kind: row.kind,
            alias: row.alias,
            created_by: row.created_by,
            department,
            people_left_at: row.people_left_at,
            people: people.iter().map(|part| (part.user_id, part.into())).collect(),
        }))
    }

    /// Whether this person takes part.
    pub fn has(&self, user: UserId) -> bool {
        self.people.contains_key(&user)
    }

    /// This person's part.
    pub fn part_of(&self, user: UserId) -> Option<Part> {
        self.standing_of(user).map(|standing| standing.part)
    }

    /// How this person takes part.
    pub fn standing_of(&self, user: UserId) -> Option<Standing> {
        self.people.get(&user).copied()
    }

    /// Whether somebody takes part for the company.
    pub fn is_served(&self) -> bool {
        self.people.values().any(|standing| standing.part == Part::Agent)
    }

    /// Everybody who takes part.
    pub fn people(&self) -> impl Iterator<Item = UserId> + '_ {
        self.people.keys().copied()
    }
}

impl From<&participant::Model> for Standing {
    fn from(row: &participant::Model) -> Self {
        Self {
            part: row.role,
            added_by: row.added_by,
            joined_seq: row.joined_seq,
        }
    }
}

/// Scopes by conversation. An event makes one stale at once; with the bus gone, time does.
pub struct Scopes(Cache<ConversationId, Arc<Scope>>);

const KNOWN_FOR: Duration = Duration::from_secs(5);

impl Default for Scopes {
    fn default() -> Self {
        Self(
            Cache::builder()
                .max_capacity(20_000)
                .time_to_live(KNOWN_FOR)
                .build(),
        )
    }
}

impl Scopes {
    /// Forgets what an event makes stale.
    pub fn hear(&self, event: &Event) {
        if let Event::ConversationChanged { conversation }
        | Event::ParticipantRemoved { conversation, .. }
        | Event::ConversationDeleted { conversation } = event
        {
            // moka's invalidate is async only for its listeners, of which there are none
            futures_util::FutureExt::now_or_never(self.0.invalidate(conversation));
        }
    }

    pub(crate) async fn forget(&self, id: ConversationId) {
        self.0.invalidate(&id).await;
    }
}

/// The conversation's scope, if there is such a conversation.
pub async fn scope(core: &Core, id: ConversationId) -> Result<Arc<Scope>> {
    if let Some(scope) = core.scopes.0.get(&id).await {
        return Ok(scope);
    }
    let found = Scope::load(&*core.db, id).await?;
    let scope = Arc::new(found.ok_or_else(Error::no_conversation)?);
    core.scopes.0.insert(id, scope.clone()).await;
    Ok(scope)
}

/// The scope, if the actor may see the conversation; else the answer for one that does not exist.
pub async fn authorize(core: &Core, actor: &Actor, id: ConversationId) -> Result<Arc<Scope>> {
    let known = scope(core, id).await?;
    if policy::can_see(actor, &known) {
        return Ok(known);
    }
    // somebody who was let in a moment ago, on another instance, must not be refused by an old copy
    core.scopes.forget(id).await;
    let scope = scope(core, id).await?;
    policy::see(actor, &scope)?;
    Ok(scope)
}
