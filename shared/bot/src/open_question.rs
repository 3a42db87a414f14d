//! A message that asks something, and the search for it.

use std::sync::Arc;

use super::decision::Zone;
use super::intents::{self, Reading};
use super::kb::{Found, KnowledgeBase, Passage, Query};
use super::language::Language;
use super::lexicon;
use super::question_vectors::QuestionVectors;
use super::words::typed_words;
use super::{Ask, TurnRole};

/// How many articles are looked at for one answer.
const PASSAGES: usize = 4;
/// How many sentences of a message are searched one by one.
const SENTENCES: usize = 12;
/// A longer message needs no question before it.
const FOLLOW_UP_WORDS: usize = 12;
/// The share of a follow-up's words that no article may have.
const UNKNOWN: f32 = 0.5;
/// How much surer a sentence must be than the message that it stands in, and one without a question mark than one with.
const SENTENCE: f32 = 0.1;

/// The articles, and the model that their passages' vectors are of, if they have any.
pub(super) struct Known {
    pub(super) articles: Arc<KnowledgeBase>,
    pub(super) vectors: Option<Arc<QuestionVectors>>,
}

impl Known {
    /// What texts mean; nothing where no passage has a vector to compare theirs with, or the model fails.
    async fn vectors_of(&self, texts: &[String]) -> Vec<Vec<f32>> {
        match &self.vectors {
            Some(vectors) if self.articles.has_vectors() => vectors.of(texts).await,
            _ => Vec::new(),
        }
    }

    /// The same of one.
    pub(super) async fn vector_of(&self, text: &str) -> Option<Vec<f32>> {
        self.vectors_of(&[text.to_owned()]).await.pop()
    }
}

/// What a question means, as vectors.
#[derive(Default)]
struct Meanings {
    /// The message by itself.
    message: Option<Vec<f32>>,
    /// With the question before it.
    continued: Option<Vec<f32>>,
}

/// A message that asks something.
pub(super) struct OpenQuestion {
    /// What it is searched in.
    pub(super) known: Arc<Known>,
    /// As it was written.
    message: String,
    meanings: Meanings,
    /// That of the reply.
    pub(super) language: Language,
    /// That of the question, if it is clear.
    pub(super) asked_in: Option<Language>,
    locale: Option<String>,
    pub(super) reading: Reading,
    /// What was asked before, and whether the question begins as one does that goes on with that.
    before: Option<(String, bool)>,
}

impl OpenQuestion {
    /// A message that is no greeting and the like, in the language of its reply and, if it is clear, its own.
    pub(super) fn new(
        known: Arc<Known>,
        ask: &Ask,
        reading: Reading,
        language: Language,
        asked_in: Option<Language>,
    ) -> Self {
        Self {
            known,
            message: ask.text.clone(),
            meanings: Meanings::default(),
            language,
            asked_in,
            locale: ask.locale.clone(),
            before: question_before(ask, &reading),
            reading,
        }
    }

    /// Asks the model, if there is one, what it means; without that words alone count.
    pub(super) async fn understand(&mut self) {
        let mut texts = vec![self.message.clone()];
        texts.extend(
            self.before
                .as_ref()
                .map(|(before, _)| format!("{before} {}", self.message)),
        );
        let mut vectors = self.known.vectors_of(&texts).await.into_iter();
        self.meanings = Meanings {
            message: vectors.next(),
            continued: vectors.next(),
        };
    }

    /// What the articles have on the message as a whole or on that of its sentences that they answer more surely: people who
    /// tell a story use many words that no article has. A question that goes on with the one before is searched with that.
    pub(super) fn find(&self) -> Found {
        let mut best = self.search(&self.text(), None);
        // "And who won the match?" goes on with nothing that was asked
        let is_about_something_else = best.evidence.unknown > UNKNOWN;
        if let Some((before, begins_so)) = self.before.as_ref().filter(|_| !is_about_something_else) {
            let continued = self.search(&self.text(), Some(before));
            let is_surer = continued.confidence > best.confidence && best.zone() != Zone::Answer;
            if is_surer || (*begins_so && continued.zone() == Zone::Answer) {
                best = continued;
            }
        }
        let questions = &self.reading.questions;
        if questions.len() < 2 || best.evidence.is_exact {
            return best;
        }
        let asking = questions.iter().any(|question| question.asks);
        let mut surest = best.confidence + SENTENCE;
        // "Is this possible?" says nothing by itself
        let telling = questions
            .iter()
            .filter(|question| question.words.iter().any(|word| lexicon::says_something(word)));
        for question in telling.take(SENTENCES) {
            let found = self.search(&question.words.join(" "), None);
            let handicap = if asking && !question.asks { SENTENCE } else { 0.0 };
            if found.confidence - handicap > surest {
                surest = found.confidence - handicap;
                best = found;
            }
        }
        best
    }

    fn search(&self, text: &str, before: Option<&str>) -> Found {
        let meaning = match before {
            Some(_) => &self.meanings.continued,
            // a sentence's is that of the whole message: each by itself would cost as much again
            None => &self.meanings.message,
        };
        let query = Query {
            text,
            before,
            language: self.asked_in,
            locale: self.locale.as_deref().or(Some(self.language.code())),
            vector: meaning.as_deref(),
        };
        self.known.articles.search(&query, PASSAGES)
    }

    /// The passages to show to a reader who can judge them, whether they answer the question or not.
    pub(super) fn background(&self) -> Vec<Passage> {
        self.find().passages
    }

    fn text(&self) -> String {
        let words: Vec<&str> = self
            .reading
            .questions
            .iter()
            .flat_map(|question| &question.words)
            .map(String::as_str)
            .collect();
        words.join(" ")
    }
}

/// What was asked before a message that may make no sense without, and whether it begins like one.
fn question_before(ask: &Ask, reading: &Reading) -> Option<(String, bool)> {
    let words: Vec<&String> = reading
        .questions
        .iter()
        .flat_map(|question| &question.words)
        .collect();
    let begins_so = lexicon::is_follow_up(&typed_words(&ask.text));
    let refers = words.iter().any(|word| lexicon::refers_back(word));
    if words.len() > FOLLOW_UP_WORDS || !(begins_so || refers) {
        return None;
    }
    let earlier = ask
        .history
        .iter()
        .rev()
        .filter(|turn| turn.role == TurnRole::User && turn.text != ask.text);
    let mut questions = earlier.filter(|turn| {
        let reading = intents::read(&turn.text, &|_| false);
        reading.intent().is_none() && !reading.questions.is_empty()
    });
    let last = questions.next()?.text.clone();
    let goes_on = lexicon::is_follow_up(&typed_words(&last));
    let before = goes_on.then(|| questions.next()).flatten();
    Some((
        before.map_or_else(|| last.clone(), |before| format!("{} {last}", before.text)),
        begins_so,
    ))
}
