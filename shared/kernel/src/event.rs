//! What happened, in the past tense, and who is to hear of it. Instances exchange these over the bus.

use crate::message::Message;
use crate::note::Note;
use crate::person::Person;
use crate::source::Source;
use entity::{ConversationId, MessageId, NoteId, SessionId, UserId, notification};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How available a person says they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Online,
    Away,
    Offline,
}

/// What became of a message that existed before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    Edited,
    Deleted,
    /// Somebody put (or took back) an emoji.
    Reacted {
        emoji: String,
        by: Person,
        removed: bool,
    },
    /// Its attachment became ready or was rejected.
    AttachmentProcessed,
    /// Somebody said whether it helped.
    Rated,
    /// Read back from the database after this instance missed the event itself.
    Unknown,
}

/// Something that happened. Clients see it in their dialect's shape.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Event {
    MessageSent {
        message: Arc<Message>,
    },
    MessageChanged {
        message: Arc<Message>,
        change: Change,
    },
    Typed {
        conversation: ConversationId,
        by: Person,
        is_typing: bool,
    },
    ReadMarked {
        conversation: ConversationId,
        by: Person,
        seq: i64,
        messages: Vec<MessageId>,
    },
    /// A person's first socket in the conversation.
    Entered {
        conversation: ConversationId,
        who: Person,
        /// Who is there now, this person too.
        online: Vec<UserId>,
        /// Somebody of the company who only looks: customers do not hear of it.
        #[serde(default)]
        unseen: bool,
    },
    /// A person's last socket left.
    Departed {
        conversation: ConversationId,
        who: Person,
        /// Who is there still.
        online: Vec<UserId>,
        #[serde(default)]
        unseen: bool,
    },
    PresenceChanged {
        conversation: ConversationId,
        who: Person,
        status: Status,
        #[serde(default)]
        unseen: bool,
    },
    /// The bot works on a reply.
    BotTyped {
        conversation: ConversationId,
    },
    /// A piece of a reply that is being made; `message` is the id that the reply will have.
    BotStreamed {
        conversation: ConversationId,
        message: MessageId,
        index: u32,
        text: String,
    },
    /// The bot's proposal for an agent's answer to a customer's message.
    Suggested {
        conversation: ConversationId,
        question: MessageId,
        text: String,
        sources: Vec<Source>,
    },
    /// The staff noted something about a conversation.
    NoteAdded {
        note: Arc<Note>,
    },
    NoteChanged {
        note: Arc<Note>,
    },
    NoteDeleted {
        conversation: ConversationId,
        note: NoteId,
    },
    /// Somebody is told of something; it is stored already.
    Notified {
        notification: Arc<notification::Model>,
    },
    /// An endpoint was added, changed or removed: cached copies are stale.
    WebhooksChanged,
    /// Created, renamed, switched, archived, or its people changed: read it again.
    ConversationChanged {
        conversation: ConversationId,
    },
    /// A person no longer takes part: their sockets close.
    ParticipantRemoved {
        conversation: ConversationId,
        user: UserId,
    },
    /// The conversation is gone: its sockets close.
    ConversationDeleted {
        conversation: ConversationId,
    },
    /// Signed out or revoked: its sockets close.
    SessionRevoked {
        session: SessionId,
    },
    /// An account was disabled or its role changed: cached copies are stale.
    UserChanged {
        user: UserId,
    },
}

impl Event {
    /// The conversation that it happened in, if any: what the hub groups by.
    pub fn conversation(&self) -> Option<ConversationId> {
        match self {
            Self::MessageSent { message } | Self::MessageChanged { message, .. } => {
                Some(message.conversation)
            }
            Self::NoteAdded { note } | Self::NoteChanged { note } => Some(note.conversation),
            Self::Typed { conversation, .. }
            | Self::ReadMarked { conversation, .. }
            | Self::NoteDeleted { conversation, .. }
            | Self::Entered { conversation, .. }
            | Self::Departed { conversation, .. }
            | Self::PresenceChanged { conversation, .. }
            | Self::BotTyped { conversation }
            | Self::BotStreamed { conversation, .. }
            | Self::Suggested { conversation, .. }
            | Self::ConversationChanged { conversation }
            | Self::ParticipantRemoved { conversation, .. }
            | Self::ConversationDeleted { conversation } => Some(*conversation),
            Self::SessionRevoked { .. }
            | Self::UserChanged { .. }
            | Self::Notified { .. }
            | Self::WebhooksChanged => None,
        }
    }

    /// The message's place in the conversation's order of changes, for events that take one.
    pub fn rev(&self) -> Option<i64> {
        match self {
            Self::MessageSent { message } | Self::MessageChanged { message, .. } => Some(message.rev),
            _ => None,
        }
    }

    /// The `seq` of the message that it shows: who came later than that is not to see it.
    pub fn seq(&self) -> Option<i64> {
        match self {
            Self::MessageSent { message } | Self::MessageChanged { message, .. } => Some(message.seq),
            _ => None,
        }
    }

    /// Whose doing it was, for what some dialects show to the others only.
    pub fn author(&self) -> Option<UserId> {
        match self {
            Self::MessageSent { message } => Some(message.sender.id),
            Self::MessageChanged {
                change: Change::Reacted { by, .. },
                ..
            } => Some(by.id),
            Self::MessageChanged { message, .. } => Some(message.sender.id),
            Self::Typed { by, .. } | Self::ReadMarked { by, .. } => Some(by.id),
            Self::Entered { who, .. } | Self::Departed { who, .. } | Self::PresenceChanged { who, .. } => {
                Some(who.id)
            }
            _ => None,
        }
    }

    /// Whether lists of conversations show it: `/ws/inbox/` hears it.
    pub fn concerns_inbox(&self) -> bool {
        matches!(
            self,
            Self::MessageSent { .. }
                | Self::ConversationChanged { .. }
                | Self::NoteAdded { .. }
                | Self::NoteChanged { .. }
                | Self::NoteDeleted { .. }
        )
    }

    /// Whether agents and admins alone may hear of it, in whichever dialect.
    pub fn is_for_staff(&self) -> bool {
        match self {
            Self::NoteAdded { .. }
            | Self::NoteChanged { .. }
            | Self::NoteDeleted { .. }
            | Self::Suggested { .. } => true,
            Self::Entered { unseen, .. }
            | Self::Departed { unseen, .. }
            | Self::PresenceChanged { unseen, .. } => *unseen,
            _ => false,
        }
    }
}
