//! What a transaction stores, handed to the features in that same transaction: each answers with the jobs that follow. Unlike
//! an event, which is published afterwards and may be lost, a fact commits with what follows from it.

use entity::conversation::Kind;
use entity::message::Voice;
use entity::{AttachmentId, ConversationId, MessageId, UserId};
use std::time::Duration;

/// Something that the transaction stores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A new message.
    MessageStored {
        /// The one that is new.
        message: MessageId,
        /// Its number in the conversation.
        seq: i64,
        /// Whether a customer, an agent, the bot or the server speaks: it decides what follows.
        voice: Voice,
        /// How its conversation stands once it is stored.
        conversation: ConversationState,
        /// An answer of the bot is to wait at least so long: its customer asks very often.
        reply_after: Duration,
    },
    /// An edited, deleted, rated message, a reaction, a processed attachment.
    MessageChanged {
        /// The one that changed.
        message: MessageId,
        /// The conversation's change counter, at this change.
        rev: i64,
    },
    /// A new conversation, of whichever kind but a ticket's.
    ConversationCreated {
        /// The one that is new.
        conversation: ConversationId,
    },
    /// Its title, its people, who answers, or the work on it.
    ConversationChanged {
        /// The one that changed.
        conversation: ConversationId,
    },
    /// A new ticket, its conversation with it.
    TicketCreated {
        /// The ticket's conversation, which stands for it.
        conversation: ConversationId,
    },
    /// Its status, its assignee or what is written in it.
    TicketChanged {
        /// The ticket's conversation, which stands for it.
        conversation: ConversationId,
    },
    /// A file that was checked, and can be shown.
    AttachmentReady {
        /// The file's row.
        attachment: AttachmentId,
    },
}

/// The part of a conversation's state that decides which jobs follow a message in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConversationState {
    /// The conversation that it is the state of.
    pub id: ConversationId,
    /// Decides whether the bot or people answer.
    pub kind: Kind,
    /// Whether the bot answers.
    pub bot_on: bool,
    /// Who of the company has it; none: nobody.
    pub assignee: Option<UserId>,
}
