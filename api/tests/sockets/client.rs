//! A socket as a client sees it.

use crate::asyncapi;
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// An open socket, and the channel that it is on.
pub struct Socket(pub WebSocketStream<MaybeTlsStream<TcpStream>>, &'static str);

/// What a client that waits for a frame is given before its test fails.
const PATIENCE: Duration = Duration::from_secs(10);

impl Socket {
    /// Connects; a refusal before the upgrade is a failure.
    pub async fn open(url: &str) -> Self {
        let (socket, _) = connect_async(url).await.expect("an upgrade");
        Self(socket, asyncapi::channel(url))
    }

    /// Asks for a socket that is refused before the upgrade; the status and the body.
    pub async fn refused(url: &str) -> (u16, String) {
        match connect_async(url).await {
            Err(Error::Http(response)) => {
                let body = response.body().clone().unwrap_or_default();
                (
                    response.status().as_u16(),
                    String::from_utf8_lossy(&body).into_owned(),
                )
            }
            Err(error) => panic!("no answer: {error}"),
            Ok(_) => panic!("upgraded: {url}"),
        }
    }

    /// How a socket ends: its close code, or the status with which it is refused before the upgrade.
    pub async fn end_of(url: &str) -> u16 {
        match connect_async(url).await {
            Ok((socket, _)) => Self(socket, asyncapi::channel(url)).closed().await,
            Err(Error::Http(response)) => response.status().as_u16(),
            Err(error) => panic!("no answer: {error}"),
        }
    }

    pub async fn send(&mut self, text: impl Into<String>) {
        self.0
            .send(Message::text(text.into()))
            .await
            .expect("a frame is sent");
    }

    pub async fn send_json(&mut self, frame: Value) {
        self.send(frame.to_string()).await;
    }

    /// The next frame.
    pub async fn next(&mut self) -> Value {
        match self.message().await {
            Message::Text(text) => {
                let frame = serde_json::from_str(&text).expect("a JSON frame");
                asyncapi::check(self.1, &frame);
                frame
            }
            other => panic!("a text frame was expected, got {other:?}"),
        }
    }

    /// The next frame of a type; frames of other types before it are passed over.
    pub async fn next_of(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.next().await;
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// The close code with which the server ends the socket; frames before it are passed over.
    pub async fn closed(&mut self) -> u16 {
        self.closing().await.0
    }

    /// The same with the reason.
    pub async fn closing(&mut self) -> (u16, String) {
        loop {
            match tokio::time::timeout(PATIENCE, self.0.next())
                .await
                .expect("a close in time")
            {
                Some(Ok(Message::Close(Some(frame)))) => {
                    return (frame.code.into(), frame.reason.to_string());
                }
                Some(Ok(_)) => {}
                Some(Err(Error::ConnectionClosed | Error::AlreadyClosed)) | None => panic!("no close code"),
                Some(Err(error)) => panic!("no close code: {error}"),
            }
        }
    }

    async fn message(&mut self) -> Message {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.0.next())
                .await
                .expect("a frame in time");
            match message.expect("an open socket").expect("a good frame") {
                Message::Ping(_) | Message::Pong(_) => {}
                message => return message,
            }
        }
    }
}

/// The first thing that a fresh socket gives: the code of a close, or none for a frame.
pub trait NextFrame {
    async fn next_frame(&mut self) -> Option<u16>;
}

impl NextFrame for WebSocketStream<MaybeTlsStream<TcpStream>> {
    async fn next_frame(&mut self) -> Option<u16> {
        match tokio::time::timeout(PATIENCE, self.next())
            .await
            .expect("a frame in time")
        {
            Some(Ok(Message::Close(Some(frame)))) => Some(frame.code.into()),
            _ => None,
        }
    }
}
