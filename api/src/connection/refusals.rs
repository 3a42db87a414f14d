//! Clients that are refused and reconnect for ever: many do not read close codes. After six refusals by close code within a
//! minute, the next minute's are by HTTP status, before there is a socket.

use moka::sync::Cache;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Refused sockets of one address and path that are accepted first, so that a browser reads why.
const MAX_REFUSED: u32 = 6;
/// In so long; and for so long the next ones are refused before the upgrade.
const MINUTE: Duration = Duration::from_secs(60);
/// Addresses and paths that are remembered: those that came last.
const REMEMBERED: u64 = 10_000;

/// An address and a path.
type Key = (IpAddr, Arc<str>);

/// Who was refused lately, and where.
pub struct Refusals {
    counts: Cache<Key, Arc<AtomicU32>>,
    exhausted: Cache<Key, ()>,
}

impl Default for Refusals {
    fn default() -> Self {
        Self {
            counts: cache(),
            exhausted: cache(),
        }
    }
}

fn cache<V: Clone + Send + Sync + 'static>() -> Cache<Key, V> {
    let builder = Cache::builder().time_to_live(MINUTE);
    builder.max_capacity(REMEMBERED).build()
}

impl Refusals {
    /// A socket was refused by a close code.
    pub fn note(&self, address: IpAddr, path: &Arc<str>) {
        let key = key(address, path);
        let count = self.counts.get_with(key.clone(), Arc::default);
        if count.fetch_add(1, Ordering::Relaxed) + 1 >= MAX_REFUSED {
            self.counts.invalidate(&key);
            self.exhausted.insert(key, ());
        }
    }

    /// Whether the next one of this address is to be looked at before it is accepted.
    pub fn is_exhausted(&self, address: IpAddr, path: &Arc<str>) -> bool {
        self.exhausted.contains_key(&key(address, path))
    }
}

fn key(address: IpAddr, path: &Arc<str>) -> Key {
    (platform::limits::network(address), path.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seventh_is_refused_before_the_upgrade_and_nobody_elsewhere() {
        let refusals = Refusals::default();
        let (here, path): (IpAddr, Arc<str>) = ("203.0.113.9".parse().unwrap(), "/ws/chat/x".into());
        for _ in 0..MAX_REFUSED {
            assert!(!refusals.is_exhausted(here, &path));
            refusals.note(here, &path);
        }
        assert!(refusals.is_exhausted(here, &path));
        assert!(!refusals.is_exhausted(here, &"/ws/chat/y".into()));
        assert!(!refusals.is_exhausted("203.0.113.10".parse().unwrap(), &path));
    }
}
