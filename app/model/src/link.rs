//! Addresses of pages. Every link of the console is built here, so that every name in it is escaped.

use crate::{
    ClusterName, DEFAULT_PAGE_SIZE, KindSlug, Namespace, ObjectName, ResourceRef, Sort, TableQuery,
    Timestamp, WorkspaceName,
};
use std::fmt::Write;

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

/// How a cluster is doing, in charts.
pub fn monitoring(cluster: &ClusterName) -> String {
    format!("/clusters/{cluster}/monitoring")
}

/// What a cluster's rules warn of.
pub fn alerts(cluster: &ClusterName) -> String {
    format!("/clusters/{cluster}/monitoring/alerts")
}

/// The form for a silence that begins with these conditions, one in a line.
pub fn new_silence(cluster: &ClusterName, matchers: &str) -> String {
    format!("/clusters/{cluster}/monitoring/silences/new?matchers={}", escape(matchers))
}

/// The rules of a cluster.
pub fn rules(cluster: &ClusterName) -> String {
    format!("/clusters/{cluster}/monitoring/rules")
}

/// The form for a new rule by a template, or with a query of one's own when that is `query`; empty for choosing one.
pub fn new_rule(cluster: &ClusterName, template: &str) -> String {
    let page = format!("{}/new", rules(cluster));
    if template.is_empty() { page } else { format!("{page}?template={}", escape(template)) }
}

/// The form of a rule: in which object and group it is, and which one of the group's rules, counted from 0.
pub fn edit_rule(object: &ResourceRef, group: &str, index: usize) -> String {
    let namespace = object.namespace.as_ref().map_or(NO_NAMESPACE, Namespace::as_str);
    let name = escape(object.name.as_str());
    format!("{}/{namespace}/{name}?group={}&rule={index}", rules(&object.cluster), escape(group))
}

/// The alerts on lists of a cluster.
pub fn list_alerts(cluster: &ClusterName) -> String {
    format!("/clusters/{cluster}/monitoring/list-alerts")
}

/// The form for an alert on this list.
pub fn new_list_alert(query: &TableQuery) -> String {
    let namespaces = query.namespaces.iter().map(|namespace| format!("&namespace={namespace}"));
    let search = query.search.trim();
    let search = (!search.is_empty()).then(|| format!("&search={}", escape(search)));
    let rest: String = namespaces.chain(search).collect();
    format!("{}/new?kind={}{rest}", list_alerts(&query.cluster), escape(query.kind.as_str()))
}

/// The form of an alert on a list.
pub fn list_alert(cluster: &ClusterName, id: &str) -> String {
    format!("{}/{}", list_alerts(cluster), escape(id))
}

/// Who uses most in a cluster.
pub fn ranking(cluster: &ClusterName) -> String {
    format!("/clusters/{cluster}/monitoring/ranking")
}

/// What was used in a cluster, and what it costs.
pub fn consumption(cluster: &ClusterName) -> String {
    format!("/clusters/{cluster}/monitoring/consumption")
}

/// Queries of one's own to what measures a cluster.
pub fn explore(cluster: &ClusterName) -> String {
    format!("/clusters/{cluster}/monitoring/explore")
}

/// The dashboards that people keep for a cluster.
pub fn dashboards(cluster: &ClusterName) -> String {
    format!("/clusters/{cluster}/monitoring/dashboards")
}

/// The form for a new dashboard that begins with a template; empty for none.
pub fn new_dashboard(cluster: &ClusterName, template: &str) -> String {
    let page = format!("/clusters/{cluster}/monitoring/dashboards/new");
    if template.is_empty() { page } else { format!("{page}?template={}", escape(template)) }
}

/// The form that takes a dashboard over from Grafana.
pub fn import_dashboard(cluster: &ClusterName) -> String {
    format!("/clusters/{cluster}/monitoring/dashboards/import")
}

/// A dashboard.
pub fn dashboard(cluster: &ClusterName, id: &str) -> String {
    format!("/clusters/{cluster}/monitoring/dashboards/{}", escape(id))
}

