//! What measures clusters and who tells of their alerts, where they are not to be looked for.

use super::{Reader, SettingsError};
use model::ClusterName;
use outbound::{Address, Proof};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// The settings that are about one sort of system.
struct Names {
    address: &'static str,
    token_file: &'static str,
    authority_file: &'static str,
}

/// What measures clusters: the addresses with what belongs to them.
pub fn read(reader: &mut Reader<'_>) -> BTreeMap<ClusterName, Address> {
    let names = Names {
        address: "prometheus",
        token_file: "prometheus-token-file",
        authority_file: "prometheus-authority-file",
    };
    addresses(reader, &names)
}

/// Who tells people of alerts, each of those of one cluster.
pub fn read_alertmanagers(reader: &mut Reader<'_>) -> BTreeMap<ClusterName, Address> {
    let names = Names {
        address: "alertmanager",
        token_file: "alertmanager-token-file",
        authority_file: "alertmanager-authority-file",
    };
    let addresses = addresses(reader, &names);
    reader.errors.extend(shared(&addresses).into_iter().map(SettingsError::Together));
    addresses
}

/// Where two clusters name one Alertmanager: its silences know projects by their names alone.
fn shared(addresses: &BTreeMap<ClusterName, Address>) -> Vec<String> {
    let mut by_url: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (cluster, address) in addresses {
        by_url.entry(&address.url).or_default().push(cluster.as_str());
    }
    let several = by_url.into_iter().filter(|(_, clusters)| clusters.len() > 1);
    let sentence = |(url, clusters): (&str, Vec<&str>)| {
        format!(
            "alertmanager names {url} for the clusters {}: who may silence alerts of a project in one of them would silence \
             those of a project of that name in the others too, so each cluster needs its own",
            clusters.join(", ")
        )
    };
    several.map(sentence).collect()
}

fn addresses(reader: &mut Reader<'_>, names: &Names) -> BTreeMap<ClusterName, Address> {
    let addresses = reader.list(names.address, |text| pair(text, address));
    let mut addresses: BTreeMap<ClusterName, Address> = addresses.into_iter().collect();
    for (cluster, file) in reader.list(names.token_file, |text| pair(text, |file| Ok(PathBuf::from(file)))) {
        match addresses.get_mut(&cluster) {
            Some(address) => address.proof = Proof::File { path: file, scheme: "Bearer" },
            None => lacking(reader, names.token_file, names.address, &cluster),
        }
    }
    for (cluster, authority) in reader.list(names.authority_file, |text| pair(text, authority)) {
        match addresses.get_mut(&cluster) {
            Some(address) => address.authority = authority,
            None => lacking(reader, names.authority_file, names.address, &cluster),
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
    fn an_alertmanager_tells_of_one_cluster_alone() {
        let named = |pairs: &[(&str, &str)]| {
            let each = pairs.iter().map(|(cluster, url)| pair(&format!("{cluster}={url}"), address).unwrap());
            shared(&each.collect())
        };

        assert!(named(&[("a", "https://x"), ("b", "https://y")]).is_empty());
        let told = named(&[("a", "https://ada:secret@x/"), ("b", "https://x"), ("c", "https://x/c")]);
        assert!(told.len() == 1 && told[0].contains("https://x for the clusters a, b:"), "{told:?}");
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
