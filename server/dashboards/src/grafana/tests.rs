//! Dashboards of several ages of Grafana, in the shapes that it writes them in.

use super::import::Imported;
use super::*;
use monitoring_contract::{PanelAxis, PanelKind, Plan, Thresholds, ValueRange};
use serde_json::json;

mod boards;
mod elements;
mod round_trip;
mod shapes;

fn read(board: &Value) -> Imported {
    import(&board.to_string()).unwrap()
}

fn kinds(plan: &Plan) -> Vec<(&str, PanelKind, u8)> {
    plan.panels.iter().map(|panel| (panel.title.as_str(), panel.kind, panel.width)).collect()
}

#[test]
fn panels_of_today_stand_by_their_places() {
    let target = json!([{"refId": "A", "expr": "sum by (pod) (rate(http_requests_total[$__rate_interval]))", "legendFormat": "{{pod}}"}]);
    let imported = read(&json!({
        "title": "Shop",
        "schemaVersion": 39,
        "annotations": {"list": [{"builtIn": 1, "name": "Annotations & Alerts"}]},
        "panels": [
            {"type": "stat", "title": "Now", "gridPos": {"x": 12, "y": 0, "w": 6, "h": 4}, "targets": target,
             "fieldConfig": {"defaults": {"unit": "reqps", "thresholds": {"mode": "absolute", "steps": [
                {"color": "green", "value": null}, {"color": "#EAB839", "value": 5}, {"color": "red", "value": 9}]}}}},
            {"type": "timeseries", "title": "Requests", "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8}, "targets": target,
             "fieldConfig": {"defaults": {"unit": "reqps", "thresholds": {"steps": [{"color": "green", "value": null}, {"color": "red", "value": 80}]}}}},
            {"type": "timeseries", "title": "Stack", "gridPos": {"x": 0, "y": 8, "w": 24, "h": 8}, "targets": target,
             "fieldConfig": {"defaults": {"custom": {"stacking": {"mode": "normal"}}}}},
        ],
    }));

    assert_eq!(imported.left_out, Vec::<String>::new());
    assert_eq!(
        kinds(&imported.plan),
        [("Requests", PanelKind::Lines, 6), ("Now", PanelKind::Value, 3), ("Stack", PanelKind::Stacked, 12)]
    );
    let [requests, now, _] = imported.plan.panels.as_slice() else { unreachable!() };
    assert_eq!(requests.queries[0].query, "sum by (pod) (rate(http_requests_total[5m]))");
    assert_eq!((requests.queries[0].legend.as_str(), requests.unit), ("{{pod}}", Unit::PerSecond));
    assert_eq!(requests.thresholds, Thresholds::default(), "nobody asked for the one that is always there");
    assert_eq!(now.thresholds, Thresholds { warning: Some(5.0), critical: Some(9.0) });
}

#[test]
fn rows_of_old_give_their_panels() {
    let imported = read(&json!({
        "title": "Old",
        "rows": [
            {"title": "Traffic", "panels": [
                {"type": "graph", "title": "In", "span": 6, "stack": true, "yaxes": [{"format": "Bps"}, {"format": "short"}],
                 "targets": [{"expr": "rate(node_network_receive_bytes_total[$interval])", "legendFormat": "{{ device }}"}],
                 "thresholds": [{"value": 100, "op": "gt", "colorMode": "critical"}]},
                {"type": "graph", "title": "Out", "span": 4, "targets": [{"expr": "node_load1"}]},
            ]},
            {"title": "", "panels": [{"type": "table", "title": "All", "span": 12, "targets": [{"expr": "up"}]}]},
        ],
    }));

    assert_eq!(imported.left_out, [""; 0]);
    assert_eq!(
        kinds(&imported.plan),
        [
            ("Traffic", PanelKind::Heading, 12),
            ("In", PanelKind::Stacked, 6),
            ("Out", PanelKind::Lines, 4),
            ("All", PanelKind::Table, 12),
        ]
    );
    let first = &imported.plan.panels[1];
    assert_eq!((first.unit, first.thresholds.critical), (Unit::BytesPerSecond, Some(100.0)));
    assert_eq!(first.queries[0].query, "rate(node_network_receive_bytes_total[5m])");
}

