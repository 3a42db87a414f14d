//! How many sockets each person and each address has, for the caps.

use entity::UserId;
use kernel::settings::Settings;
use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Sockets by person and by address, of all dialects.
#[derive(Default)]
pub(super) struct Registry(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    users: HashMap<UserId, usize>,
    addresses: HashMap<IpAddr, usize>,
}

impl Registry {
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts one more socket, unless its person or its address has too many.
    pub fn add(&self, user: UserId, address: IpAddr, dialect: &'static str, settings: &Settings) -> bool {
        let address = platform::limits::network(address);
        let mut counts = self.counts();
        let full = |count: Option<&usize>, cap: usize| cap > 0 && count.is_some_and(|count| *count >= cap);
        if full(counts.users.get(&user), settings.max_sockets_per_user)
            || full(counts.addresses.get(&address), settings.max_sockets_per_address)
        {
            return false;
        }
        *counts.users.entry(user).or_default() += 1;
        *counts.addresses.entry(address).or_default() += 1;
        metrics::gauge!("switchboard_sockets", "dialect" => dialect).increment(1.0);
        true
    }

    /// Counts one less.
    pub fn remove(&self, user: UserId, address: IpAddr, dialect: &'static str) {
        let address = platform::limits::network(address);
        let mut counts = self.counts();
        lower(&mut counts.users, &user);
        lower(&mut counts.addresses, &address);
        metrics::gauge!("switchboard_sockets", "dialect" => dialect).decrement(1.0);
    }
}

fn lower<K: Hash + Eq>(counts: &mut HashMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}
