//! Splitting a Markdown article into the passages that a reply can quote.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// Longer sections are split between paragraphs: a chat reply should not be a page.
const SECTION_CHARS: usize = 1_200;
/// A single block beyond this is cut, so that a reply always fits into a message.
const MAX_CHARS: usize = 2_500;

/// A part of an article that stands on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Section {
    /// The nearest heading above it.
    pub heading: Option<String>,
    /// Its Markdown.
    pub text: String,
}

/// The sections of an article, in order. Headings inside code blocks, quotes and lists do not count.
pub(super) fn sections(article: &str) -> Vec<Section> {
    let mut found: Vec<Section> = Vec::new();
    let mut heading = None;
    let mut open = false;
    // a section is quoted, not rendered: one that no parser should see is one piece
    let blocks = if markup::is_deep(article) {
        vec![Block::Text(0..article.len())]
    } else {
        blocks(article)
    };
    for block in blocks {
        match block {
            Block::Heading(text) => {
                heading = (!text.is_empty()).then_some(text);
                open = false;
            }
            Block::Text(range) => {
                let text = unwrapped(article.get(range).unwrap_or_default().trim());
                match found.last_mut() {
                    Some(last) if open && last.text.len() + text.len() <= SECTION_CHARS => {
                        last.text.push_str("\n\n");
                        last.text.push_str(&text);
                    }
                    _ => found.push(Section {
                        heading: heading.clone(),
                        text: cut(&text),
                    }),
                }
                open = true;
            }
        }
    }
    found.retain(|section| !section.text.is_empty());
    found
}

enum Block {
    Heading(String),
    Text(Range<usize>),
}

/// The top-level blocks of a document.
fn blocks(markdown: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut heading: Option<String> = None;
    for (event, range) in Parser::new(markdown).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { .. }) if depth == 0 => {
                heading = Some(String::new());
                depth += 1;
            }
            Event::Start(_) => {
                if depth == 0 {
                    found.push(Block::Text(range));
                }
                depth += 1;
            }
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                if let (0, TagEnd::Heading(_), Some(text)) = (depth, tag, heading.as_ref()) {
                    found.push(Block::Heading(text.trim().to_owned()));
                    heading = None;
                }
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&text);
                }
            }
            _ => {}
        }
    }
    found
}

/// A message shows each of its line breaks, but those within an article's paragraph only say where its author's editor
/// was full.
fn unwrapped(block: &str) -> String {
    if markup::is_deep(block) {
        return block.to_owned();
    }
    let events = Parser::new_ext(block, markup::OPTIONS).into_offset_iter();
    let breaks: Vec<_> = events.filter(|(event, _)| *event == Event::SoftBreak).collect();
    let mut joined = block.to_owned();
    for (_, range) in breaks.into_iter().rev() {
        let rest = block.get(range.end..).unwrap_or_default();
        let indent = rest.len() - rest.trim_start().len();
        // a quote's sign would end up within its text
        if !rest.trim_start().starts_with('>') {
            joined.replace_range(range.start..range.end + indent, " ");
        }
    }
    joined
}

fn cut(text: &str) -> String {
    if text.chars().count() <= MAX_CHARS {
        return text.to_owned();
    }
    let head: String = text.chars().take(MAX_CHARS).collect();
    let end = head.rfind(char::is_whitespace).unwrap_or(head.len());
    format!("{} …", head.get(..end).unwrap_or(&head))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(heading: Option<&str>, text: &str) -> Section {
        Section {
            heading: heading.map(str::to_owned),
            text: text.to_owned(),
        }
    }

    #[test]
    fn headings_split_an_article_and_the_introduction_has_none() {
        let found = sections("Intro.\n\n## First `one`\n\nA.\n\n- b\n- c\n\n## Second\n\nD.");
        assert_eq!(
            found,
            [
                section(None, "Intro."),
                section(Some("First one"), "A.\n\n- b\n- c"),
                section(Some("Second"), "D."),
            ]
        );
    }

    #[test]
    fn a_paragraphs_lines_are_joined_and_lines_that_mean_something_are_not() {
        for (article, passage) in [
            ("Where is\nmy *long\nparcel*?", "Where is my *long parcel*?"),
            ("- one\n  more\n- two", "- one more\n- two"),
            ("Street 1  \nTown", "Street 1  \nTown"),
            ("```\na\nb\n```", "```\na\nb\n```"),
            (
                "| a | b |\n|---|---|\n| 1 | 2 |",
                "| a | b |\n|---|---|\n| 1 | 2 |",
            ),
            ("> one\n> two", "> one\n> two"),
            ("größer\näußerst", "größer äußerst"),
        ] {
            assert_eq!(sections(article), [section(None, passage)]);
        }
    }

    #[test]
    fn a_hash_in_a_code_block_is_not_a_heading() {
        let found = sections("## Shell\n\n```\n# not a heading\nls\n```");
        assert_eq!(found, [section(Some("Shell"), "```\n# not a heading\nls\n```")]);
    }

    #[test]
    fn a_heading_with_nothing_under_it_is_no_passage() {
        assert_eq!(sections("## Empty\n\n## Full\n\nText.").len(), 1);
        assert!(sections("").is_empty());
    }

    #[test]
    fn a_long_section_is_split_between_paragraphs_and_keeps_its_heading() {
        let paragraph = "word ".repeat(150);
        let found = sections(&format!("## Long\n\n{paragraph}\n\n{paragraph}\n\n{paragraph}"));
        assert_eq!(found.len(), 3);
        assert!(found.iter().all(|s| s.heading.as_deref() == Some("Long")));
    }

    #[test]
    fn an_article_nested_beyond_measure_is_one_piece() {
        let article = format!("{}{}", ">".repeat(5_000), "\na".repeat(5_000));
        assert_eq!(sections(&article).len(), 1);
    }

    #[test]
    fn a_huge_paragraph_is_cut_at_a_word() {
        let found = sections(&"añadir ".repeat(2_000));
        assert_eq!(found.len(), 1);
        assert!(found[0].text.ends_with("añadir …"));
        assert!(found[0].text.chars().count() <= MAX_CHARS + 2);
    }
}
