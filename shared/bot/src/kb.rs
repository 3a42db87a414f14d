//! The knowledge base: articles split into passages and searched with BM25.

use std::collections::{BTreeMap, HashMap, HashSet};

use bm25::{DefaultTokenizer, Document, SearchEngine, SearchEngineBuilder, Tokenizer};

use super::articles::Article;
use super::language::{Language, primary_subtag, stemming};
use super::lexicon;
use super::passages::{Section, sections};

/// How much of a question, weighed by the rarity of its words, a passage must contain to count as an answer.
const COVERAGE: f32 = 0.6;
/// The same for a passage whose title, heading or tags contain one of the words: those say what it is about.
const TOPIC_COVERAGE: f32 = 0.2;
/// A question's words beyond these no longer matter, and scoring them would cost time.
const MAX_KEYWORDS: usize = 64;

/// A set of articles that can be searched. Immutable: a changed set is built anew and swapped in.
pub struct KnowledgeBase {
    articles: Vec<Article>,
    /// One index per language, because stemming, stop words and word rarity differ.
    shelves: BTreeMap<String, Shelf>,
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
    /// The BM25 score, raised if the heading is what was asked for.
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

struct Shelf {
    code: String,
    tokenizer: DefaultTokenizer,
    engine: SearchEngine<u32>,
    entries: Vec<Entry>,
    /// In how many entries a word occurs.
    frequency: HashMap<String, usize>,
}

struct Entry {
    article: usize,
    section: Section,
    words: HashSet<String>,
    topics: HashSet<String>,
    /// What its heading is about, and the heading as it would be typed.
    heading: HashSet<String>,
    heading_words: Vec<String>,
}

impl KnowledgeBase {
    /// Indexes `articles`.
    pub fn build(articles: Vec<Article>) -> Self {
        let mut groups: BTreeMap<String, Vec<(usize, Section)>> = BTreeMap::new();
        for (index, article) in articles.iter().enumerate() {
            groups.entry(primary_subtag(&article.locale)).or_default().extend(
                sections(&article.body)
                    .into_iter()
                    .map(|section| (index, section)),
            );
        }
        let shelves = groups
            .into_iter()
            .filter(|(_, sections)| !sections.is_empty())
            .map(|(code, sections)| {
                let shelf = Shelf::build(&code, sections, &articles);
                (code, shelf)
            })
            .collect();
        Self { articles, shelves }
    }

    /// The passages that answer `query`, best first, at most `top`; none if nothing fits. Articles in
    /// `locale` are preferred, then English ones, then any others.
    pub fn search(&self, query: &str, locale: Option<&str>, top: usize) -> Vec<Passage> {
        self.shelves(locale)
            .map(|(code, shelf)| self.passages(code, shelf.search(query, true, top)))
            .find(|passages| !passages.is_empty())
            .unwrap_or_default()
    }

    /// The passages nearest to `query` even if they do not answer it, for a reader who can judge that.
    pub(super) fn nearest(&self, query: &str, locale: Option<&str>, top: usize) -> Vec<Passage> {
        self.shelves(locale)
            .map(|(code, shelf)| self.passages(code, shelf.search(query, false, top)))
            .find(|passages| !passages.is_empty())
            .unwrap_or_default()
    }

    /// Headings to ask about after `passage`: those of its article, then those of the articles that share
    /// most tags.
    pub(super) fn related(&self, passage: &Passage, top: usize) -> Vec<String> {
        let Some((shelf, article)) = self
            .shelves
            .get(&passage.locale)
            .zip(self.articles.get(passage.article))
        else {
            return Vec::new();
        };
        let mut ranked: Vec<(usize, &Entry)> = shelf
            .entries
            .iter()
            .filter_map(|entry| Some((self.kinship(article, passage.article, entry)?, entry)))
            .collect();
        // A stable sort, so that passages keep the order in which the article has them.
        ranked.sort_by_key(|(kinship, _)| std::cmp::Reverse(*kinship));
        let mut prompts: Vec<String> = Vec::new();
        for heading in ranked
            .into_iter()
            .filter_map(|(_, entry)| entry.section.heading.as_ref())
        {
            if passage.heading.as_ref() != Some(heading) && !prompts.contains(heading) {
                prompts.push(heading.clone());
            }
        }
        prompts.truncate(top);
        prompts
    }

    /// How closely an entry belongs to an article: `None` for not at all.
    fn kinship(&self, article: &Article, index: usize, entry: &Entry) -> Option<usize> {
        if entry.article == index {
            return Some(usize::MAX);
        }
        let other = self.articles.get(entry.article)?;
        let shared = article.tags.iter().filter(|tag| other.tags.contains(tag)).count();
        (shared > 0).then_some(shared)
    }

    fn shelves(&self, locale: Option<&str>) -> impl Iterator<Item = (&str, &Shelf)> {
        let preferred = locale.map(primary_subtag);
        let mut order: Vec<(&str, &Shelf)> = self
            .shelves
            .iter()
            .map(|(code, shelf)| (code.as_str(), shelf))
            .collect();
        order.sort_by_key(|(code, _)| (Some(*code) != preferred.as_deref(), *code != "en"));
        order.into_iter()
    }

