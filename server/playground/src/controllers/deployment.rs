//! Rolls a deployment's pods from one template to the next through `ReplicaSets`.

use std::sync::Arc;
use std::time::Duration;

use playground_kubernetes::Status;
use serde_json::{Value, json};

use super::replica_set::set_generation;
use super::{Controller, Outcome, Watch};
use crate::clock::seconds_between;
use crate::objects::{
    Key, annotation, condition, controller_key, controller_reference, flag, integer, is_controlled_by,
    is_deleting, name, namespace, remove_condition, set, set_updated_condition, template_hash, text, time_at,
};
use crate::site::Site;

const COMPONENT: &str = "deployment-controller";
const REVISION: &str = "deployment.kubernetes.io/revision";
const DESIRED: &str = "deployment.kubernetes.io/desired-replicas";
const MOST: &str = "deployment.kubernetes.io/max-replicas";
const HASH_LABEL: &str = "pod-template-hash";

/// The controller of Deployments.
pub struct Deployments;

impl Controller for Deployments {
    fn name(&self) -> &'static str {
        COMPONENT
    }

    fn watches(&self) -> Vec<Watch> {
        vec![
            Watch::itself("deployments.apps"),
            Watch {
                kind: "replicasets.apps",
                keys: |_, set| controller_key(set, "Deployment").into_iter().collect(),
            },
        ]
    }

    fn reconcile(&mut self, site: &Site, key: &Key) -> Outcome {
        let Some(deployment) = site.at("deployments.apps", key) else { return Ok(None) };
        if is_deleting(&deployment) {
            return Ok(None);
        }
        let mut rollout = Rollout::look(site, &deployment);
        if flag(&deployment, "/spec/paused") {
            rollout.rescale_paused()?;
        } else {
            rollout.ensure_new_set()?;
            if text(&deployment, "/spec/strategy/type") == "Recreate" {
                rollout.recreate()?;
            } else {
                rollout.roll()?;
            }
            rollout.forget_old_sets()?;
        }
        rollout.write_status()
    }
}

/// One look at a deployment and its `ReplicaSets`.
struct Rollout<'a> {
    site: &'a Site,
    deployment: &'a Value,
    new: Option<Arc<Value>>,
    old: Vec<Arc<Value>>,
}

fn wished(set: &Value) -> i64 {
    integer(set, "/spec/replicas").unwrap_or(1)
}

fn counted(set: &Value, field: &str) -> i64 {
    integer(set, &format!("/status/{field}")).unwrap_or(0)
}

fn revision(object: &Value) -> i64 {
    annotation(object, REVISION).parse().unwrap_or(0)
}

/// The template without the label the controller adds itself.
fn plain_template(template: &Value) -> Value {
    let mut plain = template.clone();
    crate::objects::remove(&mut plain, "/metadata/labels", HASH_LABEL);
    plain
}

/// A count that may be given as a percentage of the wished replicas.
pub fn count_or_percent(value: Option<&Value>, of: i64, default: &str, round_up: bool) -> i64 {
    let given = value.filter(|value| !value.is_null()).cloned().unwrap_or_else(|| default.into());
    let Some(percent) = given.as_str().and_then(|given| given.strip_suffix('%')) else {
        return given.as_i64().or_else(|| given.as_str()?.parse().ok()).unwrap_or(0);
    };
    let share = percent.parse::<f64>().unwrap_or(0.0) * of as f64 / 100.0;
    (if round_up { share.ceil() } else { share.floor() }) as i64
}

impl<'a> Rollout<'a> {
    fn look(site: &'a Site, deployment: &'a Value) -> Self {
        let mut sets = site.list("replicasets.apps", namespace(deployment));
        sets.retain(|set| is_controlled_by(set, deployment) && !is_deleting(set));
        sets.sort_by_key(|set| (revision(set), name(set).to_owned()));
        let template = plain_template(&deployment["spec"]["template"]);
        let current = sets.iter().rposition(|set| plain_template(&set["spec"]["template"]) == template);
        let new = current.map(|index| sets.remove(index));
        Self { site, deployment, new, old: sets }
    }

    fn replicas(&self) -> i64 {
        wished(self.deployment)
    }

    fn max_surge(&self) -> i64 {
        let value = self.deployment.pointer("/spec/strategy/rollingUpdate/maxSurge");
        count_or_percent(value, self.replicas(), "25%", true)
    }

