//! One object and what belongs to it.

use crate::{DiffLine, OfferedAction, Outside};
use leptos::prelude::*;
use model::{Cell, ConsoleError, Level, Need, ObjectName, ResourceRef, Status, Timestamp, Unit};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// One object with what belongs to it. Also the value of [`model::live::Topic::Object`].
#[server(endpoint = "resources/object", input = Json)]
pub async fn read_object(
    /// Which object.
    resource: ResourceRef,
) -> Result<ObjectView, ConsoleError> {
    model::port::<dyn crate::Resources>()?.object(resource).await
}

/// An object as its page shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct ObjectView {
    /// Which object.
    pub resource: ResourceRef,
    /// Its kind in the reader's language, such as "Deployment".
    pub kind_title: String,
    /// Its identity.
    pub uid: String,
    /// Its version; a feed continues from here.
    pub resource_version: String,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// When its deletion was asked for, if it was.
    pub deleting_since: Option<Timestamp>,
    /// Finalizers that its deletion waits for.
    pub finalizers: Vec<String>,
    /// How well it is, for kinds that know.
    pub status: Option<Status>,
    /// Its owners, nearest first.
    pub owners: Vec<Owner>,
    /// Its labels.
    pub labels: Vec<(String, String)>,
    /// Its annotations, without those that hold whole manifests.
    pub annotations: Vec<(String, String)>,
    /// Why it is unwell, most likely cause first; empty when nothing is wrong.
    pub findings: Vec<Finding>,
    /// The kind's columns as facts.
    pub facts: Vec<Fact>,
    /// `status.conditions`.
    pub conditions: Vec<Condition>,
    /// Containers, for pods and for kinds with a pod template.
    pub containers: Vec<Container>,
    /// What it owns or selects, as a tree.
    pub tree: Vec<TreeNode>,
    /// How many more than `tree` lists.
    pub tree_more: u32,
    /// Of a node, how much its pods ask for.
    pub requested: Vec<Requested>,
    /// Of a claim, why its data cannot be copied.
    #[serde(default)]
    pub copying: CopyHindrances,
    /// Of a service, where it is reached from outside its cluster.
    #[serde(default)]
    pub outside: Outside,
    /// Of a secret with a login to a registry, whether the pods of its project pull with it by default, where that is known.
    #[serde(default)]
    pub pulled_by_default: Option<bool>,
    /// Events of the object and of what it owns, newest first.
    pub events: Vec<EventView>,
    /// Earlier versions of a workload, newest first.
    pub revisions: Vec<Revision>,
    /// Actions of its kind, allowed or not.
    pub actions: Vec<OfferedAction>,
    /// Whether it writes a log, or its pods do.
    pub has_log: bool,
    /// Whether a terminal can be opened in it, or in one of its pods; `None` when nothing of it could run one.
    pub terminal: Option<TerminalOffer>,
    /// Whether its kind carries values that are hidden until revealed.
    pub secret: bool,
    /// Whether its kind's definition says enough of its fields for a form.
    #[serde(default)]
    pub described: bool,
}

model::read_once!(ObjectView);

/// A terminal, and whether the reader may open it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TerminalOffer {
    /// The right that is missing, if one is.
    pub missing: Option<Need>,
}

/// An owner of an object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Owner {
    /// Which object.
    pub resource: ResourceRef,
    /// Its kind in the reader's language.
    pub kind_title: String,
}

/// One explanation of ill health, in the reader's language; what the cluster says in it stays as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// How bad it is.
    pub level: Level,
    /// What is wrong, in one line.
    pub title: String,
    /// How it is known: exit codes, messages, arithmetic.
    pub detail: String,
    /// What to do next.
    pub next_step: String,
    /// The object where it shows, if it is another one.
    pub at: Option<ResourceRef>,
    /// The last log lines, when they tell why.
    pub log: Vec<String>,
}

/// A named value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is, in the reader's language.
    pub title: String,
    /// The value.
    pub value: Cell,
}

/// One of `status.conditions`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// Such as `Available`.
    pub kind: String,
    /// `True`, `False` or `Unknown`.
    pub state: String,
    /// Whether this state is a good one.
    pub level: Level,
    /// Such as `MinimumReplicasUnavailable`.
    pub reason: String,
    /// The controller's sentence.
    pub message: String,
    /// Since when.
    pub since: Option<Timestamp>,
}

