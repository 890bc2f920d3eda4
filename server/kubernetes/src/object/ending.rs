//! Certificates that end soon, whatever names them: those in the TLS secrets of a cluster.

use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::object::certificates::version;
use crate::slug::built_in;
use crate::state::RowData;
use crate::store::Store;
use access::{Need, Place, Resource, Scope, Verb, decide};
use futures::future::join_all;
use kinds::{Certificate, Field};
use model::{Namespace, ObjectName, ResourceRef};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// What is read at a time; the others follow as long as there is time for them.
const AT_ONCE: usize = 8;
/// What is read in one look: each reading is in the audit trail, and what was read once is known.
const MOST_READ: usize = 64;
/// Whoever the cluster lets read none of some is not asked to try the others before this time has passed: attempts are in the
/// audit trail too.
const AGAIN: Duration = Duration::from_secs(600);
/// What secrets with certificates say they are.
const TLS: &str = "kubernetes.io/tls";

/// A certificate that ends soon. Nothing else of its secret is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndingCertificate {
    /// The secret that holds it.
    pub secret: ResourceRef,
    /// The first name that it is for; may be empty.
    pub host: String,
    /// When it ends, in seconds since 1970.
    pub ends: i64,
    /// The certificate of cert-manager that it is of; may be empty.
    pub certificate: String,
}

/// A secret with a certificate, as far as its metadata tell of it.
struct Held {
    secret: ResourceRef,
    version: String,
}

impl ForCaller {
    /// Certificates in TLS secrets of a cluster that end before a moment, in seconds since 1970, of secrets that the caller may
    /// list and read. Each version of a secret is read once, as the first caller who may; what there is no time for is found
    /// when somebody looks again.
    pub async fn ending_certificates(
        &self,
        cluster: &Arc<Cluster>,
        before: i64,
        patience: Duration,
    ) -> Vec<EndingCertificate> {
        let until = Instant::now() + patience;
        let kind = built_in("secrets");
        let Ok(Ok(served)) = timeout_at(until, cluster.served(&kind)).await else { return Vec::new() };
        let everywhere = Place::Namespaces(BTreeSet::new());
        let read = Need::to_all(Verb::Get, Resource::new("", "secrets"), cluster.name().clone(), everywhere);
        let (Some(listed), Ok(read)) = (self.glance_at(cluster, &served), decide(&self.caller, &read)) else {
            return Vec::new();
        };
        let Ok(Ok(store)) = timeout_at(until, cluster.loaded(&kind)).await else { return Vec::new() };
        let (mut found, mut unknown) = (Vec::new(), Vec::new());
        let known = cluster.known_certificates();
        for held in held(cluster, &store, [&listed, &read]) {
            match known.find(&held.version) {
                Some(certificate) => found.extend(ending(held, &certificate, before)),
                None => unknown.push(held),
            }
        }
        unknown.truncate(MOST_READ);
        let attempt = format!("all {}", self.caller.name);
        while !unknown.is_empty() && !known.has_failed(&attempt, AGAIN) {
            let some = unknown.drain(..unknown.len().min(AT_ONCE));
            let reads = some.map(|held| async move {
                let certificate =
                    self.certificate_in(cluster, held.secret.clone(), held.version.clone()).await;
                (held, certificate)
            });
            let reads = join_all(reads.collect::<Vec<_>>());
            let Ok(read) = timeout_at(until, reads).await else { break };
            if read.iter().all(|(_, certificate)| certificate.is_none()) {
                known.fail(attempt.clone());
            }
            let read = read.into_iter();
            found.extend(read.filter_map(|(held, certificate)| ending(held, &certificate?, before)));
        }
        found
    }
}

/// The secrets with certificates that all of these scopes admit.
fn held(cluster: &Cluster, store: &Store, scopes: [&Scope; 2]) -> Vec<Held> {
    let Some(column) = store.served().kind.columns.iter().position(|spec| &*spec.id == "type") else {
        return Vec::new();
    };
    let state = store.read();
    let is_seen = |row: &&Arc<RowData>| {
        let is_tls = matches!(row.fields.get(column), Some(Field::Text(text)) if &**text == TLS);
        is_tls && scopes.iter().all(|scope| scope.admits(row.namespace.as_deref(), &row.name))
    };
    let held = |row: &Arc<RowData>| {
        let metadata = state.value(&row.uid)?;
        let secret = ResourceRef {
            cluster: cluster.name().clone(),
            kind: built_in("secrets"),
            namespace: Some(Namespace::parse(row.namespace.as_deref()?).ok()?),
            name: ObjectName::parse(&row.name).ok()?,
        };
        Some(Held { secret, version: version(row, &metadata)? })
    };
    state.rows().filter(is_seen).filter_map(held).collect()
}

fn ending(held: Held, certificate: &Certificate, before: i64) -> Option<EndingCertificate> {
    let ends =
        (!certificate.is_unreadable && certificate.not_after < before).then_some(certificate.not_after)?;
    let host = certificate.names.first().cloned().unwrap_or_default();
    let certificate = certificate.issued_as.clone();
    Some(EndingCertificate { secret: held.secret, host, ends, certificate })
}
