//! Actions as requests: what each sends is decided without sending it, so that it can be tested as a table.

use crate::change::echo::Echo;
use crate::change::evictions::Plan;
use crate::change::grants::{Act, Try};
use crate::change::live::State;
use crate::change::owners::MANAGER;
use crate::change::{evictions, labels, live, pull_secrets, rollback, taints, trigger};
use crate::slug::built_in;
use crate::{As, Call, Cluster, KubernetesError, Served};
use access::{Granted, Identity};
use http::Method;
use model::fault::ActFault;
use model::{ActionKind, ObjectName, ResourceRef, Timestamp};
use resources_contract::{Action, Eviction, Target};
use serde_json::{Value, json};
use std::sync::Arc;

pub(crate) const MERGE_PATCH: &str = "application/merge-patch+json";
pub(crate) const JSON_PATCH: &str = "application/json-patch+json";
pub(crate) const JSON: &str = "application/json";

/// A request that is ready to be sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Planned {
    pub method: Method,
    pub path: String,
    pub content_type: &'static str,
    pub body: Value,
}

impl Planned {
    /// A request, entered in `managedFields` as the console's.
    pub fn new(method: Method, path: &str, content_type: &'static str, body: Value) -> Self {
        Self { method, path: format!("{path}?fieldManager={MANAGER}"), content_type, body }
    }

    pub(crate) fn call(&self) -> Call {
        Call::write(self.method.clone(), self.path.clone(), self.content_type, self.body.to_string().into())
    }

    /// The same, so that nothing is changed by it.
    fn tried(mut self) -> Self {
        self.path.push_str("&dryRun=All");
        self
    }
}

/// What came of an action.
pub(crate) struct Acted {
    /// What was created by it, if anything was.
    pub created: Option<ResourceRef>,
    /// What a store will know of it.
    pub echo: Option<Echo>,
}

/// Carries out an action on one object, as the caller.
pub(crate) async fn act(cluster: &Cluster, granted: &Granted<Act>) -> Result<Acted, KubernetesError> {
    let Act { served, target, action } = granted.action();
    let identity = granted.identity();
    let planned = plan(cluster, &identity, granted.action()).await?;
    let answer = cluster.connection().call(As::Caller(&identity), &planned.call()).await?;
    if *action != Action::Trigger {
        let kind = match action {
            Action::PullByDefault | Action::NotPullByDefault => "serviceaccounts",
            _ => &*served.kind.slug,
        };
        return Ok(Acted { created: None, echo: Echo::of_answer(kind, &answer.body) });
    }
    let job = cluster.connection().read_json(&answer.body);
    let job: Value = job.map_err(KubernetesError::after_a_change)?;
    let echo = Echo::of_change("jobs", &job);
    let name = job.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
    let name = ObjectName::parse(name)
        .map_err(|error| KubernetesError::unreadable(cluster.name().as_str(), error.to_string()))
        .map_err(KubernetesError::after_a_change)?;
    let created = Some(ResourceRef { kind: built_in("jobs"), name, ..target.resource.clone() });
    Ok(Acted { created, echo })
}

/// Asks the cluster whether it would carry out an action, as the caller.
pub(crate) async fn try_out(cluster: &Cluster, granted: &Granted<Try<Act>>) -> Result<(), KubernetesError> {
    let identity = granted.identity();
    let planned = plan(cluster, &identity, &granted.action().0).await?.tried();
    cluster.connection().call(As::Caller(&identity), &planned.call()).await?;
    Ok(())
}

/// The object that an action changes: mostly the one that it is asked of.
pub(crate) async fn changed(
    cluster: &Cluster,
    act: &Act,
) -> Result<(Arc<Served>, ResourceRef), KubernetesError> {
    match act.action {
        Action::PullByDefault | Action::NotPullByDefault => {
            let account = pull_secrets::account(&act.target.resource);
            Ok((cluster.served(&account.kind).await?, account))
        }
        _ => Ok((Arc::clone(&act.served), act.target.resource.clone())),
    }
}

