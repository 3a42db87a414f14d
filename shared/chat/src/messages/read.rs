//! Reading messages: pages of history, and what changed since a revision.

use crate::Chat;
use crate::access;
use crate::conversations;
use crate::message_view::attach_details;
use crate::policy;
use accounts::tokens;
use entity::{ConversationId, MessageId, message};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::message::Message;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Value};
use std::time::Duration;

/// Which part of the history. Pages are oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// From the oldest, skipping some.
    Offset(u64),
    /// The newest ones.
    Last,
    /// The newest ones before this `seq`.
    Before(i64),
    /// The oldest ones after this `seq`.
    After(i64),
}

/// What a page holds at most.
pub const MAX_PAGE: u64 = 200;
/// What one answer about changes holds at most.
pub const MAX_CHANGES: u64 = 500;

/// What changed since a revision.
#[derive(Clone, Debug)]
pub struct Changes {
    /// Ask again from here.
    pub rev: i64,
    /// In `rev` order, each message once, in its present state.
    pub messages: Vec<Message>,
    /// False: there is more, ask again from `rev`.
    pub complete: bool,
}

/// A page of a conversation's messages, oldest first.
pub async fn list(
    chat: &Chat,
    actor: &Actor,
    id: ConversationId,
    page: Page,
    limit: u64,
) -> Result<Vec<Message>> {
    let scope = access::authorize(chat, actor, id).await?;
    page_of(chat, id, policy::before_their_time(actor, &scope), page, limit).await
}

/// The same without authorization, of the messages after `hidden`.
pub async fn page_of(
    chat: &Chat,
    id: ConversationId,
    hidden: i64,
    page: Page,
    limit: u64,
) -> Result<Vec<Message>> {
    let limit = limit.clamp(1, MAX_PAGE);
    let messages = message::Entity::in_conversation(id);
    // `seq` has no gaps, so an offset is a range: no rows are read to be skipped
    let messages = match page {
        Page::Offset(offset) => {
            let from = i64::try_from(offset).unwrap_or(i64::MAX).saturating_add(hidden);
            messages
                .filter(message::Column::Seq.gt(from))
                .order_by_asc(message::Column::Seq)
        }
        Page::After(seq) => messages
            .filter(message::Column::Seq.gt(seq.max(hidden)))
            .order_by_asc(message::Column::Seq),
        Page::Last => messages
            .filter(message::Column::Seq.gt(hidden))
            .order_by_desc(message::Column::Seq),
        Page::Before(seq) => messages
            .filter(message::Column::Seq.lt(seq))
            .filter(message::Column::Seq.gt(hidden))
            .order_by_desc(message::Column::Seq),
    };
    let mut rows = messages.limit(limit).all(&*chat.db).await?;
    if matches!(page, Page::Last | Page::Before(_)) {
        rows.reverse();
    }
    Ok(attach_details(&*chat.db, rows).await?)
}

/// One message as it is now; the caller has authorized.
pub async fn one(chat: &Chat, id: ConversationId, message: MessageId) -> Result<Option<Message>> {
    let rows = message::Entity::in_conversation(id)
        .filter(message::Column::Id.eq(message))
        .all(&*chat.db)
        .await?;
    Ok(attach_details(&*chat.db, rows).await?.pop())
}

/// One message, if the actor may see its conversation and it was said in their time.
pub async fn find(chat: &Chat, actor: &Actor, id: MessageId) -> Result<message::Model> {
    let row = message::Entity::find_by_id(id)
        .one(&*chat.db)
        .await?
        .ok_or_else(Error::no_message)?;
    match access::authorize(chat, actor, row.conversation_id).await {
        Ok(scope) if row.seq > policy::before_their_time(actor, &scope) => Ok(row),
        Ok(_) | Err(Error::NotFound(_)) => Err(Error::no_message()),
        Err(other) => Err(other),
    }
}

/// What changed after `since`: without waiting if anything did, else as soon as it does, until `wait` is over.
pub async fn changes(
    chat: &Chat,
    actor: &Actor,
    id: ConversationId,
    after: i64,
    wait: Duration,
) -> Result<Changes> {
    let scope = access::authorize(chat, actor, id).await?;
    let hidden = policy::before_their_time(actor, &scope);
    let deadline = tokio::time::Instant::now() + wait;
    let mut watch = chat.watchers.watch(id);
    loop {
        watch.mark();
        let found = since_of(chat, id, hidden, after).await?;
        if !found.messages.is_empty() || found.rev != after || tokio::time::Instant::now() >= deadline {
            return Ok(found);
        }
        watch.wait(deadline).await;
        // a removal or a sign-out while waiting ends the wait with a refusal
        let actor = tokens::renew(chat, actor).await?;
        access::authorize(chat, &actor, id).await?;
    }
}

/// The same without authorization: for sockets that are authorized already, and leave out what was said before
/// their time.
pub async fn since(chat: &Chat, id: ConversationId, after: i64) -> Result<Changes> {
    since_of(chat, id, 0, after).await
}

/// Of what was said after `hidden`, whether it changes now or not.
async fn since_of(chat: &Chat, id: ConversationId, hidden: i64, after: i64) -> Result<Changes> {
    let values: [Value; 4] = [
        id.0.into(),
        after.into(),
        hidden.into(),
        i64::try_from(MAX_CHANGES + 1).unwrap_or(i64::MAX).into(),
    ];
    let mut rows = message::Entity::find()
        .from_raw_sql(chat.db.statement(SINCE, values))
        .all(&*chat.db)
        .await?;
    let complete = rows.len() <= MAX_CHANGES as usize;
    rows.truncate(MAX_CHANGES as usize);
    let rev = match rows.last() {
        Some(row) => row.rev,
        // nothing newer: a client that is ahead (a backup was restored) gets the database's own rev
        None => conversations::head(chat, id).await?.min(after),
    };
    Ok(Changes {
        rev,
        messages: attach_details(&*chat.db, rows).await?,
        complete,
    })
}

/// The messages that changed after they were sent stand in an index by `rev`; the others, whose `rev` moves with their `seq`, are
/// found by that: since a revision no more messages can have come than there were revisions. One statement, because a message
/// that is changed between two would be in neither.
const SINCE: &str = "SELECT * FROM ( \
    SELECT * FROM (SELECT * FROM chat_message WHERE conversation_id = $1 AND rev <> created_rev AND rev > $2 AND seq > $3 \
        ORDER BY rev LIMIT $4) AS changed \
    UNION ALL \
    SELECT * FROM (SELECT * FROM chat_message WHERE conversation_id = $1 AND rev = created_rev AND rev > $2 AND seq > $3 \
        AND seq > (SELECT last_seq - CASE WHEN last_rev > $2 THEN last_rev - $2 ELSE 0 END FROM chat_conversation WHERE id = $1) \
        ORDER BY seq LIMIT $4) AS sent \
    ) AS moved ORDER BY rev LIMIT $4";
