//! What is promised of every text's HTML, as an assertion: for generated texts here, and for the fuzzer's.

use super::{CLEANER, MAX_DEPTH, Over, TAGS, max_html, plain, render, shown};

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

/// Panics where the HTML of a text is not safe to show, or over a limit.
pub fn assert_sound(text: &str) {
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
