//! What becomes of a person's sockets when their account changes, and who is shown to be there.

use crate::client::Socket;
use accounts::users::{self, UpdateUser};
use api::testing::{Person, TestServer};
use entity::user::Role;
use serde_json::Value;

async fn inbox(server: &TestServer, who: &Person) -> Socket {
    let path = format!("/ws/inbox?token={}", who.token);
    let mut socket = Socket::open(&server.ws(&path)).await;
    socket.next_of("connected").await;
    socket
}

/// Who of the staff is shown to be there.
async fn online(server: &TestServer, who: &Person) -> Vec<String> {
    let request = server
        .client
        .get(server.url("/api/staff"))
        .bearer_auth(&who.token);
    let text = request.send().await.unwrap().text().await.unwrap();
    let staff: Vec<Value> = serde_json::from_str(&text).unwrap();
    let online = staff.iter().filter(|member| member["is_online"] == true);
    online
        .map(|member| member["username"].as_str().unwrap().to_owned())
        .collect()
}

async fn figure(server: &TestServer, who: &Person, name: &str) -> Value {
    let request = server
        .client
        .get(server.url("/api/stats"))
        .bearer_auth(&who.token);
    let text = request.send().await.unwrap().text().await.unwrap();
    serde_json::from_str::<Value>(&text).unwrap()[name].clone()
}

#[tokio::test]
async fn who_has_an_inbox_open_is_online_and_counted() {
    let server = TestServer::start().await;
    let ann = server.person("ann", Role::Agent, None).await;
    let ben = server.person("ben", Role::Agent, None).await;
    let alice = server.user("alice").await;
    assert!(online(&server, &ann).await.is_empty());
    let _hers = inbox(&server, &ann).await;
    let bens = inbox(&server, &ben).await;
    let _alices = inbox(&server, &alice).await;
    assert_eq!(online(&server, &ann).await, ["ann", "ben"]);
    assert_eq!(figure(&server, &ann, "agents_online").await, 2);
    assert_eq!(figure(&server, &ann, "connections").await, 3);
    assert_eq!(figure(&server, &ann, "rooms").await, 0);
    drop(bens);
    let gone = async {
        while online(&server, &ann).await != ["ann"] {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), gone)
        .await
        .expect("the server notices");
}

#[tokio::test]
async fn a_changed_account_comes_back_with_its_new_role_and_a_disabled_one_does_not() {
    let server = TestServer::start().await;
    let root = server.person("root", Role::Admin, None).await;
    let ann = server.person("ann", Role::Agent, None).await;
    let mut socket = inbox(&server, &ann).await;
    let demoted = UpdateUser {
        role: Some(Role::User),
        ..UpdateUser::default()
    };
    users::change(&server.app, &root.actor, ann.actor.id, demoted)
        .await
        .unwrap();
    assert_eq!(socket.closed().await, 4012);
    let mut socket = inbox(&server, &ann).await;
    let request = server
        .client
        .get(server.url("/api/staff"))
        .bearer_auth(&ann.token);
    assert_eq!(request.send().await.unwrap().status(), 403);
    let disabled = UpdateUser {
        is_disabled: Some(true),
        ..UpdateUser::default()
    };
    users::change(&server.app, &root.actor, ann.actor.id, disabled)
        .await
        .unwrap();
    assert_eq!(socket.closed().await, 4014);
    let path = format!("/ws/inbox?token={}", ann.token);
    assert_eq!(Socket::open(&server.ws(&path)).await.closed().await, 4014);
}
