//! Jobs as admins see them, and how much work there is.

use crate::support::*;
use app::App;
use app::testing::{TestApp, person};
use assist::replies::reply;
use chat::presence;
use desk::figures::{ByStatus, LastDay, figures};
use entity::JobId;
use entity::job::{self, State};
use entity::user::Role;
use kernel::person::Person;
use platform::job::Job;
use platform::job_store;
use platform::jobs::{Cursor, Query, list, replay};
use sea_orm::EntityTrait;
use sea_orm::sea_query::Expr;
use uuid::Uuid;

fn of(state: Option<State>) -> Query {
    Query {
        state,
        limit: 100,
        ..Query::default()
    }
}

/// A job that was given up.
async fn dead(app: &App) -> JobId {
    job_store::enqueue(app, &Job::Sweep).await.unwrap();
    let id = newest_job(app, "sweep").await;
    job_store::claim(app, id).await.unwrap().expect("it is due");
    job_store::bury(app, id, "it is no use").await.unwrap();
    id
}

#[tokio::test]
async fn an_admin_lists_what_is_not_done_by_state_in_pages_both_ways() {
    let app = TestApp::builder().fixed_clock().jobs_may_die().start().await;
    let boss = person(&app, "boss", Role::Admin, None).await;
    let mut made = Vec::new();
    for _ in 0..4 {
        made.push(dead(&app).await);
        app.clock.advance(chrono::Duration::seconds(1));
    }
    // two of the same moment
    made.push(dead(&app).await);
    made.push(dead(&app).await);
    job_store::enqueue(&app, &Job::PurgeOrphans).await.unwrap();
    let purge = newest_job(&app, "purge_orphans").await;
    job_store::enqueue(&app, &Job::Sweep).await.unwrap();
    job_store::complete(&app, newest_lease(&app, "sweep").await)
        .await
        .unwrap();
    assert_eq!(list(&app, &boss, &of(None)).await.unwrap().count, 7);
    let waiting = list(&app, &boss, &of(Some(State::Pending))).await.unwrap();
    assert_eq!((waiting.count, waiting.rows[0].id), (1, purge));
    assert!(
        list(&app, &boss, &of(Some(State::Running)))
            .await
            .unwrap()
            .rows
            .is_empty()
    );
    let whole = list(&app, &boss, &of(Some(State::Dead))).await.unwrap();
    assert_eq!(whole.count, 6);
    assert!(whole.next.is_none() && whole.previous.is_none());
    let whole: Vec<_> = whole.rows.iter().map(|row| row.id).collect();
    assert_eq!(whole[2..], [made[3], made[2], made[1], made[0]], "due last first");
    let page = async |cursor: Option<Cursor>| {
        let query = Query {
            cursor: cursor.map(|cursor| Cursor::decode(&cursor.encode()).unwrap()),
            limit: 1,
            ..of(Some(State::Dead))
        };
        list(&app, &boss, &query).await.unwrap()
    };
    let mut seen = vec![page(None).await];
    while let Some(next) = seen.last().and_then(|page| page.next) {
        seen.push(page(Some(next)).await);
    }
    let ids: Vec<_> = seen.iter().map(|page| page.rows[0].id).collect();
    assert_eq!(ids, whole);
    let mut back = vec![seen.pop().unwrap()];
    while let Some(previous) = back.last().and_then(|page| page.previous) {
        back.push(page(Some(previous)).await);
    }
    let ids: Vec<_> = back.iter().rev().map(|page| page.rows[0].id).collect();
    assert_eq!(ids, whole);
    for bad in ["", "n", "nzz-zz", "x0-0", "n0", "né"] {
        assert_eq!(code(Cursor::decode(bad)), "validation_error", "{bad}");
    }
}

