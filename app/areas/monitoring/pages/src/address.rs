//! Which stretch of time an address looks at, and how.

use leptos_router::params::ParamsMap;
use model::link::escape;
use monitoring_contract::{InvalidWindow, Window};

/// Distances at which the past can be laid under the present, in seconds: a day and a week, because people work by them.
pub const COMPARISONS: [u32; 3] = [3600, 86_400, 604_800];
/// Seconds between looks.
pub const REFRESHES: [u32; 6] = [5, 10, 15, 30, 60, 300];

/// An address whose page shows measurements over time.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeAddress {
    /// The path.
    pub path: String,
    /// What else the address says, as names and values.
    pub kept: Vec<(String, String)>,
    /// Which stretch of time.
    pub window: Window,
    /// Why what the address says is no stretch of time.
    pub fault: Option<InvalidWindow>,
    /// Draw also what was so many seconds earlier.
    pub compare: Option<u32>,
    /// Look again every so many seconds.
    pub refresh: Option<u32>,
}

impl TimeAddress {
    /// Reads it.
    pub fn parse(path: String, kept: Vec<(String, String)>, query: &ParamsMap) -> Self {
        let said = |name: &str| query.get(name).unwrap_or_default();
        let window = Window::parse(&said("from"), &said("to"));
        let one_of = |name: &str, all: &[u32]| said(name).parse().ok().filter(|value| all.contains(value));
        Self {
            path,
            kept,
            window: window.unwrap_or_default(),
            fault: window.err(),
            compare: one_of("compare", &COMPARISONS),
            refresh: one_of("refresh", &REFRESHES),
        }
    }

    /// What stands in it beside the path, as names and values; what is usual is left out.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let mut pairs = self.kept.clone();
        let mut add = |name: &str, value: String| pairs.push((name.to_owned(), value));
        if self.window != Window::default() {
            let (from, to) = self.window.to_texts();
            add("from", from);
            if !to.is_empty() {
                add("to", to);
            }
        }
        self.compare.into_iter().for_each(|seconds| add("compare", seconds.to_string()));
        self.refresh.into_iter().for_each(|seconds| add("refresh", seconds.to_string()));
        pairs
    }

    /// The address.
    pub fn href(&self) -> String {
        with_pairs(&self.path, &self.pairs())
    }

    /// The address with something else about it.
    pub fn with(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut other = self.clone();
        change(&mut other);
        other.href()
    }
}

/// A path with a question.
pub fn with_pairs(path: &str, pairs: &[(String, String)]) -> String {
    let pairs: Vec<String> = pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", escape(value)))
        .collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Timestamp;

    fn parsed(pairs: &[(&str, &str)]) -> TimeAddress {
        let mut map = ParamsMap::new();
        pairs.iter().for_each(|(name, value)| map.insert((*name).to_owned(), (*value).to_owned()));
        TimeAddress::parse("/m".into(), vec![("board".into(), "usage".into())], &map)
    }

    #[test]
    fn every_state_has_an_address_and_what_is_usual_is_left_out() {
        assert_eq!(parsed(&[]).href(), "/m?board=usage");
        let address = parsed(&[("from", "6h"), ("compare", "86400"), ("refresh", "30")]);
        assert_eq!(address.href(), "/m?board=usage&from=6h&compare=86400&refresh=30");
        let chosen =
            address.with(|address| address.window = Window::Between(Timestamp(1000), Timestamp(2000)));
        assert_eq!(chosen, "/m?board=usage&from=1000&to=2000&compare=86400&refresh=30");
    }

    #[test]
    fn what_makes_no_sense_is_told_or_taken_as_absent() {
        let address = parsed(&[("from", "yesterday"), ("compare", "7"), ("refresh", "0")]);

        assert_eq!((address.window, address.fault), (Window::default(), Some(InvalidWindow::Unreadable)));
        assert_eq!((address.compare, address.refresh), (None, None));
    }
}
