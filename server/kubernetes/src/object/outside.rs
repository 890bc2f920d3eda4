//! Where a service is reached from outside its cluster: at load balancers, at addresses that it was given, and at nodes.

use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::slug::built_in;
use kinds::Object;
use model::{Cell, Level, ObjectName, ResourceRef};
use resources_contract::{Outside, Through, TreeNode, Way};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Nodes that are listed: all of them lead to the same pods.
const LISTED_NODES: usize = 3;

/// A port of a service.
struct Port {
    title: String,
    number: i64,
    on_nodes: Option<i64>,
    scheme: Option<&'static str>,
}

/// A node, and its addresses.
struct Node {
    name: ObjectName,
    external: Option<String>,
    internal: Option<String>,
}

impl ForCaller {
    /// Where a service is reached; of other objects nothing. `tree` has its pods.
    pub(super) async fn outside(
        &self,
        cluster: &Arc<Cluster>,
        resource: &ResourceRef,
        service: &Object<'_>,
        tree: &[TreeNode],
    ) -> Outside {
        if resource.kind.as_str() != "services" {
            return Outside::default();
        }
        let ports: Vec<Port> = service.items_at("/spec/ports").iter().filter_map(Port::read).collect();
        let ways = given(service, &ports);
        if !ways.is_empty() || ports.iter().all(|port| port.on_nodes.is_none()) {
            return Outside { ways, more_nodes: 0 };
        }
        let is_local = service.text_at("/spec/externalTrafficPolicy") == "Local";
        let hosts = is_local.then(|| hosts_in(tree));
        on_nodes(&self.answering_nodes(cluster, hosts.as_ref()).await, &ports)
    }

    /// The nodes that send what they get at node ports to pods: all that run, or only those that run a pod themselves.
    async fn answering_nodes(&self, cluster: &Cluster, hosts: Option<&BTreeSet<ObjectName>>) -> Vec<Node> {
        // The list of nodes says why they cannot be followed.
        let Ok(store) = cluster.loaded(&built_in("nodes")).await else { return Vec::new() };
        let Some(scope) = self.glance(cluster, &store) else { return Vec::new() };
        let columns = &store.served().kind.columns;
        let place = |id: &str| columns.iter().position(|column| column.id == id);
        let (external, internal) = (place("external_ip"), place("internal_ip"));
        let state = store.read();
        let rows =
            state.rows().filter(|row| row.is_within(&scope) && state.level(row) != Some(Level::Failed));
        let nodes = rows.filter_map(|row| {
            let text = |place: Option<usize>| match row.fields.get(place?)?.to_cell(self.language) {
                Cell::Text(text) if is_host(&text) => Some(text),
                _ => None,
            };
            let name = ObjectName::parse(&row.name).ok()?;
            Some(Node { name, external: text(external), internal: text(internal) })
        });
        nodes.filter(|node| hosts.is_none_or(|hosts| hosts.contains(&node.name))).collect()
    }
}

impl Port {
    fn read(port: &Object<'_>) -> Option<Self> {
        let number = port.number_at("/port")?;
        let name = port.text_at("/name");
        Some(Self {
            title: if name.is_empty() { number.to_string() } else { format!("{number} {name}") },
            number,
            on_nodes: port.number_at("/nodePort"),
            scheme: scheme(port, name, number),
        })
    }

    fn way(&self, host: &str, number: i64, through: Through) -> Way {
        let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
        Way {
            port: self.title.clone(),
            through,
            address: format!("{host}:{number}"),
            scheme: self.scheme.map(str::to_owned),
        }
    }
}

/// How a browser speaks to a port, where its protocol, name or number says that it is for browsers.
fn scheme(port: &Object<'_>, name: &str, number: i64) -> Option<&'static str> {
    if !matches!(port.text_at("/protocol"), "" | "TCP") {
        return None;
    }
    let said = port.text_at("/appProtocol").to_ascii_lowercase();
    match said.as_str() {
        "https" | "kubernetes.io/wss" => return Some("https"),
        "http" | "kubernetes.io/ws" => return Some("http"),
        "" => {}
        _ => return None,
    }
    let begins = |with: &str| name.starts_with(with);
    match number {
        _ if begins("https") => Some("https"),
        _ if begins("http") || begins("web") => Some("http"),
        443 | 8443 => Some("https"),
        80 | 8080 => Some("http"),
        _ => None,
    }
}

/// What can stand in an address where a host stands.
fn is_host(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':');
    !text.is_empty() && text.bytes().all(is_part)
}

