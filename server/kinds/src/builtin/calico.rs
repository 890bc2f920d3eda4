//! Calico. Its definitions name no columns, and its own API server hides even those.

use super::shared::{digits, from_condition, terminating, words};
use crate::column::{
    age, cluster_wide, count, flag, function, list, number, quantity_of, status, text, unique_text,
};
use crate::said::say;
use crate::{ColumnSpec, Field, Health, Interner, Kind, Menu, Object};
use model::{Level, Unit};

/// An API group and its version.
type Group = (&'static str, &'static str);

/// What Calico keeps, and the same as its own API server shows it.
const GROUPS: [Group; 2] = [(KEPT, "v1"), ("projectcalico.org", "v3")];
const KEPT: &str = "crd.projectcalico.org";

/// All of Calico's kinds that people look for, in both groups.
pub(super) fn kinds() -> Vec<Kind> {
    let in_both = [
        ip_pools,
        ip_reservations,
        network_policies,
        global_network_policies,
        network_sets,
        global_network_sets,
        host_endpoints,
        tiers,
        bgp_configurations,
        bgp_peers,
    ];
    let mut kinds: Vec<Kind> =
        GROUPS.into_iter().flat_map(|group| in_both.into_iter().map(move |kind| kind(group))).collect();
    kinds.extend([ip_blocks(), block_affinities()]);
    kinds
}

fn plain((group, version): Group, kind: &'static str, plural: &'static str) -> Kind {
    Kind {
        slug: format!("{plural}.{group}").into(),
        menu: Menu::Networking,
        rare: true,
        ..Kind::plain(group, version, kind, plural)
    }
}

fn of_cluster(group: Group, kind: &'static str, plural: &'static str) -> Kind {
    Kind { namespaced: false, ..plain(group, kind, plural) }
}

fn ip_pools(group: Group) -> Kind {
    Kind {
        // Once is enough: with Calico's API server every pool is there twice.
        rare: group.0 != KEPT,
        status: Some(ip_pool_status),
        columns: vec![
            status(),
            unique_text("cidr", "/spec/cidr"),
            function("encapsulation", encapsulation),
            flag("outgoing_nat", "/spec/natOutgoing"),
            number("block_size", "/spec/blockSize"),
            list("usages", "/spec/allowedUses/*"),
            text("node_selector", "/spec/nodeSelector"),
            text("namespace_selector", "/spec/namespaceSelector").hidden(),
            age(),
        ],
        search: words(["/spec/cidr"]),
        ..of_cluster(group, "IPPool", "ippools")
    }
}

fn ip_pool_status(pool: &Object<'_>) -> Health {
    if let Some(status) = terminating(pool) {
        return status;
    }
    if pool.is_true("/spec/disabled") {
        return Health::new(Level::Inactive, "Disabled").because(say("reason.pool.disabled"));
    }
    match pool.condition("Allocatable") {
        Some(condition) if condition.text_at("/status") == "False" => {
            from_condition(Level::Warning, condition)
        }
        _ => Health::new(Level::Healthy, "Enabled"),
    }
}

/// How packets travel between nodes, in Calico's words: `VXLAN CrossSubnet`.
fn encapsulation(pool: &Object<'_>, interner: &mut Interner) -> Field {
    let words = [("IPIP", "/spec/ipipMode"), ("VXLAN", "/spec/vxlanMode")]
        .map(|(name, path)| (name, pool.text_at(path)))
        .into_iter()
        .find(|(_, mode)| !matches!(*mode, "" | "Never"))
        .map_or("Never".to_owned(), |(name, mode)| format!("{name} {mode}"));
    interner.text_field(&words)
}

fn ip_reservations(group: Group) -> Kind {
    Kind {
        columns: vec![list("ranges", "/spec/reservedCIDRs/*"), age()],
        search: words(["/spec/reservedCIDRs/*"]),
        ..of_cluster(group, "IPReservation", "ipreservations")
    }
}

/// What policies of either scope show: those of a lower order are asked first.
fn policy_columns() -> [ColumnSpec; 6] {
    [
        text("tier", "/spec/tier"),
        quantity_of("order", "/spec/order", Unit::Count),
        text("selector", "/spec/selector"),
        list("policy_types", "/spec/types/*"),
        count("ingress_rules", "/spec/ingress/*"),
        count("egress_rules", "/spec/egress/*"),
    ]
}