#[test]
fn bars_are_bars_and_points_are_as_far_apart_as_they_say() {
    let panel = |title: &str, more: Value| {
        let mut panel =
            json!({"type": "timeseries", "title": title, "gridPos": {"w": 12}, "targets": [{"expr": "up"}]});
        panel.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        panel
    };
    let styled = |style: &str| json!({"fieldConfig": {"defaults": {"custom": {"drawStyle": style, "stacking": {"mode": "normal"}}}}});
    let beside = json!({"type": "graph", "bars": true, "lines": false, "interval": "7m", "targets": [{"expr": "up"}, {"expr": "down"}]});
    let imported = read(&json!({
        "title": "Bars",
        "panels": [
            panel("Today", styled("bars")),
            panel("Areas", styled("line")),
            panel("Beside", beside),
            panel("Both", json!({"type": "graph", "bars": true, "lines": true, "interval": ">1h"})),
            panel("Asked", json!({"interval": "60s", "targets": [{"expr": "up", "interval": "2m"}, {"expr": "up", "interval": "30s"}]})),
            panel("Chart", json!({"type": "barchart", "options": {"stacking": "normal"}})),
            panel("Each", json!({"type": "barchart", "targets": [{"expr": "up", "instant": true}]})),
        ],
    }));

    let shown: Vec<_> = imported.plan.panels.iter().map(|panel| (panel.kind, panel.step)).collect();
    let expected = [
        (PanelKind::Bars, 0),
        (PanelKind::Stacked, 0),
        (PanelKind::Bars, 0),
        (PanelKind::Lines, 3600),
        (PanelKind::Lines, 120),
        (PanelKind::Bars, 0),
        (PanelKind::Gauge, 0),
    ];
    assert_eq!(shown, expected);
    assert_eq!(
        imported.left_out,
        [
            "panel \"Beside\": that its bars stand beside each other",
            "panel \"Beside\": that its points are 7m apart",
            "panel \"Each\": that it is a chart of bars: each is a gauge",
        ]
    );
}

#[test]
fn rows_that_are_closed_hold_their_panels_inside() {
    let panel = |title: &str, y: u32| json!({"type": "timeseries", "title": title, "gridPos": {"x": 0, "y": y, "w": 8, "h": 8}, "targets": [{"expr": "up"}]});
    let imported = read(&json!({
        "title": "Nested",
        "panels": [
            {"type": "row", "title": "Closed", "collapsed": true, "gridPos": {"x": 0, "y": 1, "w": 24, "h": 1},
             "panels": [panel("second", 9), panel("first", 2)]},
            {"type": "row", "title": "Open", "collapsed": false, "gridPos": {"x": 0, "y": 20, "w": 24, "h": 1}, "panels": []},
            panel("third", 21),
            panel("before", 0),
        ],
    }));

    let titles: Vec<_> = imported.plan.panels.iter().map(|panel| panel.title.as_str()).collect();
    assert_eq!(titles, ["before", "Closed", "first", "second", "Open", "third"]);
    assert_eq!(imported.left_out, [""; 0]);
    let mut panels = imported.plan.panels.iter().filter(|panel| panel.kind != PanelKind::Heading);
    assert!(panels.all(|panel| panel.width == 4));
}

#[test]
fn single_values_of_old_are_values() {
    let imported = read(&json!({
        "title": "Values",
        "panels": [
            {"type": "singlestat", "title": "Up", "format": "percentunit", "thresholds": "0.8,0.9", "gridPos": {"w": 6},
             "targets": [{"expr": "avg(up)"}]},
            {"type": "gauge", "title": "Heat", "gridPos": {"w": 6}, "targets": [{"expr": "node_hwmon_temp_celsius"}],
             "fieldConfig": {"defaults": {"unit": "celsius", "thresholds": {"mode": "percentage", "steps": [{"color": "green", "value": null}, {"color": "red", "value": 80}]}}}},
            {"type": "singlestat", "title": "Low", "thresholds": "9,5", "gridPos": {"w": 6}, "targets": [{"expr": "up"}]},
        ],
    }));

    assert_eq!(
        kinds(&imported.plan),
        [("Up", PanelKind::Value, 3), ("Heat", PanelKind::Gauge, 3), ("Low", PanelKind::Value, 3)]
    );
    let up = &imported.plan.panels[0];
    assert_eq!(
        (up.unit, up.thresholds),
        (Unit::Ratio, Thresholds { warning: Some(0.8), critical: Some(0.9) })
    );
    assert_eq!(
        imported.left_out,
        [
            "panel \"Heat\": its unit celsius, so values are plain numbers",
            "panel \"Heat\": its thresholds in percent",
            "panel \"Low\": its thresholds 9,5",
        ]
    );
}

