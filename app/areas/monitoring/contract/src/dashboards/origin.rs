//! Sites, as browsers tell them apart.

use model::fault::EmbedFault;
use std::fmt;

/// The scheme, host and port of pages (RFC 6454), in the form in which browsers and content security policies write them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin(String);

/// Why a text names no site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidOrigin {
    /// It has no scheme of the web.
    Scheme,
    /// It goes on behind the host.
    Path,
    /// The host is none.
    Host,
    /// The port is none.
    Port,
}

impl InvalidOrigin {
    /// What is wrong with a line that was to name a site.
    pub(super) fn of_line(self, line: &str) -> EmbedFault {
        let line = line.to_owned();
        match self {
            Self::Scheme => EmbedFault::Scheme(line),
            Self::Path => EmbedFault::Path(line),
            Self::Host => EmbedFault::Host(line),
            Self::Port => EmbedFault::Port(line),
        }
    }
}

/// The longest name of a host (RFC 1035), in characters.
const LONGEST_HOST: usize = 253;

impl Origin {
    /// Reads `https://status.example` or `http://wiki.internal:8080`. What could mean something else in a header or a
    /// policy is no host.
    pub fn parse(text: &str) -> Result<Self, InvalidOrigin> {
        let text = text.trim().to_ascii_lowercase();
        let (scheme, rest, usual) = match text.split_once("://") {
            Some(("https", rest)) => ("https", rest, 443),
            Some(("http", rest)) => ("http", rest, 80),
            _ => return Err(InvalidOrigin::Scheme),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.contains(['/', '?', '#', '@']) {
            return Err(InvalidOrigin::Path);
        }
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) => {
                let number = port.parse::<u16>().ok().filter(|number| *number > 0 && !port.starts_with('+'));
                (host, Some(number.ok_or(InvalidOrigin::Port)?))
            }
            None => (rest, None),
        };
        if host.len() > LONGEST_HOST || !host.split('.').all(is_label) {
            return Err(InvalidOrigin::Host);
        }
        // Browsers leave the usual port out.
        Ok(Self(match port.filter(|port| *port != usual) {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        }))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn is_label(label: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    (1..=63).contains(&label.len()) && label.chars().all(is_letter) && !label.starts_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_written_as_browsers_do() {
        for (typed, meant) in [
            ("https://status.example", "https://status.example"),
            (" HTTPS://Status.Example:443/ ", "https://status.example"),
            ("http://wiki.internal:8080", "http://wiki.internal:8080"),
            ("http://localhost:80", "http://localhost"),
            ("https://10.0.0.7:8443", "https://10.0.0.7:8443"),
        ] {
            assert_eq!(Origin::parse(typed).as_ref().map(Origin::as_str), Ok(meant), "{typed}");
        }
    }

    #[test]
    fn what_could_mean_more_in_a_policy_is_no_site() {
        for (typed, why) in [
            ("status.example", InvalidOrigin::Scheme),
            ("javascript://status.example", InvalidOrigin::Scheme),
            ("https://status.example/page", InvalidOrigin::Path),
            ("https://ada@status.example", InvalidOrigin::Path),
            ("https://*.example", InvalidOrigin::Host),
            ("https://a.example; script-src *", InvalidOrigin::Host),
            ("https://a.example https://b.example", InvalidOrigin::Path),
            ("https://a.example\u{b}b.example", InvalidOrigin::Host),
            ("https://bücher.example", InvalidOrigin::Host),
            ("https://", InvalidOrigin::Host),
            ("https://a..example", InvalidOrigin::Host),
            ("https://a.example:0", InvalidOrigin::Port),
            ("https://a.example:x", InvalidOrigin::Port),
            ("https://a.example:+80", InvalidOrigin::Port),
        ] {
            assert_eq!(Origin::parse(typed), Err(why), "{typed}");
        }
    }
}
