//! Drafts, changes that are not published, and what an article said before.

use super::{add, asked, get};
use crate::support::*;
use app::testing::TestApp;
use assist::knowledge::{self, Content, MAX_VERSIONS, WriteArticle};
use entity::ArticleId;
use entity::article::Status;
use entity::user::Role;
use uuid::Uuid;

const QUESTION: &str = "Where do I park my zeppelin?";

fn parking(mast: &str) -> Content {
    Content {
        title: "Zeppelin parking".into(),
        body: format!("Park your zeppelin at mast {mast}."),
        tags: vec!["zeppelin".into()],
        category: Some("Parking".into()),
        questions: vec![QUESTION.into()],
    }
}

fn written(mast: &str) -> WriteArticle {
    let content = parking(mast);
    WriteArticle {
        title: content.title,
        body: content.body,
        tags: content.tags,
        category: content.category,
        questions: content.questions,
        ..Default::default()
    }
}

#[tokio::test]
async fn a_draft_is_neither_read_nor_answered_from_until_it_is_published() {
    let app = TestApp::new().await;
    let ann = app.person("ann", Role::Agent, None).await;
    let draft = WriteArticle {
        status: Some(Status::Draft),
        ..written("one")
    };
    let row = add(&app, &ann, draft).await.unwrap();
    assert!(!asked(&app, QUESTION).await.contains("mast"));
    assert_eq!(code(knowledge::page(&app.assist, &row.slug).await), "not_found");
    assert_eq!(
        code(knowledge::vote(&app.assist, &row.slug, true).await),
        "not_found"
    );
    let catalogue = knowledge::catalogue(&app.assist).await.unwrap();
    assert_eq!(catalogue.all().count(), 0);
    let published = knowledge::publish(&app.assist, &ann, row.id).await.unwrap();
    assert_eq!((published.status, published.version), (Status::Published, 1));
    assert!(asked(&app, QUESTION).await.contains("mast one"));
    let page = knowledge::page(&app.assist, &row.slug).await.unwrap();
    assert_eq!(page.tags, serde_json::json!(["zeppelin"]));
    let hidden = WriteArticle {
        status: Some(Status::Draft),
        ..written("one")
    };
    knowledge::replace(&app.assist, &ann, row.id, hidden)
        .await
        .unwrap();
    assert!(!asked(&app, QUESTION).await.contains("mast"));
}

#[tokio::test]
async fn changes_that_are_not_published_are_seen_by_nobody_until_they_are() {
    let app = TestApp::new().await;
    let ann = app.person("ann", Role::Agent, None).await;
    let row = add(&app, &ann, written("one")).await.unwrap();
    let kept = knowledge::save_draft(&app.assist, &ann, row.id, parking("two"))
        .await
        .unwrap();
    assert_eq!((kept.body.as_str(), kept.version), (row.body.as_str(), 1));
    assert_eq!(
        kept.updated_at, row.updated_at,
        "nothing that readers see has changed"
    );
    let draft: Content = serde_json::from_value(kept.draft.unwrap()).unwrap();
    assert_eq!(draft, parking("two"));
    assert!(asked(&app, QUESTION).await.contains("mast one"));
    let without = knowledge::discard_draft(&app.assist, &ann, row.id).await.unwrap();
    assert_eq!(without.draft, None);
    knowledge::save_draft(&app.assist, &ann, row.id, parking("three"))
        .await
        .unwrap();
    let published = knowledge::publish(&app.assist, &ann, row.id).await.unwrap();
    assert_eq!((published.draft, published.version), (None, 2));
    assert!(asked(&app, QUESTION).await.contains("mast three"));
    let long = Content {
        title: "t".repeat(201),
        ..parking("four")
    };
    let refused = knowledge::save_draft(&app.assist, &ann, row.id, long).await;
    assert_eq!(code(refused), "validation_error");
    let nowhere = ArticleId(Uuid::now_v7());
    let assist = &app.assist;
    for code in [
        code(knowledge::save_draft(assist, &ann, nowhere, parking("x")).await),
        code(knowledge::discard_draft(assist, &ann, nowhere).await),
        code(knowledge::publish(assist, &ann, nowhere).await),
        code(knowledge::versions(assist, &ann, nowhere).await),
        code(knowledge::restore(assist, &ann, nowhere, 1).await),
    ] {
        assert_eq!(code, "not_found");
    }
}

