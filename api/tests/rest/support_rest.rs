//! The REST side of the `support` dialect: tickets by number, stations.

use super::tickets::ticket;
use super::{agent, person, user};
use api::testing::TestServer;
use entity::user::{Department, Role};
use serde_json::{Value, json};

#[tokio::test]
async fn the_guides_ticket_goes_through_its_life_and_is_the_help_desks_too() {
    let server = TestServer::start().await;
    let driver = person(&server, "driver1", Role::Driver).await;
    let root = person(&server, "root", Role::Admin).await;
    let number = driver.person.actor.id.0;
    let station = root
        .post(
            "/api/v1/stations",
            json!({"name": "Main Street", "address": "1 Main Street"}),
        )
        .await;
    assert_eq!(station.status, 201, "{station:?}");
    let place = station.body["station_id"].as_i64().unwrap();
    let body =
        json!({"user_id": number, "description": "Battery swap machine not working", "station_id": place});
    let made = driver.post("/api/v1/support", body).await;
    assert_eq!(made.status, 201, "{made:?}");
    let one = &made.body;
    let id = one["support_id"].as_i64().unwrap();
    for (field, value) in [
        ("user_id", json!(number)),
        ("station_id", json!(place)),
        ("type", json!("other")),
        ("description", json!("Battery swap machine not working")),
        ("status", json!("open")),
        ("rating", Value::Null),
    ] {
        assert_eq!(one[field], value, "{field}");
    }
    assert_eq!(
        (&one["user"]["username"], &one["user"]["role"]),
        (&json!("driver1"), &json!("driver"))
    );
    assert_eq!(one["station"]["name"], "Main Street");
    assert!(one["created_at"].is_string() && one["updated_at"].is_string());
    let path = format!("/api/v1/support/{id}");
    assert_eq!(driver.get(&path).await.body, *one);
    assert_eq!(driver.get(&format!("/api/v1/supports/{id}/")).await.body, *one);
    // the help desk has it under its own names
    let there = root
        .get(&format!("/tickets/{}", one["ticket_id"].as_str().unwrap()))
        .await;
    assert_eq!(
        (&there.body["id"], &there.body["support_id"]),
        (&one["conversation_id"], &json!(id))
    );

    let begun = root.patch(&path, json!({"status": "in_progress"})).await;
    assert_eq!(
        (begun.status.as_u16(), &begun.body["status"]),
        (200, &json!("in_progress"))
    );
    assert_eq!(
        root.get(&format!("/tickets/{id}")).await.body["status"],
        "assigned"
    );
    let early = driver
        .patch(&format!("{path}/rating"), json!({"rating": 5}))
        .await;
    assert_eq!(
        (early.status.as_u16(), &early.body["statusCode"]),
        (400, &json!(400))
    );
    let closed = root
        .patch(&format!("{path}/status"), json!({"status": "closed"}))
        .await;
    assert_eq!(
        (closed.status.as_u16(), &closed.body["status"]),
        (200, &json!("closed"))
    );
    assert_eq!(root.get(&format!("/tickets/{id}")).await.body["status"], "closed");
    let again = root.patch(&path, json!({"status": "open"})).await;
    assert_eq!(again.status, 400);
    assert_eq!(
        again.body["message"],
        "Invalid status transition from closed to open"
    );
    let rated = driver
        .patch(&format!("{path}/rating"), json!({"rating": 4}))
        .await;
    assert_eq!((rated.status.as_u16(), &rated.body["rating"]), (200, &json!(4)));
    for rating in [json!(0), json!(6), json!("5"), Value::Null] {
        let refused = driver
            .patch(&format!("{path}/rating"), json!({"rating": rating}))
            .await;
        assert_eq!(refused.status, 400, "{rating}");
    }
    assert_eq!(
        root.patch(&format!("{path}/rating"), json!({"rating": 1}))
            .await
            .status,
        403
    );
    let figures = root.get("/api/v1/support/statistics").await.body;
    assert_eq!(
        figures,
        json!({"total": 1, "open": 0, "in_progress": 0, "closed": 1, "rated": 1, "average_rating": 4.0})
    );
    let gone = root.delete(&path).await;
    assert_eq!(
        (gone.status.as_u16(), &gone.body["support_id"]),
        (200, &json!(id))
    );
    assert_eq!(gone.body["status"], "closed");
    assert_eq!(root.get(&path).await.status, 404);
}

