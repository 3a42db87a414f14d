//! Rooms without HTTP: who is believed, what a deletion takes with it, and the count over two instances.

use crate::support::*;
use accounts::users;
use app::App;
use app::testing::{Place, TestApp, person};
use chat::access;
use chat::messages::{self, SendMessage};
use chat::presence;
use chat::rooms::{self, CreateRoom};
use chat::stats::{enter, leave, tend, totals};
use entity::user::Role;
use entity::{ConversationId, attachment};
use kernel::actor::Actor;
use kernel::clock::Clock;
use kernel::error::{AuthFailure, Error};
use kernel::event::Event;

async fn open() -> TestApp {
    let place = Place::new().await;
    TestApp {
        app: place.app(Clock::System, &[("ROOMS_ACCESS", "open")]).await,
        place,
    }
}

async fn room(app: &App, owner: &Actor) -> (ConversationId, String) {
    let command = CreateRoom {
        name: "room".into(),
        ..Default::default()
    };
    let row = rooms::create(app, Some(owner), command).await.unwrap();
    (row.id, row.alias.unwrap())
}

#[tokio::test]
async fn whoever_names_an_admin_without_a_token_is_a_plain_user_in_rooms_only() {
    let app = open().await;
    let admin = app.person("root", Role::Admin, None).await;
    let alice = app.user("alice").await;
    let (theirs, _) = room(&app, &alice).await;
    let (own, _) = room(&app, &admin).await;
    let group = group(&app, &admin, &[&alice]).await;
    let named = rooms::identify(&app, None, Some("Root")).await.unwrap();
    assert_eq!(
        (named.id, named.role, named.is_unproven),
        (admin.id, Role::User, true)
    );
    assert!(access::authorize(&app, &named, own).await.is_ok());
    for hidden in [theirs, group] {
        let refused = access::authorize(&app, &named, hidden).await;
        assert!(matches!(refused, Err(Error::NotFound(_))));
        let refused = messages::send(&app, &named, hidden, text("hi")).await;
        assert!(matches!(refused, Err(Error::NotFound(_))));
    }
    assert!(access::authorize(&app, &admin, theirs).await.is_ok());
}

#[tokio::test]
async fn an_unknown_a_disabled_and_the_bots_name_are_nobodys_and_nothing_is_stored() {
    let app = open().await;
    let alice = app.user("alice").await;
    let eve = app.user("eve").await;
    let (id, chat) = room(&app, &alice).await;
    rooms::add(&app, Some(&alice), &chat, &["eve".into()])
        .await
        .unwrap();
    users::disable(&app, "eve").await.unwrap();
    for name in ["nobody", "eve", "no good", "bot", "a\0b"] {
        let stranger = rooms::identify(&app, None, Some(name)).await.unwrap();
        assert_ne!(stranger.id, eve.id);
        assert!(access::authorize(&app, &stranger, id).await.is_err(), "{name}");
    }
    let accounts = users::list(&app, None).await.unwrap();
    let names: Vec<_> = accounts.iter().map(|user| user.username.as_str()).collect();
    assert_eq!(names, ["alice", "eve"]);
    let missing = rooms::identify(&app, None, None).await;
    assert!(matches!(missing, Err(Error::Unauthorized(AuthFailure::Missing))));
}

#[tokio::test]
async fn where_rooms_take_a_token_a_name_alone_is_not_believed() {
    let place = Place::new().await;
    let app = place.app(Clock::System, &[("ROOMS_ACCESS", "token")]).await;
    let alice = person(&app, "alice", Role::User, None).await;
    let (_, chat) = room(&app, &alice).await;
    let missing = rooms::identify(&app, None, Some("alice")).await;
    assert!(matches!(missing, Err(Error::Unauthorized(AuthFailure::Missing))));
    assert!(
        rooms::identify(&app, Some(alice.clone()), Some("ALICE"))
            .await
            .is_ok()
    );
    let another = rooms::identify(&app, Some(alice), Some("bob")).await;
    assert!(matches!(another, Err(Error::Unauthorized(AuthFailure::Invalid))));
    let refused = rooms::delete(&app, None, &chat).await;
    assert!(matches!(refused, Err(Error::Unauthorized(AuthFailure::Missing))));
    app.shutdown.cancel();
}

