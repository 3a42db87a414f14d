//! A WebSocket's connection as the engine gets it: one that we can end, that gives up a client which takes nothing, and
//! that knows how much was written.

use super::session::{STALL, Session};
use futures_util::future::BoxFuture;
use poem::Upgraded;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_util::sync::WaitForCancellationFutureOwned;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// A connection. The engine itself would wait forever for a client that stopped reading, and would keep the session of
/// one that left in the middle of its upgrade.
pub(super) struct EngineConnection {
    stream: Upgraded,
    session: Arc<Session>,
    cut: Pin<Box<WaitForCancellationFutureOwned>>,
    /// Runs while a write has to wait.
    stalled: Option<BoxFuture<'static, ()>>,
    /// The client stalled, or the session was cut while a write had to wait: nothing waits any more.
    is_given_up: bool,
    /// The drain waits for it.
    _token: TaskTrackerToken,
}

impl EngineConnection {
    pub fn new(stream: Upgraded, session: Arc<Session>, token: TaskTrackerToken) -> Self {
        Self {
            stream,
            cut: Box::pin(session.cut.clone().cancelled_owned()),
            session,
            stalled: None,
            is_given_up: false,
            _token: token,
        }
    }

    /// A write's outcome; one that has to wait fails when the client stalls or the session is cut.
    fn bounded<T>(&mut self, cx: &mut Context<'_>, outcome: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.stalled = None;
            return outcome;
        }
        if self.is_given_up {
            return Poll::Ready(Err(ErrorKind::TimedOut.into()));
        }
        let cut = &self.session.cut;
        let stalled = self.stalled.get_or_insert_with(|| {
            let cut = cut.clone().cancelled_owned();
            Box::pin(async move {
                let _ = tokio::time::timeout(STALL, cut).await;
            })
        });
        ready!(stalled.as_mut().poll(cx));
        self.stalled = None;
        self.is_given_up = true;
        Poll::Ready(Err(ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for EngineConnection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.cut.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for EngineConnection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        if let Poll::Ready(Ok(count)) = &written {
            self.session.took(*count);
        }
        self.bounded(cx, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        self.bounded(cx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.bounded(cx, shut)
    }
}

impl Drop for EngineConnection {
    /// Without its connection the session is over, also where the upgrade failed half-way.
    fn drop(&mut self) {
        self.session.end();
    }
}
