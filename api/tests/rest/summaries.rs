//! A conversation in short, for the agent who takes it over, over HTTP.

use super::{Client, person, send, text_of, user, visitor};
use api::testing::TestServer;
use entity::user::Role;
use reqwest::Method;
use serde_json::json;

fn path(conversation: &str, query: &str) -> String {
    format!("/api/chat/conversations/{conversation}/summary{query}")
}

/// A customer's conversation in which nothing was said.
async fn empty(customer: &Client<'_>) -> String {
    let made = customer.post("/api/chat/conversations", json!({})).await;
    assert_eq!(made.status, 201, "{made:?}");
    text_of(&made.body["id"])
}

#[tokio::test]
async fn an_agent_gets_a_conversation_in_short_and_is_told_that_no_model_wrote_it() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let ann = person(&server, "ann", Role::Agent).await;
    let id = alice.say("Where is my tent?").await;
    let summary = ann.post(&path(&id, ""), json!({})).await;
    assert_eq!(summary.status, 200, "{summary:?}");
    assert_eq!(summary.body["by_model"], false);
    let told = text_of(&summary.body["summary"]);
    assert!(
        told.starts_with("*An extract, not a summary (1 message).*"),
        "{told}"
    );
    assert!(told.contains("Where is my tent?"), "{told}");
    let bare = send(ann.request(Method::POST, &path(&id, "?locale=en-GB"))).await;
    assert_eq!(
        (bare.status.as_u16(), &bare.body),
        (200, &summary.body),
        "without a body"
    );
    let german = ann.post(&path(&id, "?locale=de-AT"), json!({})).await;
    let told = text_of(&german.body["summary"]);
    assert!(
        told.starts_with("*Ein Auszug, keine Zusammenfassung (1 Nachricht).*")
            && told.contains("Where is my tent?"),
        "{told}"
    );
    let nothing = ann.post(&path(&empty(&alice).await, ""), json!({})).await;
    assert_eq!(
        nothing.body,
        json!({"summary": "*Nothing has been written yet.*", "by_model": false})
    );
}

#[tokio::test]
async fn a_summary_is_refused_to_customers_strangers_and_for_what_is_no_language() {
    let server = TestServer::start().await;
    let (alice, bob) = (user(&server, "alice").await, user(&server, "bob").await);
    let ann = person(&server, "ann", Role::Agent).await;
    let id = alice.say("Where is my tent?").await;
    for (who, id, status) in [
        (&alice, id.as_str(), 403),
        (&bob, id.as_str(), 404),
        (&ann, "x", 404),
    ] {
        let refused = who.post(&path(id, ""), json!({})).await;
        assert_eq!(refused.status, status, "{refused:?}");
    }
    let visitor = visitor(&server).await;
    let own = visitor.say("Hello").await;
    for (id, status) in [(&own, 403), (&id, 404)] {
        let refused = visitor.post(&path(id, ""), json!({})).await;
        assert_eq!(refused.status, status, "{refused:?}");
    }
    for (locale, says) in [
        ("de_DE", "Must be a language tag such as de or pt-BR"),
        (&*"x".repeat(36), "Must be at most 35 characters, has 36"),
    ] {
        let refused = ann
            .post(&path(&id, &format!("?locale={locale}")), json!({}))
            .await;
        assert_eq!(
            (refused.status.as_u16(), &refused.body["locale"][0]),
            (400, &json!(says)),
            "{refused:?}"
        );
    }
}
