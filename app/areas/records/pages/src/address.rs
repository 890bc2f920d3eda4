//! What an address looks for.

use leptos_router::params::ParamsMap;
use model::link::{self, escape};
use model::window::InvalidWindow;
use model::{ClusterName, ConsoleError, Thing, Window};
use records_contract::{
    AroundRequest, Cursor, Field, Of, Query, QueryProblem, SavedSearch, SearchRequest, TailRequest,
};

/// What an address looks for, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Address {
    /// In which cluster.
    pub cluster: ClusterName,
    /// What is searched.
    pub of: Of,
    /// What is looked for, as it was typed.
    pub query: String,
    /// Which stretch of time.
    pub window: Window,
    /// Why what the address says is no stretch of time.
    pub fault: Option<InvalidWindow>,
    /// Behind which moment the page begins.
    pub before: Option<Cursor>,
    /// Whether what is written is followed, instead of a stretch of time.
    pub is_live: bool,
    /// The line that is shown among its neighbours.
    pub line: Option<String>,
    /// How many of those on each side.
    pub lines: u32,
}

impl Address {
    /// Reads it.
    pub fn parse(params: &ParamsMap, query: &ParamsMap) -> Result<Self, ConsoleError> {
        let cluster = params.get("cluster").unwrap_or_default();
        let cluster =
            ClusterName::parse(&cluster).map_err(|_| ConsoleError::unknown(Thing::Cluster(cluster)))?;
        let word = params.get("of").unwrap_or_default();
        let of = match word.as_str() {
            "" => Of::Logs,
            word => Of::parse(word).ok_or_else(|| ConsoleError::missing(word.to_owned()))?,
        };
        let said = |name: &str| query.get(name).unwrap_or_default();
        let window = Window::parse(&said("from"), &said("to"));
        Ok(Self {
            cluster,
            of,
            query: said("query").trim().to_owned(),
            window: window.unwrap_or_default(),
            fault: window.err(),
            before: Cursor::parse(&said("before")),
            is_live: said("live") == "1",
            line: Some(said("line")).filter(|line| !line.is_empty()),
            lines: said("lines")
                .parse()
                .ok()
                .filter(|lines| (1..=AroundRequest::MOST_LINES).contains(lines))
                .unwrap_or(AroundRequest::LINES),
        })
    }

    /// What a kept search looks for.
    pub fn of_saved(cluster: &ClusterName, search: &SavedSearch) -> Self {
        Self {
            cluster: cluster.clone(),
            of: search.of,
            query: search.query.clone(),
            window: search.window,
            fault: None,
            before: None,
            is_live: false,
            line: None,
            lines: AroundRequest::LINES,
        }
    }

    /// What is looked for, read.
    pub fn read(&self) -> Result<Query, QueryProblem> {
        Query::parse(self.of, &self.query)
    }

    /// The question to the server.
    pub fn request(&self) -> SearchRequest {
        SearchRequest {
            cluster: self.cluster.clone(),
            of: self.of,
            query: self.query.clone(),
            window: self.window,
            before: self.before,
        }
    }

    /// The question to the server for what was written since a moment.
    pub fn tail(&self, since_ms: Option<i64>) -> TailRequest {
        TailRequest { cluster: self.cluster.clone(), of: self.of, query: self.query.clone(), since_ms }
    }

    /// The path.
    pub fn path(&self) -> String {
        link::records(&self.cluster, self.of.word())
    }

    /// What stands in it beside the path, as names and values; what is usual is left out.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let (mut from, to) = self.window.to_texts();
        if self.window == Window::default() {
            from.clear();
        }
        let lines = if self.lines == AroundRequest::LINES { String::new() } else { self.lines.to_string() };
        let pairs = [
            ("query", self.query.clone()),
            ("from", from),
            ("to", to),
            ("before", self.before.map(Cursor::to_text).unwrap_or_default()),
            ("live", if self.is_live { "1".to_owned() } else { String::new() }),
            ("line", self.line.clone().unwrap_or_default()),
            ("lines", lines),
        ];
        pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The address.
    pub fn href(&self) -> String {
        asking(&self.path(), &self.pairs())
    }

