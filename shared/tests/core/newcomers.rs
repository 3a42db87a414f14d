//! What two people said to each other alone is not read by whoever is added later, by no way of reading.

use crate::messages::{edit, react};
use crate::support::*;
use crate::writer::picture;
use kernel::actor::Actor;
use sea_orm::QueryFilter;
use shared::conversations::{self, CreateConversation};
use shared::core::Core;
use shared::entity::user::Role;
use shared::entity::{ConversationId, message};
use shared::messages::{self, Page, SendMessage};
use shared::participants::{add, remove};
use shared::receipts::{self, UpTo};
use shared::store::search;
use shared::testing::TestCore;
use shared::users::Named;
use shared::{attachments, policy, rooms};
use std::time::Duration;

async fn direct(core: &Core, a: &Actor, b: &Actor) -> ConversationId {
    let command = CreateConversation {
        participants: vec![Named::Id(b.id)],
        ..CreateConversation::default()
    };
    conversations::create(core, a, command).await.unwrap().row.id
}

async fn found(core: &Core, actor: &Actor, conversation: Option<ConversationId>) -> Vec<String> {
    let query = search::Query {
        text: "kumquat".into(),
        conversation,
        before: None,
        limit: 20,
    };
    let hits = search::search(core, actor, query).await.unwrap();
    assert_eq!(hits.count, hits.hits.len() as u64);
    hits.hits.into_iter().map(|(message, _)| message.text).collect()
}

async fn last(core: &Core, actor: &Actor, id: ConversationId) -> (Option<String>, i64) {
    let seen = conversations::get(core, actor, id).await.unwrap();
    (seen.last_message.map(|message| message.text), seen.unread)
}

#[tokio::test]
async fn a_third_person_in_a_talk_of_two_reads_only_what_comes_after() {
    let core = TestCore::new().await;
    let (alice, bob, carol) = (
        core.user("alice").await,
        core.user("bob").await,
        core.user("carol").await,
    );
    let admin = core.person("boss", Role::Admin, None).await;
    let id = direct(&core, &alice, &bob).await;
    let old = say(&core, &alice, id, "kumquat: the key is under the mat").await;
    say(&core, &bob, id, "kumquat: thank you").await;
    let file = attachments::upload(&core, &alice, picture("mat.gif"))
        .await
        .unwrap();
    let with_file = SendMessage {
        attachment: Some(file.id),
        ..text("kumquat: look")
    };
    messages::send(&core, &alice, id, with_file).await.unwrap();
    add(&core, &alice, id, &[Named::Id(carol.id), Named::Id(admin.id)])
        .await
        .unwrap();
    // what was said before is nobody's news, not even when it changes
    edit(&core, &alice, old.id, "kumquat: the key is in the pot")
        .await
        .unwrap();

    for page in [Page::Offset(0), Page::Last, Page::Before(99), Page::After(0)] {
        let read = messages::list(&core, &carol, id, page, 50).await.unwrap();
        assert!(read.is_empty(), "{page:?}");
    }
    let changes = messages::changes(&core, &carol, id, 0, Duration::ZERO)
        .await
        .unwrap();
    assert!(changes.messages.is_empty());
    assert_eq!(last(&core, &carol, id).await, (None, 0));
    for within in [None, Some(id)] {
        assert!(found(&core, &carol, within).await.is_empty());
    }
    assert_eq!(code(react(&core, &carol, old.id, "👍", false).await), "not_found");
    assert_eq!(
        code(receipts::mark_message_read(&core, &carol, old.id).await),
        "not_found"
    );
    let receipt = receipts::mark_read(&core, &carol, id, UpTo::Messages(vec![old.id])).await;
    assert_eq!(code(receipt), "validation_error");
    assert_eq!(code(attachments::get(&core, &carol, file.id).await), "not_found");
    assert_eq!(code(attachments::get(&core, &bob, file.id).await), "ok");
    let (_, read) = rooms::messages(&core, Some(&carol), &id.to_string(), 0, 50)
        .await
        .unwrap();
    assert!(read.is_empty());

    let new = say(&core, &bob, id, "kumquat: welcome").await;
    for page in [Page::Offset(0), Page::Last, Page::Before(99), Page::After(0)] {
        let read = messages::list(&core, &carol, id, page, 50).await.unwrap();
        let ids: Vec<_> = read.iter().map(|message| message.id).collect();
        assert_eq!(ids, [new.id], "{page:?}");
    }
    assert!(
        messages::list(&core, &carol, id, Page::Offset(1), 50)
            .await
            .unwrap()
            .is_empty()
    );
    let changes = messages::changes(&core, &carol, id, 0, Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(changes.messages.len(), 1);
    assert_eq!(
        last(&core, &carol, id).await,
        (Some("kumquat: welcome".into()), 1)
    );
    assert_eq!(found(&core, &carol, None).await, ["kumquat: welcome"]);
    assert_eq!(code(react(&core, &carol, new.id, "👍", false).await), "ok");
    let unread = rooms::sync(&core, Some(&carol), &id.to_string(), "carol", None, 50)
        .await
        .unwrap();
    assert_eq!(unread.messages.len(), 1);

    for who in [&alice, &bob, &admin] {
        assert_eq!(history(&core, who, id).await.len(), 4, "{}", who.username);
        assert_eq!(found(&core, who, None).await.len(), 4, "{}", who.username);
    }
    // the condition for the database says what the rule says
    for who in [&alice, &bob, &carol, &admin] {
        let scope = conversations::scope(&core, id).await.unwrap();
        let rule = policy::before_their_time(who, &scope);
        let rows = message::Entity::in_conversation(id)
            .filter(policy::said_in_time(who))
            .all(&*core.db)
            .await
            .unwrap();
        assert_eq!(rows.len() as i64, 4 - rule, "{}", who.username);
        assert!(rows.iter().all(|row| row.seq > rule));
    }
}

#[tokio::test]
async fn who_comes_back_to_a_talk_of_two_reads_on_from_there_and_a_groups_history_is_the_groups() {
    let core = TestCore::new().await;
    let (alice, bob, carol) = (
        core.user("alice").await,
        core.user("bob").await,
        core.user("carol").await,
    );
    let agent = core.person("ann", Role::Agent, None).await;
    let id = direct(&core, &alice, &bob).await;
    say(&core, &alice, id, "kumquat one").await;
    remove(&core, &bob, id, &Named::Id(bob.id)).await.unwrap();
    say(&core, &alice, id, "kumquat two").await;
    add(&core, &alice, id, &[Named::Id(bob.id)]).await.unwrap();
    say(&core, &alice, id, "kumquat three").await;
    assert_eq!(found(&core, &bob, None).await, ["kumquat three"]);

    let private = group(&core, &alice, &[&bob]).await;
    say(&core, &alice, private, "kumquat of the group").await;
    add(&core, &alice, private, &[Named::Id(carol.id)]).await.unwrap();
    assert_eq!(found(&core, &carol, None).await, ["kumquat of the group"]);

    // the company reads what a customer said before it came
    let asked = support(&core, &carol).await;
    say(&core, &carol, asked, "kumquat of a customer").await;
    add(&core, &agent, asked, &[Named::Id(agent.id)]).await.unwrap();
    assert_eq!(found(&core, &agent, None).await, ["kumquat of a customer"]);
}
