//! What the team's front end reads.

use super::super::text_of;
use super::*;

#[tokio::test]
async fn conversations_are_a_bare_array_and_one_of_two_has_no_name() {
    let server = TestServer::start().await;
    let (alice, bob) = (user(&server, "alice").await, user(&server, "bob").await);
    let with_bob = json!({"participant_ids": [bob.person.actor.id.to_string()]});
    let made = alice.post("/as/team/api/chat/conversations", with_bob).await;
    assert_eq!(
        (made.status.as_u16(), &made.body["name"]),
        (201, &Value::Null),
        "{made:?}"
    );
    let named = json!({"name": "Lunch", "participant_ids": ["bob"]});
    alice.post("/as/team/api/chat/conversations/", named).await;
    let list = alice.get("/as/team/api/chat/conversations").await;
    let names: Vec<_> = list
        .body
        .as_array()
        .expect("an array")
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert_eq!(names, [&json!("Lunch"), &Value::Null]);
    let id = text_of(&made.body["id"]);
    let one = alice.get(&format!("/as/team/api/chat/conversations/{id}")).await;
    assert_eq!(one.body["name"], Value::Null);
    // the root calls it after both, on a page
    let page = alice.get("/api/chat/conversations").await;
    assert_eq!(page.body["results"][1]["name"], "alice, bob");
}

#[tokio::test]
async fn a_conversation_carries_its_last_messages_with_their_times() {
    let server = TestServer::start().await;
    let (alice, bob) = (user(&server, "alice").await, user(&server, "bob").await);
    let made = alice
        .post("/api/chat/conversations", json!({"participant_ids": ["bob"]}))
        .await;
    let id = text_of(&made.body["id"]);
    for n in 1..=51 {
        let body = json!({"message": format!("m{n}"), "conversation_id": id});
        assert_eq!(alice.post("/api/user-response", body).await.status, 201);
    }
    for path in [
        format!("/api/chat/conversations/{id}"),
        format!("/as/team/api/chat/conversations/{id}"),
    ] {
        let one = bob.get(&path).await;
        let messages = one.body["messages"].as_array().expect("messages");
        assert_eq!(
            (messages.len(), &messages[0]["text"], &messages[49]["text"]),
            (50, &json!("m2"), &json!("m51"))
        );
        assert_eq!(
            (&messages[0]["delivered_at"], &messages[0]["read_at"]),
            (&Value::Null, &Value::Null)
        );
        assert!(one.body["participants"][0].get("full_name").is_some());
    }
    bob.post(&format!("/api/chat/conversations/{id}/read"), json!({"seq": 10}))
        .await;
    let seen = alice
        .get(&format!("/api/chat/conversations/{id}/messages?limit=12"))
        .await;
    let times: Vec<_> = (0..12).map(|n| &seen.body[n]["read_at"]).collect();
    assert!(
        times[..10].iter().all(|at| at.is_string() && *at == times[0]),
        "{times:?}"
    );
    assert!(times[10..].iter().all(|at| at.is_null()), "{times:?}");
    assert_eq!(seen.body[0]["delivered_at"], *times[0]);
    // what was read first stays so
    bob.post(&format!("/api/chat/conversations/{id}/read"), json!({"seq": 12}))
        .await;
    let later = alice
        .get(&format!("/api/chat/conversations/{id}/messages?limit=12"))
        .await;
    assert_eq!(later.body[0]["read_at"], *times[0]);
    assert!(later.body[11]["read_at"].as_str() > times[0].as_str());
}

#[tokio::test]
async fn ones_own_reading_says_nothing_of_ones_own_messages() {
    let server = TestServer::start().await;
    let (alice, _bob) = (user(&server, "alice").await, user(&server, "bob").await);
    let made = alice
        .post("/api/chat/conversations", json!({"participant_ids": ["bob"]}))
        .await;
    let id = text_of(&made.body["id"]);
    alice
        .post(
            "/api/user-response",
            json!({"message": "hi", "conversation_id": id}),
        )
        .await;
    alice
        .post(&format!("/api/chat/conversations/{id}/read"), json!({"seq": 1}))
        .await;
    let seen = alice.get(&format!("/api/chat/conversations/{id}/messages")).await;
    assert_eq!(
        (&seen.body[0]["read_at"], &seen.body[0]["status"]),
        (&Value::Null, &json!("sent"))
    );
}

#[tokio::test]
async fn a_wrong_sign_in_is_refused_in_its_words() {
    let server = TestServer::start().await;
    user(&server, "alice").await;
    let body = json!({"username": "alice", "password": "wrong wrong wrong"});
    let answer = anonymous(&server, Method::POST, "/as/team/api/auth/login", body.clone()).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.body["detail"]),
        (401, &json!("Incorrect username or password"))
    );
    let root = anonymous(&server, Method::POST, "/api/auth/login", body).await;
    assert_eq!(root.body["detail"], "Invalid credentials");
}
