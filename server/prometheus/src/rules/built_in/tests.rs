use super::standing::{Elsewhere, nothing, view, wished};
use super::written::{find, object, seen, seen_of};
use super::*;
use monitoring_contract::{BuiltInGroupView, BuiltInKept, BuiltInStanding, Severity};
use serde_json::json;

/// A layout in which everything is measured that the catalogue asks for, but these.
fn layout_without(lacking: &[&str]) -> Layout {
    let rules = BuiltInGroup::ALL.iter().flat_map(|group| group.rules);
    let picks = rules.flat_map(|rule| rule.picks);
    let names = picks.flat_map(|pick| Query::parse(pick).unwrap().metrics().unwrap());
    let signs = names.map(|name| BuiltInRule::sign_of(&name).to_owned());
    Layout::of_names(signs.filter(|name| !lacking.contains(&name.as_str())).collect())
}

fn nodes() -> &'static BuiltInGroup {
    BuiltInGroup::find("nodes").unwrap()
}

/// What is there once the group is installed.
fn installed(layout: &Layout) -> Value {
    let rules = wished(nodes(), &[], &Elsewhere::of(&[]), layout, false).unwrap();
    let mut object = object(nodes(), ("monitoring", &nodes().name()), &rules, &[("role".into(), "a".into())]);
    object["metadata"]["uid"] = "u1".into();
    object["metadata"]["generation"] = 1.into();
    object
}

fn looked_at(objects: &[Value], layout: &Layout) -> BuiltInGroupView {
    let resource = |object: &Value| resource_of(&ClusterName::parse("harbour").unwrap(), object);
    view(nodes(), objects, &Elsewhere::of(objects), layout, resource).unwrap()
}

fn theirs(alert: &str) -> Value {
    json!({
        "metadata": {"name": "theirs", "namespace": "monitoring"},
        "spec": {"groups": [{"name": "a", "rules": [{"alert": alert, "expr": "up == 0"}]}]},
    })
}

#[test]
fn every_expression_is_written_out_so_that_it_means_the_same() {
    for rule in BuiltInGroup::ALL.iter().flat_map(|group| group.rules) {
        for pick in rule.picks {
            let query = Query::parse(pick).unwrap();
            assert!(query.is_of_a_moment(), "{pick}");
            assert_eq!(Query::parse(&query.to_text().unwrap()).unwrap(), query, "{pick}");
        }
    }
}

#[test]
fn a_group_is_absent_then_current_then_changed() {
    let layout = layout_without(&[]);
    let absent = looked_at(&[], &layout);
    assert_eq!((absent.standing, absent.object), (BuiltInStanding::Absent, None));
    assert!(absent.rules.iter().all(|rule| rule.kept == BuiltInKept::Absent && rule.query.is_some()));

    let mut object = installed(&layout);
    let current = looked_at(std::slice::from_ref(&object), &layout);
    assert_eq!(current.standing, BuiltInStanding::Current);
    assert_eq!(current.object.unwrap().name.to_string(), "orrery-built-in-nodes");
    assert!(current.rules.iter().all(|rule| rule.kept == BuiltInKept::Same));

    object["spec"]["groups"][0]["rules"][0]["for"] = "1h".into();
    let changed = looked_at(std::slice::from_ref(&object), &layout);
    assert_eq!(changed.standing, BuiltInStanding::Changed);
    assert_eq!(changed.rules[0].kept, BuiltInKept::Otherwise);
    assert!(changed.rules[1..].iter().all(|rule| rule.kept == BuiltInKept::Same));

    // What somebody added is told, and the rules of another group in the object are theirs.
    let mut object = installed(&layout);
    object["spec"]["groups"][0]["rules"].as_array_mut().unwrap().push(json!({"alert": "Mine", "expr": "up"}));
    object["spec"]["groups"].as_array_mut().unwrap().push(json!({"name": "b", "rules": []}));
    let added = looked_at(&[object], &layout);
    assert_eq!((added.standing, added.own), (BuiltInStanding::Changed, vec!["Mine".to_owned()]));
}

#[test]
fn what_the_catalogue_would_write_otherwise_by_now_is_older() {
    let few = layout_without(&["kubelet_pleg_relist_duration_seconds_bucket"]);
    let object = installed(&few);
    assert_eq!(looked_at(std::slice::from_ref(&object), &few).standing, BuiltInStanding::Current);

    let now = looked_at(std::slice::from_ref(&object), &layout_without(&[]));

    assert_eq!(now.standing, BuiltInStanding::Older);
    let absent: Vec<&str> = now
        .rules
        .iter()
        .filter(|rule| rule.kept == BuiltInKept::Absent)
        .map(|rule| rule.alert.as_str())
        .collect();
    assert_eq!(absent, ["KubeletPlegDurationHigh"]);
}

#[test]
fn what_is_not_measured_is_not_offered_and_says_what_it_lacks() {
    let layout = layout_without(&["kubelet_node_name"]);

    let group = looked_at(&[], &layout);

    let rule = group.rules.iter().find(|rule| rule.alert == "KubeletDown").unwrap();
    assert_eq!((rule.query.clone(), rule.lacking.as_slice()), (None, &["kubelet_node_name".to_owned()][..]));
    assert!(!installed(&layout).to_string().contains("KubeletDown"));
}

