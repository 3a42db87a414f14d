//! The help desk's first pages, and the admins' panel: misuse, figures, the installation.

use super::tickets::ticket;
use super::{Answer, Client, agent, person, send, text_of, user};
use api::testing::TestServer;
use entity::user::{Department, Role};
use reqwest::Method;
use serde_json::{Value, json};

const FIGURES: &[&str] = &[
    "/admin/analytics/overview",
    "/admin/analytics/trending-topics",
    "/admin/analytics/flagged-users",
    "/admin/analytics/resolution-times",
    "/admin/analytics/dashboard-metrics",
    "/admin/analytics/time-series",
    "/admin/analytics/performance-metrics",
];

async fn stranger(server: &TestServer, path: &str) -> Answer {
    send(server.client.get(server.url(path))).await
}

/// Another process's report.
async fn reported(server: &TestServer, body: Value) -> Answer {
    let url = server.url("/internal/webhook/on_misuse_detected");
    send(server.client.post(url).body(body.to_string())).await
}

fn about(who: &str, at: &str) -> Value {
    json!({
        "ticket_id": "TKT-1-AAAAAA", "user_id": who, "misuse_type": "spam_content", "confidence_score": 0.9,
        "severity_level": "high", "content": "buy now", "detected_at": at,
    })
}

async fn good(who: &Client<'_>, path: &str) -> Value {
    let answer = who.get(path).await;
    assert_eq!(answer.status, 200, "{path} {answer:?}");
    answer.body
}

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

#[tokio::test]
async fn misuse_is_reported_listed_and_reviewed() {
    let server = TestServer::start_with(&[("MISUSE_CHECK", "on")]).await;
    let alice = user(&server, "alice").await;
    let root = person(&server, "root", Role::Admin).await;
    let id = alice.person.actor.id.to_string();
    let empty = good(&root, "/admin/misuse-reports").await;
    assert_eq!(
        empty,
        json!({"reports": [], "total_count": 0, "unreviewed_count": 0, "page": 1, "limit": 20, "total_pages": 0})
    );
    let rude = ticket(&alice, "what the fuck").await;
    assert_eq!(rude["misuse_flag"], true);
    let one = good(&root, "/admin/misuse-reports").await["reports"][0].clone();
    for (field, value) in [
        ("user_id", json!(id)),
        ("username", json!("alice")),
        ("user_name", json!("alice")),
        ("ticket_id", rude["ticket_id"].clone()),
        ("conversation_id", rude["id"].clone()),
        ("message_id", Value::Null),
        ("misuse_type", json!("abusive_language")),
        ("admin_reviewed", json!(false)),
        ("action_taken", Value::Null),
        ("reviewed_at", Value::Null),
        ("reviewed_by", Value::Null),
    ] {
        assert_eq!(one[field], value, "{field}");
    }
    assert_eq!(one["id"], one["report_id"]);
    assert!(["medium", "high"].contains(&one["severity_level"].as_str().unwrap()));
    assert!(text_of(&one["content_samples"][0]).contains("what the fuck"));
    assert!(text_of(&one["detection_date"]).ends_with('Z'));
    let path = format!("/admin/misuse-reports/{}", text_of(&one["id"]));
    assert_eq!(good(&root, &path).await, one);

    // with neither body nor query, as the panel's button does
    let reviewed = send(root.request(Method::POST, &format!("{path}/mark-reviewed?"))).await;
    assert_eq!(reviewed.status, 200, "{reviewed:?}");
    assert_eq!(
        (
            &reviewed.body["message"],
            &reviewed.body["reviewed_by"],
            &reviewed.body["report_id"]
        ),
        (
            &json!("Misuse report marked as reviewed"),
            &json!("root"),
            &one["id"]
        )
    );
    let at = reviewed.body["reviewed_at"].clone();
    assert!(at.is_string() && reviewed.body["action_taken"].is_null());
    let again = send(root.request(Method::POST, &format!("{path}/mark-reviewed?action_taken=warned"))).await;
    assert_eq!(
        (&again.body["action_taken"], &again.body["reviewed_at"]),
        (&json!("warned"), &at)
    );
    let both = json!({"action_taken": "blocked", "notes": "for a week"});
    let third = root.post(&format!("{path}/mark-reviewed"), both).await.body;
    assert_eq!(third["report"]["action_taken"], "blocked\nfor a week");
    assert_eq!(third["report"]["admin_reviewed"], true);
    let long = json!({"notes": "x".repeat(2001)});
    let refused = root.post(&format!("{path}/mark-reviewed"), long).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.body["errors"][0]["field"]),
        (422, &json!("action_taken"))
    );
}

