//! What other processes of ours report, and the answers.

use super::message::{FeedbackWord, MessageKind};
use crate::wire::time::Timestamp;
use poem_openapi::Object;
use poem_openapi::types::Example;
use serde::Deserialize;

/// A message was sent.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "MessageSentReport", example)]
pub struct MessageSentBody {
    pub message_id: String,
    pub ticket_id: String,
    pub sender_id: String,
    pub sender_role: String,
    pub message_type: MessageKind,
    pub content: String,
    #[oai(rename = "isAI")]
    #[serde(rename = "isAI")]
    pub is_ai: bool,
    pub feedback: FeedbackWord,
    pub timestamp: String,
}

impl Example for MessageSentBody {
    fn example() -> Self {
        Self {
            message_id: "test_message_id".into(),
            ticket_id: "test_ticket_id".into(),
            sender_id: "test_user_id".into(),
            sender_role: "user".into(),
            message_type: MessageKind::UserMessage,
            content: "Test webhook message".into(),
            is_ai: false,
            feedback: FeedbackWord::None,
            timestamp: "2023-01-01T00:00:00".into(),
        }
    }
}

/// A ticket was opened.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "TicketCreatedReport")]
pub struct TicketCreatedBody {
    pub ticket_id: String,
    pub user_id: String,
    pub title: String,
}

/// The content check found something.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "MisuseReport")]
pub struct MisuseBody {
    pub ticket_id: String,
    pub user_id: String,
}

/// A report was taken.
#[derive(Object, Clone, Debug)]
#[oai(rename = "ReportTaken")]
pub struct ProcessedObject {
    /// Always `success`.
    pub status: String,
    pub message: String,
    pub timestamp: Timestamp,
}

impl ProcessedObject {
    /// What was taken, and when.
    pub fn new(message: String, timestamp: Timestamp) -> Self {
        Self {
            status: "success".into(),
            message,
            timestamp,
        }
    }
}

/// Reports are taken.
#[derive(Object, Clone, Debug)]
#[oai(rename = "ReportsHealth")]
pub struct HealthObject {
    /// Always `healthy`.
    pub status: String,
    pub timestamp: Timestamp,
}
