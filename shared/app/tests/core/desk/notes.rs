//! Notes: the staff's alone.

use super::Desk;
use crate::support::*;
use accounts::users;
use chat::search;
use desk::work::{add_note, delete_note, edit_note, notes};
use entity::NoteId;
use entity::notification::Kind;
use kernel::event::Event;
use uuid::Uuid;

#[tokio::test]
async fn notes_are_written_changed_and_deleted_by_their_authors() {
    let desk = Desk::open().await;
    let (app, alice, ann, ben) = (&desk.app, &desk.alice, &desk.ann, &desk.ben);
    let id = support(app, alice).await;
    let mut events = listen(app);
    let first = add_note(app, ann, id, "A **kumquat**").await.unwrap();
    let added = heard(&mut events, "the note", |event| {
        matches!(event, Event::NoteAdded { .. })
    })
    .await;
    assert!(added.is_for_staff() && added.concerns_inbox() && added.conversation() == Some(id));
    let second = add_note(app, ben, id, "Two").await.unwrap();
    let all = notes(app, &desk.boss, id).await.unwrap();
    assert_eq!(all, [first.clone(), second.clone()], "oldest first");
    assert_eq!(code(edit_note(app, ben, first.id, "x").await), "forbidden");
    assert_eq!(code(edit_note(app, &desk.boss, first.id, "x").await), "forbidden");
    let changed = edit_note(app, ann, first.id, "Another").await.unwrap();
    assert_eq!(
        (changed.text.as_str(), changed.created_at),
        ("Another", first.created_at)
    );
    heard(&mut events, "the change", |event| {
        matches!(event, Event::NoteChanged { .. })
    })
    .await;
    assert_eq!(code(delete_note(app, ben, first.id).await), "forbidden");
    delete_note(app, &desk.boss, first.id).await.unwrap();
    heard(
        &mut events,
        "the end",
        |event| matches!(event, Event::NoteDeleted { note, .. } if *note == first.id),
    )
    .await;
    assert_eq!(notes(app, ann, id).await.unwrap(), [second]);
    for bad in ["", " \n", "a\0", &"ü".repeat(4001)] {
        assert_eq!(code(add_note(app, ann, id, bad).await), "validation_error");
    }
    assert_eq!(code(add_note(app, ann, id, &"ü".repeat(4000)).await), "ok");
    let unknown = NoteId(Uuid::now_v7());
    assert_eq!(code(edit_note(app, ann, unknown, "x").await), "not_found");
}

#[tokio::test]
async fn nobody_but_the_staff_who_see_the_conversation_gets_at_its_notes() {
    let desk = Desk::open().await;
    let (app, alice, ben) = (&desk.app, &desk.alice, &desk.ben);
    let ticket = desk.ticket().await.row.conversation_id;
    let note = add_note(app, ben, ticket, "She is a kumquat").await.unwrap();
    assert_eq!(code(notes(app, alice, ticket).await), "forbidden");
    assert_eq!(code(add_note(app, alice, ticket, "x").await), "forbidden");
    assert_eq!(code(delete_note(app, alice, note.id).await), "forbidden");
    let bob = app.user("bob").await;
    assert_eq!(code(notes(app, &bob, ticket).await), "not_found");
    for refused in [
        code(notes(app, &desk.hanna, ticket).await),
        code(edit_note(app, &desk.hanna, note.id, "x").await),
        code(delete_note(app, &desk.hanna, note.id).await),
    ] {
        assert_eq!(refused, "not_found");
    }
    let private = group(app, ben, &[]).await;
    assert_eq!(code(add_note(app, ben, private, "x").await), "validation_error");
    // not in the history, nor in any search
    assert!(history(app, alice, ticket).await.is_empty());
    for who in [alice, ben] {
        let query = search::Query {
            text: "kumquat".into(),
            conversation: None,
            before: None,
            limit: 10,
        };
        let hits = search::search(app, who, query).await.unwrap();
        assert!(hits.hits.is_empty());
    }
}

#[tokio::test]
async fn whoever_a_note_names_is_told_once() {
    let desk = Desk::open().await;
    let (app, ann, ben) = (&desk.app, &desk.ann, &desk.ben);
    let ticket = desk.ticket().await.row.conversation_id;
    users::disable(app, "boss").await.unwrap();
    let before = desk.told(ben).await.len();
    let text = "@ben, @Ben (@ann) @hanna @alice @boss @nobody ben@example.com";
    let note = add_note(app, ann, ticket, text).await.unwrap();
    assert_eq!(
        note.mentions,
        ["ann", "ben"],
        "staff who may see it and are there"
    );
    assert_eq!(desk.told(ben).await[before..], [Kind::Mentioned]);
    assert!(!desk.told(ann).await.contains(&Kind::Mentioned), "not oneself");
    assert!(!desk.told(&desk.hanna).await.contains(&Kind::Mentioned));
    edit_note(app, ann, note.id, "@ben once more").await.unwrap();
    assert_eq!(desk.told(ben).await.len(), before + 1);
    let row = &desk::notifications::list(app, ben, false, 0, 1)
        .await
        .unwrap()
        .notifications[0];
    assert_eq!(row.data["conversation_id"], ticket.0.to_string());
    assert_eq!(row.data["note_id"], note.id.0.to_string());
    let later = edit_note(app, ann, note.id, "nobody").await.unwrap();
    assert!(later.mentions.is_empty());
}
