//! The terminals of this tab: any page may ask for one, the frame shows them.

use leptos::prelude::*;
use model::ResourceRef;
use model::terminal::TerminalRequest;

/// What a terminal is wanted in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TerminalTarget {
    /// One container.
    Container(TerminalRequest),
    /// The node itself, by way of a pod whose image the reader chooses.
    Node(ResourceRef),
    /// A pod of this object, which the reader chooses.
    PodOf(ResourceRef),
    /// A container that is added to the pod, of an image that the reader chooses, to look into the named one.
    Debug {
        /// The pod.
        pod: ResourceRef,
        /// The container to look into; `None` is the pod's default one.
        container: Option<String>,
    },
}

/// Asks the frame for terminals.
#[derive(Clone, Copy)]
pub struct Terminals {
    wanted: RwSignal<Vec<TerminalTarget>>,
}

/// Lets every page below ask for terminals. Whoever shows them takes what is [`Terminals::wanted`].
pub fn provide_terminals() -> Terminals {
    let terminals = Terminals { wanted: RwSignal::new(Vec::new()) };
    provide_context(terminals);
    terminals
}

/// Those of the frame around this component; none without a frame.
pub fn use_terminals() -> Option<Terminals> {
    use_context()
}

impl Terminals {
    /// Opens a terminal.
    pub fn open(self, target: TerminalTarget) {
        self.wanted.update(|wanted| wanted.push(target));
    }

    /// What was asked for and not taken yet.
    pub fn wanted(self) -> Signal<Vec<TerminalTarget>> {
        self.wanted.into()
    }

    /// Takes what was asked for.
    pub fn take(self) -> Vec<TerminalTarget> {
        self.wanted.try_update(std::mem::take).unwrap_or_default()
    }
}
