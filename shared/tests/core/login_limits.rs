//! Guessing passwords: limited per account and per address, and telling nothing.

use crate::auth::{HERE, login};
use crate::support::*;
use secrecy::SecretString;
use shared::clock::Clock;
use shared::entity::user::Role;
use shared::error::Error;
use shared::testing::{PASSWORD, Place, TestCore, person};
use shared::users::{self, Register};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

fn address(n: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(192, 0, 2, n))
}

#[tokio::test]
async fn an_unknown_account_and_a_wrong_password_are_answered_alike() {
    let core = TestCore::new().await;
    core.user("alice").await;
    let wrong = login(&core, "alice", "wrong password").await.unwrap_err();
    let unknown = login(&core, "nobody", "wrong password").await.unwrap_err();
    assert_eq!(
        (wrong.to_string(), wrong.code()),
        (unknown.to_string(), unknown.code())
    );
    let bot = login(&core, "bot", "wrong password").await.unwrap_err();
    assert_eq!(bot.to_string(), wrong.to_string());
    assert_eq!(code(login(&core, "a\0b", PASSWORD).await), "validation_error");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_ten_failures_an_account_is_refused_by_whatever_name_and_from_wherever() {
    let place = Place::new().await;
    let a = place.core(Clock::System, &[]).await;
    let b = place.core(Clock::System, &[]).await;
    let second = if a.bus.is_shared() { &b } else { &a };
    let command = Register {
        email: Some("alice@example.com".into()),
        ..crate::auth::new("alice")
    };
    users::register(&a, None, command).await.unwrap();
    person(&a, "bob", Role::User, None).await;
    let guess =
        async |core, who: &str, n| users::login(core, who, SecretString::from("wrong"), address(n)).await;
    for n in 0..10 {
        let (core, who) = if n % 2 == 0 {
            (&a, "Alice")
        } else {
            (second, "alice@example.com")
        };
        assert_eq!(code(guess(core, who, n).await), "invalid_credentials");
    }
    for who in ["alice", "ALICE@example.com"] {
        let refused = users::login(second, who, PASSWORD.into(), address(99))
            .await
            .unwrap_err();
        let Error::RateLimited { retry_after } = refused else {
            panic!("{refused:?}")
        };
        assert!(retry_after > Duration::from_secs(14 * 60) && retry_after <= Duration::from_secs(15 * 60));
    }
    assert!(login(&a, "bob", PASSWORD).await.is_ok(), "others sign in");
    // an unknown name is limited just the same, so that limits tell nothing either
    for n in 0..10 {
        assert_eq!(code(guess(&a, "nobody", 100 + n).await), "invalid_credentials");
    }
    assert_eq!(code(guess(&a, "nobody", 120).await), "rate_limited");
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_at_once_count_as_well_as_guesses_in_turn() {
    let core = TestCore::new().await;
    core.user("alice").await;
    let guesses = (0..40).map(|n| users::login(&core, "alice", SecretString::from("wrong"), address(n)));
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
async fn many_right_sign_ins_at_once_are_all_let_in() {
    let core = TestCore::new().await;
    core.user("alice").await;
    let right = (0..30).map(|_| login(&core, "alice", PASSWORD));
    for pair in futures_util::future::join_all(right).await {
        pair.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_fifty_failures_an_address_is_refused_whoever_it_names() {
    let core = TestCore::new().await;
    core.user("alice").await;
    let guesses = (0..50).map(|n| {
        let core = &core;
        async move { users::login(core, &format!("guess{n}"), SecretString::from("wrong"), HERE).await }
    });
    for guess in futures_util::future::join_all(guesses).await {
        assert_eq!(code(guess), "invalid_credentials");
    }
    assert_eq!(code(login(&core, "alice", PASSWORD).await), "rate_limited");
    assert!(
        users::login(&core, "alice", PASSWORD.into(), address(1))
            .await
            .is_ok()
    );
}
