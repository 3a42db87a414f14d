//! A disk that is full: what was acknowledged is there, and there is no need of a restart. On SQLite whatever the profile,
//! whose file is on the machine's own disk.

use crate::archive::small;
use crate::support::*;
use app::App;
use app::testing::{Place, person};
use chat::conversations::{self, CreateConversation};
use chat::messages;
use entity::ConversationId;
use entity::user::Role;
use kernel::actor::Actor;
use kernel::message::Message;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Fills a page and more: the disk is soon full again.
fn long(round: usize, n: usize) -> String {
    format!("{round}.{n} {}", "lorem ipsum ".repeat(200))
}

async fn database(app: &App) -> kernel::error::Result<()> {
    let mut parts = app.check().await;
    let at = parts.iter().position(|(part, _)| *part == "database");
    parts.swap_remove(at.expect("the database")).1
}

/// The readiness, once it is what it should be: an answer may be a second old.
async fn until(app: &App, ready: bool) -> kernel::error::Result<()> {
    let began = Instant::now();
    loop {
        let answer = database(app).await;
        if answer.is_ok() == ready || began.elapsed() > Duration::from_secs(5) {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Sends until this many were refused. Answers what was acknowledged.
async fn until_refused(
    app: &App,
    who: &Actor,
    id: ConversationId,
    round: usize,
    times: usize,
) -> Vec<Arc<Message>> {
    let (mut stored, mut refused) = (Vec::new(), 0);
    for n in 0.. {
        assert!(n < 2000, "the disk is not full");
        match messages::send(app, who, id, text(long(round, n))).await {
            Ok(sent) => stored.push(sent.message),
            Err(error) => {
                assert_eq!(error.code(), "unavailable", "{error:?}");
                refused += 1;
            }
        }
        // other statements fail in other places, on the same connections
        if n % 7 == 0 {
            let _ = conversations::create(app, who, CreateConversation::default()).await;
        }
        if refused == times {
            break;
        }
    }
    stored
}

/// Sends until it is stored again.
async fn until_stored(app: &App, who: &Actor, id: ConversationId, words: &str) -> Arc<Message> {
    let began = Instant::now();
    loop {
        match messages::send(app, who, id, text(words)).await {
            Ok(sent) => return sent.message,
            Err(error) => assert!(began.elapsed() < Duration::from_secs(5), "{words}: {error:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_loses_nothing_that_was_acknowledged_and_room_is_all_that_it_needs() {
    let place = Place::new().await;
    let app = small(&place).await;
    let alice = person(&app, "alice", Role::User, None).await;
    let id = group(&app, &alice, &[]).await;
    let mut stored = vec![say(&app, &alice, id, "before").await];
    for round in 0..3 {
        app.db.limit_pages(Some(1));
        stored.extend(until_refused(&app, &alice, id, round, 40).await);
        let why = until(&app, false).await.expect_err("there is no room");
        assert_eq!(why.code(), "unavailable", "{why:?}");

        app.db.limit_pages(None);
        stored.push(until_stored(&app, &alice, id, &format!("room again, {round}")).await);
        until(&app, true).await.expect("there is room");
        for n in 0..10 {
            stored.push(say(&app, &alice, id, &format!("after {round}.{n}")).await);
        }
    }
    app.shutdown.cancel();
    app.db.close().await.expect("closed");

    let again = small(&place).await;
    let kept = history(&again, &alice, id).await;
    assert_eq!(
        kept.iter()
            .map(|message| (message.seq, message.id))
            .collect::<Vec<_>>(),
        stored
            .iter()
            .map(|message| (message.seq, message.id))
            .collect::<Vec<_>>(),
        "what was acknowledged, once, and nothing else"
    );
    assert!((1..).zip(&kept).all(|(n, message)| message.seq == n));
}
