//! What is wrong with what was filled in, and in which step of the form.

use super::Draft;
use crate::field::{Control, Field, Form, Variant};
use crate::place::{at, joined, unescaped};
use crate::rule::Fault;
use crate::{LogFiles, Rule, Section, address_pools, log_files};
use serde_json::{Map, Value, json};

impl Draft {
    /// Everything that is wrong with what was filled in.
    pub fn faults(&self, form: &Form) -> Vec<Fault> {
        let mut faults = Vec::new();
        for section in form.sections {
            if let Some(object) = self.objects.get(section.object) {
                let base = at(object, section.base).unwrap_or(&Value::Null);
                let place = joined(&section.object.to_string(), section.base);
                check_all(section.fields, base, &place, &mut faults);
            }
        }
        faults.extend(self.wrong_mounts(form));
        faults.extend(self.faults_of_route(form));
        faults.extend(self.not_together(form));
        faults
    }

    /// Whether a place is in this section.
    pub fn is_in(section: &Section, place: &str) -> bool {
        let Some((object, path)) = place.split_once('/') else { return false };
        if object.parse() != Ok(section.object) {
            return false;
        }
        let inner = path.strip_prefix(section.base).map(|rest| rest.trim_start_matches('/'));
        inner.is_some_and(|inner| section.fields.iter().any(|field| field.holds(inner)))
    }

    /// The list at a place of the object that the form is for.
    pub(super) fn list(&self, path: &str) -> &[Value] {
        self.at(0, path).and_then(Value::as_array).map_or(&[][..], Vec::as_slice)
    }
}

impl Field {
    /// Whether a path is in this field's place.
    fn holds(&self, path: &str) -> bool {
        match &self.control {
            Control::Group(fields) => {
                let inner = path.strip_prefix(self.path).map(|rest| rest.trim_start_matches('/'));
                inner.is_some_and(|inner| fields.iter().any(|field| field.holds(inner)))
            }
            Control::Others(own) => {
                let rest =
                    path.strip_prefix(self.path).filter(|rest| rest.is_empty() || rest.starts_with('/'));
                let key = rest.map(|rest| rest.trim_start_matches('/').split('/').next().unwrap_or_default());
                key.map(unescaped).is_some_and(|key| own.iter().all(|own| **own != *key))
            }
            _ => {
                path == self.path
                    || path
                        .strip_prefix(self.path)
                        .is_some_and(|rest| self.path.is_empty() || rest.starts_with('/'))
            }
        }
    }
}

fn check_all(fields: &[Field], around: &Value, place: &str, faults: &mut Vec<Fault>) {
    for field in fields.iter().filter(|field| field.is_shown(around)) {
        check(field, around, &joined(place, field.path), faults);
    }
}

fn check(field: &Field, around: &Value, place: &str, faults: &mut Vec<Fault>) {
    let value = at(around, field.path);
    if let Control::Object(fields) = &field.control {
        return check_object(field, fields, value, place, faults);
    }
    let value = value.unwrap_or(&Value::Null);
    if is_empty(value) && field.required {
        return faults.push(fault(place, "fault.required", ""));
    }
    match &field.control {
        Control::Items { fields, title, .. } => check_items(field, fields, title, value, place, faults),
        Control::OneOf(variants) => {
            if let Some(variant) = Variant::find(variants, value) {
                let inner = at(value, variant.key).unwrap_or(&Value::Null);
                check_all(variant.fields, inner, &joined(place, variant.key), faults);
            }
        }
        Control::Group(fields) => check_all(fields, value, place, faults),
        Control::LogFiles => log_files::check(around, place, faults),
        _ => faults.extend(wrong(field, value).map(|(text, value)| fault(place, text, &value))),
    }
}

