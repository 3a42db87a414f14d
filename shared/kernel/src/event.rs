//! What happened, in the past tense, and whom it concerns. Instances exchange these over the bus.

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
    /// Has a socket open, and said nothing else.
    Online,
    /// Has a socket open, and is not looking at it.
    Away,
    /// Has no socket open, or wants to be taken for somebody who has none.
    Offline,
}

/// What became of a message that existed before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// Its author gave it another text.
    Edited,
    /// Its author or an admin took it back; its text is empty now.
    Deleted {
        /// Who took it back.
        by: Person,
    },
    /// Somebody put (or took back) an emoji.
    Reacted {
        /// 1–64 bytes.
        emoji: String,
        /// Whose emoji it is.
        by: Person,
        /// True: taken back.
        removed: bool,
    },
    /// Its attachment became ready or was rejected.
    AttachmentProcessed,
    /// Somebody rated it as helpful or not.
    Rated,
    /// Read back from the database after this instance missed the event itself.
    Unknown,
}

/// Something that happened. Clients see it in their dialect's shape.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Event {
    /// A message became durable.
    MessageSent {
        /// As it was stored.
        message: Arc<Message>,
    },
    /// A message that existed before has a new state.
    MessageChanged {
        /// In that state, with the `rev` of the change.
        message: Arc<Message>,
        /// What became of it.
        change: Change,
    },
    /// Somebody types, or stopped. Never stored.
    Typed {
        /// Where they type.
        conversation: ConversationId,
        /// Who types.
        by: Person,
        /// False: they stopped.
        is_typing: bool,
    },
    /// Somebody read up to a message; their mark may be stored a moment later.
    ReadMarked {
        /// Where they read.
        conversation: ConversationId,
        /// Who read.
        by: Person,
        /// The `seq` up to which they have read.
        seq: i64,
        /// The messages that their client named; empty where it named a `seq`.
        messages: Vec<MessageId>,
        /// The newest message that they have read; none: they have read none.
        newest: Option<MessageId>,
    },
    /// A person's first socket in the conversation.
    Entered {
        /// Where the socket is.
        conversation: ConversationId,
        /// Whose socket it is.
        who: Person,
        /// Who is there now, this person too.
        online: Vec<UserId>,
        /// Somebody of the company who reads without taking part: it is delivered to staff only.
        #[serde(default)]
        unseen: bool,
    },
    /// A person's last socket left.
    Departed {
        /// Where the socket was.
        conversation: ConversationId,
        /// Whose socket it was.
        who: Person,
        /// Who is there still.
        online: Vec<UserId>,
        /// As in [`Self::Entered`].
        #[serde(default)]
        unseen: bool,
    },
    /// Somebody is available in another way than before: they said so, or came or left.
    PresenceChanged {
        /// Where they are.
        conversation: ConversationId,
        /// Whose presence changed.
        who: Person,
        /// How available they are now.
        status: Status,
        /// As in [`Self::Entered`].
        #[serde(default)]
        unseen: bool,
    },
    /// The bot works on a reply.
    BotTyped {
        /// Where it is going to reply.
        conversation: ConversationId,
    },
    /// A piece of a reply that is being made; `message` is the id that the reply will have.
    BotStreamed {
        /// Where the reply is going to be.
        conversation: ConversationId,
        /// The id that the reply will have.
        message: MessageId,
        /// 0, 1, 2, … within the reply.
        index: u32,
        /// What comes after the pieces before it, in Markdown.
        text: String,
    },
    /// Somebody's client waits for the bot's answer by REST: its sockets are not to show that answer a second time.
    AnswerAwaited {
        /// The message that the bot is to answer.
        question: MessageId,
        /// The sign-in of the client that waits.
        session: SessionId,
    },
    /// The bot's proposal for an agent's answer to a customer's message.
    Suggested {
        /// The customer's conversation, or a ticket's.
        conversation: ConversationId,
        /// The message that it could answer.
        question: MessageId,
        /// In Markdown.
        text: String,
        /// The articles that it was taken from.
        sources: Vec<Source>,
    },
    /// An agent or admin wrote a note about a conversation.
    NoteAdded {
        /// As it was stored.
        note: Arc<Note>,
    },
    /// Its author gave it another text.
    NoteChanged {
        /// In its present state.
        note: Arc<Note>,
    },
    /// It is gone for good; nothing is kept of it.
    NoteDeleted {
        /// What it was about.
        conversation: ConversationId,
        /// The note that is gone.
        note: NoteId,
    },
    /// A person has a new notification; it is stored already.
    Notified {
        /// As it was stored, for one person.
        notification: Arc<notification::Model>,
    },
    /// An endpoint was added, changed or removed: cached copies are stale.
    WebhooksChanged,
    /// Created, renamed or archived, its bot switched, its people or the work on it changed: read it again.
    ConversationChanged {
        /// The one that is to be read again.
        conversation: ConversationId,
    },
    /// A person no longer takes part: their sockets close.
    ParticipantRemoved {
        /// What they took part in.
        conversation: ConversationId,
        /// Who no longer takes part.
        user: UserId,
    },
    /// The conversation is gone: its sockets close.
    ConversationDeleted {
        /// The one that is gone.
        conversation: ConversationId,
    },
    /// Signed out or revoked: its sockets close.
    SessionRevoked {
        /// The sign-in that has ended.
        session: SessionId,
    },
    /// An account was disabled or its role changed: cached copies are stale.
    UserChanged {
        /// Whose copies are stale.
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
            | Self::AnswerAwaited { .. }
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

    /// Who caused it, for what some dialects deliver to everybody else only.
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

    /// Whether lists of conversations show it: it is delivered to `/ws/inbox/`.
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

    /// Whether it may be delivered to agents and admins only, in whichever dialect.
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
