//! Rooms without HTTP: who is believed, what a deletion takes with it, and the count over two instances.

use crate::support::*;
use kernel::actor::Actor;
use kernel::clock::Clock;
use kernel::error::{AuthFailure, Error};
use kernel::event::Event;
use shared::conversations;
use shared::core::Core;
use shared::entity::user::Role;
use shared::entity::{ConversationId, attachment};
use shared::messages::{self, SendMessage};
use shared::presence;
use shared::rooms::{self, CreateRoom};
use shared::stats::{enter, leave, tend, totals};
use shared::testing::{Place, TestCore, person};
use shared::users;

async fn open() -> TestCore {
    let place = Place::new().await;
    TestCore {
        core: place.core(Clock::System, &[("ROOMS_ACCESS", "open")]).await,
        place,
    }
}

async fn room(core: &Core, owner: &Actor) -> (ConversationId, String) {
    let command = CreateRoom {
        name: "room".into(),
        ..Default::default()
    };
    let row = rooms::create(core, Some(owner), command).await.unwrap();
    (row.id, row.alias.unwrap())
}

#[tokio::test]
async fn whoever_names_an_admin_without_a_token_is_a_plain_user_in_rooms_only() {
    let core = open().await;
    let admin = core.person("root", Role::Admin, None).await;
    let alice = core.user("alice").await;
    let (theirs, _) = room(&core, &alice).await;
    let (own, _) = room(&core, &admin).await;
    let group = group(&core, &admin, &[&alice]).await;
    let named = rooms::identify(&core, None, Some("Root")).await.unwrap();
    assert_eq!(
        (named.id, named.role, named.is_unproven),
        (admin.id, Role::User, true)
    );
    assert!(conversations::authorize(&core, &named, own).await.is_ok());
    for hidden in [theirs, group] {
        let refused = conversations::authorize(&core, &named, hidden).await;
        assert!(matches!(refused, Err(Error::NotFound(_))));
        let refused = messages::send(&core, &named, hidden, text("hi")).await;
        assert!(matches!(refused, Err(Error::NotFound(_))));
    }
    assert!(conversations::authorize(&core, &admin, theirs).await.is_ok());
}

#[tokio::test]
async fn an_unknown_a_disabled_and_the_bots_name_are_nobodys_and_nothing_is_stored() {
    let core = open().await;
    let alice = core.user("alice").await;
    let eve = core.user("eve").await;
    let (id, chat) = room(&core, &alice).await;
    rooms::add(&core, Some(&alice), &chat, &["eve".into()])
        .await
        .unwrap();
    users::disable(&core, "eve").await.unwrap();
    for name in ["nobody", "eve", "no good", "bot", "a\0b"] {
        let stranger = rooms::identify(&core, None, Some(name)).await.unwrap();
        assert_ne!(stranger.id, eve.id);
        assert!(
            conversations::authorize(&core, &stranger, id).await.is_err(),
            "{name}"
        );
    }
    let accounts = users::list(&core, None).await.unwrap();
    let names: Vec<_> = accounts.iter().map(|user| user.username.as_str()).collect();
    assert_eq!(names, ["alice", "eve"]);
    let missing = rooms::identify(&core, None, None).await;
    assert!(matches!(missing, Err(Error::Unauthorized(AuthFailure::Missing))));
}

#[tokio::test]
async fn where_rooms_take_a_token_a_name_alone_is_not_believed() {
    let place = Place::new().await;
    let core = place.core(Clock::System, &[("ROOMS_ACCESS", "token")]).await;
    let alice = person(&core, "alice", Role::User, None).await;
    let (_, chat) = room(&core, &alice).await;
    let missing = rooms::identify(&core, None, Some("alice")).await;
    assert!(matches!(missing, Err(Error::Unauthorized(AuthFailure::Missing))));
    assert!(
        rooms::identify(&core, Some(alice.clone()), Some("ALICE"))
            .await
            .is_ok()
    );
    let another = rooms::identify(&core, Some(alice), Some("bob")).await;
    assert!(matches!(another, Err(Error::Unauthorized(AuthFailure::Invalid))));
    let refused = rooms::delete(&core, None, &chat).await;
    assert!(matches!(refused, Err(Error::Unauthorized(AuthFailure::Missing))));
    core.shutdown.cancel();
}

