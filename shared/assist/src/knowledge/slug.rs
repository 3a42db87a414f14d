//! The last part of the address of an article's page.

use entity::ArticleId;
use entity::article::{self, Column};
use kernel::error::{Error, Result};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::HashSet;

/// Where the help centre's pages are.
pub(super) const PAGES: &str = "/help/";
/// Characters of a slug.
pub const MAX_SLUG: usize = 100;

/// Where an article can be read: elsewhere if it says so, else on its page.
pub fn address(row: &article::Model) -> String {
    row.url.clone().unwrap_or_else(|| own_page(&row.slug))
}

/// The page of an article that is nowhere else.
pub fn own_page(slug: &str) -> String {
    format!("{PAGES}{slug}")
}

/// Refuses what cannot be a slug.
pub(super) fn check(slug: &str) -> Result<()> {
    let long = slug.chars().count();
    let allowed = |c: char| c == '-' || (c.is_alphanumeric() && !c.is_uppercase());
    if (1..=MAX_SLUG).contains(&long) && slug.chars().all(allowed) {
        return Ok(());
    }
    let problem = format!("Must be 1 to {MAX_SLUG} lower-case letters, digits and hyphens");
    Err(Error::invalid("slug", problem))
}

/// Slugs made of these titles that no article has, one for each. Of titles that make the same one, and where it is taken, the
/// end of the article's id tells them apart.
pub(crate) async fn free<'a>(
    db: &impl ConnectionTrait,
    titles: impl IntoIterator<Item = (ArticleId, &'a str)>,
) -> Result<Vec<String>> {
    let wanted: Vec<(ArticleId, String)> = titles
        .into_iter()
        .map(|(id, title)| (id, of_title(title)))
        .collect();
    let taken: Vec<String> = article::Entity::find()
        .select_only()
        .column(Column::Slug)
        .filter(Column::Slug.is_in(wanted.iter().map(|(_, slug)| slug.as_str())))
        .into_tuple()
        .all(db)
        .await?;
    let mut taken: HashSet<String> = taken.into_iter().collect();
    let free = wanted.into_iter().map(|(id, slug)| {
        if !slug.is_empty() && taken.insert(slug.clone()) {
            return slug;
        }
        let id = id.0.simple().to_string();
        let end = &id[id.len() - 12..];
        if slug.is_empty() {
            end.to_owned()
        } else {
            format!("{slug}-{end}")
        }
    });
    Ok(free.collect())
}

/// A title's letters and digits in lower case, with hyphens between its words; empty where it has none.
pub(super) fn of_title(title: &str) -> String {
    // room for the end of an id
    const LONGEST: usize = MAX_SLUG - 20;
    let mut slug = String::new();
    for c in title.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') && !matches!(c, '\'' | '’') {
            slug.push('-');
        }
    }
    let cut: String = slug.chars().take(LONGEST).collect();
    cut.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_has_the_titles_words() {
        assert_eq!(of_title("Where is my order?"), "where-is-my-order");
        assert_eq!(of_title("  Can't log in – 2FA  "), "cant-log-in-2fa");
        assert_eq!(of_title("Über uns"), "über-uns");
        assert_eq!(of_title("?!"), "");
        assert!(check(&of_title(&"Ä".repeat(300))).is_ok());
    }

    #[test]
    fn what_is_no_slug_is_refused() {
        for bad in ["", "A", "a b", "a/b", "a.b", "a?b", &"a".repeat(101)] {
            assert!(check(bad).is_err(), "{bad}");
        }
        assert!(check("opening-hours-2").is_ok());
    }
}
