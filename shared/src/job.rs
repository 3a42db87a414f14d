//! What the worker is asked to do. Payloads only; the work is in `worker/src/jobs`.

use entity::{AttachmentId, ConversationId, MessageId, UserId};
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
    /// Move a person's read mark forward.
    ApplyReadReceipt {
        conversation: ConversationId,
        user: UserId,
        seq: i64,
    },
    /// Check an uploaded file, strip its metadata, make its thumbnail.
    ProcessAttachment { attachment: AttachmentId },
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
            Self::ApplyReadReceipt { .. } => "apply_read_receipt",
            Self::ProcessAttachment { .. } => "process_attachment",
            Self::PurgeOrphans => "purge_orphans",
            Self::Sweep => "sweep",
        }
    }

    /// At most one job ever has a given key; none for jobs that may repeat.
    pub fn unique_key(&self) -> Option<String> {
        match self {
            Self::ReplyAsBot { message, .. } => Some(format!("reply:{message}")),
            Self::ProcessAttachment { attachment } => Some(format!("attachment:{attachment}")),
            Self::ApplyReadReceipt { .. } | Self::PurgeOrphans | Self::Sweep => None,
        }
    }
}
