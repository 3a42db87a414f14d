//! A request's body on its way, with the time that its client may take, and what becomes of the part that nobody read.

use super::deadlines::Deadlines;
use super::pace::is_too_slow;
use bytes::Bytes;
use http_body_util::BodyExt;
use http_body_util::combinators::BoxBody;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use poem::Request;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use tokio::time::{Duration, Instant, Sleep, sleep_until, timeout};

/// So much of a body that nobody read is read and thrown away, so that the connection can be used again.
const DRAIN_BYTES: usize = 1024 * 1024;
/// And so long it may take.
const DRAIN_TIME: Duration = Duration::from_secs(2);

/// Whether a request's body came too slowly; shared with whoever answers.
#[derive(Clone, Debug, Default)]
pub struct Lateness(Arc<AtomicBool>);

impl Lateness {
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The body's lateness, to be looked at after the request was answered: whatever the handler made of the body's error, the
/// reason was this.
pub fn lateness(request: &Request) -> Lateness {
    request.data::<Lateness>().cloned().unwrap_or_default()
}

/// What a handler reads.
pub struct Arriving {
    /// None once it was given back.
    body: Option<Incoming>,
    left: Arc<Mutex<Option<Incoming>>>,
    deadlines: Deadlines,
    clock: Option<Pin<Box<Sleep>>>,
    waiting: Option<Instant>,
    waited: Duration,
    bytes: u64,
    late: Lateness,
}

/// What a handler left unread.
pub struct Rest(Arc<Mutex<Option<Incoming>>>);

impl Arriving {
    /// The body as poem takes it, and what will be left of it.
    pub fn begin(body: Incoming, deadlines: Deadlines, late: Lateness) -> (BoxBody<Bytes, io::Error>, Rest) {
        let left = Arc::new(Mutex::new(None));
        let arriving = Self {
            body: Some(body),
            left: left.clone(),
            deadlines,
            clock: None,
            waiting: None,
            waited: Duration::ZERO,
            bytes: 0,
            late,
        };
        (BoxBody::new(arriving), Rest(left))
    }

    fn too_late(&self) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.late.0.store(true, Ordering::Relaxed);
        Poll::Ready(Some(Err(io::ErrorKind::TimedOut.into())))
    }

    /// Nothing is there: since when, and is that too long?
    fn wait(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let since = *self.waiting.get_or_insert_with(Instant::now);
        let deadline = since + self.deadlines.stall;
        let clock = self.clock.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if clock.deadline() != deadline {
            clock.as_mut().reset(deadline);
        }
        clock.as_mut().poll(context)
    }
}

impl Body for Arriving {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.late.is_set() {
            return self.too_late();
        }
        let Some(body) = self.body.as_mut() else {
            return Poll::Ready(None);
        };
        let Poll::Ready(frame) = Pin::new(body).poll_frame(context) else {
            return match self.wait(context) {
                Poll::Ready(()) => self.too_late(),
                Poll::Pending => Poll::Pending,
            };
        };
        if let Some(since) = self.waiting.take() {
            self.waited += since.elapsed();
        }
        let data = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref());
        self.bytes += data.map_or(0, |data| data.len() as u64);
        if frame.is_some() && is_too_slow(&self.deadlines, self.bytes, self.waited) {
            return self.too_late();
        }
        Poll::Ready(frame.map(|frame| frame.map_err(io::Error::other)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Incoming::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map(Body::size_hint).unwrap_or_default()
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        let unread = self.body.take().filter(|body| !body.is_end_stream());
        *self.left.lock().unwrap_or_else(PoisonError::into_inner) = unread;
    }
}

impl Rest {
    /// Reads the rest and throws it away, if it is small and comes soon. Whether the request has been read to its end.
    /// Who waits for a `100 Continue` is not asked for a body that nobody wants.
    pub async fn throw_away(self, waits: bool) -> bool {
        let rest = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut rest) = rest else { return true };
        if waits || rest.size_hint().lower() > DRAIN_BYTES as u64 {
            return false;
        }
        let read = timeout(DRAIN_TIME, async {
            let mut left = DRAIN_BYTES;
            while let Some(frame) = rest.frame().await {
                let Ok(frame) = frame else { return false };
                let length = frame.data_ref().map_or(0, Bytes::len);
                let Some(less) = left.checked_sub(length) else {
                    return false;
                };
                left = less;
            }
            true
        });
        read.await.unwrap_or(false)
    }
}
