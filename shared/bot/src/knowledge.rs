//! The replier that quotes the knowledge base, and never says more than the articles do.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use async_trait::async_trait;

use super::decision::Zone;
use super::intents::{self, Intent, Reading};
use super::kb::{Found, KnowledgeBase};
use super::language::Language;
use super::open_question::Known;
pub(super) use super::open_question::OpenQuestion;
use super::phrases::Phrases;
use super::question_vectors::QuestionVectors;
use super::voice::Voice;
pub(super) use super::voice::{scored, source, unknown};
use super::{Answer, Ask, Deltas, Replier, ReplyError, TurnRole};

/// "Hello from the browser" is a greeting; a longer remainder, or a question, is not.
const SMALL_TALK_WORDS: usize = 4;

/// Answers from a [`KnowledgeBase`].
pub struct KnowledgeReplier {
    known: RwLock<Arc<Known>>,
}

/// A message after everything that needs no article has been dealt with.
pub(super) enum Outcome {
    Settled(Answer),
    Open(OpenQuestion),
}

impl KnowledgeReplier {
    /// A replier over `knowledge`.
    pub fn new(knowledge: Arc<KnowledgeBase>) -> Self {
        let known = Known {
            articles: knowledge,
            vectors: None,
        };
        Self {
            known: RwLock::new(Arc::new(known)),
        }
    }

    /// Answers from `knowledge` from now on, and by meaning where its passages have vectors of the model of `vectors`.
    pub fn replace(&self, knowledge: Arc<KnowledgeBase>, vectors: Option<Arc<QuestionVectors>>) {
        let known = Known {
            articles: knowledge,
            vectors,
        };
        // A poisoned lock holds a whole Arc all the same.
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(known);
    }

    /// What it answers from at this moment.
    pub fn knowledge(&self) -> Arc<KnowledgeBase> {
        self.known().articles.clone()
    }

    /// What it answers from at this moment, and what a text means to the model of its passages, if they have one.
    pub async fn understand(&self, text: &str) -> (Arc<KnowledgeBase>, Option<Vec<f32>>) {
        let known = self.known();
        let vector = known.vector_of(text).await;
        (known.articles.clone(), vector)
    }

    fn known(&self) -> Arc<Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Answers greetings, thanks, asking for a person and the like; leaves questions open.
    pub(super) fn consider(&self, ask: &Ask) -> Outcome {
        let known = self.known();
        let reading = intents::read(&ask.text, &|word| known.articles.knows(word));
        let asked_in = Language::detect(&ask.text);
        let language = reply_language(ask, asked_in, &reading);
        let voice = Voice {
            language,
            knowledge: &known.articles,
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
        Outcome::Open(OpenQuestion::new(known, ask, reading, language, asked_in))
    }

    /// Answers a question from the articles, offers those that may be meant, or says that none is.
    pub(super) fn answer(&self, question: &OpenQuestion) -> Answer {
        let voice = Voice {
            language: question.language,
            knowledge: &question.known.articles,
        };
        let found = question.find();
        let mut answer = match (found.zone(), found.passages.first()) {
            (Zone::Answer, Some(best)) => voice.quote(&question.reading, best),
            (Zone::Offer, Some(_)) => voice.offer(&found.passages),
            _ => voice.nothing(&question.reading),
        };
        answer.trace.passages = found.passages.iter().map(scored).collect();
        voice.spoken(answer)
    }

    /// What the articles have on a message that asks something, for measuring; `None` where it asks nothing.
    pub async fn find(&self, ask: &Ask) -> Option<Found> {
        match self.consider(ask) {
            Outcome::Settled(_) => None,
            Outcome::Open(mut question) => {
                question.understand().await;
                Some(question.find())
            }
        }
    }
}

#[async_trait]
impl Replier for KnowledgeReplier {
    async fn reply(&self, ask: &Ask, _deltas: &Deltas<'_>) -> Result<Answer, ReplyError> {
        let started = Instant::now();
        let answer = match self.consider(ask) {
            Outcome::Settled(answer) => answer,
            Outcome::Open(mut question) => {
                question.understand().await;
                self.answer(&question)
            }
        };
        Ok(timed(answer, started))
    }
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
