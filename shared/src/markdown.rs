//! Message text as HTML: Markdown, sanitised, so that no text of a person ever runs anywhere.

use pulldown_cmark::{Options, Parser};
use std::collections::HashSet;
use std::sync::LazyLock;

/// What may be in it: text markup, lists, code, links that open elsewhere. No images, no styles, no classes.
static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let tags = [
        "p",
        "br",
        "strong",
        "em",
        "del",
        "code",
        "pre",
        "ul",
        "ol",
        "li",
        "blockquote",
        "a",
        "h1",
        "h2",
        "h3",
        "h4",
        "hr",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ];
    let mut cleaner = ammonia::Builder::new();
    cleaner
        .tags(HashSet::from(tags))
        .generic_attributes(HashSet::new())
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank");
    cleaner
});

/// The Markdown that texts are read as.
pub(crate) const OPTIONS: Options = Options::ENABLE_STRIKETHROUGH.union(Options::ENABLE_TABLES);

/// Renders a message's text.
pub fn render(text: &str) -> String {
    if is_plain(text) {
        // most messages: no parser, no sanitiser, nothing that either would change
        return format!("<p>{text}</p>\n");
    }
    let mut html = String::with_capacity(text.len() * 2);
    // a chat's line break is a line break
    let events = Parser::new_ext(text, OPTIONS).map(|event| match event {
        pulldown_cmark::Event::SoftBreak => pulldown_cmark::Event::HardBreak,
        pulldown_cmark::Event::Html(html) | pulldown_cmark::Event::InlineHtml(html) => {
            pulldown_cmark::Event::Text(html)
        }
        other => other,
    });
    pulldown_cmark::html::push_html(&mut html, events);
    CLEANER.clean(&html).to_string()
}

/// Words and harmless punctuation on one line: Markdown and HTML have nothing to say about it.
fn is_plain(text: &str) -> bool {
    let first = text.chars().next();
    let begins = first.is_some_and(|c| c.is_alphabetic());
    let ends = text.chars().next_back().is_some_and(|c| !c.is_whitespace());
    begins
        && ends
        && text.chars().all(|c| {
            c.is_alphanumeric()
                || matches!(c, ' ' | ',' | '.' | '!' | '?' | ';' | ':' | '-' | '(' | ')' | '/')
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn slowly(text: &str) -> String {
        let mut html = String::new();
        pulldown_cmark::html::push_html(&mut html, Parser::new(text));
        CLEANER.clean(&html).to_string()
    }

    #[test]
    fn markdown_is_rendered_and_html_is_shown_as_text() {
        assert_eq!(
            render("**hi** _there_"),
            "<p><strong>hi</strong> <em>there</em></p>\n"
        );
        assert_eq!(render("one\ntwo"), "<p>one<br>\ntwo</p>\n");
        let shown = render("<script>alert(1)</script>");
        assert!(!shown.contains("<script"), "{shown}");
        assert!(shown.contains("&lt;script&gt;"), "{shown}");
    }

    #[test]
    fn a_link_opens_elsewhere_and_never_runs() {
        let link = render("[a](https://example.com)");
        assert!(
            link.contains(r#"href="https://example.com""#) && link.contains("noopener"),
            "{link}"
        );
        for hostile in [
            "[a](javascript:alert(1))",
            "[a](data:text/html,x)",
            "![a](https://x/y.png)",
            "<img src=x onerror=alert(1)>",
        ] {
            let html = render(hostile);
            assert!(
                !html.contains("<img") && !html.contains("javascript:alert") && !html.contains("href=\"data"),
                "{html}"
            );
        }
    }

    proptest! {
        #[test]
        fn the_short_way_gives_what_the_long_way_gives(text in "[a-zA-Z][a-zA-Z0-9 ,.!?;:()/-]{0,60}[a-z0-9.!?]") {
            prop_assert_eq!(render(&text), slowly(&text));
        }

        #[test]
        fn no_text_becomes_a_script(text in ".{0,200}") {
            let html = render(&text).to_lowercase();
            prop_assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("<iframe"));
        }
    }
}
