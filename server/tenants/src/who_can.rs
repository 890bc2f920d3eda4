//! Who can do something in a cluster: people by roles of the console, and whoever the cluster's own bindings name.

use crate::ForCaller;
use crate::actions::Where;
use crate::members::Names;
use access::rights::{ADMINISTRATORS, MEMBERS};
use access::roles::ADMINISTRATOR;
use access::{Action, Caller, Need, Place, Resource, Verb, decide};
use database::members::Member;
use model::fault::QuestionFault;
use model::{ClusterName, ConsoleError, FieldProblem, Namespace, ObjectName, Thing};
use provisioner::ReadBindings;
use rbac::{Because, Named, Policy, Request, Subject};
use workspaces_contract::{InheritedRow, PersonCan, SubjectCan, WhoCan, WhoCanQuery};

/// Parts that only the console knows.
const OWN_PARTS: [&str; 4] = ["operate", "cordon", "drain", "trigger"];

const VERBS: [Verb; 7] =
    [Verb::Get, Verb::List, Verb::Watch, Verb::Create, Verb::Update, Verb::Patch, Verb::Delete];

/// Seeing bindings of the whole cluster.
#[derive(Clone)]
struct SeeClusterBindings(ClusterName);

impl Action for SeeClusterBindings {
    const NAME: &'static str = "read bindings";

    fn need(&self) -> Need {
        let bindings = Resource::new("rbac.authorization.k8s.io", "clusterrolebindings");
        Need::to_all(Verb::List, bindings, self.0.clone(), Place::Cluster)
    }
}

/// What is asked, as a need of the console.
fn asked(cluster: &ClusterName, query: &WhoCanQuery) -> Result<Need, ConsoleError> {
    let mut problems = Vec::new();
    let verb = VERBS.into_iter().find(|verb| verb.word() == query.verb);
    if verb.is_none() {
        problems.push(FieldProblem::of("verb", QuestionFault::Verb));
    }
    let resource = resource(query.resource.trim());
    if resource.is_none() {
        problems.push(FieldProblem::of("resource", QuestionFault::Resource));
    }
    let place = match query.namespace.trim() {
        "" => Ok(Place::Cluster),
        namespace => Namespace::parse(namespace).map(Place::Namespace),
    };
    problems.extend(place.as_ref().err().map(|error| FieldProblem::of("namespace", error.rule)));
    let name = match query.name.trim() {
        "" => Ok(None),
        name => ObjectName::parse(name).map(Some),
    };
    problems.extend(name.as_ref().err().map(|error| FieldProblem::of("name", error.rule)));
    match (verb, resource, place, name) {
        (Some(verb), Some(resource), Ok(place), Ok(name)) => {
            Ok(Need { name, ..Need::to_all(verb, resource, cluster.clone(), place) })
        }
        _ => Err(ConsoleError::Invalid { problems }),
    }
}

/// Reads `deployments.apps/scale`.
fn resource(text: &str) -> Option<Resource> {
    let is_word = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
    };
    let (whole, part) = text.split_once('/').map_or((text, None), |(whole, part)| (whole, Some(part)));
    let (plural, group) = whole.split_once('.').unwrap_or((whole, ""));
    let is_good = is_word(plural) && (group.is_empty() || is_word(group)) && part.is_none_or(is_word);
    let resource = is_good.then(|| Resource::new(group, plural))?;
    Some(match part {
        Some(part) => resource.part(part),
        None => resource,
    })
}

/// The same, as the cluster is asked.
fn request(need: &Need, namespace: Option<&Namespace>) -> Request {
    Request::Resource {
        verb: need.verb.word().into(),
        group: need.resource.group.clone(),
        resource: need.resource.plural.clone(),
        subresource: need.resource.subresource.clone().unwrap_or_default(),
        namespace: namespace.map(ToString::to_string),
        name: need.name.as_ref().map(ToString::to_string).unwrap_or_default(),
    }
}

impl ForCaller {
    pub(crate) async fn ask_who_can(
        &self,
        cluster: ClusterName,
        query: WhoCanQuery,
    ) -> Result<WhoCan, ConsoleError> {
        let is_known = self.tenants.kubernetes.clusters().any(|known| *known.name() == cluster);
        if !is_known || !self.caller.may_see_cluster(&cluster) {
            return Err(ConsoleError::unknown(Thing::Cluster(cluster.to_string())));
        }
        let need = asked(&cluster, &query)?;
        let namespace = match &need.place {
            Place::Namespace(namespace) => Some(namespace.clone()),
            _ => None,
        };
        let read = ReadBindings { cluster: cluster.clone(), namespace: namespace.clone() };
        let granted = self.grant(read).await?;
        let sees_all = self.may(&SeeClusterBindings(cluster));
        let request = request(&need, namespace.as_ref());
        // A cluster that does not answer hides its own bindings, not the console's roles.
        let (policy, problem) = match self.tenants.provisioner.bindings(&granted).await {
            Ok(objects) => (Some(Policy::new(&objects)), None),
            Err(error) => (None, Some(error.to_string())),
        };
        let of_cluster = policy.as_ref().map(|policy| policy.who_can(&request)).unwrap_or_default();
        Ok(WhoCan {
            people: self.people_who_can(&need, &request, policy.as_ref()).await?,
            subjects: of_cluster.into_iter().filter_map(|because| subject(because, sees_all)).collect(),
            is_partial: !sees_all,
            problem,
        })
    }