    fn max_unavailable(&self) -> i64 {
        let value = self.deployment.pointer("/spec/strategy/rollingUpdate/maxUnavailable");
        let count = count_or_percent(value, self.replicas(), "25%", false);
        if count == 0 && self.max_surge() == 0 { 1 } else { count }
    }

    /// Finds or makes the set of the present template and gives it the newest revision.
    fn ensure_new_set(&mut self) -> Result<(), Status> {
        let newest = self.old.iter().map(|set| revision(set)).max().unwrap_or(0);
        let (set, revision) = match &self.new {
            Some(set) if revision(set) > newest => (set.clone(), revision(set)),
            Some(set) => {
                let cause = annotation(self.deployment, "kubernetes.io/change-cause").to_owned();
                let set = self.site.update("replicasets.apps", &Key::of(set), |set| {
                    set["metadata"]["annotations"][REVISION] = (newest + 1).to_string().into();
                    if !cause.is_empty() {
                        set["metadata"]["annotations"]["kubernetes.io/change-cause"] = cause.into();
                    }
                })?;
                (set, newest + 1)
            }
            None => (self.create_set(newest + 1)?, newest + 1),
        };
        self.new = Some(set);
        if self::revision(self.deployment) != revision {
            self.site.update("deployments.apps", &Key::of(self.deployment), |deployment| {
                set_annotation(deployment, REVISION, &revision.to_string());
            })?;
        }
        Ok(())
    }

    fn create_set(&self, revision: i64) -> Result<Arc<Value>, Status> {
        let deployment = self.deployment;
        let mut template = deployment["spec"]["template"].clone();
        let hash = template_hash(&template);
        let replicas = match text(deployment, "/spec/strategy/type") {
            "Recreate" if self.old.iter().any(|set| counted(set, "replicas") > 0) => 0,
            "Recreate" => self.replicas(),
            _ => self.room_for_new(0),
        };
        set(&mut template, &format!("/metadata/labels/{HASH_LABEL}"), hash.clone().into());
        let mut selector = deployment["spec"]["selector"].clone();
        set(&mut selector, &format!("/matchLabels/{HASH_LABEL}"), hash.clone().into());
        let mut annotations = json!({
            REVISION: revision.to_string(), DESIRED: self.replicas().to_string(),
            MOST: (self.replicas() + self.max_surge()).to_string(),
        });
        let cause = annotation(deployment, "kubernetes.io/change-cause");
        if !cause.is_empty() {
            annotations["kubernetes.io/change-cause"] = cause.into();
        }
        let mut spec = json!({ "replicas": replicas, "selector": selector, "template": template });
        if let Some(seconds) = integer(deployment, "/spec/minReadySeconds").filter(|seconds| *seconds > 0) {
            spec["minReadySeconds"] = seconds.into();
        }
        let created = self.site.create(json!({
            "apiVersion": "apps/v1", "kind": "ReplicaSet",
            "metadata": {
                "name": format!("{}-{hash}", name(deployment)), "namespace": namespace(deployment),
                "labels": template["metadata"]["labels"], "annotations": annotations,
                "ownerReferences": [controller_reference(deployment)],
            },
            "spec": spec,
        }))?;
        self.tell_scaled("up", &created, 0, replicas);
        Ok(created)
    }

    /// How many pods the new set may have while `own` of the present ones are its own.
    fn room_for_new(&self, own: i64) -> i64 {
        let all = own + self.old.iter().map(|set| wished(set)).sum::<i64>();
        let room = (self.replicas() + self.max_surge() - all).max(0);
        (own + room).min(self.replicas())
    }

    fn tell_scaled(&self, direction: &str, set: &Value, from: i64, to: i64) {
        if from != to {
            let message = format!("Scaled {direction} replica set {} from {from} to {to}", name(set));
            self.site.normal(self.deployment, "ScalingReplicaSet", &message, COMPONENT);
        }
    }

    fn scale_to(&self, set: &Arc<Value>, replicas: i64) -> Result<Arc<Value>, Status> {
        let from = wished(set);
        let (desired, most) = (self.replicas(), self.replicas() + self.max_surge());
        let written = self.site.update("replicasets.apps", &Key::of(set), |set| {
            set["spec"]["replicas"] = replicas.into();
            set_annotation(set, DESIRED, &desired.to_string());
            set_annotation(set, MOST, &most.to_string());
        })?;
        self.tell_scaled(if replicas > from { "up" } else { "down" }, set, from, replicas);
        Ok(written)
    }