    /// The address with something else about it, from the newest on.
    pub fn with(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut other = Self { before: None, line: None, lines: AroundRequest::LINES, ..self.clone() };
        change(&mut other);
        other.href()
    }

    /// The address that shows another stretch of time.
    pub fn during(&self, window: Window) -> String {
        self.with(|address| (address.window, address.is_live) = (window, false))
    }

    /// The address that looks for a value of a field too.
    pub fn with_value(&self, field: Field, value: &str) -> String {
        let query = self.read().unwrap_or_default().with(field, value);
        self.with(|address| address.query = query.to_text())
    }

    /// The address of all that is found, as a file.
    pub fn file(&self) -> String {
        asking(&format!("{}/file", link::records(&self.cluster, "")), &self.search())
    }

    /// The address of the form that keeps this search.
    pub fn keep(&self) -> String {
        asking(&link::saved_searches(&self.cluster), &self.search())
    }

    /// What is searched and what is looked for, and nothing about pages of it.
    fn search(&self) -> Vec<(&'static str, String)> {
        let mut pairs = vec![("of", self.of.word().to_owned())];
        pairs.extend(self.pairs().into_iter().filter(|(name, _)| matches!(*name, "query" | "from" | "to")));
        pairs
    }
}

/// The address that searches what a kept search looks for.
pub fn address_of_saved(cluster: &ClusterName, search: &SavedSearch) -> String {
    Address::of_saved(cluster, search).href()
}

fn asking(path: &str, pairs: &[(&'static str, String)]) -> String {
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::Timestamp;

    fn parsed(of: &str, pairs: &[(&str, &str)]) -> Result<Address, ConsoleError> {
        let mut params = ParamsMap::new();
        params.insert("cluster".to_owned(), "harbour".to_owned());
        params.insert("of".to_owned(), of.to_owned());
        let mut query = ParamsMap::new();
        pairs.iter().for_each(|(name, value)| query.insert((*name).to_owned(), (*value).to_owned()));
        Address::parse(&params, &query)
    }

    #[test]
    fn every_state_has_an_address_and_what_is_usual_is_left_out() {
        assert_eq!(parsed("", &[]).unwrap().href(), "/clusters/harbour/logs");
        let address =
            parsed("events", &[("query", "reason:Killing"), ("from", "6h"), ("before", "9.7.1")]).unwrap();
        assert_eq!(
            address.href(),
            "/clusters/harbour/logs/events?query=reason%3AKilling&from=6h&before=9.7.1"
        );
        let nearer = address.with(|address| address.window = Window::Between(Timestamp(60), Timestamp(120)));
        assert_eq!(nearer, "/clusters/harbour/logs/events?query=reason%3AKilling&from=60&to=120");
        assert_eq!(address.file(), "/clusters/harbour/logs/file?of=events&query=reason%3AKilling&from=6h");
        assert!(parsed("secrets", &[]).is_err());
    }

    #[test]
    fn a_stretch_of_time_ends_following_and_fields_do_not() {
        let address = parsed("", &[("live", "1"), ("query", "timeout")]).unwrap();

        assert_eq!(address.href(), "/clusters/harbour/logs?query=timeout&live=1");
        assert!(address.with_value(Field::Pod, "web-0").ends_with("&live=1"));
        assert_eq!(address.during(Window::Last(21600)), "/clusters/harbour/logs?query=timeout&from=6h");
        assert!(!address.file().contains("live") && !address.keep().contains("live"));
    }

    #[test]
    fn a_value_of_a_field_is_added_once() {
        let address = parsed("", &[("query", "timeout namespace:shop")]).unwrap();

        let more = address.with_value(Field::Pod, "web 0");
        assert_eq!(more, "/clusters/harbour/logs?query=timeout%20namespace%3Ashop%20pod%3A%22web%200%22");
        assert_eq!(address.with_value(Field::Namespace, "shop"), address.href());
    }
}
