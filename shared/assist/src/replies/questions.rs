//! Which messages a reply answers: all that a customer wrote and nobody has answered, once.

use super::{HISTORY, turn};
use crate::Assist;
use bot::Turn;
use chat::messages;
use entity::message::{Column, Voice};
use entity::{ConversationId, MessageId, conversation, message};
use kernel::error::Result;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashSet;

/// What a reply is to answer.
pub(super) struct Questions {
    /// The newest: the reply is stored as the answer to it.
    pub newest: message::Model,
    /// The customer's unanswered messages in a row, oldest first, as one text.
    pub text: String,
    /// What was said before them.
    pub history: Vec<Turn>,
    /// The language that the customer's client shows, as a tag.
    pub locale: Option<String>,
}

/// Everything that a customer wrote from this message on and nobody has answered. None where the bot is off, the message
/// was deleted, or the newest is answered already: whichever job comes first answers for all.
pub(super) async fn unanswered(
    assist: &Assist,
    id: ConversationId,
    question: MessageId,
) -> Result<Option<Questions>> {
    if !bot_is_on(assist, id).await? {
        return Ok(None);
    }
    let asked = message::Entity::in_conversation(id)
        .filter(Column::Id.eq(question))
        .one(&*assist.db)
        .await?;
    let Some(asked) = asked.filter(|row| !row.is_deleted && row.voice == Voice::User) else {
        return Ok(None);
    };
    let newest = newest(assist, id).await?.filter(|row| row.seq > asked.seq);
    let newest = newest.unwrap_or(asked);
    if answer_to(assist, newest.id).await?.is_some() {
        return Ok(None);
    }
    gather(assist, newest).await.map(Some)
}

/// Whether the bot answers in this conversation.
pub(super) async fn bot_is_on(assist: &Assist, id: ConversationId) -> Result<bool> {
    let on: Option<bool> = conversation::Entity::find_by_id(id)
        .select_only()
        .column(conversation::Column::BotOn)
        .into_tuple()
        .one(&*assist.db)
        .await?;
    Ok(on == Some(true))
}

/// The newest message of a customer that was not taken back.
pub(super) async fn newest(assist: &Assist, id: ConversationId) -> Result<Option<message::Model>> {
    let newest = message::Entity::in_conversation(id)
        .filter(Column::Voice.eq(Voice::User))
        .filter(Column::IsDeleted.eq(false))
        .order_by_desc(Column::Seq)
        .one(&*assist.db)
        .await?;
    Ok(newest)
}

/// The bot's answer to a message.
pub(super) async fn answer_to(assist: &Assist, question: MessageId) -> Result<Option<message::Model>> {
    let answer = message::Entity::find()
        .filter(Column::InReplyTo.eq(question))
        .filter(Column::SenderId.eq(assist.bot.account()?.id))
        .one(&*assist.db)
        .await?;
    Ok(answer)
}

/// The language that the customer's client shows, as their newest message that names one does. The rows are newest first.
pub(super) fn shown_language(rows: &[message::Model]) -> Option<String> {
    let users = rows.iter().filter(|row| row.voice == Voice::User);
    users.filter_map(messages::locale).next().map(str::to_owned)
}

/// The unanswered messages up to the newest, and what came before them.
async fn gather(assist: &Assist, newest: message::Model) -> Result<Questions> {
    let rows = message::Entity::in_conversation(newest.conversation_id)
        .filter(Column::Seq.lte(newest.seq))
        .filter(Column::IsDeleted.eq(false))
        .filter(Column::Voice.ne(Voice::System))
        .order_by_desc(Column::Seq)
        .limit(HISTORY + 1)
        .all(&*assist.db)
        .await?;
    let row_of_users = rows.iter().take_while(|row| row.voice == Voice::User).count();
    // the answer to an earlier one may have come after a later one was written
    let answers: Vec<message::Model> = message::Entity::find()
        .filter(Column::InReplyTo.is_in(rows[..row_of_users].iter().map(|row| row.id)))
        .filter(Column::SenderId.eq(assist.bot.account()?.id))
        .all(&*assist.db)
        .await?;
    let answered: HashSet<_> = answers.iter().filter_map(|answer| answer.in_reply_to).collect();
    let open = rows[..row_of_users]
        .iter()
        .take_while(|row| !answered.contains(&row.id))
        .count();
    let (open, before) = rows.split_at(open);
    let texts: Vec<&str> = open.iter().rev().map(|row| row.text.as_str()).collect();
    let text = texts.join("\n");
    let answers = answers.iter().filter(|answer| !answer.is_deleted);
    let history = before.iter().rev().chain(answers).map(turn).collect();
    let locale = shown_language(&rows);
    Ok(Questions {
        newest,
        text,
        history,
        locale,
    })
}
