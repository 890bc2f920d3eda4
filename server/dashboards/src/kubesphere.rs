//! Dashboards of `KubeSphere`: custom resources `Dashboard` and `ClusterDashboard` of `monitoring.kubesphere.io`, as YAML or
//! JSON. They are Grafana's of some years ago with other names for a few things, and are read as those.

use serde_json::{Map, Value, json};

const GROUP: &str = "monitoring.kubesphere.io/";

/// Such a dashboard as Grafana would write it; none where the text is something else.
pub fn as_grafana(text: &str) -> Option<Value> {
    let object: Value = serde_saphyr::from_str(text).ok()?;
    let version = object.get("apiVersion")?.as_str()?;
    let kind = object.get("kind")?.as_str()?;
    if !version.starts_with(GROUP) || !["Dashboard", "ClusterDashboard"].contains(&kind) {
        return None;
    }
    let spec = object.get("spec")?;
    let list = |name: &str| spec.get(name).cloned().unwrap_or_else(|| json!([]));
    let title = spec.get("title").or_else(|| object.pointer("/metadata/name"));
    let panels: Vec<Value> = list("panels").as_array().into_iter().flatten().map(panel).collect();
    Some(json!({
        "title": title,
        "description": spec.get("description"),
        "templating": { "list": list("templating") },
        "annotations": { "list": list("annotations") },
        "panels": panels,
    }))
}

fn panel(own: &Value) -> Value {
    let mut panel = own.as_object().cloned().unwrap_or_default();
    // A `bar` is a graph whose points are bars.
    if panel.get("type") == Some(&"bar".into()) {
        panel.insert("type".into(), "graph".into());
        panel.insert("bars".into(), true.into());
        panel.insert("lines".into(), false.into());
    }
    // What the datasource is called there means nothing elsewhere.
    panel.remove("datasource");
    if let Some(targets) = panel.get_mut("targets").and_then(Value::as_array_mut) {
        targets.iter_mut().filter_map(Value::as_object_mut).for_each(target);
    }
    Value::Object(panel)
}

fn target(target: &mut Map<String, Value>) {
    // Version 1 of the resource writes the whole word.
    if let Some(expression) = target.remove("expression") {
        target.entry("expr").or_insert(expression);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use crate::grafana::import;
    use model::Unit;
    use monitoring_contract::PanelKind;

    const REDIS: &str = r#"
apiVersion: monitoring.kubesphere.io/v1alpha2
kind: ClusterDashboard
metadata: { name: redis }
spec:
  title: Redis at work
  datasource: prometheus
  time: { from: now-1h, to: now }
  panels:
  - id: 1
    type: singlestat
    title: Clients
    datasource: prometheus
    format: percent (0-100)
    targets: [{ expr: "sum(redis_connected_clients)", refId: 1, step: 15s }]
  - { id: 2, type: row, title: Traffic }
  - id: 3
    type: bar
    title: Network
    stack: true
    yaxes: [{ format: Bps }, { format: short }]
    targets:
    - { expression: "rate(redis_net_input_bytes_total[5m])", legendFormat: "in {{instance}}" }
    - { expr: "rate(redis_net_output_bytes_total[5m])", legendFormat: out }
  - { id: 4, type: text, title: Note, content: "Call first.", mode: markdown }
"#;

    #[test]
    fn a_dashboard_of_kubesphere_is_read_as_one_of_grafana() {
        let imported = import(REDIS).unwrap();

        let plan = imported.plan;
        assert_eq!(plan.name, "Redis at work");
        assert_eq!(imported.left_out, [""; 0]);
        let kinds: Vec<PanelKind> = plan.panels.iter().map(|panel| panel.kind).collect();
        assert_eq!(kinds, [PanelKind::Value, PanelKind::Heading, PanelKind::Bars, PanelKind::Text]);
        assert_eq!((plan.panels[0].unit, plan.panels[2].unit), (Unit::Percent, Unit::BytesPerSecond));
        assert_eq!(plan.panels[2].queries[0].query, "rate(redis_net_input_bytes_total[5m])");
        assert_eq!(plan.panels[2].queries[0].legend, "in {{instance}}");
        let json = r#"{"apiVersion":"monitoring.kubesphere.io/v1alpha1","kind":"Dashboard","metadata":{"name":"own"},
                       "spec":{"panels":[{"type":"graph","title":"Up","targets":[{"expr":"up"}]}]}}"#;
        assert_eq!(import(json).unwrap().plan.name, "own");
    }

    #[test]
    fn what_is_no_dashboard_is_told_so() {
        for text in ["kind: Dashboard", "apiVersion: v1\nkind: Dashboard\nspec: {}", "- a", ": :", ""] {
            assert!(import(text).is_err(), "{text}");
        }
    }
}
