//! What happened in a conversation so far, told to the agent who takes it over.

use crate::model::Model;
use crate::support::*;
use app::App;
use app::testing::TestApp;
use assist::replies::summarize;
use desk::work::add_note;
use entity::ConversationId;
use entity::user::Role;
use kernel::actor::Actor;

const WRITTEN: &str = "The customer waits for a tent and asks where it is.";

/// A customer's conversation in which something was said, and an agent left a note.
async fn conversation(app: &App, customer: &Actor, agent: &Actor) -> ConversationId {
    let id = support(app, customer).await;
    say(app, customer, id, "Where is my tent?").await;
    say(app, agent, id, "It is on its way.").await;
    add_note(app, agent, id, "She shouted at our colleague.")
        .await
        .unwrap();
    say(app, customer, id, "I still wait for the tent.").await;
    id
}

#[tokio::test]
async fn a_model_tells_in_short_what_was_said_and_never_sees_what_was_noted() {
    let model = Model::start(|_, _| WRITTEN.into()).await;
    let app = model.app().start().await;
    let (alice, ann) = (
        app.user("alice").await,
        app.person("ann", Role::Agent, None).await,
    );
    let id = conversation(&app, &alice, &ann).await;
    let summary = summarize(&app.assist, &ann, id, None).await.unwrap();
    assert_eq!((summary.text.as_str(), summary.by_model), (WRITTEN, true));
    summarize(&app.assist, &ann, id, Some("de-AT")).await.unwrap();
    let asked = model.asked();
    assert_eq!(asked.len(), 2);
    assert!(asked[0].contains("Where is my tent?") && asked[0].contains("It is on its way."));
    assert!(asked[1].contains("Write in German") && !asked[0].contains("Write in German"));
    assert!(asked.iter().all(|told| !told.contains("shouted")), "{asked:?}");
}

#[tokio::test]
async fn without_a_model_a_summary_is_an_extract_and_says_so() {
    let app = TestApp::new().await;
    let (alice, ann) = (
        app.user("alice").await,
        app.person("ann", Role::Agent, None).await,
    );
    let id = conversation(&app, &alice, &ann).await;
    let summary = summarize(&app.assist, &ann, id, None).await.unwrap();
    assert!(!summary.by_model);
    assert!(
        summary
            .text
            .starts_with("*An extract, not a summary (3 messages).*")
    );
    assert!(summary.text.contains("Where is my tent?") && !summary.text.contains("shouted"));
    let french = summarize(&app.assist, &ann, id, Some("fr-CH")).await.unwrap();
    assert!(
        french
            .text
            .starts_with("*Un extrait, pas un résumé (3 messages).*")
    );
    let empty = support(&app, &alice).await;
    let nothing = summarize(&app.assist, &ann, empty, None).await.unwrap();
    assert_eq!(
        (nothing.text.as_str(), nothing.by_model),
        ("*Nothing has been written yet.*", false)
    );
}

#[tokio::test]
async fn what_a_model_invents_is_not_shown_and_one_whose_calls_are_used_up_is_not_asked() {
    let model = Model::start(|_, _| "She paid 500 € on Monday.".into()).await;
    let app = model.app().setting("LLM_DAILY_BUDGET", "1").start().await;
    let (alice, ann) = (
        app.user("alice").await,
        app.person("ann", Role::Agent, None).await,
    );
    let id = conversation(&app, &alice, &ann).await;
    for _ in 0..2 {
        let summary = summarize(&app.assist, &ann, id, None).await.unwrap();
        assert!(!summary.by_model && !summary.text.contains("500"), "{summary:?}");
    }
    assert_eq!(model.asked().len(), 1);
}

#[tokio::test]
async fn a_summary_is_for_staff_who_see_the_conversation_and_its_language_is_a_tag() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let ann = app.person("ann", Role::Agent, None).await;
    let id = conversation(&app, &alice, &ann).await;
    for (who, expected) in [(&alice, "forbidden"), (&bob, "not_found"), (&ann, "ok")] {
        let told = code(summarize(&app.assist, who, id, None).await);
        assert_eq!(told, expected, "{}", who.username);
    }
    let refused = summarize(&app.assist, &ann, id, Some("no tag")).await;
    assert_eq!(detail(refused), "Must be a language tag such as de or pt-BR");
}
