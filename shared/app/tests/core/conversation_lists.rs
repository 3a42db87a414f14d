//! Lists of conversations: pages both ways, titles, what a person sees of each.

use crate::support::*;
use app::App;
use app::testing::{TestApp, person};
use chat::conversations::{self, CreateConversation, Cursor, Query};
use entity::ConversationId;
use entity::conversation::Status;
use entity::user::Role;
use kernel::actor::Actor;

async fn page(app: &App, who: &Actor, cursor: Option<Cursor>, limit: u64) -> conversations::Listed {
    let query = Query {
        cursor,
        limit,
        ..Query::default()
    };
    conversations::list(app, who, query).await.expect("a page")
}

fn ids(listed: &conversations::Listed) -> Vec<ConversationId> {
    listed
        .rows
        .iter()
        .map(|conversation| conversation.row.id)
        .collect()
}

/// Walks to the end and back, by cursors as clients carry them.
async fn walk(app: &App, who: &Actor, limit: u64) -> Vec<ConversationId> {
    let again = |cursor: Option<Cursor>| cursor.map(|cursor| Cursor::decode(&cursor.encode()).unwrap());
    let (mut there, mut back) = (Vec::new(), Vec::new());
    let mut listed = page(app, who, None, limit).await;
    assert!(listed.previous.is_none());
    let count = listed.count;
    loop {
        assert_eq!(listed.count, count);
        there.extend(ids(&listed));
        match again(listed.next) {
            Some(next) => listed = page(app, who, Some(next), limit).await,
            None => break,
        }
    }
    loop {
        back.splice(0..0, ids(&listed));
        match again(listed.previous) {
            Some(previous) => listed = page(app, who, Some(previous), limit).await,
            None => break,
        }
    }
    assert_eq!(there, back, "back is the same way");
    assert_eq!(there.len() as u64, count);
    there
}

#[tokio::test]
async fn walking_the_list_to_its_end_and_back_visits_every_conversation_once_newest_first() {
    let app = TestApp::builder().fixed_clock().start().await;
    let (alice, bob) = (
        person(&app, "alice", Role::User, None).await,
        person(&app, "bob", Role::User, None).await,
    );
    let agent = person(&app, "agent", Role::Agent, None).await;
    let admin = person(&app, "boss", Role::Admin, None).await;
    let mut made = Vec::new();
    for n in 0..17 {
        let id = if n % 3 == 0 {
            group(&app, &alice, &[&bob]).await
        } else {
            support(&app, &alice).await
        };
        made.push(id);
        // several at one moment, and moments of fewer digits
        if n % 4 == 3 {
            app.clock
                .advance(chrono::Duration::microseconds([1, 1000, 999_999][n % 3]));
        }
    }
    app.clock.advance(chrono::Duration::seconds(1));
    say(&app, &alice, made[5], "newest activity").await;
    for limit in [1, 2, 5, 16, 17, 100] {
        for (who, expected) in [(&alice, 17), (&bob, 6), (&agent, 11), (&admin, 17)] {
            let all = walk(&app, who, limit).await;
            assert_eq!(all.len(), expected, "{} by {limit}", who.username);
            let unique: std::collections::HashSet<_> = all.iter().collect();
            assert_eq!(unique.len(), all.len());
            if who.id != bob.id {
                assert_eq!(all[0], made[5]);
            }
        }
    }
    for junk in [
        "",
        "x",
        "n",
        "n1",
        "n1-x",
        "né-1",
        "q0-00000000000000000000000000000000",
        "n7fffffffffffffff-00000000000000000000000000000000",
        "n-1-00000000000000000000000000000000",
    ] {
        assert_eq!(code(Cursor::decode(junk)), "validation_error", "{junk}");
    }
    let any = format!("n0-{}", "f".repeat(32));
    assert!(
        page(&app, &admin, Some(Cursor::decode(&any).unwrap()), 5)
            .await
            .rows
            .is_empty()
    );
    // nothing lies before the newest, and what is left is still to be reached
    let newest = page(&app, &admin, None, 1).await;
    let beyond = Cursor::decode(&newest.next.unwrap().encode().replacen('n', "p", 1)).unwrap();
    let before = page(&app, &admin, Some(beyond), 5).await;
    assert!(before.rows.is_empty() && before.previous.is_none());
}

