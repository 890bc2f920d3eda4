//! Silences, on behalf of one caller.

use crate::alertmanager::{Alertmanager, NewSilence, State, ToldAlert, ToldSilence, moment};
use crate::conditions::Conditions;
use crate::service::{ForCaller, now};
use access::{Command, Need, Place, Resource, Verb};
use model::fault::SilenceFault;
use model::{ClusterName, ConsoleError, Namespace, Thing, Timestamp};
use monitoring_contract::{
    Alert, Alerts, CheckedSilence, EndSilenceFields, Matcher, Notifying, Silence, SilenceFields,
};
use std::collections::BTreeSet;
use std::sync::Arc;

/// By so many seconds two clocks may differ: a beginning in the past is taken as now, one in the future would let alerts
/// through for a while.
const SKEW: i64 = 300;
/// How far ahead a silence can be planned, in seconds.
const FARTHEST: i64 = 365 * 86_400;

/// The label by which alerts belong to projects.
const NAMESPACE: &str = "namespace";

fn create(cluster: &ClusterName, place: Place) -> Command {
    Command::of("silence alerts", need(Verb::Create, cluster, place))
}

fn end(cluster: &ClusterName, place: Place) -> Command {
    Command::of("end silence", need(Verb::Delete, cluster, place))
}

/// The right to change who is told of alerts. A silence that is about one namespace alone needs it there, any other one in
/// the cluster.
fn need(verb: Verb, cluster: &ClusterName, place: Place) -> Need {
    Need::to_all(verb, Resource::console("silences"), cluster.clone(), place)
}

/// The right to keep people from being told of an alert.
pub fn may_be_held_back_in(cluster: &ClusterName, alert: &Alert) -> Need {
    let namespace = alert.labels.iter().find(|(name, _)| name == NAMESPACE);
    need(Verb::Create, cluster, in_namespace(namespace.map(|(_, value)| value.as_str())))
}

/// Where somebody must have the right to what is about these alerts.
fn place(matchers: &[Matcher]) -> Place {
    in_namespace(Matcher::pinned(matchers, NAMESPACE))
}

fn in_namespace(name: Option<&str>) -> Place {
    name.and_then(|name| Namespace::parse(name).ok()).map_or(Place::Cluster, Place::Namespace)
}

/// From when a silence holds, as Alertmanager is told, and from when its hours count.
fn beginning(wished: Option<Timestamp>, now: i64) -> Result<(i64, i64), SilenceFault> {
    match wished {
        Some(Timestamp(at)) if at < now - SKEW => Err(SilenceFault::Over),
        Some(Timestamp(at)) if at > now + FARTHEST => Err(SilenceFault::TooFar),
        Some(Timestamp(at)) if at > now => Ok((at, at)),
        // A minute that has just begun is now.
        _ => Ok((now - SKEW, now)),
    }
}

impl ForCaller {
    async fn alertmanager(&self, cluster: &ClusterName) -> Result<Arc<Alertmanager>, ConsoleError> {
        let known = self.cluster(cluster)?;
        self.prometheus
            .alertmanager(&known)
            .await?
            .map_err(|_| ConsoleError::unknown(Thing::Alertmanager(cluster.to_string())))
    }