/// A dashboard as a file for Grafana.
pub fn export_dashboard(cluster: &ClusterName, id: &str) -> String {
    format!("{}/file", dashboard(cluster, id))
}

/// The forms of a dashboard.
pub fn edit_dashboard(cluster: &ClusterName, id: &str) -> String {
    format!("{}/edit", dashboard(cluster, id))
}

/// The links by which pages of other sites show a dashboard.
pub fn embed_dashboard(cluster: &ClusterName, id: &str) -> String {
    format!("{}/embed", dashboard(cluster, id))
}

/// The form of a panel of a dashboard: its number, or `new`.
pub fn edit_panel(cluster: &ClusterName, id: &str, panel: &str) -> String {
    format!("{}?panel={}", edit_dashboard(cluster, id), escape(panel))
}

/// The past of a cluster: its logs, or what `of` says: `events`, `audit`.
pub fn records(cluster: &ClusterName, of: &str) -> String {
    match of {
        "" | "logs" => format!("/clusters/{cluster}/logs"),
        of => format!("/clusters/{cluster}/logs/{of}"),
    }
}

/// The searches that are kept for a cluster.
pub fn saved_searches(cluster: &ClusterName) -> String {
    format!("/clusters/{cluster}/logs/saved")
}

/// What the containers of an object wrote in the past, if it is or has pods.
pub fn past_logs(resource: &ResourceRef) -> Option<String> {
    let field = match resource.kind.as_str() {
        "pods" => "pod",
        "deployments" | "statefulsets" | "daemonsets" | "replicasets" | "jobs" | "cronjobs" => "workload",
        _ => return None,
    };
    let namespace = resource.namespace.as_ref()?;
    let query = format!("namespace:{namespace} {field}:{}", resource.name);
    Some(format!("{}?query={}", records(&resource.cluster, ""), escape(&query)))
}

/// How far clocks may be apart, and how long a request may go on, where one is looked for in another system.
const MINUTES_AROUND: i64 = 15;

/// What happened to an object in the past.
pub fn past_events(resource: &ResourceRef) -> String {
    let namespace =
        resource.namespace.as_ref().map(|namespace| format!("namespace:{namespace} ")).unwrap_or_default();
    let query = format!("{namespace}name:{}", resource.name);
    format!("{}?query={}", records(&resource.cluster, "events"), escape(&query))
}

/// What a request of the console did at a cluster's API server, as its own audit log tells it: around this moment.
pub fn request_there(cluster: &ClusterName, request: &str, at: Timestamp) -> String {
    let query = format!("request:{request}");
    let (from, to) = (at.0 - MINUTES_AROUND * 60, at.0 + MINUTES_AROUND * 60);
    format!("{}?query={}&from={from}&to={to}", records(cluster, "audit"), escape(&query))
}

/// A request in the console's own audit trail.
pub fn request_here(request: &str) -> String {
    format!("{AUDIT}?text={}", escape(request))
}