fn network_policies(group: Group) -> Kind {
    Kind {
        columns: policy_columns().into_iter().chain([age()]).collect(),
        ..plain(group, "NetworkPolicy", "networkpolicies")
    }
}

fn global_network_policies(group: Group) -> Kind {
    let namespaces = text("namespace_selector", "/spec/namespaceSelector");
    Kind {
        columns: policy_columns().into_iter().chain([namespaces, age()]).collect(),
        ..of_cluster(group, "GlobalNetworkPolicy", "globalnetworkpolicies")
    }
}

fn network_sets(group: Group) -> Kind {
    Kind {
        columns: vec![list("ranges", "/spec/nets/*"), age()],
        search: words(["/spec/nets/*"]),
        ..plain(group, "NetworkSet", "networksets")
    }
}

fn global_network_sets(group: Group) -> Kind {
    Kind {
        columns: vec![list("ranges", "/spec/nets/*"), age()],
        search: words(["/spec/nets/*"]),
        ..of_cluster(group, "GlobalNetworkSet", "globalnetworksets")
    }
}

fn host_endpoints(group: Group) -> Kind {
    Kind {
        columns: vec![
            cluster_wide("node", "nodes", "/spec/node"),
            text("interface", "/spec/interfaceName"),
            list("addresses", "/spec/expectedIPs/*"),
            age(),
        ],
        search: words(["/spec/expectedIPs/*"]),
        ..of_cluster(group, "HostEndpoint", "hostendpoints")
    }
}

fn tiers(group: Group) -> Kind {
    Kind {
        columns: vec![
            quantity_of("order", "/spec/order", Unit::Count),
            text("default_action", "/spec/defaultAction"),
            age(),
        ],
        ..of_cluster(group, "Tier", "tiers")
    }
}

fn bgp_configurations(group: Group) -> Kind {
    Kind {
        columns: vec![
            function("as_number", as_number),
            flag("node_mesh", "/spec/nodeToNodeMeshEnabled"),
            list("announced_cluster_ips", "/spec/serviceClusterIPs/*/cidr"),
            list("announced_balancer_ips", "/spec/serviceLoadBalancerIPs/*/cidr"),
            age(),
        ],
        ..of_cluster(group, "BGPConfiguration", "bgpconfigurations")
    }
}

fn as_number(object: &Object<'_>, interner: &mut Interner) -> Field {
    digits(object, "/spec/asNumber", interner)
}

fn bgp_peers(group: Group) -> Kind {
    Kind {
        columns: vec![
            text("peer", "/spec/peerIP"),
            function("as_number", as_number),
            text("peer_selector", "/spec/peerSelector"),
            cluster_wide("node", "nodes", "/spec/node"),
            text("node_selector", "/spec/nodeSelector"),
            age(),
        ],
        search: words(["/spec/peerIP"]),
        ..of_cluster(group, "BGPPeer", "bgppeers")
    }
}

fn ip_blocks() -> Kind {
    Kind {
        columns: vec![
            unique_text("cidr", "/spec/cidr"),
            function("node", block_node),
            function("used_addresses", |block, _| used_addresses(block)).at_end(),
            age(),
        ],
        search: words(["/spec/cidr"]),
        ..of_cluster((KEPT, "v1"), "IPAMBlock", "ipamblocks")
    }
}

/// The node that the block belongs to, if it belongs to one.
fn block_node(block: &Object<'_>, interner: &mut Interner) -> Field {
    let node = block.text_at("/spec/affinity").strip_prefix("host:");
    interner.object_field("nodes", None, node.unwrap_or_default())
}

/// Each address has a place in the list, which is empty when nobody has the address.
fn used_addresses(block: &Object<'_>) -> Field {
    let addresses = block.items_at("/spec/allocations");
    let used = addresses.iter().filter(|address| address.number().is_some()).count();
    Field::Ratio(used as i64, addresses.len() as i64)
}

fn block_affinities() -> Kind {
    Kind {
        columns: vec![
            unique_text("cidr", "/spec/cidr"),
            cluster_wide("node", "nodes", "/spec/node"),
            text("state", "/spec/state"),
            age(),
        ],
        search: words(["/spec/cidr"]),
        ..of_cluster((KEPT, "v1"), "BlockAffinity", "blockaffinities")
    }
}
