//! One's own password, known and forgotten, and the e-mail address, confirmed by a mailed code.

use crate::auth::{HERE, login, new};
use crate::support::*;
use accounts::credentials::{self, ChangePassword};
use accounts::tokens;
use accounts::users::{self, ChangeContact, ChangeOwn, Register, UpdateUser};
use app::App;
use app::testing::{PASSWORD, TestApp, run_jobs};
use chrono::Duration;
use entity::account_token::{self, Kind};
use entity::job;
use entity::user::{self, Role};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use platform::job::{Job, NOBODY};
use platform::job_store;
use platform::testing_smtp::SmtpSink;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use secrecy::SecretString;
use std::net::{IpAddr, Ipv4Addr};

const OTHER: &str = "battery staple";

fn address(n: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(192, 0, 2, n))
}

/// An account with an address, and the mail that came of it.
async fn registered(app: &TestApp, name: &str) -> user::Model {
    let command = Register {
        email: Some(format!("{name}@example.com")),
        ..new(name)
    };
    users::register(app, None, command).await.unwrap()
}

/// The mails of the outbox, oldest first.
fn mails(app: &TestApp) -> Vec<String> {
    let Ok(files) = std::fs::read_dir(app.place.dir.path().join("outbox")) else {
        return Vec::new();
    };
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    files
        .iter()
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect()
}

/// The code in a mail.
fn code_in(mail: &str) -> String {
    let is_code = |line: &&str| line.len() == 32 && line.bytes().all(|byte| byte.is_ascii_hexdigit());
    let code = mail.lines().map(str::trim).find(is_code);
    code.unwrap_or_else(|| panic!("no code in {mail}")).to_owned()
}

/// Asks for a reset and gives the code that was mailed.
async fn asked(app: &TestApp, email: &str, n: u8) -> String {
    credentials::forgot_password(app, email, address(n))
        .await
        .unwrap();
    run_jobs(app, "mail_password_reset").await;
    code_in(mails(app).last().unwrap())
}

async fn reset(app: &App, code: &str, password: &str) -> Result<()> {
    credentials::reset_password(app, code, SecretString::from(password), HERE).await
}

async fn change(app: &App, actor: &Actor, current: &str, n: u8) -> Result<()> {
    let command = ChangePassword {
        current: SecretString::from(current),
        new: SecretString::from(OTHER),
    };
    credentials::change_password(app, actor, command, address(n)).await
}

/// One refusal for all that is not good.
fn is_refused<T: std::fmt::Debug>(result: Result<T>) {
    let error = result.unwrap_err();
    assert_eq!(error.code(), "code_refused", "{error:?}");
    assert_eq!(
        error.to_string(),
        "This code is not good: it was used, it ran out, or a newer one was sent"
    );
}

#[tokio::test]
async fn a_password_is_changed_with_the_old_one_and_every_other_session_ends() {
    let app = TestApp::new().await;
    registered(&app, "alice").await;
    let reset_code = asked(&app, "alice@example.com", 1).await;
    let here = login(&app, "alice", PASSWORD).await.unwrap();
    let there = login(&app, "alice", PASSWORD).await.unwrap();
    let actor = tokens::authenticate(&app, &here.access).await.unwrap();
    assert_eq!(
        code(change(&app, &actor, "wrong horse", 1).await),
        "validation_error"
    );
    assert!(
        tokens::authenticate(&app, &there.access).await.is_ok(),
        "nothing happened"
    );
    change(&app, &actor, PASSWORD, 1).await.unwrap();
    assert!(
        tokens::authenticate(&app, &here.access).await.is_ok(),
        "this one stays"
    );
    assert_eq!(
        code(tokens::authenticate(&app, &there.access).await),
        "session_revoked"
    );
    assert_eq!(
        code(tokens::refresh(&app, &there.refresh).await),
        "session_revoked"
    );
    assert_eq!(code(login(&app, "alice", PASSWORD).await), "invalid_credentials");
    assert!(login(&app, "alice", OTHER).await.is_ok());
    is_refused(reset(&app, &reset_code, "yet another one").await);
    let short = ChangePassword {
        current: SecretString::from(OTHER),
        new: SecretString::from("short"),
    };
    let short = credentials::change_password(&app, &actor, short, HERE).await;
    assert!(detail(short).contains("at least 8"));
    let visitor = tokens::visit(&app, None).await.unwrap();
    let visitor = tokens::authenticate(&app, &visitor.access).await.unwrap();
    assert_eq!(code(change(&app, &visitor, PASSWORD, 1).await), "forbidden");
}

