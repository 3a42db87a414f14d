//! Who takes part, what they have read, who is typing.

use super::{text_of, user};
use api::testing::TestServer;
use serde_json::json;

#[tokio::test]
async fn people_are_added_once_and_removed() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let bob = user(&server, "bob").await;
    let cyd = user(&server, "cyd").await;
    let group = alice
        .post(
            "/api/chat/conversations",
            json!({"is_group": true, "participant_ids": ["bob"]}),
        )
        .await;
    let path = format!(
        "/api/chat/conversations/{}/participants",
        text_of(&group.body["id"])
    );
    let added = alice
        .post(&path, json!({"participant_ids": ["bob", "cyd"]}))
        .await;
    assert_eq!(added.status, 200, "{added:?}");
    assert_eq!(
        added.body,
        json!([{"id": cyd.person.actor.id.to_string(), "username": "cyd"}])
    );
    assert_eq!(
        bob.post(&path, json!({"participant_ids": ["cyd"]})).await.status,
        403
    );
    assert_eq!(
        alice.post(&path, json!({"participant_ids": []})).await.status,
        400
    );
    assert_eq!(
        alice
            .post(&path, json!({"participant_ids": ["cyd", "zed"]}))
            .await
            .status,
        404
    );
    assert_eq!(alice.delete(&format!("{path}/cyd/")).await.status, 204);
    assert_eq!(alice.delete(&format!("{path}/cyd")).await.status, 404);
    assert_eq!(alice.delete(&format!("{path}/%00")).await.status, 404);
    assert_eq!(cyd.delete(&format!("{path}/bob")).await.status, 404);
    assert_eq!(
        bob.delete(&format!("{path}/{}", bob.person.actor.id))
            .await
            .status,
        204
    );
}

#[tokio::test]
async fn reading_moves_a_mark_that_never_goes_back() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let bob = user(&server, "bob").await;
    let talk = alice
        .post("/api/chat/conversations", json!({"participant_ids": ["bob"]}))
        .await;
    let id = text_of(&talk.body["id"]);
    let mut ids = Vec::new();
    for text in ["a", "b", "c"] {
        let sent = alice
            .post(
                "/api/user-response",
                json!({"message": text, "conversation_id": id}),
            )
            .await;
        ids.push(text_of(&sent.body["message_id"]));
    }
    let conversation = format!("/api/chat/conversations/{id}/");
    assert_eq!(bob.get(&conversation).await.body["unread_count"], 3);
    let read = format!("{conversation}read/");
    let mark = bob.post(&read, json!({"message_ids": [ids[1]]})).await;
    assert_eq!(mark.body, json!({"status": "success", "last_read_seq": 2}));
    assert_eq!(bob.post(&read, json!({"seq": 1})).await.body["last_read_seq"], 2);
    assert_eq!(bob.get(&conversation).await.body["unread_count"], 1);
    let one = bob
        .post(&format!("/api/chat/messages/{}/read/", ids[2]), json!({}))
        .await;
    assert_eq!(
        (one.status.as_u16(), &one.body),
        (200, &json!({"status": "success"}))
    );
    let messages = alice.get(&format!("{conversation}messages")).await;
    assert_eq!(messages.body[2]["status"], "read");
    for bad in [
        json!({}),
        json!({"seq": 9}),
        json!({"seq": -1}),
        json!({"message_ids": []}),
        json!({"message_ids": ["x"]}),
        json!({"seq": 1e40}),
    ] {
        assert_eq!(bob.post(&read, bad.clone()).await.status, 400, "{bad}");
    }
    assert_eq!(
        bob.post("/api/chat/messages/nope/read", json!({})).await.status,
        404
    );
}

#[tokio::test]
async fn typing_is_told() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let id = alice.say("hi").await;
    let typing = alice
        .post(
            "/api/chat/typing/",
            json!({"conversation_id": id, "is_typing": true}),
        )
        .await;
    assert_eq!(
        (typing.status.as_u16(), &typing.body["status"]),
        (200, &json!("success"))
    );
}
