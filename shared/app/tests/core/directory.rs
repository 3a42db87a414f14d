//! Looking people up, and when they were last seen.

use crate::support::*;
use accounts::tokens;
use accounts::users::{self, Directory, Register};
use app::App;
use app::testing::TestApp;
use chat::conversations::{self, CreateConversation};
use chat::presence;
use desk::staff;
use entity::user::Role;
use kernel::actor::Actor;

async fn found(app: &App, actor: &Actor, part: &str) -> Vec<String> {
    let found = users::search(app, actor, part, 50).await.unwrap();
    found.into_iter().map(|user| user.username).collect()
}

async fn visitor(app: &App) -> Actor {
    let pair = tokens::visit(app, None).await.unwrap();
    tokens::authenticate(app, &pair.access).await.unwrap()
}

#[tokio::test]
async fn people_find_those_whom_they_may_write_to_and_nobody_else() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let bob = app.user("Bobby").await;
    app.user("rob_oto").await;
    app.person("boris", Role::Agent, None).await;
    let agent = app.person("ann", Role::Agent, None).await;
    app.user("bored").await;
    users::disable(&app, "bored").await.unwrap();
    let visitor = visitor(&app).await;
    assert_eq!(found(&app, &alice, "BO").await, ["Bobby", "boris"]);
    assert_eq!(found(&app, &alice, "ob").await, ["Bobby", "rob_oto"]);
    assert_eq!(found(&app, &alice, "_").await, ["rob_oto"], "no wildcard");
    assert_eq!(
        found(&app, &bob, "bobby").await,
        Vec::<String>::new(),
        "not oneself"
    );
    assert_eq!(
        found(&app, &alice, "bot").await,
        Vec::<String>::new(),
        "not the bot"
    );
    assert_eq!(found(&app, &alice, "visitor").await, Vec::<String>::new());
    assert_eq!(found(&app, &alice, "  ").await, Vec::<String>::new());
    assert_eq!(
        found(&app, &agent, "visitor").await,
        [visitor.username.to_string()]
    );
    assert_eq!(
        code(users::search(&app, &visitor, "alice", 50).await),
        "forbidden"
    );
    let row = users::me(&app, &bob).await.unwrap();
    let unproven = Actor::unproven(&row);
    assert_eq!(
        code(users::search(&app, &unproven, "alice", 50).await),
        "forbidden"
    );
    assert_eq!(
        code(users::search(&app, &alice, "a\0", 50).await),
        "validation_error"
    );
    assert_eq!(users::search(&app, &alice, "b", 1).await.unwrap().len(), 1);
    // whoever is found can be written to
    for user in users::search(&app, &alice, "o", 50).await.unwrap() {
        let command = CreateConversation {
            participants: vec![users::Named::Id(user.id)],
            ..CreateConversation::default()
        };
        assert_eq!(code(conversations::create(&app, &alice, command).await), "ok");
    }
}

#[tokio::test]
async fn the_directory_is_the_companys_and_an_account_is_its_owners() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let bob = app.user("bob").await;
    let agent = app.person("ann", Role::Agent, None).await;
    let visitor = visitor(&app).await;
    users::create(
        &app,
        Register {
            email: Some("x@example.com".into()),
            full_name: Some("Alice B.".into()),
            ..crate::auth::new("cyd")
        },
    )
    .await
    .unwrap();
    let names = |query: Directory| {
        let (app, agent) = (&app, &agent);
        async move {
            let (rows, count) = users::directory(app, agent, &query).await.unwrap();
            (
                rows.into_iter().map(|row| row.username).collect::<Vec<_>>(),
                count,
            )
        }
    };
    let all = Directory {
        limit: 100,
        ..Directory::default()
    };
    let everybody: Vec<String> = ["cyd", "ann", "bob", "alice"].map(Into::into).into();
    assert_eq!(names(all.clone()).await, (everybody, 4));
    let second = Directory {
        limit: 1,
        offset: 1,
        ..all.clone()
    };
    assert_eq!(names(second).await, (vec!["ann".into()], 4));
    let alices = Directory {
        search: Some("ALICE".into()),
        ..all.clone()
    };
    assert_eq!(names(alices).await, (vec!["cyd".into(), "alice".into()], 2));
    let agents = Directory {
        role: Some(Role::Agent),
        ..all.clone()
    };
    assert_eq!(names(agents).await, (vec!["ann".into()], 1));
    assert_eq!(code(users::directory(&app, &alice, &all).await), "forbidden");
    assert_eq!(users::find(&app, &alice, alice.id).await.unwrap().id, alice.id);
    assert_eq!(users::find(&app, &agent, bob.id).await.unwrap().id, bob.id);
    let foreign = detail(users::find(&app, &alice, bob.id).await);
    let unknown = detail(users::find(&app, &alice, entity::UserId(424_242)).await);
    assert_eq!(foreign, unknown);
    assert_eq!(code(users::find(&app, &visitor, bob.id).await), "not_found");
    let bot = app.bot.account().unwrap().id;
    assert_eq!(code(users::find(&app, &agent, bot).await), "not_found");
}

#[tokio::test]
async fn admins_see_who_is_there_and_when_the_others_were_last() {
    let app = TestApp::builder().fixed_clock().start().await;
    let admin = app.person("root", Role::Admin, None).await;
    let alice = app.user("alice").await;
    let bob = app.user("bob").await;
    app.user("cyd").await;
    let seen = app.clock.now();
    tokens::open_session(&app, users::me(&app, &bob).await.unwrap())
        .await
        .unwrap();
    app.clock.advance(chrono::Duration::minutes(90));
    presence::arrive(&app, Some(alice.id));
    let people = staff::people(&app, &admin, 100, 0).await.unwrap();
    let shown: Vec<_> = people
        .iter()
        .map(|person| (person.row.username.as_str(), person.is_online, person.last_seen))
        .collect();
    assert_eq!(
        shown,
        [
            ("cyd", false, None),
            ("bob", false, Some(seen)),
            ("alice", true, Some(app.clock.now())),
            ("root", false, None),
        ]
    );
    assert_eq!(staff::people(&app, &admin, 1, 1).await.unwrap()[0].row.id, bob.id);
    assert_eq!(code(staff::people(&app, &alice, 100, 0).await), "forbidden");
}
