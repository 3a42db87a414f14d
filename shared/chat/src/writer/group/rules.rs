//! Who may change what, and the row that a new message becomes.

use super::{Change, LockedConversation, NewMessage};
use chrono::{DateTime, Utc};
use entity::user::Role;
use entity::{MessageId, message};
use kernel::error::{Error, Result};
use kernel::message::Feedback;
use kernel::person::Person;
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

pub(super) fn row(new: &NewMessage, head: &LockedConversation, now: DateTime<Utc>) -> message::Model {
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
        delivered_at: None,
        read_at: None,
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
