//! Votes of people without a token: one of an address on one thing, a day.

use super::network;
use super::redis::Shared;
use moka::sync::Cache;
use std::net::IpAddr;
use std::time::Duration;
use uuid::Uuid;

/// A vote stands for so long.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Votes that a process remembers; of more it forgets the oldest.
const REMEMBERED: u64 = 100_000;

/// Who has voted. Every process remembers its own; where there is a Redis it remembers everybody's.
pub(super) struct Votes {
    local: Cache<(IpAddr, Uuid), ()>,
    shared: Option<Shared>,
}

impl Votes {
    pub(super) fn open(shared: Option<Shared>) -> Self {
        let local = Cache::builder()
            .max_capacity(REMEMBERED)
            .time_to_live(DAY)
            .build();
        Self { local, shared }
    }

    /// Takes the vote, and says whether it is the first.
    pub(super) async fn take(&self, address: IpAddr, on: Uuid) -> bool {
        let address = network(address);
        let entry = self.local.entry((address, on)).or_insert(());
        if !entry.is_fresh() {
            return false;
        }
        let Some(shared) = &self.shared else { return true };
        let mut pipeline = redis::pipe();
        pipeline
            .cmd("SET")
            .arg(shared.key(&format!("vote:{on}:{address}")))
            .arg(1)
            .arg("EX")
            .arg(DAY.as_secs())
            .arg("NX");
        // `OK`, or nothing where another process has it
        match shared.ask::<(Option<String>,)>(&pipeline).await {
            Some((taken,)) => taken.is_some(),
            None => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_votes_once_on_each_thing() {
        let votes = Votes::open(None);
        let (one, other) = (Uuid::now_v7(), Uuid::now_v7());
        let at = |text: &str| text.parse::<IpAddr>().unwrap();
        assert!(votes.take(at("203.0.113.1"), one).await);
        assert!(!votes.take(at("203.0.113.1"), one).await);
        assert!(votes.take(at("203.0.113.1"), other).await);
        assert!(votes.take(at("203.0.113.2"), one).await);
        assert!(votes.take(at("2001:db8:1:2::1"), one).await);
        assert!(
            !votes.take(at("2001:db8:1:2::9"), one).await,
            "one network is one"
        );
    }
}
