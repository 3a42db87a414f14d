//! A first message, which names no conversation: it begins the one that it is sent in.

use super::view::attach_details;
use super::write::{self, SendMessage, Sent};
use crate::actor::Actor;
use crate::attachments;
use crate::conversations;
use crate::core::Core;
use crate::error::{Error, Result};
use crate::limits::Spend;
use entity::attachment::State;
use entity::{AttachmentId, message, participant};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use std::sync::{Arc, LazyLock};
use tokio::sync::Mutex;

/// A person's first messages that carry a `client_id` are stored one after the other, so that the second of
/// two equal ones finds the first.
static TURNS: LazyLock<[Mutex<()>; 64]> = LazyLock::new(|| std::array::from_fn(|_| Mutex::default()));

/// Begins a conversation with a message. Whatever refuses the message refuses it before anything is stored;
/// the same `client_id` again gives the same conversation.
pub async fn begin(core: &Core, actor: &Actor, command: SendMessage) -> Result<Sent> {
    write::check(&command)?;
    if let Some(id) = command.attachment {
        check_attachment(core, actor, id).await?;
    }
    let turn = &TURNS[actor.id.0.unsigned_abs() as usize % TURNS.len()];
    let _turn = match &command.client_id {
        Some(_) => Some(turn.lock().await),
        None => None,
    };
    if let Some(client_id) = &command.client_id
        && let Some(sent) = earlier(core, actor, client_id).await?
    {
        return Ok(sent);
    }
    core.limits.spend(actor, Spend::Message)?;
    let id = conversations::create_for_message(core, actor).await?;
    let scope = conversations::authorize(core, actor, id).await?;
    write::post(core, actor, &scope, command).done().await
}

/// The message that this person began a conversation with under this id, as it is now.
async fn earlier(core: &Core, actor: &Actor, client_id: &str) -> Result<Option<Sent>> {
    let own = participant::Entity::find()
        .select_only()
        .column(participant::Column::ConversationId)
        .filter(participant::Column::UserId.eq(actor.id))
        .into_query();
    let rows = message::Entity::find()
        .filter(message::Column::ConversationId.in_subquery(own))
        .filter(message::Column::Seq.eq(1))
        .filter(message::Column::SenderId.eq(actor.id))
        .filter(message::Column::ClientId.eq(client_id))
        .order_by_asc(message::Column::Id)
        .limit(1)
        .all(&*core.db)
        .await?;
    let found = attach_details(&*core.db, rows).await?.pop();
    Ok(found.map(|message| Sent {
        message: Arc::new(message),
        is_new: false,
    }))
}

/// The writer checks it too, but by then the conversation is there.
async fn check_attachment(core: &Core, actor: &Actor, id: AttachmentId) -> Result<()> {
    let unknown = || Error::invalid("attachment_id", "Attachment not found");
    let file = attachments::get(core, actor, id).await.map_err(|error| match error {
        Error::NotFound(_) => unknown(),
        other => other,
    })?;
    if file.uploader != actor.id || file.conversation.is_some() {
        return Err(unknown());
    }
    if file.state == State::Rejected {
        return Err(Error::invalid("attachment_id", "Attachment was rejected"));
    }
    Ok(())
}
