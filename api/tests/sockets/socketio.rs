//! Socket.IO: what the real client of `tests/guides` cannot be made to do. Raw packets, both transports.

mod bad;
pub mod client;
mod ends;

use api::testing::{Person, TestServer};
use app::testing::production;
use client::Polling;
pub use client::Ws;
use desk::notifications;
use entity::notification::{self, Kind, Priority};
use entity::user::Role;
use entity::{NotificationId, UserId};
use kernel::event::Event;
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// A notification that is in no database: what is delivered does not depend on it.
fn made_up(user: UserId, kind: Kind, message: &str) -> notification::Model {
    notification::Model {
        id: NotificationId(Uuid::now_v7()),
        user_id: user,
        kind,
        title: "A title".into(),
        message: message.into(),
        data: json!({"support_id": 7}),
        priority: Priority::Low,
        conversation_id: None,
        cause: message.into(),
        read_at: None,
        created_at: kernel::clock::Clock::System.now(),
    }
}

fn notify(server: &TestServer, who: &Person, kind: Kind, message: &str) {
    let notification = Arc::new(made_up(who.actor.id, kind, message));
    server.app.bus.publish_one(Event::Notified { notification });
}

async fn alert(server: &TestServer, message: &str) {
    let text = message.to_owned();
    notifications::alert_admins(&server.app, text.clone(), text, json!({"n": "x".repeat(2000)}))
        .await
        .unwrap();
}

#[tokio::test]
async fn every_kind_reaches_every_socket_of_its_person_once_and_nobody_else() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let mut polling = Polling::join(&server, &alice.token).await;
    let mut ws = Ws::join(&server, &alice.token).await;
    let mut other = Ws::join(&server, &bob.token).await;
    let kinds = [
        (
            Kind::TicketCreated,
            "support:ticket:created",
            "support_ticket_created",
        ),
        (
            Kind::TicketUpdated,
            "support:ticket:updated",
            "support_ticket_updated",
        ),
        (
            Kind::TicketAssigned,
            "support:ticket:updated",
            "support_ticket_updated",
        ),
        (
            Kind::TicketResolved,
            "support:ticket:resolved",
            "support_ticket_resolved",
        ),
        (
            Kind::TicketDeleted,
            "support:ticket:deleted",
            "support_ticket_deleted",
        ),
        (Kind::MessageReceived, "notification", "message_received"),
        (Kind::MisuseDetected, "notification", "misuse_detected"),
        (Kind::SystemAlert, "notification", "system_alert"),
        (Kind::Mentioned, "notification", "mentioned"),
        (Kind::HandoffRequested, "notification", "handoff_requested"),
        (
            Kind::ConversationAssigned,
            "notification",
            "conversation_assigned",
        ),
        (Kind::ConversationWoke, "notification", "conversation_woke"),
        (
            Kind::ConversationResolved,
            "notification",
            "conversation_resolved",
        ),
    ];
    for (n, (kind, event, word)) in kinds.into_iter().enumerate() {
        notify(&server, &alice, kind, &format!("no. {n}"));
        for (name, body) in [ws.event().await, polling.event().await] {
            assert_eq!(name, event);
            assert_eq!(body["type"], word);
            assert_eq!(body["message"], format!("no. {n}"));
            assert_eq!(body["data"], json!({"support_id": 7}));
            assert_eq!(body["priority"], "low");
            assert!(body["timestamp"].as_str().unwrap().ends_with('Z'));
        }
    }
    notify(&server, &bob, Kind::SystemAlert, "for bob");
    assert_eq!(other.event().await.1["message"], "for bob");
    server.stop().await;
}

