//! Where a receiver of logs is, as Fluent Operator's objects say it.

use http::Uri;
use serde_json::Value;
use std::net::IpAddr;

/// Brokers that are asked, of those that are named.
const MOST_BROKERS: usize = 8;

/// What is asked, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Elasticsearch or OpenSearch.
    Search(Search),
    /// What listens at hosts and ports.
    Lines(Vec<(String, u16)>),
}

/// An Elasticsearch or OpenSearch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    pub host: String,
    pub port: u16,
    pub is_tls: bool,
    /// What stands before its own paths; empty, or with a slash in front and none at the end.
    pub path: String,
    /// The name and the password that it is shown, where it is.
    pub login: Option<(Key, Key)>,
}

/// A key of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub secret: String,
    pub key: String,
}

/// What a host is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// A Service of a project.
    Service { namespace: String, name: String },
    /// Something else that is known only in the cluster.
    Inside,
    /// Whatever everybody calls so.
    Outside,
}

/// Why there is nothing to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// It is of another sort, or none.
    #[error(
        "this receiver is none of those that can be asked: Elasticsearch, OpenSearch, Kafka, Fluentd, Loki and HTTP"
    )]
    Unknown,
    /// It does not say where.
    #[error("this receiver names no host: write one, and save it")]
    NoHost,
    /// What it says is no host and port.
    #[error(
        "the address of this receiver cannot be read: a host and a port are needed, such as logs.example.com and 9200"
    )]
    NoAddress,
}

/// What is asked of an output.
pub fn target(spec: &Value) -> Result<Target, Trouble> {
    for sort in ["es", "opensearch"] {
        if let Some(own) = spec.get(sort) {
            return search(own).map(Target::Search);
        }
    }
    if let Some(kafka) = spec.get("kafka") {
        let brokers = kafka["brokers"].as_str().unwrap_or_default().split(',').map(str::trim);
        let brokers: Result<Vec<_>, Trouble> =
            brokers.filter(|broker| !broker.is_empty()).take(MOST_BROKERS).map(broker).collect();
        return match brokers? {
            brokers if brokers.is_empty() => Err(Trouble::NoHost),
            brokers => Ok(Target::Lines(brokers)),
        };
    }
    for (sort, usual, usual_with_tls) in
        [("forward", 24_224, 24_224), ("loki", 3100, 3100), ("http", 80, 443)]
    {
        if let Some(own) = spec.get(sort) {
            let usual = if own["tls"].is_object() { usual_with_tls } else { usual };
            return Ok(Target::Lines(vec![(host(own)?, port(own, usual)?)]));
        }
    }
    Err(Trouble::Unknown)
}

fn search(own: &Value) -> Result<Search, Trouble> {
    let path = own["path"].as_str().unwrap_or_default().trim_end_matches('/');
    let is_path = |path: &str| {
        path.starts_with('/')
            && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte))
            && path.split('/').all(|part| part != "." && part != "..")
    };
    if !path.is_empty() && !is_path(path) {
        return Err(Trouble::NoAddress);
    }
    let key = |field: &str| {
        let reference = &own[field]["valueFrom"]["secretKeyRef"];
        let text = |name: &str| reference[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        Some(Key { secret: text("name")?, key: text("key")? })
    };
    Ok(Search {
        host: host(own)?,
        port: port(own, 9200)?,
        is_tls: own["tls"].is_object(),
        path: path.to_owned(),
        login: key("httpUser").zip(key("httpPassword")),
    })
}

/// A broker as Kafka's clients are told: with a port or without, and perhaps with a protocol in front.
fn broker(text: &str) -> Result<(String, u16), Trouble> {
    let address = text.split_once("://").map_or(text, |(_, address)| address);
    let uri: Uri = format!("kafka://{address}").parse().map_err(|_| Trouble::NoAddress)?;
    let host = uri.host().ok_or(Trouble::NoAddress)?;
    let has_port = uri.authority().is_some_and(|authority| authority.as_str().len() > host.len());
    let port = if has_port { uri.port_u16().ok_or(Trouble::NoAddress)? } else { 9092 };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if is_host(host) { Ok((host.to_owned(), port)) } else { Err(Trouble::NoAddress) }
}

fn host(own: &Value) -> Result<String, Trouble> {
    match own["host"].as_str().unwrap_or_default().trim() {
        "" => Err(Trouble::NoHost),
        host if is_host(host) => Ok(host.to_owned()),
        _ => Err(Trouble::NoAddress),
    }
}

/// Whether a text is a name or an address and nothing more.
fn is_host(text: &str) -> bool {
    let is_name = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    (is_name && !text.is_empty()) || text.parse::<IpAddr>().is_ok()
}

fn port(own: &Value, usual: u16) -> Result<u16, Trouble> {
    match &own["port"] {
        Value::Null => Ok(usual),
        port => {
            let number = port.as_u64().and_then(|port| u16::try_from(port).ok()).filter(|port| *port > 0);
            number.ok_or(Trouble::NoAddress)
        }
    }
}

/// What a host is, by what it is called: Services end with `svc`, with or without the domain of their cluster behind it.
pub fn whereabouts(host: &str) -> Whereabouts {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if host.parse::<IpAddr>().is_ok() {
        return Whereabouts::Outside;
    }
    let labels: Vec<&str> = host.split('.').collect();
    match labels.as_slice() {
        [name, namespace, "svc", ..] => {
            Whereabouts::Service { namespace: (*namespace).to_owned(), name: (*name).to_owned() }
        }
        [_] => Whereabouts::Inside,
        labels if labels.contains(&"svc") || labels.ends_with(&["cluster", "local"]) => Whereabouts::Inside,
        _ => Whereabouts::Outside,
    }
}

/// Host and port, as people write them.
pub fn told(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}
