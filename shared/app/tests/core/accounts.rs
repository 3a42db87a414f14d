//! Accounts as admins keep them, and who works for the company.

use crate::support::*;
use accounts::tokens;
use accounts::users::{self, Cursor, Query, Register, UpdateUser, add, browse, change};
use app::App;
use app::testing::{PASSWORD, Place, TestApp, person};
use chat::presence;
use desk::staff;
use entity::UserId;
use entity::user::{Department, Role};
use kernel::actor::Actor;
use kernel::clock::Clock;
use kernel::error::{Error, Result};
use kernel::event::Event;
use secrecy::SecretString;

fn query() -> Query {
    Query {
        limit: 50,
        ..Query::default()
    }
}

fn account(name: &str, role: Role) -> Register {
    Register {
        username: name.into(),
        password: SecretString::from(PASSWORD),
        email: None,
        phone: None,
        full_name: None,
        role: Some(role),
        department: None,
    }
}

fn role(role: Role) -> UpdateUser {
    UpdateUser {
        role: Some(role),
        ..UpdateUser::default()
    }
}

fn disabled(is_disabled: bool) -> UpdateUser {
    UpdateUser {
        is_disabled: Some(is_disabled),
        ..UpdateUser::default()
    }
}

async fn names(app: &App, actor: &Actor, query: Query) -> Vec<String> {
    let listed = browse(app, actor, &query).await.unwrap();
    assert_eq!(listed.count as usize, listed.rows.len());
    listed.rows.into_iter().map(|row| row.username).collect()
}

