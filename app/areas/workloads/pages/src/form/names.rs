//! Suggestions: the names of the objects that a field may name.

use super::controls::Part;
use super::plain::labelled;
use leptos::prelude::*;
use model::{KindSlug, TableQuery};
use resources_contract::read_table;
use serde_json::Value;
use std::collections::BTreeSet;

/// So many names are suggested; whoever has more types.
const MOST: u16 = 100;

/// Kinds whose objects are in no namespace.
const OF_CLUSTERS: [&str; 11] = [
    "clusterroles",
    "csidrivers",
    "gatewayclasses.gateway.networking.k8s.io",
    "ingressclasses",
    "namespaces",
    "persistentvolumes",
    "priorityclasses",
    "runtimeclasses",
    "storageclasses",
    "volumeattributesclasses",
    "volumesnapshotclasses.snapshot.storage.k8s.io",
];

/// A line of text with suggestions, asked for when somebody comes to it.
pub fn line(part: &Part, kind: &'static str, also: &'static [&'static str], required: bool) -> AnyView {
    suggesting(part, also, required, move || KindSlug::parse(kind).ok())
}

/// The same of a kind that may be another one when somebody comes to it again.
pub fn suggesting(
    part: &Part,
    also: &'static [&'static str],
    required: bool,
    kind: impl Fn() -> Option<KindSlug> + Send + 'static,
) -> AnyView {
    let names = RwSignal::new(Vec::<String>::new());
    let editing = part.editing;
    let asked = StoredValue::new(None::<KindSlug>);
    let ask = move |_| {
        let Some(slug) = kind() else { return };
        if asked.get_value().as_ref() == Some(&slug) {
            return;
        }
        asked.set_value(Some(slug.clone()));
        let is_everywhere = OF_CLUSTERS.contains(&slug.as_str());
        let namespace = untrack(|| editing.namespace()).filter(|_| !is_everywhere);
        let query = TableQuery {
            namespaces: namespace.into_iter().collect(),
            size: MOST,
            ..TableQuery::of(editing.cluster(), slug.clone())
        };
        leptos::task::spawn_local(async move {
            // Without an answer there are no suggestions, and a name can be typed all the same.
            let table = read_table(query).await.ok();
            let rows = table.into_iter().flat_map(|table| table.rows);
            let found: BTreeSet<String> = rows
                .map(|row| row.name.to_string())
                .chain(also.iter().map(|name| (*name).to_owned()))
                .collect();
            // Another kind may have been chosen meanwhile, or the form left.
            if asked.try_get_value().flatten() == Some(slug) {
                let _ = names.try_set(found.into_iter().collect());
            }
        });
    };
    let id = format!("{}-names", part.spot.place());
    let option = |name: String| view! { <option value=name></option> };
    view! {
        <div on:focusin=ask>
            <ui::Field
                name=part.spot.place()
                label=labelled(&part.label, required)
                value=part.text()
                hint=part.hint.clone()
                problem=part.problem
                code=true
                list=id.clone()
                on_input=part.on_text(|text| Value::from(text))
            />
            <datalist id=id>{move || names.get().into_iter().map(option).collect_view()}</datalist>
        </div>
    }
    .into_any()
}
