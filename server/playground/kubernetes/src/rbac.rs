//! Role-based access control: who may do what, computed from roles and bindings.

mod escalation;

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::Status;
use crate::cluster::Cluster;
use crate::identity::Identity;
use crate::rest::request::RequestInfo;
use crate::selectors::LabelSelector;
use crate::storage::Store;

pub(crate) use escalation::check_escalation;

/// A rule of a role.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Rule {
    pub(crate) verbs: Vec<String>,
    pub(crate) api_groups: Vec<String>,
    pub(crate) resources: Vec<String>,
    pub(crate) resource_names: Vec<String>,
    #[serde(rename = "nonResourceURLs")]
    pub(crate) paths: Vec<String>,
}

/// What somebody wants to do.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Attributes {
    pub(crate) verb: String,
    pub(crate) group: String,
    pub(crate) resource: String,
    pub(crate) subresource: String,
    pub(crate) name: String,
    pub(crate) namespace: Option<String>,
    /// A path that is no resource's; everything but the verb is empty then.
    pub(crate) path: Option<String>,
}

impl From<&RequestInfo> for Attributes {
    fn from(info: &RequestInfo) -> Self {
        if !info.is_resource {
            return Self { verb: info.verb.clone(), path: Some(info.path.clone()), ..Self::default() };
        }
        // A namespace counts as being inside itself.
        let own =
            (info.resource == "namespaces" && info.group.is_empty()).then(|| info.name.clone()).flatten();
        Self {
            verb: info.verb.clone(),
            group: info.group.clone(),
            resource: info.resource.clone(),
            subresource: info.subresource.clone(),
            name: info.name.clone().or_else(|| info.selected_name.clone()).unwrap_or_default(),
            namespace: info.namespace.clone().or(own),
            path: None,
        }
    }
}

fn contains(list: &[String], wanted: &str) -> bool {
    list.iter().any(|one| one == "*" || one == wanted)
}

impl Rule {
    fn allows(&self, wanted: &Attributes) -> bool {
        if !contains(&self.verbs, &wanted.verb) {
            return false;
        }
        if let Some(path) = &wanted.path {
            return self.paths.iter().any(|one| {
                one == "*"
                    || one == path
                    || one.strip_suffix('*').is_some_and(|start| path.starts_with(start))
            });
        }
        let resource = if wanted.subresource.is_empty() {
            wanted.resource.clone()
        } else {
            format!("{}/{}", wanted.resource, wanted.subresource)
        };
        let any_parent = format!("*/{}", wanted.subresource);
        contains(&self.api_groups, &wanted.group)
            && (contains(&self.resources, &resource)
                || (!wanted.subresource.is_empty() && self.resources.contains(&any_parent)))
            && (self.resource_names.is_empty() || self.resource_names.contains(&wanted.name))
    }

    fn to_json(&self) -> Value {
        let mut rule = json!({"verbs": self.verbs});
        let fields = [
            ("apiGroups", &self.api_groups),
            ("resources", &self.resources),
            ("resourceNames", &self.resource_names),
            ("nonResourceURLs", &self.paths),
        ];
        for (key, list) in fields {
            if !list.is_empty() {
                rule[key] = json!(list);
            }
        }
        rule
    }
}

/// Somebody a role is bound to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Subject {
    User(String),
    Group(String),
}

/// A role bound to somebody, in one namespace or everywhere.
#[derive(Debug, Clone)]
struct Grant {
    namespace: Option<String>,
    rules: Arc<Vec<Rule>>,
    /// `RBAC: allowed by RoleBinding "a/shop" of Role "b" to User "c"`, as reviews say.
    reason: String,
}

/// All roles and bindings of a cluster, ready to be asked.
#[derive(Debug, Default)]
pub(crate) struct Policy {
    grants: HashMap<Subject, Vec<Grant>>,
    /// By namespace (empty for cluster roles) and name.
    roles: HashMap<(String, String), Arc<Vec<Rule>>>,
}

/// A policy and the version of the store it was made from.
#[derive(Debug, Default)]
pub(crate) struct PolicyCache {
    made_from: Vec<u64>,
    policy: Arc<Policy>,
}

const GROUP: &str = "rbac.authorization.k8s.io";

impl Cluster {
    /// The policy as roles and bindings stand now.
    pub(crate) fn policy(&self) -> Arc<Policy> {
        let resources = ["roles", "clusterroles", "rolebindings", "clusterrolebindings"];
        let version = |resource: &&str| {
            let state = self.inner.state.read();
            state.store(&format!("{resource}.{GROUP}")).map_or(0, Store::last_change)
        };
        let versions: Vec<u64> = resources.iter().map(version).collect();
        let mut cache = self.inner.policy.lock();
        if cache.made_from != versions {
            *cache = PolicyCache { policy: Arc::new(Policy::read(self)), made_from: versions };
        }
        Arc::clone(&cache.policy)
    }
}

