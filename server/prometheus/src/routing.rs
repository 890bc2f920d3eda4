//! Where an Alertmanager sends alerts: its configuration read, and what fires led through it.

use crate::conditions::Conditions;
use crate::reads::ReadMetrics;
use crate::service::ForCaller;
use model::cause::WayOutage;
use model::{ClusterName, ConsoleError};
use monitoring_contract::{Alert, Inhibition, MatchOperator, Matcher, Route, Routing};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A configuration, as far as it says where alerts go.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Config {
    route: WireRoute,
    inhibit_rules: Vec<WireInhibition>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireRoute {
    receiver: Option<String>,
    matchers: Vec<String>,
    #[serde(rename = "match")]
    equal: BTreeMap<String, String>,
    match_re: BTreeMap<String, String>,
    #[serde(rename = "continue")]
    goes_on: bool,
    group_by: Option<Vec<String>>,
    repeat_interval: Option<String>,
    mute_time_intervals: Vec<String>,
    active_time_intervals: Vec<String>,
    routes: Vec<WireRoute>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireInhibition {
    source_matchers: Vec<String>,
    target_matchers: Vec<String>,
    source_match: BTreeMap<String, String>,
    source_match_re: BTreeMap<String, String>,
    target_match: BTreeMap<String, String>,
    target_match_re: BTreeMap<String, String>,
    equal: Vec<String>,
}

/// Reads a configuration; nothing has come to its routes yet.
fn read(text: &str) -> Result<(Route, Vec<Inhibition>), String> {
    let config: Config = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
    let inhibitions = config.inhibit_rules.into_iter().map(|rule| Inhibition {
        source: conditions(rule.source_matchers, rule.source_match, rule.source_match_re),
        target: conditions(rule.target_matchers, rule.target_match, rule.target_match_re),
        equal: rule.equal,
    });
    Ok((route(config.route, None), inhibitions.collect()))
}

/// A route with what it has from the one above it, where it does not say so itself.
fn route(wire: WireRoute, above: Option<&Route>) -> Route {
    let WireRoute { matchers, equal, match_re, goes_on, mute_time_intervals, active_time_intervals, .. } =
        wire;
    let mut route = Route {
        conditions: conditions(matchers, equal, match_re),
        receiver: wire.receiver.or_else(|| above.map(|above| above.receiver.clone())).unwrap_or_default(),
        goes_on,
        grouped_by: wire.group_by.or_else(|| above.map(|above| above.grouped_by.clone())).unwrap_or_default(),
        repeats_after: wire
            .repeat_interval
            .or_else(|| above.map(|above| above.repeats_after.clone()))
            .unwrap_or_else(|| "4h".to_owned()),
        muted: mute_time_intervals,
        active: active_time_intervals,
        firing: None,
        routes: Vec::new(),
    };
    route.routes = wire.routes.into_iter().map(|child| self::route(child, Some(&route))).collect();
    route
}

/// Conditions in the one form in which all of them can be written. What cannot be read stands there as it is written.
fn conditions(
    matchers: Vec<String>,
    equal: BTreeMap<String, String>,
    expressions: BTreeMap<String, String>,
) -> Vec<String> {
    let of = |is| move |(name, value)| Matcher { name, is, value }.to_string();
    let written = matchers.into_iter().map(|text| match Matcher::parse(&text) {
        Some(matcher) => matcher.to_string(),
        None => text,
    });
    let equal = equal.into_iter().map(of(MatchOperator::Equal));
    written.chain(equal).chain(expressions.into_iter().map(of(MatchOperator::Matches))).collect()
}

/// Leads alerts through a tree and counts where each of them ends. Nothing where a condition cannot be read: whoever takes
/// another way than it seems is worse than not knowing.
fn count(root: &mut Route, alerts: &[&Alert]) -> Option<()> {
    let mut ends = vec![0; places(root)];
    for alert in alerts {
        lead(root, alert, 0, &mut ends)?;
    }
    let mut counted = ends.into_iter();
    write(root, &mut counted);
    Some(())
}

fn places(route: &Route) -> usize {
    1 + route.routes.iter().map(places).sum::<usize>()
}

fn write(route: &mut Route, counted: &mut impl Iterator<Item = u32>) {
    route.firing = counted.next();
    route.routes.iter_mut().for_each(|child| write(child, counted));
}

/// Whether an alert comes this way. `place` is the number of the route, counted from above.
fn lead(route: &Route, alert: &Alert, place: usize, ends: &mut [u32]) -> Option<bool> {
    let matchers: Option<Vec<Matcher>> = route.conditions.iter().map(|text| Matcher::parse(text)).collect();
    let matchers = matchers?;
    if !Conditions::compile(&matchers).ok()?.hold_for(alert) {
        return Some(false);
    }
    let (mut child_place, mut went_on) = (place + 1, false);
    for child in &route.routes {
        let is_taken = lead(child, alert, child_place, ends)?;
        child_place += places(child);
        went_on |= is_taken;
        if is_taken && !child.goes_on {
            break;
        }
    }
    if !went_on && let Some(end) = ends.get_mut(place) {
        *end += 1;
    }
    Some(true)
}

/// Of those that fire, the ones that are silenced or held back, and the others.
fn held_and_told(alerts: &[Alert]) -> (Vec<&Alert>, Vec<&Alert>) {
    let firing = alerts.iter().filter(|alert| alert.is_firing);
    firing.partition(|alert| alert.is_inhibited || !alert.silenced_by.is_empty())
}

impl ForCaller {
    pub(crate) async fn read_routing(&self, cluster: &ClusterName) -> Result<Option<Routing>, ConsoleError> {
        let known = self.cluster(cluster)?;
        // Who sees everything that is measured sees all alerts; receivers tell much of a company.
        self.access().grant(&self.caller, ReadMetrics::of_everything(cluster)).await?;
        let Ok(manager) = self.prometheus.alertmanager(&known).await? else { return Ok(None) };
        let read = read(&manager.configuration().await?);
        let unreadable = |error| {
            let name = manager.name();
            manager.unavailable(WayOutage::AlertmanagerUnknown { name, said: error }, false)
        };
        let (mut root, inhibitions) = read.map_err(unreadable)?;
        let (firing, held) = match self.seen_alerts(cluster).await? {
            Ok(mut alerts) => {
                self.tell_who_is_told(cluster, &mut alerts).await?;
                let (held, told) = held_and_told(&alerts.alerts);
                (count(&mut root, &told).map(|()| told.len() as u32), held.len() as u32)
            }
            Err(_) => (None, 0),
        };
        Ok(Some(Routing { source: manager.name(), root, inhibitions, firing, held }))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::Level;

    const CONFIG: &str = r#"
route:
  receiver: default
  group_by: [namespace]
  repeat_interval: 12h
  routes:
  - matchers: ['alertname = "Watchdog"']
    receiver: "null"
  - match: { team: shop }
    receiver: shop
    continue: true
    group_by: ['...']
    routes:
    - match_re: { severity: "critical|page" }
      receiver: pager
      active_time_intervals: [nights]
  - matchers: [severity!="info", team=~"sh.*"]
    receiver: archive
    mute_time_intervals: [weekends]
inhibit_rules:
- source_matchers: [severity = critical]
  target_match: { severity: warning }
  equal: [namespace]
"#;

    fn alert(name: &str, severity: &str, labels: &[(&str, &str)]) -> Alert {
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Alert::firing(name, Level::Warning, severity, labels)
    }

    fn counted(config: &str, alerts: &[Alert]) -> Option<Vec<(String, u32)>> {
        fn all(route: &Route, out: &mut Vec<(String, u32)>) {
            out.push((route.receiver.clone(), route.firing.unwrap()));
            route.routes.iter().for_each(|child| all(child, out));
        }
        let (mut root, _) = read(config).unwrap();
        count(&mut root, &alerts.iter().collect::<Vec<_>>())?;
        let mut out = Vec::new();
        all(&root, &mut out);
        Some(out)
    }

    #[test]
    fn a_configuration_is_read_with_what_routes_have_from_above() {
        let (root, inhibitions) = read(CONFIG).unwrap();

        let shop = &root.routes[1];
        assert_eq!(
            (shop.conditions.as_slice(), shop.goes_on),
            (["team=\"shop\"".to_owned()].as_slice(), true)
        );
        assert_eq!(
            (shop.grouped_by.as_slice(), shop.repeats_after.as_str()),
            (["...".to_owned()].as_slice(), "12h")
        );
        assert_eq!(shop.routes[0].conditions, ["severity=~\"critical|page\""]);
        assert_eq!(
            (shop.routes[0].active.as_slice(), &shop.routes[0].muted),
            (["nights".to_owned()].as_slice(), &vec![])
        );
        assert_eq!(root.routes[2].conditions, ["severity!=\"info\"", "team=~\"sh.*\""]);
        assert_eq!(
            (root.routes[0].receiver.as_str(), root.routes[0].grouped_by.as_slice()),
            ("null", ["namespace".to_owned()].as_slice())
        );
        assert_eq!(inhibitions[0].source, ["severity=\"critical\""]);
        assert_eq!(inhibitions[0].target, ["severity=\"warning\""]);
        assert!(read("route: [").is_err());
    }

    #[test]
    fn what_nobody_is_told_of_is_counted_by_itself() {
        let alerts = [
            alert("Down", "critical", &[]),
            Alert { silenced_by: vec!["5f1c".into()], ..alert("Slow", "warning", &[]) },
            Alert { is_inhibited: true, ..alert("Full", "warning", &[]) },
            Alert { is_firing: false, silenced_by: vec!["5f1c".into()], ..alert("Soon", "warning", &[]) },
        ];
        let (held, told) = held_and_told(&alerts);

        let names = |alerts: &[&Alert]| alerts.iter().map(|alert| alert.name.clone()).collect::<Vec<_>>();
        assert_eq!((names(&held), names(&told)), (vec!["Slow".into(), "Full".into()], vec!["Down".into()]));
    }

    #[test]
    fn an_alert_takes_the_first_way_that_fits_and_others_where_one_goes_on() {
        let alerts = [
            alert("Watchdog", "none", &[]),
            alert("Down", "critical", &[("team", "shop")]),
            alert("Slow", "info", &[("team", "shop")]),
            alert("Full", "warning", &[("team", "ship")]),
            alert("Odd", "warning", &[]),
        ];
        let ends = counted(CONFIG, &alerts).unwrap();

        let name = |text: &str, count| (text.to_owned(), count);
        // Down goes to the pager and, because its way goes on, to the archive; Slow ends at the shop.
        assert_eq!(
            ends,
            [name("default", 1), name("null", 1), name("shop", 1), name("pager", 1), name("archive", 2)]
        );
        let unreadable = CONFIG.replace("severity!=", "seve rity!=");
        assert_eq!(counted(&unreadable, &alerts), None);
    }
}
