//! What waits to be written to one socket: bounded, and never dropped silently.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// Frames that may wait.
const MAX_FRAMES: usize = 256;
/// Bytes that may wait.
const MAX_BYTES: usize = 256 * 1024;

/// Why a socket is to be closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    pub code: u16,
    /// At most 123 bytes reach the client (RFC 6455 §5.5).
    pub reason: Cow<'static, str>,
}

impl Closing {
    /// A close code and its reason, which a client may show.
    pub fn new(code: u16, reason: impl Into<Cow<'static, str>>) -> Self {
        let reason = reason.into();
        Self { code, reason }
    }
}

/// Frames with the changes that they tell of.
pub type Frames = VecDeque<(i64, Utf8Bytes)>;

/// A socket's queue.
#[derive(Default)]
pub struct Outbox {
    state: Mutex<State>,
    notify: Notify,
}

#[derive(Default)]
struct State {
    frames: Frames,
    bytes: usize,
    closing: Option<Closing>,
    /// Caught up with the database: before that, frames are held.
    live: bool,
    /// The newest change that the client was sent: what a room delivers late is not sent twice.
    told: i64,
}

impl Outbox {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a frame. `rev` is the change that it tells of, 0 for what is not a change. A queue that runs over
    /// closes its socket with 4008; the client resumes where it was.
    pub fn push(&self, rev: i64, frame: Utf8Bytes) {
        let mut state = self.state();
        if state.closing.is_some() || (rev != 0 && rev <= state.told) {
            return;
        }
        if state.live {
            state.told = state.told.max(rev);
        }
        state.bytes += frame.len();
        state.frames.push_back((rev, frame));
        if state.frames.len() > MAX_FRAMES || state.bytes > MAX_BYTES {
            metrics::counter!("switchboard_sockets_overflowed_total").increment(1);
            state.close(Closing::new(
                crate::socket::code::TOO_SLOW,
                "Too slow: reconnect and resume",
            ));
        }
        let wake = state.live || state.closing.is_some();
        drop(state);
        if wake {
            self.notify.notify_one();
        }
    }

    /// Closes the socket; what waits is not written any more.
    pub fn close(&self, why: Closing) {
        self.state().close(why);
        self.notify.notify_one();
    }

    /// The socket has caught up to `head`: held frames of older changes are left out, the rest may go.
    pub fn go_live(&self, head: i64) {
        let mut state = self.state();
        state.live = true;
        state.frames.retain(|(rev, _)| *rev == 0 || *rev > head);
        state.bytes = state.frames.iter().map(|(_, frame)| frame.len()).sum();
        state.told = state
            .frames
            .iter()
            .map(|(rev, _)| *rev)
            .max()
            .unwrap_or(0)
            .max(head);
        drop(state);
        self.notify.notify_one();
    }

    /// Waits until there is something to do: frames that may go, or a reason to close.
    pub async fn ready(&self) {
        self.wait_for(|state| state.closing.is_some() || (state.live && !state.frames.is_empty()))
            .await;
    }

    /// Waits until there is a reason to close.
    pub async fn closed(&self) {
        self.wait_for(|state| state.closing.is_some()).await;
    }

    async fn wait_for(&self, is_so: impl Fn(&State) -> bool) {
        loop {
            // registered before the look, so that no change falls between the two
            let changed = self.notify.notified();
            if is_so(&self.state()) {
                return;
            }
            changed.await;
        }
    }

    /// Takes what waits, each frame with its change, and why to close if that is so. The queue's room goes with
    /// it: an idle socket keeps none.
    pub fn take(&self) -> (Frames, Option<Closing>) {
        let mut state = self.state();
        state.bytes = 0;
        (std::mem::take(&mut state.frames), state.closing.clone())
    }

    /// Why the socket is to be closed, if it is.
    pub fn closing(&self) -> Option<Closing> {
        self.state().closing.clone()
    }
}

impl State {
    fn close(&mut self, why: Closing) {
        if self.closing.is_none() {
            self.closing = Some(why);
            self.frames = VecDeque::new();
            self.bytes = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(outbox: &Outbox) -> (Vec<Utf8Bytes>, Option<Closing>) {
        let (frames, closing) = outbox.take();
        (frames.into_iter().map(|(_, frame)| frame).collect(), closing)
    }

    #[test]
    fn held_frames_of_changes_already_read_are_left_out() {
        let outbox = Outbox::default();
        for rev in [0, 3, 4, 5] {
            outbox.push(rev, format!("{rev}").into());
        }
        outbox.go_live(4);
        assert_eq!(taken(&outbox).0, ["0", "5"]);
    }

    #[test]
    fn a_change_that_a_room_delivers_late_is_not_sent_twice() {
        let outbox = Outbox::default();
        outbox.push(6, "6".into());
        outbox.go_live(5);
        for rev in [4, 5, 6, 7, 0, 7] {
            outbox.push(rev, format!("{rev}").into());
        }
        assert_eq!(taken(&outbox).0, ["6", "7", "0"]);
    }

    #[test]
    fn a_queue_that_runs_over_by_count_or_by_bytes_closes_with_4008() {
        for (count, size) in [(MAX_FRAMES + 1, 1), (5, MAX_BYTES / 4)] {
            let outbox = Outbox::default();
            (0..count).for_each(|_| outbox.push(0, "x".repeat(size).into()));
            let (frames, closing) = taken(&outbox);
            assert!(frames.is_empty());
            assert_eq!(closing.map(|closing| closing.code), Some(4008));
        }
    }

    #[test]
    fn the_first_reason_to_close_stands() {
        let outbox = Outbox::default();
        outbox.close(Closing::new(4014, "a"));
        outbox.close(Closing::new(4012, "b"));
        outbox.push(0, "late".into());
        assert_eq!(taken(&outbox), (Vec::new(), Some(Closing::new(4014, "a"))));
    }
}
