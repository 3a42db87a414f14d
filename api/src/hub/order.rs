//! How far a conversation's changes have been delivered on this instance, and what is to be read before the next one may
//! be. Nothing in here waits or does anything: the subscribers and a joining socket ask what to do.

/// What the hub does after an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Done,
    /// Something is missing: read it from the database.
    Fill,
}

/// What becomes of a change that an event announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// It follows what was delivered: deliver it.
    Next,
    /// It was delivered before, or comes with what is read.
    Held(Step),
}

/// A look at the database for what is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Read what changed after this.
    pub after: i64,
    /// The newest change seen when the look began: a later one may not be in it.
    seen_rev: i64,
}

/// How far a conversation's changes have been delivered.
#[derive(Debug, Default)]
pub struct Order {
    /// The newest change delivered; unknown until the first reader of the database says.
    delivered_rev: Option<i64>,
    /// The change that it began to count at: newer ones were delivered, older ones were not.
    base: i64,
    /// The newest change that an event or the database told of.
    seen_rev: i64,
    filling: bool,
}

impl Order {
    /// The newest change delivered, once somebody has read the database.
    pub fn rev(&self) -> Option<i64> {
        self.delivered_rev
    }

    /// A reader of the database saw `head`: what has just opened counts on from there. Answers where it began to count:
    /// what came before was delivered to nobody, so a reader who saw less must read on.
    pub fn opened(&mut self, head: i64) -> (i64, Step) {
        if self.delivered_rev.is_none() {
            self.delivered_rev = Some(head);
            self.base = head;
        }
        (self.base, self.catch_up())
    }

    /// The database is at `head`.
    pub fn behind(&mut self, head: i64) -> Step {
        self.seen_rev = self.seen_rev.max(head);
        self.catch_up()
    }

    /// An event tells of a change.
    pub fn on_change(&mut self, rev: i64) -> Seen {
        if !self.filling && self.delivered_rev == Some(rev - 1) {
            self.delivered_rev = Some(rev);
            return Seen::Next;
        }
        self.seen_rev = self.seen_rev.max(rev);
        Seen::Held(self.catch_up())
    }

    /// What to read now.
    pub fn reading(&self) -> Option<Reading> {
        let seen_rev = self.seen_rev;
        self.delivered_rev.map(|after| Reading { after, seen_rev })
    }

    /// A change was read: whether it is to be delivered.
    pub fn read(&mut self, rev: i64) -> bool {
        let is_new = self.delivered_rev.is_none_or(|delivered| rev > delivered);
        if is_new {
            self.delivered_rev = Some(rev);
        }
        is_new
    }

    /// All that was read has been taken with [`Order::read`]; whether anything was.
    pub fn filled(&mut self, reading: Reading, found: bool) -> Step {
        if !found {
            // announced, but not there: another message's later change has taken its place
            self.delivered_rev = self
                .delivered_rev
                .map(|delivered| delivered.max(reading.seen_rev));
        }
        self.filling = false;
        self.catch_up()
    }

    fn catch_up(&mut self) -> Step {
        match self.delivered_rev {
            Some(delivered) if self.seen_rev > delivered && !self.filling => {
                self.filling = true;
                Step::Fill
            }
            _ => Step::Done,
        }
    }
}

/// How far one joining subscriber has read the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reader {
    head: i64,
    is_stuck: bool,
}

impl Reader {
    /// One who has read up to `head`.
    pub fn at(head: i64) -> Self {
        Self {
            head,
            is_stuck: false,
        }
    }

    /// How far it has read.
    pub fn head(&self) -> i64 {
        self.head
    }

    /// Whether it must read on after its head before it goes live, given where its conversation began to count: another reader
    /// may have opened it with a newer change, and what lies between was delivered to nobody.
    pub fn must_read_on(&self, base: i64) -> bool {
        base > self.head && !self.is_stuck
    }

    /// It has read up to `rev`.
    pub fn has_read(&mut self, rev: i64) {
        self.is_stuck = rev <= self.head;
        self.head = self.head.max(rev);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_says_where_it_began_to_count_to_a_reader_who_saw_less() {
        let mut order = Order::default();
        assert_eq!(order.opened(5), (5, Step::Done));
        assert_eq!(
            order.opened(3),
            (5, Step::Done),
            "4 and 5 were delivered to nobody"
        );
        assert_eq!(order.opened(9), (5, Step::Done));
    }

    #[test]
    fn what_was_seen_before_anybody_read_is_read() {
        let mut order = Order::default();
        assert_eq!(order.behind(7), Step::Done);
        assert_eq!(order.opened(5), (5, Step::Fill));
    }

    #[test]
    fn a_change_seen_while_nothing_was_found_is_read_next() {
        let mut order = Order::default();
        order.opened(5);
        assert_eq!(order.behind(6), Step::Fill);
        let reading = order.reading().unwrap();
        assert_eq!(order.on_change(7), Seen::Held(Step::Done));
        assert_eq!(order.filled(reading, false), Step::Fill);
        assert_eq!(order.reading().unwrap().after, 6);
    }
}
