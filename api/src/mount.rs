//! The HTTP application: every dialect, the pages, the operations' endpoints, and what wraps them all.

use crate::app::App;
use crate::connection;
use crate::cors::Cors;
use crate::costs::Cost;
use crate::dialect::SocketPath;
use crate::origin::Origins;
use crate::outermost::Outermost;
use crate::routes::{Mounts, Page, Routes};
use crate::{docs, ops, pages, surfaces};
use poem::endpoint::BoxEndpoint;
use poem::middleware::{NormalizePath, TrailingSlash};
use poem::{EndpointExt, Response};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Puts everything together: what answers requests, and the table of what it answers.
pub fn build(app: App) -> (BoxEndpoint<'static, Response>, Arc<Routes>) {
    let (endpoint, routes) = mounts(&app).finish();
    let origins = Arc::new(Origins::new(&app.core.settings));
    let whole = endpoint
        .with(NormalizePath::new(TrailingSlash::Trim))
        .with(Outermost::new(app, routes.clone(), origins.clone()))
        .map_to_response();
    (Cors::new(whole, origins).boxed(), routes)
}

fn mounts(app: &App) -> Mounts {
    let described = surfaces::operations().map(|operation| {
        let cost = operation.cost().unwrap_or_else(|| {
            let (surface, path) = (operation.surface.name, &operation.path);
            tracing::error!(surface, path, "an operation has no row of costs");
            Cost::Request
        });
        (operation.method, operation.path, cost)
    });
    Mounts::new(docs::endpoint(&app.core), described)
        .pages(sockets(app))
        .pages(surfaces::all().flat_map(|surface| (surface.pages)(app)))
        .pages(docs::pages(&app.core))
        .pages(ops::pages(app))
        .pages(pages::pages(&app.core.settings))
}

/// The sockets of all surfaces; some share a path.
fn sockets(app: &App) -> Vec<Page> {
    let mut paths: BTreeMap<&'static str, Vec<&'static SocketPath>> = BTreeMap::new();
    for socket in surfaces::all().flat_map(|surface| surface.sockets) {
        paths.entry(socket.path).or_default().push(socket);
    }
    let pages = paths.into_iter();
    let pages = pages.map(|(path, dialects)| Page::read(path, connection::endpoint(app.clone(), dialects)));
    pages.collect()
}
