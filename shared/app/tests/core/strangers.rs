//! Strangers: nobody but the company reaches a visitor, and nobody is called like the company.

use crate::support::*;
use accounts::tokens;
use accounts::users::{self, Named, Register};
use app::App;
use app::testing::{PASSWORD, SECRET, TestApp};
use chat::conversations::{self, CreateConversation};
use chat::participants::add;
use chat::rooms::{self, CreateRoom};
use desk::work;
use desk::work::UpdateConversation;
use entity::UserId;
use entity::user::Role;
use kernel::actor::Actor;
use kernel::error::{Error, Result};

async fn visitor(app: &App) -> Actor {
    let pair = tokens::visit(app, None).await.unwrap();
    tokens::authenticate(app, &pair.access).await.unwrap()
}

/// The field at fault.
fn field<T: std::fmt::Debug>(result: Result<T>) -> String {
    match result {
        Err(Error::Invalid(errors)) => errors[0].field.clone(),
        Err(other) => detail::<()>(Err(other)),
        Ok(_) => "ok".into(),
    }
}

fn with(named: Named) -> CreateConversation {
    CreateConversation {
        participants: vec![named],
        ..CreateConversation::default()
    }
}

#[tokio::test]
async fn nobody_but_the_company_brings_a_visitor_into_a_conversation() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let agent = app.person("ann", Role::Agent, None).await;
    let visitor = visitor(&app).await;
    let private = group(&app, &alice, &[]).await;
    for (named, unknown) in [
        (Named::Id(visitor.id), Named::Id(UserId(999_999))),
        (
            Named::Name(visitor.username.to_string()),
            Named::Name("visitor-000000000000".into()),
        ),
    ] {
        let like_unknown = |of: &Named| format!("User {of} not found");
        assert_eq!(
            detail(conversations::create(&app, &alice, with(named.clone())).await),
            like_unknown(&named)
        );
        assert_eq!(
            detail(conversations::create(&app, &alice, with(unknown.clone())).await),
            like_unknown(&unknown)
        );
        assert_eq!(
            detail(add(&app, &alice, private, std::slice::from_ref(&named)).await),
            like_unknown(&named)
        );
        let made = conversations::create(&app, &agent, with(named)).await;
        assert_eq!(code(made), "ok", "the company may");
    }
    let room = CreateRoom {
        name: "room".into(),
        ..CreateRoom::default()
    };
    let room = rooms::create(&app, Some(&alice), room).await.unwrap();
    let chat = room.alias.unwrap();
    let names = [visitor.username.to_string()];
    for caller in [Some(&alice), None] {
        if caller.is_none() && app::testing::production() {
            continue;
        }
        assert_eq!(
            detail(rooms::add(&app, caller, &chat, &names).await),
            format!("User {} not found", visitor.username)
        );
    }
}

fn account(username: &str, full_name: Option<&str>) -> Register {
    Register {
        username: username.into(),
        password: PASSWORD.into(),
        email: None,
        phone: None,
        full_name: full_name.map(Into::into),
        role: None,
        department: None,
    }
}

#[tokio::test]
async fn nobody_registers_a_name_that_passes_for_the_companys() {
    let app = TestApp::new().await;
    let admin = app.person("boss", Role::Admin, None).await;
    users::create(
        &app,
        Register {
            role: Some(Role::Agent),
            ..account("hanna", Some("Hanna Kovač"))
        },
    )
    .await
    .unwrap();
    for name in [
        "support",
        "Supp0rt",
        "ѕupport",
        "System_",
        "аdmin",
        "CRM-Assistant",
        "hаnna",
        "HANNA-",
        "b0ss",
        "hannakovac",
    ] {
        let refused = users::register(&app, None, account(name, None)).await;
        assert_eq!(field(refused), "username", "{name}");
    }
    for (name, kept) in [("al\u{200b}ice", "username"), ("b\u{202e}ob", "username")] {
        assert_eq!(
            field(users::register(&app, None, account(name, None)).await),
            kept
        );
    }
    for full in [
        "Support",
        "CRM Assistant",
        "Hanna Kovac",
        "hanna",
        "S\u{200b}ystem",
        "Ａdmin",
    ] {
        let refused = users::register(&app, None, account("alice", Some(full))).await;
        assert_eq!(field(refused), "full_name", "{full}");
    }
    assert_eq!(
        detail(users::register(&app, None, account("Hanna", None)).await),
        "Username already exists"
    );
    let made = users::register(&app, None, account("ａｌｉｃｅ", Some(" Alice\u{202e}  A. ")))
        .await
        .unwrap();
    assert_eq!(
        (made.username.as_str(), made.full_name.as_deref()),
        ("alice", Some("Alice A."))
    );
    assert_eq!(
        detail(users::register(&app, None, account("alice", None)).await),
        "Username already exists"
    );
    let signed_in = users::login(&app, "ａｌｉｃｅ", PASSWORD.into(), crate::auth::HERE).await;
    assert_eq!(signed_in.unwrap().user.id, made.id);
    // whoever the company itself calls so is
    let team = users::register(&app, Some(&admin), account("support", Some("Support Team"))).await;
    assert_eq!(code(team), "ok");
}

#[tokio::test]
async fn a_conversation_of_customers_is_not_titled_like_the_companys() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let agent = app.person("ann", Role::Agent, None).await;
    let titled = |title: &str| CreateConversation {
        title: Some(title.into()),
        ..with(Named::Id(bob.id))
    };
    for title in [
        "Support",
        "ѕuppоrt",
        "CRM Assistant",
        "S\u{2060}ystem",
        "Customer Service",
    ] {
        assert_eq!(
            field(conversations::create(&app, &alice, titled(title)).await),
            "title",
            "{title}"
        );
        let room = CreateRoom {
            name: title.into(),
            ..CreateRoom::default()
        };
        assert_eq!(
            field(rooms::create(&app, Some(&alice), room).await),
            "name",
            "{title}"
        );
    }
    let made = conversations::create(&app, &alice, titled("Team \u{202e}Chat\u{200b}"))
        .await
        .unwrap();
    assert_eq!(made.row.title, "Team Chat");
    let rename = |title: &str| UpdateConversation {
        title: Some(title.into()),
        ..UpdateConversation::default()
    };
    assert_eq!(
        field(work::update(&app, &alice, made.row.id, rename("Support")).await),
        "title"
    );
    assert_eq!(
        field(work::update(&app, &alice, made.row.id, rename("\u{200b}")).await),
        "title"
    );
    let theirs = support(&app, &alice).await;
    let renamed = work::update(&app, &agent, theirs, rename("Support")).await;
    assert_eq!(renamed.unwrap().row.title, "Support", "the company may");
}

#[tokio::test]
async fn a_visitor_is_called_what_the_crm_says_unless_that_is_the_companys() {
    let app = TestApp::new().await;
    let called = async |sub: &str, name: &str| {
        let claims = serde_json::json!({"sub": sub, "exp": app.clock.now().timestamp() + 60, "name": name});
        let key = jsonwebtoken::EncodingKey::from_secret(format!("visitor-{SECRET}").as_bytes());
        let token = jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).unwrap();
        tokens::visit(&app, Some(&token)).await.unwrap().user.full_name
    };
    assert_eq!(called("a", "Vera\u{202e} V.").await.as_deref(), Some("Vera V."));
    assert_eq!(called("b", "Ѕupport").await, None);
    assert_eq!(
        called("a", "CRM Assistant").await.as_deref(),
        Some("Vera V."),
        "it keeps the old one"
    );
}
