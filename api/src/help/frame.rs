//! What stands around every page, and says of it what search engines and link previews read.

use super::Help;
use super::language::{choose, direction, name, primary};
use super::words::Words;
use crate::upgrade::url_pairs;
use assist::knowledge::{self, Catalogue};
use kernel::error::Result;
use kernel::settings::Visitors;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use poem::Request;
use poem::http::header;
use std::sync::Arc;

/// What a part of a path or a query may hold as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');
/// Characters of a search or a category that are looked at.
const LONGEST: usize = 200;

/// What a reader asks the help centre's first page for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// A language.
    pub lang: Option<String>,
    /// What to search for; never empty.
    pub query: Option<String>,
    /// A category; the empty one is of those articles that have none.
    pub category: Option<String>,
    /// 1 for the first.
    pub page: usize,
    /// They have just voted.
    pub has_voted: bool,
}

impl Asked {
    /// What the query says; what it does not make sense of is left out.
    pub fn of(request: &Request) -> Self {
        let mut asked = Self {
            page: 1,
            ..Self::default()
        };
        for (name, value) in url_pairs(request.uri().query().unwrap_or_default()) {
            let value: String = value.trim().chars().take(LONGEST).collect();
            match name.as_str() {
                "lang" => asked.lang = Some(value),
                "q" if !value.is_empty() => asked.query = Some(value),
                "category" => asked.category = Some(value),
                "page" => asked.page = value.parse().unwrap_or(1).max(1),
                "thanks" => asked.has_voted = true,
                _ => {}
            }
        }
        asked
    }
}

/// A page in another language, or in the same one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub lang: String,
    /// What the language calls itself.
    pub name: String,
    /// Its path.
    pub href: String,
}

/// All that the pages have in common.
pub struct Frame {
    pub words: &'static Words,
    /// The language of what the page is about.
    pub lang: String,
    pub dir: &'static str,
    /// Of the page itself.
    pub title: String,
    pub description: String,
    /// The one path of this page, if it is to be found.
    pub path: Option<String>,
    /// The page in each language that it is there in, its own included; empty where that is the only one.
    pub versions: Vec<Version>,
    pub is_indexed: bool,
    /// As Open Graph has it.
    pub kind: &'static str,
    /// Whether somebody without an account may chat.
    pub has_chat: bool,
    /// What was searched for.
    pub query: String,
    pub catalogue: Arc<Catalogue>,
    base: Option<String>,
}

impl Frame {
    /// The frame in the language of the reader, for a page that is there in each.
    pub async fn of(help: &Help, request: &Request) -> Result<Self> {
        let catalogue = knowledge::catalogue(&help.app.assist).await?;
        let asked = Asked::of(request);
        let accepted = request.headers().get(header::ACCEPT_LANGUAGE);
        let accepted = accepted.and_then(|value| value.to_str().ok());
        let there: Vec<&str> = catalogue.locales().collect();
        let lang = choose(&there, asked.lang.as_deref(), accepted)
            .or_else(|| choose(&Words::codes(), asked.lang.as_deref(), accepted))
            .unwrap_or("en")
            .to_owned();
        Ok(Self::in_language(help, request, catalogue, &lang))
    }

    /// The same in this language.
    pub fn in_language(help: &Help, request: &Request, catalogue: Arc<Catalogue>, lang: &str) -> Self {
        let words = Words::of(lang);
        let mut frame = Self {
            words,
            lang: lang.to_owned(),
            dir: direction(lang),
            title: words.title.to_owned(),
            description: words.title.to_owned(),
            path: None,
            versions: Vec::new(),
            is_indexed: true,
            kind: "website",
            has_chat: help.app.settings.visitors == Visitors::Anonymous,
            query: String::new(),
            catalogue,
            base: help.origins.address(request).map(|site| site.to_string()),
        };
        let locales: Vec<&str> = frame.catalogue.locales().collect();
        if locales.len() > 1 {
            frame.versions = locales
                .into_iter()
                .map(|lang| version(lang, format!("/help?lang={lang}")))
                .collect();
        }
        frame
    }

    /// The address of a path, where it is known under which this server is reached.
    pub fn absolute(&self, path: &str) -> Option<String> {
        self.base.as_ref().map(|base| format!("{base}{path}"))
    }

    /// This page's own.
    pub fn canonical(&self) -> Option<String> {
        self.absolute(self.path.as_deref()?)
    }

    /// The first page in this language.
    pub fn home(&self) -> String {
        self.listed(&[])
    }

    /// The first page with this query, in this language.
    pub fn listed(&self, pairs: &[(&str, &str)]) -> String {
        let lang = self.is_multilingual().then_some(("lang", self.lang.as_str()));
        let pairs: Vec<String> = lang
            .iter()
            .chain(pairs)
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        if pairs.is_empty() {
            "/help".to_owned()
        } else {
            format!("/help?{}", pairs.join("&"))
        }
    }

    /// Whether there are articles in several languages.
    pub fn is_multilingual(&self) -> bool {
        self.catalogue.locales().nth(1).is_some()
    }

    /// The language of the words around the page, where it is another than the page's own.
    pub fn other_words(&self) -> Option<&'static str> {
        (self.words.code != primary(&self.lang)).then_some(self.words.code)
    }

    /// What the browser's window is called.
    pub fn whole_title(&self) -> String {
        if self.title == self.words.title {
            self.title.clone()
        } else {
            format!("{} – {}", self.title, self.words.title)
        }
    }
}

/// A page of this path in this language.
pub fn version(lang: &str, href: String) -> Version {
    Version {
        lang: lang.to_owned(),
        name: name(lang),
        href,
    }
}

/// The path of an article's page.
pub fn article_path(slug: &str) -> String {
    format!("/help/{}", encoded(slug))
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}
