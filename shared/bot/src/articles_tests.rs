//! Tests of article files.

use rstest::rstest;

use super::*;

fn parse(text: &str) -> Result<ArticleFile, UnreadableArticle> {
    ArticleFile::parse("help/gift-cards.md", text)
}

#[test]
fn every_example_has_what_an_article_can_have() {
    for file in example_articles() {
        let article = &file.article;
        assert!(!article.title.is_empty(), "{article:?}");
        let slug = file
            .slug
            .or_else(|| article.url.as_ref()?.strip_prefix("/help/").map(str::to_owned));
        assert!(slug.is_some_and(|slug| !slug.is_empty()), "{article:?}");
        assert!(file.category.is_some() && !file.is_draft, "{article:?}");
        assert!(
            (4..=20).contains(&article.tags.len()),
            "{} tags: {article:?}",
            article.tags.len()
        );
        assert!(
            article.tags.iter().all(|tag| tag.chars().count() <= 50),
            "{article:?}"
        );
        assert!(
            (3..=MAX_QUESTIONS).contains(&article.questions.len()),
            "{article:?}"
        );
        assert!(article.body.contains("## "), "{article:?}");
        assert_eq!(article.locale, "en");
    }
}

#[test]
fn every_file_of_the_knowledge_folder_is_an_example() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge");
    let files = std::fs::read_dir(folder).unwrap().count();
    assert_eq!(files, FILES.len());
    assert_eq!(example_articles().len(), FILES.len());
}

#[test]
fn a_file_has_everything_that_its_front_matter_says() {
    let file = parse(
        "\u{feff}---\r\ntitle: \"Gift: cards\"\r\nslug: gift-cards\r\nurl: /help/gift-cards\r\ncategory: Paying\r\n\
         tags: gift, 'gift card',\r\nlocale: de-AT\r\nstatus: draft\r\nauthor: Eve\r\nquestions:\r\n\
         - How long is a card good for?\r\n  - Can I pay with one?\r\n---\r\n\r\nText.\r\n",
    )
    .unwrap();
    let expected = ArticleFile {
        article: Article {
            title: "Gift: cards".to_owned(),
            body: "Text.".to_owned(),
            url: Some("/help/gift-cards".to_owned()),
            tags: vec!["gift".to_owned(), "gift card".to_owned()],
            locale: "de-AT".to_owned(),
            questions: vec![
                "How long is a card good for?".to_owned(),
                "Can I pay with one?".to_owned(),
            ],
        },
        slug: Some("gift-cards".to_owned()),
        category: Some("Paying".to_owned()),
        is_draft: true,
    };
    assert_eq!(file, expected);
}

#[rstest]
#[case("Just text.", "gift cards")]
#[case("Intro\n\n## Gift cards here\n\nText", "Gift cards here")]
#[case("---\n---\n# One\n\nText", "One")]
#[case("---\ntags: a\n---\n#hash\n\nText", "gift cards")]
fn a_file_without_a_title_is_called_by_its_heading_or_its_name(#[case] text: &str, #[case] title: &str) {
    let article = parse(text).unwrap().article;
    assert_eq!((article.title.as_str(), article.locale.as_str()), (title, "en"));
}

#[rstest]
#[case("---\ntags:\n- a\n- b c\n---\nText")]
#[case("---\ntags: [a, \"b c\"]\n---\nText")]
#[case("---\ntags: a, b c\n---\nText")]
fn tags_may_be_written_as_elsewhere(#[case] text: &str) {
    assert_eq!(parse(text).unwrap().article.tags, ["a", "b c"]);
}

#[rstest]
#[case("---\ntitle: a\n", "front matter", "no closing line")]
#[case("---\nno key\n---\nText", "front matter", "no key")]
#[case("---\n- lost\n---\nText", "front matter", "lost")]
#[case("---\nslug: Gift cards\n---\nText", "slug", "hyphens")]
#[case("---\nlocale: English please\n---\nText", "locale", "pt-BR")]
#[case("---\nstatus: secret\n---\nText", "status", "draft")]
#[case("---\ntitle: a\n---\n \n", "body", "no text")]
#[case("", "body", "no text")]
fn an_error_names_the_field(#[case] text: &str, #[case] field: &str, #[case] problem: &str) {
    let error = parse(text).unwrap_err();
    assert_eq!(error.field, field);
    assert!(error.problem.contains(problem), "{error}");
}

#[test]
fn more_questions_or_longer_ones_are_refused() {
    let many = format!(
        "---\nquestions:\n{}---\nText",
        "- why?\n".repeat(MAX_QUESTIONS + 1)
    );
    assert_eq!(parse(&many).unwrap_err().field, "questions");
    let long = format!("---\nquestions:\n- {}\n---\nText", "w".repeat(MAX_QUESTION + 1));
    assert_eq!(parse(&long).unwrap_err().field, "questions");
}
