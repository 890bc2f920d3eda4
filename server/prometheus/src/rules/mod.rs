//! Rules that people write, for one caller: objects of the cluster, read and changed as the caller.

mod built_in;
pub mod episodes;
mod expression;
mod object;
mod off;
mod port;
mod preview;
mod recognised;
mod standing;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests;

use crate::alerts::Groups;
use crate::explore::fault;
use crate::layout::Layout;
use crate::promql::Query;
use crate::reads::ReadMetrics;
use crate::service::{ForCaller, PATIENCE, now};
use crate::sources::Source;
use access::{Action, Caller, Need, Place, Resource, Scope, Verb, decide};
use expression::Writer;
use model::cause::WayOutage;
use model::fault::{EntryFault, RuleFault};
use model::{
    Cause, ClusterName, ConsoleError, KindSlug, Language, Namespace, ObjectName, Outage, ResourceRef,
};
use monitoring_contract::{RuleObject, RuleSource};
use object::{CONSOLE, MANAGED_BY, text};
use resources_contract::Base;
use serde_json::Value;
use standing::Standing;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::time::timeout;

/// The longest name of a group, in characters.
const LONGEST_GROUP: usize = 100;

/// Changing the rules of a project. The cluster is asked for the same right.
#[derive(Clone, Debug)]
struct ChangeRules(Need);

impl Action for ChangeRules {
    const NAME: &'static str = "change rules";

    fn need(&self) -> Need {
        self.0.clone()
    }
}

fn change(verb: Verb, cluster: &ClusterName, place: Place) -> ChangeRules {
    let rules = Resource::new("monitoring.coreos.com", "prometheusrules");
    ChangeRules(Need::to_all(verb, rules, cluster.clone(), place))
}

fn kind() -> KindSlug {
    KindSlug::parse("prometheusrules.monitoring.coreos.com").expect("it is a subdomain")
}

/// The object that a form names.
struct Named {
    namespace: Namespace,
    resource: ResourceRef,
    group: String,
}

impl Named {
    fn read(cluster: &ClusterName, namespace: &str, object: &str, group: &str) -> Result<Self, ConsoleError> {
        let namespace = Namespace::parse(namespace.trim())
            .map_err(|error| ConsoleError::refused("namespace", error.rule))?;
        let name =
            ObjectName::parse(object.trim()).map_err(|error| ConsoleError::refused("object", error.rule))?;
        let group = group.trim().to_owned();
        if group.is_empty() || group.chars().count() > LONGEST_GROUP || group.contains(char::is_control) {
            return Err(ConsoleError::refused("group", EntryFault::Line(LONGEST_GROUP)));
        }
        let resource =
            ResourceRef { cluster: cluster.clone(), kind: kind(), namespace: Some(namespace.clone()), name };
        Ok(Self { namespace, resource, group })
    }
}

/// The version of an object as a form carries it: its uid and what stood in it.
fn version_of(base: &Base) -> String {
    format!("{}/{}", base.uid, base.resource_version)
}

/// What a form was about, which is not what there is when somebody has changed it since.
fn base_of(resource: &ResourceRef, version: &str) -> Result<Base, ConsoleError> {
    let read = version.split_once('/').map(|(uid, version)| (uid.to_owned(), version.to_owned()));
    let (uid, resource_version) = read.ok_or_else(object::gone)?;
    Ok(Base { resource: resource.clone(), uid, resource_version })
}

fn index_of(text: &str) -> Result<usize, ConsoleError> {
    text.parse().map_err(|_| object::gone())
}

impl ForCaller {
    /// The clusters as the same caller may see and change them.
    fn objects(&self) -> kubernetes::ForCaller {
        self.prometheus.kubernetes.for_caller(Caller::clone(&self.caller), Language::English)
    }