/// What is wrong with the value of a field that has no fields inside, and what the fault names: the key, the limit that
/// was passed, or the value itself.
fn wrong(field: &Field, value: &Value) -> Option<(&'static str, String)> {
    let words = || value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match &field.control {
        Control::Pairs | Control::Files | Control::Binaries if field.rule == Rule::Key => {
            let mut keys = value.as_object().into_iter().flatten().map(|(key, _)| key);
            let key = keys.find(|key| field.rule.wrong(&json!(key)).is_some())?;
            Some(("fault.key", key.clone()))
        }
        _ if is_empty(value) => None,
        Control::Others(own) => {
            let is_other = |(key, _): &(&String, &Value)| own.iter().all(|own| *own != key.as_str());
            let others = value.as_object()?.iter().filter(is_other);
            let others: Map<String, Value> =
                others.map(|(key, value)| (key.clone(), value.clone())).collect();
            let others = Value::Object(others);
            let text = field.rule.wrong(&others)?;
            Some((text, others.to_string()))
        }
        Control::Number if value.is_string() && !matches!(field.rule, Rule::Between(..)) => {
            Some(("fault.whole", words()))
        }
        Control::Mode if value.is_string() => Some(("fault.mode", words())),
        Control::AddressPools => Some(("fault.pool", address_pools::wrong(value)?)),
        Control::Decimal if value.is_string() => Some(("fault.decimal", words())),
        _ => {
            let text = field.rule.wrong(value)?;
            Some((text, field.rule.bound(text).unwrap_or_else(words)))
        }
    }
}

/// The fields of each item, and names that are there twice where that is not meant.
fn check_items(
    field: &Field,
    fields: &[Field],
    title: &str,
    value: &Value,
    place: &str,
    faults: &mut Vec<Fault>,
) {
    let items = value.as_array().map_or(&[][..], Vec::as_slice);
    for (index, item) in items.iter().enumerate() {
        // What is shown as log files is told of there.
        if LogFiles::read(item).is_some() {
            continue;
        }
        let place = format!("{place}/{index}");
        let name = at(item, title).filter(|name| !title.is_empty() && name.is_string());
        if let Some(name) = name.filter(|_| field.rule != Rule::Repeats)
            && items[..index].iter().any(|other| at(other, title) == Some(name))
        {
            faults.push(fault(&joined(&place, title), "fault.twice", name.as_str().unwrap_or_default()));
        }
        check_all(fields, item, &place, faults);
    }
}

/// What an object that is absent would need is no fault, unless it must be there.
fn check_object(
    field: &Field,
    fields: &[Field],
    value: Option<&Value>,
    place: &str,
    faults: &mut Vec<Fault>,
) {
    let value = value.filter(|value| !value.is_null());
    if value.is_none() && !field.required {
        return;
    }
    let before = faults.len();
    check_all(fields, value.unwrap_or(&Value::Null), place, faults);
    if value.is_none() && faults.len() == before {
        faults.push(fault(place, "fault.required", ""));
    }
}

pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(object) => object.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

