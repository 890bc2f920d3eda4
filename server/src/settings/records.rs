//! The log stores of clusters, where they are not to be looked for, and where they keep what.

use super::monitoring::{address, authority, joined, lacking, pair};
use super::{Reader, SettingsError};
use elasticsearch::{KeptLimits, Pattern};
use model::ClusterName;
use outbound::{Address, Proof};
use records_contract::Of;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Events are not kept for longer: pages look back for half a year.
const MOST_DAYS: u32 = 183;
/// Of a cluster no more are kept: words are looked for in one after the other.
const MOST_KEPT: u32 = 1_000_000;

/// What is said about a cluster's log store.
#[derive(Clone, Debug, Default)]
pub struct LogStore {
    /// Where it is; looked for when that is not said.
    pub address: Option<Address>,
    /// Where it keeps what, where that is not usual.
    pub indices: BTreeMap<Of, Pattern>,
}

/// What is said, by cluster.
pub fn read(reader: &mut Reader<'_>) -> BTreeMap<ClusterName, LogStore> {
    let mut stores: BTreeMap<ClusterName, LogStore> = BTreeMap::new();
    for (cluster, address) in reader.list("elasticsearch", |text| pair(text, address)) {
        stores.entry(cluster).or_default().address = Some(address);
    }
    for (cluster, file) in
        reader.list("elasticsearch-key-file", |text| pair(text, |file| Ok(PathBuf::from(file))))
    {
        match stores.get_mut(&cluster).and_then(|store| store.address.as_mut()) {
            Some(address) => address.proof = Proof::File { path: file, scheme: "ApiKey" },
            None => lacking(reader, "elasticsearch-key-file", "elasticsearch", &cluster),
        }
    }
    for (cluster, pem) in reader.list("elasticsearch-authority-file", |text| pair(text, authority)) {
        match stores.get_mut(&cluster).and_then(|store| store.address.as_mut()) {
            Some(address) => address.authority = pem,
            None => lacking(reader, "elasticsearch-authority-file", "elasticsearch", &cluster),
        }
    }
    for (cluster, (of, pattern)) in reader.list("elasticsearch-index", |text| pair(text, index)) {
        let indices = &mut stores.entry(cluster).or_default().indices;
        let all = match indices.remove(&of) {
            Some(known) => known.and(&pattern),
            None => pattern,
        };
        indices.insert(of, all);
    }
    for sentence in shared(&stores) {
        reader.errors.push(SettingsError::Together(sentence));
    }
    stores
}

/// How much is kept of events that no log store keeps.
pub fn kept_events(reader: &mut Reader<'_>) -> KeptLimits {
    let number = |most: u32| {
        move |text: &str| match text.parse::<u32>() {
            Ok(number) if number <= most => Ok(number),
            _ => Err(format!("is not a number from 0 to {most}")),
        }
    };
    KeptLimits {
        days: reader.read("kept-events-days", number(MOST_DAYS)).unwrap_or(7),
        most: reader.read("kept-events-most", number(MOST_KEPT)).unwrap_or(200_000),
    }
}

/// Clusters that would see each other's records: namespaces of the same name are not told apart in one index.
fn shared(stores: &BTreeMap<ClusterName, LogStore>) -> Vec<String> {
    let mut said = Vec::new();
    for (cluster, store) in stores {
        let Some(url) = store.address.as_ref().map(|address| &address.url) else { continue };
        let later = stores.range(cluster.clone()..).skip(1);
        for (other, _) in later.filter(|(_, other)| other.address.as_ref().is_some_and(|own| own.url == *url))
        {
            let others = &stores[other].indices;
            let is_apart = |of: &Of| {
                let (one, two) = (store.indices.get(of), others.get(of));
                one.is_some() && two.is_some() && one != two
            };
            if !Of::ALL.iter().all(is_apart) {
                said.push(format!(
                    "elasticsearch is the same for clusters {cluster} and {other}, so each would show the records of both: \
                     give each its own elasticsearch-index for logs, events and audit"
                ));
            }
        }
    }
    said
}

fn index(text: &str) -> Result<(Of, Pattern), String> {
    let wrong = || "is not CLUSTER=logs:PATTERN, CLUSTER=events:PATTERN or CLUSTER=audit:PATTERN".to_owned();
    let (of, pattern) = text.split_once(':').ok_or_else(wrong)?;
    let of = Of::parse(of).ok_or_else(wrong)?;
    Ok((of, Pattern::parse(pattern).map_err(|problem| format!("{problem} behind {}:", of.word()))?))
}

/// As they are shown: without what is secret.
pub fn shown(stores: &BTreeMap<ClusterName, LogStore>) -> String {
    let named = stores
        .iter()
        .filter_map(|(cluster, store)| Some(format!("{cluster}={}", store.address.as_ref()?.url)));
    match joined(named).as_str() {
        "-" => "- (looked for in each cluster)".into(),
        named => named.to_owned(),
    }
}

/// The files with keys.
pub fn keys_shown(stores: &BTreeMap<ClusterName, LogStore>) -> String {
    joined(stores.iter().filter_map(|(cluster, store)| match &store.address.as_ref()?.proof {
        Proof::File { path, .. } => Some(format!("{cluster}={}", path.display())),
        Proof::Nothing | Proof::Basic(_) => None,
    }))
}

/// The clusters whose authorities are named.
pub fn authorities_shown(stores: &BTreeMap<ClusterName, LogStore>) -> String {
    let has_own =
        |store: &LogStore| store.address.as_ref().is_some_and(|address| !address.authority.is_empty());
    joined(stores.iter().filter(|(_, store)| has_own(store)).map(|(cluster, _)| cluster.to_string()))
}

/// Where what is kept.
pub fn indices_shown(stores: &BTreeMap<ClusterName, LogStore>) -> String {
    joined(stores.iter().flat_map(|(cluster, store)| {
        store.indices.iter().map(move |(of, pattern)| format!("{cluster}={}:{}", of.word(), pattern.as_str()))
    }))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn stores(all: &[(&str, &str, &[&str])]) -> BTreeMap<ClusterName, LogStore> {
        let store = |(cluster, url, indices): &(&str, &str, &[&str])| {
            let address = Address { url: (*url).into(), proof: Proof::Nothing, authority: String::new() };
            let indices = indices.iter().map(|text| index(text).unwrap()).collect();
            (ClusterName::parse(cluster).unwrap(), LogStore { address: Some(address), indices })
        };
        all.iter().map(store).collect()
    }

    #[test]
    fn clusters_that_share_a_log_store_must_share_no_index() {
        let all = |name: &str| Of::ALL.map(|of| format!("{}:{name}-{}-*", of.word(), of.word()));
        let (one, two) = (all("one"), all("two"));
        let (one, two) = (one.each_ref().map(String::as_str), two.each_ref().map(String::as_str));

        assert!(shared(&stores(&[("a", "https://x", &one), ("b", "https://x", &two)])).is_empty());
        assert!(shared(&stores(&[("a", "https://x", &[]), ("b", "https://y", &[])])).is_empty());
        assert_eq!(shared(&stores(&[("a", "https://x", &one), ("b", "https://x", &one)])).len(), 1);
        assert_eq!(shared(&stores(&[("a", "https://x", &one), ("b", "https://x", &[])])).len(), 1);
    }

    #[test]
    fn an_index_is_of_logs_events_or_the_audit_log() {
        assert!(index("logs:app-*,web-*").is_ok());
        for wrong in ["app-*", "secrets:a", "logs:", "logs:_all", "logs:a/b"] {
            assert!(index(wrong).is_err(), "{wrong}");
        }
    }
}