/// The ways through load balancers and addresses that were given.
fn given(service: &Object<'_>, ports: &[Port]) -> Vec<Way> {
    let told = [
        ("/status/loadBalancer/ingress/*/ip", Through::Balancer),
        ("/status/loadBalancer/ingress/*/hostname", Through::Balancer),
        ("/spec/externalIPs/*", Through::External),
    ];
    let mut ways = Vec::new();
    for (path, through) in told {
        for host in service.each(path).filter_map(Object::text).filter(|text| is_host(text)) {
            ways.extend(ports.iter().map(|port| port.way(host, port.number, through.clone())));
        }
    }
    ways
}

/// The ways through nodes: at addresses of the world, where any node has one.
fn on_nodes(nodes: &[Node], ports: &[Port]) -> Outside {
    let is_internal = nodes.iter().all(|node| node.external.is_none());
    let address = |node: &Node| if is_internal { node.internal.clone() } else { node.external.clone() };
    let found: Vec<(&Node, String)> = nodes.iter().filter_map(|node| Some((node, address(node)?))).collect();
    let ways = found.iter().take(LISTED_NODES).flat_map(|(node, host)| {
        ports.iter().filter_map(move |port| {
            let through = Through::Node { name: node.name.clone(), is_internal };
            Some(port.way(host, port.on_nodes?, through))
        })
    });
    let more = found.len().saturating_sub(LISTED_NODES);
    Outside { ways: ways.collect(), more_nodes: u32::try_from(more).unwrap_or(u32::MAX) }
}

/// The nodes that pods of a tree run on.
fn hosts_in(tree: &[TreeNode]) -> BTreeSet<ObjectName> {
    tree.iter().filter_map(|node| node.pod.as_ref()?.node.clone()).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn ports(ports: &Value) -> Vec<Port> {
        let text = json!({"ports": ports}).to_string();
        let service = Object::parse(text.as_bytes()).unwrap();
        service.items_at("/ports").iter().filter_map(Port::read).collect()
    }

    fn node(name: &str, external: Option<&str>) -> Node {
        let external = external.map(str::to_owned);
        Node { name: name.parse().unwrap(), external, internal: Some(format!("10.0.0.{}", name.len())) }
    }

    fn links(ways: &[Way]) -> Vec<String> {
        ways.iter().map(|way| way.link().unwrap_or_else(|| way.address.clone())).collect()
    }

    #[test]
    fn node_ports_are_reached_at_addresses_of_the_world_where_nodes_have_them() {
        let ports = ports(&json!([
            {"name": "http", "port": 80, "nodePort": 30080},
            {"name": "postgres", "port": 5432, "nodePort": 30432},
            {"port": 9000},
        ]));

        let outside = on_nodes(&[node("a", Some("203.0.113.7")), node("bb", None)], &ports);
        assert_eq!(links(&outside.ways), ["http://203.0.113.7:30080/", "203.0.113.7:30432"]);
        let inside = on_nodes(&[node("a", None), node("bb", None)], &ports[..1]);
        assert_eq!(links(&inside.ways), ["http://10.0.0.1:30080/", "http://10.0.0.2:30080/"]);
        let is_internal = |way: &Way| matches!(way.through, Through::Node { is_internal: true, .. });
        assert!(inside.ways.iter().all(is_internal) && !outside.ways.iter().any(is_internal));
        let many: Vec<Node> = ["a", "b", "c", "d", "e"].map(|name| node(name, None)).into();
        let many = on_nodes(&many, &ports[..1]);
        assert_eq!((many.ways.len(), many.more_nodes), (3, 2));
    }

    #[test]
    fn load_balancers_and_given_addresses_are_reached_at_the_ports_of_the_service() {
        let service = json!({
            "spec": {"externalIPs": ["2001:db8::7"]},
            "status": {"loadBalancer": {"ingress": [{"hostname": "shop.example"}, {"hostname": "evil/x?"}]}},
        })
        .to_string();
        let service = Object::parse(service.as_bytes()).unwrap();

        let ways = given(&service, &ports(&json!([{"port": 443}])));

        assert_eq!(links(&ways), ["https://shop.example:443/", "https://[2001:db8::7]:443/"]);
    }

    #[test]
    fn what_a_port_says_of_itself_goes_before_its_name_and_number() {
        let of = |port: Value| ports(&json!([port]))[0].scheme;

        assert_eq!(of(json!({"port": 80, "appProtocol": "https"})), Some("https"));
        assert_eq!(of(json!({"port": 80, "appProtocol": "kubernetes.io/h2c"})), None);
        assert_eq!(of(json!({"port": 9000, "name": "web-ui"})), Some("http"));
        assert_eq!(of(json!({"port": 80, "protocol": "UDP"})), None);
        assert_eq!(of(json!({"port": 5432})), None);
    }
}
