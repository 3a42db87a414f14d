//! Whether a message helped, in the word of those who read it.

use super::write::{Place, change};
use crate::Chat;
use crate::writer::Change;
use entity::message::{self, Voice};
use entity::{MessageId, UserId};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::message::{Feedback, Message};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use std::sync::Arc;

/// Say whether a message helped.
#[derive(Clone, Copy, Debug)]
pub struct RateMessage {
    /// One that the actor sees and that is not deleted.
    pub message: MessageId,
    /// The verdict, or `None` to take it back.
    pub feedback: Feedback,
}

/// Rates; everybody who sees the conversation. The newest rating stands.
pub async fn rate(chat: &Chat, actor: &Actor, place: Place, command: RateMessage) -> Result<Arc<Message>> {
    let what = Change::Rate(command.feedback);
    change(chat, actor, place, command.message, what).await
}

/// Rates an answer of the bot's; only whom it answers. The newest rating stands, and the same one again changes nothing.
///
/// # Errors
///
/// `not_an_answer` of what the bot did not say; `forbidden` to everybody else who sees it, agents and admins too.
pub async fn rate_answer(chat: &Chat, actor: &Actor, command: RateMessage) -> Result<()> {
    let row = super::find(chat, actor, command.message).await?;
    if row.voice != Voice::Bot {
        return Err(Error::Conflict {
            code: "not_an_answer",
            field: None,
            detail: "The bot did not say this".into(),
        });
    }
    if asker(chat, &row).await? != Some(actor.id) {
        return Err(Error::Forbidden(
            "Only whom it answers says whether it helped".into(),
        ));
    }
    let said = row.meta.as_ref().and_then(|meta| meta.get("feedback"));
    let said = said.and_then(serde_json::Value::as_str);
    if said != command.feedback.word() {
        rate(chat, actor, Place::In(row.conversation_id), command).await?;
    }
    Ok(())
}

/// Who asked what a message answers.
async fn asker(chat: &Chat, answer: &message::Model) -> Result<Option<UserId>> {
    let Some(question) = answer.in_reply_to else {
        return Ok(None);
    };
    let found = message::Entity::find()
        .select_only()
        .column(message::Column::SenderId)
        .filter(message::Column::Id.eq(question))
        .into_tuple()
        .one(&*chat.db)
        .await?;
    Ok(found)
}
