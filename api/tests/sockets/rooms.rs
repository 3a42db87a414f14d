//! Rooms: isolation, broadcast and the count of connections, over two instances where there is Redis.

use crate::client::Socket;
use api::testing::{Person, TestServer};
use app::testing::production;
use chat::rooms::{self, CreateRoom};
use serde_json::{Value, json};
use std::time::Duration;

/// A room of these people, the first of whom makes it.
async fn room(server: &TestServer, people: &[&Person]) -> String {
    let owner = Some(&people[0].actor);
    let command = CreateRoom {
        name: "room".into(),
        ..Default::default()
    };
    let made = rooms::create(&server.app, owner, command).await.unwrap();
    let alias = made.alias.unwrap();
    let others: Vec<_> = people[1..]
        .iter()
        .map(|person| person.actor.username.to_string())
        .collect();
    if !others.is_empty() {
        rooms::add(&server.app, owner, &alias, &others).await.unwrap();
    }
    alias
}

/// A socket that has joined, as the guide opens it or with a token.
async fn open(server: &TestServer, chat: &str, who: &Person, token: bool) -> Socket {
    let name = &who.actor.username;
    let token = match token {
        true => format!("&token={}", who.token),
        false => String::new(),
    };
    let url = server.ws(&format!("/api/chats/ws/{chat}?user_id={name}{token}"));
    let mut socket = Socket::open(&url).await;
    let joined = socket.next().await;
    assert_eq!(joined["content"], format!("{name} joined the chat"));
    socket
}

async fn stats(server: &TestServer, token: Option<&str>) -> Value {
    let request = server.client.get(server.url("/api/chats/ws/stats"));
    let request = match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    };
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

/// Waits until the count is this; a socket is counted out a moment after its client has left.
async fn settles(server: &TestServer, total: u64) -> Value {
    let wait = async {
        loop {
            let found = stats(server, None).await;
            if found["total_connections"] == total {
                return found;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), wait)
        .await
        .unwrap_or_else(|_| panic!("never {total} connections"))
}

#[tokio::test]
async fn a_message_stays_in_its_room_and_the_count_follows_the_sockets() {
    let server = TestServer::start_with(&[("ROOMS_ACCESS", "open")]).await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let (one, two) = (room(&server, &[&alice]).await, room(&server, &[&bob]).await);
    assert_eq!(
        stats(&server, None).await,
        json!({"total_connections": 0, "active_rooms": [], "rooms_count": 0})
    );
    let mut in_one = open(&server, &one, &alice, false).await;
    let mut tab = open(&server, &one, &alice, false).await;
    let mut in_two = open(&server, &two, &bob, false).await;
    let mut both = vec![one.clone(), two.clone()];
    both.sort();
    assert_eq!(
        stats(&server, None).await,
        json!({"total_connections": 3, "active_rooms": both, "rooms_count": 2})
    );
    in_one.send_json(json!({"content": "for room 1"})).await;
    in_two.send_json(json!({"content": "for room 2"})).await;
    assert_eq!(in_one.next().await["content"], "for room 1");
    assert_eq!(tab.next().await["content"], "for room 1");
    assert_eq!(in_two.next().await["content"], "for room 2");
    // nothing more came to either
    for socket in [&mut in_one, &mut in_two] {
        socket.send_json(json!({"type": "ping"})).await;
        assert_eq!(socket.next().await["type"], "pong");
    }
    drop((in_one, in_two));
    let left = settles(&server, 1).await;
    assert_eq!(left["active_rooms"], json!([one]));
    drop(tab);
    assert_eq!(settles(&server, 0).await["rooms_count"], 0);
}

#[tokio::test]
async fn where_rooms_take_a_token_the_count_names_ones_own_rooms() {
    let server = TestServer::start_with(&[("ROOMS_ACCESS", "token")]).await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let admin = server.person("root", entity::user::Role::Admin, None).await;
    let (one, two) = (room(&server, &[&alice]).await, room(&server, &[&bob]).await);
    let _in_one = open(&server, &one, &alice, true).await;
    let _in_two = open(&server, &two, &bob, true).await;
    let mut both = vec![one.clone(), two];
    both.sort();
    for (token, named) in [
        (None, json!([])),
        (Some(&alice.token), json!([one])),
        (Some(&admin.token), json!(both)),
    ] {
        let found = stats(&server, token.map(String::as_str)).await;
        assert_eq!(
            found,
            json!({"total_connections": 2, "active_rooms": named, "rooms_count": 2})
        );
    }
}

#[tokio::test]
async fn on_two_instances_rooms_are_apart_their_people_together_and_the_count_adds_up() {
    if !production() {
        // one process is the whole of the embedded profile
        return;
    }
    let open_rooms = [("ROOMS_ACCESS", "open")];
    let a = TestServer::start_with(&open_rooms).await;
    let b = TestServer::start_in(a.place.clone(), &open_rooms).await;
    let (alice, bob) = (a.user("alice").await, a.user("bob").await);
    let one = room(&a, &[&alice, &bob]).await;
    let two = room(&b, &[&bob]).await;
    let mut alice_at_a = open(&a, &one, &alice, false).await;
    let mut bob_at_b = open(&b, &one, &bob, false).await;
    assert_eq!(alice_at_a.next().await["content"], "bob joined the chat");
    let mut elsewhere = open(&b, &two, &bob, false).await;
    let mut both = vec![one.clone(), two.clone()];
    both.sort();
    for server in [&a, &b] {
        assert_eq!(
            stats(server, None).await,
            json!({"total_connections": 3, "active_rooms": both, "rooms_count": 2})
        );
    }
    alice_at_a.send_json(json!({"content": "from a"})).await;
    for socket in [&mut alice_at_a, &mut bob_at_b] {
        let frame = socket.next_of("message").await;
        assert_eq!(
            (&frame["content"], &frame["chat_id"]),
            (&json!("from a"), &json!(one))
        );
    }
    bob_at_b.send_json(json!({"content": "from b"})).await;
    for socket in [&mut alice_at_a, &mut bob_at_b] {
        assert_eq!(socket.next_of("message").await["content"], "from b");
    }
    elsewhere.send_json(json!({"type": "ping"})).await;
    assert_eq!(
        elsewhere.next().await["type"],
        "pong",
        "nothing of the other room came"
    );
    drop(bob_at_b);
    assert_eq!(alice_at_a.next_of("system").await["content"], "bob left the chat");
    for server in [&a, &b] {
        settles(server, 2).await;
    }
    // an instance that is stopped counts its sockets out
    b.stop().await;
    assert_eq!(settles(&a, 1).await["active_rooms"], json!([one]));
}