#[tokio::test]
async fn guessing_the_old_password_is_limited_as_at_sign_in_and_counts_with_it() {
    let app = TestApp::new().await;
    registered(&app, "alice").await;
    let pair = login(&app, "alice", PASSWORD).await.unwrap();
    let actor = tokens::authenticate(&app, &pair.access).await.unwrap();
    for _ in 0..10 {
        assert_eq!(
            code(change(&app, &actor, "wrong horse", 7).await),
            "validation_error"
        );
    }
    assert_eq!(code(change(&app, &actor, PASSWORD, 7).await), "rate_limited");
    let there = users::login(&app, "alice", PASSWORD.into(), address(7)).await;
    assert_eq!(code(there), "rate_limited");
    change(&app, &actor, PASSWORD, 8).await.unwrap();
}

#[tokio::test]
async fn a_forgotten_password_is_reset_once_by_the_newest_code_within_its_hour() {
    let app = TestApp::builder().fixed_clock().start().await;
    let alice = registered(&app, "alice").await;
    let session = login(&app, "alice", PASSWORD).await.unwrap();
    for _ in 0..10 {
        let wrong = users::login(&app, "alice", "wrong horse".into(), HERE).await;
        assert_eq!(code(wrong), "invalid_credentials");
    }
    assert_eq!(code(login(&app, "alice", PASSWORD).await), "rate_limited");
    let first = asked(&app, "ALICE@example.com", 1).await;
    app.clock.advance(Duration::minutes(6));
    let second = asked(&app, "alice@example.com", 1).await;
    assert_ne!(first, second);
    is_refused(reset(&app, &first, OTHER).await);
    is_refused(reset(&app, "0123456789abcdef0123456789abcdef", OTHER).await);
    is_refused(reset(&app, "", OTHER).await);
    is_refused(credentials::confirm_address(&app, &second).await);
    assert_eq!(code(reset(&app, &second, "short").await), "validation_error");
    app.clock.advance(Duration::minutes(60));
    is_refused(reset(&app, &second, OTHER).await);
    let third = asked(&app, "alice@example.com", 1).await;
    app.clock.advance(Duration::minutes(59));
    reset(&app, &format!(" {third}\n"), OTHER).await.unwrap();
    is_refused(reset(&app, &third, "yet another one").await);
    assert_eq!(
        code(tokens::refresh(&app, &session.refresh).await),
        "session_revoked"
    );
    let pair = login(&app, "alice", OTHER).await.unwrap();
    assert_eq!(pair.user.id, alice.id, "the failures are forgotten");
    assert!(
        pair.user.email_verified_at.is_some(),
        "the mail reached its owner"
    );
    app.clock.advance(Duration::hours(2));
    accounts::codes::sweep(&app).await.unwrap();
    let left = account_token::Entity::of(alice.id, Kind::PasswordReset);
    assert_eq!(left.count(&*app.db).await.unwrap(), 0);
}

#[tokio::test]
async fn two_uses_of_a_code_at_once_are_one() {
    let app = TestApp::new().await;
    registered(&app, "alice").await;
    let mailed = asked(&app, "alice@example.com", 1).await;
    let uses = ["first password", "second password", "third password"]
        .map(|password| reset(&app, &mailed, password));
    let outcomes = futures_util::future::join_all(uses).await;
    assert_eq!(
        outcomes.iter().filter(|outcome| outcome.is_ok()).count(),
        1,
        "{outcomes:?}"
    );
}

