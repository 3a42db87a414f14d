//! The admins' panel: reports of misuse.

use super::tickets::ticket;
use super::{Answer, Client, agent, person, send, text_of, user};
use api::testing::TestServer;
use entity::user::{Department, Role};
use reqwest::Method;
use serde_json::{Value, json};

/// Without a token.
pub async fn stranger(server: &TestServer, path: &str) -> Answer {
    send(server.client.get(server.url(path))).await
}

/// Another process's report.
pub async fn reported(server: &TestServer, body: Value) -> Answer {
    let url = server.url("/internal/webhook/on_misuse_detected");
    send(server.client.post(url).body(body.to_string())).await
}

/// What another process found out about somebody.
pub fn about(who: &str, at: &str) -> Value {
    json!({
        "ticket_id": "TKT-1-AAAAAA", "user_id": who, "misuse_type": "spam_content", "confidence_score": 0.9,
        "severity_level": "high", "content": "buy now", "detected_at": at,
    })
}

/// What is there.
pub async fn good(who: &Client<'_>, path: &str) -> Value {
    let answer = who.get(path).await;
    assert_eq!(answer.status, 200, "{path} {answer:?}");
    answer.body
}

#[tokio::test]
async fn misuse_is_reported_listed_and_reviewed() {
    let server = TestServer::start_with(&[("MISUSE_CHECK", "on")]).await;
    let alice = user(&server, "alice").await;
    let root = person(&server, "root", Role::Admin).await;
    let id = alice.person.actor.id.to_string();
    let empty = good(&root, "/admin/misuse-reports").await;
    assert_eq!(
        empty,
        json!({"reports": [], "total_count": 0, "unreviewed_count": 0, "page": 1, "limit": 20, "total_pages": 0})
    );
    let rude = ticket(&alice, "what the fuck").await;
    assert_eq!(rude["misuse_flag"], true);
    let one = good(&root, "/admin/misuse-reports").await["reports"][0].clone();
    for (field, value) in [
        ("user_id", json!(id)),
        ("username", json!("alice")),
        ("user_name", json!("alice")),
        ("ticket_id", rude["ticket_id"].clone()),
        ("conversation_id", rude["id"].clone()),
        ("message_id", Value::Null),
        ("misuse_type", json!("abusive_language")),
        ("admin_reviewed", json!(false)),
        ("action_taken", Value::Null),
        ("reviewed_at", Value::Null),
        ("reviewed_by", Value::Null),
    ] {
        assert_eq!(one[field], value, "{field}");
    }
    assert_eq!(one["id"], one["report_id"]);
    assert!(["medium", "high"].contains(&one["severity_level"].as_str().unwrap()));
    assert!(text_of(&one["content_samples"][0]).contains("what the fuck"));
    assert!(text_of(&one["detection_date"]).ends_with('Z'));
    let path = format!("/admin/misuse-reports/{}", text_of(&one["id"]));
    assert_eq!(good(&root, &path).await, one);

    // with neither body nor query, as the panel's button does
    let reviewed = send(root.request(Method::POST, &format!("{path}/mark-reviewed?"))).await;
    assert_eq!(reviewed.status, 200, "{reviewed:?}");
    assert_eq!(
        (
            &reviewed.body["message"],
            &reviewed.body["reviewed_by"],
            &reviewed.body["report_id"]
        ),
        (
            &json!("Misuse report marked as reviewed"),
            &json!("root"),
            &one["id"]
        )
    );
    let at = reviewed.body["reviewed_at"].clone();
    assert!(at.is_string() && reviewed.body["action_taken"].is_null());
    let again = send(root.request(Method::POST, &format!("{path}/mark-reviewed?action_taken=warned"))).await;
    assert_eq!(
        (&again.body["action_taken"], &again.body["reviewed_at"]),
        (&json!("warned"), &at)
    );
    let both = json!({"action_taken": "blocked", "notes": "for a week"});
    let third = root.post(&format!("{path}/mark-reviewed"), both).await.body;
    assert_eq!(third["report"]["action_taken"], "blocked\nfor a week");
    assert_eq!(third["report"]["admin_reviewed"], true);
    let long = json!({"notes": "x".repeat(2001)});
    let refused = root.post(&format!("{path}/mark-reviewed"), long).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.body["errors"][0]["field"]),
        (422, &json!("action_taken"))
    );
}

