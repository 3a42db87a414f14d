//! The index of the articles in one language: which words stand where, and how much they count there.
//!
//! BM25F: a word counts for its rarity, and for how often it occurs, more in a title than in a text, less in a long field.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::language::{self, Language, Stems};
use super::lexicon;
use super::spelling::Speller;
use super::thesaurus;
use super::words::words;

/// How soon a word's further occurrences cease to count.
const SATURATION: f32 = 2.0;

/// Where a word stands. What says what an article is about is told from what only mentions it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Title,
    Heading,
    Tags,
    /// Example questions that people ask.
    Questions,
    Text,
}

const FIELDS: [Field; 5] = [
    Field::Title,
    Field::Heading,
    Field::Tags,
    Field::Questions,
    Field::Text,
];

impl Field {
    /// How much an occurrence counts.
    fn weight(self) -> f32 {
        match self {
            Self::Title => 1.5,
            Self::Heading => 1.2,
            Self::Tags => 2.0,
            Self::Questions => 2.0,
            Self::Text => 0.5,
        }
    }

    /// How much it counts against an occurrence that the field is longer than others: 0 not at all, 1 in proportion.
    fn length_matters(self) -> f32 {
        match self {
            Self::Title => 0.6,
            Self::Heading | Self::Questions => 0.4,
            Self::Tags => 0.2,
            Self::Text => 0.6,
        }
    }
}

/// The number of a word's stem, or of a meaning of the thesaurus.
pub(super) type Term = u32;

/// How often a term occurs in a document, by its weight.
#[derive(Clone, Copy, Debug)]
struct Posting {
    document: u32,
    /// In what says what the document is about.
    topic: f32,
    text: f32,
}

/// What a term is worth to a document.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Worth {
    pub(super) total: f32,
    /// Without what the document only mentions.
    pub(super) topic: f32,
    /// What it only mentions.
    pub(super) text: f32,
}

/// Documents, ranked by the terms of a question.
pub(super) struct Ranking {
    postings: Vec<Vec<Posting>>,
    documents: usize,
}

impl Ranking {
    /// How rare a term is: the logarithm of what share of the documents has it. A term that none has is as rare as one that
    /// one has: people mention what they bought, and no article can know all of it.
    pub(super) fn rarity(&self, term: Option<Term>) -> f32 {
        let all = self.documents as f32;
        let with = term.map_or(0, |term| self.of(term).len()).max(1) as f32;
        (1.0 + (all - with + 0.5).max(0.0) / (with + 0.5)).ln()
    }

    /// The documents with a term, and what it is worth to each.
    pub(super) fn documents_with(&self, term: Term) -> impl Iterator<Item = (usize, Worth)> + '_ {
        let rarity = self.rarity(Some(term));
        self.of(term)
            .iter()
            .map(move |posting| (posting.document as usize, posting.worth(rarity)))
    }

    /// What a term is worth to one document; nothing where it does not occur.
    pub(super) fn worth(&self, term: Term, document: usize) -> Option<Worth> {
        let postings = self.of(term);
        let at = postings
            .binary_search_by_key(&document, |posting| posting.document as usize)
            .ok()?;
        postings
            .get(at)
            .map(|posting| posting.worth(self.rarity(Some(term))))
    }

    /// How many documents there are.
    pub(super) fn len(&self) -> usize {
        self.documents
    }

    fn of(&self, term: Term) -> &[Posting] {
        self.postings
            .get(term as usize)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }
}

impl Posting {
    fn worth(&self, rarity: f32) -> Worth {
        let saturated = |frequency: f32| rarity * frequency / (frequency + SATURATION);
        Worth {
            total: saturated(self.topic + self.text),
            topic: saturated(self.topic),
            text: saturated(self.text),
        }
    }
}

/// The terms of documents while they are counted.
#[derive(Default)]
pub(super) struct Counts {
    documents: Vec<[HashMap<Term, u16>; 5]>,
}

impl Counts {
    /// Adds a document: the terms of each of its fields.
    pub(super) fn add(&mut self, fields: &[(Field, Vec<Term>)]) {
        let mut counted: [HashMap<Term, u16>; 5] = Default::default();
        for (field, terms) in fields {
            for term in terms {
                if let Some(count) = counted.get_mut(*field as usize) {
                    let count = count.entry(*term).or_default();
                    *count = count.saturating_add(1);
                }
            }
        }
        self.documents.push(counted);
    }

    /// Ranks the documents that were added, in a language with this many terms.
    pub(super) fn rank(self, terms: usize) -> Ranking {
        let length =
            |counts: &HashMap<Term, u16>| counts.values().map(|count| f32::from(*count)).sum::<f32>();
        let average = FIELDS.map(|field| {
            let lengths = self
                .documents
                .iter()
                .filter_map(|document| document.get(field as usize))
                .map(length);
            let (sum, fields) = lengths
                .filter(|length| *length > 0.0)
                .fold((0.0, 0.0), |(sum, n), l| (sum + l, n + 1.0));
            if fields > 0.0 { sum / fields } else { 1.0 }
        });
        let mut postings: Vec<Vec<Posting>> = vec![Vec::new(); terms];
        let documents = self.documents.len();
        for (document, counts) in (0..).zip(self.documents) {
            let mut of_document: BTreeMap<Term, Posting> = BTreeMap::new();
            for ((field, counts), average) in FIELDS.into_iter().zip(&counts).zip(average) {
                let b = field.length_matters();
                let norm = 1.0 - b + b * length(counts) / average;
                for (term, count) in counts {
                    let posting = of_document.entry(*term).or_insert(Posting {
                        document,
                        topic: 0.0,
                        text: 0.0,
                    });
                    let frequency = field.weight() * f32::from(*count) / norm;
                    match field {
                        Field::Text => posting.text += frequency,
                        _ => posting.topic += frequency,
                    }
                }
            }
            for (term, posting) in of_document {
                if let Some(postings) = postings.get_mut(term as usize) {
                    postings.push(posting);
                }
            }
        }
        postings.iter_mut().for_each(Vec::shrink_to_fit);
        Ranking { postings, documents }
    }
}

