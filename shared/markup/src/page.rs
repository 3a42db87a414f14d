//! A page's text as Markdown: for what is read, not shown.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// What says how a text is divided; all else of a page is its words.
const DIVIDING: [&str; 24] = [
    "p",
    "br",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "ul",
    "ol",
    "div",
    "section",
    "article",
    "main",
    "header",
    "footer",
    "tr",
    "table",
    "blockquote",
    "pre",
    "dt",
    "dd",
    "hr",
];

/// What is not for people to read.
const UNREAD: [&str; 7] = [
    "script", "style", "title", "noscript", "template", "svg", "iframe",
];

static READER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut reader = ammonia::Builder::new();
    reader
        .tags(HashSet::from(DIVIDING))
        .clean_content_tags(HashSet::from(UNREAD))
        .tag_attributes(HashMap::new())
        .generic_attributes(HashSet::new())
        .link_rel(None);
    reader
});

/// The text of a page with its headings, paragraphs and lists. CPU-bound, as long as the page takes to parse.
pub fn markdown(html: &str) -> String {
    let clean = READER.clean(html).to_string();
    let mut text = String::with_capacity(clean.len());
    // what is left is well formed, without attributes, and `<` begins a tag
    for piece in clean.split('<') {
        match piece.split_once('>') {
            Some((tag, words)) => {
                text.push_str(divides(tag));
                push_words(words, &mut text);
            }
            None => push_words(piece, &mut text),
        }
    }
    tidy(&text)
}

/// What stands for a tag in Markdown.
fn divides(tag: &str) -> &'static str {
    match tag {
        "h1" => "\n\n# ",
        "h2" => "\n\n## ",
        "h3" => "\n\n### ",
        "h4" | "h5" | "h6" => "\n\n#### ",
        "li" => "\n- ",
        "br" | "tr" | "dd" => "\n",
        "/li" | "/dt" | "/tr" => "",
        _ => "\n\n",
    }
}

/// Words with single spaces between them.
fn push_words(words: &str, text: &mut String) {
    let words = words
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&");
    for c in words.chars() {
        let space = c.is_whitespace();
        if !space {
            text.push(c);
        } else if !text.ends_with([' ', '\n']) {
            text.push(' ');
        }
    }
}

/// Without blank lines that follow one another, and without items of lists that hold nothing.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    for line in text.lines().map(str::trim) {
        let says = !line.trim_matches(['#', '-', ' ']).is_empty();
        if says {
            tidied.push_str(line);
        }
        if says || !tidied.ends_with("\n\n") {
            tidied.push('\n');
        }
    }
    tidied.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_s_text_keeps_its_headings_paragraphs_and_lists_and_nothing_that_runs() {
        let page = "<!doctype html><html><head><title>Shop</title><style>p{}</style></head><body>\
            <h1 class=x>Gift  cards</h1><p>They are <b>never</b> too late.<br>Ask &amp; get one: 3 &lt; 4.</p>\
            <script>alert(1)</script><ul><li>red</li><li>blue</li></ul><h2>Returns</h2><div>No.</div></body></html>";
        assert_eq!(
            markdown(page),
            "# Gift cards\n\nThey are never too late.\nAsk & get one: 3 < 4.\n\n- red\n- blue\n\n## Returns\n\nNo."
        );
    }

    #[test]
    fn a_page_without_words_has_no_text() {
        for page in ["", "<p></p>", "<script>x</script>", "<h1> </h1><li></li>"] {
            assert_eq!(markdown(page), "", "{page}");
        }
    }
}
