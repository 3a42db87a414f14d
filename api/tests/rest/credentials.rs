//! Forgotten passwords, confirmed addresses, one's own account and everybody's, over HTTP.

use super::{Answer, Client, person, send, text_of, user};
use api::testing::TestServer;
use app::testing::PASSWORD;
use entity::user::Role;
use platform::testing_smtp::SmtpSink;
use reqwest::Method;
use serde_json::{Value, json};

const OTHER: &str = "battery staple";

/// A server whose mails go to a server of the test's.
async fn start() -> (TestServer, SmtpSink) {
    let sink = SmtpSink::start().await;
    let from = ("MAIL_FROM", "support@example.com");
    let server = TestServer::start_with(&[("SMTP_URL", &sink.url), from]).await;
    (server, sink)
}

async fn post(server: &TestServer, path: &str, body: Value) -> Answer {
    send(server.client.post(server.url(path)).json(&body)).await
}

async fn register(server: &TestServer, mount: &str, name: &str) {
    let email = format!("{name}@example.com");
    let body = json!({"username": name, "password": PASSWORD, "email": email});
    let made = post(server, &format!("{mount}/register"), body).await;
    assert!(made.status.is_success(), "{made:?}");
}

async fn login(server: &TestServer, name: &str, password: &str) -> u16 {
    let body = json!({"username": name, "password": password});
    post(server, "/api/auth/login", body).await.status.as_u16()
}

/// The code in the next mail.
async fn code(sink: &mut SmtpSink) -> String {
    let mail = sink.next().await;
    let is_code = |line: &&str| line.len() == 32 && line.bytes().all(|byte| byte.is_ascii_hexdigit());
    let code = mail.data.lines().map(str::trim).find(is_code);
    code.unwrap_or_else(|| panic!("no code in {}", mail.data))
        .to_owned()
}

#[tokio::test]
async fn a_forgotten_password_is_chosen_anew_by_the_mailed_code_under_every_mount() {
    let (server, mut sink) = start().await;
    for (mount, ask, name, field) in [
        ("/auth", "forgot-password", "ann", "new_password"),
        ("/api/auth", "forgot-password", "ben", "newPassword"),
        ("/api/v1/auth", "forget-password", "cyd", "password"),
    ] {
        register(&server, mount, name).await;
        code(&mut sink).await;
        let ask = format!("{mount}/{ask}");
        let known = post(&server, &ask, json!({"email": format!("{name}@example.com")})).await;
        let unknown = post(&server, &ask, json!({"email": format!("not-{name}@example.com")})).await;
        assert_eq!(
            (known.status.as_u16(), &known.body),
            (200, &unknown.body),
            "{known:?}"
        );
        assert!(known.body["message"].is_string());
        let mailed = code(&mut sink).await;
        let path = format!("{mount}/reset-password");
        let body = |code: &str| json!({"token": code, field: OTHER});
        let wrong = post(&server, &path, body("0123456789abcdef0123456789abcdef")).await;
        assert_eq!(
            (wrong.status.as_u16(), &wrong.body["code"]),
            (400, &json!("code_refused")),
            "{wrong:?}"
        );
        let nothing = post(&server, &path, json!({"token": mailed})).await;
        assert_eq!(nothing.status, 422, "{nothing:?}");
        let done = post(&server, &path, body(&mailed)).await;
        assert_eq!(done.status, 200, "{done:?}");
        assert!(done.body["message"].is_string());
        assert_eq!(post(&server, &path, body(&mailed)).await.status, 400, "good once");
        assert_eq!(login(&server, name, PASSWORD).await, 401);
        assert_eq!(login(&server, name, OTHER).await, 200);
    }
    let empty = post(&server, "/api/auth/forgot-password", json!({})).await;
    assert_eq!(empty.status, 422);
}

