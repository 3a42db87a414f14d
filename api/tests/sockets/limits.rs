//! What ends a socket: each with its close code.

use crate::client::{NextFrame, Socket};
use accounts::tokens;
use accounts::users::Named;
use api::testing::{Person, TestServer};
use chat::conversations::{self, CreateConversation};
use chat::messages;
use chat::participants;
use futures_util::SinkExt;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

struct Scene {
    server: TestServer,
    alice: Person,
    chat: String,
}

impl Scene {
    async fn new(changes: &[(&str, &str)]) -> Self {
        let server = TestServer::start_with(changes).await;
        let alice = server.user("alice").await;
        let command = CreateConversation {
            is_group: true,
            ..Default::default()
        };
        let made = conversations::create(&server.app, &alice.actor, command)
            .await
            .unwrap();
        Self {
            chat: made.row.id.to_string(),
            server,
            alice,
        }
    }

    async fn open(&self) -> Socket {
        let url = self
            .server
            .ws(&format!("/ws/chat/{}/?token={}", self.chat, self.alice.token));
        let mut socket = Socket::open(&url).await;
        socket.next_of("connected").await;
        socket
    }
}

#[tokio::test]
async fn a_frame_over_64_kib_ends_the_socket_with_1009_and_stores_nothing() {
    let scene = Scene::new(&[]).await;
    let mut socket = scene.open().await;
    socket
        .send(json!({"type": "message", "text": "x".repeat(65 * 1024)}).to_string())
        .await;
    assert_eq!(socket.closed().await, 1009);
    let id = scene.chat.parse().unwrap();
    let stored = messages::since(&scene.server.app, id, 0).await.unwrap();
    assert!(stored.messages.is_empty());
}

#[tokio::test]
async fn a_text_over_4000_characters_is_refused_and_the_socket_stays() {
    let scene = Scene::new(&[]).await;
    let mut socket = scene.open().await;
    socket
        .send_json(json!({"type": "message", "text": "é".repeat(4001), "client_id": "long"}))
        .await;
    let error = socket.next_of("error").await;
    assert_eq!(error["message"], "Must be at most 4000 characters, has 4001");
    assert_eq!(error["client_id"], "long");
    socket
        .send_json(json!({"type": "message", "text": "é".repeat(4000)}))
        .await;
    socket.next_of("message:new").await;
}

#[tokio::test]
async fn invalid_utf8_ends_the_socket_with_1007() {
    let scene = Scene::new(&[]).await;
    for opcode in [Data::Text, Data::Binary] {
        let mut socket = scene.open().await;
        let frame = Frame::message(vec![0xff, 0xfe, 0x80], OpCode::Data(opcode), true);
        socket.0.send(Message::Frame(frame)).await.unwrap();
        assert_eq!(socket.closed().await, 1007);
    }
}

#[tokio::test]
async fn signing_out_ends_the_sessions_sockets_with_4014_and_its_tokens() {
    let scene = Scene::new(&[]).await;
    let mut socket = scene.open().await;
    let actor = tokens::authenticate(&scene.server.app, &scene.alice.token)
        .await
        .unwrap();
    tokens::logout(&scene.server.app, &actor, None).await.unwrap();
    assert_eq!(socket.closed().await, 4014);
    let url = scene
        .server
        .ws(&format!("/ws/chat/{}/?token={}", scene.chat, scene.alice.token));
    assert_eq!(Socket::open(&url).await.closed().await, 4014);
}

#[tokio::test]
async fn a_drain_ends_sockets_with_4012() {
    let scene = Scene::new(&[]).await;
    let mut socket = scene.open().await;
    let (code, ()) = tokio::join!(socket.closed(), scene.server.stop());
    assert_eq!(code, 4012);
}

#[tokio::test]
async fn a_removed_participants_sockets_end_with_4003() {
    let scene = Scene::new(&[]).await;
    let bob = scene.server.user("bob").await;
    let id = scene.chat.parse().unwrap();
    let named = [Named::Id(bob.actor.id)];
    participants::add(&scene.server.app, &scene.alice.actor, id, &named)
        .await
        .unwrap();
    let url = scene
        .server
        .ws(&format!("/ws/chat/{}/?token={}", scene.chat, bob.token));
    let mut socket = Socket::open(&url).await;
    socket.next_of("connected").await;
    participants::remove(&scene.server.app, &scene.alice.actor, id, &named[0])
        .await
        .unwrap();
    assert_eq!(socket.closed().await, 4003);
    assert_eq!(Socket::open(&url).await.closed().await, 4003);
}

#[tokio::test]
async fn one_person_has_so_many_sockets_and_no_more() {
    let scene = Scene::new(&[("MAX_SOCKETS_PER_USER", "2")]).await;
    let (first, _second) = (scene.open().await, scene.open().await);
    let url = scene
        .server
        .ws(&format!("/ws/chat/{}/?token={}", scene.chat, scene.alice.token));
    assert_eq!(Socket::open(&url).await.closed().await, 4013);
    drop(first);
    // the place is free again once the server has seen the first one go
    loop {
        let mut socket = Socket::open(&url).await;
        socket.send_json(json!({"type": "ping"})).await;
        match socket.0.next_frame().await {
            Some(4013) => tokio::task::yield_now().await,
            _ => break,
        }
    }
}

#[tokio::test]
async fn a_client_that_sends_too_fast_is_told_and_then_sent_away_with_4013() {
    let scene = Scene::new(&[("RATE_LIMITS", "on"), ("RATE_USER_MESSAGES", "1/s:5")]).await;
    let mut socket = scene.open().await;
    for n in 0..200 {
        let frame = json!({"type": "message", "text": n.to_string()}).to_string();
        if socket.0.send(Message::text(frame)).await.is_err() {
            break;
        }
    }
    assert_eq!(socket.next_of("error").await["code"], "rate_limited");
    assert_eq!(socket.closed().await, 4013);
}