impl Policy {
    fn read(cluster: &Cluster) -> Self {
        let list = |resource: &str| -> Vec<Value> {
            cluster.list(&format!("{resource}.{GROUP}"), None).iter().map(|object| object.parse()).collect()
        };
        let mut policy = Self::default();
        let cluster_roles = list("clusterroles");
        for role in list("roles").iter().chain(&cluster_roles) {
            let namespace = role["metadata"]["namespace"].as_str().unwrap_or_default().to_owned();
            let name = role["metadata"]["name"].as_str().unwrap_or_default().to_owned();
            let rules = aggregated(role, &cluster_roles);
            policy.roles.insert((namespace, name), Arc::new(rules));
        }
        for binding in list("rolebindings").iter().chain(&list("clusterrolebindings")) {
            policy.add_binding(binding);
        }
        policy
    }

    fn add_binding(&mut self, binding: &Value) {
        let namespace = binding["metadata"]["namespace"].as_str();
        let role = binding["roleRef"]["name"].as_str().unwrap_or_default();
        let of = if binding["roleRef"]["kind"] == "Role" { namespace.unwrap_or_default() } else { "" };
        let Some(rules) = self.roles.get(&(of.to_owned(), role.to_owned())) else { return };
        let name = binding["metadata"]["name"].as_str().unwrap_or_default();
        let by = match namespace {
            Some(namespace) => format!("RoleBinding \"{name}/{namespace}\""),
            None => format!("ClusterRoleBinding \"{name}\""),
        };
        let of_role = format!("{} \"{role}\"", binding["roleRef"]["kind"].as_str().unwrap_or_default());
        for subject in binding["subjects"].as_array().into_iter().flatten() {
            let name = subject["name"].as_str().unwrap_or_default();
            let kind = subject["kind"].as_str().unwrap_or_default();
            let account_home = subject["namespace"].as_str().or(namespace).unwrap_or_default();
            let to = match kind {
                "ServiceAccount" => format!("{kind} \"{name}/{account_home}\""),
                _ => format!("{kind} \"{name}\""),
            };
            let grant = Grant {
                namespace: namespace.map(str::to_owned),
                rules: Arc::clone(rules),
                reason: format!("RBAC: allowed by {by} of {of_role} to {to}"),
            };
            let subject = match Some(kind) {
                Some("Group") => Subject::Group(name.to_owned()),
                Some("ServiceAccount") => {
                    Subject::User(format!("system:serviceaccount:{account_home}:{name}"))
                }
                _ => Subject::User(name.to_owned()),
            };
            self.grants.entry(subject).or_default().push(grant);
        }
    }

    fn grants_of(&self, identity: &Identity) -> impl Iterator<Item = &Grant> {
        let user = std::iter::once(Subject::User(identity.user.clone()));
        let groups = identity.groups.iter().map(|group| Subject::Group(group.clone()));
        user.chain(groups).filter_map(|subject| self.grants.get(&subject)).flatten()
    }

    /// Whether somebody may do something.
    pub(crate) fn allows(&self, identity: &Identity, wanted: &Attributes) -> bool {
        self.reason(identity, wanted).is_some()
    }

    /// Why somebody may do something; none if they may not. Who may do everything needs no reason.
    pub(crate) fn reason(&self, identity: &Identity, wanted: &Attributes) -> Option<&str> {
        if identity.groups.iter().any(|group| group == "system:masters") {
            return Some("");
        }
        let grant = self.grants_of(identity).find(|grant| {
            (grant.namespace.is_none() || grant.namespace == wanted.namespace && wanted.path.is_none())
                && grant.rules.iter().any(|rule| rule.allows(wanted))
        });
        grant.map(|grant| grant.reason.as_str())
    }

    /// Everything somebody may do in a namespace.
    pub(crate) fn rules_of(&self, identity: &Identity, namespace: &str) -> Vec<Rule> {
        if identity.groups.iter().any(|group| group == "system:masters") {
            let all = || vec!["*".to_owned()];
            return vec![
                Rule { verbs: all(), api_groups: all(), resources: all(), ..Rule::default() },
                Rule { verbs: all(), paths: all(), ..Rule::default() },
            ];
        }
        let here = |grant: &&Grant| grant.namespace.as_deref().is_none_or(|one| one == namespace);
        let mut rules: Vec<Rule> = Vec::new();
        for rule in self.grants_of(identity).filter(here).flat_map(|grant| grant.rules.iter()) {
            if !rules.contains(rule) {
                rules.push(rule.clone());
            }
        }
        rules
    }

    /// The rules of a role a binding refers to.
    pub(crate) fn role(&self, namespace: &str, reference: &Value) -> Option<Arc<Vec<Rule>>> {
        let of = if reference["kind"] == "Role" { namespace } else { "" };
        self.roles.get(&(of.to_owned(), reference["name"].as_str()?.to_owned())).cloned()
    }
}

