//! Addresses of pages. Every link of the console is built here, so that every name in it is escaped.

mod escaped;
mod forms;
mod observed;

use crate::{
    ClusterName, DEFAULT_PAGE_SIZE, KindSlug, Namespace, ObjectName, ResourceRef, TableQuery, WorkspaceName,
};

pub use escaped::{escape, unescape};
pub use forms::{FILLED, WITH_FORM, edit_form, filled_form, has_form, new_form};
pub use observed::{
    alerts, bill_file, built_in_rules, consumption, dashboard, dashboards, edit_dashboard, edit_panel,
    edit_rule, embed_dashboard, explore, export_dashboard, import_dashboard, later_silence, list_alert,
    list_alerts, monitoring, monitoring_of, new_dashboard, new_list_alert, new_rule, new_rule_of,
    new_silence, past_events, past_logs, project_consumption, ranking, records, request_there, routing,
    rules, saved_searches, workspace_consumption, workspace_usage,
};

/// What stands for "no namespace" in an address; no namespace can be called so.
pub const NO_NAMESPACE: &str = "-";

/// A cluster's overview.
pub fn cluster(name: &ClusterName) -> String {
    format!("/clusters/{name}")
}

/// All workspaces.
pub const WORKSPACES: &str = "/workspaces";
/// Roles that can be given everywhere.
pub const ROLES: &str = "/roles";
/// Everybody who can sign in.
pub const PEOPLE: &str = "/people";
/// What somebody may do, and by what.
pub const RIGHTS: &str = "/rights";
/// What people have asked for.
pub const REQUESTS: &str = "/requests";
/// The form that asks for a role.
pub const NEW_REQUEST: &str = "/requests/new";
/// Receivers of notifications.
pub const NOTIFICATIONS: &str = "/notifications";
/// The form of a new receiver.
pub const NEW_RECEIVER: &str = "/notifications/new";
/// The mail server of a place, for receivers there.
pub const MAIL_SERVER: &str = "/notifications/mail";
/// What was done, and refused.
pub const AUDIT: &str = "/audit";

/// A site that is shown among the console's own pages: for a cluster, or for none.
pub fn site(cluster: Option<&ClusterName>, title: &str) -> String {
    let around = cluster.map(self::cluster).unwrap_or_default();
    format!("{around}/sites/{}", escape(title))
}

/// Departments of the whole console.
pub const DEPARTMENTS: &str = "/departments";

/// A workspace.
pub fn workspace(name: &WorkspaceName) -> String {
    workspace_named(name.as_str(), "")
}

/// One tab of a workspace's page.
pub fn workspace_tab(name: &WorkspaceName, tab: &str) -> String {
    workspace_named(name.as_str(), tab)
}

/// One tab of the page of a workspace whose name nobody has checked; the first one when it is empty.
pub fn workspace_named(name: &str, tab: &str) -> String {
    let page = format!("{WORKSPACES}/{}", escape(name));
    if tab.is_empty() { page } else { format!("{page}?tab={}", escape(tab)) }
}

/// The roles of a workspace; those that can be given everywhere when it is empty.
pub fn roles_of(workspace: &str) -> String {
    if workspace.is_empty() { ROLES.into() } else { workspace_named(workspace, "roles") }
}

/// The departments of a workspace; those of the whole console when it is empty.
pub fn departments(workspace: &str) -> String {
    if workspace.is_empty() { DEPARTMENTS.into() } else { workspace_named(workspace, "departments") }
}

/// One department, beside all others.
pub fn department(workspace: &str, id: &str) -> String {
    let page = departments(workspace);
    let mark = if page.contains('?') { '&' } else { '?' };
    format!("{page}{mark}department={}", escape(id))
}

/// Who holds roles in a cluster as a whole.
pub fn cluster_members(cluster: &ClusterName) -> String {
    format!("/clusters/{cluster}/members")
}

/// Who holds roles in a project.
pub fn project_members(cluster: &ClusterName, namespace: &Namespace) -> String {
    format!("/clusters/{cluster}/members/{namespace}")
}

/// Who can do something in a cluster, or in one of its namespaces.
pub fn who_can(cluster: &ClusterName, namespace: Option<&Namespace>) -> String {
    let question = namespace.map(|namespace| format!("?namespace={namespace}")).unwrap_or_default();
    format!("/clusters/{cluster}/who-can{question}")
}

/// What somebody may do in a place, as `MemberPlace` writes it: on the platform when it is empty. Nobody's name stands for
/// the reader's.
pub fn rights(person: &str, place: &str) -> String {
    let pairs = [("person", person), ("place", place)];
    let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
    let pairs: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", escape(value))).collect();
    if pairs.is_empty() { RIGHTS.into() } else { format!("{RIGHTS}?{}", pairs.join("&")) }
}

/// The form that asks for a role in a place, which is none when it is empty.
pub fn new_request(place: &str) -> String {
    if place.is_empty() { NEW_REQUEST.into() } else { format!("{NEW_REQUEST}?place={}", escape(place)) }
}

