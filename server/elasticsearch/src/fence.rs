//! What a caller may see, as a condition of every search.

use crate::dsl::{Query, one};
use crate::layout::Known;
use access::Scope;
use model::Namespace;
use records_contract::Field;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a caller may see: everything, or namespaces since they were made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence(Option<BTreeMap<String, i64>>);

/// A query that finds nothing beyond a fence. The only thing that is searched for.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Fenced(Query);

impl Fence {
    /// The fence of a grant. `births` says when each namespace of the cluster was made, in milliseconds since 1970: who
    /// holds a role in a namespace sees nothing of another that had its name before, and one that is not there is nobody's.
    /// Who may see the whole cluster sees that too.
    pub fn new(scope: &Scope, is_cluster_wide: bool, births: &BTreeMap<Namespace, i64>) -> Self {
        let names = match scope {
            _ if is_cluster_wide => return Self(None),
            Scope::All => return Self(None),
            Scope::Namespaces(names) | Scope::NamespaceObjects(names) => names,
        };
        let born = |name: &Namespace| Some((name.to_string(), *births.get(name)?));
        Self(Some(names.iter().filter_map(born).collect()))
    }

    /// Puts the fence around what is looked for between a moment and now.
    pub fn around(&self, known: &Known, from_ms: i64, query: Query) -> Fenced {
        match self.condition(known, from_ms) {
            Some(condition) => Fenced(Query::all(vec![condition, query])),
            None => Fenced(query),
        }
    }

    /// Whether something of a namespace and a moment is within. What comes back is asked once more: a mapping may make
    /// equal what is not.
    pub fn admits(&self, namespace: &str, at_ms: i64) -> bool {
        self.0.as_ref().is_none_or(|names| names.get(namespace).is_some_and(|born| *born <= at_ms))
    }

    /// The namespaces that it leaves, with since when; `None` for all.
    pub fn within(&self) -> Option<&BTreeMap<String, i64>> {
        self.0.as_ref()
    }

    /// The namespaces that it leaves, for people; `None` for all.
    pub fn names(&self) -> Option<Vec<String>> {
        self.0.as_ref().map(|names| names.keys().cloned().collect())
    }

    /// Most namespaces are older than what is looked at: one list is enough for those.
    fn condition(&self, known: &Known, from_ms: i64) -> Option<Query> {
        let names = self.0.as_ref()?;
        // A layout without it is not recognised. Where several are searched as one, each has its own.
        let fields: Vec<&str> = known.exact(Field::Namespace).collect();
        let old = names.iter().filter(|(_, born)| **born <= from_ms).map(|(name, _)| name.clone());
        let old: Vec<String> = old.collect();
        let since = |field: &str, name: &str, born: i64| {
            Query::all(vec![Query::term(field, name), Query::moments(&known.time, Some(born), None)])
        };
        let mut conditions = Vec::new();
        for (name, born) in names.iter().filter(|(_, born)| **born > from_ms) {
            conditions.extend(fields.iter().map(|field| since(field, name, *born)));
        }
        if !old.is_empty() {
            conditions.extend(fields.iter().map(|field| Query::Terms(one(field, old.clone()))));
        }
        Some(if conditions.is_empty() { Query::nothing() } else { Query::any(conditions) })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn names(texts: &[&str]) -> Scope {
        Scope::Namespaces(texts.iter().map(|text| Namespace::parse(text).unwrap()).collect())
    }

    fn births(all: &[(&str, i64)]) -> BTreeMap<Namespace, i64> {
        all.iter().map(|(name, at)| (Namespace::parse(name).unwrap(), *at)).collect()
    }

    fn json(fence: &Fence, from_ms: i64) -> String {
        let known = Known::of_fluent_bit();
        serde_json::to_string(&fence.around(&known, from_ms, Query::term("log", "x"))).unwrap()
    }

    #[test]
    fn old_namespaces_are_one_list_and_young_ones_begin_when_they_were_made() {
        let fence = Fence::new(
            &names(&["blog", "shop", "wiki"]),
            false,
            &births(&[("blog", 10), ("shop", 20), ("wiki", 900)]),
        );

        assert_eq!(
            json(&fence, 500),
            r#"{"bool":{"filter":[{"bool":{"should":[{"bool":{"filter":[{"term":{"kubernetes.namespace_name.keyword":"wiki"}},{"range":{"@timestamp":{"gte":900,"format":"epoch_millis"}}}]}},{"terms":{"kubernetes.namespace_name.keyword":["blog","shop"]}}],"minimum_should_match":1}},{"term":{"log":"x"}}]}}"#
        );
    }

    #[test]
    fn what_a_name_held_before_is_nobodys() {
        let fence = Fence::new(&names(&["shop", "gone"]), false, &births(&[("shop", 100), ("blog", 1)]));

        assert!(fence.admits("shop", 100) && !fence.admits("shop", 99));
        assert!(!fence.admits("gone", 500) && !fence.admits("blog", 500) && !fence.admits("", 500));
    }

    #[test]
    fn who_holds_nothing_that_is_there_finds_nothing() {
        let fence = Fence::new(&names(&["gone"]), false, &births(&[]));

        assert!(json(&fence, 0).contains(r#"{"match_none":{}}"#));
    }

    #[test]
    fn the_whole_cluster_has_no_fence() {
        let fence = Fence::new(&Scope::All, true, &births(&[]));

        assert_eq!(json(&fence, 0), r#"{"term":{"log":"x"}}"#);
        assert!(fence.admits("anything", 0) && fence.names().is_none());
    }
}
