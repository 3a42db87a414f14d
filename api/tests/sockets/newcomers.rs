//! Whoever is added to a talk of two hears nothing of what was said before, on no socket, not even when it changes.

use crate::client::Socket;
use accounts::users::Named;
use api::testing::{Person, TestServer};
use chat::conversations::{self, CreateConversation};
use chat::messages::{self, EditMessage, Place, SendMessage};
use chat::participants;
use entity::ConversationId;
use kernel::message;
use std::sync::Arc;

async fn say(server: &TestServer, who: &Person, id: ConversationId, text: &str) -> Arc<message::Message> {
    let command = SendMessage {
        text: text.into(),
        ..Default::default()
    };
    messages::send(&server.app, &who.actor, id, command)
        .await
        .unwrap()
        .message
}

/// Reads until the message with this text; no other was shown, new or changed.
async fn hears_nothing_before(socket: &mut Socket, text: &str) {
    loop {
        let frame = socket.next().await;
        let words = frame["message"]["text"]
            .as_str()
            .or_else(|| frame["content"].as_str().filter(|_| frame["type"] == "message"));
        match words {
            Some(words) if words == text => return,
            Some(words) => panic!("{words}: {frame}"),
            None => {}
        }
    }
}

#[tokio::test]
async fn a_third_persons_sockets_show_only_what_comes_after() {
    let server = TestServer::start().await;
    let (alice, bob, carol) = (
        server.user("alice").await,
        server.user("bob").await,
        server.user("carol").await,
    );
    let command = CreateConversation {
        participants: vec![Named::Id(bob.actor.id)],
        ..Default::default()
    };
    let talk = conversations::create(&server.app, &alice.actor, command)
        .await
        .unwrap();
    let id = talk.row.id;
    let old = say(&server, &alice, id, "the key is under the mat").await;
    participants::add(&server.app, &alice.actor, id, &[Named::Id(carol.actor.id)])
        .await
        .unwrap();
    let mut sockets = Vec::new();
    for path in [
        format!("/ws/chat/{id}/?token={}&since=0", carol.token),
        format!("/ws/chat/{id}/?token={}", carol.token),
        format!("/ws/inbox/?token={}", carol.token),
        format!("/api/chat/ws/{id}?token={}", carol.token),
        format!("/api/chats/ws/{id}?token={}", carol.token),
    ] {
        let mut socket = Socket::open(&server.ws(&path)).await;
        socket.next().await;
        sockets.push((path, socket));
    }
    let mut alices = Socket::open(&server.ws(&format!("/ws/chat/{id}/?token={}&since=0", alice.token))).await;
    alices.next_of("message:new").await;
    let edit = EditMessage {
        message: old.id,
        text: "the key is in the pot".into(),
        limit: messages::TextLimit::default(),
    };
    messages::edit(&server.app, &alice.actor, Place::Anywhere, edit)
        .await
        .unwrap();
    alices.next_of("message:changed").await;
    say(&server, &bob, id, "welcome").await;
    for (path, socket) in &mut sockets {
        let path = path.split('?').next().unwrap_or_default().to_owned();
        println!("{path}");
        hears_nothing_before(socket, "welcome").await;
    }
}
