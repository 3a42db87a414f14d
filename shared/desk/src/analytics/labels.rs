//! What conversations are about, by their labels.

use super::Period;
use crate::figures::count;
use chat::Chat;
use entity::conversation_label::{self, Column};
use entity::{LabelId, label};
use kernel::actor::Actor;
use kernel::error::Result;
use kernel::roles;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

/// A label and how many conversations have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelCount {
    /// What it is called.
    pub name: String,
    /// Conversations that were begun in the period and have it.
    pub conversations: u64,
}

/// The labels of the conversations that were begun in a period, the most frequent first; admins only.
pub async fn labels(chat: &Chat, actor: &Actor, period: Period, limit: usize) -> Result<Vec<LabelCount>> {
    roles::admin(actor)?;
    let (since, until) = period.ids();
    let rows: Vec<(LabelId, i64)> = conversation_label::Entity::find()
        .select_only()
        .column(Column::LabelId)
        .column_as(Column::ConversationId.count(), "conversations")
        .filter(Column::ConversationId.between(since, until))
        .group_by(Column::LabelId)
        .into_tuple()
        .all(&*chat.db)
        .await?;
    let mut most: Vec<_> = rows.into_iter().map(|(id, number)| (id, count(number))).collect();
    most.sort_by_key(|(id, number)| (std::cmp::Reverse(*number), *id));
    most.truncate(limit);
    if most.is_empty() {
        return Ok(Vec::new());
    }
    let names = label::Entity::find()
        .filter(label::Column::Id.is_in(most.iter().map(|(id, _)| *id)))
        .all(&*chat.db)
        .await?;
    let counts = most.into_iter().filter_map(|(id, conversations)| {
        let name = names.iter().find(|row| row.id == id)?.name.clone();
        Some(LabelCount { name, conversations })
    });
    Ok(counts.collect())
}
