//! The catalogue of ready-made rules, for one caller: what is installed of it, and installing, updating and removing it.

mod standing;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests;
mod written;

use super::expression::Writer;
use super::{kind, off};
use crate::layout::Layout;
use crate::promql::Query;
use crate::reads::ReadMetrics;
use crate::service::{ForCaller, about, now};
use crate::sources::Source;
use access::Verb;
use async_trait::async_trait;
use model::fault::BuiltInFault;
use model::{ClusterName, ConsoleError, FieldProblem, Namespace, ObjectName, ResourceRef, Thing};
use monitoring_contract::{
    BuiltInAct, BuiltInBook, BuiltInFields, BuiltInGroup, BuiltInList, BuiltInPlan, BuiltInPreview,
    BuiltInRule, BuiltInRules, RulePreview, RuleSource, hold_seconds,
};
use resources_contract::{Deletion, Propagation, Resources, Target};
use serde_json::Value;
use standing::{Elsewhere, nothing, view, wished};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where rules about a whole cluster are asked about its past: it confines nothing.
const NOWHERE: &str = "default";

/// What a form comes to.
enum Wish {
    /// These objects are written, over what there is of them.
    Written(Vec<Value>),
    /// These go.
    Removed(Vec<Target>),
}

/// What a cluster has, and how it is measured.
struct Ground {
    objects: Vec<Value>,
    measuring: Arc<Source>,
}

#[async_trait]
impl BuiltInRules for ForCaller {
    async fn built_in(&self, cluster: ClusterName) -> Result<BuiltInBook, ConsoleError> {
        let (_, measuring) = self.granted(&cluster, ReadMetrics::of_everything(&cluster)).await?;
        let Some(objects) = self.objects_of_rules(&cluster).await? else {
            return Ok(BuiltInBook::NotServed);
        };
        let Ok(measuring) = measuring else { return Ok(BuiltInBook::Unmeasured) };
        let elsewhere = Elsewhere::of(&objects);
        let resource = |object: &Value| resource_of(&cluster, object);
        let groups = BuiltInGroup::ALL
            .iter()
            .map(|group| view(group, &objects, &elsewhere, &measuring.layout, resource));
        let groups = groups.collect::<Result<_, _>>().map_err(about(&cluster))?;
        let seen = written::seen(&objects);
        let workspaces = self.prometheus.namespaces_of_workspaces(&cluster).await?;
        let mut may_make_in = self.may_make_rules_in(&cluster).await;
        may_make_in.retain(|namespace| !workspaces.contains(namespace));
        Ok(BuiltInBook::Known(BuiltInList { groups, may_make_in, seen }))
    }

    async fn past_built_in(&self, cluster: ClusterName, rule: String) -> Result<RulePreview, ConsoleError> {
        let (seen, measuring) = self.granted(&cluster, ReadMetrics::of_everything(&cluster)).await?;
        let Some(rule) = BuiltInRule::find(&rule) else {
            return Err(ConsoleError::unknown(Thing::ReadyRule(rule.to_string())));
        };
        let Ok(measuring) = measuring else { return Ok(RulePreview::Unmeasured) };
        let Some(query) = measured(rule, &measuring.layout, &cluster)? else {
            return Ok(RulePreview::Wrong(vec![FieldProblem::of("rule", BuiltInFault::NotMeasured)]));
        };
        let namespace = Namespace::parse(NOWHERE).expect("it is a name");
        let writer = Writer { namespace: &namespace, sees_everything: true };
        let hold = hold_seconds(rule.hold).unwrap_or(0);
        let past = measuring.past(&cluster, &RuleSource::Query(query), (writer, &seen), hold, now()).await?;
        Ok(RulePreview::Shown(Box::new(past)))
    }

