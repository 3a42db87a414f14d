//! Who takes part, and who may say so.

use crate::support::*;
use accounts::users::{self, Named};
use app::testing::{Place, TestApp, person};
use chat::conversations;
use chat::participants::{add, remove};
use entity::participant::Part;
use entity::user::Role;
use kernel::clock::Clock;
use kernel::event::Event;

#[tokio::test]
async fn the_owner_adds_and_removes_people_and_everybody_may_leave() {
    let app = TestApp::new().await;
    let (alice, bob, carol) = (
        app.user("alice").await,
        app.user("bob").await,
        app.user("carol").await,
    );
    let id = group(&app, &alice, &[&bob]).await;
    let name = |name: &str| Named::Name(name.into());
    assert_eq!(code(add(&app, &bob, id, &[name("carol")]).await), "forbidden");
    assert_eq!(code(add(&app, &carol, id, &[name("carol")]).await), "not_found");
    assert_eq!(
        detail(add(&app, &alice, id, &[name("carol"), name("zoe")]).await),
        "User zoe not found"
    );
    assert_eq!(
        code(conversations::get(&app, &carol, id).await),
        "not_found",
        "all or nobody"
    );
    let added = add(&app, &alice, id, &[name("Carol"), name("bob"), name("carol")])
        .await
        .unwrap();
    assert_eq!(
        added
            .iter()
            .map(|user| user.username.as_str())
            .collect::<Vec<_>>(),
        ["carol"]
    );
    assert!(conversations::get(&app, &carol, id).await.is_ok());
    assert_eq!(code(add(&app, &alice, id, &[]).await), "validation_error");

    let mut events = listen(&app);
    assert_eq!(code(remove(&app, &bob, id, &name("carol")).await), "forbidden");
    remove(&app, &alice, id, &name("CAROL")).await.unwrap();
    heard(
        &mut events,
        "the removal",
        |event| matches!(event, Event::ParticipantRemoved { user, .. } if *user == carol.id),
    )
    .await;
    assert_eq!(code(conversations::get(&app, &carol, id).await), "not_found");
    assert_eq!(
        detail(remove(&app, &alice, id, &name("carol")).await),
        "User carol not found"
    );
    remove(&app, &bob, id, &Named::Id(bob.id)).await.unwrap();
    assert_eq!(
        code(chat::messages::send(&app, &bob, id, text("still here?")).await),
        "not_found"
    );
    users::disable(&app, "carol").await.unwrap();
}

#[tokio::test]
async fn a_disabled_account_can_be_removed_but_not_added() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let id = group(&app, &alice, &[&bob]).await;
    users::disable(&app, "bob").await.unwrap();
    remove(&app, &alice, id, &Named::Id(bob.id)).await.unwrap();
    assert_eq!(
        detail(add(&app, &alice, id, &[Named::Id(bob.id)]).await),
        format!("User {} not found", bob.id)
    );
}

#[tokio::test]
async fn staff_who_join_a_customer_do_so_for_the_company() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let agent = app.person("agent", Role::Agent, None).await;
    app.person("second", Role::Agent, None).await;
    let id = support(&app, &alice).await;
    add(&app, &agent, id, &[Named::Name("second".into())])
        .await
        .unwrap();
    let seen = conversations::get(&app, &alice, id).await.unwrap();
    let parts: Vec<_> = seen
        .participants
        .iter()
        .map(|part| (&*part.person.username, part.part))
        .collect();
    assert_eq!(parts, [("alice", Part::Owner), ("second", Part::Agent)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_let_in_on_one_instance_is_let_in_on_the_other_at_once() {
    let place = Place::new().await;
    let a = place.app(Clock::System, &[]).await;
    let b = place.app(Clock::System, &[]).await;
    let (alice, bob) = (
        person(&a, "alice", Role::User, None).await,
        person(&a, "bob", Role::User, None).await,
    );
    let id = group(&a, &alice, &[]).await;
    for _ in 0..5 {
        assert_eq!(
            code(conversations::get(&b, &bob, id).await),
            "not_found",
            "and b remembers the people"
        );
        add(&a, &alice, id, &[Named::Id(bob.id)]).await.unwrap();
        assert_eq!(code(conversations::get(&b, &bob, id).await), "ok");
        remove(&b, &alice, id, &Named::Id(bob.id)).await.unwrap();
    }
}