#[tokio::test]
async fn nothing_says_whether_an_address_has_an_account_and_only_accounts_get_mail() {
    let app = TestApp::new().await;
    registered(&app, "alice").await;
    registered(&app, "eve").await;
    users::disable(&app, "eve").await.unwrap();
    run_jobs(&app, "mail_address_confirmation").await;
    let before = mails(&app).len();
    for (n, email) in [
        "alice@example.com",
        "nobody@example.com",
        "eve@example.com",
        "no address at all",
    ]
    .into_iter()
    .enumerate()
    {
        credentials::forgot_password(&app, email, HERE).await.unwrap();
        app.assert_enqueued("mail_password_reset", n as u64 + 1).await;
    }
    run_jobs(&app, "mail_password_reset").await;
    let mails = mails(&app);
    assert_eq!(mails.len(), before + 1);
    let mail = mails.last().unwrap();
    assert!(mail.contains("To: alice@example.com\r\n"), "{mail}");
    assert!(mail.contains("the account alice"), "{mail}");
    let rows = job::Entity::find().all(&*app.db).await.unwrap();
    let held = code_in(mail);
    assert!(rows.iter().all(|row| !row.payload.to_string().contains(&held)));
    let stored = account_token::Entity::find().all(&*app.db).await.unwrap();
    assert!(stored.iter().all(|row| row.token_hash.expose() != held));
}

#[tokio::test]
async fn an_account_is_mailed_one_code_in_five_minutes_and_an_address_asks_so_often() {
    let app = TestApp::builder().fixed_clock().start().await;
    registered(&app, "alice").await;
    for n in 0..5 {
        credentials::forgot_password(&app, "alice@example.com", address(n))
            .await
            .unwrap();
    }
    app.assert_enqueued("mail_password_reset", 1).await;
    app.clock.advance(Duration::minutes(5));
    credentials::forgot_password(&app, "Alice@example.com", address(9))
        .await
        .unwrap();
    app.assert_enqueued("mail_password_reset", 2).await;
    let mut outcomes = Vec::new();
    for n in 0..20 {
        let email = format!("nobody{n}@example.com");
        outcomes.push(credentials::forgot_password(&app, &email, address(10)).await);
    }
    let refused = outcomes.iter().filter(|outcome| outcome.is_err());
    assert!(refused.clone().count() >= 4, "{outcomes:?}");
    assert!(
        refused
            .into_iter()
            .all(|outcome| matches!(outcome, Err(Error::RateLimited { .. })))
    );
}

