//! The bot: what it is asked, what it answers, and the repliers that find the answer.
//!
//! A replier reads an [`Ask`] and returns an [`Answer`]; it sends nothing and stores nothing. Requests for a
//! person, greetings and the like are always settled locally (`intents`), so that they work whatever backend
//! is configured; questions are answered from the knowledge base (`kb`) or by a language model that is given
//! its passages (`openai`).

#![deny(missing_docs)]

mod articles;
pub mod budget;
mod decision;
pub mod documents;
pub mod front_matter;
mod index;
mod intents;
pub mod kb;
mod knowledge;
mod language;
mod lexicon;
mod meaning;
mod open_question;
pub mod openai;
mod passages;
mod phrases;
mod query;
mod question_vectors;
mod scores;
mod shelf;
mod spelling;
mod subject;
pub mod summary;
mod thesaurus;
mod typical;
mod vocabularies;
mod voice;
mod words;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

pub use articles::{Article, ArticleFile, example_articles};
pub use decision::{Evidence, FEATURES, Nearness, Zone};
pub use intents::Intent;
pub use kb::{Found, KnowledgeBase, Passage, Query};
pub use kernel::source::Source;
pub use knowledge::KnowledgeReplier;
pub use language::Language;
pub use meaning::Readable;
pub use openai::{OpenAiConfig, OpenAiReplier};
pub use question_vectors::QuestionVectors;
pub use subject::subject;
pub use summary::Summary;

/// What is called with each piece of text as it streams. An alias because `async_trait` would give the `&str`
/// of a spelled-out `dyn Fn(&str)` a lifetime of its own, and no closure would fit.
pub type Deltas<'a> = dyn Fn(&str) + Send + Sync + 'a;

/// Something that answers a user's message.
#[async_trait]
pub trait Replier: Send + Sync {
    /// Answers `ask`. `deltas` is called with each piece of text as it streams; a replier that does not
    /// stream never calls it. The returned answer is the truth: it replaces whatever was streamed before it.
    async fn reply(&self, ask: &Ask, deltas: &Deltas<'_>) -> Result<Answer, ReplyError>;
}

/// A message that wants an answer, with what is known about its author and the conversation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ask {
    /// What the user wrote.
    pub text: String,
    /// The user's language as a BCP 47 tag, if it is known; otherwise it is guessed from the text.
    pub locale: Option<String>,
    /// The conversation before this message, oldest first.
    pub history: Vec<Turn>,
    /// What to call the user; only a language model makes use of it.
    pub user_name: Option<String>,
}

/// One earlier message of the conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// Who wrote it.
    pub role: TurnRole,
    /// What they wrote.
    pub text: String,
}

/// Who wrote an earlier message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TurnRole {
    /// The person who asks for support.
    User,
    /// This bot.
    Bot,
    /// A human agent.
    Agent,
}

/// What the bot says.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Answer {
    /// The reply, in Markdown.
    pub text: String,
    /// The articles that the reply was taken from; empty when it was not taken from any.
    pub sources: Vec<Source>,
    /// Questions that the user may want to ask next, each of which the bot can answer.
    pub prompts: Vec<String>,
    /// The user wants a person: the text says that one has been asked, so the caller must ask one.
    pub handoff: bool,
    /// How the reply came about.
    pub trace: Trace,
}

/// How an answer came about, for agents and for debugging.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// What the message was taken for: an [`Intent`]'s name; `answer`, `offer` (titles that may be meant) or `unknown` for a
    /// question; `unclear` for a message that is none.
    pub intent: String,
    /// The language that the bot replied in, as an ISO 639 code; `None` in answers older than its being recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The passages that were considered, best first.
    pub passages: Vec<ScoredPassage>,
    /// The language model that wrote the text; `None` if none did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The question that was searched for, where a model made it out of a follow-up or of several messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rewritten: Option<String>,
    /// How long the answer took.
    pub elapsed_ms: u64,
    /// Why the configured backend did not write the text; `None` if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<String>,
}

/// A passage that was considered for an answer.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct ScoredPassage {
    /// The article's title and the passage's heading.
    pub title: String,
    /// Where the article can be read, if it has an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its score; comparable only within one answer.
    pub score: f32,
}

/// Why a replier has no answer. Never carries a key or a backend's own words, which may repeat the key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// The backend cannot be used as it is configured.
    #[error("the bot backend is misconfigured: {0}")]
    Config(String),
    /// The backend did not answer.
    #[error("the bot backend failed: {0}")]
    Backend(String),
}

/// What an agent can send as it is where the articles say nothing, in the language of this ISO 639 code if the bot speaks
/// it, else in English.
pub fn draft(code: Option<&str>) -> &'static str {
    let language = code.and_then(Language::from_locale);
    phrases::Phrases::of(language.unwrap_or(Language::English)).draft
}
