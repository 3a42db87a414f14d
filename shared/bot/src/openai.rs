//! The replier that lets an OpenAI-compatible model phrase the answer, out of the passages that the search finds.
//!
//! A model is believed nothing. What others wrote reaches it in frames (`frame`); what it says reaches nobody before the
//! passages that it cites were found to say it (`checked`); and where it fails, in whatever way, the articles are quoted.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use secrecy::SecretString;
use tokio::time::{Instant as Deadline, timeout_at};

use super::budget::{Budget, Unlimited};
use super::kb::Passage;
use super::knowledge::{KnowledgeReplier, OpenQuestion, Outcome, scored, source, timed, unknown};
use super::language::Language;
use super::phrases::Phrases;
use super::{Answer, Ask, Deltas, Replier, ReplyError, Source, Trace, Turn, TurnRole};
use checked::{CheckedReply, Verdict};
use model::{Failure, MAX_REPLY_BYTES, Model};
use prompt::Prompt;
use support::Support;

mod checked;
mod endpoint;
mod events;
mod fact_words;
mod facts;
mod frame;
mod guard;
mod model;
mod prompt;
mod restated;
mod rewrite;
mod sentences;
mod support;

/// How many follow-up questions are offered.
const PROMPTS: usize = 3;
/// Of the time for a reply, the rewriting of a follow-up gets so many-th part.
const REWRITE_SHARE: u32 = 4;

/// Where the model is and how to reach it.
#[derive(Clone, Debug)]
pub struct OpenAiConfig {
    /// The address up to and without `/chat/completions`, such as `https://api.openai.com/v1`.
    pub base_url: String,
    /// The model's name.
    pub model: String,
    /// The key; servers on the own network often need none.
    pub api_key: Option<SecretString>,
    /// The time for the whole reply, from connecting to the last word, with all calls that it takes.
    pub timeout: Duration,
}

/// Answers with a language model; falls back to the articles themselves when that fails.
pub struct OpenAiReplier {
    model: Model,
    timeout: Duration,
    fallback: Arc<KnowledgeReplier>,
}

/// What a model wrote, checked.
struct Written {
    verdict: Verdict,
    passages: Vec<Passage>,
    /// The language that it is still to be translated into.
    into: Option<Language>,
    /// The standalone question that was searched for, where it is not the message itself.
    rewritten: Option<String>,
}

impl OpenAiReplier {
    /// A replier that asks the model of `config` and uses the knowledge base of `fallback`.
    ///
    /// # Errors
    ///
    /// An address or a key that cannot be used.
    pub fn new(config: OpenAiConfig, fallback: Arc<KnowledgeReplier>) -> Result<Self, ReplyError> {
        let timeout = config.timeout;
        let model = Model::open(config).map_err(|what| ReplyError::Config(what.to_owned()))?;
        Ok(Self {
            model,
            timeout,
            fallback,
        })
    }

    /// Answers `ask` with calls that `budget` pays for: one for the answer, one more for a follow-up, one more where the
    /// articles are in another language. `deltas` gets checked sentences only, but may have had some when the model
    /// fails at a later one: the returned answer is then the articles' own. [`Trace::fallback`] says why.
    pub async fn reply_within(&self, ask: &Ask, budget: &dyn Budget, deltas: &Deltas<'_>) -> Answer {
        let started = Instant::now();
        let mut question = match self.fallback.consider(ask) {
            // A greeting needs no model, and asking for a person must not depend on one.
            Outcome::Settled(answer) => return timed(answer, started),
            Outcome::Open(question) => question,
        };
        question.understand().await;
        let deadline = Deadline::now() + self.timeout;
        let answer = match self.write(ask, &question, budget, deltas, deadline).await {
            Ok(written) => {
                let written = self.translated(written, budget, deadline).await;
                self.phrased(written, &question)
            }
            Err(failure) => {
                report(&failure);
                let mut answer = self.fallback.answer(&question);
                if guard::gives_orders(&answer.text) {
                    // whoever wrote that into an article meant it to be said: it is not quoted in the model's place
                    answer = unknown(question.language);
                    answer.trace.language = Some(question.language.code().to_owned());
                }
                answer.trace.fallback = Some(failure.to_string());
                answer
            }
        };
        timed(answer, started)
    }

