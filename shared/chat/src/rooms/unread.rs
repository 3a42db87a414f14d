//! What somebody has not read in a room.

use super::{find, named};
use crate::Chat;
use crate::message_view::attach_details;
use crate::policy;
use crate::scope;
use entity::{message, participant, user};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::message::Message;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};

/// A page of what somebody has not read.
#[derive(Clone, Debug)]
pub struct Unread {
    /// The conversation's alias, or its id where it has none.
    pub chat: String,
    /// Messages of others beyond the person's reading mark, oldest first.
    pub messages: Vec<Message>,
    /// Whose unread messages these are.
    pub recipient: user::Model,
    /// Where the next page begins, opaque to clients; none: this is all.
    pub next: Option<String>,
}

/// Messages in one page at most.
const MAX_PAGE: u64 = 200;

/// What this participant has not read, after the key of another page. Marks nothing as read.
pub async fn sync(
    chat: &Chat,
    caller: Option<&Actor>,
    room: &str,
    who: &str,
    key: Option<&str>,
    limit: u64,
) -> Result<Unread> {
    if let Some(actor) = caller {
        policy::speak_for(actor, who)?;
    }
    let scope = find(chat, caller, room).await?;
    let after = key.map(decode).transpose()?.unwrap_or_default();
    let recipient = named(chat, who).await?.ok_or_else(Error::no_conversation)?;
    let part = participant::Entity::of(scope.id, recipient.id)
        .one(&*chat.db)
        .await?
        .ok_or_else(Error::no_conversation)?;
    let limit = limit.clamp(1, MAX_PAGE);
    let mut rows = message::Entity::in_conversation(scope.id)
        .filter(message::Column::Seq.gt(part.last_read_seq.max(part.joined_seq).max(after)))
        .filter(message::Column::SenderId.ne(recipient.id))
        .filter(message::Column::IsDeleted.eq(false))
        .order_by_asc(message::Column::Seq)
        .limit(limit + 1)
        .all(&*chat.db)
        .await?;
    let more = rows.len() as u64 > limit;
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| more).map(|row| encode(row.seq));
    Ok(Unread {
        chat: scope::name(scope.id, scope.alias.as_deref()),
        messages: attach_details(&*chat.db, rows).await?,
        recipient,
        next,
    })
}

fn encode(seq: i64) -> String {
    format!("s{seq:x}")
}

fn decode(key: &str) -> Result<i64> {
    let digits = key
        .strip_prefix('s')
        .filter(|digits| !digits.starts_with(['-', '+']));
    digits
        .and_then(|digits| i64::from_str_radix(digits, 16).ok())
        .ok_or_else(|| Error::invalid("last_evaluated_key", "Not a key of this list"))
}
