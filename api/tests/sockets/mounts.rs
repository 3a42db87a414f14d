//! Sockets under the mounts, and clients that do not heed close codes.

use crate::client::Socket;
use crate::socketio::Ws;
use accounts::users::Named;
use api::testing::{Person, TestServer};
use app::testing::production;
use chat::conversations::{self, CreateConversation};
use serde_json::{Value, json};
use std::time::Duration;

async fn post(server: &TestServer, who: &Person, path: &str, body: Value) -> Value {
    let request = server
        .client
        .post(server.url(path))
        .bearer_auth(&who.token)
        .json(&body);
    let response = request.send().await.unwrap();
    assert!(response.status().is_success(), "{path}: {}", response.status());
    response.json().await.unwrap()
}

async fn open(server: &TestServer, path: &str, who: &Person) -> Socket {
    let mut socket = Socket::open(&server.ws(&format!("{path}?token={}", who.token))).await;
    socket.next_of("connected").await;
    socket
}

/// The texts of the messages that came before the pong.
async fn texts(socket: &mut Socket) -> Vec<String> {
    socket.send_json(json!({"type": "ping"})).await;
    let mut texts = Vec::new();
    loop {
        let frame = socket.next().await;
        match frame["type"].as_str() {
            Some("pong") => return texts,
            Some("message:new") => texts.push(frame["message"]["text"].as_str().unwrap().to_owned()),
            _ => {}
        }
    }
}

#[tokio::test]
async fn the_answer_of_bot_response_does_not_come_again_to_the_sockets_of_who_asked() {
    let place = std::sync::Arc::new(app::testing::Place::new().await);
    let server = TestServer::start_in(place.clone(), &[]).await;
    let elsewhere = match production() {
        true => Some(TestServer::start_in(place, &[]).await),
        false => None,
    };
    let alice = server.user("alice").await;
    let again = server.sign_in(&alice.actor).await;
    let said = post(&server, &alice, "/api/user-response", json!({"message": "Hello"})).await;
    let id = said["conversation_id"].as_str().unwrap().to_owned();
    post(
        &server,
        &alice,
        "/api/bot-response",
        json!({"conversation_id": id}),
    )
    .await;
    let other = elsewhere.as_ref().unwrap_or(&server);
    let mut mounted = open(other, &format!("/as/crm/ws/chat/{id}"), &alice).await;
    let mut inbox = open(&server, "/as/crm/ws/inbox", &alice).await;
    let mut root = open(&server, &format!("/ws/chat/{id}"), &alice).await;
    let mut phone = open(&server, &format!("/as/crm/ws/chat/{id}"), &again).await;
    let question = json!({"message": "Where is my order?", "conversation_id": id});
    post(&server, &alice, "/as/crm/api/user-response/", question).await;
    let answer = post(
        &server,
        &alice,
        "/as/crm/api/bot-response/",
        json!({"conversation_id": id}),
    )
    .await;
    let answer = answer["message"].as_str().unwrap().to_owned();
    // where it is to be seen, it has been seen
    for socket in [&mut root, &mut phone] {
        while socket.next_of("message:new").await["message"]["text"] != answer {}
    }
    for socket in [&mut mounted, &mut inbox] {
        // what comes after it is there, and it was not
        assert!(!texts(socket).await.contains(&answer));
    }
    // a question by the socket is answered by the socket
    mounted
        .send_json(json!({"type": "message", "text": "And my parcel?"}))
        .await;
    let bots = async {
        loop {
            let frame = mounted.next_of("message:new").await;
            if frame["message"]["type"] == "bot" {
                return frame;
            }
        }
    };
    let frame = bots.await;
    assert_eq!(
        (&frame["message"]["sender_name"], &frame["message"]["rich"]),
        (&json!("System"), &Value::Null)
    );
}

#[tokio::test]
async fn a_socket_that_opens_while_the_bot_answers_does_not_get_the_answer_either() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    for _ in 0..20 {
        let said = post(
            &server,
            &alice,
            "/as/crm/api/user-response",
            json!({"message": "Hello"}),
        )
        .await;
        let id = said["conversation_id"].as_str().unwrap().to_owned();
        let path = format!("/as/crm/ws/chat/{id}/");
        let opening = open(&server, &path, &alice);
        let asking = post(
            &server,
            &alice,
            "/as/crm/api/bot-response/",
            json!({"conversation_id": id}),
        );
        let (mut socket, answer) = tokio::join!(opening, asking);
        let answer = answer["message"].as_str().unwrap().to_owned();
        assert!(!texts(&mut socket).await.contains(&answer));
    }
}