#[tokio::test]
async fn what_an_article_said_is_kept_and_can_be_put_back() {
    let app = TestApp::new().await;
    let ann = app.person("ann", Role::Agent, None).await;
    let bob = app.person("bob", Role::Agent, None).await;
    let row = add(&app, &ann, written("one")).await.unwrap();
    let same = knowledge::replace(&app.assist, &ann, row.id, written("one")).await;
    assert_eq!(same.unwrap().version, 1, "the same text is no other version");
    knowledge::replace(&app.assist, &bob, row.id, written("two"))
        .await
        .unwrap();
    let versions = knowledge::versions(&app.assist, &ann, row.id).await.unwrap();
    let [(first, content)] = &versions[..] else {
        panic!("{versions:?}")
    };
    assert_eq!((first.number, first.replaced_by), (1, bob.id));
    assert_eq!(content, &parking("one"));
    let restored = knowledge::restore(&app.assist, &ann, row.id, 1).await.unwrap();
    assert_eq!((restored.version, restored.body.as_str()), (3, row.body.as_str()));
    assert_eq!(restored.slug, row.slug);
    let numbers: Vec<_> = knowledge::versions(&app.assist, &ann, row.id)
        .await
        .unwrap()
        .into_iter()
        .map(|(version, _)| version.number)
        .collect();
    assert_eq!(numbers, [2, 1]);
    assert!(asked(&app, QUESTION).await.contains("mast one"));
    for number in [0, 3, 99, -1] {
        let missing = knowledge::restore(&app.assist, &ann, row.id, number).await;
        assert_eq!(code(missing), "not_found", "{number}");
    }
}

#[tokio::test]
async fn only_the_newest_versions_are_kept() {
    let app = TestApp::new().await;
    let ann = app.person("ann", Role::Agent, None).await;
    let id = add(&app, &ann, written("0")).await.unwrap().id;
    for n in 1..=MAX_VERSIONS + 3 {
        knowledge::replace(&app.assist, &ann, id, written(&n.to_string()))
            .await
            .unwrap();
    }
    assert_eq!(get(&app, &ann, id).await.version, MAX_VERSIONS + 4);
    let versions = knowledge::versions(&app.assist, &ann, id).await.unwrap();
    assert_eq!(versions.len(), usize::try_from(MAX_VERSIONS).unwrap());
    assert_eq!(versions[0].0.number, MAX_VERSIONS + 3);
    assert_eq!(
        code(knowledge::restore(&app.assist, &ann, id, 1).await),
        "not_found"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_changes_at_one_moment_none_is_lost_without_a_word() {
    let app = TestApp::new().await;
    let ann = app.person("ann", Role::Agent, None).await;
    let id = add(&app, &ann, written("0")).await.unwrap().id;
    let changes = (1..=8).map(|n| {
        let (app, ann) = ((*app).clone(), ann.clone());
        tokio::spawn(async move { knowledge::replace(&app.assist, &ann, id, written(&n.to_string())).await })
    });
    let mut stored = 0;
    for done in futures_util::future::join_all(changes).await {
        match code(done.unwrap()) {
            "ok" => stored += 1,
            refused => assert_eq!(refused, "article_changed"),
        }
    }
    assert!(stored > 0);
    assert_eq!(get(&app, &ann, id).await.version, 1 + stored);
    let versions = knowledge::versions(&app.assist, &ann, id).await.unwrap();
    assert_eq!(i32::try_from(versions.len()).unwrap(), stored);
}