    /// One step of a rolling update: first more of the new, then fewer of the old.
    fn roll(&mut self) -> Result<(), Status> {
        let Some(new) = self.new.clone() else { return Ok(()) };
        let target =
            if wished(&new) > self.replicas() { self.replicas() } else { self.room_for_new(wished(&new)) };
        let new = if target == wished(&new) { new } else { self.scale_to(&new, target)? };
        self.new = Some(new.clone());

        let least_available = self.replicas() - self.max_unavailable();
        let all_wished: i64 = wished(&new) + self.old.iter().map(|set| wished(set)).sum::<i64>();
        let new_unavailable = wished(&new) - counted(&new, "availableReplicas");
        let mut removable = all_wished - least_available - new_unavailable;
        let mut old = std::mem::take(&mut self.old);
        for set in &mut old {
            let sick =
                (counted(set, "replicas") - counted(set, "availableReplicas")).clamp(0, removable.max(0));
            let target = (wished(set) - sick).max(0);
            if target < wished(set) && counted(set, "replicas") == wished(set) {
                removable -= wished(set) - target;
                *set = self.scale_to(set, target)?;
            }
        }
        let available: i64 = counted(&new, "availableReplicas").min(wished(&new))
            + old.iter().map(|set| counted(set, "availableReplicas").min(wished(set))).sum::<i64>();
        let mut removable = removable.min(available - least_available);
        for set in &mut old {
            let fewer = wished(set).min(removable.max(0));
            if fewer > 0 {
                removable -= fewer;
                *set = self.scale_to(set, wished(set) - fewer)?;
            }
        }
        self.old = old;
        Ok(())
    }

    /// First none of the old, then all of the new.
    fn recreate(&mut self) -> Result<(), Status> {
        let mut old = std::mem::take(&mut self.old);
        for set in old.iter_mut().filter(|set| wished(set) > 0) {
            *set = self.scale_to(set, 0)?;
        }
        self.old = old;
        let gone = self.old.iter().all(|set| counted(set, "replicas") == 0);
        match self.new.clone() {
            Some(new) if gone && wished(&new) != self.replicas() => {
                self.new = Some(self.scale_to(&new, self.replicas())?);
            }
            _ => {}
        }
        Ok(())
    }

    /// A paused deployment keeps its templates but still follows a change of its size.
    fn rescale_paused(&mut self) -> Result<(), Status> {
        let sets: Vec<_> = self.new.iter().chain(&self.old).cloned().collect();
        let all: i64 = sets.iter().map(|set| wished(set)).sum();
        let Some(largest) = sets.iter().max_by_key(|set| wished(set)) else { return Ok(()) };
        let in_progress = sets.iter().filter(|set| wished(set) > 0).count() > 1;
        let surplus = all - self.replicas();
        if (in_progress && surplus <= self.max_surge() && surplus >= 0) || surplus == 0 {
            return Ok(());
        }
        let target = (wished(largest) - surplus).max(0);
        self.scale_to(largest, target).map(drop)
    }

    fn forget_old_sets(&self) -> Result<(), Status> {
        let kept = integer(self.deployment, "/spec/revisionHistoryLimit").unwrap_or(10).max(0) as usize;
        let idle: Vec<_> =
            self.old.iter().filter(|set| wished(set) == 0 && counted(set, "replicas") == 0).collect();
        for set in idle.iter().take(idle.len().saturating_sub(kept)) {
            self.site.delete("replicasets.apps", &Key::of(set))?;
        }
        Ok(())
    }

