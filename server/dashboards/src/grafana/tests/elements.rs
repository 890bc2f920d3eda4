//! Dashboards in Grafana's second form.

use super::*;

/// A query, as the later of its forms writes it.
fn query(expression: &str, is_hidden: bool) -> Value {
    let spec = json!({
        "refId": "A", "hidden": is_hidden,
        "query": {"kind": "DataQuery", "group": "prometheus", "version": "v0", "spec": {"expr": expression, "legendFormat": "{{pod}}"}},
    });
    json!({"kind": "PanelQuery", "spec": spec})
}

fn panel(title: &str, group: &str, queries: &[Value]) -> Value {
    json!({"kind": "Panel", "spec": {
        "id": 1, "title": title, "description": "", "links": [],
        "data": {"kind": "QueryGroup", "spec": {"queries": queries, "transformations": [], "queryOptions": {"interval": "1m"}}},
        "vizConfig": {"kind": "VizConfig", "group": group, "version": "12.2.0", "spec": {
            "options": {},
            "fieldConfig": {"defaults": {"unit": "reqps", "min": 0, "custom": {"stacking": {"mode": "normal"}}}, "overrides": []},
        }},
    }})
}

fn place(name: &str, x: u32, y: u32, width: u32) -> Value {
    let element = json!({"kind": "ElementReference", "name": name});
    json!({"kind": "GridLayoutItem", "spec": {"x": x, "y": y, "width": width, "height": 8, "element": element}})
}

fn object(spec: &Value) -> Value {
    json!({"apiVersion": "dashboard.grafana.app/v2beta1", "kind": "Dashboard", "metadata": {"name": "ad5k"}, "spec": spec})
}

#[test]
fn elements_stand_where_the_layout_puts_them() {
    let annotations = json!([
        {"kind": "AnnotationQuery", "spec": {"name": "Annotations & Alerts", "builtIn": true, "enable": true,
            "query": {"kind": "DataQuery", "group": "grafana", "spec": {}}}},
        {"kind": "AnnotationQuery", "spec": {"name": "Down", "enable": true,
            "query": {"kind": "DataQuery", "group": "prometheus", "spec": {"expr": "up == 0"}}}},
    ]);
    let variables = json!([
        {"kind": "DatasourceVariable", "spec": {"name": "source", "pluginId": "prometheus"}},
        {"kind": "QueryVariable", "spec": {"name": "pod", "regex": "", "query": {"kind": "DataQuery", "group": "prometheus",
            "spec": {"qryType": 1, "query": "label_values(kube_pod_info, pod)", "refId": "x"}}}},
        {"kind": "QueryVariable", "spec": {"name": "job", "query": {"kind": "DataQuery", "group": "prometheus",
            "spec": {"__legacyStringValue": "label_values(job)"}}}},
        {"kind": "CustomVariable", "spec": {"name": "size", "query": "a,b"}},
    ]);
    let layout = json!({"kind": "RowsLayout", "spec": {"rows": [
        {"kind": "RowsLayoutRow", "spec": {"title": "Traffic", "layout": {"kind": "GridLayout", "spec": {"items": [
            place("panel-2", 12, 0, 12), place("panel-1", 0, 0, 12), place("panel-9", 0, 8, 12),
        ]}}}},
        {"kind": "RowsLayoutRow", "spec": {"title": "", "conditionalRendering": {"kind": "ConditionalRenderingGroup", "spec": {}},
            "layout": {"kind": "TabsLayout", "spec": {"tabs": [
                {"kind": "TabsLayoutTab", "spec": {"title": "More", "layout": {"kind": "AutoGridLayout", "spec": {"maxColumnCount": 2, "items": [
                    {"kind": "AutoGridLayoutItem", "spec": {"element": {"kind": "ElementReference", "name": "panel-3"}}},
                    {"kind": "AutoGridLayoutItem", "spec": {"element": {"kind": "ElementReference", "name": "panel-4"}}},
                ]}}}},
            ]}}}},
    ]}});
    let imported = read(&object(&json!({
        "title": "Shop",
        "description": "",
        "links": [],
        "annotations": annotations,
        "variables": variables,
        "elements": {
            "panel-1": panel("Requests", "timeseries", &[query("rate(http_requests_total{pod=~\"$pod\"}[$__rate_interval])", false)]),
            "panel-2": panel("Now", "stat", &[query("up{job=\"$job\"}", false), query("down", true)]),
            "panel-3": panel("Calls", "nodeGraph", &[query("up", false)]),
            "panel-4": {"kind": "LibraryPanel", "spec": {"id": 4, "title": "Shared", "libraryPanel": {"uid": "u", "name": "Shared"}}},
            "panel-5": panel("Nowhere", "table", &[query("up", false)]),
        },
        "layout": layout,
    })));

    let plan = imported.plan;
    assert_eq!(plan.name, "Shop");
    assert_eq!(
        kinds(&plan),
        [
            ("Traffic", PanelKind::Heading, 12),
            ("Requests", PanelKind::Stacked, 6),
            ("Now", PanelKind::Value, 6),
            ("More", PanelKind::Heading, 12),
            ("Nowhere", PanelKind::Table, 6),
        ]
    );
    let first = &plan.panels[1];
    assert_eq!(first.queries[0].query, "rate(http_requests_total{pod=~\"$pod\"}[5m])");
    assert_eq!((first.queries[0].legend.as_str(), first.unit, first.step), ("{{pod}}", Unit::PerSecond, 60));
    assert_eq!(first.range, ValueRange { min: Some(0.0), max: None });
    let names: Vec<&str> = plan.variables.iter().map(|variable| variable.name.as_str()).collect();
    assert_eq!((names, plan.annotations[0].query.as_str()), (vec!["pod", "job", "size"], "up == 0"));
    assert_eq!(
        imported.left_out,
        [
            "the element \"panel-9\", which is not in this text",
            "that \"\" is only sometimes there",
            "panel \"Now\": a query that is hidden",
            "panel \"Calls\": its type nodeGraph",
            "panel \"Shared\": it stands in a library of Grafana, and not in this text",
        ]
    );
}

#[test]
fn the_earlier_of_these_forms_says_groups_as_kinds() {
    let asked = json!({"kind": "prometheus", "spec": {"expr": "up"}});
    let foreign = json!({"kind": "loki", "spec": {"expr": "{a=\"b\"}"}});
    let panel = |title: &str, query: &Value| {
        json!({"kind": "Panel", "spec": {
            "title": title,
            "data": {"kind": "QueryGroup", "spec": {"queries": [{"kind": "PanelQuery", "spec": {"refId": "A", "query": query}}]}},
            "vizConfig": {"kind": "timeseries", "spec": {"options": {}, "fieldConfig": {"defaults": {}}}},
        }})
    };
    let row = json!({"kind": "GridLayoutRow", "spec": {"y": 0, "title": "Row", "elements": [place("b", 0, 0, 24)]}});
    let spec = json!({
        "title": "Early",
        "elements": {"a": panel("Logs", &foreign), "b": panel("Up", &asked)},
        "layout": {"kind": "GridLayout", "spec": {"items": [place("a", 0, 9, 8), row]}},
    });

    for board in [object(&spec), spec] {
        let imported = read(&board);

        assert_eq!(kinds(&imported.plan), [("Row", PanelKind::Heading, 12), ("Up", PanelKind::Lines, 12)]);
        assert_eq!(
            imported.left_out,
            ["panel \"Logs\": a query to loki", "panel \"Logs\": it has no query that can be asked here",]
        );
    }
}
