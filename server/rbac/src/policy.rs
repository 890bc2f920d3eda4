//! Roles and bindings, ready to be asked.

use crate::{MASTERS, Named, Objects, Request, Rule, Subject};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Why something is allowed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Because {
    /// A member of `system:masters` is asked nothing.
    Master,
    /// A binding says so.
    Bound {
        /// The namespace of a `RoleBinding`; none for a `ClusterRoleBinding`.
        namespace: Option<String>,
        /// The binding's name.
        binding: String,
        /// `ClusterRole` or `Role`.
        role_kind: String,
        /// The role's name.
        role: String,
        /// Whom the binding names.
        subject: Named,
    },
}

/// In which namespaces something is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Namespaces {
    /// In all, also those that are made later.
    All,
    /// In these, whether or not they exist.
    Some(BTreeSet<String>),
}

#[derive(Debug)]
struct Grant {
    namespace: Option<String>,
    binding: String,
    role_kind: String,
    role: String,
    subject: Named,
    rules: Arc<Vec<Rule>>,
}

#[derive(Debug, Default)]
struct Held {
    everywhere: Vec<Grant>,
    inside: HashMap<String, Vec<Grant>>,
}

/// Roles and bindings of a cluster at one moment, by whom they concern.
#[derive(Debug, Default)]
pub struct Policy {
    held: HashMap<Named, Held>,
    parts: HashMap<String, Vec<String>>,
}

#[derive(Deserialize)]
struct Binding {
    #[serde(default)]
    metadata: Metadata,
    #[serde(rename = "roleRef")]
    role: RoleRef,
    #[serde(default)]
    subjects: Option<Vec<SubjectRef>>,
}

#[derive(Default, Deserialize)]
struct Metadata {
    #[serde(default)]
    name: String,
    #[serde(default)]
    namespace: Option<String>,
}

#[derive(Deserialize)]
struct RoleRef {
    kind: String,
    name: String,
}

#[derive(Deserialize)]
struct SubjectRef {
    kind: String,
    name: String,
    #[serde(default)]
    namespace: Option<String>,
}

impl SubjectRef {
    /// An account without a namespace is one of the binding's own.
    fn named(self, of_binding: Option<&str>) -> Option<Named> {
        match self.kind.as_str() {
            "User" => Some(Named::User(self.name)),
            "Group" => Some(Named::Group(self.name)),
            "ServiceAccount" => {
                let namespace = self.namespace.filter(|namespace| !namespace.is_empty());
                let namespace = namespace.or_else(|| of_binding.map(str::to_owned))?;
                Some(Named::ServiceAccount(namespace, self.name))
            }
            _ => None,
        }
    }
}

fn text<'v>(object: &'v Value, field: &str) -> &'v str {
    object["metadata"][field].as_str().unwrap_or_default()
}

fn rules(role: &Value) -> Arc<Vec<Rule>> {
    Arc::new(Vec::<Rule>::deserialize(&role["rules"]).unwrap_or_default())
}

impl Policy {
    /// Reads roles and bindings. What cannot be read grants nothing, nor does a binding to a role that is not there.
    pub fn new(objects: &Objects) -> Self {
        let cluster_roles: HashMap<&str, Arc<Vec<Rule>>> =
            objects.cluster_roles.iter().map(|role| (text(role, "name"), rules(role))).collect();
        let roles: HashMap<(&str, &str), Arc<Vec<Rule>>> = objects
            .roles
            .iter()
            .map(|role| ((text(role, "namespace"), text(role, "name")), rules(role)))
            .collect();
        let mut policy = Self { parts: parts(&objects.cluster_roles), ..Self::default() };
        for binding in &objects.cluster_role_bindings {
            let Ok(binding) = Binding::deserialize(binding) else { continue };
            if let Some(rules) = cluster_roles.get(binding.role.name.as_str()).cloned()
                && binding.role.kind == "ClusterRole"
            {
                policy.add(binding, None, &rules);
            }
        }
        for binding in &objects.role_bindings {
            let Ok(binding) = Binding::deserialize(binding) else { continue };
            let namespace = binding.metadata.namespace.clone().unwrap_or_default();
            let rules = match binding.role.kind.as_str() {
                "ClusterRole" => cluster_roles.get(binding.role.name.as_str()).cloned(),
                "Role" => roles.get(&(namespace.as_str(), binding.role.name.as_str())).cloned(),
                _ => None,
            };
            if let Some(rules) = rules {
                policy.add(binding, Some(&namespace), &rules);
            }
        }
        policy
    }

    fn add(&mut self, binding: Binding, namespace: Option<&str>, rules: &Arc<Vec<Rule>>) {
        for subject in binding.subjects.into_iter().flatten() {
            let Some(subject) = subject.named(namespace) else { continue };
            let held = self.held.entry(subject.clone()).or_default();
            let grant = Grant {
                namespace: namespace.map(str::to_owned),
                binding: binding.metadata.name.clone(),
                role_kind: binding.role.kind.clone(),
                role: binding.role.name.clone(),
                rules: Arc::clone(rules),
                subject,
            };
            match namespace {
                None => held.everywhere.push(grant),
                Some(namespace) => held.inside.entry(namespace.to_owned()).or_default().push(grant),
            }
        }
    }

