//! Who holds a token, and whether it is still good: sessions and their people, cached for a few seconds.

use crate::Accounts;
use chrono::{DateTime, Utc};
use entity::{SessionId, UserId, session, user};
use kernel::actor::Actor;
use kernel::error::{AuthFailure, Error, Result};
use kernel::event::Event;
use moka::sync::Cache;
use platform::db::IN_ONE_STATEMENT;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What is known of sessions, for at most five seconds: a sign-out on another instance, even with Redis gone, takes
/// effect by then. An event makes an entry stale immediately, and what is being read meanwhile is not kept.
pub struct Sessions {
    cache: Cache<SessionId, Arc<Known>>,
    /// Events that made something stale.
    changes: AtomicU64,
}

/// A session, and whose it is.
pub struct Known {
    /// The account, without its token.
    user: Actor,
    is_disabled: bool,
    is_revoked: bool,
}

const KNOWN_FOR: Duration = Duration::from_secs(5);

impl Default for Sessions {
    fn default() -> Self {
        Self {
            cache: Cache::builder()
                .max_capacity(50_000)
                .time_to_live(KNOWN_FOR)
                .build(),
            changes: AtomicU64::new(0),
        }
    }
}

impl Sessions {
    /// Forgets what an event makes stale.
    pub fn on_event(&self, event: &Event) {
        match event {
            Event::SessionRevoked { session } => {
                self.changes.fetch_add(1, Ordering::SeqCst);
                self.cache.invalidate(session);
            }
            // rare: an admin changed an account
            Event::UserChanged { .. } => {
                self.changes.fetch_add(1, Ordering::SeqCst);
                self.cache.invalidate_all();
            }
            _ => {}
        }
    }

    fn changes(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }

    /// Keeps what was read since `changes` was asked, unless something became stale meanwhile.
    fn keep(&self, id: SessionId, known: &Arc<Known>, changes: u64) {
        if self.changes() == changes {
            self.cache.insert(id, known.clone());
        }
        if self.changes() != changes {
            self.cache.invalidate(&id);
        }
    }
}

impl Known {
    /// The session's person as they are now. Refuses a revoked session and a disabled account.
    pub fn holder(&self, user: UserId) -> Result<Actor, AuthFailure> {
        if self.is_revoked {
            return Err(AuthFailure::Revoked);
        }
        if self.is_disabled || self.user.id != user {
            return Err(AuthFailure::Invalid);
        }
        Ok(self.user.clone())
    }
}

/// Who holds this access token. Refuses a bad, expired or signed-out one.
pub async fn authenticate(accounts: &Accounts, token: &str) -> Result<Actor> {
    let claims = accounts.keys.verify(token, accounts.clock.now())?;
    let known = known(accounts, claims.sid).await?;
    let known = known.ok_or(Error::Unauthorized(AuthFailure::Invalid))?;
    let mut actor = known.holder(claims.user()).map_err(Error::Unauthorized)?;
    actor.session = Some(claims.sid);
    actor.expires_at = DateTime::from_timestamp(claims.exp, 0);
    Ok(actor)
}

/// The actor as they are now, for whoever was authenticated a while ago: at most five seconds old. Refuses them where
/// their token has run out or their session has ended since. Who has no session is given back as they were.
pub async fn renew(accounts: &Accounts, actor: &Actor) -> Result<Actor> {
    if actor.expires_at.is_some_and(|at| at <= accounts.clock.now()) {
        return Err(Error::Unauthorized(AuthFailure::Expired));
    }
    let Some(id) = actor.session else {
        return Ok(actor.clone());
    };
    let revoked = Error::Unauthorized(AuthFailure::Revoked);
    let Some(known) = known(accounts, id).await? else {
        return Err(revoked);
    };
    let now = known.holder(actor.id).map_err(|_| revoked)?;
    Ok(Actor {
        // where they come from has not changed
        address: actor.address,
        session: actor.session,
        expires_at: actor.expires_at,
        ..now
    })
}

async fn known(accounts: &Accounts, id: SessionId) -> Result<Option<Arc<Known>>> {
    if let Some(known) = accounts.sessions.cache.get(&id) {
        return Ok(Some(known));
    }
    Ok(read(accounts, &[id]).await?.remove(&id))
}

/// Reads these sessions, past what is known of them, and keeps what was read. One that is not there is left out.
pub async fn read(accounts: &Accounts, ids: &[SessionId]) -> Result<HashMap<SessionId, Arc<Known>>> {
    let changes = accounts.sessions.changes();
    let mut found = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(IN_ONE_STATEMENT) {
        let sessions: Vec<(SessionId, UserId, Option<DateTime<Utc>>)> = session::Entity::find()
            .select_only()
            .columns([
                session::Column::Id,
                session::Column::UserId,
                session::Column::RevokedAt,
            ])
            .filter(session::Column::Id.is_in(ids.iter().copied()))
            .into_tuple()
            .all(&*accounts.db)
            .await?;
        let users: Vec<UserId> = sessions.iter().map(|(_, user, _)| *user).collect();
        let users = users_of(accounts, &users).await?;
        for (id, user, revoked_at) in sessions {
            let Some(user) = users.get(&user) else { continue };
            let known = Arc::new(Known {
                user: Actor::of(user),
                is_disabled: user.disabled_at.is_some(),
                is_revoked: revoked_at.is_some(),
            });
            accounts.sessions.keep(id, &known, changes);
            found.insert(id, known);
        }
    }
    Ok(found)
}

/// These accounts as they are stored.
pub async fn users_of(accounts: &Accounts, ids: &[UserId]) -> Result<HashMap<UserId, user::Model>> {
    let mut found = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(IN_ONE_STATEMENT) {
        let rows = user::Entity::find()
            .filter(user::Column::Id.is_in(ids.iter().copied()))
            .all(&*accounts.db)
            .await?;
        found.extend(rows.into_iter().map(|row| (row.id, row)));
    }
    Ok(found)
}