    fn passages(&self, code: &str, hits: Vec<(&Entry, f32)>) -> Vec<Passage> {
        hits.into_iter()
            .filter_map(|(entry, score)| {
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
            .collect()
    }
}

impl Entry {
    /// By how much the passage gains from its heading: a short question such as "where is my order" is
    /// contained in many passages, and the one that it heads is the one that is meant.
    fn headed(&self, typed: &[String], words: &HashSet<String>) -> f32 {
        if self.heading_words == typed {
            return 10.0;
        }
        let both = self.heading.intersection(words).count() as f32;
        let either = self.heading.union(words).count().max(1) as f32;
        1.0 + both / either
    }
}

impl Shelf {
    fn build(code: &str, sections: Vec<(usize, Section)>, articles: &[Article]) -> Self {
        let tokenizer = DefaultTokenizer::new(stemming(code));
        let mut frequency: HashMap<String, usize> = HashMap::new();
        let mut documents = Vec::new();
        let mut entries = Vec::new();
        for (id, (article, section)) in (0..).zip(sections) {
            let (title, tags) = articles
                .get(article)
                .map(|article| (article.title.as_str(), article.tags.join(" ")))
                .unwrap_or_default();
            let heading = section.heading.as_deref().unwrap_or(title);
            let topic = format!("{title}\n{heading}\n{tags}");
            // The title and the heading count twice: they say what the passage is about, the text mentions
            // more.
            let contents = format!("{topic}\n{title}\n{heading}\n{}", section.text);
            let words: HashSet<String> = tokenizer.tokenize(&contents).into_iter().collect();
            for word in &words {
                *frequency.entry(word.clone()).or_default() += 1;
            }
            let about = tokenizer.tokenize(&keywords(heading, code));
            entries.push(Entry {
                article,
                heading: about.into_iter().collect(),
                heading_words: lexicon::words(heading),
                topics: tokenizer.tokenize(&topic).into_iter().collect(),
                section,
                words,
            });
            documents.push(Document::new(id, contents));
        }
        let engine = SearchEngineBuilder::with_tokenizer_and_documents(
            DefaultTokenizer::new(stemming(code)),
            documents,
        )
        .build();
        Self {
            code: code.to_owned(),
            tokenizer,
            engine,
            entries,
            frequency,
        }
    }

    fn search(&self, query: &str, only_relevant: bool, top: usize) -> Vec<(&Entry, f32)> {
        let keywords = keywords(query, &self.code);
        let words: HashSet<String> = self.tokenizer.tokenize(&keywords).into_iter().collect();
        let typed = lexicon::words(query);
        let mut hits: Vec<(u32, &Entry, f32)> = self
            .engine
            .search(&keywords, None)
            .into_iter()
            .filter_map(|hit| {
                let id = hit.document.id;
                let entry = self.entries.get(usize::try_from(id).ok()?)?;
                Some((id, entry, hit.score * entry.headed(&typed, &words)))
            })
            .filter(|(_, entry, _)| !only_relevant || self.is_relevant(entry, &words))
            .collect();
        // The engine iterates over hash maps, so equal scores need an order of their own.
        hits.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
        hits.truncate(top);
        hits.into_iter().map(|(_, entry, score)| (entry, score)).collect()
    }

    /// BM25 only ranks; whether the best passage is any good is decided by the share of the question that it
    /// covers.
    fn is_relevant(&self, entry: &Entry, words: &HashSet<String>) -> bool {
        let total: f32 = words.iter().map(|word| self.rarity(word)).sum();
        let covered: f32 = words
            .intersection(&entry.words)
            .map(|word| self.rarity(word))
            .sum();
        let on_topic = !words.is_disjoint(&entry.topics);
        let needed = if on_topic { TOPIC_COVERAGE } else { COVERAGE };
        total > 0.0 && covered / total >= needed
    }

    /// BM25's inverse document frequency. A word that occurs nowhere weighs as much as one that occurs once:
    /// people mention what they bought, and no article can know all of it.
    fn rarity(&self, word: &str) -> f32 {
        let all = self.entries.len() as f32;
        let with = self.frequency.get(word).copied().unwrap_or(1) as f32;
        (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
    }
}

/// The words of `query` that say what it is about: no stop words of the language that it is written in (which
/// need not be that of the articles), no pleasantries and no numbers.
fn keywords(query: &str, code: &str) -> String {
    let language = Language::detect(query)
        .or_else(|| Language::from_locale(code))
        .unwrap_or(Language::English);
    let mut seen = HashSet::new();
    let words: Vec<String> = language
        .content_words(query)
        .into_iter()
        .filter(|word| !lexicon::is_noise(word) && !word.chars().any(|c| c.is_ascii_digit()))
        .filter(|word| seen.insert(word.clone()))
        .take(MAX_KEYWORDS)
        .collect();
    words.join(" ")
}

#[cfg(test)]
#[path = "kb_tests.rs"]
mod tests;
