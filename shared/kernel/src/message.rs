//! A message as it travels: between the database, the bus and the dialects.

use crate::attachment::Attachment;
use crate::person::Person;
use chrono::{DateTime, Utc};
use entity::message::{self, Voice};
use entity::{ConversationId, MessageId};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// How far a message got with the other participants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Delivery {
    /// Durable.
    Sent,
    /// Reached a client of another participant.
    Delivered,
    /// Another participant read it.
    Read,
}

/// Whether a message helped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Feedback {
    /// It helped.
    Up,
    /// It did not.
    Down,
    /// What was said before is taken back.
    None,
}

impl Feedback {
    /// How it is stored with the message; none: there is nothing to store.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Up => Some("up"),
            Self::Down => Some("down"),
            Self::None => None,
        }
    }
}

/// A message in its present state.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message {
    /// A UUIDv7, given once and kept through every change.
    pub id: MessageId,
    /// The conversation that it was sent in.
    pub conversation: ConversationId,
    /// 1..n, gap-free in its conversation.
    pub seq: i64,
    /// The conversation's change counter when the message last changed.
    pub rev: i64,
    /// The conversation's change counter when the message was created.
    pub created_rev: i64,
    /// Who wrote it; for the server's own sentences the bot.
    pub sender: Person,
    /// Whether a customer, an agent, the bot or the server speaks.
    pub voice: Voice,
    /// Markdown; empty once deleted.
    pub text: String,
    /// As it is stored; [`Message::html`] is what is shown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    html: String,
    /// Its sender's own name for it, at most 128 characters; none where the client gave none.
    pub client_id: Option<String>,
    /// The message of the same conversation that it quotes.
    pub reply_to: Option<MessageId>,
    /// The message that this one of the bot answers.
    pub in_reply_to: Option<MessageId>,
    /// The file that was sent with it; none once the message is deleted.
    pub attachment: Option<Attachment>,
    /// How many people put each emoji.
    pub reactions: BTreeMap<String, u32>,
    /// How far it got with the participant who is furthest.
    pub delivery: Delivery,
    /// Whether its author gave it another text since.
    pub is_edited: bool,
    /// Whether it was taken back: it keeps its `seq`, and is empty.
    pub is_deleted: bool,
    /// What the bot knew: sources, prompts, trace.
    pub meta: Option<serde_json::Value>,
    /// When it was stored, by the clock that all instances share.
    pub created_at: DateTime<Utc>,
    /// When it was last edited, or deleted; a reaction leaves it alone.
    pub updated_at: DateTime<Utc>,
    /// When it first reached a client of another participant, as far as that is known.
    #[serde(default)]
    pub delivered_at: Option<DateTime<Utc>>,
    /// When another participant first read it.
    #[serde(default)]
    pub read_at: Option<DateTime<Utc>>,
}

impl Message {
    /// Whether the bot wrote it, or its sender took it from the bot's suggestion.
    pub fn is_ai(&self) -> bool {
        self.voice == Voice::Bot || self.beside("is_ai").and_then(serde_json::Value::as_bool) == Some(true)
    }

    /// The newest rating, whoever gave it.
    pub fn feedback(&self) -> Feedback {
        match self.beside("feedback").and_then(serde_json::Value::as_str) {
            Some("up") => Feedback::Up,
            Some("down") => Feedback::Down,
            _ => Feedback::None,
        }
    }

    /// The text as HTML, safe to show. Made where the message was written; the plain form is made here.
    pub fn html(&self) -> Cow<'_, str> {
        markup::shown(&self.text, &self.html)
    }

    /// What clients that know nothing but text show: the text, or the name of the file that came without one.
    pub fn content(&self) -> &str {
        match &self.attachment {
            Some(file) if self.text.is_empty() => &file.file_name,
            _ => &self.text,
        }
    }

    fn beside(&self, name: &str) -> Option<&serde_json::Value> {
        self.meta.as_ref()?.get(name)
    }

    /// The row alone: no attachment, no reactions, not yet delivered.
    pub fn bare(row: message::Model, sender: Person) -> Self {
        Self {
            id: row.id,
            conversation: row.conversation_id,
            seq: row.seq,
            rev: row.rev,
            created_rev: row.created_rev,
            sender,
            voice: row.voice,
            text: row.text,
            html: row.html.unwrap_or_default(),
            client_id: row.client_id,
            reply_to: row.reply_to,
            in_reply_to: row.in_reply_to,
            attachment: None,
            reactions: BTreeMap::new(),
            delivery: Delivery::Sent,
            is_edited: row.is_edited,
            is_deleted: row.is_deleted,
            meta: row.meta,
            created_at: row.created_at,
            updated_at: row.updated_at,
            delivered_at: row.delivered_at,
            read_at: row.read_at,
        }
    }
}
