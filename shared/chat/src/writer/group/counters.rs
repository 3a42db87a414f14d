//! The counters of conversations, which every message moves, and their activity.

use super::LockedConversation;
use super::sql::{array, is_sqlite, postgres};
use chrono::{DateTime, Utc};
use entity::{ConversationId, conversation};
use platform::db::{Db, Transaction};
use sea_orm::sea_query::{ArrayType, Expr};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use std::collections::HashMap;

/// Stores the counters. Without a column that an index holds, Postgres changes the row where it is (a HOT update).
pub(super) async fn store(
    tx: &Transaction,
    heads: &HashMap<ConversationId, LockedConversation>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    for is_active in [false, true] {
        let moved = heads
            .iter()
            .filter(|(_, head)| head.moved && (head.active && head.is_due) == is_active);
        let moved: Vec<_> = moved.collect();
        if !moved.is_empty() {
            store_some(tx, &moved, is_active.then_some(now)).await?;
        }
    }
    Ok(())
}

async fn store_some(
    tx: &Transaction,
    moved: &[(&ConversationId, &LockedConversation)],
    active: Option<DateTime<Utc>>,
) -> Result<(), DbErr> {
    if is_sqlite(tx) {
        for (id, head) in moved {
            let mut update = conversation::Entity::update_many()
                .col_expr(conversation::Column::LastSeq, Expr::value(head.seq))
                .col_expr(conversation::Column::LastRev, Expr::value(head.rev))
                .col_expr(conversation::Column::BotOn, Expr::value(head.bot_on))
                .filter(conversation::Column::Id.eq(**id));
            if let Some(now) = active {
                update = update.col_expr(conversation::Column::UpdatedAt, Expr::value(now));
            }
            update.exec(&**tx).await?;
        }
        return Ok(());
    }
    let mut values = vec![
        array(ArrayType::Uuid, moved.iter().map(|(id, _)| id.0.into())),
        array(ArrayType::BigInt, moved.iter().map(|(_, head)| head.seq.into())),
        array(ArrayType::BigInt, moved.iter().map(|(_, head)| head.rev.into())),
        array(ArrayType::Bool, moved.iter().map(|(_, head)| head.bot_on.into())),
    ];
    let sql = match active {
        None => COUNTERS,
        Some(now) => {
            values.push(now.into());
            COUNTERS_AND_ACTIVITY
        }
    };
    tx.execute_raw(postgres(sql, values)).await?;
    Ok(())
}

const COUNTERS: &str = "UPDATE chat_conversation c SET last_seq = v.seq, last_rev = v.rev, bot_on = v.bot \
    FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bool[]) AS v (id, seq, rev, bot) WHERE c.id = v.id";
const COUNTERS_AND_ACTIVITY: &str = "UPDATE chat_conversation c SET last_seq = v.seq, last_rev = v.rev, bot_on = v.bot, updated_at = $5 \
    FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bool[]) AS v (id, seq, rev, bot) WHERE c.id = v.id";

/// Stores when conversations were last active, unless they have been since.
pub(in crate::writer) async fn store_activity(
    db: &Db,
    of: &[(ConversationId, DateTime<Utc>)],
) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    if is_sqlite(&tx) {
        for (id, at) in of {
            conversation::Entity::update_many()
                .col_expr(conversation::Column::UpdatedAt, Expr::value(*at))
                .filter(conversation::Column::Id.eq(*id))
                .filter(conversation::Column::UpdatedAt.lt(*at))
                .exec(&*tx)
                .await?;
        }
    } else {
        let ids = || array(ArrayType::Uuid, of.iter().map(|(id, _)| id.0.into()));
        // in the order in which groups lock them, so that neither waits for the other in a circle
        let lock = "SELECT id FROM chat_conversation WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE";
        tx.execute_raw(postgres(lock, [ids()])).await?;
        let times = of.iter().map(|(_, at)| (*at).into());
        let values = [ids(), array(ArrayType::ChronoDateTimeUtc, times)];
        tx.execute_raw(postgres(ACTIVITY, values)).await?;
    }
    tx.commit().await
}

const ACTIVITY: &str = "UPDATE chat_conversation c SET updated_at = v.at \
    FROM unnest($1::uuid[], $2::timestamptz[]) AS v (id, at) WHERE c.id = v.id AND c.updated_at < v.at";
