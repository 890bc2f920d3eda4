//! Who wrote the records, and what they called the parts.

mod together;

use crate::answer::FieldCaps;
use records_contract::{Field, Of};
use std::collections::BTreeMap;

/// Which indices to look into: names with `*`, between commas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// Checks that it can stand in an address and names no API.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let is_plain =
            |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "._-*".contains(letter);
        let is_name = |name: &str| {
            !name.is_empty()
                && !name.starts_with(['_', '+', '-'])
                && name.chars().all(is_plain)
                && !name.contains("..")
        };
        match text.split(',').all(is_name) {
            true => Ok(Self(text.to_owned())),
            false => Err("is not a list of index names such as app-logs-*,web-logs-*"),
        }
    }

    /// Those of both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self(format!("{},{}", self.0, other.0))
    }

    /// As it stands in an address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How somebody writes records.
#[derive(Debug, PartialEq, Eq)]
pub struct Layout {
    /// Who.
    pub name: &'static str,
    /// What they are.
    pub of: Of,
    /// Where they are usually kept.
    pub patterns: &'static str,
    /// When it was, the first that there is.
    pub times: &'static [&'static str],
    /// The texts in which words are looked for.
    pub texts: &'static [&'static str],
    /// The fields by their paths. Several paths are alternatives.
    pub fields: &'static [(Field, &'static [&'static str])],
    /// What else is shown, by the names that `rows.rs` uses.
    pub more: &'static [(&'static str, &'static str)],
}

/// Those that are known, the most likely first.
pub static LAYOUTS: &[Layout] = &[
    Layout {
        name: "Fluent Bit",
        of: Of::Logs,
        patterns: "ks-logstash-log-*,ks-whizard-logging-*,logstash-*,fluent-bit-*,fluentbit-*,fluentd-*,kube-logs-*",
        times: &["@timestamp", "time"],
        texts: &["log", "message"],
        fields: &[
            (Field::Namespace, &["kubernetes.namespace_name"]),
            (Field::Pod, &["kubernetes.pod_name"]),
            (Field::Container, &["kubernetes.container_name"]),
            (Field::Node, &["kubernetes.host"]),
            (Field::Stream, &["stream"]),
        ],
        more: &[],
    },
    Layout {
        name: "Filebeat (ECS)",
        of: Of::Logs,
        patterns: "filebeat-*,logs-kubernetes.container_logs-*",
        times: &["@timestamp"],
        texts: &["message"],
        fields: &[
            (Field::Namespace, &["kubernetes.namespace"]),
            (Field::Pod, &["kubernetes.pod.name"]),
            (Field::Container, &["kubernetes.container.name"]),
            (Field::Node, &["kubernetes.node.name"]),
            (Field::Stream, &["stream"]),
        ],
        more: &[],
    },
    Layout {
        name: "Vector",
        of: Of::Logs,
        patterns: "vector-*,logs-generic-*",
        times: &["@timestamp", "timestamp"],
        texts: &["message"],
        fields: &[
            (Field::Namespace, &["kubernetes.pod_namespace"]),
            (Field::Pod, &["kubernetes.pod_name"]),
            (Field::Container, &["kubernetes.container_name"]),
            (Field::Node, &["kubernetes.pod_node_name"]),
            (Field::Stream, &["stream"]),
        ],
        more: &[],
    },
    Layout {
        name: "Kubernetes events",
        of: Of::Events,
        patterns: "ks-logstash-events-*,kube-events-*,kubernetes-events-*",
        times: &["@timestamp", "lastTimestamp"],
        texts: &["message"],
        fields: &[
            (Field::Namespace, &["involvedObject.namespace"]),
            (Field::Kind, &["involvedObject.kind"]),
            (Field::Name, &["involvedObject.name"]),
            (Field::Reason, &["reason"]),
            (Field::Type, &["type"]),
            (Field::Source, &["source.component"]),
        ],
        more: &[("count", "count")],
    },
    Layout {
        name: "Kubernetes audit",
        of: Of::Audit,
        patterns: "kube-audit-*,kubernetes-audit-*,k8s-audit-*",
        times: &["@timestamp", "requestReceivedTimestamp"],
        texts: &["requestURI", "objectRef.name", "responseStatus.message"],
        fields: &[
            (Field::Namespace, &["objectRef.namespace"]),
            (Field::User, &["impersonatedUser.username", "user.username"]),
            (Field::Verb, &["verb"]),
            (Field::Resource, &["objectRef.resource"]),
            (Field::Name, &["objectRef.name"]),
            (Field::Code, &["responseStatus.code"]),
            (Field::Request, &["auditID"]),
            (Field::Address, &["sourceIPs"]),
        ],
        more: &[
            ("impersonated", "impersonatedUser.username"),
            ("user", "user.username"),
            ("part", "objectRef.subresource"),
            ("message", "responseStatus.message"),
            ("addresses", "sourceIPs"),
        ],
    },
    Layout {
        name: "KubeSphere audit",
        of: Of::Audit,
        patterns: "ks-logstash-auditing-*,ks-whizard-auditing-*",
        times: &["RequestReceivedTimestamp", "@timestamp"],
        texts: &["RequestURI", "ObjectRef.Name", "ResponseStatus.message", "Message"],
        fields: &[
            (Field::Namespace, &["ObjectRef.Namespace"]),
            (Field::User, &["User.Username"]),
            (Field::Verb, &["Verb"]),
            (Field::Resource, &["ObjectRef.Resource"]),
            (Field::Name, &["ObjectRef.Name"]),
            (Field::Code, &["ResponseStatus.code"]),
            (Field::Request, &["AuditID"]),
            (Field::Address, &["SourceIPs"]),
        ],
        more: &[
            ("user", "User.Username"),
            ("part", "ObjectRef.Subresource"),
            ("message", "ResponseStatus.message"),
            ("addresses", "SourceIPs"),
        ],
    },
];

