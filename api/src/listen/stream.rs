//! An accepted connection, which tells its [`Pace`] what moves, and gives its place back when it is gone.

use super::connections::Place;
use super::pace::Pace;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// The stream of HTTP, and of the socket that it may become.
pub struct Watched {
    stream: TcpStream,
    /// None once HTTP is over: a socket carries none of it.
    pace: Option<Arc<Pace>>,
    /// Bytes that are still thrown away after closing.
    leftover: usize,
    is_shut: bool,
    _place: Place,
}

/// So much of what a client goes on sending is thrown away, that it gets to read the answer (RFC 9112 §9.6).
const LINGER_BYTES: usize = 64 * 1024 * 1024;

impl Watched {
    pub fn new(stream: TcpStream, pace: Arc<Pace>, place: Place) -> Self {
        Self {
            stream,
            pace: Some(pace),
            leftover: LINGER_BYTES,
            is_shut: false,
            _place: place,
        }
    }

    fn pace(&mut self) -> Option<&Arc<Pace>> {
        if self.pace.as_ref().is_some_and(|pace| pace.is_over()) {
            self.pace = None;
        }
        self.pace.as_ref()
    }

    fn wrote(&mut self, written: &Poll<io::Result<usize>>) -> io::Result<()> {
        let Some(pace) = self.pace() else { return Ok(()) };
        match written {
            Poll::Pending => pace.blocked(),
            Poll::Ready(Ok(bytes)) => pace.took(*bytes)?,
            Poll::Ready(Err(_)) => {}
        }
        Ok(())
    }

    /// Reads and throws away until the client has seen the end, or has sent enough.
    fn poll_leftover(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut buffer = [const { std::mem::MaybeUninit::uninit() }; 16 * 1024];
        loop {
            let mut read = ReadBuf::uninit(&mut buffer);
            ready!(Pin::new(&mut self.stream).poll_read(context, &mut read))?;
            let length = read.filled().len();
            self.leftover = self.leftover.saturating_sub(length);
            if length == 0 || self.leftover == 0 {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        if buffer.filled().len() > before
            && let Some(pace) = self.pace()
        {
            pace.received();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.wrote(&written)?;
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.wrote(&written)?;
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.is_shut {
            ready!(Pin::new(&mut self.stream).poll_shutdown(context))?;
            self.is_shut = true;
        }
        if self.pace().is_some_and(|pace| pace.linger()) {
            return self.poll_leftover(context);
        }
        Poll::Ready(Ok(()))
    }
}
