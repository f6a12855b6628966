//! From where a request comes, as far as limits go.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

/// An IPv4 address, or the /64 of an IPv6 address: what one household, or one stranger, has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Address(u128);

/// The other end of a request's connection, noted when it was opened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// Addresses that begin alike, as `10.0.0.0/8` or `fd00::/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    first: u128,
    prefix: u32,
}

/// Why a text is no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an address or a network like 10.0.0.0/8")]
pub struct InvalidNetwork;

const FORWARDED_FOR: &str = "x-forwarded-for";

impl Address {
    /// That of one end of a connection.
    pub fn of(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            IpAddr::V4(ip) => Self(bits(IpAddr::V4(ip))),
            IpAddr::V6(ip) => Self(ip.to_bits() & !u128::from(u64::MAX)),
        }
    }

    /// This machine itself. Programs beside the hub are not held to a share: they may be a proxy that nobody
    /// named, and then everybody comes from here.
    pub fn is_here(self) -> bool {
        let here = [
            IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(Ipv6Addr::LOCALHOST),
        ];
        here.map(Self::of).contains(&self) || self == Self::default()
    }

    /// A number for it.
    pub const fn number(self) -> u128 {
        self.0
    }

    /// Who sent a request over a connection from `peer`: what a trusted proxy says, else the peer.
    pub fn of_request(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> Self {
        let is_trusted = |ip: IpAddr| trusted.iter().any(|network| network.contains(ip));
        let mut from = peer;
        let said = headers.get_all(FORWARDED_FOR).iter();
        let said: Vec<&str> = said
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .collect();
        // Each proxy adds whom it heard from at the end, so the list is believed from the end, as far as proxies go.
        for hop in said.into_iter().rev() {
            if !is_trusted(from) {
                break;
            }
            let Some(ip) = read_hop(hop) else {
                break;
            };
            from = ip;
        }
        Self::of(from)
    }
}

impl<S: Sync> FromRequestParts<S> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().copied().unwrap_or_default())
    }
}

impl Network {
    /// Whether the address is one of them.
    pub fn contains(&self, ip: IpAddr) -> bool {
        let differing = bits(ip) ^ self.first;
        differing.checked_shr(128 - self.prefix).unwrap_or(0) == 0
    }
}

impl FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let (address, length) = match text.trim().split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text.trim(), None),
        };
        let ip: IpAddr = address.parse().map_err(|_| InvalidNetwork)?;
        let (whole, above) = if ip.is_ipv4() { (32, 96) } else { (128, 0) };
        let length = match length {
            Some(length) => length.parse().map_err(|_| InvalidNetwork)?,
            None => whole,
        };
        if length > whole {
            return Err(InvalidNetwork);
        }
        Ok(Self {
            first: bits(ip),
            prefix: above + length,
        })
    }
}

/// An IPv4 address stands where IPv6 has it (`::ffff:0:0/96`).
const fn bits(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(ip) => ip.to_ipv6_mapped().to_bits(),
        IpAddr::V6(ip) => ip.to_bits(),
    }
}

/// An address as proxies write it, with or without a port.
fn read_hop(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    text.parse().ok().or_else(|| {
        text.parse()
            .ok()
            .map(|socket: std::net::SocketAddr| socket.ip())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(peer: &str, said: &[&str], trusted: &[&str]) -> Address {
        let mut headers = HeaderMap::new();
        for value in said {
            headers.append(FORWARDED_FOR, value.parse().unwrap());
        }
        let trusted: Vec<Network> = trusted.iter().map(|text| text.parse().unwrap()).collect();
        Address::of_request(peer.parse().unwrap(), &headers, &trusted)
    }

    fn address(text: &str) -> Address {
        Address::of(text.parse().unwrap())
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_its_own_word() {
        for (peer, said, trusted, is) in [
            ("203.0.113.9", &["198.51.100.1"][..], &[][..], "203.0.113.9"),
            (
                "203.0.113.9",
                &["198.51.100.1"],
                &["10.0.0.0/8"],
                "203.0.113.9",
            ),
            (
                "10.1.2.3",
                &["198.51.100.1"],
                &["10.0.0.0/8"],
                "198.51.100.1",
            ),
            // What the client wrote itself stands before what the proxy added.
            (
                "10.1.2.3",
                &["1.1.1.1, 198.51.100.1"],
                &["10.0.0.0/8"],
                "198.51.100.1",
            ),
            (
                "10.1.2.3",
                &["1.1.1.1", "198.51.100.1"],
                &["10.0.0.0/8"],
                "198.51.100.1",
            ),
            (
                "10.1.2.3",
                &["198.51.100.1, 10.9.9.9"],
                &["10.0.0.0/8"],
                "198.51.100.1",
            ),
            (
                "10.1.2.3",
                &["198.51.100.1:4711"],
                &["10.0.0.0/8"],
                "198.51.100.1",
            ),
            ("10.1.2.3", &["nonsense"], &["10.0.0.0/8"], "10.1.2.3"),
            ("10.1.2.3", &[], &["10.0.0.0/8"], "10.1.2.3"),
            ("fd00::1", &["2001:db8::7"], &["fd00::/8"], "2001:db8::7"),
            (
                "::ffff:10.1.2.3",
                &["198.51.100.1"],
                &["10.1.2.3"],
                "198.51.100.1",
            ),
        ] {
            assert_eq!(from(peer, said, trusted), address(is), "{peer} {said:?}");
        }
    }

    #[test]
    fn a_household_of_ipv6_is_one_address() {
        assert_eq!(address("2001:db8:1:2::1"), address("2001:db8:1:2:ffff::9"));
        assert_ne!(address("2001:db8:1:2::1"), address("2001:db8:1:3::1"));
        assert_ne!(address("203.0.113.1"), address("203.0.113.2"));
        assert_eq!(address("::ffff:203.0.113.1"), address("203.0.113.1"));
        assert!(address("127.0.0.1").is_here() && address("::1").is_here());
        assert!(!address("127.0.0.2").is_here());
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in [
            "",
            "10.0.0.0/33",
            "::/129",
            "10.0.0/8",
            "proxy",
            "10.0.0.0/x",
            "10.0.0.0/-1",
        ] {
            assert_eq!(text.parse::<Network>(), Err(InvalidNetwork), "{text}");
        }
        let everybody: Network = "::/0".parse().unwrap();
        assert!(everybody.contains("203.0.113.1".parse().unwrap()));
        let one: Network = "203.0.113.1/32".parse().unwrap();
        assert!(!one.contains("203.0.113.2".parse().unwrap()));
    }
}
