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
/// What the cluster has refused to somebody is not tried again by them before this time has passed, and whoever it lets read none
/// in a whole look does not try others meanwhile: attempts are in the audit trail too.
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

/// The certificates of a cluster that end soon, as far as they are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EndingCertificates {
    /// Those that were read.
    pub found: Vec<EndingCertificate>,
    /// How many secrets with certificates could not be read: the cluster has refused it, or did not answer.
    pub refused: usize,
    /// How many nobody has read yet: they are read when somebody looks again.
    pub waiting: usize,
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
    ) -> EndingCertificates {
        let until = Instant::now() + patience;
        let mut all = EndingCertificates::default();
        let kind = built_in("secrets");
        let Ok(Ok(served)) = timeout_at(until, cluster.served(&kind)).await else { return all };
        let everywhere = Place::Namespaces(BTreeSet::new());
        let read = Need::to_all(Verb::Get, Resource::new("", "secrets"), cluster.name().clone(), everywhere);
        let (Some(listed), Ok(read)) = (self.glance_at(cluster, &served), decide(&self.caller, &read)) else {
            return all;
        };
        let Ok(Ok(store)) = timeout_at(until, cluster.loaded(&kind)).await else { return all };
        let mut unknown = Vec::new();
        let known = cluster.known_certificates();
        for held in held(cluster, &store, [&listed, &read]) {
            match known.find(&held.version) {
                Some(certificate) => all.found.extend(ending(&held, &certificate, before)),
                None => unknown.push(held),
            }
        }
        self.read_more(cluster, unknown, before, until, &mut all).await;
        all
    }

    /// Reads what nobody has read yet, as much as one look may: first what was never tried, then what failed longest ago. What is
    /// refused keeps nobody from what comes after it.
    async fn read_more(
        &self,
        cluster: &Arc<Cluster>,
        unknown: Vec<Held>,
        before: i64,
        until: Instant,
        all: &mut EndingCertificates,
    ) {
        let known = cluster.known_certificates();
        let has_failed = |held: &Held| known.has_failed(&self.attempt(&held.version), AGAIN);
        let (failed, mut left): (Vec<Held>, Vec<Held>) = unknown.into_iter().partition(has_failed);
        all.refused = failed.len();
        left.sort_by_cached_key(|held| known.failed_at(&self.attempt(&held.version)));
        let whole_look = format!("all {}", self.caller.name);
        let most = if known.has_failed(&whole_look, AGAIN) { 0 } else { MOST_READ };
        let (mut tried, mut is_any_read) = (0, false);
        for some in left[..left.len().min(most)].chunks(AT_ONCE) {
            let mut reads = Vec::new();
            for held in some {
                reads.push(self.certificate_in(cluster, held.secret.clone(), held.version.clone()));
            }
            let Ok(read) = timeout_at(until, join_all(reads)).await else { break };
            tried += some.len();
            for (held, certificate) in some.iter().zip(read) {
                is_any_read |= certificate.is_some();
                match certificate {
                    Some(certificate) => all.found.extend(ending(held, &certificate, before)),
                    None => all.refused += 1,
                }
            }
        }
        if tried > 0 && !is_any_read {
            known.fail(whole_look);
        }
        all.waiting = left.len() - tried;
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

fn ending(held: &Held, certificate: &Certificate, before: i64) -> Option<EndingCertificate> {
    let ends =
        (!certificate.is_unreadable && certificate.not_after < before).then_some(certificate.not_after)?;
    let host = certificate.names.first().cloned().unwrap_or_default();
    let certificate = certificate.issued_as.clone();
    Some(EndingCertificate { secret: held.secret.clone(), host, ends, certificate })
}
