//! What is measured of a cluster, what its alerts say, and its past.

use super::{NO_NAMESPACE, escape};
use crate::{ClusterName, Namespace, ResourceRef, TableQuery, Timestamp, WorkspaceName};

/// How a cluster is doing, in charts.
pub fn monitoring(cluster: &ClusterName) -> String {
    format!("/clusters/{cluster}/monitoring")
}

/// How what a workspace has in a cluster is doing, in charts.
pub fn monitoring_of(cluster: &ClusterName, workspace: &WorkspaceName) -> String {
    format!("{}?workspace={}", monitoring(cluster), escape(workspace.as_str()))
}

/// What a cluster's rules warn of.
pub fn alerts(cluster: &ClusterName) -> String {
    format!("/clusters/{cluster}/monitoring/alerts")
}

/// The form for a silence that begins with these conditions, one in a line.
pub fn new_silence(cluster: &ClusterName, matchers: &str) -> String {
    format!("/clusters/{cluster}/monitoring/silences/new?matchers={}", escape(matchers))
}

/// The same form for a silence that begins at a moment, such as when another one ends.
pub fn later_silence(cluster: &ClusterName, matchers: &str, begins: Timestamp) -> String {
    format!("{}&begins={}", new_silence(cluster, matchers), escape(&begins.to_minutes()))
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

/// The form for a new rule that begins with this query.
pub fn new_rule_of(cluster: &ClusterName, query: &str) -> String {
    format!("{}&query={}", new_rule(cluster, "query"), escape(query))
}

/// The ready-made rules of a cluster.
pub fn built_in_rules(cluster: &ClusterName) -> String {
    format!("{}/built-in", rules(cluster))
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

/// What the projects of a workspace use in a cluster.
pub fn workspace_usage(cluster: &ClusterName, workspace: &WorkspaceName) -> String {
    format!("{}?workspace={}", ranking(cluster), escape(workspace.as_str()))
}

/// What was used in a cluster, and what it costs.
pub fn consumption(cluster: &ClusterName) -> String {
    format!("/clusters/{cluster}/monitoring/consumption")
}

/// What the projects of a workspace used in a cluster.
pub fn workspace_consumption(cluster: &ClusterName, workspace: &WorkspaceName) -> String {
    format!("{}?by=projects&workspace={}", consumption(cluster), escape(workspace.as_str()))
}

/// What the workloads of a project used.
pub fn project_consumption(cluster: &ClusterName, project: &Namespace) -> String {
    format!("{}?by=workloads&project={}", consumption(cluster), escape(project.as_str()))
}

/// What was used in all clusters, as a file; from the page of one of them.
pub fn bill_file(cluster: &ClusterName) -> String {
    format!("/clusters/{cluster}/monitoring/bill.csv")
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

/// Where a cluster's Alertmanager sends alerts.
pub fn routing(cluster: &ClusterName) -> String {
    format!("{}/routing", alerts(cluster))
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
