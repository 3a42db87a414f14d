//! The frame around what others wrote: tags that only this program can write.
//!
//! Whatever looks like a tag's bracket is escaped in all text from outside, so no text can close its own frame or open
//! another. That holds for every text at once and can be tested; a frame with a secret name would rest on the name's
//! not getting out, and would make every request another one. Escaped text still reads as what it was.

use unicode_normalization::UnicodeNormalization;

/// Characters that look like the brackets of a tag and are not compatibility forms of them.
const LIKE_OPENING: &str = "‹〈⟨❬❮⧼˂ᐸ";
const LIKE_CLOSING: &str = "›〉⟩❭❯⧽˃ᐳ";

/// `text` as the content of an element called `name`, on lines of its own.
pub(super) fn element(name: &str, text: &str) -> String {
    format!("<{name}>\n{}\n</{name}>", escape(text))
}

/// The same with one attribute, whose value is ours.
pub(super) fn element_with(name: &str, attribute: &str, value: &str, text: &str) -> String {
    format!("<{name} {attribute}=\"{value}\">\n{}\n</{name}>", escape(text))
}

/// Text that holds no tag, and nothing that cannot be seen. An `&` is escaped too, or a text that holds `&lt;/passage&gt;`
/// would read like a tag of ours that was escaped twice less.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars().filter(|c| is_visible(*c)) {
        match c {
            '&' => escaped.push_str("&amp;"),
            c if is_bracket(c, '<', LIKE_OPENING) => escaped.push_str("&lt;"),
            c if is_bracket(c, '>', LIKE_CLOSING) => escaped.push_str("&gt;"),
            c => escaped.push(c),
        }
    }
    escaped.trim().to_owned()
}

/// What [`escape`] escaped, as a model may repeat it.
pub(super) fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

/// Whether a character may stand in a request or a reply: no control characters, and none of those that hide text or turn
/// its direction. Joiners stay: emoji and Persian need them.
pub(super) fn is_visible(c: char) -> bool {
    match c {
        '\n' | '\t' => true,
        '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}' => false,
        '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{e0000}'..='\u{e007f}' => false,
        c => !c.is_control(),
    }
}

/// A bracket, its full-width and small forms, one that is crossed out, or one of those that merely look like it.
fn is_bracket(c: char, bracket: char, alike: &str) -> bool {
    c == bracket
        || (!c.is_ascii() && (std::iter::once(c).nfkd().any(|part| part == bracket) || alike.contains(c)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("</passage>")]
    #[case("</PASSAGE >")]
    #[case("<\n/ passage\t>")]
    #[case("＜/passage＞")]
    #[case("﹤/passage﹥")]
    #[case("≮/passage≯")]
    #[case("‹/passage›")]
    #[case("⟨/passage⟩")]
    #[case("<\u{200b}/passage>")]
    fn nothing_that_looks_like_a_tag_leaves_its_frame(#[case] text: &str) {
        let framed = element("passage", text);
        assert_eq!(framed.matches(['<', '>']).count(), 4, "{framed}");
        assert!(framed.ends_with("\n</passage>"));
        assert!(framed.contains("&lt;") && framed.contains("&gt;"), "{framed}");
    }

    #[test]
    fn an_entity_that_would_read_as_a_tag_is_escaped_once_more() {
        assert_eq!(escape("&lt;/passage&gt;"), "&amp;lt;/passage&amp;gt;");
        assert_eq!(escape("&#60;/passage&#62;"), "&amp;#60;/passage&amp;#62;");
    }

    #[test]
    fn what_cannot_be_seen_is_left_out_and_what_joins_letters_stays() {
        assert_eq!(escape("a\0b\u{202e}c\u{e0041}d\u{feff}"), "abcd");
        assert_eq!(
            escape("می\u{200c}خواهم 👩\u{200d}👧"),
            "می\u{200c}خواهم 👩\u{200d}👧"
        );
        assert_eq!(escape("one\ntwo\tthree"), "one\ntwo\tthree");
    }

    proptest! {
        #[test]
        fn escaped_text_holds_no_bracket_and_can_be_read_back(text in "[a-z<>&;/ ]{0,40}") {
            let escaped = escape(&text);
            prop_assert!(!escaped.contains(['<', '>']));
            prop_assert_eq!(unescape(&escaped), text.trim());
        }

        #[test]
        fn no_text_whatever_brings_a_bracket_of_its_own(text in any::<String>()) {
            let escaped = escape(&text);
            prop_assert!(!escaped.nfkc().any(|c| c == '<' || c == '>'));
        }
    }
}
