//! A database that falls silent, goes away, or is not there yet. On Postgres a link before it breaks; on SQLite somebody else
//! holds the file's lock.

use crate::support::*;
use app::App;
use app::testing::{Place, person, production};
use chat::messages::{self, SendMessage};
use entity::user::Role;
use futures_util::future::join_all;
use kernel::clock::Clock;
use kernel::error::{Error, Result};
use platform::db::Limits;
use platform::job_store;
use platform::testing_link::{Condition, FlakyLink};
use sea_orm::{Database, DatabaseTransaction, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// What a machine that is busy with other tests may add to any time.
const SLACK: Duration = Duration::from_secs(3);
/// Within which everything works again.
const RECOVERY: Duration = Duration::from_secs(5);

/// What keeps a database from answering.
enum Fault {
    Link(FlakyLink),
    Lock {
        url: String,
        held: Option<DatabaseTransaction>,
    },
}

impl Fault {
    /// A core whose database can be kept from answering.
    async fn before(place: &Place) -> (Self, App) {
        let url = place.settings(&[]).database_url;
        if !production() {
            return (
                Self::Lock {
                    url: url.to_string(),
                    held: None,
                },
                place.app(Clock::System, &[]).await,
            );
        }
        let (link, through) = FlakyLink::before(&url).await;
        let app = place.app(Clock::System, &[("DATABASE_URL", &through)]).await;
        (Self::Link(link), app)
    }

    async fn begin(&mut self) {
        match self {
            Self::Link(link) => link.set(Condition::Silent),
            Self::Lock { url, held } => {
                let options = TransactionOptions {
                    sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                    ..Default::default()
                };
                let db = Database::connect(url.as_str()).await.unwrap();
                *held = Some(db.begin_with_options(options).await.unwrap());
            }
        }
    }

    async fn end(&mut self) {
        match self {
            Self::Link(link) => link.set(Condition::Up),
            Self::Lock { held, .. } => held.take().unwrap().rollback().await.unwrap(),
        }
    }
}

fn limit() -> Duration {
    if production() {
        Duration::from_secs(5)
    } else {
        Limits::SQLITE.call
    }
}

async fn database(app: &App) -> Result<()> {
    let mut parts = app.check().await;
    let at = parts.iter().position(|(part, _)| *part == "database");
    parts.swap_remove(at.expect("the database")).1
}

/// Tries until it succeeds.
async fn until_done<T>(what: &str, work: impl AsyncFn() -> Result<T>) -> T {
    let began = Instant::now();
    loop {
        match work().await {
            Ok(done) => {
                let took = began.elapsed();
                if took > Duration::from_millis(100) {
                    eprintln!("{what} after {took:?}");
                }
                return done;
            }
            Err(error) => {
                assert!(matches!(error, Error::Unavailable(_)), "{what}: {error:?}");
                assert!(began.elapsed() < RECOVERY + SLACK, "{what}: {error:?}");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

fn numbered(n: usize) -> SendMessage {
    SendMessage {
        text: n.to_string(),
        client_id: Some(format!("client-{n}")),
        ..SendMessage::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_falls_silent_costs_a_caller_seconds_and_serves_at_once_when_it_is_back() {
    let place = Place::new().await;
    let (mut fault, app) = Fault::before(&place).await;
    let alice = person(&app, "alice", Role::User, None).await;
    let places = [
        group(&app, &alice, &[]).await,
        group(&app, &alice, &[]).await,
        group(&app, &alice, &[]).await,
    ];
    for id in places {
        say(&app, &alice, id, "before").await;
    }
    database(&app).await.expect("ready");

    fault.begin().await;
    let sends = (0..40).map(|n| {
        let (app, alice, id) = (app.clone(), alice.clone(), places[n % 3]);
        tokio::spawn(async move {
            // not all in one group: who comes later has waited less, and is answered no later
            tokio::time::sleep(Duration::from_millis(25 * n as u64)).await;
            let began = Instant::now();
            let sent = messages::send(&app, &alice, id, numbered(n)).await;
            (sent.map(drop), began.elapsed())
        })
    });
    let sends: Vec<_> = sends.collect();
    // an answer may be a second old
    let fell = Instant::now();
    loop {
        let asked = Instant::now();
        let is_ready = database(&app).await.is_ok();
        let took = asked.elapsed();
        assert!(took < Duration::from_secs(2) + SLACK, "readiness took {took:?}");
        if !is_ready {
            break;
        }
        assert!(fell.elapsed() < RECOVERY, "it is ready still");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    eprintln!("not ready, said {:?} after it fell silent", fell.elapsed());
    let mut slowest = Duration::ZERO;
    for answer in join_all(sends).await {
        let (sent, took) = answer.unwrap();
        assert_eq!(code(sent), "unavailable");
        slowest = slowest.max(took);
    }
    eprintln!("refused after {slowest:?} at most");
    assert!(slowest < limit() + SLACK, "{slowest:?}");

    fault.end().await;
    until_done("stored again", async || {
        messages::send(&app, &alice, places[0], text("after")).await
    })
    .await;
    until_done("ready again", async || database(&app).await).await;
    // who was refused sends again what may have been stored: it is there once
    for n in 0..40 {
        until_done("sent again", async || {
            messages::send(&app, &alice, places[n % 3], numbered(n)).await
        })
        .await;
    }
    for id in places {
        let kept = history(&app, &alice, id).await;
        assert!((1..).zip(&kept).all(|(n, message)| message.seq == n));
        let mut ids: Vec<_> = kept
            .iter()
            .filter_map(|message| message.client_id.clone())
            .collect();
        let all = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!((ids.len(), all), (all, all));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_starts_without_postgres_and_is_whole_when_it_comes() {
    let place = Place::new().await;
    let start = async |changes: &[(&str, &str)]| {
        App::start(place.settings(changes), Clock::System, CancellationToken::new()).await
    };
    if !production() {
        // a file is there or it is not: that is no outage
        let url = format!("sqlite://{}/no/such/place.db", place.dir.path().display());
        assert!(start(&[("DATABASE_URL", &url)]).await.is_err());
        start(&[]).await.expect("a new file");
        return;
    }
    assert!(
        start(&[("DATABASE_URL", "postgres://host:port/name")])
            .await
            .is_err()
    );
    let (link, through) = FlakyLink::before(&place.settings(&[]).database_url).await;
    for fault in [Condition::Down, Condition::Silent] {
        link.set(fault);
        let began = Instant::now();
        let app = start(&[("DATABASE_URL", &through)]).await.expect("a start");
        eprintln!("{fault:?}: started after {:?}", began.elapsed());
        assert!(began.elapsed() < Duration::from_secs(4) + SLACK);
        assert!(database(&app).await.is_err());
        let refused = accounts::users::login(&app, "alice", "secret".into(), crate::auth::HERE).await;
        assert_eq!(code(refused), "unavailable");

        link.set(Condition::Up);
        until_done("ready", async || database(&app).await).await;
        let name = format!("after_{fault:?}").to_lowercase();
        let alice = until_done("an account", async || {
            let command = accounts::users::Register {
                username: name.clone(),
                password: app::testing::PASSWORD.into(),
                email: None,
                phone: None,
                full_name: None,
                role: None,
                department: None,
            };
            accounts::users::create(&app, command).await
        })
        .await;
        let alice = kernel::actor::Actor::of(&alice);
        let id = support(&app, &alice).await;
        say(&app, &alice, id, "is anybody there?").await;
        assert_eq!(app.bot.account().unwrap().username.as_ref(), "bot");
        app.shutdown.cancel();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_whose_machine_is_five_minutes_behind_takes_a_job_that_is_due() {
    let place = Place::new().await;
    let app = place.app(Clock::System, &[]).await;
    let late = place
        .app(Clock::Skewed(chrono::Duration::seconds(-300)), &[])
        .await;
    let behind = app.clock.now() - late.clock.now();
    if !production() {
        // one process, one machine, one clock: there is no other to follow
        assert!(behind > chrono::Duration::seconds(290), "{behind}");
        return;
    }
    assert!(behind.abs() < chrono::Duration::seconds(2), "{behind}");
    let alice = person(&app, "alice", Role::User, None).await;
    let id = support(&app, &alice).await;
    let asked = say(&app, &alice, id, "What are your opening hours?").await;
    let job = newest_job(&app, "reply_as_bot").await;
    let claim = job_store::claim(&late, job).await.unwrap().expect("it is due");
    assist::replies::reply(&late.assist, claim.lease, id, asked.id)
        .await
        .unwrap();
    let answer = history(&app, &alice, id).await.pop().expect("an answer");
    assert_eq!(answer.in_reply_to, Some(asked.id));
    assert!(answer.created_at >= asked.created_at);
}
