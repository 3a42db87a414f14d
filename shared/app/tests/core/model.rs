//! A language model that says what a scenario tells it to, over OpenAI's streaming API.

use app::testing::{Builder, TestApp};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What a model says to what it is told: its rules, and the material.
type Mind = dyn Fn(&str, &str) -> String + Send + Sync;

/// A running one; it stops when this is dropped.
pub struct Model {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
    server: JoinHandle<()>,
}

impl Drop for Model {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Model {
    /// One that answers so.
    pub async fn start(mind: impl Fn(&str, &str) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&asked);
        let mind: Arc<Mind> = Arc::new(mind);
        let server = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(socket, Arc::clone(&heard), Arc::clone(&mind)));
            }
        });
        Self { url, asked, server }
    }

    /// Everything that it was told in each of its calls, as one text, oldest first.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// An application that uses it.
    pub fn app(&self) -> Builder {
        TestApp::builder()
            .setting("LLM_BASE_URL", &self.url)
            .setting("LLM_MODEL", "stub")
    }
}

async fn serve(mut socket: TcpStream, asked: Arc<Mutex<Vec<String>>>, mind: Arc<Mind>) {
    let Some(request) = read(&mut socket).await else {
        return;
    };
    let message = |place: usize| request["messages"][place]["content"].as_str().unwrap_or_default();
    asked
        .lock()
        .unwrap()
        .push(format!("{}\n{}", message(0), message(1)));
    let said = mind(message(0), message(1));
    let chunk = |delta: Value, finish: Value| {
        let choices = json!([{"index": 0, "delta": delta, "finish_reason": finish}]);
        format!("data: {}\n\n", json!({"choices": choices}))
    };
    let body =
        chunk(json!({"content": said}), Value::Null) + &chunk(json!({}), json!("stop")) + "data: [DONE]\n\n";
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n";
    let answer = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
    // a client that has gone does not matter to the next
    let _ = socket.write_all(answer.as_bytes()).await;
}

/// The request's body.
async fn read(socket: &mut TcpStream) -> Option<Value> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            let length: usize = length?.trim().parse().ok()?;
            if bytes.len() >= end + 4 + length {
                return serde_json::from_slice(&bytes[end + 4..]).ok();
            }
        }
        if socket.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}