#[test]
fn gauges_have_their_range_and_percents_are_of_it() {
    let steps = json!([{"color": "green", "value": null}, {"color": "orange", "value": 80}, {"color": "red", "value": 95}]);
    let gauge = |title: &str, kind: &str, min: Value, max: Value| {
        json!({"type": kind, "title": title, "gridPos": {"w": 6}, "targets": [{"expr": "up"}],
            "fieldConfig": {"defaults": {"min": min, "max": max, "thresholds": {"mode": "percentage", "steps": steps}}}})
    };
    let imported = read(&json!({
        "title": "Gauges",
        "panels": [
            gauge("Full", "gauge", json!(0), json!(200)),
            gauge("Bar", "bargauge", json!(-1), json!(1)),
            gauge("Open", "gauge", Value::Null, json!(5)),
            {"type": "singlestat", "title": "Old", "gauge": {"show": true, "minValue": 0, "maxValue": 10},
             "thresholds": "8,9", "targets": [{"expr": "up"}]},
        ],
    }));

    assert!(imported.plan.panels.iter().all(|panel| panel.kind == PanelKind::Gauge));
    let [full, bar, open, old] = imported.plan.panels.as_slice() else { unreachable!() };
    let range = |min, max| ValueRange { min, max };
    assert_eq!(full.range, range(Some(0.0), Some(200.0)));
    assert_eq!(full.thresholds, Thresholds { warning: Some(160.0), critical: Some(190.0) });
    assert_eq!(bar.thresholds, Thresholds { warning: Some(0.6), critical: Some(0.9) });
    assert_eq!((open.range, open.thresholds), (range(None, Some(5.0)), Thresholds::default()));
    assert_eq!((old.range, old.thresholds.critical), (range(Some(0.0), Some(10.0)), Some(9.0)));
    assert_eq!(imported.left_out, ["panel \"Open\": its thresholds in percent"]);
}

#[test]
fn axes_begin_and_end_where_they_did_and_what_they_cannot_do_is_named() {
    let panel = |title: &str, kind: &str, more: Value| {
        let mut panel =
            json!({"type": kind, "title": title, "gridPos": {"w": 12}, "targets": [{"expr": "up"}]});
        panel.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        panel
    };
    let defaults = |defaults: Value| json!({"fieldConfig": {"defaults": defaults}});
    let imported = read(&json!({
        "title": "Axes",
        "panels": [
            panel("Share", "timeseries", defaults(json!({"min": 0, "max": 1, "custom": {"scaleDistribution": {"type": "linear"}}}))),
            panel("Old", "graph", json!({"yaxes": [{"min": "0", "max": null, "logBase": 1}, {"min": "5"}]})),
            panel("Empty", "timeseries", defaults(json!({"min": 2, "max": 1}))),
            panel("Soft", "timeseries", defaults(json!({"custom": {"axisSoftMax": 5}}))),
            panel("Log", "graph", json!({"yaxes": [{"logBase": 10, "min": "0"}]})),
            panel("Areas", "graph", json!({"stack": true, "yaxes": [{"logBase": 2}]})),
            panel("Odd", "graph", json!({"yaxes": [{"logBase": 32}]})),
            panel("Two", "timeseries", defaults(json!({"min": 1, "custom": {"scaleDistribution": {"type": "log", "log": 2}}}))),
            panel("Heat", "heatmap", json!({"options": {"yAxis": {"max": "1"}}})),
            panel("Now", "stat", defaults(json!({"min": 0}))),
        ],
    }));

    let range = |min, max| ValueRange { min, max };
    let ranges: Vec<ValueRange> = imported.plan.panels.iter().map(|panel| panel.range).collect();
    assert_eq!(ranges[..2], [range(Some(0.0), Some(1.0)), range(Some(0.0), None)]);
    let two = ranges.iter().filter(|range| range.min == Some(1.0)).count();
    assert_eq!((ranges.iter().filter(|range| range.is_open()).count(), two, ranges.len()), (7, 1, 10));
    let axes: Vec<PanelAxis> = imported.plan.panels.iter().map(|panel| panel.axis).collect();
    let linear = PanelAxis::Linear;
    assert_eq!(axes[3..8], [linear, PanelAxis::Log10, linear, linear, PanelAxis::Log2]);
    assert_eq!(
        imported.left_out,
        [
            "panel \"Empty\": that its axis ends before it begins",
            "panel \"Soft\": ends of its axis that give way to values",
            "panel \"Log\": that its axis has an end at 0, which a logarithmic one cannot have",
            "panel \"Areas\": that its axis is logarithmic",
            "panel \"Odd\": that its axis is logarithmic",
            "panel \"Heat\": where its axis begins and ends",
        ]
    );
}

