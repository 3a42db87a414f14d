//! Small answers.

use kernel::message::Message;
use poem_openapi::Object;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What a sent message became.
#[derive(Object, Clone, Debug)]
#[oai(rename = "Sent")]
pub struct SentObject {
    pub conversation_id: Uuid,
    pub message_id: Uuid,
    /// Its number in the conversation.
    pub seq: i64,
}

impl From<&Message> for SentObject {
    fn from(message: &Message) -> Self {
        Self {
            conversation_id: message.conversation.0,
            message_id: message.id.0,
            seq: message.seq,
        }
    }
}

/// It is done.
#[derive(Object, Clone, Debug)]
#[oai(rename = "Success")]
pub struct SuccessObject {
    /// Always `success`.
    pub status: String,
}

impl Default for SuccessObject {
    fn default() -> Self {
        Self {
            status: "success".into(),
        }
    }
}

/// How far the caller has read now.
#[derive(Object, Clone, Debug)]
#[oai(rename = "ReadMark")]
pub struct MarkObject {
    /// Always `success`.
    pub status: String,
    /// Everything up to this `seq` is read.
    pub last_read_seq: i64,
}

impl MarkObject {
    /// The mark at this `seq`.
    pub fn new(last_read_seq: i64) -> Self {
        Self {
            status: "success".into(),
            last_read_seq,
        }
    }
}

/// A message's reactions now.
#[derive(Object, Clone, Debug)]
#[oai(rename = "Reactions")]
pub struct ReactionsObject {
    pub message_id: Uuid,
    /// How many people put each emoji.
    pub reactions: BTreeMap<String, u32>,
}

impl From<&Message> for ReactionsObject {
    fn from(message: &Message) -> Self {
        Self {
            message_id: message.id.0,
            reactions: message.reactions.clone(),
        }
    }
}
