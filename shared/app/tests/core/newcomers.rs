//! What two people said to each other alone is not read by whoever is added later, by no way of reading.

use crate::messages::{edit, react};
use crate::support::*;
use crate::writer::picture;
use accounts::users::Named;
use app::App;
use app::testing::TestApp;
use chat::attachments;
use chat::conversations::{self, CreateConversation};
use chat::messages::{self, Page, SendMessage};
use chat::participants::{add, remove};
use chat::policy;
use chat::receipts::{self, UpTo};
use chat::rooms;
use chat::scope;
use chat::search;
use entity::user::Role;
use entity::{ConversationId, message};
use kernel::actor::Actor;
use sea_orm::QueryFilter;
use std::time::Duration;

async fn direct(app: &App, a: &Actor, b: &Actor) -> ConversationId {
    let command = CreateConversation {
        participants: vec![Named::Id(b.id)],
        ..CreateConversation::default()
    };
    conversations::create(app, a, command).await.unwrap().row.id
}

async fn found(app: &App, actor: &Actor, conversation: Option<ConversationId>) -> Vec<String> {
    let query = search::Query {
        text: "kumquat".into(),
        conversation,
        before: None,
        limit: 20,
    };
    let hits = search::search(app, actor, query).await.unwrap();
    assert_eq!(hits.count, hits.hits.len() as u64);
    hits.hits.into_iter().map(|(message, _)| message.text).collect()
}

async fn last(app: &App, actor: &Actor, id: ConversationId) -> (Option<String>, i64) {
    let seen = conversations::get(app, actor, id).await.unwrap();
    (seen.last_message.map(|message| message.text), seen.unread)
}

#[tokio::test]
async fn a_third_person_in_a_talk_of_two_reads_only_what_comes_after() {
    let app = TestApp::new().await;
    let (alice, bob, carol) = (
        app.user("alice").await,
        app.user("bob").await,
        app.user("carol").await,
    );
    let admin = app.person("boss", Role::Admin, None).await;
    let id = direct(&app, &alice, &bob).await;
    let old = say(&app, &alice, id, "kumquat: the key is under the mat").await;
    say(&app, &bob, id, "kumquat: thank you").await;
    let file = attachments::upload(&app, &alice, picture("mat.gif"))
        .await
        .unwrap();
    let with_file = SendMessage {
        attachment: Some(file.id),
        ..text("kumquat: look")
    };
    messages::send(&app, &alice, id, with_file).await.unwrap();
    add(&app, &alice, id, &[Named::Id(carol.id), Named::Id(admin.id)])
        .await
        .unwrap();
    // what was said before is nobody's news, not even when it changes
    edit(&app, &alice, old.id, "kumquat: the key is in the pot")
        .await
        .unwrap();

    for page in [Page::Offset(0), Page::Last, Page::Before(99), Page::After(0)] {
        let read = messages::list(&app, &carol, id, page, 50).await.unwrap();
        assert!(read.is_empty(), "{page:?}");
    }
    let changes = messages::changes(&app, &carol, id, 0, Duration::ZERO)
        .await
        .unwrap();
    assert!(changes.messages.is_empty());
    assert_eq!(last(&app, &carol, id).await, (None, 0));
    for within in [None, Some(id)] {
        assert!(found(&app, &carol, within).await.is_empty());
    }
    assert_eq!(code(react(&app, &carol, old.id, "👍", false).await), "not_found");
    assert_eq!(
        code(receipts::mark_message_read(&app, &carol, old.id).await),
        "not_found"
    );
    let receipt = receipts::mark_read(&app, &carol, id, UpTo::Messages(vec![old.id])).await;
    assert_eq!(code(receipt), "validation_error");
    assert_eq!(code(attachments::get(&app, &carol, file.id).await), "not_found");
    assert_eq!(code(attachments::get(&app, &bob, file.id).await), "ok");
    let (_, read) = rooms::messages(&app, Some(&carol), &id.to_string(), 0, 50)
        .await
        .unwrap();
    assert!(read.is_empty());

    let new = say(&app, &bob, id, "kumquat: welcome").await;
    for page in [Page::Offset(0), Page::Last, Page::Before(99), Page::After(0)] {
        let read = messages::list(&app, &carol, id, page, 50).await.unwrap();
        let ids: Vec<_> = read.iter().map(|message| message.id).collect();
        assert_eq!(ids, [new.id], "{page:?}");
    }
    assert!(
        messages::list(&app, &carol, id, Page::Offset(1), 50)
            .await
            .unwrap()
            .is_empty()
    );
    let changes = messages::changes(&app, &carol, id, 0, Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(changes.messages.len(), 1);
    assert_eq!(last(&app, &carol, id).await, (Some("kumquat: welcome".into()), 1));
    assert_eq!(found(&app, &carol, None).await, ["kumquat: welcome"]);
    assert_eq!(code(react(&app, &carol, new.id, "👍", false).await), "ok");
    let unread = rooms::sync(&app, Some(&carol), &id.to_string(), "carol", None, 50)
        .await
        .unwrap();
    assert_eq!(unread.messages.len(), 1);

    for who in [&alice, &bob, &admin] {
        assert_eq!(history(&app, who, id).await.len(), 4, "{}", who.username);
        assert_eq!(found(&app, who, None).await.len(), 4, "{}", who.username);
    }
    // the condition for the database says what the rule says
    for who in [&alice, &bob, &carol, &admin] {
        let scope = scope::scope(&app, id).await.unwrap();
        let rule = policy::before_their_time(who, &scope);
        let rows = message::Entity::in_conversation(id)
            .filter(policy::said_in_time(who))
            .all(&*app.db)
            .await
            .unwrap();
        assert_eq!(rows.len() as i64, 4 - rule, "{}", who.username);
        assert!(rows.iter().all(|row| row.seq > rule));
    }
}

#[tokio::test]
async fn who_comes_back_to_a_talk_of_two_reads_on_from_there_and_a_groups_history_is_the_groups() {
    let app = TestApp::new().await;
    let (alice, bob, carol) = (
        app.user("alice").await,
        app.user("bob").await,
        app.user("carol").await,
    );
    let agent = app.person("ann", Role::Agent, None).await;
    let id = direct(&app, &alice, &bob).await;
    say(&app, &alice, id, "kumquat one").await;
    remove(&app, &bob, id, &Named::Id(bob.id)).await.unwrap();
    say(&app, &alice, id, "kumquat two").await;
    add(&app, &alice, id, &[Named::Id(bob.id)]).await.unwrap();
    say(&app, &alice, id, "kumquat three").await;
    assert_eq!(found(&app, &bob, None).await, ["kumquat three"]);

    let private = group(&app, &alice, &[&bob]).await;
    say(&app, &alice, private, "kumquat of the group").await;
    add(&app, &alice, private, &[Named::Id(carol.id)]).await.unwrap();
    assert_eq!(found(&app, &carol, None).await, ["kumquat of the group"]);

    // the company reads what a customer said before it came
    let asked = support(&app, &carol).await;
    say(&app, &carol, asked, "kumquat of a customer").await;
    add(&app, &agent, asked, &[Named::Id(agent.id)]).await.unwrap();
    assert_eq!(found(&app, &agent, None).await, ["kumquat of a customer"]);
}
