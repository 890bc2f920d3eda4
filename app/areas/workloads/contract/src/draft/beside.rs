//! What is made along with the object that a form is for.

use super::Draft;
use crate::field::{Beside, Form};
use crate::place::{joined, set};
use serde_json::{Value, json};

impl Draft {
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
                let mut spec = json!({"type": "ClusterIP", "ports": self.container_ports(form)});
                // Behind an address of its own the pods of a set have no names.
                if form.slug == "statefulsets" {
                    spec["clusterIP"] = json!("None");
                }
                self.objects
                    .push(json!({"apiVersion": "v1", "kind": "Service", "metadata": {}, "spec": spec}));
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
    pub(super) fn follow_beside(&mut self, form: &Form) {
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

    /// The ports of a service for all ports of the containers; port 80 where they name none. Where there are several, each
    /// has a name of its own: the API server asks for that.
    fn container_ports(&self, form: &Form) -> Value {
        let path = joined(form.template.unwrap_or_default(), "spec/containers");
        let containers = self.at(0, &path).and_then(Value::as_array).into_iter().flatten();
        let ports = containers.flat_map(|container| container["ports"].as_array().into_iter().flatten());
        let ports: Vec<&Value> = ports.filter(|port| port["containerPort"].is_number()).collect();
        let mut made: Vec<Value> = Vec::new();
        for port in &ports {
            let (number, protocol) = (&port["containerPort"], protocol(port));
            if made.iter().any(|other| other["port"] == *number && self::protocol(other) == protocol) {
                continue;
            }
            let mut one = json!({"port": number, "targetPort": number});
            let is_taken = |name: &str| made.iter().any(|other| other["name"] == name);
            if let Some(name) = port["name"].as_str().filter(|name| !is_taken(name)) {
                one["name"] = json!(name);
            } else if ports.len() > 1 {
                one["name"] = json!(format!("{}-{number}", protocol.to_ascii_lowercase()));
            }
            if protocol != USUAL_PROTOCOL {
                one["protocol"] = json!(protocol);
            }
            made.push(one);
        }
        if made.is_empty() { json!([{"port": 80, "targetPort": 80}]) } else { Value::Array(made) }
    }
}

/// The protocol of ports that say none.
const USUAL_PROTOCOL: &str = "TCP";

fn protocol(port: &Value) -> &str {
    port["protocol"].as_str().unwrap_or(USUAL_PROTOCOL)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::super::tests::deployment;
    use super::*;
    use crate::forms;

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
    fn a_service_beside_a_workload_has_the_protocols_of_its_ports_and_a_name_for_each() {
        let (form, mut draft) = deployment();
        let dns = json!({"name": "dns", "ports": [
            {"name": "dns", "containerPort": 53, "protocol": "UDP"},
            {"containerPort": 53},
            {"containerPort": 9153, "protocol": "TCP"},
        ]});
        let other = json!({"name": "other", "ports": [{"name": "dns", "containerPort": 5353}, {"containerPort": 9153}]});
        draft.set(form, 0, "spec/template/spec/containers", Some(json!([dns, other])));

        draft.set_beside(form, true);

        let expected = json!([
            {"name": "dns", "port": 53, "targetPort": 53, "protocol": "UDP"},
            {"name": "tcp-53", "port": 53, "targetPort": 53},
            {"name": "tcp-9153", "port": 9153, "targetPort": 9153},
            {"name": "tcp-5353", "port": 5353, "targetPort": 5353},
        ]);
        assert_eq!(draft.at(1, "spec/ports"), Some(&expected));
    }

    #[test]
    fn a_service_beside_a_stateful_set_has_no_address_unless_it_is_reached_from_outside() {
        let form = forms::find("statefulsets").unwrap();
        let mut draft = Draft::begin(form, "db", "shop");

        draft.set_beside(form, true);
        assert_eq!(draft.at(1, "metadata/name"), draft.at(0, "spec/serviceName"));
        assert_eq!(draft.at(1, "spec/clusterIP"), Some(&json!("None")));

        draft.set(form, 1, "spec/type", Some(json!("NodePort")));
        assert_eq!(draft.at(1, "spec/clusterIP"), None, "no such service may be without one");
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
}
