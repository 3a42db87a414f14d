//! Messages on the wire.

use super::attachment::AttachmentObject;
use crate::wire::time::Timestamp;
use app::App;
use chat::messages::Changes;
use chat::search::Hits;
use entity::UserId;
use entity::message::Voice;
use kernel::message::Delivery;
use kernel::message::Message;
use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What `sender` holds: the two kinds of clients expect different things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SenderAs {
    /// The user's id, as REST lists have it.
    Id,
    /// The username, as frames have it.
    Username,
}

/// How far a message got.
#[derive(Enum, Serialize, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum DeliveryStatus {
    /// Durable.
    Sent,
    /// Reached a client of another participant.
    Delivered,
    /// Read by another participant.
    Read,
}

/// Who speaks.
#[derive(Enum, Serialize, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum MessageType {
    /// A person for themselves.
    User,
    /// A person for the company.
    Agent,
    /// The bot.
    Bot,
    /// The server.
    System,
}

/// An article that an answer was taken from.
#[derive(Object, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[oai(rename = "Source")]
pub struct SourceObject {
    pub title: String,
    /// Where it can be read; a path on this server or an address.
    #[oai(nullable)]
    #[serde(default)]
    pub url: Option<String>,
}

/// What the bot knew when it wrote.
#[derive(Object, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[oai(rename = "MessageMeta")]
#[serde(default)]
pub struct MetaObject {
    /// The articles behind the answer.
    pub sources: Vec<SourceObject>,
    /// What could be asked next.
    pub prompts: Vec<String>,
    /// A person was asked to take over.
    pub handoff: bool,
}

/// A message in its present state.
#[derive(Object, Serialize, Clone, Debug, PartialEq)]
#[oai(rename = "Message")]
pub struct MessageObject {
    pub id: Uuid,
    /// 1..n, gap-free in its conversation.
    pub seq: i64,
    /// The conversation's change counter when the message last changed.
    pub rev: i64,
    /// The same as `conversation_id`.
    pub conversation: Uuid,
    pub conversation_id: Uuid,
    /// The user's id here; the username in socket frames.
    pub sender: String,
    /// The user's id.
    pub sender_id: String,
    pub sender_username: String,
    /// What to show: the full name, else the username.
    pub sender_name: String,
    /// Who speaks.
    #[oai(rename = "type")]
    #[serde(rename = "type")]
    pub kind: MessageType,
    /// Markdown; empty once deleted.
    pub text: String,
    /// The same as `text`.
    pub content: String,
    /// `text` as HTML, safe to show.
    pub html: String,
    #[oai(nullable)]
    pub attachment: Option<AttachmentObject>,
    /// The attachment's `file_url`.
    #[oai(nullable)]
    pub attachment_url: Option<String>,
    /// The message that this one answers.
    #[oai(nullable)]
    pub reply_to: Option<Uuid>,
    /// How many people put each emoji.
    pub reactions: BTreeMap<String, u32>,
    /// How far it got.
    pub status: DeliveryStatus,
    pub is_edited: bool,
    pub is_deleted: bool,
    /// The sending client's own id of it.
    #[oai(nullable)]
    pub client_id: Option<String>,
    /// On the bot's messages: where the answer comes from.
    #[oai(nullable)]
    pub meta: Option<MetaObject>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// When it first reached a client of another participant, as far as that is known.
    #[oai(nullable)]
    pub delivered_at: Option<Timestamp>,
    /// When another participant first read it.
    #[oai(nullable)]
    pub read_at: Option<Timestamp>,
}