/// What a dry run of an action came to.
pub(crate) struct Tried {
    /// The object that would be changed, or that another one would be made from.
    pub resource: ResourceRef,
    /// The object as it is; nothing when the action makes another one.
    pub live: Option<State>,
    /// The object as it would be, or the one that would be made.
    pub result: State,
    /// Warnings of the API server.
    pub warnings: Vec<String>,
    /// What would become of the pods of a node that is drained.
    pub evictions: Vec<Eviction>,
    /// Which of them disruption budgets would hold is not known.
    pub budgets_unseen: bool,
}

/// Finds out what the cluster would make of an action, as the caller. Changes nothing.
pub(crate) async fn preview(
    cluster: &Cluster,
    granted: &Granted<Try<Act>>,
) -> Result<Tried, KubernetesError> {
    let identity = granted.identity();
    let act = &granted.action().0;
    let Plan { evictions, budgets_unseen } = match act.action {
        Action::Drain { .. } => evictions::plan(cluster, &identity, act).await?,
        // No budget is asked about who leaves because of a taint.
        Action::Taint(ref change) => {
            let evictions = taints::evictions(cluster, &identity, act, change).await?;
            Plan { evictions, budgets_unseen: false }
        }
        _ => Plan::default(),
    };
    let planned = match act.action {
        // That is what happens to the node itself.
        Action::Drain { .. } => request(&act.served, &act.target, &Action::Cordon, now())?,
        _ => plan(cluster, &identity, act).await?,
    };
    let (served, resource) = changed(cluster, act).await?;
    let live = live::read(cluster, &identity, &served, &resource).await?;
    let connection = cluster.connection();
    let answer = connection.call(As::Caller(&identity), &planned.tried().call()).await?;
    let result = State::parse(connection, answer.body)?;
    let (live, result) = match act.action {
        Action::Trigger => (None, result),
        Action::Scale { .. } => match scaled(&live, &result) {
            Some(scaled) => (Some(State::of(&live.value)), scaled),
            None => {
                return Err(KubernetesError::refused(ActFault::NotTried(act.served.kind.plural.to_string())));
            }
        },
        _ => (Some(live), result),
    };
    Ok(Tried { resource, live, result, warnings: answer.warnings, evictions, budgets_unseen })
}

/// How an object would be whose `scale` came out so: it is another object, which knows nothing but the number, and leaves
/// that out when it is none. Nothing where the object has its number elsewhere.
fn scaled(live: &State, scale: &State) -> Option<State> {
    let mut value = live.value.clone();
    let wished = scale.value.pointer("/spec/replicas").cloned().unwrap_or_else(|| json!(0));
    *value.pointer_mut("/spec/replicas")? = wished;
    Some(State::of(&value))
}

/// The request that carries out an action; some have to look at the cluster first.
async fn plan(cluster: &Cluster, identity: &Identity, act: &Act) -> Result<Planned, KubernetesError> {
    let Act { served, target, action } = act;
    match action {
        Action::RollBack { revision } => {
            check_offered(served, ActionKind::RollBack)?;
            rollback::plan(cluster, identity, served, target, *revision).await
        }
        Action::Trigger => {
            check_offered(served, ActionKind::Trigger)?;
            trigger::plan(cluster, identity, served, target).await
        }
        Action::Taint(change) => {
            check_offered(served, ActionKind::Taint)?;
            taints::plan(cluster, identity, served, target, change).await
        }
        Action::PullByDefault | Action::NotPullByDefault => {
            check_offered(served, action.kind())?;
            pull_secrets::plan(cluster, identity, target, *action == Action::PullByDefault).await
        }
        Action::Restart => {
            let planned = request(served, target, action, now())?;
            if served.kind.actions.contains(&ActionKind::Resume) {
                check_rolls_out(&live::read(cluster, identity, served, &target.resource).await?.value)?;
            }
            Ok(planned)
        }
        other => request(served, target, other, now()),
    }
}

pub(crate) fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_second())
}

