//! Waiting for a change in a conversation: long-polls and the wait for the bot's reply.

use entity::ConversationId;
use kernel::event::Event;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// Who waits for which conversation. A conversation that nobody waits for takes no memory.
#[derive(Default)]
pub struct Watchers(Arc<Waiting>);

type Waiting = Mutex<HashMap<ConversationId, watch::Sender<()>>>;

/// One wait; made before the first look, so that no change falls between the look and the wait.
pub struct Watch {
    id: ConversationId,
    changes: watch::Receiver<()>,
    waiting: Arc<Waiting>,
}

/// A waiting reader looks at the database at least this often: the bus is a hint, not the truth.
const LOOK: Duration = Duration::from_secs(1);

impl Watchers {
    /// Begins to watch a conversation.
    pub fn watch(&self, id: ConversationId) -> Watch {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = waiting.entry(id).or_insert_with(|| watch::channel(()).0);
        Watch {
            id,
            changes: sender.subscribe(),
            waiting: self.0.clone(),
        }
    }

    /// Wakes those whom the event concerns.
    pub fn on_event(&self, event: &Event) {
        let Some(id) = event.conversation() else { return };
        if event.rev().is_none()
            && !matches!(
                event,
                Event::ParticipantRemoved { .. } | Event::ConversationDeleted { .. }
            )
        {
            return;
        }
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = waiting.get(&id) {
            sender.send_replace(());
        }
    }
}

impl Watch {
    /// Call before looking: changes from here on end the wait.
    pub fn mark(&mut self) {
        self.changes.mark_unchanged();
    }

    /// Waits for a change, for the next look, or for the deadline, whichever comes first.
    pub async fn wait(&mut self, deadline: Instant) {
        let until = deadline.min(Instant::now() + LOOK);
        let _ = tokio::time::timeout_at(until, self.changes.changed()).await;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        // this one is still counted, and none is added while the map is held
        if waiting
            .get(&self.id)
            .is_some_and(|sender| sender.receiver_count() <= 1)
        {
            waiting.remove(&self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn len(watchers: &Watchers) -> usize {
        watchers.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    #[tokio::test]
    async fn a_conversation_is_forgotten_with_its_last_waiter_and_a_change_wakes_all_of_them() {
        let watchers = Watchers::default();
        let id = ConversationId(Uuid::now_v7());
        let (mut first, second) = (watchers.watch(id), watchers.watch(id));
        for _ in 0..1000 {
            drop(watchers.watch(ConversationId(Uuid::now_v7())));
        }
        assert_eq!(len(&watchers), 1, "those who left are forgotten without an event");
        drop(second);
        first.mark();
        watchers.on_event(&Event::ConversationDeleted { conversation: id });
        let long = Duration::from_secs(60);
        let woken = tokio::time::timeout(long, first.changes.changed()).await;
        assert!(matches!(woken, Ok(Ok(()))));
        drop(first);
        assert_eq!(len(&watchers), 0);
    }
}
