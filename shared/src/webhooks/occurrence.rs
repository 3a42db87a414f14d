//! What endpoints can hear of, and the intent to tell them.

use super::Listening;
use crate::core::Core;
use crate::job::Job;
use crate::store::outbox;
use chrono::{DateTime, Utc};
use entity::{AttachmentId, ConversationId, MessageId, job};
use kernel::error::Result;
use sea_orm::DbErr;
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

/// Something that happened. What endpoints are told of it is read when they are: its state by then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Occurrence {
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

impl Occurrence {
    /// A change of a conversation's title, switches or people.
    pub fn updated(conversation: ConversationId) -> Self {
        Self::ConversationUpdated {
            conversation,
            change: Uuid::now_v7(),
        }
    }

    /// A change of a ticket.
    pub fn ticket_updated(conversation: ConversationId) -> Self {
        Self::TicketUpdated {
            conversation,
            change: Uuid::now_v7(),
        }
    }

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

/// The intent to tell of what somebody wants to hear of, as one row at most; to be stored with what made it happen.
pub(crate) fn intent(
    listening: &Listening,
    mut events: Vec<Occurrence>,
    now: DateTime<Utc>,
) -> Result<Option<job::ActiveModel>, DbErr> {
    events.retain(|event| listening.wants(event.event_type()));
    if events.is_empty() {
        return Ok(None);
    }
    outbox::intent(&Job::FanOutEvents { events, at: now }, now, now).map(Some)
}

/// The same for who has a core and one event; nothing where nobody listens. Ask before a transaction is begun: it may
/// take a connection.
pub(crate) async fn intents(core: &Core, event: Occurrence) -> Result<Vec<job::ActiveModel>> {
    let listening = core.webhooks.listening(&core.db).await?;
    let row = intent(&listening, vec![event], core.clock.now())?;
    Ok(row.into_iter().collect())
}
