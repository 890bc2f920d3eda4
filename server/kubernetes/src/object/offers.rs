//! What can be done to an object as it is, and which right is missing for it.

use crate::caller::ForCaller;
use crate::change::need_of;
use crate::discovery::Served;
use access::{Need, Place, Refused, Resource, Verb, decide};
use kinds::Object;
use model::{ActionKind, ConsoleError, ResourceRef};
use resources_contract::{Container, OfferedAction, TerminalOffer};

/// Kinds whose pods run for some time.
const WITH_PODS: [&str; 5] = ["daemonsets", "deployments", "jobs", "replicasets", "statefulsets"];

/// Kinds that run no pods for long, but whose pods' logs are read together.
const WITH_LOGS: [&str; 2] = ["cronjobs", "replicationcontrollers"];

impl ForCaller {
    /// Whether a shell could run in it or in one of its pods, and whether the caller may ask for one. Of a pod it takes the
    /// containers.
    pub(super) fn terminal_offer(
        &self,
        resource: &ResourceRef,
        containers: &[Container],
    ) -> Option<TerminalOffer> {
        let exec = Resource::new("", "pods").part("exec");
        let need = match resource.kind.as_str() {
            "nodes" => Need::on(Verb::Create, Resource::new("", "nodes").part("shell"), resource),
            "pods" => containers
                .iter()
                .any(|container| container.runs)
                .then(|| Need::on(Verb::Create, exec, resource))?,
            kind if WITH_PODS.contains(&kind) => {
                let place = Place::Namespace(resource.namespace.clone()?);
                Need::to_all(Verb::Create, exec, resource.cluster.clone(), place)
            }
            _ => return None,
        };
        Some(TerminalOffer { missing: self.missing(&need) })
    }

    /// The right, if the caller lacks it.
    fn missing(&self, need: &Need) -> Option<model::Need> {
        let refusal = decide(&self.caller, need).err()?;
        match Refused::NotAllowed(refusal).into() {
            ConsoleError::Forbidden { need, .. } => Some(need),
            _ => unreachable!("what is not allowed is forbidden"),
        }
    }

    /// The kind's actions that make sense for this object as it is, and which the caller lacks the right for. `pulled` says
    /// whether its project pulls with it by default.
    pub(super) fn actions(
        &self,
        served: &Served,
        resource: &ResourceRef,
        object: &Object<'_>,
        pulled: Option<bool>,
    ) -> Vec<OfferedAction> {
        let mut offered = Vec::new();
        for action in &served.kind.actions {
            let Some((need, current)) = offer(*action, served, resource, object, pulled) else { continue };
            offered.push(OfferedAction { action: *action, missing: self.missing(&need), current });
        }
        offered
    }
}

/// Whether there is a log to read: of a pod that has begun, or of the pods of a workload, or of those that a service leads to.
pub(super) fn has_log(kind: &str, object: &Object<'_>, containers: &[Container]) -> bool {
    match kind {
        "pods" => containers.iter().any(|container| container.has_log),
        "services" => object.at("/spec/selector").is_some_and(|selector| !selector.entries().is_empty()),
        kind => WITH_PODS.contains(&kind) || WITH_LOGS.contains(&kind),
    }
}

/// What an action needs, and the value in force where it sets one. `None` when it makes no sense now.
fn offer(
    action: ActionKind,
    served: &Served,
    resource: &ResourceRef,
    object: &Object<'_>,
    pulled: Option<bool>,
) -> Option<(Need, Option<i64>)> {
    let is = |path: &str| object.is_true(path);
    let makes_sense = match action {
        ActionKind::Pause => !is("/spec/paused"),
        ActionKind::Resume => is("/spec/paused"),
        ActionKind::Cordon => !is("/spec/unschedulable"),
        ActionKind::Uncordon => is("/spec/unschedulable"),
        ActionKind::Suspend => !is("/spec/suspend"),
        ActionKind::Unsuspend => is("/spec/suspend"),
        ActionKind::PullByDefault => pulled == Some(false),
        ActionKind::NotPullByDefault => pulled == Some(true),
        ActionKind::Edit
        | ActionKind::Scale
        | ActionKind::Restart
        | ActionKind::RollBack
        | ActionKind::Drain
        | ActionKind::Taint
        | ActionKind::Trigger
        | ActionKind::SetMetadata
        | ActionKind::Delete => true,
    };
    let verb = match action {
        ActionKind::Delete => "delete",
        ActionKind::Trigger => "get",
        _ => "patch",
    };
    let current = if action == ActionKind::Scale { object.number_at("/spec/replicas") } else { None };
    (makes_sense && served.can(verb)).then(|| (need_of(action, served, resource), current))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn a_service_has_the_logs_of_the_pods_that_it_leads_to() {
        let has = |spec: &str| {
            let service = format!(r#"{{"spec":{spec}}}"#);
            has_log("services", &Object::parse(service.as_bytes()).unwrap(), &[])
        };

        assert!(has(r#"{"selector":{"app":"web"}}"#));
        assert!(!has(r#"{"selector":{}}"#) && !has(r#"{"type":"ExternalName"}"#));
        assert!(has_log("cronjobs", &Object::Null, &[]) && !has_log("configmaps", &Object::Null, &[]));
    }
}
