//! A question as the index understands it: its words, each by all the terms that it may mean.

use std::sync::LazyLock;

use super::index::{Ranking, Term, Vocabulary};
use super::language::{self, Language, Stems};
use super::lexicon;
use super::spelling::Speller;
use super::thesaurus;
use super::words::{is_common, typed_words};

/// A question's words beyond these no longer matter, and scoring them would cost time.
const MAX_WORDS: usize = 96;
/// What a word of the same meaning is worth where the articles do not have the word itself.
const SYNONYM: f32 = 0.8;
/// The same where they have it: then it is probably what is meant.
const ALTERNATIVE: f32 = 0.7;
/// How much a phrase or word counts whose meaning can be asked of anything.
const GENERAL: f32 = 0.3;
/// The same for a word of another language, where it is all that there can be.
const TRANSLATION: f32 = 0.9;
/// The same for a word with one slip, and with two.
const RESPELLED: [f32; 2] = [0.85, 0.65];
/// How much a word counts that says little about a subject.
const LITTLE: f32 = 0.3;
/// How much the words of the question before count in a follow-up.
const BEFORE: f32 = 0.6;
/// How much an unknown word counts in a question in another language than the articles'.
const UNTRANSLATED: f32 = 0.5;
/// Shorter German words are not taken apart.
const COMPOUND_LETTERS: usize = 9;
/// What each part of a compound has at least.
const PART_LETTERS: usize = 4;

/// A word or phrase of a question.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Unit {
    /// What it may mean, each with how surely.
    pub(super) terms: Vec<(Term, f32)>,
    /// How much it counts: its rarity, less where it says little.
    pub(super) weight: f32,
    /// Whether it was taken for a misspelling.
    pub(super) is_respelled: bool,
}

/// A question for one index.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Units {
    pub(super) units: Vec<Unit>,
    /// The words as they were typed, without the question before.
    pub(super) typed: Vec<String>,
    /// Whether it is in another language than the articles.
    pub(super) is_foreign: bool,
    /// Whether the question before was put before it.
    pub(super) is_continued: bool,
}

impl Units {
    /// Understands `text`, and the question `before` it where that is needed.
    pub(super) fn read(
        text: &str,
        before: Option<&str>,
        language: Option<Language>,
        articles: &Vocabulary,
        ranking: &Ranking,
    ) -> Self {
        let typed = typed_words(text);
        let reader = Reader {
            language,
            articles,
            ranking,
        };
        let mut units = reader.units(&typed, 1.0);
        if let Some(before) = before {
            let earlier = reader.units(&typed_words(before), BEFORE);
            units.extend(earlier);
        }
        let mut distinct: Vec<Unit> = Vec::new();
        for unit in units {
            if unit.terms.is_empty() || !distinct.iter().any(|other| other.terms == unit.terms) {
                distinct.push(unit);
            }
        }
        Self {
            units: distinct,
            typed,
            is_foreign: articles
                .language()
                .is_some_and(|own| language.is_some_and(|asked| asked != own)),
            is_continued: before.is_some(),
        }
    }

    /// What all words together count.
    pub(super) fn weight(&self) -> f32 {
        self.units.iter().map(|unit| unit.weight).sum()
    }
}

/// How much a word or phrase of these meanings counts.
fn general(meanings: &[thesaurus::Meaning]) -> f32 {
    let is_general = !meanings.is_empty() && meanings.iter().all(|meaning| thesaurus::is_general(*meaning));
    if is_general { GENERAL } else { 1.0 }
}

struct Reader<'a> {
    /// The question's; all that the bot speaks if it is not known.
    language: Option<Language>,
    articles: &'a Vocabulary,
    ranking: &'a Ranking,
}

