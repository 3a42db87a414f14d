//! A first message, which names no conversation: it begins the one that it is sent in.

use super::write::{self, SendMessage, Sent};
use crate::Chat;
use crate::access;
use crate::attachments;
use crate::conversations;
use entity::AttachmentId;
use entity::attachment::State;
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use platform::limits::Spend;

/// Begins a conversation with a message. Whatever refuses the message refuses it before anything is stored;
/// the same `client_id` again gives the same conversation and message.
pub async fn begin(chat: &Chat, actor: &Actor, command: SendMessage) -> Result<Sent> {
    write::check(&command)?;
    chat.limits.spend(actor, Spend::Message)?;
    let client_id = command.client_id.as_deref();
    let id = match conversations::begun(chat, actor, client_id).await? {
        Some(id) => id,
        None => {
            if actor.is_unsigned {
                chat.limits.spend(actor, Spend::Conversation)?;
            }
            if let Some(file) = command.attachment {
                check_attachment(chat, actor, file).await?;
            }
            conversations::begin(chat, actor, client_id).await?
        }
    };
    let scope = access::authorize(chat, actor, id).await?;
    write::post(chat, actor, &scope, command).await.done().await
}

/// The writer checks it too, but by then the conversation is there.
async fn check_attachment(chat: &Chat, actor: &Actor, id: AttachmentId) -> Result<()> {
    let unknown = || Error::invalid("attachment_id", "Attachment not found");
    let file = attachments::get(chat, actor, id)
        .await
        .map_err(|error| match error {
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
