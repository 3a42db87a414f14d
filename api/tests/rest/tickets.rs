//! The `helpdesk` dialect's tickets, their messages, and the bot's help with them.

use super::{Answer, Client, agent, person, text_of, user};
use api::testing::TestServer;
use entity::user::{Department, Role};
use serde_json::{Value, json};

/// A ticket of this person's; its `TKT-…`.
pub async fn ticket(who: &Client<'_>, title: &str) -> Value {
    let answer = who
        .post(
            "/tickets",
            json!({"title": title, "description": "It does not work"}),
        )
        .await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.body
}

/// What an answer says, but for the request's own id.
fn said(answer: Answer) -> (u16, Value) {
    let mut body = answer.body;
    if let Some(body) = body.as_object_mut() {
        body.remove("request_id");
    }
    (answer.status.as_u16(), body)
}

#[tokio::test]
async fn a_ticket_has_the_contracts_fields_and_three_names() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let id = alice.person.actor.id.to_string();
    let made = alice
        .post(
            "/tickets/",
            json!({"title": "Test WebSocket Chat", "description": "Testing real-time chat functionality", "urgency": "medium", "more": 1}),
        )
        .await;
    assert_eq!(made.status, 201, "{made:?}");
    let one = &made.body;
    for (field, value) in [
        ("title", json!("Test WebSocket Chat")),
        ("description", json!("Testing real-time chat functionality")),
        ("urgency", json!("medium")),
        ("status", json!("open")),
        ("department", json!("IT")),
        ("assignee_id", Value::Null),
        ("user_id", json!(id)),
        ("closed_at", Value::Null),
        ("misuse_flag", json!(false)),
        ("feedback", Value::Null),
    ] {
        assert_eq!(one[field], value, "{field}");
    }
    assert_eq!(
        (&one["user_info"]["id"], &one["user_info"]["username"]),
        (&json!(id), &json!("alice"))
    );
    assert_eq!(one["user_info"]["user_id"], json!(id));
    assert!(one["created_at"].as_str().unwrap().ends_with('Z') && one["updated_at"].is_string());
    let (uuid, name) = (text_of(&one["id"]), text_of(&one["ticket_id"]));
    assert!(uuid.len() == 36 && name.starts_with("TKT-"), "{uuid} {name}");
    for other in [&uuid, &name, &one["support_id"].to_string()] {
        for path in [format!("/tickets/{other}"), format!("/tickets/{other}/")] {
            let found = alice.get(&path).await;
            assert_eq!((found.status.as_u16(), &found.body), (200, one), "{path}");
        }
    }
    let plain = alice
        .post(
            "/tickets",
            json!({"title": "Salary", "description": "My payslip and my vacation"}),
        )
        .await;
    assert_eq!(
        (&plain.body["urgency"], &plain.body["department"]),
        (&json!("medium"), &json!("HR"))
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_ticket_is_named_and_nothing_is_stored() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    for (body, field) in [
        (json!({}), "title"),
        (json!({"title": "x"}), "description"),
        (json!({"title": "", "description": "x"}), "title"),
        (json!({"title": "x".repeat(201), "description": "x"}), "title"),
        (
            json!({"title": "x", "description": "x".repeat(2001)}),
            "description",
        ),
        (json!({"title": "x", "description": "a\u{0}b"}), "description"),
        (
            json!({"title": "x", "description": "x", "urgency": "now"}),
            "urgency",
        ),
        (json!({"title": 5, "description": "x"}), "title"),
    ] {
        let answer = alice.post("/tickets", body.clone()).await;
        assert_eq!(answer.status, 422, "{body} {answer:?}");
        assert_eq!(answer.body["errors"][0]["field"], field, "{body}");
        assert!(answer.body["detail"].is_string());
    }
    let malformed = super::send(alice.request(reqwest::Method::POST, "/tickets").body("{nonsense")).await;
    assert_eq!(malformed.status, 400);
    assert_eq!(alice.get("/tickets").await.body["total_count"], 0);
    for path in [
        "/tickets?page=0",
        "/tickets?limit=x",
        "/tickets?status=new",
        "/tickets?department=XX",
    ] {
        assert_eq!(alice.get(path).await.status, 422, "{path}");
    }
    let stranger = super::send(server.client.get(server.url("/tickets"))).await;
    assert_eq!(stranger.status, 401);
    assert_eq!(
        stranger.body["detail"],
        "Authentication credentials were not provided."
    );
}

