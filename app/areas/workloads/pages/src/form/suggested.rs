//! What is suggested for keys and their values.

use super::annotations::{self, Ids};
use super::controls::Part;
use super::node_labels::{self, NodeLabels};
use leptos::prelude::*;

/// Where the suggestions of a field come from.
#[derive(Clone, Copy)]
pub enum Suggested {
    Annotations(annotations::Known),
    OfNodes(NodeLabels),
}

/// Nothing for fields without suggestions.
pub fn of(part: &Part) -> Option<Suggested> {
    let of_nodes = || node_labels::of(part).map(Suggested::OfNodes);
    annotations::of(part).map(Suggested::Annotations).or_else(of_nodes)
}

/// Asks for what is not known without asking. Called when somebody comes to the field.
pub fn ask(suggested: Option<Suggested>) {
    if let Some(Suggested::OfNodes(labels)) = suggested {
        labels.ask();
    }
}

impl Suggested {
    /// All keys, for the rows of a field.
    pub fn keys(self, place: &str) -> AnyView {
        let id = annotations::keys_id(place);
        match self {
            Self::Annotations(known) => known.keys(id),
            Self::OfNodes(labels) => labels.keys(id),
        }
    }

    /// What a row's key means, and what its value may be.
    pub fn about(self, ids: &Ids, key: Signal<String>) -> AnyView {
        match self {
            Self::Annotations(known) => known.about(ids, key),
            Self::OfNodes(labels) => labels.about(ids, key),
        }
    }
}
