//! Who may change what, and the row that a new message becomes.

use super::{Change, Head, NewMessage};
use crate::messages::Feedback;
use crate::tickets;
use chrono::{DateTime, Utc};
use entity::conversation::{Kind, Status};
use entity::message::Voice;
use entity::user::Role;
use entity::{MessageId, message};
use kernel::error::{Error, Result};
use kernel::event::Person;
use uuid::Uuid;

/// Who may change what: the author edits; the author or an admin deletes; everybody reacts.
pub(super) fn permit(row: &message::Model, by: &Person, change: &Change) -> Result<()> {
    if row.is_deleted && !matches!(change, Change::Refresh) {
        return Err(Error::Conflict {
            code: "message_deleted",
            field: None,
            detail: "Message was deleted".into(),
        });
    }
    let own = row.sender_id == by.id;
    match change {
        Change::Edit(_) if !own => Err(Error::Forbidden("You can only edit your own messages".into())),
        Change::Delete if !own && by.role != Role::Admin => {
            Err(Error::Forbidden("You can only delete your own messages".into()))
        }
        _ => Ok(()),
    }
}

/// Whether agents answer here: in tickets, and where a customer's bot is off.
pub(super) fn is_answered_by_people(head: &Head) -> bool {
    match head.kind {
        Kind::Ticket => true,
        Kind::Support => !head.bot_on,
        Kind::Direct | Kind::Group | Kind::Room => false,
    }
}

pub(super) fn row(new: &NewMessage, head: &Head, now: DateTime<Utc>) -> message::Model {
    message::Model {
        id: new.id.unwrap_or_else(|| MessageId(Uuid::now_v7())),
        conversation_id: new.conversation,
        seq: head.seq,
        rev: head.rev,
        created_rev: head.rev,
        sender_id: new.sender.id,
        voice: new.voice,
        text: new.text.text().to_owned(),
        html: Some(new.text.html().to_owned()),
        words: String::new(),
        client_id: new.client_id.clone(),
        reply_to: new.reply_to,
        in_reply_to: new.in_reply_to,
        attachment_id: new.attachment,
        is_edited: false,
        is_deleted: false,
        meta: new.meta.clone(),
        created_at: now,
        updated_at: now,
    }
}

/// What a message means for the work on its conversation: a customer's opens again what was resolved or put off, an
/// agent's takes up what nobody has.
pub(super) fn take_up(new: &NewMessage, head: &mut Head) {
    match (new.voice, head.kind) {
        (Voice::User, Kind::Support | Kind::Ticket) => reopen(head),
        (Voice::Agent, Kind::Support) => {
            // a person of the company takes over: the bot does not talk over them
            if head.bot_on {
                head.bot_on = false;
                head.switched = true;
            }
            if head.assignee.is_none() {
                head.assignee = Some(new.sender.id);
                if matches!(head.status, Status::Pending | Status::Snoozed) {
                    head.status = Status::Open;
                }
                head.worked = true;
                head.switched = true;
            }
        }
        _ => {}
    }
}

fn reopen(head: &mut Head) {
    let opens = match (head.status, &mut head.ticket) {
        (Status::Snoozed, _) => true,
        (Status::Resolved, None) => head.kind == Kind::Support,
        (Status::Resolved, Some(ticket)) => match tickets::reopened(ticket) {
            Some(status) => {
                ticket.status = status;
                head.reopened = true;
                true
            }
            None => false,
        },
        (Status::Open | Status::Pending, _) => false,
    };
    if opens {
        head.status = Status::Open;
        head.worked = true;
        head.switched = true;
        // nobody would see it
        if head.assignee.is_none() && head.kind == Kind::Support {
            head.bot_on = true;
        }
    }
}

/// Whether people are told of a message: in a ticket, and where a customer and somebody of the company talk.
pub(super) fn is_told_of(new: &NewMessage, head: &Head) -> bool {
    match head.kind {
        Kind::Ticket => true,
        Kind::Support => head.assignee.is_some() && matches!(new.voice, Voice::User | Voice::Agent),
        Kind::Direct | Kind::Group | Kind::Room => false,
    }
}

/// Keeps whether a message helped beside what else is kept with it.
pub(super) fn rate(row: &mut message::Model, feedback: Feedback) {
    let mut meta = match row.meta.take() {
        Some(serde_json::Value::Object(meta)) => meta,
        _ => serde_json::Map::new(),
    };
    match feedback.word() {
        Some(word) => meta.insert("feedback".into(), word.into()),
        None => meta.remove("feedback"),
    };
    row.meta = (!meta.is_empty()).then(|| meta.into());
}