#[test]
fn a_rule_stays_when_what_it_watches_is_not_measured_any_more() {
    let object = installed(&layout_without(&[]));

    let group = looked_at(std::slice::from_ref(&object), &layout_without(&["kubelet_node_name"]));

    assert_eq!(group.standing, BuiltInStanding::Current, "that nobody measures it is what it warns of");
}

#[test]
fn what_another_object_warns_of_is_installed_only_when_it_is_wished_twice() {
    let layout = layout_without(&[]);
    let others = [theirs("KubeletDown")];
    let elsewhere = Elsewhere::of(&others);
    let alerts = |twice: bool| {
        let rules = wished(nodes(), &others, &elsewhere, &layout, twice).unwrap();
        rules.iter().any(|rule| rule["alert"] == "KubeletDown")
    };

    assert_eq!((alerts(false), alerts(true)), (false, true));
    let view = looked_at(&others, &layout);
    let rule = view.rules.iter().find(|rule| rule.alert == "KubeletDown").unwrap();
    assert_eq!(rule.elsewhere, ["monitoring/theirs"]);
    // Once it is here, it is here to stay, and the group's own object is nowhere else.
    let both = [installed(&layout), theirs("KubeletDown")];
    assert_eq!(looked_at(&both, &layout).standing, BuiltInStanding::Current);
    let own = looked_at(&[installed(&layout)], &layout);
    assert!(own.rules.iter().all(|rule| rule.elsewhere.is_empty()));
}

#[test]
fn what_only_shows_while_something_is_wrong_can_be_watched_before() {
    let names = ["kube_pod_container_status_restarts_total".to_owned()];
    let layout = Layout::of_names(names.into());

    let rule = BuiltInRule::find("KubePodCrashLooping/warning").unwrap();

    let written = written::written(rule, &layout, None).unwrap().unwrap();
    assert_eq!(written["labels"], json!({"severity": Severity::Warning.word()}));
    assert_eq!(written["for"], "15m");
    assert!(written["expr"].as_str().unwrap().contains("CrashLoopBackOff"));
}

#[test]
fn what_was_looked_at_is_told_apart_from_what_came_after() {
    let layout = layout_without(&[]);
    let object = installed(&layout);
    let mut later = object.clone();
    later["metadata"]["generation"] = 2.into();

    assert_eq!(seen(&[]), "");
    assert_eq!(seen(std::slice::from_ref(&object)), "nodes=u1/1");
    assert_eq!(seen(&[later]), "nodes=u1/2");
    let etcd = BuiltInGroup::find("etcd").unwrap();
    let both = "nodes=u1/1 etcd=u2/3";
    assert_eq!((seen_of(both, nodes()), seen_of(both, etcd)), (Some("u1/1"), Some("u2/3")));
    assert_eq!(seen_of("nodes=u1/1", etcd), None);
    assert!(find(&[object], nodes()).is_some());
}

#[test]
fn labels_that_were_given_to_an_object_stay() {
    let object = installed(&layout_without(&[]));

    let labels = both(Some(&object), &[("release".into(), "stack".into())]);

    let expected = [("app.kubernetes.io/managed-by", "orrery"), ("release", "stack"), ("role", "a")];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(labels, expected);
    assert!(both(None, &[]).is_empty());
}

#[test]
fn an_object_of_the_same_name_that_is_not_ours_is_left_alone() {
    let fields = BuiltInFields {
        namespace: "monitoring".into(),
        ..BuiltInFields::new(ClusterName::parse("harbour").unwrap())
    };
    let mut foreign = theirs("A");
    foreign["metadata"]["name"] = nodes().name().into();

    assert_eq!(new_in(&fields, nodes(), &[]).unwrap().as_str(), "monitoring");
    assert!(new_in(&fields, nodes(), &[foreign]).is_err());
    assert!(new_in(&BuiltInFields { namespace: " ".into(), ..fields }, nodes(), &[]).is_err());
}

#[test]
fn what_was_switched_off_is_not_installed_again_by_bringing_a_group_up_to_date() {
    let layout = layout_without(&[]);
    let mut object = installed(&layout);
    let first = object["spec"]["groups"][0]["rules"][0].clone();
    off::switch_off(&mut object, &nodes().name(), 0).unwrap();
    let objects = [object];

    let seen = looked_at(&objects, &layout);
    assert_eq!((seen.standing, seen.rules[0].kept), (BuiltInStanding::Changed, BuiltInKept::Off));
    let rules = wished(nodes(), &objects, &Elsewhere::of(&objects), &layout, true).unwrap();

    assert!(!rules.is_empty() && !rules.contains(&first), "{rules:?}");
}

#[test]
fn where_nothing_is_left_to_install_the_refusal_says_whether_it_is_switched_off() {
    let layout = layout_without(&[]);
    let mut object = installed(&layout);
    for place in 0..nodes().rules.len() {
        off::switch_off(&mut object, &nodes().name(), place).unwrap();
    }
    let objects = [object];

    let rules = wished(nodes(), &objects, &Elsewhere::of(&objects), &layout, true).unwrap();

    assert!(rules.is_empty(), "{rules:?}");
    assert_eq!(nothing(nodes(), &objects), BuiltInFault::Off("nodes".into()));
    assert_eq!(nothing(nodes(), &[]), BuiltInFault::Nothing("nodes".into()));
}
