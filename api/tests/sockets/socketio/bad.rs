//! What nobody should send: the server lives, and whoever sent it loses their session at most.

use super::client::{Polling, Ws};
use api::testing::TestServer;
use futures_util::SinkExt;
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::{Error, Message};

/// Packets that end the session.
fn fatal() -> Vec<String> {
    let deep = format!("42/notifications,[\"notifications:sync\",{}", "[".repeat(30_000));
    let packets = [
        "x",
        "9",
        "4",
        "49",
        "4x",
        "4é",
        "45",
        "45-",
        "46",
        "451",
        "0{}",
        "5",
        // a namespace that there is, and that the client has not joined
        "42[\"x\"]",
        "42/notifications,",
        "42/notifications,[",
        "42/notifications,{}",
        "42/notifications,[1]",
        "42/notifications,[]",
        "42/notifications,\"x\"",
        "42/notifications,[\"a\\n\"]",
        "43/notifications,[]",
        "44/notifications,{}",
        "46-/notifications,1[]",
        "451-/notifications,[\"notifications:sync\",{\"_placeholder\":true,\"num\":0}]",
        "4599999999999999999999-/notifications,[\"x\"]",
        "461-/notifications,1[{\"_placeholder\":true,\"num\":0}]",
    ];
    packets.into_iter().map(str::to_owned).chain([deep]).collect()
}

/// Packets that come to nothing.
const HARMLESS: &[&str] = &[
    "3",
    "2",
    "40/notifications,{\"token\":5}",
    "40/notifications,{bad",
    "42/nowhere,[\"x\"]",
    "42/notifications,[\"an unknown event\",{},[],null,1e999]",
    "42/notifications,1[\"an unknown event\"]",
    "42/notifications,99999999999999999999[\"an unknown event\"]",
    "43/notifications,7[\"an answer to nothing\"]",
    "450-/notifications,[\"an unknown event\"]",
    "41/nowhere,",
];

/// Somebody else can sign in, on both transports.
async fn lives(server: &TestServer, token: &str) {
    Ws::join(server, token).await;
    Polling::join(server, token).await;
}

#[tokio::test]
async fn malformed_packets_end_their_session_and_nothing_else() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let mut bystander = Ws::join(&server, &alice.token).await;
    for packet in fatal() {
        let shown = &packet[..packet.len().min(60)];
        let mut ws = Ws::join(&server, &alice.token).await;
        ws.send(packet.clone()).await;
        let rest = ws.ended().await;
        assert!(
            rest.iter().all(|packet| !packet.starts_with("42")),
            "{shown}: {rest:?}"
        );
        let mut polling = Polling::join(&server, &alice.token).await;
        // over polling, what only a server may send is refused and the session goes on
        if polling.send(&packet).await == 200 {
            while polling.packet().await.is_some() {}
            assert_eq!(polling.poll().await, Err(400), "{shown}");
        }
    }
    bystander
        .send(r#"42/notifications,1["notifications:sync"]"#)
        .await;
    assert_eq!(bystander.ack(1).await["count"], 0);
    lives(&server, &alice.token).await;
    server.stop().await;
}

#[tokio::test]
async fn packets_without_a_meaning_come_to_nothing() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let mut ws = Ws::join(&server, &alice.token).await;
    let mut polling = Polling::join(&server, &alice.token).await;
    for packet in HARMLESS {
        ws.send(*packet).await;
        assert_eq!(polling.send(packet).await, 200, "{packet}");
    }
    ws.send(r#"42/notifications,1["notifications:sync"]"#).await;
    assert_eq!(ws.ack(1).await["count"], 0);
    polling.send(r#"42/notifications,2["notifications:sync"]"#).await;
    assert_eq!(polling.ack(2).await["count"], 0);
    server.stop().await;
}

#[tokio::test]
async fn binary_packets_are_refused() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    for bytes in [
        vec![],
        vec![4],
        vec![0xff; 60_000],
        b"42/notifications,[\"notifications:sync\"]".to_vec(),
    ] {
        let mut ws = Ws::join(&server, &alice.token).await;
        ws.0.send(Message::binary(bytes)).await.unwrap();
        ws.ended().await;
    }
    let mut polling = Polling::join(&server, &alice.token).await;
    polling.send("bAAECAwQ=").await;
    while polling.packet().await.is_some() {}
    assert_eq!(polling.poll().await, Err(400));
    let mut polling = Polling::join(&server, &alice.token).await;
    polling.send("b!!!").await;
    while polling.packet().await.is_some() {}
    lives(&server, &alice.token).await;
    server.stop().await;
}

