//! What can be done to an object.

use serde::{Deserialize, Serialize};

/// An action without its arguments, as kinds and menus know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    /// Edit the manifest.
    Edit,
    /// Ask for another number of replicas.
    Scale,
    /// New pods, by the kind's own strategy.
    Restart,
    /// No new rollout until resumed.
    Pause,
    /// Rollouts go on.
    Resume,
    /// The pod template of an earlier revision.
    RollBack,
    /// No new pods on this node.
    Cordon,
    /// New pods again on this node.
    Uncordon,
    /// Cordon, then evict every pod.
    Drain,
    /// No new runs until resumed.
    Suspend,
    /// Runs go on.
    Unsuspend,
    /// One run now.
    Trigger,
    /// A taint more or less.
    Taint,
    /// A secret that the project's pods pull their images with.
    PullByDefault,
    /// One that they do not pull with any more.
    NotPullByDefault,
    /// Other labels or annotations.
    SetMetadata,
    /// Delete it.
    Delete,
}

impl ActionKind {
    /// All actions, in the order in which menus offer them.
    pub const ALL: [Self; 17] = [
        Self::Edit,
        Self::Scale,
        Self::Restart,
        Self::RollBack,
        Self::Pause,
        Self::Resume,
        Self::Trigger,
        Self::Suspend,
        Self::Unsuspend,
        Self::Cordon,
        Self::Uncordon,
        Self::Drain,
        Self::Taint,
        Self::PullByDefault,
        Self::NotPullByDefault,
        Self::SetMetadata,
        Self::Delete,
    ];

    /// Actions that mean the same for every one of many objects, beside [`ActionKind::Delete`].
    pub const FOR_MANY: [Self; 10] = [
        Self::Scale,
        Self::Restart,
        Self::Pause,
        Self::Resume,
        Self::Trigger,
        Self::Suspend,
        Self::Unsuspend,
        Self::Cordon,
        Self::Uncordon,
        Self::Taint,
    ];

    /// The action of a stable word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.word() == word)
    }

    /// The stable word, for addresses, classes and text keys.
    pub fn word(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Scale => "scale",
            Self::Restart => "restart",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::RollBack => "roll_back",
            Self::Cordon => "cordon",
            Self::Uncordon => "uncordon",
            Self::Drain => "drain",
            Self::Taint => "taint",
            Self::PullByDefault => "pull_by_default",
            Self::NotPullByDefault => "not_pull_by_default",
            Self::Suspend => "suspend",
            Self::Unsuspend => "unsuspend",
            Self::Trigger => "trigger",
            Self::SetMetadata => "set_metadata",
            Self::Delete => "delete",
        }
    }
}
