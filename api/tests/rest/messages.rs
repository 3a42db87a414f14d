//! Messages: editing, deleting, reacting, searching.

use super::{person, text_of, user};
use api::testing::TestServer;
use entity::user::Role;
use serde_json::json;

#[tokio::test]
async fn an_author_edits_and_deletes_and_others_do_not() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let bob = user(&server, "bob").await;
    let eve = user(&server, "eve").await;
    let talk = alice
        .post("/api/chat/conversations", json!({"participant_ids": ["bob"]}))
        .await;
    let id = text_of(&talk.body["id"]);
    let sent = alice
        .post(
            "/api/user-response",
            json!({"message": "a", "conversation_id": id}),
        )
        .await;
    let path = format!("/api/chat/messages/{}/", text_of(&sent.body["message_id"]));
    let edited = alice.patch(&path, json!({"text": "_b_"})).await;
    assert_eq!(
        (edited.status.as_u16(), &edited.body["html"]),
        (200, &json!("<p><em>b</em></p>\n"))
    );
    assert_eq!(bob.patch(&path, json!({"text": "c"})).await.status, 403);
    assert_eq!(bob.delete(&path).await.status, 403);
    assert_eq!(eve.patch(&path, json!({"text": "c"})).await.status, 404);
    assert_eq!(alice.patch(&path, json!({"text": " "})).await.status, 400);
    assert_eq!(alice.delete(&path).await.status, 204);
    let gone = alice.patch(&path, json!({"text": "c"})).await;
    assert_eq!(
        (gone.status.as_u16(), &gone.body["code"]),
        (409, &json!("message_deleted"))
    );
    let messages = bob.get(&format!("/api/chat/conversations/{id}/messages")).await;
    assert_eq!(
        (&messages.body[0]["is_deleted"], &messages.body[0]["text"]),
        (&json!(true), &json!(""))
    );
    let admin = person(&server, "root", Role::Admin).await;
    let sent = bob
        .post(
            "/api/user-response",
            json!({"message": "b", "conversation_id": id}),
        )
        .await;
    let path = format!("/api/chat/messages/{}", text_of(&sent.body["message_id"]));
    assert_eq!(admin.delete(&path).await.status, 204);
}

#[tokio::test]
async fn reactions_are_counted_per_person() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let bob = user(&server, "bob").await;
    let talk = alice
        .post("/api/chat/conversations", json!({"participant_ids": ["bob"]}))
        .await;
    let sent = alice
        .post(
            "/api/user-response",
            json!({"message": "a", "conversation_id": talk.body["id"]}),
        )
        .await;
    let path = format!(
        "/api/chat/messages/{}/reactions",
        text_of(&sent.body["message_id"])
    );
    let thumb = format!("{path}/%F0%9F%91%8D");
    assert_eq!(
        alice.put(&thumb, json!({})).await.body["reactions"],
        json!({"👍": 1})
    );
    assert_eq!(
        alice.put(&thumb, json!({})).await.body["reactions"],
        json!({"👍": 1})
    );
    assert_eq!(
        bob.put(&format!("{thumb}/"), json!({})).await.body["reactions"],
        json!({"👍": 2})
    );
    assert_eq!(alice.delete(&thumb).await.body["reactions"], json!({"👍": 1}));
    for bad in ["%20", "%00", &"x".repeat(65)] {
        assert_eq!(
            alice.put(&format!("{path}/{bad}"), json!({})).await.status,
            400,
            "{bad}"
        );
    }
}

#[tokio::test]
async fn a_search_finds_words_where_the_caller_may_look() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let bob = user(&server, "bob").await;
    user(&server, "cyd").await;
    let talk = alice
        .post("/api/chat/conversations", json!({"participant_ids": ["cyd"]}))
        .await;
    for text in ["the parcel <b>", "parcels and more", "nothing"] {
        alice
            .post(
                "/api/user-response",
                json!({"message": text, "conversation_id": talk.body["id"]}),
            )
            .await;
    }
    let found = alice.get("/api/chat/search?q=parcel&limit=1").await.body;
    assert_eq!(
        (&found["count"], &found["results"][0]["text"]),
        (&json!(2), &json!("parcels and more"))
    );
    let next = alice
        .get(&format!(
            "/api/chat/search/?q=parcel&cursor={}",
            text_of(&found["next"])
        ))
        .await
        .body;
    assert_eq!(next["results"][0]["snippet"], "the <mark>parcel</mark> &lt;b&gt;");
    assert!(next["next"].is_null());
    assert_eq!(bob.get("/api/chat/search?q=parcel").await.body["count"], 0);
    let place = text_of(&talk.body["id"]);
    assert_eq!(
        bob.get(&format!("/api/chat/search?q=parcel&conversation_id={place}"))
            .await
            .status,
        404
    );
    for (query, field) in [
        ("", "q"),
        ("?q=", "q"),
        ("?q=%00", "q"),
        ("?q=a&cursor=%00", "cursor"),
        ("?q=a&limit=x", "limit"),
    ] {
        let answer = alice.get(&format!("/api/chat/search{query}")).await;
        assert_eq!(
            (answer.status.as_u16(), answer.body[field].is_array()),
            (400, true),
            "{query} {answer:?}"
        );
    }
    assert_eq!(
        alice.get("/api/chat/search?q=%22*%20--%20(").await.body["count"],
        0
    );
}
