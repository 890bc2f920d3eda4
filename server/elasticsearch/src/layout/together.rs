//! Logs that several programs write into one log store, each in its own words, searched as one.

use super::{Known, MOMENTS, Pattern, WHOLE, WORDS};
use crate::answer::FieldCaps;
use records_contract::Field;
use std::collections::BTreeMap;

/// What a search must be able to ask for in all of it: it would find a part of what was meant otherwise, and not say so.
const NEEDED: [Field; 3] = [Field::Namespace, Field::Pod, Field::Container];

impl Known {
    /// The indices of both, and the names that say whether they can be searched as one.
    pub fn asked_with(&self, other: &Self) -> (Pattern, Vec<String>) {
        let index = if self.index == other.index { self.index.clone() } else { self.index.and(&other.index) };
        let mut asked: Vec<String> =
            self.layouts().chain(other.layouts()).flat_map(super::Layout::asked).collect();
        asked.sort_unstable();
        asked.dedup();
        (index, asked)
    }

    /// Both as one, by what there is in the indices of both; nothing where the same question would mean something else here and
    /// there. A field that only one of them has is left out, so it is told that it cannot be asked for.
    pub fn together(&self, other: &Self, index: Pattern, caps: &FieldCaps) -> Option<Self> {
        if self.time != other.time || !caps.is_all(&self.time, &MOMENTS) {
            return None;
        }
        let words = |known: &Self| -> Vec<String> {
            known.texts.iter().filter(|text| caps.is_all(text, &WORDS)).cloned().collect()
        };
        let (own, theirs) = (words(self), words(other));
        let has_words = !own.is_empty() && !theirs.is_empty();
        let mut exact = BTreeMap::new();
        for (field, names) in &self.exact {
            let Some(others) = other.exact.get(field) else { continue };
            let names = either(names.clone(), others);
            if names.iter().all(|name| caps.is_all(name, &WHOLE)) {
                exact.insert(*field, names);
            }
        }
        let is_whole = has_words && NEEDED.iter().all(|field| exact.contains_key(field));
        is_whole.then(|| Self {
            layout: self.layout,
            others: self.others.iter().copied().chain(other.layouts()).collect(),
            index,
            time: self.time.clone(),
            texts: either(own, &theirs),
            exact,
        })
    }
}

/// What is in one or in both, in order.
fn either(mut own: Vec<String>, theirs: &[String]) -> Vec<String> {
    for other in theirs {
        if !own.contains(other) {
            own.push(other.clone());
        }
    }
    own
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::super::tests::caps;
    use super::super::{LAYOUTS, Layout};
    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::parse(text).unwrap()
    }

    const FLUENT: &[(&str, &[&str])] = &[
        ("@timestamp", &["date"]),
        ("log", &["text"]),
        ("kubernetes.namespace_name.keyword", &["keyword"]),
        ("kubernetes.pod_name.keyword", &["keyword"]),
        ("kubernetes.container_name.keyword", &["keyword"]),
        ("kubernetes.host.keyword", &["keyword"]),
        ("stream.keyword", &["keyword"]),
    ];
    const BEATS: &[(&str, &[&str])] = &[
        ("@timestamp", &["date"]),
        ("message", &["match_only_text"]),
        ("kubernetes.namespace", &["keyword"]),
        ("kubernetes.pod.name", &["keyword"]),
        ("kubernetes.container.name", &["keyword"]),
        ("stream", &["keyword"]),
    ];

    fn of(layout: &'static Layout, fields: &[(&str, &[&str])], index: &str) -> Known {
        layout.recognise(pattern(index), &caps(fields)).unwrap()
    }

    /// Both, where these fields are of other types in what both are kept in.
    fn both(others: &[(&str, &[&str])]) -> Option<Known> {
        let (fluent, beats) = (of(&LAYOUTS[0], FLUENT, "logstash-*"), of(&LAYOUTS[1], BEATS, "filebeat-*"));
        let (index, asked) = fluent.asked_with(&beats);
        let is_asked = |name: &str| asked.iter().any(|asked| asked == name);
        assert!(
            is_asked("log") && is_asked("kubernetes.namespace") && is_asked("kubernetes.pod_name.keyword")
        );
        assert_eq!(index.as_str(), "logstash-*,filebeat-*");
        let kept =
            FLUENT.iter().chain(BEATS).filter(|(name, _)| others.iter().all(|(other, _)| other != name));
        let mut fields: Vec<(&str, &[&str])> = kept.copied().collect();
        fields.extend(others);
        fields.sort_unstable();
        fields.dedup();
        fluent.together(&beats, index, &caps(&fields))
    }

    #[test]
    fn what_both_have_can_be_asked_for_by_the_names_of_both() {
        // One says it in words and whole, the other one only whole.
        let known = both(&[("stream", &["keyword", "text"])]).unwrap();

        assert_eq!(known.name(), "Fluent Bit + Filebeat (ECS)");
        assert_eq!(known.texts, ["log", "message"]);
        let namespaces: Vec<&str> = known.exact(Field::Namespace).collect();
        assert_eq!(namespaces, ["kubernetes.namespace_name.keyword", "kubernetes.namespace"]);
        assert_eq!(known.exact(Field::Node).count(), 0, "only one has it");
        assert_eq!(known.exact(Field::Stream).count(), 0, "it is compared otherwise here and there");
        let sources = known.sources();
        for path in ["log", "message", "kubernetes.namespace", "kubernetes.pod_name"] {
            assert!(sources.iter().any(|source| source == path), "{path}: {sources:?}");
        }
    }

    #[test]
    fn what_would_be_found_in_part_is_not_searched_as_one() {
        assert!(both(&[]).is_some());
        for (name, types) in [
            ("kubernetes.namespace", &["keyword", "text"][..]),
            ("kubernetes.pod_name.keyword", &["keyword", "long"][..]),
            ("message", &["text", "keyword"][..]),
            ("@timestamp", &["date", "long"][..]),
        ] {
            assert!(both(&[(name, types)]).is_none(), "{name}");
        }
        let late: &[(&str, &[&str])] =
            &[("timestamp", &["date"]), ("message", &["text"]), ("kubernetes.pod_namespace", &["keyword"])];
        let (fluent, vector) = (of(&LAYOUTS[0], FLUENT, "a"), of(&LAYOUTS[2], late, "a"));
        let (index, _) = fluent.asked_with(&vector);
        assert_eq!(index.as_str(), "a");
        let fields: Vec<(&str, &[&str])> = FLUENT.iter().chain(late).copied().collect();
        assert!(
            fluent.together(&vector, index, &caps(&fields)).is_none(),
            "they are sorted by other moments"
        );
    }
}
