//! Panels of Grafana.

use super::import::Found;
use super::variables::Variables;
use super::{FIGURES, RECORDS, UNITS, list, text};
use super::{colors, mappings, thresholds};
use crate::records;
use model::Unit;
use monitoring_contract::{
    LONGEST_NAME, MOST_QUERIES, PANEL_STEPS, PanelAxis, PanelFigure, PanelHeight, PanelKind, PanelPlan,
    PanelQuery, Thresholds, ValueRange,
};
use records_contract::Of;
use serde_json::Value;

/// A panel, if it can be one here. What of it cannot is added to what is left out.
pub(super) fn panel(
    found: Found<'_>,
    number: usize,
    variables: &Variables,
    left_out: &mut Vec<String>,
) -> Option<PanelPlan> {
    let Found { value, width, .. } = found;
    let title: String = text(value, "/title").trim().chars().take(LONGEST_NAME).collect();
    let name = if title.is_empty() { format!("panel {number}") } else { format!("panel {title:?}") };
    let mut missing = |words: String| left_out.push(format!("{name}: {words}"));
    let Some(kind) = kind(value) else {
        if value["libraryPanel"].is_object() {
            missing("it stands in a library of Grafana, and not in this text".into());
        } else {
            missing(format!("its type {}", text(value, "/type")));
        }
        return None;
    };
    let panel = if kind == PanelKind::Text {
        let text = content(value, &mut missing);
        PanelPlan { title, kind, width, text, ..PanelPlan::default() }
    } else {
        let queries = match kind {
            PanelKind::Logs => searches(value, variables, &mut missing),
            _ => queries(value, variables, &mut missing),
        };
        if queries.is_empty() {
            missing("it has no query that can be asked here".into());
            return None;
        }
        extras(value, kind, &mut missing);
        let (axis, range) = axis(value, kind, range(value, kind, &mut missing), &mut missing);
        let mappings = if kind.has_mappings() { mappings::read(value, &mut missing) } else { Vec::new() };
        let colors = colors::read(value, kind, &mut missing);
        PanelPlan {
            title: if title.is_empty() { format!("Panel {number}") } else { title },
            kind,
            width,
            unit: unit(value, &mut missing),
            queries,
            thresholds: match kind {
                PanelKind::HeatMap | PanelKind::Logs => Thresholds::default(),
                _ => thresholds::read(value, kind, range, &mut missing),
            },
            height: height(value, kind),
            figure: figure(value, kind, &mut missing),
            step: if kind.is_over_time() { step(value, &mut missing) } else { 0 },
            range,
            axis,
            mappings,
            colors,
            ..PanelPlan::default()
        }
    };
    match panel.problems().into_iter().next() {
        Some(problem) => {
            missing(problem.message);
            None
        }
        None => Some(panel),
    }
}

fn kind(value: &Value) -> Option<PanelKind> {
    Some(match text(value, "/type") {
        "timeseries" | "graph" if has_bars(value) => PanelKind::Bars,
        "timeseries" | "graph" if is_stacked(value) => PanelKind::Stacked,
        "timeseries" | "graph" => PanelKind::Lines,
        // One of the latest values has a bar for each series, not for each moment.
        "barchart" if is_of_latest(value) => PanelKind::Gauge,
        "barchart" => PanelKind::Bars,
        "gauge" | "bargauge" => PanelKind::Gauge,
        "singlestat" if value.pointer("/gauge/show") == Some(&Value::Bool(true)) => PanelKind::Gauge,
        "stat" | "singlestat" => PanelKind::Value,
        "state-timeline" | "status-history" => PanelKind::StateTimeline,
        "heatmap" => PanelKind::HeatMap,
        "table" | "table-old" => PanelKind::Table,
        "logs" => PanelKind::Logs,
        "text" => PanelKind::Text,
        _ => return None,
    })
}

fn is_stacked(value: &Value) -> bool {
    value["stack"] == true || stackings(value).iter().any(|mode| matches!(*mode, "normal" | "percent"))
}

fn stackings(value: &Value) -> [&str; 2] {
    ["/fieldConfig/defaults/custom/stacking/mode", "/options/stacking"].map(|path| text(value, path))
}

/// Whether each query asks for one moment.
fn is_of_latest(value: &Value) -> bool {
    list(value, "/targets").iter().all(|target| target["instant"] == true && target["range"] != true)
}

fn has_bars(value: &Value) -> bool {
    let is_of_old = value["bars"] == true && value["lines"] != true;
    is_of_old || text(value, "/fieldConfig/defaults/custom/drawStyle") == "bars"
}

