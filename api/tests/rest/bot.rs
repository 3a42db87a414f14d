//! Talking to the company: the guide's curls, in order.

use super::{person, text_of, user, visitor};
use api::testing::TestServer;
use entity::user::Role;
use serde_json::json;

#[tokio::test]
async fn the_guides_walk() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let sent = alice
        .post("/api/user-response/", json!({"message": "Hello, bot!"}))
        .await;
    assert_eq!(sent.status, 201);
    assert_eq!(sent.body["seq"], 1);
    let id = text_of(&sent.body["conversation_id"]);
    let reply = alice
        .post("/api/bot-response/", json!({"conversation_id": id}))
        .await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let message = text_of(&reply.body["message"]);
    assert!(message.contains("Hello!") && message.contains("CRM"), "{message}");
    assert_eq!(
        (&reply.body["conversation_id"], &reply.body["seq"]),
        (&json!(id), &json!(2))
    );
    assert!(reply.body["sources"].is_array() && reply.body["prompts"].is_array());
    let again = alice
        .post("/api/bot-response", json!({"conversation_id": id}))
        .await;
    assert_eq!(again.body["message_id"], reply.body["message_id"]);
    let prompts = alice.get("/api/bot-prompts/").await;
    assert_eq!(prompts.body.as_array().unwrap().len(), 5);
    assert_eq!(prompts.body[0]["title"], "Product Search");
    let list = alice.get("/api/chat/conversations/").await;
    assert_eq!(list.body["count"], 1);
    assert_eq!(list.body["results"][0]["title"], "Chat with alice");
    assert_eq!(list.body["results"][0]["last_message"]["type"], "bot");
    let messages = alice
        .get(&format!("/api/chat/conversations/{id}/messages/"))
        .await;
    let types: Vec<_> = messages
        .body
        .as_array()
        .unwrap()
        .iter()
        .map(|message| &message["type"])
        .collect();
    assert_eq!(types, ["user", "bot"]);
    assert_eq!(messages.body[0]["sender"], alice.person.actor.id.to_string());
}

#[tokio::test]
async fn a_short_message_is_answered_in_the_language_that_its_client_shows() {
    let server = TestServer::start().await;
    let visitor = visitor(&server).await;
    let sent = visitor
        .post("/api/user-response", json!({"message": "hi", "locale": "de-AT"}))
        .await;
    assert_eq!(sent.status, 201, "{sent:?}");
    let id = text_of(&sent.body["conversation_id"]);
    let reply = visitor
        .post("/api/bot-response", json!({"conversation_id": id}))
        .await;
    let message = text_of(&reply.body["message"]);
    assert!(message.starts_with("Hallo!"), "{message}");
    let messages = visitor
        .get(&format!("/api/chat/conversations/{id}/messages"))
        .await;
    assert_eq!(messages.body[0]["meta"], json!(null), "it is for the bot alone");
    for (locale, says) in [
        (json!("de_DE"), "Must be a language tag such as de or pt-BR"),
        (json!("x".repeat(36)), "35"),
    ] {
        let refused = visitor
            .post("/api/user-response", json!({"message": "hi", "locale": locale}))
            .await;
        assert_eq!(refused.status, 400, "{refused:?}");
        assert!(text_of(&refused.body["locale"][0]).contains(says), "{refused:?}");
    }
}

#[tokio::test]
async fn a_repeat_stores_nothing_whether_or_not_it_names_the_conversation() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let body = json!({"message": "Once", "client_id": "c-1", "conversation_id": "", "attachment_id": null});
    let (one, two) = tokio::join!(
        alice.post("/api/user-response", body.clone()),
        alice.post("/api/user-response", body.clone())
    );
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 201]);
    assert_eq!(one.body, two.body);
    let named =
        json!({"message": "Once", "client_id": "c-1", "conversation_id": one.body["conversation_id"]});
    let third = alice.post("/api/user-response", named).await;
    assert_eq!((third.status.as_u16(), &third.body), (200, &one.body));
    assert_eq!(alice.get("/api/chat/conversations").await.body["count"], 1);
    let bob = user(&server, "bob").await;
    assert_eq!(bob.post("/api/user-response", body).await.status, 201);
}