/// The request that carries out an action which needs nothing to be read first. The uid in it makes the API server
/// refuse when the name belongs to another object by now.
pub(crate) fn request(
    served: &Served,
    target: &Target,
    action: &Action,
    now: Timestamp,
) -> Result<Planned, KubernetesError> {
    check_offered(served, action.kind())?;
    let path = live::path(served, &target.resource)?;
    let patch = |path: &str, mut body: Value| {
        if let Some(uid) = &target.uid {
            body["metadata"]["uid"] = json!(uid);
        }
        Planned::new(Method::PATCH, path, MERGE_PATCH, body)
    };
    Ok(match action {
        Action::Scale { replicas } => {
            if !served.subresources.contains("scale") {
                return Err(KubernetesError::refused(ActFault::NotScaled(served.kind.plural.to_string())));
            }
            let replicas = i32::try_from(*replicas)
                .map_err(|_| KubernetesError::invalid("replicas", format!("must be at most {}", i32::MAX)))?;
            patch(&format!("{path}/scale"), json!({"spec": {"replicas": replicas}}))
        }
        Action::Restart => {
            let annotations = json!({"kubectl.kubernetes.io/restartedAt": now.to_rfc3339()});
            patch(&path, json!({"spec": {"template": {"metadata": {"annotations": annotations}}}}))
        }
        Action::Pause => patch(&path, json!({"spec": {"paused": true}})),
        Action::Resume => patch(&path, json!({"spec": {"paused": false}})),
        Action::Cordon => patch(&path, json!({"spec": {"unschedulable": true}})),
        Action::Uncordon => patch(&path, json!({"spec": {"unschedulable": false}})),
        Action::Suspend => patch(&path, json!({"spec": {"suspend": true}})),
        Action::Unsuspend => patch(&path, json!({"spec": {"suspend": false}})),
        Action::SetMetadata(change) => {
            labels::check(change)?;
            patch(&path, json!({"metadata": {"labels": change.labels, "annotations": change.annotations}}))
        }
        Action::RollBack { .. }
        | Action::Trigger
        | Action::Drain { .. }
        | Action::Taint(_)
        | Action::PullByDefault
        | Action::NotPullByDefault => {
            return Err(KubernetesError::invalid("", "must look at the cluster first"));
        }
    })
}

/// While a rollout is paused, a new template waits: nothing would be replaced, and all of it later, when nobody expects it.
fn check_rolls_out(workload: &Value) -> Result<(), KubernetesError> {
    match workload["spec"]["paused"] == true {
        true => Err(KubernetesError::refused(ActFault::RolloutPaused)),
        false => Ok(()),
    }
}

