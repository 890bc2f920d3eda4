//! The time zone of the node, as one tick.

use super::controls::Part;
use super::pod_security::of_node;
use leptos::prelude::*;
use workloads_contract::host_time::{around, is_on, switch};

/// Whether a container has the time zone of its node.
pub fn host_time(part: &Part) -> AnyView {
    let (editing, object) = (part.editing, part.spot.object);
    let Some((pod, container)) = around(&part.spot.path) else { return ().into_any() };
    let checked = {
        let (pod, container) = (pod.clone(), container.clone());
        Memo::new(move |_| editing.draft.read().at(object, &pod).is_some_and(|pod| is_on(pod, &container)))
    };
    let on_change = Callback::new(move |is_wanted: bool| {
        if let Some(mut changed) = untrack(|| editing.at(object, &pod)) {
            switch(&mut changed, &container, is_wanted);
            editing.set(object, &pod, Some(changed));
        }
    });
    view! {
        <ui::Checkbox
            name=part.spot.place()
            label=part.label.clone()
            hint=part.hint.clone()
            checked
            on_change
        />
        {of_node(editing, checked)}
    }
    .into_any()
}