/// What a container is among those of its pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContainerRole {
    /// It does the pod's work, or looks into it.
    Main,
    /// It runs before the others, and ends.
    Init,
    /// It starts before the others, and stays.
    Sidecar,
}

/// A container of a pod or of a pod template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// Its image.
    pub image: String,
    /// What it is among those of its pod.
    pub role: ContainerRole,
    /// How well it is; `None` in a template.
    pub status: Option<Status>,
    /// How often it was restarted.
    pub restarts: i64,
    /// How it ended the last time: reason, exit code, message.
    pub last_end: Option<String>,
    /// Ports as `8080/TCP http`.
    pub ports: Vec<String>,
    /// Requests and limits as `cpu 100m–500m`.
    pub resources: Vec<String>,
    /// What runs in it, where that is not what its image says.
    pub command: String,
    /// How it is asked whether it is well, and what happens when it begins and ends.
    pub probes: Vec<Probe>,
    /// What is mounted where, as `data → /var/lib/data`.
    pub mounts: Vec<String>,
    /// Whether it runs at this moment.
    pub runs: bool,
    /// Whether a log may be read.
    pub has_log: bool,
    /// Whether the log of the run before exists.
    pub has_previous_log: bool,
}

/// A question to a container, or what happens when it begins or ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// Which: `liveness`, `readiness`, `startup`, `post_start` or `pre_stop`.
    pub kind: String,
    /// What, as `GET http://:8080/healthz`; of a question also how often, and how many failures count.
    pub what: String,
}

/// An object below another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TreeNode {
    /// Which object.
    pub resource: ResourceRef,
    /// Its kind in the reader's language.
    pub kind_title: String,
    /// How well it is.
    pub status: Option<Status>,
    /// What it owns.
    pub children: Vec<TreeNode>,
    /// How many more children there are than are listed.
    pub more: u32,
    /// Of a pod, where it runs and since when.
    pub pod: Option<PodFacts>,
}

/// Where a pod runs, since when, and how much it may take.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PodFacts {
    /// The node, once it has one.
    pub node: Option<ObjectName>,
    /// Its address, or `""`.
    pub address: String,
    /// The images of its containers.
    pub images: Vec<String>,
    /// How often its containers were restarted.
    pub restarts: i64,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// Processors.
    #[serde(default)]
    pub cpu: Amounts,
    /// Bytes of memory.
    #[serde(default)]
    pub memory: Amounts,
}

/// How much of something a pod asks for, and how much it may take at most, where that is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Amounts {
    /// So much is kept for it.
    pub request: Option<f64>,
    /// It gets no more.
    pub limit: Option<f64>,
}

/// How much of something the pods of a node ask for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Requested {
    /// Of what: `cpu`, `memory` or `pods`.
    pub what: String,
    /// So much.
    pub amount: f64,
    /// Of so much that the node has to give.
    pub of: f64,
    /// What both count.
    pub unit: Unit,
}

/// Why the data of a claim cannot be copied; nothing where that may well be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyHindrances {
    /// Into a snapshot.
    pub snapshot: Option<CopyHindrance>,
    /// Into another claim.
    pub clone: Option<CopyHindrance>,
}

/// What hinders a copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CopyHindrance {
    /// Its volume is one that no CSI driver keeps, and nothing else copies.
    NotByDriver,
    /// The cluster has no CSI driver of the name that its class gives.
    NoDriver {
        /// The name.
        provisioner: String,
    },
    /// The driver has no snapshot class.
    NoSnapshotClass {
        /// The driver's name.
        driver: String,
    },
}

/// An event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventView {
    /// Warning or normal.
    pub level: Level,
    /// Such as `BackOff`.
    pub reason: String,
    /// The sentence.
    pub message: String,
    /// How often.
    pub count: i64,
    /// When last.
    pub last_seen: Timestamp,
    /// Who says so.
    pub source: String,
    /// What it is about, if it is another object.
    pub about: Option<ResourceRef>,
}

/// An earlier version of a workload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Revision {
    /// Its number.
    pub number: i64,
    /// Whether it is the one in force.
    pub current: bool,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// Its images.
    pub images: Vec<String>,
    /// What caused it, from the annotation `kubernetes.io/change-cause`.
    pub cause: String,
    /// Its pods: ready, wanted.
    pub pods: (i64, i64),
    /// The revision before it that is still kept.
    pub before: Option<i64>,
    /// What its pod template has otherwise than that one.
    pub diff: Vec<DiffLine>,
}
