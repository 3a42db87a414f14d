//! How long an article may be, and how many there may be.

use super::{add, article, asked, nearly_full};
use crate::support::*;
use app::testing::TestApp;
use assist::knowledge::{self, MAX_ARTICLES, MAX_QUESTIONS, WriteArticle};
use entity::ArticleId;
use entity::user::Role;
use kernel::clock::Clock;
use kernel::error::Error;
use sea_orm::{EntityTrait, PaginatorTrait};
use uuid::Uuid;

#[tokio::test]
async fn what_is_out_of_its_limits_is_refused_and_says_where() {
    let app = TestApp::new().await;
    let ann = app.person("ann", Role::Agent, None).await;
    let fine = || article("t", "b");
    let many = |text: &str, count| vec![text.to_owned(); count];
    let cases = [
        (article("", "b"), "title"),
        (article(" \n", "b"), "title"),
        (article(&"t".repeat(201), "b"), "title"),
        (article("t", ""), "body"),
        (article("t", &"b".repeat(20_001)), "body"),
        (article("t", &"b".repeat(200 * 1024)), "body"),
        (article("t", "a\0b"), "body"),
        (
            WriteArticle {
                tags: many("x", 21),
                ..fine()
            },
            "tags",
        ),
        (
            WriteArticle {
                tags: many(&"x".repeat(51), 1),
                ..fine()
            },
            "tags",
        ),
        (
            WriteArticle {
                questions: many("Why?", MAX_QUESTIONS + 1),
                ..fine()
            },
            "questions",
        ),
        (
            WriteArticle {
                questions: many(&"x".repeat(201), 1),
                ..fine()
            },
            "questions",
        ),
        (
            WriteArticle {
                questions: many("", 1),
                ..fine()
            },
            "questions",
        ),
        (
            WriteArticle {
                category: Some("x".repeat(101)),
                ..fine()
            },
            "category",
        ),
        (
            WriteArticle {
                locale: Some("x".into()),
                ..fine()
            },
            "locale",
        ),
        (
            WriteArticle {
                locale: Some("en us".into()),
                ..fine()
            },
            "locale",
        ),
        (
            WriteArticle {
                slug: Some("A b".into()),
                ..fine()
            },
            "slug",
        ),
        (
            WriteArticle {
                slug: Some("x".repeat(101)),
                ..fine()
            },
            "slug",
        ),
        (
            WriteArticle {
                url: Some("/help/A b".into()),
                ..fine()
            },
            "slug",
        ),
        (
            WriteArticle {
                url: Some("javascript:alert(1)".into()),
                ..fine()
            },
            "url",
        ),
        (
            WriteArticle {
                url: Some("https://a b".into()),
                ..fine()
            },
            "url",
        ),
        (
            WriteArticle {
                translation_of: Some(ArticleId(Uuid::now_v7())),
                ..fine()
            },
            "translation_of",
        ),
    ];
    for (command, field) in cases {
        match add(&app, &ann, command).await {
            Err(Error::Invalid(errors)) => assert_eq!(errors[0].field, field),
            other => panic!("{field}: {other:?}"),
        }
    }
    assert_eq!(article::Entity::find().count(&*app.db).await.unwrap(), 0);
}

#[tokio::test]
async fn ten_thousand_articles_are_kept_and_one_more_is_refused() {
    let app = TestApp::new().await;
    let ann = app.person("ann", Role::Agent, None).await;
    nearly_full(&app, &ann, 1).await;
    add(&app, &ann, article("The last", "fits")).await.unwrap();
    let refused = add(&app, &ann, article("One more", "does not")).await;
    assert_eq!(code(refused), "too_many_articles");
    let examples = knowledge::load_examples(&app.assist, &ann).await;
    assert_eq!(detail(examples), "There may be 10000 articles at most");
    let count = article::Entity::find().count(&*app.db).await.unwrap();
    assert_eq!(count, MAX_ARTICLES);
}

#[tokio::test]
async fn an_article_of_200_kb_is_refused_by_its_limit_and_the_bot_goes_on_answering() {
    let app = TestApp::new().await;
    let ann = app.person("ann", Role::Agent, None).await;
    let question = "Where do I park my zeppelin?";
    let parking = add(
        &app,
        &ann,
        article("Zeppelin parking", "Park your zeppelin at mast one."),
    )
    .await
    .unwrap();
    assert!(asked(&app, question).await.contains("mast one"));
    let long = article("Zeppelin parking", &"zeppelin ".repeat(200 * 1024 / 9));
    for refused in [
        add(&app, &ann, long.clone()).await,
        knowledge::replace(&app.assist, &ann, parking.id, long).await,
    ] {
        let Err(Error::Invalid(errors)) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(errors[0].field, "body");
        assert_eq!(errors[0].message, "Must be at most 20000 characters, has 204795");
    }
    assert!(asked(&app, question).await.contains("mast one"));
    // the longest that there may be is one that the bot reads
    let longest = format!("Moor your gondola at pier nine.\n\n{}", "word ".repeat(3993));
    add(&app, &ann, article("Gondola mooring", &longest))
        .await
        .unwrap();
    assert!(
        asked(&app, "Where do I moor my gondola?")
            .await
            .contains("pier nine")
    );
    assert!(asked(&app, question).await.contains("mast one"));
}

#[tokio::test]
async fn after_a_start_with_many_articles_the_first_question_waits_for_them() {
    let app = TestApp::new().await;
    let ann = app.person("ann", Role::Agent, None).await;
    app::testing::write_articles(&app, 600).await;
    add(
        &app,
        &ann,
        article("Zeppelin parking", "Park your zeppelin at mast one."),
    )
    .await
    .unwrap();
    // an instance that was started just now
    let other = app.place.app(Clock::System, &[]).await;
    let said = asked(&other, "Where do I park my zeppelin?").await;
    assert!(said.contains("mast one"), "{said}");
}
