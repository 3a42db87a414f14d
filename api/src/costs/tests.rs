#![allow(clippy::unwrap_used)]

use super::*;
use crate::app::{self, ServerState};
use crate::hub::Hub;
use ::app::testing::TestApp;
use kernel::actor::Actor;
use std::collections::HashSet;

#[tokio::test]
async fn every_route_has_a_row_and_every_row_is_a_route() {
    let core = TestApp::new().await;
    let app = ServerState {
        hub: Hub::start(core.app.clone()),
        core: core.app.clone(),
        worker: None,
    };
    let (_, routes) = app::build(app);
    let mounted: HashSet<String> = routes
        .iter()
        .map(|operation| format!("{} {}", operation.method, operation.pattern))
        .collect();
    let listed: HashSet<String> = TABLE.iter().map(|(name, _)| (*name).to_owned()).collect();
    let missing: Vec<_> = mounted.difference(&listed).collect();
    assert!(missing.is_empty(), "routes that cost nothing yet: {missing:?}");
    let stale: Vec<_> = listed.difference(&mounted).collect();
    assert!(stale.is_empty(), "rows of routes that are gone: {stale:?}");
    assert_eq!(listed.len(), TABLE.len(), "none is there twice");
    for operation in routes.iter() {
        assert!(of(operation).is_some());
    }
}

#[tokio::test]
async fn whatever_writes_is_counted_by_person_and_nothing_costs_more_than_anybody_has() {
    let counted_elsewhere = ["/auth/", "/internal/", "/socket.io"];
    for (name, cost) in TABLE {
        let is_write = !name.starts_with("GET ");
        let elsewhere = counted_elsewhere.iter().any(|part| name.contains(part));
        assert!(!is_write || elsewhere || *cost != Cost::Request, "{name} is free");
    }
    let core = TestApp::builder().setting("RATE_LIMITS", "on").start().await;
    for (name, cost) in TABLE {
        if let Cost::Door(what, units) = cost {
            let visitor = Actor {
                is_visitor: true,
                ..core
                    .user(&format!("pest-{}", kernel::secrets::random_hex(6)))
                    .await
            };
            core.limits
                .spend_units(&visitor, *what, *units)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}
