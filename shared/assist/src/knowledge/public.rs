//! The help centre as everybody reads it: what is published, and nothing else.

use super::content::strings;
use crate::Assist;
use chrono::{DateTime, Utc};
use entity::article::{self, Column, Status};
use kernel::error::{Error, Result};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// A published article.
#[derive(Clone, Debug)]
pub struct HelpArticle {
    /// What is stored.
    pub row: article::Model,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its published translations, itself left out, by language.
    pub translations: Vec<HelpLink>,
}

/// What the help centre lists of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelpLink {
    /// Its title.
    pub title: String,
    /// The last part of its page's address.
    pub slug: String,
    /// Its language.
    pub locale: String,
    /// Its category.
    pub category: Option<String>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

type Row = (String, String, String, Option<String>, DateTime<Utc>);

/// Every article that is published and read here, by title.
pub async fn home(assist: &Assist) -> Result<Vec<HelpLink>> {
    let rows: Vec<Row> = article::Entity::find()
        .select_only()
        .columns([
            Column::Title,
            Column::Slug,
            Column::Locale,
            Column::Category,
            Column::UpdatedAt,
        ])
        .filter(Column::Status.eq(Status::Published))
        .filter(Column::Url.is_null())
        .order_by_asc(Column::Title)
        .into_tuple()
        .all(&*assist.db)
        .await?;
    Ok(rows.into_iter().map(link).collect())
}

fn link((title, slug, locale, category, updated_at): Row) -> HelpLink {
    HelpLink {
        title,
        slug,
        locale,
        category,
        updated_at,
    }
}

/// A published article by its slug.
pub async fn page(assist: &Assist, slug: &str) -> Result<HelpArticle> {
    let row = published(assist, slug).await?;
    let translations: Vec<Row> = match row.translations {
        None => Vec::new(),
        Some(translations) => {
            article::Entity::find()
                .select_only()
                .columns([
                    Column::Title,
                    Column::Slug,
                    Column::Locale,
                    Column::Category,
                    Column::UpdatedAt,
                ])
                .filter(Column::Translations.eq(translations))
                .filter(Column::Status.eq(Status::Published))
                .filter(Column::Url.is_null())
                .filter(Column::Id.ne(row.id))
                .order_by_asc(Column::Locale)
                .into_tuple()
                .all(&*assist.db)
                .await?
        }
    };
    Ok(HelpArticle {
        tags: strings(&row.tags),
        translations: translations.into_iter().map(link).collect(),
        row,
    })
}

async fn published(assist: &Assist, slug: &str) -> Result<article::Model> {
    let row = article::Entity::find()
        .filter(Column::Slug.eq(slug))
        .filter(Column::Status.eq(Status::Published))
        .one(&*assist.db)
        .await?;
    row.ok_or_else(|| Error::NotFound("Article".into()))
}

/// Counts what a reader thought of an article. Who asks has counted the reader.
pub async fn vote(assist: &Assist, slug: &str, is_helpful: bool) -> Result<()> {
    let column = if is_helpful {
        Column::Helpful
    } else {
        Column::Unhelpful
    };
    let counted = article::Entity::update_many()
        .col_expr(column, Expr::col(column).add(1))
        .filter(Column::Slug.eq(slug))
        .filter(Column::Status.eq(Status::Published))
        .exec(&*assist.db)
        .await?;
    if counted.rows_affected == 0 {
        return Err(Error::NotFound("Article".into()));
    }
    Ok(())
}