/// A role's own rules, or those of all roles its selectors name.
fn aggregated(role: &Value, cluster_roles: &[Value]) -> Vec<Rule> {
    let selectors = role["aggregationRule"]["clusterRoleSelectors"].as_array();
    let mut rules = if selectors.is_some() { Vec::new() } else { rules_in(role) };
    for selector in selectors.into_iter().flatten().filter_map(LabelSelector::from_json) {
        for part in cluster_roles.iter().filter(|part| selector.matches_json(part)) {
            let more = if part["metadata"]["name"] == role["metadata"]["name"] {
                Vec::new()
            } else if part["aggregationRule"].is_null() {
                rules_in(part)
            } else {
                aggregated(part, cluster_roles)
            };
            for rule in more {
                if !rules.contains(&rule) {
                    rules.push(rule);
                }
            }
        }
    }
    rules
}

/// The rules written in a role.
pub(crate) fn rules_in(role: &Value) -> Vec<Rule> {
    let rules = role["rules"].as_array().into_iter().flatten();
    rules.filter_map(|rule| Rule::deserialize(rule).ok()).collect()
}

/// Writes the rules of aggregated roles into them, where they are shown.
pub(crate) fn fill_aggregated(cluster: &Cluster) {
    let resource = format!("clusterroles.{GROUP}");
    let roles: Vec<Value> = cluster.list(&resource, None).iter().map(|object| object.parse()).collect();
    for role in roles.iter().filter(|role| role["aggregationRule"].is_object()) {
        let mut bare = role.clone();
        bare["rules"] = Value::Null;
        let rules: Value = aggregated(&bare, &roles).iter().map(Rule::to_json).collect();
        let name = role["metadata"]["name"].as_str().unwrap_or_default();
        if role["rules"] != rules
            && let Err(status) = cluster.update(&resource, None, name, |role| role["rules"] = rules)
        {
            tracing::warn!(%status, "An aggregated role could not be filled");
        }
    }
}

/// Refuses what the policy does not allow, in the words of the real server.
pub(crate) fn authorize(cluster: &Cluster, identity: &Identity, info: &RequestInfo) -> Result<(), Status> {
    let wanted = Attributes::from(info);
    if cluster.policy().allows(identity, &wanted) { Ok(()) } else { Err(refusal(identity, &wanted)) }
}

/// `pods is forbidden: User "x" cannot list resource "pods" in API group "" in the namespace "shop"`
pub(crate) fn refusal(identity: &Identity, wanted: &Attributes) -> Status {
    let user = &identity.user;
    if let Some(path) = &wanted.path {
        let mut status = Status::new(
            403,
            "Forbidden",
            format!("forbidden: User \"{user}\" cannot {} path \"{path}\"", wanted.verb),
        );
        status.details = json!({});
        return status;
    }
    let resource = if wanted.subresource.is_empty() {
        wanted.resource.clone()
    } else {
        format!("{}/{}", wanted.resource, wanted.subresource)
    };
    let place = match &wanted.namespace {
        Some(namespace) if wanted.resource != "namespaces" => format!("in the namespace \"{namespace}\""),
        _ => "at the cluster scope".to_owned(),
    };
    let place = if wanted.resource == "namespaces" && !wanted.name.is_empty() {
        format!("in the namespace \"{}\"", wanted.name)
    } else {
        place
    };
    let qualified = if wanted.group.is_empty() {
        wanted.resource.clone()
    } else {
        format!("{}.{}", wanted.resource, wanted.group)
    };
    Status::forbidden(
        &qualified,
        &wanted.name,
        &format!(
            "User \"{user}\" cannot {} resource \"{resource}\" in API group \"{}\" {place}",
            wanted.verb, wanted.group
        ),
    )
}

/// Rules as a rules review shows them: resources and paths apart.
pub(crate) fn review(rules: &[Rule]) -> (Vec<Value>, Vec<Value>) {
    let (paths, resources): (Vec<&Rule>, Vec<&Rule>) = rules.iter().partition(|rule| !rule.paths.is_empty());
    let show = |rules: Vec<&Rule>| rules.into_iter().map(Rule::to_json).collect();
    (show(resources), show(paths))
}

#[cfg(test)]
mod tests {
    use super::{Attributes, Rule};

    fn rule(verbs: &[&str], groups: &[&str], resources: &[&str]) -> Rule {
        let own = |list: &[&str]| list.iter().map(|&one| one.to_owned()).collect();
        Rule { verbs: own(verbs), api_groups: own(groups), resources: own(resources), ..Rule::default() }
    }

    #[test]
    fn a_resource_does_not_include_its_parts() {
        let wanted = Attributes {
            verb: "get".to_owned(),
            resource: "pods".to_owned(),
            subresource: "log".to_owned(),
            ..Attributes::default()
        };

        assert!(!rule(&["get"], &[""], &["pods"]).allows(&wanted));
        assert!(rule(&["get"], &[""], &["pods/log"]).allows(&wanted));
        assert!(rule(&["*"], &["*"], &["*"]).allows(&wanted));
        assert!(rule(&["get"], &[""], &["*/log"]).allows(&wanted));
    }
}