#[tokio::test]
async fn a_deleted_room_takes_its_messages_with_it_and_leaves_its_files_to_the_sweep() {
    use sea_orm::EntityTrait;
    let core = open().await;
    let alice = core.user("alice").await;
    let (id, chat) = room(&core, &alice).await;
    let file = shared::attachments::upload(&core, &alice, crate::writer::picture("x.gif"))
        .await
        .unwrap();
    let command = SendMessage {
        attachment: Some(file.id),
        ..SendMessage::default()
    };
    let sent = messages::send(&core, &alice, id, command).await.unwrap().message;
    assert_eq!(sent.content(), "x.gif");
    let mut events = listen(&core);
    rooms::delete(&core, Some(&alice), &chat).await.unwrap();
    heard(
        &mut events,
        "the deletion",
        |event| matches!(event, Event::ConversationDeleted { conversation } if *conversation == id),
    )
    .await;
    assert!(matches!(
        rooms::get(&core, Some(&alice), &chat).await,
        Err(Error::NotFound(_))
    ));
    assert!(messages::find(&core, &alice, sent.id).await.is_err());
    let row = attachment::Entity::find_by_id(file.id)
        .one(&*core.db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((row.is_attached, row.conversation_id), (false, None));
    assert!(messages::send(&core, &alice, id, text("late")).await.is_err());
}

#[tokio::test]
async fn the_count_follows_the_sockets() {
    let core = open().await;
    let alice = core.user("alice").await;
    let (id, chat) = room(&core, &alice).await;
    let group = group(&core, &alice, &[]).await;
    enter(&core, id).await;
    enter(&core, id).await;
    enter(&core, group).await;
    let found = totals(&core).await;
    assert_eq!((found.connections, found.rooms_count), (3, 2));
    assert_eq!(found.rooms[&id], chat);
    assert_eq!(
        found.rooms[&group],
        group.to_string(),
        "what has no other name goes by its id"
    );
    assert_eq!(core.stats.name_of(id).as_deref(), Some(&*chat));
    leave(&core, id).await;
    leave(&core, group).await;
    leave(&core, group).await;
    let found = totals(&core).await;
    assert_eq!((found.connections, found.rooms_count), (1, 1));
    leave(&core, id).await;
    assert_eq!(totals(&core).await, Default::default());
}

#[tokio::test]
async fn two_instances_counts_add_up_and_a_killed_ones_run_out() {
    let place = Place::new().await;
    let a = place.core(Clock::System, &[]).await;
    let b = place.core(Clock::System, &[]).await;
    if !a.bus.is_shared() {
        return;
    }
    let alice = person(&a, "alice", Role::User, None).await;
    let (one, _) = room(&a, &alice).await;
    let (two, _) = room(&a, &alice).await;
    enter(&a, one).await;
    enter(&b, one).await;
    enter(&b, two).await;
    for core in [&a, &b] {
        let found = totals(core).await;
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
    for core in [a, b] {
        core.shutdown.cancel();
    }
}

#[tokio::test]
async fn many_sockets_that_join_at_once_are_all_counted() {
    let core = open().await;
    let alice = core.user("alice").await;
    let (id, _) = room(&core, &alice).await;
    let joins = (0..100).map(|_| enter(&core, id));
    futures_util::future::join_all(joins).await;
    assert_eq!(totals(&core).await.connections, 100);
    let leaves = (0..99).map(|_| leave(&core, id));
    futures_util::future::join_all(leaves).await;
    assert_eq!(totals(&core).await.connections, 1);
}
