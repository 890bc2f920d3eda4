//! What measures clusters, where it is not to be looked for.

use super::{Reader, SettingsError};
use model::ClusterName;
use outbound::{Address, Proof};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// The addresses with what belongs to them, by cluster.
pub fn read(reader: &mut Reader<'_>) -> BTreeMap<ClusterName, Address> {
    let addresses = reader.list("prometheus", |text| pair(text, address));
    let mut addresses: BTreeMap<ClusterName, Address> = addresses.into_iter().collect();
    for (cluster, file) in
        reader.list("prometheus-token-file", |text| pair(text, |file| Ok(PathBuf::from(file))))
    {
        match addresses.get_mut(&cluster) {
            Some(address) => address.proof = Proof::File { path: file, scheme: "Bearer" },
            None => lacking(reader, "prometheus-token-file", "prometheus", &cluster),
        }
    }
    for (cluster, authority) in reader.list("prometheus-authority-file", |text| pair(text, authority)) {
        match addresses.get_mut(&cluster) {
            Some(address) => address.authority = authority,
            None => lacking(reader, "prometheus-authority-file", "prometheus", &cluster),
        }
    }
    addresses
}

/// As it is shown: without what is secret.
pub fn shown(addresses: &BTreeMap<ClusterName, Address>) -> String {
    if addresses.is_empty() {
        return "- (looked for in each cluster)".into();
    }
    joined(addresses.iter().map(|(cluster, address)| format!("{cluster}={}", address.url)))
}

/// The files with tokens.
pub fn tokens_shown(addresses: &BTreeMap<ClusterName, Address>) -> String {
    joined(addresses.iter().filter_map(|(cluster, address)| match &address.proof {
        Proof::File { path, .. } => Some(format!("{cluster}={}", path.display())),
        Proof::Nothing | Proof::Basic(_) => None,
    }))
}

/// The clusters whose authorities are named.
pub fn authorities_shown(addresses: &BTreeMap<ClusterName, Address>) -> String {
    let named = addresses.iter().filter(|(_, address)| !address.authority.is_empty());
    joined(named.map(|(cluster, _)| cluster.to_string()))
}

pub(super) fn joined(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() { "-".into() } else { parts.join(", ") }
}

pub(super) fn lacking(reader: &mut Reader<'_>, name: &str, of: &str, cluster: &ClusterName) {
    let sentence = format!("{name} names cluster {cluster}, for which there is no {of}");
    reader.errors.push(SettingsError::Together(sentence));
}

pub(super) fn pair<T>(
    text: &str,
    value: impl Fn(&str) -> Result<T, String>,
) -> Result<(ClusterName, T), String> {
    let (cluster, rest) = text.split_once('=').ok_or("is not CLUSTER= and a value")?;
    let cluster =
        ClusterName::parse(cluster).map_err(|wrong| format!("begins with no cluster's name: {wrong}"))?;
    Ok((cluster, value(rest)?))
}

pub(super) fn authority(file: &str) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("names a file that cannot be read: {error}"))
}

pub(super) fn address(text: &str) -> Result<Address, String> {
    let wrong = || "is not CLUSTER=https://host/path or CLUSTER=http://host/path".to_owned();
    let (scheme, rest) =
        text.split_once("://").filter(|(scheme, _)| matches!(*scheme, "https" | "http")).ok_or_else(wrong)?;
    let (authority, path) = rest.split_once('/').map_or((rest, ""), |(authority, path)| (authority, path));
    let (user, host) =
        authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    let path = path.trim_end_matches('/');
    let url =
        if path.is_empty() { format!("{scheme}://{host}") } else { format!("{scheme}://{host}/{path}") };
    let is_address =
        url.parse::<http::Uri>().is_ok_and(|uri| uri.host().is_some_and(|host| !host.is_empty()));
    if !is_address || path.contains(['?', '#']) {
        return Err(wrong());
    }
    let proof = match user {
        None => Proof::Nothing,
        // A password may hold what an address may not: it is written in the way of addresses.
        Some(user) => Proof::Basic(base64(&model::link::unescape(user))),
    };
    Ok(Address { url, proof, authority: String::new() })
}

fn base64(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(text)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_taken_out_of_the_address_and_never_shown() {
        let (cluster, address) =
            pair("prod=https://ada:s%40cret@metrics.example.org/base/", address).unwrap();

        assert_eq!(address.url, "https://metrics.example.org/base");
        assert_eq!(address.proof, Proof::Basic("YWRhOnNAY3JldA==".into()));
        let shown = shown(&[(cluster, address.clone())].into());
        assert_eq!(shown, "prod=https://metrics.example.org/base");
        assert!(!format!("{address:?}").contains("YWRh"));
    }

    #[test]
    fn what_is_no_address_of_a_cluster_is_told() {
        for wrong in [
            "https://x",
            "prod=x",
            "prod=ftp://x",
            "prod=https://",
            "Prod!=https://x",
            "prod=https://x/?a=b",
            "prod=https://a b",
        ] {
            assert!(pair(wrong, address).is_err(), "{wrong}");
        }
        assert_eq!(pair("prod=http://127.0.0.1:9090", address).unwrap().1.url, "http://127.0.0.1:9090");
    }
}