    async fn people_who_can(
        &self,
        need: &Need,
        request: &Request,
        policy: Option<&Policy>,
    ) -> Result<Vec<PersonCan>, ConsoleError> {
        let names = Names::read(&self.tenants).await?;
        let members = self.tenants.database.members().await?;
        let accounts = self.tenants.database.accounts().await?;
        let everybody = self.tenants.access.everybody().await?;
        let is_ours = need.resource.subresource.as_deref().is_some_and(|part| OWN_PARTS.contains(&part));
        let able = everybody.iter().filter(|somebody| decide(somebody, need).is_ok());
        let person = |somebody: &Caller| {
            let identity = somebody.identity(need);
            let subject = Subject { user: identity.user, groups: identity.groups };
            let agrees = policy.filter(|_| !is_ours).map(|policy| policy.decide(&subject, request).is_some());
            let account = accounts.iter().find(|account| account.id == somebody.account_id);
            PersonCan {
                name: somebody.name.clone(),
                full_name: account.map(|account| account.full_name.clone()).unwrap_or_default(),
                by: by(somebody, need, &members, &names),
                cluster_agrees: agrees,
            }
        };
        Ok(able.map(person).collect())
    }
}

/// The roles that let somebody do it.
fn by(somebody: &Caller, need: &Need, members: &[Member], names: &Names) -> Vec<InheritedRow> {
    if somebody.rights.role == ADMINISTRATOR {
        return vec![names.held_on_platform(&somebody.name, ADMINISTRATOR)];
    }
    let is_there = |member: &Member| match (names.place_of(&member.place), &need.place) {
        (Some(Where::Cluster(cluster)), _) => Some(&cluster) == need.cluster.as_ref(),
        (Some(Where::Workspace(workspace)), Place::Namespace(namespace)) => {
            names.projects.iter().any(|project| {
                project.workspace == Some(workspace.id)
                    && Some(&project.cluster) == need.cluster.as_ref()
                    && project.namespace == *namespace
            })
        }
        (Some(Where::Project(project)), Place::Namespace(namespace)) => {
            Some(&project.cluster) == need.cluster.as_ref() && project.namespace == *namespace
        }
        _ => false,
    };
    let own = members.iter().filter(|member| member.account == somebody.account_id && is_there(member));
    let allowing = own.filter(|member| {
        names.permissions(&member.role, member.place.tier()).allow(need.verb, &need.resource)
    });
    allowing.map(|member| names.held(member)).collect()
}

/// Whom a binding names, unless it is one of the console's own, of whose people the other list tells.
fn subject(because: Because, sees_all: bool) -> Option<SubjectCan> {
    let Because::Bound { namespace, binding, role_kind, role, subject } = because else { return None };
    if namespace.is_none() && !sees_all {
        return None;
    }
    let (kind, name) = match subject {
        Named::User(name) => ("User", name),
        Named::Group(name) => ("Group", name),
        Named::ServiceAccount(namespace, name) => ("ServiceAccount", format!("{namespace}/{name}")),
    };
    let is_ours = kind == "Group"
        && (name == ADMINISTRATORS
            || name == MEMBERS
            || ["orrery:c:", "orrery:w:", "orrery:p:"].iter().any(|stem| name.starts_with(stem)));
    (!is_ours).then(|| SubjectCan { kind: kind.into(), name, namespace, binding, role_kind, role })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_read_as_they_stand_in_paths() {
        let read = |text: &str| resource(text).map(|resource| resource.to_string());

        assert_eq!(read("pods/exec").as_deref(), Some("pods/exec"));
        assert_eq!(read("deployments.apps/scale").as_deref(), Some("deployments.apps/scale"));
        assert_eq!(
            read("httproutes.gateway.networking.k8s.io").as_deref(),
            Some("httproutes.gateway.networking.k8s.io")
        );
        for wrong in ["", "/exec", "pods/", "a b", "pods/exec/more", "*"] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }
}
