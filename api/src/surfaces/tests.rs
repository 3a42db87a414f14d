use super::*;
use crate::app::ServerState;
use crate::assemble;
use crate::hub::Hub;
use crate::problem::{Problem, shape};
use app::testing::TestApp;
use kernel::actor::Actor;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};

fn of(path: &str) -> &'static str {
    at(path).map_or("none", |surface| surface.name)
}

#[test]
fn a_path_is_its_longest_prefix_s_and_a_prefix_ends_with_a_whole_part() {
    assert_eq!(of("/api/chats"), "rooms");
    assert_eq!(of("/api/chats/chat-1/messages"), "rooms");
    assert_eq!(of("/api/chat"), "crm");
    assert_eq!(of("/api/v1/support/1"), "support");
    assert_eq!(of("/api/v1/auth/login"), "api_v1_auth");
    assert_eq!(of("/api/v10"), "crm");
    assert_eq!(of("/auth2"), "none");
    assert_eq!(of("/api/chat/conversations/x/claim"), "admin");
    assert_eq!(of("/api/chat/conversations/x/messages"), "crm");
    assert_eq!(of("/"), "none");
}

#[test]
fn surfaces_have_names_and_prefixes_of_their_own() {
    let names: HashSet<_> = all().map(|surface| surface.name).collect();
    assert_eq!(names.len(), all().count());
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    for surface in all() {
        for prefix in surface.prefixes {
            let other = owners.insert(prefix, surface.name);
            assert_eq!(other, None, "{prefix} is {}'s too", surface.name);
        }
    }
}

#[test]
fn every_operation_belongs_to_the_surface_whose_prefix_its_path_has() {
    let mut seen = HashSet::new();
    for operation in operations() {
        let name = format!("{} {}", operation.method, operation.path);
        assert_eq!(of(&operation.path), operation.surface.name, "{name}");
        assert!(seen.insert(name.clone()), "{name} belongs to two surfaces");
    }
    for surface in all() {
        for prefix in surface.prefixes {
            let mut operations = operations();
            let used = operations.any(|operation| parts_under(&operation.path, prefix).is_some());
            assert!(used, "nothing is under {prefix}");
        }
    }
}

#[test]
fn possible_errors_are_of_operations_of_the_surface() {
    for surface in all() {
        let metas = surface.apis.iter().flat_map(|api| api.meta());
        let operations = metas.flat_map(|meta| meta.paths).flat_map(|path| path.operations);
        let ids: HashSet<_> = operations
            .filter_map(|operation| operation.operation_id)
            .collect();
        let errors = &surface.errors;
        // sign-in says it once for its three mounts
        let auth = surface.name.ends_with("auth");
        for id in [
            errors.forbidden,
            errors.conflicting,
            errors.missing,
            errors.checked_path,
            errors.refused,
            errors.sign_in,
        ]
        .concat()
        {
            assert!(auth || ids.contains(id), "{} has no {id}", surface.name);
        }
    }
}

#[tokio::test]
async fn every_operation_has_a_cost_and_every_row_is_an_operation() {
    let mut listed: HashSet<&str> = HashSet::new();
    for (name, _) in all().flat_map(|surface| surface.costs) {
        assert!(listed.insert(name), "{name} is there twice");
    }
    let described: HashSet<String> = operations()
        .map(|operation| format!("{} {}", operation.method, operation.path))
        .collect();
    let missing: Vec<_> = operations()
        .filter(|operation| operation.cost().is_none())
        .map(|operation| operation.path)
        .collect();
    assert!(
        missing.is_empty(),
        "operations that cost nothing yet: {missing:?}"
    );
    let stale: Vec<_> = listed.iter().filter(|name| !described.contains(**name)).collect();
    assert!(stale.is_empty(), "rows of operations that are gone: {stale:?}");
    let app = TestApp::new().await;
    let (_, routes) = assemble::build(ServerState {
        hub: Hub::start(app.app.clone()),
        app: app.app.clone(),
        worker: None,
    });
    let mut known = described.clone();
    for operation in operations() {
        let route = routes.find(&operation.method, &operation.path);
        assert_eq!(route.map(|route| route.cost), operation.cost());
        known.extend(
            aliases(&operation.path)
                .into_iter()
                .map(|path| format!("{} {path}", operation.method)),
        );
    }
    // pages are read; Socket.IO's frames cost what frames cost
    for route in routes.iter().filter(|route| route.cost != Cost::Request) {
        assert!(known.contains(&format!("{} {}", route.method, route.pattern)));
    }
}

