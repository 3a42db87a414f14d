//! What waits to be written to one socket: bounded, and never dropped silently.

use crate::close::{CloseCode, Closing};
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// Frames that may wait.
const MAX_FRAMES: usize = 256;
/// Bytes that may wait.
const MAX_BYTES: usize = 256 * 1024;

/// Frames, each with the change that it shows.
pub type Frames = VecDeque<(i64, Utf8Bytes)>;

/// What waits for one socket.
#[derive(Default)]
pub struct SendQueue {
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
    /// The newest change that the client was sent: what is delivered late is not sent twice.
    delivered_rev: i64,
}

impl SendQueue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a frame. `rev` is the change that it shows, 0 for what is not a change. A queue that runs over
    /// closes its socket with 4008; the client resumes where it was.
    pub fn push(&self, rev: i64, frame: Utf8Bytes) {
        let mut state = self.state();
        if state.closing.is_some() || (rev != 0 && rev <= state.delivered_rev) {
            return;
        }
        if state.live {
            state.delivered_rev = state.delivered_rev.max(rev);
        }
        state.bytes += frame.len();
        state.frames.push_back((rev, frame));
        if state.frames.len() > MAX_FRAMES || state.bytes > MAX_BYTES {
            metrics::counter!("switchboard_sockets_overflowed_total").increment(1);
            state.close(Closing::new(CloseCode::TooSlow, "Too slow: reconnect and resume"));
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
        state.delivered_rev = state
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

    /// Takes what waits, each frame with its change, and why to close if that is so. Its memory goes with
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

    fn taken(queue: &SendQueue) -> (Vec<Utf8Bytes>, Option<Closing>) {
        let (frames, closing) = queue.take();
        (frames.into_iter().map(|(_, frame)| frame).collect(), closing)
    }

    #[test]
    fn held_frames_of_changes_already_read_are_left_out() {
        let queue = SendQueue::default();
        for rev in [0, 3, 4, 5] {
            queue.push(rev, format!("{rev}").into());
        }
        queue.go_live(4);
        assert_eq!(taken(&queue).0, ["0", "5"]);
    }

    #[test]
    fn a_change_that_is_delivered_late_is_not_sent_twice() {
        let queue = SendQueue::default();
        queue.push(6, "6".into());
        queue.go_live(5);
        for rev in [4, 5, 6, 7, 0, 7] {
            queue.push(rev, format!("{rev}").into());
        }
        assert_eq!(taken(&queue).0, ["6", "7", "0"]);
    }

    #[test]
    fn a_queue_that_runs_over_by_count_or_by_bytes_closes_with_4008() {
        for (count, size) in [(MAX_FRAMES + 1, 1), (5, MAX_BYTES / 4)] {
            let queue = SendQueue::default();
            (0..count).for_each(|_| queue.push(0, "x".repeat(size).into()));
            let (frames, closing) = taken(&queue);
            assert!(frames.is_empty());
            assert_eq!(closing.map(|closing| closing.code), Some(CloseCode::TooSlow));
        }
    }

    #[test]
    fn the_first_reason_to_close_stands() {
        let queue = SendQueue::default();
        queue.close(Closing::new(CloseCode::Revoked, "a"));
        queue.close(Closing::new(CloseCode::Draining, "b"));
        queue.push(0, "late".into());
        assert_eq!(
            taken(&queue),
            (Vec::new(), Some(Closing::new(CloseCode::Revoked, "a")))
        );
    }
}
