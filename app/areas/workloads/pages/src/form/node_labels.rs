//! What is suggested to whoever says on which nodes pods may run: the labels that nodes have.

use super::annotations::Ids;
use super::controls::Part;
use super::editing::Editing;
use crate::words::text;
use leptos::prelude::*;
use std::collections::BTreeMap;
use workloads_contract::read_node_labels;

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
    is_of_nodes.then(|| NodeLabels {
        editing: part.editing,
        is_asked: StoredValue::new(false),
        all: RwSignal::new(None),
    })
}

impl NodeLabels {
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
        let words = move || {
            let (all, key) = (self.all.read(), key.read());
            let is_unknown = all.as_ref().is_some_and(|all| !key.is_empty() && !all.contains_key(&*key));
            is_unknown.then(|| text("node-label.none"))
        };
        view! {
            <p class="field-hint" id=ids.about.clone() aria-live="polite">{words}</p>
            <datalist id=ids.values.clone()>{options}</datalist>
        }
        .into_any()
    }
}
