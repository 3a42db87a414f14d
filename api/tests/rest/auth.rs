//! Sign-in under its three mounts.

use super::{Client, send, text_of};
use api::testing::TestServer;
use app::testing::PASSWORD;
use entity::user::Role;
use serde_json::{Value, json};

#[tokio::test]
async fn each_mount_registers_signs_in_and_says_who_one_is() {
    let server = TestServer::start().await;
    for (mount, name, status) in [
        ("/auth", "ann", 200),
        ("/api/auth", "ben", 201),
        ("/api/v1/auth", "cyd", 201),
    ] {
        let post = |call: &str, body: Value| {
            send(
                server
                    .client
                    .post(server.url(&format!("{mount}/{call}")))
                    .json(&body),
            )
        };
        let body = json!({"username": name, "password": PASSWORD, "email": format!("{name}@example.com"),
                          "full_name": "A B", "extra": 1});
        let answer = post("register", body.clone()).await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert_eq!(answer.body["message"], "User registered successfully");
        assert_eq!(answer.body["id"].is_number(), mount == "/api/v1/auth");
        assert_eq!(answer.body["id"], answer.body["user"]["user_id"]);
        let answer = post("register", body).await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.body["detail"], "Username already exists");
        let body = json!({"username": format!("{name}2"), "password": PASSWORD, "email": format!("{name}@EXAMPLE.com")});
        let answer = post("register/", body).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["detail"]),
            (400, &json!("Email already exists"))
        );

        let answer = post(
            "login",
            json!({"emailOrPhone": format!("{name}@example.com"), "password": PASSWORD}),
        )
        .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        for (token, alias) in [
            ("access_token", "token"),
            ("access_token", "accessToken"),
            ("refresh_token", "refresh"),
        ] {
            assert_eq!(answer.body[token], answer.body[alias]);
        }
        assert_eq!(answer.body["token_type"], "bearer");
        assert_eq!(answer.body["expires_in"], 3600);
        let token = text_of(&answer.body["access_token"]);
        let me = send(
            server
                .client
                .get(server.url(&format!("{mount}/me/")))
                .bearer_auth(&token),
        )
        .await;
        assert_eq!(me.body["username"], name);
        assert_eq!(me.body["display_name"], "A B");
        assert!(me.body["department"].is_null());
    }
}

#[tokio::test]
async fn a_form_signs_in_too() {
    let server = TestServer::start().await;
    server.user("alice").await;
    let form = format!(
        "username=alice&password={}&grant_type=password",
        PASSWORD.replace(' ', "+")
    );
    let request = server.client.post(server.url("/api/auth/login"));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(send(request.body(form)).await.status, 200);
    // what curl -d sends without a header
    let request = server.client.post(server.url("/api/auth/login"));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let json = json!({"username": "alice", "password": PASSWORD}).to_string();
    assert_eq!(send(request.body(json)).await.status, 200);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_look_the_same_and_too_many_are_stopped() {
    let server = TestServer::start().await;
    server.user("alice").await;
    let login = |name: &str, password: &str| {
        let body = json!({"username": name, "password": password});
        send(server.client.post(server.url("/api/auth/login/")).json(&body))
    };
    let mut wrong = login("alice", "nope").await;
    let mut unknown = login("nobody", "nope").await;
    assert_eq!(wrong.status, 401);
    wrong.body["request_id"] = Value::Null;
    unknown.body["request_id"] = Value::Null;
    assert_eq!(wrong.body, unknown.body);
    for _ in 0..9 {
        assert_eq!(login("ALICE", "nope").await.status, 401);
    }
    let stopped = login("alice", PASSWORD).await;
    assert_eq!(stopped.status, 429);
    assert!(
        stopped.headers["retry-after"]
            .to_str()
            .unwrap()
            .parse::<u64>()
            .unwrap()
            > 800
    );
}

#[tokio::test]
async fn a_refresh_token_is_good_once_its_lost_answer_is_had_again_and_its_reuse_ends_the_session() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let refresh = |token: String| {
        send(
            server
                .client
                .post(server.url("/api/auth/refresh"))
                .json(&json!({"refresh_token": token})),
        )
    };
    let second = refresh(alice.refresh.clone()).await;
    assert_eq!(second.status, 200);
    let me = |token: String| send(server.client.get(server.url("/api/auth/me")).bearer_auth(token));
    assert_eq!(me(text_of(&second.body["access_token"])).await.status, 200);
    // the answer may have been lost: the same refresh token again, until it is used
    let again = refresh(alice.refresh.clone()).await;
    assert_eq!(
        (again.status.as_u16(), &again.body["refresh_token"]),
        (200, &second.body["refresh_token"])
    );
    let third = refresh(text_of(&second.body["refresh_token"])).await;
    assert_eq!(third.status, 200);
    let reused = refresh(alice.refresh).await;
    assert_eq!(reused.status, 401);
    assert_eq!(reused.headers["www-authenticate"], "Bearer");
    assert_eq!(refresh(text_of(&third.body["refresh_token"])).await.status, 401);
    let ended = me(text_of(&second.body["access_token"])).await;
    assert_eq!(
        (ended.status.as_u16(), &ended.body["code"]),
        (401, &json!("session_revoked"))
    );
}

