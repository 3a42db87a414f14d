//! The HTTP application: every dialect, the pages, the operations' endpoints, and what wraps them all.

use crate::app::ServerState;
use crate::connection;
use crate::cors::Cors;
use crate::costs::Cost;
use crate::dialect::SocketPath;
use crate::origin::Origins;
use crate::outermost::Outermost;
use crate::routes::{Mounts, Page, Routes};
use crate::{docs, help, ops, pages, surfaces};
use poem::endpoint::BoxEndpoint;
use poem::middleware::{NormalizePath, TrailingSlash};
use poem::{EndpointExt, Response};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Puts everything together: what answers requests, and the table of what it answers.
pub fn build(server: ServerState) -> (BoxEndpoint<'static, Response>, Arc<Routes>) {
    let (endpoint, routes) = mounts(&server).finish();
    let origins = Arc::new(Origins::new(&server.app.settings));
    let whole = endpoint
        .with(NormalizePath::new(TrailingSlash::Trim))
        .with(Outermost::new(server, routes.clone(), origins.clone()))
        .map_to_response();
    (Cors::new(whole, origins).boxed(), routes)
}

fn mounts(server: &ServerState) -> Mounts {
    let described = surfaces::operations().flat_map(|operation| {
        let cost = operation.cost().unwrap_or_else(|| {
            let (surface, path) = (operation.surface.name, &operation.path);
            tracing::error!(surface, path, "an operation has no row of costs");
            Cost::Request
        });
        let aliases = surfaces::aliases(&operation.path);
        let paths = std::iter::once(operation.path).chain(aliases);
        paths.map(move |path| (operation.method.clone(), path, cost))
    });
    Mounts::new(docs::endpoint(&server.app), described)
        .pages(sockets(server))
        .pages(surfaces::all().flat_map(|surface| (surface.pages)(server)))
        .pages(surfaces::mounts().flat_map(|mount| (mount.pages)(server)))
        .pages(docs::pages(&server.app))
        .pages(ops::pages(server))
        .pages(pages::pages(&server.app.settings))
        .pages(help::pages(&server.app))
}

/// The sockets of all surfaces; some share a path.
fn sockets(server: &ServerState) -> Vec<Page> {
    let mut paths: BTreeMap<&'static str, Vec<&'static SocketPath>> = BTreeMap::new();
    let of_mounts = surfaces::mounts().flat_map(|mount| mount.sockets);
    for socket in surfaces::all()
        .flat_map(|surface| surface.sockets)
        .chain(of_mounts)
    {
        paths.entry(socket.path).or_default().push(socket);
    }
    let refusals = Arc::new(connection::Refusals::default());
    let pages = paths.into_iter().map(|(path, dialects)| {
        let endpoint = connection::endpoint(server.clone(), dialects, refusals.clone());
        Page::read(path, endpoint)
    });
    pages.collect()
}
