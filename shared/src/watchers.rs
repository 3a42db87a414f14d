//! Waiting for a change in a conversation: long-polls and the wait for the bot's reply.

use crate::event::Event;
use entity::ConversationId;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// Who waits for which conversation.
#[derive(Default)]
pub struct Watchers(Mutex<HashMap<ConversationId, watch::Sender<()>>>);

/// One wait; made before the first look, so that no change falls between the look and the wait.
pub struct Watch(watch::Receiver<()>);

/// A waiting reader looks at the database at least this often: the bus is a hint, not the truth.
const LOOK: Duration = Duration::from_secs(1);

impl Watchers {
    /// Begins to watch a conversation.
    pub fn watch(&self, id: ConversationId) -> Watch {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Watch(
            waiting
                .entry(id)
                .or_insert_with(|| watch::channel(()).0)
                .subscribe(),
        )
    }

    /// Wakes those whom the event concerns.
    pub fn hear(&self, event: &Event) {
        let Some(id) = event.conversation() else { return };
        if event.rev().is_none()
            && !matches!(
                event,
                Event::ParticipantRemoved { .. } | Event::ConversationDeleted { .. }
            )
        {
            return;
        }
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = waiting.get(&id) {
            sender.send_replace(());
            if sender.receiver_count() == 0 {
                waiting.remove(&id);
            }
        }
    }
}

impl Watch {
    /// Call before looking: changes from here on end the wait.
    pub fn mark(&mut self) {
        self.0.mark_unchanged();
    }

    /// Waits for a change, for the next look, or for the deadline, whichever comes first.
    pub async fn wait(&mut self, deadline: Instant) {
        let until = deadline.min(Instant::now() + LOOK);
        let _ = tokio::time::timeout_at(until, self.0.changed()).await;
    }
}
