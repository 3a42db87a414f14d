//! A model's server that answers by a script, and a replier that asks it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bot::budget::{Budget, Unlimited};
use bot::{
    Answer, Article, Ask, KnowledgeBase, KnowledgeReplier, OpenAiConfig, OpenAiReplier, Replier,
    example_articles,
};
use secrecy::SecretString;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub const KEY: &str = "sk-very-secret";
pub const SSE: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
pub const LONG: Duration = Duration::from_secs(20);
pub const SHORT: Duration = Duration::from_millis(300);

/// What the stub does with a request.
#[derive(Clone)]
pub enum Behaviour {
    /// Writes this and closes the connection.
    Answer(String),
    /// Writes this and neither says anything more nor closes.
    Hang(String),
}

impl Behaviour {
    /// A finished reply in these pieces.
    pub fn says(pieces: &[&str]) -> Self {
        let pieces: String = pieces.iter().map(|piece| chunk(piece, None)).collect();
        Self::Answer(format!(
            "{SSE}{pieces}{}data: [DONE]\n\n",
            chunk("", Some("stop"))
        ))
    }

    /// The beginning of a reply that stops in its middle.
    pub fn begins(pieces: &[&str]) -> Self {
        let pieces: String = pieces.iter().map(|piece| chunk(piece, None)).collect();
        Self::Hang(format!("{SSE}{pieces}"))
    }
}

pub struct Stub {
    pub base_url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Stub {
    /// Does the same with every request.
    pub async fn start(behaviour: Behaviour) -> Self {
        Self::scripted(vec![behaviour]).await
    }

    /// Does one thing after the other, and the last one from then on.
    pub async fn scripted(script: Vec<Behaviour>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = requests.clone();
        let next = AtomicUsize::new(0);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let at = next.fetch_add(1, Ordering::Relaxed).min(script.len() - 1);
                tokio::spawn(serve(socket, script[at].clone(), seen.clone()));
            }
        });
        Self { base_url, requests }
    }

    /// A server that is not there.
    pub async fn absent() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self {
            base_url: format!("http://{}/v1", listener.local_addr().unwrap()),
            requests: Arc::default(),
        }
    }

    pub fn count(&self) -> usize {
        self.requests.lock().unwrap().len()
    }

    pub fn request(&self, at: usize) -> String {
        self.requests.lock().unwrap()[at].clone()
    }

    /// The JSON that was asked.
    pub fn body(&self, at: usize) -> Value {
        let request = self.request(at);
        serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    /// The rules and the material that were asked.
    pub fn asked(&self, at: usize) -> (String, String) {
        let body = self.body(at);
        let text = |n: usize| body["messages"][n]["content"].as_str().unwrap().to_owned();
        (text(0), text(1))
    }
}

async fn serve(mut socket: TcpStream, behaviour: Behaviour, seen: Arc<Mutex<Vec<String>>>) {
    let request = read_request(&mut socket).await;
    seen.lock().unwrap().push(request);
    let (text, hang) = match &behaviour {
        Behaviour::Answer(text) => (text, false),
        Behaviour::Hang(text) => (text, true),
    };
    // whoever has heard enough hangs up
    if socket.write_all(text.as_bytes()).await.is_ok() && hang {
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

pub fn chunk(content: &str, finish: Option<&str>) -> String {
    let json = serde_json::json!({
        "id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "stub",
        "choices": [{"index": 0, "delta": {"content": content}, "finish_reason": finish}],
    });
    format!("data: {json}\n\n")
}

/// What was asked for, and from what.
pub struct Question {
    pub ask: Ask,
    pub articles: Vec<Article>,
    pub timeout: Duration,
}

impl Question {
    pub fn new(text: &str) -> Self {
        Self {
            ask: Ask {
                text: text.to_owned(),
                ..Ask::default()
            },
            articles: example_articles().into_iter().map(|file| file.article).collect(),
            timeout: LONG,
        }
    }

    pub fn replier(&self, stub: &Stub) -> OpenAiReplier {
        let config = OpenAiConfig {
            base_url: stub.base_url.clone(),
            model: "stub".to_owned(),
            api_key: Some(SecretString::from(KEY.to_owned())),
            timeout: self.timeout,
        };
        OpenAiReplier::new(config, Arc::new(self.without_model())).unwrap()
    }

    fn without_model(&self) -> KnowledgeReplier {
        KnowledgeReplier::new(Arc::new(KnowledgeBase::build(self.articles.clone())))
    }

    /// The answer of a replier that talks to the stub, and the deltas that it sent.
    pub async fn put(&self, stub: &Stub) -> (Answer, Vec<String>) {
        self.put_within(stub, &Unlimited).await
    }

    pub async fn put_within(&self, stub: &Stub, budget: &dyn Budget) -> (Answer, Vec<String>) {
        let deltas = Mutex::new(Vec::new());
        let heard = |delta: &str| deltas.lock().unwrap().push(delta.to_owned());
        let answer = self.replier(stub).reply_within(&self.ask, budget, &heard).await;
        (answer, deltas.into_inner().unwrap())
    }

    /// The number under which the model is given the passage that begins so.
    pub async fn number_of(&self, passage: &str) -> usize {
        let stub = Stub::start(Behaviour::says(&["NO_ANSWER"])).await;
        self.put(&stub).await;
        let (_, material) = stub.asked(stub.count() - 1);
        let opened = material
            .split("<passage number=")
            .skip(1)
            .position(|text| text.contains(passage));
        opened.unwrap_or_else(|| panic!("{passage} is not in {material}")) + 1
    }

    /// That the answer is the articles' own, and why.
    pub async fn assert_fell_back(&self, answer: &Answer, reason: &str) {
        assert_eq!(answer.trace.fallback.as_deref(), Some(reason));
        let mut own = self
            .without_model()
            .reply(&self.ask, &|_: &str| {})
            .await
            .unwrap();
        own.trace.fallback = answer.trace.fallback.clone();
        own.trace.elapsed_ms = answer.trace.elapsed_ms;
        assert_eq!(*answer, own);
        assert!(!format!("{answer:?}").contains(KEY));
    }
}

/// Asks the examples.
pub async fn reply(stub: &Stub, timeout: Duration, text: &str) -> (Answer, Vec<String>) {
    let question = Question {
        timeout,
        ..Question::new(text)
    };
    question.put(stub).await
}

/// That a question about an order was answered by the articles, and why.
pub async fn assert_fell_back(answer: &Answer, reason: &str) {
    Question::new(ORDER).assert_fell_back(answer, reason).await;
    assert!(answer.text.contains("**Where is my order?**"), "{answer:?}");
    assert_eq!(answer.sources.len(), 1);
}

/// A question that the examples answer.
pub const ORDER: &str = "Where is my order?";
