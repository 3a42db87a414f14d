//! Presence: who has a socket in which conversation, on any instance.
//!
//! In process it is a map. In Redis it is one sorted set per conversation, scored by when each entry runs
//! out; every instance renews its own entries, so those of a killed one run out and are reaped by another.

mod people;
mod shared;
mod shared_people;

pub use people::{Totals, arrive, depart, present, totals};

use crate::core::Core;
use crate::error::Result;
use crate::event::{Event, Person, Status};
use crate::settings::Settings;
use entity::{ConversationId, UserId};
use people::People;
use shared::SharedPresence;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// This instance's sockets, and the way to the others'.
pub struct Presence {
    local: Mutex<HashMap<ConversationId, Sockets>>,
    people: People,
    shared: Option<SharedPresence>,
}

/// Each person with the number of their sockets.
type Sockets = HashMap<UserId, (Person, usize)>;

/// Entries in Redis are renewed this often, and gone after three times as long.
pub const RENEW: std::time::Duration = std::time::Duration::from_secs(5);

impl Presence {
    /// In process, or in Redis where the settings name one.
    pub fn open(settings: &Settings) -> Result<Self> {
        let shared = match &settings.redis_url {
            Some(url) => Some(SharedPresence::open(url, &settings.redis_prefix)?),
            None => None,
        };
        Ok(Self {
            local: Mutex::default(),
            people: People::default(),
            shared,
        })
    }

    fn enter_local(&self, id: ConversationId, who: &Person) -> bool {
        let mut local = self.local.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = local
            .entry(id)
            .or_default()
            .entry(who.id)
            .or_insert_with(|| (who.clone(), 0));
        entry.1 += 1;
        entry.1 == 1
    }

    fn leave_local(&self, id: ConversationId, who: UserId) -> bool {
        let mut local = self.local.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(people) = local.get_mut(&id) else {
            return false;
        };
        let last = match people.get_mut(&who) {
            Some((_, count)) if *count > 1 => {
                *count -= 1;
                false
            }
            Some(_) => people.remove(&who).is_some(),
            None => false,
        };
        if people.is_empty() {
            local.remove(&id);
        }
        last
    }

    fn here(&self, id: ConversationId) -> Vec<Person> {
        let local = self.local.lock().unwrap_or_else(PoisonError::into_inner);
        let people = local.get(&id).into_iter().flat_map(HashMap::values);
        people.map(|(person, _)| person.clone()).collect()
    }

    fn conversations_here(&self) -> u64 {
        let local = self.local.lock().unwrap_or_else(PoisonError::into_inner);
        local.len() as u64
    }

    fn all_here(&self) -> Vec<(ConversationId, Person)> {
        let local = self.local.lock().unwrap_or_else(PoisonError::into_inner);
        let entries = local
            .iter()
            .flat_map(|(id, people)| people.values().map(|(who, _)| (*id, who.clone())));
        entries.collect()
    }

    /// Answers when Redis does; at once without one.
    pub async fn ping(&self) -> Result<()> {
        match &self.shared {
            Some(shared) => shared.ping().await,
            None => Ok(()),
        }
    }
}

/// A socket of this person joined. Everybody hears of the first one.
pub async fn enter(core: &Core, id: ConversationId, who: &Person) {
    if !core.presence.enter_local(id, who) {
        return;
    }
    let first = match &core.presence.shared {
        None => true,
        Some(shared) => shared.enter(core.clock.now(), id, who).await.unwrap_or(true),
    };
    if first {
        core.bus.publish_one(Event::Entered {
            conversation: id,
            who: who.clone(),
            online: ids(core, id).await,
        });
        announce(core, id, who, Status::Online);
    }
}

/// A socket of this person left. Everybody hears of the last one.
pub async fn leave(core: &Core, id: ConversationId, who: &Person) {
    if !core.presence.leave_local(id, who.id) {
        return;
    }
    let last = match &core.presence.shared {
        None => true,
        Some(shared) => shared.leave(core.clock.now(), id, who).await.unwrap_or(true),
    };
    if last {
        gone(core, id, who).await;
    }
}

/// Who is there, on any instance, each once, by id.
pub async fn online(core: &Core, id: ConversationId) -> Vec<Person> {
    let mut people = core.presence.here(id);
    if let Some(shared) = &core.presence.shared
        && let Ok(others) = shared.online(core.clock.now(), id).await
    {
        people.extend(others);
    }
    people.sort_by_key(|person| person.id);
    people.dedup_by_key(|person| person.id);
    people
}

/// Says how available this person is.
pub fn announce(core: &Core, id: ConversationId, who: &Person, status: Status) {
    core.bus.publish_one(Event::PresenceChanged {
        conversation: id,
        who: who.clone(),
        status,
    });
}

/// Renews this instance's entries and counts, and reaps those of instances that died, for as long as the process
/// runs.
pub async fn keep(core: Core) {
    let mut tick = tokio::time::interval(RENEW);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = core.shutdown.cancelled() => return,
            _ = tick.tick() => {}
        }
        tend(&core).await;
        crate::stats::tend(&core).await;
    }
}

/// Renews and reaps once.
pub async fn tend(core: &Core) {
    let Some(shared) = &core.presence.shared else {
        return;
    };
    let now = core.clock.now();
    if let Err(error) = shared.renew(now, &core.presence.all_here()).await {
        tracing::warn!(%error, "presence was not renewed");
        return;
    }
    if let Err(error) = shared.renew_people(now, &core.presence.people.counts()).await {
        tracing::warn!(%error, "the people who are there were not written");
    }
    match shared.reap(now).await {
        Ok(dead) => {
            for (id, who) in &dead {
                gone(core, *id, who).await;
            }
        }
        Err(error) => tracing::warn!(%error, "presence was not reaped"),
    }
}

async fn ids(core: &Core, id: ConversationId) -> Vec<UserId> {
    online(core, id).await.iter().map(|person| person.id).collect()
}

async fn gone(core: &Core, id: ConversationId, who: &Person) {
    core.bus.publish_one(Event::Departed {
        conversation: id,
        who: who.clone(),
        online: ids(core, id).await,
    });
    announce(core, id, who, Status::Offline);
}
