//! What a form edits: the manifest itself.

use crate::field::{Beside, Control, Field, Form, Variant};
use crate::place::{at, set};
use crate::rule::Fault;
use crate::{LogFiles, Section, log_files, to_yaml};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The objects of a form, as they would be sent. The first is the one that the form is for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// The objects.
    pub objects: Vec<Value>,
}

impl Draft {
    /// A new object of a form's kind.
    pub fn begin(form: &Form, name: &str, namespace: &str) -> Self {
        let mut object = serde_json::from_str(form.begin).unwrap_or_default();
        fill_in(&mut object, name, namespace);
        Self { objects: vec![object] }
    }

    /// What stands at a place of an object.
    pub fn at(&self, object: usize, path: &str) -> Option<&Value> {
        at(self.objects.get(object)?, path)
    }

    /// Writes something at a place of an object. What follows from a name or a label follows.
    pub fn set(&mut self, form: &Form, object: usize, path: &str, new: Option<Value>) {
        let Some(target) = self.objects.get_mut(object) else { return };
        let old_name = at(target, "metadata/name").cloned();
        set(target, path, new);
        if object == 0 && path == "metadata/name" {
            let name = at(target, "metadata/name").cloned();
            for place in form.follow_name {
                if at(target, place) == old_name.as_ref() {
                    set(target, place, name.clone());
                }
            }
        }
        self.follow_beside(form);
    }

    /// Whether what the form offers to make along with the object is made.
    pub fn has_beside(&self, form: &Form) -> bool {
        let kind = self.objects.get(1).and_then(|object| object["kind"].as_str());
        kind.is_some() && kind == form.beside.map(Beside::kind)
    }

    /// Adds what is made along with the object - a service for the ports of its containers, a role for an account -, or
    /// takes it away.
    pub fn set_beside(&mut self, form: &Form, wanted: bool) {
        if wanted == self.has_beside(form) {
            return;
        }
        if !wanted {
            self.objects.truncate(1);
            return;
        }
        match form.beside {
            Some(Beside::Service) => {
                let ports = self.container_ports(form);
                self.objects.push(json!({
                    "apiVersion": "v1",
                    "kind": "Service",
                    "metadata": {},
                    "spec": {"type": "ClusterIP", "ports": ports},
                }));
            }
            Some(Beside::RoleBinding) => self.objects.push(json!({
                "apiVersion": "rbac.authorization.k8s.io/v1",
                "kind": "RoleBinding",
                "metadata": {},
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
            })),
            None => {}
        }
        self.follow_beside(form);
    }

    /// What is beside an object has its name, and is about it.
    fn follow_beside(&mut self, form: &Form) {
        if !self.has_beside(form) {
            return;
        }
        let labels =
            form.template.and_then(|template| self.at(0, &joined(template, "metadata/labels"))).cloned();
        let metadata = |key: &str| self.at(0, &format!("metadata/{key}")).cloned();
        let (name, namespace) = (metadata("name"), metadata("namespace"));
        let beside = &mut self.objects[1];
        match form.beside {
            Some(Beside::Service) => set(beside, "spec/selector", labels),
            Some(Beside::RoleBinding) => {
                let account = json!([{"kind": "ServiceAccount", "name": &name, "namespace": &namespace}]);
                set(beside, "subjects", Some(account));
            }
            None => {}
        }
        set(beside, "metadata/name", name);
        set(beside, "metadata/namespace", namespace);
    }

    fn container_ports(&self, form: &Form) -> Value {
        let path = joined(form.template.unwrap_or_default(), "spec/containers");
        let containers = self.at(0, &path).and_then(Value::as_array).cloned().unwrap_or_default();
        let ports =
            containers.iter().flat_map(|container| container["ports"].as_array().into_iter().flatten());
        let port = |port: &Value| {
            let mut made = json!({"port": port["containerPort"], "targetPort": port["containerPort"]});
            if port["name"].is_string() {
                made["name"] = port["name"].clone();
            }
            made
        };
        let ports: Vec<Value> = ports.map(port).collect();
        if ports.is_empty() { json!([{"port": 80, "targetPort": 80}]) } else { Value::Array(ports) }
    }

    /// The manifest.
    pub fn to_yaml(&self) -> String {
        to_yaml(&self.objects)
    }

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
        faults.extend(self.mounts_without_volume(form));
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

