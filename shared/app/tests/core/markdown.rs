//! Markdown: rendered once, where it is written, within limits whatever it is; reading costs nothing.

use crate::support::*;
use app::testing::TestApp;
use chat::messages::{self, EditMessage, Page, Place};
use chat::render_older::render_older;
use desk::work;
use entity::user::Role;
use kernel::message::Message;
use markup::{Over, max_html, plain, render};
use sea_orm::ConnectionTrait;
use std::time::{Duration, Instant};

/// What cost seconds, or grew to hundreds of times its length.
fn bombs() -> Vec<String> {
    let table = format!(
        "{}\n{}\n{}",
        "|a".repeat(500),
        "|-".repeat(500),
        "|\n".repeat(900)
    );
    let links = format!("[a]: /{}\n\n{}", "x".repeat(1000), "[a]".repeat(990));
    let lists: String = (0..60).map(|n| format!("{}- x\n", "  ".repeat(n))).collect();
    vec![
        ">".repeat(3999),
        "> ".repeat(1999),
        "- ".repeat(1999),
        format!("{}a", "- ".repeat(1999)),
        "1. ".repeat(1333),
        "*a ".repeat(1333),
        "*_".repeat(1999),
        "[".repeat(3999),
        "[a](".repeat(999),
        "<a ".repeat(1333),
        "&".repeat(3999),
        table,
        links,
        lists,
    ]
}

/// How deep the elements lie.
fn depth(html: &str) -> usize {
    let (mut open, mut deepest) = (0_usize, 0);
    for tag in html.split('<').skip(1) {
        if tag.starts_with('/') {
            open -= 1;
        } else if !tag.starts_with("br") && !tag.starts_with("hr") {
            open += 1;
        }
        deepest = deepest.max(open);
    }
    deepest
}

fn assert_bounded(message: &Message) {
    let html = message.html();
    assert!(html.len() <= max_html(&message.text), "{} bytes", html.len());
    assert!(depth(&html) <= 22, "{html}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_texts_made_to_be_expensive_are_written_and_read_within_bounds() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let place = group(&app, &alice, &[&bob]).await;
    let started = Instant::now();
    for bomb in bombs().into_iter().cycle().take(200) {
        let sent = messages::send(&app, &alice, place, text(bomb)).await.unwrap();
        assert_bounded(&sent.message);
    }
    for _ in 0..10 {
        let read = messages::list(&app, &bob, place, Page::Last, 200).await.unwrap();
        assert_eq!(read.len(), 200);
        read.iter().for_each(assert_bounded);
    }
    assert_eq!(app.markdown.made(), 200);
    assert!(
        started.elapsed() < Duration::from_secs(30),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test]
async fn a_text_over_a_limit_is_shown_as_it_stands() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let place = group(&app, &alice, &[&bob]).await;
    let deep = format!("{} <b>*deep*</b>\n\nend", ">".repeat(100));
    assert_eq!(render(&deep), Err(Over::Depth));
    messages::send(&app, &alice, place, text(&deep)).await.unwrap();
    let read = history(&app, &bob, place).await;
    let quoted = "&gt;".repeat(100);
    assert_eq!(
        read[0].html(),
        format!("<p>{quoted} &lt;b&gt;*deep*&lt;/b&gt;</p>\n<p>end</p>\n")
    );
}

#[tokio::test]
async fn a_message_is_rendered_once_however_often_it_is_read() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let place = group(&app, &alice, &[&bob]).await;
    let mut heard = listen(&app);
    let sent = messages::send(&app, &alice, place, text("**needle**"))
        .await
        .unwrap();
    let html = "<p><strong>needle</strong></p>\n";
    assert_eq!(sent.message.html(), html);
    for _ in 0..10 {
        assert_eq!(history(&app, &bob, place).await[0].html(), html);
        let changes = messages::changes(&app, &bob, place, 0, Duration::ZERO)
            .await
            .unwrap();
        assert_eq!(changes.messages[0].html(), html);
    }
    assert_eq!(app.markdown.made(), 1);
    let event = heard.recv().await.unwrap();
    let across = serde_json::to_string(&*event).unwrap();
    assert!(
        across.contains("<strong>needle"),
        "other instances do not render either: {across}"
    );

    let edit = EditMessage {
        message: sent.message.id,
        text: "_thread_".into(),
        limit: messages::TextLimit::default(),
    };
    let edited = messages::edit(&app, &alice, Place::Anywhere, edit).await.unwrap();
    assert_eq!(edited.html(), "<p><em>thread</em></p>\n");
    assert_eq!(history(&app, &bob, place).await[0].html(), edited.html());
    assert_eq!(app.markdown.made(), 2);
    let delete = messages::DeleteMessage {
        message: sent.message.id,
    };
    let deleted = messages::delete(&app, &alice, Place::Anywhere, delete)
        .await
        .unwrap();
    assert_eq!(
        (deleted.html(), &*history(&app, &bob, place).await[0].html()),
        ("".into(), "")
    );
}

#[tokio::test]
async fn what_needs_no_markup_is_not_stored_twice() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let place = group(&app, &alice, &[&bob]).await;
    for words in ["Hello there", "It's 5 < 6\nand so on"] {
        let sent = messages::send(&app, &alice, place, text(words)).await.unwrap();
        assert_eq!(sent.message.html(), render(words).unwrap());
        let across = serde_json::to_value(&*sent.message).unwrap();
        assert!(across.get("html").is_none(), "{across}");
    }
    let stored = app.db.statement("SELECT html FROM chat_message", []);
    for row in app.db.query_all_raw(stored).await.unwrap() {
        assert_eq!(
            row.try_get::<Option<String>>("", "html").unwrap().as_deref(),
            Some("")
        );
    }
}

#[tokio::test]
async fn older_rows_are_shown_as_they_stand_until_the_sweep_has_rendered_them() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let agent = app.person("agent", Role::Agent, None).await;
    let place = support(&app, &alice).await;
    messages::send(&app, &alice, place, text("**one**"))
        .await
        .unwrap();
    messages::send(&app, &alice, place, text("two")).await.unwrap();
    work::add_note(&app, &agent, place, "*note*").await.unwrap();
    for table in ["chat_message", "conversation_note"] {
        let sql = format!("UPDATE {table} SET html = NULL");
        app.db.execute_unprepared(&sql).await.unwrap();
    }
    let read = history(&app, &alice, place).await;
    assert_eq!(read[0].html(), plain("**one**"));
    let notes = work::notes(&app, &agent, place).await.unwrap();
    assert_eq!(notes[0].html(), plain("*note*"));

    assert_eq!(render_older(&app, Duration::from_secs(60)).await.unwrap(), 3);
    let read = history(&app, &alice, place).await;
    assert_eq!(read[0].html(), "<p><strong>one</strong></p>\n");
    assert_eq!(read[1].html(), "<p>two</p>\n");
    let notes = work::notes(&app, &agent, place).await.unwrap();
    assert_eq!(notes[0].html(), "<p><em>note</em></p>\n");
    assert_eq!(render_older(&app, Duration::from_secs(60)).await.unwrap(), 0);
}
