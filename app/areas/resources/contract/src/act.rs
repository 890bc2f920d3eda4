//! Actions: small changes that a kind knows by name.

use crate::Many;
use leptos::prelude::*;
use model::fault::FormFault;
use model::{ActionKind, ClusterName, ConsoleError, Need, ResourceRef, Timestamp};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;
use std::collections::BTreeMap;

/// Carries out an action on each target. Answers when the cluster has accepted the wishes, not when they have come
/// true: the rows show that.
#[server(endpoint = "resources/act", input = Json)]
pub async fn act_on(
    /// The objects.
    targets: Vec<Target>,
    /// What to do.
    action: Action,
) -> Result<Vec<Outcome>, ConsoleError> {
    model::port::<dyn crate::Resources>()?.act(targets, action).await
}

/// How a piece of long work stands. Also the value of [`model::live::Topic::Job`].
#[server(endpoint = "resources/job", input = Json)]
pub async fn read_job(
    /// Its id.
    id: String,
) -> Result<Job, ConsoleError> {
    model::port::<dyn crate::Resources>()?.job(id).await
}

/// An object that is to be changed. With the uid, a namesake made meanwhile is left alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Which object.
    pub resource: ResourceRef,
    /// Its identity when the reader saw it.
    pub uid: Option<String>,
}

/// A small change that a kind knows by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// Another number of replicas.
    Scale {
        /// The wanted number.
        replicas: u32,
    },
    /// New pods, by the kind's own strategy.
    Restart,
    /// No new rollout until resumed.
    Pause,
    /// Rollouts go on.
    Resume,
    /// The pod template of an earlier revision.
    RollBack {
        /// Its number.
        revision: i64,
    },
    /// No new pods on this node.
    Cordon,
    /// New pods again on this node.
    Uncordon,
    /// Cordon, then evict every pod that can be evicted; a [`Job`].
    Drain {
        /// Also pods whose `emptyDir` data is lost by it.
        delete_empty_dir_data: bool,
        /// Also pods that nothing will recreate.
        force: bool,
    },
    /// No new runs until resumed.
    Suspend,
    /// Runs go on.
    Unsuspend,
    /// One run now.
    Trigger,
    /// A taint more, another one, or one less.
    Taint(TaintChange),
    /// The pods of this secret's project pull their images with it, unless they name others.
    PullByDefault,
    /// They do not any more.
    NotPullByDefault,
    /// Other labels or annotations.
    SetMetadata(MetadataChange),
}

impl Action {
    /// The action without its arguments.
    pub fn kind(&self) -> ActionKind {
        match self {
            Self::Scale { .. } => ActionKind::Scale,
            Self::Restart => ActionKind::Restart,
            Self::Pause => ActionKind::Pause,
            Self::Resume => ActionKind::Resume,
            Self::RollBack { .. } => ActionKind::RollBack,
            Self::Cordon => ActionKind::Cordon,
            Self::Uncordon => ActionKind::Uncordon,
            Self::Drain { .. } => ActionKind::Drain,
            Self::Taint(_) => ActionKind::Taint,
            Self::PullByDefault => ActionKind::PullByDefault,
            Self::NotPullByDefault => ActionKind::NotPullByDefault,
            Self::Suspend => ActionKind::Suspend,
            Self::Unsuspend => ActionKind::Unsuspend,
            Self::Trigger => ActionKind::Trigger,
            Self::SetMetadata(_) => ActionKind::SetMetadata,
        }
    }
}

/// A taint of a node that is set or removed. A node has one of each key and effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaintChange {
    /// What it is called, such as `dedicated`.
    pub key: String,
    /// Its value; may be empty.
    pub value: String,
    /// What it does to pods that do not tolerate it.
    pub effect: TaintEffect,
    /// Take it away instead, whatever its value is.
    pub remove: bool,
}

impl TaintChange {
    /// What the fields of a form describe.
    pub(crate) fn of(
        key: Option<&str>,
        value: Option<&str>,
        effect: Option<TaintEffect>,
        remove: Option<bool>,
    ) -> Result<Self, ConsoleError> {
        let key = key.map(str::trim).filter(|key| !key.is_empty());
        Ok(Self {
            key: key.ok_or_else(|| FormFault::TaintKey.at("taint_key"))?.to_owned(),
            value: value.unwrap_or_default().trim().to_owned(),
            effect: effect.unwrap_or_default(),
            remove: remove.unwrap_or(false),
        })
    }
}

