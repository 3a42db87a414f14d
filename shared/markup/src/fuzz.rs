//! Whatever the text, its HTML runs nothing, is as deep and as long as the limits say, and is the same a second time.

use super::soundness::assert_sound;
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
