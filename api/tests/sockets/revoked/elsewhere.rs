//! What is taken on another instance, or by a command on this machine, while no event crosses.

use super::{End, Open, PATIENCE, talk};
use accounts::tokens;
use accounts::users::{self, Named, UpdateUser};
use api::testing::{Person, TestServer};
use app::App;
use app::testing::production;
use chat::participants;
use chat::rooms::{self, CreateRoom};
use desk::tickets::{self, CreateTicket, UpdateTicket, Which};
use entity::ConversationId;
use entity::ticket::Urgency;
use entity::user::{Department, Role};
use futures_util::future::join_all;
use kernel::clock::Clock;
use platform::testing_link::{Condition, FlakyLink};

const REVOKED: End = End::Code(4014);
const NO_ACCESS: End = End::Code(4003);

fn signed_out() -> End {
    End::Said(Some("Session has been signed out".into()))
}

/// Every one ends as it should, and is acknowledged nothing for longer than the facts may be old.
async fn end(open: Vec<(&'static str, Open, End)>) {
    let ends = open.into_iter().map(|(name, open, expected)| async move {
        let (end, acknowledged) = open.ends().await;
        println!("{name}: {end:?}, acknowledged for {acknowledged:?}");
        assert_eq!(end, expected, "{name}");
        assert!(acknowledged < PATIENCE / 2, "{name}: {acknowledged:?}");
    });
    join_all(ends).await;
}

async fn disable(app: &App, admin: &Person, who: &Person) {
    let disabled = UpdateUser {
        is_disabled: Some(true),
        ..UpdateUser::default()
    };
    users::change(app, &admin.actor, who.actor.id, disabled)
        .await
        .unwrap();
}

async fn sign_out(app: &App, who: &Person) {
    let actor = tokens::authenticate(app, &who.token).await.unwrap();
    tokens::logout(app, &actor, None).await.unwrap();
}

async fn remove(app: &App, owner: &Person, id: ConversationId, who: &Person) {
    let named = Named::Id(who.actor.id);
    participants::remove(app, &owner.actor, id, &named).await.unwrap();
}

/// A ticket for IT, and its name.
async fn ticket(server: &TestServer, owner: &Person) -> String {
    let command = CreateTicket {
        title: None,
        description: "The printer does not print".into(),
        urgency: Urgency::Medium,
        topic: None,
        rating: None,
        station: None,
        owner: None,
        sorted: true,
    };
    let made = tickets::create(&server.app, &owner.actor, command).await.unwrap();
    made.row.ticket_id
}

async fn room(server: &TestServer, owner: &Person, others: &[&Person]) -> String {
    let command = CreateRoom {
        name: "room".into(),
        ..CreateRoom::default()
    };
    let made = rooms::create(&server.app, Some(&owner.actor), command)
        .await
        .unwrap();
    let alias = made.alias.unwrap();
    let names: Vec<_> = others
        .iter()
        .map(|person| person.actor.username.to_string())
        .collect();
    rooms::add(&server.app, Some(&owner.actor), &alias, &names)
        .await
        .unwrap();
    alias
}

async fn in_room(server: &TestServer, who: &Person, room: &str) -> Open {
    let path = format!("/api/chats/ws/{room}");
    Open::at(server, who, &path, r#"{"content":"still here"}"#).await
}

/// A core that works on the same database, and tells nobody of what it does.
async fn silent_core(server: &TestServer) -> App {
    let changes = [("REDIS_PREFIX", "elsewhere:"), ("WORKER", "external")];
    server.place.app(Clock::System, &changes).await
}

#[tokio::test]
async fn who_is_disabled_or_signed_out_without_an_event_loses_every_socket_within_seconds() {
    let server = TestServer::start_with(&[("ROOMS_ACCESS", "open")]).await;
    let root = server.person("root", Role::Admin, None).await;
    let (alice, bob, carl) = (
        server.user("alice").await,
        server.user("bob").await,
        server.user("carl").await,
    );
    let id = talk(&server, &[&root, &alice, &bob]).await;
    let chats = room(&server, &root, &[&alice, &bob, &carl]).await;
    let mut open = Vec::new();
    for who in [&alice, &bob] {
        open.push(("crm", Open::crm(&server, who, id).await, REVOKED));
        open.push(("team", Open::team(&server, who, id).await, REVOKED));
        open.push(("rooms", in_room(&server, who, &chats).await, REVOKED));
        open.push(("inbox", Open::inbox(&server, who).await, REVOKED));
        open.push(("Socket.IO", Open::socket_io(&server, who).await, signed_out()));
    }
    // in open rooms people need no token
    let path = format!("/api/chats/ws/{chats}?user_id=carl");
    let carls = Open::without_token(&server, &path, r#"{"content":"still here"}"#).await;
    open.push(("rooms without a token", carls, REVOKED));
    let elsewhere = silent_core(&server).await;
    disable(&elsewhere, &root, &alice).await;
    sign_out(&elsewhere, &bob).await;
    disable(&elsewhere, &root, &carl).await;
    end(open).await;
    elsewhere.shutdown.cancel();
}

#[tokio::test]
async fn who_is_removed_or_changed_without_an_event_loses_what_they_may_not_have_any_more() {
    let server = TestServer::start().await;
    let root = server.person("root", Role::Admin, None).await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let ian = server.person("ian", Role::Agent, Some(Department::It)).await;
    let ann = server.person("ann", Role::Agent, None).await;
    let id = talk(&server, &[&root, &alice]).await;
    let (kept, deleted) = (
        room(&server, &root, &[&alice]).await,
        room(&server, &root, &[&alice]).await,
    );
    let printer = ticket(&server, &bob).await;
    let path = format!("/ws/chat/{printer}");
    let in_ticket = Open::at(&server, &ian, &path, r#"{"type":"ping"}"#).await;
    let open = vec![
        ("crm", Open::crm(&server, &alice, id).await, NO_ACCESS),
        ("team", Open::team(&server, &alice, id).await, NO_ACCESS),
        ("rooms", in_room(&server, &alice, &kept).await, NO_ACCESS),
        (
            "a deleted room",
            in_room(&server, &alice, &deleted).await,
            End::Code(4004),
        ),
        ("another department's ticket", in_ticket, NO_ACCESS),
        (
            "an agent who is none any more",
            Open::inbox(&server, &ann).await,
            End::Code(4012),
        ),
        ("Socket.IO", Open::socket_io(&server, &ann).await, End::Said(None)),
    ];
    let mut stays =
        crate::client::Socket::open(&server.ws(&format!("/ws/inbox/?token={}", alice.token))).await;
    stays.next_of("connected").await;
    let elsewhere = silent_core(&server).await;
    remove(&elsewhere, &root, id, &alice).await;
    let named = alice.actor.username.to_string();
    rooms::remove(&elsewhere, Some(&root.actor), &kept, &named)
        .await
        .unwrap();
    rooms::delete(&elsewhere, Some(&root.actor), &deleted)
        .await
        .unwrap();
    let for_hr = UpdateTicket {
        department: Some(Department::Hr),
        ..UpdateTicket::default()
    };
    tickets::update(&elsewhere, &root.actor, &Which::Name(printer), for_hr)
        .await
        .unwrap();
    let demoted = UpdateUser {
        role: Some(Role::User),
        ..UpdateUser::default()
    };
    users::change(&elsewhere, &root.actor, ann.actor.id, demoted)
        .await
        .unwrap();
    end(open).await;
    // whoever was removed from one conversation keeps the others
    stays.send_json(serde_json::json!({"type": "ping"})).await;
    stays.next_of("pong").await;
    elsewhere.shutdown.cancel();
}

/// What is taken on one instance while the other is cut off from Redis.
async fn cut_off(condition: Condition) {
    let redis = std::env::var("TEST_REDIS_URL").unwrap();
    let (link, through) = FlakyLink::before(&redis).await;
    let one = TestServer::start().await;
    let two = TestServer::start_in(one.place.clone(), &[("REDIS_URL", &through)]).await;
    let root = one.person("root", Role::Admin, None).await;
    let (alice, bob, carl) = (
        one.user("alice").await,
        one.user("bob").await,
        one.user("carl").await,
    );
    let id = talk(&one, &[&root, &alice, &bob, &carl]).await;
    let mut open = Vec::new();
    for who in [&alice, &bob] {
        open.push(("crm", Open::crm(&two, who, id).await, REVOKED));
        open.push(("team", Open::team(&two, who, id).await, REVOKED));
        open.push(("inbox", Open::inbox(&two, who).await, REVOKED));
        open.push(("Socket.IO", Open::socket_io(&two, who).await, signed_out()));
    }
    open.push(("crm", Open::crm(&two, &carl, id).await, NO_ACCESS));
    open.push(("team", Open::team(&two, &carl, id).await, NO_ACCESS));
    link.set(condition);
    disable(&one.app, &root, &alice).await;
    sign_out(&one.app, &bob).await;
    remove(&one.app, &root, id, &carl).await;
    end(open).await;
}

#[tokio::test]
async fn what_is_taken_on_one_instance_ends_on_the_other_while_redis_is_down() {
    if production() {
        cut_off(Condition::Down).await;
    }
}

#[tokio::test]
async fn what_is_taken_on_one_instance_ends_on_the_other_while_redis_is_silent() {
    if production() {
        cut_off(Condition::Silent).await;
    }
}
