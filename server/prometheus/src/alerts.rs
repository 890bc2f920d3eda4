//! What a cluster's rules warn of.

use crate::acknowledge::fingerprint;
use crate::answer::read_data;
use crate::error::PrometheusError;
use crate::last_told::LastTold;
use crate::seen::Seen;
use crate::sources::Source;
use model::{ClusterName, KindSlug, Level, Namespace, ObjectName, ResourceRef, Timestamp};
use monitoring_contract::{Alert, Alerts, Matcher, Notifying, Rule, RuleState};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Rules are evaluated every half a minute or so: asking more often learns nothing.
const FRESH: Duration = Duration::from_secs(10);

/// The rules as they were last told.
pub type KnownRules = LastTold<Groups, PrometheusError>;

#[derive(Debug, Default, Deserialize)]
pub struct Groups {
    #[serde(default)]
    pub(crate) groups: Vec<Group>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Group {
    #[serde(default)]
    pub name: String,
    /// The file that it was read from, as what answers names it.
    #[serde(default)]
    pub file: String,
    #[serde(default)]
    pub rules: Vec<Ruled>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Ruled {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    query: String,
    #[serde(default)]
    duration: f64,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default, rename = "lastError")]
    error: String,
    #[serde(default)]
    alerts: Vec<Warned>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Warned {
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
    #[serde(default)]
    state: String,
    #[serde(default, rename = "activeAt")]
    active_at: String,
}

impl Source {
    /// The alerts that are seen; the rules too when everything is.
    pub async fn alerts(&self, cluster: &ClusterName, seen: &Seen) -> Result<Alerts, PrometheusError> {
        let groups = self.rules().await?;
        let all = groups.groups.iter().flat_map(|group| &group.rules).flat_map(|rule| &rule.alerts);
        let mut alerts: Vec<Alert> =
            all.filter(|alert| admits(seen, alert)).map(|alert| read(cluster, alert)).collect();
        crate::lists::sort(&mut alerts);
        let rules = (*seen == Seen::All).then(|| {
            let of_group =
                |group: &Group| group.rules.iter().map(|rule| ruled(&group.name, rule)).collect::<Vec<_>>();
            let mut rules: Vec<Rule> = groups.groups.iter().flat_map(of_group).collect();
            rules.sort_by_key(|rule| (order(&rule.state), rule.group.clone(), rule.name.clone()));
            rules
        });
        Ok(Alerts {
            alerts,
            rules,
            notifying: Notifying::Missing,
            unmeasured: None,
            unknown_lists: Vec::new(),
        })
    }

