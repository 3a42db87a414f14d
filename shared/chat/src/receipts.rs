//! Receipts: how far people have read, and how far messages were delivered. Marks never go back.

use crate::Chat;
use crate::access;
use crate::policy;
use chrono::{DateTime, Utc};
use entity::{ConversationId, MessageId, UserId, conversation, message, participant};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::event::Event;
use kernel::person::Person;
use platform::job::Job;
use platform::job_store::{self, Lease};
use platform::limits::Spend;
use sea_orm::sea_query::{Expr, Func};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use std::collections::HashMap;

/// What a client has read: everything up to a `seq`, or up to the newest of some messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UpTo {
    /// 0 to the newest message's number.
    Seq(i64),
    /// Messages of the conversation, 1 to 500.
    Messages(Vec<MessageId>),
}

/// Message ids in one receipt at most.
const MAX_IDS: usize = 500;

/// Stores the mark, then publishes it. Returns the mark.
pub async fn mark_read(chat: &Chat, actor: &Actor, id: ConversationId, up_to: UpTo) -> Result<i64> {
    let receipt = settle(chat, actor, id, up_to).await?;
    let seq = receipt.seq;
    raise(&*chat.db, Mark::Read, id, actor.id, seq, chat.clock.now()).await?;
    announce(chat, actor, id, receipt);
    let mark = participant::Entity::of(id, actor.id).one(&*chat.db).await?;
    Ok(mark.map_or(seq, |row| row.last_read_seq))
}

/// Publishes the receipt and leaves the mark to the worker: for sockets, where receipts come in floods.
pub async fn announce_read(chat: &Chat, actor: &Actor, id: ConversationId, up_to: UpTo) -> Result<()> {
    chat.limits.spend(actor, Spend::Signal)?;
    let receipt = settle(chat, actor, id, up_to).await?;
    job_store::enqueue(
        chat,
        &Job::ApplyReadReceipt {
            conversation: id,
            user: actor.id,
            seq: receipt.seq,
        },
    )
    .await?;
    announce(chat, actor, id, receipt);
    Ok(())
}

/// Applies a receipt and marks its job as done, in one transaction.
pub async fn apply(chat: &Chat, job: Lease, id: ConversationId, user: UserId, seq: i64) -> Result<()> {
    let tx = chat.db.begin().await?;
    raise(&*tx, Mark::Read, id, user, seq, chat.clock.now()).await?;
    job_store::done(&*tx, &[job], chat.clock.now()).await?;
    Ok(tx.commit().await?)
}

/// One message was read: everything up to it was.
pub async fn mark_message_read(chat: &Chat, actor: &Actor, id: MessageId) -> Result<i64> {
    let row = crate::messages::find(chat, actor, id).await?;
    mark_read(chat, actor, row.conversation_id, UpTo::Messages(vec![id])).await
}

/// Everything up to `seq` reached one of this person's clients.
pub async fn mark_delivered(chat: &Chat, user: UserId, id: ConversationId, seq: i64) -> Result<()> {
    raise(&*chat.db, Mark::Delivered, id, user, seq, chat.clock.now()).await?;
    Ok(())
}

/// What somebody has read, as it is announced.
struct Receipt {
    seq: i64,
    messages: Vec<MessageId>,
    newest: Option<MessageId>,
}

async fn settle(chat: &Chat, actor: &Actor, id: ConversationId, up_to: UpTo) -> Result<Receipt> {
    let scope = access::authorize(chat, actor, id).await?;
    match up_to {
        UpTo::Seq(seq) => {
            let newest = numbered(chat, id, seq).await?;
            Ok(Receipt {
                seq,
                messages: Vec::new(),
                newest,
            })
        }
        UpTo::Messages(ids) => {
            if ids.is_empty() || ids.len() > MAX_IDS {
                return Err(Error::invalid(
                    "message_ids",
                    format!("Must name 1 to {MAX_IDS} messages"),
                ));
            }
            let found: Vec<(MessageId, i64)> = message::Entity::in_conversation(id)
                .select_only()
                .columns([message::Column::Id, message::Column::Seq])
                .filter(message::Column::Id.is_in(ids.iter().copied()))
                .filter(message::Column::Seq.gt(policy::before_their_time(actor, &scope)))
                .into_tuple()
                .all(&*chat.db)
                .await?;
            let found: HashMap<_, _> = found.into_iter().collect();
            if let Some(unknown) = ids.iter().find(|id| !found.contains_key(id)) {
                let problem = format!("Message {unknown} not found in this conversation");
                return Err(Error::invalid("message_ids", problem));
            }
            let newest = found.into_iter().max_by_key(|(_, seq)| *seq);
            Ok(Receipt {
                seq: newest.map_or(0, |(_, seq)| seq),
                messages: ids,
                newest: newest.map(|(id, _)| id),
            })
        }
    }
}

