//! The figures of the admins' panel, and how the installation is.

use super::panel::{about, good, reported, stranger};
use super::tickets::ticket;
use super::{agent, person, text_of, user};
use api::testing::TestServer;
use entity::user::{Department, Role};
use serde_json::json;

const FIGURES: &[&str] = &[
    "/admin/analytics/overview",
    "/admin/analytics/trending-topics",
    "/admin/analytics/flagged-users",
    "/admin/analytics/resolution-times",
    "/admin/analytics/dashboard-metrics",
    "/admin/analytics/time-series",
    "/admin/analytics/performance-metrics",
];

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
