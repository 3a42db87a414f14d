//! What a message is about: a greeting, thanks, asking for a person and the like, or a question.

use std::collections::HashSet;

use super::language::Language;
use super::lexicon::{self, ComplaintWords, HumanWords, Phrase};
use super::words::{is_common, typed_words};

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
    /// "This is ridiculous": anger that asks nothing.
    Complaint,
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
            Self::Complaint => "complaint",
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
    /// Whether the message is angry, whatever else it is about.
    pub(super) complains: bool,
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

/// Reads a message. `knows` says whether a word occurs in the articles: such a word is no slip of another.
pub(super) fn read(text: &str, knows: &dyn Fn(&str) -> bool) -> Reading {
    let mut reading = Reading {
        yes: lexicon::is_yes(&clause_words(text, knows)),
        ..Reading::default()
    };
    for sentence in text.split_inclusive(['.', '!', '?', '؟', '\n', ';', '…', '¿', '¡']) {
        let clauses = sentence
            .split([',', '،', ':'])
            .map(|clause| clause_words(clause, knows));
        reading.read_sentence(clauses, sentence.ends_with(['?', '؟']));
    }
    reading
}

fn clause_words(clause: &str, knows: &dyn Fn(&str) -> bool) -> Vec<String> {
    let respelled = |word: String| {
        let known = is_common(&word) || knows(&word);
        let meant = (!known).then(|| lexicon::respelled(&word)).flatten();
        meant.unwrap_or(word)
    };
    typed_words(clause).into_iter().map(respelled).collect()
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

    fn read_sentence(&mut self, clauses: impl Iterator<Item = Vec<String>>, asks: bool) {
        let mut rest: Vec<String> = Vec::new();
        let mut is_social = false;
        for clause in clauses {
            let social = Social::find(&clause, asks);
            if !social.asks_who_this_is()
                && let Some(language) = wish_for_a_person(&clause)
            {
                self.wants_person = true;
                self.note(Intent::Human, language);
                continue;
            }
            if let Some((complaint, is_all)) = complaint(&clause).filter(|_| !social.complete) {
                self.complains = true;
                if is_all {
                    self.note(Intent::Complaint, complaint.language);
                    continue;
                }
            }
            let noted = if social.complete {
                rest.is_empty().then_some(clause.len())
            } else {
                Some(social.opening)
            };
            let taken = noted.unwrap_or_default();
            for (phrase, _) in social.phrases.iter().filter(|(_, end)| *end <= taken) {
                is_social = true;
                self.note(phrase.intent, phrase.language);
            }
            rest.extend(clause.into_iter().skip(taken));
        }
        // "Hi, there" leaves words that say nothing; "Order status" and "what is that?" do not.
        let says_nothing = rest.iter().all(|word| lexicon::is_filler(word)) && (is_social || !asks);
        if !rest.is_empty() && !says_nothing {
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
    /// "Am I talking to a real person?" wants to know, not to talk.
    fn asks_who_this_is(&self) -> bool {
        self.complete
            && self
                .phrases
                .iter()
                .any(|(phrase, _)| phrase.intent == Intent::Identity)
    }

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
    let wishes =
        |vocabulary: &&HumanWords| vocabulary.asks_anywhere(clause) || vocabulary.asks_in_a_run(clause);
    lexicon::HUMAN_WORDS
        .iter()
        .find(wishes)
        .map(|vocabulary| vocabulary.language)
}

/// The vocabulary in which the clause is angry, if it is, and whether it is nothing else.
fn complaint(clause: &[String]) -> Option<(&'static ComplaintWords, bool)> {
    lexicon::COMPLAINT_WORDS.iter().find_map(|vocabulary| {
        let mut angry = vec![false; clause.len()];
        for phrase in &vocabulary.phrases {
            for at in places(clause, phrase) {
                angry
                    .iter_mut()
                    .skip(at)
                    .take(phrase.len())
                    .for_each(|word| *word = true);
            }
        }
        let adds_nothing = |word: &String| {
            vocabulary.about.contains(word) || lexicon::is_empty_word(word, vocabulary.language)
        };
        let is_all = clause
            .iter()
            .zip(&angry)
            .all(|(word, angry)| *angry || adds_nothing(word));
        angry.contains(&true).then_some((vocabulary, is_all))
    })
}

/// Where `phrase` stands in a clause.
fn places<'a>(clause: &'a [String], phrase: &'a [String]) -> impl Iterator<Item = usize> + 'a {
    let windows = clause.windows(phrase.len().max(1)).enumerate();
    windows
        .filter(move |(_, words)| *words == phrase)
        .map(|(at, _)| at)
}

/// What somebody does not want to talk to: "not a bot" asks for a person, "don't call me" does not.
fn is_machine(word: &str) -> bool {
    const MACHINES: [&str; 10] = [
        "bot",
        "bots",
        "robot",
        "robots",
        "machine",
        "maschine",
        "maquina",
        "روبوت",
        "automat",
        "computer",
    ];
    MACHINES.contains(&word)
}

impl HumanWords {
    fn asks_anywhere(&self, clause: &[String]) -> bool {
        self.anywhere.iter().any(|phrase| {
            let of_machines = phrase.iter().any(|word| is_machine(word));
            places(clause, phrase).any(|at| of_machines || !self.is_denied(clause, at))
        })
    }

    fn asks_in_a_run(&self, clause: &[String]) -> bool {
        let mut at = 0;
        clause.chunk_by(|a, b| self.has(a) == self.has(b)).any(|run| {
            let start = at;
            at += run.len();
            let before = clause.get(..start).unwrap_or_default();
            let asks_when = before.iter().chain(run).any(|word| self.hours.contains(word));
            self.wishes(run) && !asks_when && !self.is_denied(clause, start)
        })
    }

    /// Whether one of the two words before this place denies what follows.
    fn is_denied(&self, clause: &[String], at: usize) -> bool {
        let before = clause.get(at.max(2) - 2..at).unwrap_or_default();
        before.iter().any(|word| self.negation.contains(word))
    }

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
