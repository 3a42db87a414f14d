//! Articles as they are sent and received.

use crate::wire::params::given;
use crate::wire::time::Timestamp;
use assist::knowledge::{Content, WriteArticle, address};
use entity::article::{self, Status};
use entity::{ArticleId, article_version};
use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

/// Who may read an article.
#[derive(Enum, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename = "ArticleStatus", rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum StatusName {
    Draft,
    Published,
}

impl From<StatusName> for Status {
    fn from(name: StatusName) -> Self {
        match name {
            StatusName::Draft => Self::Draft,
            StatusName::Published => Self::Published,
        }
    }
}

impl From<Status> for StatusName {
    fn from(status: Status) -> Self {
        match status {
            Status::Draft => Self::Draft,
            Status::Published => Self::Published,
        }
    }
}

/// An article of the help centre.
#[derive(Object, Clone, Debug)]
#[oai(rename = "Article")]
pub struct ArticleObject {
    pub id: Uuid,
    pub title: String,
    /// Markdown.
    pub body: String,
    /// Where it can be read once it is published: `/help/<slug>`, or another site's address.
    #[oai(nullable)]
    pub url: Option<String>,
    pub tags: Vec<String>,
    /// A language tag.
    pub locale: String,
    /// The last part of its page's address.
    pub slug: String,
    #[oai(nullable)]
    pub category: Option<String>,
    /// Questions that it answers, as people ask them.
    pub questions: Vec<String>,
    pub status: StatusName,
    /// The same in all articles that say the same in different languages; null: it has no translation.
    #[oai(nullable)]
    pub translations: Option<Uuid>,
    /// It came with the server, and nobody has changed it.
    pub is_example: bool,
    /// Changes that are not published.
    #[oai(nullable)]
    pub draft: Option<ContentObject>,
    /// The number of what it says now.
    pub version: i32,
    /// How many readers said that it helped.
    pub helpful: i32,
    /// How many said that it did not.
    pub unhelpful: i32,
    /// The user's id.
    pub created_by: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// The strings of a stored array.
pub(super) fn strings(stored: Value) -> Vec<String> {
    serde_json::from_value(stored).unwrap_or_default()
}

impl From<article::Model> for ArticleObject {
    fn from(row: article::Model) -> Self {
        let draft = row
            .draft
            .clone()
            .and_then(|draft| serde_json::from_value::<Content>(draft).ok());
        Self {
            url: Some(address(&row)),
            id: row.id.0,
            title: row.title,
            body: row.body,
            tags: strings(row.tags),
            locale: row.locale,
            slug: row.slug,
            category: row.category,
            questions: strings(row.questions),
            status: row.status.into(),
            translations: row.translations,
            is_example: row.is_example,
            draft: draft.map(Into::into),
            version: row.version,
            helpful: row.helpful,
            unhelpful: row.unhelpful,
            created_by: row.created_by.to_string(),
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

/// What an article says, or said.
#[derive(Object, Clone, Debug)]
#[oai(rename = "ArticleContent")]
pub struct ContentObject {
    pub title: String,
    /// Markdown.
    pub body: String,
    pub tags: Vec<String>,
    #[oai(nullable)]
    pub category: Option<String>,
    pub questions: Vec<String>,
}

impl From<Content> for ContentObject {
    fn from(content: Content) -> Self {
        Self {
            title: content.title,
            body: content.body,
            tags: content.tags,
            category: content.category,
            questions: content.questions,
        }
    }
}

/// What an article said before.
#[derive(Object, Clone, Debug)]
#[oai(rename = "ArticleVersion")]
pub struct ArticleVersionObject {
    /// From 1 within the article.
    pub number: i32,
    pub content: ContentObject,
    /// The id of the user who put the next in its place.
    pub replaced_by: String,
    pub replaced_at: Timestamp,
}

impl From<(article_version::Model, Content)> for ArticleVersionObject {
    fn from((row, content): (article_version::Model, Content)) -> Self {
        Self {
            number: row.number,
            content: content.into(),
            replaced_by: row.replaced_by.to_string(),
            replaced_at: row.replaced_at.into(),
        }
    }
}

/// What became of the examples.
#[derive(Object, Clone, Debug)]
#[oai(rename = "ExampleArticles")]
pub struct ExamplesObject {
    /// How many were added, or removed.
    pub count: u64,
}

/// An article of the help centre.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "WriteArticle", example)]
pub struct WriteArticleBody {
    #[oai(validator(min_length = 1, max_length = 200))]
    pub title: String,
    /// Markdown.
    #[oai(validator(min_length = 1, max_length = 20000))]
    pub body: String,
    /// Where it can be read, if on another site; `/help/` and a slug is its page here.
    #[oai(
        nullable,
        validator(max_length = 2000, pattern = r"^((/help/|https?://)\S*)?$")
    )]
    pub url: Option<String>,
    /// At most 20 of at most 50 characters.
    #[oai(nullable, validator(max_items = 20, min_length = 1, max_length = 50))]
    pub tags: Option<Vec<String>>,
    /// A language tag; `en` unless given.
    #[oai(
        nullable,
        validator(min_length = 2, max_length = 16, pattern = r"^[A-Za-z0-9_-]*$")
    )]
    pub locale: Option<String>,
    /// The last part of its page's address: lower-case letters, digits and hyphens. Made of the title unless given.
    #[oai(nullable, validator(max_length = 100))]
    pub slug: Option<String>,
    #[oai(nullable, validator(max_length = 100))]
    pub category: Option<String>,
    /// Questions that it answers, as people ask them: at most 10 of at most 200 characters.
    #[oai(nullable, validator(max_items = 10, min_length = 1, max_length = 200))]
    pub questions: Option<Vec<String>>,
    /// `published` unless given.
    #[oai(nullable)]
    pub status: Option<StatusName>,
    /// The id of the article that it says in another language.
    #[oai(nullable)]
    pub translation_of: Option<Uuid>,
}

