//! A document that somebody uploads, as the articles that it becomes.

use super::language::Language;
pub use markup::page::{Page, read as read_page};
use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

/// What a document holds at most, in bytes.
pub const MAX_BYTES: usize = 1024 * 1024;
/// Characters of an article's text.
pub const MAX_BODY: usize = 20_000;
/// Articles that one document may become.
pub const MAX_PARTS: usize = 200;
/// Characters of an article's title.
const MAX_TITLE: usize = 200;
/// What its language is told by.
const OPENING: usize = 4_000;

/// A document that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its first heading, else its file's name.
    pub title: String,
    /// What it is: `markdown`, `text` or `html`.
    pub form: &'static str,
    /// What it becomes, in its order; at least one.
    pub parts: Vec<Part>,
    /// The language that it seems to be written in, as an ISO 639 code; English where that is not known.
    pub locale: &'static str,
}

/// One article of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// 1–200 characters.
    pub title: String,
    /// Markdown, 1–[`MAX_BODY`] characters.
    pub body: String,
}

/// Why a document cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is no text, or of a type that we do not read.
    #[error("File type not allowed. Allowed types: text (.txt), Markdown (.md), HTML (.html), in UTF-8")]
    Type,
    /// There is no text in it.
    #[error("The document holds no text")]
    Empty,
    /// It is larger than [`MAX_BYTES`].
    #[error("A document is at most 1 MiB")]
    TooLarge,
    /// It would become more than [`MAX_PARTS`] articles.
    #[error("A document becomes at most {MAX_PARTS} articles; divide it")]
    TooManyParts,
}

/// Reads a document. Its type is that of its file's name, and has to be true of its bytes. CPU-bound.
///
/// # Errors
///
/// Why it cannot be read.
pub fn read(file_name: &str, bytes: &[u8]) -> Result<Document, Unreadable> {
    if bytes.len() > MAX_BYTES {
        return Err(Unreadable::TooLarge);
    }
    let form = form(file_name).ok_or(Unreadable::Type)?;
    let text = std::str::from_utf8(bytes).map_err(|_| Unreadable::Type)?;
    let text = text
        .strip_prefix('\u{feff}')
        .unwrap_or(text)
        .replace("\r\n", "\n");
    let strange = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}');
    if text.starts_with("%PDF-") || text.chars().any(strange) {
        return Err(Unreadable::Type);
    }
    let text = match form {
        "html" => markup::page::markdown(&text),
        _ => text,
    };
    let text = text.trim();
    if text.is_empty() {
        return Err(Unreadable::Empty);
    }
    let headings = headings(text);
    let title = headings
        .first()
        .map_or_else(|| stem(file_name), |first| first.text.clone());
    let title = shortened(&title);
    let parts = parts(text, &title, &headings);
    if parts.len() > MAX_PARTS {
        return Err(Unreadable::TooManyParts);
    }
    let opening: String = text.chars().take(OPENING).collect();
    let language = Language::detect(&opening).unwrap_or(Language::English);
    Ok(Document {
        title,
        form,
        parts,
        locale: language.code(),
    })
}

/// By the end of a file's name.
fn form(file_name: &str) -> Option<&'static str> {
    let (_, end) = file_name.rsplit_once('.')?;
    match end.to_ascii_lowercase().as_str() {
        "md" | "markdown" => Some("markdown"),
        "txt" | "text" => Some("text"),
        "html" | "htm" => Some("html"),
        _ => None,
    }
}

/// A file's name as a title.
fn stem(file_name: &str) -> String {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let words = name.replace(['_', '-'], " ");
    let words = words.trim();
    if words.is_empty() {
        "Document".to_owned()
    } else {
        words.to_owned()
    }
}

fn shortened(title: &str) -> String {
    title
        .chars()
        .take(MAX_TITLE)
        .collect::<String>()
        .trim()
        .to_owned()
}

/// A heading that stands in no other block.
struct Heading {
    at: usize,
    level: HeadingLevel,
    text: String,
}

fn headings(text: &str) -> Vec<Heading> {
    let mut found: Vec<Heading> = Vec::new();
    // what no parser should see has none
    if markup::is_deep(text) {
        return found;
    }
    let (mut depth, mut open) = (0_usize, false);
    for (event, range) in Parser::new(text).into_offset_iter() {
        match event {
            Event::Start(tag) => {
                if let (0, Tag::Heading { level, .. }) = (depth, &tag) {
                    let text = String::new();
                    found.push(Heading {
                        at: range.start,
                        level: *level,
                        text,
                    });
                    open = true;
                }
                depth += 1;
            }
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                open &= !matches!(tag, TagEnd::Heading(_));
            }
            Event::Text(words) | Event::Code(words) if open => {
                if let Some(last) = found.last_mut() {
                    last.text.push_str(&words);
                }
            }
            _ => {}
        }
    }
    found.retain(|heading| !heading.text.trim().is_empty());
    found
}

/// The whole, where it fits into an article; else what stands under each of its top headings, and of that what does not fit
/// cut between paragraphs.
fn parts(text: &str, title: &str, headings: &[Heading]) -> Vec<Part> {
    if text.chars().count() <= MAX_BODY {
        return vec![Part {
            title: title.to_owned(),
            body: text.to_owned(),
        }];
    }
    let mut parts = Vec::new();
    for (heading, body) in sections(text, headings) {
        let name = match heading {
            Some(heading) if heading != title => shortened(&format!("{title}: {heading}")),
            _ => title.to_owned(),
        };
        for (number, piece) in (1..).zip(pieces(body)) {
            let title = match number {
                1 => name.clone(),
                _ => format!(
                    "{} ({number})",
                    name.chars().take(MAX_TITLE - 8).collect::<String>()
                ),
            };
            parts.push(Part { title, body: piece });
        }
    }
    parts
}

