//! The order of a conversation's changes against a model: any interleaving of commits, events that are lost, repeated or
//! out of order, joins, slow readers and reads of the database.

use super::order::{Order, Reader, Reading, Seen, Step};
use crate::client::SendQueue;
use crate::close::CloseCode;
use proptest::prelude::*;
use proptest::sample::Index;

/// What one look at the database gives at most.
const PAGE: usize = 4;

#[derive(Clone, Debug)]
enum Op {
    /// A message is stored, and its event goes to the bus.
    Send,
    /// A message changes: it takes the next revision, and is found under that one only.
    Edit(Index),
    /// An event arrives; it may arrive again.
    Deliver(Index, bool),
    /// An event is lost.
    Lose(Index),
    /// So many messages, whose events arrive together.
    Burst(u16),
    /// The newest revision is compared with the database's.
    Compare,
    /// A look for what is missing begins.
    Look(Index),
    /// What it found is delivered.
    Found(Index),
    /// Somebody subscribes; those who were here before, with what they saw last.
    Subscribe(Option<Index>),
    /// A newcomer takes the next step towards being live.
    Proceed(Index),
    /// A client takes what waits.
    Take(Index),
    /// A client leaves.
    Leave(Index),
}

fn op() -> impl Strategy<Value = Op> {
    let at = any::<Index>;
    prop_oneof![
        12 => Just(Op::Send),
        4 => at().prop_map(Op::Edit),
        14 => (at(), any::<bool>()).prop_map(|(at, again)| Op::Deliver(at, again)),
        3 => at().prop_map(Op::Lose),
        1 => (50u16..300).prop_map(Op::Burst),
        2 => Just(Op::Compare),
        8 => at().prop_map(Op::Look),
        8 => at().prop_map(Op::Found),
        6 => prop::option::of(at()).prop_map(Op::Subscribe),
        14 => at().prop_map(Op::Proceed),
        6 => at().prop_map(Op::Take),
        2 => at().prop_map(Op::Leave),
    ]
}

/// Where a subscriber is on its way.
#[derive(Clone, Copy, Debug)]
enum Phase {
    Subscribed(Option<i64>),
    Read(Reader),
    /// It is about to read on.
    ReadingOn(Reader),
    Live,
    Left,
}

struct Subscriber {
    send_queue: SendQueue,
    phase: Phase,
    /// It gets what is newer.
    from: i64,
    /// The revisions that it was sent.
    log: Vec<i64>,
}

/// A look for what is missing, begun and perhaps answered.
struct Fill {
    look: Option<(Reading, Vec<i64>)>,
}

#[derive(Default)]
struct World {
    /// Each message's newest revision.
    messages: Vec<i64>,
    head: i64,
    bus: Vec<i64>,
    order: Option<Order>,
    fills: Vec<Fill>,
    subscribers: Vec<Subscriber>,
}

impl World {
    /// Messages that changed after a revision, in its order, and from where to ask again.
    fn since(&self, after: i64) -> (Vec<i64>, i64, bool) {
        let mut found: Vec<i64> = self.messages.iter().copied().filter(|rev| *rev > after).collect();
        found.sort_unstable();
        let complete = found.len() <= PAGE;
        found.truncate(PAGE);
        let rev = found.last().copied().unwrap_or(self.head.min(after));
        (found, rev, complete)
    }

    fn commit(&mut self, message: Option<usize>) -> i64 {
        self.head += 1;
        match message {
            Some(at) => self.messages[at] = self.head,
            None => self.messages.push(self.head),
        }
        self.head
    }

    fn proceed(&mut self, step: Step) {
        if step == Step::Fill {
            self.fills.push(Fill { look: None });
        }
    }

    fn deliver(&self, rev: i64) {
        for subscriber in &self.subscribers {
            if !matches!(subscriber.phase, Phase::Left) {
                subscriber.send_queue.push(rev, "x".into());
            }
        }
    }

    fn on_event(&mut self, rev: i64) {
        match self.order.as_mut().map(|order| order.on_change(rev)) {
            Some(Seen::Next) => self.deliver(rev),
            Some(Seen::Held(step)) => self.proceed(step),
            None => {}
        }
    }

    fn compare(&mut self) {
        let head = self.head;
        let step = match &mut self.order {
            Some(order) if order.rev().is_some_and(|rev| head > rev) => order.behind(head),
            _ => Step::Done,
        };
        self.proceed(step);
    }

    fn look(&mut self, at: usize) {
        // a look at what has closed meanwhile finds whatever is open now
        let reading = self.order.as_ref().and_then(Order::reading);
        match reading {
            Some(reading) => self.fills[at].look = Some((reading, self.since(reading.after).0)),
            None => drop(self.fills.remove(at)),
        }
    }

    fn found(&mut self, at: usize) {
        let Some((reading, revs)) = self.fills.swap_remove(at).look else {
            return self.fills.push(Fill { look: None });
        };
        let Some(mut order) = self.order.take() else {
            return;
        };
        for rev in &revs {
            if order.read(*rev) {
                self.deliver(*rev);
            }
        }
        let step = order.filled(reading, !revs.is_empty());
        self.order = Some(order);
        self.proceed(step);
    }

    fn subscribe(&mut self, since: Option<i64>) {
        self.order.get_or_insert_default();
        self.subscribers.push(Subscriber {
            send_queue: SendQueue::default(),
            phase: Phase::Subscribed(since),
            from: 0,
            log: Vec::new(),
        });
    }

