//! What will soon be full or over.

use crate::answer::Measurement;
use crate::client::moment;
use crate::error::PrometheusError;
use crate::fenced::Fenced;
use crate::reads::ReadMetrics;
use crate::seen::{Seen, seen_of};
use crate::service::{ForCaller, PATIENCE, now};
use crate::sources::Source;
use access::Caller;
use futures::future::{join, join_all, try_join_all};
use kubernetes::{Cluster, EndingCertificate, EndingCertificates};
use model::{ClusterName, ConsoleError, KindSlug, Language, Namespace, ObjectName, ResourceRef, Timestamp};
use monitoring_contract::{Shortage, Soon, SoonList, UnreadCertificates};
use std::sync::Arc;
use tokio::time::timeout;

/// Volumes that are full to nine tenths or more.
const VOLUMES: &str = "max by (namespace, persistentvolumeclaim) (1 - kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes) >= 0.9";
/// Certificates that end within three weeks: those of cert-manager, and those with which ingresses answer.
const OF_CERT_MANAGER: &str = "min by (namespace, exported_namespace, name) (certmanager_certificate_expiration_timestamp_seconds) - time() < 1814400";
const OF_INGRESSES: &str = "min by (namespace, exported_namespace, host, secret_name) (nginx_ingress_controller_ssl_expire_time_seconds) - time() < 1814400";
/// What is read from secrets is told so many seconds before its end, as what is measured is.
const SOON: i64 = 1_814_400;
/// The kind of certificates of cert-manager.
const CERTIFICATES: &str = "certificates.cert-manager.io";
/// A certificate that ends within so many seconds needs somebody now.
const VERY_SOON: f64 = 3.0 * 86_400.0;

/// What is asked.
#[derive(Clone, Copy)]
enum Of {
    Volumes,
    CertManager,
    Ingresses,
}

const ASKED: [(Of, &str); 3] =
    [(Of::Volumes, VOLUMES), (Of::CertManager, OF_CERT_MANAGER), (Of::Ingresses, OF_INGRESSES)];

/// All that is asked.
pub fn asked() -> impl Iterator<Item = &'static str> {
    ASKED.into_iter().map(|(_, text)| text)
}

impl ForCaller {
    pub(crate) async fn read_soon(&self) -> Result<SoonList, ConsoleError> {
        let clusters = self.prometheus.kubernetes.clusters();
        let seen = clusters.filter(|cluster| self.caller.may_see_cluster(cluster.name()));
        let asked = seen.map(|cluster| self.soon_in(cluster));
        let mut all = SoonList::default();
        for (soon, unread) in join_all(asked).await {
            all.soon.extend(soon);
            all.unread.extend(unread);
        }
        all.soon.sort_by(Soon::order);
        all.soon.truncate(Soon::MOST);
        Ok(all)
    }

    /// Of one cluster, as far as it may be seen: what is measured, and certificates that the console finds by itself, with how
    /// many of them it could not read.
    async fn soon_in(&self, cluster: &Arc<Cluster>) -> (Vec<Soon>, Option<UnreadCertificates>) {
        let now = now();
        let kubernetes = &self.prometheus.kubernetes;
        // Nothing of it is in words.
        let reader = kubernetes.for_caller(Caller::clone(&self.caller), Language::default());
        let read = reader.ending_certificates(cluster, now.saturating_add(SOON), PATIENCE);
        let (measured, read) = join(self.measured_soon(cluster), read).await;
        let EndingCertificates { found, refused, waiting } = read;
        let unread = UnreadCertificates { cluster: cluster.name().clone(), refused, waiting };
        let unread = (refused + waiting > 0).then_some(unread);
        (together(measured.unwrap_or_default(), found, now), unread)
    }

    /// What is measured of a cluster that answers in time: what fires tells who does not.
    async fn measured_soon(&self, cluster: &Arc<Cluster>) -> Option<Vec<Soon>> {
        let granted = self.access().glance(&self.caller, ReadMetrics::of_projects(cluster.name()))?;
        let ask = async {
            let source = self.prometheus.source(cluster).await.ok()?.ok()?;
            let seen = seen_of(cluster, &granted).await.ok()?;
            source.soon(cluster.name(), &seen, now()).await.ok()
        };
        timeout(PATIENCE, ask).await.ok().flatten()
    }
}

impl Source {
    /// What will soon be full or over, of what is seen.
    pub async fn soon(
        &self,
        cluster: &ClusterName,
        seen: &Seen,
        now: i64,
    ) -> Result<Vec<Soon>, PrometheusError> {
        let asked = ASKED.iter().map(|(of, text)| async move {
            let Some(query) = self.layout.pick(&[*text])? else { return Ok(Vec::new()) };
            let query = Fenced::new(query, seen, &self.layout, moment(now))?;
            let answer = query.instant(&self.client).await?;
            let found = answer.series.iter().filter_map(|series| told(*of, cluster, series, now));
            Ok::<_, PrometheusError>(found.collect::<Vec<_>>())
        });
        Ok(try_join_all(asked).await?.into_iter().flatten().collect())
    }
}