    fn write_status(&self) -> Outcome {
        let now = self.site.clock.now();
        let mut status = self.deployment["status"].clone();
        let sets: Vec<_> = self.new.iter().chain(&self.old).collect();
        let sum = |field: &str| sets.iter().map(|set| counted(set, field)).sum::<i64>();
        let updated = self.new.as_ref().map_or(0, |set| counted(set, "replicas"));
        let (all, ready, available) = (sum("replicas"), sum("readyReplicas"), sum("availableReplicas"));
        let before = self.deployment["status"].clone();
        for (field, count) in [
            ("replicas", all),
            ("updatedReplicas", updated),
            ("readyReplicas", ready),
            ("availableReplicas", available),
        ] {
            set(&mut status, &format!("/{field}"), count.into());
        }
        set(&mut status, "/unavailableReplicas", (self.replicas() - available).max(0).into());
        set_generation(&mut status, self.deployment);

        if available >= self.replicas() - self.max_unavailable() {
            let message = "Deployment has minimum availability.";
            set_updated_condition(&mut status, "Available", "True", "MinimumReplicasAvailable", message, now);
        } else {
            let message = "Deployment does not have minimum availability.";
            set_updated_condition(
                &mut status,
                "Available",
                "False",
                "MinimumReplicasUnavailable",
                message,
                now,
            );
        }
        let complete = updated == self.replicas() && all == updated && available >= updated;
        let counts = ["updatedReplicas", "readyReplicas", "availableReplicas", "replicas"];
        let moved = counts.iter().any(|field| before[*field] != status[*field]);
        let again = self.write_progress(&mut status, complete, moved);
        let failure = sets.iter().find_map(|set| condition(set, "ReplicaFailure"));
        match failure {
            Some(failure) => {
                let message = text(failure, "/message");
                set_updated_condition(&mut status, "ReplicaFailure", "True", "FailedCreate", message, now);
            }
            None => remove_condition(&mut status, "ReplicaFailure"),
        }
        self.site.write_status("deployments.apps", &Key::of(self.deployment), status)?;
        Ok(again)
    }

    /// Tells whether the rollout is done, moving, stuck or paused; answers when to look again.
    fn write_progress(&self, status: &mut Value, complete: bool, moved: bool) -> Option<Duration> {
        let now = self.site.clock.now();
        let mut say = |value: &str, reason: &str, message: &str| {
            set_updated_condition(status, "Progressing", value, reason, message, now);
        };
        let new_name = self.new.as_ref().map_or_else(String::new, |set| name(set).to_owned());
        if flag(self.deployment, "/spec/paused") {
            say("Unknown", "DeploymentPaused", "Deployment is paused");
            return None;
        }
        if complete {
            let message = format!("ReplicaSet \"{new_name}\" has successfully progressed.");
            say("True", "NewReplicaSetAvailable", &message);
            return None;
        }
        let deadline = integer(self.deployment, "/spec/progressDeadlineSeconds").unwrap_or(600).max(1) as f64;
        let progressing = condition(self.deployment, "Progressing");
        let reason = progressing.map_or("", |condition| text(condition, "/reason"));
        let subject = progressing.map_or("", |condition| text(condition, "/message"));
        let about_this_set = subject.contains(&format!("\"{new_name}\""));
        let since = progressing.and_then(|condition| time_at(condition, "/lastUpdateTime")).unwrap_or(now);
        let waited = seconds_between(since, now);
        if about_this_set && reason == "ProgressDeadlineExceeded" && !moved {
            return None;
        }
        if about_this_set && reason == "NewReplicaSetAvailable" {
            // A finished rollout that lost a pod is not a new rollout, so no deadline runs.
            return None;
        }
        if about_this_set && !moved && waited > deadline {
            let message = format!("ReplicaSet \"{new_name}\" has timed out progressing.");
            say("False", "ProgressDeadlineExceeded", &message);
            return None;
        }
        if moved || !about_this_set {
            say("Unknown", "", "");
            say("True", "ReplicaSetUpdated", &format!("ReplicaSet \"{new_name}\" is progressing."));
        }
        Some(Duration::from_secs_f64((deadline - waited).max(1.0) + 1.0))
    }
}

fn set_annotation(object: &mut Value, key: &str, value: &str) {
    if !object["metadata"]["annotations"].is_object() {
        object["metadata"]["annotations"] = json!({});
    }
    object["metadata"]["annotations"][key] = value.into();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_round_up_for_surge_and_down_for_unavailability() {
        assert_eq!(count_or_percent(Some(&json!("25%")), 3, "25%", true), 1);
        assert_eq!(count_or_percent(Some(&json!("25%")), 3, "25%", false), 0);
        assert_eq!(count_or_percent(Some(&json!(2)), 3, "25%", false), 2);
        assert_eq!(count_or_percent(None, 8, "25%", false), 2);
    }
}