#[tokio::test]
async fn signing_out_ends_the_session_at_once() {
    let server = TestServer::start().await;
    let alice = Client {
        server: &server,
        person: server.user("alice").await,
    };
    let out = send(alice.request(reqwest::Method::POST, "/auth/logout")).await;
    assert_eq!(out.status, 200);
    assert_eq!(
        out.body,
        json!({"message": "Logout successful", "detail": "Signed out"})
    );
    assert_eq!(alice.get("/auth/me").await.status, 401);
}

#[tokio::test]
async fn no_token_and_a_bad_one_are_told_apart() {
    let server = TestServer::start().await;
    let missing = send(server.client.get(server.url("/api/chat/conversations/"))).await;
    assert_eq!(missing.status, 401);
    assert_eq!(
        missing.body["detail"],
        "Authentication credentials were not provided."
    );
    assert_eq!(missing.body["error"], missing.body["detail"]);
    for token in ["x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."] {
        let bad = send(
            server
                .client
                .get(server.url("/api/chat/conversations/"))
                .bearer_auth(token),
        )
        .await;
        assert_eq!(
            (bad.status.as_u16(), &bad.body["code"]),
            (401, &json!("token_invalid"))
        );
        assert_eq!(bad.headers["www-authenticate"], "Bearer");
    }
}

#[tokio::test]
async fn roles_are_an_admins_to_give_and_each_mount_names_them_its_way() {
    let server = TestServer::start().await;
    let admin = server.person("root", Role::Admin, None).await;
    let body = |name: &str, role: &str| json!({"username": name, "password": PASSWORD, "role": role});
    let url = server.url("/api/auth/register");
    let refused = send(server.client.post(&url).json(&body("eve", "admin"))).await;
    assert_eq!(refused.status, 403);
    let unknown = send(server.client.post(&url).json(&body("eve", "owner"))).await;
    assert_eq!(unknown.status, 422);
    assert!(unknown.body["role"].is_array(), "{unknown:?}");
    let made = send(
        server
            .client
            .post(&url)
            .bearer_auth(&admin.token)
            .json(&body("ida", "it_agent")),
    )
    .await;
    assert_eq!((made.status.as_u16(), &made.body["role"]), (201, &json!("agent")));
    let login = |mount: &str, name: &str| {
        let body = json!({"username": name, "password": PASSWORD});
        send(
            server
                .client
                .post(server.url(&format!("{mount}/login")))
                .json(&body),
        )
    };
    assert_eq!(login("/auth", "ida").await.body["role"], "it_agent");
    assert_eq!(login("/api/auth", "ida").await.body["user"]["department"], "IT");
    let driver = send(server.client.post(&url).json(&body("dan", "driver"))).await;
    assert_eq!(
        (driver.status.as_u16(), &driver.body["role"]),
        (201, &json!("user"))
    );
    assert_eq!(login("/api/v1/auth", "dan").await.body["role"], "driver");
}

#[tokio::test]
async fn a_visitor_gets_a_session_and_closed_doors_stay_closed() {
    let server = TestServer::start().await;
    let visit = send(
        server
            .client
            .post(server.url("/api/auth/visitor"))
            .json(&json!({})),
    )
    .await;
    assert_eq!(visit.status, 200, "{visit:?}");
    let token = text_of(&visit.body["access_token"]);
    let said = send(
        server
            .client
            .post(server.url("/api/user-response"))
            .bearer_auth(&token)
            .json(&json!({"message": "Hi"})),
    )
    .await;
    assert_eq!(said.status, 201);
    let closed = TestServer::start_with(&[("VISITORS", "off"), ("REGISTRATION", "closed")]).await;
    assert_eq!(
        send(closed.client.post(closed.url("/api/auth/visitor")))
            .await
            .status,
        403
    );
    let body = json!({"username": "eve", "password": PASSWORD});
    assert_eq!(
        send(closed.client.post(closed.url("/auth/register")).json(&body))
            .await
            .status,
        403
    );
}
