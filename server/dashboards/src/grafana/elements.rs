//! Dashboards in Grafana's second form (`dashboard.grafana.app/v2…`): elements by name, and a layout that says where each
//! stands. They are read as the first form, which everything behind this knows.

use super::{COLUMNS, list, text};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// How many panels stand beside each other in a grid that does not say it.
const BESIDE: u64 = 3;
/// How many rows of the grid a panel takes that does not say it.
const USUAL_HEIGHT: u64 = 8;

/// Such a dashboard in the first form, and what of it there is none of there; nothing where it is in the first form.
pub fn as_panels(board: &Value) -> Option<(Value, Vec<String>)> {
    let elements = board.get("elements")?.as_object()?;
    let mut walk = Walk { elements, panels: Vec::new(), placed: BTreeSet::new(), left_out: Vec::new() };
    walk.layout(&board["layout"]);
    // What stands nowhere is in the text all the same.
    for name in elements.keys() {
        if !walk.placed.contains(name.as_str()) {
            walk.element(name, (COLUMNS / 2, USUAL_HEIGHT), &Value::Null);
        }
    }
    let variables: Vec<Value> = list(board, "/variables").iter().map(variable).collect();
    let annotations: Vec<Value> = list(board, "/annotations").iter().map(annotation).collect();
    let first = json!({
        "title": board["title"],
        "description": board["description"],
        "links": board["links"],
        "templating": {"list": variables},
        "annotations": {"list": annotations},
        "panels": walk.panels,
    });
    Some((first, walk.left_out))
}

/// The way through a layout.
struct Walk<'v> {
    elements: &'v Map<String, Value>,
    panels: Vec<Value>,
    placed: BTreeSet<&'v str>,
    left_out: Vec<String>,
}

impl<'v> Walk<'v> {
    /// Rows, tabs and grids, as deep as they are.
    fn layout(&mut self, layout: &'v Value) {
        let across = layout.pointer("/spec/maxColumnCount").and_then(Value::as_u64).unwrap_or(BESIDE);
        let mut items: Vec<&Value> = list(layout, "/spec/items").iter().collect();
        items.sort_by_key(|item| (number(item, "/spec/y"), number(item, "/spec/x")));
        for item in items {
            // A row of a grid holds its panels itself.
            let inside = list(item, "/spec/elements");
            if text(item, "/kind") == "GridLayoutRow" {
                self.heading(item);
            }
            for one in inside.iter().chain(inside.is_empty().then_some(item)) {
                let width = one.pointer("/spec/width").and_then(Value::as_u64);
                self.item(one, width.unwrap_or(COLUMNS / across.clamp(1, COLUMNS)));
            }
        }
        for part in list(layout, "/spec/rows").iter().chain(list(layout, "/spec/tabs")) {
            self.heading(part);
            self.layout(&part["spec"]["layout"]);
        }
    }

    fn item(&mut self, item: &'v Value, width: u64) {
        let name = text(item, "/spec/element/name");
        if !name.is_empty() {
            self.conditions(item, name);
            let height = item.pointer("/spec/height").and_then(Value::as_u64).unwrap_or(USUAL_HEIGHT);
            self.element(name, (width, height), &item["spec"]["repeat"]["value"]);
        }
    }

    /// The title of a row or tab.
    fn heading(&mut self, part: &Value) {
        let title = text(part, "/spec/title");
        self.conditions(part, title);
        let place = self.place((COLUMNS, 1));
        let repeat = &part["spec"]["repeat"]["value"];
        self.panels.push(json!({"type": "row", "title": title, "repeat": repeat, "gridPos": place}));
    }

    fn conditions(&mut self, part: &Value, name: &str) {
        if part["spec"]["conditionalRendering"].is_object() {
            self.left_out.push(format!("that {name:?} is only sometimes there"));
        }
    }

    fn element(&mut self, name: &'v str, size: (u64, u64), repeat: &Value) {
        let Some(element) = self.elements.get(name) else {
            self.left_out.push(format!("the element {name:?}, which is not in this text"));
            return;
        };
        self.placed.insert(name);
        let mut panel = panel(element);
        panel["gridPos"] = self.place(size);
        panel["repeat"] = repeat.clone();
        self.panels.push(panel);
    }

    /// Behind everything that stands already.
    fn place(&self, (width, height): (u64, u64)) -> Value {
        json!({"x": 0, "y": self.panels.len(), "w": width, "h": height})
    }
}

fn number(value: &Value, path: &str) -> u64 {
    value.pointer(path).and_then(Value::as_u64).unwrap_or(0)
}

/// What something is of: the later of these forms says it as a group, and the earlier one as its kind.
fn group<'v>(value: &'v Value, kind: &str) -> &'v str {
    let own = text(value, "/kind");
    if own == kind { text(value, "/group") } else { own }
}

fn panel(element: &Value) -> Value {
    let spec = &element["spec"];
    if text(element, "/kind") == "LibraryPanel" {
        return json!({"title": spec["title"], "libraryPanel": {"name": spec["libraryPanel"]["name"]}});
    }
    let (data, shown) = (&spec["data"]["spec"], &spec["vizConfig"]);
    let targets: Vec<Value> = list(data, "/queries").iter().map(target).collect();
    let source = targets.first().map(|target| target["datasource"].clone());
    json!({
        "type": group(shown, "VizConfig"),
        "title": spec["title"],
        "description": spec["description"],
        "links": spec["links"],
        "datasource": source,
        "targets": targets,
        "transformations": data["transformations"],
        "interval": data["queryOptions"]["interval"],
        "timeFrom": data["queryOptions"]["timeFrom"],
        "timeShift": data["queryOptions"]["timeShift"],
        "fieldConfig": shown["spec"]["fieldConfig"],
        "options": shown["spec"]["options"],
    })
}

fn target(query: &Value) -> Value {
    let (spec, asked) = (&query["spec"], &query["spec"]["query"]);
    let mut target = asked["spec"].as_object().cloned().unwrap_or_default();
    target.insert("datasource".into(), json!({"type": group(asked, "DataQuery")}));
    target.insert("hide".into(), spec["hidden"].clone());
    Value::Object(target)
}

/// A variable: its kind is the type of the first form, with a word more.
fn variable(variable: &Value) -> Value {
    let spec = &variable["spec"];
    let kind = text(variable, "/kind").trim_end_matches("Variable").to_lowercase();
    let asked = if spec["query"]["spec"].is_object() { &spec["query"]["spec"] } else { &spec["query"] };
    // What was written before queries were objects.
    let before = [text(asked, "/__legacyStringValue"), text(spec, "/definition")];
    let definition = before.into_iter().find(|words| !words.is_empty()).unwrap_or_default();
    json!({
        "type": kind,
        "name": spec["name"],
        "query": asked,
        "definition": definition,
        "regex": spec["regex"],
    })
}

fn annotation(annotation: &Value) -> Value {
    let (spec, asked) = (&annotation["spec"], &annotation["spec"]["query"]);
    json!({
        "name": spec["name"],
        "enable": spec["enable"],
        "builtIn": u8::from(spec["builtIn"] == true),
        "expr": asked["spec"]["expr"],
        "datasource": {"type": group(asked, "DataQuery")},
    })
}