    /// An object as it is, and what a form was about, which whoever keeps the object holds against it.
    async fn looked_at(&self, resource: &ResourceRef, version: &str) -> Result<(Value, Base), ConsoleError> {
        let base = base_of(resource, version)?;
        let found = self.objects().whole_object(resource).await?;
        let (object, _) = found.ok_or_else(|| ConsoleError::not_found(resource))?;
        Ok((object, base))
    }

    fn may_change_rules(&self, verb: Verb, cluster: &ClusterName, namespace: &Namespace) -> bool {
        self.caller.may(&change(verb, cluster, Place::Namespace(namespace.clone())))
    }

    /// Refuses who may not, before anything else is said; the refusal is in the audit trail.
    async fn require(
        &self,
        verb: Verb,
        cluster: &ClusterName,
        namespace: &Namespace,
    ) -> Result<(), ConsoleError> {
        let action = change(verb, cluster, Place::Namespace(namespace.clone()));
        Ok(self.access().require(&self.caller, &action).await?)
    }

    fn sees_everything(&self, cluster: &ClusterName) -> bool {
        self.access().glance(&self.caller, ReadMetrics::of_everything(cluster)).is_some()
    }

    /// What measures a cluster, or why there is nothing to ask.
    async fn evaluating(&self, cluster: &ClusterName) -> Result<Option<Arc<Source>>, ConsoleError> {
        let known = self.cluster(cluster)?;
        Ok(self.prometheus.source(&known).await?.ok())
    }

    /// What evaluates the rules tells of them; otherwise why it does not.
    async fn told_rules(&self, cluster: &ClusterName) -> Result<(Arc<Source>, Arc<Groups>), Cause> {
        let ask = async {
            let source = self.evaluating(cluster).await.map_err(|error| error.cause())?;
            let source = source.ok_or_else(|| Cause::from(WayOutage::Unmeasured(cluster.to_string())))?;
            let groups = source.rules().await.map_err(|error| error.cause())?;
            Ok((source, groups))
        };
        let late = || Cause::from(Outage::Late(PATIENCE.as_secs()));
        timeout(PATIENCE, ask).await.unwrap_or_else(|_| Err(late()))
    }

    /// The projects in which the caller may make rules.
    async fn may_make_rules_in(&self, cluster: &ClusterName) -> Vec<Namespace> {
        let anywhere = change(Verb::Create, cluster, Place::Namespaces(BTreeSet::new()));
        match decide(&self.caller, &anywhere.need()) {
            Ok(Scope::All) => self.prometheus.kubernetes.namespaces(cluster).await.unwrap_or_default(),
            Ok(Scope::Namespaces(names) | Scope::NamespaceObjects(names)) => names.into_iter().collect(),
            Err(_) => Vec::new(),
        }
    }

    fn rule_object(
        &self,
        cluster: &ClusterName,
        object: &Value,
        standing: Option<&Standing<'_>>,
    ) -> Option<RuleObject> {
        let namespace = Namespace::parse(&text(object, "/metadata/namespace")).ok()?;
        let name = ObjectName::parse(&text(object, "/metadata/name")).ok()?;
        let mut groups = object::groups(object);
        if let Some(standing) = standing {
            standing.tell(object, &mut groups);
        }
        Some(RuleObject {
            managed_by: managed_by(object),
            has_unreadable_off: off::read(object).is_err(),
            may_change: self.may_change_rules(Verb::Patch, cluster, &namespace),
            resource: ResourceRef {
                cluster: cluster.clone(),
                kind: kind(),
                namespace: Some(namespace),
                name,
            },
            groups,
        })
    }

