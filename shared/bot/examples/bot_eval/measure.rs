//! How well the bot answers a set of questions whose answers are known.
//!
//! A set is a folder with `articles/*.md` and `questions.jsonl`, or a file of questions on the examples in `knowledge`. Each
//! line is `{id, question, expect: [name of an article's file …], also?, kind, sub?, lang?, intent?, history?: [earlier
//! question …]}`; `also` are articles that are right as well. Articles are read as an importer would post them: title, text,
//! address, language and the first twenty tags, without their example questions.

use std::collections::{BTreeMap, HashSet};
use std::error::Error;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bot::front_matter;
use bot::{
    Answer, Article, ArticleFile, Ask, KnowledgeBase, KnowledgeReplier, QuestionVectors, Readable, Replier,
    Turn, TurnRole,
};
use embeddings::Embedder;
use serde::Deserialize;

/// What is found is measured, not how busy the machine is: each question gets its vector.
const WITHOUT_HASTE: Duration = Duration::from_secs(60);

/// Tags that an article keeps.
const TAGS: usize = 20;

/// A question, and what the answer should be.
#[derive(Clone, Debug, Deserialize)]
pub struct Question {
    pub question: String,
    pub expect: Vec<String>,
    #[serde(default)]
    pub also: Vec<String>,
    pub kind: String,
    #[serde(default)]
    pub sub: Option<String>,
    #[serde(default)]
    pub lang: Option<String>,
    #[serde(default)]
    pub intent: Option<String>,
    #[serde(default)]
    pub history: Vec<String>,
}

/// Articles by the names of their files, and questions on them.
pub struct Set {
    pub name: String,
    pub articles: Vec<(String, Article)>,
    pub questions: Vec<Question>,
}

impl Set {
    /// Reads a set from a folder, or a file of questions on the examples.
    pub fn load(path: &Path) -> Result<Self, Box<dyn Error>> {
        let examples = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge"));
        let (articles, questions) = if path.is_dir() {
            (path.join("articles"), path.join("questions.jsonl"))
        } else {
            (examples.to_owned(), path.to_owned())
        };
        let mut files: Vec<_> = std::fs::read_dir(articles)?.collect::<Result<_, _>>()?;
        files.sort_by_key(std::fs::DirEntry::path);
        let read = |file: std::fs::DirEntry| -> Result<(String, Article), Box<dyn Error>> {
            let path = file.path();
            let name = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let file = front_matter::parse(&std::fs::read_to_string(&path)?)?;
            let mut article = ArticleFile::from(file).article;
            article.questions.clear();
            article.tags.truncate(TAGS);
            Ok((name, article))
        };
        let text = std::fs::read_to_string(questions)?;
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        Ok(Self {
            name: path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            articles: files.into_iter().map(read).collect::<Result<_, _>>()?,
            questions: lines.map(serde_json::from_str).collect::<Result<_, _>>()?,
        })
    }

    /// A replier that knows the set's articles, by their words and, where there is a model, by their meaning.
    pub async fn replier(
        &self,
        model: Option<&Arc<dyn Embedder>>,
    ) -> Result<KnowledgeReplier, Box<dyn Error>> {
        let mut articles = Vec::new();
        for (_, article) in &self.articles {
            let vectors = match model {
                Some(model) => Readable::of(article).embed(&**model).await?,
                None => Vec::new(),
            };
            articles.push((article.clone(), vectors));
        }
        let replier = KnowledgeReplier::new(Arc::new(KnowledgeBase::build(Vec::new())));
        let questions = model.map(|model| Arc::new(QuestionVectors::within(WITHOUT_HASTE, model.clone())));
        replier.replace(Arc::new(KnowledgeBase::build_with_vectors(articles)), questions);
        Ok(replier)
    }

    /// Asks every question.
    pub async fn ask_all(&self, replier: &KnowledgeReplier) -> Result<Figures, Box<dyn Error>> {
        let mut results = Vec::new();
        for question in &self.questions {
            let ask = asked(replier, question).await?;
            let started = Instant::now();
            let answer = replier.reply(&ask, &|_| {}).await?;
            results.push(self.settle(question, answer, started.elapsed()));
        }
        Ok(Figures {
            name: self.name.clone(),
            results,
        })
    }

