//! What people are to be told of, in its words and with what it is about.

use super::rules;
use crate::messages::Message;
use crate::tickets::Ticket;
use entity::notification::Kind;
use entity::user::Department;
use entity::{ConversationId, UserId, conversation, conversation_note};
use kernel::actor::Actor;
use serde_json::Value;
use uuid::Uuid;

/// Something that people are to be told of.
#[derive(Clone, Debug)]
pub struct Told {
    pub(super) kind: Kind,
    /// The same cause tells a person once.
    pub(super) cause: String,
    pub(super) title: String,
    pub(super) message: String,
    pub(super) data: Value,
    pub(super) conversation: Option<ConversationId>,
    pub(super) author: Option<UserId>,
    pub(super) owner: Option<UserId>,
    pub(super) assignee: Option<UserId>,
    pub(super) department: Option<Department>,
    /// Those whom it names itself.
    pub(super) named: Vec<UserId>,
}

impl Told {
    /// Something that happened to a ticket.
    pub(crate) fn of(kind: Kind, ticket: &Ticket, actor: &Actor) -> Self {
        Self {
            kind,
            cause: format!("ticket:{}:{}", ticket.row.id, Uuid::now_v7().simple()),
            title: rules::of(kind).title.into(),
            message: rules::words(kind, ticket, &actor.name),
            data: rules::data(ticket),
            conversation: Some(ticket.row.conversation_id),
            author: Some(actor.id),
            owner: Some(ticket.row.user_id),
            assignee: ticket.row.assignee_id,
            department: ticket.row.department,
            named: Vec::new(),
        }
    }

    /// A message in a ticket, or what was found in one.
    pub(super) fn of_message(kind: Kind, ticket: &Ticket, message: &Message) -> Self {
        let mut data = rules::data(ticket);
        add_message(&mut data, message);
        Self {
            kind,
            cause: format!(
                "{}:{}",
                if kind == Kind::MisuseDetected {
                    "misuse"
                } else {
                    "message"
                },
                message.id
            ),
            title: rules::of(kind).title.into(),
            message: rules::words(kind, ticket, &message.sender.name),
            data,
            conversation: Some(message.conversation),
            author: Some(message.sender.id),
            owner: Some(ticket.row.user_id),
            assignee: ticket.row.assignee_id,
            department: ticket.row.department,
            named: Vec::new(),
        }
    }

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
        let mut told = Self::of_conversation(Kind::Mentioned, row, Some(actor));
        told.cause = format!("note:{}", note.id);
        told.data["note_id"] = note.id.0.to_string().into();
        told.data["content"] = excerpt(&note.text);
        told.named = named;
        told
    }

    /// A message where a customer and somebody of the company talk.
    pub(super) fn of_talk(row: &conversation::Model, message: &Message) -> Self {
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
    pub(crate) fn alert(cause: String, message: String, data: Value) -> Self {
        Self {
            kind: Kind::SystemAlert,
            cause,
            title: rules::of(Kind::SystemAlert).title.into(),
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

fn excerpt(text: &str) -> Value {
    text.chars().take(EXCERPT).collect::<String>().into()
}

fn add_message(data: &mut Value, message: &Message) {
    data["message_id"] = message.id.0.to_string().into();
    data["seq"] = message.seq.into();
    data["sender_id"] = message.sender.id.0.into();
    data["sender_username"] = (*message.sender.username).into();
    data["content"] = excerpt(&message.text);
}
