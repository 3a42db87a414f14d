//! Figures about requests, of which what clients invent makes no series; and readiness, which names what is missing.

use super::user;
use api::testing::TestServer;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The labels of every request's count.
async fn series(server: &TestServer) -> Vec<String> {
    let response = server.client.get(server.url("/metrics")).send().await.unwrap();
    let text = response.text().await.unwrap();
    let counts = text
        .lines()
        .filter_map(|line| line.strip_prefix("switchboard_http_seconds_count{"));
    // a pattern has braces of its own
    let labels = counts.filter_map(|line| line.rsplit_once('}'));
    labels.map(|(labels, _)| labels.to_owned()).collect()
}

#[tokio::test]
async fn requests_are_counted_by_known_methods_and_route_patterns_whatever_clients_invent() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    for n in 0..20 {
        let method = Method::from_bytes(format!("INVENTED{n}").as_bytes()).unwrap();
        let path = format!("/invented/{n}");
        server
            .client
            .request(method, server.url(&path))
            .send()
            .await
            .unwrap();
        server.client.get(server.url(&path)).send().await.unwrap();
        let conversation = uuid::Uuid::new_v4();
        alice
            .get(&format!("/api/chat/conversations/{conversation}/messages"))
            .await;
    }
    server.client.head(server.url("/livez")).send().await.unwrap();
    let series = series(&server).await;
    let found = |labels: &str| series.iter().any(|of| of == labels);
    assert!(
        found(r#"method="other",route="unmatched",status="404""#),
        "{series:#?}"
    );
    assert!(found(r#"method="GET",route="unmatched",status="404""#));
    assert!(found(
        r#"method="GET",route="/api/chat/conversations/{id}/messages",status="404""#
    ));
    assert!(found(r#"method="HEAD",route="/livez",status="200""#));
    let invented = series.iter().find(|of| of.to_lowercase().contains("invented"));
    assert_eq!(invented, None);
}

#[tokio::test]
async fn a_websocket_begins_with_a_get_and_other_methods_are_told_so() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    for path in [
        "/ws/inbox",
        "/ws/chat/0190a0b0-0000-7000-8000-000000000000",
        "/api/chat/ws/0190a0b0-0000-7000-8000-000000000000",
        "/api/chats/ws/room",
    ] {
        for method in [Method::POST, Method::PUT, Method::HEAD] {
            let request = alice
                .request(method.clone(), path)
                .header("connection", "upgrade")
                .header("upgrade", "websocket")
                .header("sec-websocket-version", "13")
                .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 405, "{method} {path}");
            assert_eq!(answer.headers()["allow"], "GET");
        }
    }
}

/// The status and the body of a probe, within two seconds and what a busy machine adds.
async fn probe(server: &TestServer, path: &str) -> (u16, Value) {
    let started = Instant::now();
    let answer = super::send(server.client.get(server.url(path))).await;
    assert!(
        started.elapsed() < Duration::from_secs(4),
        "{:?}",
        started.elapsed()
    );
    (answer.status.as_u16(), answer.body)
}

#[tokio::test]
async fn without_redis_a_server_starts_serves_and_is_ready_but_degraded() {
    // nothing ever answers there
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}", silent.local_addr().unwrap());
    let server = TestServer::start_with(&[("REDIS_URL", &url), ("WORKER", "external")]).await;
    let alice = user(&server, "alice").await;
    let sent = alice
        .post("/api/user-response", json!({"message": "Hello"}))
        .await;
    assert_eq!(sent.status, 201);
    for _ in 0..3 {
        let (status, body) = probe(&server, "/readyz").await;
        assert_eq!((status, &body["status"]), (200, &json!("ok")), "{body}");
        assert_eq!(body["degraded"], json!(["redis"]));
        assert_eq!(body["parts"]["redis"], "Redis does not answer");
        assert_eq!(body["parts"]["database"], "ok");
    }
    let (status, body) = probe(&server, "/readyz?strict=1").await;
    assert_eq!((status, &body["status"]), (503, &json!("unavailable")));
    let text = server.client.get(server.url("/metrics")).send().await.unwrap();
    assert_eq!(text.status(), 200);
}

#[tokio::test]
async fn with_everything_well_a_server_is_ready_and_nothing_is_degraded() {
    let server = TestServer::start().await;
    let started = Instant::now();
    while probe(&server, "/readyz?strict=1").await.0 != 200 {
        assert!(started.elapsed() < Duration::from_secs(20));
    }
    let (status, body) = probe(&server, "/health").await;
    assert_eq!((status, &body["degraded"]), (200, &json!([])));
}
