//! The desk on sockets: what only the staff sees is in no frame of a customer's.

use crate::client::Socket;
use api::testing::TestServer;
use chat::conversations::{self, CreateConversation};
use desk::work::UpdateConversation;
use desk::work::{self, ChangeWork};
use entity::conversation::{Priority, Status};
use entity::user::Role;
use serde_json::Value;

const STAFFS: [&str; 3] = ["priority", "labels", "snoozed_until"];

/// The next state of a conversation with this status.
async fn changed(socket: &mut Socket, status: &str) -> Value {
    loop {
        let frame = socket.next_of("conversation:changed").await;
        if frame["conversation"]["status"] == status {
            return frame["conversation"].clone();
        }
    }
}

#[tokio::test]
async fn the_members_of_the_staff_and_their_notes_are_in_no_frame_of_a_customers() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let ann = server.person("ann", Role::Agent, None).await;
    let made = conversations::create(&server.app, &alice.actor, CreateConversation::default()).await;
    let id = made.unwrap().row.id;
    let mut sockets = Vec::new();
    for (who, path) in [
        (&alice, format!("/ws/chat/{id}/")),
        (&alice, "/ws/inbox/".into()),
        (&alice, format!("/api/chat/ws/{id}")),
        (&ann, format!("/ws/chat/{id}/")),
        (&ann, "/ws/inbox/".into()),
    ] {
        let mut socket = Socket::open(&server.ws(&format!("{path}?token={}", who.token))).await;
        socket.next().await;
        sockets.push(socket);
    }
    let note = work::add_note(&server.app, &ann.actor, id, "A secret")
        .await
        .unwrap();
    work::edit_note(&server.app, &ann.actor, note.id, "Another secret")
        .await
        .unwrap();
    work::delete_note(&server.app, &ann.actor, note.id).await.unwrap();
    let work = ChangeWork {
        status: Some(Status::Resolved),
        priority: Some(Priority::Urgent),
        ..ChangeWork::default()
    };
    let command = UpdateConversation {
        work,
        ..UpdateConversation::default()
    };
    work::update(&server.app, &ann.actor, id, command).await.unwrap();
    for socket in &mut sockets[3..] {
        for kind in ["note:new", "note:changed", "note:deleted"] {
            socket.next_of(kind).await;
        }
        let conversation = changed(socket, "resolved").await;
        assert_eq!(conversation["priority"], "urgent");
        assert!(STAFFS.iter().all(|name| conversation.get(name).is_some()));
    }
    for socket in &mut sockets[..2] {
        let conversation = loop {
            let frame = socket.next().await;
            let kind = frame["type"].as_str().unwrap().to_owned();
            assert!(!kind.starts_with("note:"), "{frame}");
            assert!(!frame.to_string().contains("secret"), "{frame}");
            if kind == "conversation:changed" && frame["conversation"]["status"] == "resolved" {
                break frame["conversation"].clone();
            }
        };
        assert!(STAFFS.iter().all(|name| conversation.get(name).is_none()));
        assert!(conversation["assignee"].is_null() && conversation["customer"].is_object());
    }
    // the team dialect's socket of the customer: the notice comes, and nothing of the notes before it
    loop {
        let frame = sockets[2].next().await;
        assert!(!frame.to_string().contains("secret"), "{frame}");
        if frame["content"] == "The conversation was resolved." {
            break;
        }
    }
}