#[tokio::test]
async fn an_address_is_confirmed_by_the_mailed_code_and_another_one_is_asked_for_quietly() {
    let (server, mut sink) = start().await;
    register(&server, "/api/v1/auth", "dana").await;
    let mailed = code(&mut sink).await;
    let dana = users_client(&server, "dana").await;
    let profile = dana.get("/api/v1/users/me/profile").await;
    assert_eq!(profile.body["email_verified"], false, "{profile:?}");
    let verify = |code: String| {
        let url = server.url(&format!("/api/v1/auth/verify-email?token={code}"));
        send(server.client.get(url))
    };
    let wrong = verify("x".into()).await;
    assert_eq!(
        (wrong.status.as_u16(), &wrong.body["statusCode"]),
        (400, &json!(400)),
        "{wrong:?}"
    );
    let done = verify(mailed).await;
    assert_eq!(done.status, 200, "{done:?}");
    let profile = dana.get("/api/v1/users/me/profile").await;
    assert_eq!(profile.body["email_verified"], true);
    let path = "/api/v1/auth/resend-verification";
    let known = post(&server, path, json!({"email": "dana@example.com"})).await;
    let unknown = post(&server, path, json!({"email": "nobody@example.com"})).await;
    let own = dana.post(path, json!({})).await;
    assert_eq!((known.status.as_u16(), &known.body), (200, &unknown.body));
    assert_eq!((own.status.as_u16(), &own.body), (200, &known.body));
    assert_eq!(post(&server, path, json!({})).await.status, 401);
    let path = format!("/api/v1/users/{}", dana.person.actor.id);
    // whoever holds a session only does not get the next password mailed
    for password in [None, Some("wrong horse")] {
        let stolen = json!({"email": "eve@example.org", "current_password": password});
        let refused = dana.patch(&path, stolen).await;
        let field = &refused.body["errors"][0]["field"];
        assert_eq!(
            (refused.status.as_u16(), field),
            (400, &json!("current_password"))
        );
    }
    let moved = json!({"email": "Dana@Example.org", "current_password": PASSWORD});
    let moved = dana.patch(&path, moved).await;
    assert_eq!(
        (
            moved.status.as_u16(),
            &moved.body["email"],
            &moved.body["email_verified"]
        ),
        (200, &json!("dana@example.org"), &json!(false))
    );
    assert_eq!(verify(code(&mut sink).await).await.status, 200);
}

/// Somebody who registered, signed in.
async fn users_client<'a>(server: &'a TestServer, name: &str) -> Client<'a> {
    let row = accounts::users::called(&*server.app.db, name).await.unwrap();
    let actor = kernel::actor::Actor::of(&row.expect("an account"));
    Client {
        server,
        person: server.sign_in(&actor).await,
    }
}

#[tokio::test]
async fn a_refresh_token_alone_signs_its_session_out() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let out = |body: Value| post(&server, "/api/auth/logout", body);
    assert_eq!(out(json!({})).await.status, 401);
    assert_eq!(out(json!({"refresh_token": ""})).await.status, 401);
    assert_eq!(out(json!({"refresh_token": "x"})).await.status, 401);
    let unknown = out(json!({"refresh_token": "0".repeat(64)})).await;
    assert_eq!(
        (unknown.status.as_u16(), &unknown.body["message"]),
        (200, &json!("Logout successful"))
    );
    assert_eq!(alice.get("/auth/me").await.status, 200, "nothing happened");
    let own = out(json!({"refresh_token": alice.person.refresh})).await;
    assert_eq!((own.status.as_u16(), own.body), (200, unknown.body));
    assert_eq!(alice.get("/auth/me").await.status, 401);
    let again = json!({"refresh_token": alice.person.refresh});
    assert_eq!(post(&server, "/api/auth/refresh", again).await.status, 401);
}

#[tokio::test]
async fn one_changes_ones_own_password_under_any_name_of_its_fields() {
    let server = TestServer::start().await;
    for (name, current, new) in [
        ("ann", "currentPassword", "newPassword"),
        ("ben", "current_password", "new_password"),
        ("cyd", "old_password", "new_password"),
    ] {
        let who = user(&server, name).await;
        let path = "/api/v1/users/change-password";
        let wrong = who.post(path, json!({current: "wrong horse", new: OTHER})).await;
        assert_eq!(wrong.status, 400, "{wrong:?}");
        assert_eq!(wrong.body["errors"][0]["field"], "current_password");
        for missing in [json!({current: PASSWORD}), json!({new: OTHER})] {
            assert_eq!(who.post(path, missing).await.status, 400);
        }
        let short = who.post(path, json!({current: PASSWORD, new: "short"})).await;
        assert_eq!(short.status, 400);
        let done = who.post(path, json!({current: PASSWORD, new: OTHER})).await;
        assert_eq!(done.status, 200, "{done:?}");
        assert_eq!(who.get("/auth/me").await.status, 200, "this session stays");
        assert_eq!(login(&server, name, PASSWORD).await, 401);
        assert_eq!(login(&server, name, OTHER).await, 200);
    }
}

