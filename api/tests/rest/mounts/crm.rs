//! What the widget of the CRM reads.

use super::super::files::{PNG, settled, upload};
use super::super::text_of;
use super::*;

#[tokio::test]
async fn signing_out_answers_nothing() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let answer = alice.post("/as/crm/api/auth/logout", json!({})).await;
    assert_eq!((answer.status.as_u16(), answer.body), (204, Value::Null));
    assert_eq!(alice.get("/api/auth/me").await.status, 401);
}

#[tokio::test]
async fn the_bots_messages_have_no_sender_in_lists() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let said = alice
        .post(
            "/as/crm/api/user-response/",
            json!({"message": "Where is my order?"}),
        )
        .await;
    let id = text_of(&said.body["conversation_id"]);
    let answer = alice
        .post("/as/crm/api/bot-response/", json!({"conversation_id": id}))
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let list = alice
        .get(&format!("/as/crm/api/chat/conversations/{id}/messages"))
        .await;
    let (own, bots) = (&list.body[0], &list.body[1]);
    assert_eq!(
        (&bots["sender"], &bots["sender_name"]),
        (&Value::Null, &json!("System"))
    );
    assert_eq!(own["sender"], alice.person.actor.id.to_string());
    for message in [own, bots] {
        assert_eq!(
            (&message["rich"], &message["attachment"]),
            (&Value::Null, &Value::Null)
        );
        assert!(message.get("rich").is_some());
    }
    let page = alice.get("/as/crm/api/chat/conversations").await;
    assert_eq!(page.body["results"][0]["last_message"]["sender"], Value::Null);
    let root = alice.get(&format!("/api/chat/conversations/{id}/messages")).await;
    assert!(root.body[1]["sender"].is_string());
}

#[tokio::test]
async fn an_attachment_is_an_address_that_works_for_a_day() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let (id, file) = (
        alice.say("look").await,
        upload(&alice, "x.png", PNG.to_vec()).await,
    );
    let file = text_of(&file.body["attachment_id"]);
    let body = json!({"message": "this", "conversation_id": id, "attachment_id": file});
    assert_eq!(alice.post("/api/user-response", body).await.status, 201);
    settled(&alice, &format!("/api/chat/attachments/{file}")).await;
    let list = alice
        .get(&format!("/as/crm/api/chat/conversations/{id}/messages?last=10"))
        .await;
    let messages = list.body.as_array().expect("messages");
    let shown = messages
        .iter()
        .find(|message| message["text"] == "this")
        .expect("the message");
    let url = text_of(&shown["attachment"]);
    assert!(url.starts_with(&server.url("/files/")), "{url}");
    let exp: i64 = url
        .split(['?', '&'])
        .find_map(|pair| pair.strip_prefix("exp="))
        .unwrap()
        .parse()
        .unwrap();
    let left = exp - server.app.clock.now().timestamp();
    assert!((86_000..=86_400).contains(&left), "{left} s");
    let response = server.client.get(&url).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "image/png");
    // a shorter link does not become a longer one
    let longer =
        text_of(&alice.get(&format!("/api/chat/attachments/{file}")).await.body["file_url"]) + "&lasts=day";
    let refused = server.client.get(server.url(&longer)).send().await.unwrap();
    assert_eq!(refused.status(), 403);
}

#[tokio::test]
async fn notifications_are_listed_and_marked_under_api_too() {
    let server = TestServer::start().await;
    let admin = super::super::person(&server, "root", entity::user::Role::Admin).await;
    for n in 0..3 {
        desk::notifications::alert_admins(
            &server.app,
            format!("test:{n}"),
            format!("Alert {n}"),
            json!({"n": n}),
        )
        .await
        .unwrap();
    }
    let page = admin.get("/api/notifications?limit=2").await;
    assert_eq!(
        (&page.body["count"], &page.body["unread_count"]),
        (&json!(3), &json!(3))
    );
    assert_eq!(page.body["results"][0]["message"], "Alert 2");
    assert_eq!(page.body["results"][0]["type"], "system_alert");
    let next = text_of(&page.body["next"]);
    let rest = admin
        .get(&format!("/as/crm/api/notifications/?limit=2&cursor={next}"))
        .await;
    assert_eq!(rest.body["results"].as_array().map(Vec::len), Some(1));
    let id = text_of(&page.body["results"][0]["id"]);
    let read = admin
        .patch(&format!("/api/notifications/{id}/"), json!({"is_read": true}))
        .await;
    assert_eq!((read.status.as_u16(), &read.body["is_read"]), (200, &json!(true)));
    assert!(read.body["read_at"].is_string());
    let unread = admin.get("/api/notifications?unread_only=true").await;
    assert_eq!(unread.body["count"], 2);
    for (body, field) in [(json!({}), "read"), (json!({"read": false}), "read")] {
        let refused = admin.patch(&format!("/api/notifications/{id}"), body).await;
        assert_eq!(
            (refused.status.as_u16(), &refused.body["errors"][0]["field"]),
            (400, &json!(field))
        );
    }
    let alice = user(&server, "alice").await;
    let foreign = alice
        .patch(&format!("/api/notifications/{id}"), json!({"read": true}))
        .await;
    assert_eq!(foreign.status, 404);
}
