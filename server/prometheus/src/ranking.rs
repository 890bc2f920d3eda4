//! Who uses most.

use crate::answer::Measurement;
use crate::client::moment;
use crate::error::PrometheusError;
use crate::fenced::Fenced;
use crate::kept::Asked;
use crate::reads::ReadMetrics;
use crate::seen::Seen;
use crate::service::{ForCaller, about, now};
use crate::sources::Source;
use crate::workspaces::{Workspaces, workspaces};
use access::{Command, Verb};
use futures::future::join_all;
use model::{
    ClusterName, ConsoleError, KindSlug, Namespace, ObjectName, ResourceRef, Sort, System, Thing, Timestamp,
    Unit, WorkspaceName,
};
use monitoring_contract::cards::{
    RANKED_NAMESPACES, RANKED_NODES, RANKED_PODS, RANKED_WORKSPACES, RankedColumn,
};
use monitoring_contract::{Missing, RankColumn, RankOf, RankRow, Ranking, RankingRequest};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Who owns a pod, and who owns its replica set.
const OWNERS: &str = "group by (namespace, pod, owner_kind, owner_name) (kube_pod_owner)";
const SET_OWNERS: &str =
    r#"group by (namespace, replicaset, owner_name) (kube_replicaset_owner{owner_kind="Deployment"})"#;

/// The right that a ranking needs.
pub fn need(request: &RankingRequest) -> ReadMetrics {
    match request.of {
        RankOf::Nodes => ReadMetrics::of_nodes(&request.cluster),
        RankOf::Workspaces | RankOf::Namespaces | RankOf::Workloads | RankOf::Pods => {
            ReadMetrics::of_projects(&request.cluster)
        }
    }
}

fn columns(of: RankOf) -> &'static [RankedColumn] {
    match of {
        RankOf::Nodes => RANKED_NODES,
        RankOf::Workspaces => RANKED_WORKSPACES,
        RankOf::Namespaces => RANKED_NAMESPACES,
        RankOf::Workloads | RankOf::Pods => RANKED_PODS,
    }
}

/// What a workspace is: no object of the cluster.
const NO_KIND: &str = "";

