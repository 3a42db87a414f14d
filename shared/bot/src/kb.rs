//! The knowledge base: articles split into passages, searched in every language that there are articles in.

use std::collections::BTreeMap;

use super::articles::Article;
use super::decision::{Evidence, Zone};
use super::language::{Language, primary_subtag};
use super::shelf::{Finding, Indexed, Shelf};

/// A set of articles that can be searched. Immutable: a changed set is built anew and swapped in.
pub struct KnowledgeBase {
    articles: Vec<Article>,
    /// One index per language, because stemming, stop words and word rarity differ.
    shelves: BTreeMap<String, Shelf>,
}

/// What is searched for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Query<'a> {
    /// The question.
    pub text: &'a str,
    /// The question before it, where this one makes no sense without.
    pub before: Option<&'a str>,
    /// The language that it is written in, if that is clear.
    pub language: Option<Language>,
    /// The asker's language as a BCP 47 tag; its articles come before others.
    pub locale: Option<&'a str>,
    /// What it means to the model that made the passages' vectors, of length 1; without it words alone count.
    pub vector: Option<&'a [f32]>,
}

/// What a search finds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The best passage of each of the nearest articles, the best first.
    pub passages: Vec<Passage>,
    /// How likely the first of them answers the question, 0–1.
    pub confidence: f32,
    /// What speaks for it.
    pub evidence: Evidence,
}

impl Found {
    /// What becomes of the question.
    pub fn zone(&self) -> Zone {
        if self.passages.is_empty() {
            Zone::Unknown
        } else {
            Zone::of(self.confidence)
        }
    }
}

/// A passage that answers a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage {
    /// The title of the article.
    pub title: String,
    /// The heading above the passage, unless it is the article's introduction.
    pub heading: Option<String>,
    /// The address of the article.
    pub url: Option<String>,
    /// The passage in Markdown, without its heading.
    pub text: String,
    /// The language of the article, as a lower-case primary subtag.
    pub locale: String,
    /// What its words are worth to the question; comparable only within one search.
    pub score: f32,
    article: usize,
}

impl Passage {
    /// The article's title and the heading.
    pub fn full_title(&self) -> String {
        match &self.heading {
            Some(heading) => format!("{} › {heading}", self.title),
            None => self.title.clone(),
        }
    }
}

impl KnowledgeBase {
    /// Indexes `articles`. CPU-bound: some milliseconds an article.
    pub fn build(articles: Vec<Article>) -> Self {
        Self::build_with_vectors(
            articles
                .into_iter()
                .map(|article| (article, Vec::new()))
                .collect(),
        )
    }

    /// Indexes articles with the vectors of their texts, in the order of [`Readable`](super::Readable) and of length 1; an article
    /// that has another number of them is found by its words alone.
    pub fn build_with_vectors(articles: Vec<(Article, Vec<Vec<f32>>)>) -> Self {
        let mut groups: BTreeMap<String, Vec<Indexed<'_>>> = BTreeMap::new();
        for (place, (article, vectors)) in articles.iter().enumerate() {
            groups
                .entry(primary_subtag(&article.locale))
                .or_default()
                .push((place, article, vectors));
        }
        let shelves: BTreeMap<String, Shelf> = groups
            .into_iter()
            .map(|(code, articles)| {
                let shelf = Shelf::build(&code, &articles);
                (code, shelf)
            })
            .filter(|(_, shelf)| !shelf.entries.is_empty())
            .collect();
        let articles = articles.into_iter().map(|(article, _)| article).collect();
        Self { articles, shelves }
    }

    /// Whether a question's vector would tell anything.
    pub fn has_vectors(&self) -> bool {
        self.shelves.values().any(Shelf::has_vectors)
    }

    /// Whether there is nothing to be found.
    pub fn is_empty(&self) -> bool {
        self.shelves.is_empty()
    }

    /// The passages nearest to the question, at most `top`, each of another article. Of the articles in several languages
    /// those count that answer it: first those in the question's language, then the asker's, English ones and any others.
    pub fn search(&self, query: &Query<'_>, top: usize) -> Found {
        let mut best = Found::default();
        for (code, shelf) in self.shelves(query) {
            let finding = shelf.search(query);
            let found = self.found(code, shelf, finding, top);
            if found.zone() == Zone::Answer {
                return found;
            }
            if best.passages.is_empty() || found.confidence > best.confidence {
                best = found;
            }
        }
        best
    }

    /// All passages.
    #[cfg(test)]
    pub(super) fn passages_of(article: &Article) -> Vec<Passage> {
        let sections = super::passages::sections(&article.body).into_iter();
        let passages = sections.map(|section| Passage {
            title: article.title.clone(),
            heading: section.heading,
            url: article.url.clone(),
            text: section.text,
            locale: primary_subtag(&article.locale),
            score: 1.0,
            article: 0,
        });
        passages.collect()
    }

