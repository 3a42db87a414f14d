//! What the worker is asked to do. Payloads only; which function does it is in `worker/src/dispatch.rs`, how it is
//! run in `job/policy.rs`.

pub mod policy;

pub use kernel::queue_name::QueueName;
pub use policy::Policy;

use chrono::{DateTime, Utc};
use entity::{AttachmentId, ConversationId, MessageId, NotificationId, SubscriptionId, UserId};
use kernel::webhook_event::WebhookEvent;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The id of no account.
pub const NOBODY: UserId = UserId(0);

/// A job, verb first. Stored as an intent beside what caused it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Job {
    /// Answer a user's message as the bot.
    ReplyAsBot {
        /// Where the bot answers.
        conversation: ConversationId,
        /// The message that wants an answer.
        message: MessageId,
        /// The message's number in its conversation, which orders the jobs of its series.
        #[serde(default)]
        seq: i64,
    },
    /// Propose an answer to a customer's message to the agents who see it, where people answer.
    SuggestReply {
        /// Where people answer.
        conversation: ConversationId,
        /// The customer's message.
        message: MessageId,
    },
    /// Move a person's read mark forward.
    ApplyReadReceipt {
        /// Where they read.
        conversation: ConversationId,
        /// Who read.
        user: UserId,
        /// The `seq` up to which they have read; a mark never goes back.
        seq: i64,
    },
    /// Check an uploaded file, strip its metadata, make its thumbnail.
    ProcessAttachment {
        /// The upload's row.
        attachment: AttachmentId,
    },
    /// Notify the people of a ticket, or of a customer's conversation that an agent has, of a message in it.
    DeliverNotification {
        /// The ticket's conversation, or the customer's.
        conversation: ConversationId,
        /// The message that they are notified of.
        message: MessageId,
        /// The message's number in its conversation, which orders the jobs of its series.
        #[serde(default)]
        seq: i64,
    },
    /// Make a delivery of each event for each endpoint that subscribes to it.
    FanOutEvents {
        /// What one transaction stored, in its order.
        events: Vec<WebhookEvent>,
        /// When it was stored: the events' `timestamp`.
        at: DateTime<Utc>,
    },
    /// Bring a notification to one of its person's browsers.
    PushNotification {
        /// What they are notified of.
        notification: NotificationId,
        /// The browser: one of the person's subscriptions.
        subscription: SubscriptionId,
    },
    /// Mail a person a code to choose another password with.
    MailPasswordReset {
        /// The account; [`NOBODY`] where somebody asked for an address that no account has.
        user: UserId,
    },
    /// Mail a person a code to confirm their address with.
    MailAddressConfirmation {
        /// The account; [`NOBODY`] as above.
        user: UserId,
    },
    /// Have a model say what the passages of articles mean that it has not read yet.
    EmbedArticles,
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
            Self::MailPasswordReset { .. } => "mail_password_reset",
            Self::MailAddressConfirmation { .. } => "mail_address_confirmation",
            Self::EmbedArticles => "embed_articles",
            Self::PurgeOrphans => "purge_orphans",
            Self::Sweep => "sweep",
        }
    }

    /// How it is run.
    pub fn policy(&self) -> &'static Policy {
        // every kind has one, which a test proves
        policy::of(self.kind()).unwrap_or(&policy::POLICIES[0])
    }

    /// The queue that it is for; without a language model nothing waits for one.
    pub fn queue(&self, has_model: bool) -> QueueName {
        match self.policy().queue {
            QueueName::Model if !has_model => QueueName::Chat,
            queue => queue,
        }
    }

    /// The series that it belongs to, and its number in that order; see [`policy::Order`].
    pub fn series(&self) -> Option<(String, i64)> {
        match self {
            Self::ReplyAsBot {
                conversation, seq, ..
            } => Some((format!("reply:{conversation}"), *seq)),
            Self::DeliverNotification {
                conversation, seq, ..
            } => Some((format!("notify:{conversation}"), *seq)),
            Self::PushNotification {
                notification,
                subscription,
            } => Some((format!("push:{subscription}"), made_at(notification.0))),
            // they are in the order of their making
            Self::EmbedArticles => Some(("embed".to_owned(), 0)),
            Self::MailPasswordReset { user } if *user != NOBODY => Some((format!("reset:{user}"), 0)),
            Self::MailAddressConfirmation { user } if *user != NOBODY => Some((format!("confirm:{user}"), 0)),
            _ => None,
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
            Self::ApplyReadReceipt { .. }
            | Self::FanOutEvents { .. }
            | Self::MailPasswordReset { .. }
            | Self::MailAddressConfirmation { .. }
            | Self::EmbedArticles
            | Self::PurgeOrphans
            | Self::Sweep => None,
        }
    }
}

/// The part of a UUIDv7 that says when it was made, in the order of making.
fn made_at(id: Uuid) -> i64 {
    i64::try_from(id.as_u64_pair().0 >> 1).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_own_policy() {
        let (conversation, message) = (ConversationId(Uuid::now_v7()), MessageId(Uuid::now_v7()));
        let jobs = [
            Job::ReplyAsBot {
                conversation,
                message,
                seq: 1,
            },
            Job::SuggestReply {
                conversation,
                message,
            },
            Job::ApplyReadReceipt {
                conversation,
                user: UserId(1),
                seq: 1,
            },
            Job::ProcessAttachment {
                attachment: AttachmentId(Uuid::now_v7()),
            },
            Job::DeliverNotification {
                conversation,
                message,
                seq: 1,
            },
            Job::FanOutEvents {
                events: Vec::new(),
                at: DateTime::UNIX_EPOCH,
            },
            Job::PushNotification {
                notification: NotificationId(Uuid::now_v7()),
                subscription: SubscriptionId(Uuid::now_v7()),
            },
            Job::MailPasswordReset { user: UserId(1) },
            Job::MailAddressConfirmation { user: UserId(1) },
            Job::EmbedArticles,
            Job::PurgeOrphans,
            Job::Sweep,
        ];
        assert_eq!(jobs.len(), policy::POLICIES.len());
        for job in jobs {
            assert_eq!(job.policy().kind, job.kind());
        }
    }

    #[test]
    fn a_payload_of_the_release_before_is_still_read() {
        let old = serde_json::json!({
            "kind": "reply_as_bot", "conversation": Uuid::now_v7(), "message": Uuid::now_v7(),
        });
        let job: Job = serde_json::from_value(old).unwrap();
        assert_eq!(job.series().unwrap().1, 0);
    }
}
