//! The events that are delivered to endpoints.

use crate::fact::Fact;
use entity::{AttachmentId, ConversationId, MessageId};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// A type of event that an endpoint can subscribe to. The words are the wire's (`webhooks` in the contract).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EventType {
    /// A message was stored, by a person, the bot or the server.
    #[serde(rename = "message.created")]
    MessageCreated,
    /// A message was edited, deleted or rated, got a reaction, or its file was processed.
    #[serde(rename = "message.updated")]
    MessageUpdated,
    /// A conversation began.
    #[serde(rename = "conversation.created")]
    ConversationCreated,
    /// A conversation's title, its people, who answers, or the work on it changed.
    #[serde(rename = "conversation.updated")]
    ConversationUpdated,
    /// A ticket was opened.
    #[serde(rename = "ticket.created")]
    TicketCreated,
    /// A ticket's status, assignee or content changed.
    #[serde(rename = "ticket.updated")]
    TicketUpdated,
    /// A file was checked, and can be shown.
    #[serde(rename = "attachment.ready")]
    AttachmentReady,
}

impl EventType {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::MessageCreated,
        Self::MessageUpdated,
        Self::ConversationCreated,
        Self::ConversationUpdated,
        Self::TicketCreated,
        Self::TicketUpdated,
        Self::AttachmentReady,
    ];

    /// Its name on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::MessageCreated => "message.created",
            Self::MessageUpdated => "message.updated",
            Self::ConversationCreated => "conversation.created",
            Self::ConversationUpdated => "conversation.updated",
            Self::TicketCreated => "ticket.created",
            Self::TicketUpdated => "ticket.updated",
            Self::AttachmentReady => "attachment.ready",
        }
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for EventType {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.word() == text).ok_or(())
    }
}

/// A fact as its job stores it. What is delivered of it is read at the delivery: its state by then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum WebhookEvent {
    /// See [`EventType::MessageCreated`].
    MessageCreated {
        /// The message, whose id makes the event's.
        message: MessageId,
    },
    /// See [`EventType::MessageUpdated`].
    MessageUpdated {
        /// The message that changed.
        message: MessageId,
        /// The conversation's change counter at that change, which makes the event's id unique.
        rev: i64,
    },
    /// See [`EventType::ConversationCreated`].
    ConversationCreated {
        /// The conversation, whose id makes the event's.
        conversation: ConversationId,
    },
    /// See [`EventType::ConversationUpdated`].
    ConversationUpdated {
        /// The conversation that changed.
        conversation: ConversationId,
        /// Made for this change, so that the event's id is unique.
        change: Uuid,
    },
    /// See [`EventType::TicketCreated`].
    TicketCreated {
        /// The ticket's conversation, whose id makes the event's.
        conversation: ConversationId,
    },
    /// See [`EventType::TicketUpdated`].
    TicketUpdated {
        /// The ticket's conversation.
        conversation: ConversationId,
        /// Made for this change, so that the event's id is unique.
        change: Uuid,
    },
    /// See [`EventType::AttachmentReady`].
    AttachmentReady {
        /// The file, whose id makes the event's.
        attachment: AttachmentId,
    },
}

impl From<&Fact> for WebhookEvent {
    fn from(fact: &Fact) -> Self {
        match *fact {
            Fact::MessageStored { message, .. } => Self::MessageCreated { message },
            Fact::MessageChanged { message, rev } => Self::MessageUpdated { message, rev },
            Fact::ConversationCreated { conversation } => Self::ConversationCreated { conversation },
            Fact::ConversationChanged { conversation } => Self::ConversationUpdated {
                conversation,
                change: Uuid::now_v7(),
            },
            Fact::TicketCreated { conversation } => Self::TicketCreated { conversation },
            Fact::TicketChanged { conversation } => Self::TicketUpdated {
                conversation,
                change: Uuid::now_v7(),
            },
            Fact::AttachmentReady { attachment } => Self::AttachmentReady { attachment },
        }
    }
}

impl WebhookEvent {
    /// The type that endpoints subscribe to.
    pub fn event_type(&self) -> EventType {
        match self {
            Self::MessageCreated { .. } => EventType::MessageCreated,
            Self::MessageUpdated { .. } => EventType::MessageUpdated,
            Self::ConversationCreated { .. } => EventType::ConversationCreated,
            Self::ConversationUpdated { .. } => EventType::ConversationUpdated,
            Self::TicketCreated { .. } => EventType::TicketCreated,
            Self::TicketUpdated { .. } => EventType::TicketUpdated,
            Self::AttachmentReady { .. } => EventType::AttachmentReady,
        }
    }

    /// The `webhook-id`: the same however often it is delivered.
    pub fn event_id(&self) -> String {
        match self {
            Self::MessageCreated { message } => format!("msg_{}", message.0.simple()),
            Self::MessageUpdated { message, rev } => format!("msg_{}_{rev}", message.0.simple()),
            Self::ConversationCreated { conversation } => format!("cnv_{}", conversation.0.simple()),
            Self::ConversationUpdated { conversation, change } => {
                format!("cnv_{}_{}", conversation.0.simple(), change.simple())
            }
            Self::TicketCreated { conversation } => format!("tkt_{}", conversation.0.simple()),
            Self::TicketUpdated { conversation, change } => {
                format!("tkt_{}_{}", conversation.0.simple(), change.simple())
            }
            Self::AttachmentReady { attachment } => format!("att_{}", attachment.0.simple()),
        }
    }
}
