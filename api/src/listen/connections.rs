//! How many connections there are, and who holds them.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// All open connections, sockets among them.
///
/// An address may hold a fixed number, and never more than are still free for everybody else: one that takes all it can
/// get ends with half of the server, two with a third each, and a newcomer always finds room.
pub struct Connections {
    /// 0: no cap.
    per_address: usize,
    total: usize,
    /// Proxies of ours, which stand for many people.
    exempt: Vec<IpAddr>,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    all: usize,
    by: HashMap<IpAddr, usize>,
}

/// A connection's place; given back when dropped.
pub struct Place {
    connections: Arc<Connections>,
    holder: IpAddr,
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The address holds its share.
    Address,
    /// There is none left.
    Server,
}

impl Refusal {
    pub fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Server => "server",
        }
    }

    /// The answer, whole.
    pub fn answer(self) -> &'static str {
        match self {
            Self::Address => {
                "HTTP/1.1 429 Too Many Requests\r\nretry-after: 10\r\nconnection: close\r\ncontent-type: text/plain\r\n\
                 content-length: 37\r\n\r\nToo many connections of this address\n"
            }
            Self::Server => {
                "HTTP/1.1 503 Service Unavailable\r\nretry-after: 10\r\nconnection: close\r\ncontent-type: text/plain\r\n\
                 content-length: 21\r\n\r\nToo many connections\n"
            }
        }
    }
}

impl Connections {
    /// Room for `total` connections, `per_address` of one address or of one IPv6 network (0: no cap, and no fair share).
    pub fn new(total: usize, per_address: usize, exempt: &[IpAddr]) -> Arc<Self> {
        Arc::new(Self {
            per_address,
            total,
            exempt: exempt.iter().map(IpAddr::to_canonical).collect(),
            held: Mutex::default(),
        })
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many are open.
    pub fn open(&self) -> usize {
        self.held().all
    }

    /// Takes a place for a connection of `peer`.
    ///
    /// # Errors
    /// The address, or the server, has too many.
    pub fn take(self: &Arc<Self>, peer: IpAddr) -> Result<Place, Refusal> {
        let peer = peer.to_canonical();
        let holder = network(peer);
        let mut held = self.held();
        let free = self.total.saturating_sub(held.all);
        if free == 0 {
            return Err(Refusal::Server);
        }
        let capped = self.per_address > 0 && !self.exempt.contains(&peer);
        let of_peer = held.by.get(&holder).copied().unwrap_or_default();
        if capped && of_peer >= self.per_address.min(free) {
            return Err(Refusal::Address);
        }
        held.all += 1;
        held.by.insert(holder, of_peer + 1);
        Ok(Place {
            connections: self.clone(),
            holder,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = self.connections.held();
        held.all -= 1;
        if let Some(of_holder) = held.by.get_mut(&self.holder) {
            *of_holder -= 1;
            if *of_holder == 0 {
                held.by.remove(&self.holder);
            }
        }
    }
}

/// Whom an address stands for: itself, or its /64 where it is IPv6, out of which anybody picks addresses at will.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn many(connections: &Arc<Connections>, peer: &str, count: usize) -> Vec<Place> {
        let peer = peer.parse().unwrap();
        (0..count).filter_map(|_| connections.take(peer).ok()).collect()
    }

    #[test]
    fn an_address_holds_its_cap_and_gets_back_what_it_gives() {
        let connections = Connections::new(100, 3, &[]);
        let mut held = many(&connections, "203.0.113.9", 10);
        assert_eq!(held.len(), 3);
        assert_eq!(
            connections.take("203.0.113.9".parse().unwrap()).err(),
            Some(Refusal::Address)
        );
        assert!(
            connections.take("::ffff:203.0.113.9".parse().unwrap()).is_err(),
            "the same address"
        );
        held.pop();
        assert!(connections.take("203.0.113.9".parse().unwrap()).is_ok());
        drop(held);
        let held = connections.held();
        assert_eq!((held.all, held.by.len()), (0, 0));
    }

    #[test]
    fn an_ipv6_network_is_one_holder() {
        let connections = Connections::new(100, 2, &[]);
        let _held = [
            many(&connections, "2001:db8::1", 1),
            many(&connections, "2001:db8::2", 1),
        ];
        assert!(connections.take("2001:db8::ffff:0:0:3".parse().unwrap()).is_err());
        assert!(connections.take("2001:db8:0:1::1".parse().unwrap()).is_ok());
    }

    #[test]
    fn whoever_takes_all_it_can_leaves_room_for_the_next() {
        let connections = Connections::new(120, 1000, &[]);
        let first = many(&connections, "203.0.113.1", 1000);
        assert_eq!(first.len(), 60);
        let second = many(&connections, "203.0.113.2", 1000);
        assert_eq!(second.len(), 30);
        drop(first);
        // equal once both have come anew
        let rest = many(&connections, "203.0.113.3", 1000).len();
        assert_eq!(rest, 45);
    }

    #[test]
    fn a_trusted_proxy_stands_for_many_and_zero_means_no_cap() {
        let connections = Connections::new(50, 2, &["10.0.0.1".parse().unwrap()]);
        let held = many(&connections, "10.0.0.1", 100);
        assert_eq!(held.len(), 50);
        assert_eq!(
            connections.take("203.0.113.9".parse().unwrap()).err(),
            Some(Refusal::Server)
        );
        assert_eq!(many(&Connections::new(50, 0, &[]), "10.0.0.1", 100).len(), 50);
    }

    #[test]
    fn a_refusal_is_a_whole_answer() {
        for refusal in [Refusal::Address, Refusal::Server] {
            let (head, body) = refusal.answer().split_once("\r\n\r\n").unwrap();
            assert!(
                head.ends_with(&format!("content-length: {}", body.len())),
                "{head} {body}"
            );
        }
    }
}
