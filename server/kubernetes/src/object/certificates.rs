//! Certificates in secrets, of which ingresses show some: until when they hold, and for which names. They are read as the caller, who needs the
//! right to read their secrets, and once for each version of a secret; what is remembered is what anybody is shown who
//! connects.

use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::connection::{As, Call};
use crate::slug::built_in;
use crate::state::RowData;
use access::{Action, Need, Resource, Verb, decide};
use k8s_openapi::api::core::v1::Secret;
use kinds::{Certificate, Object};
use model::{Namespace, ObjectName, ResourceRef, link};
use parking_lot::Mutex;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};
use x509_parser::extensions::GeneralName;
use x509_parser::parse_x509_certificate;

/// More certificates than these are not looked at for one object.
const MOST: usize = 20;
/// Where cert-manager says which of its certificates a secret is of.
const OF_CERTIFICATE: &str = "cert-manager.io/certificate-name";
/// More than these are not remembered. Each that is forgotten is read again, and that is in the audit trail again.
const MOST_KNOWN: usize = 10_000;
/// So much is remembered of the names of one, in bytes: whoever may write secrets decides how many there are.
const MOST_NAMES: usize = 16 << 10;

/// Whoever could not read one is not asked to try again before this time has passed: pages are made anew all the time.
const AGAIN: Duration = Duration::from_secs(60);

/// Certificates of a cluster that were read, by the version of their secret, and when somebody could not read one.
#[derive(Debug, Default)]
pub(crate) struct KnownCertificates {
    read: Mutex<HashMap<String, Certificate>>,
    failed: Mutex<HashMap<String, Instant>>,
}

impl KnownCertificates {
    /// The certificate in a version of a secret, if somebody has read it.
    pub(crate) fn find(&self, version: &str) -> Option<Certificate> {
        self.read.lock().get(version).cloned()
    }

    fn keep(&self, version: String, certificate: Certificate) {
        insert(&mut self.read.lock(), version, certificate);
    }

    /// Whether an attempt has failed so short a time ago.
    pub(super) fn has_failed(&self, attempt: &str, again: Duration) -> bool {
        self.failed_at(attempt).is_some_and(|when| when.elapsed() < again)
    }

    /// When an attempt has failed last.
    pub(super) fn failed_at(&self, attempt: &str) -> Option<Instant> {
        self.failed.lock().get(attempt).copied()
    }

    pub(super) fn fail(&self, attempt: String) {
        insert(&mut self.failed.lock(), attempt, Instant::now());
    }
}

fn insert<T>(known: &mut HashMap<String, T>, key: String, value: T) {
    if known.len() >= MOST_KNOWN {
        known.clear();
    }
    known.insert(key, value);
}

/// Read the certificate in a secret.
#[derive(Clone, Debug)]
struct ReadCertificate(ResourceRef);

impl Action for ReadCertificate {
    const NAME: &'static str = "read certificate";

    fn need(&self) -> Need {
        Need::on(Verb::Get, Resource::new("", "secrets"), &self.0)
    }
}

impl ForCaller {
    /// The certificates of an ingress, as far as the caller may read their secrets; of other objects none.
    pub(super) async fn certificates(
        &self,
        cluster: &Arc<Cluster>,
        kind: &str,
        object: &Object<'_>,
    ) -> Vec<Certificate> {
        let namespace = object.namespace().and_then(|namespace| Namespace::parse(namespace).ok());
        // Objects that are kept do not say what they are.
        let Some(namespace) = namespace.filter(|_| kind == "ingresses") else {
            return Vec::new();
        };
        let names: BTreeSet<&str> = object.each("/spec/tls/*/secretName").filter_map(Object::text).collect();
        let mut found = Vec::new();
        for name in names.into_iter().take(MOST) {
            let Ok(name) = ObjectName::parse(name) else { continue };
            found.extend(self.certificate(cluster, &namespace, name).await);
        }
        found
    }

    /// An explanation stands without what cannot be read.
    async fn certificate(
        &self,
        cluster: &Arc<Cluster>,
        namespace: &Namespace,
        name: ObjectName,
    ) -> Option<Certificate> {
        let secret = ResourceRef {
            cluster: cluster.name().clone(),
            kind: built_in("secrets"),
            namespace: Some(namespace.clone()),
            name,
        };
        let version = version_of(cluster, &secret).await?;
        self.certificate_in(cluster, secret, version).await
    }

    /// The certificate in a version of a secret, if the caller may read that.
    pub(super) async fn certificate_in(
        &self,
        cluster: &Arc<Cluster>,
        secret: ResourceRef,
        version: String,
    ) -> Option<Certificate> {
        let (namespace, name) = (secret.namespace.clone()?, secret.name.to_string());
        let path = format!("/api/v1/namespaces/{namespace}/secrets/{}", link::escape(&name));
        let asked = ReadCertificate(secret);
        decide(&self.caller, &asked.need()).ok()?;
        let known = cluster.known_certificates();
        if let Some(certificate) = known.find(&version) {
            return Some(certificate);
        }
        let attempt = self.attempt(&version);
        if known.has_failed(&attempt, AGAIN) {
            return None;
        }
        match self.secret(cluster, asked, path).await {
            Some(secret) => {
                let certificate = read(name, &secret);
                known.keep(version, certificate.clone());
                Some(certificate)
            }
            None => {
                known.fail(attempt);
                None
            }
        }
    }

    /// What the caller's attempt to read a version of a secret is remembered by.
    pub(super) fn attempt(&self, version: &str) -> String {
        format!("{version} {}", self.caller.name)
    }

