//! From which of Calico's pools pods take their addresses: shown only where the cluster has such pools, or they name some.

use super::controls::Part;
use super::lists::text_lines;
use super::offered::{self, Written};
use crate::words::text;
use leptos::prelude::*;
use workloads_contract::{pools_of, read_address_pools, read_pools, write_pools};

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
            // Without an answer there are no suggestions, and a name can be typed all the same.
            if let Ok(names) = read_address_pools(cluster).await {
                let _ = known.try_set(names);
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