#[tokio::test]
async fn a_title_is_found_by_any_part_of_it_whatever_the_case_and_signs_are_only_signs() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let titles = [
        "100% wool",
        "under_score",
        "back\\slash",
        "Größe ÄNDERN",
        "ЗАКАЗ №5",
        "it's \"quoted\"",
    ];
    for title in titles {
        let command = CreateConversation {
            title: Some(title.into()),
            ..CreateConversation::default()
        };
        conversations::create(&app, &alice, command).await.unwrap();
    }
    for (search, expected) in [
        ("100%", vec!["100% wool"]),
        ("WOOL", vec!["100% wool"]),
        ("%", vec!["100% wool"]),
        ("_", vec!["under_score"]),
        ("r_s", vec!["under_score"]),
        ("\\", vec!["back\\slash"]),
        ("größe ändern", vec!["Größe ÄNDERN"]),
        ("заказ", vec!["ЗАКАЗ №5"]),
        ("it's \"", vec!["it's \"quoted\""]),
        ("nothing", vec![]),
        ("' OR 1=1 --", vec![]),
    ] {
        let query = Query {
            search: Some(search.into()),
            limit: 20,
            ..Query::default()
        };
        let listed = conversations::list(&app, &alice, query).await.unwrap();
        let found: Vec<_> = listed.rows.iter().map(|c| c.row.title.as_str()).collect();
        assert_eq!(found, expected, "{search}");
        assert_eq!(listed.count, expected.len() as u64);
    }
    let all = Query {
        search: Some("  ".into()),
        limit: 20,
        ..Query::default()
    };
    assert_eq!(conversations::list(&app, &alice, all).await.unwrap().count, 6);
    let bad = Query {
        search: Some("\0".into()),
        limit: 20,
        ..Query::default()
    };
    assert_eq!(
        code(conversations::list(&app, &alice, bad).await),
        "validation_error"
    );
    let pending = Query {
        status: Some(Status::Pending),
        limit: 20,
        ..Query::default()
    };
    assert_eq!(conversations::list(&app, &alice, pending).await.unwrap().count, 0);
}

#[tokio::test]
async fn a_conversation_shows_its_people_its_last_message_and_what_is_unread() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let id = group(&app, &alice, &[&bob]).await;
    for n in 1..=3 {
        say(&app, &alice, id, &format!("from alice {n}")).await;
    }
    let own = say(&app, &bob, id, "from bob").await;
    let seen = |who: Actor| {
        let app = &app;
        async move { page(app, &who, None, 20).await.rows.remove(0) }
    };
    assert_eq!(seen(bob.clone()).await.unread, 3);
    assert_eq!(seen(alice.clone()).await.unread, 1);
    assert_eq!(seen(alice.clone()).await.last_message.unwrap().id, own.id);
    crate::messages::delete(&app, &alice, history(&app, &bob, id).await[0].id)
        .await
        .unwrap();
    assert_eq!(
        seen(bob.clone()).await.unread,
        2,
        "a deleted message need not be read"
    );
    chat::receipts::mark_read(&app, &bob, id, chat::receipts::UpTo::Seq(2))
        .await
        .unwrap();
    let after = seen(bob.clone()).await;
    assert_eq!(after.unread, 1);
    let part = after
        .participants
        .iter()
        .find(|part| part.person.id == bob.id)
        .unwrap();
    assert_eq!((part.last_read_seq, part.last_read_at.is_some()), (2, true));
    let names: Vec<_> = after
        .participants
        .iter()
        .map(|part| &*part.person.username)
        .collect();
    assert_eq!(names, ["alice", "bob"]);
}
