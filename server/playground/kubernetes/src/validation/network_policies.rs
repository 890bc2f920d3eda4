//! Network policies.

use serde_json::{Value, json};

use super::{list, text};
use crate::status::Cause;

const DIRECTIONS: [&str; 2] = ["Ingress", "Egress"];

pub(crate) fn network_policy(new: &Value, _old: Option<&Value>, causes: &mut Vec<Cause>) {
    let spec = &new["spec"];
    for (rules, peers) in [("ingress", "from"), ("egress", "to")] {
        for (index, rule) in list(spec, &format!("/{rules}")).iter().enumerate() {
            let place = format!("spec.{rules}[{index}]");
            for (index, one) in list(rule, "/ports").iter().enumerate() {
                port(one, &format!("{place}.ports[{index}]"), causes);
            }
            for (index, one) in list(rule, &format!("/{peers}")).iter().enumerate() {
                peer(one, &format!("{place}.{peers}[{index}]"), causes);
            }
        }
    }
    for (index, direction) in list(spec, "/policyTypes").iter().enumerate() {
        if !DIRECTIONS.iter().any(|known| direction == known) {
            causes.push(Cause::not_supported(
                format!("spec.policyTypes[{index}]"),
                direction,
                &["Egress", "Ingress"],
            ));
        }
    }
}

fn port(port: &Value, place: &str, causes: &mut Vec<Cause>) {
    let last = &port["endPort"];
    if last.is_null() {
        return;
    }
    let detail = match &port["port"] {
        Value::Null => "may not be specified when `port` is not specified",
        Value::Number(first) if last.as_i64() < first.as_i64() => "must be greater than or equal to `port`",
        Value::Number(_) => return,
        _ => "may not be specified when `port` is non-numeric",
    };
    causes.push(Cause::invalid(format!("{place}.endPort"), last, detail));
}

fn peer(peer: &Value, place: &str, causes: &mut Vec<Cause>) {
    let has = |part: &str| !peer[part].is_null();
    let selects = has("podSelector") || has("namespaceSelector");
    if has("ipBlock") {
        let range = text(peer, "/ipBlock/cidr");
        if range.is_empty() {
            causes.push(Cause::required(format!("{place}.ipBlock.cidr"), ""));
        } else if !is_range(range) {
            let detail = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
            causes.push(Cause::invalid(format!("{place}.ipBlock.cidr"), &json!(range), detail));
        }
    }
    match (selects, has("ipBlock")) {
        (false, false) => causes.push(Cause::required(place, "must specify a peer")),
        (true, true) => causes.push(Cause::forbidden(place, "may not specify both ipBlock and another peer")),
        _ => {}
    }
}

fn is_range(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return false };
    let most = match address.parse() {
        Ok(std::net::IpAddr::V4(_)) => 32,
        Ok(std::net::IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    bits.parse::<u8>().is_ok_and(|bits| bits <= most)
}
