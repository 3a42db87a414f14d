//! Whatever the text, its HTML runs nothing, is as deep and as long as the limits say, and is the same a second time.

use super::{CLEANER, MAX_DEPTH, Over, TAGS, max_html, plain, render, shown};
use proptest::prelude::*;

/// Pieces that Markdown and HTML have something to say about.
const PIECES: &[&str] = &[
    ">",
    "> ",
    "- ",
    "* ",
    "+ ",
    "1. ",
    "1) ",
    "    ",
    "\t",
    "\n",
    "\n\n",
    "\r\n",
    "#",
    "# ",
    "```",
    "~~~",
    "`",
    "``",
    "*",
    "**",
    "***",
    "_",
    "__",
    "~~",
    "[",
    "]",
    "(",
    ")",
    "![",
    "](",
    "[a]",
    "[a]: ",
    "[a]: <x>\n",
    "<",
    "</",
    "<!--",
    "-->",
    "<![CDATA[",
    "<?",
    "<a href=",
    "<script>",
    "</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "javascript:alert(1)",
    "JaVaScRiPt:",
    "data:text/html,<script>",
    "vbscript:",
    "https://a.b/c",
    "<https://a.b>",
    "<a@b.cc>",
    "mailto:a@b",
    "&lt;",
    "&#x6a;avascript:",
    "&colon;",
    "&amp;",
    "&",
    "\"",
    "'",
    " onclick=alert(1) ",
    "style=x",
    "|",
    "|-|",
    "|-|-|\n",
    "---",
    "===",
    "\\",
    "\u{0}",
    "\u{200b}",
    "\u{202e}",
    "\u{a0}",
    "é",
    "日",
    "x",
    " ",
];

fn pieces() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..60).prop_map(|pieces| pieces.concat())
}

/// Few pieces, many times: what blows up.
fn repeated() -> impl Strategy<Value = String> {
    let run = (
        prop::collection::vec(prop::sample::select(PIECES), 1..4),
        1..2000usize,
    );
    prop::collection::vec(run, 1..4).prop_map(|runs| {
        let text: String = runs
            .into_iter()
            .map(|(pieces, times)| pieces.concat().repeat(times))
            .collect();
        text.chars().take(4000).collect()
    })
}

/// The elements of the HTML: each is allowed, closes what it opened, and lies no deeper than the limit.
fn depth(html: &str) -> usize {
    let (mut open, mut deepest): (Vec<&str>, usize) = (Vec::new(), 0);
    for tag in html.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').expect("every tag ends");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{html}");
            continue;
        }
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(TAGS.contains(&name), "{name} in {html}");
        check_attributes(name, attributes, html);
        if !matches!(name, "br" | "hr") {
            open.push(name);
        }
        deepest = deepest.max(open.len());
    }
    assert!(open.is_empty(), "{html}");
    deepest
}

/// The scheme that a browser sees, in lower case (RFC 3986 §3.1; the URL Standard drops tabs and line ends, and what
/// cannot be seen before it). None: a relative address.
fn scheme(address: &str) -> Option<String> {
    let seen: String = address
        .chars()
        .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
        .collect();
    let (scheme, _) = seen.trim_start_matches(|c| c <= ' ').split_once(':')?;
    let is_one = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    is_one.then(|| scheme.to_lowercase())
}

fn check_attributes(name: &str, attributes: &str, html: &str) {
    let mut rest = attributes;
    while let Some((attribute, value)) = rest.trim_start().split_once("=\"") {
        let (value, after) = value.split_once('"').expect("every value ends");
        assert!(
            matches!(
                (name, attribute),
                ("a", "href" | "title" | "rel" | "target") | ("ol", "start")
            ) || matches!((name, attribute), ("th" | "td", "align")),
            "{attribute} in {html}"
        );
        if attribute == "href" {
            let safe =
                scheme(value).is_none_or(|scheme| ["http", "https", "mailto", "tel"].contains(&&*scheme));
            assert!(safe, "{value} in {html}");
        }
        rest = after;
    }
    assert!(rest.trim().is_empty(), "{rest} in {html}");
}

fn assert_sound(text: &str) {
    let html = match render(text) {
        Ok(html) => {
            assert_eq!(CLEANER.clean(&html).to_string(), html, "clean HTML is left alone");
            html
        }
        Err(over) => {
            assert_ne!(over, Over::Time);
            String::new()
        }
    };
    let html = shown(text, &html);
    assert!(html.len() <= max_html(text), "{} of {}", html.len(), text.len());
    // a code block is two elements, and a table's body one more
    assert!(depth(&html) <= MAX_DEPTH + 2, "{html}");
    assert!(plain(text).len() <= max_html(text));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_mixture_of_markup_gives_safe_html_within_the_limits(text in pieces()) {
        assert_sound(&text);
    }

    #[test]
    fn any_text_gives_safe_html_within_the_limits(text in "\\PC{0,300}|[\\x00-\\x7f]{0,300}") {
        assert_sound(&text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_repeated_to_the_limit_of_a_message_stays_within_the_limits(text in repeated()) {
        assert_sound(&text);
    }
}
