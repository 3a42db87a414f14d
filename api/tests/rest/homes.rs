//! The help desk's first pages, and what it says of the bot's tools.

use super::panel::{good, stranger};
use super::{agent, person, send, text_of, user};
use api::testing::TestServer;
use entity::user::{Department, Role};
use serde_json::json;

#[tokio::test]
async fn everybody_has_a_first_page_and_is_told_so_with_200_where_it_is_another_role_s() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let ian = agent(&server, "ian", Department::It).await;
    let ann = person(&server, "ann", Role::Agent).await;
    let root = person(&server, "root", Role::Admin).await;
    let home = good(&alice, "/user/home").await;
    assert_eq!(
        (&home["user"], &home["role"], &home["message"]),
        (
            &json!("alice"),
            &json!("user"),
            &json!("Welcome to the User Home Page")
        )
    );
    assert_eq!(home["who"]["user_id"], json!(alice.person.actor.id.to_string()));
    assert!(home["features"].as_array().unwrap().len() > 2 && home.get("error").is_none());
    let bot = &home["self_serve_bot"];
    assert_eq!(
        (&bot["endpoint"], &bot["method"]),
        (&json!("/ai/self-serve-query"), &json!("POST"))
    );
    let prompts = send(
        server
            .client
            .get(server.url("/api/bot-prompts/"))
            .bearer_auth(&alice.person.token),
    )
    .await;
    let texts: Vec<_> = prompts
        .body
        .as_array()
        .unwrap()
        .iter()
        .map(|prompt| &prompt["text"])
        .collect();
    assert_eq!(bot["example_queries"], json!(texts));
    for field in [
        "title",
        "description",
        "capabilities",
        "usage_instructions",
        "tips",
        "limitations",
    ] {
        assert!(!bot[field].is_null(), "{field}");
    }
    let home = good(&ian, "/agent/home").await;
    assert_eq!(
        (&home["agent"], &home["role"], &home["department"]),
        (&json!("ian"), &json!("it_agent"), &json!("IT"))
    );
    let home = good(&ann, "/agent/home/").await;
    assert_eq!((&home["role"], home.get("department")), (&json!("agent"), None));
    let home = good(&root, "/admin/home").await;
    assert_eq!((&home["admin"], &home["role"]), (&json!("root"), &json!("admin")));
    for (who, path) in [
        (&alice, "/agent/home"),
        (&alice, "/admin/home"),
        (&ian, "/user/home"),
        (&ian, "/admin/home"),
        (&root, "/agent/home"),
        (&root, "/user/home"),
    ] {
        let body = good(who, path).await;
        assert!(
            text_of(&body["error"]).starts_with("Access denied"),
            "{path} {body}"
        );
        assert!(body.get("features").is_none(), "{path}");
    }
    for path in ["/user/home", "/agent/home", "/admin/home"] {
        assert_eq!(stranger(&server, path).await.status, 401, "{path}");
    }
    // the console and what is below it are where they were
    for (path, status) in [
        ("/console", 200),
        ("/console/conversations", 200),
        ("/user", 404),
        ("/admin", 404),
    ] {
        let found = server.client.get(server.url(path)).send().await.unwrap();
        assert_eq!(found.status(), status, "{path}");
    }
}

#[tokio::test]
async fn the_bot_s_tools_are_described_to_those_who_may_use_them() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let hanna = agent(&server, "hanna", Department::Hr).await;
    let info = stranger(&server, "/ai/self-serve-info").await;
    assert_eq!(info.status, 200, "{info:?}");
    for field in ["service", "description", "features", "usage", "examples"] {
        assert!(!info.body[field].is_null(), "{field}");
    }
    assert_eq!(
        info.body["usage"]["query_limits"],
        json!({"min_length": 1, "max_length": 1000})
    );
    assert_eq!(info.body["examples"].as_array().unwrap().len(), 5);
    let tools = good(&hanna, "/ai/agent-tools").await;
    assert_eq!(
        tools["agent"],
        json!({"username": "hanna", "role": "hr_agent", "department": "HR"})
    );
    assert_eq!(tools["tools"][0]["name"], "Response Suggestions");
    assert_eq!(tools["tools"][0]["endpoint"], "/ai/suggest-response");
    assert_eq!(alice.get("/ai/agent-tools").await.status, 403);
    assert_eq!(stranger(&server, "/ai/agent-tools").await.status, 401);
}
