//! What people are to be notified of, in its words and with what it is about.

use super::rules;
use entity::notification::Kind;
use entity::user::Department;
use entity::{ConversationId, UserId, conversation, conversation_note};
use kernel::actor::Actor;
use kernel::message::Message;
use serde_json::Value;
use uuid::Uuid;

/// Something that people are to be notified of.
#[derive(Clone, Debug)]
pub struct NotificationDraft {
    /// Decides who is notified, by the table in `rules.rs`.
    pub kind: Kind,
    /// Names what happened: a person is notified once of one cause.
    pub cause: String,
    /// One line that says what happened.
    pub title: String,
    /// A sentence that says to what and by whom.
    pub message: String,
    /// A JSON object that clients open it with: ids and an excerpt.
    pub data: Value,
    /// What it is about; those who may not see it are not notified. None: it is about no conversation.
    pub conversation: Option<ConversationId>,
    /// Whose doing it was; notified too only where the table says so. None: nobody's.
    pub author: Option<UserId>,
    /// Whose conversation or ticket it is.
    pub owner: Option<UserId>,
    /// Who of the company has it.
    pub assignee: Option<UserId>,
    /// Whose agents it concerns; none: every agent.
    pub department: Option<Department>,
    /// Those whom a note names.
    pub named: Vec<UserId>,
}

impl NotificationDraft {
    /// Something that happened to a customer's conversation; without an actor, by itself.
    pub(crate) fn of_conversation(kind: Kind, row: &conversation::Model, actor: Option<&Actor>) -> Self {
        let author = actor.map(|actor| &*actor.name);
        Self {
            kind,
            cause: format!("conversation:{}:{}", row.id, Uuid::now_v7().simple()),
            title: rules::of(kind).title.into(),
            message: rules::conversation_words(kind, &row.title, author),
            data: rules::conversation_data(row),
            conversation: Some(row.id),
            author: actor.map(|actor| actor.id),
            owner: row.created_by,
            assignee: row.assignee_id,
            department: None,
            named: Vec::new(),
        }
    }

    /// A note that names people.
    pub(crate) fn of_note(
        row: &conversation::Model,
        actor: &Actor,
        note: &conversation_note::Model,
        named: Vec<UserId>,
    ) -> Self {
        let mut draft = Self::of_conversation(Kind::Mentioned, row, Some(actor));
        draft.cause = format!("note:{}", note.id);
        draft.data["note_id"] = note.id.0.to_string().into();
        draft.data["content"] = excerpt(&note.text);
        draft.named = named;
        draft
    }

    /// A message where a customer and somebody of the company talk.
    pub fn of_talk(row: &conversation::Model, message: &Message) -> Self {
        let kind = Kind::MessageReceived;
        let mut data = rules::conversation_data(row);
        add_message(&mut data, message);
        Self {
            cause: format!("message:{}", message.id),
            message: rules::conversation_words(kind, &row.title, Some(&message.sender.name)),
            data,
            author: Some(message.sender.id),
            ..Self::of_conversation(kind, row, None)
        }
    }

    /// Whose agents it concerns; every agent unless said.
    pub(crate) fn in_department(&mut self, department: Option<Department>) {
        self.department = department;
    }

    /// Something that admins must know.
    pub fn alert(cause: String, message: String, data: Value) -> Self {
        Self::of_nobody(Kind::SystemAlert, cause, message, data)
    }

    /// Misuse of which another process told us.
    pub(crate) fn of_misuse(cause: String, message: String, data: Value) -> Self {
        Self::of_nobody(Kind::MisuseDetected, cause, message, data)
    }

    /// Something that is about no conversation, and nobody's doing.
    fn of_nobody(kind: Kind, cause: String, message: String, data: Value) -> Self {
        Self {
            kind,
            cause,
            title: rules::of(kind).title.into(),
            message,
            data,
            conversation: None,
            author: None,
            owner: None,
            assignee: None,
            department: None,
            named: Vec::new(),
        }
    }
}

/// Characters of a message that its notification shows.
const EXCERPT: usize = 200;

/// The beginning of a text, as notifications show it.
pub(crate) fn excerpt(text: &str) -> Value {
    text.chars().take(EXCERPT).collect::<String>().into()
}

/// Adds what a notification shows of a message.
pub fn add_message(data: &mut Value, message: &Message) {
    data["message_id"] = message.id.0.to_string().into();
    data["seq"] = message.seq.into();
    data["sender_id"] = message.sender.id.0.into();
    data["sender_username"] = (*message.sender.username).into();
    data["content"] = excerpt(&message.text);
}