#[tokio::test]
async fn lists_are_ones_own_the_departments_or_all() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let bob = user(&server, "bob").await;
    let ian = agent(&server, "ian", Department::It).await;
    let hanna = agent(&server, "hanna", Department::Hr).await;
    let ann = person(&server, "ann", Role::Agent).await;
    let root = person(&server, "root", Role::Admin).await;
    for number in 0..3 {
        ticket(&alice, &format!("Printer {number}")).await;
    }
    let salary = ticket(&bob, "Salary and vacation").await;
    for (who, count) in [
        (&alice, 3),
        (&bob, 1),
        (&ian, 3),
        (&hanna, 1),
        (&ann, 4),
        (&root, 4),
    ] {
        let list = who.get("/tickets").await.body;
        assert_eq!(list["total_count"], count, "{}", who.person.actor.username);
    }
    let page = root.get("/tickets?page=2&limit=3").await.body;
    assert_eq!(
        (
            &page["page"],
            &page["limit"],
            &page["total_pages"],
            &page["total_count"]
        ),
        (&json!(2), &json!(3), &json!(2), &json!(4))
    );
    assert_eq!(page["tickets"].as_array().unwrap().len(), 1);
    assert_eq!(root.get("/tickets?limit=5000").await.body["limit"], 100);
    assert_eq!(
        root.get("/tickets?page=999999999999").await.body["tickets"],
        json!([])
    );
    let count = |path: &'static str| {
        let root = &root;
        async move { root.get(path).await.body["total_count"].clone() }
    };
    assert_eq!(count("/tickets?department=HR").await, 1);
    assert_eq!(count("/tickets?search=PRINTER").await, 3);
    assert_eq!(count("/tickets?search=%25").await, 0);
    assert_eq!(count("/tickets?status=closed").await, 0);
    assert_eq!(count("/tickets?status=open&department=IT&search=1").await, 1);
    // an agent of another department is told that there is one; a customer is not
    let name = text_of(&salary["ticket_id"]);
    let refused = ian.get(&format!("/tickets/{name}")).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.body["detail"]),
        (403, &json!("You don't have permission to view this ticket"))
    );
    assert_eq!(hanna.get(&format!("/tickets/{name}")).await.status, 200);
}

