//! A private note of the staff as it travels.

use crate::person::Person;
use chrono::{DateTime, Utc};
use entity::{ConversationId, NoteId};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// A UUIDv7.
    pub id: NoteId,
    /// What the note is about.
    pub conversation: ConversationId,
    /// The agent or admin who wrote it; nobody else may change it.
    pub author: Person,
    /// Markdown.
    pub text: String,
    /// As it is stored; [`Note::html`] is what is shown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub html: String,
    /// The usernames of the staff whom it names.
    pub mentions: Vec<String>,
    /// When it was stored.
    pub created_at: DateTime<Utc>,
    /// When its text last changed.
    pub updated_at: DateTime<Utc>,
}

impl Note {
    /// The text as HTML, safe to show, as a message's is.
    pub fn html(&self) -> Cow<'_, str> {
        markup::shown(&self.text, &self.html)
    }
}
