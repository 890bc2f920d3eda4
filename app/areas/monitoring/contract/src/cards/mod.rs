//! Cards as data: what each shows, and the expressions that give it.
//!
//! An expression names only series that exporters themselves give (node-exporter, `cAdvisor`, kube-state-metrics, the
//! components of Kubernetes), without labels that an installation is free to choose, such as `job`. Expressions over
//! recording rules of well-known installations stand behind, for monitoring that keeps nothing else. The first expression
//! is taken whose series all exist. A range of five minutes stands for "as finely as the chart allows".

mod around_pods;
mod cluster;
mod consumption;
mod control_plane;
mod objects;
mod usage;

pub use consumption::{
    COVERED_OBJECTS, COVERED_USAGE, JOB_OWNERS, POINTS_PER_HOUR, SET_OWNERS, SharedOut, metered,
};
pub use usage::{RANKED_NAMESPACES, RANKED_NODES, RANKED_PODS, RANKED_WORKSPACES, RankedColumn};

use crate::{BoardId, Subject};
use model::Unit;

/// One chart of a board.
#[derive(Debug)]
pub struct Card {
    /// Names its title.
    pub id: &'static str,
    /// What its values count.
    pub unit: Unit,
    /// How it is drawn.
    pub form: Form,
    /// Its lines.
    pub lines: &'static [Line],
}

/// How a card is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Lines.
    Lines,
    /// Filled lines that stand on each other: parts of a whole.
    Stacked,
}

/// A query of a card: a line for each series that it gives.
#[derive(Debug)]
pub struct Line {
    /// Names the line; empty when its labels do.
    pub key: &'static str,
    /// The labels whose values name the line.
    pub labels: &'static [&'static str],
    /// Of which kind of object alone it is asked; empty for all.
    pub kind: &'static str,
    /// Expressions that give it, the best first.
    pub picks: &'static [&'static str],
}

const fn card(id: &'static str, unit: Unit, form: Form, lines: &'static [Line]) -> Card {
    Card { id, unit, form, lines }
}

/// A single line.
const fn one(key: &'static str, picks: &'static [&'static str]) -> Line {
    Line { key, labels: &[], kind: "", picks }
}

/// A line for each value of a label.
const fn by(labels: &'static [&'static str], picks: &'static [&'static str]) -> Line {
    Line { key: "", labels, kind: "", picks }
}

/// A single line, of objects of one kind.
const fn one_of(kind: &'static str, key: &'static str, picks: &'static [&'static str]) -> Line {
    Line { key, labels: &[], kind, picks }
}

impl Line {
    /// Whether it is asked of what is looked at.
    pub fn is_of(&self, subject: &Subject) -> bool {
        self.kind.is_empty()
            || matches!(subject, Subject::Object(object) if object.kind.as_str() == self.kind)
    }
}

/// The cards of a board, in order.
pub fn of(board: BoardId) -> &'static [Card] {
    match board {
        BoardId::Usage => cluster::USAGE,
        BoardId::Machines => cluster::MACHINES,
        BoardId::ControlPlane => control_plane::CONTROL_PLANE,
        BoardId::Applications => cluster::APPLICATIONS,
        BoardId::Node => objects::NODE,
        BoardId::Namespace => objects::NAMESPACE,
        BoardId::Workload => objects::WORKLOAD,
        BoardId::Pod => objects::POD,
        BoardId::Claim => around_pods::CLAIM,
        BoardId::Ingress => around_pods::INGRESS,
    }
}
