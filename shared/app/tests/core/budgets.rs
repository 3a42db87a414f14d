//! How many of a language model's calls a day may cost, and what the bot says once they are used up.

use crate::model::Model;
use crate::support::*;
use app::App;
use app::testing::{TestApp, run_jobs};
use assist::knowledge::{self, WriteArticle};
use bot::Trace;
use entity::user::Role;
use kernel::actor::Actor;

const QUESTION: &str = "Where do I park my zeppelin?";
const QUOTED: &str = "Park your zeppelin at mast one.";

/// Puts the passage that it is given into other words, with its number.
async fn model() -> Model {
    Model::start(|_, material| {
        assert!(material.contains("mast one"), "{material}");
        "You park your zeppelin at mast one [1].".into()
    })
    .await
}

async fn write_article(app: &TestApp) {
    let ann = app.person("ann", Role::Agent, None).await;
    let command = WriteArticle {
        title: "Zeppelin parking".into(),
        body: QUOTED.into(),
        ..WriteArticle::default()
    };
    knowledge::add(&app.assist, &ann, command).await.unwrap();
}

/// What the bot says to somebody, each time in a conversation of its own, and how it came to that.
async fn answered(app: &App, who: &Actor) -> (String, Trace) {
    let id = support(app, who).await;
    say(app, who, id, QUESTION).await;
    run_jobs(app, "reply_as_bot").await;
    let mut all = history(app, who, id).await;
    assert_eq!(all.len(), 2);
    let answer = all.remove(1);
    let trace = answer.meta.unwrap()["trace"].take();
    (answer.text, serde_json::from_value(trace).unwrap())
}

#[tokio::test]
async fn once_the_day_s_calls_are_used_up_articles_are_quoted_and_the_trace_says_why() {
    let model = model().await;
    let app = model
        .app()
        .setting("LLM_DAILY_BUDGET", "1")
        .fixed_clock()
        .start()
        .await;
    write_article(&app).await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let (_, trace) = answered(&app, &alice).await;
    assert_eq!((trace.model.as_deref(), trace.fallback), (Some("stub"), None));
    let (said, trace) = answered(&app, &bob).await;
    assert!(said.contains(QUOTED), "{said}");
    assert_eq!(
        (trace.model, trace.fallback.as_deref()),
        (None, Some("the server's model calls of the day are used up"))
    );
    assert_eq!(model.asked().len(), 1);
    app.clock.advance(chrono::TimeDelta::days(1));
    let (_, trace) = answered(&app, &bob).await;
    assert_eq!(trace.model.as_deref(), Some("stub"), "another day");
}

#[tokio::test]
async fn a_person_whose_calls_are_used_up_is_quoted_articles_and_others_are_not() {
    let model = model().await;
    let app = model
        .app()
        .setting("LLM_VISITOR_BUDGET", "1")
        .fixed_clock()
        .start()
        .await;
    write_article(&app).await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let (_, trace) = answered(&app, &alice).await;
    assert_eq!(trace.model.as_deref(), Some("stub"));
    let (said, trace) = answered(&app, &alice).await;
    assert!(said.contains(QUOTED), "{said}");
    assert_eq!(
        (trace.model, trace.fallback.as_deref()),
        (None, Some("the person's model calls of the day are used up"))
    );
    let (_, trace) = answered(&app, &bob).await;
    assert_eq!(trace.model.as_deref(), Some("stub"));
    assert_eq!(model.asked().len(), 2);
}