#[tokio::test]
async fn reports_of_other_processes_are_paged_filtered_and_seen_by_admins_only() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let bob = user(&server, "bob").await;
    let ian = agent(&server, "ian", Department::It).await;
    let root = person(&server, "root", Role::Admin).await;
    let id = alice.person.actor.id.to_string();
    for (who, at) in [
        (id.as_str(), "1"),
        ("bob", "2"),
        (id.as_str(), "3"),
        (id.as_str(), "3"),
    ] {
        let taken = reported(&server, about(who, at)).await;
        let expected = format!("Misuse detection webhook processed for user {who}");
        assert_eq!(
            (taken.status.as_u16(), &taken.body["message"]),
            (200, &json!(expected))
        );
    }
    let unknown = reported(&server, about("nobody", "4")).await;
    assert_eq!(unknown.status, 200, "taken, and not stored");
    let list = |query: &str| {
        let path = format!("/admin/misuse-reports?{query}");
        let root = &root;
        async move { good(root, &path).await }
    };
    let all = list("").await;
    assert_eq!(
        (&all["total_count"], &all["unreviewed_count"]),
        (&json!(3), &json!(3))
    );
    let newest = &all["reports"][0];
    assert_eq!(
        (
            &newest["misuse_type"],
            &newest["severity_level"],
            &newest["content_samples"]
        ),
        (&json!("spam_content"), &json!("high"), &json!(["buy now"]))
    );
    let page = list("page=2&limit=2").await;
    assert_eq!(
        (
            &page["page"],
            &page["limit"],
            &page["total_pages"],
            page["reports"].as_array().unwrap().len()
        ),
        (&json!(2), &json!(2), &json!(2), 1)
    );
    let path = format!("/admin/misuse-reports/{}", text_of(&newest["id"]));
    root.post(&format!("{path}/mark-reviewed"), json!({})).await;
    let whose = format!("user_id={id}");
    for (query, count) in [
        ("reviewed=true", 1),
        ("reviewed=false", 2),
        ("unreviewed_only=true", 2),
        ("unreviewed_only=false", 3),
        (whose.as_str(), 2),
        ("user_id=x", 0),
        ("limit=5000&page=9", 3),
    ] {
        assert_eq!(list(query).await["total_count"], count, "{query}");
    }
    for query in ["page=0", "limit=x", "reviewed=maybe"] {
        let path = format!("/admin/misuse-reports?{query}");
        assert_eq!(root.get(&path).await.status, 422, "{query}");
    }
    for odd in ["x", "01932e4a-7c1e-7b3a-9f65-0f1d2c3b4a59", "%00"] {
        let missing = root.get(&format!("/admin/misuse-reports/{odd}")).await;
        assert_eq!(
            (missing.status.as_u16(), &missing.body["detail"]),
            (404, &json!("Misuse report not found")),
            "{odd}"
        );
        let path = format!("/admin/misuse-reports/{odd}/mark-reviewed");
        assert_eq!(root.post(&path, json!({})).await.status, 404, "{odd}");
    }
    for who in [&alice, &bob, &ian] {
        for path in ["/admin/misuse-reports", &*path, "/admin/misuse-reports/x"] {
            assert_eq!(who.get(path).await.status, 403, "{path}");
        }
        let path = format!("{path}/mark-reviewed");
        assert_eq!(who.post(&path, json!({})).await.status, 403);
    }
    assert_eq!(stranger(&server, "/admin/misuse-reports").await.status, 401);
}

