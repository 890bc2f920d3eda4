//! What the address of the catalogue says: everything that stands in the form, once something was asked about it, or the rule
//! whose past was asked for.

use crate::address::with_pairs;
use leptos_router::params::ParamsMap;
use model::{ClusterName, link};
use monitoring_contract::BuiltInFields;

/// The fields of a form whose button was pressed that asks what it would do.
pub fn asked(query: &ParamsMap, cluster: &ClusterName) -> Option<BuiltInFields> {
    query.get("fields[cluster]")?;
    let field = |name: &str| query.get(&format!("fields[{name}]")).unwrap_or_default();
    Some(BuiltInFields {
        cluster: cluster.clone(),
        namespace: field("namespace"),
        groups: query.get_all("fields[groups][]").unwrap_or_default(),
        act: field("act"),
        twice: field("twice"),
        seen: field("seen"),
    })
}

/// The key of the rule whose past was asked for.
pub fn past_of(query: &ParamsMap) -> Option<String> {
    query.get("past").filter(|key| !key.is_empty())
}

/// Where the past of a rule is told.
pub fn past_href(cluster: &ClusterName, key: &str) -> String {
    format!("{}#past", with_pairs(&link::built_in_rules(cluster), &[("past".to_owned(), key.to_owned())]))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn a_form_that_was_asked_about_is_in_the_address() {
        let harbour = ClusterName::parse("harbour").unwrap();
        let mut query = ParamsMap::new();
        assert_eq!(asked(&query, &harbour), None);
        for (name, value) in [
            ("fields[cluster]", "harbour"),
            ("fields[groups][]", "nodes"),
            ("fields[groups][]", "etcd"),
            ("fields[namespace]", "monitoring"),
        ] {
            query.insert(name, value.to_owned());
        }

        let fields = asked(&query, &harbour).unwrap();

        let expected = BuiltInFields {
            namespace: "monitoring".into(),
            groups: vec!["nodes".into(), "etcd".into()],
            ..BuiltInFields::new(harbour)
        };
        assert_eq!(fields, expected);
    }

    #[test]
    fn the_past_of_a_rule_has_an_address() {
        let harbour = ClusterName::parse("harbour").unwrap();

        let href = past_href(&harbour, "KubeNodeNotReady/critical");

        assert!(
            href.starts_with("/clusters/harbour/monitoring/rules/built-in?past=KubeNodeNotReady"),
            "{href}"
        );
        assert!(href.ends_with("#past"), "{href}");
        assert_eq!(past_of(&ParamsMap::new()), None);
    }
}
