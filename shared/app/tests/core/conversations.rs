//! Conversations: kinds, access, changes.

use crate::support::*;
use accounts::users::Named;
use app::testing::TestApp;
use chat::conversations::{self, CreateConversation};
use chat::participants;
use desk::work;
use desk::work::UpdateConversation;
use entity::ConversationId;
use entity::conversation::{Kind, Status};
use entity::user::Role;
use uuid::Uuid;

fn named(name: &str) -> Named {
    Named::Name(name.into())
}

#[tokio::test]
async fn the_people_decide_the_kind_and_whether_the_bot_answers() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    app.user("bob").await;
    app.user("carol").await;
    for (is_group, people, kind, bot_on, title) in [
        (false, vec![], Kind::Support, true, "Chat with alice"),
        (
            false,
            vec!["alice", "ALICE"],
            Kind::Support,
            true,
            "Chat with alice",
        ),
        (false, vec!["Bob", "bob"], Kind::Direct, false, "alice, bob"),
        (
            false,
            vec!["carol", "bob"],
            Kind::Group,
            false,
            "alice, carol, bob",
        ),
        (true, vec![], Kind::Group, false, "Chat with alice"),
        (true, vec!["bob"], Kind::Group, false, "alice, bob"),
    ] {
        let participants = people.iter().map(|name| named(name)).collect();
        let command = CreateConversation {
            is_group,
            participants,
            ..CreateConversation::default()
        };
        let made = conversations::create(&app, &alice, command).await.unwrap();
        let row = &made.row;
        assert_eq!(
            (row.kind, row.bot_on, row.title.as_str()),
            (kind, bot_on, title),
            "{people:?} {is_group}"
        );
        assert!(made.participants.iter().any(|part| part.person.id == alice.id));
        assert_eq!(
            (row.status, row.last_seq, made.unread, made.last_message.is_none()),
            (Status::Open, 0, 0, true)
        );
    }
    let unknown = CreateConversation {
        participants: vec![named("bob"), named("zoe"), named("yan")],
        ..CreateConversation::default()
    };
    assert_eq!(
        detail(conversations::create(&app, &alice, unknown).await),
        "User zoe not found"
    );
    for name in ["bot", "nul\0", ""] {
        let command = CreateConversation {
            participants: vec![named(name)],
            ..CreateConversation::default()
        };
        assert_eq!(
            code(conversations::create(&app, &alice, command).await),
            "not_found"
        );
    }
    let long = |title: usize, description: usize| CreateConversation {
        title: Some("ü".repeat(title)),
        description: Some("ü".repeat(description)),
        ..CreateConversation::default()
    };
    assert_eq!(
        code(conversations::create(&app, &alice, long(200, 2000)).await),
        "ok"
    );
    assert_eq!(
        code(conversations::create(&app, &alice, long(201, 1)).await),
        "validation_error"
    );
    assert_eq!(
        code(conversations::create(&app, &alice, long(1, 2001)).await),
        "validation_error"
    );
}

#[tokio::test]
async fn who_may_see_what_is_a_matter_of_kind_part_and_role_and_foreign_is_like_unknown() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let agent = app.person("agent", Role::Agent, None).await;
    let admin = app.person("boss", Role::Admin, None).await;
    let (talk, private) = (support(&app, &alice).await, group(&app, &alice, &[]).await);
    for (who, id, expected) in [
        (&alice, talk, "ok"),
        (&bob, talk, "not_found"),
        (&agent, talk, "ok"),
        (&admin, talk, "ok"),
        (&alice, private, "ok"),
        (&bob, private, "not_found"),
        (&agent, private, "not_found"),
        (&admin, private, "ok"),
    ] {
        assert_eq!(
            code(conversations::get(&app, who, id).await),
            expected,
            "{} {id}",
            who.username
        );
    }
    let foreign = detail(conversations::get(&app, &bob, talk).await);
    assert_eq!(
        foreign,
        detail(conversations::get(&app, &bob, ConversationId(Uuid::now_v7())).await)
    );
    assert_eq!(
        detail(conversations::resolve(&app, "chat-000000000000").await),
        foreign
    );
    for junk in ["", "x", "TKT-\0", "chat-%", "1"] {
        assert_eq!(code(conversations::resolve(&app, junk).await), "not_found");
    }
    assert_eq!(
        conversations::resolve(&app, &talk.to_string()).await.unwrap(),
        talk
    );
}

#[tokio::test]
async fn its_owner_and_staff_rename_archive_and_switch_it_and_nobody_else() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let agent = app.person("agent", Role::Agent, None).await;
    let id = support(&app, &alice).await;
    participants::add(&app, &alice, id, &[Named::Id(bob.id)])
        .await
        .unwrap();
    let rename = |title: &str| UpdateConversation {
        title: Some(title.into()),
        ..UpdateConversation::default()
    };
    assert_eq!(
        code(work::update(&app, &bob, id, rename("Bob's")).await),
        "forbidden"
    );
    assert_eq!(
        work::update(&app, &alice, id, rename("Mine"))
            .await
            .unwrap()
            .row
            .title,
        "Mine"
    );
    for bad in ["", "  ", "a\0", &"x".repeat(201)] {
        assert_eq!(
            code(work::update(&app, &alice, id, rename(bad)).await),
            "validation_error"
        );
    }
    let switch = |on| UpdateConversation {
        bot_on: Some(on),
        ..UpdateConversation::default()
    };
    assert!(
        !work::update(&app, &agent, id, switch(false))
            .await
            .unwrap()
            .row
            .bot_on
    );
    assert!(
        work::update(&app, &agent, id, switch(true))
            .await
            .unwrap()
            .row
            .bot_on
    );
    let archive = UpdateConversation {
        is_archived: Some(true),
        ..UpdateConversation::default()
    };
    let archived = work::update(&app, &alice, id, archive).await.unwrap();
    assert!(archived.row.is_archived && archived.row.title == "Mine");
    let private = group(&app, &alice, &[&bob]).await;
    assert_eq!(
        code(work::update(&app, &alice, private, switch(true)).await),
        "validation_error"
    );
    assert_eq!(
        code(work::update(&app, &agent, private, switch(true)).await),
        "not_found"
    );
}