#[tokio::test]
async fn a_user_names_only_themselves_and_changes_nothing() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let bob = user(&server, "bob").await;
    let ian = agent(&server, "ian", Department::It).await;
    let (a, b) = (alice.person.actor.id.0, bob.person.actor.id.0);
    let post = |user: i64| json!({"user_id": user, "description": "x"});
    for stranger in [b, 424_242, 0, -1] {
        let refused = alice.post("/api/v1/support", post(stranger)).await;
        assert_eq!(
            (
                refused.status.as_u16(),
                &refused.body["message"],
                &refused.body["statusCode"]
            ),
            (404, &json!("User not found"), &json!(404)),
            "{stranger}"
        );
        let refused = alice.get(&format!("/api/v1/support/user/{stranger}")).await;
        assert_eq!(
            (refused.status.as_u16(), &refused.body["message"]),
            (404, &json!("User not found"))
        );
    }
    let nowhere = json!({"user_id": a, "description": "x", "station_id": 99});
    let refused = alice.post("/api/v1/support", nowhere).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.body["message"]),
        (404, &json!("Station not found"))
    );
    assert_eq!(alice.get("/api/v1/support/station/99").await.status, 404);
    for bad in [
        json!({}),
        json!({"user_id": a}),
        json!({"user_id": a, "description": ""}),
        json!({"user_id": "x", "description": "x"}),
        json!({"user_id": a, "description": "x".repeat(2001)}),
        json!({"user_id": a, "description": "x", "type": ""}),
    ] {
        let refused = alice.post("/api/v1/support", bad.clone()).await;
        assert_eq!(refused.status, 400, "{bad} {refused:?}");
        assert_eq!(refused.body["message"], refused.body["detail"]);
    }
    // an agent opens one for somebody
    let made = ian.post("/api/v1/supports", post(a)).await;
    assert_eq!((made.status.as_u16(), &made.body["user_id"]), (201, &json!(a)));
    let path = format!("/api/v1/support/{}", made.body["support_id"]);
    assert_eq!(ian.post("/api/v1/support", post(424_242)).await.status, 404);
    assert_eq!(alice.get(&path).await.status, 200);
    for (method, body) in [
        ("patch", json!({"status": "closed"})),
        ("patch", json!({"description": "y"})),
    ] {
        assert_eq!(alice.patch(&path, body).await.status, 403, "{method}");
    }
    assert_eq!(
        alice
            .patch(&format!("{path}/status"), json!({"status": "closed"}))
            .await
            .status,
        403
    );
    assert_eq!(alice.delete(&path).await.status, 403);
    assert_eq!(alice.get("/api/v1/support").await.status, 403);
    assert_eq!(alice.get("/api/v1/support/statistics").await.status, 403);
    assert_eq!(
        alice.post("/api/v1/stations", json!({"name": "x"})).await.status,
        403
    );
    assert_eq!(
        ian.post("/api/v1/stations", json!({"name": "x"})).await.status,
        403
    );
    assert_eq!(ian.patch(&path, json!({"status": "assigned"})).await.status, 400);
}