    async fn preview_built_in(&self, fields: BuiltInFields) -> Result<BuiltInPreview, ConsoleError> {
        let wish = match self.wish(&fields, false).await {
            Err(ConsoleError::Invalid { problems }) => return Ok(BuiltInPreview::Wrong(problems)),
            wish => wish?,
        };
        match wish {
            Wish::Written(objects) => {
                let previews = self.objects().preview_objects(&fields.cluster, &objects).await?;
                Ok(BuiltInPreview::Written(previews))
            }
            Wish::Removed(targets) => {
                Ok(BuiltInPreview::Removed(targets.into_iter().map(|target| target.resource).collect()))
            }
        }
    }

    async fn save_built_in(&self, fields: BuiltInFields) -> Result<(), ConsoleError> {
        match self.wish(&fields, true).await? {
            Wish::Written(objects) => self.objects().keep_objects(&fields.cluster, &objects).await,
            Wish::Removed(targets) => {
                let deletion = Deletion { targets, propagation: Propagation::Background };
                let outcomes = self.objects().delete(deletion).await?;
                outcomes.into_iter().find_map(|outcome| outcome.error).map_or(Ok(()), Err)
            }
        }
    }
}

impl ForCaller {
    /// All objects that keep rules; nothing where the cluster serves none. What is in a project of a workspace is no group of
    /// ours, whatever it says of itself: whoever may write rules there would be given those of the whole cluster to keep.
    async fn objects_of_rules(&self, cluster: &ClusterName) -> Result<Option<Vec<Value>>, ConsoleError> {
        let Some(mut objects) = self.objects().whole_objects(cluster, &kind()).await? else {
            return Ok(None);
        };
        let workspaces = self.prometheus.namespaces_of_workspaces(cluster).await?;
        for object in &mut objects {
            let namespace = object.pointer("/metadata/namespace").and_then(Value::as_str);
            if workspaces.iter().any(|theirs| namespace == Some(theirs.as_str())) {
                written::disown(object);
            }
        }
        Ok(Some(objects))
    }

    /// What a form comes to, for who may see everything that is measured. Who means to do it needs the right to that, too, and
    /// has looked at what there is.
    async fn wish(&self, fields: &BuiltInFields, is_meant: bool) -> Result<Wish, ConsoleError> {
        let cluster = &fields.cluster;
        let (_, measuring) = self.granted(cluster, ReadMetrics::of_everything(cluster)).await?;
        let plan = fields.check().map_err(|problems| ConsoleError::Invalid { problems })?;
        let objects = self.objects_of_rules(cluster).await?;
        let none = || ConsoleError::refused("groups", BuiltInFault::NoRules(cluster.clone()));
        let objects = objects.ok_or_else(none)?;
        let now = written::seen(&objects);
        let is_late =
            |group: &&BuiltInGroup| written::seen_of(&now, group) != written::seen_of(&fields.seen, group);
        if is_meant && plan.groups.iter().any(is_late) {
            let problems = vec![FieldProblem::of("groups", BuiltInFault::Changed)];
            return Err(ConsoleError::Conflict { problems });
        }
        if plan.act == BuiltInAct::Remove {
            return self.removal(cluster, &plan, &objects, is_meant).await;
        }
        let unmeasured = |_| ConsoleError::refused("groups", BuiltInFault::Unmeasured(cluster.clone()));
        let ground = Ground { objects, measuring: measuring.map_err(unmeasured)? };
        self.writing(fields, &plan, &ground, is_meant).await
    }

    async fn removal(
        &self,
        cluster: &ClusterName,
        plan: &BuiltInPlan,
        objects: &[Value],
        is_meant: bool,
    ) -> Result<Wish, ConsoleError> {
        let mut targets = Vec::new();
        for group in &plan.groups {
            let found = written::find(objects, group);
            let Some((object, resource)) =
                found.and_then(|object| Some((object, resource_of(cluster, object)?)))
            else {
                let fault = BuiltInFault::NotInstalled(group.word.to_owned());
                return Err(ConsoleError::refused("groups", fault));
            };
            if let (true, Some(namespace)) = (is_meant, &resource.namespace) {
                self.require(Verb::Delete, cluster, namespace).await?;
            }
            let uid = object.pointer("/metadata/uid").and_then(Value::as_str).map(str::to_owned);
            targets.push(Target { resource, uid });
        }
        Ok(Wish::Removed(targets))
    }

