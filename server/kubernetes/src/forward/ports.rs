//! Which ports there are, and which pod answers for one.

use super::{ForwardPort, refused};
use crate::caller::ForCaller;
use crate::slug::built_in;
use access::{Action, decide};
use model::fault::PortFault;
use model::{ConsoleError, ObjectName, ResourceRef, Thing};
use serde_json::Value;
use workloads_contract::PortLine;

impl ForCaller {
    /// The ports of an object and its pods, and the right to open any that the caller has not got, if they have not.
    pub async fn ports_of(
        &self,
        resource: &ResourceRef,
    ) -> Result<(Vec<PortLine>, Option<model::Need>), ConsoleError> {
        let pods = self.pods_behind(resource).await?;
        let ports = match resource.kind.as_str() {
            "services" => of_service(&self.object_json(resource).await?),
            _ => pods.iter().find(|pod| is_ready(pod)).or(pods.first()).map(of_pod).unwrap_or_default(),
        };
        // The right is asked for with the name of a pod; where there is none, with the object's.
        let pod = pods.iter().find_map(|pod| named(resource, pod)).unwrap_or_else(|| resource.clone());
        let missing = match decide(&self.caller, &ForwardPort { pod, port: 0 }.need()).map_err(refused) {
            Err(ConsoleError::Forbidden { need, .. }) => Some(need),
            _ => None,
        };
        Ok((ports, missing))
    }

    /// A pod that is ready, and the port of it that stands for a port of the object.
    pub(super) async fn behind(
        &self,
        resource: &ResourceRef,
        port: u16,
    ) -> Result<ForwardPort, ConsoleError> {
        let pods = self.pods_behind(resource).await?;
        // Any one of the ready ones does; always the same, so that what it remembers of a visitor stays.
        let mut ready: Vec<&Value> = pods.iter().filter(|pod| is_ready(pod)).collect();
        ready.sort_by_key(|pod| pod["metadata"]["name"].as_str().unwrap_or_default());
        let none = || ConsoleError::unknown(Thing::ReadyPod(resource.name.to_string()));
        let pod = match (resource.kind.as_str(), ready.first()) {
            (_, Some(pod)) => *pod,
            // Somebody may want to look at it because it is not.
            ("pods", None) => pods.first().ok_or_else(none)?,
            _ => return Err(none()),
        };
        let port = match resource.kind.as_str() {
            "services" => target(&self.object_json(resource).await?, pod, port)?,
            _ => port,
        };
        let named = named(resource, pod).ok_or_else(none)?;
        Ok(ForwardPort { pod: named, port })
    }

    async fn object_json(&self, resource: &ResourceRef) -> Result<Value, ConsoleError> {
        let cluster = self.cluster(&resource.cluster).await?;
        let store = cluster.loaded(&resource.kind).await?;
        let state = store.read();
        let object = state.row_of(resource).and_then(|row| state.value(&row.uid));
        object.ok_or_else(|| ConsoleError::not_found(resource))
    }
}

/// The pod as others name it.
fn named(like: &ResourceRef, pod: &Value) -> Option<ResourceRef> {
    let name = ObjectName::parse(pod["metadata"]["name"].as_str()?).ok()?;
    Some(ResourceRef { kind: built_in("pods"), name, ..like.clone() })
}

fn is_ready(pod: &Value) -> bool {
    let conditions = pod["status"]["conditions"].as_array();
    conditions.into_iter().flatten().any(|one| one["type"] == "Ready" && one["status"] == "True")
}

fn list<'v>(value: &'v Value, pointer: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    value.pointer(pointer).and_then(Value::as_array).into_iter().flatten()
}

fn number(value: &Value) -> Option<u16> {
    value.as_u64().and_then(|number| u16::try_from(number).ok()).filter(|number| *number > 0)
}

