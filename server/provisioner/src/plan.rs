//! What a cluster should say, from what the console's tables say. Pure.

use access::permissions::{ANY, CUSTOM, FOR_MEMBERS, Lock, Rule};
use access::rights::{ADMINISTRATORS, MEMBERS, cluster_group, project_group, workspace_group};
use access::roles::{ADMINISTRATOR, Permissions, permissions_of};
use access::user_name;
use database::accounts::Account;
use database::limits::Limits;
use database::members::{Member, Place};
use database::projects::Project;
use database::roles::OwnRole;
use database::workspaces::Workspace;
use model::{ClusterName, Namespace, Tier};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

mod limits;

/// The label whose value is the console's id.
pub const CONSOLE_LABEL: &str = "orrery.dev/console";
/// The label on a namespace that is a project, whose value is the project's id.
pub const PROJECT_LABEL: &str = "orrery.dev/project";
/// The label on a namespace whose project belongs to a workspace, whose value is the workspace's name.
pub const WORKSPACE_LABEL: &str = "orrery.dev/workspace";

/// The label on a namespace that says which of its Pod Security labels are this console's, so that no other is touched.
pub const POD_SECURITY_LABEL: &str = "orrery.dev/pod-security";

/// Names in one list: an object of some 30 kB.
const NAMES_IN_A_LIST: usize = 500;

/// The console's tables at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tables {
    /// This console.
    pub console: Uuid,
    /// Everybody.
    pub accounts: Vec<Account>,
    /// All workspaces.
    pub workspaces: Vec<Workspace>,
    /// All projects.
    pub projects: Vec<Project>,
    /// All roles that people made.
    pub roles: Vec<OwnRole>,
    /// Who holds what.
    pub members: Vec<Member>,
    /// How much workspaces and projects may have, and who may reach them.
    pub limits: Limits,
}

impl Tables {
    /// What one cluster is told of: a change of anything else is no reason to ask it anything.
    pub fn about(&self, cluster: &ClusterName) -> Self {
        let here = |project: &&Project| project.cluster == *cluster;
        let projects: BTreeSet<Uuid> = self.projects.iter().filter(here).map(|project| project.id).collect();
        let workspaces: BTreeSet<Uuid> =
            self.projects.iter().filter(here).filter_map(|project| project.workspace).collect();
        let is_told = |member: &&Member| {
            let is_here = match &member.place {
                Place::Cluster(name) => name == cluster,
                Place::Workspace(id) => workspaces.contains(id),
                Place::Project(id) => projects.contains(id),
            };
            member.is_enabled && is_here
        };
        let members: Vec<Member> = self.members.iter().filter(is_told).cloned().collect();
        let held: BTreeSet<&str> = members.iter().map(|member| member.role.as_str()).collect();
        let is_held = |role: &&OwnRole| held.contains(role.id.to_string().as_str());
        let administers = |one: &&Account| one.is_enabled && one.role == ADMINISTRATOR;
        let all = &self.limits;
        let limits = Limits {
            // What keeps to it was found out when it was said.
            workspaces: BTreeMap::new(),
            projects: some(&all.projects, |id| projects.contains(id)),
            closed_classes: some(&all.closed_classes, |(id, name)| {
                name == cluster && workspaces.contains(id)
            }),
            isolated_workspaces: &all.isolated_workspaces & &workspaces,
            isolated_projects: &all.isolated_projects & &projects,
            pod_security: some(&all.pod_security, |id| projects.contains(id)),
        };
        Self {
            console: self.console,
            accounts: self.accounts.iter().filter(administers).cloned().collect(),
            workspaces: self.workspaces.iter().filter(|one| workspaces.contains(&one.id)).cloned().collect(),
            projects: self.projects.iter().filter(here).cloned().collect(),
            roles: self.roles.iter().filter(is_held).cloned().collect(),
            members,
            limits,
        }
    }
}

/// Those of some values whose keys are wanted.
fn some<K: Clone + Ord, V: Clone>(all: &BTreeMap<K, V>, is_wanted: impl Fn(&K) -> bool) -> BTreeMap<K, V> {
    let wanted = all.iter().filter(|(key, _)| is_wanted(key));
    wanted.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// As whom the console's own account is known to a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnAccount {
    /// The user.
    pub user: String,
    /// Whether it may do everything anyway, so that a list of what it may do means nothing.
    pub is_master: bool,
}

