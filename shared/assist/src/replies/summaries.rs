//! What happened in a conversation so far, for the agent who takes it over.

use super::calls::Calls;
use super::turn;
use crate::Assist;
use bot::budget::Budget;
use bot::{Summary, Turn, summary};
use chat::access;
use entity::message::Voice;
use entity::{ConversationId, message};
use kernel::actor::Actor;
use kernel::error::Result;
use kernel::locale::check_tag;
use kernel::roles;
use platform::limits::Spend;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};

/// Messages that a summary looks back at.
const LOOK_BACK: u64 = 200;

/// A summary of what was said, without notes, for an agent or admin who sees the conversation, in the language of `locale`
/// if the bot speaks it; else in the conversation's. Where there is no model, none of its calls is left or it fails, it is
/// an extract, and says so. Counts against the actor's limit of asking the bot.
pub async fn summarize(
    assist: &Assist,
    actor: &Actor,
    id: ConversationId,
    locale: Option<&str>,
) -> Result<Summary> {
    access::authorize(assist, actor, id).await?;
    roles::staff(actor)?;
    if let Some(tag) = locale {
        check_tag("locale", tag)?;
    }
    assist.limits.spend(actor, Spend::Model)?;
    let turns = turns(assist, id).await?;
    let by_model = written(assist, &turns, locale).await;
    Ok(Summary {
        by_model: by_model.is_some(),
        text: by_model.unwrap_or_else(|| summary::extract(&turns, locale)),
    })
}

async fn written(assist: &Assist, turns: &[Turn], locale: Option<&str>) -> Option<String> {
    let model = assist.replier.model.as_ref().filter(|_| !turns.is_empty())?;
    let calls = Calls { assist, payer: None };
    if let Err(used_up) = calls.take().await {
        tracing::info!(reason = %used_up, "a conversation was not summarised; extracting from it");
        return None;
    }
    match model.summarize(turns, locale).await {
        Ok(text) => Some(text),
        Err(error) => {
            tracing::warn!(%error, "a conversation was not summarised; extracting from it");
            None
        }
    }
}

/// What was said, oldest first.
async fn turns(assist: &Assist, id: ConversationId) -> Result<Vec<Turn>> {
    let rows = message::Entity::in_conversation(id)
        .filter(message::Column::IsDeleted.eq(false))
        .filter(message::Column::Voice.ne(Voice::System))
        .order_by_desc(message::Column::Seq)
        .limit(LOOK_BACK)
        .all(&*assist.db)
        .await?;
    Ok(rows.iter().rev().map(turn).collect())
}
