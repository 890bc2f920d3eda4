//! From Grafana's JSON to a dashboard.

use super::elements::as_panels;
use super::panels::panel;
use super::variables::Variables;
use super::{RECORDS, list, text};
use crate::{kubesphere, records, rollouts};
use monitoring_contract::{
    Annotation, LONGEST_NAME, MOST_ANNOTATIONS, MOST_PANELS, PanelKind, PanelPlan, Plan,
};
use records_contract::Of;
use serde_json::Value;

/// A dashboard that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// What was understood.
    pub plan: Plan,
    /// What was not, each by its name.
    pub left_out: Vec<String>,
}

/// Reads a dashboard. The error says why it is none.
pub fn import(source: &str) -> Result<Imported, String> {
    if source.trim().is_empty() {
        return Err("write the text of a dashboard here, or choose a file".into());
    }
    let value: Value = match kubesphere::as_grafana(source) {
        Some(value) => value,
        None => serde_json::from_str(source).map_err(|error| format!("this is no JSON: {error}"))?,
    };
    // Its APIs put it into envelopes, the later one into that of an object of Kubernetes.
    let inside =
        ["dashboard", "spec"].into_iter().find_map(|name| value.get(name).filter(|one| one.is_object()));
    let board = inside.unwrap_or(&value);
    let (first, mut left_out) = match as_panels(board) {
        Some((first, left_out)) => (Some(first), left_out),
        None => (None, Vec::new()),
    };
    let board = first.as_ref().unwrap_or(board);
    if !["panels", "rows"].into_iter().any(|name| board.get(name).is_some_and(Value::is_array)) {
        return Err("this is no dashboard of Grafana: it has neither panels nor rows nor elements".into());
    }
    left_out.extend(around(board));
    let variables = Variables::read(board, &mut left_out);
    let annotations = annotations(board, &variables, &mut left_out);
    let mut panels = Vec::new();
    let (mut number, mut kept) = (0, 0);
    for found in found(board, &mut left_out) {
        if found.is_heading {
            panels.extend(heading(found.value));
            continue;
        }
        if kept == MOST_PANELS {
            left_out.push(format!("all panels behind the first {MOST_PANELS}"));
            break;
        }
        number += 1;
        let panel = panel(found, number, &variables, &mut left_out);
        kept += usize::from(panel.is_some());
        panels.extend(panel);
    }
    let name: String = text(board, "/title").trim().chars().take(LONGEST_NAME).collect();
    let name = if name.is_empty() { "Grafana".to_owned() } else { name };
    left_out.dedup();
    Ok(Imported { plan: Plan { name, variables: variables.known, annotations, panels }, left_out })
}

/// What is marked in charts, as far as PromQL says when.
fn annotations(board: &Value, variables: &Variables, left_out: &mut Vec<String>) -> Vec<Annotation> {
    let mut annotations: Vec<Annotation> = Vec::new();
    for one in list(board, "/annotations/list").iter().filter(|one| one["builtIn"] != 1) {
        let annotation = Annotation {
            name: text(one, "/name").trim().to_owned(),
            query: variables.plain(text(one, "/expr")),
        };
        // Forms have a line for each.
        let line = Annotation::parse(&annotation.to_string());
        let is_line = line.as_ref() == Some(&annotation) && !annotation.query.contains('\n');
        let source = text(one, "/datasource/type");
        let is_asked_here = matches!(source, "" | "prometheus" | RECORDS) || source.starts_with('$');
        let is_new = annotations.iter().all(|other| other.name != annotation.name);
        let is_read = match (annotation.events(), annotation.rollouts()) {
            (Some(search), _) => records::fault(Of::Events, search, &variables.known).is_none(),
            (None, Some(whose)) => rollouts::fault(whose, &variables.known).is_none(),
            (None, None) => prometheus::query_fault(&annotation.query, &variables.known).is_none(),
        };
        let is_whole = is_line && is_new && is_asked_here && is_read;
        if is_whole && one["enable"] != false && annotations.len() < MOST_ANNOTATIONS {
            annotations.push(annotation);
        } else {
            left_out.push(format!("annotation {:?}", text(one, "/name")));
        }
    }
    annotations
}

/// What stands around panels and is no part of a dashboard here.
fn around(board: &Value) -> Vec<String> {
    let mut left_out = Vec::new();
    left_out.extend(list(board, "/links").iter().map(|link| format!("link {:?}", text(link, "/title"))));
    if !text(board, "/description").is_empty() {
        left_out.push("the description".into());
    }
    left_out
}

/// A panel with its width in twelfths, or a row, whose title stands over what is behind it.
#[derive(Clone, Copy)]
pub(super) struct Found<'v> {
    pub value: &'v Value,
    pub width: u8,
    pub is_heading: bool,
}

/// All panels in the order in which they stand, each row before its own.
fn found<'v>(board: &'v Value, left_out: &mut Vec<String>) -> Vec<Found<'v>> {
    let mut all = Vec::new();
    for row in list(board, "/rows") {
        all.extend(self::row(row, left_out));
        let spans = list(row, "/panels").iter();
        all.extend(spans.map(|value| Found {
            value,
            width: nearest(value["span"].as_f64().unwrap_or(12.0)),
            is_heading: false,
        }));
    }
    for value in in_order(list(board, "/panels")) {
        if text(value, "/type") != "row" {
            all.push(on_grid(value));
            continue;
        }
        all.extend(row(value, left_out));
        all.extend(in_order(list(value, "/panels")).into_iter().map(on_grid));
    }
    all
}

/// A row, if its title is shown.
fn row<'v>(row: &'v Value, left_out: &mut Vec<String>) -> Option<Found<'v>> {
    let title = text(row, "/title").trim();
    if !text(row, "/repeat").is_empty() {
        left_out.push(format!("the repetition of row {title:?}"));
    }
    let is_shown = !title.is_empty() && row["showTitle"] != false;
    is_shown.then_some(Found { value: row, width: 12, is_heading: true })
}

/// The title of a row, over what stands behind it.
fn heading(row: &Value) -> Option<PanelPlan> {
    let title = text(row, "/title").trim().chars().take(LONGEST_NAME).collect();
    let plan = PanelPlan { title, kind: PanelKind::Heading, width: 12, ..PanelPlan::default() };
    plan.problems().is_empty().then_some(plan)
}

/// By where they stand; those that do not say stay where they are written.
fn in_order(panels: &[Value]) -> Vec<&Value> {
    let mut panels: Vec<&Value> = panels.iter().collect();
    let place = |panel: &&Value, axis: &str| panel.pointer(axis).and_then(Value::as_u64).unwrap_or(0);
    panels.sort_by_key(|panel| (place(panel, "/gridPos/y"), place(panel, "/gridPos/x")));
    panels
}

fn on_grid(value: &Value) -> Found<'_> {
    let columns = value.pointer("/gridPos/w").and_then(Value::as_f64).unwrap_or(12.0);
    Found { value, width: nearest(columns / 2.0), is_heading: false }
}

/// The width that there is and that comes nearest.
fn nearest(twelfths: f64) -> u8 {
    match twelfths {
        wide if wide > 9.0 => 12,
        half if half > 5.0 => 6,
        third if third > 3.5 => 4,
        _ => 3,
    }
}