/// What a row is about: namespace, kind, name.
type Who = (String, &'static str, String);

/// All that was measured for a ranking, before anything is searched and sorted: a value for each column.
pub type Rows = Vec<(Who, Vec<Option<f64>>)>;

impl Source {
    /// A ranking at a moment, whole: a question for each column, however many rows there are. `whose` says which namespaces are
    /// in a workspace.
    pub async fn ranking(
        &self,
        request: &RankingRequest,
        seen: &Seen,
        whose: &Workspaces,
        now: i64,
    ) -> Result<Ranking, PrometheusError> {
        let asked = Asked::new(&request.cluster, (request.of, whose.clone()), seen);
        let rows = self.rows(request.of, seen, whose, now).await;
        let (rows, aged) = self.last.rankings.or_last(asked, rows, now)?;
        let at = aged.as_ref().map_or(Timestamp(now), |aged| aged.at);
        let row = |((namespace, kind, name), values): (Who, Vec<Option<f64>>)| RankRow {
            resource: resource(&request.cluster, kind, &namespace, &name),
            name,
            namespace,
            values,
        };
        let mut rows: Vec<RankRow> =
            rows.into_iter().map(row).filter(|row| is_found(row, &request.search)).collect();
        let columns: Vec<RankColumn> = columns(request.of)
            .iter()
            .map(|column| RankColumn { id: column.id.into(), unit: column.unit })
            .collect();
        sort(&mut rows, &columns, request.sort.as_ref());
        let total = rows.len() as u64;
        Ok(Ranking { columns, rows, total, sums: Vec::new(), at, aged })
    }

    async fn rows(
        &self,
        of: RankOf,
        seen: &Seen,
        whose: &Workspaces,
        now: i64,
    ) -> Result<Rows, PrometheusError> {
        // Machines belong to no namespace.
        let everything = Seen::All;
        let seen = if of == RankOf::Nodes { &everything } else { seen };
        let owners = match of {
            RankOf::Workloads => self.owners(seen, now).await?,
            _ => Owners::default(),
        };
        let columns = columns(of);
        let asked = columns.iter().map(|column| self.column(column.picks, seen, now));
        let mut rows: BTreeMap<Who, Vec<Option<f64>>> = BTreeMap::new();
        for (place, series) in join_all(asked).await.into_iter().enumerate() {
            for series in series? {
                let Some((_, value)) = series.samples.last() else { continue };
                let values = rows
                    .entry(self.who(of, &series, &owners, whose))
                    .or_insert_with(|| vec![None; columns.len()]);
                if let Some(known) = values.get_mut(place) {
                    // Workloads are sums of their pods, and workspaces of their projects; nothing else comes twice.
                    *known = Some(known.unwrap_or(0.0) + value);
                }
            }
        }
        Ok(rows.into_iter().collect())
    }

    /// What expressions give at a moment, by the best of them that can be evaluated here.
    pub(crate) async fn column(
        &self,
        picks: &[&str],
        seen: &Seen,
        now: i64,
    ) -> Result<Vec<Measurement>, PrometheusError> {
        let Some(query) = self.layout.pick(picks)? else { return Ok(Vec::new()) };
        let query = Fenced::new(query, seen, &self.layout, moment(now))?;
        Ok(query.instant(&self.client).await?.series.clone())
    }

    async fn owners(&self, seen: &Seen, now: i64) -> Result<Owners, PrometheusError> {
        let (pods, sets) =
            futures::join!(self.column(&[OWNERS], seen, now), self.column(&[SET_OWNERS], seen, now));
        let of_set = |series: &Measurement| {
            let set = (series.label("namespace").to_owned(), series.label("replicaset").to_owned());
            (set, series.label("owner_name").to_owned())
        };
        let sets: BTreeMap<(String, String), String> = sets?.iter().map(of_set).collect();
        let of_pod = |series: &Measurement| {
            let namespace = series.label("namespace").to_owned();
            let owner = series.label("owner_name").to_owned();
            let owner = match series.label("owner_kind") {
                "ReplicaSet" => match sets.get(&(namespace.clone(), owner.clone())) {
                    Some(deployment) => ("deployments", deployment.clone()),
                    None => ("replicasets", owner),
                },
                "StatefulSet" => ("statefulsets", owner),
                "DaemonSet" => ("daemonsets", owner),
                "Job" => ("jobs", owner),
                _ => return None,
            };
            Some(((namespace, series.label("pod").to_owned()), owner))
        };
        Ok(Owners(pods?.iter().filter_map(of_pod).collect()))
    }

    fn who(&self, of: RankOf, series: &Measurement, owners: &Owners, whose: &Workspaces) -> Who {
        let namespace = series.label("namespace").to_owned();
        match of {
            RankOf::Nodes => {
                let node = series.label("node");
                let node = if node.is_empty() { self.layout.node(series.label("instance")) } else { node };
                (String::new(), "nodes", node.to_owned())
            }
            RankOf::Workspaces => {
                let workspace = whose.get(&namespace).map(ToString::to_string);
                (String::new(), NO_KIND, workspace.unwrap_or_default())
            }
            RankOf::Namespaces => (String::new(), "namespaces", namespace),
            RankOf::Pods => (namespace, "pods", series.label("pod").to_owned()),
            RankOf::Workloads => {
                let pod = series.label("pod").to_owned();
                let owner = owners.0.get(&(namespace.clone(), pod.clone())).cloned();
                let (kind, name) = owner.unwrap_or(("pods", pod));
                (namespace, kind, name)
            }
        }
    }
}

impl ForCaller {
    pub(crate) async fn whole_ranking(
        &self,
        request: &RankingRequest,
    ) -> Result<Result<Ranking, Missing>, ConsoleError> {
        let (seen, source) = self.granted(&request.cluster, need(request)).await?;
        let own = match &request.workspace {
            Some(name) if !matches!(request.of, RankOf::Nodes | RankOf::Workspaces) => {
                Some(self.namespaces_of(name, &request.cluster).await?)
            }
            _ => None,
        };
        match source {
            Ok(source) => {
                let whose = match request.of {
                    RankOf::Workspaces => workspaces(&self.prometheus.database, &request.cluster).await?,
                    _ => Workspaces::default(),
                };
                let ranking = source.ranking(request, &seen, &whose, now()).await;
                let mut ranking = ranking.map_err(about(&request.cluster))?;
                if let Some(own) = &own {
                    confine(&mut ranking, request.of, own);
                }
                Ok(Ok(ranking))
            }
            Err(missing) => Ok(Err(missing)),
        }
    }

    /// A whole ranking as comma-separated values. A file does not say how old what is in it is, so there is none while
    /// nothing answers.
    pub async fn export_ranking(&self, request: RankingRequest) -> Result<String, ConsoleError> {
        match self.whole_ranking(&request).await? {
            Ok(Ranking { aged: Some(aged), .. }) => Err(ConsoleError::Unavailable {
                system: System::Monitoring(request.cluster.to_string()),
                cause: aged.cause,
                may_be_done: false,
            }),
            Ok(ranking) => Ok(csv(&ranking)),
            Err(_) => Err(ConsoleError::unknown(Thing::Monitoring(request.cluster.to_string()))),
        }
    }

    /// The namespaces of a workspace in a cluster, for who may see the workspace.
    pub(crate) async fn namespaces_of(
        &self,
        name: &WorkspaceName,
        cluster: &ClusterName,
    ) -> Result<BTreeSet<Namespace>, ConsoleError> {
        let database = &self.prometheus.database;
        let view = |id| Command::in_workspace("read workspace", Verb::Get, "workspaces", id, None);
        let found = database.workspace(name).await?.filter(|found| self.caller.may(&view(found.id)));
        let unknown = || ConsoleError::unknown(Thing::Workspace(name.to_string()));
        let id = found.ok_or_else(unknown)?.id;
        let projects = database.projects().await?.into_iter();
        let own = projects.filter(|project| project.workspace == Some(id) && project.cluster == *cluster);
        Ok(own.map(|project| project.namespace).collect())
    }
}

/// Leaves what is in these namespaces, and says what it comes to.
pub fn confine(ranking: &mut Ranking, of: RankOf, own: &BTreeSet<Namespace>) {
    let is_own = |row: &RankRow| {
        let namespace = if of == RankOf::Namespaces { &row.name } else { &row.namespace };
        own.iter().any(|own| own.as_str() == namespace)
    };
    ranking.rows.retain(is_own);
    ranking.total = ranking.rows.len() as u64;
    let sum = |(place, column): (usize, &RankColumn)| {
        let values = ranking.rows.iter().filter_map(|row| row.values.get(place).copied().flatten());
        let added = values.fold(None, |sum: Option<f64>, value| Some(sum.unwrap_or(0.0) + value));
        added.filter(|_| column.unit != Unit::Ratio && RankedColumn::adds_up(&column.id))
    };
    ranking.sums = ranking.columns.iter().enumerate().map(sum).collect();
}

/// A ranking as comma-separated values with a heading (RFC 4180): amounts in the units of Prometheus, nothing where
/// nothing was measured. What a spreadsheet would run as a formula is defused.
pub fn csv(ranking: &Ranking) -> String {
    let quoted = |text: &str| {
        let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    };
    let mut text = String::from("name,namespace");
    for column in &ranking.columns {
        let _ = write!(text, ",{} ({})", column.id, unit_word(column.unit));
    }
    text.push_str("\r\n");
    for row in &ranking.rows {
        let _ = write!(text, "{},{}", quoted(&row.name), quoted(&row.namespace));
        for value in &row.values {
            text.push(',');
            if let Some(value) = value {
                let _ = write!(text, "{value}");
            }
        }
        text.push_str("\r\n");
    }
    text
}

fn unit_word(unit: Unit) -> &'static str {
    match unit {
        Unit::Cores => "cores",
        Unit::Bytes => "bytes",
        Unit::Count => "count",
        Unit::Ratio => "ratio",
        Unit::Seconds => "seconds",
        Unit::BytesPerSecond => "bytes/s",
        Unit::PerSecond => "1/s",
        Unit::Percent => "percent",
        Unit::Milliseconds => "milliseconds",
        Unit::BitsPerSecond => "bits/s",
    }
}

