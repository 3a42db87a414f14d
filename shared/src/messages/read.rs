//! Reading messages: pages of history, and what changed since a revision.

use super::Message;
use super::view::attach_details;
use crate::conversations;
use crate::core::Core;
use crate::policy;
use crate::tokens;
use entity::{AttachmentId, ConversationId, MessageId, message};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
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
    core: &Core,
    actor: &Actor,
    id: ConversationId,
    page: Page,
    limit: u64,
) -> Result<Vec<Message>> {
    let scope = conversations::authorize(core, actor, id).await?;
    page_of(core, id, policy::before_their_time(actor, &scope), page, limit).await
}

/// The same without asking who, of what was said after `hidden`.
pub(crate) async fn page_of(
    core: &Core,
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
    let mut rows = messages.limit(limit).all(&*core.db).await?;
    if matches!(page, Page::Last | Page::Before(_)) {
        rows.reverse();
    }
    Ok(attach_details(&*core.db, rows).await?)
}

/// Whether a message that was said after `hidden` carries this file.
pub(crate) async fn carries(
    core: &Core,
    id: ConversationId,
    file: AttachmentId,
    hidden: i64,
) -> Result<bool> {
    let carrier = message::Entity::in_conversation(id)
        .filter(message::Column::AttachmentId.eq(file))
        .filter(message::Column::Seq.gt(hidden))
        .one(&*core.db)
        .await?;
    Ok(carrier.is_some())
}

/// One message as it is now; the caller has authorized.
pub(crate) async fn one(core: &Core, id: ConversationId, message: MessageId) -> Result<Option<Message>> {
    let rows = message::Entity::in_conversation(id)
        .filter(message::Column::Id.eq(message))
        .all(&*core.db)
        .await?;
    Ok(attach_details(&*core.db, rows).await?.pop())
}

/// One message, if the actor may see its conversation and it was said in their time.
pub async fn find(core: &Core, actor: &Actor, id: MessageId) -> Result<message::Model> {
    let row = message::Entity::find_by_id(id)
        .one(&*core.db)
        .await?
        .ok_or_else(Error::no_message)?;
    match conversations::authorize(core, actor, row.conversation_id).await {
        Ok(scope) if row.seq > policy::before_their_time(actor, &scope) => Ok(row),
        Ok(_) | Err(Error::NotFound(_)) => Err(Error::no_message()),
        Err(other) => Err(other),
    }
}

/// What changed after `since`, at once if anything did, else waiting for it until `wait` is over.
pub async fn changes(
    core: &Core,
    actor: &Actor,
    id: ConversationId,
    after: i64,
    wait: Duration,
) -> Result<Changes> {
    let scope = conversations::authorize(core, actor, id).await?;
    let hidden = policy::before_their_time(actor, &scope);
    let deadline = tokio::time::Instant::now() + wait;
    let mut watch = core.watchers.watch(id);
    loop {
        watch.mark();
        let found = since_of(core, id, hidden, after).await?;
        if !found.messages.is_empty() || found.rev != after || tokio::time::Instant::now() >= deadline {
            return Ok(found);
        }
        watch.wait(deadline).await;
        // a removal or a sign-out while waiting ends the wait with a refusal
        let actor = tokens::renew(core, actor).await?;
        conversations::authorize(core, &actor, id).await?;
    }
}

/// The same without asking who: for sockets that are authorized already, and leave out what was said before their time.
pub async fn since(core: &Core, id: ConversationId, after: i64) -> Result<Changes> {
    since_of(core, id, 0, after).await
}

/// Of what was said after `hidden`, whether it changes now or not.
async fn since_of(core: &Core, id: ConversationId, hidden: i64, after: i64) -> Result<Changes> {
    let mut rows = message::Entity::in_conversation(id)
        .filter(message::Column::Rev.gt(after))
        .filter(message::Column::Seq.gt(hidden))
        .order_by_asc(message::Column::Rev)
        .limit(MAX_CHANGES + 1)
        .all(&*core.db)
        .await?;
    let complete = rows.len() <= MAX_CHANGES as usize;
    rows.truncate(MAX_CHANGES as usize);
    let rev = match rows.last() {
        Some(row) => row.rev,
        // nothing newer: a client that is ahead of us (a restored backup) is told where we are
        None => conversations::head(core, id).await?.min(after),
    };
    Ok(Changes {
        rev,
        messages: attach_details(&*core.db, rows).await?,
        complete,
    })
}
