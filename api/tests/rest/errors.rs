//! The one form of every error, and the limits of bodies.

use super::{send, user};
use api::testing::TestServer;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn routes_that_are_not_there_and_methods_that_are_not_allowed_say_so_in_the_dialects_form() {
    let server = TestServer::start().await;
    let missing = send(server.client.get(server.url("/api/nothing/here"))).await;
    assert_eq!(
        (missing.status.as_u16(), &missing.body["error"]),
        (404, &json!("Not found"))
    );
    assert_eq!(missing.headers["content-type"], "application/problem+json");
    assert_eq!(
        missing.body["request_id"],
        missing.headers["x-request-id"].to_str().unwrap()
    );
    let missing = send(server.client.get(server.url("/api/v1/nothing"))).await;
    assert_eq!(
        (&missing.body["statusCode"], &missing.body["message"]),
        (&json!(404), &json!("Not found"))
    );
    let missing = send(server.client.get(server.url("/nothing"))).await;
    assert_eq!(missing.body["code"], "not_found");
    assert!(missing.body.get("error").is_none());
    let method = send(server.client.delete(server.url("/api/user-response/"))).await;
    assert_eq!(
        (method.status.as_u16(), &method.body["code"]),
        (405, &json!("method_not_allowed"))
    );
    assert_eq!(method.headers["allow"], "POST");
}

#[tokio::test]
async fn bodies_that_are_no_json_objects_are_refused() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let post = |body: &'static [u8], content_type: Option<&'static str>| {
        let mut request = alice.request(Method::POST, "/api/user-response").body(body);
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        send(request)
    };
    let form = "application/x-www-form-urlencoded";
    for (body, content_type, status, code) in [
        (&b"{"[..], Some("application/json"), 400, "malformed_json"),
        (b"\xff\xfe", Some("application/json"), 400, "malformed_json"),
        (b"{\"message\": \"\xff\"}", None, 400, "malformed_json"),
        (b"[\"hi\"]", Some("application/json"), 400, "validation_error"),
        (b"", Some("application/json"), 400, "validation_error"),
        (b"message=hi", Some(form), 415, "unsupported_media_type"),
        (b"{\"message\": \"hi\"}", Some(form), 201, ""),
        (b"{\"message\": \"hi\"}", None, 201, ""),
        (b"{\"message\": \"hi\"}", Some("text/plain"), 201, ""),
    ] {
        let answer = post(body, content_type).await;
        assert_eq!(answer.status, status, "{body:?} {answer:?}");
        assert_eq!(answer.body["code"].as_str().unwrap_or_default(), code, "{body:?}");
    }
}

#[tokio::test]
async fn a_body_over_its_limit_is_413_and_the_answer_arrives() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let fits = json!({"message": "hi", "padding": "x".repeat(250 * 1024)});
    assert_eq!(alice.post("/api/user-response", fits).await.status, 201);
    for size in [256, 300, 900] {
        let answer = alice
            .post(
                "/api/user-response",
                json!({"message": "hi", "padding": "x".repeat(size * 1024)}),
            )
            .await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["code"]),
            (413, &json!("payload_too_large")),
            "{size}"
        );
    }
    let chunks = std::iter::repeat_n(bytes::Bytes::from(vec![b' '; 100 * 1024]), 4);
    let body = reqwest::Body::wrap_stream(futures_util::stream::iter(chunks.map(Ok::<_, std::io::Error>)));
    assert_eq!(
        send(alice.request(Method::POST, "/api/user-response").body(body))
            .await
            .status,
        413
    );
    assert_eq!(alice.get("/api/chat/conversations").await.body["count"], 1);
}

#[tokio::test]
async fn the_description_and_its_pages_are_there() {
    let server = TestServer::start().await;
    let document = send(server.client.get(server.url("/openapi.json"))).await;
    assert_eq!(document.body["openapi"], "3.0.3");
    assert!(document.body["paths"]["/api/user-response"]["post"].is_object());
    for page in ["/docs", "/docs/", "/redoc"] {
        let response = server.client.get(server.url(page)).send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
        let policy = response.headers()["content-security-policy"].to_str().unwrap();
        assert!(
            policy.starts_with("default-src 'self';") && !policy.contains("unsafe"),
            "{policy}"
        );
    }
}

#[tokio::test]
async fn sites_that_are_allowed_may_read_answers_and_errors_and_the_servers_own_pages_always_work() {
    let server = TestServer::start_with(&[("ALLOWED_ORIGINS", "https://shop.example")]).await;
    let own = server.url("").trim_end_matches('/').to_owned();
    for (origin, visits, may_read) in [
        ("https://shop.example", 200, true),
        ("https://evil.example", 403, false),
        (&own, 200, false),
    ] {
        let visitor = server.client.post(server.url("/api/auth/visitor"));
        let visitor = send(visitor.header("origin", origin).json(&json!({}))).await;
        assert_eq!(visitor.status.as_u16(), visits, "{origin}");
        let refused = server.client.get(server.url("/api/auth/me"));
        let refused = send(refused.header("origin", origin)).await;
        assert_eq!(refused.status.as_u16(), 401, "{origin}");
        for answer in [visitor, refused] {
            let allowed = answer.headers.get("access-control-allow-origin");
            assert_eq!(allowed.is_some_and(|site| site == origin), may_read, "{origin}");
        }
    }
    let asks = |origin: &'static str| {
        let asked = server
            .client
            .request(Method::OPTIONS, server.url("/api/user-response/"));
        asked
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type")
            .send()
    };
    let told = asks("https://shop.example").await.unwrap();
    assert_eq!(told.status().as_u16(), 200);
    assert!(told.headers().contains_key("access-control-allow-headers"));
    let told = asks("https://evil.example").await.unwrap();
    assert!(!told.headers().contains_key("access-control-allow-origin"));
}