/// Where a cluster's Alertmanager sends alerts.
pub fn routing(cluster: &ClusterName) -> String {
    format!("{}/routing", alerts(cluster))
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
    if let Some(Sort { column, descending }) = &query.sort {
        pairs.push(format!("sort={}{}", if *descending { "-" } else { "" }, escape(column)));
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

/// Kinds that have a form.
pub const WITH_FORM: [&str; 30] = [
    "deployments",
    "statefulsets",
    "daemonsets",
    "jobs",
    "cronjobs",
    "services",
    "ingresses",
    "configmaps",
    "secrets",
    "persistentvolumeclaims",
    "horizontalpodautoscalers",
    "pods",
    "poddisruptionbudgets",
    "networkpolicies",
    "httproutes.gateway.networking.k8s.io",
    "serviceaccounts",
    "volumesnapshots.snapshot.storage.k8s.io",
    "volumesnapshotclasses.snapshot.storage.k8s.io",
    "storageclasses",
    "resourcequotas",
    "limitranges",
    "priorityclasses",
    "roles",
    "clusterroles",
    "rolebindings",
    "clusterrolebindings",
    "gateways.gateway.networking.k8s.io",
    "ingressclasses",
    "clusteroutputs.fluentbit.fluent.io",
    "outputs.fluentbit.fluent.io",
];

/// Those that are edited as text alone: values of secrets are not shown in forms, and of a pod hardly anything can change.
const EDITED_AS_TEXT: [&str; 2] = ["pods", "secrets"];

/// Whether somebody wrote a form for a kind.
pub fn has_form(kind: &KindSlug) -> bool {
    WITH_FORM.contains(&kind.as_str())
}

/// The form for a new object of a kind, if there is one: written for it, or made from its definition where that describes
/// its fields.
pub fn new_form(
    cluster: &ClusterName,
    kind: &KindSlug,
    namespace: Option<&Namespace>,
    is_described: bool,
) -> Option<String> {
    let question = namespace.map(|namespace| format!("?namespace={namespace}")).unwrap_or_default();
    (is_described || has_form(kind)).then(|| format!("/clusters/{cluster}/new/{kind}{question}"))
}

/// The same with places of the form filled in.
pub fn filled_form<'f>(
    cluster: &ClusterName,
    kind: &KindSlug,
    namespace: Option<&Namespace>,
    filled: impl IntoIterator<Item = (&'f str, &'f str)>,
) -> Option<String> {
    let mut address = new_form(cluster, kind, namespace, false)?;
    for (place, value) in filled {
        let sign = if address.contains('?') { '&' } else { '?' };
        address.push_str(&format!("{sign}{FILLED}{}={}", escape(place), escape(value)));
    }
    Some(address)
}

/// Before a place, in addresses of forms that have something filled in.
pub const FILLED: &str = "fill.";

/// The form of an object that exists, if there is one: written for its kind, or made from its definition.
pub fn edit_form(resource: &ResourceRef, is_described: bool) -> Option<String> {
    let kind = resource.kind.as_str();
    ((is_described || has_form(&resource.kind)) && !EDITED_AS_TEXT.contains(&kind))
        .then(|| format!("{}/form", object(resource)))
}

/// Search over everything.
pub fn search(text: &str) -> String {
    if text.is_empty() { "/search".into() } else { format!("/search?q={}", escape(text)) }
}

/// Where a kubeconfig is made that begins with a cluster.
pub fn kubeconfig(cluster: &ClusterName) -> String {
    format!("/account?tab=tokens&cluster={cluster}#kubectl")
}

/// Percent-encodes everything but RFC 3986's unreserved characters.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            escaped.push(byte.into());
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

/// Reads what [`escape`] or a form wrote. Bytes that are no UTF-8 become replacement characters.
pub fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        let (plain, behind) = match (byte, hex) {
            (b'%', Some(value)) => (value, &after[2..]),
            (b'+', _) => (b' ', after),
            _ => (byte, after),
        };
        bytes.push(plain);
        rest = behind;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

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
    fn a_kind_has_the_form_that_somebody_wrote_or_that_its_definition_gives() {
        let cluster = ClusterName::parse("harbour").unwrap();
        let shop = Namespace::parse("shop").unwrap();
        let kind = |slug: &str| KindSlug::parse(slug).unwrap();
        let orchards = kind("orchards.growers.example");

        assert!(new_form(&cluster, &kind("deployments"), None, false).is_some());
        assert_eq!(new_form(&cluster, &orchards, None, false), None);
        let form = new_form(&cluster, &orchards, Some(&shop), true);
        assert_eq!(form.as_deref(), Some("/clusters/harbour/new/orchards.growers.example?namespace=shop"));
        let name = ObjectName::parse("south").unwrap();
        let south = ResourceRef { cluster, kind: orchards, namespace: Some(shop), name };
        assert_eq!(edit_form(&south, false), None);
        assert_eq!(edit_form(&south, true), Some(format!("{}/form", object(&south))));
        assert_eq!(edit_form(&ResourceRef { kind: kind("secrets"), ..south }, false), None);
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

    #[test]
    fn what_was_escaped_reads_back() {
        for text in ["my role?x=#1", "a + b", "店", "100%"] {
            assert_eq!(unescape(&escape(text)), text);
        }
        assert_eq!(unescape("100%&%zz%"), "100%&%zz%");
    }
}