/// A layout as it is found in some indices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Whose.
    pub layout: &'static Layout,
    /// Who else writes there, in other words.
    others: Vec<&'static Layout>,
    /// In which indices.
    pub index: Pattern,
    /// When it was.
    pub time: String,
    /// The texts in which words are looked for.
    pub texts: Vec<String>,
    /// By which names fields can be compared exactly.
    exact: BTreeMap<Field, Vec<String>>,
}

/// Types that hold whole values and no words.
const WHOLE: [&str; 4] = ["keyword", "constant_keyword", "wildcard", "ip"];
const NUMBERS: [&str; 5] = ["long", "integer", "short", "byte", "unsigned_long"];
const MOMENTS: [&str; 2] = ["date", "date_nanos"];
const WORDS: [&str; 2] = ["text", "match_only_text"];

impl Layout {
    /// The names that say whether records are written so.
    pub fn asked(&self) -> Vec<String> {
        let paths = self.fields.iter().flat_map(|(_, paths)| paths.iter());
        let exact = paths.flat_map(|path| [(*path).to_owned(), format!("{path}.keyword")]);
        let others = self.times.iter().chain(self.texts).map(|path| (*path).to_owned());
        exact.chain(others).collect()
    }

    /// Recognises it: when it was, words, and the namespace must be there. A field that is one type here and another there
    /// is left out, so what is asked means the same everywhere.
    pub fn recognise(&'static self, index: Pattern, caps: &FieldCaps) -> Option<Known> {
        let time = self.times.iter().find(|path| caps.is_all(path, &MOMENTS))?;
        let texts: Vec<String> = self
            .texts
            .iter()
            .filter(|path| caps.is_all(path, &WORDS))
            .map(|path| (*path).to_owned())
            .collect();
        let mut exact: BTreeMap<Field, Vec<String>> = BTreeMap::new();
        for (field, paths) in self.fields {
            let names: Vec<String> = paths.iter().filter_map(|path| whole(caps, *field, path)).collect();
            if !names.is_empty() {
                exact.insert(*field, names);
            }
        }
        let is_whole = !texts.is_empty() && exact.contains_key(&Field::Namespace);
        let others = Vec::new();
        is_whole.then(|| Known { layout: self, others, index, time: (*time).to_owned(), texts, exact })
    }

    /// The paths of a field in documents.
    fn paths(&self, field: Field) -> &'static [&'static str] {
        self.fields.iter().find(|(own, _)| *own == field).map_or(&[], |(_, paths)| paths)
    }
}

fn whole(caps: &FieldCaps, field: Field, path: &str) -> Option<String> {
    let below = format!("{path}.keyword");
    if caps.is_all(path, &WHOLE) || (field == Field::Code && caps.is_all(path, &NUMBERS)) {
        Some(path.to_owned())
    } else {
        caps.is_all(&below, &WHOLE).then_some(below)
    }
}

