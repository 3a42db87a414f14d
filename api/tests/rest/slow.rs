//! Clients that are slow, on purpose or not, against a server that gives them little time.

use super::{send, user};
use api::listen::Deadlines;
use api::testing::TestServer;
use app::testing::Place;
use futures_util::{SinkExt, StreamExt};
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::Message;

/// What a test waits for something at most; far more than it takes.
const AT_MOST: Duration = Duration::from_secs(30);
/// The head's time here.
const HEAD: Duration = Duration::from_millis(700);
/// An idle connection's, and a body's without progress.
const SHORT: Duration = Duration::from_millis(1200);

async fn impatient(changes: &[(&str, &str)]) -> TestServer {
    let deadlines = Deadlines {
        head: HEAD,
        idle: SHORT,
        stall: SHORT,
        least_rate: 2048,
        linger: Duration::from_secs(5),
    };
    TestServer::start_paced(Arc::new(Place::new().await), changes, deadlines).await
}

async fn connect(server: &TestServer) -> TcpStream {
    TcpStream::connect(server.address).await.expect("a connection")
}

/// Writes, if the server still takes it.
async fn put(stream: &mut TcpStream, text: &str) -> bool {
    stream.write_all(text.as_bytes()).await.is_ok()
}

/// Everything that comes until the server closes.
async fn rest(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    let read = timeout(AT_MOST, stream.read_to_end(&mut all))
        .await
        .expect("an end in time");
    if let Err(error) = read {
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{error}");
    }
    String::from_utf8_lossy(&all).into_owned()
}

/// One answer without a body's end in sight: its head, and as much of the body as it announces.
async fn answer(stream: &mut TcpStream) -> String {
    let mut all = String::new();
    let mut buffer = [0; 4096];
    loop {
        let read = timeout(AT_MOST, stream.read(&mut buffer))
            .await
            .expect("an answer in time")
            .expect("an answer");
        assert!(read > 0, "closed after {all:?}");
        all += &String::from_utf8_lossy(&buffer[..read]);
        if let Some((head, body)) = all.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return all;
            }
        }
    }
}

const HALF: &str = "GET /livez HTTP/1.1\r\nhost: localhost\r\nx-half";
const WHOLE: &str = "GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n";