    async fn secret(&self, cluster: &Cluster, asked: ReadCertificate, path: String) -> Option<Secret> {
        let granted = self.kubernetes.access().grant(&self.caller, asked).await.ok()?;
        let identity = granted.identity();
        let answer = cluster.connection().call(As::Caller(&identity), &Call::get(path)).await.ok()?;
        cluster.connection().read_json(&answer.body).ok()
    }
}

/// What tells a version of a secret from any other; nothing while it is not there.
async fn version_of(cluster: &Cluster, secret: &ResourceRef) -> Option<String> {
    let store = cluster.loaded(&secret.kind).await.ok()?;
    let state = store.read();
    let row = state.row_of(secret)?;
    version(row, &state.value(&row.uid)?)
}

/// The same, from what is kept of it.
pub(super) fn version(row: &RowData, metadata: &Value) -> Option<String> {
    Some(format!("{} {}", row.uid, metadata["metadata"]["resourceVersion"].as_str()?))
}

/// The first certificate under `tls.crt`, which is the one that is shown; those behind it vouch for it.
fn read(name: String, secret: &Secret) -> Certificate {
    let said = secret.metadata.annotations.as_ref().and_then(|said| said.get(OF_CERTIFICATE));
    let issued_as = said.filter(|said| ObjectName::parse(said).is_ok()).cloned().unwrap_or_default();
    let unreadable = Certificate { secret: name, is_unreadable: true, issued_as, ..Certificate::default() };
    let Some(pem) = secret.data.as_ref().and_then(|data| data.get("tls.crt")) else { return unreadable };
    let Some(Ok(first)) = CertificateDer::pem_slice_iter(&pem.0).next() else { return unreadable };
    let Ok((_, read)) = parse_x509_certificate(&first) else { return unreadable };
    let names = match read.subject_alternative_name() {
        Ok(Some(alternative)) => {
            let names = alternative.value.general_names.iter().filter_map(|name| match name {
                GeneralName::DNSName(name) => Some(*name),
                _ => None,
            });
            remembered(names)
        }
        _ => Vec::new(),
    };
    let validity = read.validity();
    Certificate {
        is_unreadable: false,
        not_before: validity.not_before.timestamp(),
        not_after: validity.not_after.timestamp(),
        names,
        ..unreadable
    }
}

/// The names of a certificate, as far as they are remembered.
fn remembered<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let mut room = MOST_NAMES;
    let kept = names.take_while(|name| {
        let left = room.checked_sub(name.len());
        room = left.unwrap_or_default();
        left.is_some()
    });
    kept.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use k8s_openapi::ByteString;

    /// Made for this test, for shop.example.com and *.shop.example.com, until the first of November 2026.
    const PEM: &str = "\
-----BEGIN CERTIFICATE-----\n\
MIIBdjCCAR2gAwIBAgIBATAKBggqhkjOPQQDAjAbMRkwFwYDVQQDDBBzaG9wLmV4\n\
YW1wbGUuY29tMB4XDTI2MDEwMTAwMDAwMFoXDTI2MTEwMTAwMDAwMFowGzEZMBcG\n\
A1UEAwwQc2hvcC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IA\n\
BAc27Ka9YWgsoNxOAdNzf8j/74wO0qB0FdDGDIFM7BuN0sjgTtaFQNNb/fJcrwGV\n\
S1Fskdl4bIei4wphGGR9dzGjUjBQMC8GA1UdEQQoMCaCEHNob3AuZXhhbXBsZS5j\n\
b22CEiouc2hvcC5leGFtcGxlLmNvbTAdBgNVHQ4EFgQUOyNTCawlZ3FpIlM7aGC7\n\
SvoWNyQwCgYIKoZIzj0EAwIDRwAwRAIgHnEBEmjzkaTtnSnPN3B+jnpOVLqUMaKm\n\
fh69gGKULuICIE2nB2b9H6ouiJcxqLwI+KWI/GlBOGENflnh2mUu97GC\n\
-----END CERTIFICATE-----";

    fn secret(pem: &str) -> Secret {
        let data = [("tls.crt".to_owned(), ByteString(pem.as_bytes().to_vec()))];
        Secret { data: Some(data.into()), ..Secret::default() }
    }

    #[test]
    fn a_certificate_says_until_when_and_for_whom_it_is() {
        let found = read("shop-tls".to_owned(), &secret(PEM));

        assert_eq!(
            found,
            Certificate {
                secret: "shop-tls".into(),
                is_unreadable: false,
                not_before: 1_767_225_600,
                not_after: 1_793_491_200,
                names: vec!["shop.example.com".into(), "*.shop.example.com".into()],
                issued_as: String::new(),
            }
        );
    }

    #[test]
    fn no_secret_takes_more_room_than_a_certificate_needs() {
        let long = "a".repeat(200);
        let kept = remembered(std::iter::repeat_n(long.as_str(), 100_000));
        let few = remembered(["shop.example.com", "*.shop.example.com"].into_iter());

        assert!(kept.len() > 50 && kept.len() * long.len() <= MOST_NAMES, "{}", kept.len());
        assert_eq!(few, ["shop.example.com", "*.shop.example.com"]);
        let mut said = secret(PEM);
        let annotation = (OF_CERTIFICATE.to_owned(), "x".repeat(100_000));
        said.metadata.annotations = Some([annotation].into());
        assert_eq!(read("a".to_owned(), &said).issued_as, "");
    }

    #[test]
    fn all_certificates_of_a_large_cluster_are_remembered_at_once() {
        let known = KnownCertificates::default();
        for number in 0..5_000 {
            known.keep(number.to_string(), Certificate::default());
        }

        assert!(known.find("0").is_some() && known.find("4999").is_some());
    }

    #[test]
    fn what_is_no_certificate_is_unreadable() {
        assert!(read("a".to_owned(), &secret("hello")).is_unreadable);
        assert!(read("a".to_owned(), &Secret::default()).is_unreadable);
    }
}
