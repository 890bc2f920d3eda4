//! Which series of two vectors belong together.

use hashbrown::HashMap;
use promql_parser::parser::{BinModifier, LabelModifier};

use crate::labels::{Labels, NAME};
use crate::value::Row;

/// How series find each other.
pub(super) struct Matching<'a> {
    modifier: Option<&'a LabelModifier>,
}

impl<'a> Matching<'a> {
    pub(super) fn of(modifier: Option<&'a BinModifier>) -> Self {
        Self { modifier: modifier.and_then(|modifier| modifier.matching.as_ref()) }
    }

    /// The labels that must be equal on both sides.
    pub(super) fn key(&self, labels: &Labels) -> Labels {
        match self.modifier {
            Some(LabelModifier::Include(on)) => {
                labels.filtered(|name| on.labels.iter().any(|wanted| wanted == name))
            }
            Some(LabelModifier::Exclude(ignored)) => labels
                .filtered(|name| name != NAME && !ignored.labels.iter().any(|unwanted| unwanted == name)),
            None => labels.nameless(),
        }
    }

    /// What remains of the labels of a pair of one and one.
    pub(super) fn of_pair(&self, labels: &Labels) -> Labels {
        match self.modifier {
            Some(LabelModifier::Include(on)) => {
                labels.filtered(|name| on.labels.iter().any(|wanted| wanted == name))
            }
            Some(LabelModifier::Exclude(ignored)) => {
                labels.filtered(|name| !ignored.labels.iter().any(|unwanted| unwanted == name))
            }
            None => labels.clone(),
        }
    }

    /// The rows of a vector by their key, with their places.
    pub(super) fn groups(&self, rows: &[Row]) -> HashMap<Labels, Vec<usize>> {
        let mut groups: HashMap<Labels, Vec<usize>> = HashMap::with_capacity(rows.len());
        for (place, row) in rows.iter().enumerate() {
            groups.entry(self.key(&row.labels)).or_default().push(place);
        }
        groups
    }
}
