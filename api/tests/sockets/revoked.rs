//! Access ends when it is taken, whatever becomes of the event that says so.

mod elsewhere;
mod races;
mod waits;

use crate::client::Socket;
use crate::socketio::Ws;
use accounts::users::Named;
use api::testing::{Person, TestServer};
use chat::conversations::{self, CreateConversation};
use chat::messages::{self, SendMessage};
use entity::ConversationId;
use futures_util::StreamExt;
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

/// What a revocation is given that no event tells of: the server's own limit is 5 s, machines are slow.
const PATIENCE: Duration = Duration::from_secs(20);

/// A socket of each kind, with what a client of it says.
enum Open {
    Socket(Socket, &'static str),
    SocketIo(Ws),
}

/// How it ended.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// A close code.
    Code(u16),
    /// Socket.IO: the last error before the namespace was left; none where the connection was cut.
    Said(Option<String>),
}

impl Open {
    /// A conversation's socket, at a path that ends in its name.
    async fn at(server: &TestServer, who: &Person, path: &str, message: &'static str) -> Self {
        let sign = if path.contains('?') { '&' } else { '?' };
        Self::without_token(server, &format!("{path}{sign}token={}", who.token), message).await
    }

    async fn without_token(server: &TestServer, path: &str, message: &'static str) -> Self {
        let mut socket = Socket::open(&server.ws(path)).await;
        // the greeting
        socket.next().await;
        Self::Socket(socket, message)
    }

    async fn crm(server: &TestServer, who: &Person, id: ConversationId) -> Self {
        let message = r#"{"type":"message","text":"still here"}"#;
        Self::at(server, who, &format!("/ws/chat/{id}/"), message).await
    }

    async fn team(server: &TestServer, who: &Person, id: ConversationId) -> Self {
        let message = r#"{"type":"message","content":"still here"}"#;
        Self::at(server, who, &format!("/api/chat/ws/{id}"), message).await
    }

    async fn inbox(server: &TestServer, who: &Person) -> Self {
        Self::at(server, who, "/ws/inbox/", r#"{"type":"ping"}"#).await
    }

    async fn socket_io(server: &TestServer, who: &Person) -> Self {
        Self::SocketIo(Ws::join(server, &who.token).await)
    }

    /// Goes on sending, and reads to the end; how it ended, and for how long the client was acknowledged.
    async fn ends(self) -> (End, Duration) {
        let began = Instant::now();
        let ended = timeout(PATIENCE, async {
            match self {
                Self::Socket(socket, message) => socket_ends(socket, message, began).await,
                Self::SocketIo(ws) => session_ends(ws, began).await,
            }
        });
        ended.await.expect("it ends")
    }
}

async fn socket_ends(mut socket: Socket, message: &str, began: Instant) -> (End, Duration) {
    let mut acknowledged = Duration::ZERO;
    let mut ticks = tokio::time::interval(Duration::from_millis(200));
    loop {
        tokio::select! {
            _ = ticks.tick() => {
                // it may be closed already
                let _ = futures_util::SinkExt::send(&mut socket.0, Message::text(message)).await;
            }
            frame = socket.0.next() => match frame {
                Some(Ok(Message::Close(Some(frame)))) => return (End::Code(frame.code.into()), acknowledged),
                // its own message, or the acknowledgement
                Some(Ok(Message::Text(text))) if text.contains("still here") || text.contains("pong") => {
                    acknowledged = began.elapsed();
                }
                Some(Ok(_)) => {}
                other => panic!("no close code: {other:?}"),
            }
        }
    }
}

async fn session_ends(mut ws: Ws, began: Instant) -> (End, Duration) {
    let mut acknowledged = Duration::ZERO;
    let mut said = None;
    let mut ticks = tokio::time::interval(Duration::from_millis(200));
    loop {
        tokio::select! {
            _ = ticks.tick() => ws.send(r#"42/notifications,1["notifications:sync"]"#).await,
            packet = ws.packet() => match packet.as_deref() {
                None | Some("41/notifications,") => return (End::Said(said), acknowledged),
                Some(packet) if packet.contains("success") => acknowledged = began.elapsed(),
                Some(packet) if packet.contains("error") => {
                    let event = packet.trim_start_matches("42/notifications,");
                    let event: serde_json::Value = serde_json::from_str(event).unwrap_or(json!(null));
                    said = event[1]["message"].as_str().map(str::to_owned).or(said);
                }
                Some(_) => {}
            }
        }
    }
}

/// A group of these people, of whom the first made it.
async fn talk(server: &TestServer, people: &[&Person]) -> ConversationId {
    let command = CreateConversation {
        title: Some("talk".into()),
        is_group: true,
        participants: people[1..]
            .iter()
            .map(|person| Named::Id(person.actor.id))
            .collect(),
        ..Default::default()
    };
    conversations::create(&server.app, &people[0].actor, command)
        .await
        .unwrap()
        .row
        .id
}

async fn say(server: &TestServer, who: &Person, id: ConversationId, text: &str) {
    let command = SendMessage {
        text: text.into(),
        ..Default::default()
    };
    messages::send(&server.app, &who.actor, id, command)
        .await
        .unwrap();
}
