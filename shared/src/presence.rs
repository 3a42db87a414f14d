//! Presence: who has a socket in which conversation, on any instance.
//!
//! In process it is a map. In Redis it is one sorted set per conversation, scored by when each entry runs
//! out; every instance renews its own entries, so those of a killed one run out and are reaped by another.

mod people;
mod shared;
mod shared_people;

pub use people::{Totals, arrive, depart, present, totals};

use crate::actor::Actor;
use crate::conversations::{self, Scope};
use crate::core::Core;
use crate::error::Result;
use crate::event::{Event, Person, Status};
use crate::policy;
use crate::settings::Settings;
use entity::{ConversationId, UserId};
use people::People;
use shared::SharedPresence;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

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

/// A socket of this person joined. Everybody hears of the first one; of somebody of the company who only looks, the
/// staff.
pub async fn enter(core: &Core, id: ConversationId, who: &Person) {
    if !core.presence.enter_local(id, who) {
        return;
    }
    let first = match &core.presence.shared {
        None => true,
        Some(shared) => shared.enter(core.clock.now(), id, who).await.unwrap_or(true),
    };
    if first {
        let scope = scope(core, id).await;
        entered(core, id, who, scope.as_deref()).await;
    }
}

/// Somebody of the company takes part from now on: where they only looked so far, everybody hears that they are there.
pub(crate) async fn appear(core: &Core, id: ConversationId, who: &Person) {
    if online(core, id).await.iter().any(|person| person.id == who.id) {
        let scope = scope(core, id).await;
        entered(core, id, who, scope.as_deref()).await;
    }
}

async fn entered(core: &Core, id: ConversationId, who: &Person, scope: Option<&Scope>) {
    let unseen = is_unseen(who, scope);
    core.bus.publish_one(Event::Entered {
        conversation: id,
        who: who.clone(),
        online: ids(core, id, unseen, scope).await,
        unseen,
    });
    say(core, id, who, Status::Online, unseen);
}

/// Where this cannot be said the person is not shown either.
async fn scope(core: &Core, id: ConversationId) -> Option<Arc<Scope>> {
    conversations::scope(core, id).await.ok()
}

fn is_unseen(who: &Person, scope: Option<&Scope>) -> bool {
    !scope.is_some_and(|scope| policy::is_seen(who, scope))
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

/// Those of them whom the actor may know of.
pub async fn online_for(core: &Core, actor: &Actor, id: ConversationId) -> Vec<Person> {
    let mut people = online(core, id).await;
    if !actor.is_staff() {
        let scope = scope(core, id).await;
        people.retain(|who| !is_unseen(who, scope.as_deref()));
    }
    people
}

/// Says how available this person is.
pub async fn announce(core: &Core, id: ConversationId, who: &Person, status: Status) {
    let unseen = is_unseen(who, scope(core, id).await.as_deref());
    say(core, id, who, status, unseen);
}

fn say(core: &Core, id: ConversationId, who: &Person, status: Status, unseen: bool) {
    core.bus.publish_one(Event::PresenceChanged {
        conversation: id,
        who: who.clone(),
        status,
        unseen,
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

/// Who is there, as those may know who hear of it.
async fn ids(core: &Core, id: ConversationId, for_staff: bool, scope: Option<&Scope>) -> Vec<UserId> {
    let people = online(core, id).await;
    let seen = people.iter().filter(|who| for_staff || !is_unseen(who, scope));
    seen.map(|person| person.id).collect()
}

async fn gone(core: &Core, id: ConversationId, who: &Person) {
    let scope = scope(core, id).await;
    let unseen = is_unseen(who, scope.as_deref());
    core.bus.publish_one(Event::Departed {
        conversation: id,
        who: who.clone(),
        online: ids(core, id, unseen, scope.as_deref()).await,
        unseen,
    });
    say(core, id, who, Status::Offline, unseen);
}
