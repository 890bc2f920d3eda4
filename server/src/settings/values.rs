//! Types of values that the standard library has no parser for.

use database::Address;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;
use tracing_subscriber::EnvFilter;

/// The address under which browsers reach the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    /// Whether browsers come by https.
    pub is_https: bool,
    /// Host and port as browsers send them: without the scheme's own port.
    pub authority: String,
}

impl PublicUrl {
    /// Reads `https://host[:port]`.
    pub fn parse(text: &str) -> Result<Self, String> {
        const RIGHT: &str = "is not an address such as https://console.example.org";
        let uri: http::Uri = text.parse().map_err(|_| RIGHT.to_owned())?;
        let is_https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(RIGHT.into()),
        };
        let authority = uri.authority().ok_or(RIGHT)?;
        if authority.as_str().contains('@') || uri.query().is_some() || !matches!(uri.path(), "" | "/") {
            return Err("must have neither user, path nor query".into());
        }
        let default_port = if is_https { 443 } else { 80 };
        let authority = match authority.port_u16() {
            Some(port) if port != default_port => format!("{}:{port}", authority.host()),
            _ => authority.host().to_owned(),
        };
        Ok(Self { is_https, authority: authority.to_ascii_lowercase() })
    }

    /// The address of a listener, as a browser on this machine would type it.
    pub fn of_listener(address: SocketAddr) -> Self {
        let host = match address.ip() {
            ip if ip.is_unspecified() => "localhost".to_owned(),
            IpAddr::V6(ip) => format!("[{ip}]"),
            ip => ip.to_string(),
        };
        let authority = if address.port() == 80 { host } else { format!("{host}:{}", address.port()) };
        Self { is_https: false, authority }
    }

    /// Whether browsers reach the console on the machine that they run on themselves, without anything in front of it.
    pub fn is_of_this_machine(&self) -> bool {
        let host = self.authority.rsplit_once(':').map_or(self.authority.as_str(), |(host, _)| host);
        !self.is_https && ["localhost", "127.0.0.1", "[::1]"].contains(&host)
    }

    /// The scheme.
    pub fn scheme(&self) -> &'static str {
        if self.is_https { "https" } else { "http" }
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}://{}", self.scheme(), self.authority)
    }
}

/// Reads a domain, such as `ports.example.org`.
pub(super) fn parse_domain(text: &str) -> Result<String, String> {
    let domain = text.trim_end_matches('.').to_ascii_lowercase();
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // There is a part of 32 characters before it.
    let is_domain = domain.len() <= 200 && domain.split('.').all(is_label);
    if is_domain { Ok(domain) } else { Err("is not a domain such as ports.example.org".into()) }
}

/// Reads the base address of a collector, which may have a path but no password: that would be shown.
pub(super) fn parse_collector(text: &str) -> Result<String, String> {
    let uri: Option<http::Uri> = text.parse().ok();
    let uri = uri.filter(|uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.query().is_none());
    match uri.as_ref().and_then(http::Uri::authority) {
        Some(authority) if !authority.as_str().contains('@') => Ok(text.to_owned()),
        Some(_) => Err("holds a password: give it in OTEL_EXPORTER_OTLP_HEADERS".into()),
        None => Err("is not an address such as http://collector:4318".into()),
    }
}

/// Reads the address of a database.
pub(super) fn parse_database(text: &str) -> Result<Address, String> {
    Address::parse(text).map_err(|_| "is not sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME".into())
}

/// Reads the path of what is made where it is missing.
pub(super) fn parse_path(text: &str) -> Result<PathBuf, String> {
    if text.is_empty() { Err("is empty".into()) } else { Ok(PathBuf::from(text)) }
}

/// Reads the path of a directory that is there.
pub(super) fn parse_directory(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    if path.is_dir() { Ok(path) } else { Err("is not a directory".into()) }
}

/// Reads an address or a network.
pub(super) fn parse_network(text: &str) -> Result<Network, String> {
    Network::parse(text).ok_or_else(|| "is neither an address nor a network such as 10.0.0.0/8".into())
}

/// Reads what is to be logged.
pub(super) fn parse_filter(text: &str) -> Result<String, String> {
    match EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(format!("is not a filter such as info or info,kubernetes=debug: {error}")),
    }
}

/// An address, or all addresses that begin like it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Reads `10.0.0.0/8` or `10.1.2.3`.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) =
            text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address: IpAddr = address.parse().ok()?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Some(longest), |prefix| prefix.parse().ok())?;
        (prefix <= longest).then_some(Self { address, prefix })
    }

    /// Whether the address is in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        let prefix = u32::from(self.prefix);
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => {
                (ours.to_bits() ^ theirs.to_bits()).checked_shr(32 - prefix).unwrap_or(0) == 0
            }
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => {
                (ours.to_bits() ^ theirs.to_bits()).checked_shr(128 - prefix).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.address, self.prefix)
    }
}

/// Reads `90s`, `15m`, `8h`, `2d`.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let unit = match text.trim().chars().last()? {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return None,
    };
    let number: u64 = text.trim().get(..text.trim().len() - 1)?.trim().parse().ok()?;
    number.checked_mul(unit).filter(|seconds| *seconds > 0).map(Duration::from_secs)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_what_browsers_send_as_host() {
        let url = PublicUrl::parse("https://Console.example.org:443/").unwrap();

        assert_eq!((url.authority.as_str(), url.is_https), ("console.example.org", true));
        assert_eq!(PublicUrl::parse("http://10.0.0.1:3080").unwrap().to_string(), "http://10.0.0.1:3080");
        for wrong in ["console.example.org", "ftp://x", "https://x/path", "https://user@x", "https://x?y", ""]
        {
            assert!(PublicUrl::parse(wrong).is_err(), "{wrong:?} was accepted");
        }
    }

    #[test]
    fn a_network_contains_what_begins_like_it() {
        let private = Network::parse("10.0.0.0/8").unwrap();

        assert!(private.contains("10.255.0.1".parse().unwrap()));
        assert!(private.contains("::ffff:10.0.0.1".parse().unwrap()));
        assert!(!private.contains("11.0.0.1".parse().unwrap()));
        assert!(Network::parse("0.0.0.0/0").unwrap().contains("8.8.8.8".parse().unwrap()));
        assert!(!Network::parse("2001:db8::1").unwrap().contains("2001:db8::2".parse().unwrap()));
        assert_eq!(private.to_string(), "10.0.0.0/8");
        assert!(Network::parse("10.0.0.0/33").is_none() && Network::parse("proxy").is_none());
    }

    #[test]
    fn durations_have_a_unit() {
        assert_eq!(parse_duration("8h"), Some(Duration::from_secs(28_800)));
        assert_eq!(parse_duration("8"), None);
        assert_eq!(parse_duration("0s"), None);
        assert_eq!(parse_duration("h"), None);
        assert_eq!(parse_duration("99999999999999999999d"), None);
    }
}