    /// Adds to alerts of whom nobody is told, and the silences that the caller may see: all in a cluster whose rules they
    /// may see, those of their projects otherwise.
    pub(crate) async fn tell_who_is_told(
        &self,
        cluster: &ClusterName,
        alerts: &mut Alerts,
    ) -> Result<(), ConsoleError> {
        let known = self.cluster(cluster)?;
        let state = match self.prometheus.alertmanager(&known).await {
            Ok(Ok(manager)) => manager.state().await,
            // Already what was not found: nobody is told by anybody.
            Ok(Err(_)) => return Ok(()),
            // Alerts on lists are known although the cluster does not answer.
            Err(error) => {
                alerts.notifying = Notifying::Failing(error.cause());
                return Ok(());
            }
        };
        let state = match state {
            Ok(state) => state,
            Err(error) => {
                alerts.notifying = Notifying::Failing(error.cause());
                return Ok(());
            }
        };
        let active = state.active_silences();
        let conditions = compiled(&active);
        for alert in &mut alerts.alerts {
            state.hold_back(&conditions, alert);
        }
        let worse: Vec<Vec<String>> =
            alerts.alerts.iter().map(|alert| state.inhibiting(alert, &alerts.alerts)).collect();
        for (alert, worse) in alerts.alerts.iter_mut().zip(worse) {
            alert.inhibited_by = worse;
        }
        // What holds people back from being told comes last.
        alerts.alerts.sort_by_key(|alert| !alert.silenced_by.is_empty());
        let sees_all = alerts.rules.is_some();
        let seen = state.silences.iter().filter(|told| told.status.state != "expired").filter(|told| {
            sees_all
                || alerts.alerts.iter().any(|alert| alert.silenced_by.contains(&told.id))
                || self.caller.may(&end(cluster, place(&told.conditions())))
        });
        let mut silences: Vec<Silence> = seen.map(|told| self.silence(cluster, told)).collect();
        silences.sort_by_key(|silence| (!silence.is_active, silence.ends));
        alerts.notifying = Notifying::Silences(silences);
        Ok(())
    }

    fn silence(&self, cluster: &ClusterName, told: &ToldSilence) -> Silence {
        let matchers = told.conditions();
        let at = |text: &str| moment(text).unwrap_or_default();
        Silence {
            id: told.id.clone(),
            starts: at(&told.starts_at),
            ends: at(&told.ends_at),
            created_by: told.created_by.clone(),
            reason: told.comment.clone(),
            is_active: told.status.state == "active",
            may_end: self.caller.may(&end(cluster, place(&matchers))),
            matchers,
        }
    }

    pub(crate) async fn preview_silence(
        &self,
        cluster: &ClusterName,
        matchers: &str,
    ) -> Result<Vec<Alert>, ConsoleError> {
        let matchers = Matcher::parse_lines(matchers)
            .map_err(|problem| ConsoleError::Invalid { problems: vec![problem] })?;
        let conditions = Conditions::new(&matchers)?;
        let alerts = self.seen_alerts(cluster).await?.map_or_else(|_| Vec::new(), |alerts| alerts.alerts);
        Ok(alerts.into_iter().filter(|alert| conditions.hold_for(alert)).collect())
    }

    pub(crate) async fn create_silence(&self, fields: SilenceFields) -> Result<(), ConsoleError> {
        let checked = fields.check().map_err(|problems| ConsoleError::Invalid { problems })?;
        let CheckedSilence { matchers, begins } = checked;
        Conditions::new(&matchers)?;
        let (starts, begin) =
            beginning(begins, now()).map_err(|fault| ConsoleError::refused("begins", fault))?;
        let silence = NewSilence {
            matchers: matchers.iter().map(Into::into).collect(),
            starts_at: Timestamp(starts).to_rfc3339(),
            ends_at: Timestamp(begin + i64::from(fields.hours) * 3600).to_rfc3339(),
            created_by: self.caller.responsible().1,
            comment: fields.reason.trim().to_owned(),
        };
        let action = create(&fields.cluster, place(&matchers));
        let this = self.clone();
        let work = move |_| async move { this.alertmanager(&fields.cluster).await?.create(&silence).await };
        self.access().perform(&self.caller, action, work).await
    }

    pub(crate) async fn end_silence(&self, fields: EndSilenceFields) -> Result<(), ConsoleError> {
        let manager = self.alertmanager(&fields.cluster).await?;
        let state = manager.state().await?;
        let told = state.silences.iter().find(|told| told.id == fields.id && told.status.state != "expired");
        // Whoever may not know of it learns that it is not there, as is said of one that has ended.
        let told = told.ok_or_else(|| ConsoleError::unknown(Thing::Silence))?;
        let action = end(&fields.cluster, place(&told.conditions()));
        let id = told.id.clone();
        self.access().perform(&self.caller, action, move |_| async move { manager.expire(&id).await }).await
    }
}

impl State {
    /// The silences that hold, by their ids.
    pub(crate) fn active_silences(&self) -> Vec<(&str, Vec<Matcher>)> {
        let active = self.silences.iter().filter(|told| told.status.state == "active");
        active.map(|told| (&*told.id, told.conditions())).collect()
    }