pub(super) fn fault(place: &str, text: &'static str, value: &str) -> Fault {
    Fault { place: place.to_owned(), text, value: value.to_owned() }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::super::tests::deployment;
    use super::*;
    use crate::forms;

    #[test]
    fn a_pod_is_its_own_template() {
        let form = forms::find("pods").unwrap();
        let mut draft = Draft::begin(form, "web", "shop");
        let container = json!({"name": "main", "image": "nginx", "volumeMounts": [{"name": "data", "mountPath": "/data"}]});
        draft.set(form, 0, "spec/containers/0", Some(container));

        let faults = draft.faults(form);

        assert_eq!(faults[0].place, "0/spec/containers/0/volumeMounts/0/name");
        assert!(form.sections.iter().any(|section| Draft::is_in(section, &faults[0].place)));
    }

    #[test]
    fn faults_stand_where_they_are_and_belong_to_a_step() {
        let (form, mut draft) = deployment();
        let mut container = json!({"name": "web", "image": "a b", "env": [{"name": "1", "value": ""}, {"name": "A", "value": "x"}]});
        container["volumeMounts"] = json!([{"name": "data", "mountPath": "data"}]);
        draft.set(form, 0, "spec/template/spec/containers", Some(json!([container, {"name": "web"}])));
        draft.set(form, 0, "spec/replicas", Some(json!("many")));

        let faults = draft.faults(form);

        let found: Vec<(&str, &str)> =
            faults.iter().map(|fault| (fault.place.as_str(), fault.text)).collect();
        let base = "0/spec/template/spec/containers";
        for (path, text) in [
            ("0/image", "fault.image"),
            ("0/env/0/name", "fault.variable"),
            ("0/volumeMounts/0/mountPath", "fault.mount-path"),
            ("0/volumeMounts/0/name", "fault.no-volume"),
            ("1/name", "fault.twice"),
            ("1/image", "fault.required"),
        ] {
            assert!(found.contains(&(format!("{base}/{path}").as_str(), text)), "{path} {text}: {found:?}");
        }
        assert!(found.contains(&("0/spec/replicas", "fault.whole")));
        for fault in &faults {
            let sections = form.sections.iter().filter(|section| Draft::is_in(section, &fault.place));
            assert_eq!(sections.count(), 1, "{fault:?} belongs to one step");
        }
    }

    #[test]
    fn a_mode_of_files_is_octal_and_small() {
        let (form, mut draft) = deployment();
        draft.set(form, 0, "spec/template/spec/containers/0/image", Some(json!("nginx")));
        let source = |mode: Value| json!({"secretName": "keys", "defaultMode": mode});
        for (mode, is_good) in
            [(json!(0o440), true), (json!(0o777), true), (json!(644), false), (json!("9"), false)]
        {
            let volume = json!({"name": "keys", "secret": source(mode.clone())});
            draft.set(form, 0, "spec/template/spec/volumes", Some(json!([volume])));

            let faults = draft.faults(form).into_iter();
            let found: Vec<_> = faults.map(|fault| (fault.place, fault.text)).collect();
            let place = "0/spec/template/spec/volumes/0/secret/defaultMode".to_owned();
            assert_eq!(found, Vec::from_iter((!is_good).then_some((place, "fault.mode"))), "{mode}");
        }
    }

    #[test]
    fn a_bad_amount_is_told_once() {
        let (form, mut draft) = deployment();
        let base = "spec/template/spec/containers/0";
        draft.set(form, 0, &format!("{base}/image"), Some(json!("nginx")));
        let limits = format!("{base}/resources/limits");
        let found = |draft: &Draft| {
            let faults = draft.faults(form).into_iter();
            faults.map(|fault| (fault.place, fault.text)).collect::<Vec<_>>()
        };

        draft.set(form, 0, &limits, Some(json!({"cpu": "much", "nvidia.com/gpu": "1"})));
        assert_eq!(found(&draft), [(format!("0/{limits}/cpu"), "fault.quantity")]);
        draft.set(form, 0, &limits, Some(json!({"cpu": "1", "nvidia.com/gpu": "one"})));
        assert_eq!(found(&draft), [(format!("0/{limits}"), "fault.quantity")]);
    }

    #[test]
    fn what_has_a_field_of_its_own_is_not_among_the_others() {
        let others = Field::new("limits", "other-limits", Control::Others(&["cpu", "a/b"]));

        assert!(
            others.holds("limits") && others.holds("limits/nvidia.com~1gpu") && others.holds("limits/cp")
        );
        assert!(!others.holds("limits/cpu") && !others.holds("limits/a~1b") && !others.holds("limitsless"));
    }

    #[test]
    fn an_ingress_needs_no_service_for_everything_else() {
        let form = forms::find("ingresses").unwrap();
        let mut draft = Draft::begin(form, "web", "shop");

        draft.set(form, 0, "spec/rules/0/http/paths/0/backend/service/name", Some(json!("web")));

        assert_eq!(draft.faults(form), []);
    }

    #[test]
    fn routes_of_one_path_and_permissions_of_one_resource_may_be_several() {
        let rule =
            json!({"matches": [{"path": {"value": "/"}}], "backendRefs": [{"name": "web", "port": 80}]});
        let permission = json!({"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]});
        for (slug, place, item) in
            [("httproutes.gateway.networking.k8s.io", "spec/rules", rule), ("roles", "rules", permission)]
        {
            let form = forms::find(slug).unwrap();
            let mut draft = Draft::begin(form, "web", "shop");
            draft.set(form, 0, place, Some(json!([item, item])));

            let twice = draft.faults(form).into_iter().filter(|fault| fault.text == "fault.twice");
            assert_eq!(twice.collect::<Vec<_>>(), [], "{slug}");
        }
    }
}
