//! A revocation in the middle of a join, and a token that runs out in it.

use super::{PATIENCE, say, talk};
use crate::client::Socket;
use crate::socketio::Ws;
use accounts::tokens;
use accounts::users::Named;
use api::testing::{Person, TestServer};
use chat::participants;
use entity::ConversationId;
use futures_util::StreamExt;
use kernel::clock::Clock;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::{Error, Message};

const AFTER: &str = "after the revocation";

/// Bob's conversation, in which alice takes part.
struct Scene {
    server: Arc<TestServer>,
    alice: Person,
    bob: Person,
    talk: ConversationId,
    /// Of alice's sockets, so many are in.
    joined: Arc<AtomicUsize>,
}

impl Scene {
    async fn new() -> Self {
        let limits = [("MAX_SOCKETS_PER_USER", "400")];
        let server = Arc::new(TestServer::start_with(&limits).await);
        let (alice, bob) = (server.user("alice").await, server.user("bob").await);
        Self {
            talk: talk(&server, &[&bob, &alice]).await,
            server,
            alice,
            bob,
            joined: Arc::default(),
        }
    }

    /// A socket that joins and reads to its end: the close code. What is said after the revocation must not arrive.
    fn joins(&self, path: &str) -> impl Future<Output = u16> + Send + use<> {
        let url = self.server.ws(&format!("{path}?token={}", self.alice.token));
        let joined = self.joined.clone();
        async move {
            let mut socket = match connect_async(&url).await {
                Ok((socket, _)) => socket,
                // so many have been refused by a code that HTTP says it
                Err(Error::Http(response)) => return response.status().as_u16(),
                Err(error) => panic!("no answer: {error}"),
            };
            loop {
                match socket.next().await {
                    Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                    Some(Ok(Message::Text(text))) => {
                        assert!(!text.contains(AFTER), "{text}");
                        joined.fetch_add(usize::from(text.contains("connected")), Ordering::SeqCst);
                    }
                    Some(Ok(_)) => {}
                    other => panic!("no close code: {other:?}"),
                }
            }
        }
    }

    /// A Socket.IO client that signs in and reads until it is taken out of the namespace.
    fn signs_in(&self) -> impl Future<Output = ()> + Send + use<> {
        let (server, joined) = (self.server.clone(), self.joined.clone());
        let sign_in = format!("40/notifications,{}", json!({"token": self.alice.token}));
        async move {
            let mut ws = Ws::open(&server, "/socket.io/?EIO=4&transport=websocket", None).await;
            ws.send(sign_in).await;
            while let Some(packet) = ws.packet().await {
                joined.fetch_add(usize::from(packet.contains("Successfully")), Ordering::SeqCst);
                if packet == "41/notifications," {
                    return;
                }
            }
        }
    }

    /// Waits until so many of them are in, while the others still join.
    async fn are_in(&self, count: usize) {
        while self.joined.load(Ordering::SeqCst) < count {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn a_sign_out_that_races_three_hundred_joins_leaves_none_open_through_any_door() {
    for round in [1, 20, 60] {
        let scene = Scene::new().await;
        let (mut sockets, mut sessions) = (JoinSet::new(), JoinSet::new());
        for _ in 0..100 {
            sockets.spawn(scene.joins(&format!("/ws/chat/{}/", scene.talk)));
            sockets.spawn(scene.joins("/ws/inbox/"));
            sessions.spawn(scene.signs_in());
        }
        scene.are_in(round).await;
        let actor = tokens::authenticate(&scene.server.app, &scene.alice.token).await;
        tokens::logout(&scene.server.app, &actor.unwrap(), None)
            .await
            .unwrap();
        say(&scene.server, &scene.bob, scene.talk, AFTER).await;
        let ended = async {
            while let Some(code) = sockets.join_next().await {
                let code = code.expect("nothing arrives after the revocation");
                assert!(matches!(code, 4014 | 401), "{code}");
            }
            while let Some(ended) = sessions.join_next().await {
                ended.unwrap();
            }
        };
        timeout(PATIENCE * 3, ended).await.expect("every one ends");
    }
}

#[tokio::test]
async fn a_removal_that_races_a_hundred_joins_leaves_none_open() {
    let scene = Scene::new().await;
    let mut sockets = JoinSet::new();
    for _ in 0..100 {
        sockets.spawn(scene.joins(&format!("/ws/chat/{}/", scene.talk)));
    }
    scene.are_in(5).await;
    let alice = Named::Id(scene.alice.actor.id);
    participants::remove(&scene.server.app, &scene.bob.actor, scene.talk, &alice)
        .await
        .unwrap();
    say(&scene.server, &scene.bob, scene.talk, AFTER).await;
    let ended = async {
        while let Some(code) = sockets.join_next().await {
            let code = code.expect("nothing arrives after the removal");
            assert!(matches!(code, 4003 | 403), "{code}");
        }
    };
    timeout(PATIENCE * 3, ended).await.expect("every one ends");
}

#[tokio::test]
async fn a_token_that_runs_out_while_its_sockets_join_ends_them_all_with_4001() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let id = talk(&server, &[&bob, &alice]).await;
    let good_for = Duration::from_secs(2);
    let token = server.short_token(&alice, good_for).await;
    let runs_out = tokio::time::Instant::now() + good_for;
    let mut sockets = JoinSet::new();
    // they come before, in and after the second in which it runs out
    for n in 0..60 {
        let path = if n % 2 == 0 {
            format!("/ws/chat/{id}/")
        } else {
            "/ws/inbox/".into()
        };
        let url = server.ws(&format!("{path}?token={token}"));
        sockets.spawn(async move {
            tokio::time::sleep(Duration::from_millis(50 * n)).await;
            let code = Socket::end_of(&url).await;
            (code, tokio::time::Instant::now())
        });
    }
    while let Some(ended) = sockets.join_next().await {
        let (code, at) = ended.unwrap();
        assert!(matches!(code, 4001 | 401), "{code}");
        // one second is the promise; the last of them came a second after it had run out
        assert!(at < runs_out + PATIENCE / 2, "{:?} late", at - runs_out);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_token_that_has_run_out_by_the_clock_on_the_wall_ends_its_sockets_at_the_next_tick() {
    let clock = Clock::fixed(Clock::System.now());
    let server = TestServer::start_at(clock.clone()).await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let id = talk(&server, &[&bob, &alice]).await;
    let mut chat = Socket::open(&server.ws(&format!("/ws/chat/{id}/?token={}", alice.token))).await;
    let mut inbox = Socket::open(&server.ws(&format!("/ws/inbox/?token={}", alice.token))).await;
    chat.next_of("connected").await;
    inbox.next_of("connected").await;
    // a machine that slept: its timers did not run, its clock did
    clock.advance(tokens::ACCESS_TTL);
    assert_eq!(chat.closed().await, 4001);
    assert_eq!(inbox.closed().await, 4001);
    server.stop().await;
}
