//! The names of the job queues.

use std::fmt;
use std::time::Duration;

/// The queues: each has workers' slots of its own, so that a flood in one delays no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum QueueName {
    /// What people in a conversation wait for and the database alone answers: receipts, replies out of the knowledge
    /// base, notifications, fan-out.
    Chat,
    /// What waits for a language model.
    Model,
    /// What waits for the file store and the processor.
    Media,
    /// What waits for servers elsewhere: push services.
    Delivery,
    /// Cleaning up.
    Maintenance,
}

impl QueueName {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 5] = [
        Self::Chat,
        Self::Model,
        Self::Media,
        Self::Delivery,
        Self::Maintenance,
    ];

    /// The stable word: in `WORKER_QUEUES`, in the `queue` column, in metrics.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Model => "model",
            Self::Media => "media",
            Self::Delivery => "delivery",
            Self::Maintenance => "maintenance",
        }
    }

    /// The queue of this word; none for one of a newer release.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|queue| queue.word() == word)
    }

    /// Jobs that one process runs in it concurrently unless `WORKER_QUEUES` says otherwise. Decoding an image may take
    /// some 250 MB, so of those there are two.
    pub const fn default_slots(self) -> usize {
        match self {
            Self::Chat | Self::Model | Self::Delivery => 8,
            Self::Media => 2,
            Self::Maintenance => 1,
        }
    }

    /// How often an idle worker asks Redis for its next job; half of it is the average wait of a lone one.
    pub const fn poll(self) -> Duration {
        match self {
            Self::Chat => Duration::from_millis(25),
            Self::Model => Duration::from_millis(50),
            Self::Media | Self::Delivery => Duration::from_millis(100),
            Self::Maintenance => Duration::from_secs(1),
        }
    }

    /// Where it stands in [`Self::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for QueueName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.word())
    }
}
