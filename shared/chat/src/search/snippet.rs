//! A piece of a message's text around the words that were found, as HTML.

use super::is_of_word;

/// Characters before the first word found, and in all.
const BEFORE: usize = 60;
const LENGTH: usize = 240;

/// Some text around the first word found; in it all words found are in `<mark>`, and nothing else is a tag. The
/// last of the words may be a beginning.
pub(super) fn snippet(text: &str, words: &[String]) -> String {
    let spans = spans(text);
    let found = |span: &&(usize, usize)| is_found(&text[span.0..span.1], words);
    let first = spans.iter().find(found).map_or(0, |span| span.0);
    let earliest = text[..first].char_indices().rev().take(BEFORE).last();
    let earliest = earliest.map_or(first, |(at, _)| at);
    // whole words where there are any
    let begin = match spans.iter().find(|span| span.0 >= earliest) {
        Some(span) if earliest > 0 => span.0,
        _ => earliest,
    };
    let end = text[begin..]
        .char_indices()
        .nth(LENGTH)
        .map_or(text.len(), |(at, _)| begin + at);

    let mut html = String::with_capacity(end - begin + 32);
    html.push_str(if begin > 0 { "…" } else { "" });
    let mut at = begin;
    for span in spans.iter().filter(|span| span.0 >= begin && span.1 <= end) {
        if found(&span) {
            escape(&text[at..span.0], &mut html);
            html.push_str("<mark>");
            escape(&text[span.0..span.1], &mut html);
            html.push_str("</mark>");
            at = span.1;
        }
    }
    escape(&text[at..end], &mut html);
    html.push_str(if end < text.len() { "…" } else { "" });
    html
}

fn is_found(word: &str, words: &[String]) -> bool {
    let word = word.to_lowercase();
    words.contains(&word) || words.last().is_some_and(|last| word.starts_with(last))
}

/// Where each word begins and ends, in bytes.
fn spans(text: &str) -> Vec<(usize, usize)> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| is_of_word(*c)) {
        let end = at + c.len_utf8();
        match spans.last_mut() {
            Some(last) if last.1 == at => last.1 = end,
            _ => spans.push((at, end)),
        }
    }
    spans
}

fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            _ => html.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str, words: &[&str]) -> String {
        let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
        snippet(text, &words)
    }

    #[test]
    fn whole_words_are_marked_and_the_last_may_be_a_beginning() {
        assert_eq!(
            shown("The blue jacket, a bluebird and jacks", &["blue", "jack"]),
            "The <mark>blue</mark> <mark>jacket</mark>, a bluebird and <mark>jacks</mark>"
        );
        assert_eq!(
            shown("<b>it's</b> &amp;", &["it"]),
            "&lt;b&gt;<mark>it</mark>&#39;s&lt;/b&gt; &amp;amp;"
        );
    }

    #[test]
    fn a_long_text_is_shown_around_what_was_found() {
        let text = format!("{}needle {}", "before ".repeat(200), "after ".repeat(200));
        let html = shown(&text, &["needle"]);
        assert!(html.starts_with("…before ") && html.ends_with('…'), "{html}");
        assert!(html.contains("before <mark>needle</mark> after"));
        assert!(html.chars().count() < LENGTH + 20);
    }

    proptest! {
        #[test]
        fn any_text_gives_safe_html(text in "\\PC{0,400}", word in "\\PC{0,5}") {
            let html = shown(&text, &[&word]);
            let bare = html.replace("<mark>", "").replace("</mark>", "");
            prop_assert!(!bare.contains('<') && !bare.contains('>'));
            prop_assert_eq!(html.matches("<mark>").count(), html.matches("</mark>").count());
        }
    }
}
