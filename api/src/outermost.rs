//! What wraps every request: an id, limits, a log line, figures, and the form of its errors.

use crate::app::ServerState;
use crate::arrivals::Arrivals;
use crate::bearer::client_address;
use crate::headers::Headers;
use crate::origin::Origins;
use crate::problem::{self, Problem};
use crate::routes::{self, Operation, Routes};
use crate::{costs, listen, ops, surfaces};
use poem::http::StatusCode;
use poem::{Endpoint, IntoResponse, Middleware, Request, Response};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

/// Gives every request an id, a limit per address, a log line, figures, and every error its dialect's form.
#[derive(Clone)]
pub struct Outermost {
    server: ServerState,
    routes: Arc<Routes>,
    origins: Arc<Origins>,
    arrivals: Arrivals,
    headers: Arc<Headers>,
}

impl Outermost {
    /// The middleware of this app, whose routes are these.
    pub fn new(server: ServerState, routes: Arc<Routes>, origins: Arc<Origins>) -> Self {
        Self {
            headers: Arc::new(Headers::new(&server.app.settings)),
            arrivals: Arrivals::default(),
            server,
            routes,
            origins,
        }
    }
}

/// All requests as they come in.
pub struct Wrapped<E> {
    inner: E,
    outermost: Outermost,
}

impl<E: Endpoint> Middleware<E> for Outermost {
    type Output = Wrapped<E>;

    fn transform(&self, inner: E) -> Wrapped<E> {
        Wrapped {
            inner,
            outermost: self.clone(),
        }
    }
}

impl<E: Endpoint> Endpoint for Wrapped<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let outermost = &self.outermost;
        let started = Instant::now();
        let id = kernel::secrets::random_hex(8);
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        request.set_data(outermost.server.app.clone());
        request.set_data(outermost.server.clone());
        let late = listen::lateness(&request);
        let operation = outermost.routes.find(&method, &path);
        let address = client_address(&request, &outermost.server.app.settings.trusted_proxies);
        let admitted = match outermost.admit(&mut request, &path, address) {
            Ok(()) => outermost.charge(&request, address, operation).await,
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
        let mut response =
            answer.unwrap_or_else(|error| problem::shape(error, &surfaces::error_form(&path), &id));
        if let Ok(value) = id.parse() {
            response.headers_mut().insert("x-request-id", value);
        }
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            outermost.headers.complete(response.headers_mut());
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

impl Outermost {
    /// Refuses addresses that ask too often or have too much on its way, names that are not the server's, and pages that may
    /// not do this.
    fn admit(&self, request: &mut Request, path: &str, address: IpAddr) -> Result<(), Problem> {
        match self.server.app.limits.spend_request(address) {
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
            Some(operation) => Ok(costs::charge(&self.server.app, request, address, operation.cost).await?),
            None => Ok(()),
        }
    }
}