/// Refuses actions that the kind does not have. A custom resource can be scaled when its API says so.
pub(crate) fn check_offered(served: &Served, action: ActionKind) -> Result<(), KubernetesError> {
    let by_api = action == ActionKind::Scale && served.subresources.contains("scale");
    if by_api || served.kind.actions.contains(&action) {
        return Ok(());
    }
    let (kind, action) = (served.kind.plural.to_string(), action.word().to_owned());
    Err(KubernetesError::refused(ActFault::NotOffered { kind, action }))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::{ClusterName, KindSlug, Namespace};
    use resources_contract::MetadataChange;

    fn served(slug: &str) -> Served {
        Served { subresources: ["scale".to_owned()].into(), ..Served::built_in(slug) }
    }

    fn target(kind: &str, namespace: Option<&str>, name: &str) -> Target {
        let resource = ResourceRef {
            cluster: ClusterName::parse("harbour").unwrap(),
            kind: KindSlug::parse(kind).unwrap(),
            namespace: namespace.map(|name| Namespace::parse(name).unwrap()),
            name: ObjectName::parse(name).unwrap(),
        };
        Target { resource, uid: Some("u1".into()) }
    }

    #[test]
    fn each_action_is_one_patch_of_the_object_that_was_seen() {
        let change = MetadataChange {
            labels: [("tier".to_owned(), Some("front".to_owned())), ("old".to_owned(), None)].into(),
            annotations: [].into(),
        };
        let restarted = json!({"kubectl.kubernetes.io/restartedAt": "2026-11-23T04:20:00Z"});
        let web = "/apis/apps/v1/namespaces/shop/deployments/web";
        let cases = [
            (
                "deployments",
                Some("shop"),
                Action::Scale { replicas: 3 },
                format!("{web}/scale"),
                json!({"spec": {"replicas": 3}}),
            ),
            (
                "deployments",
                Some("shop"),
                Action::Restart,
                web.into(),
                json!({"spec": {"template": {"metadata": {"annotations": restarted}}}}),
            ),
            ("deployments", Some("shop"), Action::Pause, web.into(), json!({"spec": {"paused": true}})),
            ("deployments", Some("shop"), Action::Resume, web.into(), json!({"spec": {"paused": false}})),
            (
                "nodes",
                None,
                Action::Cordon,
                "/api/v1/nodes/web".into(),
                json!({"spec": {"unschedulable": true}}),
            ),
            (
                "nodes",
                None,
                Action::Uncordon,
                "/api/v1/nodes/web".into(),
                json!({"spec": {"unschedulable": false}}),
            ),
            (
                "cronjobs",
                Some("shop"),
                Action::Suspend,
                "/apis/batch/v1/namespaces/shop/cronjobs/web".into(),
                json!({"spec": {"suspend": true}}),
            ),
            (
                "cronjobs",
                Some("shop"),
                Action::Unsuspend,
                "/apis/batch/v1/namespaces/shop/cronjobs/web".into(),
                json!({"spec": {"suspend": false}}),
            ),
            (
                "deployments",
                Some("shop"),
                Action::SetMetadata(change),
                web.into(),
                json!({"metadata": {"labels": {"tier": "front", "old": null}, "annotations": {}}}),
            ),
        ];
        for (kind, namespace, action, path, mut body) in cases {
            let planned =
                request(&served(kind), &target(kind, namespace, "web"), &action, Timestamp(1_795_407_600))
                    .unwrap();

            body["metadata"]["uid"] = json!("u1");
            assert_eq!(planned, Planned::new(Method::PATCH, &path, MERGE_PATCH, body), "{action:?}");
        }
    }

    #[test]
    fn a_number_that_was_tried_out_is_shown_in_the_object_that_has_it() {
        let live = State::of(&json!({"spec": {"replicas": 2, "paused": true}}));
        let scale = State::of(&json!({"kind": "Scale", "spec": {"replicas": 5}}));
        let none = State::of(&json!({"kind": "Scale", "spec": {}}));
        let elsewhere = State::of(&json!({"spec": {"size": 2}}));

        let value = |scale| scaled(&live, scale).map(|scaled| scaled.value);
        assert_eq!(value(&scale), Some(json!({"spec": {"replicas": 5, "paused": true}})));
        assert_eq!(value(&none), Some(json!({"spec": {"replicas": 0, "paused": true}})), "zero is left out");
        assert!(scaled(&elsewhere, &scale).is_none());
    }

    #[test]
    fn what_is_paused_is_not_restarted() {
        let paused = check_rolls_out(&json!({"spec": {"paused": true}})).unwrap_err();

        assert!(paused.to_string().contains("resume it first"), "{paused}");
        for spec in [json!({"paused": false}), json!({})] {
            assert!(check_rolls_out(&json!({"spec": spec})).is_ok());
        }
    }

    #[test]
    fn a_kind_refuses_actions_that_it_does_not_have() {
        for (kind, namespace, action) in [
            ("nodes", None, Action::Restart),
            ("deployments", Some("shop"), Action::Cordon),
            ("secrets", Some("shop"), Action::Pause),
        ] {
            let error =
                request(&served(kind), &target(kind, namespace, "web"), &action, Timestamp(0)).unwrap_err();
            assert!(matches!(error, KubernetesError::Invalid { .. }), "{error:?}");
        }
    }

    #[test]
    fn a_name_with_odd_characters_stays_one_segment() {
        let target = target("deployments", Some("shop"), "a b?x=#1");
        let planned = request(&served("deployments"), &target, &Action::Pause, Timestamp(0)).unwrap();

        assert_eq!(
            planned.path,
            "/apis/apps/v1/namespaces/shop/deployments/a%20b%3Fx%3D%231?fieldManager=orrery"
        );
    }

    #[test]
    fn an_object_is_only_looked_for_where_its_kind_lives() {
        let misplaced = target("deployments", None, "web");

        assert!(request(&served("deployments"), &misplaced, &Action::Pause, Timestamp(0)).is_err());
    }
}
