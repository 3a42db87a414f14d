//! socketioxide as this server uses it: its settings, its namespace, its two entrances.

use super::engine_connection::EngineConnection;
use super::session::Session;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http_body_util::{BodyExt, Full};
use hyper::body::Body;
use hyper::service::Service;
use poem::http::{Method, Request, Response, StatusCode, header};
use serde_json::Value;
use socketioxide::extract::{SocketRef, TryData};
use socketioxide::{ParserConfig, SocketIo};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

/// A polling body, a WebSocket frame and a message hold at most this many bytes.
pub(super) const MAX_PAYLOAD: usize = 64 * 1024;
/// Where the engine believes to be mounted.
const PATH: &str = "/socket.io";
/// The namespace, and its name for clients whose address has a path, which they take for a part of it.
const NAMESPACES: [&str; 2] = ["/notifications", "/as/support/notifications"];

/// How often a client is asked whether it is there…
const PING: Duration = Duration::from_secs(25);
/// …and how long it may take to answer.
const PONG: Duration = Duration::from_secs(20);
/// How long the change from polling to WebSocket may take.
const UPGRADE: Duration = Duration::from_secs(10);
/// Packets that may wait for one client. What they weigh is limited in [`Session`], and that limit is met first.
const QUEUE: usize = 1024;

/// An answer to a polling request.
pub(super) struct Answer {
    pub status: StatusCode,
    pub content_type: &'static str,
    pub body: Bytes,
}

impl Answer {
    async fn of(response: Response<impl Body<Data = Bytes, Error = Infallible>>) -> Self {
        let (parts, body) = response.into_parts();
        let content_type = parts.headers.get(header::CONTENT_TYPE);
        let is_json = content_type.is_some_and(|value| value == "application/json");
        Self {
            status: parts.status,
            content_type: if is_json {
                "application/json"
            } else {
                "text/plain; charset=UTF-8"
            },
            body: match body.collect().await {
                Ok(body) => body.to_bytes(),
                Err(never) => match never {},
            },
        }
    }
}

type Answering = Box<dyn Fn(Request<Bytes>) -> BoxFuture<'static, Answer> + Send + Sync>;
type Adopting = Box<dyn Fn(EngineConnection, Request<()>) + Send + Sync>;

/// The engine's two entrances.
pub(super) struct Engine {
    answer: Answering,
    adopt: Adopting,
}

impl Engine {
    /// An engine that hands over whoever connects to the namespace, and what they sign in with.
    pub fn start<F>(connected: impl Fn(SocketRef, Value) -> F + Clone + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (service, io) = SocketIo::builder()
            // binary packets have no use here: one that announces attachments ends its session
            .with_parser(ParserConfig::common().max_incoming_binaries(0))
            .ping_interval(PING)
            .ping_timeout(PONG)
            .upgrade_timeout(UPGRADE)
            .connect_timeout(super::session::STAY)
            .max_buffer_size(QUEUE)
            .max_payload(MAX_PAYLOAD as u64)
            .ws_read_buffer_size(512)
            .ws_max_frame_size(MAX_PAYLOAD)
            .ws_max_message_size(MAX_PAYLOAD)
            .build_svc();
        // many clients join it first, whatever they are here for; nothing is said there
        io.ns("/", async |_: SocketRef| {});
        for namespace in NAMESPACES {
            let connected = connected.clone();
            io.ns(
                namespace,
                move |socket: SocketRef, TryData(auth): TryData<Value>| {
                    connected(socket, auth.unwrap_or_default())
                },
            );
        }
        let polled = service.clone();
        Self {
            answer: Box::new(move |request| {
                let answer = polled.call(request.map(Full::new));
                Box::pin(async move {
                    match answer.await {
                        Ok(response) => Answer::of(response).await,
                        Err(never) => match never {},
                    }
                })
            }),
            adopt: Box::new(move |wire, request| {
                let service = service.clone();
                // it only fails for a request that the endpoint has refused before
                tokio::spawn(async move {
                    if let Err(error) = service.call((wire, request)).await {
                        tracing::debug!(%error, "a WebSocket was refused");
                    }
                });
            }),
        }
    }

    /// Answers a polling request.
    pub async fn answer(&self, request: Request<Bytes>) -> Answer {
        (self.answer)(request).await
    }

    /// Serves a WebSocket until it ends.
    pub fn adopt(&self, wire: EngineConnection, request: Request<()>) {
        (self.adopt)(wire, request);
    }
}

/// The engine.io session behind a socket.
pub(super) fn session_of(socket: &SocketRef) -> Option<Arc<Session>> {
    socket.req_parts().extensions.get::<Arc<Session>>().cloned()
}

/// The request as the engine needs it. The engine keeps the first one of a session as long as the session lives: it
/// holds no header and no token, only the session.
pub(super) fn bare<B>(
    method: Method,
    transport: &str,
    sid: Option<&str>,
    session: &Arc<Session>,
    body: B,
) -> Option<Request<B>> {
    let sid = sid.map(|sid| format!("&sid={sid}")).unwrap_or_default();
    let uri = format!("{}?EIO=4&transport={transport}{sid}", PATH);
    let request = Request::builder().method(method).uri(uri);
    request.extension(session.clone()).body(body).ok()
}
