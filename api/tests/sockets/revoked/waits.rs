//! Requests that go on for a while: they end like sockets do.

use super::{PATIENCE, talk};
use crate::client::Socket;
use accounts::tokens;
use api::testing::{Person, TestServer};
use app::testing::production;
use platform::testing_link::{Condition, FlakyLink};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::timeout;

/// Less than what the requests wait for without a revocation, which is 30 s.
const SOON: Duration = PATIENCE;

/// Signs somebody out a moment after a request of theirs has begun.
async fn sign_out(server: &TestServer, who: &Person) {
    tokio::time::sleep(Duration::from_millis(500)).await;
    let actor = tokens::authenticate(&server.app, &who.token).await.unwrap();
    tokens::logout(&server.app, &actor, None).await.unwrap();
}

async fn is_refused(request: reqwest::RequestBuilder) {
    let answer = timeout(SOON, request.send()).await.expect("an answer").unwrap();
    assert_eq!(answer.status(), 401);
    assert_eq!(answer.json::<Value>().await.unwrap()["code"], "session_revoked");
}

#[tokio::test]
async fn a_long_poll_ends_with_its_session() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let id = talk(&server, &[&alice]).await;
    let path = format!("/api/chat/conversations/{id}/changes?since=0&wait=30");
    let waits = server.client.get(server.url(&path)).bearer_auth(&alice.token);
    tokio::join!(is_refused(waits), sign_out(&server, &alice));
    server.stop().await;
}

#[tokio::test]
async fn the_wait_for_the_bot_s_reply_ends_with_its_session() {
    // no worker, so no reply
    let server = TestServer::start_with(&[("WORKER", "external")]).await;
    let alice = server.user("alice").await;
    let asked = server
        .client
        .post(server.url("/api/user-response/"))
        .bearer_auth(&alice.token)
        .json(&json!({"message": "What are your hours?"}));
    let asked: Value = asked.send().await.unwrap().json().await.unwrap();
    let waits = server
        .client
        .post(server.url("/api/bot-response/"))
        .bearer_auth(&alice.token)
        .json(&json!({"conversation_id": asked["conversation_id"]}));
    tokio::join!(is_refused(waits), sign_out(&server, &alice));
    server.stop().await;
}

/// A body that comes in two pieces, the second after the sign-out.
fn slowly(first: Vec<u8>, second: Vec<u8>) -> reqwest::Body {
    let pieces = futures_util::stream::unfold(Some((first, Some(second))), |left| async {
        let (piece, next) = left?;
        if next.is_none() {
            tokio::time::sleep(Duration::from_millis(2500)).await;
        }
        Some((Ok::<_, std::io::Error>(piece), next.map(|next| (next, None))))
    });
    reqwest::Body::wrap_stream(pieces)
}

#[tokio::test]
async fn an_upload_whose_person_was_signed_out_while_it_came_is_refused() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let pdf = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n";
    let (first, second) = pdf.split_at(20);
    let file = Part::stream(slowly(first.to_vec(), second.to_vec())).file_name("a.pdf");
    let upload = server
        .client
        .post(server.url("/api/chat/upload"))
        .bearer_auth(&alice.token)
        .multipart(Form::new().part("file", file));
    tokio::join!(is_refused(upload), sign_out(&server, &alice));
    server.stop().await;
}

#[tokio::test]
async fn a_message_whose_sender_was_signed_out_while_its_body_came_is_refused() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let body = json!({"message": "still here"}).to_string().into_bytes();
    let (first, second) = body.split_at(10);
    let send = server
        .client
        .post(server.url("/api/user-response/"))
        .bearer_auth(&alice.token)
        .body(slowly(first.to_vec(), second.to_vec()));
    tokio::join!(is_refused(send), sign_out(&server, &alice));
    server.stop().await;
}

#[tokio::test]
async fn a_socket_whose_person_cannot_be_looked_up_is_sent_away_within_seconds() {
    if !production() {
        // SQLite is a file: it does not fall silent
        return;
    }
    let one = TestServer::start().await;
    let (link, through) = FlakyLink::before(&one.place.vars(&[])["DATABASE_URL"]).await;
    let two = TestServer::start_in(one.place.clone(), &[("DATABASE_URL", &through)]).await;
    let alice = one.user("alice").await;
    link.set(Condition::Silent);
    let mut socket = Socket::open(&two.ws(&format!("/ws/inbox/?token={}", alice.token))).await;
    assert_eq!(socket.closed().await, 1013);
    link.set(Condition::Up);
}
