//! Messages: who may change what, and what everybody sees of it.

use crate::support::*;
use app::App;
use app::testing::TestApp;
use chat::messages::{self, DeleteMessage, EditMessage, Page, React, SendMessage};
use entity::user::Role;
use entity::{ConversationId, MessageId, message};
use kernel::actor::Actor;
use kernel::error::Result;
use kernel::event::{Change, Event};
use kernel::message::Message;
use std::sync::Arc;
use uuid::Uuid;

pub async fn edit(app: &App, who: &Actor, message: MessageId, text: &str) -> Result<Arc<Message>> {
    let text = text.into();
    messages::edit(
        app,
        who,
        messages::Place::Anywhere,
        EditMessage {
            message,
            text,
            limit: messages::TextLimit::default(),
        },
    )
    .await
}

pub async fn delete(app: &App, who: &Actor, message: MessageId) -> Result<Arc<Message>> {
    messages::delete(app, who, messages::Place::Anywhere, DeleteMessage { message }).await
}

pub async fn react(
    app: &App,
    who: &Actor,
    message: MessageId,
    emoji: &str,
    remove: bool,
) -> Result<Arc<Message>> {
    let emoji = emoji.into();
    messages::react(
        app,
        who,
        messages::Place::Anywhere,
        React {
            message,
            emoji,
            remove,
        },
    )
    .await
}

/// Alice, Bob and a stranger; a group of the first two with one message of Alice.
async fn scene(app: &TestApp) -> (Actor, Actor, Actor, ConversationId, MessageId) {
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let stranger = app.user("stranger").await;
    let id = group(app, &alice, &[&bob]).await;
    let message = say(app, &alice, id, "first").await.id;
    (alice, bob, stranger, id, message)
}

#[tokio::test]
async fn the_author_edits_and_everybody_hears_the_new_text_with_the_next_rev() {
    let app = TestApp::new().await;
    let (alice, bob, stranger, id, message) = scene(&app).await;
    let mut events = listen(&app);
    let edited = edit(&app, &alice, message, "better").await.unwrap();
    assert_eq!(
        (edited.text.as_str(), edited.seq, edited.rev, edited.is_edited),
        ("better", 1, 2, true)
    );
    let event = heard(&mut events, "the edit", |event| event.rev() == Some(2)).await;
    assert!(
        matches!(&*event, Event::MessageChanged { change: Change::Edited, message } if message.text == "better")
    );
    assert_eq!(code(edit(&app, &bob, message, "mine").await), "forbidden");
    let admin = app.person("boss", Role::Admin, None).await;
    assert_eq!(code(edit(&app, &admin, message, "mine").await), "forbidden");
    assert_eq!(code(edit(&app, &alice, message, "  ").await), "validation_error");
    assert_eq!(
        code(edit(&app, &alice, message, &"é".repeat(4001)).await),
        "validation_error"
    );
    assert_eq!(
        code(edit(&app, &alice, message, "nul\0").await),
        "validation_error"
    );
    // foreign is like unknown, byte for byte
    let foreign = detail(edit(&app, &stranger, message, "x").await);
    assert_eq!(
        foreign,
        detail(edit(&app, &alice, MessageId(Uuid::now_v7()), "x").await)
    );
    assert_eq!(foreign, "Message not found");
    let stored = history(&app, &bob, id).await;
    assert_eq!(
        (stored.len(), stored[0].rev),
        (1, 2),
        "what is refused takes no rev"
    );
}

#[tokio::test]
async fn a_deleted_message_keeps_its_place_empty_and_takes_no_more_changes() {
    let app = TestApp::new().await;
    let (alice, bob, stranger, id, first) = scene(&app).await;
    assert_eq!(code(delete(&app, &bob, first).await), "forbidden");
    assert_eq!(code(delete(&app, &stranger, first).await), "not_found");
    let deleted = delete(&app, &alice, first).await.unwrap();
    assert_eq!(
        (deleted.text.as_str(), deleted.is_deleted, deleted.rev),
        ("", true, 2)
    );
    for refused in [
        edit(&app, &alice, first, "again").await,
        delete(&app, &alice, first).await,
        react(&app, &bob, first, "👍", false).await,
    ] {
        assert_eq!(code(refused), "message_deleted");
    }
    let second = say(&app, &bob, id, "second").await;
    let admin = app.person("boss", Role::Admin, None).await;
    assert!(
        delete(&app, &admin, second.id).await.unwrap().is_deleted,
        "an admin deletes anybody's"
    );
    let stored = history(&app, &alice, id).await;
    assert_eq!(
        stored
            .iter()
            .map(|m| (m.seq, m.rev, m.is_deleted))
            .collect::<Vec<_>>(),
        [(1, 2, true), (2, 4, true)]
    );
}

