//! The list of articles: what those who keep them choose from. It leaves out what is long, so that it can be of all of them.

use crate::Assist;
use entity::article::{self, Column, Status};
use entity::{ArticleId, UserId};
use kernel::actor::Actor;
use kernel::error::{Error, Result, check_text};
use kernel::roles;
use platform::like;
use platform::paging::{self, MAX_PAGE, Page};
use sea_orm::prelude::{DateTimeUtc, Json};
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, QuerySelect};
use uuid::Uuid;

/// Where a page of articles begins.
pub type Cursor = paging::Cursor<Uuid>;

/// Which articles.
#[derive(Clone, Debug, Default)]
pub struct ListArticles {
    /// Only those whose title, text or slug contains it; at most 200 characters.
    pub search: Option<String>,
    /// Only those in this state.
    pub status: Option<Status>,
    /// Only those in this language.
    pub locale: Option<String>,
    /// Only those of this category.
    pub category: Option<String>,
    /// Only those that came with the server, or only the others.
    pub is_example: Option<bool>,
    /// Where the page begins; none: with the newest.
    pub cursor: Option<Cursor>,
    /// 1–[`MAX_PAGE`]; none: that many.
    pub limit: Option<u64>,
}

/// An article without what it says: its text, example questions and unpublished changes.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
#[allow(missing_docs, reason = "as in the entity")]
pub struct ListedArticle {
    pub id: ArticleId,
    pub title: String,
    pub url: Option<String>,
    pub tags: Json,
    pub locale: String,
    pub slug: String,
    pub category: Option<String>,
    pub translations: Option<Uuid>,
    pub status: Status,
    pub is_example: bool,
    /// There are changes that are not published.
    pub has_draft: bool,
    pub version: i32,
    pub helpful: i32,
    pub unhelpful: i32,
    pub created_by: UserId,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

/// What of it is stored as it is.
const LISTED: [Column; 16] = [
    Column::Id,
    Column::Title,
    Column::Url,
    Column::Tags,
    Column::Locale,
    Column::Slug,
    Column::Category,
    Column::Translations,
    Column::Status,
    Column::IsExample,
    Column::Version,
    Column::Helpful,
    Column::Unhelpful,
    Column::CreatedBy,
    Column::CreatedAt,
    Column::UpdatedAt,
];

/// Articles without their texts, newest first; agents and admins.
pub async fn list(assist: &Assist, actor: &Actor, wanted: ListArticles) -> Result<Page<ListedArticle, Uuid>> {
    roles::staff(actor)?;
    check_text("search", wanted.search.as_deref().unwrap_or_default(), 0, 200)?;
    let limit = wanted.limit.unwrap_or(MAX_PAGE);
    if !(1..=MAX_PAGE).contains(&limit) {
        return Err(Error::invalid("limit", format!("Must be 1 to {MAX_PAGE}")));
    }
    let found = article::Entity::find()
        .select_only()
        .columns(LISTED)
        .expr_as(Column::Draft.is_not_null(), "has_draft")
        .filter(condition(&wanted));
    let key = |row: &ListedArticle| row.id.0;
    Ok(Page::read(&*assist.db, found, &[Column::Id], wanted.cursor, limit, key).await?)
}

fn condition(wanted: &ListArticles) -> Condition {
    let search = wanted
        .search
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty());
    let search = search.map(|text| {
        let pattern = like::contains(text);
        let contains = |column: Column| Expr::expr(Func::lower(Expr::col(column))).like(pattern.clone());
        Condition::any()
            .add(contains(Column::Title))
            .add(contains(Column::Body))
            .add(contains(Column::Slug))
    });
    Condition::all()
        .add_option(search)
        .add_option(wanted.status.map(|status| Column::Status.eq(status)))
        .add_option(wanted.locale.as_deref().map(|locale| Column::Locale.eq(locale)))
        .add_option(
            wanted
                .category
                .as_deref()
                .map(|category| Column::Category.eq(category)),
        )
        .add_option(wanted.is_example.map(|is| Column::IsExample.eq(is)))
}
