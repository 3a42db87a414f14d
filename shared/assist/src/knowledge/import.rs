//! Articles from elsewhere: Markdown files, a ZIP of such, a CSV, a web site. What is wrong with one of them is told, and the
//! others are taken.

mod csv;
pub mod files;
pub mod site;
mod sitemap;
mod store;

pub use store::{import, store};

use super::{WriteArticle, slug};
use bot::front_matter::FrontMatter;
use entity::article::Status;
use kernel::error::{Error, FieldError};
use serde::Serialize;

/// Problems that are told of one import; how many more there were is told too.
pub const MAX_PROBLEMS: usize = 1000;
/// Characters of a file's name that are told.
const MAX_NAME: usize = 200;

/// What is done with what an import finds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The state of what does not say its own; none: a draft, and an article that is replaced stays as it is.
    pub status: Option<Status>,
    /// Whether an article of the same slug and language is replaced; else it is left alone.
    pub update: bool,
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Articles that are new.
    pub added: u64,
    /// Articles that say something else from now on.
    pub updated: u64,
    /// Articles that were there and are left as they were.
    pub skipped: u64,
    /// What was not taken, and why.
    pub problems: Vec<Problem>,
}

/// Why something was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The file within the import, or the page's address.
    pub file: String,
    /// Where in the file, from 1.
    pub line: Option<u32>,
    /// What of the article is wrong; `file` where that itself is.
    pub field: String,
    /// A sentence that names the limit.
    pub message: String,
}

/// An article that was found, and where.
#[derive(Clone, Debug)]
pub struct Found {
    file: String,
    line: Option<u32>,
    article: WriteArticle,
    /// The slug of the article that it says in another language.
    translation_of: Option<String>,
}

/// What an import found, before any of it is stored.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    found: Vec<Found>,
    problems: Vec<Problem>,
    /// Problems that are too many to be told.
    untold: usize,
}

impl Batch {
    /// How many articles were found.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    fn refuse(&mut self, file: &str, line: Option<u32>, field: &str, message: impl Into<String>) {
        if self.problems.len() >= MAX_PROBLEMS {
            self.untold += 1;
            return;
        }
        self.problems.push(Problem {
            file: shown(file),
            line,
            field: field.to_owned(),
            message: message.into(),
        });
    }

    /// What an error says of a field.
    fn refuse_error(&mut self, file: &str, line: Option<u32>, error: Error) -> Result<(), Error> {
        match error {
            Error::Invalid(errors) => {
                for FieldError { field, message } in errors {
                    self.refuse(file, line, &field, message);
                }
            }
            Error::Conflict { field, detail, .. } => {
                self.refuse(file, line, field.unwrap_or("file"), detail);
            }
            // a fault of ours, which ends it
            error => return Err(error),
        }
        Ok(())
    }

    /// Takes a Markdown file; its slug, unless it says one, is its name's.
    fn take_markdown(&mut self, name: &str, text: &str) {
        match bot::front_matter::parse(text) {
            Ok(file) => self.take(name, None, file, slug::of_title(stem(name))),
            Err(problem) => {
                let line = Some(problem.line);
                self.refuse(name, line, &problem.field, problem.message);
            }
        }
    }

    /// Takes what a file says; `otherwise` is the slug of one that says none.
    fn take(&mut self, file: &str, line: Option<u32>, said: FrontMatter, otherwise: String) {
        let (title, body) = match said.title {
            Some(title) => (title, said.body),
            None => titled(file, said.body),
        };
        let status = said.is_draft.map(|is_draft| {
            if is_draft {
                Status::Draft
            } else {
                Status::Published
            }
        });
        let has_slug = said.slug.is_some()
            || said
                .url
                .as_deref()
                .is_some_and(|url| url.starts_with(slug::PAGES));
        let slug = if has_slug {
            said.slug
        } else {
            Some(otherwise).filter(|slug| !slug.is_empty())
        };
        self.found.push(Found {
            file: shown(file),
            line,
            article: WriteArticle {
                title,
                body,
                url: said.url,
                tags: said.tags,
                locale: said.locale,
                slug,
                category: said.category,
                questions: said.questions,
                status,
                translation_of: None,
            },
            translation_of: said.translation_of,
        });
    }
}

/// The title of a text that has none: its first line where that is a heading, else its file's name.
fn titled(file: &str, body: String) -> (String, String) {
    let (first, rest) = body.split_once('\n').unwrap_or((body.as_str(), ""));
    let heading = first
        .strip_prefix("# ")
        .map(str::trim)
        .filter(|heading| !heading.is_empty());
    match heading {
        Some(heading) => (
            heading.to_owned(),
            rest.trim_start_matches(['\n', '\r']).to_owned(),
        ),
        None => (stem(file).replace(['_', '-'], " ").trim().to_owned(), body),
    }
}

/// A file's name without its folders and its end.
fn stem(file: &str) -> &str {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// A file's name as it may be shown.
fn shown(file: &str) -> String {
    file.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect()
}