#[tokio::test]
async fn lists_hold_what_they_name() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let bob = user(&server, "bob").await;
    let root = person(&server, "root", Role::Admin).await;
    let name = json!({"name": "Main Street"});
    let place = root.post("/api/v1/stations", name).await.body["station_id"].clone();
    let mut numbers = Vec::new();
    for (who, station) in [(&alice, &place), (&bob, &place), (&bob, &Value::Null)] {
        let body = json!({"user_id": who.person.actor.id.0, "description": "x", "station_id": station});
        numbers.push(who.post("/api/v1/support", body).await.body["support_id"].clone());
    }
    // resolved at the help desk is closed here
    ticket(&alice, "Printer").await;
    root.put(&format!("/tickets/{}", numbers[0]), json!({"status": "resolved"}))
        .await;
    let list = |who: &'static str, path: String| {
        let who = if who == "alice" { &alice } else { &root };
        async move {
            let found = who.get(&path).await;
            assert_eq!(found.status, 200, "{path} {found:?}");
            found.body.as_array().unwrap().len()
        }
    };
    let base = "/api/v1/support";
    assert_eq!(list("root", base.into()).await, 4);
    assert_eq!(list("root", format!("{base}?limit=1&offset=1")).await, 1);
    assert_eq!(
        list("root", format!("{base}/user/{}", bob.person.actor.id)).await,
        2
    );
    assert_eq!(
        list("alice", format!("{base}/user/{}", alice.person.actor.id)).await,
        2
    );
    assert_eq!(list("root", format!("{base}/station/{place}")).await, 2);
    assert_eq!(list("alice", format!("{base}/station/{place}")).await, 1);
    assert_eq!(list("root", format!("{base}/status/open")).await, 3);
    assert_eq!(list("root", format!("{base}/status/closed")).await, 1);
    assert_eq!(list("alice", format!("{base}/status/in_progress")).await, 0);
    assert_eq!(root.get(&format!("{base}/status/resolved")).await.status, 400);
    assert_eq!(root.get(&format!("{base}/user/x")).await.status, 404);
    assert_eq!(root.get(&format!("{base}/x")).await.status, 404);
    let rated = alice
        .patch(&format!("{base}/{}/rating", numbers[0]), json!({"rating": 3}))
        .await;
    assert_eq!(
        (rated.status.as_u16(), &rated.body["status"]),
        (200, &json!("closed"))
    );
}

#[tokio::test]
async fn a_ticket_is_of_one_of_three_types_and_may_be_rated_when_it_is_opened() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let me = alice.person.actor.id.0;
    let open = |kind: Value, rating: Value| {
        let body = json!({"user_id": me, "description": "x", "type": kind, "rating": rating});
        let alice = &alice;
        async move { alice.post("/api/v1/support", body).await }
    };
    for word in ["battery_issue", "station_issue", "other"] {
        let made = open(json!(word), Value::Null).await;
        assert_eq!((made.status.as_u16(), &made.body["type"]), (201, &json!(word)));
        assert_eq!(made.body["rating"], Value::Null);
    }
    let rated = open(Value::Null, json!(4)).await;
    assert_eq!(
        (&rated.body["type"], &rated.body["rating"]),
        (&json!("other"), &json!(4)),
        "{rated:?}"
    );
    for word in ["", "bug", "Other"] {
        let refused = open(json!(word), Value::Null).await;
        assert_eq!(refused.status, 400, "{word}");
        for name in ["battery_issue", "station_issue", "other"] {
            let said = refused.body["message"].as_str().unwrap();
            assert!(said.contains(name), "{said}");
        }
        assert_eq!(refused.body["errors"][0]["field"], "type");
    }
    for rating in [0, 6, -1] {
        let refused = open(Value::Null, json!(rating)).await;
        assert_eq!(refused.status, 400, "{rating}");
        assert_eq!(refused.body["errors"][0]["field"], "rating");
    }
}

