//! How fast people may act: a bucket for each kind of doing, by who does it.

use super::{Spend, network};
use entity::UserId;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::settings::{Rate, Settings};
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

/// The rates of one kind of doing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rates {
    /// One visitor, or one address that sends no token.
    visitor: Rate,
    user: Rate,
    staff: Rate,
    /// All those of one address whom nobody vouches for, together.
    address: Rate,
}

/// As many visitors of one address may do things at their full rate at the same time.
const VISITORS_PER_ADDRESS: u32 = 3;

/// Signals are small: four times as many as messages are free.
const SIGNALS_PER_MESSAGE: u32 = 4;

impl Rates {
    const fn of(visitor: Rate, user: Rate, staff: Rate) -> Self {
        Self {
            visitor,
            user,
            staff,
            address: visitor.times(VISITORS_PER_ADDRESS),
        }
    }
}

/// The rates of everything. Messages are a setting, and so is what an address has of them; the others are some ten
/// times what the busiest person does by hand.
pub(super) fn rates(what: Spend, settings: &Settings) -> Rates {
    let signals = settings.rate_user_messages.times(SIGNALS_PER_MESSAGE);
    match what {
        Spend::Message => Rates {
            visitor: settings.rate_visitor_messages,
            user: settings.rate_user_messages,
            staff: settings.rate_user_messages,
            address: settings.rate_address_messages,
        },
        Spend::Signal => Rates {
            visitor: signals,
            user: signals,
            staff: signals,
            address: settings.rate_address_messages.times(SIGNALS_PER_MESSAGE),
        },
        Spend::Search => Rates::of(
            Rate::per_second(2, 20),
            Rate::per_second(5, 40),
            Rate::per_second(20, 100),
        ),
        Spend::Conversation => Rates::of(
            Rate::per_minute(10, 20),
            Rate::per_second(2, 60),
            Rate::per_second(10, 100),
        ),
        // each notifies every agent
        Spend::Ticket => Rates::of(
            Rate::per_minute(5, 10),
            Rate::per_minute(20, 30),
            Rate::per_minute(120, 120),
        ),
        Spend::Change => Rates::of(
            Rate::per_minute(30, 30),
            Rate::per_second(5, 120),
            Rate::per_second(20, 200),
        ),
        Spend::Model => Rates::of(
            Rate::per_minute(60, 30),
            Rate::per_second(5, 60),
            Rate::per_second(5, 60),
        ),
    }
}

/// What is left of one kind of doing.
pub(super) struct Bucket {
    visitors: Keyed<UserId>,
    users: Keyed<UserId>,
    staff: Keyed<UserId>,
    addresses: Keyed<IpAddr>,
}

impl Bucket {
    pub(super) fn open(rates: Rates) -> Self {
        Self {
            visitors: Keyed::open(rates.visitor),
            users: Keyed::open(rates.user),
            staff: Keyed::open(rates.staff),
            addresses: Keyed::open(rates.address),
        }
    }

    /// Takes so many of a person's, and of their address's where nobody vouches for them.
    pub(super) fn take(&self, actor: &Actor, units: NonZeroU32) -> Result<()> {
        let people = if actor.is_staff() {
            &self.staff
        } else if actor.is_visitor {
            &self.visitors
        } else {
            &self.users
        };
        people.take(&actor.id, units)?;
        match actor.answering_address() {
            Some(address) => self.take_at(address, units),
            None => Ok(()),
        }
    }

    /// Takes so many of an address's.
    pub(super) fn take_at(&self, address: IpAddr, units: NonZeroU32) -> Result<()> {
        self.addresses.take(&network(address), units)
    }

    pub(super) fn tidy(&self) {
        for people in [&self.visitors, &self.users, &self.staff] {
            people.limiter.retain_recent();
        }
        self.addresses.limiter.retain_recent();
    }
}

/// A bucket for each of many.
pub(super) struct Keyed<K: Hash + Eq + Clone> {
    pub(super) limiter: DefaultKeyedRateLimiter<K>,
    clock: DefaultClock,
}

impl<K: Hash + Eq + Clone> Keyed<K> {
    pub(super) fn open(rate: Rate) -> Self {
        let quota = Quota::with_period(rate.interval()).unwrap_or(Quota::per_second(rate.count));
        Self {
            limiter: RateLimiter::keyed(quota.allow_burst(rate.burst)),
            clock: DefaultClock::default(),
        }
    }

    /// Takes so many; too fast is [`Error::RateLimited`] with the time to wait.
    pub(super) fn take(&self, key: &K, units: NonZeroU32) -> Result<()> {
        match self.limiter.check_key_n(key, units) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(until)) => Err(Error::RateLimited {
                retry_after: until.wait_time_from(self.clock.now()),
            }),
            // more than the whole burst: it never fits, and a minute keeps the client from asking often
            Err(_) => Err(Error::RateLimited {
                retry_after: Duration::from_secs(60),
            }),
        }
    }
}
