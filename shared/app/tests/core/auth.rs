//! Accounts and sign-ins.

use crate::support::*;
use accounts::tokens::{self, Pair};
use accounts::users::{self, Register};
use app::App;
use app::testing::{PASSWORD, Place, TestApp, person};
use entity::user::{Department, Role};
use kernel::clock::Clock;
use kernel::error::Result;
use kernel::event::Event;
use sea_orm::ConnectionTrait;
use secrecy::SecretString;
use std::net::IpAddr;

pub const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

pub fn new(username: &str) -> Register {
    Register {
        username: username.into(),
        password: PASSWORD.into(),
        email: None,
        phone: None,
        full_name: None,
        role: None,
        department: None,
    }
}

pub async fn login(app: &App, who: &str, password: &str) -> Result<Pair> {
    users::login(app, who, SecretString::from(password), HERE).await
}

#[tokio::test]
async fn a_person_registers_signs_in_by_any_name_renews_and_signs_out() {
    let app = TestApp::new().await;
    let command = Register {
        email: Some("Alice@Example.com".into()),
        phone: Some("+49 30 1234".into()),
        full_name: Some("Alice A.".into()),
        ..new("Alice")
    };
    let row = users::register(&app, None, command).await.unwrap();
    assert_eq!(
        (row.username.as_str(), row.email.as_deref(), row.role),
        ("Alice", Some("alice@example.com"), Role::User)
    );
    for who in ["Alice", "ALICE", "alice@EXAMPLE.com", "+49 30 1234"] {
        assert_eq!(login(&app, who, PASSWORD).await.unwrap().user.id, row.id, "{who}");
    }
    let pair = login(&app, "alice", PASSWORD).await.unwrap();
    assert_eq!((pair.expires_in, pair.refresh.len()), (3600, 64));
    let actor = tokens::authenticate(&app, &pair.access).await.unwrap();
    assert_eq!(
        (actor.id, &*actor.name, actor.is_visitor),
        (row.id, "Alice A.", false)
    );
    let next = tokens::refresh(&app, &pair.refresh).await.unwrap();
    assert!(
        tokens::authenticate(&app, &pair.access).await.is_ok(),
        "the old access token lives out its time"
    );
    let mut events = listen(&app);
    tokens::logout(&app, &actor, None).await.unwrap();
    heard(
        &mut events,
        "the sign-out",
        |event| matches!(event, Event::SessionRevoked { session } if Some(*session) == actor.session),
    )
    .await;
    for token in [&pair.access, &next.access] {
        assert_eq!(code(tokens::authenticate(&app, token).await), "session_revoked");
    }
    assert_eq!(
        code(tokens::refresh(&app, &next.refresh).await),
        "session_revoked"
    );
    for junk in ["", "x", "é\0", &"0".repeat(64)] {
        assert_eq!(code(tokens::refresh(&app, junk).await), "token_invalid");
        assert_eq!(code(tokens::authenticate(&app, junk).await), "token_invalid");
    }
}

#[tokio::test]
async fn a_refresh_token_used_again_ends_the_whole_family() {
    let app = TestApp::new().await;
    app.user("alice").await;
    let first = login(&app, "alice", PASSWORD).await.unwrap();
    let second = tokens::refresh(&app, &first.refresh).await.unwrap();
    let third = tokens::refresh(&app, &second.refresh).await.unwrap();
    assert_eq!(code(tokens::refresh(&app, &first.refresh).await), "token_invalid");
    assert_eq!(
        code(tokens::refresh(&app, &third.refresh).await),
        "session_revoked"
    );
    assert_eq!(
        code(tokens::authenticate(&app, &third.access).await),
        "session_revoked"
    );
    assert!(
        login(&app, "alice", PASSWORD).await.is_ok(),
        "the account itself is fine"
    );
}

