//! Alerts on lists, beside those of rules.

use crate::acknowledge::fingerprint;
use crate::service::{ForCaller, Prometheus};
use crate::silences::compiled;
use kubernetes::Cluster;
use list_alerts::KnownAlerts;
use model::{ClusterName, ConsoleError};
use monitoring_contract::{Alert, Alerts, Missing, Notifying, Unmeasured};
use std::cmp::Reverse;
use std::sync::Arc;

impl Prometheus {
    /// What fires of a cluster's lists, of all its namespaces, with what keeps people from being told of it.
    pub async fn firing_lists(&self, cluster: &Arc<Cluster>) -> Result<Vec<Alert>, ConsoleError> {
        let mut firing = self.lists.firing(cluster.name()).await?;
        firing.iter_mut().for_each(sign);
        self.hold_back(cluster, &mut firing).await;
        self.tell_acknowledged(cluster.name(), &mut firing).await?;
        Ok(firing)
    }

    /// Says of alerts what keeps people from being told of them. An Alertmanager that does not answer keeps nobody.
    pub(crate) async fn hold_back(&self, cluster: &Cluster, alerts: &mut [Alert]) {
        if alerts.is_empty() {
            return;
        }
        if let Ok(Ok(manager)) = self.alertmanager(cluster).await
            && let Ok(state) = manager.state().await
        {
            let active = state.active_silences();
            let silences = compiled(&active);
            alerts.iter_mut().for_each(|alert| state.hold_back(&silences, alert));
        }
    }
}

impl ForCaller {
    /// What is known of a cluster's lists, of the objects that the caller may see.
    pub(crate) async fn lists(&self, cluster: &ClusterName) -> Result<KnownAlerts, ConsoleError> {
        let lists = self.prometheus.lists.for_caller(Arc::clone(&self.caller));
        let mut known = lists.known(cluster).await?;
        known.alerts.iter_mut().for_each(sign);
        Ok(known)
    }
}

fn sign(alert: &mut Alert) {
    alert.fingerprint = fingerprint(alert);
}

/// Alerts of rules and alerts on lists in one. What is known of lists is told although nothing is known of rules.
pub fn join(
    rules: Result<Result<Alerts, Missing>, ConsoleError>,
    lists: KnownAlerts,
) -> Result<Result<Alerts, Missing>, ConsoleError> {
    let has_lists = lists != KnownAlerts::default();
    let without = |unmeasured| Alerts {
        alerts: Vec::new(),
        rules: None,
        notifying: Notifying::Missing,
        unmeasured: Some(unmeasured),
        unknown_lists: Vec::new(),
    };
    let mut alerts = match rules {
        Ok(Ok(alerts)) => alerts,
        Ok(Err(missing)) if has_lists => without(Unmeasured::Missing(missing)),
        Err(error @ ConsoleError::Unavailable { .. }) if has_lists => without(Unmeasured::Failing(error)),
        other => return other,
    };
    alerts.alerts.extend(lists.alerts);
    alerts.unknown_lists = lists.unknown;
    sort(&mut alerts.alerts);
    Ok(Ok(alerts))
}

/// The most urgent first.
pub fn sort(alerts: &mut [Alert]) {
    alerts.sort_by_key(|alert| (!alert.is_firing, alert.level, Reverse(alert.since), alert.name.clone()));
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::{Level, System};
    use monitoring_contract::UnknownList;

    fn alert(name: &str, level: Level) -> Alert {
        Alert::firing(name, level, "warning", Vec::new())
    }

    fn rules() -> Alerts {
        Alerts {
            alerts: vec![alert("B", Level::Warning)],
            rules: Some(Vec::new()),
            notifying: Notifying::Missing,
            unmeasured: None,
            unknown_lists: Vec::new(),
        }
    }

    fn lists() -> KnownAlerts {
        let unknown = vec![UnknownList { name: "Nodes".into(), cause: "it is down".into() }];
        KnownAlerts { alerts: vec![alert("A", Level::Failed)], unknown }
    }

    fn down() -> ConsoleError {
        let system = System::Monitoring("lantern".into());
        ConsoleError::Unavailable { system, cause: "it is down".into(), may_be_done: false }
    }

    #[test]
    fn both_are_one_list_and_the_most_urgent_comes_first() {
        let joined = join(Ok(Ok(rules())), lists()).unwrap().unwrap();

        let names: Vec<&str> = joined.alerts.iter().map(|alert| alert.name.as_str()).collect();
        assert_eq!(names, ["A", "B"]);
        assert_eq!((joined.unmeasured, joined.unknown_lists.len()), (None, 1));
    }

    #[test]
    fn lists_warn_where_nothing_measures_and_where_what_measures_has_failed() {
        let missing = join(Ok(Err(Missing::default())), lists()).unwrap().unwrap();
        assert_eq!(missing.unmeasured, Some(Unmeasured::Missing(Missing::default())));
        assert_eq!(missing.alerts.len(), 1);
        let failing = join(Err(down()), lists()).unwrap().unwrap();
        assert_eq!(failing.unmeasured, Some(Unmeasured::Failing(down())));

        assert!(join(Ok(Err(Missing::default())), KnownAlerts::default()).unwrap().is_err());
        assert_eq!(join(Err(down()), KnownAlerts::default()).unwrap_err(), down());
        let refused = ConsoleError::missing("cluster lantern");
        assert_eq!(
            join(Err(refused.clone()), lists()).unwrap_err(),
            refused,
            "who may not look sees no lists"
        );
    }
}
