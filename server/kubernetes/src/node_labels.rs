//! The labels that nodes have, for whoever says on which of them pods may run.

use crate::row::Labels;
use std::collections::{BTreeMap, BTreeSet};

/// So many values of one label of nodes are told; whoever means another types it.
const MOST_VALUES: usize = 100;

/// The labels of nodes, each with its values; of a label that tells nodes apart, such as their names, the first values.
pub(crate) fn told<'l>(nodes: impl Iterator<Item = &'l Labels>) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (key, value) in nodes.flat_map(|labels| labels.iter()) {
        let values = found.entry(key).or_default();
        values.insert(value);
        if values.len() > MOST_VALUES {
            values.pop_last();
        }
    }
    let texts = |values: BTreeSet<&str>| values.into_iter().map(str::to_owned).collect();
    found.into_iter().map(|(key, values)| (key.to_owned(), texts(values))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(all: &[(&str, &str)]) -> Labels {
        all.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect()
    }

    #[test]
    fn labels_of_nodes_are_told_with_their_values_of_many_the_first() {
        let of = |index: usize| {
            let zone = if index.is_multiple_of(2) { "a" } else { "b" };
            let name = format!("pier-{index:03}");
            labels(&[("zone", zone), ("name", name.as_str())])
        };
        let nodes: Vec<Labels> = (0..=MOST_VALUES).rev().map(of).chain([labels(&[])]).collect();

        let found = told(nodes.iter());

        assert_eq!(found.keys().collect::<Vec<_>>(), ["name", "zone"]);
        assert_eq!(found["zone"], ["a", "b"]);
        assert_eq!((found["name"].len(), found["name"][0].as_str()), (MOST_VALUES, "pier-000"));
    }
}
