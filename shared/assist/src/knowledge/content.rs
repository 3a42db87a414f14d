//! What an article says, and the limits of it.

use super::slug;
use chrono::{DateTime, Utc};
use entity::article::{self, Status};
use entity::{ArticleId, UserId};
use kernel::error::{Error, Result, check_text};
use serde::{Deserialize, Serialize};

/// Example questions of one article.
pub const MAX_QUESTIONS: usize = 10;
/// Characters of an example question.
const MAX_QUESTION: usize = 200;

/// An article to be kept.
#[derive(Clone, Debug, Default)]
pub struct WriteArticle {
    /// 1–200 characters.
    pub title: String,
    /// Markdown, 1–20000 characters.
    pub body: String,
    /// Where it can be read, if not on its page here: an http(s) address of at most 2000 characters. `/help/<slug>` is its page
    /// here, and gives the slug.
    pub url: Option<String>,
    /// At most 20 of at most 50 characters.
    pub tags: Vec<String>,
    /// A language tag such as `en`, which is what it is where it is absent.
    pub locale: Option<String>,
    /// The last part of its page's address: 1–100 lower-case letters, digits and hyphens. Made of the title where it is absent.
    pub slug: Option<String>,
    /// At most 100 characters.
    pub category: Option<String>,
    /// At most [`MAX_QUESTIONS`] of at most 200 characters.
    pub questions: Vec<String>,
    /// Published where it is absent.
    pub status: Option<Status>,
    /// The article that it says in another language.
    pub translation_of: Option<ArticleId>,
}

/// What an article says: what a version keeps, and what changes that are not published are of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// 1–200 characters.
    pub title: String,
    /// Markdown, 1–20000 characters.
    pub body: String,
    /// At most 20.
    pub tags: Vec<String>,
    /// Under which it stands in the help centre.
    pub category: Option<String>,
    /// Questions that it answers, as people ask them.
    pub questions: Vec<String>,
}

/// What of an article is no part of its text.
pub(super) struct Place {
    pub url: Option<String>,
    pub slug: Option<String>,
    pub locale: String,
    pub status: Option<Status>,
    pub translation_of: Option<ArticleId>,
}

impl WriteArticle {
    /// The command within its limits: where the article stands, and what it says.
    pub(super) fn checked(self) -> Result<(Place, Content)> {
        let content = Content {
            title: self.title,
            body: self.body,
            tags: self.tags,
            category: self
                .category
                .map(|name| name.trim().to_owned())
                .filter(|name| !name.is_empty()),
            questions: self.questions,
        };
        content.check()?;
        let locale = self.locale.unwrap_or_else(|| "en".into());
        check_text("locale", &locale, 2, 16)?;
        if !locale
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        {
            return Err(Error::invalid(
                "locale",
                "Must be a language tag such as en or pt-BR",
            ));
        }
        let (url, own) = match self.url {
            Some(url) => match url.strip_prefix(slug::PAGES) {
                Some(own) => (None, Some(own.to_owned())),
                None => (Some(url), None),
            },
            None => (None, None),
        };
        if let Some(url) = &url {
            check_url(url)?;
        }
        let slug = self.slug.or(own);
        if let Some(slug) = &slug {
            slug::check(slug)?;
        }
        let place = Place {
            url,
            slug,
            locale,
            status: self.status,
            translation_of: self.translation_of,
        };
        Ok((place, content))
    }
}

fn check_url(url: &str) -> Result<()> {
    check_text("url", url, 1, 2000)?;
    let plain = !url.chars().any(|c| c.is_whitespace() || c.is_control());
    if plain && (url.starts_with("https://") || url.starts_with("http://")) {
        return Ok(());
    }
    Err(Error::invalid(
        "url",
        "Must be an http(s) address, or /help/ and a slug",
    ))
}

impl Content {
    /// Refuses what is out of its limits.
    pub(super) fn check(&self) -> Result<()> {
        check_text("title", &self.title, 1, 200)?;
        check_text("body", &self.body, 1, bot::documents::MAX_BODY)?;
        for (field, text) in [("title", &self.title), ("body", &self.body)] {
            if text.trim().is_empty() {
                return Err(Error::invalid(field, "This field may not be blank."));
            }
        }
        check_list("tags", &self.tags, 20, 50)?;
        check_text("category", self.category.as_deref().unwrap_or_default(), 0, 100)?;
        check_list("questions", &self.questions, MAX_QUESTIONS, MAX_QUESTION)
    }

    /// What an article says.
    pub(super) fn of(row: &article::Model) -> Self {
        Self {
            title: row.title.clone(),
            body: row.body.clone(),
            tags: strings(&row.tags),
            category: row.category.clone(),
            questions: strings(&row.questions),
        }
    }

    /// A published article of this, in English and without a slug.
    pub(crate) fn row(self, id: ArticleId, author: UserId, now: DateTime<Utc>) -> article::Model {
        article::Model {
            id,
            title: self.title,
            body: self.body,
            url: None,
            tags: self.tags.into(),
            locale: "en".into(),
            slug: String::new(),
            category: self.category,
            translations: None,
            status: Status::Published,
            questions: self.questions.into(),
            draft: None,
            is_example: false,
            version: 1,
            helpful: 0,
            unhelpful: 0,
            document_id: None,
            file_name: None,
            created_by: author,
            created_at: now,
            updated_at: now,
        }
    }
}

fn check_list(field: &'static str, texts: &[String], most: usize, longest: usize) -> Result<()> {
    if texts.len() > most {
        return Err(Error::invalid(field, format!("Must be at most {most} {field}")));
    }
    texts
        .iter()
        .try_for_each(|text| check_text(field, text, 1, longest))
}

/// An array of strings as it is stored; whatever else stands in it is left out.
pub(super) fn strings(stored: &serde_json::Value) -> Vec<String> {
    let texts = stored.as_array().into_iter().flatten();
    texts
        .filter_map(|text| text.as_str().map(str::to_owned))
        .collect()
}