#[tokio::test]
async fn who_is_refused_six_times_is_refused_by_http_then_and_nobody_else_is() {
    let server = TestServer::start().await;
    let (alice, eve) = (server.user("alice").await, server.user("eve").await);
    let command = CreateConversation {
        participants: vec![Named::Name("alice".into())],
        is_group: true,
        ..Default::default()
    };
    let bob = server.user("bob").await;
    let made = conversations::create(&server.app, &bob.actor, command)
        .await
        .unwrap();
    for path in [
        format!("/ws/chat/{}", made.row.id),
        format!("/as/team/ws/chat/{}", made.row.id),
    ] {
        let bad = server.ws(&format!("{path}?token=bad"));
        for _ in 0..6 {
            assert_eq!(Socket::open(&bad).await.closed().await, 4001);
        }
        let (status, body) = Socket::refused(&bad).await;
        assert_eq!(status, 401, "{body}");
        // somebody else's token, and none of theirs to read
        let foreign = server.ws(&format!("{path}?token={}", eve.token));
        assert_eq!(Socket::refused(&foreign).await.0, 403);
        // whoever may come in comes in, from the same address
        let mut good = Socket::open(&server.ws(&format!("{path}?token={}", alice.token))).await;
        good.next().await;
    }
    let elsewhere = server.ws("/ws/chat/0192f0c1-2345-7890-abcd-ef0123456789?token=bad");
    assert_eq!(Socket::open(&elsewhere).await.closed().await, 4001);
}

#[tokio::test]
async fn a_room_that_is_gone_is_refused_by_http_in_the_end() {
    let server = TestServer::start_with(&[("ROOMS_ACCESS", "open")]).await;
    server.user("alice").await;
    let gone = server.ws("/api/chats/ws/chat-0123456789ab?user_id=alice");
    for _ in 0..6 {
        assert_eq!(Socket::open(&gone).await.closed().await, 4004);
    }
    let (status, body) = Socket::refused(&gone).await;
    assert_eq!(status, 403);
    assert!(body.contains("Chat chat-0123456789ab not found"), "{body}");
}

#[tokio::test]
async fn the_teams_messages_may_be_longer_than_others() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let command = CreateConversation {
        is_group: true,
        ..Default::default()
    };
    let made = conversations::create(&server.app, &alice.actor, command)
        .await
        .unwrap();
    let id = made.row.id;
    for path in ["/as/team/ws/chat/", "/api/chat/ws/", "/ws/chat/"] {
        let mut socket = Socket::open(&server.ws(&format!("{path}{id}?token={}", alice.token))).await;
        socket.next().await;
        let (most, kind) = match path {
            "/ws/chat/" => (4000, "message:new"),
            _ => (5000, "message"),
        };
        socket
            .send_json(json!({"type": "message", "content": "ü".repeat(most)}))
            .await;
        socket.next_of(kind).await;
        socket
            .send_json(json!({"type": "message", "content": "x".repeat(most + 1)}))
            .await;
        let refused = socket.next_of("error").await.to_string();
        assert!(refused.contains(&most.to_string()), "{refused}");
    }
}

#[tokio::test]
async fn the_default_namespace_is_joined_and_stays_silent() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let mut ws = Ws::open(&server, "/socket.io/?EIO=4&transport=websocket", None).await;
    ws.send("40").await;
    assert!(ws.packet().await.unwrap().starts_with("40{\"sid\":"));
    ws.send("42[\"hello\",1]").await;
    ws.send(format!("40/notifications,{}", json!({"token": alice.token})))
        .await;
    // nothing came of it
    assert!(ws.packet().await.unwrap().starts_with("40/notifications,"));
    assert_eq!(ws.event().await.0, "connected");
    // a stranger who goes no further has to leave
    let mut stranger = Ws::open(&server, "/socket.io/?EIO=4&transport=websocket", None).await;
    stranger.send("40").await;
    assert!(stranger.packet().await.unwrap().starts_with("40{"));
    assert_eq!(
        tokio::time::timeout(Duration::from_secs(20), stranger.packet()).await,
        Ok(None)
    );
}

#[tokio::test]
async fn the_drivers_front_end_signs_in_by_its_path_and_by_its_namespace() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let mut by_path = Ws::open(&server, "/as/support/socket.io/?EIO=4&transport=websocket", None).await;
    by_path
        .send(format!("40/notifications,{}", json!({"token": alice.token})))
        .await;
    assert_eq!(by_path.event().await.0, "connected");
    // a client that takes the path of its address for a part of the namespace
    let mut by_name = Ws::open(&server, "/socket.io/?EIO=4&transport=websocket", None).await;
    by_name
        .send(format!(
            "40/as/support/notifications,{}",
            json!({"token": alice.token})
        ))
        .await;
    assert!(
        by_name
            .packet()
            .await
            .unwrap()
            .starts_with("40/as/support/notifications,{")
    );
    let greeting = by_name.packet().await.unwrap();
    assert!(
        greeting.starts_with("42/as/support/notifications,[\"connected\""),
        "{greeting}"
    );
}
