//! The help centre's pages as everybody reads them: what is published, and nothing else.

use super::catalogue::{is_read_here, language_tag};
use super::slug;
use crate::Assist;
use entity::article::{self, Column};
use kernel::error::{Error, Result};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

/// A published article by its slug, its language as a tag in lower case.
///
/// # Errors
///
/// None has it, or the one that does is a draft or to be read elsewhere.
pub async fn page(assist: &Assist, slug: &str) -> Result<article::Model> {
    let missing = || Error::NotFound("Article".into());
    // Postgres refuses some of what comes in addresses
    slug::check(slug).map_err(|_| missing())?;
    let row = article::Entity::find()
        .filter(Column::Slug.eq(slug))
        .filter(is_read_here())
        .one(&*assist.db)
        .await?;
    let mut row = row.ok_or_else(missing)?;
    row.locale = language_tag(&row.locale);
    Ok(row)
}

/// Counts what a reader thought of an article. Who asks has counted the reader.
///
/// # Errors
///
/// There is no such page.
pub async fn vote(assist: &Assist, slug: &str, is_helpful: bool) -> Result<()> {
    let column = if is_helpful {
        Column::Helpful
    } else {
        Column::Unhelpful
    };
    let counted = article::Entity::update_many()
        .col_expr(column, Expr::col(column).add(1))
        .filter(Column::Slug.eq(slug))
        .filter(is_read_here())
        .exec(&*assist.db)
        .await?;
    if counted.rows_affected == 0 {
        return Err(Error::NotFound("Article".into()));
    }
    Ok(())
}
