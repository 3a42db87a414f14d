//! Full-text search, the same on both databases.

use crate::messages::{delete, edit};
use crate::support::*;
use app::App;
use app::testing::TestApp;
use chat::attachments;
use chat::messages::SendMessage;
use chat::search::{Hits, Query, decode_cursor, search};
use entity::ConversationId;
use entity::user::Role;
use kernel::actor::Actor;

fn query(text: &str) -> Query {
    Query {
        text: text.into(),
        conversation: None,
        before: None,
        limit: 20,
    }
}

async fn find(app: &App, who: &Actor, words: &str) -> Hits {
    search(app, who, query(words))
        .await
        .unwrap_or_else(|error| panic!("{words}: {error:?}"))
}

async fn texts(app: &App, who: &Actor, words: &str) -> Vec<String> {
    let found = find(app, who, words).await;
    assert_eq!(found.count, found.hits.len() as u64);
    found.hits.into_iter().map(|(message, _)| message.text).collect()
}

#[tokio::test]
async fn every_word_must_occur_and_the_last_may_be_a_beginning() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let id = group(&app, &alice, &[]).await;
    let one = "Where is my parcel with the blue jacket?";
    let two = "The jacket is too small, I want to return it";
    for text in [one, two] {
        say(&app, &alice, id, text).await;
    }
    for (words, expected) in [
        ("jacket", vec![two, one]),
        ("JACKET blue", vec![one]),
        ("jack", vec![two, one]),
        ("jack blue", vec![]),
        ("blue jack", vec![one]),
        ("small ret", vec![two]),
        ("jacket shoes", vec![]),
        ("acket", vec![]),
    ] {
        assert_eq!(texts(&app, &alice, words).await, expected, "{words}");
    }
}

#[tokio::test]
async fn order_numbers_addresses_and_other_scripts_are_found_by_their_parts() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let id = group(&app, &alice, &[]).await;
    for text in [
        "My order ORD-2024-00017 is late",
        "write to vera.smith@example.com please",
        "see https://shop.example.org/returns/policy?x=1",
        "Größe und Öl für den Käufer",
        "заказ не пришёл",
        "size 3.5 or +49 30/1234-56, e.g. v2.10.1",
        "foo_bar isn't l'été",
    ] {
        say(&app, &alice, id, text).await;
    }
    for words in [
        "ORD-2024-00017",
        "ord 2024",
        "00017",
        "2024",
        "order ord-2024",
        "vera.smith@example.com",
        "vera",
        "smith",
        "example.com",
        "shop.example.org",
        "returns",
        "policy",
        "größe",
        "GRÖ",
        "öl",
        "käufer",
        "ЗАКАЗ",
        "пришёл",
        "3.5",
        "1234-56",
        "+49 30",
        "v2.10",
        "foo",
        "bar",
        "isn't",
        "l'été",
    ] {
        assert_eq!(texts(&app, &alice, words).await.len(), 1, "{words}");
    }
}

#[tokio::test]
async fn odd_input_finds_nothing_and_breaks_nothing() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let id = group(&app, &alice, &[]).await;
    say(
        &app,
        &alice,
        id,
        "an ordinary message about the OR and AND and NOT and NEAR",
    )
    .await;
    for words in [
        "\"",
        "'",
        "*",
        "(",
        ")",
        ":",
        "a:b",
        "-",
        "--",
        "!",
        "&",
        "|",
        "<->",
        "\\",
        "%",
        "_",
        "^",
        "{}",
        "' OR 1=1 --",
        "\"; DROP TABLE chat_message; --",
        "\u{2}",
        "\u{3}",
        "🙂",
        "\u{301}",
        "ﷺ",
        "q\u{200b}w",
        "$1",
        ":*",
        "'':*",
        "text:x",
        "\\'",
    ] {
        assert_eq!(texts(&app, &alice, words).await.len(), 0, "{words:?}");
    }
    for words in [
        "OR",
        "and not",
        "NEAR",
        "ordinary (message)",
        "\"ordinary\"",
        "about:",
        "mess*",
    ] {
        assert_eq!(texts(&app, &alice, words).await.len(), 1, "{words:?}");
    }
    for words in ["", "\0", &"x".repeat(201)] {
        assert_eq!(code(search(&app, &alice, query(words)).await), "validation_error");
    }
    assert_eq!(
        texts(&app, &alice, &"an ".repeat(66)).await.len(),
        1,
        "as many words as fit"
    );
    assert_eq!(texts(&app, &alice, "  ").await.len(), 0);
}

