//! What people were told of, over REST.

use super::tickets::ticket;
use super::{Client, person, text_of, user};
use api::testing::TestServer;
use entity::user::Role;
use serde_json::{Value, json};

async fn list(who: &Client<'_>, query: &str) -> Value {
    let answer = who.get(&format!("/notifications{query}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

#[tokio::test]
async fn a_ticket_tells_the_admin_and_its_changes_tell_its_user() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let eve = user(&server, "eve").await;
    let root = person(&server, "root", Role::Admin).await;
    let one = ticket(&alice, "Printer").await;
    let told = list(&root, "").await;
    assert_eq!(
        (
            &told["total"],
            &told["page"],
            &told["limit"],
            &told["has_next"],
            &told["unread_count"]
        ),
        (&json!(1), &json!(1), &json!(10), &json!(false), &json!(1))
    );
    let first = &told["notifications"][0];
    assert_eq!(
        (
            &first["type"],
            &first["read"],
            &first["read_at"],
            &first["user_id"]
        ),
        (
            &json!("ticket_created"),
            &json!(false),
            &Value::Null,
            &json!(root.person.actor.id.to_string())
        )
    );
    assert_eq!(first["id"], first["notification_id"]);
    assert_eq!(first["data"]["ticket_id"], one["ticket_id"]);
    assert!(first["title"].is_string() && first["message"].is_string() && first["created_at"].is_string());

    let path = format!("/tickets/{}", text_of(&one["ticket_id"]));
    for change in [
        json!({"status": "assigned"}),
        json!({"status": "resolved"}),
        json!({"status": "closed"}),
    ] {
        assert_eq!(root.put(&path, change).await.status, 200);
    }
    assert_eq!(root.delete(&path).await.status, 204);
    let told = list(&alice, "?limit=2").await;
    assert_eq!((&told["total"], &told["has_next"]), (&json!(4), &json!(true)));
    for notification in list(&alice, "").await["notifications"].as_array().unwrap() {
        assert_eq!(notification["type"], "ticket_updated", "{notification}");
    }
    assert_eq!(
        alice.get("/notifications/unread-count/").await.body,
        json!({"unread_count": 4, "total_count": 4})
    );

    let id = text_of(&told["notifications"][0]["id"]);
    let read = format!("/notifications/{id}/read");
    let done = alice.put(&read, json!({})).await;
    assert_eq!(
        (done.status.as_u16(), &done.body["notification_id"]),
        (200, &json!(id))
    );
    assert!(done.body["message"].is_string());
    assert_eq!(alice.put(&read, json!({})).await.status, 200);
    let unread = list(&alice, "?unread_only=true").await;
    assert_eq!(
        (&unread["total"], &unread["unread_count"]),
        (&json!(3), &json!(3))
    );
    let all = alice.put("/notifications/mark-all-read", json!({})).await;
    assert_eq!((all.status.as_u16(), &all.body["count"]), (200, &json!(3)));
    let newest = &list(&alice, "").await["notifications"][0];
    assert!(
        newest["read"] == true && newest["read_at"].is_string(),
        "{newest}"
    );

    // somebody else's is nobody's
    let one = format!("/notifications/{id}");
    for (theirs, nowhere) in [
        (
            eve.put(&read, json!({})).await,
            eve.put(
                "/notifications/01932e4a-7c1e-7b3a-9f65-0f1d2c3b4a59/read",
                json!({}),
            )
            .await,
        ),
        (eve.delete(&one).await, eve.delete("/notifications/x").await),
    ] {
        assert_eq!(theirs.status, 404);
        assert_eq!(theirs.body["detail"], nowhere.body["detail"]);
    }
    assert_eq!(alice.delete(&one).await.status, 200);
    assert_eq!(alice.delete(&one).await.status, 404);
    assert_eq!(list(&alice, "").await["total"], 3);
    assert_eq!(list(&eve, "").await["notifications"], json!([]));
    for bad in ["?page=0", "?limit=no", "?unread_only=perhaps"] {
        assert_eq!(
            alice.get(&format!("/notifications{bad}")).await.status,
            422,
            "{bad}"
        );
    }
    let stranger = super::send(server.client.get(server.url("/notifications"))).await;
    assert_eq!(stranger.status, 401);
}
