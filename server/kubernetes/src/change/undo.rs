//! What takes an action back: that is known only from the object as it was before.

use crate::Cluster;
use crate::change::grants::Act;
use crate::change::{act, live, pull_secrets, taints};
use access::Granted;
use resources_contract::{Action, MetadataChange};
use serde_json::Value;
use std::collections::BTreeMap;

/// What will take an action back on an object that is still as it was; nothing where nothing does, where nothing will be
/// changed, and where the object cannot be read: what it was like is not guessed.
pub(crate) async fn of(cluster: &Cluster, granted: &Granted<Act>) -> Option<Action> {
    let Act { served, target, action } = granted.action();
    let name = target.resource.name.as_str();
    let is_final = match action {
        Action::Restart | Action::RollBack { .. } | Action::Drain { .. } | Action::Trigger => true,
        // Their values stay with the cluster, and annotations may repeat them.
        Action::SetMetadata(_) => served.kind.slug == "secrets",
        _ => false,
    };
    if is_final {
        return None;
    }
    let (served, resource) = act::changed(cluster, granted.action()).await.ok()?;
    let before = live::read(cluster, &granted.identity(), &served, &resource).await.ok()?;
    back(action, &before.value, name)
}

/// `before` is the object that is changed, `name` that of the one that is acted on.
fn back(action: &Action, before: &Value, name: &str) -> Option<Action> {
    let spec = &before["spec"];
    let unless =
        |field: &str, is: bool, back: Action| (spec[field].as_bool().unwrap_or(false) != is).then_some(back);
    match action {
        Action::Scale { replicas: wished } => {
            let replicas = u32::try_from(spec["replicas"].as_u64()?).ok()?;
            (replicas != *wished).then_some(Action::Scale { replicas })
        }
        Action::Pause => unless("paused", true, Action::Resume),
        Action::Resume => unless("paused", false, Action::Pause),
        Action::Suspend => unless("suspend", true, Action::Unsuspend),
        Action::Unsuspend => unless("suspend", false, Action::Suspend),
        Action::Cordon => unless("unschedulable", true, Action::Uncordon),
        Action::Uncordon => unless("unschedulable", false, Action::Cordon),
        Action::Taint(change) => taints::back(&spec["taints"], change).map(Action::Taint),
        Action::PullByDefault => (!pull_secrets::names(before, name)).then_some(Action::NotPullByDefault),
        Action::NotPullByDefault => pull_secrets::names(before, name).then_some(Action::PullByDefault),
        Action::SetMetadata(change) => metadata(change, &before["metadata"]).map(Action::SetMetadata),
        Action::Restart | Action::RollBack { .. } | Action::Drain { .. } | Action::Trigger => None,
    }
}

/// The labels and annotations that a change makes different, as they were.
fn metadata(change: &MetadataChange, before: &Value) -> Option<MetadataChange> {
    let pairs = |wished: &BTreeMap<String, Option<String>>, held: &Value| {
        let was = |key: &String| held[key.as_str()].as_str().map(str::to_owned);
        let pairs = wished.iter().map(|(key, wished)| (key.clone(), was(key), wished));
        let changed = pairs.filter(|(_, was, wished)| was != *wished);
        changed.map(|(key, was, _)| (key, was)).collect::<BTreeMap<_, _>>()
    };
    let back = MetadataChange {
        labels: pairs(&change.labels, &before["labels"]),
        annotations: pairs(&change.annotations, &before["annotations"]),
    };
    (back != MetadataChange::default()).then_some(back)
}

#[cfg(test)]
mod tests {
    use super::*;
    use resources_contract::{TaintChange, TaintEffect};
    use serde_json::json;

    #[test]
    fn each_object_goes_back_to_what_it_was() {
        let scale = |replicas| Action::Scale { replicas };
        let of = |action: &Action, spec: Value| back(action, &json!({"spec": spec}), "web");

        assert_eq!(of(&scale(5), json!({"replicas": 2})), Some(scale(2)));
        assert_eq!(of(&Action::Pause, json!({})), Some(Action::Resume));
        assert_eq!(of(&Action::Unsuspend, json!({"suspend": true})), Some(Action::Suspend));
        assert_eq!(of(&Action::Cordon, json!({"unschedulable": false})), Some(Action::Uncordon));
    }

    #[test]
    fn what_was_so_already_stays_so() {
        let of = |action: &Action, spec: Value| back(action, &json!({"spec": spec}), "web");

        assert_eq!(of(&Action::Scale { replicas: 2 }, json!({"replicas": 2})), None);
        assert_eq!(of(&Action::Scale { replicas: 2 }, json!({"size": 1})), None, "it is not known");
        assert_eq!(of(&Action::Cordon, json!({"unschedulable": true})), None);
        assert_eq!(of(&Action::Resume, json!({})), None);
        for action in [Action::Restart, Action::Trigger, Action::RollBack { revision: 1 }] {
            assert_eq!(of(&action, json!({"replicas": 1})), None, "{action:?}");
        }
    }

    #[test]
    fn a_secret_that_was_pulled_with_already_stays_so() {
        let account = json!({"imagePullSecrets": [{"name": "mirror"}]});

        assert_eq!(back(&Action::PullByDefault, &account, "own"), Some(Action::NotPullByDefault));
        assert_eq!(back(&Action::PullByDefault, &account, "mirror"), None);
        assert_eq!(back(&Action::NotPullByDefault, &account, "mirror"), Some(Action::PullByDefault));
        assert_eq!(back(&Action::NotPullByDefault, &account, "own"), None);
    }

    #[test]
    fn a_taint_gets_its_value_back_or_goes() {
        let taint = |value: &str, remove| {
            let (key, effect) = ("dedicated".to_owned(), TaintEffect::NoExecute);
            Action::Taint(TaintChange { key, value: value.to_owned(), effect, remove })
        };
        let of = |action: &Action, taints: Value| back(action, &json!({"spec": {"taints": taints}}), "web");
        let held = json!([{"key": "dedicated", "value": "gpu", "effect": "NoExecute"}]);

        assert_eq!(of(&taint("web", false), json!([])), Some(taint("", true)));
        assert_eq!(of(&taint("web", false), held.clone()), Some(taint("gpu", false)));
        assert_eq!(of(&taint("", true), held.clone()), Some(taint("gpu", false)));
        assert_eq!(of(&taint("gpu", false), held), None);
        assert_eq!(of(&taint("", true), json!([])), None);
    }

    #[test]
    fn only_labels_that_become_different_are_given_back() {
        let pairs = |pairs: &[(&str, Option<&str>)]| {
            pairs.iter().map(|(key, value)| ((*key).to_owned(), value.map(str::to_owned))).collect()
        };
        let labels =
            pairs(&[("tier", Some("back")), ("app", Some("web")), ("new", Some("1")), ("old", None)]);
        let change = MetadataChange { labels, ..MetadataChange::default() };
        let before = json!({"metadata": {"labels": {"tier": "front", "app": "web", "old": "1"}}});

        let labels = pairs(&[("tier", Some("front")), ("new", None), ("old", Some("1"))]);
        let expected = MetadataChange { labels, ..MetadataChange::default() };
        assert_eq!(
            back(&Action::SetMetadata(change.clone()), &before, "web"),
            Some(Action::SetMetadata(expected))
        );
        let same = MetadataChange { labels: pairs(&[("app", Some("web"))]), ..MetadataChange::default() };
        assert_eq!(back(&Action::SetMetadata(same), &before, "web"), None);
    }
}
