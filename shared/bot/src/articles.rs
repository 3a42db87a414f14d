//! The help articles: their form, and those that are of the invented shop that comes with the program.

use super::front_matter::{self, FrontMatter};

/// A help article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Article {
    /// The title.
    pub title: String,
    /// The text in Markdown; its headings split it into passages.
    pub body: String,
    /// Where it can be read.
    pub url: Option<String>,
    /// Words that people use for its subject, in any language.
    pub tags: Vec<String>,
    /// The language that it is written in, as a BCP 47 tag.
    pub locale: String,
    /// Questions that it answers, as people ask them, in any language. One that is asked again in the same or nearly the same
    /// words finds it before any other.
    pub questions: Vec<String>,
}

/// An article as a file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleFile {
    /// The last part of its page's address.
    pub slug: String,
    /// Under which it stands in the help centre.
    pub category: Option<String>,
    /// What it says.
    pub article: Article,
}

/// The articles of `knowledge/*.md`, of an invented shop: nothing is answered from them before somebody has stored them. The
/// files are part of the program: one that could not be read would be missing, which the tests see.
pub fn example_articles() -> Vec<ArticleFile> {
    let files = EXAMPLES.iter().filter_map(|text| front_matter::parse(text).ok());
    files.map(ArticleFile::from).collect()
}

impl From<FrontMatter> for ArticleFile {
    fn from(file: FrontMatter) -> Self {
        let page = file.url.as_deref().and_then(|url| url.strip_prefix("/help/"));
        Self {
            slug: file.slug.as_deref().or(page).unwrap_or_default().to_owned(),
            category: file.category,
            article: Article {
                title: file.title.unwrap_or_default(),
                body: file.body,
                url: file.url,
                tags: file.tags,
                locale: file.locale.unwrap_or_else(|| "en".to_owned()),
                questions: file.questions,
            },
        }
    }
}

const EXAMPLES: [&str; 13] = [
    include_str!("../../../knowledge/orders.md"),
    include_str!("../../../knowledge/changing-orders.md"),
    include_str!("../../../knowledge/tracking.md"),
    include_str!("../../../knowledge/shipping.md"),
    include_str!("../../../knowledge/returns.md"),
    include_str!("../../../knowledge/products.md"),
    include_str!("../../../knowledge/warranty.md"),
    include_str!("../../../knowledge/account.md"),
    include_str!("../../../knowledge/password.md"),
    include_str!("../../../knowledge/billing.md"),
    include_str!("../../../knowledge/privacy.md"),
    include_str!("../../../knowledge/support.md"),
    include_str!("../../../knowledge/chat.md"),
];

/// What the examples say.
#[cfg(test)]
pub(crate) fn examples() -> Vec<Article> {
    example_articles().into_iter().map(|file| file.article).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_has_what_an_article_can_have() {
        for article in examples() {
            assert!(!article.title.is_empty(), "{article:?}");
            assert!(
                article
                    .url
                    .as_deref()
                    .is_some_and(|url| url.starts_with("/help/")),
                "{article:?}"
            );
            assert!(
                (4..=20).contains(&article.tags.len()) && article.tags.iter().all(|tag| !tag.is_empty()),
                "{article:?}"
            );
            assert!((3..=10).contains(&article.questions.len()), "{article:?}");
            assert!(article.body.contains("## "), "{article:?}");
            assert_eq!(article.locale, "en");
        }
        assert!(example_articles().iter().all(|file| file.category.is_some()));
    }

    #[test]
    fn every_file_of_the_knowledge_folder_is_an_example() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge");
        let files = std::fs::read_dir(folder).unwrap().count();
        assert_eq!(files, EXAMPLES.len());
        assert_eq!(example_articles().len(), EXAMPLES.len());
    }
}
