//! The help centre's search: what the bot would look at, as a list for people.

use crate::Assist;
use bot::{Passage, Query, Zone};
use kernel::error::{Error, Result};
use std::collections::HashSet;

/// Articles that a search finds at most.
const HITS: usize = 20;
/// Passages that are looked at: an article may have several.
const PASSAGES: usize = 60;
/// Characters of a query; what comes after them is not looked at.
const LONGEST: usize = 200;

/// An article that a search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Its title.
    pub title: String,
    /// The heading of the passage that fits best, unless that is the article's beginning.
    pub heading: Option<String>,
    /// Where it can be read: a path of this server, or an address elsewhere.
    pub address: String,
    /// That passage, as Markdown.
    pub text: String,
    /// Its language, as a lower-case primary subtag.
    pub locale: String,
}

/// The articles that answer a query, best first, at most 20 and each once; those in this language before others. Of a query
/// the first 200 characters are looked at.
pub async fn search(assist: &Assist, query: &str, locale: &str) -> Result<Vec<Hit>> {
    let query: String = query.trim().chars().take(LONGEST).collect();
    if query.is_empty() {
        return Ok(Vec::new());
    }
    let index = assist.replier.index();
    index.refresh(assist).await?;
    let (knowledge, vector) = index.replier().understand(&query).await;
    let locale = locale.to_owned();
    let searching = tokio::task::spawn_blocking(move || {
        let query = Query {
            text: &query,
            locale: Some(&locale),
            vector: vector.as_deref(),
            ..Query::default()
        };
        knowledge.search(&query, PASSAGES)
    });
    let found = searching.await.map_err(Error::internal)?;
    // what has nothing to do with it is no hit, however near it comes
    match found.zone() {
        Zone::Unknown => Ok(Vec::new()),
        Zone::Answer | Zone::Offer => Ok(hits(found.passages)),
    }
}

fn hits(passages: Vec<Passage>) -> Vec<Hit> {
    let mut seen = HashSet::new();
    let hits = passages.into_iter().filter_map(|passage| {
        let address = passage.url?;
        seen.insert(address.clone()).then_some(Hit {
            title: passage.title,
            heading: passage.heading,
            address,
            text: passage.text,
            locale: passage.locale,
        })
    });
    hits.take(HITS).collect()
}