/// What people have asked for, with one request open for deciding.
pub fn decide_request(id: &str) -> String {
    format!("{REQUESTS}?decide={}", escape(id))
}

/// Somebody's account.
pub fn person(name: &str) -> String {
    format!("{PEOPLE}/{}", escape(name))
}

/// A request in the console's own audit trail.
pub fn request_here(request: &str) -> String {
    format!("{AUDIT}?text={}", escape(request))
}

/// The list of a kind.
pub fn list(cluster: &ClusterName, kind: &KindSlug) -> String {
    format!("/clusters/{cluster}/{kind}")
}

/// What was deleted in a cluster.
pub fn deleted(cluster: &ClusterName) -> String {
    format!("/clusters/{cluster}/deleted")
}

/// What terminals of a cluster showed, or those of one of its namespaces.
pub fn recordings(cluster: &ClusterName, namespace: Option<&Namespace>) -> String {
    let question = namespace.map(|namespace| format!("?namespace={namespace}")).unwrap_or_default();
    format!("/clusters/{cluster}/recordings{question}")
}

/// One recording of a terminal.
pub fn recording(cluster: &ClusterName, id: &str) -> String {
    format!("/clusters/{cluster}/recordings/{}", escape(id))
}

/// A recording of a terminal as a file.
pub fn recording_file(cluster: &ClusterName, id: &str) -> String {
    format!("{}/file", recording(cluster, id))
}

/// A list with its search, order and page. Defaults are left out, so equal views have equal addresses.
pub fn table(query: &TableQuery) -> String {
    let mut pairs = Vec::new();
    for namespace in &query.namespaces {
        pairs.push(format!("namespace={namespace}"));
    }
    if !query.search.trim().is_empty() {
        pairs.push(format!("search={}", escape(query.search.trim())));
    }
    if let Some(sort) = &query.sort {
        pairs.push(format!("sort={}", escape(&sort.to_string())));
    }
    if query.page > 0 {
        pairs.push(format!("page={}", query.page + 1));
    }
    if query.size != DEFAULT_PAGE_SIZE {
        pairs.push(format!("size={}", query.size));
    }
    let address = list(&query.cluster, &query.kind);
    if pairs.is_empty() { address } else { format!("{address}?{}", pairs.join("&")) }
}

/// A receiver of notifications.
pub fn receiver(id: &str) -> String {
    format!("{NOTIFICATIONS}/{}", escape(id))
}

/// The mail server of a place, as forms carry it.
pub fn mail_server(place: &str) -> String {
    format!("{MAIL_SERVER}?place={}", escape(place))
}

/// The page of one object.
pub fn object(resource: &ResourceRef) -> String {
    object_parts(&resource.cluster, &resource.kind, resource.namespace.as_ref(), &resource.name)
}

/// The page of one object, from its parts.
pub fn object_parts(
    cluster: &ClusterName,
    kind: &KindSlug,
    namespace: Option<&Namespace>,
    name: &ObjectName,
) -> String {
    let namespace = namespace.map_or(NO_NAMESPACE, Namespace::as_str);
    format!("/clusters/{cluster}/{kind}/{namespace}/{}", escape(name.as_str()))
}

/// One tab of an object's page.
pub fn object_tab(resource: &ResourceRef, tab: &str) -> String {
    format!("{}?tab={}", object(resource), escape(tab))
}

/// Search over everything.
pub fn search(text: &str) -> String {
    if text.is_empty() { "/search".into() } else { format!("/search?q={}", escape(text)) }
}

/// Where a kubeconfig is made that begins with a cluster.
pub fn kubeconfig(cluster: &ClusterName) -> String {
    format!("/account?tab=tokens&cluster={cluster}#kubectl")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::Sort;

    #[test]
    fn names_are_escaped_in_addresses() {
        let role = ResourceRef {
            cluster: ClusterName::parse("harbour").unwrap(),
            kind: KindSlug::parse("clusterroles").unwrap(),
            namespace: None,
            name: ObjectName::parse("my role?x=#1").unwrap(),
        };

        assert_eq!(object(&role), "/clusters/harbour/clusterroles/-/my%20role%3Fx%3D%231");
    }

    #[test]
    fn a_list_address_leaves_defaults_out() {
        let cluster = ClusterName::parse("harbour").unwrap();
        let mut query = TableQuery::of(cluster, KindSlug::parse("pods").unwrap());
        assert_eq!(table(&query), "/clusters/harbour/pods");

        query.search = "status:failed app=web".into();
        query.sort = Some(Sort { column: "restarts".into(), descending: true });
        query.page = 2;
        assert_eq!(
            table(&query),
            "/clusters/harbour/pods?search=status%3Afailed%20app%3Dweb&sort=-restarts&page=3"
        );
    }

    #[test]
    fn whose_rights_and_where_stand_in_the_address() {
        assert_eq!(rights("", ""), "/rights");
        assert_eq!(
            rights("ada b", "project/harbour/shop"),
            "/rights?person=ada%20b&place=project%2Fharbour%2Fshop"
        );
    }
}
