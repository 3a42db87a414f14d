//! The OpenAI replier against a local server that streams, fails, hangs, talks rubbish and hangs up.

// The lint's exception for tests does not reach the helper functions of an integration test.
#![allow(clippy::unwrap_used)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bot::{
    Answer, Ask, KnowledgeBase, KnowledgeReplier, OpenAiConfig, OpenAiReplier, Replier, example_articles,
};
use secrecy::SecretString;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const KEY: &str = "sk-very-secret";
const SSE: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";

/// What the stub does with every request.
#[derive(Clone)]
enum Behaviour {
    /// Writes this and closes the connection.
    Answer(String),
    /// Writes this and neither says anything more nor closes.
    Hang(String),
}

struct Stub {
    base_url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Stub {
    async fn start(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = requests.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(socket, behaviour.clone(), seen.clone()));
            }
        });
        Self { base_url, requests }
    }

    fn request(&self) -> String {
        self.requests.lock().unwrap().first().unwrap().clone()
    }
}

async fn serve(mut socket: TcpStream, behaviour: Behaviour, seen: Arc<Mutex<Vec<String>>>) {
    let request = read_request(&mut socket).await;
    seen.lock().unwrap().push(request);
    let (text, hang) = match &behaviour {
        Behaviour::Answer(text) => (text, false),
        Behaviour::Hang(text) => (text, true),
    };
    socket.write_all(text.as_bytes()).await.unwrap();
    if hang {
        // Ends when the client gives up and closes the connection.
        let _ = socket.read(&mut [0; 1]).await;
    }
}

async fn read_request(socket: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let length: usize = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.trim().parse().unwrap());
            if bytes.len() >= head.len() + 4 + length {
                return String::from_utf8_lossy(&bytes).into_owned();
            }
        }
        let count = socket.read(&mut buffer).await.unwrap();
        if count == 0 {
            return String::from_utf8_lossy(&bytes).into_owned();
        }
        bytes.extend_from_slice(&buffer[..count]);
    }
}

fn chunk(content: &str, finish: Option<&str>) -> String {
    let json = serde_json::json!({
        "id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "stub",
        "choices": [{"index": 0, "delta": {"content": content}, "finish_reason": finish}],
    });
    format!("data: {json}\n\n")
}

/// The answer of a replier that talks to the stub, and the deltas that it sent.
async fn reply(stub: &Stub, timeout: Duration, text: &str) -> (Answer, Vec<String>) {
    let knowledge = Arc::new(KnowledgeBase::build(
        example_articles().into_iter().map(|file| file.article).collect(),
    ));
    let config = OpenAiConfig {
        base_url: stub.base_url.clone(),
        model: "stub".to_owned(),
        api_key: Some(SecretString::from(KEY.to_owned())),
        timeout,
    };
    let replier = OpenAiReplier::new(config, Arc::new(KnowledgeReplier::new(knowledge))).unwrap();
    let deltas = Mutex::new(Vec::new());
    let ask = Ask {
        text: text.to_owned(),
        ..Ask::default()
    };
    let answer = replier
        .reply(&ask, &|delta: &str| deltas.lock().unwrap().push(delta.to_owned()))
        .await
        .unwrap();
    (answer, deltas.into_inner().unwrap())
}

const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(300);

fn assert_fell_back(answer: &Answer, reason: &str) {
    assert_eq!(answer.trace.fallback.as_deref(), Some(reason));
    assert_eq!(answer.trace.model, None);
    assert!(answer.text.contains("**Where is my order?**"), "{answer:?}");
    assert_eq!(answer.sources.len(), 1);
    assert!(!format!("{answer:?}").contains(KEY));
}

#[tokio::test]
async fn a_streamed_reply_is_forwarded_piece_by_piece_and_names_its_sources() {
    let body = chunk("Look under ", None)
        + &chunk("**My orders**.", None)
        + &chunk("", Some("stop"))
        + "data: [DONE]\n\n";
    let stub = Stub::start(Behaviour::Answer(format!("{SSE}{body}"))).await;
    let (answer, deltas) = reply(&stub, LONG, "Where is my order?").await;
    assert_eq!(deltas, ["Look under ", "**My orders**."]);
    assert_eq!(answer.text, "Look under **My orders**.");
    assert_eq!(answer.trace.model.as_deref(), Some("stub"));
    assert_eq!(answer.trace.fallback, None);
    assert_eq!(answer.sources[0].url.as_deref(), Some("/help/orders"));
    assert!(!answer.prompts.is_empty());

    let request = stub.request();
    assert!(request.starts_with("POST /v1/chat/completions HTTP/1.1"));
    assert!(request.contains(&format!("Bearer {KEY}")));
    assert!(request.contains("tracking link appears"));
}

#[tokio::test]
async fn a_model_that_finds_no_answer_yields_the_honest_reply_and_streams_nothing() {
    let body = chunk("NO_", None) + &chunk("ANSWER", Some("stop")) + "data: [DONE]\n\n";
    let stub = Stub::start(Behaviour::Answer(format!("{SSE}{body}"))).await;
    let (answer, deltas) = reply(&stub, LONG, "What is the capital of Mongolia?").await;
    assert!(deltas.is_empty());
    assert!(answer.text.contains("I don't know"));
    assert!(answer.sources.is_empty());
    assert_eq!(answer.trace.model.as_deref(), Some("stub"));
    assert_eq!(answer.trace.fallback, None);
}

