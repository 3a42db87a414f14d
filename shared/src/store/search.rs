//! Full-text search over the messages that a person may see: FTS5 on SQLite, tsvector on Postgres.

use crate::actor::Actor;
use crate::conversations;
use crate::core::Core;
use crate::error::{Error, Result, check_text};
use crate::messages::{Message, attach_details};
use entity::user::Role;
use entity::{ConversationId, MessageId, message};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, Statement, Value};
use std::collections::HashMap;
use std::fmt::Write;
use uuid::Uuid;

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Query {
    /// 1–200 characters; every word must occur, the last one may be a beginning.
    pub text: String,
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
    pub next: Option<MessageId>,
}

/// Mark the words found, in characters that no message holds; HTML is made of them after escaping.
const OPEN: char = '\u{2}';
const CLOSE: char = '\u{3}';

#[derive(FromQueryResult)]
struct Hit {
    id: Uuid,
    snippet: String,
}

/// The messages with these words in conversations that the actor may see.
pub async fn search(core: &Core, actor: &Actor, query: Query) -> Result<Hits> {
    check_text("q", &query.text, 1, 200)?;
    if let Some(id) = query.conversation {
        conversations::authorize(core, actor, id).await?;
    }
    let Some(words) = words(&query.text, core.db.is_sqlite()) else {
        return Ok(Hits {
            count: 0,
            hits: Vec::new(),
            next: None,
        });
    };
    let limit = query.limit.clamp(1, 100);
    let count = count(core, actor, &query, &words).await?;
    let mut found = Hit::find_by_statement(statement(core, actor, &query, &words, limit + 1))
        .all(&*core.db)
        .await?;
    let more = found.len() as u64 > limit;
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = found.last().filter(|_| more).map(|hit| MessageId(hit.id));
    Ok(Hits {
        count,
        hits: messages(core, found).await?,
        next,
    })
}

/// The words as the database's query language has them; none if there is no word in the text.
fn words(text: &str, sqlite: bool) -> Option<String> {
    let words: Vec<_> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let mut query = String::new();
    for (n, word) in words.iter().enumerate() {
        let last = if n + 1 == words.len() {
            if sqlite { "*" } else { ":*" }
        } else {
            ""
        };
        let joined = if n == 0 {
            ""
        } else if sqlite {
            " "
        } else {
            " & "
        };
        let _ = if sqlite {
            write!(query, "{joined}\"{word}\"{last}")
        } else {
            write!(query, "{joined}'{word}'{last}")
        };
    }
    (!query.is_empty()).then_some(query)
}

/// The rows that match and may be seen, from `FROM` on, and its values.
fn matching(core: &Core, actor: &Actor, query: &Query, words: &str) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = vec![words.into()];
    let mut sql = String::from(if core.db.is_sqlite() {
        "FROM chat_message_fts f JOIN chat_message_doc d ON d.doc = f.rowid JOIN chat_message m ON m.id = d.message_id \
         WHERE chat_message_fts MATCH $1 AND NOT m.is_deleted"
    } else {
        "FROM chat_message m WHERE to_tsvector('simple', m.text) @@ to_tsquery('simple', $1) AND NOT m.is_deleted"
    });
    if let Some(id) = query.conversation {
        values.push(id.0.into());
        let _ = write!(sql, " AND m.conversation_id = ${}", values.len());
    } else if actor.role != Role::Admin {
        values.push(actor.id.0.into());
        let own = format!(
            "SELECT conversation_id FROM chat_participant WHERE user_id = ${}",
            values.len()
        );
        let _ = if actor.is_staff() {
            write!(
                sql,
                " AND (m.conversation_id IN ({own}) OR m.conversation_id IN \
                 (SELECT id FROM chat_conversation WHERE kind = 'support'))"
            )
        } else {
            write!(sql, " AND m.conversation_id IN ({own})")
        };
    }
    (sql, values)
}

async fn count(core: &Core, actor: &Actor, query: &Query, words: &str) -> Result<u64> {
    #[derive(FromQueryResult)]
    struct Count {
        count: i64,
    }
    let (from, values) = matching(core, actor, query, words);
    let statement = core
        .db
        .statement(&format!("SELECT count(*) AS count {from}"), values);
    let row = Count::find_by_statement(statement).one(&*core.db).await?;
    Ok(row.map_or(0, |row| u64::try_from(row.count).unwrap_or_default()))
}

fn statement(core: &Core, actor: &Actor, query: &Query, words: &str, limit: u64) -> Statement {
    let (from, mut values) = matching(core, actor, query, words);
    let snippet = if core.db.is_sqlite() {
        format!("snippet(chat_message_fts, 0, '{OPEN}', '{CLOSE}', '…', 24)")
    } else {
        format!(
            "ts_headline('simple', m.text, to_tsquery('simple', $1), \
             'StartSel={OPEN}, StopSel={CLOSE}, MaxWords=24, MinWords=8')"
        )
    };
    let mut sql = format!("SELECT m.id AS id, {snippet} AS snippet {from}");
    if let Some(before) = query.before {
        values.push(before.0.into());
        let _ = write!(sql, " AND m.id < ${}", values.len());
    }
    values.push(i64::try_from(limit).unwrap_or(100).into());
    let _ = write!(sql, " ORDER BY m.id DESC LIMIT ${}", values.len());
    core.db.statement(&sql, values)
}

async fn messages(core: &Core, found: Vec<Hit>) -> Result<Vec<(Message, String)>> {
    let ids = found.iter().map(|hit| MessageId(hit.id));
    let rows = message::Entity::find()
        .filter(message::Column::Id.is_in(ids))
        .all(&*core.db)
        .await?;
    let messages = attach_details(&*core.db, rows).await?;
    let mut messages: HashMap<_, _> = messages
        .into_iter()
        .map(|message| (message.id.0, message))
        .collect();
    let hits = found
        .into_iter()
        .filter_map(|hit| Some((messages.remove(&hit.id)?, marked(&hit.snippet))));
    Ok(hits.collect())
}

/// HTML in which only our own marks are tags.
fn marked(snippet: &str) -> String {
    let mut html = String::with_capacity(snippet.len() + 16);
    for c in snippet.chars() {
        match c {
            OPEN => html.push_str("<mark>"),
            CLOSE => html.push_str("</mark>"),
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            _ => html.push(c),
        }
    }
    html
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
        assert_eq!(
            words("order' OR 1=1 --", true).unwrap(),
            r#""order" "OR" "1" "1"*"#
        );
        assert_eq!(words("l'été:*|!(", false).unwrap(), "'l' & 'été':*");
        assert_eq!(words("\"* -- ()", true), None);
    }

    #[test]
    fn a_snippet_escapes_everything_but_its_marks() {
        assert_eq!(
            marked("<b>\u{2}it's\u{3}&amp;</b>"),
            "&lt;b&gt;<mark>it&#39;s</mark>&amp;amp;&lt;/b&gt;"
        );
    }
}
