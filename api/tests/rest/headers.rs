//! What every answer tells browsers beside its content.

use super::{send, user};
use api::testing::TestServer;
use reqwest::header::HeaderMap;
use serde_json::json;

async fn of(server: &TestServer, path: &str) -> HeaderMap {
    let response = server.client.get(server.url(path)).send().await.unwrap();
    response.headers().clone()
}

#[tokio::test]
async fn every_page_and_answer_forbids_frames_sniffing_and_what_it_does_not_need() {
    let server = TestServer::start().await;
    for path in [
        "/docs",
        "/redoc",
        "/chat-test",
        "/test_websocket.html",
        "/console",
        "/console/anything",
        "/help",
        "/help/nothing",
        "/help/style.css",
        "/help/images/x",
        "/openapi.json",
        "/livez",
        "/api/auth/me",
        "/nowhere",
        "/files/x",
        "/socket.io/",
    ] {
        let headers = of(&server, path).await;
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"),
            "{path} {policy}"
        );
        assert_eq!(headers["x-frame-options"], "DENY", "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["referrer-policy"], "same-origin", "{path}");
        assert!(
            headers["permissions-policy"]
                .to_str()
                .unwrap()
                .contains("camera=()"),
            "{path}"
        );
        assert!(headers.get("strict-transport-security").is_none(), "{path}");
    }
}

#[tokio::test]
async fn browsers_that_came_by_https_are_told_to_stay_there() {
    let server = TestServer::start_with(&[("PUBLIC_URL", "https://chat.example.com")]).await;
    for path in ["/console", "/livez", "/nowhere"] {
        assert_eq!(
            of(&server, path).await["strict-transport-security"],
            "max-age=31536000",
            "{path}"
        );
    }
}

#[tokio::test]
async fn nothing_keeps_an_answer_that_holds_tokens_or_peoples_words() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let conversation = alice.say("Hello").await;
    let post = |path: &str, body| send(server.client.post(server.url(path)).json(&body));
    let login = json!({"username": "alice", "password": server.password()});
    for answer in [
        post("/auth/login", login).await,
        post("/api/auth/visitor", json!({})).await,
        post(
            "/api/v1/auth/refresh",
            json!({"refresh_token": alice.person.refresh}),
        )
        .await,
        post("/auth/login", json!({})).await,
        alice.get("/api/auth/me").await,
        alice
            .get(&format!("/api/chat/conversations/{conversation}/messages"))
            .await,
        alice.get("/nowhere").await,
    ] {
        assert_eq!(answer.headers["cache-control"], "no-store", "{answer:?}");
    }
    // what may be kept says so
    assert_eq!(of(&server, "/widget.js").await["cache-control"], "no-cache");
}
