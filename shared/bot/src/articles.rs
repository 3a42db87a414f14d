//! The help articles: their form, the files that they are kept in, and the examples that come with the program.

use std::sync::LazyLock;

use super::language::primary_subtag;

/// Example questions that an article may have.
pub const MAX_QUESTIONS: usize = 10;
/// Characters of an example question.
pub const MAX_QUESTION: usize = 200;

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
    /// Questions that people ask and that it answers, in any language; at most [`MAX_QUESTIONS`]. One that is asked again in
    /// the same or nearly the same words finds it before any other.
    pub questions: Vec<String>,
}

/// An article as it is kept in a file: front matter and Markdown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArticleFile {
    /// What the bot reads.
    pub article: Article,
    /// Its address in the help centre: small letters, digits and hyphens.
    pub slug: Option<String>,
    /// The category that it stands under.
    pub category: Option<String>,
    /// Whether it is a draft, which nobody but its authors is to see.
    pub is_draft: bool,
}

/// Why a file is no article.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct UnreadableArticle {
    /// The key of the front matter that is wrong; `front matter` where that itself is, `body` where there is no text.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
}

impl ArticleFile {
    /// Reads a file: `key: value` lines between two lines of `---`, then Markdown.
    ///
    /// The keys are `title`, `slug`, `url`, `category`, `tags` (divided by commas), `locale` (English if there is none),
    /// `status` (`published` if there is none, or `draft`) and `questions`, whose questions follow, one a line, each after
    /// `- `; `tags` may be written like that as well. Other keys are left alone: files from elsewhere have some. Without a
    /// title the first heading is it, and else the file's name.
    ///
    /// # Errors
    ///
    /// Which field is wrong, and what with it.
    pub fn parse(file_name: &str, text: &str) -> Result<Self, UnreadableArticle> {
        let text = text
            .strip_prefix('\u{feff}')
            .unwrap_or(text)
            .replace("\r\n", "\n");
        let (head, body) = match text.strip_prefix("---\n") {
            Some(rest) => {
                divided(rest).ok_or_else(|| wrong("front matter", "It has no closing line of ---"))?
            }
            None => ("", text.as_str()),
        };
        let mut file = Self::default();
        file.article.body = body.trim().to_owned();
        for (key, value, items) in fields(head)? {
            file.set(key, value, items)?;
        }
        if file.article.body.is_empty() {
            return Err(wrong("body", "There is no text"));
        }
        if file.article.title.is_empty() {
            file.article.title = title(file_name, &file.article.body);
        }
        if file.article.locale.is_empty() {
            file.article.locale = "en".to_owned();
        }
        Ok(file)
    }

    fn set(&mut self, key: &str, value: &str, items: Vec<&str>) -> Result<(), UnreadableArticle> {
        let given = (!value.is_empty()).then(|| value.to_owned());
        match key {
            "title" => self.article.title = value.to_owned(),
            "slug" if given.is_some() => self.slug = Some(slug(value)?),
            "url" => self.article.url = given,
            "category" => self.category = given,
            "tags" => self.article.tags = list(value, items),
            "locale" => self.article.locale = locale(value)?,
            "status" => self.is_draft = is_draft(value)?,
            "questions" => self.article.questions = questions(value, items)?,
            _ => {}
        }
        Ok(())
    }
}

fn wrong(field: &str, problem: impl Into<String>) -> UnreadableArticle {
    UnreadableArticle {
        field: field.to_owned(),
        problem: problem.into(),
    }
}

/// The front matter and what comes after it.
fn divided(rest: &str) -> Option<(&str, &str)> {
    rest.strip_prefix("---\n")
        .map(|body| ("", body))
        .or_else(|| rest.split_once("\n---\n"))
        .or_else(|| rest.strip_suffix("\n---").map(|head| (head, "")))
}

/// A key, what stands behind it, and the list below it.
type FrontMatter<'a> = (&'a str, &'a str, Vec<&'a str>);