    /// The query of a rule as it is kept, with what is wrong at its place where the monitoring says one.
    async fn rule_query(
        &self,
        source: &RuleSource,
        writer: Writer<'_>,
        cluster: &ClusterName,
    ) -> Result<String, ConsoleError> {
        let measuring = self.evaluating(cluster).await?;
        let none = Layout::default();
        let layout = measuring.as_ref().map_or(&none, |source| &source.layout);
        if let (RuleSource::Template { .. }, None) = (source, &measuring) {
            return Err(ConsoleError::refused("template", RuleFault::Unmeasured(cluster.clone())));
        }
        let query = expression::query(source, writer, layout);
        match (query, source, measuring) {
            (Err(ConsoleError::Invalid { problems }), RuleSource::Query(text), Some(measuring)) => {
                let said = measuring.client.fault(text).await;
                let placed = said.filter(|_| Query::parse(text).is_err()).map(|said| placed(text, &said));
                Err(placed.unwrap_or(ConsoleError::Invalid { problems }))
            }
            (query, ..) => {
                let query = query?;
                // Templates too: an alert that begins once the project is there can still tell what was before, such as the
                // restarts of the last hour.
                if writer.is_confined(source) {
                    let born = self.born(cluster, writer.namespace).await?;
                    expression::within_life(&query, source, born, now())?;
                }
                query.to_text().map_err(|error| ConsoleError::invalid("query", error.to_string()))
            }
        }
    }

    /// When a project was made, in seconds since 1970.
    async fn born(&self, cluster: &ClusterName, namespace: &Namespace) -> Result<i64, ConsoleError> {
        let births = self.cluster(cluster)?.births().await?;
        let born = births.get(namespace).map(|born| born.div_euclid(1000));
        born.ok_or_else(|| {
            let (namespace, cluster) = (namespace.clone(), cluster.clone());
            ConsoleError::refused("namespace", RuleFault::NoNamespace { namespace, cluster })
        })
    }

    /// The labels with which a new object is taken up by what evaluates rules. That is waited for: without them the rule
    /// would be kept, and never be looked at. Where nothing is taken up yet, what asks for rules says by which labels.
    async fn selecting_labels(&self, cluster: &ClusterName) -> Vec<(String, String)> {
        let taken = self.labels_of_taken(cluster).await;
        if !taken.is_empty() {
            return taken;
        }
        let servers = KindSlug::parse("prometheuses.monitoring.coreos.com").expect("it is a subdomain");
        let servers = self.prometheus.kubernetes.whole_objects(cluster, &servers).await;
        servers.ok().flatten().map_or_else(Vec::new, |servers| standing::selected_by(&servers))
    }

    async fn labels_of_taken(&self, cluster: &ClusterName) -> Vec<(String, String)> {
        let Ok(Some(source)) = self.evaluating(cluster).await else { return Vec::new() };
        let Ok(groups) = source.rules().await else { return Vec::new() };
        let objects = self.prometheus.kubernetes.whole_objects(cluster, &kind()).await;
        objects.ok().flatten().map_or_else(Vec::new, |objects| standing::selecting_labels(&objects, &groups))
    }

    async fn add_rule(&self, named: &Named, rule: Value, interval: &str) -> Result<(), ConsoleError> {
        let cluster = &named.resource.cluster;
        let objects = self.objects();
        let (mut object, base) = match objects.whole_object(&named.resource).await? {
            Some((object, base)) => (object, Some(base)),
            None => {
                let labels = self.selecting_labels(cluster).await;
                let name = named.resource.name.as_str();
                (object::new(named.namespace.as_str(), name, &labels), None)
            }
        };
        object::add(&mut object, &named.group, rule)?;
        // A group that others have written keeps what they said.
        if !interval.is_empty() {
            object::pace(&mut object, &named.group, interval)?;
        }
        objects.keep_object(cluster, &object, base).await.map(drop)
    }
}

fn managed_by(object: &Value) -> String {
    let labels = object.pointer("/metadata/labels");
    let label = labels.and_then(|labels| labels.get(MANAGED_BY)?.as_str()).unwrap_or_default();
    if label == CONSOLE { String::new() } else { label.to_owned() }
}

/// A fault with its place, in words.
fn placed(query: &str, said: &str) -> ConsoleError {
    let fault = fault(query, said);
    let words = match fault.at {
        Some(at) => format!("at character {}: {}", at.saturating_add(1), fault.message),
        None => fault.message,
    };
    ConsoleError::invalid("query", words)
}