#[test]
fn every_row_of_a_mount_is_of_an_operation_that_it_serves() {
    let described: HashSet<String> = operations()
        .flat_map(|operation| {
            let paths = aliases(&operation.path)
                .into_iter()
                .chain([operation.path.clone()]);
            paths
                .map(move |path| format!("{} {path}", operation.method))
                .collect::<Vec<_>>()
        })
        .collect();
    for mount in mounts() {
        for shared in mount.shares {
            let mut served = described.iter().filter_map(|name| name.split_once(' '));
            assert!(
                served.any(|(_, path)| parts_under(path, shared).is_some()),
                "nothing is under {shared}"
            );
        }
        let mut seen = HashSet::new();
        for name in mount.differences.iter().flat_map(|row| row.operations) {
            let (method, path) = name.split_once(' ').unwrap();
            let served = described.contains(&format!("{method} {}{path}", mount.path));
            assert!(served, "{} does not serve {name}", mount.path);
            assert!(seen.insert(name), "{name} has two rows");
        }
    }
}

#[tokio::test]
async fn whatever_writes_is_counted_by_person_and_nothing_costs_more_than_anybody_has() {
    let table = || all().flat_map(|surface| surface.costs);
    let counted_elsewhere = ["/auth/", "/internal/"];
    for (name, cost) in table() {
        let is_write = !name.starts_with("GET ");
        let elsewhere = counted_elsewhere.iter().any(|part| name.contains(part));
        assert!(!is_write || elsewhere || *cost != Cost::Request, "{name} is free");
    }
    let app = TestApp::builder().setting("RATE_LIMITS", "on").start().await;
    for (name, cost) in table() {
        if let Cost::OnRequest(what, units) = cost {
            let visitor = Actor {
                is_visitor: true,
                ..app
                    .user(&format!("pest-{}", kernel::secrets::random_hex(6)))
                    .await
            };
            app.limits
                .spend_units(&visitor, *what, *units)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}

async fn body(problem: Problem, path: &str) -> (poem::Response, Value) {
    let mut response = shape(problem.into(), &error_form(path), "r-1");
    let text = response.take_body().into_string().await.unwrap();
    (response, serde_json::from_str(&text).unwrap())
}

#[tokio::test]
async fn each_dialect_adds_its_own_members() {
    let problem = || Problem::invalid("message", "This field is required.");
    let (response, crm) = body(problem(), "/api/user-response").await;
    assert_eq!(response.content_type(), Some("application/problem+json"));
    let expected = json!({
        "type": "about:blank", "title": "Bad Request", "status": 400, "detail": "This field is required.",
        "code": "validation_error", "request_id": "r-1",
        "errors": [{"field": "message", "message": "This field is required."}],
        "error": "This field is required.", "message": ["This field is required."],
    });
    assert_eq!(crm, expected);
    let (_, rooms) = body(problem(), "/api/chats/chat-1").await;
    assert_eq!(rooms["status"], 422);
    assert!(rooms.get("error").is_none());
    let (_, support) = body(problem(), "/api/v1/support").await;
    assert_eq!(
        (&support["message"], &support["statusCode"]),
        (&json!("This field is required."), &json!(400))
    );
    for path in ["/auth/login", "/api/auth/login", "/api/v1/auth/login", "/tickets"] {
        assert_eq!(body(problem(), path).await.0.status(), 422, "{path}");
    }
    assert_eq!(body(problem(), "/api/chat/typing").await.0.status(), 400);
}

#[tokio::test]
async fn a_field_never_replaces_a_member_of_the_problem() {
    let (_, problem) = body(Problem::invalid("title", "Too long"), "/api/bot/articles").await;
    assert_eq!(problem["title"], "Bad Request");
    assert_eq!(problem["errors"][0]["field"], "title");
}
