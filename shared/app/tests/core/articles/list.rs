//! The list of articles that those who keep them choose from.

use super::{add, article};
use crate::support::*;
use app::App;
use app::testing::TestApp;
use assist::knowledge::{self, Content, ListArticles, WriteArticle};
use entity::article::Status;
use entity::user::Role;
use kernel::actor::Actor;

/// The titles of a list, in its order.
async fn titles(app: &App, who: &Actor, wanted: ListArticles) -> Vec<String> {
    let page = knowledge::list(&app.assist, who, wanted).await.unwrap();
    page.rows.into_iter().map(|row| row.title).collect()
}

#[tokio::test]
async fn a_list_is_of_what_was_asked_for() {
    let app = TestApp::new().await;
    let ann = app.person("ann", Role::Agent, None).await;
    for (title, locale, category, status) in [
        ("Opening hours", "en", "Shop", Status::Published),
        ("Öffnungszeiten", "de", "Shop", Status::Published),
        ("Secret", "en", "Staff", Status::Draft),
    ] {
        let command = WriteArticle {
            locale: Some(locale.into()),
            category: Some(category.into()),
            status: Some(status),
            ..article(title, "Text")
        };
        add(&app, &ann, command).await.unwrap();
    }
    let all = ["Secret", "Öffnungszeiten", "Opening hours"];
    assert_eq!(titles(&app, &ann, ListArticles::default()).await, all);
    let some = |text: &str| Some(text.to_owned());
    for (wanted, expected) in [
        (
            ListArticles {
                search: some("HOURS"),
                ..Default::default()
            },
            vec![all[2]],
        ),
        (
            ListArticles {
                search: some("100%"),
                ..Default::default()
            },
            vec![],
        ),
        (
            ListArticles {
                locale: some("de"),
                ..Default::default()
            },
            vec![all[1]],
        ),
        (
            ListArticles {
                category: some("Shop"),
                ..Default::default()
            },
            vec![all[1], all[2]],
        ),
        (
            ListArticles {
                status: Some(Status::Draft),
                ..Default::default()
            },
            vec![all[0]],
        ),
        (
            ListArticles {
                is_example: Some(true),
                ..Default::default()
            },
            vec![],
        ),
        (
            ListArticles {
                limit: Some(1),
                ..Default::default()
            },
            vec![all[0]],
        ),
    ] {
        assert_eq!(titles(&app, &ann, wanted.clone()).await, expected, "{wanted:?}");
    }
    for limit in [0, 1001] {
        let wanted = ListArticles {
            limit: Some(limit),
            ..Default::default()
        };
        let refused = knowledge::list(&app.assist, &ann, wanted).await;
        assert_eq!(code(refused), "validation_error");
    }
}

#[tokio::test]
async fn a_list_says_that_there_are_changes_and_not_which() {
    let app = TestApp::new().await;
    let ann = app.person("ann", Role::Agent, None).await;
    let hours = add(&app, &ann, article("Opening hours", "Nine to five"))
        .await
        .unwrap();
    add(&app, &ann, article("Parking", "At mast one")).await.unwrap();
    let content = Content {
        title: "Hours".into(),
        body: "Ten to six".into(),
        tags: Vec::new(),
        category: None,
        questions: Vec::new(),
    };
    knowledge::save_draft(&app.assist, &ann, hours.id, content)
        .await
        .unwrap();
    let page = knowledge::list(&app.assist, &ann, ListArticles::default())
        .await
        .unwrap();
    let drafts: Vec<_> = page
        .rows
        .iter()
        .map(|row| (row.title.as_str(), row.has_draft))
        .collect();
    assert_eq!(drafts, [("Parking", false), ("Opening hours", true)]);
    let row = &page.rows[1];
    assert_eq!(
        (row.id, row.slug.as_str(), row.created_by),
        (hours.id, "opening-hours", ann.id)
    );
    assert_eq!(row.updated_at, hours.updated_at);
}
