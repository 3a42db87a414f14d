//! Tests of articles as files.

use super::*;
use proptest::prelude::*;
use rstest::rstest;

#[test]
fn a_file_says_what_its_front_matter_says() {
    let text = "\u{feff}---\r\ntitle: \"Gift: \\\"cards\\\"\"\r\nslug: gift-cards\r\nurl: /help/gift-cards\r\ncategory: 'Paying, it''s'\r\n\
        tags: gift, 'gift card',\r\nlocale: de-AT\r\nstatus: draft\r\nauthor: Eve\r\nquestions:\r\n\
        - How long, and where?\r\n  - Can I pay with one?\r\ntranslation_of: cards\r\n---\r\n\r\n    code\r\n\r\nText.\r\n";
    let expected = FrontMatter {
        title: Some("Gift: \"cards\"".into()),
        slug: Some("gift-cards".into()),
        url: Some("/help/gift-cards".into()),
        category: Some("Paying, it's".into()),
        tags: vec!["gift".into(), "gift card".into()],
        locale: Some("de-AT".into()),
        is_draft: Some(true),
        questions: vec!["How long, and where?".into(), "Can I pay with one?".into()],
        translation_of: Some("cards".into()),
        body: "    code\n\nText.".into(),
    };
    assert_eq!(parse(text).unwrap(), expected);
}

#[rstest]
#[case("Just text.\n")]
#[case("\n\nJust text.")]
#[case("---\n---\nJust text.")]
#[case(
    "--- \ndate: 2024-01-01\nauthor:\n  name: Eve\n  - x: y\nsummary: >\n  long: text\n# a remark\n---\nJust text."
)]
fn a_file_without_what_is_read_is_all_text(#[case] text: &str) {
    let expected = FrontMatter {
        body: "Just text.".into(),
        ..Default::default()
    };
    assert_eq!(parse(text).unwrap(), expected);
}

#[rstest]
#[case("tags: a, b c")]
#[case("tags: [a, \"b c\"]")]
#[case("tags: ['a', b c,]")]
#[case("tags:\n- a\n- b c")]
#[case("tags:\n  - 'a'\n  - \"b c\"")]
fn tags_are_written_in_several_ways(#[case] head: &str) {
    assert_eq!(parse(&format!("---\n{head}\n---\nx")).unwrap().tags, ["a", "b c"]);
}

#[rstest]
#[case("---\ntitle: a\n", 1, "front matter", "closing line")]
#[case("---\ntitle: a\n\nno key\n---\nText", 4, "front matter", "key: value")]
#[case("---\n- lost\n---\nText", 2, "front matter", "no key")]
#[case("---\ntitle: a\ntitle: b\n---\nText", 3, "title", "twice")]
#[case("---\ntitle: \"a\n---\nText", 2, "title", "closing quote")]
#[case("---\ntitle: \"a\" b\"\n---\nText", 2, "title", "closing quote")]
#[case("---\ntitle: \"a\\x\"\n---\nText", 2, "title", "backslash")]
#[case("---\ntitle: >\n  a\n---\nText", 3, "title", "one line")]
#[case("---\ntitle:\n- a\n---\nText", 2, "title", "not a list")]
#[case("---\ntags: [\"a\" b]\n---\nText", 2, "tags", "commas")]
#[case("---\nstatus: secret\n---\nText", 2, "status", "draft or published")]
fn what_is_wrong_is_told_with_its_line_and_its_key(
    #[case] text: &str,
    #[case] line: u32,
    #[case] field: &str,
    #[case] message: &str,
) {
    let problem = parse(text).unwrap_err();
    assert_eq!((problem.line, problem.field.as_str()), (line, field), "{problem}");
    assert!(problem.message.contains(message), "{problem}");
}

#[test]
fn what_is_written_is_yaml_that_people_can_read() {
    let file = FrontMatter {
        title: Some("Orders: where?".into()),
        slug: Some("orders".into()),
        tags: vec!["order status".into()],
        is_draft: Some(false),
        questions: vec!["Where is it?".into()],
        body: "# Text\n".into(),
        ..Default::default()
    };
    assert_eq!(
        write(&file),
        "---\ntitle: \"Orders: where?\"\nslug: orders\nstatus: published\ntags:\n- order status\n\
         questions:\n- Where is it?\n---\n\n# Text\n"
    );
}

/// Texts that a reader could take for something else.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "---", "\n", "\r\n", "\"", "'", "\\", ": ", " #", "- ", "[", "]", "{", "|", ">", ",", "a", "é",
        "\u{2028}", "\u{85}", "\t", " ", "title: x", "\n---\n", "\\n", "\u{feff}", "💥", "ا", "\u{0}",
        "\u{7f}", "%", "&", "*", "!", "`", "~", "null",
    ]);
    prop_oneof![
        prop::collection::vec(pieces, 1..8).prop_map(|pieces| pieces.concat()),
        any::<String>().prop_filter("empty values are none", |text| !text.is_empty()),
    ]
}

proptest! {
    #[test]
    fn whatever_a_field_holds_is_read_again_as_it_was_written(
        title in hostile(),
        category in hostile(),
        tags in prop::collection::vec(hostile(), 0..3),
        questions in prop::collection::vec(hostile(), 0..3),
        body in hostile(),
    ) {
        let file = FrontMatter {
            title: Some(title),
            category: Some(category),
            tags,
            questions,
            body: without_blank_lines(&body.replace('\r', "")).to_owned(),
            ..Default::default()
        };
        prop_assert_eq!(parse(&write(&file)), Ok(file));
    }

    #[test]
    fn any_file_is_an_article_or_a_problem(text in any::<String>(), head in hostile()) {
        let _ = parse(&text);
        let _ = parse(&format!("---\n{head}\n---\n{text}"));
    }
}
