//! The HTTP application: every dialect, the pages, the operations' endpoints, and what wraps them all.

use crate::app::App;
use crate::connection;
use crate::cors::Cors;
use crate::dialect::SocketPath;
use crate::dialects::{crm, helpdesk, rooms, support, team};
use crate::origin::Origins;
use crate::outermost::Outermost;
use crate::routes::{Mounts, Page, Routes};
use crate::{docs, ops, pages};
use poem::endpoint::BoxEndpoint;
use poem::middleware::{NormalizePath, TrailingSlash};
use poem::{EndpointExt, IntoEndpoint, Response};
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
    let core = &app.core;
    let api = Arc::new(docs::service(core).into_endpoint());
    Mounts::new(api.clone(), docs::operations())
        // beside the sockets, which would take it for a room's name
        .described("/api/chats/ws/stats", api)
        .pages(sockets(app))
        .page(support::socketio::page(app))
        .pages(crm::files::pages(core))
        .pages(docs::pages(core))
        .pages(ops::pages(app))
        .pages(pages::pages(&core.settings))
}

/// The sockets of all dialects; some share a path.
fn sockets(app: &App) -> Vec<Page> {
    let mut paths: BTreeMap<&'static str, Vec<&'static SocketPath>> = BTreeMap::new();
    let all = crm::SOCKETS.iter().chain(&helpdesk::SOCKETS);
    for of in all.chain(&rooms::SOCKETS).chain(&team::SOCKETS) {
        paths.entry(of.path).or_default().push(of);
    }
    let pages = paths.into_iter();
    let pages = pages.map(|(path, dialects)| Page::read(path, connection::endpoint(app.clone(), dialects)));
    pages.collect()
}