#[tokio::test]
async fn a_foreign_ticket_answers_like_one_that_does_not_exist() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let eve = user(&server, "eve").await;
    let one = ticket(&alice, "Mine").await;
    for form in ["id", "ticket_id", "support_id"] {
        let known = one[form]
            .as_str()
            .map_or_else(|| one[form].to_string(), str::to_owned);
        let unknown = match form {
            "id" => "01932e4a-7c1e-7b3a-9f65-0f1d2c3b4a59",
            "ticket_id" => "TKT-1700000000-AAAAAA",
            _ => "424242",
        };
        let (there, nowhere) = (format!("/tickets/{known}"), format!("/tickets/{unknown}"));
        let alike = |found: Answer, missing: Answer| {
            let (found, missing) = (said(found), said(missing));
            assert_eq!(found.0, 404, "{found:?}");
            // each names the ticket as it was written, and differs in nothing else
            let words = found.1.to_string().replace(&known, unknown);
            assert_eq!(words, missing.1.to_string());
            assert_eq!(missing.1["detail"], format!("Ticket {unknown} not found"));
        };
        alike(eve.get(&there).await, eve.get(&nowhere).await);
        let change = json!({"title": "Hers"});
        alike(
            eve.put(&there, change.clone()).await,
            eve.put(&nowhere, change).await,
        );
        alike(eve.delete(&there).await, eve.delete(&nowhere).await);
        let messages = |path: &str| format!("{path}/messages");
        alike(
            eve.get(&messages(&there)).await,
            eve.get(&messages(&nowhere)).await,
        );
        let text = json!({"content": "hello"});
        alike(
            eve.post(&messages(&there), text.clone()).await,
            eve.post(&messages(&nowhere), text).await,
        );
    }
    for odd in ["007", "0", "-1", "%00", "TKT-", "x", "99999999999999999999999"] {
        assert_eq!(eve.get(&format!("/tickets/{odd}")).await.status, 404, "{odd}");
    }
    // in the other dialects, too
    let uuid = text_of(&one["id"]);
    let nowhere = "01932e4a-7c1e-7b3a-9f65-0f1d2c3b4a59";
    for path in [
        "/api/chat/conversations/ID/",
        "/api/chat/conversations/ID/messages/",
        "/api/chat/conversations/ID/changes",
    ] {
        let found = said(eve.get(&path.replace("ID", &uuid)).await);
        assert_eq!(found.0, 404, "{path}");
        assert_eq!(found, said(eve.get(&path.replace("ID", nowhere)).await), "{path}");
    }
    let number = one["support_id"].to_string();
    let found = said(eve.get(&format!("/api/v1/support/{number}")).await);
    assert_eq!(found, said(eve.get("/api/v1/support/424242").await));
    assert_eq!(
        (found.0, &found.1["message"]),
        (404, &json!("Support ticket not found"))
    );
    let rate = json!({"rating": 5});
    let found = said(
        eve.patch(&format!("/api/v1/support/{number}/rating"), rate.clone())
            .await,
    );
    assert_eq!(
        found,
        said(eve.patch("/api/v1/support/424242/rating", rate).await)
    );
    assert_eq!(found.0, 404);
}

#[tokio::test]
async fn a_ticket_goes_through_its_statuses_and_no_others() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let ian = agent(&server, "ian", Department::It).await;
    let root = person(&server, "root", Role::Admin).await;
    let path = format!(
        "/tickets/{}",
        text_of(&ticket(&alice, "Printer").await["ticket_id"])
    );
    let refused = ian.put(&path, json!({"status": "closed"})).await;
    assert_eq!(refused.status, 400, "{refused:?}");
    assert_eq!(
        refused.body["detail"],
        "Invalid status transition from open to closed"
    );
    // customers change what they wrote, agents the rest
    assert_eq!(alice.put(&path, json!({"status": "assigned"})).await.status, 403);
    let edited = alice
        .put(&path, json!({"title": "Printer again", "urgency": "high"}))
        .await;
    assert_eq!(
        (&edited.body["title"], &edited.body["urgency"]),
        (&json!("Printer again"), &json!("high"))
    );
    let taken = ian
        .put(&path, json!({"status": "assigned", "assignee_id": "ian"}))
        .await;
    assert_eq!(taken.status, 200, "{taken:?}");
    assert_eq!(taken.body["assignee_id"], ian.person.actor.id.to_string());
    for (status, answer) in [
        ("closed", 400),
        ("open", 200),
        ("resolved", 200),
        ("open", 400),
        ("closed", 200),
        ("resolved", 400),
    ] {
        let changed = ian.put(&path, json!({"status": status})).await;
        assert_eq!(changed.status.as_u16(), answer, "{status} {changed:?}");
    }
    let closed = ian.get(&path).await.body;
    assert_eq!(closed["status"], "closed");
    assert!(closed["closed_at"].is_string());
    assert_eq!(ian.put(&path, json!({"status": "gone"})).await.status, 422);
    assert_eq!(ian.put(&path, json!({"assignee_id": "alice"})).await.status, 422);
    assert_eq!(
        ian.put(&path, json!({"assignee_id": null})).await.body["assignee_id"],
        Value::Null
    );
    assert_eq!(ian.delete(&path).await.status, 403);
    assert_eq!(alice.delete(&path).await.status, 403);
    assert_eq!(root.delete(&path).await.status, 204);
    assert_eq!(root.get(&path).await.status, 404);
}

