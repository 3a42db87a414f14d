//! What the drivers' front end reads.

use super::super::{person, text_of};
use super::*;
use entity::user::Role;

#[tokio::test]
async fn who_registers_there_is_a_driver() {
    let server = TestServer::start().await;
    let made = signed_up(&server, "/as/support/api/v1/auth", "dora").await;
    assert_eq!(
        (&made["role"], made["id"].is_i64()),
        (&json!("driver"), true),
        "{made}"
    );
    let root = signed_up(&server, "/api/v1/auth", "ulla").await;
    assert_eq!(root["role"], "user");
}

#[tokio::test]
async fn what_is_closed_is_opened_again_by_its_status() {
    let server = TestServer::start().await;
    let (dora, ann) = (
        user(&server, "dora").await,
        person(&server, "ann", Role::Agent).await,
    );
    let body = json!({"user_id": dora.person.actor.id.0, "description": "No battery"});
    let made = dora.post("/as/support/api/v1/support", body).await;
    assert_eq!(made.status, 201, "{made:?}");
    let path = format!("/api/v1/support/{}/status", made.body["support_id"]);
    let closed = ann.patch(&path, json!({"status": "closed"})).await;
    assert_eq!(closed.body["status"], "closed");
    let root = ann.patch(&path, json!({"status": "open"})).await;
    assert_eq!(
        (root.status.as_u16(), &root.body["code"]),
        (400, &json!("invalid_transition"))
    );
    for (word, base) in [
        ("open", "support"),
        ("closed", "support"),
        ("in_progress", "supports"),
    ] {
        let path = format!("/as/support/api/v1/{base}/{}/status", made.body["support_id"]);
        let answer = ann.patch(&path, json!({"status": word})).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["status"]),
            (200, &json!(word))
        );
    }
}

#[tokio::test]
async fn an_unknown_ticket_is_named_by_its_number() {
    let server = TestServer::start().await;
    let ann = person(&server, "ann", Role::Agent).await;
    for path in [
        "/as/support/api/v1/support/987",
        "/as/support/api/v1/supports/987/",
    ] {
        let answer = ann.get(path).await;
        assert_eq!(answer.status, 404);
        for (member, wanted) in [
            ("message", json!("Support with ID 987 not found")),
            ("statusCode", json!(404)),
            ("error", json!("Not Found")),
        ] {
            assert_eq!(answer.body[member], wanted, "{path}");
        }
    }
    let root = ann.get("/api/v1/support/987").await;
    assert_eq!(text_of(&root.body["message"]), "Support ticket not found");
}
