//! What a transaction stores, handed to the features in that same transaction: each answers with the jobs that follow. Unlike
//! an event, which tells clients afterwards and may be lost, a fact commits with what follows from it.

use entity::conversation::Kind;
use entity::message::Voice;
use entity::{AttachmentId, ConversationId, MessageId, UserId};
use std::time::Duration;

/// Something that the transaction stores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A new message.
    MessageStored {
        message: MessageId,
        /// Its place in the conversation.
        seq: i64,
        voice: Voice,
        /// How its conversation stands once it is stored.
        conversation: ConversationState,
        /// An answer of the bot is to wait at least so long: its customer asks very often.
        reply_after: Duration,
    },
    /// An edited, deleted, rated message, a reaction, a processed attachment.
    MessageChanged {
        message: MessageId,
        /// The conversation's change counter, at this change.
        rev: i64,
    },
    ConversationCreated {
        conversation: ConversationId,
    },
    /// Its title, its people, who answers, or the work on it.
    ConversationChanged {
        conversation: ConversationId,
    },
    TicketCreated {
        conversation: ConversationId,
    },
    TicketChanged {
        conversation: ConversationId,
    },
    /// A file that was checked, and can be shown.
    AttachmentReady {
        attachment: AttachmentId,
    },
}

/// What of a conversation decides what follows a message in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConversationState {
    pub id: ConversationId,
    pub kind: Kind,
    /// Whether the bot answers.
    pub bot_on: bool,
    pub assignee: Option<UserId>,
}
