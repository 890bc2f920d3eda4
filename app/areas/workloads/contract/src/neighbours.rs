//! Where the pods of a workload run as seen from each other.
//!
//! The few ways that most need are affinity rules of one shape each, by the labels of the pods. They are read back from the
//! rules, whoever wrote them, and follow the labels as long as nobody changes the rules.

use crate::draft::Draft;
use crate::field::Form;
use crate::place::{at, set};
use serde_json::{Value, json};

/// Where the field is in a pod. Nothing stands there.
pub(crate) const PLACE: &str = "neighbours";

/// The rules, in a pod template.
const NEAR: &str = "spec/affinity/podAffinity";
const FAR: &str = "spec/affinity/podAntiAffinity";

/// Where the pods of a workload run as seen from each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Neighbours {
    /// Nothing is said.
    Anywhere,
    /// Each on a node of its own, if there are enough.
    Apart,
    /// All on one node, if there is room.
    Together,
    /// Rules of another shape.
    Own,
}

impl Neighbours {
    /// Those that rules can be written for.
    pub const OFFERED: [Self; 3] = [Self::Anywhere, Self::Apart, Self::Together];

    /// Its id, in text keys.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Anywhere => "anywhere",
            Self::Apart => "apart",
            Self::Together => "together",
            Self::Own => "own",
        }
    }

    fn read(template: &Value) -> Self {
        let rules = |path: &str| at(template, path).filter(|rules| !is_empty(rules));
        let usual = preference(template);
        match (rules(NEAR), rules(FAR)) {
            (None, None) => Self::Anywhere,
            (None, Some(far)) if *far == usual => Self::Apart,
            (Some(near), None) if *near == usual => Self::Together,
            _ => Self::Own,
        }
    }

    fn write(self, template: &mut Value) {
        let usual = preference(template);
        let (near, far) = match self {
            Self::Anywhere => (None, None),
            Self::Apart => (None, Some(usual)),
            Self::Together => (Some(usual), None),
            Self::Own => return,
        };
        set(template, NEAR, near);
        set(template, FAR, far);
    }
}

/// The rules of a draft, and what they name, before something in it changes.
pub(crate) struct Before {
    neighbours: Neighbours,
    affinity: Option<Value>,
    labels: Option<Value>,
}

impl Draft {
    /// Where the pods run as seen from each other; `None` for what makes none.
    pub fn neighbours(&self, form: &Form) -> Option<Neighbours> {
        self.at(0, form.template?).map(Neighbours::read)
    }

    /// Whether the pods have labels that rules can name.
    pub fn has_pod_labels(&self, form: &Form) -> bool {
        let template = form.template.and_then(|template| self.at(0, template));
        template.and_then(labels).is_some_and(|labels| !is_empty(labels))
    }

    /// Writes the rules for where the pods run as seen from each other, in the place of those that were there.
    pub fn set_neighbours(&mut self, form: &Form, neighbours: Neighbours) {
        if let Some(template) = self.template_mut(form) {
            neighbours.write(template);
        }
    }

    pub(crate) fn before(&self, form: &Form) -> Option<Before> {
        let template = self.at(0, form.template?)?;
        let neighbours = Neighbours::read(template);
        let affinity = at(template, "spec/affinity").cloned();
        Some(Before { neighbours, affinity, labels: labels(template).cloned() })
    }

    /// Where only the labels have changed, the rules that name them change with them.
    pub(crate) fn follow_labels(&mut self, form: &Form, before: &Before) {
        let Some(template) = self.template_mut(form) else { return };
        let is_followed = matches!(before.neighbours, Neighbours::Apart | Neighbours::Together);
        let has_changed = labels(template) != before.labels.as_ref();
        if is_followed && has_changed && at(template, "spec/affinity") == before.affinity.as_ref() {
            before.neighbours.write(template);
        }
    }

    fn template_mut(&mut self, form: &Form) -> Option<&mut Value> {
        let object = self.objects.first_mut()?;
        let mut path = form.template?.split('/').filter(|segment| !segment.is_empty());
        path.try_fold(object, |value, key| value.get_mut(key))
    }
}

