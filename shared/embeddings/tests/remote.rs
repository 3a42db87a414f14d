//! The client of `/embeddings` against a local server that answers, refuses, lies, hangs and hangs up.

// The lint's exception for tests does not reach the helper functions of an integration test.
#![allow(clippy::unwrap_used)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use embeddings::{EmbedError, Embedder, Input, Prefixes, RemoteConfig, RemoteEmbedder};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const KEY: &str = "sk-very-secret";
const LONG: Duration = Duration::from_secs(20);

/// What the stub does with a request for so many texts.
type Behaviour = Arc<dyn Fn(usize) -> Reply + Send + Sync>;

enum Reply {
    /// Status 200 and this body.
    Body(String),
    /// This, from the status line on; then it hangs up.
    Raw(String),
    /// Nothing, for as long as the client waits.
    Hang,
}

struct Stub {
    config: RemoteConfig,
    requests: Arc<Mutex<Vec<(String, Value)>>>,
    behaviour: Arc<Mutex<Behaviour>>,
}

impl Stub {
    /// A server that first answers well, with vectors of three numbers.
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let requests: Arc<Mutex<Vec<(String, Value)>>> = Arc::default();
        let behaviour: Arc<Mutex<Behaviour>> =
            Arc::new(Mutex::new(Arc::new(|texts| Reply::Body(good(texts)))));
        let config = RemoteConfig {
            base_url: format!("http://{}/v1/", listener.local_addr().unwrap()),
            model: "some-model".to_owned(),
            api_key: Some(SecretString::from(KEY.to_owned())),
            timeout: LONG,
            prefixes: None,
        };
        let (seen, does) = (requests.clone(), behaviour.clone());
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(socket, does.clone(), seen.clone()));
            }
        });
        Self {
            config,
            requests,
            behaviour,
        }
    }

    async fn connect(&self) -> RemoteEmbedder {
        RemoteEmbedder::connect(self.config.clone()).await.unwrap()
    }

    fn then(&self, behaviour: impl Fn(usize) -> Reply + Send + Sync + 'static) {
        *self.behaviour.lock().unwrap() = Arc::new(behaviour);
    }

    /// What comes of two texts, after the server has begun to behave like that.
    async fn error(&self, reply: impl Fn(usize) -> Reply + Send + Sync + 'static) -> EmbedError {
        let embedder = self.connect().await;
        self.then(reply);
        let error = embedder.embed(&texts(2), Input::Passage).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains(KEY));
        error
    }
}

async fn serve(
    mut socket: TcpStream,
    behaviour: Arc<Mutex<Behaviour>>,
    seen: Arc<Mutex<Vec<(String, Value)>>>,
) {
    while let Some((head, body)) = read_request(&mut socket).await {
        let texts = body["input"].as_array().unwrap().len();
        seen.lock().unwrap().push((head, body));
        let does = behaviour.lock().unwrap().clone();
        match does(texts) {
            Reply::Body(body) => {
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                    body.len()
                );
                // a client that has read enough hangs up
                let _ = socket.write_all(format!("{head}{body}").as_bytes()).await;
            }
            Reply::Raw(text) => {
                socket.write_all(text.as_bytes()).await.unwrap();
                return;
            }
            Reply::Hang => {
                let _ = socket.read(&mut [0; 1]).await;
                return;
            }
        }
    }
}

async fn read_request(socket: &mut TcpStream) -> Option<(String, Value)> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.unwrap().trim().parse().unwrap() {
                return Some((head, serde_json::from_str(body).unwrap()));
            }
        }
        match socket.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
        }
    }
}

fn texts(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("text {number}")).collect()
}

/// An answer with a vector for each text, the last text's first.
fn good(texts: usize) -> String {
    let data = (0..texts).rev().map(|index| {
        #[allow(clippy::cast_precision_loss)]
        let second = index as f32;
        json!({"object": "embedding", "index": index, "embedding": [3.0, 4.0 * second, 0.0]})
    });
    json!({"object": "list", "data": data.collect::<Vec<_>>(), "model": "some-model", "usage": {}})
        .to_string()
}