#[tokio::test]
async fn a_wish_for_a_person_never_reaches_the_model() {
    let stub = Stub::start(Behaviour::Hang(String::new())).await;
    let (answer, _) = reply(&stub, LONG, "I want to talk to a person").await;
    assert!(answer.handoff);
    assert!(stub.requests.lock().unwrap().is_empty());
}

#[tokio::test]
async fn an_internal_error_falls_back_to_the_articles() {
    let body = format!(r#"{{"error":{{"message":"bad key {KEY}"}}}}"#);
    let response = format!(
        "HTTP/1.1 500 Oops\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let stub = Stub::start(Behaviour::Answer(response)).await;
    let (answer, deltas) = reply(&stub, LONG, "Where is my order?").await;
    assert!(deltas.is_empty());
    assert_fell_back(&answer, "the model's server answered HTTP 500");
}

#[tokio::test]
async fn a_refused_key_falls_back_without_being_repeated() {
    let body = format!(
        r#"{{"error":{{"message":"Incorrect API key provided: {KEY}","type":"auth","param":null,"code":null}}}}"#
    );
    let response = format!(
        "HTTP/1.1 401 No\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let stub = Stub::start(Behaviour::Answer(response)).await;
    let (answer, _) = reply(&stub, LONG, "Where is my order?").await;
    assert_fell_back(&answer, "the model's server answered HTTP 401");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Stub::start(Behaviour::Hang(String::new())).await;
    let response = format!(
        "HTTP/1.1 307 Elsewhere\r\nlocation: {}/chat/completions\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
        elsewhere.base_url
    );
    let stub = Stub::start(Behaviour::Answer(response)).await;
    let (answer, _) = reply(&stub, LONG, "Where is my order?").await;
    assert!(answer.trace.fallback.is_some());
    assert!(elsewhere.requests.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up_after_the_timeout() {
    let stub = Stub::start(Behaviour::Hang(String::new())).await;
    let (answer, _) = reply(&stub, SHORT, "Where is my order?").await;
    assert_fell_back(&answer, "the model did not finish in time");
}

#[tokio::test]
async fn a_stream_that_stalls_is_given_up_although_deltas_have_been_sent() {
    let body = chunk("Look under ", None);
    let stub = Stub::start(Behaviour::Hang(format!("{SSE}{body}"))).await;
    let (answer, deltas) = reply(&stub, Duration::from_secs(2), "Where is my order?").await;
    assert_eq!(deltas, ["Look under "]);
    assert_fell_back(&answer, "the model did not finish in time");
}

#[tokio::test]
async fn events_that_are_not_json_fall_back() {
    let stub = Stub::start(Behaviour::Answer(format!("{SSE}data: <html>\n\n"))).await;
    let (answer, _) = reply(&stub, LONG, "Where is my order?").await;
    assert_fell_back(&answer, "the model's reply could not be read");
}

#[tokio::test]
async fn a_body_that_is_not_a_stream_of_events_falls_back() {
    let garbage = "\u{0}garbage: no event\nat all".repeat(50);
    let stub = Stub::start(Behaviour::Answer(format!("{SSE}{garbage}"))).await;
    let (answer, deltas) = reply(&stub, LONG, "Where is my order?").await;
    assert!(deltas.is_empty());
    assert_fell_back(&answer, "the model's reply was cut off");
}

#[tokio::test]
async fn a_stream_that_is_cut_mid_way_falls_back_although_deltas_have_been_sent() {
    let body = chunk("Look under ", None) + &chunk("**My", None) + "data: {\"id\":\"c1\",\"obj";
    let stub = Stub::start(Behaviour::Answer(format!("{SSE}{body}"))).await;
    let (answer, deltas) = reply(&stub, LONG, "Where is my order?").await;
    assert_eq!(deltas, ["Look under ", "**My"]);
    assert_fell_back(&answer, "the model's reply was cut off");
}

#[tokio::test]
async fn a_chunked_body_that_breaks_off_falls_back() {
    let body = chunk("Look", None);
    let response = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n",
        body.len()
    );
    let stub = Stub::start(Behaviour::Answer(response)).await;
    let (answer, _) = reply(&stub, LONG, "Where is my order?").await;
    assert_fell_back(&answer, "the model's reply was cut off");
}

#[tokio::test]
async fn a_reply_without_end_is_given_up() {
    let body = chunk(&"word ".repeat(1_000), None).repeat(5);
    let stub = Stub::start(Behaviour::Hang(format!("{SSE}{body}"))).await;
    let (answer, _) = reply(&stub, LONG, "Where is my order?").await;
    assert_fell_back(&answer, "the model's reply was too long");
}

#[tokio::test]
async fn a_server_that_is_not_there_falls_back() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let stub = Stub {
        base_url: format!("http://{}/v1", listener.local_addr().unwrap()),
        requests: Arc::default(),
    };
    drop(listener);
    let (answer, _) = reply(&stub, LONG, "Where is my order?").await;
    assert_fell_back(&answer, "the model's server cannot be reached");
}
