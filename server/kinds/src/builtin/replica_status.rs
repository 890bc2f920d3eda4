//! How well a kind with replicas is.

use super::shared::{from_condition, terminating};
use crate::said::{Text, say};
use crate::{Health, Object};
use model::Level;

/// Numbers of pods, as each kind's own fields tell them.
struct Replicas {
    wanted: i64,
    present: i64,
    updated: i64,
    available: i64,
    /// Whether the controller has seen the newest specification.
    observed: bool,
}

impl Replicas {
    fn read(object: &Object<'_>, wanted: i64) -> Self {
        let number = |path| object.number_at(path).unwrap_or_default();
        Self {
            wanted,
            present: number("/status/replicas"),
            updated: number("/status/updatedReplicas"),
            available: number("/status/availableReplicas"),
            observed: is_observed(object),
        }
    }
}

fn is_observed(object: &Object<'_>) -> bool {
    let generation = object.number_at("/metadata/generation").unwrap_or_default();
    object.number_at("/status/observedGeneration").unwrap_or_default() >= generation
}

/// Replicas default to one.
fn wanted(object: &Object<'_>) -> i64 {
    object.number_at("/spec/replicas").unwrap_or(1)
}

pub(super) fn deployment(object: &Object<'_>) -> Health {
    let replicas = Replicas::read(object, wanted(object));
    terminating(object).or_else(|| stopped(&replicas)).unwrap_or_else(|| {
        if let Some(failure) = failure(object) {
            return failure;
        }
        let progressing = object.condition("Progressing");
        if let Some(progressing) = progressing.filter(|condition| condition.text_at("/status") == "False") {
            return from_condition(Level::Failed, progressing);
        }
        if object.is_true("/spec/paused") {
            return paused(&replicas);
        }
        let complete =
            progressing.is_none_or(|condition| condition.text_at("/reason") == "NewReplicaSetAvailable");
        rollout(&replicas, !complete)
    })
}

pub(super) fn stateful_set(object: &Object<'_>) -> Health {
    let mut replicas = Replicas::read(object, wanted(object));
    let revisions = (object.text_at("/status/currentRevision"), object.text_at("/status/updateRevision"));
    let partition = object.number_at("/spec/updateStrategy/rollingUpdate/partition").unwrap_or_default();
    let by_hand = object.text_at("/spec/updateStrategy/type") == "OnDelete";
    if revisions.0 == revisions.1 || by_hand || replicas.updated >= replicas.wanted - partition {
        replicas.updated = replicas.wanted;
    }
    terminating(object).or_else(|| stopped(&replicas)).unwrap_or_else(|| rollout(&replicas, false))
}

pub(super) fn daemon_set(object: &Object<'_>) -> Health {
    let number = |path| object.number_at(path).unwrap_or_default();
    let desired = number("/status/desiredNumberScheduled");
    let by_hand = object.text_at("/spec/updateStrategy/type") == "OnDelete";
    let replicas = Replicas {
        wanted: desired,
        present: number("/status/currentNumberScheduled"),
        updated: if by_hand { desired } else { number("/status/updatedNumberScheduled") },
        available: number("/status/numberAvailable"),
        observed: is_observed(object),
    };
    terminating(object).unwrap_or_else(|| {
        if desired == 0 && replicas.observed {
            return Health::new(Level::Inactive, "Stopped").because(say("reason.replicas.no-node"));
        }
        rollout(&replicas, false)
    })
}

pub(super) fn replica_set(object: &Object<'_>) -> Health {
    let mut replicas = Replicas::read(object, wanted(object));
    replicas.updated = replicas.wanted;
    // With a deployment above it, that one knows whether its pods take too long.
    let owned = !object.items_at("/metadata/ownerReferences").is_empty();
    let starting = owned || replicas.present < replicas.wanted;
    let stopped = stopped(&replicas);
    terminating(object)
        .or(stopped)
        .or_else(|| failure(object))
        .unwrap_or_else(|| rollout(&replicas, starting))
}

fn stopped(replicas: &Replicas) -> Option<Health> {
    match (replicas.wanted, replicas.present) {
        (0, 0) => Some(Health::new(Level::Inactive, "Stopped").because(say("reason.replicas.zero"))),
        (0, present) => Some(
            Health::new(Level::Progressing, "Stopping")
                .because(say("reason.replicas.stopping").with("count", present)),
        ),
        _ => None,
    }
}

fn failure(object: &Object<'_>) -> Option<Health> {
    let failure =
        object.condition("ReplicaFailure").filter(|failure| failure.text_at("/status") == "True")?;
    Some(from_condition(Level::Failed, failure))
}

fn paused(replicas: &Replicas) -> Health {
    let level = if replicas.available < replicas.wanted { Level::Warning } else { Level::Inactive };
    let reason =
        say("reason.replicas.paused").with("available", replicas.available).with("wanted", replicas.wanted);
    Health::new(level, "Paused").because(reason)
}

fn rollout(replicas: &Replicas, starting: bool) -> Health {
    let Replicas { wanted, present, updated, available, observed } = *replicas;
    if !observed {
        return Health::new(Level::Progressing, "Updating").because(say("reason.replicas.unseen"));
    }
    if updated < wanted {
        let reason = say("reason.replicas.updated").with("updated", updated).with("wanted", wanted);
        return Health::new(Level::Progressing, "Updating").because(reason);
    }
    if starting && available < wanted {
        return Health::new(Level::Progressing, "Updating").because(are_available(available, wanted));
    }
    if present > updated {
        let reason = say("reason.replicas.earlier").with("count", present - updated);
        return Health::new(Level::Progressing, "Updating").because(reason);
    }
    if available < wanted {
        let level = if available == 0 { Level::Failed } else { Level::Warning };
        let word = format!("{} unavailable", wanted - available);
        return Health::new(level, word).because(are_available(available, wanted));
    }
    Health::new(Level::Healthy, "Running")
}

fn are_available(available: i64, wanted: i64) -> Text {
    say("reason.replicas.available").with("available", available).with("wanted", wanted)
}
