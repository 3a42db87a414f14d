//! Socket.IO v4 at `/socket.io/`: polling, WebSocket, and the upgrade from one to the other.
//!
//! socketioxide speaks the protocol; this file is its endpoint, behind poem: who may come in, how much they may send, and
//! when they have to leave. One engine.io session is a [`Session`]; whoever signed in to the namespace is a
//! [`Member`](registry::Member).

mod engine;
mod engine_connection;
mod join;
mod registry;
mod session;
mod socket_frames;

use crate::app::ServerState;
use crate::bearer::client_address;
use crate::body;
use crate::problem::Problem;
use crate::routes::Page;
use crate::upgrade::{self, Upgrade};
use bytes::Bytes;
use engine::{Engine, MAX_PAYLOAD, bare};
use engine_connection::EngineConnection;
use poem::http::{Method, StatusCode, header};
use poem::{Endpoint, Request, Response, Result};
use registry::Registry;
use session::Session;
use std::sync::Arc;
use std::time::Duration;

/// How long a polling body may take to arrive.
const POLL_BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// `/socket.io`, and the same under the mount: polls read by `GET` and write by `POST`; a WebSocket begins with a `GET`.
pub fn pages(server: &ServerState) -> [Page; 2] {
    let registry = Registry::start(server, |registry| {
        Engine::start(move |socket, auth| {
            let registry = registry.clone();
            async move {
                if let Some(registry) = registry.upgrade() {
                    join::join(registry, socket, auth).await;
                }
            }
        })
    });
    let paths = ["/socket.io", "/as/support/socket.io"];
    paths.map(|path| {
        let methods = &[Method::GET, Method::POST];
        Page::at(path, methods, SocketIoEndpoint(registry.clone()))
    })
}

struct SocketIoEndpoint(Arc<Registry>);

/// What a request wants, by its query.
struct EngineQuery {
    sid: Option<String>,
    websocket: bool,
}

impl Endpoint for SocketIoEndpoint {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        if self.0.server.hub.is_draining() {
            let refusal = Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "draining",
                "The server is restarting",
            );
            return Err(refusal.into());
        }
        let query = match EngineQuery::of(&request) {
            Ok(query) => query,
            Err((code, message)) => return Ok(refuse(code, message)),
        };
        let session = match &query.sid {
            Some(sid) => match self.0.session(sid) {
                Some(session) => session,
                None => return Ok(refuse(1, "Session ID unknown")),
            },
            None if request.method() != Method::GET => return Ok(refuse(2, "Bad handshake method")),
            None => self.open(&request)?,
        };
        if query.websocket {
            Ok(self.upgrade(&request, query.sid.as_deref(), session))
        } else {
            self.poll(request, query.sid.as_deref(), session).await
        }
    }
}

impl SocketIoEndpoint {
    fn open(&self, request: &Request) -> Result<Arc<Session>, Problem> {
        let trusted = &self.0.server.app.settings.trusted_proxies;
        let address = client_address(request, trusted);
        let session = self.0.open(address, upgrade::token(request));
        session.ok_or_else(|| {
            Problem::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_sockets",
                "Too many connections",
            )
        })
    }

    /// Answers 101 and gives the connection to the engine.
    fn upgrade(&self, request: &Request, sid: Option<&str>, session: Arc<Session>) -> Response {
        let upgrade = match Upgrade::of(request) {
            Ok(upgrade) => upgrade,
            Err(refusal) => return *refusal,
        };
        if !session.take_websocket() {
            return refuse(3, "Bad request");
        }
        let Some(bare) = bare(Method::GET, "websocket", sid, &session, ()) else {
            return refuse(1, "Session ID unknown");
        };
        let (registry, tasks) = (self.0.clone(), &self.0.server.hub.tasks);
        let token = tasks.token();
        let serve = move |stream| {
            registry
                .engine
                .adopt(EngineConnection::new(stream, session, token), bare);
            std::future::ready(())
        };
        upgrade.accept_raw(serve, tasks)
    }

    async fn poll(&self, mut request: Request, sid: Option<&str>, session: Arc<Session>) -> Result<Response> {
        let (method, mut body) = (
            request.method().clone(),
            poem::RequestBody::new(request.take_body()),
        );
        let body = match method {
            Method::POST => tokio::time::timeout(
                POLL_BODY_TIMEOUT,
                body::read_up_to(MAX_PAYLOAD, &request, &mut body),
            )
            .await
            .unwrap_or_else(|_| Err(Problem::too_slow()))?,
            Method::GET => Bytes::new(),
            _ => return Ok(refuse(3, "Bad request")),
        };
        let Some(bare) = bare(method.clone(), "polling", sid, &session, body) else {
            return Ok(refuse(1, "Session ID unknown"));
        };
        let answer = self.0.engine.answer(bare).await;
        if sid.is_none() {
            self.0.remember(&session, &answer.body);
        }
        if method == Method::GET {
            session.took(answer.body.len());
        }
        let response = Response::builder()
            .status(answer.status)
            .header(header::CACHE_CONTROL, "no-store")
            .content_type(answer.content_type);
        Ok(response.body(answer.body))
    }
}

impl EngineQuery {
    /// What a request's query says, or the number and words of a refusal.
    fn of(request: &Request) -> Result<Self, (u8, &'static str)> {
        Self::read(request.uri().query().unwrap_or_default(), request.method())
    }

    fn read(query: &str, method: &Method) -> Result<Self, (u8, &'static str)> {
        let mut pairs: Vec<_> = upgrade::url_pairs(query).collect();
        let mut take = |name: &str| {
            let at = pairs.iter().position(|(of, _)| of == name)?;
            Some(pairs.swap_remove(at).1)
        };
        let websocket = match take("transport").as_deref() {
            Some("polling") => false,
            Some("websocket") => true,
            _ => return Err((0, "Transport unknown")),
        };
        if take("EIO").as_deref() != Some("4") {
            return Err((5, "Unsupported protocol version"));
        }
        if websocket && *method != Method::GET {
            return Err((3, "Bad request"));
        }
        Ok(Self {
            sid: take("sid"),
            websocket,
        })
    }
}

/// A refusal in engine.io's form and with its numbers.
fn refuse(code: u8, message: &str) -> Response {
    let body = serde_json::json!({"code": code, "message": message});
    Response::builder()
        .status(StatusCode::BAD_REQUEST)
        .content_type("application/json")
        .body(body.to_string())
}

/// What strangers send here, for the fuzz targets: a query, and what is asked of the namespace.
#[cfg(feature = "testing")]
pub(crate) fn read_anything(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = EngineQuery::read(&text, &Method::GET);
    if let Ok(query) = serde_json::from_str(&text) {
        let _ = socket_frames::since(&query);
    }
}
