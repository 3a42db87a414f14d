//! What ends a session or a sign-in.

use super::client::{PATIENCE, Polling, Ws};
use super::{Person, made_up, notify};
use accounts::tokens;
use api::server::Server;
use api::testing::TestServer;
use app::testing::Place;
use entity::notification::Kind;
use kernel::clock::Clock;
use kernel::event::Event;
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Error;

#[tokio::test]
async fn whoever_cannot_sign_in_is_told_why_and_taken_out() {
    let server = TestServer::start().await;
    for (auth, why) in [
        ("", "Authentication required"),
        ("{}", "Authentication required"),
        (r#"{"token":""}"#, "Authentication required"),
        (r#"{"token":"nonsense"}"#, "Invalid token"),
    ] {
        let mut ws = Ws::open(&server, "/socket.io/?EIO=4&transport=websocket", None).await;
        ws.send(format!("40/notifications,{auth}")).await;
        assert!(
            ws.packet()
                .await
                .unwrap()
                .starts_with("40/notifications,{\"sid\":")
        );
        assert_eq!(ws.event().await, ("error".to_owned(), json!({"message": why})));
        assert_eq!(ws.packet().await.as_deref(), Some("41/notifications,"));
        let mut polling = Polling::open(&server).await;
        polling.send(&format!("40/notifications,{auth}")).await;
        assert_eq!(polling.event().await.1, json!({"message": why}));
        assert_eq!(polling.packet().await.as_deref(), Some("41/notifications,"));
    }
    server.stop().await;
}

#[tokio::test]
async fn a_session_that_was_signed_out_is_taken_out_everywhere() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let other = server.sign_in(&alice.actor).await;
    let mut ws = Ws::join(&server, &alice.token).await;
    let mut polling = Polling::join(&server, &alice.token).await;
    let mut stays = Ws::join(&server, &other.token).await;
    let actor = tokens::authenticate(&server.app, &alice.token).await.unwrap();
    tokens::logout(&server.app, &actor, None).await.unwrap();
    let why = json!({"message": "Session has been signed out"});
    assert_eq!(ws.event().await.1, why);
    assert_eq!(ws.packet().await.as_deref(), Some("41/notifications,"));
    assert_eq!(polling.event().await.1, why);
    assert_eq!(polling.packet().await.as_deref(), Some("41/notifications,"));
    notify(&server, &other, Kind::SystemAlert, "still here");
    assert_eq!(stays.event().await.1["message"], "still here");
    server.stop().await;
}

#[tokio::test]
async fn a_token_that_runs_out_takes_its_socket_out() {
    let place = Place::new().await;
    let clock = Clock::fixed(Clock::System.now());
    let app = place.app(clock.clone(), &[("BIND", "127.0.0.1:0")]).await;
    let server = Server::start(app.clone()).await.unwrap();
    let actor = app::testing::person(&app, "alice", entity::user::Role::User, None).await;
    let user = accounts::users::me(&app, &actor).await.unwrap();
    let pair = tokens::open_session(&app, user).await.unwrap();
    let url = format!(
        "ws://{}/socket.io/?EIO=4&transport=websocket",
        server.addresses[0]
    );
    let mut ws = Ws(connect_async(url).await.unwrap().0);
    ws.send(format!("40/notifications,{}", json!({"token": pair.access})))
        .await;
    assert_eq!(ws.event().await.0, "connected");
    clock.advance(chrono::Duration::minutes(61));
    assert_eq!(ws.event().await.1, json!({"message": "Token has expired"}));
    assert_eq!(ws.packet().await.as_deref(), Some("41/notifications,"));
    server.stop().await;
}

#[tokio::test]
async fn a_session_without_a_sign_in_ends_by_itself() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let began = Instant::now();
    let mut silent = Ws::open(&server, "/socket.io/?EIO=4&transport=websocket", None).await;
    let mut polling = Polling::open(&server).await;
    let mut refused = Ws::open(&server, "/socket.io/?EIO=4&transport=websocket", None).await;
    refused.send("40/notifications,").await;
    let mut left = Ws::join(&server, &alice.token).await;
    left.send("41/notifications,").await;
    let polled = async {
        while polling.packet().await.is_some() {}
        polling.poll().await
    };
    let (.., polled) = tokio::join!(silent.ended(), refused.ended(), left.ended(), polled);
    assert_eq!(polled, Err(400));
    assert!(began.elapsed() >= Duration::from_secs(3));
    server.stop().await;
}

#[tokio::test]
async fn an_upgrade_that_is_left_half_way_ends_its_session() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let mut polling = Polling::join(&server, &alice.token).await;
    let url = polling
        .url
        .replace("http:", "ws:")
        .replace("polling", "websocket");
    let (socket, _) = connect_async(&url).await.unwrap();
    let mut ws = Ws(socket);
    ws.send("2probe").await;
    assert_eq!(ws.packet().await.as_deref(), Some("3probe"));
    // one WebSocket a session
    let second = connect_async(&url).await;
    assert!(matches!(second, Err(Error::Http(answer)) if answer.status() == 400));
    drop(ws);
    while polling.packet().await.is_some() {}
    assert_eq!(polling.poll().await, Err(400));
    server.stop().await;
}

#[tokio::test]
async fn an_upgrade_carries_the_session_over() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let mut polling = Polling::join(&server, &alice.token).await;
    let url = polling
        .url
        .replace("http:", "ws:")
        .replace("polling", "websocket");
    let mut ws = Ws(connect_async(&url).await.unwrap().0);
    ws.send("2probe").await;
    assert_eq!(ws.packet().await.as_deref(), Some("3probe"));
    ws.send("5").await;
    notify(&server, &alice, Kind::SystemAlert, "after the upgrade");
    assert_eq!(ws.event().await.1["message"], "after the upgrade");
    assert_eq!(polling.poll().await, Err(400));
    server.stop().await;
}

