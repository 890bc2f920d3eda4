//! A reference to what is scaled: its kind, with the version that the cluster serves, and its name.

use super::controls::Part;
use super::names;
use crate::words::text_with;
use leptos::prelude::*;
use serde_json::Value;
use workloads_contract::{Scalable, read_scalable};

/// Which kind. The version follows it.
pub fn kind(part: &Part) -> AnyView {
    let (editing, spot) = (part.editing, part.spot.clone());
    Effect::new(move |_| {
        if !editing.scalable.with_untracked(Vec::is_empty) {
            return;
        }
        let cluster = editing.cluster();
        leptos::task::spawn_local(async move {
            // Without an answer the kinds of every cluster can be chosen, and any other is written as YAML.
            let found = read_scalable(cluster).await.unwrap_or_default();
            let _ = editing.scalable.try_set(found);
        });
    });
    let target = {
        let spot = spot.clone();
        Memo::new(move |_| editing.at(spot.object, &spot.path).unwrap_or_default())
    };
    let choice = Memo::new(move |_| Choice::of(&target.read(), &Scalable::all(&editing.scalable.read())));
    let on_change = Callback::new(move |id: String| {
        let all = Scalable::all(&editing.scalable.get_untracked());
        let Some(chosen) = all.iter().find(|one| one.slug.as_str() == id) else { return };
        let mut target = target.get_untracked();
        chosen.refer(&mut target);
        editing.set(spot.object, &spot.path, Some(target));
    });
    view! {
        <ui::Select
            name=part.spot.place()
            label=part.label.clone()
            options=Signal::derive(move || choice.read().options.clone())
            value=Signal::derive(move || choice.read().chosen.clone())
            hint=part.hint.clone()
            problem=part.problem
            on_change
        />
    }
    .into_any()
}

/// The name, with those of the chosen kind's objects as suggestions.
pub fn name(part: &Part, required: bool) -> AnyView {
    let (editing, object) = (part.editing, part.spot.object);
    let around = part.spot.path.rsplit_once('/').map_or("", |(around, _)| around).to_owned();
    names::suggesting(part, &[], required, move || {
        let target = untrack(|| editing.at(object, &around))?;
        let mut all = Scalable::all(&editing.scalable.get_untracked()).into_iter();
        all.find(|one| one.is_of(&target)).map(|one| one.slug)
    })
}

/// What can be chosen, each with its words, and what is.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Choice {
    options: Vec<(String, String)>,
    chosen: String,
}

impl Choice {
    fn of(target: &Value, all: &[Scalable]) -> Self {
        let words =
            |kind: &str, version: &str| text_with("scaled.kind", &[("kind", &kind), ("version", &version)]);
        let option = |one: &Scalable| {
            let words =
                if one.is_everywhere() { one.kind.clone() } else { words(&one.kind, &one.api_version) };
            (one.slug.to_string(), words)
        };
        let mut options: Vec<(String, String)> = all.iter().map(option).collect();
        let chosen = match all.iter().find(|one| one.is_of(target)) {
            Some(one) => one.slug.to_string(),
            // What others wrote is kept, and shown.
            None => {
                let part = |key: &str| target[key].as_str().unwrap_or_default();
                let words = words(part("kind"), part("apiVersion"));
                options.push((words.clone(), words.clone()));
                words
            }
        };
        Self { options, chosen }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::KindSlug;
    use serde_json::json;

    #[test]
    fn kinds_of_others_are_chosen_by_kind_and_version_and_what_is_unknown_stays() {
        let kiln = Scalable {
            slug: KindSlug::parse("kilns.pots.example").unwrap(),
            api_version: "pots.example/v1".into(),
            kind: "Kiln".into(),
        };
        let all = Scalable::all(&[kiln]);
        let of = |version: &str, kind: &str| Choice::of(&json!({"apiVersion": version, "kind": kind}), &all);

        let set = of("apps/v1", "StatefulSet");
        let words: Vec<&str> = set.options.iter().map(|(_, words)| words.as_str()).collect();
        let expected =
            ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "Kiln (pots.example/v1)"];
        assert_eq!(words, expected);
        assert_eq!(set.chosen, "statefulsets");
        assert_eq!(of("pots.example/v1beta1", "Kiln").chosen, "kilns.pots.example");
        let unknown = of("bread.example/v1", "Oven");
        assert_eq!(unknown.chosen, "Oven (bread.example/v1)");
        assert!(unknown.options.iter().any(|(id, _)| *id == unknown.chosen));
    }
}
