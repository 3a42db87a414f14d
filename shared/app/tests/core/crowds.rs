//! People whom nobody vouches for: how many of them an address may bring, and what they may do together.

use crate::support::*;
use accounts::tokens::{self, welcome};
use app::App;
use app::testing::{Place, TestApp};
use chat::messages::{self, SendMessage};
use entity::user;
use kernel::actor::Actor;
use kernel::clock::Clock;
use kernel::error::Error;
use platform::limits::{self, Caller, Challenge, Spend};
use sea_orm::EntityTrait;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const ON: (&str, &str) = ("RATE_LIMITS", "on");
const FEW: (&str, &str) = ("RATE_ADDRESS_NEWCOMERS", "1/m:3");

fn address(n: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(192, 0, 2, n))
}

fn from(address: IpAddr, proof: &str) -> Caller<'_> {
    Caller {
        address,
        proof: Some(proof),
    }
}

async fn challenged(app: &App, address: IpAddr) -> Challenge {
    match welcome(app, None, address).await.unwrap_err() {
        Error::ProofRequired { challenge, .. } => challenge,
        other => panic!("{other:?}"),
    }
}

async fn anonymous(app: &App, address: IpAddr) -> Actor {
    let pair = tokens::visit(app, None).await.unwrap();
    tokens::authenticate(app, &pair.access).await.unwrap().at(address)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_brings_a_few_visitors_freely_and_more_with_a_proof_of_work_each() {
    let place = Place::new().await;
    let a = place.app(Clock::System, &[ON, FEW]).await;
    let b = place.app(Clock::System, &[ON, FEW]).await;
    for _ in 0..3 {
        welcome(&a, None, address(1)).await.unwrap();
    }
    assert!(welcome(&a, None, address(2)).await.is_ok(), "others come freely");
    let proof = limits::solve(&challenged(&a, address(1)).await);
    assert_eq!(
        code(welcome(&a, None, from(address(3), &proof)).await),
        "ok",
        "where none is needed none is looked at"
    );
    welcome(&a, None, from(address(1), &proof)).await.unwrap();
    assert_eq!(
        code(welcome(&a, None, from(address(1), &proof)).await),
        "validation_error",
        "each proof is good once"
    );
    if a.bus.is_shared() {
        for _ in 0..3 {
            welcome(&b, None, address(1)).await.unwrap();
        }
        assert_eq!(
            code(welcome(&b, None, from(address(1), &proof)).await),
            "validation_error",
            "on all instances together"
        );
    }
    // a crowd behind one address still gets in, each by a proof of their own
    for _ in 0..5 {
        let proof = limits::solve(&challenged(&a, address(1)).await);
        welcome(&a, None, from(address(1), &proof)).await.unwrap();
    }
}

#[tokio::test]
async fn even_with_proofs_an_address_has_an_end() {
    let app = TestApp::builder()
        .setting(ON.0, ON.1)
        .setting("RATE_ADDRESS_NEWCOMERS", "1/m:1")
        .start()
        .await;
    welcome(&app, None, address(1)).await.unwrap();
    // solved before the first is used, so that no time passes between them in which the limit fills again
    let mut proofs = Vec::new();
    for _ in 0..14 {
        proofs.push(limits::solve(&challenged(&app, address(1)).await));
    }
    let mut outcomes = Vec::new();
    for proof in &proofs {
        outcomes.push(code(welcome(&app, None, from(address(1), proof)).await));
    }
    assert_eq!(outcomes[..10], ["ok"; 10]);
    assert!(outcomes[10..].contains(&"rate_limited"), "{outcomes:?}");
}

#[tokio::test]
async fn an_ipv6_network_is_one_address_and_accounts_and_the_sites_own_visitors_need_no_proof() {
    let app = TestApp::builder()
        .setting(ON.0, ON.1)
        .setting(FEW.0, FEW.1)
        .start()
        .await;
    let within = |n| IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 1, 2, n, n, n, n));
    for n in 0..3 {
        welcome(&app, None, within(n)).await.unwrap();
    }
    challenged(&app, within(9)).await;
    for _ in 0..3 {
        app.limits.admit_account(within(5)).unwrap();
    }
    assert_eq!(code(app.limits.admit_account(within(6))), "rate_limited");
    let junk = welcome(&app, Some("no token"), within(7)).await;
    assert_eq!(
        code(junk),
        "token_invalid",
        "whom a site vouches for is asked for nothing"
    );
}

#[tokio::test]
async fn without_limits_everybody_comes() {
    let app = TestApp::builder().setting(FEW.0, FEW.1).start().await;
    for _ in 0..20 {
        welcome(&app, None, address(1)).await.unwrap();
    }
}

