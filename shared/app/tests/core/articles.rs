//! The articles of the help centre: who keeps them, their slugs and translations.

mod examples;
mod export;
pub mod images;
mod import;
mod limits;
mod list;
mod site;
mod states;
mod thumbs;

use crate::support::*;
use app::App;
use app::testing::TestApp;
use assist::knowledge::{self, Content, ListArticles, MAX_ARTICLES, WriteArticle};
use assist::replies::answer_question;
use entity::article::{self, Status};
use entity::user::Role;
use entity::{ArticleId, article_version};
use kernel::actor::Actor;
use kernel::error::Result;
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};

/// An article of this title and text.
pub fn article(title: &str, body: &str) -> WriteArticle {
    WriteArticle {
        title: title.into(),
        body: body.into(),
        ..Default::default()
    }
}

pub async fn add(app: &App, who: &Actor, command: WriteArticle) -> Result<article::Model> {
    knowledge::add(&app.assist, who, command).await
}

pub async fn get(app: &App, who: &Actor, id: ArticleId) -> article::Model {
    knowledge::get(&app.assist, who, id).await.unwrap()
}

/// What the bot says to a stranger.
pub async fn asked(app: &App, question: &str) -> String {
    answer_question(&app.assist, None, question).await.unwrap().text
}

/// As many articles as there may be, less some, written past the functions.
pub async fn nearly_full(app: &App, author: &Actor, free: u64) {
    let (id, now) = if app.db.is_sqlite() {
        ("randomblob(16)", "'2026-01-01T00:00:00+00:00'")
    } else {
        ("gen_random_uuid()", "now()")
    };
    let sql = format!(
        "INSERT INTO bot_article (id, title, body, tags, locale, slug, created_by, created_at, updated_at) \
         WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {}) \
         SELECT {id}, 'Number ' || i, 'About number ' || i, '[]', 'en', 'number-' || i, {}, {now}, {now} FROM s",
        MAX_ARTICLES - free,
        author.id,
    );
    app.db.execute_unprepared(&sql).await.unwrap();
}

#[tokio::test]
async fn articles_are_kept_by_agents_and_admins_and_by_nobody_else() {
    let app = TestApp::new().await;
    let (alice, ann) = (
        app.user("alice").await,
        app.person("ann", Role::Agent, None).await,
    );
    let row = add(&app, &ann, article("Opening hours", "From nine to five."))
        .await
        .unwrap();
    assert_eq!(
        (row.created_by, row.version, row.status),
        (ann.id, 1, Status::Published)
    );
    let assist = &app.assist;
    let content = Content {
        title: "x".into(),
        body: "x".into(),
        tags: Vec::new(),
        category: None,
        questions: Vec::new(),
    };
    let codes = [
        code(add(&app, &alice, article("x", "x")).await),
        code(knowledge::list(assist, &alice, ListArticles::default()).await),
        code(knowledge::get(assist, &alice, row.id).await),
        code(knowledge::replace(assist, &alice, row.id, article("x", "x")).await),
        code(knowledge::save_draft(assist, &alice, row.id, content).await),
        code(knowledge::discard_draft(assist, &alice, row.id).await),
        code(knowledge::publish(assist, &alice, row.id).await),
        code(knowledge::versions(assist, &alice, row.id).await),
        code(knowledge::restore(assist, &alice, row.id, 1).await),
        code(knowledge::load_examples(assist, &alice).await),
        code(knowledge::remove_examples(assist, &alice).await),
        code(knowledge::remove(assist, &alice, row.id).await),
    ];
    assert_eq!(codes, ["forbidden"; 12]);
    assert_eq!(get(&app, &ann, row.id).await, row);
}

