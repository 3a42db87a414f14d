//! This instance's sockets by conversation and person, with a lock for each person.

use entity::{ConversationId, UserId};
use kernel::person::Person;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Whether the person is shown as here. Locked while they are shown or withdrawn: one task at a time, so that what is
/// published last is their state.
pub(super) type Turn = Arc<tokio::sync::Mutex<bool>>;

#[derive(Default)]
pub(super) struct Local(Mutex<HashMap<ConversationId, HashMap<UserId, Entry>>>);

struct Entry {
    who: Person,
    sockets: usize,
    turn: Turn,
}

impl Local {
    fn lock(&self) -> MutexGuard<'_, HashMap<ConversationId, HashMap<UserId, Entry>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more socket of this person.
    pub(super) fn add(&self, id: ConversationId, who: &Person) -> Turn {
        self.entry(id, who, 1)
    }

    /// The turn of somebody who may have no socket here.
    pub(super) fn turn(&self, id: ConversationId, who: &Person) -> Turn {
        self.entry(id, who, 0)
    }

    fn entry(&self, id: ConversationId, who: &Person, more: usize) -> Turn {
        let mut local = self.lock();
        let people = local.entry(id).or_default();
        let entry = people.entry(who.id).or_insert_with(|| Entry {
            who: who.clone(),
            sockets: 0,
            turn: Turn::default(),
        });
        entry.sockets += more;
        entry.turn.clone()
    }

    /// One less; none where there was none.
    pub(super) fn remove(&self, id: ConversationId, who: UserId) -> Option<Turn> {
        let mut local = self.lock();
        let entry = local.get_mut(&id)?.get_mut(&who)?;
        entry.sockets = entry.sockets.checked_sub(1)?;
        Some(entry.turn.clone())
    }

    pub(super) fn is_here(&self, id: ConversationId, who: UserId) -> bool {
        let local = self.lock();
        let entry = local.get(&id).and_then(|people| people.get(&who));
        entry.is_some_and(|entry| entry.sockets > 0)
    }

    /// Drops the entry of somebody without sockets, unless another task has it in hand.
    pub(super) fn forget(&self, id: ConversationId, who: UserId, turn: Turn) {
        let mut local = self.lock();
        drop(turn);
        let Some(people) = local.get_mut(&id) else { return };
        // turns are handed out under the lock, so nobody takes one meanwhile
        let is_idle = |entry: &Entry| entry.sockets == 0 && Arc::strong_count(&entry.turn) == 1;
        if people.get(&who).is_some_and(is_idle) {
            people.remove(&who);
        }
        if people.is_empty() {
            local.remove(&id);
        }
    }

    /// Who has a socket in the conversation.
    pub(super) fn here(&self, id: ConversationId) -> Vec<Person> {
        let local = self.lock();
        let people = local.get(&id).into_iter().flat_map(HashMap::values);
        let here = people.filter(|entry| entry.sockets > 0);
        here.map(|entry| entry.who.clone()).collect()
    }

    /// In how many conversations anybody has one.
    pub(super) fn conversations(&self) -> u64 {
        let local = self.lock();
        let open = local
            .values()
            .filter(|people| people.values().any(|entry| entry.sockets > 0));
        open.count() as u64
    }

    /// Everybody, with their turns.
    pub(super) fn all(&self) -> Vec<(ConversationId, Person, Turn)> {
        let local = self.lock();
        let all = local.iter().flat_map(|(id, people)| {
            let people = people.values();
            people.map(|entry| (*id, entry.who.clone(), entry.turn.clone()))
        });
        all.collect()
    }

    /// How many entries are kept.
    #[cfg(test)]
    fn len(&self) -> usize {
        self.lock().values().map(HashMap::len).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::user::Role;

    #[test]
    fn an_entry_goes_with_the_last_socket_and_the_last_turn() {
        let who = Person {
            id: UserId(7),
            username: "alice".into(),
            name: "Alice".into(),
            role: Role::User,
            department: None,
        };
        let (local, id) = (Local::default(), ConversationId(uuid::Uuid::now_v7()));
        let first = local.add(id, &who);
        local.forget(id, who.id, first);
        assert_eq!(local.len(), 1, "she has a socket");
        let last = local.remove(id, who.id).unwrap();
        let other = local.turn(id, &who);
        local.forget(id, who.id, last);
        assert_eq!(local.len(), 1, "somebody has her turn");
        local.forget(id, who.id, other);
        assert_eq!(local.len(), 0);
        assert!(local.remove(id, who.id).is_none());
        assert!(local.here(id).is_empty() && local.conversations() == 0);
    }
}
