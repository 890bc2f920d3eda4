//! Alerts, of what was found out about a list. Pure.

use crate::kept::Kept;
use access::Scope;
use database::list_alerts::{Listed, ListedKey};
use model::{Namespace, ObjectName, ResourceRef, Timestamp};
use monitoring_contract::{Alert, Matcher, OfList};
use std::collections::BTreeMap;

/// So many objects of a list have an alert of their own, those of which people were told first; one more alert says how many
/// others there are.
pub const MOST_TOLD: usize = 20;

/// So many objects that may come to be told of are shown.
const MOST_PENDING: usize = 50;

/// The alerts on a list, of the objects that a scope admits: those that fire, and then those that wait whether they last.
pub fn alerts(kept: &Kept, objects: &BTreeMap<ListedKey, Listed>, scope: &Scope) -> Vec<Alert> {
    let is_seen = |(namespace, name): &ListedKey| {
        scope.admits(Some(namespace.as_str()).filter(|text| !text.is_empty()), name)
    };
    let seen = objects.iter().filter(|(key, _)| is_seen(key));
    let (mut firing, mut pending): (Vec<_>, Vec<_>) = seen.partition(|(_, one)| one.fired_at.is_some());
    // Whoever was told of first stays where they are: nothing pushes them out.
    firing.sort_by_key(|(key, one)| (one.fired_at, *key));
    pending.sort_by_key(|(key, one)| (one.since, *key));
    // Those that are not followed one by one are in the list too.
    let unfollowed = match scope {
        Scope::All => usize::try_from(kept.found.matched).unwrap_or(0).saturating_sub(objects.len()),
        _ => 0,
    };
    let more = firing.len().saturating_sub(MOST_TOLD);
    let more = if more > 0 { more + unfollowed } else { 0 };
    let begun = firing.get(MOST_TOLD).map(|(_, one)| one.since);
    let told = firing.iter().take(MOST_TOLD).map(|(key, one)| of_object(kept, key, one));
    let waiting = pending.iter().take(MOST_PENDING).map(|(key, one)| of_object(kept, key, one));
    told.chain(begun.map(|since| of_others(kept, more as u64, since))).chain(waiting).collect()
}

fn of_object(kept: &Kept, (namespace, name): &ListedKey, listed: &Listed) -> Alert {
    let query = &kept.query;
    let namespace = Namespace::parse(namespace).ok();
    let resource = ObjectName::parse(name).ok().map(|name| ResourceRef {
        cluster: query.cluster.clone(),
        kind: query.kind.clone(),
        namespace: namespace.clone(),
        name,
    });
    let own = namespace.map(|namespace| ("namespace", namespace.to_string()));
    let labels = own.into_iter().chain([("name", name.clone())]);
    let list = OfList { id: kept.id.to_string(), query: query.clone(), more: None };
    Alert {
        is_firing: listed.fired_at.is_some(),
        resource,
        ..alert(kept, labels.collect(), list, listed.since)
    }
}

/// The one alert about all objects that have none of their own.
fn of_others(kept: &Kept, more: u64, since: i64) -> Alert {
    // Where all of them are in one namespace, it belongs there.
    let own = match kept.query.namespaces.as_slice() {
        [only] => Some(("namespace", only.to_string())),
        _ => None,
    };
    let list = OfList { id: kept.id.to_string(), query: kept.query.clone(), more: Some(more) };
    alert(kept, own.into_iter().collect(), list, since)
}

