//! Refresh tokens whose answer was lost, and refresh tokens that two people have.

use crate::auth::login;
use crate::support::*;
use accounts::tokens::{self, Pair};
use app::App;
use app::testing::{Place, person};
use entity::user::Role;
use kernel::clock::Clock;

/// Two instances on one clock, and somebody's first pair.
async fn scene() -> (Place, Clock, App, App, Pair) {
    let place = Place::new().await;
    let clock = Clock::fixed(Clock::System.now());
    let a = place.app(clock.clone(), &[]).await;
    let b = place.app(clock.clone(), &[]).await;
    person(&a, "alice", Role::User, None).await;
    let pair = login(&a, "alice", app::testing::PASSWORD).await.unwrap();
    (place, clock, a, b, pair)
}

#[tokio::test]
async fn a_lost_answer_can_be_had_again_from_any_instance_and_is_the_same_refresh_token() {
    let (_place, clock, a, b, first) = scene().await;
    let second = tokens::refresh(&a, &first.refresh).await.unwrap();
    for (app, seconds) in [(&b, 1), (&a, 28), (&b, 30)] {
        clock.advance(chrono::Duration::seconds(seconds));
        let again = tokens::refresh(app, &first.refresh).await.unwrap();
        assert_eq!(again.refresh, second.refresh);
        assert_eq!(again.user.id, second.user.id);
        assert!(tokens::authenticate(app, &again.access).await.is_ok());
    }
    // the session goes on from there
    let third = tokens::refresh(&b, &second.refresh).await.unwrap();
    assert!(tokens::refresh(&a, &third.refresh).await.is_ok());
}

#[tokio::test]
async fn once_the_successor_was_used_the_spent_token_ends_the_family() {
    let (_place, _clock, a, b, first) = scene().await;
    let second = tokens::refresh(&a, &first.refresh).await.unwrap();
    let third = tokens::refresh(&b, &second.refresh).await.unwrap();
    assert_eq!(code(tokens::refresh(&a, &first.refresh).await), "token_invalid");
    for token in [&second.refresh, &third.refresh] {
        assert_ne!(code(tokens::refresh(&b, token).await), "ok");
    }
    assert_eq!(
        code(tokens::authenticate(&a, &third.access).await),
        "session_revoked"
    );
}

#[tokio::test]
async fn after_a_minute_the_spent_token_ends_the_family() {
    let (_place, clock, a, b, first) = scene().await;
    let second = tokens::refresh(&a, &first.refresh).await.unwrap();
    clock.advance(chrono::Duration::seconds(60));
    assert_eq!(code(tokens::refresh(&b, &first.refresh).await), "token_invalid");
    assert_eq!(
        code(tokens::refresh(&a, &second.refresh).await),
        "session_revoked"
    );
}

#[tokio::test]
async fn a_lost_answer_is_not_had_again_after_signing_out() {
    let (_place, _clock, a, b, first) = scene().await;
    let second = tokens::refresh(&a, &first.refresh).await.unwrap();
    let actor = tokens::authenticate(&a, &second.access).await.unwrap();
    tokens::logout(&a, &actor, None).await.unwrap();
    assert_eq!(code(tokens::refresh(&b, &first.refresh).await), "session_revoked");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_refresh_at_once_on_two_instances_all_get_the_same_successor() {
    let (_place, _clock, a, b, first) = scene().await;
    let mut token = first.refresh;
    for _ in 0..5 {
        let tries = (0..6).map(|n| tokens::refresh(if n % 2 == 0 { &a } else { &b }, &token));
        let pairs = futures_util::future::join_all(tries).await;
        let got: std::collections::HashSet<_> = pairs.into_iter().map(|pair| pair.unwrap().refresh).collect();
        assert_eq!(got.len(), 1);
        token = got.into_iter().next().unwrap();
    }
}

#[tokio::test]
async fn the_database_holds_no_token_and_the_successor_is_not_to_be_guessed_without_the_key() {
    use sea_orm::EntityTrait;
    let (_place, _clock, a, _b, first) = scene().await;
    let second = tokens::refresh(&a, &first.refresh).await.unwrap();
    let rows = entity::refresh_token::Entity::find().all(&*a.db).await.unwrap();
    assert_eq!(rows.len(), 2);
    for row in rows {
        assert!(![first.refresh.as_str(), &second.refresh].contains(&row.token_hash.expose()));
    }
    // another server, with another key, exchanges the same token for another
    let other = Place::new().await;
    let other = other
        .app(Clock::System, &[("JWT_SECRET", &"another secret ".repeat(4))])
        .await;
    person(&other, "alice", Role::User, None).await;
    let pair = login(&other, "alice", app::testing::PASSWORD).await.unwrap();
    let next = tokens::refresh(&other, &pair.refresh).await.unwrap();
    assert_eq!(next.refresh.len(), 64);
    assert_ne!(next.refresh, second.refresh);
}