/// What a taint does to pods that do not tolerate it, in the words of Kubernetes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TaintEffect {
    /// They are not placed on the node.
    #[default]
    NoSchedule,
    /// They are placed elsewhere if there is room.
    PreferNoSchedule,
    /// They are not placed on the node, and leave it.
    NoExecute,
}

impl TaintEffect {
    /// All effects.
    pub const ALL: [Self; 3] = [Self::NoSchedule, Self::PreferNoSchedule, Self::NoExecute];

    /// The word of Kubernetes.
    pub fn word(self) -> &'static str {
        match self {
            Self::NoSchedule => "NoSchedule",
            Self::PreferNoSchedule => "PreferNoSchedule",
            Self::NoExecute => "NoExecute",
        }
    }
}

/// Labels and annotations to set (`Some`) or to remove (`None`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetadataChange {
    /// Labels.
    pub labels: BTreeMap<String, Option<String>>,
    /// Annotations.
    pub annotations: BTreeMap<String, Option<String>>,
}

/// An action of an object's kind, and whether the reader may carry it out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OfferedAction {
    /// Which action.
    pub action: ActionKind,
    /// The right that is missing, if one is.
    pub missing: Option<Need>,
    /// The value in force, where the action sets one: the present replicas for Scale.
    pub current: Option<i64>,
}

/// How an action went for one target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Which object.
    pub resource: ResourceRef,
    /// Why it failed, if it did.
    pub error: Option<ConsoleError>,
    /// The job that carries it on, if it takes long.
    pub job: Option<String>,
    /// What was created by it, such as the job of a triggered cron job.
    pub created: Option<ResourceRef>,
    /// What takes it back, where the object was otherwise before and that is known.
    #[serde(default)]
    pub undo: Option<Action>,
}

impl Outcome {
    /// Of an object with which it went well, and of which there is nothing more to say.
    pub fn of(resource: ResourceRef) -> Self {
        Self { resource, error: None, job: None, created: None, undo: None }
    }

    /// Whether it went well.
    pub fn is_well(&self) -> bool {
        self.error.is_none()
    }
}

/// A piece of long work, which goes on when nobody looks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Job {
    /// Its id.
    pub id: String,
    /// What it works on, when that is one object.
    pub resource: Option<ResourceRef>,
    /// What it works on, and how far it is, when that is many.
    pub many: Option<Many>,
    /// Which action.
    pub action: ActionKind,
    /// When it began.
    pub started: Timestamp,
    /// When it ended, if it has.
    pub ended: Option<Timestamp>,
    /// Why it failed, if it did.
    pub error: Option<ConsoleError>,
    /// Its steps in order; of many objects the first that went wrong.
    pub steps: Vec<JobStep>,
}

model::read_once!(Job);

impl Job {
    /// The cluster that it works on.
    pub fn cluster(&self) -> Option<&ClusterName> {
        let of_one = self.resource.as_ref().map(|resource| &resource.cluster);
        of_one.or_else(|| self.many.as_ref().map(|many| &many.work.query.cluster))
    }
}

/// One step of a piece of long work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobStep {
    /// What it works on.
    pub resource: ResourceRef,
    /// How it stands: waiting, evicting, gone, refused ...
    pub status: model::Status,
    /// How it stands with a pod that is to leave its node; the word of its status says the same in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod: Option<PodLeaving>,
    /// Why it stands so; the reason of its status says the same in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ConsoleError>,
}

/// How it stands with a pod of a node that is emptied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PodLeaving {
    /// It has left.
    Gone,
    /// It is not asked to leave.
    Stays,
    /// It was asked to leave, and does.
    Leaving,
    /// Its disruption budget does not let it leave yet.
    Budget,
    /// It is not known whether it was asked to leave.
    Unclear,
    /// It cannot be asked to leave.
    Refused,
}

impl PodLeaving {
    /// By which word texts know it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Stays => "stays",
            Self::Leaving => "leaving",
            Self::Budget => "budget",
            Self::Unclear => "unclear",
            Self::Refused => "refused",
        }
    }
}
