//! What is suggested to whoever says on which nodes pods may run: the labels that nodes have.

use super::annotations::Ids;
use super::controls::Part;
use super::editing::Editing;
use super::lists::lines;
use super::offered::{self, Written};
use super::plain::labelled;
use crate::words::text;
use leptos::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;
use workloads_contract::read_node_labels;
use workloads_contract::written::{text_of_value, to_text};

/// The last part of the place where a pod says which labels its node has to have.
const NODE_SELECTOR: &str = "nodeSelector";

/// The labels of nodes, once somebody has come to the field.
#[derive(Clone, Copy)]
pub struct NodeLabels {
    editing: Editing,
    is_asked: StoredValue<bool>,
    all: RwSignal<Option<BTreeMap<String, Vec<String>>>>,
}

/// Nothing for fields that hold no labels of nodes.
pub fn of(part: &Part) -> Option<NodeLabels> {
    let is_of_nodes = part.spot.path.rsplit('/').next() == Some(NODE_SELECTOR);
    is_of_nodes.then(|| NodeLabels::new(part.editing))
}

/// The key of a label of nodes.
pub fn key(part: &Part, required: bool) -> AnyView {
    let (labels, written) = (NodeLabels::new(part.editing), part.text());
    let id = format!("{}-labels", part.spot.place());
    let options = labels.keys(id.clone());
    view! {
        <div on:focusin=move |_| labels.ask()>
            <ui::Field
                name=part.spot.place()
                label=labelled(&part.label, required)
                value=written
                hint=part.hint.clone()
                problem=part.problem
                code=true
                list=id
                on_input=part.on_text(to_text)
            />
            {options}
            <p class="field-hint" aria-live="polite">{move || labels.unknown(&written.read())}</p>
        </div>
    }
    .into_any()
}

/// How several values stand in a manifest.
const LIST: Written = Written { read: texts, write: as_list };

/// Values of a label of nodes, whose key stands beside them.
pub fn values(part: &Part, required: bool) -> AnyView {
    let (editing, labels, object) = (part.editing, NodeLabels::new(part.editing), part.spot.object);
    let around = part.spot.path.rsplit_once('/').map_or("", |(around, _)| around);
    let key_path = format!("{around}/key");
    let key = Memo::new(move |_| text_of_value(editing.draft.read().at(object, &key_path)));
    let known = Signal::derive(move || {
        let all = labels.all.read();
        all.as_ref().and_then(|all| all.get(&*key.read())).cloned().unwrap_or_default()
    });
    let buttons = offered::buttons(part, known, text("node-label.values"), LIST);
    view! {
        <div class="form-picked" on:focusin=move |_| labels.ask()>
            {lines(part, required, to_text, "")}
            {buttons}
        </div>
    }
    .into_any()
}

fn texts(value: Option<&Value>) -> Vec<String> {
    value.and_then(Value::as_array).into_iter().flatten().map(|text| text_of_value(Some(text))).collect()
}

fn as_list(texts: Vec<String>) -> Option<Value> {
    (!texts.is_empty()).then(|| texts.into())
}

impl NodeLabels {
    fn new(editing: Editing) -> Self {
        Self { editing, is_asked: StoredValue::new(false), all: RwSignal::new(None) }
    }

    /// What is said of a key that no node has as a label.
    fn unknown(self, key: &str) -> Option<&'static str> {
        let all = self.all.read();
        let is_unknown = all.as_ref().is_some_and(|all| !key.is_empty() && !all.contains_key(key));
        is_unknown.then(|| text("node-label.none"))
    }

    /// Asks the cluster, once.
    pub fn ask(self) {
        if self.is_asked.get_value() {
            return;
        }
        self.is_asked.set_value(true);
        let (cluster, all) = (self.editing.cluster(), self.all);
        leptos::task::spawn_local(async move {
            // Without an answer there are no suggestions, and labels can be typed all the same.
            if let Ok(found) = read_node_labels(cluster).await {
                let _ = all.try_set(Some(found));
            }
        });
    }

    /// All keys, for the rows of a field.
    pub fn keys(self, id: String) -> AnyView {
        let options = move || {
            let all = self.all.read();
            let keys = all.iter().flat_map(BTreeMap::keys);
            keys.map(|key| view! { <option value=key.clone()></option> }).collect_view()
        };
        view! { <datalist id=id>{options}</datalist> }.into_any()
    }

    /// The values that nodes have of a row's label, and whether there is such a label.
    pub fn about(self, ids: &Ids, key: Signal<String>) -> AnyView {
        let options = move || {
            let (all, key) = (self.all.read(), key.read());
            let values = all.iter().filter_map(|all| all.get(&*key)).flatten();
            values.map(|value| view! { <option value=value.clone()></option> }).collect_view()
        };
        let words = move || self.unknown(&key.read());
        view! {
            <p class="field-hint" id=ids.about.clone() aria-live="polite">{words}</p>
            <datalist id=ids.values.clone()>{options}</datalist>
        }
        .into_any()
    }
}