#[tokio::test]
async fn the_panel_s_figures_are_those_of_what_happened() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let ian = agent(&server, "ian", Department::It).await;
    let root = person(&server, "root", Role::Admin).await;
    let one = text_of(&ticket(&alice, "Printer").await["ticket_id"]);
    ticket(&alice, "Salary and vacation").await;
    ian.put(&format!("/tickets/{one}"), json!({"status": "assigned"}))
        .await;
    ian.post(
        &format!("/tickets/{one}/messages"),
        json!({"content": "Which printer?"}),
    )
    .await;
    ian.put(&format!("/tickets/{one}"), json!({"status": "resolved"}))
        .await;
    reported(&server, about("alice", "1")).await;

    let overview = good(&root, "/admin/analytics/overview?days=30").await;
    assert_eq!(
        (&overview["message"], &overview["requested_by"]),
        (
            &json!("Analytics overview retrieved successfully"),
            &json!("root")
        )
    );
    let found = &overview["analytics"];
    assert_eq!(found["period"], "Last 30 days");
    let tickets = &found["ticket_statistics"];
    for (field, value) in [
        ("total_tickets", 2),
        ("open_tickets", 1),
        ("resolved_tickets", 1),
        ("it_tickets", 1),
        ("hr_tickets", 1),
        ("medium_urgency", 2),
        ("flagged_tickets", 0),
    ] {
        assert_eq!(tickets[field], value, "{field}");
    }
    assert_eq!(found["user_statistics"]["active_users"], 1);
    assert_eq!(found["user_statistics"]["by_role"]["agent"], 1);
    assert_eq!(found["misuse_statistics"]["unreviewed_reports"], 1);
    assert_eq!(found["resolution_statistics"]["overall"]["total_resolved"], 1);
    assert_eq!(found["first_answer_statistics"]["total_resolved"], 1);
    assert!(found["message_statistics"]["total_messages"].as_u64() >= Some(1));

    let flagged = good(&root, "/admin/analytics/flagged-users").await;
    let flagged = &flagged["flagged_users_analytics"];
    assert_eq!(flagged["total_flagged_users"], 1);
    let who = &flagged["flagged_users"][0];
    assert_eq!(
        (
            &who["username"],
            &who["total_violations"],
            &who["violation_types"],
            &who["severity_levels"]
        ),
        (
            &json!("alice"),
            &json!(1),
            &json!(["spam_content"]),
            &json!(["high"])
        )
    );
    let times = good(&root, "/admin/analytics/resolution-times?days=7").await;
    let times = &times["resolution_analytics"];
    assert_eq!(times["by_department"]["IT"]["total_resolved"], 1);
    assert!(
        times["by_urgency"]["medium"]["median_hours"].is_number()
            && times["overall"]["p95_hours"].is_number()
    );

    let dashboard = good(&root, "/admin/analytics/dashboard-metrics").await;
    let dashboard = &dashboard["dashboard_metrics"];
    assert_eq!(
        (
            &dashboard["kpis"]["resolution_rate"],
            &dashboard["kpis"]["backlog_size"]
        ),
        (&json!(50.0), &json!(1))
    );
    let charts = &dashboard["charts"];
    assert_eq!(
        charts["status_distribution"]["labels"],
        json!(["Open", "Assigned", "Resolved", "Closed"])
    );
    assert_eq!(charts["status_distribution"]["data"], json!([1.0, 0.0, 1.0, 0.0]));
    assert_eq!(charts["department_workload"]["labels"], json!(["IT", "HR"]));
    assert_eq!(
        charts["department_workload"]["datasets"][0]["data"],
        json!([1, 1])
    );
    assert_eq!(
        charts["daily_creation_trend"]["labels"].as_array().unwrap().len(),
        7
    );
    assert_eq!(charts["agent_performance"]["top_agents"][0]["agent_name"], "ian");

    let done = good(&root, "/admin/analytics/performance-metrics").await;
    let agents = &done["performance_metrics"]["agent_performance"]["agents"];
    assert_eq!(
        (
            &agents[0]["username"],
            &agents[0]["assigned_tickets"],
            &agents[0]["resolved_tickets"]
        ),
        (&json!("ian"), &json!(1), &json!(1))
    );
    assert!(agents[0]["avg_first_answer_hours"].is_number());
}