#[tokio::test]
async fn reactions_count_people_and_putting_one_twice_is_putting_it_once() {
    let app = TestApp::new().await;
    let (alice, bob, stranger, id, first) = scene(&app).await;
    react(&app, &alice, first, "👍", false).await.unwrap();
    react(&app, &bob, first, "👍", false).await.unwrap();
    let twice = react(&app, &bob, first, "👍", false).await.unwrap();
    assert_eq!(twice.reactions.get("👍"), Some(&2));
    let mut events = listen(&app);
    react(&app, &bob, first, "🎉", false).await.unwrap();
    let event = heard(&mut events, "the reaction", |event| event.rev().is_some()).await;
    let Event::MessageChanged {
        change: Change::Reacted { emoji, by, removed },
        message,
    } = &*event
    else {
        panic!("{event:?}")
    };
    assert_eq!(
        (emoji.as_str(), &*by.username, *removed, message.reactions.len()),
        ("🎉", "bob", false, 2)
    );
    let back = react(&app, &bob, first, "🎉", true).await.unwrap();
    assert!(!back.reactions.contains_key("🎉"));
    let listed = history(&app, &alice, id).await;
    assert_eq!(listed[0].reactions, back.reactions);
    assert!(!listed[0].is_edited);
    for bad in ["", " ", "a b", "\n", "\0", &"x".repeat(65)] {
        assert_eq!(
            code(react(&app, &alice, first, bad, false).await),
            "validation_error",
            "{bad:?}"
        );
    }
    assert_eq!(
        code(react(&app, &stranger, first, "👍", false).await),
        "not_found"
    );
}

#[tokio::test]
async fn a_page_of_history_is_oldest_first_whichever_way_it_is_asked_for() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let id = group(&app, &alice, &[]).await;
    for n in 1..=9 {
        say(&app, &alice, id, &format!("{n}")).await;
    }
    for (page, limit, expected) in [
        (Page::Offset(0), 3, vec![1, 2, 3]),
        (Page::Offset(7), 3, vec![8, 9]),
        (Page::Offset(u64::MAX), 3, vec![]),
        (Page::Last, 2, vec![8, 9]),
        (Page::Before(4), 2, vec![2, 3]),
        (Page::Before(i64::MIN), 2, vec![]),
        (Page::After(7), 10, vec![8, 9]),
        (Page::After(i64::MAX), 10, vec![]),
        (Page::Last, 0, vec![9]),
    ] {
        let seqs: Vec<_> = messages::list(&app, &alice, id, page, limit).await.unwrap();
        assert_eq!(
            seqs.iter().map(|m| m.seq).collect::<Vec<_>>(),
            expected,
            "{page:?}"
        );
    }
}

#[tokio::test]
async fn bad_texts_are_named_and_store_nothing() {
    let app = TestApp::new().await;
    let (alice, _, stranger, id, first) = scene(&app).await;
    let long = "ü".repeat(4000);
    assert_eq!(say(&app, &alice, id, &long).await.text, long);
    for bad in ["", " \n", "a\0b", &"ü".repeat(4001)] {
        assert_eq!(
            code(messages::send(&app, &alice, id, text(bad)).await),
            "validation_error"
        );
    }
    for client_id in ["", "\0", &"c".repeat(129)] {
        let command = SendMessage {
            client_id: Some(client_id.into()),
            ..text("x")
        };
        assert_eq!(
            code(messages::send(&app, &alice, id, command).await),
            "validation_error"
        );
    }
    assert_eq!(
        detail(messages::send(&app, &stranger, id, text("x")).await),
        "Conversation not found"
    );
    let reply = SendMessage {
        reply_to: Some(first),
        ..text("yes")
    };
    let reply = messages::send(&app, &alice, id, reply).await.unwrap().message;
    assert_eq!(
        (reply.reply_to, reply.seq, reply.voice),
        (Some(first), 3, message::Voice::User)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_message_tried_on_two_instances_at_once_begins_one_conversation() {
    let place = app::testing::Place::new().await;
    let one = place.app(kernel::clock::Clock::System, &[]).await;
    let two = place.app(kernel::clock::Clock::System, &[]).await;
    let alice = app::testing::person(&one, "alice", Role::User, None).await;
    let first = || SendMessage {
        text: "Hello".into(),
        client_id: Some("c-1".into()),
        ..Default::default()
    };
    let (a, b) = tokio::join!(
        messages::begin(&one, &alice, first()),
        messages::begin(&two, &alice, first())
    );
    let (a, b, again) = (
        a.unwrap(),
        b.unwrap(),
        messages::begin(&one, &alice, first()).await.unwrap(),
    );
    assert_eq!(
        (a.message.conversation, a.message.id),
        (b.message.conversation, b.message.id)
    );
    assert_eq!(again.message.id, a.message.id);
    assert_eq!(
        [a.is_new, b.is_new, again.is_new]
            .iter()
            .filter(|is_new| **is_new)
            .count(),
        1
    );
    let listed = chat::conversations::list(
        &one,
        &alice,
        chat::conversations::Query {
            limit: 10,
            ..Default::default()
        },
    );
    assert_eq!(listed.await.unwrap().count, 1);
}
