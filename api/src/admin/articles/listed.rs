//! Articles in a list: without what they say, so that it can be of all of them.

use super::form::{StatusName, strings};
use crate::wire::time::Timestamp;
use assist::knowledge::{ListedArticle, own_page};
use platform::paging::Page;
use poem_openapi::Object;
use uuid::Uuid;

/// An article of the help centre, without its text, example questions and unpublished changes.
#[derive(Object, Clone, Debug)]
#[oai(rename = "ListedArticle")]
pub struct ListedArticleObject {
    pub id: Uuid,
    pub title: String,
    /// Where it can be read once it is published: `/help/<slug>`, or another site's address.
    pub url: String,
    pub tags: Vec<String>,
    /// A language tag.
    pub locale: String,
    /// The last part of its page's address.
    pub slug: String,
    #[oai(nullable)]
    pub category: Option<String>,
    pub status: StatusName,
    /// The same in all articles that say the same in different languages; null: it has no translation.
    #[oai(nullable)]
    pub translations: Option<Uuid>,
    /// It came with the server, and nobody has changed it.
    pub is_example: bool,
    /// There are changes that are not published.
    pub has_draft: bool,
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

impl From<ListedArticle> for ListedArticleObject {
    fn from(row: ListedArticle) -> Self {
        Self {
            id: row.id.0,
            url: row.url.unwrap_or_else(|| own_page(&row.slug)),
            title: row.title,
            tags: strings(row.tags),
            locale: row.locale,
            slug: row.slug,
            category: row.category,
            status: row.status.into(),
            translations: row.translations,
            is_example: row.is_example,
            has_draft: row.has_draft,
            version: row.version,
            helpful: row.helpful,
            unhelpful: row.unhelpful,
            created_by: row.created_by.to_string(),
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

/// A page of articles, newest first.
#[derive(Object, Clone, Debug)]
pub struct ArticlePage {
    /// How many there are on all pages.
    pub count: u64,
    /// The `cursor` of the next page.
    #[oai(nullable)]
    pub next: Option<String>,
    /// The `cursor` of the page before.
    #[oai(nullable)]
    pub previous: Option<String>,
    pub results: Vec<ListedArticleObject>,
}

impl From<Page<ListedArticle, Uuid>> for ArticlePage {
    fn from(page: Page<ListedArticle, Uuid>) -> Self {
        Self {
            count: page.count,
            next: page.next.map(|cursor| cursor.encode()),
            previous: page.previous.map(|cursor| cursor.encode()),
            results: page.rows.into_iter().map(Into::into).collect(),
        }
    }
}