    /// What became of a question.
    fn settle(&self, question: &Question, answer: Answer, time: Duration) -> Outcome {
        let right: HashSet<&str> = question
            .expect
            .iter()
            .chain(&question.also)
            .map(String::as_str)
            .collect();
        let name = |title: &str, url: Option<&str>| {
            let title = title.split(" › ").next().unwrap_or(title);
            let same = |(_, article): &&(String, Article)| match url {
                Some(url) => article.url.as_deref() == Some(url),
                None => article.title == title,
            };
            self.articles
                .iter()
                .find(same)
                .map_or(title, |(name, _)| name.as_str())
                .to_owned()
        };
        let sources: Vec<String> = answer
            .sources
            .iter()
            .map(|source| name(&source.title, source.url.as_deref()))
            .collect();
        let mut ranked = sources.clone();
        ranked.extend(
            answer
                .trace
                .passages
                .iter()
                .map(|passage| name(&passage.title, passage.url.as_deref())),
        );
        let mut seen = HashSet::new();
        ranked.retain(|name| seen.insert(name.clone()));
        let is_right = |name: &String| right.contains(name.as_str());
        let offered = || {
            let prompts = answer.prompts.iter().take(3);
            prompts.into_iter().any(|prompt| {
                self.articles
                    .iter()
                    .any(|(name, article)| is_right(name) && heads(article, prompt))
            })
        };
        let intent = match answer.trace.intent.as_str() {
            "human" => "handoff",
            _ if answer.handoff => "handoff",
            other => other,
        };
        let is_answered = !sources.is_empty();
        let is_taken = question.intent.as_deref() == Some(intent);
        let settled = is_taken && !is_answered;
        let among = ranked.iter().take(3).any(is_right);
        Outcome {
            question: question.clone(),
            is_answered,
            is_taken,
            is_nearest: settled || ranked.first().is_some_and(is_right),
            is_first: settled || sources.first().is_some_and(is_right),
            is_among: settled || (is_answered && among),
            is_offered: settled || among || (!is_answered && offered()),
            is_wrong: is_answered && !sources.iter().any(is_right),
            said: format!("{intent}: {}", ranked.first().map_or("", String::as_str)),
            time,
        }
    }
}

/// Whether a prompt is the article's title or one of its headings.
fn heads(article: &Article, prompt: &str) -> bool {
    let prompt = prompt.trim().to_lowercase();
    let mut headings = article.body.lines().filter(|line| line.starts_with('#'));
    article.title.trim().to_lowercase() == prompt
        || headings.any(|line| line.trim_start_matches('#').trim().to_lowercase() == prompt)
}

/// The question after its history, in which the bot has really answered.
pub async fn asked(replier: &KnowledgeReplier, question: &Question) -> Result<Ask, Box<dyn Error>> {
    let mut ask = Ask::default();
    for earlier in &question.history {
        ask.text.clone_from(earlier);
        let answer = replier.reply(&ask, &|_| {}).await?;
        let turns = [(TurnRole::User, earlier.clone()), (TurnRole::Bot, answer.text)];
        ask.history.extend(turns.map(|(role, text)| Turn { role, text }));
    }
    ask.text.clone_from(&question.question);
    Ok(ask)
}

/// What became of one question.
pub struct Outcome {
    pub question: Question,
    /// From an article.
    pub is_answered: bool,
    /// For the intent that it has.
    pub is_taken: bool,
    /// A right article was the nearest, whether it was taken for an answer or not.
    pub is_nearest: bool,
    pub is_first: bool,
    pub is_among: bool,
    pub is_offered: bool,
    pub is_wrong: bool,
    /// The intent, and the article that was taken for nearest.
    pub said: String,
    pub time: Duration,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Question {
            question,
            expect,
            intent,
            ..
        } = &self.question;
        let mark = if self.is_wrong { "WRONG" } else { "missed" };
        write!(
            f,
            "{mark} {question:?} -> {} (expected {expect:?} {intent:?})",
            self.said
        )
    }
}

/// What became of all of them.
pub struct Figures {
    pub name: String,
    pub results: Vec<Outcome>,
}

impl Figures {
    /// Of the questions that an article answers: the share whose first source is right.
    pub fn hit1(&self) -> f64 {
        share(self.answerable(), |outcome| outcome.is_first)
    }

    /// … with a right article among the first three that an answer was taken from.
    pub fn hit3(&self) -> f64 {
        share(self.answerable(), |outcome| outcome.is_among)
    }

    /// … or, where there was no answer, among the first three considered or offered.
    pub fn offered3(&self) -> f64 {
        share(self.answerable(), |outcome| outcome.is_offered)
    }

    /// … whose nearest article was right, whether it was taken for an answer or not: the ranking by itself.
    pub fn nearest(&self) -> f64 {
        share(self.answerable(), |outcome| outcome.is_nearest)
    }

    /// Of all messages: the share that was answered from wrong articles only.
    pub fn wrong(&self) -> f64 {
        share(self.results.iter(), |outcome| outcome.is_wrong)
    }

    /// Of the questions that were left unanswered: the share that no article answers.
    pub fn abstain_precision(&self) -> f64 {
        let silent = self
            .asked()
            .filter(|outcome| !outcome.is_answered && !outcome.is_taken);
        share(silent, |outcome| outcome.question.expect.is_empty())
    }

