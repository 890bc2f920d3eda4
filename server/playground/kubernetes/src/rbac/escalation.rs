//! Nobody gives more than they have: what roles and bindings may say depends on who writes them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Attributes, GROUP, Rule, contains, rules_in};
use crate::Status;
use crate::cluster::Cluster;
use crate::identity::Identity;
use crate::rest::request::RequestInfo;

impl Rule {
    /// Whether this rule allows everything the other one does.
    fn covers(&self, other: &Self) -> bool {
        let all = |mine: &[String], theirs: &[String]| theirs.iter().all(|one| contains(mine, one));
        if !other.paths.is_empty() {
            return all(&self.verbs, &other.verbs)
                && other.paths.iter().all(|path| {
                    self.paths.iter().any(|one| {
                        one == path || one.strip_suffix('*').is_some_and(|start| path.starts_with(start))
                    })
                });
        }
        let resources = other.resources.iter().all(|resource| {
            contains(&self.resources, resource)
                || resource
                    .split_once('/')
                    .is_some_and(|(_, sub)| self.resources.contains(&format!("*/{sub}")))
        });
        all(&self.verbs, &other.verbs)
            && all(&self.api_groups, &other.api_groups)
            && resources
            && (self.resource_names.is_empty()
                || (!other.resource_names.is_empty()
                    && other.resource_names.iter().all(|name| self.resource_names.contains(name))))
    }

    /// One rule for each verb, group and resource.
    fn split(&self) -> Vec<Self> {
        let one = |text: &String| vec![text.clone()];
        let mut parts = Vec::new();
        for verb in &self.verbs {
            for path in &self.paths {
                parts.push(Self { verbs: one(verb), paths: one(path), ..Self::default() });
            }
            for group in &self.api_groups {
                for resource in &self.resources {
                    let part = Self {
                        verbs: one(verb),
                        api_groups: one(group),
                        resources: one(resource),
                        ..Self::default()
                    };
                    if self.resource_names.is_empty() {
                        parts.push(part);
                    } else {
                        parts.extend(
                            self.resource_names
                                .iter()
                                .map(|name| Self { resource_names: one(name), ..part.clone() }),
                        );
                    }
                }
            }
        }
        parts
    }
}

/// Refuses roles and bindings that would give more than the writer has, unless the writer may do just that.
pub(crate) fn check_escalation(
    cluster: &Cluster,
    identity: &Identity,
    info: &RequestInfo,
    new: &Value,
) -> Result<(), Status> {
    let policy = cluster.policy();
    let namespace = info.namespace.clone().unwrap_or_default();
    let (verb, resource, rules) = match new["kind"].as_str() {
        Some("Role" | "ClusterRole") => ("escalate", info.resource.as_str(), rules_in(new)),
        Some("RoleBinding" | "ClusterRoleBinding") => {
            let role = &new["roleRef"];
            let resource = if role["kind"] == "Role" { "roles" } else { "clusterroles" };
            let rules = policy.role(&namespace, role).map(|rules| rules.to_vec());
            ("bind", resource, rules.unwrap_or_default())
        }
        _ => return Ok(()),
    };
    let name = if verb == "bind" { &new["roleRef"]["name"] } else { &new["metadata"]["name"] };
    let permission = Attributes {
        verb: verb.to_owned(),
        group: GROUP.to_owned(),
        resource: resource.to_owned(),
        name: name.as_str().unwrap_or_default().to_owned(),
        namespace: info.namespace.clone(),
        ..Attributes::default()
    };
    if policy.allows(identity, &permission) {
        return Ok(());
    }
    let mine = policy.rules_of(identity, &namespace);
    let missing: Vec<String> = rules
        .iter()
        .flat_map(Rule::split)
        .filter(|part| !mine.iter().any(|rule| rule.covers(part)))
        .map(|part| describe(&part))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let name = new["metadata"]["name"].as_str().unwrap_or_default();
    Err(Status::forbidden(
        &info.plural_group(),
        name,
        &format!(
            "user \"{}\" (groups={}) is attempting to grant RBAC permissions not currently held:\n{}",
            identity.user,
            json!(identity.groups).to_string().replace(',', " "),
            missing.join("\n")
        ),
    ))
}

fn describe(rule: &Rule) -> String {
    let quoted = |list: &[String]| {
        format!("[{}]", list.iter().map(|one| format!("\"{one}\"")).collect::<Vec<_>>().join(" "))
    };
    let mut parts = Vec::new();
    for (name, list) in [
        ("NonResourceURLs", &rule.paths),
        ("APIGroups", &rule.api_groups),
        ("Resources", &rule.resources),
        ("ResourceNames", &rule.resource_names),
        ("Verbs", &rule.verbs),
    ] {
        if !list.is_empty() {
            parts.push(format!("{name}:{}", quoted(list)));
        }
    }
    format!("{{{}}}", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::Rule;

    fn rule(verbs: &[&str], groups: &[&str], resources: &[&str]) -> Rule {
        let own = |list: &[&str]| list.iter().map(|&one| one.to_owned()).collect();
        Rule { verbs: own(verbs), api_groups: own(groups), resources: own(resources), ..Rule::default() }
    }

    #[test]
    fn a_rule_covers_what_it_lists_and_no_more() {
        let broad = rule(&["get", "list"], &["", "apps"], &["*"]);

        assert!(broad.covers(&rule(&["get"], &["apps"], &["deployments"])));
        assert!(!broad.covers(&rule(&["delete"], &["apps"], &["deployments"])));
    }
}
