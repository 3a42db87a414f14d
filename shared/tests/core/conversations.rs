//! Conversations: kinds, access, changes.

use crate::support::*;
use shared::conversations::{self, CreateConversation, UpdateConversation};
use shared::entity::ConversationId;
use shared::entity::conversation::{Kind, Status};
use shared::entity::user::Role;
use shared::participants;
use shared::testing::TestCore;
use shared::users::Named;
use uuid::Uuid;

fn named(name: &str) -> Named {
    Named::Name(name.into())
}

#[tokio::test]
async fn the_people_decide_the_kind_and_whether_the_bot_answers() {
    let core = TestCore::new().await;
    let alice = core.user("alice").await;
    core.user("bob").await;
    core.user("carol").await;
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
        let made = conversations::create(&core, &alice, command).await.unwrap();
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
        detail(conversations::create(&core, &alice, unknown).await),
        "User zoe not found"
    );
    for name in ["bot", "nul\0", ""] {
        let command = CreateConversation {
            participants: vec![named(name)],
            ..CreateConversation::default()
        };
        assert_eq!(
            code(conversations::create(&core, &alice, command).await),
            "not_found"
        );
    }
    let long = |title: usize, description: usize| CreateConversation {
        title: Some("ü".repeat(title)),
        description: Some("ü".repeat(description)),
        ..CreateConversation::default()
    };
    assert_eq!(
        code(conversations::create(&core, &alice, long(200, 2000)).await),
        "ok"
    );
    assert_eq!(
        code(conversations::create(&core, &alice, long(201, 1)).await),
        "validation_error"
    );
    assert_eq!(
        code(conversations::create(&core, &alice, long(1, 2001)).await),
        "validation_error"
    );
}

#[tokio::test]
async fn who_may_see_what_is_a_matter_of_kind_part_and_role_and_foreign_is_like_unknown() {
    let core = TestCore::new().await;
    let (alice, bob) = (core.user("alice").await, core.user("bob").await);
    let agent = core.person("agent", Role::Agent, None).await;
    let admin = core.person("boss", Role::Admin, None).await;
    let (talk, private) = (support(&core, &alice).await, group(&core, &alice, &[]).await);
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
            code(conversations::get(&core, who, id).await),
            expected,
            "{} {id}",
            who.username
        );
    }
    let foreign = detail(conversations::get(&core, &bob, talk).await);
    assert_eq!(
        foreign,
        detail(conversations::get(&core, &bob, ConversationId(Uuid::now_v7())).await)
    );
    assert_eq!(
        detail(conversations::resolve(&core, "chat-000000000000").await),
        foreign
    );
    for junk in ["", "x", "TKT-\0", "chat-%", "1"] {
        assert_eq!(code(conversations::resolve(&core, junk).await), "not_found");
    }
    assert_eq!(
        conversations::resolve(&core, &talk.to_string()).await.unwrap(),
        talk
    );
}

#[tokio::test]
async fn its_owner_and_staff_rename_archive_and_switch_it_and_nobody_else() {
    let core = TestCore::new().await;
    let (alice, bob) = (core.user("alice").await, core.user("bob").await);
    let agent = core.person("agent", Role::Agent, None).await;
    let id = support(&core, &alice).await;
    participants::add(&core, &alice, id, &[Named::Id(bob.id)])
        .await
        .unwrap();
    let rename = |title: &str| UpdateConversation {
        title: Some(title.into()),
        ..UpdateConversation::default()
    };
    assert_eq!(
        code(conversations::update(&core, &bob, id, rename("Bob's")).await),
        "forbidden"
    );
    assert_eq!(
        conversations::update(&core, &alice, id, rename("Mine"))
            .await
            .unwrap()
            .row
            .title,
        "Mine"
    );
    for bad in ["", "  ", "a\0", &"x".repeat(201)] {
        assert_eq!(
            code(conversations::update(&core, &alice, id, rename(bad)).await),
            "validation_error"
        );
    }
    let switch = |on| UpdateConversation {
        bot_on: Some(on),
        ..UpdateConversation::default()
    };
    assert!(
        !conversations::update(&core, &agent, id, switch(false))
            .await
            .unwrap()
            .row
            .bot_on
    );
    assert!(
        conversations::update(&core, &agent, id, switch(true))
            .await
            .unwrap()
            .row
            .bot_on
    );
    let archive = UpdateConversation {
        is_archived: Some(true),
        ..UpdateConversation::default()
    };
    let archived = conversations::update(&core, &alice, id, archive).await.unwrap();
    assert!(archived.row.is_archived && archived.row.title == "Mine");
    let private = group(&core, &alice, &[&bob]).await;
    assert_eq!(
        code(conversations::update(&core, &alice, private, switch(true)).await),
        "validation_error"
    );
    assert_eq!(
        code(conversations::update(&core, &agent, private, switch(true)).await),
        "not_found"
    );
}
