//! What people asked and the bot could not answer.

use crate::Assist;
use chrono::{DateTime, Utc};
use desk::analytics::Period;
use entity::message::{self, Column};
use entity::{ConversationId, MessageId};
use kernel::actor::Actor;
use kernel::error::Result;
use kernel::roles;
use platform::db::IN_ONE_STATEMENT;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// Answers of the bot's that are looked at: the newest of the period.
pub const MAX_ANSWERS: u64 = 2_000;
/// Characters of a question that are shown.
const SHOWN: usize = 160;
/// Conversations that are named beside a question.
const EXAMPLES: usize = 3;

/// Questions without an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unanswered {
    /// Answers of the bot's that were looked at.
    pub looked_at: u64,
    /// Those of them in which it knew nothing.
    pub unknown: u64,
    /// Those of them with which it asked for a person.
    pub handoffs: u64,
    /// What was asked, the most frequent first.
    pub questions: Vec<Question>,
    /// Whether these are all answers of the period, and not the newest [`MAX_ANSWERS`] only.
    pub is_complete: bool,
}

/// A question without an answer, whoever asked it in whatever case and punctuation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// As it was last asked, shortened.
    pub text: String,
    /// How often.
    pub count: u64,
    /// Where it was last asked.
    pub conversations: Vec<ConversationId>,
    /// When it was last asked.
    pub newest: DateTime<Utc>,
}

/// What the bot could not answer in a period; admins only.
pub async fn unanswered(assist: &Assist, actor: &Actor, period: Period, limit: usize) -> Result<Unanswered> {
    roles::admin(actor)?;
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
    let mut unknown = Vec::new();
    for (question, meta) in rows {
        let meta = meta.unwrap_or_default();
        found.handoffs += u64::from(meta["handoff"] == true);
        if meta["trace"]["intent"] == "unknown" {
            found.unknown += 1;
            unknown.extend(question);
        }
    }
    found.questions = grouped(asked(assist, &unknown).await?, limit);
    Ok(found)
}

/// A message that the bot did not understand.
struct Asked {
    conversation: ConversationId,
    text: String,
    at: DateTime<Utc>,
}

/// These messages, newest first; what was taken back is left out.
async fn asked(assist: &Assist, ids: &[MessageId]) -> Result<Vec<Asked>> {
    let mut known = HashMap::new();
    for ids in ids.chunks(IN_ONE_STATEMENT) {
        let rows: Vec<(MessageId, ConversationId, String, DateTime<Utc>)> = message::Entity::find()
            .select_only()
            .columns([
                Column::Id,
                Column::ConversationId,
                Column::Text,
                Column::CreatedAt,
            ])
            .filter(Column::Id.is_in(ids.iter().copied()))
            .filter(Column::IsDeleted.eq(false))
            .into_tuple()
            .all(&*assist.db)
            .await?;
        let asked = rows.into_iter().map(|(id, conversation, text, at)| {
            let asked = Asked {
                conversation,
                text,
                at,
            };
            (id, asked)
        });
        known.extend(asked);
    }
    Ok(ids.iter().filter_map(|id| known.remove(id)).collect())
}

fn grouped(newest_first: Vec<Asked>, limit: usize) -> Vec<Question> {
    let mut groups: BTreeMap<String, Question> = BTreeMap::new();
    for asked in newest_first {
        let key = key(&asked.text);
        if key.is_empty() {
            continue;
        }
        let question = groups.entry(key).or_insert_with(|| Question {
            text: shown(&asked.text),
            count: 0,
            conversations: Vec::new(),
            newest: asked.at,
        });
        question.count += 1;
        if question.conversations.len() < EXAMPLES && !question.conversations.contains(&asked.conversation) {
            question.conversations.push(asked.conversation);
        }
    }
    let mut questions: Vec<_> = groups.into_values().collect();
    questions.sort_by_key(|question| {
        (
            std::cmp::Reverse(question.count),
            std::cmp::Reverse(question.newest),
        )
    });
    questions.truncate(limit);
    questions
}

/// What is the same of a question, however it is written.
fn key(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join(" ")
}

/// One line, shortened.
fn shown(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= SHOWN {
        return line;
    }
    let cut: String = line.chars().take(SHOWN - 1).collect();
    format!("{}…", cut.trim_end())
}
