#![allow(clippy::unwrap_used)]

use super::*;
use crate::app::ServerState;
use crate::assemble;
use crate::hub::Hub;
use crate::surfaces;
use app::testing::TestApp;
use poem::endpoint::make_sync;
use std::collections::HashSet;

fn some() -> Arc<Routes> {
    let described = [
        (Method::GET, "/chats/{id}"),
        (Method::POST, "/chats/{id}/messages"),
        (Method::GET, "/chats/ws/stats"),
    ];
    let described = described.map(|(method, path)| (method, path.to_owned(), Cost::Request));
    let page = |path| Page::read(path, make_sync(|_| "here"));
    let mounts = Mounts::new(make_sync(|_| "api"), described);
    let mounts = mounts.pages([page("/chats/ws/:id"), page("/files/*path"), page("/files/own")]);
    mounts.finish().1
}

fn found(routes: &Routes, method: &str, path: &str) -> Option<String> {
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    routes
        .find(&method, path)
        .map(|operation| operation.pattern.to_string())
}

#[test]
fn a_request_is_known_by_the_most_exact_pattern_and_an_unknown_one_by_none() {
    let routes = some();
    for (method, path, pattern) in [
        ("GET", "/chats/7", Some("/chats/{id}")),
        ("HEAD", "/chats/7/", Some("/chats/{id}")),
        ("POST", "//chats/7//messages/", Some("/chats/{id}/messages")),
        ("GET", "/chats/ws/stats", Some("/chats/ws/stats")),
        ("GET", "/chats/ws/room", Some("/chats/ws/{id}")),
        // as the server decides: by the path alone
        ("POST", "/chats/ws/messages", None),
        ("GET", "/files/own", Some("/files/own")),
        ("GET", "/files/a/b.png", Some("/files/{*path}")),
        ("POST", "/chats/7", None),
        ("INVENTED", "/chats/7", None),
        ("GET", "/chats", None),
        ("GET", "/chats/7/messages/8", None),
        ("GET", "/files", None),
        ("GET", "/", None),
    ] {
        assert_eq!(
            found(&routes, method, path).as_deref(),
            pattern,
            "{method} {path}"
        );
    }
}

#[test]
fn methods_that_clients_invent_are_one_label() {
    for invented in ["BREW", "get", "PROPFIND", "CONNECT"] {
        assert_eq!(
            method_label(&Method::from_bytes(invented.as_bytes()).unwrap()),
            "other"
        );
    }
    assert_eq!(method_label(&Method::PATCH), "PATCH");
}

#[tokio::test]
async fn every_route_of_the_server_is_in_the_table_and_is_found_by_a_path_of_its_own() {
    let app = TestApp::new().await;
    let server = ServerState {
        hub: Hub::start(app.app.clone()),
        app: app.app.clone(),
        worker: None,
    };
    let (_, routes) = assemble::build(server);
    for operation in surfaces::operations() {
        let path = operation.path;
        assert_eq!(found(&routes, operation.method.as_str(), &path), Some(path));
    }
    let cost = |path| routes.find(&Method::POST, path).map(|route| route.cost);
    assert!(cost("/api/v1/support").is_some());
    assert_eq!(
        cost("/api/v1/supports"),
        cost("/api/v1/support"),
        "another name of an operation costs what it does"
    );
    for path in [
        "/api/v1/supports/{id}",
        "/ws/chat/{id}",
        "/ws/inbox",
        "/api/chat/ws/{id}",
        "/api/chats/ws/{id}",
        "/api/chats/ws/stats",
        "/socket.io",
        "/files/{id}",
        "/files/{id}/thumbnail",
        "/livez",
        "/readyz",
        "/health",
        "/metrics",
        "/docs",
        "/docs/{*path}",
        "/redoc",
        "/openapi.json",
        "/asyncapi.yaml",
        "/widget.js",
        "/widget/{*path}",
        "/chat-test",
        "/console",
        "/console/{*path}",
    ] {
        assert_eq!(found(&routes, "GET", path).as_deref(), Some(path));
    }
    let names = routes.iter().map(|route| (&route.method, &route.pattern));
    let all: HashSet<_> = names.collect();
    assert_eq!(all.len(), routes.iter().count(), "none is there twice");
}