    /// A mount names a volume; that it exists is what people forget most.
    fn mounts_without_volume(&self, form: &Form) -> Vec<Fault> {
        let Some(template) = form.template else { return Vec::new() };
        let list = |path: String| self.at(0, &path).and_then(Value::as_array).cloned().unwrap_or_default();
        let mut known: Vec<Value> =
            list(joined(template, "spec/volumes")).iter().map(|volume| volume["name"].clone()).collect();
        known.extend(
            list("spec/volumeClaimTemplates".into()).iter().map(|claim| claim["metadata"]["name"].clone()),
        );
        let mut faults = Vec::new();
        for part in ["containers", "initContainers"] {
            let part = joined(template, &format!("spec/{part}"));
            for (index, container) in list(part.clone()).iter().enumerate() {
                if LogFiles::read(container).is_some() {
                    continue;
                }
                for (place, mount) in container["volumeMounts"].as_array().into_iter().flatten().enumerate() {
                    let name = &mount["name"];
                    if name.is_string() && !known.contains(name) {
                        faults.push(Fault {
                            place: format!("0/{part}/{index}/volumeMounts/{place}/name"),
                            text: "fault.no-volume",
                            value: name.as_str().unwrap_or_default().to_owned(),
                        });
                    }
                }
            }
        }
        faults
    }
}

/// Writes the name and the namespace wherever an object that begins stands for them.
fn fill_in(value: &mut Value, name: &str, namespace: &str) {
    match value {
        Value::String(text) if text == "NAME" => name.clone_into(text),
        Value::String(text) if text == "NAMESPACE" => namespace.clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(|item| fill_in(item, name, namespace)),
        Value::Object(object) => object.values_mut().for_each(|value| fill_in(value, name, namespace)),
        _ => {}
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
            _ => {
                path == self.path
                    || path
                        .strip_prefix(self.path)
                        .is_some_and(|rest| self.path.is_empty() || rest.starts_with('/'))
            }
        }
    }
}

/// A path below another.
pub(crate) fn joined(base: &str, path: &str) -> String {
    match (base.is_empty(), path.is_empty()) {
        (true, _) => path.to_owned(),
        (_, true) => base.to_owned(),
        _ => format!("{base}/{path}"),
    }
}

fn check_all(fields: &[Field], around: &Value, place: &str, faults: &mut Vec<Fault>) {
    for field in fields.iter().filter(|field| field.is_shown(around)) {
        check(field, around, &joined(place, field.path), faults);
    }
}

