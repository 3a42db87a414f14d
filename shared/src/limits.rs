//! Limits on how fast people may act: messages per person, requests per address, failed sign-ins.

use crate::actor::Actor;
use crate::backends::redis_link::RedisLink;
use crate::error::{Error, Result};
use crate::settings::{Rate, Settings};
use entity::UserId;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use redis::AsyncCommands;
use redis::aio::ConnectionManager;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What is spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spend {
    /// A message, an edit, a deletion, a reaction, an upload.
    Message,
    /// A typing signal, a receipt, a presence change: four times as many are free.
    Signal,
}

/// The limits of this process; failed sign-ins are counted in Redis where there is one, for all processes.
pub struct Limits {
    rates: Option<Rates>,
    logins: Logins,
}

struct Rates {
    users: DefaultKeyedRateLimiter<UserId>,
    visitors: DefaultKeyedRateLimiter<UserId>,
    signals: DefaultKeyedRateLimiter<UserId>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
}

enum Logins {
    Memory(Mutex<HashMap<String, (u32, Instant)>>),
    Redis(Box<SharedLogins>),
}

struct SharedLogins {
    redis: RedisLink,
    prefix: String,
}

const WINDOW: Duration = Duration::from_secs(15 * 60);
const PER_ACCOUNT: u32 = 10;
const PER_ADDRESS: u32 = 50;

fn quota(rate: Rate) -> Quota {
    Quota::per_second(rate.per_second).allow_burst(rate.burst)
}

impl Limits {
    /// The limits that the settings name.
    pub fn open(settings: &Settings) -> Result<Self> {
        let rates = settings.rate_limits.then(|| {
            let signal =
                |n: std::num::NonZeroU32| n.saturating_mul(std::num::NonZeroU32::MIN.saturating_add(3));
            let user = settings.rate_user_messages;
            let signals = Rate {
                per_second: signal(user.per_second),
                burst: signal(user.burst),
            };
            Rates {
                users: RateLimiter::keyed(quota(user)),
                visitors: RateLimiter::keyed(quota(settings.rate_visitor_messages)),
                signals: RateLimiter::keyed(quota(signals)),
                addresses: RateLimiter::keyed(quota(settings.rate_address_requests)),
                clock: DefaultClock::default(),
            }
        });
        let logins = match &settings.redis_url {
            None => Logins::Memory(Mutex::default()),
            Some(url) => Logins::Redis(Box::new(SharedLogins {
                redis: RedisLink::open(url).map_err(Error::internal)?,
                prefix: format!("{}login:", settings.redis_prefix),
            })),
        };
        Ok(Self { rates, logins })
    }

    /// Spends one of the actor's; too fast is [`Error::RateLimited`] with the time to wait.
    pub fn spend(&self, actor: &Actor, what: Spend) -> Result<()> {
        let Some(rates) = &self.rates else { return Ok(()) };
        let limiter = match what {
            Spend::Signal => &rates.signals,
            Spend::Message if actor.is_visitor => &rates.visitors,
            Spend::Message => &rates.users,
        };
        rates.check(limiter, &actor.id)
    }

    /// Spends one request of an address.
    pub fn spend_request(&self, address: IpAddr) -> Result<()> {
        let Some(rates) = &self.rates else { return Ok(()) };
        rates.check(&rates.addresses, &address)
    }

    /// Forgets those who have not acted for a while; called now and then.
    pub fn tidy(&self) {
        if let Some(rates) = &self.rates {
            rates.users.retain_recent();
            rates.visitors.retain_recent();
            rates.signals.retain_recent();
            rates.addresses.retain_recent();
        }
        if let Logins::Memory(counts) = &self.logins {
            counts
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .retain(|_, (_, since)| since.elapsed() < WINDOW);
        }
    }

    /// Refuses after too many failures of the account or the address. Holds whatever `RATE_LIMITS` says.
    pub async fn may_login(&self, who: &str, address: IpAddr) -> Result<()> {
        for (key, limit) in keys(who, address) {
            let (count, left) = self.logins.count(&key).await;
            if count >= limit {
                return Err(Error::RateLimited { retry_after: left });
            }
        }
        Ok(())
    }

    /// Counts a failure.
    pub async fn login_failed(&self, who: &str, address: IpAddr) {
        for (key, _) in keys(who, address) {
            self.logins.add(&key).await;
        }
    }
}

fn keys(who: &str, address: IpAddr) -> [(String, u32); 2] {
    [
        (format!("account:{}", who.to_lowercase()), PER_ACCOUNT),
        (format!("address:{address}"), PER_ADDRESS),
    ]
}

impl Rates {
    fn check<K: std::hash::Hash + Eq + Clone>(
        &self,
        limiter: &DefaultKeyedRateLimiter<K>,
        key: &K,
    ) -> Result<()> {
        limiter.check_key(key).map_err(|until| Error::RateLimited {
            retry_after: until.wait_time_from(self.clock.now()),
        })
    }
}

impl Logins {
    /// Failures in the window, and how long it lasts yet. A Redis that does not answer counts nothing: people
    /// must be able to sign in.
    async fn count(&self, key: &str) -> (u32, Duration) {
        match self {
            Self::Memory(counts) => {
                let counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
                match counts.get(key) {
                    Some((count, since)) if since.elapsed() < WINDOW => (*count, WINDOW - since.elapsed()),
                    _ => (0, Duration::ZERO),
                }
            }
            Self::Redis(shared) => {
                let Some(mut connection) = shared.connection().await else {
                    return (0, Duration::ZERO);
                };
                let key = format!("{}{key}", shared.prefix);
                let count: Option<u32> = connection.get(&key).await.unwrap_or_default();
                let left: i64 = connection.ttl(&key).await.unwrap_or_default();
                (
                    count.unwrap_or_default(),
                    Duration::from_secs(u64::try_from(left).unwrap_or_default()),
                )
            }
        }
    }

    async fn add(&self, key: &str) {
        match self {
            Self::Memory(counts) => {
                let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
                let entry = counts.entry(key.to_owned()).or_insert((0, Instant::now()));
                if entry.1.elapsed() >= WINDOW {
                    *entry = (0, Instant::now());
                }
                entry.0 += 1;
            }
            Self::Redis(shared) => {
                let Some(mut connection) = shared.connection().await else {
                    return;
                };
                let key = format!("{}{key}", shared.prefix);
                let added: redis::RedisResult<()> = redis::pipe()
                    .cmd("SET")
                    .arg(&key)
                    .arg(0)
                    .arg("EX")
                    .arg(WINDOW.as_secs())
                    .arg("NX")
                    .ignore()
                    .incr(&key, 1)
                    .ignore()
                    .query_async(&mut connection)
                    .await;
                if let Err(error) = added {
                    tracing::warn!(%error, "a failed sign-in was not counted");
                }
            }
        }
    }
}

impl SharedLogins {
    async fn connection(&self) -> Option<ConnectionManager> {
        match self.redis.get().await {
            Ok(connection) => Some(connection),
            Err(error) => {
                tracing::warn!(%error, "the limits cannot reach Redis");
                None
            }
        }
    }
}