#[tokio::test]
async fn a_profile_is_its_owners_the_companys_to_read_and_an_admins_to_change() {
    let server = TestServer::start().await;
    let dana = person(&server, "dana", Role::Driver).await;
    let bob = user(&server, "bob").await;
    let ann = person(&server, "ann", Role::Agent).await;
    let root = person(&server, "root", Role::Admin).await;
    let number = dana.person.actor.id.0;
    let profile = dana.get("/api/v1/users/me/profile").await;
    assert_eq!(profile.status, 200, "{profile:?}");
    let one = &profile.body;
    for (field, value) in [
        ("id", json!(number)),
        ("user_id", json!(number)),
        ("username", json!("dana")),
        ("email", Value::Null),
        ("role", json!("driver")),
        ("department", Value::Null),
        ("display_name", json!("dana")),
        ("phone", Value::Null),
        ("station_id", Value::Null),
        ("email_verified", json!(false)),
    ] {
        assert_eq!(one[field], value, "{field}");
    }
    assert!(one["created_at"].is_string());
    let path = format!("/api/v1/users/{number}");
    for who in [&dana, &ann, &root] {
        assert_eq!(who.get(&path).await.body, *one);
    }
    let mut foreign = bob.get(&path).await;
    let mut unknown = bob.get("/api/v1/users/424242").await;
    foreign.body["request_id"] = Value::Null;
    unknown.body["request_id"] = Value::Null;
    assert_eq!((foreign.status.as_u16(), &foreign.body), (404, &unknown.body));
    assert_eq!(foreign.body["message"], "User not found");
    assert_eq!(bob.get("/api/v1/users/x").await.status, 404);
    let change = json!({"full_name": "Dana D.", "phone": "+49 30 1234"});
    assert_eq!(bob.patch(&path, change.clone()).await.status, 404);
    assert_eq!(ann.patch(&path, change.clone()).await.status, 403);
    let changed = dana.patch(&path, change).await;
    assert_eq!(
        (&changed.body["full_name"], &changed.body["phone"]),
        (&json!("Dana D."), &json!("+49301234")),
        "{changed:?}"
    );
    assert_eq!(dana.patch(&path, json!({"role": "admin"})).await.status, 403);
    assert_eq!(root.patch(&path, json!({"role": "bot"})).await.status, 400);
    let promoted = root
        .patch(&path, json!({"role": "agent", "full_name": null}))
        .await;
    assert_eq!(
        (&promoted.body["role"], &promoted.body["full_name"]),
        (&json!("agent"), &Value::Null),
        "{promoted:?}"
    );
    assert_eq!(bob.get("/api/v1/users").await.status, 403);
    let page = ann.get("/api/v1/users?page=2&limit=1&search=").await;
    assert_eq!(
        (page.status.as_u16(), page.body.as_array().unwrap().len()),
        (200, 1)
    );
    assert_eq!(page.headers["x-total-count"], "4");
    assert_eq!(page.body[0]["username"], "ann");
    let found = root.get("/api/v1/users?role=user&search=BO").await;
    assert_eq!(found.body[0]["username"], "bob");
    assert_eq!(found.headers["x-total-count"], "1");
    assert_eq!(root.get("/api/v1/users?role=x").await.status, 400);
}

#[tokio::test]
async fn people_are_found_by_a_part_of_their_name_and_never_by_visitors() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let bob = user(&server, "Bobby").await;
    let found = alice.get("/api/users/search/?q=OBB&limit=5").await;
    let id = bob.person.actor.id.to_string();
    assert_eq!(
        (found.status.as_u16(), found.body),
        (200, json!([{"id": id, "username": "Bobby", "full_name": null}]))
    );
    assert_eq!(alice.get("/api/users/search?q=alice").await.body, json!([]));
    assert_eq!(alice.get("/api/users/search").await.body, json!([]));
    assert_eq!(alice.get("/api/users/search?limit=0").await.status, 400);
    let visit = post(&server, "/api/auth/visitor", json!({})).await;
    let request = server
        .client
        .request(Method::GET, server.url("/api/users/search?q=a"));
    let refused = send(request.bearer_auth(text_of(&visit.body["access_token"]))).await;
    assert_eq!(refused.status, 403);
    let stranger = send(server.client.get(server.url("/api/users/search?q=a"))).await;
    assert_eq!(stranger.status, 401);
}

#[tokio::test]
async fn admins_list_people_in_one_bare_list() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let root = person(&server, "root", Role::Admin).await;
    let listed = root.get("/admin/users?limit=1&offset=1").await;
    assert_eq!(listed.status, 200, "{listed:?}");
    let one = &listed.body[0];
    for (field, value) in [
        ("id", json!(alice.person.actor.id.to_string())),
        ("username", json!("alice")),
        ("email", Value::Null),
        ("full_name", Value::Null),
        ("role", json!("user")),
        ("is_active", json!(true)),
        ("is_online", json!(false)),
    ] {
        assert_eq!(one[field], value, "{field}");
    }
    for field in ["last_seen", "created_at", "updated_at"] {
        assert!(one[field].is_string(), "{field}: {one}");
    }
    assert_eq!(root.get("/admin/users").await.body.as_array().unwrap().len(), 2);
    assert_eq!(alice.get("/admin/users").await.status, 403);
    let stranger = send(server.client.get(server.url("/admin/users"))).await;
    assert_eq!(stranger.status, 401);
}
