//! Each dialect by itself, under `/as/<dialect>`: what its own front end asks beyond its guide, and where it reads
//! something else than the root answers.

mod crm;
mod helpdesk;
mod rooms;
mod support;
mod team;

use super::{Answer, send, user};
use api::testing::TestServer;
use reqwest::Method;
use serde_json::{Value, json};

/// A request without a token.
async fn anonymous(server: &TestServer, method: Method, path: &str, body: Value) -> Answer {
    let request = server.client.request(method, server.url(path));
    send(request.json(&body)).await
}

async fn signed_up(server: &TestServer, mount: &str, name: &str) -> Value {
    let body = json!({"username": name, "password": "correct horse battery", "email": format!("{name}@example.com")});
    let made = anonymous(server, Method::POST, &format!("{mount}/register"), body).await;
    assert!(made.status.is_success(), "{made:?}");
    made.body
}

#[tokio::test]
async fn errors_under_a_mount_are_plain_json_with_the_same_words() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    for (mount, path) in [
        ("/as/crm", "/api/chat/conversations/nowhere"),
        ("/as/helpdesk", "/tickets/nowhere"),
        ("/as/rooms", "/api/chats/nowhere"),
        ("/as/support", "/api/v1/stations/nowhere"),
        ("/as/team", "/api/chat/conversations/nowhere"),
    ] {
        for path in [format!("{mount}{path}"), format!("{mount}/no/such/path")] {
            let answer = alice.get(&path).await;
            assert_eq!(answer.status, 404, "{path}");
            assert_eq!(answer.headers["content-type"], "application/json", "{path}");
            for member in ["detail", "code", "request_id"] {
                assert!(answer.body[member].is_string(), "{path} {member}");
            }
        }
    }
    let root = alice.get("/api/chat/conversations/nowhere").await;
    assert_eq!(root.headers["content-type"], "application/problem+json");
}

#[tokio::test]
async fn failed_validation_has_under_a_mount_the_status_that_it_has_at_the_root() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    for (mount, path, status) in [
        ("/as/team", "/api/auth/login", 422),
        ("/as/crm", "/api/auth/login", 422),
        ("/as/support", "/api/v1/auth/login", 422),
        ("/as/helpdesk", "/tickets", 422),
        ("/as/rooms", "/api/chats", 422),
        ("/as/team", "/api/chat/typing", 400),
        ("/as/crm", "/api/user-response", 400),
        ("/as/support", "/api/v1/support", 400),
    ] {
        for path in [path.to_owned(), format!("{mount}{path}")] {
            let answer = alice.post(&path, json!({})).await;
            assert_eq!(answer.status, status, "{path}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn a_mount_serves_its_own_dialect_and_no_other() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    for path in [
        "/as/rooms/tickets",
        "/as/helpdesk/api/chat/conversations",
        "/as/team/api/v1/support",
        "/as/support/api/chats",
        "/as/nobody/api/chat/conversations",
    ] {
        assert_eq!(alice.get(path).await.status, 404, "{path}");
    }
    // a name of a mount that only begins like one is none
    assert_eq!(alice.get("/as/teams/api/chat/conversations").await.status, 404);
}

#[tokio::test]
async fn what_is_limited_at_the_root_is_limited_under_a_mount() {
    let server = TestServer::start().await;
    let routes = server.routes();
    for path in ["/api/chat/search", "/api/user-response"] {
        let method = if path.ends_with("search") {
            Method::GET
        } else {
            Method::POST
        };
        let root = routes.find(&method, path).expect("the root's");
        let mounted = routes
            .find(&method, &format!("/as/crm{path}"))
            .expect("the mount's");
        assert_eq!(root.cost, mounted.cost);
        assert_eq!(&*mounted.pattern, format!("/as/crm{path}"));
    }
}

#[tokio::test]
async fn a_refused_method_says_under_a_mount_too_which_are_taken() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let answer = alice.delete("/as/team/api/chat/conversations").await;
    assert_eq!(answer.status, 405);
    assert_eq!(answer.headers["allow"], "GET, POST");
    assert_eq!(answer.headers["content-type"], "application/json");
}