#[tokio::test]
async fn a_dead_job_is_replayed_once_with_all_its_tries_and_no_other() {
    let app = TestApp::new().await;
    let boss = app.person("boss", Role::Admin, None).await;
    let id = dead(&app).await;
    assert_eq!(
        list(&app, &boss, &of(None)).await.unwrap().rows[0]
            .last_error
            .as_deref(),
        Some("it is no use")
    );
    let (one, other) = tokio::join!(replay(&app, &boss, id), replay(&app, &boss, id));
    let (done, refused) = if one.is_ok() { (one, other) } else { (other, one) };
    let row = done.unwrap();
    assert_eq!(
        (row.state, row.starts, row.failures, row.lease_until),
        (State::Pending, 0, 0, None)
    );
    assert_eq!(code(refused), "job_not_dead");
    assert!(job_store::claim(&app, id).await.unwrap().is_some());
    assert_eq!(code(replay(&app, &boss, id).await), "job_not_dead", "it runs");
    let unknown = JobId(Uuid::now_v7());
    assert_eq!(detail(replay(&app, &boss, unknown).await), "Job not found");
    for who in [
        app.person("ann", Role::Agent, None).await,
        app.user("alice").await,
    ] {
        assert_eq!(code(list(&app, &who, &of(None)).await), "forbidden");
        assert_eq!(code(replay(&app, &who, id).await), "forbidden");
    }
}

#[tokio::test]
async fn the_figures_say_what_there_is_to_do_and_what_was_done() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let ann = app.person("ann", Role::Agent, None).await;
    assert_eq!(code(figures(&app, &alice).await), "forbidden");
    let before = figures(&app, &ann).await.unwrap();
    assert_eq!(before, Default::default());
    let helped = support(&app, &alice).await;
    say(&app, &alice, helped, "Hello").await;
    say(&app, &ann, helped, "Hello").await;
    let waits = support(&app, &alice).await;
    let question = say(&app, &alice, waits, "I want to talk to a human").await.id;
    let job = newest_lease(&app, "reply_as_bot").await;
    reply(&app.assist, job, waits, question).await.unwrap();
    let private = group(&app, &alice, &[&bob]).await;
    say(&app, &alice, private, "between us").await;
    dead(&app).await;
    presence::arrive(&app, Some(ann.id));
    presence::arrive(&app, Some(alice.id));
    presence::enter(&app, waits, &Person::from(&alice)).await;
    let found = figures(&app, &ann).await.unwrap();
    assert_eq!((found.connections, found.rooms, found.agents_online), (2, 1, 1));
    let by_status = ByStatus {
        open: 1,
        pending: 1,
        ..ByStatus::default()
    };
    assert_eq!((found.conversations, found.unassigned), (by_status, 1));
    let last_day = LastDay {
        messages: 5,
        bot_replies: 1,
        handoffs: 1,
    };
    assert_eq!(found.last_day, last_day);
    assert_eq!(found.jobs.dead, 1);
    let unfinished = job_store::backlog(&app).await.unwrap().0;
    assert_eq!(found.jobs.pending + found.jobs.running, unfinished);
    job::Entity::update_many()
        .col_expr(job::Column::State, Expr::value(State::Running))
        .exec(&*app.db)
        .await
        .unwrap();
    let found = figures(&app, &ann).await.unwrap();
    assert_eq!((found.jobs.pending, found.jobs.dead), (0, 0));
    assert!(found.jobs.running > 1);
}

#[tokio::test]
async fn what_was_said_more_than_a_day_ago_is_no_longer_counted() {
    let app = TestApp::builder().fixed_clock().start().await;
    let ann = person(&app, "ann", Role::Agent, None).await;
    let alice = person(&app, "alice", Role::User, None).await;
    let id = support(&app, &alice).await;
    say(&app, &alice, id, "Hello").await;
    app.clock.advance(chrono::Duration::hours(23));
    assert_eq!(figures(&app, &ann).await.unwrap().last_day.messages, 1);
    app.clock.advance(chrono::Duration::hours(2));
    assert_eq!(figures(&app, &ann).await.unwrap().last_day.messages, 0);
}
