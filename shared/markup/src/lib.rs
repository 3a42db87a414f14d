//! Message text as HTML: Markdown, sanitised, so that no text of a person ever runs anywhere.
//!
//! A text is rendered once, where it is written ([`Renderer`]), and its HTML is stored beside it. Reading never renders: what
//! has no HTML of its own is shown in the plain form ([`shown`]), which costs one pass over the text.

#![deny(missing_docs)]

pub mod article;
mod limits;
pub mod moderation;
pub mod page;
mod plain;
mod renderer;
#[cfg(any(test, feature = "testing"))]
#[allow(clippy::expect_used, reason = "an assertion")]
pub mod soundness;

#[cfg(test)]
mod fuzz;

pub use limits::{MAX_DEPTH, Over, is_deep, max_html};
pub use plain::plain;
pub use renderer::{Rendered, Renderer};

use limits::Capped;
use pulldown_cmark::{Event, Options, Parser};
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

/// What may be in it: text markup, lists, code, links that open elsewhere. No images, no styles, no classes.
const TAGS: [&str; 23] = [
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

static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = ammonia::Builder::new();
    cleaner
        .tags(HashSet::from(TAGS))
        .generic_attributes(HashSet::new())
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank");
    cleaner
});

/// The Markdown that texts are read as.
pub const OPTIONS: Options = Options::ENABLE_STRIKETHROUGH.union(Options::ENABLE_TABLES);

/// What is shown of a text whose stored HTML is `html`; the empty one stands for the plain form.
pub fn shown<'a>(text: &str, html: &'a str) -> Cow<'a, str> {
    if html.is_empty() {
        plain(text).into()
    } else {
        html.into()
    }
}

/// Renders a text.
///
/// CPU-bound: some milliseconds at the worst for a message, so [`Renderer`] runs it on a thread of its own.
///
/// # Errors
///
/// The limit that the text is over; it is shown in the plain form then.
pub fn render(text: &str) -> Result<String, Over> {
    limits::check(text)?;
    let (mut depth, mut deep) = (0_usize, false);
    let mut html = Capped::new(max_html(text));
    let events = Parser::new_ext(text, OPTIONS).map_while(|event| {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        deep |= depth > MAX_DEPTH;
        (!deep).then(|| adapted(event))
    });
    let written = pulldown_cmark::html::write_html_fmt(&mut html, events);
    if deep {
        return Err(Over::Depth);
    }
    written.map_err(|_| Over::Size)?;
    let clean = CLEANER.clean(&html.into_inner()).to_string();
    // links gain attributes
    if clean.len() > max_html(text) {
        Err(Over::Size)
    } else {
        Ok(clean)
    }
}

/// A chat's line break is a line break, and HTML is shown as the text that it is.
fn adapted(event: Event<'_>) -> Event<'_> {
    match event {
        Event::SoftBreak => Event::HardBreak,
        Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
        other => other,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn markdown_is_rendered_and_html_is_shown_as_text() {
        assert_eq!(
            render("**hi** _there_").unwrap(),
            "<p><strong>hi</strong> <em>there</em></p>\n"
        );
        assert_eq!(render("one\ntwo").unwrap(), "<p>one<br>\ntwo</p>\n");
        let shown = render("<script>alert(1)</script>").unwrap();
        assert!(!shown.contains("<script"), "{shown}");
        assert!(shown.contains("&lt;script&gt;"), "{shown}");
    }

    #[test]
    fn a_link_opens_elsewhere_and_never_runs() {
        let link = render("[a](https://example.com)").unwrap();
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
            let html = render(hostile).unwrap();
            assert!(
                !html.contains("<img") && !html.contains("javascript:alert") && !html.contains("href=\"data"),
                "{html}"
            );
        }
    }

    #[test]
    fn nesting_that_people_write_is_kept_and_deeper_nesting_is_over_the_limit() {
        let nested = |levels: usize| {
            let items = (0..levels).map(|level| format!("{}- x\n", "  ".repeat(level)));
            items.collect::<String>()
        };
        assert!(render(&nested(8)).unwrap().matches("<ul>").count() == 8);
        assert!(render("> > > quoted **three _times_**").is_ok());
        assert_eq!(render(&nested(20)), Err(Over::Depth));
    }

    #[test]
    fn what_would_grow_out_of_all_proportion_is_over_the_limit() {
        let definition = format!("[a]: https://example.com/{}\n\n", "x".repeat(1000));
        let links = definition + &"[a]".repeat(900);
        assert_eq!(render(&links), Err(Over::Size));
    }

    proptest! {
        #[test]
        fn the_plain_form_of_simple_text_is_what_rendering_gives(text in "[a-zA-Z][a-zA-Z0-9 ,.!?;:()/-]{0,60}[a-z0-9.!?](\n\n?[a-zA-Z][a-zA-Z0-9 ,!?;:()/-]{0,20}[a-z])?") {
            prop_assert_eq!(render(&text).unwrap(), plain(&text));
        }
    }
}
