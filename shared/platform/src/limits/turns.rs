//! Turns at a bounded resource: whoever comes too early gets the time to wait, and the next one's turn is after theirs.

use kernel::settings::Rate;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A rate for everybody together, as turns instead of refusals.
pub(super) struct Turns {
    interval: Duration,
    /// How far turns may be taken ahead of their time: the burst.
    ahead: Duration,
    longest: Duration,
    /// When the next turn is.
    next: Mutex<Instant>,
}

impl Turns {
    /// Nobody waits longer than `longest`.
    pub(super) fn open(rate: Rate, longest: Duration) -> Self {
        let interval = rate.interval();
        Self {
            interval,
            ahead: interval * rate.burst.get().saturating_sub(1),
            longest,
            next: Mutex::new(Instant::now()),
        }
    }

    /// Takes the next turn: how long until it comes.
    pub(super) fn take(&self) -> Duration {
        self.take_at(Instant::now())
    }

    fn take_at(&self, now: Instant) -> Duration {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = (*next).max(now);
        let wait = turn.duration_since(now).saturating_sub(self.ahead);
        if wait >= self.longest {
            return self.longest;
        }
        *next = turn + self.interval;
        wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_has_its_turn_at_once_the_others_one_after_the_other_and_nobody_waits_for_ever() {
        let turns = Turns::open(Rate::per_second(10, 3), Duration::from_secs(1));
        let now = Instant::now();
        let waits: Vec<u128> = (0..20).map(|_| turns.take_at(now).as_millis()).collect();
        assert_eq!(waits[..6], [0, 0, 0, 100, 200, 300]);
        assert_eq!(waits[13..], [1000; 7]);
        let later = now + Duration::from_secs(60);
        assert_eq!(turns.take_at(later), Duration::ZERO, "time fills it again");
    }
}