#[test]
fn heat_maps_of_histograms_are_heat_maps() {
    let imported = read(&json!({
        "title": "Heat",
        "panels": [
            {"type": "heatmap", "title": "Latency", "gridPos": {"w": 24},
             "options": {"calculate": false, "yAxis": {"unit": "s"}},
             "targets": [{"expr": "sum by (le) (increase(x_bucket[$__rate_interval]))", "format": "heatmap", "legendFormat": "{{le}}"}]},
            {"type": "heatmap", "title": "Old", "dataFormat": "timeseries", "heatmap": {}, "yAxis": {"format": "bytes"},
             "targets": [{"expr": "up"}]},
        ],
    }));

    let found: Vec<_> = imported.plan.panels.iter().map(|panel| (panel.kind, panel.unit)).collect();
    assert_eq!(found, [(PanelKind::HeatMap, Unit::Seconds), (PanelKind::HeatMap, Unit::Bytes)]);
    assert_eq!(imported.left_out, ["panel \"Old\": that it counts values into buckets itself"]);
}

#[test]
fn states_are_called_as_their_mappings_say() {
    let panel = |title: &str, kind: &str, mappings: Value| {
        json!({"type": kind, "title": title, "gridPos": {"w": 12}, "targets": [{"expr": "up"}],
            "fieldConfig": {"defaults": {"mappings": mappings, "thresholds": {"steps": [
                {"color": "green", "value": null}, {"color": "red", "value": 80}]}}}})
    };
    let imported = read(&json!({
        "title": "States",
        "panels": [
            panel("Today", "state-timeline", json!([
                {"type": "value", "options": {
                    "10": {"text": "Busy", "color": "#EAB839", "index": 2},
                    "0": {"text": "Down", "color": "dark-red", "index": 0},
                    "1": {"color": "semi-dark-green", "index": 1}}},
                {"type": "range", "options": {"from": 11, "to": null, "result": {"text": "Stuck", "color": "blue", "index": 3}}},
                {"type": "special", "options": {"match": "null", "result": {"text": "Gone", "index": 4}}},
            ])),
            panel("Before", "status-history", json!([
                {"id": 1, "type": 1, "value": "0", "text": "Down"},
                {"id": 2, "type": 2, "from": "1", "to": "5", "text": "Up"},
                {"id": 3, "type": 1, "value": "null", "text": "N/A"},
            ])),
        ],
    }));

    let states = |index: usize| -> Vec<String> {
        imported.plan.panels[index].mappings.iter().map(ToString::to_string).collect()
    };
    assert!(imported.plan.panels.iter().all(|panel| panel.kind == PanelKind::StateTimeline));
    assert_eq!(states(0), ["critical 0 = Down", "ok 1 = 1", "warning 10 = Busy", "11.. = Stuck"]);
    assert_eq!(states(1), ["0 = Down", "1..5 = Up"]);
    assert_eq!(imported.plan.panels[0].thresholds.critical, Some(80.0));
    assert_eq!(
        imported.left_out,
        [
            "panel \"Today\": a mapping of values that is neither of a number nor of a range",
            "panel \"Before\": some of its mappings of values",
        ]
    );
}

