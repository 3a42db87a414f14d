//! A Socket.IO client by hand, packet by packet, over either transport.

use super::super::asyncapi;
use api::testing::TestServer;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// What a client that waits is given before its test fails.
pub const PATIENCE: Duration = Duration::from_secs(20);

const PREFIX: &str = "42/notifications,";

/// The name and the argument of an event packet; each must be as `asyncapi.yaml` has it.
fn event(packet: &str) -> Option<(String, Value)> {
    let event: Value = serde_json::from_str(packet.strip_prefix(PREFIX)?).expect("an event");
    let name = event[0].as_str().expect("a name").to_owned();
    asyncapi::check_event(&name, &event[1]);
    Some((name, event[1].clone()))
}

fn ack(packet: &str, id: u32) -> Option<Value> {
    let answer: Value = serde_json::from_str(packet.strip_prefix(&format!("43/notifications,{id}"))?).ok()?;
    Some(answer[0].clone())
}

/// A client over WebSocket.
pub struct Ws(pub WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Ws {
    /// Opens an engine.io session.
    pub async fn open(server: &TestServer, path: &str, authorization: Option<&str>) -> Self {
        let mut request = server.ws(path).into_client_request().unwrap();
        if let Some(value) = authorization {
            request
                .headers_mut()
                .insert("authorization", value.parse().unwrap());
        }
        let (socket, _) = connect_async(request).await.expect("an upgrade");
        let mut ws = Self(socket);
        let opening = ws.packet().await.expect("an opening packet");
        assert!(opening.starts_with("0{"), "{opening}");
        ws
    }

    /// Opens one and signs in.
    pub async fn join(server: &TestServer, token: &str) -> Self {
        let mut ws = Self::open(server, "/socket.io/?EIO=4&transport=websocket", None).await;
        ws.send(format!("40/notifications,{}", json!({"token": token})))
            .await;
        assert_eq!(ws.event().await.0, "connected");
        ws
    }

    pub async fn send(&mut self, packet: impl Into<String>) {
        // one that the server has closed meanwhile is what some tests want
        let _ = self.0.send(Message::text(packet.into())).await;
    }

    /// The next packet; none at the end.
    pub async fn packet(&mut self) -> Option<String> {
        loop {
            match tokio::time::timeout(PATIENCE, self.0.next())
                .await
                .expect("a packet in time")
            {
                Some(Ok(Message::Text(text))) if text.as_str() == "2" => self.send("3").await,
                Some(Ok(Message::Text(text))) => return Some(text.to_string()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// The next event.
    pub async fn event(&mut self) -> (String, Value) {
        loop {
            let packet = self.packet().await.expect("an open session");
            if let Some(event) = event(&packet) {
                return event;
            }
        }
    }

    /// The answer to a packet of this number; events before it are a failure.
    pub async fn ack(&mut self, id: u32) -> Value {
        let packet = self.packet().await.expect("an open session");
        ack(&packet, id).unwrap_or_else(|| panic!("no acknowledgement: {packet}"))
    }

    /// Reads to the end.
    pub async fn ended(&mut self) -> Vec<String> {
        let mut rest = Vec::new();
        while let Some(packet) = self.packet().await {
            rest.push(packet);
        }
        rest
    }
}

/// A client that polls.
pub struct Polling {
    client: reqwest::Client,
    pub url: String,
    waiting: VecDeque<String>,
}

impl Polling {
    /// Opens an engine.io session.
    pub async fn open(server: &TestServer) -> Self {
        let url = server.url("/socket.io/?EIO=4&transport=polling");
        let opening = server
            .client
            .get(&url)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        let packet: Value =
            serde_json::from_str(opening.strip_prefix('0').expect("an opening packet")).unwrap();
        assert_eq!(packet["upgrades"], json!(["websocket"]));
        Self {
            client: server.client.clone(),
            url: format!("{url}&sid={}", packet["sid"].as_str().unwrap()),
            waiting: VecDeque::new(),
        }
    }

    /// Opens one and signs in.
    pub async fn join(server: &TestServer, token: &str) -> Self {
        let mut polling = Self::open(server).await;
        polling
            .send(&format!("40/notifications,{}", json!({"token": token})))
            .await;
        assert_eq!(polling.event().await.0, "connected");
        polling
    }

    /// Posts packets; answers the status.
    pub async fn send(&mut self, packets: &str) -> u16 {
        let request = self.client.post(&self.url).body(packets.to_owned());
        request.send().await.unwrap().status().as_u16()
    }

    /// Waits for packets; answers the status where it is not 200.
    pub async fn poll(&mut self) -> Result<(), u16> {
        let request = self
            .client
            .get(&self.url)
            .timeout(PATIENCE + Duration::from_secs(30));
        let answer = request.send().await.unwrap();
        if answer.status() != 200 {
            return Err(answer.status().as_u16());
        }
        let text = answer.text().await.unwrap();
        self.waiting.extend(
            text.split('\u{1e}')
                .filter(|packet| !packet.is_empty())
                .map(str::to_owned),
        );
        Ok(())
    }

    /// The next packet; none at the end.
    pub async fn packet(&mut self) -> Option<String> {
        loop {
            match self.waiting.pop_front() {
                Some(packet) if packet == "2" => {
                    if self.send("3").await != 200 {
                        return None;
                    }
                }
                Some(packet) if packet == "6" => {}
                Some(packet) => return Some(packet),
                None => self.poll().await.ok()?,
            }
        }
    }

    /// The next event.
    pub async fn event(&mut self) -> (String, Value) {
        loop {
            let packet = self.packet().await.expect("an open session");
            if let Some(event) = event(&packet) {
                return event;
            }
        }
    }

    /// The answer to a packet of this number.
    pub async fn ack(&mut self, id: u32) -> Value {
        let packet = self.packet().await.expect("an open session");
        ack(&packet, id).unwrap_or_else(|| panic!("no acknowledgement: {packet}"))
    }
}