#[tokio::test]
async fn tokens_run_out_by_the_clock_and_what_ran_out_is_swept() {
    let app = TestApp::builder().fixed_clock().start().await;
    person(&app, "alice", Role::User, None).await;
    let pair = login(&app, "alice", PASSWORD).await.unwrap();
    app.clock.advance(chrono::Duration::minutes(60));
    assert_eq!(
        code(tokens::authenticate(&app, &pair.access).await),
        "token_expired"
    );
    app.clock.advance(chrono::Duration::days(29));
    let next = tokens::refresh(&app, &pair.refresh).await.unwrap();
    app.clock.advance(chrono::Duration::days(31));
    assert_eq!(code(tokens::refresh(&app, &next.refresh).await), "token_invalid");
    assert!(login(&app, "alice", PASSWORD).await.is_ok());
    tokens::sweep(&app).await.unwrap();
    use sea_orm::{EntityTrait, PaginatorTrait};
    let sessions = entity::session::Entity::find().count(&*app.db).await.unwrap();
    let tokens = entity::refresh_token::Entity::find()
        .count(&*app.db)
        .await
        .unwrap();
    assert_eq!((sessions, tokens), (1, 1), "the live one stays");
}

#[tokio::test]
async fn a_disabled_account_can_do_nothing_more_anywhere() {
    let place = Place::new().await;
    let a = place.app(Clock::System, &[]).await;
    let b = place.app(Clock::System, &[]).await;
    connected(&b).await;
    person(&a, "alice", Role::User, None).await;
    let pair = login(&a, "alice", PASSWORD).await.unwrap();
    assert!(
        tokens::authenticate(&b, &pair.access).await.is_ok(),
        "and b remembers her now"
    );
    let mut events = listen(&b);
    users::disable(&a, "ALICE").await.unwrap();
    if a.bus.is_shared() {
        heard(&mut events, "the disabling", |event| {
            matches!(event, Event::UserChanged { .. })
        })
        .await;
        assert_eq!(
            code(tokens::authenticate(&b, &pair.access).await),
            "session_revoked"
        );
    }
    assert_eq!(
        code(tokens::authenticate(&a, &pair.access).await),
        "session_revoked"
    );
    assert!(tokens::refresh(&a, &pair.refresh).await.is_err());
    assert_eq!(code(login(&a, "alice", PASSWORD).await), "invalid_credentials");
}

#[tokio::test]
async fn a_role_that_changes_counts_from_the_next_request_on() {
    let app = TestApp::new().await;
    app.user("alice").await;
    let pair = login(&app, "alice", PASSWORD).await.unwrap();
    assert!(!tokens::authenticate(&app, &pair.access).await.unwrap().is_staff());
    users::set_role(&app, "alice", Role::Agent, Some(Department::It))
        .await
        .unwrap();
    assert!(tokens::authenticate(&app, &pair.access).await.unwrap().is_staff());
    assert_eq!(
        code(users::set_role(&app, "nobody", Role::Agent, None).await),
        "not_found"
    );
    assert_eq!(code(users::disable(&app, "bot").await), "not_found");
}

#[tokio::test]
async fn nobody_gives_themselves_a_role() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let admin = app.person("boss", Role::Admin, None).await;
    for role in [Role::Agent, Role::Admin, Role::Bot] {
        for actor in [None, Some(&alice)] {
            let command = Register {
                role: Some(role),
                ..new("mallory")
            };
            assert_eq!(
                code(users::register(&app, actor, command).await),
                "forbidden",
                "{role:?}"
            );
        }
    }
    let department = Register {
        department: Some(Department::Hr),
        ..new("mallory")
    };
    assert_eq!(code(users::register(&app, None, department).await), "forbidden");
    let driver = Register {
        role: Some(Role::Driver),
        ..new("driver")
    };
    assert_eq!(
        users::register(&app, None, driver).await.unwrap().role,
        Role::Driver
    );
    let agent = Register {
        role: Some(Role::Agent),
        ..new("agent")
    };
    assert_eq!(
        users::register(&app, Some(&admin), agent).await.unwrap().role,
        Role::Agent
    );
    let bot = Register {
        role: Some(Role::Bot),
        ..new("another-bot")
    };
    assert_ne!(
        code(users::register(&app, Some(&admin), bot).await),
        "ok",
        "there is one bot"
    );
}

