//! What a message is about: a greeting, thanks, asking for a person and the like, or a question.

use std::collections::HashSet;

use super::language::Language;
use super::lexicon::{self, HumanWords, Phrase, words};

/// What a message can be about besides a question. Ordered: of several, the greatest is what the message is
/// about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Intent {
    /// "Hello."
    Greeting,
    /// "OK", or a "yes" that answers no question of the bot's.
    Acknowledge,
    /// "Thank you."
    Thanks,
    /// "Goodbye."
    Goodbye,
    /// "Are you a bot?"
    Identity,
    /// "What can you do?"
    Help,
    /// "I want to talk to a person."
    Human,
}

impl Intent {
    /// The name that traces use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Greeting => "greeting",
            Self::Acknowledge => "acknowledge",
            Self::Thanks => "thanks",
            Self::Goodbye => "goodbye",
            Self::Identity => "identity",
            Self::Help => "help",
            Self::Human => "human",
        }
    }
}

/// A message, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reading {
    /// What was recognised besides questions, and the language that it was said in.
    pub(super) social: Option<(Intent, Language)>,
    /// Whether the message asks for a person, whatever else it is about.
    pub(super) wants_person: bool,
    /// Whether the message opens with a greeting.
    pub(super) greeted: bool,
    /// The sentences that are about something, without a leading greeting or thanks.
    pub(super) questions: Vec<Question>,
    /// Whether the message is consent and nothing else.
    pub(super) yes: bool,
}

/// A sentence that is about something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Question {
    /// Its words.
    pub(super) words: Vec<String>,
    /// Whether it ends in a question mark.
    pub(super) asks: bool,
}

/// Reads a message.
pub(super) fn read(text: &str) -> Reading {
    let mut reading = Reading {
        yes: lexicon::is_yes(&words(text)),
        ..Reading::default()
    };
    for sentence in text.split_inclusive(['.', '!', '?', '؟', '\n', ';', '…', '¿', '¡']) {
        reading.read_sentence(sentence);
    }
    reading
}

impl Reading {
    /// What the message is about, if that is not a question.
    pub(super) fn intent(&self) -> Option<Intent> {
        if self.wants_person {
            return Some(Intent::Human);
        }
        let (intent, _) = self.social?;
        self.questions.is_empty().then_some(intent)
    }

    fn read_sentence(&mut self, sentence: &str) {
        let asks = sentence.ends_with(['?', '؟']);
        let mut rest: Vec<String> = Vec::new();
        for clause in sentence.split([',', '،', ':']).map(words) {
            if let Some(language) = wish_for_a_person(&clause) {
                self.wants_person = true;
                self.note(Intent::Human, language);
                continue;
            }
            let social = Social::find(&clause, asks);
            let noted = if social.complete {
                rest.is_empty().then_some(clause.len())
            } else {
                Some(social.opening)
            };
            let taken = noted.unwrap_or_default();
            for (phrase, _) in social.phrases.iter().filter(|(_, end)| *end <= taken) {
                self.note(phrase.intent, phrase.language);
            }
            rest.extend(clause.into_iter().skip(taken));
        }
        // "Hi, there" leaves words that say nothing; "Order status" does not.
        if rest.iter().any(|word| !lexicon::is_filler(word)) {
            self.questions.push(Question { words: rest, asks });
        }
    }

    fn note(&mut self, intent: Intent, language: Language) {
        self.greeted |= intent == Intent::Greeting && self.questions.is_empty();
        if self.social.is_none_or(|(known, _)| known < intent) {
            self.social = Some((intent, language));
        }
    }
}

/// The pleasantries of a clause.
struct Social {
    /// Each with the index of the word after it.
    phrases: Vec<(&'static Phrase, usize)>,
    /// Whether the clause consists of nothing else.
    complete: bool,
    /// How many words at its beginning are a greeting, thanks or "OK".
    opening: usize,
}

impl Social {
    fn find(clause: &[String], asks: bool) -> Self {
        let thanks_only = !asks && !clause.iter().any(|word| lexicon::is_but(word));
        let mut found = Self {
            phrases: Vec::new(),
            complete: false,
            opening: 0,
        };
        let mut other_words = false;
        let mut opening = true;
        let mut at = 0;
        while let Some(rest) = clause.get(at..).filter(|rest| !rest.is_empty()) {
            if let Some(phrase) = phrase_at(rest) {
                at += if phrase.open_ended && thanks_only {
                    rest.len()
                } else {
                    phrase.words.len()
                };
                opening &= phrase.intent <= Intent::Thanks;
                if opening {
                    found.opening = at;
                }
                found.phrases.push((phrase, at));
                continue;
            }
            if !rest.first().is_some_and(|word| lexicon::is_filler(word)) {
                other_words = true;
                opening = false;
            }
            at += 1;
        }
        found.complete = !other_words && !found.phrases.is_empty();
        found
    }
}

/// The longest phrase that `words` begin with.
fn phrase_at(words: &[String]) -> Option<&'static Phrase> {
    lexicon::PHRASES
        .get(words.first()?)?
        .iter()
        .find(|phrase| words.starts_with(&phrase.words))
}

/// The language in which the clause asks for a person, if it does.
fn wish_for_a_person(clause: &[String]) -> Option<Language> {
    lexicon::HUMAN_WORDS
        .iter()
        .find(|vocabulary| {
            let mut at = 0;
            clause
                .chunk_by(|a, b| vocabulary.has(a) == vocabulary.has(b))
                .any(|run| {
                    let before = clause.get(at.max(2) - 2..at).unwrap_or_default();
                    at += run.len();
                    vocabulary.wishes(run) && !before.iter().any(|word| vocabulary.negation.contains(word))
                })
        })
        .map(|vocabulary| vocabulary.language)
}

impl HumanWords {
    fn has(&self, word: &String) -> bool {
        self.contact.contains(word)
            || self.wish.contains(word)
            || self.person.contains(word)
            || self.somebody.contains(word)
            || self.between.contains(word)
    }

    fn wishes(&self, run: &[String]) -> bool {
        // German puts the verb last; elsewhere "the agent wants" does not ask for an agent.
        let any_order = self.language == Language::German;
        let follows = |verbs: &HashSet<String>, nouns: &dyn Fn(&String) -> bool| {
            let verb = run.iter().position(|word| verbs.contains(word));
            let noun = run.iter().rposition(nouns);
            verb.zip(noun)
                .is_some_and(|(verb, noun)| any_order || verb < noun)
        };
        follows(&self.contact, &|word| {
            self.person.contains(word) || self.somebody.contains(word)
        }) || follows(&self.wish, &|word| self.person.contains(word))
    }
}

#[cfg(test)]
#[path = "intents_tests.rs"]
mod tests;
