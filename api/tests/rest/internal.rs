//! The receivers of other processes' reports.

use super::{Answer, send};
use api::testing::TestServer;
use reqwest::RequestBuilder;
use serde_json::{Value, json};

fn report() -> Value {
    json!({
        "message_id": "test_message_id", "ticket_id": "test_ticket_id", "sender_id": "test_user_id",
        "sender_role": "user", "message_type": "user_message", "content": "Test webhook message", "isAI": false,
        "feedback": "none", "timestamp": "2023-01-01T00:00:00",
    })
}

fn post(server: &TestServer, what: &str, body: &Value) -> RequestBuilder {
    let url = server.url(&format!("/internal/webhook/{what}"));
    server.client.post(url).body(body.to_string())
}

async fn reported(server: &TestServer, what: &str, body: &Value) -> Answer {
    send(post(server, what, body)).await
}

#[tokio::test]
async fn this_machine_reports_without_a_token() {
    let server = TestServer::start().await;
    let answer = reported(&server, "on_message_sent", &report()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(
        (&answer.body["status"], &answer.body["message"]),
        (
            &json!("success"),
            &json!("Message webhook processed for ticket test_ticket_id")
        )
    );
    assert!(answer.body["timestamp"].is_string());
    for field in report().as_object().unwrap().keys() {
        let mut body = report();
        body.as_object_mut().unwrap().remove(field);
        let answer = reported(&server, "on_message_sent", &body).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["errors"][0]["field"]),
            (422, &json!(field))
        );
    }
    let about = json!({"ticket_id": "T", "user_id": "5", "title": "Printer"});
    for what in ["on_ticket_created", "on_misuse_detected/"] {
        assert_eq!(reported(&server, what, &about).await.status, 200, "{what}");
        assert_eq!(reported(&server, what, &json!({})).await.status, 422, "{what}");
    }
    let health = send(server.client.get(server.url("/internal/webhook/health"))).await;
    assert_eq!(
        (health.status.as_u16(), &health.body["status"]),
        (200, &json!("healthy"))
    );
    assert_eq!(health.body["service"], "webhook-system");
    let malformed = post(&server, "on_message_sent", &Value::Null).body("{nonsense");
    assert_eq!(send(malformed).await.status, 400);
}

#[tokio::test]
async fn what_was_forwarded_needs_a_good_signature() {
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let server = TestServer::start_with(&[("INTERNAL_WEBHOOK_SECRET", secret)]).await;
    let key = standardwebhooks::Webhook::new(secret).unwrap();
    let now = kernel::clock::Clock::System.now().timestamp();
    let body = report();
    let signed = |at: i64, signature: &str| {
        let request = post(&server, "on_message_sent", &body).header("x-forwarded-for", "203.0.113.9");
        request
            .header("webhook-id", "msg_1")
            .header("webhook-timestamp", at)
            .header("webhook-signature", signature)
    };
    let sign = |at: i64, body: &str| key.sign("msg_1", at, body.as_bytes()).unwrap();
    let good = signed(now, &sign(now, &body.to_string()));
    assert_eq!(send(good).await.status, 200);
    let old = now - 600;
    for (what, request) in [
        ("another body", signed(now, &sign(now, "{}"))),
        ("an old one", signed(old, &sign(old, &body.to_string()))),
        ("nonsense", signed(now, "v1,bm9uc2Vuc2U=")),
        (
            "none",
            post(&server, "on_message_sent", &body).header("x-forwarded-for", "127.0.0.1"),
        ),
        (
            "a proxy",
            post(&server, "on_message_sent", &body).header("forwarded", "for=127.0.0.1"),
        ),
        (
            "another proxy",
            post(&server, "on_message_sent", &body).header("x-real-ip", "127.0.0.1"),
        ),
    ] {
        let refused = send(request).await;
        assert_eq!(refused.status, 401, "{what} {refused:?}");
        assert_eq!(refused.headers["www-authenticate"], "Bearer");
    }
    let health = server.client.get(server.url("/internal/webhook/health"));
    assert_eq!(
        send(health.header("x-forwarded-for", "203.0.113.9")).await.status,
        401
    );
}