#[tokio::test]
async fn what_was_missed_is_sent_again_oldest_first_as_far_as_it_is_unread() {
    let server = TestServer::start().await;
    let admin = server.person("boss", Role::Admin, None).await;
    for n in 0..3 {
        alert(&server, &format!("no. {n}")).await;
    }
    let mut ws = Ws::join(&server, &admin.token).await;
    ws.send(r#"42/notifications,1["notifications:sync"]"#).await;
    let mut seen = Vec::new();
    for n in 0..3 {
        let (name, body) = ws.event().await;
        assert_eq!(
            (name.as_str(), body["message"].as_str()),
            ("notification", Some(&*format!("no. {n}")))
        );
        seen.push(body);
    }
    assert_eq!(
        ws.ack(1).await,
        json!({"status": "success", "count": 3, "complete": true})
    );
    // one is read, and those up to a time are known
    let read = json!(["notifications:read", {"id": seen[2]["id"]}]);
    ws.send(format!("42/notifications,2{read}")).await;
    assert_eq!(ws.ack(2).await["status"], "success");
    let since = json!(["notifications:sync", {"since": seen[0]["timestamp"]}]);
    ws.send(format!("42/notifications,3{since}")).await;
    assert_eq!(ws.event().await.1["id"], seen[1]["id"]);
    assert_eq!(ws.ack(3).await["count"], 1);
    // without an acknowledgement, and with nonsense
    ws.send(r#"42/notifications,["notifications:sync",{"since":5}]"#)
        .await;
    assert_eq!(ws.event().await.0, "error");
    let foreign = json!(["notifications:read", {"id": Uuid::now_v7()}]);
    ws.send(format!("42/notifications,4{foreign}")).await;
    assert_eq!(ws.event().await.1["message"], "Notification not found");
    assert_eq!(ws.ack(4).await["code"], "not_found");
    server.stop().await;
}

#[tokio::test]
async fn five_hundred_are_sent_again_at_once_however_slowly_they_are_taken() {
    let server = TestServer::start().await;
    let admin = server.person("boss", Role::Admin, None).await;
    for n in 0..505 {
        alert(&server, &format!("no. {n}")).await;
    }
    // a megabyte: more than may wait for one client
    let mut polling = Polling::join(&server, &admin.token).await;
    polling
        .send(r#"42/notifications,9["notifications:sync",{}]"#)
        .await;
    for n in 0..500 {
        assert_eq!(polling.event().await.1["message"], format!("no. {n}"));
    }
    let ack = polling.ack(9).await;
    assert_eq!(
        (ack["count"].as_u64(), ack["complete"].as_bool()),
        (Some(500), Some(false))
    );
    server.stop().await;
}

#[tokio::test]
async fn a_person_s_sockets_on_two_instances_get_one_copy_each() {
    if !production() {
        // one process is the whole of the embedded profile
        return;
    }
    let one = TestServer::start().await;
    let two = TestServer::start_in(one.place.clone(), &[]).await;
    let admin = one.person("boss", Role::Admin, None).await;
    let mut at_one = Ws::join(&one, &admin.token).await;
    let mut at_two = Ws::join(&two, &admin.token).await;
    for n in 0..50 {
        let server = if n % 2 == 0 { &one } else { &two };
        alert(server, &format!("no. {n}")).await;
    }
    for client in [&mut at_one, &mut at_two] {
        let mut got = Vec::new();
        for _ in 0..50 {
            got.push(client.event().await.1["message"].as_str().unwrap().to_owned());
        }
        got.sort();
        got.dedup();
        assert_eq!(got.len(), 50);
        // nothing is behind them
        client
            .send(r#"42/notifications,5["notifications:read",{"id":"x"}]"#)
            .await;
        assert_eq!(client.event().await.0, "error");
    }
    one.stop().await;
    two.stop().await;
}

#[tokio::test]
async fn a_token_comes_in_the_packet_the_header_or_the_query() {
    let server = TestServer::start().await;
    let driver = server.person("driver1", Role::Driver, None).await;
    let connected =
        json!({"message": "Successfully connected", "userId": driver.actor.id.0, "role": "driver"});
    let path = "/socket.io/?EIO=4&transport=websocket";
    let bearer = format!("Bearer {}", driver.token);
    let query = format!("{path}&token={}", driver.token);
    let ways: [(&str, Option<&str>, Value); 4] = [
        (path, None, json!({"token": driver.token})),
        (path, None, json!({"token": bearer})),
        (path, Some(&bearer), Value::Null),
        (&query, None, Value::Null),
    ];
    for (path, header, auth) in ways {
        let mut ws = Ws::open(&server, path, header).await;
        let auth = if auth.is_null() {
            String::new()
        } else {
            auth.to_string()
        };
        ws.send(format!("40/notifications,{auth}")).await;
        assert_eq!(ws.event().await, ("connected".to_owned(), connected.clone()));
    }
    server.stop().await;
}
