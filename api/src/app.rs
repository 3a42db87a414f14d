//! The HTTP application: every dialect, the pages, the operations' endpoints, and what wraps them all.

use crate::dialects::{crm, helpdesk, rooms, support, team};
use crate::hub::Hub;
use crate::{docs, ops, pages, problem};
use poem::endpoint::BoxEndpoint;
use poem::http::{Method, header};
use poem::middleware::{Cors, NormalizePath, TrailingSlash};
use poem::{
    Endpoint, EndpointExt, IntoEndpoint, IntoResponse, Middleware, Request, Response, Route, endpoint,
};
use shared::core::Core;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// What every handler can reach.
#[derive(Clone)]
pub struct App {
    pub core: Core,
    pub hub: Arc<Hub>,
    /// Whether the embedded worker hears its queue; none where workers run elsewhere.
    pub worker: Option<Arc<AtomicBool>>,
}

/// Puts everything together; the dialects in a line or two each.
pub fn build(app: App) -> BoxEndpoint<'static, Response> {
    let api = Arc::new(docs::service(&app.core).into_endpoint());
    let documents = docs::routes(&app.core);
    let routes = Route::new()
        .nest("/", api.clone())
        // beside the sockets, which would take it for a room's name
        .at("/api/chats/ws/stats", api)
        .at("/api/chats/ws/:id", rooms::socket::chat(app.clone()))
        .at("/api/chat/ws/:id", team::socket::chat(app.clone()))
        .at("/ws/chat/:id", chat(app.clone()))
        .at("/ws/inbox", crm::socket::inbox(app.clone()))
        .at("/socket.io", support::socketio::endpoint(&app))
        .nest("/files", crm::files::routes(app.core.clone()));
    let routes = documents
        .into_iter()
        .fold(routes, |routes, (path, page)| routes.at(path, page));
    let routes = ops::routes(&app)
        .into_iter()
        .fold(routes, |routes, (path, page)| routes.at(path, page));
    let routes = pages::routes(&app.core.settings)
        .into_iter()
        .fold(routes, |routes, (path, page)| routes.at(path, page));
    let settings = &app.core.settings;
    let plain = routes
        .with(NormalizePath::new(TrailingSlash::Trim))
        .with(Outermost { app: app.clone() })
        .map_to_response()
        .boxed();
    if settings.allowed_origins.is_empty() {
        return plain;
    }
    Sites::new(plain, settings.allowed_origins.clone()).boxed()
}

/// Gives CORS' headers to the sites that are allowed. Any other request goes on without them, also one of a page of this
/// server that names its own origin: it is the browser that then refuses a foreign page.
struct Sites {
    allowed: Vec<String>,
    plain: Arc<BoxEndpoint<'static, Response>>,
    shared: BoxEndpoint<'static, Response>,
}

impl Sites {
    fn new(plain: BoxEndpoint<'static, Response>, allowed: Vec<String>) -> Self {
        let plain = Arc::new(plain);
        Self {
            shared: plain.clone().with(cors(&allowed)).boxed(),
            plain,
            allowed,
        }
    }

    fn allows(&self, request: &Request) -> bool {
        let origin = request.header(header::ORIGIN).unwrap_or_default();
        let listed = |site: &String| site == "*" || site == origin;
        !origin.is_empty() && self.allowed.iter().any(listed)
    }
}

impl Endpoint for Sites {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        if self.allows(&request) {
            self.shared.call(request).await
        } else {
            self.plain.call(request).await
        }
    }
}

/// A ticket's name speaks `helpdesk`, any other id `crm`.
fn chat(app: App) -> impl Endpoint<Output = Response> {
    endpoint::make_sync(move |request: Request| {
        let place = request.path_params::<String>().unwrap_or_default();
        if helpdesk::socket::speaks(&place) {
            helpdesk::socket::chat(&app, &request, place)
        } else {
            crm::socket::chat(&app, &request, place)
        }
    })
}

fn cors(origins: &[String]) -> Cors {
    let cors = Cors::new()
        .allow_methods([
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
        .expose_headers(["x-request-id", "retry-after"])
        .max_age(600);
    if origins.iter().any(|origin| origin == "*") {
        cors
    } else {
        cors.allow_origins(origins)
    }
}

/// Gives every request an id, a limit per address, a log line, figures, and every error its dialect's form.
struct Outermost {
    app: App,
}

struct Wrapped<E> {
    inner: E,
    app: App,
}

impl<E: Endpoint> Middleware<E> for Outermost {
    type Output = Wrapped<E>;

    fn transform(&self, inner: E) -> Wrapped<E> {
        Wrapped {
            inner,
            app: self.app.clone(),
        }
    }
}

impl<E: Endpoint> Endpoint for Wrapped<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let started = Instant::now();
        let id = shared::secrets::random_hex(8);
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        request.set_data(self.app.core.clone());
        request.set_data(self.app.clone());
        let address = crate::bearer::client_address(&request, &self.app.core.settings.trusted_proxies);
        let answer = match self.app.core.limits.spend_request(address) {
            Err(error) if !ops::is_probe(&path) => Err(problem::Problem::from(error).into()),
            _ => self.inner.call(request).await.map(IntoResponse::into_response),
        };
        let mut response = answer.unwrap_or_else(|error| problem::shape(error, &path, &id));
        if let Ok(value) = id.parse() {
            response.headers_mut().insert("x-request-id", value);
        }
        let headers = response.headers_mut();
        headers
            .entry(header::X_CONTENT_TYPE_OPTIONS)
            .or_insert(header::HeaderValue::from_static("nosniff"));
        headers
            .entry(header::CONTENT_SECURITY_POLICY)
            .or_insert(header::HeaderValue::from_static("default-src 'self'"));
        let (status, seconds) = (response.status(), started.elapsed().as_secs_f64());
        metrics::histogram!("switchboard_http_seconds", "method" => method.to_string(), "status" => status.as_u16().to_string())
            .record(seconds);
        // the path without its query: a token never reaches the log
        tracing::info!(request_id = %id, %method, path, status = status.as_u16(), ms = seconds * 1000.0, "request");
        Ok(response)
    }
}

/// A page at a fixed path.
pub type Page = (&'static str, BoxEndpoint<'static, Response>);

/// A page made from any endpoint.
pub fn page(path: &'static str, endpoint: impl IntoEndpoint<Endpoint = impl Endpoint + 'static>) -> Page {
    (path, endpoint.into_endpoint().map_to_response().boxed())
}
