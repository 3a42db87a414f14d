//! All articles as files, which are the same articles again.

use super::import::{PUBLISH, all, summary, take};
use super::{add, article};
use crate::support::*;
use app::App;
use app::testing::TestApp;
use assist::knowledge::import::{self, Options, files};
use assist::knowledge::{self, WriteArticle};
use entity::article::Status;
use entity::user::Role;
use std::collections::BTreeMap;
use std::io::Cursor;

/// What everybody could read, by slug, without what is given anew.
async fn said(app: &App) -> BTreeMap<String, (WriteArticle, Option<Status>)> {
    let rows = all(app).await.into_iter();
    let strings = |value| serde_json::from_value(value).unwrap();
    rows.map(|row| {
        let what = WriteArticle {
            title: row.title,
            body: row.body,
            url: row.url,
            tags: strings(row.tags),
            locale: Some(row.locale),
            slug: None,
            category: row.category,
            questions: strings(row.questions),
            status: None,
            translation_of: None,
        };
        (row.slug, (what, Some(row.status)))
    })
    .collect()
}

#[tokio::test]
async fn what_is_exported_imports_to_the_same() {
    let app = TestApp::new().await;
    let ann = app.person("ann", Role::Agent, None).await;
    let english = WriteArticle {
        title: "Hours: \"when\"? #1 – 'us' \\ [x]".into(),
        slug: Some("hours".into()),
        category: Some("- Shop: all".into()),
        tags: vec!["a, b".into(), "\"c\"".into(), "#d".into()],
        questions: vec!["When\u{2028}?".into(), "- or: when?".into()],
        ..article("x", "---\ntitle: not this\n---\n\n<script>alert(1)</script>")
    };
    let english = add(&app, &ann, english).await.unwrap();
    let german = WriteArticle {
        locale: Some("de-AT".into()),
        translation_of: Some(english.id),
        status: Some(Status::Draft),
        ..article("Öffnungszeiten", "    Code zuerst.\n\nText")
    };
    add(&app, &ann, german).await.unwrap();
    let elsewhere = WriteArticle {
        url: Some("https://example.com/?a=b&c#d".into()),
        ..article("Elsewhere", "x")
    };
    add(&app, &ann, elsewhere).await.unwrap();
    let packed = knowledge::export(&app.assist, &ann).await.unwrap();
    let mut names: Vec<_> = zip::ZipArchive::new(Cursor::new(&packed))
        .unwrap()
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect();
    names.sort_unstable();
    assert!(names.contains(&"de-AT/öffnungszeiten.md".to_owned()), "{names:?}");
    assert_eq!(names.len(), 3);
    let here = take(&app, &ann, "articles.zip", &packed, PUBLISH).await;
    assert_eq!(
        summary(&here),
        (0, 0, names.len() as u64, vec![]),
        "nothing is changed by it"
    );
    let other = TestApp::new().await;
    let bob = other.person("bob", Role::Agent, None).await;
    let there = take(&other, &bob, "articles.zip", &packed, Options::default()).await;
    assert_eq!(summary(&there), (names.len() as u64, 0, 0, vec![]));
    let (before, after) = (said(&app).await, said(&other).await);
    assert_eq!(format!("{before:#?}"), format!("{after:#?}"));
    let rows = all(&other).await;
    let group = |slug: &str| rows.iter().find(|row| row.slug == slug).unwrap().translations;
    assert!(group("hours").is_some() && group("hours") == group("öffnungszeiten"));
    assert_eq!(group("elsewhere"), None);
    let alice = app.user("alice").await;
    assert_eq!(code(knowledge::export(&app.assist, &alice).await), "forbidden");
    let batch = files::read("articles.zip", &packed).unwrap();
    let refused = import::import(&app.assist, &alice, batch, PUBLISH).await;
    assert_eq!(code(refused), "forbidden");
}
