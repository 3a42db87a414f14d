//! An article as a file: front matter, then Markdown.
//!
//! ```text
//! ---
//! title: "Orders: where they are"
//! slug: orders
//! category: Orders
//! tags: order status, purchase
//! locale: en
//! status: published
//! questions:
//! - Where is my order?
//! ---
//!
//! Open **My orders** …
//! ```
//!
//! What [`write`] writes is YAML; [`parse`] reads what people write, which is the part of YAML that articles need: one line for
//! a value, quoted or not, and lists of lines that begin with `- `.

use std::fmt::Write;

/// A file's article; what the file does not say is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrontMatter {
    /// Its title.
    pub title: Option<String>,
    /// The last part of its page's address.
    pub slug: Option<String>,
    /// Where it can be read.
    pub url: Option<String>,
    /// Under which it stands in the help centre.
    pub category: Option<String>,
    /// Words that people use for its subject.
    pub tags: Vec<String>,
    /// A language tag.
    pub locale: Option<String>,
    /// Whether it is a draft.
    pub is_draft: Option<bool>,
    /// Questions that it answers, as people ask them.
    pub questions: Vec<String>,
    /// The slug of the article that it says in another language.
    pub translation_of: Option<String>,
    /// The text in Markdown, without blank lines around it.
    pub body: String,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {field}: {message}")]
pub struct Problem {
    /// From 1.
    pub line: u32,
    /// The key; `front matter` where that itself is wrong.
    pub field: String,
    /// A sentence.
    pub message: String,
}

impl Problem {
    fn new(line: usize, field: &str, message: impl Into<String>) -> Self {
        Self {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            field: field.to_owned(),
            message: message.into(),
        }
    }
}

/// The keys that are read, as they are written; others are left alone, because files from elsewhere have some.
const KEYS: [&str; 9] = [
    "title",
    "slug",
    "url",
    "category",
    "tags",
    "locale",
    "status",
    "questions",
    "translation_of",
];
/// The line that begins and ends front matter.
const FENCE: &str = "---";

/// A key, the value behind it and the items below it.
struct Entry {
    line: usize,
    key: String,
    value: String,
    items: Vec<String>,
}

/// Reads a file. Without front matter it is all text.
///
/// # Errors
///
/// The line and the key that are wrong, and what with it.
pub fn parse(text: &str) -> Result<FrontMatter, Problem> {
    let text = text
        .strip_prefix('\u{feff}')
        .unwrap_or(text)
        .replace("\r\n", "\n");
    let mut file = FrontMatter::default();
    let mut lines = text.lines();
    if lines.next().map(str::trim_end) != Some(FENCE) {
        file.body = without_blank_lines(&text).to_owned();
        return Ok(file);
    }
    let head: Vec<&str> = lines
        .by_ref()
        .take_while(|line| line.trim_end() != FENCE)
        .collect();
    // the fences are lines 1 and `head.len() + 2`
    let body = text.splitn(head.len() + 3, '\n').nth(head.len() + 2);
    let closed = text.lines().nth(head.len() + 1).map(str::trim_end) == Some(FENCE);
    if !closed {
        return Err(Problem::new(1, "front matter", "Has no closing line ---"));
    }
    for entry in entries(&head)? {
        file.take(entry)?;
    }
    file.body = without_blank_lines(body.unwrap_or_default()).to_owned();
    Ok(file)
}

/// Spaces that the first line begins with mean something in Markdown.
fn without_blank_lines(body: &str) -> &str {
    let mut rest = body;
    while let Some((line, after)) = rest.split_once('\n') {
        if !line.trim().is_empty() {
            break;
        }
        rest = after;
    }
    rest.trim_end()
}

fn entries(head: &[&str]) -> Result<Vec<Entry>, Problem> {
    let mut entries: Vec<Entry> = Vec::new();
    for (line, text) in (2..).zip(head) {
        let bare = text.trim();
        if bare.is_empty() || bare.starts_with('#') {
            continue;
        }
        if let Some(item) = bare.strip_prefix("- ").or((bare == "-").then_some("")) {
            let Some(entry) = entries.last_mut() else {
                return Err(Problem::new(line, "front matter", "This item belongs to no key"));
            };
            // an item of what is not read may be anything
            if is_read(&entry.key) {
                let item = unquoted(item).map_err(|why| Problem::new(line, &entry.key, why))?;
                entry.items.push(item);
            }
            continue;
        }
        if text.starts_with([' ', '\t']) {
            match entries.last() {
                Some(entry) if !is_read(&entry.key) => continue,
                Some(entry) => return Err(Problem::new(line, &entry.key, "Must be on one line")),
                None => return Err(Problem::new(line, "front matter", "Must not be indented")),
            }
        }
        let Some((key, value)) = bare.split_once(':') else {
            return Err(Problem::new(
                line,
                "front matter",
                "Is no line of the form key: value",
            ));
        };
        let key = key.trim();
        if is_read(key) && entries.iter().any(|entry| entry.key == key) {
            return Err(Problem::new(line, key, "Is there twice"));
        }
        entries.push(Entry {
            line,
            key: key.to_owned(),
            value: value.trim().to_owned(),
            items: Vec::new(),
        });
    }
    Ok(entries)
}

fn is_read(key: &str) -> bool {
    KEYS.contains(&key)
}