/// The keys, what stands behind each, and the list below it.
fn fields(head: &str) -> Result<Vec<FrontMatter<'_>>, UnreadableArticle> {
    let mut fields: Vec<FrontMatter<'_>> = Vec::new();
    for line in head
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        if let Some(item) = line.strip_prefix("- ").or((line == "-").then_some("")) {
            let Some((_, _, items)) = fields.last_mut() else {
                return Err(wrong("front matter", format!("{line:?} belongs to no key")));
            };
            items.push(unquoted(item));
            continue;
        }
        let Some((key, value)) = line.split_once(':') else {
            return Err(wrong("front matter", format!("{line:?} is no \"key: value\"")));
        };
        fields.push((key.trim(), unquoted(value), Vec::new()));
    }
    Ok(fields)
}

fn unquoted(value: &str) -> &str {
    let value = value.trim();
    ['"', '\'']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(value)
}

fn list(value: &str, items: Vec<&str>) -> Vec<String> {
    let value = value
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(value);
    let all = value.split(',').chain(items).map(unquoted);
    all.filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

fn slug(value: &str) -> Result<String, UnreadableArticle> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if value.chars().all(plain) {
        Ok(value.to_owned())
    } else {
        Err(wrong("slug", "Only small letters, digits and hyphens"))
    }
}

fn locale(value: &str) -> Result<String, UnreadableArticle> {
    let code = primary_subtag(value);
    let plain = value
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if plain && (2..=8).contains(&code.len()) && value.len() <= 16 {
        Ok(value.to_owned())
    } else {
        Err(wrong("locale", "Must be a language tag such as en or pt-BR"))
    }
}

fn is_draft(value: &str) -> Result<bool, UnreadableArticle> {
    match value {
        "" | "published" => Ok(false),
        "draft" => Ok(true),
        _ => Err(wrong("status", "Must be draft or published")),
    }
}

fn questions(value: &str, items: Vec<&str>) -> Result<Vec<String>, UnreadableArticle> {
    let all = std::iter::once(value)
        .chain(items)
        .filter(|question| !question.is_empty());
    let questions: Vec<String> = all.map(str::to_owned).collect();
    if questions.len() > MAX_QUESTIONS {
        return Err(wrong("questions", format!("At most {MAX_QUESTIONS}")));
    }
    match questions
        .iter()
        .find(|question| question.chars().count() > MAX_QUESTION)
    {
        Some(_) => Err(wrong(
            "questions",
            format!("At most {MAX_QUESTION} characters each"),
        )),
        None => Ok(questions),
    }
}

/// The first heading, else the file's name.
fn title(file_name: &str, body: &str) -> String {
    let heading = body.lines().find_map(|line| {
        line.trim_start_matches('#')
            .strip_prefix(' ')
            .filter(|_| line.starts_with('#'))
    });
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    let stem = name
        .rsplit_once('.')
        .map_or(name, |(stem, _)| stem)
        .replace(['_', '-'], " ");
    heading.map_or(stem.as_str(), str::trim).to_owned()
}

/// The articles of `knowledge/*.md`: those of an invented shop, to try the bot with. Nothing answers from them until they are
/// stored like any others.
pub fn example_articles() -> Vec<ArticleFile> {
    EXAMPLES.clone()
}

/// The files are part of the program: one that could not be read would be missing, which the tests see.
static EXAMPLES: LazyLock<Vec<ArticleFile>> = LazyLock::new(|| {
    FILES
        .iter()
        .filter_map(|(name, text)| ArticleFile::parse(name, text).ok())
        .collect()
});

macro_rules! example_files {
    ($($name:literal)*) => {
        [$(($name, include_str!(concat!("../../../knowledge/", $name)))),*]
    };
}

const FILES: [(&str, &str); 13] = example_files![
    "orders.md" "changing-orders.md" "tracking.md" "shipping.md" "returns.md" "products.md" "warranty.md"
    "account.md" "password.md" "billing.md" "privacy.md" "support.md" "chat.md"
];

#[cfg(test)]
#[path = "articles_tests.rs"]
mod tests;
