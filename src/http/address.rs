//! Where a request comes from: the peer's address, or what trusted proxies say of it.

use std::net::{IpAddr, Ipv6Addr};

use actix_web::{
    HttpRequest,
    http::header::{HeaderMap, HeaderName},
};
use ipnet::IpNet;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// Addresses a list of proxies may have that is looked at: far more than any chain of them.
const MOST_HOPS: usize = 32;

/// The proxies whose word on the sender of a request is taken.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    #[must_use]
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    /// How many networks.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Whether the request came from one of them.
    #[must_use]
    pub fn sent(&self, request: &HttpRequest) -> bool {
        request.peer_addr().is_some_and(|peer| self.trusts(peer.ip().to_canonical()))
    }

    /// Whose request it is.
    #[must_use]
    pub fn sender_of(&self, request: &HttpRequest) -> Address {
        let peer = request.peer_addr().map_or(Ipv6Addr::UNSPECIFIED.into(), |peer| peer.ip());
        Address::of(self.sender(peer, request.headers()))
    }

    /// Each proxy writes behind the others whom it got the request from. From the right, as far as
    /// each is trusted, the list is true; what is further left anybody may have made up.
    fn sender(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut sender = peer.to_canonical();
        if !self.trusts(sender) {
            return sender;
        }
        let lists: Vec<_> = headers.get_all(FORWARDED_FOR).collect();
        let hops = lists.iter().rev().flat_map(|list| list.as_bytes().rsplit(|byte| *byte == b','));
        for hop in hops.take(MOST_HOPS) {
            let Some(address) = read(hop) else { break };
            sender = address;
            if !self.trusts(sender) {
                break;
            }
        }
        sender
    }
}

/// An address as proxies write it: some add the port.
fn read(hop: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(hop).ok()?.trim();
    let address: Option<IpAddr> = text.parse().ok();
    let without_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let without_port = || Some(text.parse::<std::net::SocketAddr>().ok()?.ip());
    Some(address.or_else(without_brackets).or_else(without_port)?.to_canonical())
}

/// Who is counted as one sender: an IPv4 address, or the network of 2⁶⁴ addresses that an IPv6
/// subscriber has to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Address(IpAddr);

impl Address {
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(address.into()),
            IpAddr::V6(address) => {
                let network = address.to_bits() & !u128::from(u64::MAX);
                Self(Ipv6Addr::from_bits(network).into())
            }
        }
    }

    /// The address, or the first one of the network.
    #[must_use]
    pub fn ip(self) -> IpAddr {
        self.0
    }

    /// All those together for whom there is no room to count them one by one.
    pub(super) const OTHERS: Self = Self(IpAddr::V6(Ipv6Addr::UNSPECIFIED));
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn sender(proxies: &[&str], peer: &str, lists: &[&str]) -> String {
        let proxies = proxies.iter().map(|network| network.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        for list in lists {
            headers.append(FORWARDED_FOR, HeaderValue::from_bytes(list.as_bytes()).unwrap());
        }
        TrustedProxies::new(proxies).sender(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed_and_from_right_to_left() {
        let (proxies, proxy, inner) = (&["10.0.0.0/8", "fd00::/8"][..], "10.0.0.1", "10.0.0.2");
        assert_eq!(sender(&[], proxy, &["192.0.2.1"]), proxy, "nobody is trusted");
        assert_eq!(sender(proxies, "192.0.2.9", &["192.0.2.1"]), "192.0.2.9");
        assert_eq!(sender(proxies, proxy, &[]), proxy);
        assert_eq!(sender(proxies, proxy, &["192.0.2.1"]), "192.0.2.1");
        assert_eq!(sender(proxies, proxy, &["198.51.100.1, 192.0.2.1"]), "192.0.2.1", "made up");
        assert_eq!(sender(proxies, proxy, &["192.0.2.1", inner]), "192.0.2.1", "two lists");
        assert_eq!(sender(proxies, proxy, &[&format!("192.0.2.1 , {inner}")]), "192.0.2.1");
        assert_eq!(sender(proxies, "fd00::1", &["2001:db8::7"]), "2001:db8::7");
        assert_eq!(sender(proxies, "::ffff:10.0.0.1", &["192.0.2.1"]), "192.0.2.1");
        assert_eq!(sender(proxies, proxy, &[inner]), inner, "all of them are proxies");
    }

    #[test]
    fn what_is_no_address_ends_the_list() {
        let proxies = &["10.0.0.0/8"][..];
        for odd in ["unknown", "", "192.0.2.1, ,", "192.0.2.1, _hidden", "192.0.2.1;10.0.0.3"] {
            assert_eq!(sender(proxies, "10.0.0.1", &[odd]), "10.0.0.1", "{odd:?}");
        }
        assert_eq!(sender(proxies, "10.0.0.1", &["192.0.2.1:4711"]), "192.0.2.1");
        assert_eq!(sender(proxies, "10.0.0.1", &["[2001:db8::7]:4711"]), "2001:db8::7");
        assert_eq!(sender(proxies, "10.0.0.1", &["[2001:db8::7]"]), "2001:db8::7");
        let endless = vec!["10.0.0.3"; 1_000].join(",");
        assert_eq!(sender(proxies, "10.0.0.1", &[&format!("192.0.2.1,{endless}")]), "10.0.0.3");
    }

    #[test]
    fn an_ipv6_subscriber_is_one_sender_and_ipv4_neighbours_are_two() {
        let of = |text: &str| Address::of(text.parse().unwrap());
        assert_eq!(of("2001:db8:0:1::1"), of("2001:db8:0:1:ffff::2"));
        assert_ne!(of("2001:db8:0:1::1"), of("2001:db8:0:2::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(of("192.0.2.1"), of("::ffff:192.0.2.1"));
    }
}
