//! The articles in one language, and the search among them.

use std::collections::HashMap;

use super::articles::Article;
use super::decision::{Evidence, Nearness};
use super::index::{Counts, Field, Name, Ranking, Term, Vocabulary};
use super::kb::Query;
use super::meaning::Meanings;
use super::passages::{Section, sections};
use super::query::{Unit, Units};
use super::scores::{Best, Scores, add, nearest};
use super::words::{typed_words, words};

/// How many articles are looked at closely.
const CANDIDATES: usize = 12;
/// What the best passage's own score counts beside the article's.
const PASSAGE: f32 = 0.15;
/// What the likeness of a title or heading counts, as a share of the highest score.
const LIKENESS: f32 = 1.0;
/// What the nearness of an article's best passage by its vector, and of its best title, heading or question, counts at most, as a
/// share of the highest score.
const MEANING: [f32; 2] = [1.0, 1.0];
/// How much a word counts that a title has and the question has not.
const OTHERS: f32 = 0.2;
/// How much a word of a heading counts that says little about a subject.
const LITTLE: f32 = 0.6;

/// An article with its place in the knowledge base and the vectors of its passages, if there are any.
pub(super) type Indexed<'a> = (usize, &'a Article, &'a [Vec<f32>]);

/// A passage of an article.
pub(super) struct Entry {
    /// The article's place in the knowledge base.
    pub(super) article: usize,
    pub(super) section: Section,
    heading: Label,
}

/// A title, heading or example question.
struct Label {
    words: Vec<String>,
    names: Vec<Name>,
}

/// An article of the shelf.
struct Title {
    /// Its place in the knowledge base.
    article: usize,
    /// The first of its entries, and the one after its last.
    entries: (usize, usize),
    title: Label,
    questions: Vec<Label>,
    tags: Vec<Vec<String>>,
}

/// The articles in one language.
pub(super) struct Shelf {
    vocabulary: Vocabulary,
    titles: Vec<Title>,
    pub(super) entries: Vec<Entry>,
    by_title: Ranking,
    by_entry: Ranking,
    meanings: Meanings,
    /// The place of each entry's article among the titles.
    title_of: Vec<usize>,
    /// How many passages a heading stands over.
    headings: HashMap<Vec<String>, usize>,
}

/// What a search finds.
#[derive(Default)]
pub(super) struct Finding {
    /// Each article's best entry, the best first, with its score.
    pub(super) entries: Vec<(usize, f32)>,
    pub(super) evidence: Evidence,
}

/// An article that may be the answer.
struct Candidate {
    title: usize,
    entry: usize,
    score: f32,
    likeness: f32,
    is_exact: bool,
}

