//! What the Pod Security level of the draft's namespace refuses, beside the fields that it is about.

use super::editing::Editing;
use super::quota::namespace_is;
use crate::words::text_with;
use leptos::prelude::*;
use model::PodSecurityLevel;
use workloads_contract::read_pod_security;

/// Asks for the level, and again when the namespace is another one.
pub fn follow(editing: Editing) {
    let namespace = Memo::new(move |_| editing.namespace());
    Effect::new(move |_| {
        let Some(namespace) = namespace.get() else { return };
        if editing.form.template.is_none() {
            return;
        }
        let cluster = editing.cluster();
        leptos::task::spawn_local(async move {
            // Who may not see the namespace is told by the cluster what it refuses.
            let answer = read_pod_security(cluster, namespace.clone()).await.unwrap_or_default();
            if namespace_is(editing, &namespace) {
                let _ = editing.pod_security.try_set(answer);
            }
        });
    });
}

/// Says that the level refuses what is of the node, where it does: as what is wrong once it is wanted.
pub fn of_node(editing: Editing, is_wanted: Memo<bool>) -> AnyView {
    let refusing = move || editing.pod_security.get().filter(|level| *level >= PodSecurityLevel::Baseline);
    let note = move || {
        refusing().map(|level| {
            let class = move || if is_wanted.get() { "field-problem" } else { "field-hint" };
            let words = text_with("pod-security.of-node", &[("level", &level.word())]);
            view! { <p class=class>{words}</p> }
        })
    };
    note.into_any()
}
