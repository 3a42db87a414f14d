//! What a text may cost: how deep, how large, and how much a parser may have to do for it.

use std::fmt;

/// How deep elements may lie within each other: ten lists, or a dozen quotes with a list and bold words in them.
pub const MAX_DEPTH: usize = 20;
/// So many times the text's length its HTML may be, beside [`HTML_BASE`]: as much as the plain form needs at the worst.
const HTML_FACTOR: usize = 5;
/// For short texts with links, whose attributes are long. Bytes.
const HTML_BASE: usize = 4096;
/// Cells that a table may need: its columns times the text's lines. Short rows are filled up, so that a few characters a
/// line would else be hundreds of cells.
const MAX_CELLS: usize = 10_000;

/// A longer text is not looked at: messages and notes hold 4000 characters, a model's answer not much more. Bytes.
const MAX_TEXT: usize = 64 * 1024;

/// The limit that a text is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Over {
    /// Elements lie deeper than [`MAX_DEPTH`].
    #[error("it is nested deeper than {MAX_DEPTH}")]
    Depth,
    /// The HTML is longer than [`max_html`], or the text longer than 64 KiB.
    #[error("its HTML is out of proportion")]
    Size,
    /// It was not done in time.
    #[error("rendering took too long")]
    Time,
}

impl Over {
    /// Its name in metrics.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Depth => "too_deep",
            Self::Size => "too_large",
            Self::Time => "too_slow",
        }
    }
}

/// How long the HTML of a text may be, in bytes.
pub fn max_html(text: &str) -> usize {
    text.len() * HTML_FACTOR + HTML_BASE
}

/// Refuses in one pass what a parser would do far too much for before it says anything.
pub(super) fn check(text: &str) -> Result<(), Over> {
    if text.len() > MAX_TEXT {
        return Err(Over::Size);
    }
    let (mut lines, mut columns) = (0_usize, 0_usize);
    for line in text.lines() {
        lines += 1;
        columns = columns.max(line.bytes().filter(|byte| *byte == b'|').count());
    }
    if is_deep(text) {
        return Err(Over::Depth);
    }
    if columns * lines > MAX_CELLS {
        return Err(Over::Size);
    }
    Ok(())
}

/// Whether some line begins more quotes and list items than [`MAX_DEPTH`]: a parser's work grows with their square.
pub fn is_deep(text: &str) -> bool {
    text.lines().any(|line| containers(line) > MAX_DEPTH)
}

/// How many quotes and list items a line begins.
fn containers(line: &str) -> usize {
    let mut rest = line.trim_start();
    let mut count = 0;
    while let Some(inner) = entered(rest) {
        count += 1;
        rest = inner.trim_start();
    }
    count
}

/// What is within the quote or list item that begins here.
fn entered(line: &str) -> Option<&str> {
    if let Some(inner) = line.strip_prefix('>') {
        return Some(inner);
    }
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let marker = line[digits..].chars().next()?;
    let begins = if digits == 0 {
        matches!(marker, '-' | '+' | '*')
    } else {
        digits <= 9 && matches!(marker, '.' | ')')
    };
    let inner = &line[digits + marker.len_utf8()..];
    (begins && (inner.is_empty() || inner.starts_with([' ', '\t']))).then_some(inner)
}

/// Takes HTML until there is too much of it.
pub(super) struct Capped {
    html: String,
    max: usize,
}

impl Capped {
    pub(super) fn new(max: usize) -> Self {
        Self {
            html: String::new(),
            max,
        }
    }

    pub(super) fn into_inner(self) -> String {
        self.html
    }
}

impl fmt::Write for Capped {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        if self.html.len() + piece.len() > self.max {
            return Err(fmt::Error);
        }
        self.html.push_str(piece);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_many_containers_it_begins() {
        for (line, count) in [
            ("plain", 0),
            ("> quote", 1),
            (">>> three", 3),
            ("  > - 1. four > ", 3),
            ("- - * + x", 4),
            ("-x", 0),
            ("-----", 0),
            ("12) x", 1),
            ("2026. year", 1),
            ("1234567890. x", 0),
            ("-", 1),
        ] {
            assert_eq!(containers(line), count, "{line}");
        }
    }
}
