//! How the bot says what it found: the sentences around a passage, titles to choose from, that it knows nothing.

use super::decision::Zone;
use super::intents::{Intent, Reading};
use super::kb::{KnowledgeBase, Passage, Query};
use super::language::Language;
use super::phrases::Phrases;
use super::{Answer, ScoredPassage, Source, Trace};

/// How many follow-up questions, or titles that may be meant, are offered.
const PROMPTS: usize = 3;
/// Titles that are offered where none of the quick questions is answered.
const TITLES: usize = 5;

/// How the bot says what it says: in which language, about which articles.
pub(super) struct Voice<'a> {
    pub(super) language: Language,
    pub(super) knowledge: &'a KnowledgeBase,
}

impl Voice<'_> {
    pub(super) fn phrases(&self) -> &'static Phrases {
        Phrases::of(self.language)
    }

    /// The answer with the language that it is in.
    pub(super) fn spoken(&self, mut answer: Answer) -> Answer {
        answer.trace.language = Some(self.language.code().to_owned());
        answer
    }

    pub(super) fn quote(&self, reading: &Reading, best: &Passage) -> Answer {
        let phrases = self.phrases();
        let mut parts = Vec::new();
        if reading.greeted {
            parts.push(phrases.hello.to_owned());
        }
        if reading.complains {
            parts.push(phrases.sorry.to_owned());
        }
        if best.locale != self.language.code() {
            parts.push(phrases.only_in(&best.locale).to_owned());
        }
        if let Some(heading) = &best.heading {
            parts.push(format!("**{}**", escape(heading)));
        }
        parts.push(best.text.clone());
        parts.push(reference(best));
        Answer {
            prompts: self.knowledge.related(best, PROMPTS),
            sources: vec![source(best)],
            trace: trace("answer"),
            ..plain(parts.join("\n\n"))
        }
    }

    /// The titles or headings that may be meant, to choose from: each finds its article when it is asked.
    pub(super) fn offer(&self, passages: &[Passage]) -> Answer {
        let phrases = self.phrases();
        let mut prompts: Vec<String> = Vec::new();
        for passage in passages {
            let title = self.knowledge.name_of(passage);
            if prompts.len() < PROMPTS && !prompts.contains(&title) {
                prompts.push(title);
            }
        }
        let list: String = prompts
            .iter()
            .map(|title| format!("\n- {}", escape(title)))
            .collect();
        prompts.push(phrases.ask_for_person.to_owned());
        Answer {
            prompts,
            trace: trace("offer"),
            ..plain(format!("{}\n{list}", phrases.did_you_mean))
        }
    }

    /// What is said where the articles have nothing.
    pub(super) fn nothing(&self, reading: &Reading) -> Answer {
        match reading.small_talk() {
            Some(intent) => self.social_answer(intent),
            None if reading.complains => self.social_answer(Intent::Complaint),
            None if self.knowledge.is_empty() => {
                let phrases = self.phrases();
                Answer {
                    text: format!("{} {}", phrases.no_articles, phrases.offer),
                    ..unknown(self.language)
                }
            }
            None => unknown(self.language),
        }
    }

    pub(super) fn social_answer(&self, intent: Intent) -> Answer {
        let phrases = self.phrases();
        let text = match intent {
            Intent::Greeting => format!("{} {}", phrases.hello, phrases.welcome),
            Intent::Acknowledge => phrases.acknowledge.to_owned(),
            Intent::Thanks => phrases.thanks.to_owned(),
            Intent::Goodbye => phrases.goodbye.to_owned(),
            Intent::Complaint => format!("{} {}", phrases.sorry, phrases.offer),
            Intent::Identity => format!("{} {}", phrases.identity, phrases.offer),
            Intent::Help => return self.topics(phrases.help, intent.name()),
            Intent::Human => phrases.handoff.to_owned(),
        };
        let prompts = match intent {
            Intent::Greeting => self.answered_topics(),
            Intent::Identity | Intent::Complaint => vec![phrases.ask_for_person.to_owned()],
            _ => Vec::new(),
        };
        Answer {
            prompts,
            handoff: intent == Intent::Human,
            trace: trace(intent.name()),
            ..plain(text)
        }
    }

    pub(super) fn topics(&self, introduction: &str, name: &str) -> Answer {
        let mut prompts = self.answered_topics();
        let list: String = prompts
            .iter()
            .map(|topic| format!("\n- {}", escape(topic)))
            .collect();
        let phrases = self.phrases();
        let text = if prompts.is_empty() {
            format!("{} {}", phrases.no_articles, phrases.offer)
        } else {
            format!("{introduction}\n{list}")
        };
        prompts.push(phrases.ask_for_person.to_owned());
        Answer {
            prompts,
            trace: trace(name),
            ..plain(text)
        }
    }

    /// The quick questions that these articles answer; where they answer none, titles of theirs.
    fn answered_topics(&self) -> Vec<String> {
        let answered = self.phrases().topics.into_iter().filter(|topic| {
            let query = Query {
                text: topic,
                language: Some(self.language),
                ..Query::default()
            };
            self.knowledge.search(&query, 1).zone() == Zone::Answer
        });
        let topics: Vec<String> = answered.map(str::to_owned).collect();
        if topics.is_empty() {
            self.knowledge.titles(self.language.code(), TITLES)
        } else {
            topics
        }
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
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '*' | '_' | '[' | ']' | '`' | '<' | '>') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
