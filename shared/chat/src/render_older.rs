//! Rows from before HTML was stored: rendered little by little, beside the work.

use crate::Chat;
use entity::{conversation_note, message};
use kernel::error::Result;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, PrimaryKeyTrait, QueryFilter, QueryOrder, QuerySelect, Value,
};
use std::time::Duration;
use tokio::time::Instant;

/// Rows read in one query.
const BATCH: u64 = 200;

/// Renders messages and notes that have no HTML yet, until there is none left or the time is over. Returns how many. It
/// publishes nothing: clients show the plain form until they read them again.
pub async fn render_older(chat: &Chat, time: Duration) -> Result<u64> {
    let until = Instant::now() + time;
    use conversation_note::Column as Note;
    use message::Column as Message;
    let messages = fill::<message::Entity>(chat, (Message::Id, Message::Text, Message::Html), until).await?;
    let notes = fill::<conversation_note::Entity>(chat, (Note::Id, Note::Text, Note::Html), until).await?;
    Ok(messages + notes)
}

async fn fill<E>(chat: &Chat, columns: (E::Column, E::Column, E::Column), until: Instant) -> Result<u64>
where
    E: EntityTrait<Model: FromQueryResult>,
    <E::PrimaryKey as PrimaryKeyTrait>::ValueType: sea_orm::TryGetable + Into<Value> + Clone + Send,
{
    let (id, text, html) = columns;
    let mut count = 0;
    loop {
        let rows: Vec<(<E::PrimaryKey as PrimaryKeyTrait>::ValueType, String)> = E::find()
            .select_only()
            .columns([id, text])
            .filter(html.is_null())
            .order_by_asc(id)
            .limit(BATCH)
            .into_tuple()
            .all(&*chat.db)
            .await?;
        let last = (rows.len() as u64) < BATCH;
        for (key, words) in rows {
            let rendered = chat.markdown.render(words).await;
            // unless it was edited meanwhile
            let filled = E::update_many()
                .col_expr(html, Expr::value(rendered.html()))
                .filter(id.eq(key))
                .filter(html.is_null())
                .filter(text.eq(rendered.text()))
                .exec(&*chat.db)
                .await?;
            count += filled.rows_affected;
        }
        if last || Instant::now() >= until {
            break;
        }
    }
    Ok(count)
}
