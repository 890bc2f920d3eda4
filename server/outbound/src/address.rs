//! Hosts and addresses.

use http::Uri;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The host of an address in small letters, without the brackets of IPv6 and the dot at the end of a name.
pub fn host_of(uri: &Uri) -> Option<String> {
    uri.host().map(plain)
}

/// A host in small letters, without the brackets of IPv6 and the dot at the end of a name.
pub fn plain(host: &str) -> String {
    host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_ascii_lowercase()
}

/// Whether a host is this machine, by a name or address that can be nothing else.
pub fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether an address is one of the public internet: not of the lists of special addresses (RFC 6890 and its registries),
/// nor one that stands for such an address inside of IPv6.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match embedded(address) {
            Some(inner) => is_public_v4(inner),
            None => is_public_v6(address),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = matches!(
        (a, b, c),
        // This network, and what carriers share (RFC 6598).
        (0, _, _) | (100, 64..=127, _)
        // Protocol assignments, 6to4 relays, benchmarks, and what is reserved or sent to many.
        | (192, 0, 0) | (192, 88, 99) | (198, 18 | 19, _) | (224..=255, _, _)
    );
    !(is_special
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_documentation())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    // Only 2000::/3 is given out for use between networks; documentation and Teredo are parts of it.
    let is_global = segments[0] & 0xe000 == 0x2000;
    let is_documentation = segments[0] == 0x2001 && segments[1] == 0xdb8 || segments[0] == 0x3fff;
    let is_protocol = segments[0] == 0x2001 && segments[1] < 0x200;
    is_global && !is_documentation && !is_protocol
}

/// The address of IPv4 that one of IPv6 stands for: mapped, translated (RFC 6052) or 6to4.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let join = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(join(high, low)),
        [0x2002, high, low, ..] => Some(join(high, low)),
        _ => None,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_in_the_public_internet_is_known() {
        for address in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.170",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "fc00::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in
            ["1.1.1.1", "172.32.0.1", "100.128.0.1", "::ffff:8.8.8.8", "2606:4700::1111", "2a00::1"]
        {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn a_host_is_told_the_same_however_it_is_written() {
        let host = |address: &str| host_of(&address.parse().unwrap()).unwrap();

        assert_eq!(host("https://Chat.Example.ORG.:8443/x"), "chat.example.org");
        assert_eq!(host("http://[::1]:80/"), "::1");
        assert_eq!(host("http://user@127.0.0.1/"), "127.0.0.1");
    }
}