#[tokio::test]
async fn a_deleted_room_takes_its_messages_with_it_and_leaves_its_files_to_the_sweep() {
    use sea_orm::EntityTrait;
    let app = open().await;
    let alice = app.user("alice").await;
    let (id, chat) = room(&app, &alice).await;
    let file = chat::attachments::upload(&app, &alice, crate::writer::picture("x.gif"))
        .await
        .unwrap();
    let command = SendMessage {
        attachment: Some(file.id),
        ..SendMessage::default()
    };
    let sent = messages::send(&app, &alice, id, command).await.unwrap().message;
    assert_eq!(sent.content(), "x.gif");
    let mut events = listen(&app);
    rooms::delete(&app, Some(&alice), &chat).await.unwrap();
    heard(
        &mut events,
        "the deletion",
        |event| matches!(event, Event::ConversationDeleted { conversation } if *conversation == id),
    )
    .await;
    assert!(matches!(
        rooms::get(&app, Some(&alice), &chat).await,
        Err(Error::NotFound(_))
    ));
    assert!(messages::find(&app, &alice, sent.id).await.is_err());
    let row = attachment::Entity::find_by_id(file.id)
        .one(&*app.db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((row.is_attached, row.conversation_id), (false, None));
    assert!(messages::send(&app, &alice, id, text("late")).await.is_err());
}

#[tokio::test]
async fn the_count_follows_the_sockets() {
    let app = open().await;
    let alice = app.user("alice").await;
    let (id, chat) = room(&app, &alice).await;
    let group = group(&app, &alice, &[]).await;
    enter(&app, id).await;
    enter(&app, id).await;
    enter(&app, group).await;
    let found = totals(&app).await;
    assert_eq!((found.connections, found.rooms_count), (3, 2));
    assert_eq!(found.rooms[&id], chat);
    assert_eq!(
        found.rooms[&group],
        group.to_string(),
        "what has no other name goes by its id"
    );
    assert_eq!(app.stats.name_of(id).as_deref(), Some(&*chat));
    leave(&app, id).await;
    leave(&app, group).await;
    leave(&app, group).await;
    let found = totals(&app).await;
    assert_eq!((found.connections, found.rooms_count), (1, 1));
    leave(&app, id).await;
    assert_eq!(totals(&app).await, Default::default());
}

#[tokio::test]
async fn two_instances_counts_add_up_and_a_killed_ones_run_out() {
    let place = Place::new().await;
    let a = place.app(Clock::System, &[]).await;
    let b = place.app(Clock::System, &[]).await;
    if !a.bus.is_shared() {
        return;
    }
    let alice = person(&a, "alice", Role::User, None).await;
    let (one, _) = room(&a, &alice).await;
    let (two, _) = room(&a, &alice).await;
    enter(&a, one).await;
    enter(&b, one).await;
    enter(&b, two).await;
    for app in [&a, &b] {
        let found = totals(app).await;
        assert_eq!((found.connections, found.rooms_count), (3, 2));
    }
    leave(&b, two).await;
    let found = totals(&a).await;
    assert_eq!((found.connections, found.rooms_count), (2, 1));
    // b is dead from here on: only a tends
    tend(&a).await;
    assert_eq!(totals(&a).await.connections, 2);
    presence::run_out(&b).await;
    assert_eq!(totals(&a).await.connections, 1, "what ran out is not counted");
    tend(&a).await;
    // and should it live after all, its sockets are back
    presence::tend(&b).await;
    tend(&b).await;
    assert_eq!(totals(&a).await.connections, 2);
    for app in [a, b] {
        app.shutdown.cancel();
    }
}

#[tokio::test]
async fn many_sockets_that_join_at_once_are_all_counted() {
    let app = open().await;
    let alice = app.user("alice").await;
    let (id, _) = room(&app, &alice).await;
    let joins = (0..100).map(|_| enter(&app, id));
    futures_util::future::join_all(joins).await;
    assert_eq!(totals(&app).await.connections, 100);
    let leaves = (0..99).map(|_| leave(&app, id));
    futures_util::future::join_all(leaves).await;
    assert_eq!(totals(&app).await.connections, 1);
}