/// How far points are apart at least, if the panel or one of its queries says it: of several the furthest.
fn step(value: &Value, missing: &mut dyn FnMut(String)) -> u32 {
    let of_queries = list(value, "/targets").iter().map(|target| text(target, "/interval"));
    let mut furthest = 0;
    for said in std::iter::once(text(value, "/interval")).chain(of_queries) {
        let said = said.trim().trim_start_matches('>').trim_start();
        match seconds(said).filter(|step| PANEL_STEPS.contains(step)) {
            Some(step) => furthest = furthest.max(step),
            None if said.is_empty() => {}
            None => missing(format!("that its points are {said} apart")),
        }
    }
    furthest
}

/// A length of time: `30s`, `5m`, `1h`, `1d`.
fn seconds(said: &str) -> Option<u32> {
    let (number, unit) = said.split_at(said.find(|letter: char| !letter.is_ascii_digit())?);
    let each = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return None,
    };
    number.parse::<u32>().ok()?.checked_mul(each)
}

/// Where a gauge or an axis begins and ends, if the panel says it.
fn range(value: &Value, kind: PanelKind, missing: &mut dyn FnMut(String)) -> ValueRange {
    // Graphs of old have texts for numbers.
    let number = |path: &str| {
        let said = value.pointer(path)?;
        let number = said.as_f64().or_else(|| said.as_str()?.trim().parse().ok());
        number.filter(|number: &f64| number.is_finite())
    };
    let first = |paths: [&str; 3]| paths.into_iter().find_map(number);
    if kind == PanelKind::HeatMap {
        let ends = ["/options/yAxis/min", "/options/yAxis/max", "/yAxis/min", "/yAxis/max"];
        if ends.into_iter().any(|path| number(path).is_some()) {
            missing("where its axis begins and ends".into());
        }
    }
    if !kind.has_range() {
        return ValueRange::default();
    }
    let min = first(["/fieldConfig/defaults/min", "/gauge/minValue", "/yaxes/0/min"]);
    let max = first(["/fieldConfig/defaults/max", "/gauge/maxValue", "/yaxes/0/max"]);
    let is_empty = min.zip(max).is_some_and(|(min, max)| min >= max);
    if is_empty && kind != PanelKind::Gauge {
        missing("that its axis ends before it begins".into());
        return ValueRange::default();
    }
    ValueRange { min, max }
}

/// How values stand on the axis, and where that begins and ends: a logarithmic one has no zero.
fn axis(
    value: &Value,
    kind: PanelKind,
    range: ValueRange,
    missing: &mut dyn FnMut(String),
) -> (PanelAxis, ValueRange) {
    let said = "/fieldConfig/defaults/custom/scaleDistribution";
    let number = |path: &str| value.pointer(path).and_then(Value::as_u64);
    let base = match text(value, &format!("{said}/type")) {
        "log" => number(&format!("{said}/log")).unwrap_or(2),
        "" => number("/yaxes/0/logBase").unwrap_or(1),
        "symlog" => 0,
        _ => 1,
    };
    if base == 1 {
        return (PanelAxis::Linear, range);
    }
    let axis = PanelAxis::ALL.into_iter().find(|axis| axis.base().map(u64::from) == Some(base));
    let Some(axis) = axis.filter(|_| kind.has_axis()) else {
        missing("that its axis is logarithmic".into());
        return (PanelAxis::Linear, range);
    };
    let mut end = |end: Option<f64>| {
        if let Some(end) = end.filter(|end| *end <= 0.0) {
            missing(format!("that its axis has an end at {end}, which a logarithmic one cannot have"));
            return None;
        }
        end
    };
    (axis, ValueRange { min: end(range.min), max: end(range.max) })
}

fn content(value: &Value, missing: &mut dyn FnMut(String)) -> String {
    let said = [text(value, "/options/content"), text(value, "/content")];
    if [text(value, "/options/mode"), text(value, "/mode")].contains(&"html") {
        missing("its HTML, which stays as it is written".into());
    }
    said.into_iter().find(|text| !text.is_empty()).unwrap_or_default().to_owned()
}

fn queries(value: &Value, variables: &Variables, missing: &mut dyn FnMut(String)) -> Vec<PanelQuery> {
    let mut queries = Vec::new();
    for target in list(value, "/targets") {
        let source = [text(target, "/datasource/type"), text(value, "/datasource/type")];
        let source = source.into_iter().find(|source| !source.is_empty()).unwrap_or_default();
        let expression = text(target, "/expr");
        if !matches!(source, "" | "prometheus" | "datasource" | "mixed") && !source.starts_with('$') {
            missing(format!("a query to {source}"));
        } else if expression.trim().is_empty() {
            missing("a query that is no PromQL".into());
        } else if target["hide"] == true {
            missing("a query that is hidden".into());
        } else {
            let query = variables.plain(expression);
            match prometheus::query_fault(&query, &variables.known) {
                Some(fault) => missing(format!("{query:?}: {}", fault.message)),
                None if queries.len() == MOST_QUERIES => {
                    missing(format!("{query:?}: there can be {MOST_QUERIES} queries at most"));
                }
                None => queries.push(PanelQuery { query, legend: legend(target) }),
            }
        }
    }
    queries
}