#[tokio::test]
async fn stations_have_a_status_and_a_place_and_are_found_by_either() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let root = person(&server, "root", Role::Admin).await;
    let add = |body: Value| {
        let root = &root;
        async move { root.post("/api/v1/stations", body).await }
    };
    let north = json!({"name": "North Gate", "address": "2 Hill Road", "latitude": 52.5, "longitude": -13});
    let north = add(north).await;
    assert_eq!(north.status, 201, "{north:?}");
    assert_eq!(
        (
            &north.body["status"],
            &north.body["latitude"],
            &north.body["longitude"]
        ),
        (&json!("active"), &json!(52.5), &json!(-13.0))
    );
    let south = add(json!({"name": "South Gate", "status": "maintenance"})).await;
    assert_eq!(south.body["status"], "maintenance");
    assert_eq!(south.body["latitude"], Value::Null);
    for (field, value) in [
        ("latitude", json!(90.01)),
        ("latitude", json!("north")),
        ("longitude", json!(-180.5)),
        ("status", json!("open")),
    ] {
        let refused = add(json!({"name": "Nowhere", field: value})).await;
        assert_eq!(refused.status, 400, "{refused:?}");
        assert_eq!(refused.body["errors"][0]["field"], field);
    }
    let path = format!("/api/v1/stations/{}", south.body["station_id"]);
    assert_eq!(alice.get(&path).await.body, south.body);
    for unknown in ["424242", "x", "0"] {
        let missing = alice.get(&format!("/api/v1/stations/{unknown}")).await;
        assert_eq!(
            (missing.status.as_u16(), &missing.body["message"]),
            (404, &json!("Station not found"))
        );
    }
    for (query, found) in [
        ("", json!([north.body, south.body])),
        ("/active", json!([north.body])),
        ("/available", json!([north.body])),
        ("/search?q=SOUTH", json!([south.body])),
        ("/search?q=hill", json!([north.body])),
        ("/search?q=gate", json!([north.body, south.body])),
        ("/search?q=%25", json!([])),
        ("/search", json!([])),
    ] {
        let listed = alice.get(&format!("/api/v1/stations{query}")).await;
        assert_eq!((listed.status.as_u16(), listed.body), (200, found), "{query}");
    }
}

#[tokio::test]
async fn a_notification_says_when_its_ticket_changed_what_was_answered_and_when_it_was_over() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let root = person(&server, "root", Role::Admin).await;
    let body = json!({"user_id": alice.person.actor.id.0, "description": "Battery swap machine not working"});
    let made = alice.post("/api/v1/support", body).await.body;
    let path = format!("/api/v1/support/{}", made["support_id"]);
    let newest = |who: &'static str, kind: &'static str| {
        let who = if who == "root" { &root } else { &alice };
        async move {
            let listed = who.get("/notifications?limit=100").await.body;
            let all = listed["notifications"].as_array().unwrap().clone();
            let newest = all.into_iter().find(|one| one["type"] == kind);
            newest.unwrap_or_else(|| panic!("no {kind}"))["data"].clone()
        }
    };
    let opened = newest("root", "ticket_created").await;
    assert_eq!(opened["updated_at"], made["updated_at"]);
    assert_eq!(
        (&opened["response"], &opened["resolved_at"]),
        (&Value::Null, &Value::Null)
    );
    let ticket = made["ticket_id"].as_str().unwrap();
    let said = json!({"content": "We are on our way"});
    let said = root.post(&format!("/tickets/{ticket}/messages"), said).await;
    assert_eq!(said.status, 201, "{said:?}");
    root.patch(&path, json!({"status": "in_progress"})).await;
    let changed = newest("alice", "ticket_updated").await;
    assert_eq!(changed["response"], "We are on our way", "{changed}");
    assert_eq!(changed["resolved_at"], Value::Null);
    let closed = root.patch(&path, json!({"status": "closed"})).await.body;
    let over = newest("alice", "ticket_updated").await;
    assert_eq!(over["status"], "closed", "{over}");
    assert_eq!(over["resolved_at"], closed["updated_at"]);
    assert_eq!(over["updated_at"], closed["updated_at"]);
    assert_eq!(over["response"], "We are on our way");
}
