//! A ticket's messages on the wire: nine fields each.

use super::people::{RoleWord, role};
use crate::wire::time::Timestamp;
use chat::messages::SendMessage;
use entity::message::Voice;
use kernel::message::Feedback;
use kernel::message::Message;
use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Who speaks.
#[derive(Enum, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename = "TicketMessageType", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
#[expect(clippy::enum_variant_names, reason = "the guide's words")]
pub enum MessageKind {
    /// A person for themselves.
    UserMessage,
    /// A person for the company, or the bot.
    AgentMessage,
    /// The server.
    SystemMessage,
}

/// Whether a message helped.
#[derive(Enum, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename = "Feedback", rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum FeedbackWord {
    Up,
    Down,
    None,
}

/// A message of a ticket.
#[derive(Object, Serialize, Clone, Debug)]
#[oai(rename = "TicketMessage")]
pub struct ChatMessage {
    pub id: Uuid,
    /// `TKT-…`
    pub ticket_id: String,
    /// The user's id.
    pub sender_id: String,
    pub sender_role: RoleWord,
    /// Who speaks.
    pub message_type: MessageKind,
    /// Markdown; empty once deleted.
    pub content: String,
    /// The bot wrote it, or its sender took it from the bot's suggestion.
    #[oai(rename = "isAI")]
    #[serde(rename = "isAI")]
    pub is_ai: bool,
    /// Whether it helped.
    pub feedback: FeedbackWord,
    pub timestamp: Timestamp,
}

impl ChatMessage {
    /// The message as it is now, in the ticket of this name.
    pub fn new(message: &Message, ticket_id: &str) -> Self {
        let sender = &message.sender;
        Self {
            id: message.id.0,
            ticket_id: ticket_id.to_owned(),
            sender_id: sender.id.to_string(),
            sender_role: role(sender.role, sender.department),
            message_type: match message.voice {
                Voice::User => MessageKind::UserMessage,
                Voice::Agent | Voice::Bot => MessageKind::AgentMessage,
                Voice::System => MessageKind::SystemMessage,
            },
            content: message.text.clone(),
            is_ai: message.is_ai(),
            feedback: match message.feedback() {
                Feedback::Up => FeedbackWord::Up,
                Feedback::Down => FeedbackWord::Down,
                Feedback::None => FeedbackWord::None,
            },
            timestamp: message.created_at.into(),
        }
    }
}

impl From<FeedbackWord> for Feedback {
    fn from(word: FeedbackWord) -> Self {
        match word {
            FeedbackWord::Up => Self::Up,
            FeedbackWord::Down => Self::Down,
            FeedbackWord::None => Self::None,
        }
    }
}

/// A message to send.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "SendTicketMessage", example)]
pub struct MessageBody {
    /// 1–4000 characters of Markdown.
    #[oai(validator(min_length = 1, max_length = 4000))]
    pub content: String,
    /// Taken and not heeded: who speaks follows from who sends.
    #[oai(nullable)]
    pub message_type: Option<MessageKind>,
    /// Its sender took it from the bot's suggestion.
    #[oai(rename = "isAI", nullable)]
    #[serde(rename = "isAI")]
    pub is_ai: Option<bool>,
    #[oai(nullable)]
    pub feedback: Option<FeedbackWord>,
    /// The client's own id of this send: sent again, it gives the same answer and stores nothing.
    #[oai(nullable, validator(max_length = 128))]
    pub client_id: Option<String>,
}

impl Example for MessageBody {
    fn example() -> Self {
        Self {
            content: "Hello from REST!".into(),
            message_type: Some(MessageKind::UserMessage),
            is_ai: Some(false),
            feedback: Some(FeedbackWord::None),
            client_id: None,
        }
    }
}

impl From<MessageBody> for SendMessage {
    fn from(body: MessageBody) -> Self {
        Self {
            text: body.content,
            client_id: body.client_id.filter(|id| !id.is_empty()),
            is_ai: body.is_ai.unwrap_or_default(),
            feedback: body.feedback.map(Into::into),
            ..Self::default()
        }
    }
}

/// One message.
#[derive(Object, Clone, Debug)]
#[oai(rename = "TicketMessageEnvelope")]
pub struct MessageEnvelope {
    pub message: ChatMessage,
}

/// Whether a message helped.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "GiveFeedback", example)]
pub struct FeedbackBody {
    pub feedback: FeedbackWord,
}

impl Example for FeedbackBody {
    fn example() -> Self {
        Self {
            feedback: FeedbackWord::Up,
        }
    }
}

/// Where a page of messages lies.
#[derive(Object, Clone, Debug)]
pub struct Pagination {
    /// From 1.
    pub page: u64,
    pub limit: u64,
    /// How many messages there are on all pages.
    pub total: u64,
    pub has_more: bool,
}

/// A page of a ticket's messages, oldest first.
#[derive(Object, Clone, Debug)]
#[oai(rename = "TicketMessagePage")]
pub struct MessagePage {
    pub messages: Vec<ChatMessage>,
    pub pagination: Pagination,
}

impl MessagePage {
    /// The page of this number, of `total` messages, in the ticket of this name.
    pub fn new(found: &[Message], ticket_id: &str, page: u64, limit: u64, total: u64) -> Self {
        let messages = found.iter();
        Self {
            messages: messages
                .map(|message| ChatMessage::new(message, ticket_id))
                .collect(),
            pagination: Pagination {
                page,
                limit,
                total,
                has_more: page.saturating_mul(limit) < total,
            },
        }
    }
}
