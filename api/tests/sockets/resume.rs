//! Resume: what was missed comes once, in order, whatever happens meanwhile.

use crate::client::Socket;
use accounts::users::Named;
use api::testing::{Person, TestServer};
use app::testing::production;
use chat::conversations::{self, CreateConversation};
use chat::messages::{self, EditMessage, Place, SendMessage};
use entity::ConversationId;
use kernel::message;
use serde_json::{Value, json};
use std::sync::Arc;

async fn talk(server: &TestServer, people: &[&Person]) -> ConversationId {
    let command = CreateConversation {
        title: Some("talk".into()),
        is_group: true,
        participants: people[1..]
            .iter()
            .map(|person| Named::Id(person.actor.id))
            .collect(),
        ..Default::default()
    };
    conversations::create(&server.app, &people[0].actor, command)
        .await
        .unwrap()
        .row
        .id
}

async fn say(server: &TestServer, who: &Person, id: ConversationId, text: String) -> Arc<message::Message> {
    let command = SendMessage {
        text,
        ..Default::default()
    };
    messages::send(&server.app, &who.actor, id, command)
        .await
        .unwrap()
        .message
}

async fn open(server: &TestServer, who: &Person, id: ConversationId, since: Option<i64>) -> (Socket, Value) {
    let since = since.map(|rev| format!("&since={rev}")).unwrap_or_default();
    let mut socket = Socket::open(&server.ws(&format!("/ws/chat/{id}/?token={}{since}", who.token))).await;
    let connected = socket.next_of("connected").await;
    (socket, connected)
}

/// Reads new messages until the one with this text; their texts.
async fn texts_until(socket: &mut Socket, last: &str) -> Vec<String> {
    let mut texts = Vec::new();
    while texts.last().map(String::as_str) != Some(last) {
        let frame = socket.next_of("message:new").await;
        texts.push(frame["message"]["text"].as_str().unwrap().to_owned());
    }
    texts
}

#[tokio::test]
async fn a_socket_that_was_cut_off_gets_exactly_the_fifty_messages_it_missed_in_order() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let id = talk(&server, &[&alice, &bob]).await;
    let first = say(&server, &alice, id, "before".into()).await;
    let (socket, connected) = open(&server, &bob, id, None).await;
    assert_eq!(connected["rev"], first.rev);
    drop(socket);
    let expected: Vec<_> = (0..50).map(|n| format!("m{n}")).collect();
    for text in &expected {
        say(&server, &alice, id, text.clone()).await;
    }
    let (mut socket, connected) = open(&server, &bob, id, Some(first.rev)).await;
    assert_eq!(connected["rev"], first.rev + 50);
    assert_eq!(texts_until(&mut socket, "m49").await, expected);
    say(&server, &alice, id, "live".into()).await;
    assert_eq!(texts_until(&mut socket, "live").await, ["live"]);
}

#[tokio::test]
async fn a_missed_edit_comes_as_changed_and_a_missed_new_message_in_its_present_state() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let id = talk(&server, &[&alice]).await;
    let old = say(&server, &alice, id, "old".into()).await;
    let edit = |message, text: &str| EditMessage {
        message,
        text: text.into(),
        limit: messages::TextLimit::default(),
    };
    let new = say(&server, &alice, id, "new".into()).await;
    messages::edit(&server.app, &alice.actor, Place::Anywhere, edit(old.id, "old 2"))
        .await
        .unwrap();
    messages::edit(&server.app, &alice.actor, Place::Anywhere, edit(new.id, "new 2"))
        .await
        .unwrap();
    let (mut socket, _) = open(&server, &alice, id, Some(old.rev)).await;
    let frame = socket.next().await;
    assert_eq!(
        (&frame["type"], &frame["message"]["text"]),
        (&json!("message:changed"), &json!("old 2"))
    );
    let frame = socket.next().await;
    assert_eq!(
        (&frame["type"], &frame["message"]["text"]),
        (&json!("message:new"), &json!("new 2"))
    );
}

