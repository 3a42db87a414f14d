//! Alone in its process, whose figures it reads: an event is encoded once per dialect, however many sockets hear it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use api::testing::TestServer;
use chat::rooms::{self, CreateRoom};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

const EACH: usize = 20;

async fn next(socket: &mut Socket) -> Value {
    loop {
        match socket.next().await.unwrap().unwrap() {
            Message::Text(text) => return serde_json::from_str(&text).unwrap(),
            _ => continue,
        }
    }
}

/// How many events were encoded, by dialect.
async fn encoded(server: &TestServer) -> BTreeMap<String, u64> {
    let response = server.client.get(server.url("/metrics")).send().await.unwrap();
    let text = response.text().await.unwrap();
    let lines = text
        .lines()
        .filter_map(|line| line.strip_prefix("switchboard_events_encoded_total{dialect=\""));
    lines
        .map(|line| {
            let (dialect, count) = line.split_once("\"} ").unwrap();
            (dialect.to_owned(), count.parse().unwrap())
        })
        .collect()
}

#[tokio::test]
async fn an_event_is_encoded_at_most_once_per_dialect() {
    let server = TestServer::start_with(&[("ROOMS_ACCESS", "open")]).await;
    let alice = server.user("alice").await;
    let command = CreateRoom {
        name: "room".into(),
        ..Default::default()
    };
    let room = rooms::create(&server.app, Some(&alice.actor), command)
        .await
        .unwrap();
    let chat = room.alias.unwrap();
    let mut sockets = Vec::new();
    for path in [
        format!("/ws/chat/{chat}/?token={}", alice.token),
        format!("/api/chats/ws/{chat}?user_id=alice"),
        format!("/api/chat/ws/{chat}?token={}", alice.token),
    ] {
        for _ in 0..EACH {
            let (mut socket, _) = connect_async(server.ws(&path)).await.unwrap();
            next(&mut socket).await;
            sockets.push(socket);
        }
    }
    let before = encoded(&server).await;
    let frame = json!({"type": "message", "content": "one for all"}).to_string();
    sockets
        .last_mut()
        .unwrap()
        .send(Message::text(frame))
        .await
        .unwrap();
    for socket in &mut sockets {
        let frame = next(socket).await;
        let content = frame["message"].get("text").unwrap_or(&frame["content"]);
        assert_eq!(content, "one for all", "{frame}");
    }
    let after = encoded(&server).await;
    let grown: Vec<_> = after
        .iter()
        .map(|(dialect, count)| {
            (
                dialect.as_str(),
                count - before.get(dialect).copied().unwrap_or_default(),
            )
        })
        .collect();
    assert_eq!(grown, [("crm", 1), ("rooms", 1), ("team", 1)]);
}