/// Rather on, or rather off, the nodes of pods with these labels. Of no labels it says nothing.
fn preference(template: &Value) -> Value {
    let mut term = json!({"topologyKey": "kubernetes.io/hostname"});
    if let Some(labels) = labels(template).filter(|labels| !is_empty(labels)) {
        term["labelSelector"] = json!({"matchLabels": labels});
    }
    json!({"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 100, "podAffinityTerm": term}]})
}

fn labels(template: &Value) -> Option<&Value> {
    at(template, "metadata/labels")
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::forms;
    use crate::place::joined;
    use proptest::prelude::*;

    /// Every form of something that makes pods.
    fn with_pods() -> Vec<&'static Form> {
        forms::ALL.into_iter().filter(|form| form.template.is_some()).collect()
    }

    fn affinity(draft: &Draft, form: &Form) -> Option<Value> {
        draft.at(0, &joined(form.template.unwrap(), "spec/affinity")).cloned()
    }

    fn labels_of(form: &Form) -> String {
        joined(form.template.unwrap(), "metadata/labels")
    }

    #[test]
    fn pods_keep_apart_by_their_own_labels() {
        for form in with_pods() {
            let mut draft = Draft::begin(form, "web", "shop");
            assert_eq!(draft.neighbours(form), Some(Neighbours::Anywhere), "{}", form.slug);

            draft.set_neighbours(form, Neighbours::Apart);

            let term = json!({"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "web"}}});
            let expected = json!({"podAntiAffinity": {
                "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 100, "podAffinityTerm": term}],
            }});
            assert_eq!(affinity(&draft, form), Some(expected), "{}", form.slug);
            assert!(draft.faults(form).iter().all(|fault| fault.text == "fault.required"), "{}", form.slug);
        }
    }

    #[test]
    fn the_rules_follow_the_labels_until_somebody_changes_them() {
        for form in with_pods() {
            let mut draft = Draft::begin(form, "web", "shop");
            draft.set_neighbours(form, Neighbours::Together);

            draft.set(form, 0, "metadata/name", Some(json!("api")));
            draft.set(form, 0, &labels_of(form), None);
            draft.set(form, 0, &labels_of(form), Some(json!({"tier": "front"})));
            assert_eq!(draft.neighbours(form), Some(Neighbours::Together), "{}", form.slug);
            let told = affinity(&draft, form).unwrap().to_string();
            assert!(told.contains("front") && !told.contains("web"), "{}: {told}", form.slug);

            let weight = "spec/affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/0/weight";
            let weight = joined(form.template.unwrap(), weight);
            draft.set(form, 0, &weight, Some(json!(50)));
            assert_eq!(draft.neighbours(form), Some(Neighbours::Own));
            let before = affinity(&draft, form);
            draft.set(form, 0, &labels_of(form), Some(json!({"tier": "back"})));
            assert_eq!(affinity(&draft, form), before);
        }
    }

    #[test]
    fn what_makes_no_pods_has_none() {
        let form = forms::find("configmaps").unwrap();
        let mut draft = Draft::begin(form, "web", "shop");
        let before = draft.clone();

        draft.set_neighbours(form, Neighbours::Apart);

        assert_eq!(draft.neighbours(form), None);
        assert_eq!(draft, before);
        assert!(!draft.has_pod_labels(form));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_and_the_rest_stays(
            labels in proptest::collection::btree_map("[a-z]{1,4}", "[a-z]{0,4}", 0..3),
            nodes in proptest::option::of("[a-z]{1,4}"),
            first in proptest::sample::select(Neighbours::OFFERED.to_vec()),
            second in proptest::sample::select(Neighbours::OFFERED.to_vec()),
            form in proptest::sample::select(with_pods()),
        ) {
            let mut draft = Draft::begin(form, "web", "shop");
            draft.set(form, 0, &labels_of(form), Some(json!(labels)));
            let nodes = nodes.map(|unknown| json!({"x-unknown": unknown}));
            draft.set(form, 0, &joined(form.template.unwrap(), "spec/affinity/nodeAffinity"), nodes);
            let before = draft.clone();

            draft.set_neighbours(form, first);
            prop_assert_eq!(draft.neighbours(form), Some(first));
            draft.set_neighbours(form, second);
            prop_assert_eq!(draft.neighbours(form), Some(second));
            let kept: Draft = serde_json::from_str(&serde_json::to_string(&draft).unwrap()).unwrap();
            prop_assert_eq!(kept.neighbours(form), Some(second));
            draft.set_neighbours(form, Neighbours::Own);
            prop_assert_eq!(&kept, &draft);
            draft.set_neighbours(form, Neighbours::Anywhere);
            prop_assert_eq!(draft, before);
        }
    }
}
