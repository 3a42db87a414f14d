//! The HTTP application: every dialect, the pages, the operations' endpoints, and what wraps them all.

use crate::arrivals::Arrivals;
use crate::cors::Cors;
use crate::dialects::{crm, helpdesk, rooms, support, team};
use crate::headers::Headers;
use crate::hub::Hub;
use crate::origin::Origins;
use crate::problem::{self, Problem};
use crate::routes::{self, Mounts, Operation, Page, Routes};
use crate::{costs, docs, listen, ops, pages};
use app::App;
use poem::endpoint::BoxEndpoint;
use poem::http::StatusCode;
use poem::middleware::{NormalizePath, TrailingSlash};
use poem::{Endpoint, EndpointExt, IntoEndpoint, IntoResponse, Middleware, Request, Response, endpoint};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

/// What every handler can reach.
#[derive(Clone)]
pub struct ServerState {
    pub core: App,
    pub hub: Arc<Hub>,
    /// Whether the embedded worker is connected to its queues; none where workers run elsewhere.
    pub worker: Option<worker::Health>,
}

/// Puts everything together: what answers requests, and the table of what it answers.
pub fn build(app: ServerState) -> (BoxEndpoint<'static, Response>, Arc<Routes>) {
    let (endpoint, routes) = mounts(&app).finish();
    let origins = Arc::new(Origins::new(&app.core.settings));
    let whole = endpoint
        .with(NormalizePath::new(TrailingSlash::Trim))
        .with(Outermost {
            app: app.clone(),
            routes: routes.clone(),
            origins: origins.clone(),
            arrivals: Arrivals::default(),
            headers: Arc::new(Headers::new(&app.core.settings)),
        })
        .map_to_response();
    (Cors::new(whole, origins).boxed(), routes)
}

/// The dialects in a line or two each, the documents, the pages, the operations.
fn mounts(app: &ServerState) -> Mounts {
    let core = &app.core;
    let api = Arc::new(docs::service(core).into_endpoint());
    Mounts::new(api.clone(), docs::operations())
        // beside the sockets, which would take it for a room's name
        .described("/api/chats/ws/stats", api)
        .page(Page::read("/api/chats/ws/:id", rooms::socket::chat(app.clone())))
        .page(Page::read("/api/chat/ws/:id", team::socket::chat(app.clone())))
        .page(Page::read("/ws/chat/:id", chat(app.clone())))
        .page(Page::read("/ws/inbox", crm::socket::inbox(app.clone())))
        .page(support::socketio::page(app))
        .pages(crm::files::pages(core))
        .pages(docs::pages(core))
        .pages(ops::pages(app))
        .pages(pages::pages(&core.settings))
}

/// A ticket's name speaks `helpdesk`, any other id `crm`.
fn chat(app: ServerState) -> impl Endpoint<Output = Response> {
    endpoint::make_sync(move |request: Request| {
        let place = request.path_params::<String>().unwrap_or_default();
        if helpdesk::socket::speaks(&place) {
            helpdesk::socket::chat(&app, &request, place)
        } else {
            crm::socket::chat(&app, &request, place)
        }
    })
}

/// Gives every request an id, a limit per address, a log line, figures, and every error its dialect's form.
struct Outermost {
    app: ServerState,
    routes: Arc<Routes>,
    origins: Arc<Origins>,
    arrivals: Arrivals,
    headers: Arc<Headers>,
}

struct Wrapped<E> {
    inner: E,
    app: ServerState,
    routes: Arc<Routes>,
    origins: Arc<Origins>,
    arrivals: Arrivals,
    headers: Arc<Headers>,
}

impl<E: Endpoint> Middleware<E> for Outermost {
    type Output = Wrapped<E>;

    fn transform(&self, inner: E) -> Wrapped<E> {
        Wrapped {
            inner,
            app: self.app.clone(),
            routes: self.routes.clone(),
            origins: self.origins.clone(),
            arrivals: self.arrivals.clone(),
            headers: self.headers.clone(),
        }
    }
}

impl<E: Endpoint> Endpoint for Wrapped<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let started = Instant::now();
        let id = kernel::secrets::random_hex(8);
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        request.set_data(self.app.core.clone());
        request.set_data(self.app.clone());
        let late = listen::lateness(&request);
        let operation = self.routes.find(&method, &path);
        let address = crate::bearer::client_address(&request, &self.app.core.settings.trusted_proxies);
        let admitted = match self.admit(&mut request, &path, address) {
            Ok(()) => self.charge(&request, address, operation).await,
            refused => refused,
        };
        let answer = match admitted {
            Err(refusal) => Err(refusal.into()),
            Ok(()) => self.inner.call(request).await.map(IntoResponse::into_response),
        };
        let answer = answer.map_err(|error| {
            if late.is_set() {
                Problem::too_slow().into()
            } else {
                error
            }
        });
        let mut response = answer.unwrap_or_else(|error| problem::shape(error, &path, &id));
        if let Ok(value) = id.parse() {
            response.headers_mut().insert("x-request-id", value);
        }
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            self.headers.complete(response.headers_mut());
        }
        let (status, seconds) = (response.status(), started.elapsed().as_secs_f64());
        // nothing that a client can invent becomes a label
        let route = operation.map_or(metrics::SharedString::const_str("unmatched"), |operation| {
            operation.pattern.clone().into()
        });
        metrics::histogram!("switchboard_http_seconds", "method" => routes::method_label(&method), "route" => route,
            "status" => status.as_u16().to_string())
        .record(seconds);
        // the path without its query: a token never reaches the log
        tracing::info!(request_id = %id, %method, path, status = status.as_u16(), ms = seconds * 1000.0, "request");
        Ok(response)
    }
}

impl<E> Wrapped<E> {
    /// Refuses addresses that ask too often or have too much on its way, names that are not the server's, and pages that may
    /// not do this.
    fn admit(&self, request: &mut Request, path: &str, address: IpAddr) -> Result<(), Problem> {
        match self.app.core.limits.spend_request(address) {
            Err(error) if !ops::is_probe(path) => return Err(error.into()),
            _ => {}
        }
        self.origins.admit(request)?;
        self.arrivals.admit(request, address)
    }

    /// Refuses people who do what costs too often.
    async fn charge(
        &self,
        request: &Request,
        address: IpAddr,
        operation: Option<&Operation>,
    ) -> Result<(), Problem> {
        match operation {
            Some(operation) => Ok(costs::charge(&self.app.core, request, address, operation).await?),
            None => Ok(()),
        }
    }
}
