//! A message of the server's own, stored with the change that it announces.

use super::sql;
use chrono::{DateTime, Utc};
use entity::message::{self, Voice};
use entity::{MessageId, conversation};
use kernel::message::Message;
use kernel::person::Person;
use platform::db::Transaction;
use sea_orm::DbErr;
use uuid::Uuid;

/// Stores it in the caller's transaction, which holds the conversation's row under its lock, as a group's does: so its
/// numbers are in the order of commits too. The caller stores the row's counters, and publishes after the commit.
pub async fn append(
    tx: &Transaction,
    conversation: &mut conversation::Model,
    sender: Person,
    text: &str,
    now: DateTime<Utc>,
) -> Result<Message, DbErr> {
    conversation.last_seq += 1;
    conversation.last_rev += 1;
    let row = message::Model {
        id: MessageId(Uuid::now_v7()),
        conversation_id: conversation.id,
        seq: conversation.last_seq,
        rev: conversation.last_rev,
        created_rev: conversation.last_rev,
        sender_id: sender.id,
        voice: Voice::System,
        text: text.to_owned(),
        // the plain form: names in it are no markup
        html: Some(String::new()),
        words: String::new(),
        client_id: None,
        reply_to: None,
        in_reply_to: None,
        attachment_id: None,
        is_edited: false,
        is_deleted: false,
        meta: None,
        created_at: now,
        updated_at: now,
        delivered_at: None,
        read_at: None,
    };
    sql::insert(tx, std::slice::from_ref(&row)).await?;
    Ok(Message::bare(row, sender))
}
