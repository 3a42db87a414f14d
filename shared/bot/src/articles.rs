//! The help articles: their form, and those that are of the invented shop that comes with the program.

/// A help article.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// Questions that it answers, as people ask them.
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

/// The articles of `knowledge/*.md`, of an invented shop: nothing is answered from them before somebody has stored them.
pub fn example_articles() -> Vec<ArticleFile> {
    let files = EXAMPLES.iter().map(|file| parse(file));
    let files = files.map(|article| ArticleFile {
        slug: article
            .url
            .as_deref()
            .unwrap_or_default()
            .trim_start_matches("/help/")
            .to_owned(),
        category: None,
        article,
    });
    files.collect()
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

/// Reads a file of `key: value` front matter between two `---` lines, and a body. The files are part of the program,
/// so an unknown key is ignored and the tests check that the known ones are there.
fn parse(file: &str) -> Article {
    let (head, body) = file
        .strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---\n"))
        .unwrap_or(("", file));
    let mut article = Article {
        title: String::new(),
        body: body.trim().to_owned(),
        url: None,
        tags: Vec::new(),
        locale: "en".to_owned(),
        questions: Vec::new(),
    };
    for (key, value) in head.lines().filter_map(|line| line.split_once(':')) {
        let value = value.trim();
        match key.trim() {
            "title" => article.title = value.to_owned(),
            "url" => article.url = Some(value.to_owned()),
            "tags" => article.tags = value.split(',').map(|tag| tag.trim().to_owned()).collect(),
            "locale" => article.locale = value.to_owned(),
            _ => {}
        }
    }
    article
}

/// What the examples say.
#[cfg(test)]
pub(crate) fn examples() -> Vec<Article> {
    example_articles().into_iter().map(|file| file.article).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_has_a_title_an_address_tags_and_a_body() {
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
                article.tags.len() > 3 && article.tags.iter().all(|tag| !tag.is_empty()),
                "{article:?}"
            );
            assert!(article.body.contains("## "), "{article:?}");
            assert_eq!(article.locale, "en");
        }
    }

    #[test]
    fn every_file_of_the_knowledge_folder_is_an_example() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge");
        let files = std::fs::read_dir(folder).unwrap().count();
        assert_eq!(files, EXAMPLES.len());
    }

    #[test]
    fn a_file_without_front_matter_is_all_body() {
        assert_eq!(parse("Just text.").body, "Just text.");
    }
}