fn check(field: &Field, around: &Value, place: &str, faults: &mut Vec<Fault>) {
    let value = at(around, field.path);
    let mut fault = |text: &'static str, value: &str| {
        faults.push(Fault { place: place.to_owned(), text, value: value.to_owned() });
    };
    let is_empty = match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::Object(object)) => object.is_empty(),
        Some(_) => false,
    };
    if let Control::Object(fields) = &field.control {
        return check_object(field, fields, value, place, faults);
    }
    if is_empty && field.required {
        return fault("fault.required", "");
    }
    let value = value.unwrap_or(&Value::Null);
    match &field.control {
        Control::Items { fields, title, .. } => {
            let items = value.as_array().map_or(&[][..], Vec::as_slice);
            for (index, item) in items.iter().enumerate() {
                // What is shown as log files is told of there.
                if LogFiles::read(item).is_some() {
                    continue;
                }
                let name = at(item, title).filter(|name| !title.is_empty() && name.is_string());
                let may_repeat = field.rule == crate::Rule::Repeats;
                if name.is_some_and(|name| {
                    !may_repeat && items[..index].iter().any(|other| at(other, title) == Some(name))
                }) {
                    let name = name.and_then(Value::as_str).unwrap_or_default();
                    faults.push(Fault {
                        place: joined(&format!("{place}/{index}"), title),
                        text: "fault.twice",
                        value: name.into(),
                    });
                }
                check_all(fields, item, &format!("{place}/{index}"), faults);
            }
        }
        Control::OneOf(variants) => {
            if let Some(variant) = Variant::find(variants, value).filter(|variant| !variant.key.is_empty()) {
                let inner = at(value, variant.key).unwrap_or(&Value::Null);
                check_all(variant.fields, inner, &joined(place, variant.key), faults);
            }
        }
        Control::Group(fields) => check_all(fields, value, place, faults),
        Control::LogFiles => log_files::check(around, place, faults),
        Control::Pairs | Control::Files if field.rule == crate::Rule::Key => {
            let keys = value.as_object().into_iter().flatten().map(|(key, _)| key);
            if let Some(key) = keys.into_iter().find(|key| field.rule.wrong(&json!(key)).is_some()) {
                fault("fault.key", key);
            }
        }
        _ if is_empty => {}
        Control::Number if value.is_string() && !matches!(field.rule, crate::Rule::Between(..)) => {
            fault("fault.whole", value.as_str().unwrap_or_default());
        }
        Control::Decimal if value.is_string() => fault("fault.decimal", value.as_str().unwrap_or_default()),
        _ => {
            if let Some(text) = field.rule.wrong(value) {
                let value = || value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                fault(text, &field.rule.bound(text).unwrap_or_else(value));
            }
        }
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
        faults.push(Fault { place: place.to_owned(), text: "fault.required", value: String::new() });
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::forms;

    fn deployment() -> (&'static Form, Draft) {
        let form = forms::find("deployments").unwrap();
        (form, Draft::begin(form, "web", "shop"))
    }

    #[test]
    fn what_every_form_begins_with_lacks_only_what_people_must_say() {
        for form in forms::ALL {
            let draft = Draft::begin(form, "web", "shop");

            assert_eq!(draft.at(0, "metadata/name"), Some(&json!("web")), "{}", form.slug);
            let other = draft.faults(form).into_iter().filter(|fault| fault.text != "fault.required");
            assert_eq!(other.collect::<Vec<_>>(), [], "{}", form.slug);
        }
    }

    #[test]
    fn labels_follow_the_name_until_they_are_changed() {
        let (form, mut draft) = deployment();

        draft.set(form, 0, "metadata/name", Some(json!("api")));
        assert_eq!(draft.at(0, "spec/template/metadata/labels/app"), Some(&json!("api")));
        draft.set(form, 0, "spec/template/metadata/labels/app", Some(json!("mine")));
        draft.set(form, 0, "metadata/name", Some(json!("other")));
        assert_eq!(draft.at(0, "spec/template/metadata/labels/app"), Some(&json!("mine")));
        assert_eq!(draft.at(0, "spec/selector/matchLabels/app"), Some(&json!("other")));
    }

    #[test]
    fn a_service_beside_a_workload_picks_its_pods_at_its_ports() {
        let (form, mut draft) = deployment();
        draft.set(
            form,
            0,
            "spec/template/spec/containers/0/ports",
            Some(json!([{"name": "http", "containerPort": 8080}])),
        );

        draft.set_beside(form, true);
        draft.set(form, 0, "metadata/name", Some(json!("api")));

        assert_eq!(draft.at(1, "metadata/name"), Some(&json!("api")));
        assert_eq!(draft.at(1, "spec/selector"), Some(&json!({"app": "api"})));
        assert_eq!(
            draft.at(1, "spec/ports/0"),
            Some(&json!({"name": "http", "port": 8080, "targetPort": 8080}))
        );
        draft.set_beside(form, false);
        assert_eq!(draft.objects.len(), 1);
    }

    #[test]
    fn a_role_beside_a_service_account_is_given_to_it() {
        let form = forms::find("serviceaccounts").unwrap();
        let mut draft = Draft::begin(form, "robot", "shop");

        draft.set_beside(form, true);
        draft.set(form, 1, "roleRef/name", Some(json!("edit")));
        draft.set(form, 0, "metadata/name", Some(json!("deployer")));

        assert_eq!(draft.at(1, "metadata/name"), Some(&json!("deployer")));
        assert_eq!(draft.at(1, "roleRef/name"), Some(&json!("edit")));
        let account = json!([{"kind": "ServiceAccount", "name": "deployer", "namespace": "shop"}]);
        assert_eq!(draft.at(1, "subjects"), Some(&account));
    }

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
            ("0/volumeMounts/0/mountPath", "fault.path"),
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

    #[test]
    fn what_no_field_shows_stays() {
        let (form, mut draft) = deployment();
        let strange = json!({"x-unknown": [1, {"a": null}], "y": {}});
        draft.objects[0]["spec"]["template"]["spec"]["strange"] = strange.clone();

        draft.set(form, 0, "spec/replicas", Some(json!(3)));
        draft.set(form, 0, "spec/template/spec/containers/0/image", None);

        assert_eq!(draft.objects[0]["spec"]["template"]["spec"]["strange"], strange);
        let kept: Draft = serde_json::from_str(&serde_json::to_string(&draft).unwrap()).unwrap();
        assert_eq!(kept, draft);
    }
}
