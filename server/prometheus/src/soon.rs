//! What will soon be full or over.

use crate::answer::Measurement;
use crate::client::moment;
use crate::error::PrometheusError;
use crate::fenced::Fenced;
use crate::reads::ReadMetrics;
use crate::seen::{Seen, seen_of};
use crate::service::{ForCaller, PATIENCE, now};
use crate::sources::Source;
use futures::future::{join_all, try_join_all};
use kubernetes::Cluster;
use model::{ClusterName, ConsoleError, KindSlug, Namespace, ObjectName, ResourceRef, Timestamp};
use monitoring_contract::{Shortage, Soon};
use std::sync::Arc;
use tokio::time::timeout;

/// Volumes that are full to nine tenths or more.
const VOLUMES: &str = "max by (namespace, persistentvolumeclaim) (1 - kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes) >= 0.9";
/// Certificates that end within three weeks: those of cert-manager, and those with which ingresses answer.
const OF_CERT_MANAGER: &str = "min by (namespace, exported_namespace, name) (certmanager_certificate_expiration_timestamp_seconds) - time() < 1814400";
const OF_INGRESSES: &str = "min by (namespace, exported_namespace, host, secret_name) (nginx_ingress_controller_ssl_expire_time_seconds) - time() < 1814400";
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
    pub(crate) async fn read_soon(&self) -> Result<Vec<Soon>, ConsoleError> {
        let clusters = self.prometheus.kubernetes.clusters();
        let seen = clusters.filter(|cluster| self.caller.may_see_cluster(cluster.name()));
        let asked = seen.map(|cluster| self.soon_in(cluster));
        let mut all: Vec<Soon> = join_all(asked).await.into_iter().flatten().flatten().collect();
        all.sort_by(Soon::order);
        all.truncate(Soon::MOST);
        Ok(all)
    }

    /// Of one cluster, if it is measured, may be seen, and answers in time: what fires tells who does not.
    async fn soon_in(&self, cluster: &Arc<Cluster>) -> Option<Vec<Soon>> {
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

/// A series as what it is about; nothing where it names none.
fn told(of: Of, cluster: &ClusterName, series: &Measurement, now: i64) -> Option<Soon> {
    let (_, value) = *series.samples.last()?;
    let (kind, label) = match of {
        Of::Volumes => ("persistentvolumeclaims", "persistentvolumeclaim"),
        Of::CertManager => ("certificates.cert-manager.io", "name"),
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
    fn every_question_can_be_asked() {
        for text in asked() {
            assert_eq!(
                Query::parse(text).unwrap().metrics().unwrap().len(),
                1 + usize::from(text == VOLUMES)
            );
        }
    }
}
