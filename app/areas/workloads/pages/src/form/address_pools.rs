//! From which of Calico's pools pods take their addresses: asked only where the cluster has such pools, or they name some.

use super::controls::Part;
use super::lists::text_lines;
use super::offered::{self, Written};
use crate::words::text;
use leptos::prelude::*;
use model::{KindSlug, TableQuery};
use resources_contract::read_table;
use workloads_contract::{pools_of, read_pools, write_pools};

/// So many pools are asked for; whoever has more types.
const MOST: u16 = 100;
/// The kinds that such pools have: Calico's API server shows as the second what its resources are as the first.
const KINDS: [&str; 2] = ["ippools.crd.projectcalico.org", "ippools.projectcalico.org"];
/// How they stand in the annotation.
const POOLS: Written = Written { read: pools_of, write: write_pools };

/// Whether the pods name pools.
pub fn is_named(part: &Part) -> bool {
    !part.text().get_untracked().is_empty()
}

/// The pools, one on each line, and a button for each that the cluster has.
pub fn address_pools(part: &Part) -> AnyView {
    let known = RwSignal::new(Vec::<String>::new());
    let (editing, written) = (part.editing, part.text());
    Effect::new(move |_| {
        let cluster = editing.cluster();
        leptos::task::spawn_local(async move {
            for slug in KINDS.into_iter().filter_map(|slug| KindSlug::parse(slug).ok()) {
                let query = TableQuery { size: MOST, ..TableQuery::of(cluster.clone(), slug) };
                // Most clusters have no such kind, and not everybody may list it: then there is nothing to suggest.
                let Ok(table) = read_table(query).await else { continue };
                let names: Vec<String> = table.rows.iter().map(|row| row.name.to_string()).collect();
                if !names.is_empty() {
                    let _ = known.try_set(names);
                    return;
                }
            }
        });
    });
    // Once it is there it stays, also while nothing stands in it.
    let is_shown = Memo::new(move |before: Option<&bool>| {
        before == Some(&true) || !known.read().is_empty() || !written.read().is_empty()
    });
    let part = part.clone();
    let content = move || {
        is_shown.get().then(|| {
            view! {
                <div class="form-picked">
                    {text_lines(&part, false, |value| pools_of(value).join("\n"), read_pools)}
                    {offered::buttons(&part, known.into(), text("address-pools.known"), POOLS)}
                </div>
            }
        })
    };
    content.into_any()
}
