//! May somebody who was let in still be here? One check for whatever lives longer than a request: sockets, inboxes,
//! Socket.IO sessions, long-polls.
//!
//! [`look`] reads the database for many together and is asked right after somebody has subscribed, at every tick and
//! when the bus is back: an event that was lost, or that raced the subscription, is made up for. [`ended`] answers for
//! one, before each thing that they ask for, from facts that are at most five seconds old.

use crate::Chat;
use crate::access;
use crate::policy;
use crate::scope;
use crate::scope::Scope;
use accounts::tokens::{self, Known};
use chrono::{DateTime, Utc};
use entity::{ConversationId, SessionId, UserId, user};
use kernel::actor::Actor;
use kernel::error::{AuthFailure, Error, Result};
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

/// Why somebody may no longer be where they were let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The token has run out.
    Expired,
    /// The session was signed out, or the account disabled.
    Revoked,
    /// The account has another name, role or department than the one that they came in with.
    Changed,
    /// They may not see the conversation any more.
    NoAccess,
    /// The conversation was deleted.
    Deleted,
}

impl From<Ended> for Error {
    /// What a request is answered that goes on after this.
    fn from(why: Ended) -> Self {
        match why {
            Ended::Expired => Self::Unauthorized(AuthFailure::Expired),
            Ended::Revoked | Ended::Changed => Self::Unauthorized(AuthFailure::Revoked),
            Ended::NoAccess | Ended::Deleted => Self::no_conversation(),
        }
    }
}

/// What decides about many, as it was stored at one time.
pub struct Facts {
    now: DateTime<Utc>,
    sessions: HashMap<SessionId, Arc<Known>>,
    /// Of those who came without a session.
    users: HashMap<UserId, user::Model>,
    scopes: HashMap<ConversationId, Arc<Scope>>,
}

/// Reads the facts about these people in these conversations (none: an inbox), past every cache: two statements for
/// each 500 sessions, three for each 500 conversations.
pub async fn look<'a, I>(chat: &Chat, connected: I) -> Result<Facts>
where
    I: IntoIterator<Item = (&'a Actor, Option<ConversationId>)>,
{
    let (mut sessions, mut users, mut places) = (HashSet::new(), HashSet::new(), HashSet::new());
    for (actor, conversation) in connected {
        match actor.session {
            Some(session) => drop(sessions.insert(session)),
            None => drop(users.insert(actor.id)),
        }
        places.extend(conversation);
    }
    Ok(Facts {
        now: chat.clock.now(),
        sessions: tokens::read(chat, &listed(sessions)).await?,
        users: tokens::users_of(chat, &listed(users)).await?,
        scopes: scope::read_scopes(chat, &listed(places)).await?,
    })
}

fn listed<T: Copy + Ord + Hash>(ids: HashSet<T>) -> Vec<T> {
    let mut ids: Vec<T> = ids.into_iter().collect();
    // neighbours in an index are read together
    ids.sort_unstable();
    ids
}

impl Facts {
    /// Whether this person, whom these facts were read for, may no longer be there, and why.
    pub fn ended(&self, actor: &Actor, conversation: Option<ConversationId>) -> Option<Ended> {
        if has_expired(actor, self.now) {
            return Some(Ended::Expired);
        }
        let now = match self.present(actor) {
            Ok(now) => now,
            Err(why) => return Some(why),
        };
        if now.is_some_and(|now| is_another(actor, &now)) {
            return Some(Ended::Changed);
        }
        let scope = match conversation.map(|id| self.scopes.get(&id)) {
            None => return None,
            Some(None) => return Some(Ended::Deleted),
            Some(Some(scope)) => scope,
        };
        (!policy::can_see(actor, scope)).then_some(Ended::NoAccess)
    }

    /// The person as they are now; none where there is no account.
    fn present(&self, actor: &Actor) -> Result<Option<Actor>, Ended> {
        if let Some(session) = actor.session {
            let known = self.sessions.get(&session).ok_or(Ended::Revoked)?;
            return known.holder(actor.id).map(Some).map_err(|_| Ended::Revoked);
        }
        if actor.id == Actor::stranger("").id {
            return Ok(None);
        }
        let user = self.users.get(&actor.id);
        let user = user.filter(|user| user.disabled_at.is_none());
        let user = user.ok_or(Ended::Revoked)?;
        Ok(Some(if actor.is_unproven {
            Actor::unproven(user)
        } else {
            Actor::of(user)
        }))
    }
}

/// Whether this person's token has run out.
pub fn has_expired(actor: &Actor, now: DateTime<Utc>) -> bool {
    actor.expires_at.is_some_and(|at| at <= now)
}

/// Whether what an actor was made of has changed.
fn is_another(then: &Actor, now: &Actor) -> bool {
    let made_of = |actor: &Actor| (actor.id, actor.role, actor.department, actor.is_visitor);
    made_of(then) != made_of(now) || then.username != now.username || then.name != now.name
}

/// Whether one person may no longer be in a conversation (none: an inbox) where they were let in, and why: by facts that
/// are at most five seconds old. Of people without a session only the conversation is looked at.
pub async fn ended(
    chat: &Chat,
    actor: &Actor,
    conversation: Option<ConversationId>,
) -> Result<Option<Ended>> {
    let now = match tokens::renew(chat, actor).await {
        Ok(now) => now,
        Err(Error::Unauthorized(AuthFailure::Expired)) => return Ok(Some(Ended::Expired)),
        Err(Error::Unauthorized(_)) => return Ok(Some(Ended::Revoked)),
        Err(error) => return Err(error),
    };
    if is_another(actor, &now) {
        return Ok(Some(Ended::Changed));
    }
    let Some(id) = conversation else { return Ok(None) };
    match access::authorize(chat, actor, id).await {
        Ok(_) => Ok(None),
        Err(Error::NotFound(_)) => match scope::scope(chat, id).await {
            Ok(_) => Ok(Some(Ended::NoAccess)),
            Err(Error::NotFound(_)) => Ok(Some(Ended::Deleted)),
            Err(error) => Err(error),
        },
        Err(error) => Err(error),
    }
}

/// The scope, if the actor may see the conversation; else the answer for one that does not exist.
pub async fn authorize(chat: &Chat, actor: &Actor, id: ConversationId) -> Result<Arc<Scope>> {
    let known = scope::scope(chat, id).await?;
    if policy::can_see(actor, &known) {
        return Ok(known);
    }
    // somebody who was let in a moment ago, on another instance, must not be refused by an old copy
    chat.scopes.forget(id);
    let scope = scope::scope(chat, id).await?;
    policy::see(actor, &scope)?;
    Ok(scope)
}
