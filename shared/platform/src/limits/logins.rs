//! Guessing passwords: failures are counted per account and address, per address, and per account from everywhere.

use super::Caller;
use super::redis::Shared;
use kernel::error::{Error, Result};
use moka::sync::Cache;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Failures count for so long after the first of them.
const WINDOW: Duration = Duration::from_secs(15 * 60);

/// An account's from one address: then that address may not try it any more. Whoever guesses locks out themselves and
/// nobody else.
const PER_PAIR: u32 = 10;

/// An address's, of whatever accounts.
const PER_ADDRESS: u32 = 50;

/// An account's from all addresses: then a sign-in to it takes a proof of work, which slows guessing from many addresses
/// and locks nobody out.
const PER_ACCOUNT: u32 = 100;

/// From where somebody signed in they are spared the proof for so long.
const KNOWN_FOR: Duration = Duration::from_secs(30 * 24 * 3600);

/// Failed sign-ins. Every process counts its own; where there is a Redis it holds everybody's, and what a process
/// counted itself holds while Redis does not answer.
pub(super) struct Logins {
    local: Mutex<HashMap<String, Failures>>,
    known: Cache<String, ()>,
    shared: Option<Shared>,
}

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    since: Instant,
}

/// What was counted of a sign-in: failures, and how long they count yet.
struct Counted {
    pair: (u32, Duration),
    address: (u32, Duration),
    account: (u32, Duration),
    /// Somebody signed in to the account from there.
    is_known: bool,
}

/// May somebody try a password?
pub(super) enum Verdict {
    Yes,
    /// With a proof of work.
    WithProof,
}

impl Logins {
    pub(super) fn open(shared: Option<Shared>) -> Self {
        Self {
            local: Mutex::default(),
            known: Cache::builder()
                .max_capacity(50_000)
                .time_to_live(KNOWN_FOR)
                .build(),
            shared,
        }
    }

    pub(super) async fn may(&self, who: &str, from: Caller<'_>) -> Result<Verdict> {
        let counted = self.counted(&Names::of(who, from)).await;
        for ((count, left), limit) in [(counted.pair, PER_PAIR), (counted.address, PER_ADDRESS)] {
            if count >= limit {
                return Err(Error::RateLimited { retry_after: left });
            }
        }
        Ok(if counted.account.0 >= PER_ACCOUNT && !counted.is_known {
            Verdict::WithProof
        } else {
            Verdict::Yes
        })
    }

    pub(super) async fn failed(&self, who: &str, from: Caller<'_>) {
        let names = Names::of(who, from);
        {
            let mut local = self.local.lock().unwrap_or_else(PoisonError::into_inner);
            for name in names.counted() {
                let now = Instant::now();
                let entry = local
                    .entry(name.to_owned())
                    .or_insert(Failures { count: 0, since: now });
                if entry.since.elapsed() >= WINDOW {
                    *entry = Failures { count: 0, since: now };
                }
                entry.count += 1;
            }
        }
        let Some(shared) = &self.shared else { return };
        let mut pipeline = redis::pipe();
        for name in names.counted() {
            let key = shared.key(name);
            pipeline
                .cmd("SET")
                .arg(&key)
                .arg(0)
                .arg("EX")
                .arg(WINDOW.as_secs())
                .arg("NX")
                .ignore();
            pipeline.incr(&key, 1).ignore();
        }
        shared.ask::<()>(&pipeline).await;
    }

    pub(super) async fn succeeded(&self, who: &str, from: Caller<'_>) {
        let names = Names::of(who, from);
        self.known.insert(names.known.clone(), ());
        let Some(shared) = &self.shared else { return };
        let mut pipeline = redis::pipe();
        pipeline
            .set_ex(shared.key(&names.known), 1, KNOWN_FOR.as_secs())
            .ignore();
        shared.ask::<()>(&pipeline).await;
    }

    /// Forgets what was counted of the account, there and in all; what was counted of the address stays.
    pub(super) async fn forgive(&self, who: &str, from: Caller<'_>) {
        let names = Names::of(who, from);
        {
            let mut local = self.local.lock().unwrap_or_else(PoisonError::into_inner);
            local.remove(&names.pair);
            local.remove(&names.account);
        }
        let Some(shared) = &self.shared else { return };
        let mut pipeline = redis::pipe();
        for name in [&names.pair, &names.account] {
            pipeline.del(shared.key(name)).ignore();
        }
        shared.ask::<()>(&pipeline).await;
    }

    pub(super) fn tidy(&self) {
        let mut local = self.local.lock().unwrap_or_else(PoisonError::into_inner);
        local.retain(|_, failures| failures.since.elapsed() < WINDOW);
    }

    async fn counted(&self, names: &Names) -> Counted {
        let mut counted = self.counted_here(names);
        let Some(shared) = &self.shared else {
            return counted;
        };
        let mut pipeline = redis::pipe();
        for name in names.counted() {
            let key = shared.key(name);
            pipeline.get(&key).pttl(&key);
        }
        pipeline.exists(shared.key(&names.known));
        type Answer = (Option<u32>, i64, Option<u32>, i64, Option<u32>, i64, bool);
        let Some((pair, pair_left, address, address_left, account, account_left, is_known)) =
            shared.ask::<Answer>(&pipeline).await
        else {
            return counted;
        };
        let left = |ms: i64| Duration::from_millis(u64::try_from(ms).unwrap_or_default());
        counted.pair = counted.pair.max((pair.unwrap_or_default(), left(pair_left)));
        counted.address = counted
            .address
            .max((address.unwrap_or_default(), left(address_left)));
        counted.account = counted
            .account
            .max((account.unwrap_or_default(), left(account_left)));
        counted.is_known |= is_known;
        counted
    }

    fn counted_here(&self, names: &Names) -> Counted {
        let local = self.local.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |name: &str| match local.get(name) {
            Some(failures) if failures.since.elapsed() < WINDOW => {
                (failures.count, WINDOW - failures.since.elapsed())
            }
            _ => (0, Duration::ZERO),
        };
        Counted {
            pair: of(&names.pair),
            address: of(&names.address),
            account: of(&names.account),
            is_known: self.known.contains_key(&names.known),
        }
    }
}

/// Under which names a sign-in is counted.
struct Names {
    pair: String,
    address: String,
    account: String,
    known: String,
}

impl Names {
    fn of(who: &str, from: Caller<'_>) -> Self {
        let (who, address) = (who.to_lowercase(), from.network());
        Self {
            pair: format!("login:pair:{address} {who}"),
            address: format!("login:address:{address}"),
            account: format!("login:account:{who}"),
            known: format!("login:known:{address} {who}"),
        }
    }

    fn counted(&self) -> [&str; 3] {
        [&self.pair, &self.address, &self.account]
    }
}