#[tokio::test]
async fn half_a_request_is_closed_and_so_is_one_that_trickles_or_never_begins() {
    let server = impatient(&[]).await;
    let begun = Instant::now();
    let (mut silent, mut half) = (connect(&server).await, connect(&server).await);
    assert!(put(&mut half, HALF).await);
    let mut trickling = connect(&server).await;
    let trickle = async {
        let mut buffer = [0; 16];
        for byte in WHOLE
            .bytes()
            .cycle()
            .filter(|byte| *byte != b'\r' && *byte != b'\n')
        {
            if trickling.write_all(&[byte]).await.is_err() {
                return;
            }
            match timeout(Duration::from_millis(50), trickling.read(&mut buffer)).await {
                Err(_) => {}
                Ok(Ok(0) | Err(_)) => return,
                Ok(Ok(_)) => panic!("half a request was answered"),
            }
        }
    };
    let (silent, half, trickled) =
        tokio::join!(rest(&mut silent), rest(&mut half), timeout(AT_MOST, trickle));
    assert_eq!((silent.as_str(), half.as_str()), ("", ""));
    trickled.expect("an end in time");
    assert!(begun.elapsed() >= HEAD);
    assert_eq!(
        server
            .client
            .get(server.url("/livez"))
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
}

#[tokio::test]
async fn eleven_hundred_half_open_requests_keep_nobody_out() {
    let files = platform::bootstrap::raise_file_limit();
    assert!(files >= 4096, "the test needs more open files than {files}");
    let server = TestServer::start().await;
    let mut held = Vec::new();
    for _ in 0..1100 {
        let mut stream = connect(&server).await;
        assert!(put(&mut stream, HALF).await);
        held.push(stream);
    }
    let alice = user(&server, "alice").await;
    let answered = timeout(Duration::from_secs(5), alice.say("Is anybody there?")).await;
    answered.expect("an answer beside eleven hundred half-open requests");
}

#[tokio::test]
async fn an_address_that_holds_its_cap_gets_no_more_and_others_are_served() {
    let server = impatient(&[("MAX_CONNECTIONS_PER_ADDRESS", "8")]).await;
    let mut held = Vec::new();
    for _ in 0..8 {
        let mut stream = connect(&server).await;
        // an answer shows that the server has it
        assert!(put(&mut stream, WHOLE).await);
        answer(&mut stream).await;
        held.push(stream);
    }
    let refused = rest(&mut connect(&server).await).await;
    assert!(
        refused.starts_with("HTTP/1.1 429 ") && refused.contains("retry-after: "),
        "{refused}"
    );
    let elsewhere = TcpSocket::new_v4().unwrap();
    elsewhere.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let mut elsewhere = elsewhere.connect(server.address).await.unwrap();
    assert!(put(&mut elsewhere, WHOLE).await);
    assert!(answer(&mut elsewhere).await.starts_with("HTTP/1.1 200 "));
    // the idle ones are closed, and their places are free again
    for stream in &mut held {
        assert_eq!(rest(stream).await, "");
    }
    let mut stream = connect(&server).await;
    assert!(put(&mut stream, WHOLE).await);
    assert!(answer(&mut stream).await.starts_with("HTTP/1.1 200 "));
}

/// A request with a body of this many bytes, of which nothing is sent.
fn announced(length: usize) -> String {
    format!(
        "POST /api/auth/visitor HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n"
    )
}

#[tokio::test]
async fn a_body_that_stands_still_or_trickles_is_answered_with_408_and_the_connection_closed() {
    let server = impatient(&[]).await;
    let mut still = connect(&server).await;
    assert!(put(&mut still, &(announced(1000) + "{")).await);
    let (mut reader, mut writer) = connect(&server).await.into_split();
    writer.write_all(announced(100_000).as_bytes()).await.unwrap();
    let trickle = async {
        while writer.write_all(b" ").await.is_ok() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    let trickled = async {
        let mut all = Vec::new();
        let _ = reader.read_to_end(&mut all).await;
        String::from_utf8_lossy(&all).into_owned()
    };
    let trickled = async {
        tokio::select! {
            () = trickle => panic!("the server closed before it was read"),
            answer = trickled => answer,
        }
    };
    let (still, trickled) = tokio::join!(rest(&mut still), timeout(AT_MOST, trickled));
    for answer in [still, trickled.expect("an end in time")] {
        assert!(
            answer.starts_with("HTTP/1.1 408 ") && answer.contains("connection: close"),
            "{answer}"
        );
        assert!(answer.contains("\"code\":\"timeout\""), "{answer}");
    }
}

#[tokio::test]
async fn an_upload_that_is_slow_but_goes_on_arrives() {
    let server = impatient(&[]).await;
    let chunks = futures_util::stream::iter(0..12).then(|at| async move {
        sleep(SHORT / 4).await;
        let text = match at {
            0 => "{\"padding\": \"".to_owned() + &"x".repeat(4096),
            11 => "\"}".to_owned() + &" ".repeat(4096),
            _ => "x".repeat(4096),
        };
        Ok::<_, std::io::Error>(text)
    });
    let request = server.client.post(server.url("/api/auth/visitor"));
    let request = request.header("content-type", "application/json");
    let begun = Instant::now();
    let answer = send(request.body(reqwest::Body::wrap_stream(chunks))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(begun.elapsed() > SHORT * 2);
}

#[tokio::test]
async fn a_connection_is_kept_for_a_while_and_the_next_head_has_its_own_time() {
    let server = impatient(&[]).await;
    let mut stream = connect(&server).await;
    for _ in 0..3 {
        assert!(put(&mut stream, WHOLE).await);
        let got = answer(&mut stream).await;
        assert!(got.starts_with("HTTP/1.1 200 "), "{got}");
    }
    let idle = Instant::now();
    assert_eq!(rest(&mut stream).await, "");
    assert!(idle.elapsed() >= SHORT - HEAD, "{:?}", idle.elapsed());

    let mut stream = connect(&server).await;
    assert!(put(&mut stream, WHOLE).await);
    answer(&mut stream).await;
    assert!(put(&mut stream, HALF).await);
    assert_eq!(rest(&mut stream).await, "");
}

#[tokio::test]
async fn an_answer_that_nobody_takes_is_given_up() {
    let server = impatient(&[]).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut stream = socket.connect(server.address).await.unwrap();
    let large = "/docs/redoc/redoc.standalone.js";
    let request = format!("GET {large} HTTP/1.1\r\nhost: localhost\r\n\r\n").repeat(64);
    assert!(put(&mut stream, &request).await);
    let body = server
        .client
        .get(server.url(large))
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    // nothing is read until the server must have given up
    let gone = timeout(AT_MOST, async {
        while server.open_connections() > 1 {
            sleep(Duration::from_millis(50)).await;
        }
    });
    gone.await.expect("an end in time");
    assert!(rest(&mut stream).await.len() < body.len() * 64);
}

#[tokio::test]
async fn a_socket_lives_longer_than_any_deadline_of_http() {
    let server = impatient(&[]).await;
    let alice = user(&server, "alice").await;
    let id = alice.say("Hello").await;
    let url = server.ws(&format!("/ws/chat/{id}/?token={}", alice.person.token));
    let (mut socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    sleep(SHORT * 2).await;
    socket
        .send(Message::text("{\"type\": \"nonsense\"}"))
        .await
        .unwrap();
    let error = async {
        while let Some(Ok(frame)) = socket.next().await {
            if frame.to_text().is_ok_and(|text| text.contains("\"error\"")) {
                return;
            }
        }
        panic!("the socket was closed");
    };
    timeout(AT_MOST, error).await.expect("an answer in time");
}

#[tokio::test]
async fn a_pooled_client_reads_each_refusal_of_a_body_that_nobody_wanted() {
    let server = TestServer::start().await;
    for (length, times) in [(100 * 1024, 10), (26 * 1024 * 1024, 3)] {
        let body = bytes::Bytes::from(json!({"message": "x".repeat(length)}).to_string());
        for at in 0..times {
            let request = server
                .client
                .request(Method::POST, server.url("/api/user-response"));
            let request = request.bearer_auth("nonsense").body(body.clone());
            let answer = send(request.header("content-type", "application/json")).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{length} {at}");
        }
    }
}

#[tokio::test]
async fn idle_and_half_open_connections_do_not_hold_up_the_end() {
    let server = TestServer::start().await;
    let mut idle = connect(&server).await;
    assert!(put(&mut idle, WHOLE).await);
    answer(&mut idle).await;
    let fresh = connect(&server).await;
    let begun = Instant::now();
    timeout(AT_MOST, server.stop()).await.expect("an end in time");
    assert!(begun.elapsed() < Duration::from_secs(9), "{:?}", begun.elapsed());
    assert_eq!(rest(&mut idle).await, "");
    drop(fresh);
}
