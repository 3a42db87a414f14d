//! A message with all that clients show of it, put together from its row.

use crate::attachments::Attachment;
use crate::event::Person;
use chrono::{DateTime, Utc};
use entity::message::{self, Voice};
use entity::{AttachmentId, ConversationId, MessageId, UserId, attachment, participant, reaction};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

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
    Up,
    Down,
    None,
}

impl Feedback {
    /// How it is kept beside the message; nothing is said of no feedback.
    pub(crate) fn word(self) -> Option<&'static str> {
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
    pub id: MessageId,
    pub conversation: ConversationId,
    /// 1..n, gap-free in its conversation.
    pub seq: i64,
    /// The conversation's change counter when the message last changed.
    pub rev: i64,
    /// The same when it was created.
    pub created_rev: i64,
    pub sender: Person,
    pub voice: Voice,
    /// Markdown; empty once deleted.
    pub text: String,
    /// As it is stored; [`Message::html`] is what is shown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    html: String,
    pub client_id: Option<String>,
    pub reply_to: Option<MessageId>,
    /// The message that this one of the bot answers.
    pub in_reply_to: Option<MessageId>,
    pub attachment: Option<Attachment>,
    /// How many people put each emoji.
    pub reactions: BTreeMap<String, u32>,
    pub delivery: Delivery,
    pub is_edited: bool,
    pub is_deleted: bool,
    /// What the bot knew: sources, prompts, trace.
    pub meta: Option<serde_json::Value>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Message {
    /// Whether the bot wrote it, or its sender took it from the bot's suggestion.
    pub fn is_ai(&self) -> bool {
        self.voice == Voice::Bot || self.beside("is_ai").and_then(serde_json::Value::as_bool) == Some(true)
    }

    /// Whether it helped, as the last person said.
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
    pub(crate) fn bare(row: message::Model, sender: Person) -> Self {
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
        }
    }
}

/// Adds senders, attachments, reactions and delivery to rows, in four queries however many rows there are.
pub async fn attach_details<C: ConnectionTrait>(
    db: &C,
    rows: Vec<message::Model>,
) -> Result<Vec<Message>, DbErr> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let people = crate::users::people(db, rows.iter().map(|row| row.sender_id)).await?;
    let files = attachments(db, &rows).await?;
    let reactions = reactions(db, &rows).await?;
    let marks = marks(db, &rows).await?;
    let messages = rows.into_iter().map(|row| {
        let sender = people
            .get(&row.sender_id)
            .cloned()
            .unwrap_or_else(|| crate::users::unknown(row.sender_id));
        let attachment = row
            .attachment_id
            .filter(|_| !row.is_deleted)
            .and_then(|id| files.get(&id).cloned());
        let mut message = Message::bare(row, sender);
        message.attachment = attachment;
        // not taken out: one commit may have several repeats of a message, and each is a row here
        message.reactions = reactions.get(&message.id).cloned().unwrap_or_default();
        message.delivery = delivery(
            &message,
            marks.get(&message.conversation).map_or(&[], Vec::as_slice),
        );
        message
    });
    Ok(messages.collect())
}

async fn attachments<C: ConnectionTrait>(
    db: &C,
    rows: &[message::Model],
) -> Result<HashMap<AttachmentId, Attachment>, DbErr> {
    let ids: Vec<_> = rows.iter().filter_map(|row| row.attachment_id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found = attachment::Entity::find()
        .filter(attachment::Column::Id.is_in(ids))
        .all(db)
        .await?;
    Ok(found
        .into_iter()
        .map(|row| (row.id, Attachment::from(row)))
        .collect())
}

async fn reactions<C: ConnectionTrait>(
    db: &C,
    rows: &[message::Model],
) -> Result<HashMap<MessageId, BTreeMap<String, u32>>, DbErr> {
    // a message that never changed has none: the common page costs no query
    let ids: Vec<_> = rows
        .iter()
        .filter(|row| row.rev != row.created_rev)
        .map(|row| row.id)
        .collect();
    let mut counts: HashMap<MessageId, BTreeMap<String, u32>> = HashMap::new();
    if ids.is_empty() {
        return Ok(counts);
    }
    let found = reaction::Entity::find()
        .filter(reaction::Column::MessageId.is_in(ids))
        .all(db)
        .await?;
    for row in found {
        *counts
            .entry(row.message_id)
            .or_default()
            .entry(row.emoji)
            .or_default() += 1;
    }
    Ok(counts)
}

/// How far each person of the conversations has got: (who, read, delivered).
type Marks = Vec<(UserId, i64, i64)>;

async fn marks<C: ConnectionTrait>(
    db: &C,
    rows: &[message::Model],
) -> Result<HashMap<ConversationId, Marks>, DbErr> {
    let mut ids: Vec<_> = rows.iter().map(|row| row.conversation_id).collect();
    ids.dedup();
    let mut marks: HashMap<ConversationId, Marks> = HashMap::new();
    let found = participant::Entity::find()
        .filter(participant::Column::ConversationId.is_in(ids))
        .order_by_asc(participant::Column::ConversationId)
        .all(db)
        .await?;
    for row in found {
        let mark = (row.user_id, row.last_read_seq, row.last_delivered_seq);
        marks.entry(row.conversation_id).or_default().push(mark);
    }
    Ok(marks)
}

fn delivery(message: &Message, marks: &[(UserId, i64, i64)]) -> Delivery {
    let others = marks.iter().filter(|(user, ..)| *user != message.sender.id);
    others
        .map(|(_, read, delivered)| {
            if *read >= message.seq {
                Delivery::Read
            } else if *delivered >= message.seq {
                Delivery::Delivered
            } else {
                Delivery::Sent
            }
        })
        .max()
        .unwrap_or(Delivery::Sent)
}
