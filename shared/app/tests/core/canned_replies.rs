//! Canned replies: kept by agents and admins for all of them.

use crate::support::*;
use app::App;
use app::testing::TestApp;
use desk::canned_replies::{MAX_CANNED_REPLIES, WriteCannedReply, add, list, remove, replace};
use entity::CannedReplyId;
use entity::user::Role;
use kernel::actor::Actor;
use kernel::error::Error;

fn reply(shortcut: &str, text: &str) -> WriteCannedReply {
    WriteCannedReply {
        shortcut: shortcut.into(),
        text: text.into(),
    }
}

async fn shortcuts(app: &App, actor: &Actor, search: Option<&str>) -> Vec<String> {
    let rows = list(app, actor, search).await.unwrap();
    rows.into_iter().map(|row| row.shortcut).collect()
}

#[tokio::test]
async fn agents_share_canned_replies_and_find_them_by_shortcut_or_text_whatever_the_case() {
    let app = TestApp::new().await;
    let ann = app.person("ann", Role::Agent, None).await;
    let boss = app.person("boss", Role::Admin, None).await;
    for (shortcut, text) in [
        ("refund", "Your refund is on its way."),
        ("bye", "Schöne Grüße"),
        ("hi_2", "Hello"),
    ] {
        add(&app, &ann, reply(shortcut, text)).await.unwrap();
    }
    assert_eq!(shortcuts(&app, &boss, None).await, ["bye", "hi_2", "refund"]);
    assert_eq!(shortcuts(&app, &boss, Some("GRÜSSE")).await, [""; 0]);
    assert_eq!(shortcuts(&app, &boss, Some(" GRÜße ")).await, ["bye"]);
    assert_eq!(shortcuts(&app, &boss, Some("F")).await, ["refund"]);
    assert_eq!(
        shortcuts(&app, &boss, Some("_")).await,
        ["hi_2"],
        "it is no wildcard"
    );
    let before = list(&app, &ann, Some("bye")).await.unwrap().remove(0);
    let after = replace(&app, &boss, before.id, reply("bye", "Goodbye"))
        .await
        .unwrap();
    assert_eq!(
        (after.text.as_str(), after.created_by, after.created_at),
        ("Goodbye", ann.id, before.created_at)
    );
    assert!(after.updated_at > before.updated_at);
    remove(&app, &ann, after.id).await.unwrap();
    assert_eq!(shortcuts(&app, &ann, None).await, ["hi_2", "refund"]);
    for gone in [after.id, CannedReplyId(0), CannedReplyId(i64::MAX)] {
        assert_eq!(detail(remove(&app, &ann, gone).await), "Canned reply not found");
        assert_eq!(
            detail(replace(&app, &ann, gone, reply("x", "y")).await),
            "Canned reply not found"
        );
    }
}

#[tokio::test]
async fn a_shortcut_is_unique_and_of_few_characters_and_a_text_is_a_messages() {
    let app = TestApp::new().await;
    let ann = app.person("ann", Role::Agent, None).await;
    let first = add(&app, &ann, reply("a", "1")).await.unwrap();
    let second = add(&app, &ann, reply("b", "2")).await.unwrap();
    assert_eq!(code(add(&app, &ann, reply("a", "3")).await), "shortcut_taken");
    assert_eq!(
        code(replace(&app, &ann, second.id, reply("a", "2")).await),
        "shortcut_taken"
    );
    assert_eq!(
        code(replace(&app, &ann, first.id, reply("a", "its own")).await),
        "ok"
    );
    for (shortcut, text, field) in [
        ("", "t", "shortcut"),
        ("A", "t", "shortcut"),
        ("a b", "t", "shortcut"),
        ("é", "t", "shortcut"),
        ("a\0", "t", "shortcut"),
        (&"x".repeat(41), "t", "shortcut"),
        ("c", "", "text"),
        ("c", " \n", "text"),
        ("c", "a\0b", "text"),
        ("c", &"x".repeat(4001), "text"),
    ] {
        let Err(Error::Invalid(errors)) = add(&app, &ann, reply(shortcut, text)).await else {
            panic!("{shortcut:?} {text:?}");
        };
        assert_eq!(errors[0].field, field);
    }
    let longest = reply(&"x".repeat(40), &"é".repeat(4000));
    assert_eq!(code(add(&app, &ann, longest).await), "ok");
    let adds = (0..4).map(|n| add(&app, &ann, reply("at-once", ["a", "b", "c", "d"][n])));
    let done = futures_util::future::join_all(adds).await;
    let codes: Vec<_> = done.into_iter().map(code).collect();
    assert_eq!(codes.iter().filter(|code| **code == "ok").count(), 1, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| **code == "shortcut_taken").count(), 3);
}

#[tokio::test]
async fn customers_know_nothing_of_them_and_there_are_not_too_many() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let ann = app.person("ann", Role::Agent, None).await;
    let kept = add(&app, &ann, reply("a", "1")).await.unwrap();
    assert_eq!(code(list(&app, &alice, None).await), "forbidden");
    assert_eq!(code(add(&app, &alice, reply("b", "1")).await), "forbidden");
    assert_eq!(
        code(replace(&app, &alice, kept.id, reply("b", "1")).await),
        "forbidden"
    );
    assert_eq!(code(remove(&app, &alice, kept.id).await), "forbidden");
    for n in 1..MAX_CANNED_REPLIES {
        add(&app, &ann, reply(&format!("n{n}"), "x")).await.unwrap();
    }
    let over = add(&app, &ann, reply("one-more", "x")).await;
    assert_eq!(code(over), "too_many_canned_replies");
    assert_eq!(shortcuts(&app, &ann, None).await.len(), 500);
}
