//! From a dashboard to Grafana's JSON.

use super::{COLUMNS, FIGURES, RECORDS, UNITS, colors, mappings, thresholds};
use model::Unit;
use monitoring_contract::{
    Annotation, NAMESPACE_VARIABLE, PanelFigure, PanelHeight, PanelKind, PanelPlan, Plan, Thresholds,
    Variable, Window,
};
use serde_json::{Value, json};

/// The form that is written.
const SCHEMA: u32 = 39;

/// A dashboard as Grafana reads it.
pub fn export(plan: &Plan) -> String {
    let board = json!({
        "title": plan.name,
        "schemaVersion": SCHEMA,
        "editable": true,
        "time": {"from": "now-1h", "to": "now"},
        "templating": {"list": variables(plan)},
        "annotations": {"list": annotations(plan)},
        "panels": panels(&plan.panels),
    });
    format!("{board:#}")
}

fn variables(plan: &Plan) -> Vec<Value> {
    let namespace = Variable {
        name: NAMESPACE_VARIABLE.into(),
        selector: String::new(),
        label: NAMESPACE_VARIABLE.into(),
        values: Vec::new(),
    };
    let has_namespace = mentions(plan, &format!("${NAMESPACE_VARIABLE}"));
    let all = has_namespace.then_some(&namespace).into_iter().chain(&plan.variables);
    all.map(|variable| self::variable(plan, variable)).collect()
}

fn annotations(plan: &Plan) -> Vec<Value> {
    let one = |annotation: &Annotation| {
        let source = if annotation.is_measured() { "prometheus" } else { RECORDS };
        let Annotation { name, query } = annotation;
        json!({"name": name, "enable": true, "datasource": {"type": source}, "expr": query, "iconColor": "blue"})
    };
    plan.annotations.iter().map(one).collect()
}

fn variable(plan: &Plan, variable: &Variable) -> Value {
    let Variable { name, selector, label, values } = variable;
    let query = match selector.as_str() {
        "" => format!("label_values({label})"),
        selector => format!("label_values({selector}, {label})"),
    };
    // Every value is an expression there, which an equal sign would take as it is written.
    let is_equal = mentions(plan, &format!("=\"${name}\"")) || mentions(plan, &format!("= \"${name}\""));
    let all: Value = if is_equal { Value::Null } else { ".+".into() };
    if !values.is_empty() {
        let option = |value: &String| json!({"text": value, "value": value, "selected": false});
        return json!({
            "name": name,
            "type": "custom",
            "query": values.join(","),
            "options": values.iter().map(option).collect::<Vec<_>>(),
            "includeAll": !is_equal,
            "allValue": all,
            "multi": false,
        });
    }
    json!({
        "name": name,
        "type": "query",
        "query": {"query": query, "refId": name},
        "definition": query,
        "includeAll": !is_equal,
        "allValue": all,
        "multi": false,
        "refresh": 2,
        "sort": 1,
    })
}

fn mentions(plan: &Plan, words: &str) -> bool {
    let queries = plan.panels.iter().flat_map(|panel| &panel.queries).map(|query| &query.query);
    let queries = queries.chain(plan.annotations.iter().map(|annotation| &annotation.query));
    queries.chain(plan.variables.iter().map(|variable| &variable.selector)).any(|text| text.contains(words))
}

/// The panels, in lines from the left.
fn panels(panels: &[PanelPlan]) -> Vec<Value> {
    let (mut x, mut y, mut tallest) = (0, 0, 0);
    let mut placed = Vec::new();
    for (index, panel) in panels.iter().enumerate() {
        let (width, height) = (u64::from(panel.width) * 2, height(panel));
        if x + width > COLUMNS {
            (x, y, tallest) = (0, y + tallest, 0);
        }
        placed.push(self::panel(panel, index + 1, &json!({"x": x, "y": y, "w": width, "h": height})));
        x += width;
        tallest = tallest.max(height);
    }
    placed
}

fn height(panel: &PanelPlan) -> u64 {
    match panel.height {
        PanelHeight::Low => return 5,
        PanelHeight::Tall => return 12,
        PanelHeight::Usual => {}
    }
    match panel.kind {
        PanelKind::Lines
        | PanelKind::Stacked
        | PanelKind::Bars
        | PanelKind::StateTimeline
        | PanelKind::HeatMap
        | PanelKind::Table
        | PanelKind::Logs => 8,
        PanelKind::Value => 4,
        PanelKind::Gauge => 6,
        PanelKind::Text => 3,
        PanelKind::Heading => 1,
    }
}

