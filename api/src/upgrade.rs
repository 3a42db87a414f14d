//! From an HTTP request to a WebSocket (RFC 6455 §4.2), with the settings that keep an idle one small.

use poem::http::{HeaderMap, Method, StatusCode, header};
use poem::{Request, Response};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

/// A client's frame or message holds at most this many bytes.
pub const MAX_FRAME: usize = 64 * 1024;

/// An accepted WebSocket; boxed, because every future that it passes through would hold its size.
pub type WebSocket = Box<WebSocketStream<poem::Upgraded>>;

/// A request that asks for a WebSocket.
pub struct Upgrade {
    upgraded: poem::OnUpgrade,
    accept: String,
    protocol: Option<&'static str>,
}

/// Where a client may put its token, in this order: `?token=`, `Authorization: Bearer`, the subprotocol
/// `bearer, <token>` (browsers cannot set headers).
pub fn token(request: &Request) -> Option<String> {
    let query = request.uri().query().unwrap_or_default();
    let mut pairs = url_pairs(query);
    if let Some((_, token)) = pairs.find(|(name, token)| name == "token" && !token.is_empty()) {
        return Some(token);
    }
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    if let Some(value) = header(header::AUTHORIZATION)
        && let Some((scheme, token)) = value.split_once(' ')
        && scheme.eq_ignore_ascii_case("bearer")
    {
        return Some(token.trim().to_owned());
    }
    let mut protocols = header(header::SEC_WEBSOCKET_PROTOCOL)?.split(',').map(str::trim);
    (protocols.next() == Some("bearer"))
        .then(|| protocols.next().map(str::to_owned))
        .flatten()
}

/// The pairs of a query string, decoded.
pub fn url_pairs(query: &str) -> impl Iterator<Item = (String, String)> + '_ {
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        percent_encoding::percent_decode_str(&text)
            .decode_utf8_lossy()
            .into_owned()
    };
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(move |(name, value)| (decode(name), decode(value)))
}

impl Upgrade {
    /// Reads the handshake; anything else than a WebSocket request gets 405, 426 or 400.
    pub fn of(request: &Request) -> Result<Self, Box<Response>> {
        let headers = request.headers();
        let refuse = |status: StatusCode| Response::builder().status(status);
        if request.method() != Method::GET {
            let refusal = refuse(StatusCode::METHOD_NOT_ALLOWED).header(header::ALLOW, "GET");
            return Err(Box::new(refusal.body("A WebSocket begins with a GET")));
        }
        if !has(headers, header::UPGRADE, "websocket") || !has(headers, header::CONNECTION, "upgrade") {
            let refusal = refuse(StatusCode::UPGRADE_REQUIRED).header(header::UPGRADE, "websocket");
            return Err(Box::new(refusal.body("This address speaks WebSocket")));
        }
        let bad = |why: &'static str| Box::new(refuse(StatusCode::BAD_REQUEST).body(why));
        if !has(headers, header::SEC_WEBSOCKET_VERSION, "13") {
            let refusal = refuse(StatusCode::BAD_REQUEST).header(header::SEC_WEBSOCKET_VERSION, "13");
            return Err(Box::new(refusal.body("WebSocket version 13 is spoken here")));
        }
        let Some(key) = headers.get(header::SEC_WEBSOCKET_KEY) else {
            return Err(bad("The Sec-WebSocket-Key header is missing"));
        };
        let upgraded = request
            .take_upgrade()
            .map_err(|_| bad("This connection cannot be upgraded"))?;
        let protocols = headers
            .get(header::SEC_WEBSOCKET_PROTOCOL)
            .and_then(|value| value.to_str().ok());
        let bearer = protocols.is_some_and(|list| list.split(',').any(|name| name.trim() == "bearer"));
        Ok(Self {
            upgraded,
            accept: derive_accept_key(key.as_bytes()),
            protocol: bearer.then_some("bearer"),
        })
    }

    /// Answers 101 and gives the socket to `serve` once it is there.
    pub fn accept<F>(
        self,
        serve: impl FnOnce(WebSocket) -> F + Send + 'static,
        tasks: &tokio_util::task::TaskTracker,
    ) -> Response
    where
        F: Future<Output = ()> + Send + 'static,
    {
        // boxed: the handshake's state is not kept for the life of the socket
        let serve = move |stream| Box::pin(async move { serve(Box::pin(adopt(stream)).await).await });
        self.accept_raw(serve, tasks)
    }

    /// The same for whoever speaks WebSocket itself: `serve` is given the bare connection.
    pub fn accept_raw<F>(
        self,
        serve: impl FnOnce(poem::Upgraded) -> F + Send + 'static,
        tasks: &tokio_util::task::TaskTracker,
    ) -> Response
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let upgraded = self.upgraded;
        tasks.spawn(async move {
            match upgraded.await {
                Ok(stream) => serve(stream).await,
                Err(error) => tracing::debug!(%error, "a client left during its handshake"),
            }
        });
        let mut response = Response::builder()
            .status(StatusCode::SWITCHING_PROTOCOLS)
            .header(header::CONNECTION, "upgrade")
            .header(header::UPGRADE, "websocket")
            .header(header::SEC_WEBSOCKET_ACCEPT, self.accept);
        if let Some(protocol) = self.protocol {
            response = response.header(header::SEC_WEBSOCKET_PROTOCOL, protocol);
        }
        response.finish()
    }
}

async fn adopt(stream: poem::Upgraded) -> WebSocket {
    let config = WebSocketConfig::default()
        // allocated at once, per socket
        .read_buffer_size(256)
        // several frames become one write; grows only while frames are being written
        .write_buffer_size(16 * 1024)
        .max_write_buffer_size(1024 * 1024)
        .max_message_size(Some(MAX_FRAME))
        .max_frame_size(Some(MAX_FRAME));
    Box::new(WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await)
}

fn has(headers: &HeaderMap, name: header::HeaderName, word: &str) -> bool {
    let mut values = headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok());
    values.any(|value| {
        value
            .split(',')
            .any(|item| item.trim().eq_ignore_ascii_case(word))
    })
}
