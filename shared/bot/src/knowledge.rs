//! The replier that quotes the knowledge base, and never says more than the articles do.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use async_trait::async_trait;

use super::decision::Zone;
use super::intents::{self, Intent, Reading};
use super::kb::{Found, KnowledgeBase, Passage, Query};
use super::language::Language;
use super::lexicon;
use super::phrases::Phrases;
use super::voice::Voice;
pub(super) use super::voice::{scored, source, unknown};
use super::words::typed_words;
use super::{Answer, Ask, Deltas, Replier, ReplyError, TurnRole};

/// How many articles are looked at for one answer.
const PASSAGES: usize = 4;
/// "Hello from the browser" is a greeting; a longer remainder, or a question, is not.
const SMALL_TALK_WORDS: usize = 4;
/// How many sentences of a message are searched one by one.
const SENTENCES: usize = 12;
/// A longer message needs no question before it.
const FOLLOW_UP_WORDS: usize = 12;
/// The share of a follow-up's words that no article may have.
const UNKNOWN: f32 = 0.5;
/// How much surer a sentence must be than the message that it stands in, and one without a question mark than one with.
const SENTENCE: f32 = 0.1;

/// Answers from a [`KnowledgeBase`].
pub struct KnowledgeReplier {
    knowledge: RwLock<Arc<KnowledgeBase>>,
}

/// A message after everything that needs no article has been dealt with.
pub(super) enum Outcome {
    Settled(Answer),
    Open(OpenQuestion),
}

/// A message that asks something.
pub(super) struct OpenQuestion {
    /// That of the reply.
    pub(super) language: Language,
    /// That of the question, if it is clear.
    asked_in: Option<Language>,
    locale: Option<String>,
    reading: Reading,
    /// What was asked before, and whether the question begins as one does that goes on with that.
    before: Option<(String, bool)>,
}

impl KnowledgeReplier {
    /// A replier over `knowledge`.
    pub fn new(knowledge: Arc<KnowledgeBase>) -> Self {
        Self {
            knowledge: RwLock::new(knowledge),
        }
    }

    /// Answers from `knowledge` from now on.
    pub fn replace(&self, knowledge: Arc<KnowledgeBase>) {
        // A poisoned lock holds a whole Arc all the same.
        *self.knowledge.write().unwrap_or_else(PoisonError::into_inner) = knowledge;
    }