#[tokio::test]
async fn messages_have_nine_fields_and_pages() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let ian = agent(&server, "ian", Department::It).await;
    let name = text_of(&ticket(&alice, "Printer").await["ticket_id"]);
    let path = format!("/tickets/{name}/messages");
    let sent = alice
        .post(
            &path,
            json!({"content": "Hello", "message_type": "user_message", "isAI": false, "feedback": "none"}),
        )
        .await;
    assert_eq!(sent.status, 201, "{sent:?}");
    let first = &sent.body["message"];
    let expected = json!({
        "id": first["id"], "ticket_id": name, "sender_id": alice.person.actor.id.to_string(), "sender_role": "user",
        "message_type": "user_message", "content": "Hello", "isAI": false, "feedback": "none",
        "timestamp": first["timestamp"],
    });
    assert_eq!(first, &expected);
    let answer = ian
        .post(&format!("{path}/"), json!({"content": "Hi", "isAI": true}))
        .await;
    let second = &answer.body["message"];
    assert_eq!(
        (&second["sender_role"], &second["message_type"], &second["isAI"]),
        (&json!("it_agent"), &json!("agent_message"), &json!(true))
    );
    let rate = format!("{path}/{}/feedback", text_of(&second["id"]));
    let rated = alice.put(&rate, json!({"feedback": "up"})).await;
    assert_eq!(
        (rated.status.as_u16(), &rated.body["message"]["feedback"]),
        (200, &json!("up"))
    );
    assert_eq!(rated.body["message"]["isAI"], true);
    for (body, status) in [
        (json!({"feedback": "great"}), 422),
        (json!({}), 422),
        (json!({"feedback": "none"}), 200),
    ] {
        assert_eq!(alice.put(&rate, body).await.status.as_u16(), status);
    }
    for id in ["x", "01932e4a-7c1e-7b3a-9f65-0f1d2c3b4a59"] {
        let missing = alice
            .put(&format!("{path}/{id}/feedback"), json!({"feedback": "up"}))
            .await;
        assert_eq!(
            (missing.status.as_u16(), &missing.body["detail"]),
            (404, &json!("Message not found"))
        );
    }
    let page = alice.get(&format!("{path}?page=1&limit=1")).await.body;
    assert_eq!(
        (&page["messages"][0]["content"], &page["pagination"]),
        (
            &json!("Hello"),
            &json!({"page": 1, "limit": 1, "total": 2, "has_more": true})
        )
    );
    let page = alice.get(&format!("{path}?page=2&limit=1")).await.body;
    assert_eq!(
        (&page["messages"][0]["content"], &page["pagination"]["has_more"]),
        (&json!("Hi"), &json!(false))
    );
    for body in [
        json!({}),
        json!({"content": ""}),
        json!({"content": "x".repeat(4001)}),
        json!({"content": "x", "message_type": "chat"}),
        json!({"content": "x", "isAI": "yes"}),
    ] {
        let refused = alice.post(&path, body.clone()).await;
        assert_eq!(refused.status, 422, "{body}");
        assert!(refused.body["errors"][0]["field"].is_string(), "{refused:?}");
    }
    let blank = alice.post(&path, json!({"content": " "})).await;
    assert_eq!(blank.body["errors"][0]["field"], "content");
}