#[tokio::test]
async fn series_and_topics_are_of_the_days_that_are_asked_for() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let root = person(&server, "root", Role::Admin).await;
    ticket(&alice, "Printer").await;
    let id = alice.say("zxqv blorple wumpus?").await;
    alice
        .post("/api/bot-response/", json!({"conversation_id": id}))
        .await;
    let today = server.app.clock.now().date_naive().to_string();
    let series = good(&root, "/admin/analytics/time-series?metric=tickets&days=3").await;
    let series = &series["time_series_analytics"];
    let points = series["points"].as_array().unwrap();
    assert_eq!((points.len(), &points[0]["value"]), (3, &json!(0.0)));
    assert_eq!(points[2], json!({"date": today, "value": 1.0}));
    assert_eq!(series["metric"], "tickets");
    assert_eq!(series["trends"].as_object().unwrap().len(), 1);
    let messages = good(&root, "/admin/analytics/time-series?metric=messages&days=1").await;
    assert!(messages["time_series_analytics"]["points"][0]["value"].as_f64() >= Some(2.0));
    // as its panel asks
    let all = good(&root, "/admin/analytics/time-series?days=28&granularity=daily").await;
    let trends = &all["time_series_analytics"]["trends"];
    for name in [
        "ticket_creation",
        "ticket_resolution",
        "messages",
        "response_times",
        "user_activity",
    ] {
        assert_eq!(trends[name]["data"].as_array().unwrap().len(), 28, "{name}");
        assert_eq!(trends[name]["labels"][27], json!(today), "{name}");
    }
    let topics = good(
        &root,
        "/admin/analytics/trending-topics?days=28&limit=10&force_refresh=true",
    )
    .await;
    let topics = &topics["topics_analysis"];
    let first = &topics["trending_topics"][0];
    assert_eq!(
        (
            &first["topic"],
            &first["count"],
            &first["percentage"],
            &first["source"]
        ),
        (
            &json!("zxqv blorple wumpus?"),
            &json!(1),
            &json!(100.0),
            &json!("question")
        )
    );
    assert_eq!(
        (&first["examples"], &topics["from_cache"]),
        (&json!([id]), &json!(false))
    );
    let past = good(&root, "/admin/analytics/overview?days=9999").await;
    assert_eq!(past["analytics"]["days"], 365);
}

#[tokio::test]
async fn figures_and_the_installation_are_for_admins_and_bad_parameters_are_named() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let ian = agent(&server, "ian", Department::It).await;
    let root = person(&server, "root", Role::Admin).await;
    let others = ["/admin/system-management", "/admin/documents/stats"];
    for path in FIGURES.iter().chain(&others) {
        assert_eq!(root.get(path).await.status, 200, "{path}");
        for who in [&alice, &ian] {
            let refused = who.get(path).await;
            assert_eq!(
                (refused.status.as_u16(), &refused.body["code"]),
                (403, &json!("forbidden")),
                "{path}"
            );
        }
        assert_eq!(stranger(&server, path).await.status, 401, "{path}");
    }
    for path in FIGURES {
        for days in ["0", "-5", "x"] {
            let refused = root.get(&format!("{path}?days={days}")).await;
            assert_eq!(
                (refused.status.as_u16(), &refused.body["errors"][0]["field"]),
                (422, &json!("days")),
                "{path}"
            );
        }
    }
    for query in ["trending-topics?limit=0", "time-series?metric=clicks"] {
        assert_eq!(
            root.get(&format!("/admin/analytics/{query}")).await.status,
            422,
            "{query}"
        );
    }
}

#[tokio::test]
async fn the_installation_says_how_its_parts_are() {
    let server = TestServer::start().await;
    let root = person(&server, "root", Role::Admin).await;
    let status = good(&root, "/admin/system-management").await;
    let profile = if app::testing::production() {
        "production"
    } else {
        "embedded"
    };
    assert_eq!(
        (&status["overall_health"], &status["profile"]),
        (&json!("healthy"), &json!(profile))
    );
    assert_eq!(status["version"], env!("CARGO_PKG_VERSION"));
    let parts = status["components"].as_object().unwrap();
    for name in ["database", "files", "scheduler", "ai_services", "webhooks"] {
        assert_eq!(parts[name]["status"], "healthy", "{name}");
    }
    assert_eq!(parts["database"]["details"]["connected"], true);
    assert_eq!(parts["scheduler"]["details"]["misuse_detection_enabled"], false);
    assert_eq!(status["summary"]["total_components"], parts.len());
    assert_eq!(status["summary"]["healthy_components"], parts.len());
    assert!(status["counts"]["open_conversations"].is_number() && status["timestamp"].is_string());
}
