//! Which articles the help centre has: kept in memory until they change, on whichever instance.

use super::content::strings;
use crate::Assist;
use chrono::{DateTime, Utc};
use entity::article::{self, Column, Status};
use kernel::error::Result;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use tokio::sync::Mutex;
use uuid::Uuid;

/// Articles that are named under another one.
const RELATED: usize = 5;

/// What the help centre lists of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelpLink {
    /// Its title.
    pub title: String,
    /// The last part of its page's address.
    pub slug: String,
    /// Its language, as a language tag in lower case.
    pub locale: String,
    /// Its category.
    pub category: Option<String>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// The same in an article and its translations.
    translations: Option<Uuid>,
    /// Hashes of its tags, whatever their case.
    tags: Vec<u64>,
}

/// The articles of one category in one language.
#[derive(Clone, Debug)]
pub struct HelpCategory {
    /// Its name; none: these have no category.
    pub name: Option<String>,
    /// Its articles by title, at least one.
    pub articles: Vec<Arc<HelpLink>>,
}

/// The articles that are published and read here, of one state.
#[derive(Debug, Default)]
pub struct Catalogue {
    state: State,
    by_slug: HashMap<String, Arc<HelpLink>>,
    /// Categories by language, those by name and at last what has none.
    categories: BTreeMap<String, Vec<HelpCategory>>,
    translations: HashMap<Uuid, Vec<Arc<HelpLink>>>,
}

/// What tells one state of the articles from another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct State {
    count: i64,
    newest: Option<DateTime<Utc>>,
    versions: Option<i64>,
}

/// The newest catalogue that this process knows.
#[derive(Debug, Default)]
pub(crate) struct Shelf(Mutex<Arc<Catalogue>>);

type Row = (
    String,
    String,
    String,
    Option<String>,
    DateTime<Utc>,
    Option<Uuid>,
    serde_json::Value,
);

/// What the help centre has now. One small query where nothing has changed; at most one process reads the list at a time.
pub async fn catalogue(assist: &Assist) -> Result<Arc<Catalogue>> {
    let current = state(assist).await?;
    let mut known = assist.shelf.0.lock().await;
    if known.state == current {
        return Ok(known.clone());
    }
    let rows: Vec<Row> = article::Entity::find()
        .select_only()
        .columns([
            Column::Title,
            Column::Slug,
            Column::Locale,
            Column::Category,
            Column::UpdatedAt,
            Column::Translations,
            Column::Tags,
        ])
        .filter(is_read_here())
        .into_tuple()
        .all(&*assist.db)
        .await?;
    *known = Arc::new(Catalogue::of(current, rows));
    Ok(known.clone())
}

/// Published, and not to be read elsewhere.
pub(super) fn is_read_here() -> Condition {
    Condition::all()
        .add(Column::Status.eq(Status::Published))
        .add(Column::Url.is_null())
}

async fn state(assist: &Assist) -> Result<State> {
    let row: Option<(i64, Option<DateTime<Utc>>, Option<i64>)> = article::Entity::find()
        .select_only()
        .column_as(Expr::col(Column::Id).count(), "articles")
        .column_as(Expr::col(Column::UpdatedAt).max(), "newest")
        .column_as(Expr::col(Column::Version).sum(), "versions")
        .filter(is_read_here())
        .into_tuple()
        .one(&*assist.db)
        .await?;
    let (count, newest, versions) = row.unwrap_or_default();
    Ok(State {
        count,
        newest,
        versions,
    })
}

impl Catalogue {
    fn of(state: State, rows: Vec<Row>) -> Self {
        let mut links: Vec<Arc<HelpLink>> = rows.into_iter().map(link).map(Arc::new).collect();
        links.sort_by_cached_key(|link| (link.title.to_lowercase(), link.slug.clone()));
        let mut grouped: BTreeMap<String, BTreeMap<(bool, String), HelpCategory>> = BTreeMap::new();
        let mut translations: HashMap<Uuid, Vec<Arc<HelpLink>>> = HashMap::new();
        for link in &links {
            let name = link.category.clone();
            let place = (name.is_none(), name.as_deref().unwrap_or_default().to_lowercase());
            let categories = grouped.entry(link.locale.clone()).or_default();
            let category = categories.entry(place).or_insert_with(|| HelpCategory {
                name,
                articles: Vec::new(),
            });
            category.articles.push(link.clone());
            if let Some(id) = link.translations {
                translations.entry(id).or_default().push(link.clone());
            }
        }
        let categories = grouped
            .into_iter()
            .map(|(locale, categories)| (locale, categories.into_values().collect()));
        Self {
            state,
            categories: categories.collect(),
            translations,
            by_slug: links.into_iter().map(|link| (link.slug.clone(), link)).collect(),
        }
    }

    /// A number that is another one after a change; the same in every process.
    pub fn version(&self) -> u64 {
        hash(&self.state)
    }

    /// The languages that there are articles in, in order.
    pub fn locales(&self) -> impl Iterator<Item = &str> {
        self.categories.keys().map(String::as_str)
    }

    /// What there is in a language: categories by name, and at last what has none.
    pub fn categories(&self, locale: &str) -> &[HelpCategory] {
        self.categories.get(locale).map_or(&[], Vec::as_slice)
    }