/// What one cluster should say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// Objects: roles before their bindings, then quotas, defaults and network policies.
    pub objects: Vec<Value>,
    /// Labels of namespaces that are projects.
    pub namespaces: BTreeMap<Namespace, BTreeMap<&'static str, String>>,
}

/// What a cluster should say. `groups` are the API groups that it serves.
pub fn plan(tables: &Tables, cluster: &ClusterName, own: &OwnAccount, groups: &BTreeSet<String>) -> Plan {
    let here = Here::of(tables, cluster);
    let label = json!({CONSOLE_LABEL: tables.console.to_string(), "app.kubernetes.io/managed-by": "orrery"});
    let mut objects = vec![
        role(&label, "orrery:members", &rules(FOR_MEMBERS.iter(), groups)),
        everywhere(&label, "orrery:administrators", "cluster-admin", ADMINISTRATORS),
        everywhere(&label, "orrery:members", "orrery:members", MEMBERS),
    ];
    for (word, permissions) in &here.roles {
        objects.push(role(&label, &role_name(word), &rules(permissions.rules(), groups)));
    }
    for word in &here.in_cluster {
        let name = format!("orrery:c:{word}");
        objects.push(everywhere(&label, &name, &role_name(word), &cluster_group(word)));
    }
    for (project, word) in &here.in_projects {
        let group = project_group(project.id, word);
        objects.push(inside(
            &label,
            &project.namespace,
            &format!("orrery:p:{word}"),
            &role_name(word),
            &group,
        ));
    }
    for (project, workspace, word) in &here.in_workspaces {
        let group = workspace_group(*workspace, word);
        objects.push(inside(
            &label,
            &project.namespace,
            &format!("orrery:w:{word}"),
            &role_name(word),
            &group,
        ));
    }
    if !own.is_master {
        objects.extend(impersonation(&label, own, &here));
    }
    objects.extend(here.projects.iter().flat_map(|project| limits::of_project(&label, project, tables)));
    let of_workspace = |id: Uuid| {
        tables.workspaces.iter().find(|workspace| workspace.id == id).map(|one| one.name.to_string())
    };
    let namespaces = here.projects.iter().map(|project| {
        let mut labels = BTreeMap::from([(PROJECT_LABEL, project.id.to_string())]);
        labels.extend(project.workspace.and_then(of_workspace).map(|name| (WORKSPACE_LABEL, name)));
        let asked = tables.limits.pod_security.get(&project.id).copied().unwrap_or_default();
        labels.extend(asked.labels().map(|(label, level)| (label, level.word().to_owned())));
        (project.namespace.clone(), labels)
    });
    Plan { namespaces: namespaces.collect(), objects }
}