#[tokio::test]
async fn an_article_without_a_slug_gets_one_of_its_title_and_no_two_have_the_same() {
    let app = TestApp::new().await;
    let ann = app.person("ann", Role::Agent, None).await;
    let first = add(&app, &ann, article("Opening hours", "a")).await.unwrap();
    assert_eq!(first.slug, "opening-hours");
    let second = add(&app, &ann, article("Opening – hours!", "b")).await.unwrap();
    assert!(
        second.slug.starts_with("opening-hours-") && second.slug.len() > 20,
        "{}",
        second.slug
    );
    let nameless = add(&app, &ann, article("???", "c")).await.unwrap();
    assert_eq!(nameless.slug.len(), 12, "{}", nameless.slug);
    let taken = WriteArticle {
        slug: Some("opening-hours".into()),
        ..article("Other", "d")
    };
    assert_eq!(code(add(&app, &ann, taken.clone()).await), "slug_taken");
    let moved = knowledge::replace(&app.assist, &ann, second.id, taken).await;
    assert_eq!(code(moved), "slug_taken");
    assert_eq!(get(&app, &ann, second.id).await.title, "Opening – hours!");
    let page = WriteArticle {
        url: Some("/help/my-page".into()),
        ..article("Page", "e")
    };
    let page = add(&app, &ann, page).await.unwrap();
    assert_eq!((page.slug.as_str(), page.url.as_deref()), ("my-page", None));
    let elsewhere = WriteArticle {
        url: Some("https://example.com/a".into()),
        ..article("Elsewhere", "f")
    };
    let elsewhere = add(&app, &ann, elsewhere).await.unwrap();
    assert_eq!(knowledge::address(&elsewhere), "https://example.com/a");
    assert_eq!(knowledge::address(&page), "/help/my-page");
}

#[tokio::test]
async fn an_article_and_its_translations_know_each_other_and_readers_see_the_published_ones() {
    let app = TestApp::new().await;
    let ann = app.person("ann", Role::Agent, None).await;
    let english = add(&app, &ann, article("Opening hours", "Nine to five"))
        .await
        .unwrap();
    assert_eq!(english.translations, None);
    let other = |title: &str, locale: &str, of, status| WriteArticle {
        locale: Some(locale.into()),
        translation_of: Some(of),
        status: Some(status),
        ..article(title, "Text")
    };
    let german = other("Öffnungszeiten", "de", english.id, Status::Published);
    let german = add(&app, &ann, german).await.unwrap();
    // of a translation: it is one of the same article
    let french = other("Horaires", "fr", german.id, Status::Draft);
    let french = add(&app, &ann, french).await.unwrap();
    let group = get(&app, &ann, english.id).await.translations;
    assert!(group.is_some() && german.translations == group && french.translations == group);
    let catalogue = knowledge::catalogue(&app.assist).await.unwrap();
    let page = catalogue.get("opening-hours").unwrap();
    let links: Vec<_> = catalogue
        .translations(page)
        .iter()
        .map(|link| link.slug.as_str())
        .collect();
    assert_eq!(links, ["öffnungszeiten"]);
    let itself = other("x", "en", english.id, Status::Published);
    let refused = knowledge::replace(&app.assist, &ann, english.id, itself).await;
    assert_eq!(code(refused), "validation_error");
    // a change of its text leaves it where it is
    let changed = knowledge::replace(&app.assist, &ann, german.id, article("Zeiten", "x")).await;
    assert_eq!(changed.unwrap().translations, group);
    knowledge::remove(&app.assist, &ann, english.id).await.unwrap();
    assert_eq!(
        code(knowledge::page(&app.assist, "opening-hours").await),
        "not_found"
    );
}

#[tokio::test]
async fn a_removed_article_takes_its_versions_with_it_and_the_bot_forgets_it() {
    let app = TestApp::new().await;
    let ann = app.person("ann", Role::Agent, None).await;
    let question = "Where do I park my zeppelin?";
    let row = add(
        &app,
        &ann,
        article("Zeppelin parking", "Park your zeppelin at mast one."),
    )
    .await
    .unwrap();
    assert!(asked(&app, question).await.contains("mast one"));
    let other = article("Zeppelin parking", "Park your zeppelin at mast two.");
    knowledge::replace(&app.assist, &ann, row.id, other)
        .await
        .unwrap();
    assert!(asked(&app, question).await.contains("mast two"));
    assert_eq!(article_version::Entity::find().count(&*app.db).await.unwrap(), 1);
    knowledge::remove(&app.assist, &ann, row.id).await.unwrap();
    assert!(!asked(&app, question).await.contains("mast"));
    assert_eq!(article_version::Entity::find().count(&*app.db).await.unwrap(), 0);
    assert_eq!(
        code(knowledge::remove(&app.assist, &ann, row.id).await),
        "not_found"
    );
    assert_eq!(code(knowledge::get(&app.assist, &ann, row.id).await), "not_found");
}