#[tokio::test]
async fn the_bot_answers_with_sources_or_says_that_it_knows_nothing() {
    let server = TestServer::start().await;
    app::testing::load_examples(&server.app).await;
    let alice = user(&server, "alice").await;
    let ian = agent(&server, "ian", Department::It).await;
    let hanna = agent(&server, "hanna", Department::Hr).await;
    let known = alice
        .post(
            "/ai/self-serve-query",
            json!({"query": "How do I reset my password?", "session_id": "s-1"}),
        )
        .await;
    assert_eq!(known.status, 200, "{known:?}");
    assert!(!text_of(&known.body["answer"]).is_empty());
    assert!(known.body["sources"][0]["title"].is_string());
    let unknown = alice
        .post("/ai/self-serve-query/", json!({"query": "zxqv blorple wumpus?"}))
        .await;
    assert_eq!(
        (unknown.status.as_u16(), &unknown.body["sources"]),
        (200, &json!([]))
    );
    let person = alice
        .post(
            "/ai/self-serve-query",
            json!({"query": "I want to talk to a person"}),
        )
        .await;
    assert!(text_of(&person.body["answer"]).contains("ticket"), "{person:?}");
    for body in [json!({}), json!({"query": "x".repeat(1001)})] {
        assert_eq!(alice.post("/ai/self-serve-query", body).await.status, 422);
    }
    // nothing of it was stored
    assert_eq!(alice.get("/api/chat/conversations/").await.body["count"], 0);

    let name = text_of(&ticket(&alice, "Account").await["ticket_id"]);
    alice
        .post(
            &format!("/tickets/{name}/messages"),
            json!({"content": "How do I reset my password?"}),
        )
        .await;
    let ask = |context: Value| json!({"ticket_id": name, "conversation_context": context});
    for context in [
        Value::Null,
        json!("by telephone"),
        json!([{"role": "user", "content": "Hi"}]),
    ] {
        let suggested = ian.post("/ai/suggest-response", ask(context.clone())).await;
        assert_eq!(suggested.status, 200, "{context} {suggested:?}");
        assert!(!text_of(&suggested.body["suggested_response"]).is_empty());
        assert!(suggested.body["sources"][0]["title"].is_string());
    }
    alice
        .post(
            &format!("/tickets/{name}/messages"),
            json!({"content": "zxqv blorple"}),
        )
        .await;
    let path = "/ai/suggest-response";
    // the bot knows nothing about it
    let odd = text_of(&ticket(&alice, "Odd").await["ticket_id"]);
    alice
        .post(
            &format!("/tickets/{odd}/messages"),
            json!({"content": "zxqv blorple wumpus"}),
        )
        .await;
    let draft = ian.post(path, json!({"ticket_id": odd})).await.body;
    assert!(text_of(&draft["suggested_response"]).starts_with("Thank you for your message."));
    assert_eq!(draft["sources"], json!([]));
    assert_eq!(alice.post(path, ask(Value::Null)).await.status, 403);
    assert_eq!(hanna.post(path, ask(Value::Null)).await.status, 403);
    assert_eq!(ian.post(path, json!({"ticket_id": "TKT-1-X"})).await.status, 404);
    assert_eq!(ian.post(path, json!({})).await.status, 422);
    assert_eq!(ian.post(path, ask(json!(vec!["x"; 51]))).await.status, 422);
}

#[tokio::test]
async fn nobody_gives_themselves_a_role() {
    let server = TestServer::start().await;
    let root = person(&server, "root", Role::Admin).await;
    let body = |name: &str, role: &str| json!({"username": name, "password": "testpass123", "role": role});
    for mount in ["/auth", "/api/auth", "/api/v1/auth"] {
        for role in ["admin", "agent", "it_agent", "hr_agent"] {
            let url = server.url(&format!("{mount}/register"));
            let refused = super::send(server.client.post(&url).json(&body("mallory", role))).await;
            assert_eq!(refused.status, 403, "{mount} {role} {refused:?}");
        }
    }
    let made = root.post("/auth/register", body("ina", "it_agent")).await;
    assert_eq!(
        (made.status.as_u16(), &made.body["role"]),
        (200, &json!("it_agent"))
    );
    let mallory = server
        .client
        .post(server.url("/auth/login"))
        .json(&json!({"username": "mallory", "password": "testpass123"}));
    assert_eq!(super::send(mallory).await.status, 401);
}
