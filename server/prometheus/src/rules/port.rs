//! The contract, for one caller.

use super::expression::{self, Writer};
use super::recognised::recognised;
use super::standing::Standing;
use super::{Named, index_of, kind, managed_by, object, off, version_of};
use crate::reads::ReadMetrics;
use crate::seen::seen_of;
use crate::service::{ForCaller, now};
use access::Verb;
use async_trait::async_trait;
use model::fault::RuleFault;
use model::{ClusterName, ConsoleError, FieldProblem, Namespace, ResourceRef};
use monitoring_contract::{
    FilledTemplate, KeptRule, LookedAtRule, OWN_OBJECT, OpenedRule, RuleBook, RuleFields, RuleList,
    RuleObject, RulePlace, RulePreview, Rules, hold_seconds,
};
use serde_json::Value;

#[async_trait]
impl Rules for ForCaller {
    async fn rules(&self, cluster: ClusterName) -> Result<RuleBook, ConsoleError> {
        let known = self.cluster(&cluster)?;
        let Some(objects) = self.objects().whole_objects(&cluster, &kind()).await? else {
            return Ok(RuleBook::NotServed);
        };
        let told = self.told_rules(&cluster).await;
        let seen = match self.access().glance(&self.caller, ReadMetrics::of_projects(&cluster)) {
            Some(granted) => seen_of(&known, &granted).await.map(Some),
            None => Ok(None),
        };
        let told = told.and_then(|told| Ok((told, seen.map_err(|error| error.cause())?)));
        let standing = told.as_ref().ok().and_then(|((source, groups), seen)| {
            Some(Standing { groups, layout: &source.layout, seen: seen.as_ref()? })
        });
        let mut all: Vec<RuleObject> = objects
            .iter()
            .filter_map(|object| self.rule_object(&cluster, object, standing.as_ref()))
            .collect();
        let order = |object: &RuleObject| {
            let ResourceRef { namespace, name, .. } = &object.resource;
            (name.as_str() != OWN_OBJECT, namespace.clone(), name.clone())
        };
        all.sort_by_cached_key(order);
        Ok(RuleBook::Known(RuleList {
            objects: all,
            unknown: told.err(),
            may_make_in: self.may_make_rules_in(&cluster).await,
            sees_everything: self.sees_everything(&cluster),
        }))
    }

    async fn read_rule(&self, place: RulePlace) -> Result<OpenedRule, ConsoleError> {
        self.cluster(&place.cluster)?;
        let named = Named::read(&place.cluster, &place.namespace, &place.object, &place.group)?;
        self.require(Verb::Patch, &place.cluster, &named.namespace).await?;
        let found = self.objects().whole_object(&named.resource).await?;
        let (object, base) = found.ok_or_else(|| ConsoleError::not_found(&named.resource))?;
        let found = off::find(&object, &named.group, index_of(&place.index)?)?;
        let rule = KeptRule { is_off: found.is_off, ..object::rule(&found.rule) };
        if !rule.is_alert {
            return Err(ConsoleError::refused("", RuleFault::Records));
        }
        let writer =
            Writer { namespace: &named.namespace, sees_everything: self.sees_everything(&place.cluster) };
        // Without what measures the cluster it is shown as the query that it is.
        let measuring = self.evaluating(&place.cluster).await.ok().flatten();
        let source = measuring.and_then(|measuring| recognised(&found.rule, writer, &measuring.layout));
        Ok(OpenedRule {
            template: source.as_ref().and_then(FilledTemplate::of),
            rule,
            interval: object::interval(&object, &named.group),
            version: version_of(&base),
            managed_by: managed_by(&object),
            sees_everything: writer.sees_everything,
        })
    }

