//! Visitors: people of a site that embeds the widget.

use crate::support::*;
use accounts::tokens::{self, visit};
use accounts::users::Named;
use app::App;
use app::testing::{Place, SECRET, TestApp, person};
use chat::conversations::{self, CreateConversation, Query};
use entity::conversation::Kind;
use entity::user::Role;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use kernel::clock::Clock;
use serde_json::json;

fn signed(claims: serde_json::Value, secret: &str) -> String {
    let key = EncodingKey::from_secret(secret.as_bytes());
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap()
}

fn crm() -> String {
    format!("visitor-{SECRET}")
}

fn later(app: &App) -> i64 {
    app.clock.now().timestamp() + 60
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_sub_is_the_same_visitor_even_at_once() {
    let app = TestApp::new().await;
    let token = signed(
        json!({"sub": "crm-7", "exp": later(&app), "name": "Vera"}),
        &crm(),
    );
    let visits = (0..8).map(|_| visit(&app, Some(&token)));
    let ids: std::collections::HashSet<_> = futures_util::future::join_all(visits)
        .await
        .into_iter()
        .map(|pair| pair.unwrap().user.id)
        .collect();
    assert_eq!(ids.len(), 1);
    let renamed = signed(
        json!({"sub": "crm-7", "exp": later(&app), "name": "Vera V.", "more": [1]}),
        &crm(),
    );
    let pair = visit(&app, Some(&renamed)).await.unwrap();
    assert!(ids.contains(&pair.user.id));
    let actor = tokens::authenticate(&app, &pair.access).await.unwrap();
    assert_eq!(
        (actor.is_visitor, actor.role, &*actor.name),
        (true, Role::User, "Vera V.")
    );
    let other = signed(json!({"sub": "crm-8", "exp": later(&app)}), &crm());
    assert!(!ids.contains(&visit(&app, Some(&other)).await.unwrap().user.id));
}

#[tokio::test]
async fn a_bad_token_makes_no_visitor() {
    let app = TestApp::new().await;
    let now = app.clock.now().timestamp();
    for (claims, secret, expected) in [
        (json!({"sub": "a", "exp": now}), crm(), "token_expired"),
        (json!({"sub": "a", "exp": now - 5}), crm(), "token_expired"),
        (
            json!({"sub": "a", "exp": now + 60}),
            SECRET.to_owned(),
            "token_invalid",
        ),
        (json!({"sub": "a"}), crm(), "token_invalid"),
        (json!({"exp": now + 60}), crm(), "token_invalid"),
        (json!({"sub": "", "exp": now + 60}), crm(), "validation_error"),
        (
            json!({"sub": "x".repeat(201), "exp": now + 60}),
            crm(),
            "validation_error",
        ),
        (
            json!({"sub": "a", "exp": now + 60, "name": "n".repeat(201)}),
            crm(),
            "validation_error",
        ),
    ] {
        assert_eq!(
            code(visit(&app, Some(&signed(claims.clone(), &secret))).await),
            expected,
            "{claims}"
        );
    }
    assert_eq!(code(visit(&app, Some("no token")).await), "token_invalid");
    // one of our own access tokens is no visitor token
    let own = visit(&app, None).await.unwrap();
    assert_eq!(code(visit(&app, Some(&own.access)).await), "token_invalid");
}

#[tokio::test]
async fn who_may_visit_is_a_setting() {
    let place = Place::new().await;
    let off = place.app(Clock::System, &[("VISITORS", "off")]).await;
    let token = signed(json!({"sub": "a", "exp": later(&off)}), &crm());
    assert_eq!(code(visit(&off, None).await), "forbidden");
    assert_eq!(code(visit(&off, Some(&token)).await), "forbidden");
    let only_signed = place.app(Clock::System, &[("VISITORS", "signed")]).await;
    assert_eq!(code(visit(&only_signed, None).await), "forbidden");
    assert!(visit(&only_signed, Some(&token)).await.is_ok());
    let anonymous = place.app(Clock::System, &[]).await;
    let (one, two) = (
        visit(&anonymous, None).await.unwrap(),
        visit(&anonymous, None).await.unwrap(),
    );
    assert_ne!(one.user.id, two.user.id);
}

#[tokio::test]
async fn the_address_of_an_account_stays_that_accounts() {
    let app = TestApp::new().await;
    let command = accounts::users::Register {
        email: Some("a@example.com".into()),
        ..crate::auth::new("alice")
    };
    accounts::users::register(&app, None, command).await.unwrap();
    let token = signed(
        json!({"sub": "v", "exp": later(&app), "email": "A@example.com"}),
        &crm(),
    );
    assert_eq!(visit(&app, Some(&token)).await.unwrap().user.email, None);
}

#[tokio::test]
async fn a_visitor_talks_to_the_company_only() {
    let app = TestApp::new().await;
    let pair = visit(&app, None).await.unwrap();
    let visitor = tokens::authenticate(&app, &pair.access).await.unwrap();
    let alice = app.user("alice").await;
    let agent = person(&app, "agent", Role::Agent, None).await;
    let with_alice = CreateConversation {
        participants: vec![Named::Id(alice.id)],
        ..CreateConversation::default()
    };
    assert_eq!(
        code(conversations::create(&app, &visitor, with_alice).await),
        "forbidden"
    );
    let group_of_one = CreateConversation {
        is_group: true,
        ..CreateConversation::default()
    };
    let made = conversations::create(&app, &visitor, group_of_one).await.unwrap();
    assert_eq!(
        (made.row.kind, made.row.bot_on),
        (Kind::Support, true),
        "agents see whatever a visitor begins"
    );
    assert!(conversations::get(&app, &agent, made.row.id).await.is_ok());
    let invite = chat::participants::add(&app, &visitor, made.row.id, &[Named::Id(alice.id)]).await;
    assert_eq!(code(invite), "forbidden");
    let foreign = support(&app, &alice).await;
    assert_eq!(
        code(conversations::get(&app, &visitor, foreign).await),
        "not_found"
    );
    let listed = conversations::list(
        &app,
        &visitor,
        Query {
            limit: 20,
            ..Query::default()
        },
    )
    .await
    .unwrap();
    assert_eq!(listed.count, 1);
    assert_eq!(
        code(assist::knowledge::list(&app.assist, &visitor, Default::default()).await),
        "forbidden"
    );
}
