//! Messages with all that clients show of them, put together from their rows.

use crate::Chat;
use entity::message::{self};
use entity::{AttachmentId, ConversationId, MessageId, UserId, attachment, participant, reaction};
use kernel::attachment::Attachment;
use kernel::error::Result;
use kernel::message::{Delivery, Message};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use std::collections::{BTreeMap, HashMap};

/// Adds senders, attachments, reactions and delivery to rows, in four queries however many rows there are.
pub async fn attach_details<C: ConnectionTrait>(
    db: &C,
    rows: Vec<message::Model>,
) -> Result<Vec<Message>, DbErr> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let people = accounts::users::people(db, rows.iter().map(|row| row.sender_id)).await?;
    let files = attachments(db, &rows).await?;
    let reactions = reactions(db, &rows).await?;
    let marks = marks(db, &rows).await?;
    let messages = rows.into_iter().map(|row| {
        let sender = people
            .get(&row.sender_id)
            .cloned()
            .unwrap_or_else(|| accounts::users::unknown(row.sender_id));
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

/// Whether a message that was said after `hidden` carries this file.
pub async fn carries(chat: &Chat, id: ConversationId, file: AttachmentId, hidden: i64) -> Result<bool> {
    let carrier = message::Entity::in_conversation(id)
        .filter(message::Column::AttachmentId.eq(file))
        .filter(message::Column::Seq.gt(hidden))
        .one(&*chat.db)
        .await?;
    Ok(carrier.is_some())
}
