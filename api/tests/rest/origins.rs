//! Pages of other sites, at each door of a whole server.

use super::{Answer, send, user};
use api::testing::TestServer;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::json;

const EVIL: (&str, &str) = ("origin", "https://evil.example");
const SHOP: (&str, &str) = ("origin", "https://shop.example");

/// What a browser sends to open a WebSocket.
fn socket(server: &TestServer, path: &str) -> RequestBuilder {
    let request = server.client.get(server.url(path));
    request
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
}

async fn opened(request: RequestBuilder, headers: &[(&str, &str)]) -> u16 {
    let request = headers
        .iter()
        .fold(request, |request, (name, value)| request.header(*name, *value));
    request.send().await.unwrap().status().as_u16()
}

async fn open_to_the_shop() -> TestServer {
    TestServer::start_with(&[("ALLOWED_ORIGINS", SHOP.1), ("ROOMS_ACCESS", "open")]).await
}

async fn make_room(server: &TestServer, headers: &[(&str, &str)]) -> Answer {
    let request = server.client.post(server.url("/api/chats"));
    let request = headers
        .iter()
        .fold(request, |request, (name, value)| request.header(*name, *value));
    send(request.json(&json!({"name": "Room", "created_by": "alice"}))).await
}

#[tokio::test]
async fn a_page_of_another_site_opens_no_socket_and_one_that_is_listed_opens_each() {
    let server = open_to_the_shop().await;
    let alice = user(&server, "alice").await;
    let conversation = alice.say("Hello").await;
    let token = &alice.person.token;
    let room = make_room(&server, &[]).await.body["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let own = server.url("");
    let own = ("origin", own.as_str());
    let embedded = !server.app.settings.production;
    let if_embedded = |status, otherwise| if embedded { status } else { otherwise };
    for (path, is_rooms) in [
        (format!("/ws/chat/{conversation}/?token={token}"), false),
        (format!("/ws/chat/TKT-1700000000-AAAAAA?token={token}"), false),
        (format!("/ws/inbox?token={token}"), false),
        (format!("/api/chat/ws/{conversation}?token={token}"), false),
        (format!("/api/chats/ws/{room}?user_id=alice"), true),
        ("/socket.io/?EIO=4&transport=websocket".to_owned(), false),
    ] {
        for (headers, expected) in [
            (&[][..], 101),
            (&[own][..], 101),
            (&[SHOP][..], 101),
            (&[("origin", "http://localhost:5173")][..], if_embedded(101, 403)),
            (&[EVIL][..], 403),
            (
                &[("origin", "null")][..],
                if is_rooms { if_embedded(101, 403) } else { 403 },
            ),
            (&[("sec-fetch-site", "cross-site")][..], 403),
            (
                &[("host", "evil.example"), ("origin", "http://evil.example")][..],
                if_embedded(421, 101),
            ),
        ] {
            let status = opened(socket(&server, &path), headers).await;
            assert_eq!(status, expected, "{path} {headers:?}");
        }
    }
}

#[tokio::test]
async fn a_page_of_another_site_gets_no_polling_session() {
    let server = TestServer::start().await;
    let url = server.url("/socket.io/?EIO=4&transport=polling");
    let poll = |method: Method, headers| opened(server.client.request(method, &url), headers);
    assert_eq!(poll(Method::GET, &[]).await, 200);
    for method in [Method::GET, Method::POST] {
        assert_eq!(poll(method.clone(), &[EVIL]).await, 403, "{method}");
        assert_eq!(
            poll(method.clone(), &[("sec-fetch-site", "cross-site")]).await,
            403,
            "{method}"
        );
    }
}

#[tokio::test]
async fn without_a_token_a_page_of_another_site_makes_and_changes_nothing() {
    let server = open_to_the_shop().await;
    server.user("alice").await;
    let login = json!({"username": "alice", "password": server.password()});
    for (path, body, good) in [
        ("/api/auth/visitor", json!({}), 200),
        ("/auth/login", login.clone(), 200),
        ("/api/v1/auth/login", login, 200),
        (
            "/auth/register",
            json!({"username": "mallory", "password": "a long password 1"}),
            200,
        ),
        ("/api/chats", json!({"name": "Room", "created_by": "alice"}), 201),
    ] {
        let post = |headers: &[(&str, &str)]| {
            let request = server.client.post(server.url(path)).json(&body);
            let request = headers
                .iter()
                .fold(request, |request, (name, value)| request.header(*name, *value));
            send(request)
        };
        for headers in [
            &[EVIL][..],
            &[("origin", "null")],
            &[("sec-fetch-site", "same-site")],
        ] {
            let refused = post(headers).await;
            assert_eq!(refused.status, 403, "{path} {headers:?} {refused:?}");
            assert_eq!(refused.body["code"], "origin_not_allowed", "{path}");
            assert!(
                refused.headers.get("access-control-allow-origin").is_none(),
                "{path}"
            );
        }
        let answer = post(&[SHOP]).await;
        assert_eq!(answer.status.as_u16(), good, "{path} {answer:?}");
        assert_eq!(answer.headers["access-control-allow-origin"], SHOP.1, "{path}");
    }
    let rooms = send(server.client.get(server.url("/api/chats/participant/alice"))).await;
    assert_eq!(rooms.body.as_array().map(Vec::len), Some(1), "{rooms:?}");
}

#[tokio::test]
async fn json_in_disguise_is_415_from_a_page_and_accepted_from_other_clients() {
    let server = open_to_the_shop().await;
    let own = server.url("");
    let page = [("origin", own.as_str())];
    let body = json!({"name": "Room", "created_by": "alice"}).to_string();
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "text/plain;charset=UTF-8",
    ] {
        let post = |headers: &[(&str, &str)]| {
            let request = server
                .client
                .post(server.url("/api/chats"))
                .header("content-type", kind);
            let request = headers
                .iter()
                .fold(request, |request, (name, value)| request.header(*name, *value));
            send(request.body(body.clone()))
        };
        let refused = post(&page).await;
        assert_eq!(
            (refused.status.as_u16(), &refused.body["code"]),
            (415, &json!("unsupported_media_type")),
            "{kind}"
        );
        assert_eq!(post(&[]).await.status, 201, "{kind}");
    }
    // a form is what sign-in takes
    server.user("bob").await;
    let form = format!("username=bob&password={}", server.password().replace(' ', "+"));
    let login = server
        .client
        .post(server.url("/auth/login"))
        .header(page[0].0, page[0].1);
    let login = login.header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(send(login.body(form)).await.status, 200);
}