/// The words of the articles in one language.
pub(super) struct Vocabulary {
    language: Option<Language>,
    stems: Stems,
    stop_words: &'static HashSet<String>,
    terms: HashMap<String, Term>,
    /// How often each word occurs, as it is written.
    words: HashMap<String, usize>,
    speller: Speller,
}

/// A word of a text: whatever a question may call it.
#[derive(Clone, Debug, Default)]
pub(super) struct Name {
    pub(super) terms: Vec<Term>,
    /// Whether it says little about a subject.
    pub(super) says_little: bool,
}

impl Vocabulary {
    /// No words yet, in the language of this code.
    pub(super) fn new(code: &str) -> Self {
        Self {
            language: Language::from_locale(code),
            stems: Stems::of(code),
            stop_words: language::stop_words(code),
            terms: HashMap::new(),
            words: HashMap::new(),
            speller: Speller::new([]),
        }
    }

    /// The words of a text, learned, each by the terms that it can be found by.
    pub(super) fn learn(&mut self, text: &str, field: Field) -> Vec<Name> {
        let words = words(text);
        let mut names: Vec<Name> = vec![Name::default(); words.len()];
        for (word, name) in words.iter().zip(&mut names) {
            if !self.stop_words.contains(word) {
                *self.words.entry(word.clone()).or_default() += 1;
                name.terms.push(self.number(self.stems.stem(word)));
                name.says_little = lexicon::is_noise(word);
            }
        }
        for language in self.languages(field) {
            if Some(language) != self.language {
                let stems = Stems::of(language.code());
                let content = words
                    .iter()
                    .zip(&mut names)
                    .filter(|(_, name)| !name.terms.is_empty());
                content.for_each(|(word, name)| name.terms.push(self.number(stems.stem(word))));
            }
            for (at, _, meaning) in thesaurus::meanings(&words, language) {
                let term = self.number(meaning_name(meaning));
                if let Some(name) = names.get_mut(at) {
                    name.terms.push(term);
                }
            }
        }
        for name in &mut names {
            name.terms.sort_unstable();
            name.terms.dedup();
        }
        names.retain(|name| !name.terms.is_empty());
        names
    }

    /// Makes misspelled words of what was learned findable. Once, at the end.
    pub(super) fn finish(&mut self) {
        let spelled = self
            .words
            .iter()
            .filter(|(word, _)| word.chars().all(char::is_alphabetic));
        self.speller = Speller::new(spelled.map(|(word, count)| (word.clone(), *count)));
        self.terms.shrink_to_fit();
    }

    /// How many terms there are.
    pub(super) fn len(&self) -> usize {
        self.terms.len()
    }

    /// The language, if the bot speaks it.
    pub(super) fn language(&self) -> Option<Language> {
        self.language
    }

    /// Whether the articles have this word as it is written.
    pub(super) fn has(&self, word: &str) -> bool {
        self.words.contains_key(word)
    }

    /// Whether a word says nothing about a subject in the articles' language.
    pub(super) fn is_stop_word(&self, word: &str) -> bool {
        self.stop_words.contains(word)
    }

    /// The term of a word's stem in the articles' language, if they have it.
    pub(super) fn term(&self, word: &str) -> Option<Term> {
        self.terms.get(&self.stems.stem(word)).copied()
    }

    /// The term of a stem of any language, if they have it.
    pub(super) fn stem_term(&self, stem: &str) -> Option<Term> {
        self.terms.get(stem).copied()
    }

    /// The term of a meaning, if they speak of it.
    pub(super) fn meaning_term(&self, meaning: thesaurus::Meaning) -> Option<Term> {
        self.terms.get(&meaning_name(meaning)).copied()
    }

    /// Words of the articles that an unknown word may stand for.
    pub(super) fn speller(&self) -> &Speller {
        &self.speller
    }

    /// Tags and questions may be in any language; what else there is, is in the articles' own.
    fn languages(&self, field: Field) -> Vec<Language> {
        match field {
            Field::Tags | Field::Questions => Language::ALL.to_vec(),
            Field::Title | Field::Heading | Field::Text => self.language.into_iter().collect(),
        }
    }

    fn number(&mut self, term: String) -> Term {
        let next = self.terms.len() as Term;
        *self.terms.entry(term).or_insert(next)
    }
}

/// No word has a sign like this.
fn meaning_name(meaning: thesaurus::Meaning) -> String {
    format!("#{meaning}")
}
