//! Who has any socket at all, in whichever conversation or list: what lists of people show.
//!
//! Counted in process. Where there is Redis, every instance writes its count there whenever presence is renewed, so
//! what others see of it is a few seconds old.

use crate::Chat;
use entity::UserId;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// This instance's sockets.
#[derive(Default)]
pub(super) struct People(Mutex<Counts>);

#[derive(Clone, Default)]
pub(super) struct Counts {
    /// Those of people who proved who they are, by person.
    pub people: HashMap<UserId, u64>,
    /// All of them.
    pub sockets: u64,
}

impl People {
    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn counts(&self) -> Counts {
        self.lock().clone()
    }
}

/// A socket of this person opened, or of somebody who did not prove who they are.
pub fn arrive(chat: &Chat, who: Option<UserId>) {
    let mut counts = chat.presence.people.lock();
    counts.sockets += 1;
    if let Some(user) = who {
        *counts.people.entry(user).or_default() += 1;
    }
}

/// It closed.
pub fn depart(chat: &Chat, who: Option<UserId>) {
    let mut counts = chat.presence.people.lock();
    counts.sockets = counts.sockets.saturating_sub(1);
    let Some(user) = who else { return };
    if let Some(count) = counts.people.get_mut(&user) {
        *count -= 1;
        if *count == 0 {
            counts.people.remove(&user);
        }
    }
}

/// Those of these people who have a socket on any instance; on this one alone while Redis does not answer.
pub async fn present(chat: &Chat, people: &[UserId]) -> HashSet<UserId> {
    let here = chat.presence.people.counts().people;
    let mut found: HashSet<_> = people
        .iter()
        .copied()
        .filter(|user| here.contains_key(user))
        .collect();
    if let Some(shared) = &chat.presence.shared
        && !people.is_empty()
    {
        match shared.present(people).await {
            Ok(elsewhere) => found.extend(elsewhere),
            Err(error) => tracing::warn!(%error, "the other instances' people were not looked up"),
        }
    }
    found
}

/// How many sockets are open, and in how many conversations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Every socket counts, also several of one person.
    pub sockets: u64,
    /// Conversations that somebody has a socket in; inboxes are in none.
    pub conversations: u64,
}

/// All instances' sockets; this one's alone while Redis does not answer.
pub async fn totals(chat: &Chat) -> Totals {
    let presence = &chat.presence;
    let here = Totals {
        sockets: presence.people.counts().sockets,
        conversations: presence.local.conversations(),
    };
    let Some(shared) = &presence.shared else {
        return here;
    };
    match shared.totals().await {
        // this instance's own count is fresh
        Ok(others) => Totals {
            sockets: here.sockets + others.sockets,
            conversations: others.conversations,
        },
        Err(error) => {
            tracing::warn!(%error, "the other instances' sockets were not counted");
            here
        }
    }
}