#[tokio::test]
async fn no_page_reports_to_the_internal_webhook_and_no_plain_text_does() {
    let server = TestServer::start().await;
    let report = json!({"ticket_id": "T", "user_id": "5", "title": "Printer"});
    let url = server.url("/internal/webhook/on_ticket_created");
    let own = server.url("");
    let post = |headers: &[(&str, &str)]| {
        let request = server.client.post(&url).body(report.to_string());
        send(
            headers
                .iter()
                .fold(request, |request, (name, value)| request.header(*name, *value)),
        )
    };
    let json = ("content-type", "application/json");
    assert_eq!(post(&[json]).await.status, 200);
    assert_eq!(post(&[]).await.status, 200);
    // Node's fetch, not a browser's
    assert_eq!(post(&[json, ("sec-fetch-mode", "cors")]).await.status, 200);
    for headers in [
        &[json, ("origin", own.as_str())][..],
        &[json, ("sec-fetch-site", "same-origin")],
        &[json, ("x-forwarded-for", "127.0.0.1")],
        &[json, ("via", "1.1 proxy")],
    ] {
        assert_eq!(
            post(headers).await.status,
            StatusCode::UNAUTHORIZED,
            "{headers:?}"
        );
    }
    assert_eq!(post(&[json, EVIL]).await.status, 403);
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ] {
        assert_eq!(post(&[("content-type", kind)]).await.status, 415, "{kind}");
    }
}

#[tokio::test]
async fn the_embedded_profile_does_not_answer_to_names_that_are_not_its_own() {
    let server = open_to_the_shop().await;
    let embedded = !server.app.settings.production;
    let under = |host: &str, path: &str| server.client.get(server.url(path)).header("host", host).send();
    for (path, status) in [
        ("/api/chats/participant/alice", 200),
        ("/metrics", 200),
        ("/livez", 200),
        ("/nowhere", 404),
    ] {
        let answer = under("evil.example", path).await.unwrap();
        assert_eq!(
            answer.status().as_u16(),
            if embedded { 421 } else { status },
            "{path}"
        );
        assert_eq!(
            answer.text().await.unwrap().contains("\"host_not_allowed\""),
            embedded,
            "{path}"
        );
        assert_eq!(
            under("localhost:8000", path).await.unwrap().status().as_u16(),
            status,
            "{path}"
        );
    }
}

#[tokio::test]
async fn answers_that_depend_on_the_origin_say_so_to_caches() {
    for listed in ["https://shop.example", "*"] {
        let server = TestServer::start_with(&[("ALLOWED_ORIGINS", listed)]).await;
        let vary = async |path: &str, origin: Option<&str>| {
            let mut request = server.client.get(server.url(path));
            if let Some(origin) = origin {
                request = request.header("origin", origin);
            }
            let response = request.send().await.unwrap();
            let values = response.headers().get_all("vary").iter();
            let values = values.map(|value| value.to_str().unwrap().to_lowercase());
            (values.collect::<Vec<_>>().join(", "), response.headers().clone())
        };
        for origin in [None, Some("https://shop.example"), Some("https://evil.example")] {
            let (api, _) = vary("/openapi.json", origin).await;
            assert!(api.contains("origin"), "{listed} {origin:?} {api}");
            // a page keeps what it says itself
            let (page, _) = vary("/chat-test", origin).await;
            assert!(
                page.contains("origin") && page.contains("accept-encoding"),
                "{listed} {origin:?} {page}"
            );
            // everybody gets the widget's files, so that one copy does for all
            let (file, headers) = vary("/widget.js", origin).await;
            assert_eq!(
                (file.as_str(), &headers["access-control-allow-origin"]),
                ("accept-encoding", &"*".parse().unwrap())
            );
        }
    }
    let server = TestServer::start().await;
    let answer = send(
        server
            .client
            .get(server.url("/openapi.json"))
            .header("origin", "https://a.example"),
    )
    .await;
    assert!(answer.body.is_object() && answer.headers.get("vary").is_none());
}
