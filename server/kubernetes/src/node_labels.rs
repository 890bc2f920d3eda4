//! The labels that nodes have, for whoever says on which of them pods may run.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// So many values of one label of nodes are told; whoever means another types it.
const MOST_VALUES: usize = 100;

/// The labels of nodes, each with its values; of a label that tells nodes apart, such as their names, the first values.
pub(crate) fn told(nodes: impl Iterator<Item = Value>) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for node in nodes {
        for (key, value) in node["metadata"]["labels"].as_object().into_iter().flatten() {
            let values = found.entry(key.clone()).or_default();
            values.insert(value.as_str().unwrap_or_default().to_owned());
            if values.len() > MOST_VALUES {
                values.pop_last();
            }
        }
    }
    found.into_iter().map(|(key, values)| (key, values.into_iter().collect())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn labels_of_nodes_are_told_with_their_values_of_many_the_first() {
        let of = |index: usize| {
            let zone = if index.is_multiple_of(2) { "a" } else { "b" };
            json!({"metadata": {"labels": {"zone": zone, "name": format!("pier-{index:03}")}}})
        };

        let found = told((0..=MOST_VALUES).rev().map(of).chain([json!({"metadata": {}})]));

        assert_eq!(found.keys().collect::<Vec<_>>(), ["name", "zone"]);
        assert_eq!(found["zone"], ["a", "b"]);
        assert_eq!((found["name"].len(), found["name"][0].as_str()), (MOST_VALUES, "pier-000"));
    }
}