/// What Grafana calls a kind of panel.
fn kind(kind: PanelKind) -> &'static str {
    match kind {
        PanelKind::Lines | PanelKind::Stacked | PanelKind::Bars => "timeseries",
        PanelKind::Value => "stat",
        PanelKind::Gauge => "gauge",
        PanelKind::StateTimeline => "state-timeline",
        PanelKind::HeatMap => "heatmap",
        PanelKind::Table => "table",
        PanelKind::Logs => "logs",
        PanelKind::Text => "text",
        PanelKind::Heading => "row",
    }
}

fn panel(panel: &PanelPlan, id: usize, place: &Value) -> Value {
    let mut value = json!({"id": id, "type": kind(panel.kind), "title": panel.title, "gridPos": place});
    match panel.kind {
        PanelKind::Heading => {
            value["collapsed"] = false.into();
            value["panels"] = json!([]);
        }
        PanelKind::Text => value["options"] = json!({"mode": "markdown", "content": panel.text}),
        PanelKind::Logs => {
            // Grafana has no such source, and says so; a search of the console's is no query of any that it has.
            value["datasource"] = json!({"type": RECORDS, "uid": RECORDS});
            value["targets"] = targets(panel);
        }
        _ => measured(panel, &mut value),
    }
    value
}

/// Writes into a panel what it shows of measurements.
fn measured(panel: &PanelPlan, value: &mut Value) {
    value["fieldConfig"] = json!({
        "defaults": {
            "unit": unit(panel.unit),
            "custom": drawing(panel),
            "thresholds": thresholds::write(panel.thresholds),
        },
        "overrides": colors::write(&panel.colors),
    });
    if panel.kind == PanelKind::HeatMap {
        value["options"] = json!({"calculate": false, "yAxis": {"unit": unit(panel.unit)}});
    }
    if panel.figure != PanelFigure::Latest {
        value["options"] =
            json!({"reduceOptions": {"calcs": [figure(panel.figure)], "fields": "", "values": false}});
    }
    let defaults = &mut value["fieldConfig"]["defaults"];
    for (name, end) in [("min", panel.range.min), ("max", panel.range.max)] {
        if let Some(end) = end {
            defaults[name] = end.into();
        }
    }
    if !panel.mappings.is_empty() {
        defaults["mappings"] = mappings::write(&panel.mappings);
    }
    if panel.step > 0 {
        value["interval"] = Window::Last(panel.step).to_texts().0.into();
    }
    value["targets"] = targets(panel);
}

/// How its lines are drawn.
fn drawing(panel: &PanelPlan) -> Value {
    if !matches!(panel.kind, PanelKind::Lines | PanelKind::Stacked | PanelKind::Bars) {
        return json!({});
    }
    let stacking = if panel.kind == PanelKind::Lines { "none" } else { "normal" };
    let style = if panel.thresholds == Thresholds::default() { "off" } else { "line" };
    let mut drawing =
        json!({"stacking": {"mode": stacking, "group": "A"}, "thresholdsStyle": {"mode": style}});
    if panel.kind == PanelKind::Bars {
        drawing["drawStyle"] = "bars".into();
        drawing["fillOpacity"] = 60.into();
    }
    if let Some(base) = panel.axis.base() {
        drawing["scaleDistribution"] = json!({"type": "log", "log": base});
    }
    drawing
}

fn targets(panel: &PanelPlan) -> Value {
    let is_of_one = matches!(panel.kind, PanelKind::Value | PanelKind::Gauge | PanelKind::Table);
    let is_instant = is_of_one && panel.figure == PanelFigure::Latest;
    let target = |(letter, query): (char, &monitoring_contract::PanelQuery)| {
        let mut target = json!({
            "refId": letter.to_string(),
            "expr": query.query,
            "legendFormat": query.legend,
            "instant": is_instant,
            "range": !is_instant,
        });
        match panel.kind {
            PanelKind::Table => target["format"] = "table".into(),
            // What buckets count is taken apart.
            PanelKind::HeatMap => target["format"] = "heatmap".into(),
            _ => {}
        }
        target
    };
    ('A'..='Z').zip(&panel.queries).map(target).collect()
}

fn figure(figure: PanelFigure) -> &'static str {
    let words = FIGURES.into_iter().find(|(known, _)| *known == figure).map(|(_, words)| words);
    words.and_then(|words| words.first().copied()).unwrap_or("lastNotNull")
}

fn unit(unit: Unit) -> &'static str {
    UNITS
        .into_iter()
        .find(|(known, _)| *known == unit)
        .and_then(|(_, words)| words.first().copied())
        .unwrap_or("short")
}
