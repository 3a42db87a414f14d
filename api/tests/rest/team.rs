//! The `team` guide's REST calls: the `crm` dialect's, whose objects hold both dialects' fields.

use super::{text_of, user};
use api::testing::TestServer;
use serde_json::json;

#[tokio::test]
async fn the_team_guides_fields_are_in_the_crm_objects() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let bob = user(&server, "bob").await;
    let body = json!({
        "name": "Team Chat", "description": "Our team discussion", "is_group": true,
        "participant_ids": [alice.person.actor.id.to_string(), bob.person.actor.id.to_string()],
    });
    let made = alice.post("/api/chat/conversations", body).await;
    assert_eq!(made.status, 201, "{made:?}");
    for (field, wanted) in [
        ("name", json!("Team Chat")),
        ("description", json!("Our team discussion")),
        ("is_group", json!(true)),
        ("participant_count", json!(2)),
    ] {
        assert_eq!(made.body[field], wanted);
    }
    for field in ["id", "created_at", "updated_at"] {
        assert!(made.body[field].is_string(), "{field}");
    }
    let id = text_of(&made.body["id"]);
    alice
        .post(
            "/api/user-response",
            json!({"message": "Hello everyone!", "conversation_id": id}),
        )
        .await;
    let history = bob.get(&format!("/api/chat/conversations/{id}/messages")).await;
    let message = &history.body[0];
    assert_eq!(
        (
            &message["conversation_id"],
            &message["sender_id"],
            &message["content"],
            &message["is_edited"]
        ),
        (
            &json!(id),
            &json!(alice.person.actor.id.to_string()),
            &json!("Hello everyone!"),
            &json!(false)
        )
    );
    for field in ["id", "created_at", "updated_at"] {
        assert!(message[field].is_string(), "{field}");
    }
}