/// The searches of a panel that was made here: in other logs Grafana asks in the languages of what keeps them.
fn searches(value: &Value, variables: &Variables, missing: &mut dyn FnMut(String)) -> Vec<PanelQuery> {
    let source = text(value, "/datasource/type");
    if source != RECORDS {
        missing(format!(
            "its search of logs in {}",
            if source.is_empty() { "another language" } else { source }
        ));
        return Vec::new();
    }
    let mut searches = Vec::new();
    for target in list(value, "/targets") {
        let query = text(target, "/expr").to_owned();
        match records::fault(Of::Logs, &query, &variables.known) {
            Some(fault) => missing(format!("{query:?}: {fault}")),
            None => searches.push(PanelQuery { query, legend: legend(target) }),
        }
    }
    searches
}

fn legend(target: &Value) -> String {
    match text(target, "/legendFormat") {
        "__auto" => String::new(),
        legend => legend.to_owned(),
    }
}

/// What a panel can have beside what it shows.
fn extras(value: &Value, kind: PanelKind, missing: &mut dyn FnMut(String)) {
    for (path, words) in [
        ("/transformations", "its transformations"),
        ("/valueMaps", "its mappings of values"),
        ("/rangeMaps", "its mappings of ranges"),
        ("/styles", "the styles of its columns"),
        ("/links", "its links"),
    ] {
        if !list(value, path).is_empty() {
            missing(words.into());
        }
    }
    if !kind.has_mappings() && !list(value, "/fieldConfig/defaults/mappings").is_empty() {
        missing("its mappings of values".into());
    }
    for (path, words) in [
        ("/description", "its description"),
        ("/repeat", "its repetition"),
        ("/timeFrom", "its own stretch of time"),
        ("/timeShift", "its shift of time"),
    ] {
        if !text(value, path).is_empty() {
            missing(words.into());
        }
    }
    let counts_itself = [
        value.pointer("/options/calculate"),
        value.get("heatmap").filter(|_| value["dataFormat"] != "tsbuckets"),
    ];
    if kind == PanelKind::HeatMap
        && counts_itself.into_iter().flatten().any(|said| *said != Value::Bool(false))
    {
        missing("that it counts values into buckets itself".into());
    }
    let is_soft = |end: &str| value.pointer(end).is_some_and(Value::is_number);
    if ["/fieldConfig/defaults/custom/axisSoftMin", "/fieldConfig/defaults/custom/axisSoftMax"]
        .into_iter()
        .any(is_soft)
    {
        missing("ends of its axis that give way to values".into());
    }
    if value["alert"].is_object() {
        missing("its alert".into());
    }
    if kind == PanelKind::Bars && !is_stacked(value) && list(value, "/targets").len() > 1 {
        missing("that its bars stand beside each other".into());
    }
    if kind == PanelKind::Gauge && text(value, "/type") == "barchart" {
        missing("that it is a chart of bars: each is a gauge".into());
    }
    if stackings(value).contains(&"percent") || value["percentage"] == true {
        missing("that it stacks shares".into());
    }
}

/// How high it is, by the rows of the grid that it takes.
fn height(value: &Value, kind: PanelKind) -> PanelHeight {
    match value.pointer("/gridPos/h").and_then(Value::as_u64) {
        Some(..=5) if kind.has_height() => PanelHeight::Low,
        Some(12..) if kind.has_height() => PanelHeight::Tall,
        _ => PanelHeight::Usual,
    }
}

/// By which value of its time each series is shown.
fn figure(value: &Value, kind: PanelKind, missing: &mut dyn FnMut(String)) -> PanelFigure {
    if !kind.has_figure() {
        return PanelFigure::Latest;
    }
    let figures = list(value, "/options/reduceOptions/calcs").first().and_then(Value::as_str);
    let figure = figures.unwrap_or_else(|| text(value, "/valueName"));
    let known = FIGURES.into_iter().find(|(_, words)| words.contains(&figure));
    known.map_or_else(
        || {
            missing(format!("that it shows the {figure} of its time, not the latest value"));
            PanelFigure::Latest
        },
        |(known, _)| known,
    )
}

fn unit(value: &Value, missing: &mut dyn FnMut(String)) -> Unit {
    // A heat map has one for its bounds.
    let said = [
        text(value, "/options/yAxis/unit"),
        text(value, "/yAxis/format"),
        text(value, "/fieldConfig/defaults/unit"),
        text(value, "/yaxes/0/format"),
        text(value, "/format"),
    ];
    let said = said.into_iter().find(|unit| !unit.is_empty()).unwrap_or_default();
    match UNITS.into_iter().find(|(_, words)| words.contains(&said)) {
        Some((unit, _)) => unit,
        None => {
            missing(format!("its unit {said}, so values are plain numbers"));
            Unit::Count
        }
    }
}
