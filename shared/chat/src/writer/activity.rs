//! When conversations were last active, as lists sort by it: `chat_conversation.updated_at`.
//!
//! That column stands in most of the table's indexes, so that Postgres, where it changes, writes each of them anew. It is
//! therefore stored with a message only where the conversation was quiet for a second; what moves it further within that
//! second is stored once, with that of other conversations, when it is over. A crash in between leaves it at most a second
//! behind; a message is never without its conversation's having moved. Whoever is shown a conversation is shown its newest
//! message's time where that is later ([`crate::conversations::Conversation::active_at`]).

use chrono::{DateTime, TimeDelta, Utc};
use entity::ConversationId;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// How far a conversation's activity may be behind its newest message.
pub(super) const BEHIND: Duration = Duration::from_secs(1);

/// What one shard has stored of its conversations' activity, and what it has yet to store.
pub(super) struct Activity {
    tasks: TaskTracker,
    /// Holds the end of the process while something waits.
    unstored: Option<TaskTrackerToken>,
    /// What was stored within the last second or two.
    stored: HashMap<ConversationId, DateTime<Utc>>,
    /// What is newer than that.
    waiting: HashMap<ConversationId, DateTime<Utc>>,
    /// When what waits is to be stored, and what is long stored forgotten.
    due: Option<Instant>,
}

impl Activity {
    /// None yet, in a process with these tasks.
    pub(super) fn new(tasks: TaskTracker) -> Self {
        Self {
            tasks,
            unstored: None,
            stored: HashMap::new(),
            waiting: HashMap::new(),
            due: None,
        }
    }

    /// Whether a message of this moment is to move its conversation in its own transaction.
    pub(super) fn is_due(&self, conversation: ConversationId, now: DateTime<Utc>) -> bool {
        self.stored
            .get(&conversation)
            .is_none_or(|stored| is_past(*stored, now))
    }

    /// A group of this moment was committed: these conversations have moved, and with them or not their activity.
    pub(super) fn committed(&mut self, moved: &[(ConversationId, bool)], now: DateTime<Utc>) {
        if !moved.is_empty() {
            self.due.get_or_insert_with(|| Instant::now() + BEHIND);
        }
        for (conversation, is_stored) in moved {
            if *is_stored {
                self.stored.insert(*conversation, now);
                self.waiting.remove(conversation);
            } else if self.stored.get(conversation) != Some(&now) {
                self.waiting.insert(*conversation, now);
                self.unstored.get_or_insert_with(|| self.tasks.token());
            }
        }
    }

    /// When to flush; none where nothing is known of any conversation.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// What waits.
    pub(super) fn waiting(&self) -> Vec<(ConversationId, DateTime<Utc>)> {
        self.waiting.iter().map(|(id, at)| (*id, *at)).collect()
    }

    /// These were stored, or not: then they are tried again. What was stored a second ago is forgotten.
    pub(super) fn flushed(
        &mut self,
        tried: &[(ConversationId, DateTime<Utc>)],
        is_stored: bool,
        now: DateTime<Utc>,
    ) {
        for (conversation, at) in tried.iter().filter(|_| is_stored) {
            self.waiting.remove(conversation);
            self.stored.insert(*conversation, *at);
        }
        self.stored.retain(|_, stored| !is_past(*stored, now));
        let is_idle = self.waiting.is_empty() && self.stored.is_empty();
        self.due = (!is_idle).then(|| Instant::now() + BEHIND);
        if self.waiting.is_empty() {
            self.unstored = None;
        }
    }
}

fn is_past(stored: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    let behind = TimeDelta::from_std(BEHIND).unwrap_or_default();
    // a clock that was set back is no reason to wait for it
    now - stored >= behind || now < stored
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh() -> ConversationId {
        ConversationId(uuid::Uuid::now_v7())
    }

    fn at(millis: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_800_000_000_000 + millis).unwrap()
    }

    #[test]
    fn a_quiet_conversation_moves_with_its_message_and_a_busy_one_once_a_second() {
        let (quiet, busy) = (fresh(), fresh());
        let mut activity = Activity::new(TaskTracker::new());
        assert!(activity.is_due(busy, at(0)));
        activity.committed(&[(busy, true)], at(0));
        assert_eq!(activity.waiting(), [], "nothing waits");
        for millis in [1, 400, 999] {
            assert!(!activity.is_due(busy, at(millis)));
            activity.committed(&[(busy, false)], at(millis));
        }
        assert!(activity.is_due(quiet, at(999)));
        assert_eq!(activity.waiting(), [(busy, at(999))], "the newest only");
        assert!(activity.is_due(busy, at(1000)));
    }

    #[test]
    fn what_could_not_be_stored_waits_on() {
        let busy = fresh();
        let mut activity = Activity::new(TaskTracker::new());
        activity.committed(&[(busy, true)], at(0));
        activity.committed(&[(busy, false)], at(1));
        let tried = activity.waiting();
        activity.flushed(&tried, false, at(1000));
        assert!(activity.due().is_some());
        assert_eq!(activity.waiting(), tried);
        activity.flushed(&tried, true, at(2000));
        assert_eq!((activity.due(), activity.waiting()), (None, Vec::new()));
    }

    #[test]
    fn a_clock_that_was_set_back_holds_nothing_up() {
        let busy = fresh();
        let mut activity = Activity::new(TaskTracker::new());
        activity.committed(&[(busy, true)], at(60_000));
        assert!(activity.is_due(busy, at(0)));
    }

    #[test]
    fn conversations_that_are_quiet_are_forgotten() {
        let (quiet, busy) = (fresh(), fresh());
        let mut activity = Activity::new(TaskTracker::new());
        activity.committed(&[(quiet, true)], at(0));
        activity.committed(&[(busy, true)], at(500));
        activity.flushed(&[], true, at(1000));
        assert_eq!(activity.stored.keys().collect::<Vec<_>>(), [&busy]);
        assert!(activity.due().is_some(), "and it will be");
        activity.flushed(&[], true, at(2000));
        assert_eq!((activity.stored.len(), activity.due()), (0, None));
    }
}