    /// The steps of `connection/join.rs`: what each reads of the database and of the order is read at one time, and anything
    /// may happen between two of them.
    fn advance(&mut self, at: usize) {
        let phase = self.subscribers[at].phase;
        let next = match phase {
            Phase::Subscribed(since) => self.welcome(at, since),
            Phase::Read(reader) => {
                let opened = self.order.as_mut().map(|order| order.opened(reader.head()));
                let (base, step) = opened.expect("a subscriber's conversation is open");
                self.proceed(step);
                if reader.must_read_on(base) {
                    Phase::ReadingOn(reader)
                } else {
                    self.subscribers[at].send_queue.go_live(reader.head());
                    Phase::Live
                }
            }
            Phase::ReadingOn(mut reader) => {
                let (found, rev, _) = self.since(reader.head());
                self.subscribers[at].log.extend(found);
                reader.has_read(rev);
                Phase::Read(reader)
            }
            Phase::Live | Phase::Left => phase,
        };
        self.subscribers[at].phase = next;
    }

    fn welcome(&mut self, at: usize, since: Option<i64>) -> Phase {
        let missed = since.map(|since| (since, self.since(since)));
        let (from, log, head) = match missed {
            Some((since, (found, rev, true))) => (since, found, self.head.max(rev)),
            // too much was missed: it is read by REST
            _ => (self.head, Vec::new(), self.head),
        };
        let subscriber = &mut self.subscribers[at];
        (subscriber.from, subscriber.log) = (from, log);
        Phase::Read(Reader::at(head))
    }

    fn take(&mut self, at: usize) {
        let subscriber = &mut self.subscribers[at];
        if matches!(subscriber.phase, Phase::Live) {
            let (frames, _) = subscriber.send_queue.take();
            subscriber.log.extend(frames.into_iter().map(|(rev, _)| rev));
        }
    }

    fn leave(&mut self, at: usize) {
        self.subscribers[at].phase = Phase::Left;
        if self
            .subscribers
            .iter()
            .all(|subscriber| matches!(subscriber.phase, Phase::Left))
        {
            self.order = None;
        }
    }

    fn run(&mut self, op: Op) {
        let pick = |at: Index, from: usize| (from > 0).then(|| at.index(from));
        match op {
            Op::Send => {
                let rev = self.commit(None);
                self.bus.push(rev);
            }
            Op::Edit(at) => {
                if let Some(at) = pick(at, self.messages.len()) {
                    let rev = self.commit(Some(at));
                    self.bus.push(rev);
                }
            }
            Op::Deliver(at, again) => {
                if let Some(at) = pick(at, self.bus.len()) {
                    let rev = if again { self.bus[at] } else { self.bus.remove(at) };
                    self.on_event(rev);
                }
            }
            Op::Lose(at) => drop(pick(at, self.bus.len()).map(|at| self.bus.remove(at))),
            Op::Burst(count) => {
                for _ in 0..count {
                    let rev = self.commit(None);
                    self.on_event(rev);
                }
            }
            Op::Compare => self.compare(),
            Op::Look(at) => {
                if let Some(at) = pick(at, self.fills.len()) {
                    self.look(at);
                }
            }
            Op::Found(at) => {
                if let Some(at) = pick(at, self.fills.len()) {
                    self.found(at);
                }
            }
            Op::Subscribe(since) => {
                let since = since.map(|at| at.index(self.head as usize + 1) as i64);
                self.subscribe(since);
            }
            Op::Proceed(at) => drop(pick(at, self.subscribers.len()).map(|at| self.advance(at))),
            Op::Take(at) => drop(pick(at, self.subscribers.len()).map(|at| self.take(at))),
            Op::Leave(at) => drop(pick(at, self.subscribers.len()).map(|at| self.leave(at))),
        }
    }

    /// Everything that is under way comes to its end, and every client takes what waits for it.
    fn settle(&mut self) {
        for at in 0..self.subscribers.len() {
            while !matches!(self.subscribers[at].phase, Phase::Live | Phase::Left) {
                self.advance(at);
            }
        }
        self.compare();
        while !self.fills.is_empty() {
            self.look(0);
            if !self.fills.is_empty() {
                self.found(0);
            }
            (0..self.subscribers.len()).for_each(|at| self.take(at));
        }
        (0..self.subscribers.len()).for_each(|at| self.take(at));
    }

    fn check(&self) -> Result<(), TestCaseError> {
        for subscriber in &self.subscribers {
            let log = &subscriber.log;
            prop_assert!(log.is_sorted_by(|a, b| a < b), "once each, in order: {log:?}");
            prop_assert!(
                log.iter().all(|rev| *rev > subscriber.from),
                "nothing old: {log:?}"
            );
            if matches!(subscriber.phase, Phase::Left) {
                continue;
            }
            if let Some(why) = subscriber.send_queue.closing() {
                prop_assert_eq!(why.code, CloseCode::TooSlow);
                continue;
            }
            // a change that another one of the same message has followed may be left out
            for rev in self.messages.iter().filter(|rev| **rev > subscriber.from) {
                prop_assert!(log.contains(rev), "{rev} is missing: {log:?}");
            }
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn whoever_stays_gets_each_change_once_and_in_order_or_is_closed_with_4008(
        ops in prop::collection::vec(op(), 1..80),
    ) {
        let mut world = World::default();
        for op in ops {
            world.run(op);
        }
        world.settle();
        world.check()?;
    }
}
