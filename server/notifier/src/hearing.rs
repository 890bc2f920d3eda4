//! What fires now where a receiver listens, and what becomes of it: why somebody was told, or not.

use crate::look::{Firing, Heard};
use crate::quiet::is_quiet;
use crate::receiver::Receiver;
use crate::{Inner, Notifier};
use database::deliveries::ToldAlert;
use database::{DatabaseError, now_seconds};
use futures::future::try_join_all;
use kubernetes::Births;
use model::{ClusterName, Timestamp};
use monitoring_contract::Alert;
use notifications_contract::{Fate, HeardAlert, Hearing};
use prometheus::fingerprint;
use std::collections::BTreeMap;

impl Notifier {
    /// What fires now where a receiver listens, and what becomes of each. Clusters are asked as they are before people are told.
    pub async fn hearing(&self, receiver: &Receiver) -> Result<Hearing, DatabaseError> {
        let projects = self.0.database.projects().await?;
        let clusters = self.0.alerts.clusters().into_iter();
        let heard = clusters.filter_map(|cluster| Some((receiver.hears(&cluster, &projects)?, cluster)));
        let looks = heard.map(|(heard, cluster)| self.0.hearing_in(receiver, heard, cluster));
        let mut hearing = Hearing::default();
        for (cluster, is_known, alerts) in try_join_all(looks).await? {
            hearing.unknown.extend((!is_known).then_some(cluster));
            hearing.alerts.extend(alerts);
        }
        hearing.total = hearing.alerts.len() as u64;
        hearing.alerts.sort_by(|one, other| {
            (one.level, &one.cluster, &one.name, &one.about).cmp(&(
                other.level,
                &other.cluster,
                &other.name,
                &other.about,
            ))
        });
        hearing.alerts.truncate(Hearing::MOST);
        Ok(hearing)
    }
}

impl Inner {
    /// The same in one cluster, with whether all is known of it.
    async fn hearing_in(
        &self,
        receiver: &Receiver,
        heard: Heard,
        cluster: ClusterName,
    ) -> Result<(ClusterName, bool, Vec<HeardAlert>), DatabaseError> {
        let firing = self.firing(&cluster).await;
        let told = self.database.told_alerts(receiver.id, cluster.as_str()).await?;
        let is_known = firing.rules.is_some() && firing.lists.is_some() && firing.births.is_some();
        Ok((cluster.clone(), is_known, heard_of(receiver, &heard, &cluster, &firing, told)))
    }
}

fn heard_of(
    receiver: &Receiver,
    heard: &Heard,
    cluster: &ClusterName,
    firing: &Firing,
    told: Vec<ToldAlert>,
) -> Vec<HeardAlert> {
    let births = match (&firing.births, heard) {
        (Some(births), _) => Births::clone(births),
        (None, Heard::Everything) => Births::default(),
        // Whose alerts they are is not known.
        (None, Heard::Namespaces(_)) => return Vec::new(),
    };
    let told: BTreeMap<String, i64> = told.into_iter().map(|told| (told.fingerprint, told.told_at)).collect();
    let heard = firing.alerts().filter(|alert| heard.admits(alert, &births));
    let is_quiet = is_quiet(&receiver.said, now_seconds());
    let one = |alert: &Alert| HeardAlert {
        cluster: cluster.clone(),
        name: alert.name.clone(),
        level: alert.level,
        severity: alert.severity.clone(),
        about: alert.resource.clone(),
        fate: fate(receiver, is_quiet, alert, told.get(&fingerprint(alert)).copied()),
    };
    heard.map(one).collect()
}

/// As [`crate::look::look`] decides it.
fn fate(receiver: &Receiver, is_quiet: bool, alert: &Alert, told_at: Option<i64>) -> Fate {
    if !receiver.said.least.admits(alert.level) {
        Fate::Mild
    } else if receiver.wanted([alert].into_iter()).is_empty() {
        Fate::Unmatched
    } else if let Some(at) = told_at {
        Fate::Told(Timestamp(at))
    } else if !alert.silenced_by.is_empty() {
        Fate::Silenced
    } else if alert.is_inhibited {
        Fate::Inhibited
    } else if is_quiet {
        Fate::Quiet
    } else {
        Fate::Due
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::tests::{alert, receiver};
    use std::sync::Arc;

    #[test]
    fn what_fires_where_a_receiver_does_not_listen_is_not_said() {
        let fires =
            |name: &str, namespace: &str| Alert { since: Some(Timestamp(20)), ..alert(name, namespace) };
        let births = |shop: i64| -> Births {
            Arc::new([("shop".parse().unwrap(), shop), ("bank".parse().unwrap(), 0)].into())
        };
        let heard = Heard::Namespaces(["shop".parse().unwrap()].into());
        let said = |births: Option<Births>| {
            let rules = Some(vec![fires("Own", "shop"), fires("Foreign", "bank")]);
            let firing = Firing { rules, lists: Some(Vec::new()), births };
            let cluster = "harbour".parse().unwrap();
            let said = heard_of(&receiver("slack", &[]), &heard, &cluster, &firing, Vec::new());
            said.into_iter().map(|one| one.name).collect::<Vec<_>>()
        };

        assert_eq!(said(Some(births(10_000))), ["Own"]);
        assert!(said(Some(births(30_000))).is_empty(), "another project had that name");
        assert!(said(None).is_empty());
    }
}