#[tokio::test]
async fn reports_of_other_processes_are_paged_filtered_and_seen_by_admins_only() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let bob = user(&server, "bob").await;
    let ian = agent(&server, "ian", Department::It).await;
    let root = person(&server, "root", Role::Admin).await;
    let id = alice.person.actor.id.to_string();
    for (who, at) in [
        (id.as_str(), "1"),
        ("bob", "2"),
        (id.as_str(), "3"),
        (id.as_str(), "3"),
    ] {
        let taken = reported(&server, about(who, at)).await;
        let expected = format!("Misuse detection webhook processed for user {who}");
        assert_eq!(
            (taken.status.as_u16(), &taken.body["message"]),
            (200, &json!(expected))
        );
    }
    let unknown = reported(&server, about("nobody", "4")).await;
    assert_eq!(unknown.status, 200, "taken, and not stored");
    let list = |query: &str| {
        let path = format!("/admin/misuse-reports?{query}");
        let root = &root;
        async move { good(root, &path).await }
    };
    let all = list("").await;
    assert_eq!(
        (&all["total_count"], &all["unreviewed_count"]),
        (&json!(3), &json!(3))
    );
    let newest = &all["reports"][0];
    assert_eq!(
        (
            &newest["misuse_type"],
            &newest["severity_level"],
            &newest["content_samples"]
        ),
        (&json!("spam_content"), &json!("high"), &json!(["buy now"]))
    );
    let page = list("page=2&limit=2").await;
    assert_eq!(
        (
            &page["page"],
            &page["limit"],
            &page["total_pages"],
            page["reports"].as_array().unwrap().len()
        ),
        (&json!(2), &json!(2), &json!(2), 1)
    );
    let path = format!("/admin/misuse-reports/{}", text_of(&newest["id"]));
    root.post(&format!("{path}/mark-reviewed"), json!({})).await;
    let whose = format!("user_id={id}");
    for (query, count) in [
        ("reviewed=true", 1),
        ("reviewed=false", 2),
        ("unreviewed_only=true", 2),
        ("unreviewed_only=false", 3),
        (whose.as_str(), 2),
        ("user_id=x", 0),
        ("limit=5000&page=9", 3),
    ] {
        assert_eq!(list(query).await["total_count"], count, "{query}");
    }
    for query in ["page=0", "limit=x", "reviewed=maybe"] {
        let path = format!("/admin/misuse-reports?{query}");
        assert_eq!(root.get(&path).await.status, 422, "{query}");
    }
    for odd in ["x", "01932e4a-7c1e-7b3a-9f65-0f1d2c3b4a59", "%00"] {
        let missing = root.get(&format!("/admin/misuse-reports/{odd}")).await;
        assert_eq!(
            (missing.status.as_u16(), &missing.body["detail"]),
            (404, &json!("Misuse report not found")),
            "{odd}"
        );
        let path = format!("/admin/misuse-reports/{odd}/mark-reviewed");
        assert_eq!(root.post(&path, json!({})).await.status, 404, "{odd}");
    }
    for who in [&alice, &bob, &ian] {
        for path in ["/admin/misuse-reports", &*path, "/admin/misuse-reports/x"] {
            assert_eq!(who.get(path).await.status, 403, "{path}");
        }
        let path = format!("{path}/mark-reviewed");
        assert_eq!(who.post(&path, json!({})).await.status, 403);
    }
    assert_eq!(stranger(&server, "/admin/misuse-reports").await.status, 401);
}