impl FrontMatter {
    fn take(&mut self, entry: Entry) -> Result<(), Problem> {
        let problem = |why: String| Problem::new(entry.line, &entry.key, why);
        match entry.key.as_str() {
            "tags" => {
                self.tags = listed(&entry.value).map_err(problem)?;
                self.tags
                    .extend(entry.items.into_iter().filter(|tag| !tag.is_empty()));
                return Ok(());
            }
            "questions" => {
                // a single question may have a comma in it
                let first = unquoted(&entry.value).map_err(problem)?;
                let all = std::iter::once(first).chain(entry.items);
                self.questions = all.filter(|question| !question.is_empty()).collect();
                return Ok(());
            }
            key if !is_read(key) => return Ok(()),
            _ => {}
        }
        if !entry.items.is_empty() {
            return Err(problem("Must be one value, not a list".into()));
        }
        let value = unquoted(&entry.value).map_err(problem)?;
        let given = Some(value).filter(|value| !value.is_empty());
        match entry.key.as_str() {
            "title" => self.title = given,
            "slug" => self.slug = given,
            "url" => self.url = given,
            "category" => self.category = given,
            "locale" => self.locale = given,
            "translation_of" => self.translation_of = given,
            _ => {
                self.is_draft = match given.as_deref() {
                    None => None,
                    Some("draft") => Some(true),
                    Some("published") => Some(false),
                    Some(_) => return Err(problem("Must be draft or published".into())),
                }
            }
        }
        Ok(())
    }
}

/// The values of `a, b` and of `[a, "b"]`.
fn listed(value: &str) -> Result<Vec<String>, String> {
    let inner = value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let mut rest = inner.unwrap_or(value).trim();
    let mut values = Vec::new();
    while !rest.is_empty() {
        let end = match rest.chars().next() {
            Some('"') => closing(rest, '"').ok_or("Has no closing quote")?,
            Some('\'') => closing(rest, '\'').ok_or("Has no closing quote")?,
            _ => rest.find(',').unwrap_or(rest.len()),
        };
        let (one, after) = rest.split_at(end);
        values.push(unquoted(one)?);
        rest = match after.trim_start().strip_prefix(',') {
            Some(after) => after.trim_start(),
            None if after.trim().is_empty() => "",
            None => return Err("Must have commas between its values".into()),
        };
    }
    values.retain(|value| !value.is_empty());
    Ok(values)
}

/// Where a value that begins with a quote ends, behind the closing one.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if c == quote && !is_escaped {
            return Some(at + 1);
        }
        is_escaped = quote == '"' && c == '\\' && !is_escaped;
    }
    None
}

/// A value without its quotes. Between double ones `\"`, `\\`, `\n`, `\t`, `\r` and `\uXXXX` mean what they mean in JSON, and
/// between single ones two quotes are one. What follows a space and `#` behind an unquoted value is part of it.
fn unquoted(value: &str) -> Result<String, String> {
    let value = value.trim();
    if matches!(value, "|" | ">" | "|-" | ">-") {
        return Err("Must be on one line".into());
    }
    if let Some(rest) = value.strip_prefix('"') {
        let inner = rest
            .strip_suffix('"')
            .filter(|_| closing(value, '"') == Some(value.len()));
        return unescaped(inner.ok_or("Has no closing quote")?);
    }
    let single = value.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    // 'tis no quote
    Ok(single.map_or_else(|| value.to_owned(), |inner| inner.replace("''", "'")))
}

fn unescaped(inner: &str) -> Result<String, String> {
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        let meant = match chars.next() {
            Some('n') => Some('\n'),
            Some('t') => Some('\t'),
            Some('r') => Some('\r'),
            Some(c @ ('"' | '\\' | '/')) => Some(c),
            Some('u') => {
                let digits: String = chars.by_ref().take(4).collect();
                u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32)
            }
            _ => None,
        };
        text.push(meant.ok_or("Has a backslash that means nothing: write \\\\")?);
    }
    Ok(text)
}

/// Writes a file that [`parse`] reads as the same, but for line ends in the text and blank lines around it.
pub fn write(file: &FrontMatter) -> String {
    let mut text = format!("{FENCE}\n");
    let status = file
        .is_draft
        .map(|is_draft| if is_draft { "draft" } else { "published" });
    for (key, value) in [
        ("title", file.title.as_deref()),
        ("slug", file.slug.as_deref()),
        ("url", file.url.as_deref()),
        ("category", file.category.as_deref()),
        ("locale", file.locale.as_deref()),
        ("status", status),
        ("translation_of", file.translation_of.as_deref()),
    ] {
        if let Some(value) = value {
            push(&mut text, format_args!("{key}: {}", quoted(value)));
        }
    }
    for (key, values) in [("tags", &file.tags), ("questions", &file.questions)] {
        if !values.is_empty() {
            push(&mut text, format_args!("{key}:"));
        }
        for value in values {
            push(&mut text, format_args!("- {}", quoted(value)));
        }
    }
    text.push_str(FENCE);
    text.push_str("\n\n");
    text.push_str(without_blank_lines(&file.body));
    text.push('\n');
    text
}

fn push(text: &mut String, line: std::fmt::Arguments<'_>) {
    // writing to a string does not fail
    let _ = text.write_fmt(line);
    text.push('\n');
}

/// As it is where nobody could take it for something else, else between double quotes.
fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || " _-./,()?!".contains(c);
    let begins = value.chars().next().is_some_and(char::is_alphanumeric);
    if begins && value.chars().all(plain) && value.trim() == value {
        return value.to_owned();
    }
    let mut text = String::from("\"");
    for c in value.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            // of the controls none is beyond four digits; two more end a line elsewhere
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                text.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => text.push(c),
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
#[path = "front_matter_tests.rs"]
mod tests;
