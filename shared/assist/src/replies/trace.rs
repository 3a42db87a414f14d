//! How the bot came to its answers in a conversation, for agents.

use crate::Assist;
use bot::Trace;
use chat::access;
use chrono::{DateTime, Utc};
use entity::message::{Column, Voice};
use entity::{ConversationId, MessageId, message};
use kernel::actor::Actor;
use kernel::error::Result;
use kernel::message::Feedback;
use kernel::roles;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use std::collections::HashMap;

/// An answer of the bot's, and how it came about. What was not recorded when it was made is `None`.
#[derive(Clone, Debug)]
pub struct TracedAnswer {
    /// The message that the bot answered with.
    pub message: MessageId,
    /// That message's number in the conversation.
    pub seq: i64,
    /// When the answer was stored.
    pub created_at: DateTime<Utc>,
    /// What was asked, unless it was taken back.
    pub question: Option<String>,
    /// The answer's text, in Markdown.
    pub answer: String,
    /// Whether the answer asked for a person.
    pub handoff: Option<bool>,
    /// Whether it helped, in the word of whom it answered.
    pub feedback: Option<Feedback>,
    /// The intent, the passages, the model and the time that it took.
    pub trace: Option<Trace>,
}

/// Answers that are shown at most.
pub const MAX_TRACED: u64 = 50;

/// The bot's newest answers in a conversation, newest first, [`MAX_TRACED`] at most; agents and admins who see it.
pub async fn trace(assist: &Assist, actor: &Actor, id: ConversationId) -> Result<Vec<TracedAnswer>> {
    access::authorize(assist, actor, id).await?;
    roles::staff(actor)?;
    let answers = message::Entity::in_conversation(id)
        .filter(Column::Voice.eq(Voice::Bot))
        .filter(Column::IsDeleted.eq(false))
        .order_by_desc(Column::Seq)
        .limit(MAX_TRACED)
        .all(&*assist.db)
        .await?;
    let mut questions = questions(assist, &answers).await?;
    let traced = answers.into_iter().map(|row| {
        let question = row.in_reply_to.and_then(|id| questions.remove(&id));
        traced(row, question)
    });
    Ok(traced.collect())
}

/// The texts of what these answer; what was deleted is left out.
async fn questions(assist: &Assist, answers: &[message::Model]) -> Result<HashMap<MessageId, String>> {
    let ids: Vec<_> = answers.iter().filter_map(|row| row.in_reply_to).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(MessageId, String)> = message::Entity::find()
        .select_only()
        .columns([Column::Id, Column::Text])
        .filter(Column::Id.is_in(ids))
        .filter(Column::IsDeleted.eq(false))
        .into_tuple()
        .all(&*assist.db)
        .await?;
    Ok(rows.into_iter().collect())
}

fn traced(row: message::Model, question: Option<String>) -> TracedAnswer {
    let kept = |name: &str| row.meta.as_ref().and_then(|meta| meta.get(name));
    TracedAnswer {
        handoff: kept("handoff").and_then(Value::as_bool),
        feedback: kept("feedback").and_then(|word| serde_json::from_value(word.clone()).ok()),
        trace: kept("trace").and_then(|trace| serde_json::from_value(trace.clone()).ok()),
        message: row.id,
        seq: row.seq,
        created_at: row.created_at,
        question,
        answer: row.text,
    }
}
