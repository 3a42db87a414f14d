//! The pool: nobody who holds a connection waits for another.

use crate::support::*;
use app::testing::{Place, TestApp, person};
use desk::work;
use entity::user::{self, Role};
use futures_util::future::join_all;
use kernel::clock::Clock;
use sea_orm::{ConnectionTrait, EntityTrait};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_and_twenty_claims_on_cold_caches_are_all_answered() {
    let place = Place::new().await;
    let made = place.app(Clock::System, &[]).await;
    let mut agents = Vec::new();
    for n in 0..6 {
        agents.push(person(&made, &format!("agent{n}"), Role::Agent, None).await);
    }
    let customer = person(&made, "customer", Role::User, None).await;
    let mut waiting = Vec::new();
    for _ in 0..120 {
        waiting.push(support(&made, &customer).await);
    }
    // an instance that has just started knows nothing
    let cold = place.app(Clock::System, &[]).await;
    let claims = waiting.iter().enumerate().map(|(n, id)| {
        let (app, agent, id) = (cold.clone(), agents[n % agents.len()].clone(), *id);
        tokio::spawn(async move { work::claim(&app, &agent, id).await })
    });
    for claim in join_all(claims).await {
        let claimed = claim.expect("no panic").expect("claimed");
        assert!(claimed.assignee.is_some());
    }
}

#[tokio::test]
async fn a_second_connection_within_a_transaction_is_a_fault_that_every_debug_build_finds() {
    let test = TestApp::new().await;
    let app = test.app.clone();
    let nested = tokio::spawn(async move {
        let tx = app.db.begin().await.unwrap();
        let _ = user::Entity::find().one(&*app.db).await;
        tx.commit().await
    });
    assert_eq!(nested.await.is_err(), cfg!(debug_assertions));

    let app = test.app.clone();
    let one_after_the_other = tokio::spawn(async move {
        let tx = app.db.begin().await.unwrap();
        user::Entity::find().one(&*tx).await.unwrap();
        tx.commit().await.unwrap();
        user::Entity::find().one(&*app.db).await.unwrap();
        drop(app.db.begin().await.unwrap());
        user::Entity::find().one(&*app.db).await.unwrap();
    });
    one_after_the_other.await.expect("it holds one at a time");
}

#[tokio::test]
async fn a_transaction_with_a_statement_that_failed_commits_nothing() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let tx = app.db.begin().await.unwrap();
    let rename = app
        .db
        .statement("UPDATE accounts_user SET full_name = 'Alice A.'", []);
    tx.execute_raw(rename).await.unwrap();
    tx.execute_unprepared("SELECT no_such_column FROM accounts_user")
        .await
        .unwrap_err();
    tx.commit().await.expect_err("not whole");
    let row = user::Entity::find_by_id(alice.id).one(&*app.db).await.unwrap();
    assert_eq!(row.expect("alice").full_name, None);
}
