//! How many sockets are open in which conversation, on all instances, for the dialects that show it.
//!
//! In process it is a map. In Redis every instance has a hash of its own, renewed with presence, so that what a
//! killed one leaves behind runs out.

mod shared;

use crate::Chat;
use crate::scope;
use entity::ConversationId;
use platform::instances::Instances;
use shared::SharedStats;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// This instance's sockets, and the way to the others'.
pub struct Stats {
    local: Mutex<Local>,
    shared: Option<SharedStats>,
    /// One writer at a time: the newest count is the last one written.
    writing: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Local {
    rooms: HashMap<ConversationId, Room>,
    /// Counts that Redis does not have yet.
    changed: HashMap<ConversationId, Arc<str>>,
}

struct Room {
    name: Arc<str>,
    sockets: u64,
}

/// Sockets on all instances.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Open sockets.
    pub connections: u64,
    /// Conversations with at least one of them.
    pub rooms_count: u64,
    /// Conversations with at least one socket, by their other name where they have one, else by id.
    pub rooms: BTreeMap<ConversationId, String>,
}

/// One conversation's sockets on one instance.
struct Count {
    id: ConversationId,
    name: Arc<str>,
    sockets: u64,
}

impl Stats {
    /// In process, or shared with the other instances.
    pub fn open(instances: Option<Arc<Instances>>) -> Self {
        Self {
            local: Mutex::default(),
            shared: instances.map(SharedStats::new),
            writing: tokio::sync::Mutex::default(),
        }
    }

    fn local(&self) -> MutexGuard<'_, Local> {
        self.local.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The name of a conversation that has a counted socket here.
    pub fn name_of(&self, id: ConversationId) -> Option<Arc<str>> {
        self.local().rooms.get(&id).map(|room| room.name.clone())
    }

    fn here(&self) -> Vec<Count> {
        let local = self.local();
        let rooms = local.rooms.iter();
        rooms
            .map(|(id, room)| Count {
                id: *id,
                name: room.name.clone(),
                sockets: room.sockets,
            })
            .collect()
    }

    /// What changed since it was last asked.
    fn changed(&self) -> Vec<Count> {
        let mut local = self.local();
        let changed = std::mem::take(&mut local.changed);
        let counts = changed.into_iter().map(|(id, name)| Count {
            sockets: local.rooms.get(&id).map_or(0, |room| room.sockets),
            id,
            name,
        });
        counts.collect()
    }

    /// Writes what waits. Those who come while another one writes find their count written.
    async fn write(&self) {
        let Some(shared) = &self.shared else {
            // no other instance reads it
            self.local().changed = HashMap::new();
            return;
        };
        let _turn = self.writing.lock().await;
        let changed = self.changed();
        if changed.is_empty() {
            return;
        }
        if let Err(error) = shared.write(&changed).await {
            // the next renewal writes them all
            tracing::warn!(%error, "the count of sockets was not written");
        }
    }
}

/// A counted socket joined.
pub async fn enter(chat: &Chat, id: ConversationId) {
    let scope = scope::scope(chat, id).await.ok();
    let alias = scope.as_ref().and_then(|scope| scope.alias.as_deref());
    let name: Arc<str> = crate::scope::name(id, alias).into();
    {
        let mut local = chat.stats.local();
        let room = local.rooms.entry(id).or_insert(Room { name, sockets: 0 });
        room.sockets += 1;
        let name = room.name.clone();
        local.changed.insert(id, name);
    }
    chat.stats.write().await;
}

/// A counted socket left.
pub async fn leave(chat: &Chat, id: ConversationId) {
    {
        let mut local = chat.stats.local();
        let Some(room) = local.rooms.get_mut(&id) else {
            return;
        };
        room.sockets -= 1;
        let (name, is_empty) = (room.name.clone(), room.sockets == 0);
        if is_empty {
            local.rooms.remove(&id);
        }
        local.changed.insert(id, name);
    }
    chat.stats.write().await;
}

/// All instances' sockets; this one's alone while Redis does not answer.
pub async fn totals(chat: &Chat) -> Totals {
    let counts = match &chat.stats.shared {
        None => chat.stats.here(),
        Some(shared) => match shared.read().await {
            Ok(counts) => counts,
            Err(error) => {
                tracing::warn!(%error, "the other instances' sockets were not counted");
                chat.stats.here()
            }
        },
    };
    let connections = counts.iter().map(|count| count.sockets).sum();
    let rooms: BTreeMap<_, _> = counts
        .into_iter()
        .map(|count| (count.id, count.name.to_string()))
        .collect();
    let rooms_count = rooms.len() as u64;
    Totals {
        connections,
        rooms_count,
        rooms,
    }
}

/// Writes all of this instance's counts anew.
pub async fn tend(chat: &Chat) {
    let Some(shared) = &chat.stats.shared else { return };
    let _turn = chat.stats.writing.lock().await;
    chat.stats.local().changed.clear();
    if let Err(error) = shared.renew(&chat.stats.here()).await {
        tracing::warn!(%error, "the count of sockets was not renewed");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[tokio::test]
    async fn a_process_alone_keeps_no_list_of_rooms_that_changed() {
        let stats = Stats::open(None);
        for _ in 0..3 {
            let id = ConversationId(uuid::Uuid::now_v7());
            stats.local().changed.insert(id, "chat-1".into());
            stats.write().await;
        }
        assert!(stats.changed().is_empty());
    }

    #[test]
    fn a_room_that_was_left_is_written_once_as_empty() {
        let stats = Stats::open(None);
        let id = ConversationId(uuid::Uuid::now_v7());
        stats.local().changed.insert(id, "chat-1".into());
        let written: HashSet<_> = stats
            .changed()
            .iter()
            .map(|count| (count.id, count.sockets))
            .collect();
        assert_eq!(written, HashSet::from([(id, 0)]));
        assert!(stats.changed().is_empty());
    }
}