    pub(crate) async fn rules(&self) -> Result<Arc<Groups>, PrometheusError> {
        let ask = || async { read_data::<Groups>(&self.client.alert_rules().await?) };
        self.known_rules.get(FRESH, ask).await
    }
}

/// An alert belongs to the namespace that its label names and that there was when it began; one that names none is of the
/// cluster.
pub(crate) fn admits(seen: &Seen, alert: &Warned) -> bool {
    let since = Timestamp::parse_rfc3339(&alert.active_at).map(|since| since.0);
    let is_seen = |namespace: &String| seen.admits(namespace, since);
    *seen == Seen::All || alert.labels.get("namespace").is_some_and(is_seen)
}

fn read(cluster: &ClusterName, alert: &Warned) -> Alert {
    let label = |name: &str| alert.labels.get(name).cloned().unwrap_or_default();
    let told = |name: &str| alert.annotations.get(name).cloned().unwrap_or_default();
    let severity = label("severity");
    let described = [told("description"), told("message")].into_iter().find(|text| !text.is_empty());
    let runbook = told("runbook_url");
    let is_shown = |name: &&String| *name != "alertname" && *name != "severity";
    let labels = alert.labels.iter().filter(|(name, _)| is_shown(name));
    let labels = labels.map(|(name, value)| (name.clone(), value.clone())).collect();
    let read = Alert {
        is_firing: alert.state == "firing",
        summary: told("summary"),
        description: described.unwrap_or_default(),
        runbook: (runbook.starts_with("https://") || runbook.starts_with("http://")).then_some(runbook),
        since: Timestamp::parse_rfc3339(&alert.active_at),
        resource: resource(cluster, &alert.labels),
        matchers: matchers(&alert.labels),
        ..Alert::firing(&label("alertname"), level(&severity), &severity, labels)
    };
    Alert { fingerprint: fingerprint(&read), ..read }
}

/// What tells an alert and its like in times to come from others: its name, where it is, and what it is about.
fn matchers(labels: &BTreeMap<String, String>) -> Vec<Matcher> {
    let about = object(labels).map(|(label, _)| label).filter(|label| *label != "namespace");
    let telling = ["alertname", "namespace"].into_iter().chain(about);
    telling.filter_map(|name| Some(Matcher::equal(name, labels.get(name)?))).collect()
}

pub(crate) fn level(severity: &str) -> Level {
    match severity {
        "critical" | "error" | "page" => Level::Failed,
        "warning" => Level::Warning,
        _ => Level::Inactive,
    }
}

/// Labels that name an object, the nearest to the cause first. Whoever is asked about a workload adds its own pod to what
/// it tells, so that a pod comes behind workloads.
const OBJECTS: [(&str, &str); 9] = [
    ("persistentvolumeclaim", "persistentvolumeclaims"),
    ("deployment", "deployments"),
    ("statefulset", "statefulsets"),
    ("daemonset", "daemonsets"),
    ("job_name", "jobs"),
    ("horizontalpodautoscaler", "horizontalpodautoscalers"),
    ("pod", "pods"),
    ("node", "nodes"),
    ("namespace", "namespaces"),
];

/// Whether the pod in these labels is the one that was asked, about a node.
fn is_asked_about_a_node(labels: &BTreeMap<String, String>) -> bool {
    let asked = labels.get("service").zip(labels.get("pod"));
    labels.contains_key("node")
        && asked.is_some_and(|(service, pod)| {
            pod.strip_prefix(service.as_str()).is_some_and(|rest| rest.starts_with('-'))
        })
}

/// The label that names what an alert is about, and the kind of that.
fn object(labels: &BTreeMap<String, String>) -> Option<(&'static str, &'static str)> {
    let about_a_node = is_asked_about_a_node(labels);
    let mut named = OBJECTS.into_iter().filter(|(label, _)| !(about_a_node && *label == "pod"));
    named.find(|(label, _)| labels.contains_key(*label))
}

pub(crate) fn resource(cluster: &ClusterName, labels: &BTreeMap<String, String>) -> Option<ResourceRef> {
    let (label, kind) = object(labels)?;
    let name = ObjectName::parse(labels.get(label)?).ok()?;
    let namespace = match kind {
        "nodes" | "namespaces" => None,
        _ => Some(Namespace::parse(labels.get("namespace")?).ok()?),
    };
    Some(ResourceRef { cluster: cluster.clone(), kind: KindSlug::parse(kind).ok()?, namespace, name })
}

/// How a rule is, by those of its alerts that may be told.
pub(crate) fn state(rule: &Ruled, is_told: impl Fn(&Warned) -> bool) -> RuleState {
    let told = || rule.alerts.iter().filter(|alert| is_told(alert));
    let count = |state: &str| told().filter(|alert| alert.state == state).count() as u32;
    match (count("firing"), count("pending")) {
        _ if !rule.error.is_empty() => RuleState::Broken(rule.error.clone()),
        (0, 0) => RuleState::Quiet,
        (0, pending) => RuleState::Pending(pending),
        (firing, _) => RuleState::Firing(firing),
    }
}

fn ruled(group: &str, rule: &Ruled) -> Rule {
    Rule {
        group: group.to_owned(),
        name: rule.name.clone(),
        query: rule.query.clone(),
        severity: rule.labels.get("severity").cloned().unwrap_or_default(),
        holds_seconds: rule.duration as u32,
        state: state(rule, |_| true),
    }
}

fn order(state: &RuleState) -> u8 {
    match state {
        RuleState::Broken(_) => 0,
        RuleState::Firing(_) => 1,
        RuleState::Pending(_) => 2,
        RuleState::Quiet => 3,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    const ANSWER: &str = r#"{"status":"success","data":{"groups":[{"name":"kubernetes-apps","rules":[
        {"name":"KubePodCrashLooping","query":"x > 0","duration":900,"labels":{"severity":"warning"},"health":"ok","type":"alerting","alerts":[
            {"labels":{"alertname":"KubePodCrashLooping","severity":"warning","namespace":"shop","pod":"web-0"},
             "annotations":{"summary":"Pod is crash looping.","runbook_url":"javascript:alert(1)"},
             "state":"firing","activeAt":"2026-11-26T13:59:12.5Z","value":"1e+00"}]},
        {"name":"NodeDown","query":"y","duration":0,"labels":{"severity":"critical"},"lastError":"vector cannot contain","alerts":[
            {"labels":{"alertname":"NodeDown","severity":"critical","node":"worker-1"},"state":"pending","activeAt":"2026-11-26T14:00:00Z"}]}]}]}}"#;

    fn groups() -> Groups {
        read_data(ANSWER.as_bytes()).unwrap()
    }

    fn cluster() -> ClusterName {
        ClusterName::parse("harbour").unwrap()
    }

    #[test]
    fn an_alert_is_about_the_workload_and_not_about_who_was_asked() {
        let about = |labels: &[(&str, &str)]| {
            let labels = labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
            resource(&cluster(), &labels.collect()).map(|resource| resource.to_string())
        };
        let asked =
            [("service", "kube-state-metrics"), ("pod", "kube-state-metrics-6-w"), ("namespace", "shop")];
        let of = |more: (&str, &str)| about(&[&asked[..], &[more]].concat());

        assert_eq!(of(("deployment", "web")).as_deref(), Some("deployments/shop/web"));
        assert_eq!(of(("node", "worker-1")).as_deref(), Some("nodes/worker-1"));
        assert_eq!(
            about(&[("pod", "web-0"), ("node", "n"), ("namespace", "shop")]).as_deref(),
            Some("pods/shop/web-0")
        );
    }

    #[test]
    fn an_alert_names_its_object_and_no_address_that_runs() {
        let groups = groups();

        let alert = read(&cluster(), &groups.groups[0].rules[0].alerts[0]);

        assert_eq!(alert.resource.unwrap().to_string(), "pods/shop/web-0");
        let telling: Vec<String> = alert.matchers.iter().map(ToString::to_string).collect();
        assert_eq!(telling, ["alertname=\"KubePodCrashLooping\"", "namespace=\"shop\"", "pod=\"web-0\""]);
        assert_eq!((alert.level, alert.is_firing, alert.runbook), (Level::Warning, true, None));
        assert_eq!(alert.since, Some(Timestamp::parse_minutes("2026-11-26T13:59:12Z").unwrap()));
    }

    #[test]
    fn a_member_sees_alerts_of_their_projects_and_none_of_the_cluster() {
        let groups = groups();
        let [first, second] = [0, 1].map(|rule| &groups.groups[0].rules[rule].alerts[0]);
        let of = |name: &str| Seen::All.only(&Namespace::parse(name).unwrap());

        assert!(admits(&Seen::All, first) && admits(&Seen::All, second));
        assert!(admits(&of("shop"), first) && !admits(&of("blog"), first));
        assert!(!admits(&of("shop"), second));
    }

    #[test]
    fn an_alert_that_began_before_a_namespace_was_made_is_about_another_one() {
        let groups = groups();
        let mut alerts = groups.groups.into_iter().flat_map(|group| group.rules).flat_map(|rule| rule.alerts);
        let mut alert = alerts.next().unwrap();
        let began = Timestamp::parse_rfc3339(&alert.active_at).unwrap().0;
        let since = |at| Seen::Namespaces([(Namespace::parse("shop").unwrap(), at)].into());

        assert!(admits(&since(began), &alert) && !admits(&since(began + 1), &alert));
        alert.active_at.clear();
        assert!(!admits(&since(began), &alert), "nobody knows whose it is");
    }

    #[test]
    fn a_rule_that_cannot_be_evaluated_is_not_a_quiet_one() {
        let groups = groups();

        assert_eq!(ruled("g", &groups.groups[0].rules[0]).state, RuleState::Firing(1));
        assert_eq!(
            ruled("g", &groups.groups[0].rules[1]).state,
            RuleState::Broken("vector cannot contain".into())
        );
    }
}