    /// A category of a language, whatever the case of its name; none: what has no category.
    pub fn category(&self, locale: &str, name: Option<&str>) -> Option<&HelpCategory> {
        let wanted = name.map(str::to_lowercase);
        let mut categories = self.categories(locale).iter();
        categories.find(|category| category.name.as_deref().map(str::to_lowercase) == wanted)
    }

    /// All articles, in no order.
    pub fn all(&self) -> impl Iterator<Item = &HelpLink> {
        self.by_slug.values().map(|link| &**link)
    }

    /// The article of this slug.
    pub fn get(&self, slug: &str) -> Option<&Arc<HelpLink>> {
        self.by_slug.get(slug)
    }

    /// What an article says in other languages, by language; of several in one language the first by title.
    pub fn translations(&self, link: &HelpLink) -> Vec<&HelpLink> {
        let siblings = link.translations.and_then(|id| self.translations.get(&id));
        let mut by_locale: BTreeMap<&str, &HelpLink> = BTreeMap::new();
        for other in siblings.into_iter().flatten() {
            if other.locale != link.locale {
                by_locale.entry(&other.locale).or_insert(other);
            }
        }
        by_locale.into_values().collect()
    }

    /// At most five articles in the same language that have its category or tags: those that have most in common first.
    pub fn related(&self, link: &HelpLink) -> Vec<&HelpLink> {
        if link.category.is_none() && link.tags.is_empty() {
            return Vec::new();
        }
        let tags: HashSet<u64> = link.tags.iter().copied().collect();
        let wanted = link.category.as_deref().map(str::to_lowercase);
        let others = self.categories(&link.locale).iter().flat_map(|category| {
            let name = category.name.as_deref().map(str::to_lowercase);
            let is_same = name.is_some() && name == wanted;
            category.articles.iter().map(move |other| (is_same, other))
        });
        let mut ranked: Vec<(usize, &HelpLink)> = others
            .filter(|(_, other)| other.slug != link.slug)
            .map(|(is_same, other)| {
                let shared = other.tags.iter().filter(|tag| tags.contains(tag)).count();
                (shared + 2 * usize::from(is_same), &**other)
            })
            .filter(|(shared, _)| *shared > 0)
            .collect();
        ranked.sort_by_key(|(shared, other)| (std::cmp::Reverse(*shared), &other.title));
        ranked.truncate(RELATED);
        ranked.into_iter().map(|(_, other)| other).collect()
    }
}

fn link((title, slug, locale, category, updated_at, translations, tags): Row) -> HelpLink {
    HelpLink {
        title,
        slug,
        locale: language_tag(&locale),
        category,
        updated_at,
        translations,
        tags: strings(&tags)
            .iter()
            .map(|tag| hash(&tag.trim().to_lowercase()))
            .collect(),
    }
}

/// A language as HTML has it (`pt-br`), of one as it is stored (`pt_BR`).
pub(super) fn language_tag(stored: &str) -> String {
    stored.to_ascii_lowercase().replace('_', "-")
}

fn hash(of: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(slug: &str, locale: &str, category: Option<&str>, of: Option<Uuid>, tags: &[&str]) -> Row {
        let tags = serde_json::json!(tags);
        let category = category.map(str::to_owned);
        let title = slug.to_uppercase();
        (
            title,
            slug.into(),
            locale.into(),
            category,
            DateTime::UNIX_EPOCH,
            of,
            tags,
        )
    }

    fn catalogue() -> Catalogue {
        let of = Some(Uuid::now_v7());
        Catalogue::of(
            State::default(),
            vec![
                row("d", "en", None, None, &["x", "y"]),
                row("c", "en", Some("Orders"), of, &["X"]),
                row("b", "en", Some("orders"), None, &[]),
                row("a", "en", Some("Account"), None, &["x", "y"]),
                row("e", "pt_BR", Some("Orders"), of, &["x"]),
            ],
        )
    }

    #[test]
    fn articles_stand_in_their_categories_by_language_and_those_without_one_at_last() {
        let catalogue = catalogue();
        assert_eq!(catalogue.locales().collect::<Vec<_>>(), ["en", "pt-br"]);
        let names: Vec<_> = catalogue
            .categories("en")
            .iter()
            .map(|category| (category.name.as_deref(), category.articles.len()))
            .collect();
        assert_eq!(
            names,
            [(Some("Account"), 1), (Some("orders"), 2), (None, 1)],
            "one category, whatever its case"
        );
        assert!(catalogue.category("en", Some("ORDERS")).is_some());
        assert!(catalogue.category("en", Some("Nothing")).is_none());
        assert!(catalogue.categories("de").is_empty());
    }

    #[test]
    fn an_article_has_its_translations_and_what_is_like_it() {
        let catalogue = catalogue();
        let slugs = |links: Vec<&HelpLink>| links.iter().map(|link| link.slug.clone()).collect::<Vec<_>>();
        let link = |slug: &str| catalogue.get(slug).expect("an article").clone();
        assert_eq!(slugs(catalogue.translations(&link("c"))), ["e"]);
        assert_eq!(slugs(catalogue.translations(&link("e"))), ["c"]);
        assert!(catalogue.translations(&link("a")).is_empty());
        assert_eq!(
            slugs(catalogue.related(&link("d"))),
            ["a", "c"],
            "by what they share"
        );
        assert_eq!(slugs(catalogue.related(&link("b"))), ["c"], "its category");
        assert!(catalogue.related(&link("e")).is_empty(), "of its language only");
    }
}
