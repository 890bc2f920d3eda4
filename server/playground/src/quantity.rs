//! Amounts of processor time and memory as Kubernetes writes them.

use serde_json::Value;

use crate::objects::{array, text};

/// A quantity as a plain number: `250m` is 0.25, `1Ki` is 1024. Nonsense counts as nothing.
pub fn parse(quantity: &str) -> f64 {
    let digits = quantity
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+')))
        .unwrap_or(quantity.len());
    let (number, unit) = quantity.split_at(digits);
    if let Some(exponent) = unit.strip_prefix(['e', 'E']).and_then(|power| power.parse::<i32>().ok()) {
        return number.parse::<f64>().unwrap_or_default() * 10f64.powi(exponent);
    }
    let factor = match unit {
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "Ki" => 1024.0,
        "Mi" => 1024f64.powi(2),
        "Gi" => 1024f64.powi(3),
        "Ti" => 1024f64.powi(4),
        "Pi" => 1024f64.powi(5),
        _ => 1.0,
    };
    number.parse::<f64>().unwrap_or_default() * factor
}

/// A quantity in a JSON value, which may be a text or a bare number.
pub fn of(value: &Value) -> f64 {
    value.as_str().map_or_else(|| value.as_f64().unwrap_or_default(), parse)
}

/// Processor time as Kubernetes writes it: `2` or `250m`.
pub fn processor(cores: f64) -> String {
    let milli = (cores * 1000.0).round() as i64;
    if milli % 1000 == 0 { (milli / 1000).to_string() } else { format!("{milli}m") }
}

/// Bytes in the largest unit that keeps them whole: `512Mi`, `10Gi`.
pub fn bytes(amount: f64) -> String {
    let amount = amount.round() as i64;
    for (power, unit) in [(4, "Ti"), (3, "Gi"), (2, "Mi"), (1, "Ki")] {
        let size = 1024i64.pow(power);
        if amount != 0 && amount % size == 0 {
            return format!("{}{unit}", amount / size);
        }
    }
    amount.to_string()
}

/// Writes an amount in the unit customary for the resource.
pub fn written(resource: &str, amount: f64) -> String {
    if resource.ends_with("memory") || resource.ends_with("storage") {
        bytes(amount)
    } else {
        processor(amount)
    }
}

/// What a pod asks for (`requests`) or is limited to (`limits`) of one resource: the sum of its containers and of those that
/// stay beside them, or the largest of those that run before them, with those that stay and have started by then.
pub fn of_pod(pod: &Value, part: &str, resource: &str) -> f64 {
    let amount = |container: &Value| {
        container
            .pointer("/resources")
            .and_then(|resources| resources.get(part))
            .and_then(|amounts| amounts.get(resource))
            .map_or(0.0, of)
    };
    let (mut beside, mut most) = (0.0, 0.0_f64);
    for container in array(pod, "/spec/initContainers") {
        if text(container, "/restartPolicy") == "Always" {
            beside += amount(container);
        } else {
            most = most.max(beside + amount(container));
        }
    }
    let together = array(pod, "/spec/containers").iter().map(amount).sum::<f64>() + beside;
    let overhead = pod.pointer("/spec/overhead").and_then(|all| all.get(resource)).map_or(0.0, of);
    together.max(most) + overhead
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_and_written_in_the_customary_units() {
        assert_eq!(parse("250m"), 0.25);
        assert_eq!(parse("1.5Gi"), 1.5 * 1024.0 * 1024.0 * 1024.0);
        assert_eq!(parse("2e3"), 2000.0);
        assert_eq!(written("requests.cpu", 1.25), "1250m");
        assert_eq!(written("memory", parse("1536Mi")), "1536Mi");
        assert_eq!(written("pods", 3.0), "3");
    }

    #[test]
    fn a_pod_needs_the_larger_of_its_initial_and_its_lasting_containers() {
        let pod = serde_json::json!({"spec": {
            "initContainers": [{"resources": {"requests": {"memory": "3Gi"}}}],
            "containers": [
                {"resources": {"requests": {"memory": "1Gi", "cpu": "100m"}}},
                {"resources": {"requests": {"memory": "1Gi", "cpu": "150m"}}},
            ],
        }});

        assert_eq!(bytes(of_pod(&pod, "requests", "memory")), "3Gi");
        assert_eq!(processor(of_pod(&pod, "requests", "cpu")), "250m");
    }

    #[test]
    fn what_stays_beside_the_others_counts_with_them() {
        let sidecar =
            serde_json::json!({"restartPolicy": "Always", "resources": {"requests": {"memory": "1Gi"}}});
        let first = serde_json::json!({"resources": {"requests": {"memory": "3Gi"}}});
        let main = serde_json::json!({"resources": {"requests": {"memory": "2Gi"}}});
        let of = |initial: Value| {
            let pod = serde_json::json!({"spec": {"initContainers": initial, "containers": [&main]}});
            bytes(of_pod(&pod, "requests", "memory"))
        };

        assert_eq!(of(serde_json::json!([&sidecar])), "3Gi");
        assert_eq!(of(serde_json::json!([&first, &sidecar])), "3Gi");
        assert_eq!(of(serde_json::json!([&sidecar, &first])), "4Gi");
    }
}