fn answer(embeddings: &[&str]) -> String {
    let items = embeddings
        .iter()
        .map(|embedding| format!(r#"{{"embedding": {embedding}}}"#));
    format!(r#"{{"data": [{}]}}"#, items.collect::<Vec<_>>().join(","))
}

#[tokio::test]
async fn vectors_come_in_the_order_of_their_texts_and_are_one_long() {
    let stub = Stub::start().await;
    let embedder = stub.connect().await;
    assert_eq!(embedder.dimensions(), 3);
    let vectors = embedder.embed(&texts(2), Input::Query).await.unwrap();
    assert_eq!(vectors, [vec![1.0, 0.0, 0.0], vec![0.6, 0.8, 0.0]]);
    assert!(embedder.embed(&[], Input::Query).await.unwrap().is_empty());

    let requests = stub.requests.lock().unwrap();
    let (head, body) = requests.last().unwrap();
    assert!(head.starts_with("post /v1/embeddings http/1.1"), "{head}");
    assert!(head.contains(&format!("authorization: bearer {KEY}")));
    assert_eq!(
        *body,
        json!({"model": "some-model", "input": ["text 0", "text 1"]})
    );
}

#[tokio::test]
async fn many_texts_go_in_several_requests_and_long_ones_are_cut() {
    let stub = Stub::start().await;
    let embedder = stub.connect().await;
    let mut many = texts(70);
    many[69] = "ä".repeat(100_000);
    assert_eq!(embedder.embed(&many, Input::Passage).await.unwrap().len(), 70);
    let requests = stub.requests.lock().unwrap();
    let sizes: Vec<usize> = requests
        .iter()
        .map(|(_, body)| body["input"].as_array().unwrap().len())
        .collect();
    assert_eq!(sizes, [1, 32, 32, 6]);
    let long = requests[3].1["input"][5].as_str().unwrap();
    assert_eq!(long, "ä".repeat(2_000));
}

#[tokio::test]
async fn a_model_is_told_what_a_text_is_for_where_its_name_or_the_settings_say_so() {
    let mut stub = Stub::start().await;
    stub.config.model = "intfloat/multilingual-e5-small".to_owned();
    let e5 = stub.connect().await;
    e5.embed(&texts(1), Input::Passage).await.unwrap();
    e5.embed(&texts(1), Input::Query).await.unwrap();
    stub.config.prefixes = Some(Prefixes::default());
    let bare = stub.connect().await;
    bare.embed(&texts(1), Input::Query).await.unwrap();
    assert_ne!(e5.id(), bare.id());
    let requests = stub.requests.lock().unwrap();
    let inputs: Vec<&str> = requests
        .iter()
        .map(|(_, body)| body["input"][0].as_str().unwrap())
        .collect();
    assert_eq!(
        inputs,
        [
            "query: hello",
            "passage: text 0",
            "query: text 0",
            "hello",
            "text 0"
        ]
    );
}

#[tokio::test]
async fn the_id_names_the_model_and_where_it_is() {
    let mut stub = Stub::start().await;
    let one = stub.connect().await;
    assert_eq!(
        one.id(),
        format!("some-model@{}embeddings#3", stub.config.base_url)
    );
    stub.config.model = "another".to_owned();
    assert_ne!(one.id(), stub.connect().await.id());
}

#[tokio::test]
async fn an_answer_with_too_few_or_too_many_vectors_is_an_error_that_says_so() {
    let stub = Stub::start().await;
    let error = stub.error(|_| Reply::Body(good(1))).await;
    assert_eq!(
        error.to_string(),
        "the embeddings server gave 1 vectors for 2 texts"
    );
    stub.then(|texts| Reply::Body(good(texts)));
    let error = stub.error(|_| Reply::Body(good(3))).await;
    assert!(matches!(error, EmbedError::Count { asked: 2, got: 3 }));
}

#[tokio::test]
async fn a_vector_of_another_length_is_an_error_that_says_so() {
    let stub = Stub::start().await;
    let error = stub
        .error(|_| Reply::Body(answer(&["[1, 2, 3]", "[1, 2]"])))
        .await;
    assert_eq!(error.to_string(), "a vector has 2 numbers; this model's have 3");
    let long = format!("[{}1]", "1,".repeat(8_192));
    stub.then(move |_| Reply::Body(answer(&[&long])));
    let error = RemoteEmbedder::connect(stub.config.clone()).await.unwrap_err();
    assert!(
        matches!(
            error,
            EmbedError::Dimensions {
                expected: 8_192,
                got: 8_193
            }
        ),
        "{error}"
    );
    stub.then(|_| Reply::Body(answer(&["[]"])));
    let error = RemoteEmbedder::connect(stub.config.clone()).await.unwrap_err();
    assert!(
        matches!(error, EmbedError::Dimensions { expected: 1, got: 0 }),
        "{error}"
    );
}

#[tokio::test]
async fn what_is_not_a_number_is_an_error_that_says_so() {
    for wrong in ["[1, NaN, 2]", "[1, null, 2]", "[0, 0, 0]"] {
        let stub = Stub::start().await;
        let error = stub
            .error(move |_| Reply::Body(answer(&["[1, 2, 3]", wrong])))
            .await;
        assert!(matches!(error, EmbedError::NoDirection), "{wrong}: {error}");
    }
}

#[tokio::test]
async fn what_is_no_answer_of_the_protocol_is_an_error() {
    let twice = r#"{"data": [{"index": 0, "embedding": [1,2,3]}, {"index": 0, "embedding": [1,2,3]}]}"#;
    let beyond = r#"{"data": [{"index": 0, "embedding": [1,2,3]}, {"index": 7, "embedding": [1,2,3]}]}"#;
    let deep = "[".repeat(50_000);
    for wrong in [
        "",
        "sk-very-secret",
        "{}",
        // more than a number can be
        r#"{"data": [{"index": 0, "embedding": [1e99999,2,3]}, {"index": 1, "embedding": [1,2,3]}]}"#,
        r#"{"data": [{"embedding": "AAAA"}]}"#,
        twice,
        beyond,
        &deep,
    ] {
        let stub = Stub::start().await;
        let body = wrong.to_owned();
        let error = stub.error(move |_| Reply::Body(body.clone())).await;
        assert!(matches!(error, EmbedError::Unreadable), "{error}");
    }
}

#[tokio::test]
async fn an_answer_that_does_not_end_is_cut_off() {
    let stub = Stub::start().await;
    let error = stub
        .error(|texts| Reply::Body(good(texts) + &" ".repeat(10_000_000)))
        .await;
    assert!(
        matches!(error, EmbedError::AnswerTooLarge { limit: 65_728 }),
        "{error}"
    );
}

#[tokio::test]
async fn a_server_that_refuses_redirects_or_hangs_up_is_an_error_without_the_key() {
    let stub = Stub::start().await;
    let refusal = format!(
        "HTTP/1.1 401 No\r\ncontent-length: {}\r\n\r\nwrong key {KEY}",
        KEY.len() + 10
    );
    let error = stub.error(move |_| Reply::Raw(refusal.clone())).await;
    assert_eq!(error.to_string(), "the embeddings server answered HTTP 401");

    let elsewhere = Stub::start().await;
    let stub = Stub::start().await;
    let location = elsewhere.config.base_url.clone();
    let moved = format!("HTTP/1.1 307 Moved\r\nlocation: {location}embeddings\r\ncontent-length: 0\r\n\r\n");
    let error = stub.error(move |_| Reply::Raw(moved.clone())).await;
    assert!(matches!(error, EmbedError::Status(307)));
    assert!(elsewhere.requests.lock().unwrap().is_empty());

    let stub = Stub::start().await;
    let error = stub
        .error(|_| Reply::Raw("HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{".to_owned()))
        .await;
    assert!(matches!(error, EmbedError::Unreachable), "{error}");
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up_in_time() {
    let mut stub = Stub::start().await;
    stub.then(|_| Reply::Hang);
    stub.config.timeout = Duration::from_millis(50);
    let error = RemoteEmbedder::connect(stub.config.clone()).await.unwrap_err();
    assert!(matches!(error, EmbedError::TimedOut), "{error}");
}

#[tokio::test]
async fn a_server_that_is_down_is_an_error() {
    let stub = Stub::start().await;
    let free = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let config = RemoteConfig {
        base_url: format!("http://{free}/v1"),
        ..stub.config.clone()
    };
    assert!(matches!(
        RemoteEmbedder::connect(config).await,
        Err(EmbedError::Unreachable)
    ));
}

#[tokio::test]
async fn settings_that_cannot_work_are_refused_at_once_and_show_no_key() {
    let stub = Stub::start().await;
    for address in [
        "api.openai.com",
        "file:///etc/passwd",
        "http://me:secret@localhost/v1",
        "",
    ] {
        let config = RemoteConfig {
            base_url: address.to_owned(),
            ..stub.config.clone()
        };
        assert!(
            matches!(RemoteEmbedder::connect(config).await, Err(EmbedError::Config(_))),
            "{address}"
        );
    }
    let config = RemoteConfig {
        api_key: Some(SecretString::from(format!("{KEY}\n"))),
        ..stub.config.clone()
    };
    assert!(!format!("{config:?}").contains(KEY));
    let error = RemoteEmbedder::connect(config).await.unwrap_err();
    assert!(!format!("{error:?} {error}").contains(KEY));
    assert!(!format!("{:?}", stub.connect().await).contains(KEY));
}
