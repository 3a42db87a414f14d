//! The articles of an invented shop: nothing says them before somebody has loaded them.

use super::{add, article, asked};
use crate::support::*;
use app::testing::TestApp;
use assist::knowledge::{self, ListArticles, WriteArticle};
use entity::user::Role;

const RETURNS: &str = "How do I return an item?";

fn examples(is_example: bool) -> ListArticles {
    ListArticles {
        is_example: Some(is_example),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_server_without_articles_says_that_it_knows_nothing_and_names_no_source() {
    let app = TestApp::new().await;
    for question in [
        RETURNS,
        "How do I reset my password?",
        "How long is the warranty?",
    ] {
        let answer = assist::replies::answer_question(&app.assist, None, question)
            .await
            .unwrap();
        assert!(answer.sources.is_empty(), "{answer:?}");
    }
    let ann = app.person("ann", Role::Agent, None).await;
    let hours = article("Opening hours", "We are open from **nine to five**.");
    add(&app, &ann, hours).await.unwrap();
    let answer = assist::replies::answer_question(&app.assist, None, "What are your opening hours?")
        .await
        .unwrap();
    assert!(answer.text.contains("nine to five"), "{}", answer.text);
    assert_eq!(answer.sources[0].url.as_deref(), Some("/help/opening-hours"));
}

#[tokio::test]
async fn examples_are_loaded_once_and_removed_all_but_those_that_somebody_changed() {
    let app = TestApp::new().await;
    let ann = app.person("ann", Role::Agent, None).await;
    let assist = &app.assist;
    let count = bot::example_articles().len() as u64;
    assert_eq!(knowledge::load_examples(assist, &ann).await.unwrap(), count);
    assert_eq!(knowledge::load_examples(assist, &ann).await.unwrap(), 0);
    let loaded = knowledge::list(assist, &ann, examples(true)).await.unwrap();
    assert_eq!(loaded.count, count);
    let before = asked(&app, RETURNS).await;
    let own = add(&app, &ann, article("Opening hours", "Nine to five"))
        .await
        .unwrap();
    let one = &loaded.rows[0];
    let changed = WriteArticle {
        locale: Some(one.locale.clone()),
        ..article(&one.title, "Our own words.")
    };
    let changed = knowledge::replace(assist, &ann, one.id, changed).await.unwrap();
    assert!(!changed.is_example);
    // kept, and not published: an example still
    let other = &loaded.rows[1];
    let content = serde_json::from_value(serde_json::json!({
        "title": other.title, "body": "Changed.", "tags": [], "category": null, "questions": [],
    }))
    .unwrap();
    let drafted = knowledge::save_draft(assist, &ann, other.id, content)
        .await
        .unwrap();
    assert!(drafted.is_example);
    assert_eq!(knowledge::remove_examples(assist, &ann).await.unwrap(), count - 1);
    let left = knowledge::list(assist, &ann, ListArticles::default())
        .await
        .unwrap();
    let mut left: Vec<_> = left.rows.iter().map(|row| row.id).collect();
    left.sort_unstable();
    let mut expected = [own.id, changed.id];
    expected.sort_unstable();
    assert_eq!(left, expected);
    assert_ne!(asked(&app, RETURNS).await, before);
    // the changed one stands in the example's place
    assert_eq!(knowledge::load_examples(assist, &ann).await.unwrap(), count - 1);
    assert_eq!(knowledge::remove_examples(assist, &ann).await.unwrap(), count - 1);
    assert_eq!(code(knowledge::get(assist, &ann, other.id).await), "not_found");
}

#[tokio::test]
async fn every_example_is_read_at_the_address_that_the_bot_names() {
    let app = TestApp::new().await;
    app::testing::load_examples(&app).await;
    let catalogue = knowledge::catalogue(&app.assist).await.unwrap();
    assert_eq!(catalogue.all().count(), bot::example_articles().len());
    for link in catalogue.all() {
        let page = knowledge::page(&app.assist, &link.slug).await.unwrap();
        assert_eq!(knowledge::address(&page), format!("/help/{}", link.slug));
    }
    let answer = assist::replies::answer_question(&app.assist, None, RETURNS)
        .await
        .unwrap();
    for source in &answer.sources {
        let slug = source
            .url
            .as_deref()
            .and_then(|url| url.strip_prefix("/help/"))
            .unwrap();
        knowledge::page(&app.assist, slug).await.unwrap();
    }
    assert!(!answer.sources.is_empty());
}