/// The text before the first top heading, and under each. The top level is the highest that occurs more than once: a title
/// that stands over everything divides nothing.
fn sections<'a>(text: &'a str, headings: &'a [Heading]) -> Vec<(Option<&'a str>, &'a str)> {
    let often = |level| headings.iter().filter(|heading| heading.level == level).count() > 1;
    let top = headings
        .iter()
        .map(|heading| heading.level)
        .filter(|level| often(*level))
        .min();
    let tops: Vec<&Heading> = headings
        .iter()
        .filter(|heading| Some(heading.level) == top)
        .collect();
    let ends = tops.iter().skip(1).map(|heading| heading.at).chain([text.len()]);
    let before = tops.first().map_or(text.len(), |first| first.at);
    let mut sections = vec![(None, text.get(..before).unwrap_or_default())];
    sections.extend(tops.iter().zip(ends).map(|(heading, end)| {
        let body = text.get(heading.at..end).unwrap_or_default();
        (Some(heading.text.trim()), body)
    }));
    sections
}

/// A section in pieces that fit, each as many paragraphs as it holds; a paragraph that fits nowhere is cut.
fn pieces(section: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut length = 0;
    for paragraph in section.split("\n\n").flat_map(cut) {
        let more = paragraph.chars().count() + 2;
        match pieces.last_mut() {
            Some(last) if length + more <= MAX_BODY => {
                last.push_str("\n\n");
                last.push_str(&paragraph);
                length += more;
            }
            _ => {
                pieces.push(paragraph);
                length = more;
            }
        }
    }
    pieces.retain(|piece| !piece.trim().is_empty());
    pieces
        .iter_mut()
        .for_each(|piece| *piece = piece.trim().to_owned());
    pieces
}

fn cut(paragraph: &str) -> Vec<String> {
    let letters: Vec<char> = paragraph.chars().collect();
    letters
        .chunks(MAX_BODY - 2)
        .map(|piece| piece.iter().collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_document_is_one_article_under_its_first_heading_or_its_file_s_name() {
        let read = |name: &str, text: &str| read(name, text.as_bytes()).unwrap();
        let guide = read(
            "Guide.MD",
            "\u{feff}Intro.\r\n\r\n## Gift *cards*\r\n\r\nNever too late.",
        );
        assert_eq!(
            (guide.title.as_str(), guide.form, guide.locale),
            ("Gift cards", "markdown", "en")
        );
        assert_eq!(guide.parts.len(), 1);
        assert_eq!(
            guide.parts[0].body,
            "Intro.\n\n## Gift *cards*\n\nNever too late."
        );
        let plain = read("remote_work-policy.txt", "Wo ist das Büro und wann ist es offen?");
        assert_eq!((plain.title.as_str(), plain.locale), ("remote work policy", "de"));
        let page = read("x.html", "<title>no</title><h1>Yes</h1><p>Text</p>");
        assert_eq!((page.title.as_str(), page.form), ("Yes", "html"));
        assert_eq!(page.parts[0].body, "# Yes\n\nText");
    }

    #[test]
    fn a_long_document_is_divided_at_its_top_headings_and_each_part_fits() {
        let paragraph = "word ".repeat(1_000);
        let section =
            |name: &str, times: usize| format!("## {name}\n\n{}", format!("{paragraph}\n\n").repeat(times));
        let text = format!(
            "# Handbook\n\nIntro.\n\n{}{}",
            section("Pay", 1),
            section("Leave", 9)
        );
        let parts = read("h.md", text.as_bytes()).unwrap().parts;
        let titles: Vec<_> = parts.iter().map(|part| part.title.as_str()).collect();
        assert_eq!(
            titles,
            [
                "Handbook",
                "Handbook: Pay",
                "Handbook: Leave",
                "Handbook: Leave (2)",
                "Handbook: Leave (3)"
            ]
        );
        assert!(parts.iter().all(|part| part.body.chars().count() <= MAX_BODY));
        assert_eq!(
            parts
                .iter()
                .map(|part| part.body.matches("word").count())
                .sum::<usize>(),
            10_000
        );
        let one = read("x.txt", "é".repeat(45_000).as_bytes()).unwrap().parts;
        let lengths: Vec<_> = one.iter().map(|part| part.body.chars().count()).collect();
        assert_eq!(lengths, [19_998, 19_998, 5_004]);
    }

    #[test]
    fn what_is_no_text_or_too_much_is_refused() {
        for (name, bytes, why) in [
            ("x.pdf", &b"text"[..], Unreadable::Type),
            ("x", b"text", Unreadable::Type),
            ("x.txt", b"%PDF-1.7", Unreadable::Type),
            ("x.md", b"\xff\xfe", Unreadable::Type),
            ("x.txt", b"a\0b", Unreadable::Type),
            ("x.txt", b" \n ", Unreadable::Empty),
            ("x.html", b"<script>x</script>", Unreadable::Empty),
        ] {
            assert_eq!(read(name, bytes).unwrap_err(), why, "{name}");
        }
        let large = vec![b'x'; MAX_BYTES + 1];
        assert_eq!(read("x.txt", &large).unwrap_err(), Unreadable::TooLarge);
        let many = "# h\n\ntext text text text text text text text text text text text\n\n".repeat(400);
        assert_eq!(
            read("x.md", many.as_bytes()).unwrap_err(),
            Unreadable::TooManyParts
        );
    }
}
