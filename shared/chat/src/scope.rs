//! What access to a conversation depends on, remembered for a few seconds.

use crate::Chat;
use chrono::{DateTime, Utc};
use entity::conversation::{self, Kind};
use entity::participant::{self, Part};
use entity::user::Department;
use entity::{ConversationId, UserId, ticket};
use kernel::error::{Error, Result};
use kernel::event::Event;
use moka::sync::Cache;
use platform::db::IN_ONE_STATEMENT;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The facts that policy asks for.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The conversation that these facts are about.
    pub id: ConversationId,
    /// Decides who beside the participants may see it.
    pub kind: Kind,
    /// Its other name: `chat-…` of a room, `TKT-…` of a ticket.
    pub alias: Option<String>,
    /// Who began it; none: a room that was made in nobody's name.
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
    /// As owner, member or agent.
    pub part: Part,
    /// Who added them; none: they began the conversation, or joined by themselves.
    pub added_by: Option<UserId>,
    /// Messages up to this `seq` were said before their time; 0: none were.
    pub joined_seq: i64,
}

impl Scope {
    /// Reads the facts as they are stored now, in the caller's transaction or without one; none: no such conversation.
    pub async fn load<C: ConnectionTrait>(db: &C, id: ConversationId) -> Result<Option<Self>, DbErr> {
        Ok(Self::load_all(db, &[id]).await?.pop())
    }

    /// The same for many, in three statements; what is not there is left out.
    async fn load_all<C: ConnectionTrait>(db: &C, ids: &[ConversationId]) -> Result<Vec<Self>, DbErr> {
        let rows = conversation::Entity::find()
            .filter(conversation::Column::Id.is_in(ids.iter().copied()))
            .all(db)
            .await?;
        let mut people: HashMap<ConversationId, HashMap<UserId, Standing>> = HashMap::new();
        for part in parts_of(db, &rows).await? {
            let here = people.entry(part.conversation_id).or_default();
            here.insert(part.user_id, Standing::from(&part));
        }
        let departments = departments_of(db, &rows).await?;
        let scopes = rows.into_iter().map(|row| Self {
            id: row.id,
            kind: row.kind,
            alias: row.alias,
            created_by: row.created_by,
            department: departments.get(&row.id).copied().flatten(),
            people_left_at: row.people_left_at,
            people: people.remove(&row.id).unwrap_or_default(),
        });
        Ok(scopes.collect())
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

/// Scopes by conversation. An event makes one stale, also while it is being read; where events are lost, its age does.
pub struct Scopes {
    cache: Cache<ConversationId, Arc<Scope>>,
    /// Events that made something stale.
    changes: AtomicU64,
}

const KNOWN_FOR: Duration = Duration::from_secs(5);

impl Default for Scopes {
    fn default() -> Self {
        Self {
            cache: Cache::builder()
                .max_capacity(20_000)
                .time_to_live(KNOWN_FOR)
                .build(),
            changes: AtomicU64::new(0),
        }
    }
}

impl Scopes {
    /// Forgets what an event makes stale.
    pub fn on_event(&self, event: &Event) {
        if let Event::ConversationChanged { conversation }
        | Event::ParticipantRemoved { conversation, .. }
        | Event::ConversationDeleted { conversation } = event
        {
            self.forget(*conversation);
        }
    }

    /// Drops the cached copy, and what is being read at this moment, after a change that this process made itself.
    pub fn forget(&self, id: ConversationId) {
        self.changes.fetch_add(1, Ordering::SeqCst);
        self.cache.invalidate(&id);
    }

    fn changes(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }

    /// Keeps what was read since `changes` was asked, unless something became stale meanwhile.
    fn keep(&self, scope: &Arc<Scope>, changes: u64) {
        if self.changes() == changes {
            self.cache.insert(scope.id, scope.clone());
        }
        if self.changes() != changes {
            self.cache.invalidate(&scope.id);
        }
    }
}

/// The conversation's scope, if there is such a conversation; at most five seconds old.
pub async fn scope(chat: &Chat, id: ConversationId) -> Result<Arc<Scope>> {
    if let Some(scope) = chat.scopes.cache.get(&id) {
        return Ok(scope);
    }
    let found = read_scopes(chat, &[id]).await?.remove(&id);
    found.ok_or_else(Error::no_conversation)
}

/// The scopes of these conversations as they are stored now, past what is known of them, which is renewed. A
/// conversation that is not there is left out.
pub(crate) async fn read_scopes(
    chat: &Chat,
    ids: &[ConversationId],
) -> Result<HashMap<ConversationId, Arc<Scope>>> {
    let mut found = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(IN_ONE_STATEMENT) {
        let changes = chat.scopes.changes();
        for scope in Scope::load_all(&*chat.db, ids).await? {
            let scope = Arc::new(scope);
            chat.scopes.keep(&scope, changes);
            found.insert(scope.id, scope);
        }
    }
    Ok(found)
}

async fn parts_of<C: ConnectionTrait>(
    db: &C,
    rows: &[conversation::Model],
) -> Result<Vec<participant::Model>, DbErr> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    participant::Entity::find()
        .filter(participant::Column::ConversationId.is_in(rows.iter().map(|row| row.id)))
        .all(db)
        .await
}

async fn departments_of<C: ConnectionTrait>(
    db: &C,
    rows: &[conversation::Model],
) -> Result<HashMap<ConversationId, Option<Department>>, DbErr> {
    let tickets = rows.iter().filter(|row| row.kind == Kind::Ticket);
    let tickets: Vec<_> = tickets.map(|row| row.id).collect();
    if tickets.is_empty() {
        return Ok(HashMap::new());
    }
    let found = ticket::Entity::find()
        .filter(ticket::Column::ConversationId.is_in(tickets))
        .all(db)
        .await?;
    let departments = found.into_iter().map(|row| (row.conversation_id, row.department));
    Ok(departments.collect())
}

/// What clients call a conversation: its other name, or its id where it has none.
pub fn name(id: ConversationId, alias: Option<&str>) -> String {
    alias.map_or_else(|| id.to_string(), str::to_owned)
}

/// Whether a text has the form of a conversation's id or other name.
pub fn is_name(text: &str) -> bool {
    let is_room = |hex: &str| hex.len() == 12 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.parse::<ConversationId>().is_ok()
        || text.strip_prefix("chat-").is_some_and(is_room)
        || text.strip_prefix("TKT-").is_some_and(|rest| !rest.is_empty())
}