#[tokio::test]
async fn an_address_is_confirmed_by_its_code_and_another_address_is_not_confirmed() {
    let app = TestApp::builder().fixed_clock().start().await;
    let alice = registered(&app, "alice").await;
    let actor = Actor::of(&alice);
    assert!(alice.email_verified_at.is_none());
    run_jobs(&app, "mail_address_confirmation").await;
    let first = code_in(mails(&app).last().unwrap());
    is_refused(reset(&app, &first, OTHER).await);
    let confirmed = credentials::confirm_address(&app, &first).await.unwrap();
    assert_eq!(
        (confirmed.id, confirmed.email_verified_at),
        (alice.id, Some(app.clock.now()))
    );
    is_refused(credentials::confirm_address(&app, &first).await);
    // what is confirmed needs no code
    credentials::resend_confirmation(&app, Some(&actor), None, HERE)
        .await
        .unwrap();
    run_jobs(&app, "mail_address_confirmation").await;
    assert_eq!(mails(&app).len(), 1);

    let to = |email: &str| ChangeOwn {
        contact: ChangeContact {
            email: Some(Some(email.into())),
            ..ChangeContact::default()
        },
        ..ChangeOwn::default()
    };
    let changed = users::change_own(&app, &actor, to("Alice@Example.org"))
        .await
        .unwrap();
    assert_eq!(changed.email.as_deref(), Some("alice@example.org"));
    assert!(changed.email_verified_at.is_none());
    run_jobs(&app, "mail_address_confirmation").await;
    let second = code_in(mails(&app).last().unwrap());
    assert!(mails(&app).last().unwrap().contains("To: alice@example.org\r\n"));
    users::change_own(&app, &actor, to("alice@example.net"))
        .await
        .unwrap();
    is_refused(credentials::confirm_address(&app, &second).await);
    app.clock.advance(Duration::minutes(6));
    credentials::resend_confirmation(&app, None, Some("alice@example.net"), HERE)
        .await
        .unwrap();
    run_jobs(&app, "mail_address_confirmation").await;
    let third = code_in(mails(&app).last().unwrap());
    app.clock.advance(Duration::hours(24));
    is_refused(credentials::confirm_address(&app, &third).await);
    let nobody = credentials::resend_confirmation(&app, None, None, HERE).await;
    assert_eq!(code(nobody), "not_authenticated");
    let visitor = tokens::visit(&app, None).await.unwrap();
    let visitor = tokens::authenticate(&app, &visitor.access).await.unwrap();
    credentials::resend_confirmation(&app, Some(&visitor), None, HERE)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_reset_code_is_good_for_the_address_it_was_sent_to_and_no_disabled_account() {
    let app = TestApp::new().await;
    let admin = app.person("root", Role::Admin, None).await;
    let alice = registered(&app, "alice").await;
    let bob = registered(&app, "bob").await;
    let first = asked(&app, "alice@example.com", 1).await;
    let moved = UpdateUser {
        contact: ChangeContact {
            email: Some(Some("alice@example.org".into())),
            ..ChangeContact::default()
        },
        ..UpdateUser::default()
    };
    users::change(&app, &admin, alice.id, moved).await.unwrap();
    is_refused(reset(&app, &first, OTHER).await);
    let second = asked(&app, "bob@example.com", 1).await;
    users::disable(&app, "bob").await.unwrap();
    is_refused(reset(&app, &second, OTHER).await);
    let enabled = UpdateUser {
        is_disabled: Some(false),
        password: Some(PASSWORD.into()),
        ..UpdateUser::default()
    };
    users::change(&app, &admin, bob.id, enabled).await.unwrap();
    is_refused(reset(&app, &second, OTHER).await);
    assert!(login(&app, "bob", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn a_mail_that_the_server_cannot_take_now_is_tried_again_with_a_new_code() {
    let mut sink = SmtpSink::start().await;
    let app = TestApp::builder()
        .fixed_clock()
        .setting("SMTP_URL", &sink.url)
        .setting("MAIL_FROM", "Support <support@example.com>")
        .start()
        .await;
    registered(&app, "alice").await;
    credentials::forgot_password(&app, "alice@example.com", HERE)
        .await
        .unwrap();
    sink.answer(451);
    let id = newest_job(&app, "mail_password_reset").await;
    let claim = job_store::claim(&app, id).await.unwrap().unwrap();
    let failed = app::jobs::work(&app, &claim).await.unwrap_err();
    assert!(failed.to_string().contains("451"), "{failed}");
    job_store::failed(&app, &claim, &failed.to_string())
        .await
        .unwrap();
    let row = job::Entity::find_by_id(id).one(&*app.db).await.unwrap().unwrap();
    assert_eq!((row.state, row.failures), (job::State::Pending, 1));
    assert!(row.run_at > app.clock.now());
    app.clock.advance(Duration::seconds(6));
    sink.answer(250);
    run_jobs(&app, "mail_password_reset").await;
    let mail = sink.next().await;
    assert_eq!(mail.to, "<alice@example.com>");
    reset(&app, &code_in(&mail.data), OTHER).await.unwrap();
    // refused for good: there is nothing to try again
    app.clock.advance(Duration::minutes(6));
    credentials::forgot_password(&app, "alice@example.com", HERE)
        .await
        .unwrap();
    sink.answer(550);
    run_jobs(&app, "mail_password_reset").await;
    let waiting = job::Entity::find()
        .filter(job::Column::Kind.eq("mail_password_reset"))
        .filter(job::Column::State.ne(job::State::Done));
    assert_eq!(waiting.count(&*app.db).await.unwrap(), 0);
    assert!(!sink.has_more());
}

#[tokio::test]
async fn of_the_codes_that_were_asked_for_while_the_mail_server_was_away_the_last_is_mailed() {
    let app = TestApp::builder().fixed_clock().start().await;
    registered(&app, "alice").await;
    run_jobs(&app, "mail_address_confirmation").await;
    let before = mails(&app).len();
    for n in 1..=3 {
        credentials::forgot_password(&app, "alice@example.com", address(n))
            .await
            .unwrap();
        app.clock.advance(Duration::minutes(5));
    }
    app.assert_enqueued("mail_password_reset", 3).await;
    run_jobs(&app, "mail_password_reset").await;
    assert_eq!(mails(&app).len(), before + 1);
    reset(&app, &code_in(mails(&app).last().unwrap()), OTHER)
        .await
        .unwrap();
}

#[tokio::test]
async fn nobody_takes_an_address_a_number_or_a_name_that_is_somebody_elses() {
    let app = TestApp::new().await;
    let alice = registered(&app, "alice").await;
    let agent = Register {
        role: Some(Role::Agent),
        full_name: Some("Hanna Kern".into()),
        phone: Some("+49 30 1234".into()),
        ..new("hanna")
    };
    let hanna = users::create(&app, agent).await.unwrap();
    registered(&app, "bob").await;
    let actor = Actor::of(&alice);
    let own = |email: Option<&str>, phone: Option<&str>, name: Option<&str>| ChangeOwn {
        full_name: name.map(|name| Some(name.to_owned())),
        contact: ChangeContact {
            email: email.map(|email| Some(email.to_owned())),
            phone: phone.map(|phone| Some(phone.to_owned())),
        },
    };
    for (command, refusal) in [
        (own(Some("BOB@example.com"), None, None), "email_taken"),
        (own(None, Some("0049 30 1234"), None), "phone_taken"),
        (own(None, None, Some("Hanna Kern")), "validation_error"),
        (own(Some("bob"), None, None), "validation_error"),
        (own(None, Some("call me"), None), "validation_error"),
    ] {
        assert_eq!(code(users::change_own(&app, &actor, command).await), refusal);
    }
    let changed = users::change_own(&app, &actor, own(None, Some("+49 30 99"), Some("Alice A.")));
    let changed = changed.await.unwrap();
    assert_eq!(changed.phone.as_deref(), Some("+493099"));
    assert_eq!(changed.full_name.as_deref(), Some("Alice A."));
    let none = ChangeOwn {
        contact: ChangeContact {
            email: Some(None),
            phone: Some(None),
        },
        full_name: Some(None),
    };
    let cleared = users::change_own(&app, &actor, none).await.unwrap();
    assert_eq!(
        (cleared.email, cleared.phone, cleared.full_name),
        (None, None, None)
    );
    // who works for the company keeps their own name
    let same = users::change_own(&app, &Actor::of(&hanna), own(None, None, Some("Hanna  Kern"))).await;
    assert_eq!(code(same), "ok");
    // an address that is a username stays its owner's
    let named = Register {
        email: Some("cyd@example.com".into()),
        ..new("cyd@example.com")
    };
    let cyd = users::register(&app, None, named).await.unwrap();
    let moved = users::change_own(&app, &Actor::of(&cyd), own(Some("cyd@example.org"), None, None)).await;
    assert_eq!(code(moved), "validation_error");
}

#[tokio::test]
async fn a_job_for_nobody_mails_nothing() {
    let app = TestApp::new().await;
    let job = Job::MailPasswordReset { user: NOBODY };
    job_store::enqueue(&app, &job).await.unwrap();
    run_jobs(&app, "mail_password_reset").await;
    assert!(mails(&app).is_empty());
}