#[tokio::test]
async fn a_snippet_marks_the_words_and_is_safe_to_show() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let id = group(&app, &alice, &[]).await;
    say(
        &app,
        &alice,
        id,
        "<script>alert('parcel')</script> & \u{2}more\u{3} about the parcel",
    )
    .await;
    let found = find(&app, &alice, "parcel").await;
    let snippet = &found.hits[0].1;
    assert!(snippet.contains("<mark>parcel</mark>"), "{snippet}");
    assert!(!snippet.contains("<script"), "{snippet}");
    assert_eq!(
        snippet.matches("<mark>").count(),
        snippet.matches("</mark>").count()
    );
    assert!(
        !snippet.contains("<mark>more"),
        "only what was found is marked: {snippet}"
    );
    let long = format!("{} needle {}", "before ".repeat(200), "after ".repeat(200));
    say(&app, &alice, id, &long).await;
    let snippet = &find(&app, &alice, "needle").await.hits[0].1;
    assert!(
        snippet.contains("<mark>needle</mark>") && snippet.len() < 400,
        "{snippet}"
    );
}

#[tokio::test]
async fn what_was_edited_is_found_by_its_new_words_and_what_was_deleted_by_none() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let id = group(&app, &alice, &[]).await;
    let message = say(&app, &alice, id, "a red bicycle").await.id;
    edit(&app, &alice, message, "a green bicycle").await.unwrap();
    assert_eq!(texts(&app, &alice, "red").await.len(), 0);
    assert_eq!(texts(&app, &alice, "green bicycle").await.len(), 1);
    delete(&app, &alice, message).await.unwrap();
    assert_eq!(texts(&app, &alice, "bicycle").await.len(), 0);
    // one that had no text before
    let file = attachments::upload(&app, &alice, crate::writer::picture("x.gif"))
        .await
        .unwrap();
    let command = SendMessage {
        attachment: Some(file.id),
        ..SendMessage::default()
    };
    let silent = chat::messages::send(&app, &alice, id, command)
        .await
        .unwrap()
        .message;
    edit(&app, &alice, silent.id, "a picture of a tricycle")
        .await
        .unwrap();
    assert_eq!(texts(&app, &alice, "tricycle").await.len(), 1);
}

#[tokio::test]
async fn everybody_finds_only_what_they_may_see() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let agent = app.person("agent", Role::Agent, None).await;
    let admin = app.person("boss", Role::Admin, None).await;
    let (talk, private): (ConversationId, ConversationId) =
        (support(&app, &alice).await, group(&app, &alice, &[&agent]).await);
    let secret = group(&app, &alice, &[]).await;
    for (id, text) in [
        (talk, "kumquat talk"),
        (private, "kumquat private"),
        (secret, "kumquat secret"),
    ] {
        say(&app, &alice, id, text).await;
    }
    for (who, expected) in [(&alice, 3), (&bob, 0), (&agent, 2), (&admin, 3)] {
        assert_eq!(
            texts(&app, who, "kumquat").await.len(),
            expected,
            "{}",
            who.username
        );
    }
    let within = |id| Query {
        conversation: Some(id),
        ..query("kumquat")
    };
    assert_eq!(search(&app, &agent, within(talk)).await.unwrap().count, 1);
    assert_eq!(code(search(&app, &agent, within(secret)).await), "not_found");
    assert_eq!(code(search(&app, &bob, within(talk)).await), "not_found");
}

#[tokio::test]
async fn pages_of_hits_follow_each_other_newest_first() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let id = group(&app, &alice, &[]).await;
    for n in 1..=7 {
        say(&app, &alice, id, &format!("kumquat {n}")).await;
    }
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let found = search(
            &app,
            &alice,
            Query {
                before,
                limit: 3,
                ..query("kumquat")
            },
        )
        .await
        .unwrap();
        assert_eq!(found.count, 7);
        seen.extend(found.hits.iter().map(|(message, _)| message.seq));
        match found.next {
            Some(next) => before = Some(decode_cursor(&next.to_string()).unwrap()),
            None => break,
        }
    }
    assert_eq!(seen, [7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(code(decode_cursor("x")), "validation_error");
}