    /// What happened in a conversation so far, in at most [`MAX_WORDS`](super::summary::MAX_WORDS) words, in the language of `locale` if the
    /// bot speaks it, else in the conversation's. Every number, day, link and address in it was written there. One call.
    ///
    /// # Errors
    ///
    /// There is nothing to tell, the model failed, or it said what was said nowhere.
    pub async fn summarize(&self, turns: &[Turn], locale: Option<&str>) -> Result<String, ReplyError> {
        if turns.iter().all(|turn| turn.text.trim().is_empty()) {
            return Err(ReplyError::Backend("there is nothing to summarise".to_owned()));
        }
        let prompt = Prompt::summary(turns, locale.and_then(Language::from_locale));
        let call = self.model.complete(prompt, MAX_REPLY_BYTES, &Unlimited);
        let written = timeout_at(Deadline::now() + self.timeout, call).await;
        let text = written.unwrap_or(Err(Failure::TimedOut));
        text.and_then(|text| restated::summary(&text, turns))
            .map_err(|failure| ReplyError::Backend(failure.to_string()))
    }

    /// The model's reply, checked to its end, in the language of the passages.
    async fn write(
        &self,
        ask: &Ask,
        question: &OpenQuestion,
        budget: &dyn Budget,
        deltas: &Deltas<'_>,
        deadline: Deadline,
    ) -> Result<Written, Failure> {
        // before the rewriting, which is worth nothing without it
        budget.take().await?;
        let rewritten = self.standalone(ask, budget, deadline).await;
        let passages = self.passages(ask, question, rewritten.as_deref()).await;
        let Some(first) = passages.first() else {
            return Err(Failure::NoPassages);
        };
        let support = Support::of(&passages);
        let into = translation(ask, question, &first.locale);
        // what will be translated is not shown before
        let show = |text: &str| {
            if into.is_none() && !text.is_empty() {
                deltas(text);
            }
        };
        let verdict = timeout_at(deadline, async {
            let mut reply = CheckedReply::new(&support);
            let heard = |piece: &str| reply.push(piece).map(|text| show(&text));
            let prompt = Prompt::answer(ask, &passages);
            self.model.stream(prompt, MAX_REPLY_BYTES, heard).await?;
            let (rest, verdict) = reply.finish()?;
            show(&rest);
            Ok(verdict)
        });
        Ok(Written {
            verdict: verdict.await.unwrap_or(Err(Failure::TimedOut))?,
            passages,
            into,
            rewritten,
        })
    }

    /// A follow-up, or several messages in a row, as one question for the search. `None` where the message is one itself,
    /// and where the model fails at it: the message is searched for then.
    async fn standalone(&self, ask: &Ask, budget: &dyn Budget, deadline: Deadline) -> Option<String> {
        if !rewrite::is_needed(ask, |turn| self.asks(turn)) {
            return None;
        }
        let deadline = deadline.min(Deadline::now() + self.timeout / REWRITE_SHARE);
        let call = self
            .model
            .complete(Prompt::rewrite(ask), rewrite::MAX_CHARS * 4, budget);
        let written = timeout_at(deadline, call).await.unwrap_or(Err(Failure::TimedOut));
        match written {
            Ok(text) => rewrite::accepted(&text, ask),
            Err(failure) => {
                tracing::info!(reason = %failure, "a follow-up was not rewritten; searching for it as it is");
                None
            }
        }
    }

    /// Whether an earlier message says something that a later one may rest on.
    fn asks(&self, turn: &Turn) -> bool {
        let alone = Ask {
            text: turn.text.clone(),
            ..Ask::default()
        };
        match turn.role {
            TurnRole::User => matches!(self.fallback.consider(&alone), Outcome::Open(_)),
            TurnRole::Agent => true,
            TurnRole::Bot => false,
        }
    }