/// What the tables say about one cluster.
struct Here<'t> {
    projects: Vec<&'t Project>,
    roles: BTreeMap<String, Permissions>,
    in_cluster: BTreeSet<String>,
    in_projects: Vec<(&'t Project, String)>,
    in_workspaces: Vec<(&'t Project, Uuid, String)>,
    people: BTreeSet<Uuid>,
}

impl<'t> Here<'t> {
    fn of(tables: &'t Tables, cluster: &ClusterName) -> Self {
        let projects: Vec<&Project> =
            tables.projects.iter().filter(|project| project.cluster == *cluster).collect();
        let administrators = tables.accounts.iter().filter(|one| one.is_enabled && one.role == ADMINISTRATOR);
        let mut here = Self {
            roles: BTreeMap::new(),
            in_cluster: BTreeSet::new(),
            in_projects: Vec::new(),
            in_workspaces: Vec::new(),
            people: administrators.map(|account| account.id).collect(),
            projects,
        };
        let mut in_projects = BTreeSet::new();
        let mut in_workspaces = BTreeSet::new();
        for member in tables.members.iter().filter(|member| member.is_enabled) {
            let is_here = match &member.place {
                Place::Cluster(name) => {
                    let is_here = name == cluster;
                    here.in_cluster.extend(is_here.then(|| member.role.clone()));
                    is_here
                }
                Place::Project(id) => {
                    let found = here.projects.iter().position(|project| project.id == *id);
                    in_projects.extend(found.map(|index| (index, member.role.clone())));
                    found.is_some()
                }
                Place::Workspace(id) => {
                    let own = here.projects.iter().enumerate().filter(|(_, one)| one.workspace == Some(*id));
                    let own: Vec<usize> = own.map(|(index, _)| index).collect();
                    in_workspaces.extend(own.iter().map(|index| (*index, *id, member.role.clone())));
                    !own.is_empty()
                }
            };
            if is_here {
                here.people.insert(member.account);
                if !here.roles.contains_key(&member.role) {
                    let allowed = permissions(tables, &member.role, member.place.tier());
                    here.roles.insert(member.role.clone(), allowed);
                }
            }
        }
        here.in_projects =
            in_projects.into_iter().map(|(index, role)| (here.projects[index], role)).collect();
        here.in_workspaces =
            in_workspaces.into_iter().map(|(index, id, role)| (here.projects[index], id, role)).collect();
        here
    }
}

fn permissions(tables: &Tables, role: &str, tier: Tier) -> Permissions {
    let own = tables.roles.iter().find(|own| own.tier == tier && own.id.to_string() == role);
    permissions_of(role, tier, own.map(|own| own.permissions.as_str()))
}

fn role_name(word: &str) -> String {
    format!("orrery:role:{word}")
}

/// The rules that a cluster is told: those of its lock, with the API groups that it serves where a rule stands for all
/// that Kubernetes does not bring along.
fn rules<'r>(rules: impl Iterator<Item = &'r Rule>, groups: &BTreeSet<String>) -> Vec<Value> {
    let custom: Vec<&String> = groups.iter().filter(|group| access::permissions::is_custom(group)).collect();
    let told = rules.filter(|rule| rule.lock != Lock::Console && !rule.is_for_the_console());
    let told = told.filter_map(|rule| {
        let groups = match rule.group {
            CUSTOM if custom.is_empty() => return None,
            CUSTOM => json!(custom),
            group => json!([group]),
        };
        let mut verbs: Vec<&str> = rule.verbs.iter().map(|verb| verb.word()).collect();
        if verbs.contains(&"delete") {
            verbs.push("deletecollection");
        }
        let is_all = rule.group == ANY;
        let verbs = if is_all { vec!["*"] } else { verbs };
        Some(json!({"apiGroups": groups, "resources": rule.resources, "verbs": verbs}))
    });
    told.collect()
}

fn role(label: &Value, name: &str, rules: &[Value]) -> Value {
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
        "metadata": {"name": name, "labels": label}, "rules": rules,
    })
}

fn everywhere(label: &Value, name: &str, role: &str, group: &str) -> Value {
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
        "metadata": {"name": name, "labels": label},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": group}],
    })
}

fn inside(label: &Value, namespace: &Namespace, name: &str, role: &str, group: &str) -> Value {
    let mut binding = everywhere(label, name, role, group);
    binding["kind"] = "RoleBinding".into();
    binding["metadata"]["namespace"] = namespace.as_str().into();
    binding
}

/// As whom the console's own account may act.
fn impersonation(label: &Value, own: &OwnAccount, here: &Here<'_>) -> Vec<Value> {
    let mut groups =
        BTreeSet::from([ADMINISTRATORS.to_owned(), MEMBERS.to_owned(), "system:authenticated".into()]);
    groups.extend(here.in_cluster.iter().map(|role| cluster_group(role)));
    groups.extend(here.in_projects.iter().map(|(project, role)| project_group(project.id, role)));
    groups.extend(here.in_workspaces.iter().map(|(_, id, role)| workspace_group(*id, role)));
    let users: Vec<String> = here.people.iter().map(|id| user_name(*id)).collect();
    let groups: Vec<String> = groups.into_iter().collect();

    let lists = [("users", users), ("groups", groups)];
    let lists = lists.iter().flat_map(|(resource, names)| {
        names.chunks(NAMES_IN_A_LIST).enumerate().map(move |(index, names)| {
            let rule = json!({
                "apiGroups": [""], "resources": [resource], "resourceNames": names, "verbs": ["impersonate"],
            });
            (format!("orrery:impersonate:{resource}:{index}"), rule)
        })
    });
    let subject = subject(&own.user);
    lists
        .flat_map(|(name, rule)| {
            let mut binding = everywhere(label, &name, &name, "");
            binding["subjects"] = json!([subject]);
            [role(label, &name, &[rule]), binding]
        })
        .collect()
}

fn subject(user: &str) -> Value {
    let account = user.strip_prefix("system:serviceaccount:").and_then(|rest| rest.split_once(':'));
    match account {
        Some((namespace, name)) => json!({"kind": "ServiceAccount", "namespace": namespace, "name": name}),
        None => json!({"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user}),
    }
}

#[cfg(test)]
mod tests;
