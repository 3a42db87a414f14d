//! Full-text search over the messages that a person may see: FTS5 on SQLite, tsvector on Postgres.

use crate::Chat;
use crate::access;
use crate::message_view::attach_details;
use crate::policy;
use entity::{ConversationId, MessageId, conversation, message};
use kernel::actor::Actor;
use kernel::error::{Error, Result, check_text};
use kernel::message::Message;
use sea_orm::sea_query::{Expr, ExprTrait, Order, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, Statement};
use std::collections::HashMap;
use uuid::Uuid;

mod snippet;

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Query {
    /// 1–200 characters; every word must occur, the last one may be a beginning.
    pub text: String,
    /// Only in this conversation; none: in all that the actor may see.
    pub conversation: Option<ConversationId>,
    /// The last hit of the page before.
    pub before: Option<MessageId>,
    /// 1–100.
    pub limit: u64,
}

/// A page of hits, newest first.
#[derive(Clone, Debug)]
pub struct Hits {
    /// How many there are on all pages.
    pub count: u64,
    /// The message and a piece of its text as HTML, the words found in `<mark>`.
    pub hits: Vec<(Message, String)>,
    /// The last hit of this page, where there are more; see [`Query::before`].
    pub next: Option<MessageId>,
}

#[derive(FromQueryResult)]
struct Hit {
    id: Uuid,
}

/// The messages with these words in conversations that the actor may see.
pub async fn search(chat: &Chat, actor: &Actor, query: Query) -> Result<Hits> {
    check_text("q", &query.text, 1, 200)?;
    if let Some(id) = query.conversation {
        access::authorize(chat, actor, id).await?;
    }
    let words = words(&query.text);
    if words.is_empty() {
        return Ok(Hits {
            count: 0,
            hits: Vec::new(),
            next: None,
        });
    }
    let limit = query.limit.clamp(1, 100);
    let expression = expression(&words, chat.db.is_sqlite());
    let count = count(chat, actor, &query, &expression).await?;
    let mut found = Hit::find_by_statement(statement(chat, actor, &query, &expression, limit + 1))
        .all(&*chat.db)
        .await?;
    let more = found.len() as u64 > limit;
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = found.last().filter(|_| more).map(|hit| MessageId(hit.id));
    Ok(Hits {
        count,
        hits: messages(chat, found, &words).await?,
        next,
    })
}

/// The words of a text, lower-cased.
fn words(text: &str) -> Vec<String> {
    text.split(|c| !is_of_word(c))
        .filter(|word| word.contains(char::is_alphanumeric))
        .map(|word| word.to_lowercase().chars().take(MAX_WORD).collect())
        .collect()
}

/// A word's beginning is enough to find it; a lexeme of Postgres has its limits.
const MAX_WORD: usize = 100;

/// The words of a message as Postgres keeps them beside it.
pub fn indexed(text: &str) -> String {
    words(text).join(" ")
}

/// Accents that stand by themselves belong to the letter before.
fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\u{300}'..='\u{36f}')
}

/// The words in the database's query language. No sign of that language is in a word.
fn expression(words: &[String], sqlite: bool) -> String {
    let (quote, and, beginning) = if sqlite {
        ('"', " ", "*")
    } else {
        ('\'', " & ", ":*")
    };
    let quoted: Vec<_> = words.iter().map(|word| format!("{quote}{word}{quote}")).collect();
    quoted.join(and) + beginning
}

/// The messages that match and may be seen, without columns or order.
fn matching(chat: &Chat, actor: &Actor, query: &Query, words: &str) -> SelectStatement {
    use message::Column::{ConversationId as Place, Id, IsDeleted};
    let mut select = SelectStatement::new();
    select.from(message::Entity).inner_join(
        conversation::Entity,
        Expr::col((conversation::Entity, conversation::Column::Id)).equals((message::Entity, Place)),
    );
    let matches = if chat.db.is_sqlite() {
        select
            .inner_join(
                DOCUMENTS,
                Expr::col((DOCUMENTS, "message_id")).equals((message::Entity, Id)),
            )
            .inner_join(INDEX, Expr::col((INDEX, "rowid")).equals((DOCUMENTS, "doc")));
        Expr::cust_with_values("chat_message_fts MATCH ?", [words])
    } else {
        let vector = migration::search_vector("chat_message.words");
        Expr::cust_with_values(format!("{vector} @@ $1::tsquery"), [words])
    };
    select
        .and_where(matches)
        .and_where(IsDeleted.eq(false))
        .cond_where(policy::visible_to(actor))
        .cond_where(policy::said_in_time(actor));
    if let Some(id) = query.conversation {
        select.and_where(Place.eq(id));
    }
    select
}

/// SQLite's full-text index, and which message is which of its rows.
const INDEX: &str = "chat_message_fts";
const DOCUMENTS: &str = "chat_message_doc";

async fn count(chat: &Chat, actor: &Actor, query: &Query, words: &str) -> Result<u64> {
    #[derive(FromQueryResult)]
    struct Count {
        count: i64,
    }
    let mut select = matching(chat, actor, query, words);
    select.expr_as(Expr::col((message::Entity, message::Column::Id)).count(), "count");
    let statement = chat.db.get_database_backend().build(&select);
    let row = Count::find_by_statement(statement).one(&*chat.db).await?;
    Ok(row.map_or(0, |row| u64::try_from(row.count).unwrap_or_default()))
}

fn statement(chat: &Chat, actor: &Actor, query: &Query, words: &str, limit: u64) -> Statement {
    let id = (message::Entity, message::Column::Id);
    let mut select = matching(chat, actor, query, words);
    select.column(id).order_by(id, Order::Desc).limit(limit);
    if let Some(before) = query.before {
        select.and_where(message::Column::Id.lt(before));
    }
    chat.db.get_database_backend().build(&select)
}

async fn messages(chat: &Chat, found: Vec<Hit>, words: &[String]) -> Result<Vec<(Message, String)>> {
    let ids = found.iter().map(|hit| MessageId(hit.id));
    let rows = message::Entity::find()
        .filter(message::Column::Id.is_in(ids))
        .all(&*chat.db)
        .await?;
    let messages = attach_details(&*chat.db, rows).await?;
    let mut messages: HashMap<_, _> = messages
        .into_iter()
        .map(|message| (message.id.0, message))
        .collect();
    let hits = found.into_iter().filter_map(|hit| {
        let message = messages.remove(&hit.id)?;
        let snippet = snippet::snippet(&message.text, words);
        Some((message, snippet))
    });
    Ok(hits.collect())
}

/// Reads a cursor of [`Hits::next`].
pub fn decode_cursor(text: &str) -> Result<MessageId> {
    text.parse()
        .map_err(|_| Error::invalid("cursor", "Not a cursor of this list"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_made_of_words_only_whatever_is_typed() {
        let made = |text, sqlite| expression(&words(text), sqlite);
        assert_eq!(made("order' OR 1=1 --", true), r#""order" "or" "1" "1"*"#);
        assert_eq!(made("l'été:*|!(", false), "'l' & 'été':*");
        assert!(words("\"* -- () \u{301}").is_empty());
    }
}
