//! The events that are delivered to endpoints.

use crate::fact::Fact;
use entity::{AttachmentId, ConversationId, MessageId};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// A type of event that an endpoint can want.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EventType {
    #[serde(rename = "message.created")]
    MessageCreated,
    #[serde(rename = "message.updated")]
    MessageUpdated,
    #[serde(rename = "conversation.created")]
    ConversationCreated,
    #[serde(rename = "conversation.updated")]
    ConversationUpdated,
    #[serde(rename = "ticket.created")]
    TicketCreated,
    #[serde(rename = "ticket.updated")]
    TicketUpdated,
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
    MessageCreated {
        message: MessageId,
    },
    MessageUpdated {
        message: MessageId,
        rev: i64,
    },
    ConversationCreated {
        conversation: ConversationId,
    },
    ConversationUpdated {
        conversation: ConversationId,
        change: Uuid,
    },
    TicketCreated {
        conversation: ConversationId,
    },
    TicketUpdated {
        conversation: ConversationId,
        change: Uuid,
    },
    AttachmentReady {
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
    /// What endpoints know it by.
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

    /// The `webhook-id`: the same however often it is told.
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
