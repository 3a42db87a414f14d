//! The replier that quotes the knowledge base, and never says more than the articles do.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use async_trait::async_trait;

use super::intents::{self, Intent, Question, Reading};
use super::kb::{KnowledgeBase, Passage};
use super::language::Language;
use super::phrases::Phrases;
use super::{Answer, Ask, Deltas, Replier, ReplyError, ScoredPassage, Source, Trace, TurnRole};

/// How many passages are looked at for one answer.
const PASSAGES: usize = 4;
/// How many follow-up questions are offered.
const PROMPTS: usize = 3;
/// "Hello from the browser" is a greeting; a longer remainder, or a question, is not.
const SMALL_TALK_WORDS: usize = 4;
/// How many sentences of a message are searched one by one.
const SENTENCES: usize = 12;

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
    pub(super) language: Language,
    reading: Reading,
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
        let reading = intents::read(&ask.text);
        let language = reply_language(ask, &reading);
        let phrases = Phrases::of(language);
        if reading.yes && person_was_offered(ask) {
            return Outcome::Settled(spoken(language, social_answer(Intent::Human, phrases)));
        }
        if let Some(intent) = reading.intent() {
            return Outcome::Settled(spoken(language, social_answer(intent, phrases)));
        }
        if reading.questions.is_empty() {
            let unclear = topics(phrases.unclear, "unclear", phrases);
            return Outcome::Settled(spoken(language, unclear));
        }
        Outcome::Open(OpenQuestion { language, reading })
    }

    /// Answers a question from the articles, or says that they do not.
    pub(super) fn answer(&self, question: &OpenQuestion) -> Answer {
        spoken(question.language, self.quote(question))
    }

    fn quote(&self, question: &OpenQuestion) -> Answer {
        let knowledge = self.knowledge();
        let phrases = Phrases::of(question.language);
        let passages = question.passages(&knowledge);
        let Some(best) = passages.first() else {
            return match question.reading.small_talk() {
                Some(intent) => social_answer(intent, phrases),
                None => unknown(question.language),
            };
        };
        let mut parts = Vec::new();
        if question.reading.greeted {
            parts.push(phrases.hello.to_owned());
        }
        if best.locale == "en" && question.language != Language::English {
            parts.push(phrases.english_only.to_owned());
        }
        if let Some(heading) = &best.heading {
            parts.push(format!("**{}**", escape(heading)));
        }
        parts.push(best.text.clone());
        parts.push(reference(best));
        Answer {
            prompts: knowledge.related(best, PROMPTS),
            sources: vec![source(best)],
            trace: Trace {
                passages: passages.iter().map(scored).collect(),
                ..trace("answer")
            },
            ..plain(parts.join("\n\n"))
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
    /// The passages that answer the message as a whole or, failing that, one of its sentences: people who
    /// tell a story use many words that no article has. Sentences with a question mark go first.
    fn passages(&self, knowledge: &KnowledgeBase) -> Vec<Passage> {
        let code = self.language.code();
        let questions = &self.reading.questions;
        let mut sentences: Vec<&Question> = questions.iter().collect();
        sentences.sort_by_key(|question| !question.asks);
        std::iter::once(self.text())
            .chain(
                sentences
                    .into_iter()
                    .take(SENTENCES)
                    .map(|question| question.words.join(" ")),
            )
            .map(|query| knowledge.search(&query, Some(code), PASSAGES))
            .find(|passages| !passages.is_empty())
            .unwrap_or_default()
    }

    /// The passages to show to a reader who can judge them; those nearest to the question if none answers it.
    pub(super) fn background(&self, knowledge: &KnowledgeBase, ask: &Ask) -> Vec<Passage> {
        let code = self.language.code();
        let found = self.passages(knowledge);
        if !found.is_empty() {
            return found;
        }
        // "And how long does that take?" makes sense only with what was said before.
        let before = ask.history.iter().rev();
        let earlier = before
            .filter(|turn| turn.role == TurnRole::User)
            .map(|turn| turn.text.as_str())
            .find(|text| *text != ask.text)
            .unwrap_or_default();
        let query = format!("{} {earlier}", self.text());
        knowledge.nearest(&query, Some(code), PASSAGES)
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

impl Reading {
    /// The intent of a message that no article answers, but that is a greeting or the like with a few words
    /// more.
    fn small_talk(&self) -> Option<Intent> {
        let words: usize = self.questions.iter().map(|q| q.words.len()).sum();
        let short = words <= SMALL_TALK_WORDS && !self.questions.iter().any(|q| q.asks);
        self.social.map(|(intent, _)| intent).filter(|_| short)
    }
}

/// Says that the articles have no answer, and offers a person.
pub(super) fn unknown(language: Language) -> Answer {
    let phrases = Phrases::of(language);
    Answer {
        prompts: vec![phrases.ask_for_person.to_owned()],
        trace: trace("unknown"),
        ..plain(format!("{} {}", phrases.unknown, phrases.offer))
    }
}

/// The answer with the language that it is in.
fn spoken(language: Language, mut answer: Answer) -> Answer {
    answer.trace.language = Some(language.code().to_owned());
    answer
}

/// The answer with the time that it took.
pub(super) fn timed(mut answer: Answer, started: Instant) -> Answer {
    answer.trace.elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    answer
}

pub(super) fn scored(passage: &Passage) -> ScoredPassage {
    ScoredPassage {
        title: passage.full_title(),
        url: passage.url.clone(),
        score: passage.score,
    }
}

pub(super) fn source(passage: &Passage) -> Source {
    Source {
        title: passage.title.clone(),
        url: passage.url.clone(),
    }
}

fn social_answer(intent: Intent, phrases: &Phrases) -> Answer {
    let text = match intent {
        Intent::Greeting => format!("{} {}", phrases.hello, phrases.welcome),
        Intent::Acknowledge => phrases.acknowledge.to_owned(),
        Intent::Thanks => phrases.thanks.to_owned(),
        Intent::Goodbye => phrases.goodbye.to_owned(),
        Intent::Identity => format!("{} {}", phrases.identity, phrases.offer),
        Intent::Help => return topics(phrases.help, intent.name(), phrases),
        Intent::Human => phrases.handoff.to_owned(),
    };
    let prompts = match intent {
        Intent::Greeting => phrases.topics.map(str::to_owned).to_vec(),
        Intent::Identity => vec![phrases.ask_for_person.to_owned()],
        _ => Vec::new(),
    };
    Answer {
        prompts,
        handoff: intent == Intent::Human,
        trace: trace(intent.name()),
        ..plain(text)
    }
}

fn topics(introduction: &str, name: &str, phrases: &Phrases) -> Answer {
    let list: String = phrases
        .topics
        .iter()
        .map(|topic| format!("\n- {topic}"))
        .collect();
    let mut prompts = phrases.topics.map(str::to_owned).to_vec();
    prompts.push(phrases.ask_for_person.to_owned());
    Answer {
        prompts,
        trace: trace(name),
        ..plain(format!("{introduction}\n{list}"))
    }
}

fn plain(text: String) -> Answer {
    Answer {
        text,
        sources: Vec::new(),
        prompts: Vec::new(),
        handoff: false,
        trace: Trace::default(),
    }
}

fn trace(intent: &str) -> Trace {
    Trace {
        intent: intent.to_owned(),
        ..Trace::default()
    }
}

fn reply_language(ask: &Ask, reading: &Reading) -> Language {
    ask.locale
        .as_deref()
        .and_then(Language::from_locale)
        .or(reading.social.map(|(_, language)| language))
        .or_else(|| Language::detect(&ask.text))
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

fn reference(passage: &Passage) -> String {
    let title = escape(&passage.title);
    match &passage.url {
        // Angle brackets allow for spaces and parentheses; neither they nor line breaks may occur inside.
        Some(url) if !url.contains(['<', '>', '\n', '\r']) => {
            if url.contains([' ', '(', ')']) {
                format!("[{title}](<{url}>)")
            } else {
                format!("[{title}]({url})")
            }
        }
        _ => format!("*{title}*"),
    }
}

/// Text that Markdown shows as it is.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '*' | '_' | '[' | ']' | '`' | '<' | '>') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
#[path = "knowledge_tests.rs"]
mod tests;