impl MessageObject {
    /// The message as it is now, with fresh links: for this reader, or for everybody whom a frame goes to.
    pub fn new(message: &Message, app: &App, as_: SenderAs, reader: Option<UserId>) -> Self {
        let attachment = message.attachment.as_ref();
        let attachment = attachment.map(|file| AttachmentObject::new(file, app, Some(message.id), reader));
        let sender = &message.sender;
        Self {
            id: message.id.0,
            seq: message.seq,
            rev: message.rev,
            conversation: message.conversation.0,
            conversation_id: message.conversation.0,
            sender: match as_ {
                SenderAs::Id => sender.id.to_string(),
                SenderAs::Username => sender.username.to_string(),
            },
            sender_id: sender.id.to_string(),
            sender_username: sender.username.to_string(),
            sender_name: sender.name.to_string(),
            kind: message.voice.into(),
            text: message.text.clone(),
            content: message.text.clone(),
            html: message.html().into_owned(),
            attachment_url: attachment.as_ref().map(|file| file.file_url.clone()),
            attachment,
            reply_to: message.reply_to.map(|id| id.0),
            reactions: message.reactions.clone(),
            status: message.delivery.into(),
            is_edited: message.is_edited,
            is_deleted: message.is_deleted,
            client_id: message.client_id.clone(),
            meta: MetaObject::of(message),
            created_at: message.created_at.into(),
            updated_at: message.updated_at.into(),
            delivered_at: message.delivered_at.map(Into::into),
            read_at: message.read_at.map(Into::into),
        }
    }
}

impl MetaObject {
    /// What the bot left with a message of its own; its trace stays with us.
    pub fn of(message: &Message) -> Option<Self> {
        if message.voice != Voice::Bot {
            return None;
        }
        let meta = message.meta.as_ref()?;
        serde_json::from_value(meta.clone()).ok()
    }
}

impl From<Voice> for MessageType {
    fn from(voice: Voice) -> Self {
        match voice {
            Voice::User => Self::User,
            Voice::Agent => Self::Agent,
            Voice::Bot => Self::Bot,
            Voice::System => Self::System,
        }
    }
}

impl From<Delivery> for DeliveryStatus {
    fn from(delivery: Delivery) -> Self {
        match delivery {
            Delivery::Sent => Self::Sent,
            Delivery::Delivered => Self::Delivered,
            Delivery::Read => Self::Read,
        }
    }
}

/// What changed since a revision.
#[derive(Object, Clone, Debug)]
#[oai(rename = "Changes")]
pub struct ChangesObject {
    /// Ask again from here.
    pub rev: i64,
    /// In `rev` order, each message once, in its present state; 500 at most.
    pub messages: Vec<MessageObject>,
    /// False: there is more; ask again from `rev` at once.
    pub complete: bool,
}

impl ChangesObject {
    /// The changes as REST shows them.
    pub fn new(changes: &Changes, app: &App, reader: UserId) -> Self {
        Self {
            rev: changes.rev,
            messages: messages(&changes.messages, app, reader),
            complete: changes.complete,
        }
    }
}

/// Messages as REST lists show them.
pub fn messages(messages: &[Message], app: &App, reader: UserId) -> Vec<MessageObject> {
    let messages = messages.iter();
    messages
        .map(|message| MessageObject::new(message, app, SenderAs::Id, Some(reader)))
        .collect()
}

/// A message that was found, and where in it.
#[derive(Object, Clone, Debug)]
pub struct SearchHit {
    /// A piece of the text as HTML, with the words found in `<mark>`.
    pub snippet: String,
    #[oai(flatten)]
    pub message: MessageObject,
}

/// A page of messages that were found, newest first.
#[derive(Object, Clone, Debug)]
pub struct SearchPage {
    /// How many there are on all pages.
    pub count: u64,
    /// The `cursor` of the next page.
    #[oai(nullable)]
    pub next: Option<String>,
    /// Always null: this list is read forwards.
    #[oai(nullable)]
    pub previous: Option<String>,
    pub results: Vec<SearchHit>,
}

impl SearchPage {
    /// The hits as REST shows them.
    pub fn new(hits: Hits, app: &App, reader: UserId) -> Self {
        let results = hits.hits.into_iter().map(|(message, snippet)| SearchHit {
            snippet,
            message: MessageObject::new(&message, app, SenderAs::Id, Some(reader)),
        });
        Self {
            count: hits.count,
            next: hits.next.map(|id| id.to_string()),
            previous: None,
            results: results.collect(),
        }
    }
}

#[cfg(test)]
mod tests;
