//! Who looks after which alert, on behalf of one caller.

use crate::service::{ForCaller, Prometheus, now};
use crate::silences::may_be_held_back_in;
use access::Command;
use database::acknowledgements::Acknowledgement;
use kubernetes::Cluster;
use model::{ClusterName, ConsoleError, Thing, Timestamp};
use monitoring_contract::{AcknowledgeFields, Acknowledged, Alert, WithdrawFields};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;

/// Looking after an alert. Whoever may silence it may.
pub fn look_after(cluster: &ClusterName, alert: &Alert) -> Command {
    Command::of("acknowledge alert", may_be_held_back_in(cluster, alert)).saying(&alert.name)
}

/// Looking after it no more.
fn withdraw(cluster: &ClusterName, alert: &Alert) -> Command {
    Command::of("withdraw acknowledgement", may_be_held_back_in(cluster, alert)).saying(&alert.name)
}

impl Prometheus {
    /// Adds to alerts who looks after them.
    pub(crate) async fn tell_acknowledged(
        &self,
        cluster: &ClusterName,
        alerts: &mut [Alert],
    ) -> Result<(), ConsoleError> {
        if alerts.is_empty() {
            return Ok(());
        }
        let all = self.database.acknowledgements(cluster).await?;
        for alert in alerts {
            let made = all.iter().find(|made| made.fingerprint == alert.fingerprint);
            // One that began later is another one.
            let made = made.filter(|made| alert.since.is_none_or(|since| since.0 <= made.made_at));
            alert.acknowledged = made.map(|made| Acknowledged {
                by: made.made_by.clone(),
                note: made.note.clone(),
                at: Timestamp(made.made_at),
            });
        }
        Ok(())
    }

    /// Forgets who looked after alerts of long ago that go on no more. Where it is not known what goes on, nothing is forgotten.
    async fn forget_ended(&self, cluster: &Arc<Cluster>) -> Result<(), ConsoleError> {
        let Some(rules) = self.firing(cluster).await? else { return Ok(()) };
        let lists = self.firing_lists(cluster).await?;
        let going_on: BTreeSet<String> =
            rules.into_iter().chain(lists).map(|alert| alert.fingerprint).collect();
        Ok(self.database.forget_acknowledgements(cluster.name(), &going_on).await?)
    }
}

impl ForCaller {
    /// An alert that the caller sees.
    async fn seen_alert(&self, cluster: &ClusterName, fingerprint: &str) -> Result<Alert, ConsoleError> {
        let alerts = self.seen_alerts(cluster).await?.map_or_else(|_| Vec::new(), |alerts| alerts.alerts);
        let found = alerts.into_iter().find(|alert| alert.fingerprint == fingerprint);
        found.ok_or_else(|| ConsoleError::unknown(Thing::Alert))
    }

    pub(crate) async fn acknowledge(&self, fields: AcknowledgeFields) -> Result<(), ConsoleError> {
        let alert = self.seen_alert(&fields.cluster, &fields.fingerprint).await?;
        let action = look_after(&fields.cluster, &alert);
        let database = self.prometheus.database.clone();
        let cluster = self.cluster(&fields.cluster)?;
        let made_by = self.caller.responsible().1;
        let work = async move |_| {
            let note = fields.check()?;
            let new = Acknowledgement { fingerprint: alert.fingerprint, made_by, note, made_at: now() };
            database.acknowledge(&fields.cluster, &new).await.map_err(ConsoleError::from)
        };
        self.access().perform(&self.caller, action, work).await?;
        if let Err(error) = self.prometheus.forget_ended(&cluster).await {
            tracing::debug!(%error, cluster = %cluster.name(), "Who looked after alerts of long ago is kept for now");
        }
        Ok(())
    }

    pub(crate) async fn withdraw_acknowledgement(&self, fields: WithdrawFields) -> Result<(), ConsoleError> {
        let alert = self.seen_alert(&fields.cluster, &fields.fingerprint).await?;
        let action = withdraw(&fields.cluster, &alert);
        let database = self.prometheus.database.clone();
        let work = async move |_| {
            let gone = database.withdraw_acknowledgement(&fields.cluster, &fields.fingerprint).await;
            // Somebody else may have been faster.
            gone.map(drop).map_err(ConsoleError::from)
        };
        self.access().perform(&self.caller, action, work).await
    }
}

/// Tells an alert from others of its cluster: a digest of all its labels, and of the alert on a list that it is of.
pub fn fingerprint(alert: &Alert) -> String {
    let mut labels: Vec<(&str, &str)> =
        alert.labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    labels.extend([("alertname", alert.name.as_str()), ("severity", alert.severity.as_str())]);
    if let Some(list) = &alert.list {
        // No label is called so.
        labels.push(("list alert", list.id.as_str()));
    }
    labels.sort_unstable();
    let mut digest = Sha256::new();
    for (name, value) in labels {
        // Neither can hold this byte, so no two sets of labels look alike.
        digest.update([name.as_bytes(), b"\xff", value.as_bytes(), b"\xff"].concat());
    }
    digest.finalize()[..16].iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Level;

    fn alert(labels: &[(&str, &str)]) -> Alert {
        let labels = labels.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        Alert::firing("Crashing", Level::Warning, "warning", labels)
    }

    #[test]
    fn alerts_are_told_apart_by_all_their_labels_in_any_order() {
        let print = |labels: &[(&str, &str)]| fingerprint(&alert(labels));

        assert_eq!(
            print(&[("pod", "x"), ("namespace", "shop")]),
            print(&[("namespace", "shop"), ("pod", "x")])
        );
        assert_ne!(print(&[("namespace", "shop")]), print(&[("namespace", "shop"), ("pod", "x")]));
        assert_ne!(print(&[("a", "bc")]), print(&[("ab", "c")]));
        let worse = Alert { severity: "critical".into(), ..alert(&[]) };
        assert_ne!(fingerprint(&worse), print(&[]));
    }
}