    /// The passages nearest to a text, whether they answer it or not.
    #[cfg(test)]
    pub(super) fn nearest(&self, text: &str, locale: Option<&str>, top: usize) -> Vec<Passage> {
        let query = Query {
            text,
            before: None,
            language: None,
            locale,
            vector: None,
        };
        self.search(&query, top).passages
    }

    /// Whether an article has this word as it is written.
    pub(super) fn knows(&self, word: &str) -> bool {
        self.shelves.values().any(|shelf| shelf.knows(word))
    }

    /// Headings to ask about after `passage`: those of its article, then those of the articles that share
    /// most tags. None that another passage has too: asking for it might find that.
    pub(super) fn related(&self, passage: &Passage, top: usize) -> Vec<String> {
        let Some((shelf, article)) = self
            .shelves
            .get(&passage.locale)
            .zip(self.articles.get(passage.article))
        else {
            return Vec::new();
        };
        let mut prompts = self.headings(shelf, passage.article);
        prompts.retain(|heading| passage.heading.as_ref() != Some(heading));
        if prompts.len() < top {
            let mut kin: Vec<(usize, usize)> = self
                .articles
                .iter()
                .enumerate()
                .filter(|(place, other)| {
                    *place != passage.article && primary_subtag(&other.locale) == passage.locale
                })
                .map(|(place, other)| {
                    (
                        article.tags.iter().filter(|tag| other.tags.contains(tag)).count(),
                        place,
                    )
                })
                .filter(|(shared, _)| *shared > 0)
                .collect();
            kin.sort_by_key(|(shared, place)| (std::cmp::Reverse(*shared), *place));
            prompts.extend(
                kin.into_iter()
                    .take(top)
                    .flat_map(|(_, place)| self.headings(shelf, place)),
            );
        }
        prompts.truncate(top);
        prompts
    }

    /// A title or heading that finds this passage when it is asked for.
    pub(super) fn name_of(&self, passage: &Passage) -> String {
        let own = passage.heading.as_ref().filter(|heading| {
            self.shelves
                .get(&passage.locale)
                .is_some_and(|shelf| shelf.is_unique(heading))
        });
        own.unwrap_or(&passage.title).clone()
    }

    /// Titles of articles, those in this language first.
    pub(super) fn titles(&self, code: &str, top: usize) -> Vec<String> {
        let own = |article: &&Article| primary_subtag(&article.locale) == code;
        let (first, others): (Vec<_>, Vec<_>) = self.articles.iter().partition(own);
        let all = first
            .into_iter()
            .chain(others)
            .filter(|article| !article.title.is_empty());
        all.take(top).map(|article| article.title.clone()).collect()
    }

    /// The headings of an article that no other passage has.
    fn headings(&self, shelf: &Shelf, article: usize) -> Vec<String> {
        let headings = shelf
            .entries_of(article)
            .iter()
            .filter_map(|entry| entry.section.heading.clone());
        let mut own: Vec<String> = Vec::new();
        headings
            .filter(|heading| shelf.is_unique(heading))
            .for_each(|heading| {
                if !own.contains(&heading) {
                    own.push(heading);
                }
            });
        own
    }

    fn shelves(&self, query: &Query<'_>) -> impl Iterator<Item = (&str, &Shelf)> {
        let asked = query.language.map(|language| language.code().to_owned());
        let own = query.locale.map(primary_subtag);
        let mut order: Vec<(&str, &Shelf)> = self
            .shelves
            .iter()
            .map(|(code, shelf)| (code.as_str(), shelf))
            .collect();
        order.sort_by_key(|(code, _)| {
            let is = |other: &Option<String>| other.as_deref() == Some(*code);
            (!is(&asked), !is(&own), *code != "en")
        });
        order.into_iter()
    }

    fn found(&self, code: &str, shelf: &Shelf, finding: Finding, top: usize) -> Found {
        let passages: Vec<Passage> = finding
            .entries
            .into_iter()
            .take(top)
            .filter_map(|(entry, score)| {
                let entry = shelf.entries.get(entry)?;
                let article = self.articles.get(entry.article)?;
                Some(Passage {
                    title: article.title.clone(),
                    heading: entry.section.heading.clone(),
                    url: article.url.clone(),
                    text: entry.section.text.clone(),
                    locale: code.to_owned(),
                    score,
                    article: entry.article,
                })
            })
            .collect();
        let confidence = if passages.is_empty() {
            0.0
        } else {
            finding.evidence.confidence()
        };
        Found {
            passages,
            confidence,
            evidence: finding.evidence,
        }
    }
}

#[cfg(test)]
#[path = "kb_tests.rs"]
mod tests;