#[tokio::test]
async fn more_than_five_hundred_missed_messages_are_left_to_changes() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let id = talk(&server, &[&alice]).await;
    let mut sending = Vec::new();
    for n in 0..501 {
        let command = SendMessage {
            text: format!("m{n}"),
            ..Default::default()
        };
        sending.push(
            messages::submit(&server.app, &alice.actor, id, command)
                .await
                .unwrap(),
        );
    }
    for sending in sending {
        sending.done().await.unwrap();
    }
    let (mut socket, _) = open(&server, &alice, id, Some(0)).await;
    let frame = socket.next().await;
    assert_eq!(frame, json!({"type": "resync", "rev": 501}));
    say(&server, &alice, id, "live".into()).await;
    assert_eq!(texts_until(&mut socket, "live").await, ["live"]);
    let (mut socket, _) = open(&server, &alice, id, Some(2)).await;
    assert_eq!(texts_until(&mut socket, "live").await.len(), 500);
}

#[tokio::test]
async fn joining_in_the_middle_of_a_flood_loses_nothing_and_doubles_nothing() {
    let server = Arc::new(TestServer::start().await);
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let id = talk(&server, &[&alice, &bob]).await;
    let flood = {
        let (server, alice) = (server.clone(), alice.clone());
        tokio::spawn(async move {
            for n in 1..=400 {
                say(&server, &alice, id, n.to_string()).await;
            }
        })
    };
    let mut readers = tokio::task::JoinSet::new();
    for _ in 0..12 {
        let (server, bob) = (server.clone(), bob.clone());
        readers.spawn(async move {
            let (mut socket, _) = open(&server, &bob, id, Some(0)).await;
            texts_until(&mut socket, "400").await
        });
        tokio::task::yield_now().await;
    }
    let expected: Vec<_> = (1..=400).map(|n: u32| n.to_string()).collect();
    while let Some(texts) = readers.join_next().await {
        assert_eq!(texts.unwrap(), expected);
    }
    flood.await.unwrap();
}

#[tokio::test]
async fn two_instances_show_one_conversation_in_one_order() {
    if !production() {
        // one process is the whole of the embedded profile
        return;
    }
    let one = TestServer::start().await;
    let two = TestServer::start_in(one.place.clone(), &[]).await;
    let (alice, bob) = (one.user("alice").await, one.user("bob").await);
    let id = talk(&one, &[&alice, &bob]).await;
    let (mut at_one, _) = open(&one, &alice, id, Some(0)).await;
    let (mut at_two, _) = open(&two, &bob, id, Some(0)).await;
    let mut orders = Vec::new();
    let senders = async {
        for n in 0..100 {
            let (a, b) = tokio::join!(
                say(&one, &alice, id, format!("a{n}")),
                say(&two, &bob, id, format!("b{n}"))
            );
            drop((a, b));
        }
        say(&two, &bob, id, "end".into()).await;
    };
    senders.await;
    for socket in [&mut at_one, &mut at_two] {
        orders.push(texts_until(socket, "end").await);
    }
    assert_eq!(orders[0].len(), 201);
    assert_eq!(orders[0], orders[1]);
    // away from one instance, back on the other
    drop(at_two);
    let head = say(&one, &alice, id, "mark".into()).await.rev;
    for n in 0..50 {
        say(&one, &alice, id, format!("missed {n}")).await;
    }
    let (mut back, _) = open(&one, &bob, id, Some(head)).await;
    assert_eq!(texts_until(&mut back, "missed 49").await.len(), 50);
    one.stop().await;
    two.stop().await;
}

#[tokio::test]
async fn typing_and_receipts_cross_instances() {
    if !production() {
        return;
    }
    let one = TestServer::start().await;
    let two = TestServer::start_in(one.place.clone(), &[]).await;
    let (alice, bob) = (one.user("alice").await, one.user("bob").await);
    let id = talk(&one, &[&alice, &bob]).await;
    let (mut at_one, _) = open(&one, &alice, id, None).await;
    let (mut at_two, connected) = open(&two, &bob, id, None).await;
    assert_eq!(
        connected["online"].as_array().unwrap().len(),
        2,
        "presence crosses instances"
    );
    assert_eq!(at_one.next_of("user_joined").await["username"], "bob");
    at_two
        .send_json(json!({"type": "typing", "is_typing": true}))
        .await;
    assert_eq!(at_one.next_of("typing").await["username"], "bob");
    let sent = say(&one, &alice, id, "read me".into()).await;
    at_two.next_of("message:new").await;
    at_two
        .send_json(json!({"type": "read", "message_ids": [sent.id]}))
        .await;
    assert_eq!(at_one.next_of("read").await["seq"], 1);
    drop(at_two);
    assert_eq!(at_one.next_of("user_left").await["username"], "bob");
}