fn line(port: &Value, number: u16, behind: String) -> PortLine {
    let text = |key: &str, usual: &str| port[key].as_str().unwrap_or(usual).to_owned();
    PortLine { port: number, name: text("name", ""), protocol: text("protocol", "TCP"), behind }
}

/// The containers that run for as long as their pod: its own, and sidecars, which stand among those that run before.
fn that_stay(pod: &Value) -> impl Iterator<Item = &Value> {
    let sidecars =
        list(pod, "/spec/initContainers").filter(|container| container["restartPolicy"] == "Always");
    list(pod, "/spec/containers").chain(sidecars)
}

fn of_pod(pod: &Value) -> Vec<PortLine> {
    let ports = that_stay(pod).flat_map(|container| {
        let name = container["name"].as_str().unwrap_or_default();
        let lines = list(container, "/ports");
        lines.filter_map(move |port| Some(line(port, number(&port["containerPort"])?, name.to_owned())))
    });
    ports.collect()
}

fn of_service(service: &Value) -> Vec<PortLine> {
    let behind = |port: &Value| match &port["targetPort"] {
        Value::String(name) => name.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let ports = list(service, "/spec/ports");
    ports.filter_map(|port| Some(line(port, number(&port["port"])?, behind(port)))).collect()
}

/// The port of a pod that a service sends a port of its own to.
fn target(service: &Value, pod: &Value, asked: u16) -> Result<u16, ConsoleError> {
    let port = list(service, "/spec/ports").find(|port| number(&port["port"]) == Some(asked));
    let port = port.ok_or_else(|| ConsoleError::refused("port", PortFault::NotOfService))?;
    let target = match &port["targetPort"] {
        Value::String(name) => {
            let mut ports = that_stay(pod).flat_map(|container| list(container, "/ports"));
            ports.find(|port| port["name"] == *name).and_then(|port| number(&port["containerPort"]))
        }
        Value::Null => Some(asked),
        target => number(target),
    };
    target.ok_or_else(|| ConsoleError::refused("port", PortFault::LeadsNowhere))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod() -> Value {
        json!({"spec": {
            "initContainers": [
                {"name": "prepare", "ports": [{"name": "early", "containerPort": 7}]},
                {"name": "proxy", "restartPolicy": "Always", "ports": [{"name": "admin", "containerPort": 15000}]},
            ],
            "containers": [
                {"name": "web", "ports": [{"name": "http", "containerPort": 8080}, {"containerPort": 9, "protocol": "UDP"}]},
                {"name": "quiet"},
            ],
        }})
    }

    #[test]
    fn a_pod_has_the_ports_of_its_containers_and_sidecars() {
        let ports = of_pod(&pod());

        let told = |line: &PortLine| (line.port, line.name.clone(), line.behind.clone());
        assert_eq!(told(&ports[0]), (8080, "http".into(), "web".into()));
        assert!(ports[0].is_tcp() && !ports[1].is_tcp());
        assert_eq!(told(&ports[2]), (15000, "admin".into(), "proxy".into()));
        assert_eq!(ports.len(), 3, "what has ended has no ports any more");
    }

    #[test]
    fn a_port_of_a_service_leads_to_one_of_its_pods() {
        let service = json!({"spec": {"ports": [
            {"port": 80, "targetPort": "http"}, {"port": 81, "targetPort": 8081}, {"port": 82}, {"port": 83, "targetPort": "gone"},
            {"port": 84, "targetPort": "admin"}, {"port": 85, "targetPort": "early"},
        ]}});
        let to = |port| target(&service, &pod(), port);

        assert_eq!((to(80).unwrap(), to(81).unwrap(), to(82).unwrap()), (8080, 8081, 82));
        assert_eq!(to(84).unwrap(), 15000, "of a sidecar");
        assert!(to(83).is_err() && to(85).is_err() && to(86).is_err());
        let behind: Vec<String> = of_service(&service).into_iter().map(|line| line.behind).collect();
        assert_eq!(behind, ["http", "8081", "", "gone", "admin", "early"]);
    }
}