#[tokio::test]
async fn the_anonymous_visitors_of_one_address_share_a_limit_and_others_do_not() {
    let app = TestApp::builder()
        .setting(ON.0, ON.1)
        .setting("RATE_ADDRESS_MESSAGES", "1/s:5")
        .start()
        .await;
    let say = async |who: &Actor, text: &str| {
        let command = SendMessage {
            text: text.into(),
            ..SendMessage::default()
        };
        code(messages::begin(&app, who, command).await)
    };
    let mut refused = 0;
    for n in 0..8 {
        let visitor = anonymous(&app, address(1)).await;
        refused += usize::from(say(&visitor, &format!("spam {n}")).await == "rate_limited");
    }
    assert!((2..=3).contains(&refused), "{refused} of 8");
    let elsewhere = anonymous(&app, address(2)).await;
    assert_eq!(say(&elsewhere, "hello").await, "ok");
    let alice = app.user("alice").await.at(address(1));
    for n in 0..8 {
        assert_eq!(
            say(&alice, &format!("work {n}")).await,
            "ok",
            "an account is its own"
        );
    }
}

#[tokio::test]
async fn each_kind_of_doing_has_its_own_limit_by_who_does_it() {
    let app = TestApp::builder().setting(ON.0, ON.1).start().await;
    let visitor = anonymous(&app, address(1)).await;
    let agent = app.person("agent", entity::user::Role::Agent, None).await;
    let spent = |who: &Actor, what| {
        (0..200)
            .take_while(|_| app.limits.spend(who, what).is_ok())
            .count()
    };
    assert_eq!(spent(&visitor, Spend::Ticket), 10);
    assert!((20..25).contains(&spent(&visitor, Spend::Conversation)));
    assert!(spent(&agent, Spend::Ticket) >= 120);
    let user = app.user("alice").await;
    assert!((30..35).contains(&spent(&user, Spend::Ticket)));
    // three more visitors of the address, and it has no tickets left for a fourth
    for expected in [10, 10, 0] {
        let other = anonymous(&app, address(1)).await;
        assert_eq!(spent(&other, Spend::Ticket), expected);
    }
}

#[tokio::test]
async fn in_a_rush_of_the_anonymous_the_bot_answers_them_later_and_others_at_once() {
    let app = TestApp::builder()
        .setting(ON.0, ON.1)
        .setting("RATE_VISITOR_REPLIES", "1/m:2")
        .start()
        .await;
    let mut due = Vec::new();
    let alice = app.user("alice").await.at(address(9));
    let visitors = [
        anonymous(&app, address(1)).await,
        anonymous(&app, address(2)).await,
        anonymous(&app, address(3)).await,
        alice,
    ];
    for who in &visitors {
        let command = SendMessage {
            text: "hello".into(),
            ..SendMessage::default()
        };
        messages::begin(&app, who, command).await.unwrap();
        let job = newest_job(&app, "reply_as_bot").await;
        let row = entity::job::Entity::find_by_id(job)
            .one(&*app.db)
            .await
            .unwrap()
            .unwrap();
        due.push((row.run_at - row.created_at).num_seconds());
    }
    assert_eq!([due[0], due[1], due[3]], [0, 0, 0]);
    assert!((55..=60).contains(&due[2]), "{due:?}");
}

#[tokio::test]
async fn visitors_who_did_nothing_for_a_day_are_forgotten_and_nobody_else() {
    let app = TestApp::builder().fixed_clock().start().await;
    let idle = tokens::visit(&app, None).await.unwrap();
    let talker = tokens::visit(&app, None).await.unwrap();
    let returning = tokens::visit(&app, None).await.unwrap();
    let actor = tokens::authenticate(&app, &talker.access).await.unwrap();
    let said = SendMessage {
        text: "hello".into(),
        ..SendMessage::default()
    };
    messages::begin(&app, &actor, said).await.unwrap();
    let account = app::testing::person(&app, "alice", user::Role::User, None).await;
    assert_eq!(tokens::sweep_unused(&app).await.unwrap(), 0);
    app.clock.advance(chrono::Duration::hours(23));
    let renewed = tokens::refresh(&app, &returning.refresh).await.unwrap();
    app.clock.advance(chrono::Duration::hours(2));
    assert_eq!(tokens::sweep_unused(&app).await.unwrap(), 1);
    let gone = user::Entity::find_by_id(idle.user.id)
        .one(&*app.db)
        .await
        .unwrap();
    assert_eq!(gone, None);
    assert_eq!(code(tokens::refresh(&app, &idle.refresh).await), "token_invalid");
    assert!(tokens::refresh(&app, &talker.refresh).await.is_ok());
    assert!(tokens::refresh(&app, &renewed.refresh).await.is_ok());
    assert!(accounts::users::me(&app, &account).await.is_ok());
}