    async fn writing(
        &self,
        fields: &BuiltInFields,
        plan: &BuiltInPlan,
        ground: &Ground,
        is_meant: bool,
    ) -> Result<Wish, ConsoleError> {
        let cluster = &fields.cluster;
        let elsewhere = Elsewhere::of(&ground.objects);
        let selecting = self.selecting_labels(cluster).await;
        let mut objects = Vec::new();
        for group in &plan.groups {
            let rules = wished(group, &ground.objects, &elsewhere, &ground.measuring.layout, plan.twice);
            let rules = rules.map_err(about(cluster))?;
            if rules.is_empty() {
                return Err(ConsoleError::refused("groups", nothing(group, &ground.objects)));
            }
            let found = written::find(&ground.objects, group);
            let verb = if found.is_some() { Verb::Patch } else { Verb::Create };
            let (namespace, name) = match found.and_then(|object| resource_of(cluster, object)) {
                Some(ResourceRef { namespace: Some(namespace), name, .. }) => (namespace, name.to_string()),
                _ => (new_in(fields, group, &ground.objects)?, group.name()),
            };
            if is_meant {
                self.require(verb, cluster, &namespace).await?;
            }
            if self.prometheus.namespaces_of_workspaces(cluster).await?.contains(&namespace) {
                return Err(ConsoleError::refused("namespace", BuiltInFault::OfWorkspace(namespace)));
            }
            let labels = both(found, &selecting);
            let mut object = written::object(group, (namespace.as_str(), &name), &rules, &labels);
            if let Some(note) = found.and_then(off::note) {
                off::set_note(&mut object, Some(note.to_owned()));
            }
            objects.push(object);
        }
        Ok(Wish::Written(objects))
    }
}

/// The project of a new object. One that is called so already and is not ours is left alone.
fn new_in(
    fields: &BuiltInFields,
    group: &BuiltInGroup,
    objects: &[Value],
) -> Result<Namespace, ConsoleError> {
    let namespace = Namespace::parse(fields.namespace.trim())
        .map_err(|error| ConsoleError::refused("namespace", error.rule))?;
    let name = group.name();
    let is_called_so = |object: &Value| {
        object["metadata"]["name"] == name.as_str() && object["metadata"]["namespace"] == namespace.as_str()
    };
    if objects.iter().any(is_called_so) {
        return Err(ConsoleError::refused("namespace", BuiltInFault::NameTaken { name, namespace }));
    }
    Ok(namespace)
}

/// The labels that an object has, with those by which rules are taken up.
fn both(found: Option<&Value>, selecting: &[(String, String)]) -> Vec<(String, String)> {
    let own = found.map(written::labels).unwrap_or_default();
    let all: BTreeMap<String, String> = own.into_iter().chain(selecting.iter().cloned()).collect();
    all.into_iter().filter(|(name, _)| name != written::GROUP).collect()
}

/// The query of a rule as it would be kept.
fn measured(
    rule: &BuiltInRule,
    layout: &Layout,
    cluster: &ClusterName,
) -> Result<Option<String>, ConsoleError> {
    let picked = layout.pick_by(rule.picks, BuiltInRule::sign_of);
    let text = picked.and_then(|query| query.as_ref().map(Query::to_text).transpose());
    text.map_err(about(cluster))
}

fn resource_of(cluster: &ClusterName, object: &Value) -> Option<ResourceRef> {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str);
    Some(ResourceRef {
        cluster: cluster.clone(),
        kind: kind(),
        namespace: Some(Namespace::parse(text("/metadata/namespace")?).ok()?),
        name: ObjectName::parse(text("/metadata/name")?).ok()?,
    })
}