fn alert(kept: &Kept, labels: Vec<(&'static str, String)>, list: OfList, since: i64) -> Alert {
    let place = [("cluster", kept.query.cluster.to_string()), ("kind", kept.query.kind.to_string())];
    let labels: Vec<(String, String)> =
        place.into_iter().chain(labels).map(|(name, value)| (name.to_owned(), value)).collect();
    let named = [("alertname", kept.name.as_str())];
    let told = labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let telling = named.into_iter().chain(told.filter(|(name, _)| *name != "cluster"));
    Alert {
        summary: list.line(),
        since: Some(Timestamp(since)),
        matchers: telling.map(|(name, value)| Matcher::equal(name, value)).collect(),
        list: Some(list),
        ..Alert::firing(&kept.name, kept.severity.level(), kept.severity.word(), labels)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use database::list_alerts::ListFound;
    use model::{ClusterName, KindSlug, Level, TableQuery};
    use monitoring_contract::Severity;
    use uuid::Uuid;

    fn kept(matched: i64) -> Kept {
        let (lantern, pods) = (ClusterName::parse("lantern").unwrap(), KindSlug::parse("pods").unwrap());
        Kept {
            id: Uuid::nil(),
            name: "Pods that fail".into(),
            severity: Severity::Critical,
            query: TableQuery { search: "status:failed".into(), ..TableQuery::of(lantern, pods) },
            found: ListFound { matched, ..ListFound::default() },
        }
    }

    fn objects(namespace: &str, count: usize, fired_at: Option<i64>) -> BTreeMap<ListedKey, Listed> {
        let key = |number: usize| (namespace.to_owned(), format!("pod-{number:05}"));
        (0..count).map(|number| (key(number), Listed { since: 100, fired_at })).collect()
    }

    fn shop() -> Scope {
        Scope::Namespaces([Namespace::parse("shop").unwrap()].into())
    }

    #[test]
    fn an_object_is_an_alert_with_the_usual_labels() {
        let alert = alerts(&kept(1), &objects("shop", 1, Some(200)), &Scope::All).remove(0);

        assert_eq!((alert.name.as_str(), alert.severity.as_str()), ("Pods that fail", "critical"));
        assert_eq!((alert.level, alert.is_firing, alert.since), (Level::Failed, true, Some(Timestamp(100))));
        let labels: Vec<String> =
            alert.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(labels, ["cluster=lantern", "kind=pods", "namespace=shop", "name=pod-00000"]);
        assert_eq!(alert.resource.unwrap().to_string(), "pods/shop/pod-00000");
        assert_eq!(alert.summary, "pods status:failed");
        let telling: Vec<String> = alert.matchers.iter().map(ToString::to_string).collect();
        let name = "alertname=\"Pods that fail\"";
        assert_eq!(telling, [name, "kind=\"pods\"", "namespace=\"shop\"", "name=\"pod-00000\""]);
    }

    #[test]
    fn ten_thousand_objects_are_not_ten_thousand_alerts() {
        let many = objects("shop", 1000, Some(200));

        let told = alerts(&kept(10_000), &many, &Scope::All);

        assert_eq!(told.len(), MOST_TOLD + 1);
        let last = told.last().unwrap();
        assert_eq!(last.list.as_ref().unwrap().more, Some(9_980));
        assert_eq!((last.resource.as_ref(), last.labels.len()), (None, 2));
        assert_eq!(alerts(&kept(20), &objects("shop", 20, Some(200)), &Scope::All).len(), 20);
    }

    #[test]
    fn what_was_told_first_is_pushed_out_by_nothing() {
        let mut many = objects("shop", 60, Some(300));
        many.insert(("shop".into(), "zebra".into()), Listed { since: 100, fired_at: Some(200) });

        let told = alerts(&kept(61), &many, &Scope::All);

        assert_eq!(told[0].resource.as_ref().unwrap().name.as_str(), "zebra");
        assert_eq!(told.last().unwrap().list.as_ref().unwrap().more, Some(41));
    }

    #[test]
    fn others_see_the_objects_of_their_own_projects_alone() {
        let mut all = objects("bank", 500, Some(200));
        all.extend(objects("shop", 2, Some(300)));
        all.insert((String::new(), "node-1".into()), Listed { since: 100, fired_at: Some(200) });

        let told = alerts(&kept(503), &all, &shop());

        let named: Vec<String> = told.iter().map(|one| one.resource.as_ref().unwrap().to_string()).collect();
        assert_eq!(named, ["pods/shop/pod-00000", "pods/shop/pod-00001"]);
        assert!(told.iter().all(|alert| alert.list.as_ref().unwrap().more.is_none()));
    }

    #[test]
    fn what_only_may_last_does_not_fire() {
        let told = alerts(&kept(70), &objects("shop", 70, None), &Scope::All);

        assert_eq!(told.len(), MOST_PENDING);
        assert!(told.iter().all(|alert| !alert.is_firing));
    }
}