/// What was measured and what was read in one, each certificate once.
fn together(mut soon: Vec<Soon>, read: Vec<EndingCertificate>, now: i64) -> Vec<Soon> {
    let is_told = |one: &EndingCertificate| {
        soon.iter().any(|told| {
            let is_its = told.resource.kind.as_str() == CERTIFICATES
                && told.resource.namespace == one.secret.namespace
                && told.resource.name.as_str() == one.certificate;
            told.resource == one.secret || is_its
        })
    };
    let new: Vec<EndingCertificate> = read.into_iter().filter(|one| !is_told(one)).collect();
    soon.extend(new.into_iter().map(|EndingCertificate { secret, host, ends, .. }| {
        let shortage = Shortage::Ends(Timestamp(ends), ends.saturating_sub(now) as f64 <= VERY_SOON);
        Soon { resource: secret, host, shortage }
    }));
    soon
}

/// A series as what it is about; nothing where it names none.
fn told(of: Of, cluster: &ClusterName, series: &Measurement, now: i64) -> Option<Soon> {
    let (_, value) = *series.samples.last()?;
    let (kind, label) = match of {
        Of::Volumes => ("persistentvolumeclaims", "persistentvolumeclaim"),
        Of::CertManager => (CERTIFICATES, "name"),
        Of::Ingresses => ("secrets", "secret_name"),
    };
    // An exporter that has a namespace of its own tells the other one beside it.
    let namespaces = [series.label("exported_namespace"), series.label("namespace")];
    let namespace = namespaces.into_iter().find(|name| !name.is_empty())?;
    let resource = ResourceRef {
        cluster: cluster.clone(),
        kind: KindSlug::parse(kind).ok()?,
        namespace: Some(Namespace::parse(namespace).ok()?),
        name: ObjectName::parse(series.label(label)).ok()?,
    };
    let shortage = match of {
        Of::Volumes => Shortage::Full(value.clamp(0.0, 1.0)),
        Of::CertManager | Of::Ingresses => {
            Shortage::Ends(Timestamp(now.saturating_add(value as i64)), value <= VERY_SOON)
        }
    };
    Some(Soon { resource, host: series.label("host").to_owned(), shortage })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::promql::Query;
    use model::Level;

    fn series(labels: &[(&str, &str)], value: f64) -> Measurement {
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Measurement { labels: labels.collect(), samples: vec![(1000, value)] }
    }

    fn of(of: Of, labels: &[(&str, &str)], value: f64) -> Option<(String, Shortage, Level)> {
        let cluster = ClusterName::parse("harbour").unwrap();
        let soon = told(of, &cluster, &series(labels, value), 1000)?;
        Some((soon.resource.to_string(), soon.shortage, soon.level()))
    }

    #[test]
    fn each_is_told_with_the_object_that_it_is_about() {
        let claim = [("namespace", "shop"), ("persistentvolumeclaim", "data")];
        assert_eq!(
            of(Of::Volumes, &claim, 0.93),
            Some(("persistentvolumeclaims/shop/data".into(), Shortage::Full(0.93), Level::Warning))
        );
        let secret = [("namespace", "ingress"), ("exported_namespace", "shop"), ("secret_name", "web-tls")];
        let ends = |seconds: i64, is_near| Shortage::Ends(Timestamp(1000 + seconds), is_near);
        assert_eq!(
            of(Of::Ingresses, &secret, 86_400.0),
            Some(("secrets/shop/web-tls".into(), ends(86_400, true), Level::Failed))
        );
        let certificate = [("namespace", "shop"), ("name", "web")];
        assert_eq!(
            of(Of::CertManager, &certificate, 864_000.0).unwrap().1,
            ends(864_000, false),
            "ten days are some time"
        );
        assert_eq!(
            of(Of::Ingresses, &[("namespace", "shop"), ("host", "_")], 5.0),
            None,
            "it names no secret"
        );
    }

    #[test]
    fn a_certificate_that_is_measured_and_read_is_told_once() {
        let (cluster, secret) =
            (ClusterName::parse("harbour").unwrap(), [("namespace", "shop"), ("secret_name", "web")]);
        let measured =
            |of, labels: &[(&str, &str)]| told(of, &cluster, &series(labels, 864_000.0), 1000).unwrap();
        let known = measured(Of::Ingresses, &secret);
        let own = measured(Of::CertManager, &[("namespace", "shop"), ("name", "mail")]);
        let read = |name: &str, certificate: &str, ends| EndingCertificate {
            secret: ResourceRef { name: ObjectName::parse(name).unwrap(), ..known.resource.clone() },
            host: "shop.example".into(),
            ends,
            certificate: certificate.into(),
        };
        let all = vec![read("web", "", 5), read("mail-tls", "mail", 5), read("api", "", 1000 + 86_400)];

        let soon = together(vec![known.clone(), own.clone()], all, 1000);

        assert_eq!(soon[..2], [known, own]);
        let (name, shortage) = (soon[2].resource.name.to_string(), soon[2].shortage);
        assert_eq!(
            (soon.len(), name.as_str(), shortage),
            (3, "api", Shortage::Ends(Timestamp(87_400), true))
        );
    }

    #[test]
    fn every_question_can_be_asked() {
        for text in asked() {
            assert_eq!(
                Query::parse(text).unwrap().metrics().unwrap().len(),
                1 + usize::from(text == VOLUMES)
            );
        }
    }
}