    /// Says of an alert what keeps people from being told of it.
    pub(crate) fn hold_back(&self, silences: &[(&str, Conditions<'_>)], alert: &mut Alert) {
        if let Some(told) = self.told(alert) {
            alert.silenced_by.clone_from(&told.status.silenced_by);
            alert.is_inhibited = !told.status.inhibited_by.is_empty();
        } else {
            // Not sent yet, as what only may come to fire: these would hold it back.
            let holding = silences.iter().filter(|(_, conditions)| conditions.hold_for(alert));
            alert.silenced_by = holding.map(|(id, _)| (*id).to_owned()).collect();
        }
    }

    /// An alert as it is told. Where several have its labels, the one with the least beside them.
    fn told(&self, alert: &Alert) -> Option<&ToldAlert> {
        self.alerts.iter().filter(|told| is_same(told, alert)).min_by_key(|told| told.labels.len())
    }

    /// Which alerts keep people from being told of one, in words. Of what is not seen nothing is said.
    fn inhibiting(&self, alert: &Alert, seen: &[Alert]) -> Vec<String> {
        let Some(told) = self.told(alert).filter(|_| alert.is_inhibited) else { return Vec::new() };
        let worse = self.alerts.iter().filter(|one| told.status.inhibited_by.contains(&one.fingerprint));
        let worse = worse.filter_map(|one| seen.iter().find(|alert| is_same(one, alert)));
        let words = worse.map(|Alert { name, severity, .. }| match severity.as_str() {
            "" => name.clone(),
            severity => format!("{name} · {severity}"),
        });
        words.collect::<BTreeSet<String>>().into_iter().collect()
    }
}

/// Silences with their conditions compiled. What only Alertmanager's expressions can say holds for nothing here; of what it
/// knows, it says so itself.
pub(crate) fn compiled<'m>(silences: &'m [(&'m str, Vec<Matcher>)]) -> Vec<(&'m str, Conditions<'m>)> {
    silences.iter().filter_map(|(id, matchers)| Some((*id, Conditions::new(matchers).ok()?))).collect()
}

/// Whether both are the same alert: Alertmanager's has the labels of Prometheus' and what is added on the way, such as
/// the name of the cluster. A rule that warns twice, and the second time more urgently, has alerts that differ in nothing but
/// their severity; the more urgent one usually holds the other one back.
fn is_same(told: &ToldAlert, alert: &Alert) -> bool {
    let has = |name: &str, value: &str| told.labels.get(name).is_some_and(|own| own == value);
    has("alertname", &alert.name)
        && (alert.severity.is_empty() || has("severity", &alert.severity))
        && alert.labels.iter().all(|(name, value)| has(name, value))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::alertmanager::Suppression;
    use model::Level;

    fn alert(labels: &[(&str, &str)]) -> Alert {
        let labels = labels.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        Alert::firing("KubePodCrashLooping", Level::Warning, "warning", labels)
    }

    fn told(labels: &[(&str, &str)], inhibited_by: &[&str]) -> ToldAlert {
        ToldAlert {
            fingerprint: String::new(),
            labels: labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            status: Suppression {
                silenced_by: Vec::new(),
                inhibited_by: inhibited_by.iter().map(|by| (*by).to_owned()).collect(),
            },
        }
    }

    fn hold(text: &str) -> Result<bool, ConsoleError> {
        let matchers = Matcher::parse_lines(text).unwrap();
        let conditions = Conditions::new(&matchers)?;
        Ok(conditions.hold_for(&alert(&[("namespace", "shop"), ("pod", "web-0")])))
    }

    #[test]
    fn conditions_hold_as_alertmanager_takes_them() {
        assert_eq!(hold("alertname=KubePodCrashLooping\nseverity=warning\npod=~\"web-.*\""), Ok(true));
        // An expression means the whole value.
        assert_eq!(hold("pod=~\"web\""), Ok(false));
        assert_eq!(hold("pod!~\"db.*\"\nnamespace=\"shop\""), Ok(true));
        // A label that is not there is empty.
        assert_eq!(hold("namespace=\"shop\"\ncontainer=\"\""), Ok(true));
    }

    #[test]
    fn what_excludes_nothing_and_what_is_no_expression_is_refused() {
        for text in ["pod=~\".*\"", "pod!=\"x\"", "pod=\"\"", "pod=~\"(\""] {
            assert!(matches!(hold(text), Err(ConsoleError::Invalid { .. })), "{text}");
        }
    }

    #[test]
    fn a_silence_of_one_namespace_needs_the_right_there_and_any_other_one_in_the_cluster() {
        let place = |text: &str| place(&Matcher::parse_lines(text).unwrap());

        assert_eq!(place("namespace=shop\npod=x"), Place::Namespace(Namespace::parse("shop").unwrap()));
        for wide in ["pod=x", "namespace=~shop", "namespace!=shop", "namespace=\"No Namespace\""] {
            assert_eq!(place(wide), Place::Cluster, "{wide}");
        }
    }

    #[test]
    fn what_begins_later_lasts_as_long_as_what_begins_now() {
        let at = |moment| beginning(Some(Timestamp(moment)), 1_000_000);

        assert_eq!(beginning(None, 1_000_000), Ok((999_700, 1_000_000)));
        assert_eq!(at(999_960), Ok((999_700, 1_000_000)), "the minute of now");
        assert_eq!(at(1_086_400), Ok((1_086_400, 1_086_400)));
        assert!(at(900_000).is_err() && at(40_000_000).is_err());
    }

    #[test]
    fn an_alert_is_known_again_by_its_labels_with_more_beside_them() {
        let is_ours = |name: &str, severity: &str, pod: &str| {
            let labels = [("alertname", name), ("severity", severity), ("pod", pod), ("cluster", "a")];
            is_same(&told(&labels, &[]), &alert(&[("pod", "web-0")]))
        };

        assert!(is_ours("KubePodCrashLooping", "warning", "web-0"));
        assert!(!is_ours("KubePodCrashLooping", "warning", "web-1"));
        assert!(!is_ours("KubePodCrashLooping", "critical", "web-0"));
        assert!(!is_ours("Other", "warning", "web-0"));
    }

    #[test]
    fn what_is_urgent_is_not_held_back_with_the_warning_that_it_holds_back() {
        let [warning, critical] = ["warning", "critical"].map(|severity| {
            let inhibited_by: &[&str] = if severity == "warning" { &["f00d"] } else { &[] };
            told(&[("alertname", "KubePodCrashLooping"), ("severity", severity)], inhibited_by)
        });
        let of_a_pod = [("alertname", "KubePodCrashLooping"), ("severity", "critical"), ("pod", "web-0")];
        let state =
            State { silences: Vec::new(), alerts: vec![warning, told(&of_a_pod, &["f00d"]), critical] };
        let held_back = |severity: &str| {
            let mut alert = Alert { severity: severity.to_owned(), ..alert(&[]) };
            state.hold_back(&[], &mut alert);
            alert.is_inhibited
        };

        assert!(held_back("warning"));
        assert!(!held_back("critical"));
    }

    #[test]
    fn what_holds_an_alert_back_is_named_where_it_is_seen() {
        let down = [("alertname", "NodeDown"), ("severity", "critical"), ("node", "worker-1")];
        let down = ToldAlert { fingerprint: "f00d".into(), ..told(&down, &[]) };
        let own = [("alertname", "KubePodCrashLooping"), ("severity", "warning"), ("pod", "web-0")];
        let state = State { silences: Vec::new(), alerts: vec![told(&own, &["f00d", "beef"]), down] };
        let node = vec![("node".into(), "worker-1".into())];
        let node = Alert::firing("NodeDown", Level::Failed, "critical", node);
        let mut held = alert(&[("pod", "web-0")]);
        state.hold_back(&[], &mut held);

        let both = [held.clone(), node.clone()];
        assert_eq!(state.inhibiting(&held, &both), ["NodeDown · critical"]);
        assert_eq!(state.inhibiting(&held, std::slice::from_ref(&held)), [""; 0], "it is not theirs to see");
        assert_eq!(state.inhibiting(&node, &both), [""; 0]);
    }
}