    /// What it answers from at this moment.
    pub fn knowledge(&self) -> Arc<KnowledgeBase> {
        self.knowledge
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Answers greetings, thanks, asking for a person and the like; leaves questions open.
    pub(super) fn consider(&self, ask: &Ask) -> Outcome {
        let knowledge = self.knowledge();
        let reading = intents::read(&ask.text, &|word| knowledge.knows(word));
        let asked_in = Language::detect(&ask.text);
        let language = reply_language(ask, asked_in, &reading);
        let voice = Voice {
            language,
            knowledge: &knowledge,
        };
        if reading.yes && person_was_offered(ask) {
            return Outcome::Settled(voice.spoken(voice.social_answer(Intent::Human)));
        }
        if let Some(intent) = reading.intent() {
            return Outcome::Settled(voice.spoken(voice.social_answer(intent)));
        }
        if reading.questions.is_empty() {
            let unclear = voice.topics(voice.phrases().unclear, "unclear");
            return Outcome::Settled(voice.spoken(unclear));
        }
        Outcome::Open(OpenQuestion {
            language,
            asked_in,
            locale: ask.locale.clone(),
            before: question_before(ask, &reading),
            reading,
        })
    }

    /// Answers a question from the articles, offers those that may be meant, or says that none is.
    pub(super) fn answer(&self, question: &OpenQuestion) -> Answer {
        let knowledge = self.knowledge();
        let voice = Voice {
            language: question.language,
            knowledge: &knowledge,
        };
        let found = question.find(&knowledge);
        let mut answer = match (found.zone(), found.passages.first()) {
            (Zone::Answer, Some(best)) => voice.quote(&question.reading, best),
            (Zone::Offer, Some(_)) => voice.offer(&found.passages),
            _ => voice.nothing(&question.reading),
        };
        answer.trace.passages = found.passages.iter().map(scored).collect();
        voice.spoken(answer)
    }

    /// What the articles have on a message that asks something, for measuring; `None` where it asks nothing.
    pub fn find(&self, ask: &Ask) -> Option<Found> {
        match self.consider(ask) {
            Outcome::Settled(_) => None,
            Outcome::Open(question) => Some(question.find(&self.knowledge())),
        }
    }
}

#[async_trait]
impl Replier for KnowledgeReplier {
    async fn reply(&self, ask: &Ask, _deltas: &Deltas<'_>) -> Result<Answer, ReplyError> {
        let started = Instant::now();
        let answer = match self.consider(ask) {
            Outcome::Settled(answer) => answer,
            Outcome::Open(question) => self.answer(&question),
        };
        Ok(timed(answer, started))
    }
}

impl OpenQuestion {
    /// What the articles have on the message as a whole or on that of its sentences that they answer more surely: people who
    /// tell a story use many words that no article has. A question that goes on with the one before is searched with that.
    fn find(&self, knowledge: &KnowledgeBase) -> Found {
        let mut best = self.search(knowledge, &self.text(), None);
        // "And who won the match?" goes on with nothing that was asked
        let is_about_something_else = best.evidence.unknown > UNKNOWN;
        if let Some((before, begins_so)) = self.before.as_ref().filter(|_| !is_about_something_else) {
            let continued = self.search(knowledge, &self.text(), Some(before));
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
            let found = self.search(knowledge, &question.words.join(" "), None);
            let handicap = if asking && !question.asks { SENTENCE } else { 0.0 };
            if found.confidence - handicap > surest {
                surest = found.confidence - handicap;
                best = found;
            }
        }
        best
    }

    fn search(&self, knowledge: &KnowledgeBase, text: &str, before: Option<&str>) -> Found {
        let query = Query {
            text,
            before,
            language: self.asked_in,
            locale: self.locale.as_deref().or(Some(self.language.code())),
            vector: None,
        };
        knowledge.search(&query, PASSAGES)
    }

    /// The passages to show to a reader who can judge them, whether they answer the question or not.
    pub(super) fn background(&self, knowledge: &KnowledgeBase) -> Vec<Passage> {
        self.find(knowledge).passages
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

impl Reading {
    /// The intent of a message that no article answers, but that is a greeting or the like with a few words
    /// more.
    pub(super) fn small_talk(&self) -> Option<Intent> {
        let words: usize = self.questions.iter().map(|q| q.words.len()).sum();
        let short = words <= SMALL_TALK_WORDS && !self.questions.iter().any(|q| q.asks);
        self.social.map(|(intent, _)| intent).filter(|_| short)
    }
}

/// The answer with the time that it took.
pub(super) fn timed(mut answer: Answer, started: Instant) -> Answer {
    answer.trace.elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    answer
}

/// The language of the message; where that is not clear that of earlier ones, the asker's own, or that of its greeting.
fn reply_language(ask: &Ask, asked_in: Option<Language>, reading: &Reading) -> Language {
    let earlier = || {
        let own = ask
            .history
            .iter()
            .rev()
            .filter(|turn| turn.role == TurnRole::User);
        own.take(3).find_map(|turn| Language::detect(&turn.text))
    };
    asked_in
        .or_else(earlier)
        .or_else(|| ask.locale.as_deref().and_then(Language::from_locale))
        .or(reading.social.map(|(_, language)| language))
        .unwrap_or(Language::English)
}

/// Whether the last reply offered a person, in whatever language.
fn person_was_offered(ask: &Ask) -> bool {
    let last = ask.history.iter().rev();
    last.clone()
        .find(|turn| turn.role != TurnRole::User)
        .filter(|turn| turn.role == TurnRole::Bot)
        .is_some_and(|turn| {
            Language::ALL
                .into_iter()
                .any(|language| turn.text.contains(Phrases::of(language).offer))
        })
}

#[cfg(test)]
#[path = "knowledge_tests.rs"]
mod tests;