    async fn preview_rule(&self, fields: RuleFields) -> Result<RulePreview, ConsoleError> {
        let cluster = &fields.cluster;
        self.cluster(cluster)?;
        let namespace = match Namespace::parse(fields.namespace.trim()) {
            Ok(namespace) => namespace,
            Err(error) => {
                let problem = FieldProblem::of("namespace", error.rule);
                return Ok(RulePreview::Wrong(vec![problem]));
            }
        };
        let writer = Writer { namespace: &namespace, sees_everything: self.sees_everything(cluster) };
        let source = match fields.check_measured() {
            Ok(source) => source,
            Err(problems) => return Ok(RulePreview::Wrong(problems)),
        };
        let action = if writer.is_confined(&source) {
            ReadMetrics::of_project(cluster, &namespace)
        } else {
            ReadMetrics::of_everything(cluster)
        };
        let (seen, measuring) = self.granted(cluster, action).await?;
        let Ok(measuring) = measuring else { return Ok(RulePreview::Unmeasured) };
        let shown = match self.rule_query(&source, writer, cluster).await {
            Ok(_) => {
                let hold = hold_seconds(&fields.hold).unwrap_or(0);
                measuring.past(cluster, &source, (writer, &seen), hold, now()).await
            }
            Err(error) => Err(error),
        };
        match shown {
            Ok(past) => Ok(RulePreview::Shown(Box::new(past))),
            Err(ConsoleError::Invalid { problems }) => Ok(RulePreview::Wrong(problems)),
            Err(error) => Err(error),
        }
    }

    async fn save_rule(&self, fields: RuleFields) -> Result<(), ConsoleError> {
        let cluster = &fields.cluster;
        self.cluster(cluster)?;
        let named = Named::read(cluster, &fields.namespace, &fields.object, &fields.group)?;
        let verb = if fields.index.is_empty() { Verb::Create } else { Verb::Patch };
        self.require(verb, cluster, &named.namespace).await?;
        let plan = fields.check().map_err(|problems| ConsoleError::Invalid { problems })?;
        let writer = Writer { namespace: &named.namespace, sees_everything: self.sees_everything(cluster) };
        let query = self.rule_query(&plan.source, writer, cluster).await?;
        let labels = expression::labels(&plan.source, writer);
        if fields.index.is_empty() {
            let rule = object::written(None, &plan, &query, &labels);
            return self.add_rule(&named, rule, fields.interval.trim()).await;
        }
        let (mut object, base) = self.looked_at(&named.resource, &fields.version).await?;
        let index = index_of(&fields.index)?;
        let before = off::find(&object, &named.group, index)?.rule;
        let rule = object::written(Some(&before), &plan, &query, &labels);
        off::replace(&mut object, &named.group, index, rule)?;
        let interval = fields.interval.trim();
        if object::has_group(&object, &named.group) {
            object::pace(&mut object, &named.group, interval)?;
        } else if !interval.is_empty() {
            return Err(ConsoleError::refused("interval", RuleFault::NoGroup));
        }
        self.objects().keep_object(cluster, &object, Some(base)).await.map(drop)
    }

    async fn remove_rule(&self, rule: LookedAtRule) -> Result<(), ConsoleError> {
        self.change_rule(&rule, off::remove).await
    }

    async fn switch_rule(&self, rule: LookedAtRule, on: bool) -> Result<(), ConsoleError> {
        self.change_rule(&rule, if on { off::switch_on } else { switch_off }).await
    }
}

/// Does something to the rule in this place of a group of an object.
type Change = fn(&mut Value, &str, usize) -> Result<(), ConsoleError>;

/// Switches a rule off that warns: others read what a rule records.
fn switch_off(object: &mut Value, group: &str, index: usize) -> Result<(), ConsoleError> {
    if !object::rule(&off::find(object, group, index)?.rule).is_alert {
        return Err(ConsoleError::refused("", RuleFault::Records));
    }
    off::switch_off(object, group, index)
}

impl ForCaller {
    /// Changes a rule that was looked at, for who may, unless its object was changed since.
    async fn change_rule(&self, rule: &LookedAtRule, change: Change) -> Result<(), ConsoleError> {
        let cluster = &rule.cluster;
        self.cluster(cluster)?;
        let named = Named::read(cluster, &rule.namespace, &rule.object, &rule.group)?;
        self.require(Verb::Patch, cluster, &named.namespace).await?;
        let (mut object, base) = self.looked_at(&named.resource, &rule.version).await?;
        change(&mut object, &named.group, index_of(&rule.index)?)?;
        self.objects().keep_object(cluster, &object, Some(base)).await.map(drop)
    }
}
