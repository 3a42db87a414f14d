//! What people asked and the bot could not answer, or not well.

mod groups;

use crate::Assist;
use chrono::{DateTime, Utc};
use desk::analytics::Period;
use entity::message::{self, Column};
use entity::{ConversationId, MessageId};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::roles;
use platform::db::IN_ONE_STATEMENT;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use std::collections::HashMap;

/// Answers of the bot's that are looked at: the newest of the period.
pub const MAX_ANSWERS: u64 = 2_000;
/// Conversations, and other wordings, that are named beside a question.
const EXAMPLES: usize = 3;
/// The intents of answers that are none: it knew nothing, or could not tell which of several articles was meant.
const WITHOUT_ANSWER: [&str; 3] = ["unknown", "unclear", "offer"];

/// Questions without an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unanswered {
    /// Answers of the bot's that were looked at.
    pub looked_at: u64,
    /// Those of them in which it knew nothing.
    pub unknown: u64,
    /// Those of them that did not help whom they answered, in their own word.
    pub unhelpful: u64,
    /// Those of them with which it asked for a person.
    pub handoffs: u64,
    /// What was asked, the most frequent first.
    pub questions: Vec<Question>,
    /// Whether these are all answers of the period, and not the newest [`MAX_ANSWERS`] only.
    pub is_complete: bool,
}

/// A question without a good answer, whoever asked it in whatever words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// As it was last asked, shortened.
    pub text: String,
    /// How often.
    pub count: u64,
    /// How many of those who asked it said that the answer did not help.
    pub unhelpful: u64,
    /// Other wordings of it, shortened; the newest three.
    pub examples: Vec<String>,
    /// Where it was last asked; the newest three.
    pub conversations: Vec<ConversationId>,
    /// When it was last asked.
    pub newest: DateTime<Utc>,
}

/// What the bot could not answer in a period, or answered so that it did not help; agents and admins. An answer that helped is
/// none of these, whatever it was.
pub async fn unanswered(assist: &Assist, actor: &Actor, period: Period, limit: usize) -> Result<Unanswered> {
    roles::staff(actor)?;
    let (since, until) = period.ids();
    let rows: Vec<(Option<MessageId>, Option<Value>)> = message::Entity::find()
        .select_only()
        .columns([Column::InReplyTo, Column::Meta])
        .filter(Column::Id.between(since, until))
        // written out, as the index of the bot's messages has it
        .filter(Expr::cust("type = 'bot'"))
        .order_by_desc(Column::Id)
        .limit(MAX_ANSWERS)
        .into_tuple()
        .all(&*assist.db)
        .await?;
    let mut found = Unanswered {
        looked_at: rows.len() as u64,
        is_complete: (rows.len() as u64) < MAX_ANSWERS,
        ..Unanswered::default()
    };
    let mut wanted = Vec::new();
    for (question, meta) in rows {
        let meta = meta.unwrap_or_default();
        let intent = meta["trace"]["intent"].as_str().unwrap_or_default();
        let is_unhelpful = meta["feedback"] == "down";
        found.handoffs += u64::from(meta["handoff"] == true);
        found.unknown += u64::from(intent == "unknown");
        found.unhelpful += u64::from(is_unhelpful);
        let is_unanswered = WITHOUT_ANSWER.contains(&intent) && meta["feedback"] != "up";
        if let Some(question) = question.filter(|_| is_unanswered || is_unhelpful) {
            wanted.push((question, is_unhelpful));
        }
    }
    let asked = asked(assist, &wanted).await?;
    // thousands of texts are read word by word
    let grouped = tokio::task::spawn_blocking(move || groups::grouped(asked, limit)).await;
    found.questions = grouped.map_err(Error::internal)?;
    Ok(found)
}

/// A message that wants a better answer.
struct Asked {
    conversation: ConversationId,
    text: String,
    at: DateTime<Utc>,
    is_unhelpful: bool,
}

/// These messages, newest first, each with whether its answer did not help; what was taken back is left out.
async fn asked(assist: &Assist, wanted: &[(MessageId, bool)]) -> Result<Vec<Asked>> {
    type Row = (MessageId, ConversationId, String, DateTime<Utc>);
    let mut known: HashMap<MessageId, Row> = HashMap::new();
    for some in wanted.chunks(IN_ONE_STATEMENT) {
        let rows: Vec<Row> = message::Entity::find()
            .select_only()
            .columns([
                Column::Id,
                Column::ConversationId,
                Column::Text,
                Column::CreatedAt,
            ])
            .filter(Column::Id.is_in(some.iter().map(|(id, _)| *id)))
            .filter(Column::IsDeleted.eq(false))
            .into_tuple()
            .all(&*assist.db)
            .await?;
        known.extend(rows.into_iter().map(|row| (row.0, row)));
    }
    let asked = wanted.iter().filter_map(|(id, is_unhelpful)| {
        let (_, conversation, text, at) = known.remove(id)?;
        Some(Asked {
            conversation,
            text,
            at,
            is_unhelpful: *is_unhelpful,
        })
    });
    Ok(asked.collect())
}
