//! What counts as one address.

use std::net::{IpAddr, Ipv6Addr};

/// What every limit of an address counts by: the address itself, of IPv6 its /64, which one household or machine has as a
/// whole and can change within at will.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv4_address_is_one_and_of_ipv6_the_64_bits_that_somebody_is_given() {
        let seen = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(seen("203.0.113.9"), "203.0.113.9");
        assert_eq!(seen("::ffff:203.0.113.9"), "203.0.113.9");
        assert_eq!(seen("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(seen("2001:db8:1:2:ffff::1"), "2001:db8:1:2::");
        assert_eq!(seen("2001:db8:1:3::1"), "2001:db8:1:3::");
    }
}
