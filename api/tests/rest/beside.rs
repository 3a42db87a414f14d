//! What stands beside the work on conversations, over HTTP: canned replies, insight, accounts, jobs, figures.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::{Client, agent, person, send, text_of, user};
use api::testing::TestServer;
use entity::user::{Department, Role};
use platform::job::Job;
use platform::job_store;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const KNOWN: &str = "How do I reset my password?";

/// The sorted names of an object's members.
fn members(object: &Value) -> Vec<&str> {
    let object = object
        .as_object()
        .unwrap_or_else(|| panic!("no object: {object}"));
    let mut names: Vec<_> = object.keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn agents_keep_canned_replies() {
    let server = TestServer::start().await;
    let ann = person(&server, "ann", Role::Agent).await;
    let alice = user(&server, "alice").await;
    let body = json!({"shortcut": "refund", "text": "It is *on its way*."});
    let path = "/api/chat/canned-replies";
    let made = ann.post(&format!("{path}/"), body.clone()).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(members(&made.body), ["id", "shortcut", "text", "updated_at"]);
    assert!(made.body["id"].is_i64());
    let taken = ann.post(path, body.clone()).await;
    assert_eq!(
        (taken.status.as_u16(), &taken.body["code"]),
        (409, &json!("shortcut_taken"))
    );
    assert!(taken.body["shortcut"].is_array(), "{taken:?}");
    let bad = ann.post(path, json!({"shortcut": "Refund!", "text": "x"})).await;
    assert_eq!(
        (bad.status.as_u16(), bad.body["shortcut"].is_array()),
        (400, true)
    );
    let found = ann.get(&format!("{path}?search=ON%20ITS")).await;
    assert_eq!(found.body, json!([made.body]));
    assert_eq!(ann.get(&format!("{path}/?search=zz")).await.body, json!([]));
    let one = format!("{path}/{}", made.body["id"]);
    let replaced = ann.put(&one, json!({"shortcut": "r", "text": "Done"})).await;
    assert_eq!(
        (replaced.status.as_u16(), &replaced.body["shortcut"]),
        (200, &json!("r"))
    );
    for path in [path, &one] {
        let method = if path == one { Method::DELETE } else { Method::GET };
        assert_eq!(send(alice.request(method, path)).await.status, 403);
    }
    assert_eq!(alice.put(&one, body.clone()).await.status, 403);
    assert_eq!(ann.delete(&one).await.status, 204);
    for unknown in [
        one.as_str(),
        "/api/chat/canned-replies/x",
        "/api/chat/canned-replies/-1",
    ] {
        assert_eq!(ann.delete(unknown).await.status, 404, "{unknown}");
        assert_eq!(ann.put(unknown, body.clone()).await.status, 404, "{unknown}");
    }
}

#[tokio::test]
async fn an_agent_sees_the_customer_the_trace_and_a_suggestion_beside_a_conversation() {
    let server = TestServer::start().await;
    app::testing::load_examples(&server.app).await;
    let alice = user(&server, "alice").await;
    let bob = user(&server, "bob").await;
    let ann = person(&server, "ann", Role::Agent).await;
    let id = alice.say(KNOWN).await;
    let reply = alice
        .post("/api/bot-response", json!({"conversation_id": id}))
        .await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let path = |what: &str| format!("/api/chat/conversations/{id}/{what}");
    let trace = ann.get(&path("trace")).await;
    assert_eq!(trace.status, 200, "{trace:?}");
    let answer = &trace.body[0];
    assert_eq!(
        members(answer),
        [
            "answer",
            "created_at",
            "duration_ms",
            "fallback",
            "feedback",
            "handoff",
            "intent",
            "language",
            "message_id",
            "model",
            "passages",
            "question",
            "rewritten",
            "seq"
        ]
    );
    assert_eq!(
        (&answer["question"], &answer["answer"], &answer["message_id"]),
        (&json!(KNOWN), &reply.body["message"], &reply.body["message_id"])
    );
    assert_eq!(
        (
            &answer["intent"],
            &answer["language"],
            &answer["model"],
            &answer["handoff"]
        ),
        (&json!("answer"), &json!("en"), &json!(null), &json!(false))
    );
    assert!(answer["duration_ms"].is_u64() && answer["seq"] == 2);
    assert_eq!(members(&answer["passages"][0]), ["score", "title", "url"]);
    let customer = ann.get(&path("customer")).await;
    assert_eq!(
        members(&customer.body),
        [
            "conversation_count",
            "created_at",
            "email",
            "id",
            "is_online",
            "is_visitor",
            "name",
            "phone",
            "username"
        ]
    );
    assert_eq!(
        (
            &customer.body["id"],
            &customer.body["conversation_count"],
            &customer.body["is_visitor"]
        ),
        (
            &json!(alice.person.actor.id.to_string()),
            &json!(1),
            &json!(false)
        )
    );
    let suggestion = ann.post(&path("suggest"), json!({})).await;
    assert_eq!(suggestion.status, 200, "{suggestion:?}");
    assert_eq!(members(&suggestion.body), ["sources", "suggested_response"]);
    assert_eq!(
        suggestion.body["sources"][0]["title"],
        reply.body["sources"][0]["title"]
    );
    let bare = send(ann.request(Method::POST, &path("suggest"))).await;
    assert_eq!(bare.body, suggestion.body, "without a body");
    for (who, status) in [(&alice, 403), (&bob, 404)] {
        let answers = [
            who.get(&path("trace")).await.status,
            who.get(&path("customer")).await.status,
            who.post(&path("suggest"), json!({})).await.status,
        ];
        assert!(answers.iter().all(|answer| *answer == status), "{answers:?}");
    }
    assert_eq!(ann.get("/api/chat/conversations/x/trace").await.status, 404);
}

#[tokio::test]
async fn the_editor_of_articles_tries_a_question() {
    let server = TestServer::start().await;
    app::testing::load_examples(&server.app).await;
    let ann = person(&server, "ann", Role::Agent).await;
    let alice = user(&server, "alice").await;
    let tried = ann.post("/api/bot/ask", json!({"query": KNOWN})).await;
    assert_eq!(tried.status, 200, "{tried:?}");
    assert_eq!(
        members(&tried.body),
        ["answer", "intent", "model", "passages", "sources"]
    );
    assert!(tried.body["passages"][0]["score"].is_f64());
    assert_eq!(
        alice.post("/api/bot/ask", json!({"query": KNOWN})).await.status,
        403
    );
    let blank = ann.post("/api/bot/ask/", json!({"query": " "})).await;
    assert_eq!(
        (blank.status.as_u16(), blank.body["query"].is_array()),
        (400, true)
    );
    assert_eq!(ann.get("/api/chat/conversations").await.body["count"], 0);
}

async fn sign_in(server: &TestServer, name: &str, password: &str) -> u16 {
    let body = json!({"username": name, "password": password});
    let request = server.client.post(server.url("/api/auth/login")).json(&body);
    send(request).await.status.as_u16()
}

#[tokio::test]
async fn an_admin_makes_changes_and_disables_accounts() {
    let server = TestServer::start().await;
    let root = person(&server, "root", Role::Admin).await;
    let body = json!({"username": "Ida", "password": "testpass123", "role": "agent", "department": "IT", "email": "ida@example.com", "full_name": "Ida Torres"});
    let made = root.post("/api/users/", body.clone()).await;
    assert_eq!(made.status, 201, "{made:?}");
    let id = text_of(&made.body["id"]);
    let shown = json!({"id": id, "username": "Ida", "full_name": "Ida Torres", "email": "ida@example.com", "role": "agent", "department": "IT", "is_disabled": false, "is_visitor": false, "created_at": made.body["created_at"]});
    assert_eq!(made.body, shown);
    let taken = root.post("/api/users", body).await;
    assert_eq!(
        (taken.status.as_u16(), taken.body["username"].is_array()),
        (400, true)
    );
    let path = format!("/api/users/{id}");
    let changed = root
        .patch(
            &path,
            json!({"department": null, "full_name": null, "password": "another pass"}),
        )
        .await;
    assert_eq!(changed.status, 200, "{changed:?}");
    assert_eq!(
        (
            &changed.body["department"],
            &changed.body["full_name"],
            &changed.body["role"]
        ),
        (&json!(null), &json!(null), &json!("agent"))
    );
    assert_eq!(sign_in(&server, "ida", "testpass123").await, 401);
    assert_eq!(sign_in(&server, "ida", "another pass").await, 200);
    let moved = root.patch(&path, json!({"department": "HR"})).await;
    assert_eq!(moved.body["department"], "HR");
    let off = root.patch(&path, json!({"is_disabled": true})).await;
    assert_eq!(off.body["is_disabled"], true);
    assert_eq!(sign_in(&server, "ida", "another pass").await, 401);
    let own = format!("/api/users/{}", root.person.actor.id);
    for (body, field) in [
        (json!({"role": "agent"}), "role"),
        (json!({"is_disabled": true}), "is_disabled"),
        (json!({"password": "short"}), "password"),
        (json!({"role": "bot"}), "role"),
        (json!({"role": "king"}), "role"),
        (json!({"department": "Ops"}), "department"),
    ] {
        let refused = root.patch(&own, body.clone()).await;
        assert_eq!(
            (refused.status.as_u16(), refused.body[field].is_array()),
            (400, true),
            "{body} {refused:?}"
        );
    }
    for unknown in ["0", "x", "99999999999999999999"] {
        let answer = root.patch(&format!("/api/users/{unknown}"), json!({})).await;
        assert_eq!(answer.status, 404, "{unknown}");
    }
}

#[tokio::test]
async fn accounts_are_listed_for_admins_and_staff_for_one_another() {
    let server = TestServer::start().await;
    let root = person(&server, "root", Role::Admin).await;
    let ian = agent(&server, "ian", Department::It).await;
    let alice = user(&server, "alice").await;
    let page = root.get("/api/users?limit=2").await;
    assert_eq!(members(&page.body), ["count", "next", "previous", "results"]);
    assert_eq!(
        (
            &page.body["count"],
            page.body["results"].as_array().unwrap().len()
        ),
        (&json!(3), 2)
    );
    let next = text_of(&page.body["next"]);
    let next = root.get(&format!("/api/users/?limit=2&cursor={next}")).await;
    assert_eq!(next.body["results"][0]["username"], "root");
    let agents = root.get("/api/users?role=agent&search=IA").await;
    assert_eq!(agents.body["results"][0]["username"], "ian");
    for bad in ["role=king", "cursor=x", "limit=0"] {
        assert_eq!(root.get(&format!("/api/users?{bad}")).await.status, 400, "{bad}");
    }
    let staff = ian.get("/api/staff").await;
    let shown = json!([
        {"id": ian.person.actor.id.to_string(), "username": "ian", "name": "ian", "role": "agent", "department": "IT", "is_online": false},
        {"id": root.person.actor.id.to_string(), "username": "root", "name": "root", "role": "admin", "department": null, "is_online": false},
    ]);
    assert_eq!(staff.body, shown);
    assert_eq!(ian.get("/api/users").await.status, 403);
    assert_eq!(ian.patch("/api/users/x", json!({})).await.status, 403);
    assert_eq!(
        ian.post(
            "/api/users",
            json!({"username": "new", "password": "testpass123", "role": "user"})
        )
        .await
        .status,
        403
    );
    assert_eq!(alice.get("/api/staff/").await.status, 403);
}

/// A job that was given up, of a kind that can be run again.
async fn dead(server: &TestServer) -> String {
    // not handed to the transport: no worker takes it meanwhile
    let now = server.app.clock.now();
    let row = job_store::intent(&Job::Sweep, now, now).unwrap();
    let id = job_store::add(&*server.app.db, vec![row]).await.unwrap()[0].id;
    job_store::bury(&server.app, id, "it is no use").await.unwrap();
    id.to_string()
}

/// Whether the worker has done it.
async fn is_done(admin: &Client<'_>, id: &str) -> bool {
    let done = admin.get("/api/jobs?state=done&limit=100").await;
    let jobs = done.body["results"].as_array().unwrap();
    jobs.iter().any(|job| job["id"] == id)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_replays_a_dead_job_and_the_worker_does_it() {
    let server = TestServer::start().await;
    let root = person(&server, "root", Role::Admin).await;
    let ann = person(&server, "ann", Role::Agent).await;
    let id = dead(&server).await;
    let list = root.get("/api/jobs?state=dead").await;
    assert_eq!(list.body["count"], 1, "{list:?}");
    let job = &list.body["results"][0];
    assert_eq!(
        members(job),
        [
            "attempts",
            "created_at",
            "failures",
            "id",
            "kind",
            "last_error",
            "payload",
            "queue",
            "run_at",
            "starts",
            "state",
            "updated_at"
        ]
    );
    assert_eq!(
        (&job["id"], &job["kind"], &job["last_error"], &job["payload"]),
        (
            &json!(id),
            &json!("sweep"),
            &json!("it is no use"),
            &json!({"kind": "sweep"})
        )
    );
    assert_eq!(ann.get("/api/jobs").await.status, 403);
    let path = format!("/api/jobs/{id}/replay");
    assert_eq!(ann.post(&path, json!({})).await.status, 403);
    let replayed = send(root.request(Method::POST, &path)).await;
    assert_eq!(
        (
            replayed.status.as_u16(),
            &replayed.body["state"],
            &replayed.body["attempts"]
        ),
        (200, &json!("pending"), &json!(0))
    );
    let done = async {
        while !is_done(&root, &id).await {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), done)
        .await
        .expect("the worker does it");
    let again = root.post(&path, json!({})).await;
    assert_eq!(
        (again.status.as_u16(), &again.body["code"]),
        (409, &json!("job_not_dead"))
    );
    for unknown in ["x", "0192f0c1-2345-7890-abcd-ef0123456789"] {
        let path = format!("/api/jobs/{unknown}/replay");
        assert_eq!(root.post(&path, json!({})).await.status, 404);
    }
    assert_eq!(root.get("/api/jobs?state=lost").await.status, 400);
    assert_eq!(root.get("/api/jobs?cursor=lost").await.status, 400);
}

#[tokio::test]
async fn the_figures_are_for_staff() {
    let server = TestServer::start().await;
    let ann: Client<'_> = person(&server, "ann", Role::Agent).await;
    let alice = user(&server, "alice").await;
    alice.post("/api/chat/conversations", json!({})).await;
    let mut figures = ann.get("/api/stats").await;
    // the hourly jobs may be under way
    assert_eq!(figures.body["jobs"]["dead"], 0);
    assert!(figures.body["jobs"]["pending"].is_u64() && figures.body["jobs"]["running"].is_u64());
    figures.body["jobs"] = Value::Null;
    let shown = json!({
        "connections": 0, "rooms": 0, "agents_online": 0,
        "conversations": {"open": 1, "pending": 0, "snoozed": 0, "resolved": 0},
        "unassigned": 1, "messages_24h": 0, "bot_replies_24h": 0, "handoffs_24h": 0,
        "jobs": null,
    });
    assert_eq!(figures.body, shown);
    assert_eq!(alice.get("/api/stats/").await.status, 403);
}
