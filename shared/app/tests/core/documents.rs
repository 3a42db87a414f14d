//! Documents that admins upload, and what the bot makes of them.

use crate::support::*;
use app::App;
use app::testing::TestApp;
use assist::documents::{Kept, keep, stats};
use assist::knowledge;
use assist::replies::answer_question;
use entity::article;
use entity::user::Role;
use kernel::actor::Actor;
use sea_orm::EntityTrait;

const QUESTION: &str = "Where do I park my zeppelin?";

async fn upload(app: &App, admin: &Actor, name: &str, text: &str, category: Option<&str>) -> Kept {
    let document = bot::documents::read(name, text.as_bytes()).unwrap();
    keep(&app.assist, admin, name, category.map(Into::into), document)
        .await
        .unwrap()
}

#[tokio::test]
async fn an_uploaded_document_is_what_the_bot_then_answers_from_and_a_newer_one_takes_its_place() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let admin = app.person("root", Role::Admin, None).await;
    let ask = |who| answer_question(&app.assist, who, QUESTION);
    assert!(ask(None).await.unwrap().sources.is_empty());
    let text = "# Zeppelin parking\n\nPark your zeppelin at mast seven, behind the canteen.";
    let first = upload(&app, &admin, "docs/parking.md", text, Some("policy")).await;
    assert_eq!(
        (first.file_name.as_str(), first.articles.len(), first.replaced),
        ("parking.md", 1, 0)
    );
    for who in [None, Some(&alice)] {
        let answer = ask(who).await.unwrap();
        assert!(answer.text.contains("mast seven"), "{}", answer.text);
        assert_eq!(answer.sources[0].title, "Zeppelin parking");
    }
    let text = "# Zeppelin parking\n\nPark your zeppelin on the roof.";
    let second = upload(&app, &admin, "parking.md", text, None).await;
    assert_eq!(second.replaced, 1);
    let answer = ask(None).await.unwrap();
    assert!(answer.text.contains("on the roof") && !answer.text.contains("mast"));
    let kept = article::Entity::find().all(&*app.db).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].document_id, Some(second.id));
}

#[tokio::test]
async fn what_the_bot_knows_is_counted_for_admins() {
    let app = TestApp::new().await;
    let admin = app.person("root", Role::Admin, None).await;
    let agent = app.person("ann", Role::Agent, None).await;
    let none = stats(&app.assist, &admin).await.unwrap();
    assert_eq!((none.documents, none.articles, none.newest), (0, 0, None));
    upload(&app, &admin, "a.MD", "# One\n\nText", Some("faq")).await;
    upload(&app, &admin, "b.txt", "Text", Some("faq")).await;
    let section = format!("# Part\n\n{}\n\n", "word ".repeat(2500));
    upload(&app, &admin, "c.txt", &section.repeat(3), None).await;
    let article = knowledge::WriteArticle {
        title: "By hand".into(),
        body: "Text".into(),
        tags: vec!["faq".into()],
        ..Default::default()
    };
    knowledge::add(&app.assist, &agent, article).await.unwrap();
    let all = stats(&app.assist, &admin).await.unwrap();
    assert_eq!((all.documents, all.parts, all.articles), (3, 5, 6));
    assert!(
        all.examples == 0 && all.newest.is_some() && all.characters > 37_000,
        "{all:?}"
    );
    let by_type: Vec<_> = all
        .by_type
        .iter()
        .map(|(end, count)| (end.as_str(), *count))
        .collect();
    assert_eq!(by_type, [("md", 1), ("txt", 2)]);
    assert_eq!(all.by_category.get("faq"), Some(&2));
    assert_eq!(code(stats(&app.assist, &agent).await), "forbidden");
    let document = bot::documents::read("d.txt", b"Text").unwrap();
    let refused = keep(&app.assist, &agent, "d.txt", None, document.clone()).await;
    assert_eq!(code(refused), "forbidden");
    let long = Some("x".repeat(51));
    assert_eq!(
        code(keep(&app.assist, &admin, "d.txt", long, document).await),
        "validation_error"
    );
}
