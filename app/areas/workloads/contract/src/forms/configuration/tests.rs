use super::*;
use crate::{Draft, at};
use proptest::prelude::*;
use serde_json::{Value, json};

fn secret(kind: &str) -> Draft {
    let mut draft = Draft::begin(&SECRET, "door", "shop");
    draft.set(&SECRET, 0, "type", Some(json!(kind)));
    draft
}

/// The places of the fields that a secret of a type shows beside its type.
fn shown(draft: &Draft) -> Vec<&'static str> {
    let fields = SECRET.sections[1].fields.iter().filter(|field| field.is_shown(&draft.objects[0]));
    fields.map(|field| field.path).filter(|path| !["type", "immutable"].contains(path)).collect()
}

#[test]
fn a_type_has_fields_of_its_own_or_keys_and_values() {
    assert_eq!(shown(&secret("Opaque")), ["stringData"]);
    assert_eq!(shown(&secret("kubernetes.io/tls")), ["stringData/tls.crt", "stringData/tls.key"]);
    assert_eq!(shown(&secret("kubernetes.io/dockerconfigjson")), ["stringData/.dockerconfigjson"]);
    assert_eq!(shown(&secret("kubernetes.io/basic-auth")), ["stringData/username", "stringData/password"]);
    assert_eq!(shown(&secret("kubernetes.io/ssh-auth")), ["stringData/ssh-privatekey"]);
    let annotation = "metadata/annotations/kubernetes.io~1service-account.name";
    assert_eq!(shown(&secret("kubernetes.io/service-account-token")), [annotation]);
    assert_eq!(shown(&secret("bootstrap.kubernetes.io/token")), ["stringData"]);
    assert_eq!(shown(&secret("example.com/licence")), ["stringData"]);
}

#[test]
fn a_token_names_its_account_and_no_other_secret_does() {
    let annotation = "metadata/annotations/kubernetes.io~1service-account.name";
    let mut draft = secret("kubernetes.io/service-account-token");
    let faults = draft.faults(&SECRET);
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert_eq!(faults[0].place, format!("0/{annotation}"));

    draft.set(&SECRET, 0, annotation, Some(json!("robot")));
    assert_eq!(draft.faults(&SECRET), []);
    assert_eq!(
        at(&draft.objects[0], "metadata/annotations"),
        Some(&json!({"kubernetes.io/service-account.name": "robot"}))
    );
    draft.set(&SECRET, 0, "type", Some(json!("Opaque")));
    assert_eq!(draft.at(0, "metadata/annotations"), None);
}

#[test]
fn a_type_must_be_said() {
    let draft = secret("");

    let faults = draft.faults(&SECRET);
    assert_eq!((faults[0].place.as_str(), faults[0].text), ("0/type", "fault.required"));
}

#[test]
fn an_account_says_what_its_pods_get() {
    let mut draft = Draft::begin(&SERVICE_ACCOUNT, "robot", "shop");
    for (place, value) in [
        ("metadata/annotations", json!({"eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/robot"})),
        ("automountServiceAccountToken", json!(false)),
        ("imagePullSecrets", json!([{"name": "registry"}, {"name": "registry"}])),
    ] {
        draft.set(&SERVICE_ACCOUNT, 0, place, Some(value));
    }

    let faults = draft.faults(&SERVICE_ACCOUNT);

    assert_eq!(faults.len(), 1, "{faults:?}");
    assert_eq!((faults[0].place.as_str(), faults[0].text), ("0/imagePullSecrets/1/name", "fault.twice"));
    draft.set(&SERVICE_ACCOUNT, 0, "imagePullSecrets/1/name", Some(json!("mirror")));
    assert_eq!(draft.faults(&SERVICE_ACCOUNT), []);
}

/// An account as others may have written it.
fn accounts() -> impl Strategy<Value = Value> {
    let names = || proptest::collection::vec("[a-z]{1,6}", 0..3);
    let references = |names: Vec<String>| -> Value {
        names.iter().map(|name| json!({"name": name, "uid": "kept"})).collect::<Vec<_>>().into()
    };
    let annotations = proptest::collection::btree_map("[a-z]{1,4}(/[a-z]{1,4})?", ".{0,6}", 0..3);
    (names(), names(), annotations, any::<Option<bool>>()).prop_map(move |(pull, own, annotations, mounts)| {
        let mut account = json!({
            "apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "a", "annotations": annotations},
            "imagePullSecrets": references(pull), "secrets": references(own),
        });
        if let Some(mounts) = mounts {
            account["automountServiceAccountToken"] = mounts.into();
        }
        account
    })
}

proptest! {
    #[test]
    fn whatever_is_of_a_secret_stays_under_a_type_of_somebody(
        kind in "[a-z]{1,6}[.][a-z]{1,4}/[a-z]{1,6}",
        data in proptest::collection::btree_map("[a-zA-Z._-]{1,8}", ".{0,12}", 1..4),
        old in proptest::collection::btree_map("[a-z]{1,8}", "[a-zA-Z0-9+/]{0,8}", 0..3),
    ) {
        let mut draft = secret(&kind);
        draft.objects[0]["data"] = json!(old);
        draft.set(&SECRET, 0, "stringData", Some(json!(data)));
        draft.set(&SECRET, 0, "immutable", Some(json!(true)));
        draft.set(&SECRET, 0, "immutable", None);

        prop_assert_eq!(draft.at(0, "type"), Some(&json!(kind)));
        prop_assert_eq!(draft.at(0, "stringData"), Some(&json!(data)));
        prop_assert_eq!(draft.at(0, "data"), Some(&json!(old)));
    }

    #[test]
    fn whatever_an_account_holds_is_read_and_written_without_loss(account in accounts()) {
        let mut draft = Draft { objects: vec![account] };
        let before = draft.clone();

        for section in SERVICE_ACCOUNT.sections.iter().filter(|section| section.object == 0) {
            for field in section.fields {
                let value = draft.at(0, field.path).cloned();
                if value.is_some() {
                    draft.set(&SERVICE_ACCOUNT, 0, field.path, value);
                }
            }
        }

        prop_assert_eq!(draft, before);
    }
}