impl Known {
    /// All who write there, the most likely first.
    fn layouts(&self) -> impl Iterator<Item = &'static Layout> {
        std::iter::once(self.layout).chain(self.others.iter().copied())
    }

    /// Whose words these are, for people.
    pub fn name(&self) -> String {
        self.layouts().map(|layout| layout.name).collect::<Vec<_>>().join(" + ")
    }

    /// The names by which a field can be compared exactly; none when these records do not have it.
    pub fn exact(&self, field: Field) -> impl Iterator<Item = &str> {
        self.exact.get(&field).into_iter().flatten().map(String::as_str)
    }

    /// The paths of a field in documents.
    pub fn paths(&self, field: Field) -> impl Iterator<Item = &'static str> {
        self.layouts().flat_map(move |layout| layout.paths(field)).copied()
    }

    /// The path of something else in documents.
    pub fn more(&self, name: &str) -> Option<&'static str> {
        self.layout.more.iter().find(|(own, _)| *own == name).map(|(_, path)| *path)
    }

    /// What is read of each document, and nothing else: requests in audit logs may hold secrets.
    pub fn sources(&self) -> Vec<String> {
        let fields = self.layouts().flat_map(|layout| layout.fields).flat_map(|(_, paths)| paths.iter());
        let more = self.layouts().flat_map(|layout| layout.more).map(|(_, path)| path);
        let texts = self.texts.iter().map(String::as_str);
        let all = fields
            .chain(more)
            .copied()
            .chain(texts)
            .filter(|path| *path != "requestURI" && *path != "RequestURI");
        let mut all: Vec<String> = all.map(str::to_owned).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    #[cfg(test)]
    pub fn of_fluent_bit() -> Self {
        let layout = &LAYOUTS[0];
        let exact =
            layout.fields.iter().map(|(field, paths)| (*field, vec![format!("{}.keyword", paths[0])]));
        Self {
            layout,
            others: Vec::new(),
            index: Pattern("logstash-*".into()),
            time: "@timestamp".into(),
            texts: vec!["log".into()],
            exact: exact.collect(),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    pub(super) fn caps(fields: &[(&str, &[&str])]) -> FieldCaps {
        let fields: Vec<String> = fields
            .iter()
            .map(|(name, types)| {
                let types: Vec<String> =
                    types.iter().map(|word| format!(r#""{word}":{{"type":"{word}"}}"#)).collect();
                format!(r#""{name}":{{{}}}"#, types.join(","))
            })
            .collect();
        serde_json::from_str(&format!(r#"{{"indices":["a"],"fields":{{{}}}}}"#, fields.join(","))).unwrap()
    }

    fn recognised(caps: &FieldCaps) -> Vec<&'static str> {
        let pattern = Pattern::parse("a-*").unwrap();
        LAYOUTS
            .iter()
            .filter(|layout| layout.recognise(pattern.clone(), caps).is_some())
            .map(|layout| layout.name)
            .collect()
    }

    #[test]
    fn writers_are_told_by_what_they_call_things() {
        let fluent = caps(&[
            ("@timestamp", &["date"]),
            ("log", &["text"]),
            ("kubernetes.namespace_name", &["text"]),
            ("kubernetes.namespace_name.keyword", &["keyword"]),
        ]);
        let beats = caps(&[
            ("@timestamp", &["date"]),
            ("message", &["match_only_text"]),
            ("kubernetes.namespace", &["keyword"]),
        ]);
        let vector = caps(&[
            ("timestamp", &["date"]),
            ("message", &["text"]),
            ("kubernetes.pod_namespace.keyword", &["keyword"]),
        ]);

        assert_eq!(recognised(&fluent), ["Fluent Bit"]);
        assert_eq!(recognised(&beats), ["Filebeat (ECS)"]);
        assert_eq!(recognised(&vector), ["Vector"]);
    }

    #[test]
    fn a_field_of_two_types_is_left_out_and_without_namespaces_nothing_is_recognised() {
        let mut fields = vec![
            ("@timestamp", &["date"][..]),
            ("log", &["text"][..]),
            ("kubernetes.namespace_name.keyword", &["keyword"][..]),
            ("kubernetes.pod_name", &["keyword", "long"][..]),
        ];
        let known = LAYOUTS[0].recognise(Pattern::parse("a").unwrap(), &caps(&fields)).unwrap();
        assert_eq!(known.exact(Field::Pod).count(), 0);
        let namespaces: Vec<&str> = known.exact(Field::Namespace).collect();
        assert_eq!(namespaces, ["kubernetes.namespace_name.keyword"]);

        fields[2].1 = &["keyword", "text"];
        assert!(LAYOUTS[0].recognise(Pattern::parse("a").unwrap(), &caps(&fields)).is_none());
    }

    #[test]
    fn what_was_sent_and_answered_is_never_read() {
        for layout in LAYOUTS {
            let index = Pattern::parse("a").unwrap();
            let texts = layout.texts.iter().map(|text| (*text).to_owned()).collect();
            let (others, exact) = (Vec::new(), BTreeMap::new());
            let known = Known { layout, others, index, time: String::new(), texts, exact };
            for source in known.sources() {
                let lower = source.to_lowercase();
                assert!(!lower.contains("requestobject") && !lower.contains("requesturi"), "{source}");
                assert!(!source.contains('*'), "{source}");
            }
        }
    }

    #[test]
    fn a_pattern_names_indices_and_no_api() {
        for right in ["logs-*", "a,b-*", ".ds-logs-app-2026.11.26-000001"] {
            assert!(Pattern::parse(right).is_ok(), "{right}");
        }
        for wrong in ["", "_all", "a,", "-a", "a/b", "a b", "A", "..", "a?x", "%2f"] {
            assert!(Pattern::parse(wrong).is_err(), "{wrong}");
        }
    }
}