    /// Of the questions that no article answers: the share that was left unanswered.
    pub fn abstain_recall(&self) -> f64 {
        share(
            self.asked().filter(|outcome| outcome.question.expect.is_empty()),
            |outcome| !outcome.is_answered,
        )
    }

    /// Of the greetings, thanks and the like: the share that was taken for that.
    pub fn intents(&self) -> f64 {
        share(self.social(), |outcome| outcome.is_taken)
    }

    /// Of the wishes for a person: the share that was taken for that.
    pub fn handoffs(&self) -> f64 {
        let wishes = self
            .social()
            .filter(|outcome| outcome.question.intent.as_deref() == Some("handoff"));
        share(wishes, |outcome| outcome.is_taken)
    }

    /// Those that went wrong.
    pub fn failures(&self) -> impl Iterator<Item = &Outcome> {
        self.results.iter().filter(|outcome| {
            let question = &outcome.question;
            outcome.is_wrong
                || (!question.expect.is_empty() && !outcome.is_first)
                || (question.expect.is_empty() && question.intent.is_some() && !outcome.is_taken)
        })
    }

    /// The milliseconds within which this share of the questions was answered.
    pub fn percentile(&self, share: f64) -> f64 {
        let mut times: Vec<Duration> = self.results.iter().map(|outcome| outcome.time).collect();
        times.sort();
        let at = (share * times.len().saturating_sub(1) as f64) as usize;
        times.get(at).map_or(0.0, |time| time.as_secs_f64() * 1e3)
    }

    fn asked(&self) -> impl Iterator<Item = &Outcome> {
        self.results
            .iter()
            .filter(|outcome| !outcome.question.expect.is_empty() || outcome.question.intent.is_none())
    }

    fn answerable(&self) -> impl Iterator<Item = &Outcome> {
        self.results
            .iter()
            .filter(|outcome| !outcome.question.expect.is_empty())
    }

    fn social(&self) -> impl Iterator<Item = &Outcome> {
        self.results
            .iter()
            .filter(|outcome| outcome.question.expect.is_empty() && outcome.question.intent.is_some())
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total: Duration = self.results.iter().map(|outcome| outcome.time).sum();
        let mean = total.as_secs_f64() * 1e3 / self.results.len().max(1) as f64;
        writeln!(
            f,
            "{}: {} questions; nearest {:.3}, hit@1 {:.3}, hit@3 {:.3}, offered@3 {:.3}, wrong {:.3}, abstain precision {:.3} recall {:.3}, \
             intents {:.3}, handoffs {:.3}; {mean:.1} ms, p95 {:.1} ms, p99 {:.1} ms",
            self.name,
            self.results.len(),
            self.nearest(),
            self.hit1(),
            self.hit3(),
            self.offered3(),
            self.wrong(),
            self.abstain_precision(),
            self.abstain_recall(),
            self.intents(),
            self.handoffs(),
            self.percentile(0.95),
            self.percentile(0.99),
        )?;
        let mut kinds: BTreeMap<String, Vec<&Outcome>> = BTreeMap::new();
        for outcome in &self.results {
            let question = &outcome.question;
            let further = match question.kind.as_str() {
                "other-language" => question.lang.clone(),
                _ => question.sub.clone(),
            };
            let kind = further.map_or(question.kind.clone(), |further| {
                format!("{}:{further}", question.kind)
            });
            kinds.entry(kind).or_default().push(outcome);
        }
        writeln!(
            f,
            "  {:22} {:>4} {:>6} {:>6} {:>6} {:>6} {:>6}",
            "", "n", "hit@1", "offer3", "wrong", "silent", "intent"
        )?;
        for (kind, of_kind) in kinds {
            let all = || of_kind.iter().copied();
            let answerable = || all().filter(|outcome| !outcome.question.expect.is_empty());
            let social = all().filter(|outcome| outcome.question.intent.is_some());
            writeln!(
                f,
                "  {kind:22} {:>4} {:>6.3} {:>6.3} {:>6.3} {:>6.3} {:>6.3}",
                of_kind.len(),
                share(answerable(), |outcome| outcome.is_first),
                share(answerable(), |outcome| outcome.is_offered),
                share(all(), |outcome| outcome.is_wrong),
                share(all(), |outcome| !outcome.is_answered),
                share(social, |outcome| outcome.is_taken),
            )?;
        }
        Ok(())
    }
}

/// Of these outcomes, the share of which this holds; not a number of none.
fn share<'a>(outcomes: impl Iterator<Item = &'a Outcome>, holds: impl Fn(&Outcome) -> bool) -> f64 {
    let (holding, all) = outcomes.fold((0.0, 0.0), |(holding, all), outcome| {
        (holding + f64::from(u8::from(holds(outcome))), all + 1.0)
    });
    holding / all
}