    /// The passages that the model may answer from, best first.
    async fn passages(&self, ask: &Ask, question: &OpenQuestion, rewritten: Option<&str>) -> Vec<Passage> {
        // what it followed is in it
        let standalone = rewritten.map(|text| Ask {
            text: text.to_owned(),
            history: Vec::new(),
            ..ask.clone()
        });
        let found = match standalone.as_ref().map(|ask| self.fallback.consider(ask)) {
            Some(Outcome::Open(mut question)) => {
                question.understand().await;
                question.background()
            }
            _ => question.background(),
        };
        // what is said is checked in the language of the passages, so there is one
        let locale = found.first().map(|best| best.locale.clone()).unwrap_or_default();
        let is_material = |passage: &Passage| {
            let orders = guard::gives_orders(&passage.text) || guard::gives_orders(&passage.full_title());
            if orders {
                tracing::warn!(title = %passage.title, "an article gives orders to a model and is not shown to it");
            }
            !orders && passage.locale == locale
        };
        found.into_iter().filter(is_material).collect()
    }

    /// The reply in the language of whoever asked, where the articles have another. It is translated after it was checked,
    /// and the model sees nothing but the checked text; where that fails, the text stays and says what it is.
    async fn translated(&self, mut written: Written, budget: &dyn Budget, deadline: Deadline) -> Written {
        let (Verdict::Supported { text, .. }, Some(target)) = (&mut written.verdict, written.into) else {
            return written;
        };
        let call = self
            .model
            .complete(Prompt::translate(text, target), MAX_REPLY_BYTES, budget);
        let translation = timeout_at(deadline, call).await.unwrap_or(Err(Failure::TimedOut));
        match translation.and_then(|translation| restated::translation(translation, text, target)) {
            Ok(translation) => *text = translation,
            Err(failure) => {
                tracing::info!(reason = %failure, "an answer was not translated");
                if let Some(best) = written.passages.first() {
                    *text = format!("{}\n\n{text}", Phrases::of(target).only_in(&best.locale));
                }
            }
        }
        written
    }

    fn phrased(&self, written: Written, question: &OpenQuestion) -> Answer {
        let passages = written.passages;
        let mut answer = match written.verdict {
            Verdict::NoAnswer => unknown(question.language),
            Verdict::Supported { text, cited } => {
                let cited: Vec<&Passage> = cited.iter().filter_map(|place| passages.get(*place)).collect();
                let knowledge = self.fallback.knowledge();
                let related = cited.first().map(|best| knowledge.related(best, PROMPTS));
                Answer {
                    text,
                    sources: distinct_sources(&cited),
                    prompts: related.unwrap_or_default(),
                    handoff: false,
                    trace: Trace {
                        intent: "answer".to_owned(),
                        ..Trace::default()
                    },
                }
            }
        };
        answer.trace.model = Some(self.model.name.clone());
        answer.trace.language = Some(question.language.code().to_owned());
        answer.trace.passages = passages.iter().map(scored).collect();
        answer.trace.rewritten = written.rewritten;
        answer
    }
}

#[async_trait]
impl Replier for OpenAiReplier {
    async fn reply(&self, ask: &Ask, deltas: &Deltas<'_>) -> Result<Answer, ReplyError> {
        Ok(self.reply_within(ask, &Unlimited, deltas).await)
    }
}

/// A model that fails is somebody's to repair; a budget that is used up was meant to be.
fn report(failure: &Failure) {
    match failure {
        Failure::Budget(_) | Failure::NoPassages => {
            tracing::info!(reason = %failure, "the language model was not asked; quoting the articles instead");
        }
        _ => {
            tracing::warn!(reason = %failure, "the language model gave no reply; quoting the articles instead")
        }
    }
}

/// The language that an answer out of passages in `locale` is to be put into; none where it is to stay as it is, and where
/// the bot does not speak the one that is wanted.
fn translation(ask: &Ask, question: &OpenQuestion, locale: &str) -> Option<Language> {
    let set = ask.locale.as_deref().filter(|locale| !locale.is_empty());
    // one that the bot does not speak is left to the model
    let is_spoken = set.is_none_or(|set| Language::from_locale(set).is_some());
    let wanted = (is_spoken || question.asked_in.is_some()).then_some(question.language)?;
    (wanted.code() != locale).then_some(wanted)
}

fn distinct_sources(passages: &[&Passage]) -> Vec<Source> {
    let mut sources: Vec<Source> = Vec::new();
    for found in passages.iter().map(|passage| source(passage)) {
        if !sources.contains(&found) {
            sources.push(found);
        }
    }
    sources
}

impl fmt::Debug for OpenAiReplier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenAiReplier")
            .field("base_url", &self.model.address())
            .field("model", &self.model.name)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "openai_tests.rs"]
mod tests;
