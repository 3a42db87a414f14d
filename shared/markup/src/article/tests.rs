use super::*;
use proptest::prelude::*;

fn html(text: &str) -> String {
    render(text).unwrap().html
}

#[test]
fn headings_have_ids_of_their_own_below_the_title_and_are_listed() {
    let article =
        render("# One & *two*\n\ntext\n\n## One two\n\n## One two\n\n###### Ünï 2FA’s\n\n## !").unwrap();
    let listed: Vec<_> = article
        .headings
        .iter()
        .map(|heading| (heading.level, heading.id.as_str(), heading.text.as_str()))
        .collect();
    assert_eq!(
        listed,
        [
            (2, "one-two", "One & two"),
            (3, "one-two-2", "One two"),
            (3, "one-two-3", "One two"),
            (6, "ünï-2fas", "Ünï 2FA’s"),
            (3, "section", "!"),
        ]
    );
    assert!(
        article
            .html
            .starts_with("<h2 id=\"one-two\">One &amp; <em>two</em></h2>"),
        "{}",
        article.html
    );
    assert!(
        html("## a").contains("<h2 id=\"a\">a</h2>"),
        "what begins at 2 stays"
    );
}

#[test]
fn an_id_that_another_heading_would_get_is_not_given_twice() {
    let ids: HashSet<String> = render("## a 2\n\n## a\n\n## a\n\n## a 2")
        .unwrap()
        .headings
        .into_iter()
        .map(|heading| heading.id)
        .collect();
    assert_eq!(ids.len(), 4, "{ids:?}");
}

#[test]
fn a_line_break_is_a_space_and_html_is_text() {
    assert_eq!(html("one\ntwo"), "<p>one\ntwo</p>\n");
    let hostile = html("<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>");
    assert!(
        !hostile.contains("<script") && !hostile.contains("<img"),
        "{hostile}"
    );
}

#[test]
fn links_that_leave_say_so_and_others_do_not() {
    assert_eq!(
        html("[a](https://b.example/?x=1&y=2 \"T\")"),
        "<p><a href=\"https://b.example/?x=1&amp;y=2\" title=\"T\" rel=\"noopener nofollow\">a</a></p>\n"
    );
    for own in ["/help/orders", "#heading", "orders", "/a:b"] {
        assert_eq!(
            html(&format!("[a]({own})")),
            format!("<p><a href=\"{own}\">a</a></p>\n")
        );
    }
    for foreign in [
        "//evil.example/x",
        "\\\\\\\\evil.example",
        "/\\evil.example",
        "mailto:a@b.example",
    ] {
        let shown = html(&format!("[a](<{foreign}>)"));
        assert!(shown.contains("nofollow"), "{shown}");
    }
    for hostile in [
        "javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "JaVaScRiPt:alert(1)",
    ] {
        let shown = html(&format!("[a](<{hostile}>) ![b](<{hostile}>)"));
        assert!(!shown.contains("href") && !shown.contains("src"), "{shown}");
    }
}

#[test]
fn a_picture_of_the_server_is_shown_and_one_from_elsewhere_is_a_link() {
    assert_eq!(
        html("![a \"b\"](/files/1.png)"),
        "<p><img src=\"/files/1.png\" alt=\"a &quot;b&quot;\"></p>\n"
    );
    let foreign = html("![a](https://b.example/c.png)");
    assert_eq!(
        foreign,
        "<p><a href=\"https://b.example/c.png\" rel=\"noopener nofollow\">a</a></p>\n"
    );
    assert_eq!(
        html("[![a](https://b.example/c.png)](/help/x)"),
        "<p><a href=\"/help/x\">a</a></p>\n"
    );
}

#[test]
fn a_summary_is_the_first_words_that_are_no_heading() {
    let summary = |text: &str| render(text).unwrap().summary;
    assert_eq!(
        summary("# T\n\nSome **bold**\nwords, `code`.\n\n- one\n- two"),
        "Some bold words, code. one two"
    );
    assert_eq!(summary("## Only"), "");
    let long = summary(&"word ".repeat(100));
    assert!(
        long.chars().count() <= SUMMARY + 1 && long.ends_with("word…"),
        "{long}"
    );
    assert_eq!(excerpt("Hello **there**, _you_ & me", 12), "Hello there…");
    assert_eq!(excerpt("ok", 12), "ok");
}

#[test]
fn what_is_over_a_limit_is_shown_as_it_stands() {
    let deep = ">".repeat(60) + " x";
    assert_eq!(render(&deep), Err(Over::Depth));
    let shown = unrendered("a <b>");
    assert_eq!(
        (shown.html.as_str(), shown.headings.len()),
        ("<p>a &lt;b&gt;</p>\n", 0)
    );
}

proptest! {
    #[test]
    fn whatever_the_text_nothing_of_it_runs_and_it_is_clean_a_second_time(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "# ", "## ", "\n", "\n\n", "[a](", "![b](", ")", "<", ">", "\"", "'", "<img src=x onerror=alert(1)>",
            "<script>", "javascript:alert(1)", "data:text/html,x", "//evil.example", "https://a.example/", "&quot;",
            " onclick=x ", "a", "- ", "> ", "`", "|", "\\", "\u{202e}", "é",
        ]), 0..40)
    ) {
        let text = pieces.concat();
        if let Ok(article) = render(&text) {
            prop_assert!(!article.html.contains("<script"));
            for tag in article.html.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
                let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default();
                prop_assert!(TAGS.contains(&name) || ["h5", "h6", "img"].contains(&name), "{}", article.html);
            }
            prop_assert_eq!(CLEANER.clean(&article.html).to_string(), article.html.clone());
        }
    }
}
