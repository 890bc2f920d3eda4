//! Measures what reading a pod of about 7 kB costs, alone and with making its row.

use kinds::{Interner, Object};
use std::hint::black_box;
use std::time::Instant;

/// Pods in a batch; the best of several batches counts, because other programs disturb the rest.
const PODS: u32 = 1_000;

const BATCHES: u32 = 20;

fn main() {
    let pod = large_pod();
    let kind = kinds::find("pods").expect("pods are built in");
    println!("a pod of {} bytes", pod.len());
    measure("parse", || {
        black_box(Object::parse(black_box(&pod)).expect("the fixture is JSON"));
    });
    let mut interner = Interner::default();
    measure("parse and row", || {
        let object = Object::parse(black_box(&pod)).expect("the fixture is JSON");
        black_box(kind.row(&object, None, &mut interner));
    });
    measure("serde_json::Value, for comparison", || {
        black_box(serde_json::from_slice::<serde_json::Value>(black_box(&pod)).expect("the fixture is JSON"));
    });
}

fn measure(what: &str, mut work: impl FnMut()) {
    let batch = |_| {
        let start = Instant::now();
        (0..PODS).for_each(|_| work());
        start.elapsed().as_secs_f64() * 1e6 / f64::from(PODS)
    };
    let best = (0..BATCHES).map(batch).fold(f64::INFINITY, f64::min);
    println!("{what}: {best:.1} µs");
}

/// The first pod of the fixtures with environment and managed fields as real ones have them.
fn large_pod() -> Vec<u8> {
    let fixtures = include_str!("../fixtures/pods.json");
    let mut pods: Vec<serde_json::Value> = serde_json::from_str(fixtures).expect("the fixture is JSON");
    let mut pod = pods.swap_remove(0);
    let variables: Vec<_> = (0..40)
        .map(|number| serde_json::json!({"name": format!("SETTING_{number}"), "value": "some value of some length"}))
        .collect();
    pod["spec"]["containers"][0]["env"] = variables.into();
    let owned: serde_json::Map<_, _> =
        (0..80).map(|number| (format!("f:field-{number}"), serde_json::json!({"f:name": {}}))).collect();
    pod["metadata"]["managedFields"] = serde_json::json!([{"manager": "kubelet", "fieldsV1": owned}]);
    serde_json::to_vec(&pod).expect("a value is JSON")
}