impl Example for WriteArticleBody {
    fn example() -> Self {
        Self {
            title: "Gift wrapping".into(),
            body: "We wrap gifts **for free**: tick the box at the checkout.".into(),
            url: None,
            tags: Some(vec!["gifts".into()]),
            locale: Some("en".into()),
            slug: None,
            category: Some("Orders".into()),
            questions: Some(vec!["Do you wrap presents?".into()]),
            status: Some(StatusName::Published),
            translation_of: None,
        }
    }
}

impl From<WriteArticleBody> for WriteArticle {
    fn from(body: WriteArticleBody) -> Self {
        Self {
            title: body.title,
            body: body.body,
            url: given(body.url),
            tags: body.tags.unwrap_or_default(),
            locale: given(body.locale),
            slug: given(body.slug),
            category: given(body.category),
            questions: body.questions.unwrap_or_default(),
            status: body.status.map(Into::into),
            translation_of: body.translation_of.map(ArticleId),
        }
    }
}

/// What an article is to say.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "WriteArticleContent", example)]
pub struct ContentBody {
    #[oai(validator(min_length = 1, max_length = 200))]
    pub title: String,
    /// Markdown.
    #[oai(validator(min_length = 1, max_length = 20000))]
    pub body: String,
    /// At most 20 of at most 50 characters.
    #[oai(nullable, validator(max_items = 20, min_length = 1, max_length = 50))]
    pub tags: Option<Vec<String>>,
    #[oai(nullable, validator(max_length = 100))]
    pub category: Option<String>,
    /// At most 10 of at most 200 characters.
    #[oai(nullable, validator(max_items = 10, min_length = 1, max_length = 200))]
    pub questions: Option<Vec<String>>,
}

impl Example for ContentBody {
    fn example() -> Self {
        Self {
            title: "Gift wrapping".into(),
            body: "We wrap gifts **for free**.".into(),
            tags: Some(vec!["gifts".into()]),
            category: Some("Orders".into()),
            questions: None,
        }
    }
}

impl From<ContentBody> for Content {
    fn from(body: ContentBody) -> Self {
        Self {
            title: body.title,
            body: body.body,
            tags: body.tags.unwrap_or_default(),
            category: given(body.category),
            questions: body.questions.unwrap_or_default(),
        }
    }
}