#[tokio::test]
async fn a_body_or_a_frame_over_64_kib_is_refused() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let mut polling = Polling::join(&server, &alice.token).await;
    let big = format!("42/notifications,[\"x\",\"{}\"]", "x".repeat(70_000));
    assert_eq!(polling.send(&big).await, 413);
    assert_eq!(polling.send(&"4".repeat(900_000)).await, 413);
    // the session is as it was
    polling.send(r#"42/notifications,1["notifications:sync"]"#).await;
    assert_eq!(polling.ack(1).await["count"], 0);
    let mut ws = Ws::join(&server, &alice.token).await;
    ws.send(big).await;
    ws.ended().await;
    lives(&server, &alice.token).await;
    server.stop().await;
}

#[tokio::test]
async fn requests_that_are_no_socket_io_are_refused_in_its_form() {
    let server = TestServer::start().await;
    let refusal = async |method: &str, query: &str| {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let request = server
            .client
            .request(method, server.url(&format!("/socket.io{query}")));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 400, "{query}");
        answer.json::<Value>().await.unwrap()
    };
    let unknown = json!({"code": 1, "message": "Session ID unknown"});
    assert_eq!(refusal("GET", "").await["code"], 0);
    assert_eq!(
        refusal("GET", "/?EIO=4&transport=carrier-pigeon").await["code"],
        0
    );
    assert_eq!(refusal("GET", "/?EIO=3&transport=polling").await["code"], 5);
    assert_eq!(refusal("GET", "/?transport=polling").await["code"], 5);
    assert_eq!(refusal("POST", "/?EIO=4&transport=polling").await["code"], 2);
    for sid in [
        "AAAAAAAAAAAAAAHs",
        "",
        "%00",
        "a%0d%0ab",
        "é",
        "../..",
        &"x".repeat(3000),
    ] {
        assert_eq!(
            refusal("GET", &format!("/?EIO=4&transport=polling&sid={sid}")).await,
            unknown
        );
        assert_eq!(
            refusal("POST", &format!("?EIO=4&transport=polling&sid={sid}")).await,
            unknown
        );
        assert_eq!(
            refusal("GET", &format!("?EIO=4&transport=websocket&sid={sid}")).await,
            unknown
        );
    }
    assert_eq!(refusal("DELETE", "?EIO=4&transport=websocket").await["code"], 3);
    let plain = server
        .client
        .get(server.url("/socket.io/?EIO=4&transport=websocket"));
    assert_eq!(plain.send().await.unwrap().status(), 426);
    let unknown =
        connect_async(server.ws("/socket.io/?EIO=4&transport=websocket&sid=AAAAAAAAAAAAAAHs")).await;
    assert!(matches!(unknown, Err(Error::Http(answer)) if answer.status() == 400));
    server.stop().await;
}

#[tokio::test]
async fn an_unknown_namespace_is_a_connect_error() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let mut ws = Ws::open(&server, "/socket.io/?EIO=4&transport=websocket", None).await;
    for (packet, answer) in [
        ("40/nowhere,{}", r#"44/nowhere,{"message":"Invalid namespace"}"#),
        (
            "40/notifications/x,",
            r#"44/notifications/x,{"message":"Invalid namespace"}"#,
        ),
    ] {
        ws.send(packet).await;
        assert_eq!(ws.packet().await.as_deref(), Some(answer));
    }
    // the session is good for one that exists
    ws.send(format!("40/notifications,{}", json!({"token": alice.token})))
        .await;
    assert_eq!(ws.event().await.0, "connected");
    server.stop().await;
}

/// Pieces of engine.io and socket.io packets, and of what they are not.
const PIECES: &[&str] = &[
    "0",
    "1",
    "2",
    "2probe",
    "3",
    "4",
    "40",
    "41",
    "42",
    "43",
    "44",
    "45",
    "451-",
    "46",
    "5",
    "6",
    "b",
    "bAAAA",
    "\u{1e}",
    "/notifications",
    ",",
    "/",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "\\",
    "null",
    "1e999",
    "99999999999999999999",
    "\u{0}",
    "é",
    "🙂",
    "[\"notifications:sync\",{}]",
    "{\"token\":\"x\"}",
    "{\"_placeholder\":true,\"num\":0}",
    "-",
];

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_posted_or_sent_a_session_ends_or_goes_on_and_the_server_serves() {
    use proptest::prelude::*;
    use proptest::strategy::ValueTree;
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let mut other = Ws::join(&server, &alice.token).await;
    // the same inputs every time
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let packets =
        prop::collection::vec(prop::sample::select(PIECES), 0..12).prop_map(|pieces| pieces.concat());
    for _ in 0..150 {
        let packet = packets.new_tree(&mut runner).unwrap().current();
        let mut polling = Polling::open(&server).await;
        let status = polling.send(&packet).await;
        assert!(status < 500, "{packet:?}: {status}");
        let mut ws = Ws::open(&server, "/socket.io/?EIO=4&transport=websocket", None).await;
        ws.send(packet).await;
    }
    other.send("42/notifications,1[\"notifications:sync\",{}]").await;
    other.ack(1).await;
    server.stop().await;
}
