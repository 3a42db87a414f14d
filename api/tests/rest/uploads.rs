//! Bodies on their way in: limited before they are read, on disk, and answered so that clients read the answer.

use super::user;
use api::testing::TestServer;
use platform::uploads::{InFlight, PER_PERSON};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Longer than anything that is awaited takes.
const PATIENCE: Duration = Duration::from_secs(60);
const BOUNDARY: &str = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n";

fn head(path: &str, token: Option<&str>, length: usize, more: &str) -> String {
    let token = token
        .map(|token| format!("Authorization: Bearer {token}\r\n"))
        .unwrap_or_default();
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\n{token}Content-Type: multipart/form-data; boundary=x\r\n\
         Content-Length: {length}\r\n{more}\r\n"
    )
}

/// Sends what it is given, as a client that reads nothing before it has sent all.
async fn sent(server: &TestServer, pieces: &[&[u8]]) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    for piece in pieces {
        stream.write_all(piece).await.unwrap();
    }
    stream
}

/// The next answer, headers and body.
async fn answer(stream: &mut TcpStream) -> String {
    let read = async {
        let mut text = Vec::new();
        loop {
            let byte = stream.read_u8().await.expect("an answer");
            text.push(byte);
            if text.ends_with(b"\r\n\r\n") {
                break;
            }
        }
        let head = String::from_utf8(text).unwrap().to_lowercase();
        let length = head
            .split("content-length: ")
            .nth(1)
            .and_then(|rest| rest.split("\r\n").next());
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        stream.read_exact(&mut body).await.unwrap();
        head + &String::from_utf8(body).unwrap()
    };
    tokio::time::timeout(PATIENCE, read)
        .await
        .expect("an answer in time")
}

/// Waits until so much is on its way.
async fn in_flight(server: &TestServer, fits: impl Fn(InFlight) -> bool) {
    let wait = async {
        while !fits(server.app.uploads.in_flight()) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("the uploads");
}

#[tokio::test(flavor = "multi_thread")]
async fn unfinished_uploads_are_few_are_on_disk_and_are_gone_with_their_connections() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let token = Some(alice.person.token.as_str());
    let length = 10 * 1024 * 1024;
    let path = "/api/chat/upload";
    let begun = vec![0; 1024 * 1024];
    let mut open = Vec::new();
    for _ in 0..PER_PERSON {
        let head = head(path, token, length, "");
        open.push(sent(&server, &[head.as_bytes(), BOUNDARY.as_bytes(), &begun]).await);
    }
    let enough = (PER_PERSON * 1000 * 1000) as u64;
    in_flight(&server, |now| now.uploads == PER_PERSON && now.bytes > enough).await;
    for _ in 0..56 {
        let head = head(path, token, length, "Expect: 100-continue\r\n");
        let refused = answer(&mut sent(&server, &[head.as_bytes()]).await).await;
        assert!(refused.starts_with("http/1.1 429"), "{refused}");
        assert!(refused.contains("retry-after: 1\r\n"), "{refused}");
        assert!(refused.contains("4 files at once"), "{refused}");
    }
    assert_eq!(
        server.app.uploads.in_flight().uploads,
        PER_PERSON,
        "nothing more was taken"
    );
    drop(open);
    in_flight(&server, |now| now == InFlight::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_far_over_its_limit_is_read_to_its_end_so_that_its_413_is_read_too() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let token = Some(alice.person.token.as_str());
    let big = vec![0; 26 * 1024 * 1024];
    for path in ["/api/chat/upload", "/api/user-response"] {
        let head = head(path, token, big.len(), "");
        let mut stream = sent(&server, &[head.as_bytes(), &big]).await;
        let refused = answer(&mut stream).await;
        assert!(refused.starts_with("http/1.1 413"), "{path} {refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_bodies_of_one_address_are_counted_by_their_bytes() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let slow = head("/api/user-response", Some(&alice.person.token), 256 * 1024, "");
    let mut open = Vec::new();
    // the 8 MiB of an address
    for _ in 0..32 {
        open.push(sent(&server, &[slow.as_bytes(), b"{"]).await);
    }
    let refused = loop {
        assert!(open.len() < 60, "never refused");
        let mut stream = sent(&server, &[slow.as_bytes(), b"{"]).await;
        // an answer waits two seconds for the rest of a body
        if tokio::time::timeout(Duration::from_secs(5), stream.readable())
            .await
            .is_ok()
        {
            break answer(&mut stream).await;
        }
        open.push(stream);
    };
    assert!(
        refused.starts_with("http/1.1 429") && refused.contains("retry-after"),
        "{refused}"
    );
    assert!(refused.contains("Over 8 MiB"), "{refused}");
    drop(open);
    let taken = async {
        while alice
            .post("/api/user-response", serde_json::json!({"message": "hi"}))
            .await
            .status
            == 429
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, taken).await.expect("room again");
}