/// The message of this number; none for 0, which is before all of them.
async fn numbered(chat: &Chat, id: ConversationId, seq: i64) -> Result<Option<MessageId>> {
    let found: Option<MessageId> = message::Entity::in_conversation(id)
        .select_only()
        .column(message::Column::Id)
        .filter(message::Column::Seq.eq(seq))
        .into_tuple()
        .one(&*chat.db)
        .await?;
    if seq == 0 || found.is_some() {
        return Ok(found);
    }
    let newest: Option<i64> = conversation::Entity::find_by_id(id)
        .select_only()
        .column(conversation::Column::LastSeq)
        .into_tuple()
        .one(&*chat.db)
        .await?;
    let newest = newest.ok_or_else(Error::no_conversation)?;
    let detail = format!("Must be 0 to {newest}, the newest message");
    Err(Error::invalid("seq", detail))
}

/// Which mark of a participant moves.
#[derive(Clone, Copy)]
enum Mark {
    Delivered,
    Read,
}

/// Raises a participant's mark, and keeps when messages of others first came so far with anybody: those from the old mark to
/// the new one. The mark comes last, so that what ends in between is done again. Whoever takes no part has no mark.
async fn raise<C: ConnectionTrait>(
    db: &C,
    mark: Mark,
    id: ConversationId,
    user: UserId,
    seq: i64,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use participant::Column;
    let column = match mark {
        Mark::Delivered => Column::LastDeliveredSeq,
        Mark::Read => Column::LastReadSeq,
    };
    let old: Option<i64> = participant::Entity::of(id, user)
        .select_only()
        .column(column)
        .into_tuple()
        .one(db)
        .await?;
    let Some(old) = old.filter(|old| *old < seq) else {
        return Ok(());
    };
    time(db, mark, id, user, (old, seq), now).await?;
    let mut raised = participant::Entity::update_many()
        .col_expr(column, Expr::value(seq))
        .filter(Column::ConversationId.eq(id))
        .filter(Column::UserId.eq(user))
        // another one may have been faster
        .filter(column.lt(seq));
    if let Mark::Read = mark {
        raised = raised.col_expr(Column::LastReadAt, Expr::value(now));
    }
    raised.exec(db).await?;
    Ok(())
}

/// Keeps when the messages of others after the first of these numbers, up to the second, came so far, where nobody else was
/// faster.
async fn time<C: ConnectionTrait>(
    db: &C,
    mark: Mark,
    id: ConversationId,
    user: UserId,
    (after, to): (i64, i64),
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use message::Column::{ConversationId as Conversation, DeliveredAt, ReadAt, SenderId, Seq};
    let range = message::Entity::update_many()
        .filter(Conversation.eq(id))
        .filter(Seq.gt(after))
        .filter(Seq.lte(to))
        .filter(SenderId.ne(user));
    let timed = match mark {
        Mark::Delivered => range
            .col_expr(DeliveredAt, Expr::value(now))
            .filter(DeliveredAt.is_null()),
        // what is read has arrived
        Mark::Read => range
            .col_expr(ReadAt, Expr::value(now))
            .col_expr(
                DeliveredAt,
                Func::coalesce([Expr::col(DeliveredAt), Expr::value(now)]).into(),
            )
            .filter(ReadAt.is_null()),
    };
    timed.exec(db).await?;
    Ok(())
}

fn announce(chat: &Chat, actor: &Actor, id: ConversationId, receipt: Receipt) {
    chat.bus.publish_one(Event::ReadMarked {
        conversation: id,
        by: Person::from(actor),
        seq: receipt.seq,
        messages: receipt.messages,
        newest: receipt.newest,
    });
}
