//! What other processes of ours report, and the answers.

use super::message::{FeedbackWord, MessageKind};
use crate::wire::time::Timestamp;
use desk::misuse::ExternalReport;
use entity::misuse_report::Severity;
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

/// The content check of another process found something.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "MisuseReport")]
pub struct MisuseBody {
    pub ticket_id: String,
    /// The id or the username of whose doing it was.
    pub user_id: String,
    /// A word for what was found.
    #[oai(nullable)]
    pub misuse_type: Option<String>,
    /// `low`, `medium` or `high`; `medium` unless given.
    #[oai(nullable)]
    pub severity_level: Option<String>,
    /// The text, of which 500 characters are kept.
    #[oai(nullable)]
    pub content: Option<String>,
    /// When; the same again is the same report.
    #[oai(nullable)]
    #[serde(alias = "detection_date")]
    pub detected_at: Option<String>,
}

impl From<MisuseBody> for ExternalReport {
    fn from(body: MisuseBody) -> Self {
        let severity = body.severity_level.as_deref().and_then(|word| match word {
            "low" => Some(Severity::Low),
            "medium" => Some(Severity::Medium),
            "high" | "critical" => Some(Severity::High),
            _ => None,
        });
        Self {
            user: body.user_id,
            ticket: body.ticket_id,
            kind: body.misuse_type,
            severity,
            text: body.content,
            at: body.detected_at,
        }
    }
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
    /// Always `webhook-system`.
    pub service: String,
    pub timestamp: Timestamp,
}
