//! A page's text as Markdown: for what is read, not shown.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// What says how a text is divided; all else of a page is its words.
const DIVIDING: [&str; 23] = [
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
    "tr",
    "table",
    "blockquote",
    "pre",
    "dt",
    "dd",
    "hr",
];

/// What is not for people to read, or leads elsewhere.
const UNREAD: [&str; 13] = [
    "script", "style", "title", "noscript", "template", "svg", "iframe", "nav", "aside", "footer", "form",
    "button", "select",
];

/// A page of a web site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// What it is called; none: it does not say.
    pub title: Option<String>,
    /// The language tag that it claims.
    pub locale: Option<String>,
    /// What it says, in Markdown, without what stands around it on every page.
    pub text: String,
}

/// Reads a page of a web site: its main part where it names one, without a first heading that is its title. CPU-bound, as long
/// as the page takes to parse.
pub fn read(html: &str) -> Page {
    let main = element(html, "main").or_else(|| element(html, "article"));
    let text = markdown(main.unwrap_or(html));
    let heading = text
        .strip_prefix("# ")
        .map(|rest| rest.split_once('\n').unwrap_or((rest, "")));
    let (title, text) = match heading {
        Some((heading, rest)) => (Some(heading.trim().to_owned()), rest.trim_start().to_owned()),
        None => (element(html, "title").map(markdown), text),
    };
    Page {
        title: title.filter(|title| !title.is_empty()),
        locale: opening(html, "html").and_then(|(tag, _)| attribute(tag, "lang")),
        text,
    }
}

/// What stands between the first opening tag of this name and the last closing one.
fn element<'a>(html: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = opening(html, name)?;
    let end = rfind(rest, &format!("</{name}"))?;
    rest.get(..end)
}

/// The first opening tag of this name, and what stands behind it.
fn opening<'a>(html: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    let mut rest = html;
    loop {
        let at = find(rest, &format!("<{name}"))?;
        rest = rest.get(at + 1 + name.len()..)?;
        if rest.starts_with(|c: char| c == '>' || c.is_ascii_whitespace()) {
            let end = rest.find('>')?;
            return Some((rest.get(..end)?, rest.get(end + 1..)?));
        }
    }
}

/// An attribute's value, where it is a word.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut parts = tag
        .split_ascii_whitespace()
        .filter_map(|part| part.split_once('='));
    let (_, value) = parts.find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    let value = value.trim_matches(['"', '\'']);
    (!value.is_empty()).then(|| value.to_owned())
}

/// Where this stands, in whatever case; it is ASCII.
fn find(text: &str, wanted: &str) -> Option<usize> {
    let (text, wanted) = (text.as_bytes(), wanted.as_bytes());
    text.windows(wanted.len())
        .position(|some| some.eq_ignore_ascii_case(wanted))
}

/// Where it stands last.
fn rfind(text: &str, wanted: &str) -> Option<usize> {
    let (text, wanted) = (text.as_bytes(), wanted.as_bytes());
    text.windows(wanted.len())
        .rposition(|some| some.eq_ignore_ascii_case(wanted))
}

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
    fn a_page_of_a_site_is_read_without_what_stands_around_it() {
        let page = "<!DOCTYPE html><HTML class=x lang=\"de-AT\"><head><title>Gift &amp; cards – Shop</title></head>\
            <body><header>Shop</header><nav><a href=/>Home</a></nav><maintain>no</maintain>\
            <Main id=m><h1>Gift cards</h1><p>Never too late.</p><aside>Buy!</aside>\
            <form><button>Go</button></form></Main><footer>© Shop</footer></body></html>";
        let expected = Page {
            title: Some("Gift cards".into()),
            locale: Some("de-AT".into()),
            text: "Never too late.".into(),
        };
        assert_eq!(read(page), expected);
        let plain = read("<title>Gift &amp; cards</title><body><p>Text</p>");
        assert_eq!(plain.title.as_deref(), Some("Gift & cards"));
        assert_eq!((plain.text.as_str(), plain.locale), ("Text", None));
    }

    #[test]
    fn a_page_that_is_broken_is_read_all_the_same() {
        for page in [
            "<main",
            "<main>",
            "<main></main",
            "</main><main>",
            "<html lang",
            "<html lang=>",
            "<title>",
            "é<main é>é",
        ] {
            let read = read(page);
            assert!(read.title.is_none() && read.locale.is_none(), "{page}: {read:?}");
        }
        assert_eq!(read("<main><p>one<main>two</main>three").text, "one\n\ntwo");
    }

    #[test]
    fn a_page_without_words_has_no_text() {
        for page in ["", "<p></p>", "<script>x</script>", "<h1> </h1><li></li>"] {
            assert_eq!(markdown(page), "", "{page}");
        }
    }
}
