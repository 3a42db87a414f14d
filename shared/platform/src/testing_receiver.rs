//! A webhook receiver for tests: a real server on loopback that keeps what it was sent and answers as a test sets.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};

/// Longer than anything that is awaited takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running receiver; it dies, with its connections, when it is dropped.
pub struct Receiver {
    /// On loopback, with a port of its own.
    pub address: SocketAddr,
    posts: mpsc::UnboundedReceiver<Post>,
    task: JoinHandle<()>,
}

/// What was posted.
#[derive(Clone, Debug)]
pub struct Post {
    /// As they came.
    pub headers: HeaderMap,
    /// As it came: what the signature is over.
    pub body: Vec<u8>,
}

/// What is answered.
#[derive(Clone, Copy, Debug)]
pub enum Reply {
    /// A status, and an empty body.
    Status(u16),
    /// A status and one more header.
    With(u16, &'static str),
    /// Nothing, ever.
    Silence,
}

impl Post {
    /// A header's text.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .unwrap_or_else(|| panic!("no {name} in {:?}", self.headers))
            .to_str()
            .unwrap()
    }

    /// The `webhook-id`.
    pub fn id(&self) -> &str {
        self.header("webhook-id")
    }

    /// The body, parsed.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }

    /// Whether the signature is this secret's, and fresh by the system's clock.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let key = standardwebhooks::Webhook::new(secret).expect("a secret");
        key.verify(&self.body, &self.headers).is_ok()
    }
}

impl Receiver {
    /// Starts one on a port of its own.
    pub async fn start(reply: impl Fn(&Post) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_at(SocketAddr::from(([127, 0, 0, 1], 0)), reply).await
    }

    /// Starts one at an address, where an earlier one may have been.
    pub async fn start_at(
        address: SocketAddr,
        reply: impl Fn(&Post) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(address).await.expect("the receiver's address");
        let address = listener.local_addr().unwrap();
        let (sender, posts) = mpsc::unbounded_channel();
        let reply = Arc::new(reply);
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                let (sender, reply) = (sender.clone(), reply.clone());
                connections.spawn(async move {
                    // a client that goes away has seen enough
                    let _ = serve(socket, &sender, &*reply).await;
                });
            }
        });
        Self { address, posts, task }
    }

    /// Where to post.
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// The next post.
    pub async fn next(&mut self) -> Post {
        tokio::time::timeout(PATIENCE, self.posts.recv())
            .await
            .expect("a post in time")
            .expect("a running receiver")
    }

    /// What was posted and not yet asked for.
    pub fn drain(&mut self) -> Vec<Post> {
        std::iter::from_fn(|| self.posts.try_recv().ok()).collect()
    }

    /// Dies as if killed; its address is free when this returns. What it got and nobody asked for.
    pub async fn kill(mut self) -> Vec<Post> {
        self.task.abort();
        let _ = (&mut self.task).await;
        self.drain()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut socket: TcpStream,
    posts: &mpsc::UnboundedSender<Post>,
    reply: &(dyn Fn(&Post) -> Reply + Send + Sync),
) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if socket.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let headers: HeaderMap = head
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| {
            let name: HeaderName = name.parse().unwrap();
            (name, HeaderValue::from_str(value).unwrap())
        })
        .collect();
    let length = headers.get("content-length").map_or(0, |length| {
        length.to_str().unwrap().parse().expect("a content-length")
    });
    let mut body = bytes.split_off(end + 4);
    while body.len() < length {
        if socket.read_buf(&mut body).await? == 0 {
            return Ok(());
        }
    }
    let post = Post { headers, body };
    let reply = reply(&post);
    let _ = posts.send(post);
    let (status, more) = match reply {
        Reply::Status(status) => (status, ""),
        Reply::With(status, header) => (status, header),
        Reply::Silence => std::future::pending().await,
    };
    let end = if more.is_empty() { "" } else { "\r\n" };
    let answer = format!("HTTP/1.1 {status} X\r\n{more}{end}content-length: 0\r\nconnection: close\r\n\r\n");
    socket.write_all(answer.as_bytes()).await
}
