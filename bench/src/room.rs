//! One room of the fan-out: what was sent, and what each member has got of it.

use crate::socket::find;
use std::cell::{Cell, RefCell};
use std::time::Instant;
use tokio::sync::Semaphore;

/// Counts of the whole run; the client is one thread.
pub struct Tally {
    began: Instant,
    pub measuring: Cell<bool>,
    pub stopping: Cell<bool>,
    /// Deliveries of messages, each counted once.
    pub delivered: Cell<u64>,
    pub doubled: Cell<u64>,
    /// Arrived with another number than their place in the sender's order.
    pub misplaced: Cell<u64>,
    /// Deliveries in the window.
    pub deliveries: Cell<u64>,
    /// Messages that became complete in the window: every member has them.
    pub complete: Cell<u64>,
    /// Of the deliveries in the window, in microseconds.
    pub latencies: RefCell<Vec<u32>>,
    /// Sockets that the server closed.
    pub closed: Cell<u64>,
    /// Times that nothing came for five seconds.
    pub stalls: Cell<u64>,
    /// The first reason why a socket was closed.
    pub reason: RefCell<Option<String>>,
}

/// A room's messages on their way.
pub struct Room {
    pub sent: Cell<u32>,
    members: u16,
    /// Members that have each message.
    got: RefCell<Vec<u16>>,
    /// A message gives its permit back when every member has it.
    pub permits: Semaphore,
}

/// What one member has got: a room's numbers have no gap, so the next one is known.
#[derive(Default)]
pub struct Member {
    got: u32,
}

/// The length of a text in bytes.
const SIZE: usize = 120;
const MARK: &[u8] = br#""text":"~"#;

/// Adds to a counter.
pub fn add(counter: &Cell<u64>, count: u64) {
    counter.set(counter.get() + count);
}

impl Tally {
    pub fn new() -> Self {
        Self {
            began: Instant::now(),
            measuring: Cell::default(),
            stopping: Cell::default(),
            delivered: Cell::default(),
            doubled: Cell::default(),
            misplaced: Cell::default(),
            deliveries: Cell::default(),
            complete: Cell::default(),
            latencies: RefCell::default(),
            closed: Cell::default(),
            stalls: Cell::default(),
            reason: RefCell::default(),
        }
    }

    fn now(&self) -> u64 {
        self.began.elapsed().as_micros() as u64
    }
}

impl Room {
    pub fn new(members: usize, window: usize) -> Self {
        Self {
            sent: Cell::new(0),
            members: members as u16,
            got: RefCell::default(),
            permits: Semaphore::new(window),
        }
    }

    /// The next message's frame: its place in the order and the time are in its text.
    pub fn next_frame(&self, tally: &Tally) -> String {
        let place = self.sent.get() + 1;
        self.sent.set(place);
        let text = format!("~{place:08x}.{:012x}~", tally.now());
        format!(r#"{{"type":"message","text":"{text:x<SIZE$}"}}"#)
    }

    /// Counts what a member hears. Acknowledgements and signals are not deliveries.
    pub fn hear(&self, member: &mut Member, frame: &[u8], tally: &Tally) {
        if find(&frame[..frame.len().min(64)], br#""type":"message:new""#).is_none() {
            return;
        }
        let Some((seq, place, at)) = read(frame) else {
            add(&tally.misplaced, 1);
            return;
        };
        if seq != place {
            add(&tally.misplaced, 1);
        }
        if seq <= member.got {
            add(&tally.doubled, 1);
            return;
        }
        // numbers that are passed over never come: they are what the total lacks
        member.got = seq;
        add(&tally.delivered, 1);
        let complete = self.add(seq);
        if complete {
            self.permits.add_permits(1);
        }
        if tally.measuring.get() {
            add(&tally.deliveries, 1);
            add(&tally.complete, u64::from(complete));
            tally
                .latencies
                .borrow_mut()
                .push(tally.now().saturating_sub(at) as u32);
        }
    }

    /// Answers whether every member has it now.
    fn add(&self, seq: u32) -> bool {
        let mut got = self.got.borrow_mut();
        let at = seq as usize;
        if got.len() <= at {
            got.resize(at + 1, 0);
        }
        got[at] += 1;
        got[at] == self.members
    }
}

/// A delivered message's number, its place in the sender's order, and when it was sent.
fn read(frame: &[u8]) -> Option<(u32, u32, u64)> {
    let seq = find(frame, br#""seq":"#)? + 6;
    let digits = frame[seq..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let seq = std::str::from_utf8(&frame[seq..seq + digits])
        .ok()?
        .parse()
        .ok()?;
    let mark = find(frame, MARK)? + MARK.len();
    let mark = std::str::from_utf8(frame.get(mark..mark + 21)?).ok()?;
    let (place, at) = mark.split_once('.')?;
    Some((
        seq,
        u32::from_str_radix(place, 16).ok()?,
        u64::from_str_radix(at, 16).ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(room: &Room, tally: &Tally, seq: u32) -> String {
        let sent = room.next_frame(tally);
        let text = sent.split('"').nth(7).unwrap();
        assert_eq!(text.len(), SIZE);
        format!(r#"{{"type":"message:new","message":{{"id":"x","seq":{seq},"rev":9,"text":"{text}"}}}}"#)
    }

    #[test]
    fn deliveries_are_counted_once_and_complete_when_all_have_them() {
        let (tally, room) = (Tally::new(), Room::new(2, 0));
        tally.measuring.set(true);
        let frame = delivery(&room, &tally, 1);
        let (mut one, mut two) = (Member::default(), Member::default());
        room.hear(&mut one, frame.as_bytes(), &tally);
        room.hear(&mut one, frame.as_bytes(), &tally);
        assert_eq!(
            (tally.deliveries.get(), tally.doubled.get(), tally.complete.get()),
            (1, 1, 0)
        );
        room.hear(&mut two, br#"{"type":"message:ack","seq":1}"#, &tally);
        room.hear(&mut two, frame.as_bytes(), &tally);
        assert_eq!((tally.deliveries.get(), tally.complete.get()), (2, 1));
        assert_eq!(room.permits.available_permits(), 1);
        assert_eq!(tally.misplaced.get(), 0);
    }

    #[test]
    fn a_message_out_of_the_senders_order_is_seen() {
        let (tally, room) = (Tally::new(), Room::new(1, 0));
        let frame = delivery(&room, &tally, 2);
        room.hear(&mut Member::default(), frame.as_bytes(), &tally);
        assert_eq!(tally.misplaced.get(), 1);
    }
}
