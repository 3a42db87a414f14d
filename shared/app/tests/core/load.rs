//! Much at once, and a database that goes away for a moment.

use crate::support::*;
use app::testing::{Place, TestApp, person};
use chat::messages;
use chat::receipts::{UpTo, announce_read, mark_read};
use entity::user::Role;
use futures_util::future::join_all;
use kernel::clock::Clock;
use platform::job::Job;
use platform::job_store;
use sea_orm::{ConnectionTrait, Database};
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn beside_a_flood_of_messages_everything_else_is_written_too() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let id = group(&app, &alice, &[&bob]).await;
    say(&app, &alice, id, "first").await;
    let started = Instant::now();
    let work = (0..400).map(|n| {
        let (app, alice, bob) = (app.app.clone(), alice.clone(), bob.clone());
        tokio::spawn(async move {
            match n % 4 {
                0 => messages::send(&app, &alice, id, text(format!("{n}")))
                    .await
                    .map(drop),
                1 => mark_read(&app, &bob, id, UpTo::Seq(1)).await.map(drop),
                2 => announce_read(&app, &alice, id, UpTo::Seq(1)).await,
                _ => {
                    job_store::enqueue(&app, &Job::Sweep).await?;
                    conversation(&app, &alice).await
                }
            }
        })
    });
    for (n, done) in join_all(work.collect::<Vec<_>>()).await.into_iter().enumerate() {
        done.unwrap().unwrap_or_else(|error| panic!("{n}: {error:?}"));
    }
    eprintln!("400 writes of four kinds at once: {:?}", started.elapsed());
    assert_eq!(history(&app, &bob, id).await.len(), 101);
}

async fn conversation(app: &app::App, who: &kernel::actor::Actor) -> kernel::error::Result<()> {
    chat::conversations::create(app, who, Default::default())
        .await
        .map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_dropped_every_connection_serves_again_and_refuses_plainly_meanwhile() {
    if !app::testing::production() {
        return;
    }
    let place = Place::new().await;
    let app = place.app(Clock::System, &[]).await;
    let alice = person(&app, "alice", Role::User, None).await;
    let id = group(&app, &alice, &[]).await;
    join_all((0..50).map(|n| say_number(&app, &alice, id, n))).await;
    let url = place.vars(&[])["DATABASE_URL"].clone();
    let name = url.rsplit('/').next().unwrap().to_owned();
    let server = Database::connect(std::env::var("TEST_DATABASE_URL").unwrap())
        .await
        .unwrap();
    let sql = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    server.execute_unprepared(&sql).await.unwrap();

    let started = Instant::now();
    let (mut stored, mut refused) = (0, 0);
    while stored < 20 {
        match messages::send(&app, &alice, id, text("still there?")).await {
            Ok(_) => stored += 1,
            Err(error) => {
                assert_eq!(error.code(), "unavailable", "{error:?}");
                refused += 1;
            }
        }
        assert!(
            started.elapsed() < Duration::from_secs(15),
            "{stored} stored, {refused} refused"
        );
    }
    eprintln!(
        "{refused} refused before the pool had new connections, {:?}",
        started.elapsed()
    );
    let all = history(&app, &alice, id).await;
    assert_eq!(all.len(), 70);
    assert!((1..).zip(&all).all(|(n, message)| message.seq == n));
}

async fn say_number(app: &app::App, who: &kernel::actor::Actor, id: entity::ConversationId, n: usize) {
    say(app, who, id, &n.to_string()).await;
}
