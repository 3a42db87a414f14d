//! The form that needs no parser: a text as it stands, in paragraphs.

/// Blank lines divide paragraphs, a line break is a line break, and nothing in the text is markup. One pass; at most five
/// times as long as the text and some bytes.
pub fn plain(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    let mut open = false;
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            if open {
                html.push_str("</p>\n");
            }
            open = false;
            continue;
        }
        html.push_str(if open { "<br>\n" } else { "<p>" });
        open = true;
        escape(line, &mut html);
    }
    if open {
        html.push_str("</p>\n");
    }
    html
}

/// Words and harmless punctuation on one line: Markdown has nothing to say about it, and rendering would give the plain form.
pub(super) fn is_plain(text: &str) -> bool {
    let first = text.chars().next();
    let begins = first.is_none_or(char::is_alphabetic);
    let ends = text.chars().next_back().is_none_or(|c| !c.is_whitespace());
    let harmless = |c: char| c.is_alphanumeric() || " ,.!?;:-()/".contains(c);
    begins && ends && text.chars().all(harmless)
}

fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            _ => html.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_shown_as_it_stands_in_paragraphs_and_lines() {
        assert_eq!(
            plain("a <b> & c\r\n\n\n  > d\ne\n"),
            "<p>a &lt;b&gt; &amp; c</p>\n<p>&gt; d<br>\ne</p>\n"
        );
        assert_eq!(plain(""), "");
        assert_eq!(plain(" \n"), "");
    }
}
