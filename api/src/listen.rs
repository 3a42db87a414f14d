//! From a listening socket to the application: our own accept loop over hyper's HTTP/1, because poem's knows neither how
//! long a client may take nor how many connections an address may hold.
//!
//! A connection is in one of four phases ([`pace::Pace`]): its request's head arrives, the request is answered, it is kept
//! for the next one, or it is being closed. Each phase has its time in [`Deadlines`], and the bodies of requests and
//! answers a least rate. A connection that becomes a WebSocket leaves all of it behind: what then holds is the socket's own
//! keepalive.

mod arriving;
mod connections;
mod deadlines;
mod pace;
mod stream;
mod tune;

pub use arriving::lateness;
pub use connections::Connections;
pub use deadlines::Deadlines;

use arriving::{Arriving, Lateness};
use connections::{Place, Refusal};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use pace::{Pace, Sent};
use poem::endpoint::BoxEndpoint;
use poem::http::{self, HeaderValue, header, uri::Scheme};
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Endpoint, Request, RequestParts, Response};
use std::convert::Infallible;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use stream::Watched;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, Sleep, sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tune::tune;

/// A request's head holds at most this many bytes.
const MAX_HEAD: usize = 64 * 1024;
/// How long nothing is accepted after the machine refused another descriptor.
const BREATHER: Duration = Duration::from_millis(100);

/// How long connections still take requests once nothing new is accepted: those are answered that were on their way.
const LAST_REQUESTS: Duration = Duration::from_millis(250);

/// What every connection needs.
pub struct Listen {
    pub endpoint: BoxEndpoint<'static, Response>,
    pub deadlines: Deadlines,
    pub connections: Arc<Connections>,
    /// Nothing new is accepted, and connections end with the request that they are in.
    pub stop: CancellationToken,
}

/// Accepts until `stop`; then gives what is open `grace` to end.
pub async fn run(listener: TcpListener, listen: Arc<Listen>, grace: Duration) {
    let (open, cut) = (TaskTracker::new(), CancellationToken::new());
    loop {
        let accepted = tokio::select! {
            () = listen.stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => greet(stream, peer, &listen, &open, &cut),
            Err(error) if is_the_peers(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "no connection could be accepted");
                sleep(BREATHER).await;
            }
        }
    }
    drop(listener);
    open.close();
    if timeout(grace, open.wait()).await.is_err() {
        tracing::info!(connections = open.len(), "connections that did not end are cut");
        cut.cancel();
        open.wait().await;
    }
}

/// Whether only this one connection failed before it was there.
fn is_the_peers(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}

/// Serves a connection, or refuses it where its address or the server holds too many.
fn greet(
    stream: TcpStream,
    peer: SocketAddr,
    listen: &Arc<Listen>,
    open: &TaskTracker,
    cut: &CancellationToken,
) {
    match listen.connections.take(peer.ip()) {
        Ok(place) => {
            if let Err(error) = tune(&stream) {
                // it has gone already
                return tracing::debug!(%error, "a connection could not be tuned");
            }
            open.spawn(serve(stream, peer, place, listen.clone(), cut.clone()));
        }
        Err(refusal) => refuse(&stream, peer, refusal),
    }
}

/// Says why in as far as the socket's buffer takes it; waiting for the client would cost what is being saved.
fn refuse(stream: &TcpStream, peer: SocketAddr, refusal: Refusal) {
    metrics::counter!("switchboard_connections_refused_total", "reason" => refusal.name()).increment(1);
    tracing::debug!(%peer, reason = refusal.name(), "a connection is refused");
    if let Err(error) = stream.try_write(refusal.answer().as_bytes()) {
        tracing::trace!(%error, "and does not read why");
    }
}

/// Serves a connection until it ends, is late, or has become a socket.
async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    place: Place,
    listen: Arc<Listen>,
    cut: CancellationToken,
) {
    let pace = Arc::new(Pace::new(listen.deadlines));
    let local = stream.local_addr().map(Into::into).unwrap_or_default();
    let stream = Watched::new(stream, pace.clone(), place);
    let asker = Arc::new(Asker {
        listen: listen.clone(),
        pace: pace.clone(),
        local: LocalAddr(local),
        remote: RemoteAddr(peer.into()),
    });
    let service = service_fn(move |request| {
        let asker = asker.clone();
        async move { Ok::<_, Infallible>(asker.answer(request).await) }
    });
    let mut http = http1::Builder::new();
    let connection = http
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let (mut clock, mut cut) = (Clock::default(), pin!(cut.cancelled()));
    let mut stopping = pin!(async {
        listen.stop.cancelled().await;
        sleep(LAST_REQUESTS).await;
    });
    let mut is_stopping = false;
    poll_fn(|context| {
        // a request that has come already is still answered: only then does it stop
        loop {
            if connection.as_mut().poll(context).is_ready() || cut.as_mut().poll(context).is_ready() {
                return Poll::Ready(());
            }
            if is_stopping || stopping.as_mut().poll(context).is_pending() {
                break;
            }
            is_stopping = true;
            connection.as_mut().graceful_shutdown();
        }
        // all that moves the deadline happens while the connection is polled
        clock.poll(context, &pace)
    })
    .await;
    pace.end();
}

/// Wakes the connection's task when the present deadline is over.
#[derive(Default)]
struct Clock(Option<Pin<Box<Sleep>>>);

impl Clock {
    /// Ready once the client is late.
    fn poll(&mut self, context: &mut std::task::Context<'_>, pace: &Pace) -> Poll<()> {
        loop {
            let Some(deadline) = pace.deadline() else {
                return Poll::Pending;
            };
            let sleep = self.0.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
            if sleep.deadline() > deadline {
                sleep.as_mut().reset(deadline);
            }
            if sleep.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            let now = Instant::now();
            if now >= deadline {
                metrics::counter!("switchboard_connections_late_total").increment(1);
                return Poll::Ready(());
            }
            // the deadline has moved on since the clock was set
            sleep.as_mut().reset(deadline);
        }
    }
}

/// One connection's requests.
struct Asker {
    listen: Arc<Listen>,
    pace: Arc<Pace>,
    local: LocalAddr,
    remote: RemoteAddr,
}

impl Asker {
    async fn answer(&self, request: http::Request<Incoming>) -> http::Response<Sent> {
        self.pace.serving();
        let (parts, body) = request.into_parts();
        let waits = parts.headers.contains_key(header::EXPECT);
        let late = Lateness::default();
        let (body, rest) = Arriving::begin(body, self.listen.deadlines, late.clone());
        let parts = RequestParts::from((parts, self.local.clone(), self.remote.clone(), Scheme::HTTP));
        let mut request = Request::from_parts(parts, body.into());
        request.set_data(late.clone());
        let response = self.listen.endpoint.get_response(request).await;
        let mut response = http::Response::from(response);
        // what nobody read stands between this answer and the next request
        let read = !late.is_set() && rest.throw_away(waits).await;
        if !read {
            self.pace.leave_unread();
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(header::CONNECTION, close);
        }
        response.map(|body| Sent::new(body, self.pace.clone()))
    }
}
