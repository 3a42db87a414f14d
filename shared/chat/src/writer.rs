//! The writer: every new message and every change of one goes through here, in groups.
//!
//! While one commit is in flight the queue fills; the next commit takes all of it. No timer, so an idle
//! server adds no latency. A conversation always runs in the same shard, so its order of submission is
//! its order of `seq`; its row lock makes that the order of commit on every instance.

mod activity;
mod group;
mod shard;

use crate::facts::Features;
use entity::message::Voice;
use entity::{AttachmentId, ConversationId, MessageId};
pub use group::{LockedConversation, MessageRule, append};
use kernel::error::Result;
use kernel::event::{self, Event};
use kernel::message::{Feedback, Message};
use kernel::person::Person;
use markup::Rendered;
use platform::Platform;
use platform::job_store::Lease;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// What a caller wants stored.
#[derive(Clone, Debug)]
pub enum Draft {
    /// A message to be added at the conversation's end.
    New(NewMessage),
    /// A message to be changed where it is.
    Change {
        /// The conversation that the message must be in.
        conversation: ConversationId,
        /// The message, by its id.
        message: MessageId,
        /// Who changes it; whether they may is decided under the row's lock.
        by: Person,
        /// What becomes of it.
        change: Change,
    },
}

/// A message before it has its `seq`.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// The id under which a reply was streamed already; none: the writer makes one.
    pub id: Option<MessageId>,
    /// The conversation that it is added to; the caller has authorized the sender.
    pub conversation: ConversationId,
    /// Who sends it.
    pub sender: Person,
    /// Whether they speak as a customer, as an agent, as the bot or as the server.
    pub voice: Voice,
    /// Its Markdown, already rendered.
    pub text: Rendered,
    /// The client's own id of the send, unique for its sender and conversation: a repeat stores nothing.
    pub client_id: Option<String>,
    /// The message of the same conversation that it quotes.
    pub reply_to: Option<MessageId>,
    /// The customer's message that this one of the bot answers: one answer each, however often it is tried.
    pub in_reply_to: Option<MessageId>,
    /// An upload of the sender's that it carries.
    pub attachment: Option<AttachmentId>,
    /// What is kept beside it: of the bot's answers the sources, prompts and trace.
    pub meta: Option<serde_json::Value>,
    /// Whether the sender, an agent or admin who answers a customer, takes part from then on.
    pub joins: bool,
    /// The bot's reply waits at least so long, where the bot is on.
    pub reply_after: std::time::Duration,
    /// The job that this message fulfils: done in the same transaction.
    pub completes: Option<Lease>,
}

/// A change of an existing message.
#[derive(Clone, Debug)]
pub enum Change {
    /// Another text, rendered. Its author's right.
    Edit(Rendered),
    /// No text, and no file any more. Its author's right, and an admin's.
    Delete,
    /// An emoji of the person's, put or taken back. Everybody's right who sees the conversation.
    React {
        /// 1–64 bytes without white space.
        emoji: String,
        /// True: taken back.
        remove: bool,
    },
    /// Its attachment was processed: clients must see it anew.
    Refresh,
    /// Whether it helped.
    Rate(Feedback),
}

/// What became of a draft.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It is durable, in this state.
    Stored(Arc<Message>),
    /// It was stored before.
    Repeated(Arc<Message>),
    /// The bot was switched off before its answer came.
    Withheld,
}

/// A draft and whoever waits for it.
pub(crate) struct Waiting {
    pub draft: Draft,
    pub reply: oneshot::Sender<Result<Outcome>>,
}

/// The way into the shards. Dropping the last one ends them after what is queued.
#[derive(Clone)]
pub struct Writer {
    shards: Arc<[mpsc::UnboundedSender<Waiting>]>,
}

/// What a shard needs.
#[derive(Clone)]
pub(crate) struct WriterDeps {
    pub platform: Platform,
    /// Who follows what is stored.
    pub features: Features,
    /// What a message means for its conversation.
    pub message_rule: Arc<dyn MessageRule>,
}

/// Shards on Postgres; SQLite admits one writer.
const SHARDS: usize = 4;

impl Writer {
    pub(crate) fn start(deps: &WriterDeps) -> Self {
        let shards = if deps.platform.db.is_sqlite() { 1 } else { SHARDS };
        let shards = (0..shards).map(|_| {
            let (sender, receiver) = mpsc::unbounded_channel();
            shard::start(deps.clone(), receiver);
            sender
        });
        Self {
            shards: shards.collect(),
        }
    }

    /// Puts a draft into its conversation's shard. The queue is unbounded, but every caller waits for its own
    /// drafts and bounds how many it has in flight.
    pub fn submit(&self, draft: Draft) -> oneshot::Receiver<Result<Outcome>> {
        let (reply, receiver) = oneshot::channel();
        let id = match &draft {
            Draft::New(message) => message.conversation,
            Draft::Change { conversation, .. } => *conversation,
        };
        // the low bits of a UUIDv7 are random
        let shard = usize::from(id.0.as_bytes()[15]) % self.shards.len();
        // a shard that has ended drops the reply, which the receiver sees
        let _ = self.shards[shard].send(Waiting { draft, reply });
        receiver
    }
}

impl Change {
    /// What everybody is told of it.
    fn event(&self, by: &Person) -> event::Change {
        match self {
            Self::Edit(_) => event::Change::Edited,
            Self::Delete => event::Change::Deleted { by: by.clone() },
            Self::React { emoji, remove } => event::Change::Reacted {
                emoji: emoji.clone(),
                by: by.clone(),
                removed: *remove,
            },
            Self::Refresh => event::Change::AttachmentProcessed,
            Self::Rate(_) => event::Change::Rated,
        }
    }
}

impl Outcome {
    fn event(&self, draft: &Draft) -> Option<Event> {
        let Self::Stored(message) = self else { return None };
        let message = message.clone();
        Some(match draft {
            Draft::New(_) => Event::MessageSent { message },
            Draft::Change { change, by, .. } => Event::MessageChanged {
                message,
                change: change.event(by),
            },
        })
    }
}