/// Kind and name of the workload behind each pod: namespace, pod.
#[derive(Default)]
struct Owners(BTreeMap<(String, String), (&'static str, String)>);

fn resource(cluster: &ClusterName, kind: &str, namespace: &str, name: &str) -> Option<ResourceRef> {
    let namespace = (!namespace.is_empty()).then(|| Namespace::parse(namespace)).transpose().ok()?;
    Some(ResourceRef {
        cluster: cluster.clone(),
        kind: KindSlug::parse(kind).ok()?,
        namespace,
        name: ObjectName::parse(name).ok()?,
    })
}

fn is_found(row: &RankRow, search: &str) -> bool {
    let search = search.trim().to_lowercase();
    row.name.to_lowercase().contains(&search) || row.namespace.to_lowercase().contains(&search)
}

/// By a column, or by name; what was not measured comes last either way.
fn sort(rows: &mut [RankRow], columns: &[RankColumn], sort: Option<&Sort>) {
    let usual = Sort {
        column: columns.first().map(|column| column.id.clone()).unwrap_or_default(),
        descending: true,
    };
    let sort = sort.unwrap_or(&usual);
    let place = columns.iter().position(|column| column.id == sort.column);
    let by_name = |a: &RankRow, b: &RankRow| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name));
    rows.sort_by(|a, b| {
        let turned = |order: Ordering| if sort.descending { order.reverse() } else { order };
        let Some(place) = place else { return turned(by_name(a, b)) };
        let value = |row: &RankRow| row.values.get(place).copied().flatten();
        match (value(a), value(b)) {
            (Some(left), Some(right)) => turned(left.total_cmp(&right)).then_with(|| by_name(a, b)),
            (left, right) => right.is_some().cmp(&left.is_some()).then_with(|| by_name(a, b)),
        }
    });
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn row(name: &str, value: Option<f64>) -> RankRow {
        RankRow { name: name.into(), namespace: "shop".into(), resource: None, values: vec![value] }
    }

    fn sorted(by: Option<(&str, bool)>) -> Vec<String> {
        let columns = [RankColumn { id: "cpu".into(), unit: Unit::Cores }];
        let mut rows = [row("b", Some(1.0)), row("a", None), row("c", Some(2.0))];
        let by = by.map(|(column, descending)| Sort { column: column.into(), descending });
        sort(&mut rows, &columns, by.as_ref());
        rows.into_iter().map(|row| row.name).collect()
    }

    #[test]
    fn the_largest_comes_first_and_what_was_not_measured_last() {
        assert_eq!(sorted(None), ["c", "b", "a"]);
        assert_eq!(sorted(Some(("cpu", false))), ["b", "c", "a"]);
        assert_eq!(sorted(Some(("name", false))), ["a", "b", "c"]);
    }

    #[test]
    fn a_file_knows_no_zero_for_nothing_and_runs_no_formula() {
        let columns = vec![RankColumn { id: "cpu".into(), unit: Unit::Cores }];
        let rows = vec![row("=web", Some(1.5)), row("b\"c", None), row("\t=1", None)];
        let ranking = Ranking { columns, rows, total: 3, sums: Vec::new(), at: Timestamp(0), aged: None };

        assert_eq!(
            csv(&ranking),
            "name,namespace,cpu (cores)\r\n\"'=web\",\"shop\",1.5\r\n\"b\"\"c\",\"shop\",\r\n\"'\t=1\",\"shop\",\r\n"
        );
    }

    #[test]
    fn a_workspace_has_its_own_projects_and_what_they_come_to() {
        let column = |id: &str, unit| RankColumn { id: id.into(), unit };
        let columns = vec![
            column("cpu", Unit::Cores),
            column("disk", Unit::Ratio),
            column("sent", Unit::Bytes),
            column("cpu-quota", Unit::Cores),
        ];
        let row =
            |name: &str, cpu| RankRow { values: vec![cpu, Some(0.5), None, Some(2.0)], ..row(name, None) };
        let rows =
            vec![row("shop", Some(1.5)), row("shop-2", Some(8.0)), row("bank", None), row("till", Some(1.0))];
        let whole = Ranking { columns, rows, total: 4, sums: Vec::new(), at: Timestamp(0), aged: None };
        let own: BTreeSet<Namespace> =
            ["shop", "bank", "till"].map(|name| Namespace::parse(name).unwrap()).into();

        let mut confined = whole.clone();
        confine(&mut confined, RankOf::Namespaces, &own);
        let names: Vec<&str> = confined.rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!((names, confined.total), (vec!["shop", "bank", "till"], 3));
        assert_eq!(confined.sums, [Some(2.5), None, None, None], "some may take what they like");

        let mut pods = whole;
        confine(&mut pods, RankOf::Pods, &own);
        assert_eq!(pods.total, 4, "by the namespace that each is in");
    }

    #[test]
    fn a_search_finds_names_and_namespaces() {
        assert!(
            is_found(&row("web", None), "SHOP")
                && is_found(&row("web", None), " we ")
                && !is_found(&row("web", None), "x")
        );
    }
}