#[tokio::test]
async fn registration_can_be_closed_to_all_but_admins() {
    let place = Place::new().await;
    let app = place.app(Clock::System, &[("REGISTRATION", "closed")]).await;
    let admin = person(&app, "boss", Role::Admin, None).await;
    assert_eq!(code(users::register(&app, None, new("alice")).await), "forbidden");
    assert!(users::register(&app, Some(&admin), new("alice")).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_and_an_address_belong_to_one_account_whatever_the_case_even_at_once() {
    let place = Place::new().await;
    let a = place.app(Clock::System, &[]).await;
    let b = place.app(Clock::System, &[]).await;
    let names = ["Carol", "carol", "CAROL", "cArOl"];
    let tries = names.iter().enumerate().map(|(n, name)| {
        let app = if n % 2 == 0 { &a } else { &b };
        users::register(app, None, new(name))
    });
    let made: Vec<_> = futures_util::future::join_all(tries)
        .await
        .into_iter()
        .map(detail)
        .collect();
    assert_eq!(made.iter().filter(|made| *made == "ok").count(), 1, "{made:?}");
    assert_eq!(
        made.iter()
            .filter(|made| *made == "Username already exists")
            .count(),
        3,
        "{made:?}"
    );
    let with = |name: &str, email: &str| Register {
        email: Some(email.into()),
        ..new(name)
    };
    let (one, two) = tokio::join!(
        users::register(&a, None, with("dave", "D@example.com")),
        users::register(&b, None, with("david", "d@EXAMPLE.com")),
    );
    let made = [detail(one), detail(two)];
    assert!(
        made.contains(&"ok".into()) && made.contains(&"Email already exists".into()),
        "{made:?}"
    );
    assert_eq!(
        detail(users::register(&a, None, new("BOT")).await),
        "Username already exists"
    );
}

#[tokio::test]
async fn bad_registrations_name_the_field() {
    let app = TestApp::new().await;
    let field = |result: Result<_>| match result {
        Err(kernel::error::Error::Invalid(errors)) => errors[0].field.clone(),
        other => detail(other),
    };
    let long = "x".repeat(51);
    // its lower case is twice as long as itself
    let growing = "İ".repeat(50);
    for name in [
        "ab", "12345", "a b", "a/b", "a\\b", "a\tb", "nul\0l", &long, &growing,
    ] {
        assert_eq!(
            field(users::register(&app, None, new(name)).await),
            "username",
            "{name:?}"
        );
    }
    for password in ["short", &"p".repeat(129)] {
        let command = Register {
            password: SecretString::from(password),
            ..new("alice")
        };
        assert_eq!(field(users::register(&app, None, command).await), "password");
    }
    for email in ["", "a", "a@b", "@b.c", "a@b@c.d", "a b@c.d", "a@.c"] {
        let command = Register {
            email: Some(email.into()),
            ..new("alice")
        };
        assert_eq!(
            field(users::register(&app, None, command).await),
            "email",
            "{email}"
        );
    }
    let command = Register {
        phone: Some("call me".into()),
        ..new("alice")
    };
    assert_eq!(field(users::register(&app, None, command).await), "phone");
    assert_eq!(
        users::list(&app, None).await.unwrap().len(),
        0,
        "nothing was stored"
    );
}

#[tokio::test]
async fn an_address_signs_in_its_owner_even_where_somebody_took_it_for_a_name() {
    let test = TestApp::new().await;
    let register = |username: &str, email: Option<&str>| Register {
        username: username.into(),
        password: SecretString::from(PASSWORD),
        email: email.map(Into::into),
        phone: None,
        full_name: None,
        role: None,
        department: None,
    };
    let owner = users::create(&test.app, register("owner", Some("me@example.com")))
        .await
        .unwrap();
    assert_eq!(
        code(users::create(&test.app, register("me@example.com", None)).await),
        "validation_error"
    );
    // from before that was refused
    users::create(&test.app, register("other", None)).await.unwrap();
    let sql = "UPDATE accounts_user SET username = 'me@example.com', username_key = 'me@example.com' \
               WHERE username = 'other'";
    test.app.db.execute_unprepared(sql).await.unwrap();
    assert_eq!(
        login(&test.app, "me@example.com", PASSWORD)
            .await
            .unwrap()
            .user
            .id,
        owner.id
    );
}

#[tokio::test]
async fn a_number_that_somebody_signs_in_with_is_nobody_elses() {
    let app = TestApp::new().await;
    let with_phone = |name: &str, phone: &str| Register {
        phone: Some(phone.into()),
        ..new(name)
    };
    let owner = users::register(&app, None, with_phone("owner", "+49 (30) 12-34"))
        .await
        .unwrap();
    assert_eq!(owner.phone.as_deref(), Some("+49301234"));
    for same in ["+49301234", "0049 30 1234", "+49.30.1234"] {
        let refused = users::register(&app, None, with_phone("stranger", same)).await;
        let Err(kernel::error::Error::Conflict { code, field, detail }) = refused else {
            panic!("{same}: {refused:?}");
        };
        assert_eq!(
            (code, field, detail.as_str()),
            ("phone_taken", Some("phone"), "Phone number already exists")
        );
    }
    // nor does anybody take it, or an address, for a name
    for name in ["+49301234", "+49-30-1234", "0301234.5", "somebody@example.com"] {
        let refused = users::register(&app, None, new(name)).await;
        assert_eq!(code(refused), "validation_error", "{name}");
    }
    let own = Register {
        email: Some("Me@Example.com".into()),
        ..new("me@example.com")
    };
    let own = users::register(&app, None, own).await.unwrap();
    for (who, id) in [
        ("+49 30 1234", owner.id),
        ("004930 1234", owner.id),
        ("owner", owner.id),
        ("me@example.com", own.id),
    ] {
        assert_eq!(login(&app, who, PASSWORD).await.unwrap().user.id, id, "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_register_a_number_at_once_one_has_it() {
    let app = TestApp::new().await;
    let tries = ["first", "second", "third"].map(|name| {
        let command = Register {
            phone: Some("+49 30 99".into()),
            ..new(name)
        };
        users::register(&app, None, command)
    });
    let outcomes = futures_util::future::join_all(tries).await;
    let mut codes: Vec<_> = outcomes.into_iter().map(code).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["ok", "phone_taken", "phone_taken"]);
}

#[tokio::test]
async fn numbers_from_before_are_kept_by_the_oldest_of_those_who_shared_them() {
    use migration::{Migrator, MigratorTrait};
    use sea_orm::{EntityTrait, QueryOrder};
    let app = TestApp::new().await;
    let mut migrations = Migrator::migrations();
    let after = migrations
        .iter()
        .position(|one| one.name().contains("000009_people"));
    let steps = migrations.split_off(after.expect("the migration")).len();
    for name in ["a01", "b02", "c03", "d04", "e05"] {
        users::create(&app, new(name)).await.unwrap();
    }
    let db = app.db.connection();
    Migrator::down(db, Some(u32::try_from(steps).unwrap()))
        .await
        .unwrap();
    for (name, phone) in [
        ("a01", "+49 30 (1234)"),
        ("b02", "0049-30.1234"),
        ("c03", "+49301234"),
        ("d04", "030 1234"),
        ("e05", "+-()"),
    ] {
        let sql = format!("UPDATE accounts_user SET phone = '{phone}' WHERE username = '{name}'");
        app.db.execute_unprepared(&sql).await.unwrap();
    }
    app.db.migrate().await.unwrap();
    let rows = entity::user::Entity::find()
        .order_by_asc(entity::user::Column::Id)
        .all(&*app.db)
        .await
        .unwrap();
    let kept: Vec<_> = rows
        .iter()
        .filter(|row| row.role == Role::User)
        .map(|row| row.phone.as_deref())
        .collect();
    assert_eq!(kept, [Some("+49301234"), None, None, Some("0301234"), None]);
}
