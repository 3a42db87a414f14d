//! How far a connection is, and until when it has to be further.

use super::deadlines::Deadlines;
use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use hyper::body::{Body, Frame, SizeHint};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use tokio::time::{Duration, Instant};

/// One connection's state, shared by its stream, its answers and the task that drives it.
pub struct Pace {
    deadlines: Deadlines,
    state: Mutex<State>,
}

struct State {
    phase: Phase,
    since: Instant,
    writes: Writes,
    /// The answer did not wait for the rest of the request.
    is_unread: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// A request's head is on its way.
    Head,
    /// A request is being answered; its body has its own clock.
    Serving,
    /// Nothing is on its way.
    Idle,
    /// Closed by us, while the client still sends.
    Lingering,
    /// HTTP is over: the stream is a socket's, or gone.
    Over,
}

/// What the client took of an answer.
#[derive(Default)]
struct Writes {
    blocked: Option<Instant>,
    waited: Duration,
    bytes: u64,
}

impl Pace {
    pub fn new(deadlines: Deadlines) -> Self {
        Self {
            deadlines,
            state: Mutex::new(State {
                phase: Phase::Head,
                since: Instant::now(),
                writes: Writes::default(),
                is_unread: false,
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The client sent something: after a pause, the next head begins.
    pub fn received(&self) {
        let mut state = self.state();
        if state.phase == Phase::Idle {
            state.enter(Phase::Head);
        }
    }

    /// A whole head is there.
    pub fn serving(&self) {
        let mut state = self.state();
        state.writes = Writes::default();
        state.enter(Phase::Serving);
    }

    fn answered(&self) {
        let mut state = self.state();
        if state.phase == Phase::Serving {
            state.enter(Phase::Idle);
        }
    }

    /// The stream is closed after the answer although the request has not been read to its end.
    pub fn leave_unread(&self) {
        self.state().is_unread = true;
    }

    /// Whether to go on reading after closing; begins that phase.
    pub fn linger(&self) -> bool {
        let mut state = self.state();
        if state.is_unread && state.phase != Phase::Lingering {
            state.enter(Phase::Lingering);
        }
        state.is_unread
    }

    /// HTTP is over.
    pub fn end(&self) {
        self.state().enter(Phase::Over);
    }

    /// Whether HTTP is over.
    pub fn is_over(&self) -> bool {
        self.state().phase == Phase::Over
    }

    /// The client takes nothing at the moment.
    pub fn blocked(&self) {
        let mut state = self.state();
        state.writes.blocked.get_or_insert_with(Instant::now);
    }

    /// The client took this many bytes.
    ///
    /// # Errors
    /// Too few of them, for how long it has been waited for.
    pub fn took(&self, bytes: usize) -> io::Result<()> {
        let mut state = self.state();
        let writes = &mut state.writes;
        writes.bytes += bytes as u64;
        if let Some(since) = writes.blocked.take() {
            writes.waited += since.elapsed();
        }
        if is_too_slow(&self.deadlines, writes.bytes, writes.waited) {
            return Err(io::ErrorKind::TimedOut.into());
        }
        Ok(())
    }

    /// When the client is late.
    pub fn deadline(&self) -> Option<Instant> {
        let state = self.state();
        let phase = match state.phase {
            Phase::Head => Some(self.deadlines.head),
            Phase::Idle => Some(self.deadlines.idle),
            Phase::Lingering => Some(self.deadlines.linger),
            Phase::Serving | Phase::Over => None,
        };
        let phase = phase.map(|time| state.since + time);
        let write = state.writes.blocked.map(|since| since + self.deadlines.stall);
        phase.into_iter().chain(write).min()
    }
}

impl State {
    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.since = Instant::now();
    }
}

/// Whether so many bytes are too few for the time that they were waited for. A short wait proves nothing.
pub fn is_too_slow(deadlines: &Deadlines, bytes: u64, waited: Duration) -> bool {
    waited >= deadlines.stall && (bytes as f64) < waited.as_secs_f64() * f64::from(deadlines.least_rate)
}

/// An answer's body: when it is gone, the connection waits for the next request.
pub struct Sent {
    body: BoxBody<Bytes, io::Error>,
    pace: Arc<Pace>,
}

impl Sent {
    pub fn new(body: BoxBody<Bytes, io::Error>, pace: Arc<Pace>) -> Self {
        Self { body, pace }
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        self.pace.answered();
    }
}

impl Body for Sent {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
