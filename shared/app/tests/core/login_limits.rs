//! Guessing passwords: limited per account and address, and per address, and telling nothing.

use crate::auth::{HERE, login};
use crate::support::*;
use accounts::users::{self, Register};
use app::testing::{PASSWORD, Place, TestApp, person};
use entity::user::Role;
use kernel::clock::Clock;
use kernel::error::Error;
use platform::limits::{self, Caller};
use platform::testing_link::{Condition, FlakyLink};
use secrecy::SecretString;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::{Duration, Instant};

fn address(n: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(192, 0, 2, n))
}

#[tokio::test]
async fn an_unknown_account_and_a_wrong_password_are_answered_alike() {
    let app = TestApp::new().await;
    app.user("alice").await;
    let wrong = login(&app, "alice", "wrong password").await.unwrap_err();
    let unknown = login(&app, "nobody", "wrong password").await.unwrap_err();
    assert_eq!(
        (wrong.to_string(), wrong.code()),
        (unknown.to_string(), unknown.code())
    );
    let bot = login(&app, "bot", "wrong password").await.unwrap_err();
    assert_eq!(bot.to_string(), wrong.to_string());
    assert_eq!(code(login(&app, "a\0b", PASSWORD).await), "validation_error");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_ten_failures_an_account_is_refused_there_by_whatever_name_and_nowhere_else() {
    let place = Place::new().await;
    let a = place.app(Clock::System, &[]).await;
    let b = place.app(Clock::System, &[]).await;
    let second = if a.bus.is_shared() { &b } else { &a };
    let command = Register {
        email: Some("alice@example.com".into()),
        ..crate::auth::new("alice")
    };
    users::register(&a, None, command).await.unwrap();
    person(&a, "bob", Role::User, None).await;
    let guess =
        async |app, who: &str, n| users::login(app, who, SecretString::from("wrong"), address(n)).await;
    for n in 0..10 {
        let (app, who) = if n % 2 == 0 {
            (&a, "Alice")
        } else {
            (second, "alice@example.com")
        };
        assert_eq!(code(guess(app, who, 1).await), "invalid_credentials");
    }
    for who in ["alice", "ALICE@example.com"] {
        let refused = users::login(second, who, PASSWORD.into(), address(1))
            .await
            .unwrap_err();
        let Error::RateLimited { retry_after } = refused else {
            panic!("{refused:?}")
        };
        assert!(retry_after > Duration::from_secs(14 * 60) && retry_after <= Duration::from_secs(15 * 60));
        let owner = users::login(second, who, PASSWORD.into(), address(2)).await;
        assert!(owner.is_ok(), "a stranger locks out nobody but themselves");
    }
    let other = users::login(&a, "bob", PASSWORD.into(), address(1)).await;
    assert!(other.is_ok(), "others sign in from there");
    // an unknown name is limited just the same, so that limits tell nothing either
    for _ in 0..10 {
        assert_eq!(code(guess(&a, "nobody", 3).await), "invalid_credentials");
    }
    assert_eq!(code(guess(&a, "nobody", 3).await), "rate_limited");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_addresses_of_one_ipv6_network_are_one() {
    let app = TestApp::new().await;
    app.user("alice").await;
    let within = |n: u16| IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 1, 2, n, n, n, n));
    for n in 0..10 {
        let guess = users::login(&app, "alice", SecretString::from("wrong"), within(n)).await;
        assert_eq!(code(guess), "invalid_credentials");
    }
    let refused = users::login(&app, "alice", PASSWORD.into(), within(99)).await;
    assert_eq!(code(refused), "rate_limited");
    let next = IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 1, 3, 0, 0, 0, 1));
    assert!(users::login(&app, "alice", PASSWORD.into(), next).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_guessed_at_from_everywhere_takes_a_proof_of_work_but_not_from_where_its_owner_is_known() {
    let place = Place::new().await;
    let a = place.app(Clock::System, &[]).await;
    let b = place.app(Clock::System, &[]).await;
    let second = if a.bus.is_shared() { &b } else { &a };
    person(&a, "alice", Role::User, None).await;
    let home = address(200);
    users::login(&a, "alice", PASSWORD.into(), home).await.unwrap();
    let guesses = (0..100).map(|n| {
        let app = &a;
        async move { users::login(app, "alice", SecretString::from("wrong"), address(n)).await }
    });
    for guess in futures_util::future::join_all(guesses).await {
        assert_eq!(code(guess), "invalid_credentials");
    }
    let from = |n, proof| Caller {
        address: address(n),
        proof,
    };
    let refused = users::login(second, "alice", PASSWORD.into(), address(150))
        .await
        .unwrap_err();
    let Error::ProofRequired { challenge, .. } = refused else {
        panic!("{refused:?}")
    };
    let known = users::login(second, "alice", PASSWORD.into(), home).await;
    assert!(known.is_ok(), "{known:?}");
    let proof = limits::solve(&challenge);
    let elsewhere = users::login(second, "alice", PASSWORD.into(), from(151, Some(&proof))).await;
    assert_eq!(code(elsewhere), "validation_error", "a proof is its address's");
    let owner = users::login(second, "alice", PASSWORD.into(), from(150, Some(&proof))).await;
    assert!(owner.is_ok(), "{owner:?}");
    let again = users::login(&a, "alice", PASSWORD.into(), from(150, Some(&proof))).await;
    assert!(again.is_ok(), "and is known there from now on");
    let fresh = users::login(&a, "alice", SecretString::from("wrong"), from(152, None)).await;
    assert_eq!(code(fresh), "proof_required");
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_at_once_count_as_well_as_guesses_in_turn() {
    let app = TestApp::new().await;
    app.user("alice").await;
    let guesses = (0..40).map(|_| users::login(&app, "alice", SecretString::from("wrong"), HERE));
    let codes: Vec<_> = futures_util::future::join_all(guesses)
        .await
        .into_iter()
        .map(code)
        .collect();
    let tried = codes
        .iter()
        .filter(|code| **code == "invalid_credentials")
        .count();
    assert!((10..=12).contains(&tried), "{tried} were checked");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_redis_that_says_nothing_people_sign_in_soon_and_guesses_still_count() {
    let place = Place::new().await;
    let Some(redis) = place.settings(&[]).redis_url else {
        return;
    };
    let (link, through) = FlakyLink::before(&redis).await;
    let app = place.app(Clock::System, &[("REDIS_URL", &through)]).await;
    person(&app, "alice", Role::User, None).await;
    for _ in 0..4 {
        let guess = users::login(&app, "alice", SecretString::from("wrong"), HERE).await;
        assert_eq!(code(guess), "invalid_credentials");
    }
    link.set(Condition::Silent);
    let started = Instant::now();
    users::login(&app, "alice", PASSWORD.into(), address(1))
        .await
        .unwrap();
    let took = started.elapsed();
    assert!(took < Duration::from_secs(3), "{took:?}");
    for _ in 0..6 {
        let guess = users::login(&app, "alice", SecretString::from("wrong"), HERE).await;
        assert_eq!(code(guess), "invalid_credentials");
    }
    let refused = users::login(&app, "alice", PASSWORD.into(), HERE).await;
    assert_eq!(code(refused), "rate_limited", "what was counted before counts on");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_right_sign_ins_at_once_are_all_let_in() {
    let app = TestApp::new().await;
    app.user("alice").await;
    let right = (0..30).map(|_| login(&app, "alice", PASSWORD));
    for pair in futures_util::future::join_all(right).await {
        pair.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_fifty_failures_an_address_is_refused_whoever_it_names() {
    let app = TestApp::new().await;
    app.user("alice").await;
    let guesses = (0..50).map(|n| {
        let app = &app;
        async move { users::login(app, &format!("guess{n}"), SecretString::from("wrong"), HERE).await }
    });
    for guess in futures_util::future::join_all(guesses).await {
        assert_eq!(code(guess), "invalid_credentials");
    }
    assert_eq!(code(login(&app, "alice", PASSWORD).await), "rate_limited");
    assert!(
        users::login(&app, "alice", PASSWORD.into(), address(1))
            .await
            .is_ok()
    );
}