fn field<T: std::fmt::Debug>(result: Result<T>) -> String {
    match result {
        Err(Error::Invalid(errors)) => errors[0].field.clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_admin_finds_accounts_by_a_part_of_their_names_and_by_role() {
    let app = TestApp::new().await;
    let boss = app.person("boss", Role::Admin, None).await;
    app.user("Zoe_1").await;
    let mut amira = account("amira", Role::Agent);
    amira.full_name = Some("Amira O'Neil".into());
    amira.email = Some("amira@Example.com".into());
    add(&app, &boss, amira).await.unwrap();
    tokens::visit(&app, None).await.unwrap();
    let all = browse(&app, &boss, &query()).await.unwrap();
    assert_eq!(all.count, 4, "visitors too, the bot not");
    assert!(all.rows[0].visitor_sub.is_some(), "newest first");
    for (search, found) in [
        ("ZOE", vec!["Zoe_1"]),
        ("o'neil", vec!["amira"]),
        ("EXAMPLE.com", vec!["amira"]),
        ("zoe%", vec![]),
        ("e_1", vec!["Zoe_1"]),
        ("bot", vec![]),
    ] {
        let query = Query {
            search: Some(search.into()),
            ..query()
        };
        assert_eq!(names(&app, &boss, query).await, found, "{search}");
    }
    let admins = Query {
        role: Some(Role::Admin),
        ..query()
    };
    assert_eq!(names(&app, &boss, admins).await, ["boss"]);
    let bots = Query {
        role: Some(Role::Bot),
        ..query()
    };
    assert!(names(&app, &boss, bots).await.is_empty());
}

#[tokio::test]
async fn pages_of_accounts_lead_both_ways() {
    let app = TestApp::new().await;
    let boss = app.person("boss", Role::Admin, None).await;
    for n in 0..6 {
        app.user(&format!("user{n}")).await;
    }
    let page = async |cursor| {
        let query = Query {
            cursor,
            limit: 3,
            ..Query::default()
        };
        let listed = browse(&app, &boss, &query).await.unwrap();
        let names: Vec<_> = listed.rows.iter().map(|row| row.username.clone()).collect();
        (names, listed.next, listed.previous)
    };
    let (first, next, none) = page(None).await;
    assert_eq!(
        (first, none),
        (vec!["user5".into(), "user4".into(), "user3".into()], None)
    );
    let next = Cursor::decode(&next.unwrap().encode()).unwrap();
    let (second, next, previous) = page(Some(next)).await;
    assert_eq!(second, ["user2", "user1", "user0"]);
    let (last, none, _) = page(next).await;
    assert_eq!((last, none), (vec!["boss".into()], None));
    let previous = Cursor::decode(&previous.unwrap().encode()).unwrap();
    let (first, _, none) = page(Some(previous)).await;
    assert_eq!(first, ["user5", "user4", "user3"]);
    assert_eq!(none, None);
    for bad in ["", "n", "x1", "n-", "n1x", "é1"] {
        assert_eq!(field(Cursor::decode(bad)), "cursor", "{bad}");
    }
}

#[tokio::test]
async fn only_admins_administer_and_only_agents_have_departments() {
    let app = TestApp::new().await;
    let boss = app.person("boss", Role::Admin, None).await;
    let ann = app.person("ann", Role::Agent, Some(Department::It)).await;
    let alice = app.user("alice").await;
    for who in [&ann, &alice] {
        assert_eq!(code(browse(&app, who, &query()).await), "forbidden");
        assert_eq!(
            code(add(&app, who, account("new", Role::User)).await),
            "forbidden"
        );
        assert_eq!(
            code(change(&app, who, alice.id, role(Role::User)).await),
            "forbidden"
        );
    }
    assert_eq!(code(staff::list(&app, &alice).await), "forbidden");
    for unknown in [UserId(0), UserId(i64::MAX), app.bot.account().unwrap().id] {
        let changed = change(&app, &boss, unknown, disabled(true)).await;
        assert_eq!(detail(changed), "User not found");
    }
    let mut strange = account("strange", Role::User);
    strange.department = Some(Department::Hr);
    assert_eq!(field(add(&app, &boss, strange).await), "department");
    let hr = UpdateUser {
        department: Some(Some(Department::Hr)),
        ..UpdateUser::default()
    };
    assert_eq!(
        field(change(&app, &boss, alice.id, hr.clone()).await),
        "department"
    );
    let moved = change(&app, &boss, ann.id, hr).await.unwrap();
    assert_eq!(moved.department, Some(Department::Hr));
    let left = change(&app, &boss, ann.id, role(Role::User)).await.unwrap();
    assert_eq!(
        (left.role, left.department),
        (Role::User, None),
        "a team goes with the role"
    );
    assert_eq!(field(change(&app, &boss, ann.id, role(Role::Bot)).await), "role");
    let long = UpdateUser {
        full_name: Some(Some("x".repeat(201))),
        ..UpdateUser::default()
    };
    assert_eq!(field(change(&app, &boss, ann.id, long).await), "full_name");
    let visit = tokens::visit(&app, None).await.unwrap();
    let visitor = visit.user.id;
    assert_eq!(field(change(&app, &boss, visitor, role(Role::Agent)).await), "id");
    assert_eq!(code(change(&app, &boss, visitor, disabled(true)).await), "ok");
}

#[tokio::test]
async fn nobody_demotes_or_disables_themselves_and_two_admins_at_once_leave_one() {
    let app = TestApp::new().await;
    let boss = app.person("boss", Role::Admin, None).await;
    let chief = app.person("chief", Role::Admin, None).await;
    assert_eq!(
        field(change(&app, &boss, boss.id, role(Role::Agent)).await),
        "role"
    );
    assert_eq!(
        field(change(&app, &boss, boss.id, disabled(true)).await),
        "is_disabled"
    );
    let renamed = UpdateUser {
        role: Some(Role::Admin),
        full_name: Some(Some("The Boss".into())),
        ..UpdateUser::default()
    };
    let renamed = change(&app, &boss, boss.id, renamed).await.unwrap();
    assert_eq!(renamed.full_name.as_deref(), Some("The Boss"));
    let (one, other) = tokio::join!(
        change(&app, &boss, chief.id, role(Role::User)),
        change(&app, &chief, boss.id, disabled(true)),
    );
    let refused = [one, other].into_iter().filter(Result::is_err).count();
    assert_eq!(refused, 1, "one of them stays");
    assert!(users::has_admin(&app).await.unwrap());
}

#[tokio::test]
async fn who_is_disabled_is_signed_out_and_who_is_let_in_again_signs_in() {
    let app = TestApp::new().await;
    let boss = app.person("boss", Role::Admin, None).await;
    let alice = app.user("alice").await;
    let sign_in = || users::login(&app, "alice", PASSWORD.into(), crate::auth::HERE);
    let pair = sign_in().await.unwrap();
    let before = change(&app, &boss, alice.id, disabled(true)).await.unwrap();
    assert!(before.disabled_at.is_some());
    assert_eq!(
        code(tokens::authenticate(&app, &pair.access).await),
        "session_revoked"
    );
    assert_eq!(code(sign_in().await.map(drop)), "invalid_credentials");
    let again = change(&app, &boss, alice.id, disabled(true)).await.unwrap();
    assert_eq!(again.disabled_at, before.disabled_at);
    change(&app, &boss, alice.id, disabled(false)).await.unwrap();
    assert_eq!(code(sign_in().await.map(drop)), "ok");
}

#[tokio::test]
async fn a_new_password_ends_the_persons_sessions_but_not_the_one_it_was_set_in() {
    let app = TestApp::new().await;
    app.person("boss", Role::Admin, None).await;
    app.user("alice").await;
    let sign_in = |name: &'static str, password: &'static str| {
        users::login(&app, name, password.into(), crate::auth::HERE)
    };
    let (here, there) = (
        sign_in("boss", PASSWORD).await.unwrap(),
        sign_in("boss", PASSWORD).await.unwrap(),
    );
    let hers = sign_in("alice", PASSWORD).await.unwrap();
    let boss = tokens::authenticate(&app, &here.access).await.unwrap();
    let password = |text: &str| UpdateUser {
        password: Some(text.to_owned().into()),
        ..UpdateUser::default()
    };
    assert_eq!(
        field(change(&app, &boss, boss.id, password("short")).await),
        "password"
    );
    change(&app, &boss, boss.id, password("battery staple"))
        .await
        .unwrap();
    assert_eq!(code(tokens::authenticate(&app, &here.access).await), "ok");
    assert_eq!(
        code(tokens::authenticate(&app, &there.access).await),
        "session_revoked"
    );
    assert_eq!(code(tokens::authenticate(&app, &hers.access).await), "ok");
    assert_eq!(
        code(sign_in("boss", PASSWORD).await.map(drop)),
        "invalid_credentials"
    );
    assert_eq!(code(sign_in("boss", "battery staple").await.map(drop)), "ok");
    change(&app, &boss, hers.user.id, password("battery staple"))
        .await
        .unwrap();
    assert_eq!(
        code(tokens::authenticate(&app, &hers.access).await),
        "session_revoked"
    );
}

#[tokio::test]
async fn a_changed_role_holds_at_once_and_everybody_hears_of_it() {
    let app = TestApp::new().await;
    let boss = app.person("boss", Role::Admin, None).await;
    app.user("alice").await;
    let pair = users::login(&app, "alice", PASSWORD.into(), crate::auth::HERE)
        .await
        .unwrap();
    let alice = tokens::authenticate(&app, &pair.access).await.unwrap();
    let mut events = listen(&app);
    change(&app, &boss, alice.id, role(Role::Agent)).await.unwrap();
    heard(
        &mut events,
        "the change",
        |event| matches!(event, Event::UserChanged { user } if *user == alice.id),
    )
    .await;
    let alice = tokens::authenticate(&app, &pair.access).await.unwrap();
    assert_eq!(alice.role, Role::Agent);
}

#[tokio::test]
async fn staff_are_the_agents_and_admins_who_can_sign_in_by_name_with_who_is_there() {
    let app = TestApp::new().await;
    let boss = app.person("boss", Role::Admin, None).await;
    let zed = app.person("zed", Role::Agent, Some(Department::Hr)).await;
    let gone = app.person("gone", Role::Agent, None).await;
    app.user("alice").await;
    let called = UpdateUser {
        full_name: Some(Some("Adam Zed".into())),
        ..UpdateUser::default()
    };
    change(&app, &boss, zed.id, called).await.unwrap();
    change(&app, &boss, gone.id, disabled(true)).await.unwrap();
    for socket in 0..2 {
        presence::arrive(&app, Some(zed.id));
        assert_eq!(presence::totals(&app).await.sockets, socket + 1);
    }
    presence::arrive(&app, None);
    presence::depart(&app, Some(zed.id));
    let shown = async |app: &App| -> Vec<(String, bool)> {
        let members = staff::list(app, &zed).await.unwrap();
        let shown = members.into_iter();
        shown
            .map(|member| (users::shown(&member.row).to_owned(), member.is_online))
            .collect()
    };
    assert_eq!(
        shown(&app).await,
        [("Adam Zed".into(), true), ("boss".into(), false)]
    );
    presence::depart(&app, Some(zed.id));
    assert_eq!(
        shown(&app).await,
        [("Adam Zed".into(), false), ("boss".into(), false)]
    );
    assert_eq!(presence::totals(&app).await.sockets, 1, "of somebody unknown");
}

#[tokio::test]
async fn who_is_there_on_another_instance_is_there_until_it_dies() {
    let place = Place::new().await;
    let a = place.app(Clock::System, &[]).await;
    let b = place.app(Clock::System, &[]).await;
    if !a.bus.is_shared() {
        return;
    }
    let alice = person(&a, "alice", Role::User, None).await;
    presence::arrive(&b, Some(alice.id));
    presence::arrive(&b, None);
    presence::arrive(&a, None);
    presence::tend(&b).await;
    presence::tend(&a).await;
    assert!(presence::present(&a, &[alice.id]).await.contains(&alice.id));
    for app in [&a, &b] {
        assert_eq!(presence::totals(app).await.sockets, 3);
    }
    presence::depart(&b, Some(alice.id));
    presence::tend(&b).await;
    assert!(presence::present(&a, &[alice.id]).await.is_empty());
    assert_eq!(presence::totals(&a).await.sockets, 2);
    // b is dead from here on
    presence::run_out(&b).await;
    presence::tend(&a).await;
    assert_eq!(presence::totals(&a).await.sockets, 1);
}