impl Shelf {
    /// Indexes those articles, each with its place in the knowledge base and the vectors of its passages.
    pub(super) fn build(code: &str, articles: &[Indexed<'_>]) -> Self {
        let mut vocabulary = Vocabulary::new(code);
        let (mut of_titles, mut of_entries) = (Counts::default(), Counts::default());
        let (mut titles, mut entries) = (Vec::new(), Vec::new());
        let (mut meanings, mut title_of) = (Meanings::default(), Vec::new());
        for (place, article, vectors) in articles {
            let mut fields = Vec::new();
            let title = Label::learn(&mut vocabulary, &article.title, Field::Title);
            fields.push((Field::Title, title.terms()));
            let tags = vocabulary.learn(&article.tags.join("\n"), Field::Tags);
            fields.push((Field::Tags, terms(&tags)));
            let ask = |question: &String| Label::learn(&mut vocabulary, question, Field::Questions);
            let questions: Vec<Label> = article.questions.iter().map(ask).collect();
            fields.extend(
                questions
                    .iter()
                    .map(|question| (Field::Questions, question.terms())),
            );
            let first = entries.len();
            for section in sections(&article.body) {
                let named = section.heading.as_deref().unwrap_or(&article.title);
                let heading = Label::learn(&mut vocabulary, named, Field::Heading);
                let text = terms(&vocabulary.learn(&section.text, Field::Text));
                if section.heading.is_some() {
                    fields.push((Field::Heading, heading.terms()));
                }
                of_entries.add(&[
                    (Field::Heading, heading.terms()),
                    (Field::Text, title.terms()),
                    (Field::Text, text.clone()),
                ]);
                fields.push((Field::Text, text));
                entries.push(Entry {
                    article: *place,
                    section,
                    heading,
                });
            }
            if entries.len() > first {
                let has_heading: Vec<bool> = entries[first..]
                    .iter()
                    .map(|entry: &Entry| entry.section.heading.is_some())
                    .collect();
                meanings.add(article, titles.len(), first, &has_heading, vectors);
                title_of.resize(entries.len(), titles.len());
                of_titles.add(&fields);
                titles.push(Title {
                    article: *place,
                    entries: (first, entries.len()),
                    title,
                    questions,
                    tags: article.tags.iter().map(|tag| words(tag)).collect(),
                });
            }
        }
        vocabulary.finish();
        let mut headings = HashMap::new();
        for entry in &entries {
            *headings.entry(entry.heading.words.clone()).or_default() += 1;
        }
        meanings.finish(&title_of);
        let size = vocabulary.len();
        Self {
            by_title: of_titles.rank(size),
            by_entry: of_entries.rank(size),
            vocabulary,
            titles,
            entries,
            headings,
            meanings,
            title_of,
        }
    }

    /// Whether a heading stands over one passage only.
    pub(super) fn is_unique(&self, heading: &str) -> bool {
        self.headings.get(&typed_words(heading)) == Some(&1)
    }

    /// Whether any passage has a vector.
    pub(super) fn has_vectors(&self) -> bool {
        !self.meanings.is_empty()
    }

    /// Whether the articles have this word as it is written.
    pub(super) fn knows(&self, word: &str) -> bool {
        self.vocabulary.has(word)
    }

    /// The entries of an article, by its place in the knowledge base.
    pub(super) fn entries_of(&self, article: usize) -> &[Entry] {
        let title = self.titles.binary_search_by_key(&article, |title| title.article);
        let range = title
            .ok()
            .and_then(|at| self.titles.get(at))
            .map(|title| title.entries);
        range
            .and_then(|(first, end)| self.entries.get(first..end))
            .unwrap_or_default()
    }

    /// The articles nearest to a question, and what speaks for the first.
    pub(super) fn search(&self, query: &Query<'_>) -> Finding {
        let units = Units::read(
            query.text,
            query.before,
            query.language,
            &self.vocabulary,
            &self.by_title,
        );
        let best = units.weight().max(f32::MIN_POSITIVE);
        let scores = self.scores(&units, query.vector);
        let mut places = nearest(&scores.total, CANDIDATES);
        places.extend(nearest(&scores.standing.passage, CANDIDATES));
        places.extend(nearest(&scores.standing.label, CANDIDATES));
        places.sort_unstable();
        places.dedup();
        let mut candidates: Vec<Candidate> = places
            .into_iter()
            .filter_map(|title| self.candidate(title, &scores, &units, best))
            .collect();
        // Equal scores keep the order of the articles.
        candidates.sort_by(|a, b| b.is_exact.cmp(&a.is_exact).then(b.score.total_cmp(&a.score)));
        let evidence = candidates
            .first()
            .map(|first| self.evidence(first, candidates.get(1), &scores, &units, best));
        Finding {
            entries: candidates
                .iter()
                .map(|candidate| (candidate.entry, candidate.score))
                .collect(),
            evidence: evidence.unwrap_or(Evidence {
                unknown: 1.0,
                ..Evidence::default()
            }),
        }
    }

    fn candidate(&self, place: usize, scores: &Scores, units: &Units, best: f32) -> Option<Candidate> {
        let title = self.titles.get(place)?;
        let (first, end) = title.entries;
        let mut likeness = self.likeness(&title.title, units);
        let mut is_exact = title.title.words == units.typed || title.tags.contains(&units.typed);
        for question in &title.questions {
            likeness = likeness.max(self.likeness(question, units));
            is_exact |= question.words == units.typed;
        }
        let passages = (first..end).filter_map(|at| {
            let entry = self.entries.get(at)?;
            let alike = self.likeness(&entry.heading, units);
            let exact = entry.heading.words == units.typed;
            let own = scores.entries.get(at)? + best * scores.standing.entries.get(at).unwrap_or(&0.0);
            Some((at, alike, exact, own + LIKENESS * best * alike))
        });
        let (entry, alike, exact, _) =
            passages.max_by(|a, b| a.2.cmp(&b.2).then(a.3.total_cmp(&b.3)).then(b.0.cmp(&a.0)))?;
        let likeness = likeness.max(alike);
        let meaning = scores.standing.of(place);
        let near: f32 = meaning
            .iter()
            .zip(MEANING)
            .map(|(near, counts)| near * counts)
            .sum();
        let own = scores.entries.get(entry)?;
        Some(Candidate {
            title: place,
            entry,
            score: scores.total.get(place)? + PASSAGE * own + best * (LIKENESS * likeness + near),
            likeness,
            is_exact: (is_exact || exact) && !units.typed.is_empty(),
        })
    }

    fn evidence(
        &self,
        first: &Candidate,
        second: Option<&Candidate>,
        scores: &Scores,
        units: &Units,
        best: f32,
    ) -> Evidence {
        let share = |worth: &dyn Fn(&Unit) -> f32| {
            let sum: f32 = units.units.iter().map(|unit| unit.weight * worth(unit)).sum();
            sum / best
        };
        let surest = |unit: &Unit, has: &dyn Fn(Term) -> bool| {
            let found = unit
                .terms
                .iter()
                .filter(|(term, _)| has(*term))
                .map(|(_, surely)| *surely);
            found.fold(0.0, f32::max)
        };
        let covered =
            |title: usize| share(&|unit| surest(unit, &|term| self.by_title.worth(term, title).is_some()));
        let article = covered(first.title);
        let in_topic = |term| {
            self.by_title
                .worth(term, first.title)
                .is_some_and(|worth| worth.topic > 0.0)
        };
        let runner_up = second.map_or(0.0, |second| second.score);
        let agrees = |scores: &[f32]| {
            let own = scores.get(first.title).copied().unwrap_or_default();
            own > 0.0 && scores.iter().all(|score| *score <= own)
        };
        Evidence {
            article,
            topic: share(&|unit| surest(unit, &in_topic)),
            passage: share(&|unit| surest(unit, &|term| self.by_entry.worth(term, first.entry).is_some())),
            likeness: first.likeness,
            lead: article - second.map_or(0.0, |second| covered(second.title)),
            likeness_lead: first.likeness - second.map_or(0.0, |second| second.likeness),
            margin: ((first.score - runner_up) / first.score.max(f32::MIN_POSITIVE)).clamp(0.0, 1.0),
            score: scores.total.get(first.title).copied().unwrap_or_default() / best,
            amount: article * best / self.by_title.rarity(None).max(0.1),
            agreement: f32::from(u8::from(agrees(&scores.topic) && agrees(&scores.text))),
            respelled: share(&|unit| f32::from(u8::from(unit.is_respelled))),
            continued: f32::from(u8::from(units.is_continued)),
            foreign: f32::from(u8::from(units.is_foreign)),
            meaning: (!scores.standing.is_empty()).then(|| Nearness::of(first.title, &scores.standing)),
            unknown: share(&|unit| f32::from(u8::from(unit.terms.is_empty()))),
            is_exact: first.is_exact,
        }
    }

    /// How alike a title or heading and the question are: the share of the words of both that both have, by their rarity. What
    /// only the title has counts less: it may be long.
    fn likeness(&self, label: &Label, units: &Units) -> f32 {
        let mut both = 0.0;
        let mut all = 0.0;
        let mut met = vec![false; label.names.len()];
        for unit in &units.units {
            let mut surest = 0.0_f32;
            for (term, surely) in &unit.terms {
                for (name, met) in label.names.iter().zip(&mut met) {
                    if name.terms.contains(term) {
                        *met = true;
                        surest = surest.max(*surely);
                    }
                }
            }
            both += unit.weight * surest;
            all += unit.weight;
        }
        let others = label
            .names
            .iter()
            .zip(&met)
            .filter(|(_, met)| !**met)
            .map(|(name, _)| {
                let rarest = name
                    .terms
                    .iter()
                    .map(|term| self.by_title.rarity(Some(*term)))
                    .fold(0.0, f32::max);
                if name.says_little { LITTLE * rarest } else { rarest }
            });
        all += OTHERS * others.sum::<f32>();
        if all > 0.0 { both / all } else { 0.0 }
    }

    fn scores(&self, units: &Units, vector: Option<&[f32]>) -> Scores {
        let standing = self.meanings.standing(vector, self.titles.len(), &self.title_of);
        let mut scores = Scores {
            total: vec![0.0; self.by_title.len()],
            topic: vec![0.0; self.by_title.len()],
            text: vec![0.0; self.by_title.len()],
            entries: vec![0.0; self.by_entry.len()],
            standing,
        };
        let mut of_titles = Best::new(self.by_title.len());
        let mut of_entries = Best::new(self.by_entry.len());
        for unit in &units.units {
            let share = self.share(unit);
            for (term, surely) in &unit.terms {
                let strength = share * surely;
                for (title, worth) in self.by_title.documents_with(*term) {
                    of_titles.raise(
                        title,
                        [worth.total, worth.topic, worth.text].map(|worth| worth * strength),
                    );
                }
                for (entry, worth) in self.by_entry.documents_with(*term) {
                    of_entries.raise(entry, [worth.total * strength]);
                }
            }
            of_titles.take(|title, [total, topic, text]| {
                add(&mut scores.total, title, total);
                add(&mut scores.topic, title, topic);
                add(&mut scores.text, title, text);
            });
            of_entries.take(|entry, [score]| add(&mut scores.entries, entry, score));
        }
        scores
    }

    /// How much a unit counts beside its rarity: less where it says little, or stands in the question before.
    fn share(&self, unit: &Unit) -> f32 {
        let surest = unit.terms.iter().max_by(|a, b| a.1.total_cmp(&b.1));
        let rarity = self.by_title.rarity(surest.map(|(term, _)| *term));
        if rarity > 0.0 { unit.weight / rarity } else { 0.0 }
    }
}

fn terms(names: &[Name]) -> Vec<Term> {
    names.iter().flat_map(|name| name.terms.iter().copied()).collect()
}

impl Label {
    fn learn(vocabulary: &mut Vocabulary, text: &str, field: Field) -> Self {
        Self {
            words: typed_words(text),
            names: vocabulary.learn(text, field),
        }
    }

    fn terms(&self) -> Vec<Term> {
        terms(&self.names)
    }
}
