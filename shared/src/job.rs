//! What the worker is asked to do. Payloads only; the work is in `worker/src/jobs`.

use crate::webhooks::Occurrence;
use chrono::{DateTime, Utc};
use entity::{AttachmentId, ConversationId, MessageId, NotificationId, SubscriptionId, UserId};
use serde::{Deserialize, Serialize};

/// A job, verb first. Stored as an intent beside what caused it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Job {
    /// Answer a user's message as the bot.
    ReplyAsBot {
        conversation: ConversationId,
        message: MessageId,
    },
    /// Propose an answer to a customer's message to the agents who see it, where people answer.
    SuggestReply {
        conversation: ConversationId,
        message: MessageId,
    },
    /// Move a person's read mark forward.
    ApplyReadReceipt {
        conversation: ConversationId,
        user: UserId,
        seq: i64,
    },
    /// Check an uploaded file, strip its metadata, make its thumbnail.
    ProcessAttachment { attachment: AttachmentId },
    /// Tell the people of a ticket, or of a customer's conversation that somebody has, of a message in it.
    DeliverNotification {
        conversation: ConversationId,
        message: MessageId,
    },
    /// Make a delivery of each event for each webhook that wants it.
    FanOutEvents {
        events: Vec<Occurrence>,
        at: DateTime<Utc>,
    },
    /// Bring a notification to one of its person's browsers.
    PushNotification {
        notification: NotificationId,
        subscription: SubscriptionId,
    },
    /// Delete uploads that no message carries.
    PurgeOrphans,
    /// Delete what has run out: finished jobs, expired sessions.
    Sweep,
}

impl Job {
    /// The stable word in the `kind` column.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ReplyAsBot { .. } => "reply_as_bot",
            Self::SuggestReply { .. } => "suggest_reply",
            Self::ApplyReadReceipt { .. } => "apply_read_receipt",
            Self::ProcessAttachment { .. } => "process_attachment",
            Self::DeliverNotification { .. } => "deliver_notification",
            Self::FanOutEvents { .. } => "fan_out_events",
            Self::PushNotification { .. } => "push_notification",
            Self::PurgeOrphans => "purge_orphans",
            Self::Sweep => "sweep",
        }
    }

    /// At most one job ever has a given key; none for jobs that may repeat.
    pub fn unique_key(&self) -> Option<String> {
        match self {
            Self::ReplyAsBot { message, .. } => Some(format!("reply:{message}")),
            Self::SuggestReply { message, .. } => Some(format!("suggest:{message}")),
            Self::ProcessAttachment { attachment } => Some(format!("attachment:{attachment}")),
            Self::DeliverNotification { message, .. } => Some(format!("notification:{message}")),
            Self::PushNotification {
                notification,
                subscription,
            } => Some(format!("push:{notification}:{subscription}")),
            Self::ApplyReadReceipt { .. } | Self::FanOutEvents { .. } | Self::PurgeOrphans | Self::Sweep => {
                None
            }
        }
    }
}
