//! What would become of an action, before it is carried out.

use crate::{Action, DocumentPreview, Target};
use leptos::prelude::*;
use model::{ConsoleError, Level, ResourceRef};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// What the cluster would make of an action on each target: a server-side dry run. Changes nothing.
#[server(endpoint = "resources/preview-act", input = Json)]
pub async fn preview_act(
    /// The objects.
    targets: Vec<Target>,
    /// What to do.
    action: Action,
) -> Result<ActPreview, ConsoleError> {
    model::port::<dyn crate::Resources>()?.preview_act(targets, action).await
}

/// What would become of an action.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActPreview {
    /// What the cluster would make of each target, or of what is made from it.
    pub documents: Vec<DocumentPreview>,
    /// What becomes of the pods of nodes that are drained, as things stand.
    pub evictions: Vec<Eviction>,
    /// Disruption budgets could not be read, so that nothing is said of which pods wait for them.
    pub budgets_unseen: bool,
    /// Autoscalers that set the number of replicas too, and will again.
    pub autoscalers: Vec<ResourceRef>,
}

impl ActPreview {
    /// More targets than these are not tried out at once.
    pub const MOST: usize = 20;
}

/// What a drain does with a pod.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Eviction {
    /// The pod.
    pub pod: ResourceRef,
    /// What becomes of it.
    pub fate: EvictionFate,
    /// It keeps data on the node, which are lost when it leaves.
    pub has_data: bool,
    /// Nothing makes it again when it has left.
    pub is_unmanaged: bool,
}

impl Eviction {
    /// How it stands with the pod: what blocks comes first, then what waits and what loses something, what stays last.
    pub fn level(&self) -> Level {
        let loses = self.has_data || self.is_unmanaged;
        if loses && self.fate == EvictionFate::Leaves { Level::Warning } else { self.fate.level() }
    }
}

/// What becomes of a pod whose node is drained.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvictionFate {
    /// Nothing will make it again, so that the drain does not begin before that is allowed.
    Unmanaged,
    /// It keeps data on the node that would be lost, so that the drain does not begin before that is allowed.
    HasData,
    /// A disruption budget lets nobody go at this moment: the drain waits for it.
    Waits {
        /// The budget's name.
        budget: String,
    },
    /// Several disruption budgets guard it, and Kubernetes evicts no such pod: the drain waits until one does.
    Overguarded {
        /// Their names.
        budgets: String,
    },
    /// It is evicted.
    Leaves,
    /// It stays: its daemon set runs on every node.
    OfDaemonSet,
    /// It stays: it belongs to the node itself.
    OfNode,
}

impl EvictionFate {
    /// The stable word, for text keys.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Unmanaged => "unmanaged",
            Self::HasData => "has_data",
            Self::Waits { .. } => "waits",
            Self::Overguarded { .. } => "overguarded",
            Self::Leaves => "leaves",
            Self::OfDaemonSet => "of_daemon_set",
            Self::OfNode => "of_node",
        }
    }

    /// How it stands with a pod that loses nothing.
    fn level(&self) -> Level {
        match self {
            Self::Unmanaged | Self::HasData => Level::Failed,
            Self::Waits { .. } | Self::Overguarded { .. } => Level::Warning,
            Self::Leaves => Level::Progressing,
            Self::OfDaemonSet | Self::OfNode => Level::Inactive,
        }
    }
}
