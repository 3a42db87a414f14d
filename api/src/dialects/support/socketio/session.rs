//! One engine.io session, from its first request to its end, over polling, WebSocket, or one after the other.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// How long a session may stay without anybody signed in; with the tick that ends it, five seconds at most.
pub(super) const STAY: Duration = Duration::from_secs(4);
/// Bytes that may wait for one client; one that lets more pile up has to leave.
const MAX_WAITING: usize = 256 * 1024;
/// So many may wait before what is sent again waits for the client.
const SPACE: usize = 64 * 1024;
/// A client that takes nothing for so long is given up.
pub(super) const STALL: Duration = Duration::from_secs(30);

/// Whoever keeps the sessions of an instance.
pub(super) trait Sessions: Send + Sync {
    /// Ends a session that polls: the engine takes a client's word for it only.
    fn close(self: Arc<Self>, sid: String);

    /// A session is over.
    fn forget(&self, session: &Session);
}

/// A session. The engine keeps it, in the request that began it; everybody else only while they use it.
pub(super) struct Session {
    sessions: Weak<dyn Sessions>,
    /// Unique in this process.
    pub number: u64,
    pub address: IpAddr,
    /// The token of the first request, for clients that send it in a header.
    pub token: Option<String>,
    /// Ends the connection; see [`super::engine_connection`].
    pub cut: CancellationToken,
    /// The engine's name for it, where it began with polling.
    sid: OnceLock<String>,
    has_websocket: AtomicBool,
    waiting: AtomicUsize,
    progress: Notify,
    /// Since when nobody is signed in; none: somebody is.
    away: Mutex<Option<Instant>>,
}

impl Session {
    pub fn new(sessions: Weak<dyn Sessions>, number: u64, address: IpAddr, token: Option<String>) -> Self {
        Self {
            sessions,
            number,
            address,
            token,
            cut: CancellationToken::new(),
            sid: OnceLock::new(),
            has_websocket: AtomicBool::new(false),
            waiting: AtomicUsize::new(0),
            progress: Notify::new(),
            away: Mutex::new(Some(Instant::now())),
        }
    }

    /// Remembers what the engine called it.
    pub fn named(&self, sid: String) {
        // a session is opened once
        let _ = self.sid.set(sid);
    }

    /// The engine's name for it, where it began with polling.
    pub fn sid(&self) -> Option<&str> {
        self.sid.get().map(String::as_str)
    }

    /// Takes the one WebSocket that a session may have; false where it is taken.
    pub fn take_websocket(&self) -> bool {
        !self.has_websocket.swap(true, Ordering::AcqRel)
    }

    /// So many bytes more wait for the client; false where they are too many.
    pub fn put(&self, bytes: usize) -> bool {
        self.waiting.fetch_add(bytes, Ordering::Relaxed) + bytes <= MAX_WAITING
    }

    /// The client took so many. What the protocol adds is not counted when it is put, so this may be more.
    pub fn took(&self, bytes: usize) {
        let less = |waiting: usize| Some(waiting.saturating_sub(bytes));
        let _ = self
            .waiting
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        self.progress.notify_one();
    }

    /// Waits until there is space for more; false where the client takes nothing for too long.
    pub async fn has_space(&self) -> bool {
        while self.waiting.load(Ordering::Relaxed) > SPACE {
            tokio::select! {
                () = self.progress.notified() => {}
                () = self.cut.cancelled() => return false,
                () = tokio::time::sleep(STALL) => return false,
            }
        }
        true
    }

    /// Somebody has signed in, or nobody is any more.
    pub fn set_away(&self, away: bool) {
        let mut since = self.away.lock().unwrap_or_else(PoisonError::into_inner);
        *since = away.then(Instant::now);
    }

    /// Whether nobody has been signed in for so long that it has to end.
    pub fn overstays(&self, now: Instant) -> bool {
        let since = self.away.lock().unwrap_or_else(PoisonError::into_inner);
        since.is_some_and(|since| now.saturating_duration_since(since) >= STAY)
    }

    /// Ends it, whatever it is transported by. The client sees a lost connection and comes back, here or elsewhere.
    pub fn end(&self) {
        self.cut.cancel();
        if let (Some(sessions), Some(sid)) = (self.sessions.upgrade(), self.sid()) {
            sessions.close(sid.to_owned());
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(sessions) = self.sessions.upgrade() {
            sessions.forget(self);
        }
    }
}
