//! How fast decisions by a cluster's own roles are: `cargo run --release -p rbac --example figures` prints figures as
//! `name<TAB>value` lines, of one person whom every binding concerns.

use rbac::{Namespaces, Objects, Policy, Request, Subject};
use serde_json::json;
use std::time::{Duration, Instant};

const NAMESPACES: usize = 10_000;
const BINDINGS: usize = 5_000;
const DECISIONS: usize = 100_000;

fn objects() -> Objects {
    let rules = json!([
        {"verbs": ["get", "list", "watch"], "apiGroups": ["", "apps", "batch"], "resources": ["*"]},
        {"verbs": ["create", "delete"], "apiGroups": [""], "resources": ["pods", "pods/exec", "configmaps"]},
    ]);
    let role = |index: usize| json!({"metadata": {"name": format!("role-{index}")}, "rules": rules});
    let binding = |index: usize| {
        json!({
            "metadata": {"name": format!("binding-{index}"), "namespace": format!("namespace-{}", index * 2 % NAMESPACES)},
            "roleRef": {"kind": "ClusterRole", "name": format!("role-{}", index % 20)},
            "subjects": [{"kind": "Group", "name": format!("group-{}", index % 10)}],
        })
    };
    Objects {
        cluster_roles: (0..20).map(role).collect(),
        role_bindings: (0..BINDINGS).map(binding).collect(),
        ..Objects::default()
    }
}

fn request(namespace: Option<String>) -> Request {
    Request::Resource {
        verb: "list".into(),
        group: "apps".into(),
        resource: "deployments".into(),
        subresource: String::new(),
        namespace,
        name: String::new(),
    }
}

fn main() {
    let objects = objects();
    // In all groups: every binding concerns them.
    let groups = (0..10).map(|index| format!("group-{index}")).collect();
    let subject = Subject { user: "ada".into(), groups };

    let begun = Instant::now();
    let policy = Policy::new(&objects);
    let read = begun.elapsed();
    let begun = Instant::now();
    let Namespaces::Some(visible) = policy.namespaces(&subject, &request(None)) else {
        panic!("nothing is held in the cluster as a whole");
    };
    let cold = begun.elapsed();

    let mut times: Vec<Duration> = (0..DECISIONS)
        .map(|index| {
            let request = request(Some(format!("namespace-{}", index * 7 % NAMESPACES)));
            let begun = Instant::now();
            std::hint::black_box(policy.decide(&subject, &request));
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();

    println!("RBAC: roles and bindings read, ms\t{:.2}", read.as_secs_f64() * 1e3);
    println!("RBAC: visible namespaces\t{}", visible.len());
    println!("RBAC: visible namespaces, cold, ms\t{:.2}", cold.as_secs_f64() * 1e3);
    println!("RBAC: one decision, p50 µs\t{:.2}", at(&times, 50).as_secs_f64() * 1e6);
    println!("RBAC: one decision, p99 µs\t{:.2}", at(&times, 99).as_secs_f64() * 1e6);
}

fn at(times: &[Duration], percent: usize) -> Duration {
    times[(times.len() - 1) * percent / 100]
}