#[test]
fn what_readers_choose_is_taken_over_as_far_as_it_can_be() {
    let imported = read(&json!({
        "dashboard": {
            "title": "Pods",
            "templating": {"list": [
                {"name": "datasource", "type": "datasource", "query": "prometheus"},
                {"name": "rate", "type": "interval", "query": "1m,5m"},
                {"name": "namespace", "type": "query", "query": "label_values(kube_pod_info, namespace)"},
                {"name": "pod", "type": "query", "query": {"query": "label_values(kube_pod_info{namespace=~\"$namespace\"}, pod)"}},
                {"name": "container", "type": "query", "definition": "label_values(kube_pod_container_info{pod=\"[[pod]]\"}, container)", "regex": "/^a/"},
                {"name": "host", "type": "textbox", "query": "a,b"},
                {"name": "result", "type": "query", "query": "query_result(up)"},
            ]},
            "panels": [
                {"type": "timeseries", "title": "Good", "datasource": {"type": "prometheus", "uid": "${datasource}"}, "targets": [
                    {"expr": "rate(container_cpu_usage_seconds_total{namespace=\"$namespace\",pod=~\"${pod:regex}\",container=\"[[container]]\"}[$rate])"},
                    {"expr": "up{pod=~\"$pod.*\"}"},
                    {"expr": "up{instance=\"$host\"}"},
                ]},
                {"type": "timeseries", "title": "Gone", "targets": [{"expr": "topk($count, up)"}]},
            ],
        },
        "meta": {"slug": "pods"},
    }));

    let variables: Vec<String> = imported.plan.variables.iter().map(ToString::to_string).collect();
    assert_eq!(
        variables,
        [
            "pod = label_values(kube_pod_info{namespace=~\"$namespace\"}, pod)",
            "container = label_values(kube_pod_container_info{pod=\"$pod\"}, container)"
        ]
    );
    assert_eq!(imported.plan.panels.len(), 1);
    assert_eq!(
        imported.plan.panels[0].queries.iter().map(|query| query.query.as_str()).collect::<Vec<_>>(),
        [
            "rate(container_cpu_usage_seconds_total{namespace=\"$namespace\",pod=~\"$pod\",container=\"$container\"}[5m])"
        ]
    );
    let told = imported.left_out.join("\n");
    for words in [
        "filter of variable \"container\"",
        "\"host\": its type is textbox",
        "query_result(up)",
        "$pod.*",
        "variable called $host",
        "panel \"Gone\"",
    ] {
        assert!(told.contains(words), "{words} is not in {told}");
    }
}

#[test]
fn texts_are_kept_and_everything_else_is_named() {
    let imported = read(&json!({
        "title": "Mixed",
        "description": "about",
        "links": [{"title": "Runbook"}],
        "annotations": {"list": [{"name": "Deploys", "datasource": "loki"}]},
        "panels": [
            {"type": "text", "title": "", "gridPos": {"w": 24}, "options": {"mode": "markdown", "content": "# Hello"}},
            {"type": "text", "title": "Old", "mode": "html", "content": "<b>Hello</b>"},
            {"type": "text", "title": "Empty", "options": {"content": ""}},
            {"type": "nodeGraph", "title": "Hot", "targets": [{"expr": "up"}]},
            {"type": "timeseries", "title": "Logs", "datasource": {"type": "loki"}, "targets": [{"expr": "{app=\"a\"}"}]},
            {"type": "timeseries", "title": "SQL", "targets": [{"rawSql": "SELECT 1"}, {"expr": "up", "hide": true}]},
            {"type": "timeseries", "title": "Rich", "repeat": "pod", "description": "x", "transformations": [{"id": "merge"}],
             "fieldConfig": {"overrides": [{}], "defaults": {"mappings": [{}]}}, "targets": [{"expr": "up"}]},
        ],
    }));

    let texts: Vec<_> = imported.plan.panels.iter().map(|panel| panel.text.as_str()).collect();
    assert_eq!(texts, ["# Hello", "<b>Hello</b>", ""]);
    let told = imported.left_out.join("\n");
    for words in [
        "annotation \"Deploys\"",
        "link \"Runbook\"",
        "the description",
        "panel \"Old\": its HTML",
        "panel \"Empty\"",
        "panel \"Hot\": its type nodeGraph",
        "panel \"Logs\": a query to loki",
        "panel \"SQL\": a query that is no PromQL",
        "panel \"SQL\": a query that is hidden",
        "panel \"Rich\": its transformations",
        "panel \"Rich\": its overrides",
        "panel \"Rich\": its mappings",
        "panel \"Rich\": its repetition",
        "panel \"Rich\": its description",
    ] {
        assert!(told.contains(words), "{words} is not in {told}");
    }
}

#[test]
fn what_is_no_dashboard_says_so() {
    assert!(import(" \n").unwrap_err().contains("or choose a file"));
    assert!(import("{").unwrap_err().contains("no JSON"));
    assert!(import("[1]").unwrap_err().contains("neither panels nor rows"));
    assert!(import("{\"panels\": 1}").unwrap_err().contains("neither panels nor rows"));
}

#[test]
fn a_long_list_of_what_is_left_out_is_counted() {
    let left_out: Vec<String> = (0..30).map(|number| format!("thing {number}")).collect();

    let words = left_out_words(&left_out);

    assert!(words.contains("– thing 24\n– and 5 more") && !words.contains("thing 25"), "{words}");
}