#[tokio::test]
async fn a_draining_server_ends_every_session_and_admits_nobody() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let mut ws = Ws::join(&server, &alice.token).await;
    let mut polling = Polling::join(&server, &alice.token).await;
    let url = server.url("/socket.io/?EIO=4&transport=polling");
    let client = server.client.clone();
    let began = Instant::now();
    let polled = async {
        // a poll that waits is answered; afterwards there is nobody to ask
        let _ = tokio::time::timeout(PATIENCE, polling.poll()).await;
    };
    let (rest, (), ()) = tokio::join!(ws.ended(), polled, server.stop());
    // not taken out of the namespace: the client is to come back by itself
    assert!(!rest.contains(&"41/notifications,".to_owned()), "{rest:?}");
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    assert!(client.get(url).send().await.is_err());
}

#[tokio::test]
async fn a_client_that_reads_nothing_is_cut_off_and_holds_nobody_up() {
    let server = TestServer::start_with(&[("MAX_SOCKETS_PER_USER", "2")]).await;
    let alice = server.user("alice").await;
    let mut slow = stuck(&server, &alice).await;
    let mut quick = Ws::join(&server, &alice.token).await;
    let text = "x".repeat(8000);
    for n in 0..1500 {
        let notification = Arc::new(made_up(alice.actor.id, Kind::SystemAlert, &format!("{n} {text}")));
        server.app.bus.publish_one(Event::Notified { notification });
        quick.event().await;
    }
    let mut rest = Vec::new();
    // a reset is an end, too
    let read = tokio::time::timeout(PATIENCE, slow.read_to_end(&mut rest)).await;
    assert!(read.is_ok(), "the connection ended");
    assert!(
        rest.len() < 1500 * 4000,
        "what it did not read was not kept for it"
    );
    // its place is free again
    Ws::join(&server, &alice.token).await;
    server.stop().await;
}

/// A WebSocket by hand, with a small receive buffer, that signs in and stops reading.
async fn stuck(server: &TestServer, who: &Person) -> tokio::net::TcpStream {
    let plain = tokio::net::TcpSocket::new_v4().unwrap();
    plain.set_recv_buffer_size(4096).unwrap();
    let mut slow = plain.connect(server.address).await.unwrap();
    let request = format!(
        "GET /socket.io/?EIO=4&transport=websocket&token={} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n\
         Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        who.token
    );
    slow.write_all(request.as_bytes()).await.unwrap();
    // masked with zeros
    let packet = b"40/notifications,";
    let mut frame = vec![0x81, 0x80 | packet.len() as u8, 0, 0, 0, 0];
    frame.extend_from_slice(packet);
    slow.write_all(&frame).await.unwrap();
    let mut seen = Vec::new();
    while !seen.windows(9).any(|bytes| bytes == b"connected") {
        let mut buffer = [0; 512];
        let count = slow.read(&mut buffer).await.unwrap();
        assert!(count > 0);
        seen.extend_from_slice(&buffer[..count]);
    }
    slow
}

#[tokio::test]
async fn sockets_count_against_the_caps_and_are_counted_out() {
    let server = TestServer::start_with(&[("MAX_SOCKETS_PER_USER", "2")]).await;
    let alice = server.user("alice").await;
    for _ in 0..3 {
        let mut first = Ws::join(&server, &alice.token).await;
        let mut second = Polling::join(&server, &alice.token).await;
        let mut third = Ws::open(&server, "/socket.io/?EIO=4&transport=websocket", None).await;
        third
            .send(format!("40/notifications,{}", json!({"token": alice.token})))
            .await;
        assert_eq!(third.event().await.1, json!({"message": "Too many connections"}));
        assert_eq!(third.packet().await.as_deref(), Some("41/notifications,"));
        let metrics = server
            .client
            .get(server.url("/metrics"))
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        let gauge = metrics
            .lines()
            .find(|line| line.starts_with("switchboard_sockets{dialect=\"support\"}"));
        assert!(gauge.is_some(), "{metrics}");
        first.send("41/notifications,").await;
        second.send("1").await;
        // what they asked for comes to pass when the server has heard it: another may come in then
        let mut next = Ws::open(&server, "/socket.io/?EIO=4&transport=websocket", None).await;
        loop {
            next.send(format!("40/notifications,{}", json!({"token": alice.token})))
                .await;
            if next.event().await.0 == "connected" {
                break;
            }
        }
        next.send("41/notifications,").await;
        next.send("1").await;
        next.ended().await;
    }
    let server_cap = TestServer::start_with(&[("MAX_SOCKETS_PER_ADDRESS", "1")]).await;
    let held = Ws::open(&server_cap, "/socket.io/?EIO=4&transport=websocket", None).await;
    let second = connect_async(server_cap.ws("/socket.io/?EIO=4&transport=websocket")).await;
    assert!(matches!(second, Err(Error::Http(answer)) if answer.status() == 429));
    drop(held);
    // when the server has seen it go, there is room again
    let room = async {
        let url = server_cap.ws("/socket.io/?EIO=4&transport=websocket");
        while connect_async(&url).await.is_err() {}
    };
    tokio::time::timeout(PATIENCE, room).await.expect("room again");
    server.stop().await;
    server_cap.stop().await;
}
