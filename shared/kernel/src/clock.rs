//! Time comes from outside: the system's clock, the database's, or one that a test moves by hand.
//!
//! Instances on Postgres share its clock: leases, due times and what people see as the time of a message do not depend on
//! how far each machine's clock is off.

use chrono::{DateTime, Duration, SubsecRound, Utc};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What time it is.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// That of a machine which is off by this much.
    #[cfg(feature = "testing")]
    Skewed(Duration),
    /// The database's, as far as it is known.
    Database(Arc<Followed>),
    /// Stands still until a test moves it.
    Fixed(Arc<Mutex<DateTime<Utc>>>),
}

/// The machine's clock, and how far another is ahead of it.
#[derive(Debug)]
pub struct Followed {
    machine: Clock,
    /// Microseconds; [`UNKNOWN`] before it was measured.
    ahead: AtomicI64,
}

const UNKNOWN: i64 = i64::MIN;
/// A measurement that took longer says too little, where there is a better one.
const TOO_SLOW: Duration = Duration::seconds(1);
/// From here on an operator should know.
const NOTABLE: Duration = Duration::seconds(1);

impl Clock {
    /// Now, in whole microseconds: what both databases can store and the wire can show.
    #[allow(
        clippy::disallowed_methods,
        reason = "the one place that reads the system's clock"
    )]
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System => Utc::now().trunc_subsecs(6),
            #[cfg(feature = "testing")]
            Self::Skewed(by) => Self::System.now() + *by,
            Self::Database(followed) => followed.machine.now() + followed.ahead(),
            Self::Fixed(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// A clock that stands at `at`.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self::Fixed(Arc::new(Mutex::new(at.trunc_subsecs(6))))
    }

    /// Moves a fixed clock; others are left alone.
    pub fn advance(&self, by: chrono::Duration) {
        if let Self::Fixed(at) = self {
            let mut at = at.lock().unwrap_or_else(PoisonError::into_inner);
            *at += by;
        }
    }

    /// This machine's clock corrected by another's; one that a test moves stays.
    pub fn following(self) -> Self {
        match self {
            Self::Database(_) | Self::Fixed(_) => self,
            machine => Self::Database(Arc::new(Followed {
                machine,
                ahead: AtomicI64::new(UNKNOWN),
            })),
        }
    }
}

impl Followed {
    /// This machine's own time: what a measurement is taken against.
    pub fn machine(&self) -> DateTime<Utc> {
        self.machine.now()
    }

    fn ahead(&self) -> Duration {
        match self.ahead.load(Ordering::Acquire) {
            UNKNOWN => Duration::zero(),
            ahead => Duration::microseconds(ahead),
        }
    }

    /// Takes a measurement: what the other clock said, between two times of this one. Off by half the time between at most.
    pub fn learn(&self, asked: DateTime<Utc>, theirs: DateTime<Utc>, answered: DateTime<Utc>) {
        let half = (answered - asked) / 2;
        let ahead = theirs - (asked + half);
        let is_known = self.ahead.load(Ordering::Acquire) != UNKNOWN;
        let change = (ahead - self.ahead()).abs();
        // a difference within the round trip's uncertainty is no change
        if is_known && (half * 2 > TOO_SLOW || change <= half) {
            return;
        }
        if change >= NOTABLE {
            tracing::warn!(
                seconds = ahead.num_seconds(),
                "the database's clock is ahead of this machine's by this much; the database's is used"
            );
        }
        metrics::gauge!("switchboard_clock_offset_seconds").set(ahead.as_seconds_f64());
        let ahead = ahead.num_microseconds().unwrap_or_default();
        self.ahead.store(ahead, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn followed() -> (Followed, DateTime<Utc>) {
        let machine = Clock::fixed(Clock::System.now());
        let now = machine.now();
        let ahead = AtomicI64::new(UNKNOWN);
        (Followed { machine, ahead }, now)
    }

    #[test]
    fn a_followed_clock_learns_the_offset_less_half_the_way_and_ignores_what_the_way_explains() {
        let (clock, now) = followed();
        let ms = Duration::milliseconds;
        clock.learn(now, now + ms(300_010), now + ms(20));
        assert_eq!(clock.ahead(), ms(300_000));
        clock.learn(now, now + ms(300_040), now + ms(100));
        assert_eq!(clock.ahead(), ms(300_000), "ten milliseconds of a way of fifty");
        clock.learn(now, now + ms(1_000), now + ms(2_000));
        assert_eq!(clock.ahead(), ms(300_000), "an answer that took two seconds");
        clock.learn(now, now + ms(-4_990), now + ms(20));
        assert_eq!(clock.ahead(), ms(-5_000), "it was set");
    }
}