#[tokio::test]
async fn a_bad_message_names_its_field_and_stores_nothing() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let required = json!(["This field is required."]);
    let missing = alice.post("/api/user-response/", json!({})).await;
    assert_eq!(
        (missing.status.as_u16(), &missing.body["message"]),
        (400, &required)
    );
    for message in [
        json!(""),
        json!("   "),
        json!(5),
        json!(null),
        json!("x".repeat(4001)),
        json!("a\u{0}b"),
    ] {
        let answer = alice
            .post("/api/user-response/", json!({"message": message}))
            .await;
        assert_eq!(answer.status, 400, "{message}");
        assert!(answer.body["message"].is_array(), "{answer:?}");
    }
    for extra in [
        json!({"client_id": "x".repeat(129)}),
        json!({"attachment_id": "nope"}),
        json!({"attachment_id": "0192f0c1-2345-7890-abcd-ef0123456789"}),
    ] {
        let mut body = json!({"message": "hi"});
        body.as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        assert_eq!(
            alice.post("/api/user-response", body).await.status,
            400,
            "{extra}"
        );
    }
    assert_eq!(alice.get("/api/chat/conversations").await.body["count"], 0);
}

#[tokio::test]
async fn a_foreign_conversation_an_unknown_and_a_malformed_one_are_one() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let bob = user(&server, "bob").await;
    let foreign = bob.say("mine").await;
    for id in [
        foreign.as_str(),
        "0192f0c1-2345-7890-abcd-ef0123456789",
        "conv-1",
        "a\u{0}",
        "TKT-\u{0}",
    ] {
        let answer = alice
            .post(
                "/api/user-response/",
                json!({"message": "hi", "conversation_id": id}),
            )
            .await;
        assert_eq!(answer.status, 400);
        assert_eq!(
            answer.body["conversation_id"],
            json!(["Conversation not found"]),
            "{id}"
        );
        let answer = alice
            .post("/api/bot-response/", json!({"conversation_id": id}))
            .await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["error"]),
            (404, &json!("Conversation not found"))
        );
        let typing = alice
            .post(
                "/api/chat/typing",
                json!({"conversation_id": id, "is_typing": true}),
            )
            .await;
        assert_eq!(typing.status, 404);
    }
}

#[tokio::test]
async fn without_a_question_or_without_the_bot_there_is_no_reply() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let begun = alice.post("/api/chat/conversations", json!({})).await;
    let id = text_of(&begun.body["id"]);
    let answer = alice
        .post("/api/bot-response", json!({"conversation_id": id}))
        .await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.body["error"], "No user message found in conversation");
    let path = format!("/api/chat/conversations/{id}");
    assert_eq!(alice.patch(&path, json!({"bot": "off"})).await.body["bot"], "off");
    alice
        .post(
            "/api/user-response",
            json!({"message": "hi", "conversation_id": id}),
        )
        .await;
    let answer = alice
        .post("/api/bot-response", json!({"conversation_id": id}))
        .await;
    assert_eq!(
        (answer.status.as_u16(), &answer.body["code"]),
        (409, &json!("bot_off"))
    );
}

#[tokio::test]
async fn agents_keep_articles_and_the_bot_learns_them() {
    let server = TestServer::start().await;
    let agent = person(&server, "agent", Role::Agent).await;
    let alice = user(&server, "alice").await;
    let article = json!({"title": "Zeppelin rides", "body": "Zeppelin rides leave at *noon* from pier nine.", "url": "/help/zeppelin", "tags": ["zeppelin"]});
    assert_eq!(alice.post("/api/bot/articles", article.clone()).await.status, 403);
    assert_eq!(alice.delete("/api/bot/articles/x").await.status, 403);
    let added = agent.post("/api/bot/articles/", article.clone()).await;
    assert_eq!(added.status, 201, "{added:?}");
    let id = alice.say("When do zeppelin rides leave?").await;
    let reply = alice
        .post("/api/bot-response", json!({"conversation_id": id}))
        .await;
    assert!(text_of(&reply.body["message"]).contains("noon"), "{reply:?}");
    assert_eq!(
        reply.body["sources"][0],
        json!({"title": "Zeppelin rides", "url": "/help/zeppelin"})
    );
    let path = format!("/api/bot/articles/{}", text_of(&added.body["id"]));
    let replaced = agent
        .put(&path, json!({"title": "Z", "body": "b", "locale": ""}))
        .await;
    assert_eq!(
        (replaced.status.as_u16(), &replaced.body["tags"]),
        (200, &json!([]))
    );
    let bad = agent
        .put(&path, json!({"title": "Z", "body": "b", "url": "javascript:x"}))
        .await;
    assert_eq!((bad.status.as_u16(), bad.body["url"].is_array()), (400, true));
    assert_eq!(agent.get("/api/bot/articles").await.body["count"], 1);
    assert_eq!(agent.delete(&path).await.status, 204);
    assert_eq!(agent.delete(&path).await.status, 404);
}