    /// Why somebody may do something; `None` when no binding lets them.
    pub fn decide(&self, subject: &Subject, request: &Request) -> Option<Because> {
        if subject.groups.iter().any(|group| group == MASTERS) {
            return Some(Because::Master);
        }
        let namespace = request.namespace();
        let found = names_of(subject).find_map(|named| {
            let held = self.held.get(&named)?;
            let inside = namespace.and_then(|namespace| held.inside.get(namespace)).into_iter().flatten();
            held.everywhere.iter().chain(inside).find(|grant| grant.allows(request))
        });
        found.map(Grant::because)
    }

    /// Everybody whom bindings name that let a request through, with each of these bindings. Members of
    /// [`MASTERS`] are not told of: who they are stands in no object.
    pub fn who_can(&self, request: &Request) -> Vec<Because> {
        let namespace = request.namespace();
        let mut found: Vec<Because> = self
            .held
            .values()
            .flat_map(|held| {
                let inside = namespace.and_then(|namespace| held.inside.get(namespace)).into_iter().flatten();
                held.everywhere.iter().chain(inside)
            })
            .filter(|grant| grant.allows(request))
            .map(Grant::because)
            .collect();
        found.sort();
        found
    }

    /// In which namespaces somebody may do what a request says, whose own namespace does not count.
    pub fn namespaces(&self, subject: &Subject, request: &Request) -> Namespaces {
        if subject.groups.iter().any(|group| group == MASTERS) {
            return Namespaces::All;
        }
        let mut some = BTreeSet::new();
        for held in names_of(subject).filter_map(|named| self.held.get(&named)) {
            if held.everywhere.iter().any(|grant| grant.allows(request)) {
                return Namespaces::All;
            }
            let here = held.inside.iter();
            let allowing = here.filter(|(_, grants)| grants.iter().any(|grant| grant.allows(request)));
            some.extend(allowing.map(|(namespace, _)| namespace.clone()));
        }
        Namespaces::Some(some)
    }

    /// The roles from which the rules of a `ClusterRole` are gathered; none for one that has rules of its own.
    pub fn parts(&self, role: &str) -> &[String] {
        self.parts.get(role).map(Vec::as_slice).unwrap_or_default()
    }
}

impl Grant {
    fn allows(&self, request: &Request) -> bool {
        // What is no resource is in no namespace.
        let is_path = matches!(request, Request::Path { .. });
        (self.namespace.is_none() || !is_path) && self.rules.iter().any(|rule| rule.allows(request))
    }

    fn because(&self) -> Because {
        Because::Bound {
            namespace: self.namespace.clone(),
            binding: self.binding.clone(),
            role_kind: self.role_kind.clone(),
            role: self.role.clone(),
            subject: self.subject.clone(),
        }
    }
}

/// As what bindings may name somebody.
fn names_of(subject: &Subject) -> impl Iterator<Item = Named> + '_ {
    let account = subject.user.strip_prefix("system:serviceaccount:").and_then(|rest| rest.split_once(':'));
    let account = account.map(|(namespace, name)| Named::ServiceAccount(namespace.into(), name.into()));
    let groups = subject.groups.iter().map(|group| Named::Group(group.clone()));
    std::iter::once(Named::User(subject.user.clone())).chain(account).chain(groups)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Aggregation {
    #[serde(default)]
    cluster_role_selectors: Vec<Selector>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Selector {
    match_labels: HashMap<String, String>,
    match_expressions: Vec<Expression>,
}

#[derive(Deserialize)]
struct Expression {
    key: String,
    operator: String,
    #[serde(default)]
    values: Vec<String>,
}

impl Selector {
    fn selects(&self, role: &Value) -> bool {
        let labels = &role["metadata"]["labels"];
        self.match_labels.iter().all(|(name, value)| labels[name] == value.as_str())
            && self.match_expressions.iter().all(|one| {
                let value = labels[&one.key].as_str();
                let is_in = value.is_some_and(|value| one.values.iter().any(|known| known == value));
                match one.operator.as_str() {
                    "In" => is_in,
                    "NotIn" => !is_in,
                    "Exists" => value.is_some(),
                    "DoesNotExist" => value.is_none(),
                    _ => false,
                }
            })
    }
}

fn parts(cluster_roles: &[Value]) -> HashMap<String, Vec<String>> {
    let gathered = cluster_roles.iter().filter_map(|role| {
        let rule = Aggregation::deserialize(&role["aggregationRule"]).ok()?;
        let selected = cluster_roles.iter().filter(|other| {
            text(other, "name") != text(role, "name")
                && rule.cluster_role_selectors.iter().any(|selector| selector.selects(other))
        });
        let mut names: Vec<String> = selected.map(|other| text(other, "name").to_owned()).collect();
        names.sort();
        Some((text(role, "name").to_owned(), names))
    });
    gathered.collect()
}