impl Reader<'_> {
    fn units(&self, words: &[String], share: f32) -> Vec<Unit> {
        let words = words.get(..words.len().min(MAX_WORDS)).unwrap_or(words);
        let phrases = self.phrases(words);
        let mut units = Vec::new();
        for (_, length, meanings) in phrases.iter().filter(|(_, length, _)| *length > 1) {
            let terms: Vec<(Term, f32)> = meanings
                .iter()
                .filter_map(|meaning| Some((self.articles.meaning_term(*meaning)?, 1.0)))
                .collect();
            debug_assert!(*length > 1, "a phrase has several words");
            if !terms.is_empty() {
                units.push(self.unit(terms, share * general(meanings), false));
            }
        }
        for (at, word) in words.iter().enumerate() {
            let within = phrases
                .iter()
                .any(|(start, length, _)| *length > 1 && (*start..start + length).contains(&at));
            let meanings = phrases
                .iter()
                .find(|(start, length, _)| *start == at && *length == 1);
            let meanings = meanings
                .map(|(_, _, meanings)| meanings.as_slice())
                .unwrap_or_default();
            units.extend(self.word(word, meanings, within).into_iter().map(|mut unit| {
                unit.weight *= share;
                unit
            }));
        }
        units
    }

    /// The phrases and words of the thesaurus, from the left, the longest first.
    fn phrases(&self, words: &[String]) -> Vec<(usize, usize, Vec<thesaurus::Meaning>)> {
        let mut found: Vec<(usize, usize, thesaurus::Meaning)> = self
            .languages()
            .into_iter()
            .flat_map(|language| thesaurus::meanings(words, language))
            .collect();
        found.sort_by_key(|(at, length, _)| (*at, std::cmp::Reverse(*length)));
        let mut phrases: Vec<(usize, usize, Vec<thesaurus::Meaning>)> = Vec::new();
        for (at, length, meaning) in found {
            match phrases.last_mut() {
                Some((start, long, meanings)) if *start == at && *long == length => {
                    if !meanings.contains(&meaning) {
                        meanings.push(meaning);
                    }
                }
                Some((start, long, _)) if at < *start + *long => {}
                _ => phrases.push((at, length, vec![meaning])),
            }
        }
        phrases
    }

    /// A word by itself: nothing where it says nothing.
    fn word(&self, word: &str, meanings: &[thesaurus::Meaning], within_phrase: bool) -> Vec<Unit> {
        if self.is_stop_word(word) && meanings.is_empty() {
            return Vec::new();
        }
        let mut terms = self.stems(word);
        let is_known = !terms.is_empty();
        let strength = match (is_known, self.is_foreign()) {
            (_, true) => TRANSLATION,
            (true, false) => ALTERNATIVE,
            (false, false) => SYNONYM,
        };
        let meant = meanings
            .iter()
            .filter_map(|meaning| self.articles.meaning_term(*meaning));
        terms.extend(meant.map(|term| (term, strength)));
        let says_little = lexicon::is_noise(word) || self.is_stop_word(word);
        let share = if says_little { LITTLE } else { general(meanings) };
        if !terms.is_empty() {
            return vec![self.unit(terms, share, false)];
        }
        let is_number = word.chars().any(|c| c.is_ascii_digit());
        if within_phrase || says_little || is_number {
            return Vec::new();
        }
        if !is_common(word) {
            let respelled = self.respelled(word);
            if !respelled.is_empty() {
                return vec![self.unit(respelled, share, true)];
            }
            let parts = self.parts(word);
            if !parts.is_empty() {
                return parts;
            }
        }
        let share = if self.is_foreign() { UNTRANSLATED } else { share };
        vec![self.unit(Vec::new(), share, false)]
    }

    fn unit(&self, mut terms: Vec<(Term, f32)>, share: f32, is_respelled: bool) -> Unit {
        terms.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        terms.dedup_by_key(|(term, _)| *term);
        let surest = terms.iter().max_by(|a, b| a.1.total_cmp(&b.1));
        let weight = share * self.ranking.rarity(surest.map(|(term, _)| *term));
        Unit {
            terms,
            weight,
            is_respelled,
        }
    }

    /// The terms of a word's stems: in the articles' language, and in the question's, which tags may be in.
    fn stems(&self, word: &str) -> Vec<(Term, f32)> {
        let own = self.articles.term(word);
        let foreign = self.languages().into_iter().filter_map(|language| {
            let stem = Stems::of(language.code()).stem(word);
            self.articles.stem_term(&stem)
        });
        own.into_iter().chain(foreign).map(|term| (term, 1.0)).collect()
    }

    fn respelled(&self, word: &str) -> Vec<(Term, f32)> {
        let of_articles = self.articles.speller().suggestions(word);
        let of_thesaurus = THESAURUS.suggestions(word);
        let nearest = of_articles
            .iter()
            .chain(&of_thesaurus)
            .map(|found| found.distance)
            .min();
        let mut terms = Vec::new();
        for found in of_articles
            .iter()
            .chain(&of_thesaurus)
            .filter(|found| Some(found.distance) == nearest)
        {
            let strength = RESPELLED
                .get(found.distance.max(1) - 1)
                .copied()
                .unwrap_or_default();
            terms.extend(
                self.stems(found.word)
                    .into_iter()
                    .map(|(term, _)| (term, strength)),
            );
            let spelled = [found.word.to_owned()];
            for language in self.languages() {
                let meanings = thesaurus::meanings(&spelled, language).into_iter();
                let meant = meanings.filter_map(|(_, _, meaning)| self.articles.meaning_term(meaning));
                terms.extend(meant.map(|term| (term, strength * SYNONYM)));
            }
        }
        terms
    }

    /// The two words of a German compound, if both are known.
    fn parts(&self, word: &str) -> Vec<Unit> {
        let letters = word.chars().count();
        if letters < COMPOUND_LETTERS || !self.languages().contains(&Language::German) {
            return Vec::new();
        }
        let splits = word
            .char_indices()
            .map(|(at, _)| at)
            .skip(PART_LETTERS)
            .take(letters - 2 * PART_LETTERS + 1);
        splits
            .filter_map(|at| Some((word.get(..at)?, word.get(at..)?)))
            .find_map(|(first, second)| {
                let second = self.part(second)?;
                let linked = ["", "s", "n", "en", "es"].into_iter();
                let first = linked
                    .filter_map(|link| first.strip_suffix(link))
                    .find_map(|first| self.part(first))?;
                Some(vec![first, second])
            })
            .unwrap_or_default()
    }

    fn part(&self, part: &str) -> Option<Unit> {
        if part.chars().count() < PART_LETTERS {
            return None;
        }
        let mut terms = self.stems(part);
        let meanings = thesaurus::meanings(&[part.to_owned()], Language::German).into_iter();
        let meant = meanings.filter_map(|(_, _, meaning)| self.articles.meaning_term(meaning));
        terms.extend(meant.map(|term| (term, SYNONYM)));
        (!terms.is_empty()).then(|| self.unit(terms, 1.0, false))
    }

    fn languages(&self) -> Vec<Language> {
        self.language
            .map_or_else(|| Language::ALL.to_vec(), |language| vec![language])
    }

    fn is_stop_word(&self, word: &str) -> bool {
        match self.language {
            Some(language) => language::stop_words(language.code()).contains(word),
            None => self.articles.is_stop_word(word),
        }
    }

    fn is_foreign(&self) -> bool {
        self.articles
            .language()
            .is_some_and(|own| self.language.is_some_and(|asked| asked != own))
    }
}

/// The words of the thesaurus, which a question may misspell as well.
static THESAURUS: LazyLock<Speller> = LazyLock::new(|| {
    let words = Language::ALL.into_iter().flat_map(thesaurus::all_words);
    let mut words: Vec<String> = words.collect();
    words.sort();
    words.dedup();
    Speller::new(words.into_iter().map(|word| (word, 1)))
});
