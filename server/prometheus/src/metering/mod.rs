//! How much was used, day by day.

mod hours;
mod kept;

pub use kept::KeptDays;

use crate::error::PrometheusError;
use crate::fenced::Fenced;
use crate::metering::hours::{Names, Reading, Sums, hours_of, summed};
use crate::promql::{BEFORE_RANGES, Query};
use crate::reads::ReadMetrics;
use crate::seen::Seen;
use crate::service::{ForCaller, Prometheus, about, now};
use crate::sources::Source;
use access::Scope;
use futures::future::try_join_all;
use model::chart::Frame;
use model::{ClusterName, ConsoleError, Namespace, Thing};
use monitoring_contract::cards::{
    COVERED_OBJECTS, COVERED_USAGE, JOB_OWNERS, SET_OWNERS, SharedOut, metered,
};
use monitoring_contract::{Amounts, Day, Measure, Missing, PodsOf};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// By what amounts are added up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MeteredBy {
    /// Projects.
    Projects,
    /// Machines.
    Nodes,
    /// The workloads and claims of a project.
    Workloads(Namespace),
    /// Pods of a project.
    Pods(Namespace, PodsOf),
}

impl MeteredBy {
    /// The project that is looked at alone.
    fn project(&self) -> Option<&Namespace> {
        match self {
            Self::Projects | Self::Nodes => None,
            Self::Workloads(namespace) | Self::Pods(namespace, _) => Some(namespace),
        }
    }

    /// How the amounts of pods are shared out, and the labels that say whose they are.
    fn shared_out(&self) -> (SharedOut, [&'static str; 3]) {
        match self {
            Self::Projects => (SharedOut::Projects, ["", "namespace", ""]),
            Self::Nodes => (SharedOut::Nodes, ["", "node", ""]),
            Self::Workloads(_) => (SharedOut::Owners, ["owner_kind", "owner_name", ""]),
            Self::Pods(..) => (SharedOut::Pods, ["owner_kind", "owner_name", "pod"]),
        }
    }

    /// Whose an amount is, by the labels of its series; nothing where it is not asked for.
    fn user(&self, measure: Measure, [kind, name, pod]: &Names, owners: &Owners<'_>) -> Option<User> {
        let user = |kind: &'static str, name: &str| User { kind, name: name.to_owned() };
        match self {
            Self::Projects => Some(user("namespaces", name)),
            Self::Nodes => Some(user("nodes", name)),
            Self::Workloads(_) if measure == Measure::Storage => Some(user("persistentvolumeclaims", name)),
            Self::Workloads(_) => Some(owners.user(kind, name)),
            Self::Pods(_, of) => {
                let owner = owners.user(kind, name);
                of.is(owner.kind, &owner.name).then(|| user("pods", pod))
            }
        }
    }
}

/// What used something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct User {
    /// Its kind, as in addresses; empty where it is none that has a page.
    pub kind: &'static str,
    /// Its name; empty for what belongs to nothing of that kind.
    pub name: String,
}

/// How much was used in a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeteredDay {
    /// Which day.
    pub day: Day,
    /// How many of its hours are over.
    pub hours: u32,
    /// At how many points usage was measured, of [`monitoring_contract::cards::POINTS_PER_HOUR`] in each hour.
    pub points_of_usage: u64,
    /// At how many points objects were known.
    pub points_of_objects: u64,
    /// What each used.
    pub users: BTreeMap<User, Amounts>,
    /// What was said beside the answers: that they are a part of what there is.
    pub warnings: BTreeSet<String>,
}

/// How much was used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metered {
    /// The days, in order.
    pub days: Vec<MeteredDay>,
    /// Whether usage is measured here at all.
    pub knows_usage: bool,
    /// Whether objects are known here at all.
    pub knows_objects: bool,
    /// Series without which something of it is not known.
    pub lacking: Vec<String>,
    /// What answered, for people.
    pub source: String,
}

/// What a question came to on a day.
struct Told {
    sums: Arc<Sums>,
    warnings: Vec<String>,
}

/// A question about each day.
struct Asked {
    reading: Reading,
    about: About,
    query: Query,
    seen: Seen,
    labels: [&'static str; 3],
}

/// What a question tells of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    Users,
    Usage,
    Objects,
    Sets,
    Jobs,
}

impl ForCaller {
    /// Whether the caller may see something measured in a cluster; nothing is written down.
    pub fn sees_measured(&self, cluster: &ClusterName) -> bool {
        self.caller.may_see_cluster(cluster)
            && self.access().glance(&self.caller, ReadMetrics::of_projects(cluster)).is_some()
    }

    /// How much was used from one day to another, both included, of what the caller may see.
    pub async fn metered(
        &self,
        cluster: &ClusterName,
        by: &MeteredBy,
        days: (Day, Day),
    ) -> Result<Result<Metered, Missing>, ConsoleError> {
        let action = match by.project() {
            None => ReadMetrics::of_projects(cluster),
            Some(namespace) => ReadMetrics::of_project(cluster, namespace),
        };
        let (seen, source) = self.granted(cluster, action).await?;
        let source = match source {
            Ok(source) => source,
            Err(missing) => return Ok(Err(missing)),
        };
        let metering = Metering { source: &source, kept: &self.prometheus.metered_days, cluster, now: now() };
        metering.all(by, &seen, days).await.map(Ok).map_err(about(cluster))
    }
}

impl Prometheus {
    /// How much the projects of a cluster used from one day to another, both included, for whoever has asked `access` already who
    /// may be told what of it: all that is there, or these namespaces since each of them was made. The questions are the same
    /// whoever looks.
    pub async fn metered_of_projects(
        &self,
        cluster: &ClusterName,
        of: Option<&BTreeSet<Namespace>>,
        days: (Day, Day),
    ) -> Result<Result<Metered, Missing>, ConsoleError> {
        let known = self.kubernetes.clusters().find(|known| known.name() == cluster);
        let known = known.ok_or_else(|| ConsoleError::unknown(Thing::Cluster(cluster.to_string())))?;
        self.kubernetes.check_meant(cluster).await?;
        let source = match self.source(known).await? {
            Ok(source) => source,
            Err(missing) => return Ok(Err(missing)),
        };
        let seen = match of {
            None => Seen::All,
            Some(names) => Seen::since(&Scope::Namespaces(names.clone()), &*known.births().await?),
        };
        let metering = Metering { source: &source, kept: &self.metered_days, cluster, now: now() };
        metering.all(&MeteredBy::Projects, &seen, days).await.map(Ok).map_err(about(cluster))
    }
}

/// One answer in the making.
pub(crate) struct Metering<'m> {
    pub(crate) source: &'m Source,
    pub(crate) kept: &'m KeptDays,
    pub(crate) cluster: &'m ClusterName,
    pub(crate) now: i64,
}

impl Metering<'_> {
    pub(crate) async fn all(
        &self,
        by: &MeteredBy,
        seen: &Seen,
        (first, last): (Day, Day),
    ) -> Result<Metered, PrometheusError> {
        let (asked, lacking) = self.questions(by, seen)?;
        let days: Vec<(Day, Frame)> = (first.0..=last.0)
            .map(Day)
            .filter_map(|day| hours_of(day, self.now).map(|frame| (day, frame)))
            .collect();
        let sums = days.iter().map(|(day, frame)| async {
            let of_day = asked.iter().map(|question| self.of_day(question, *day, *frame));
            Ok::<_, PrometheusError>(metered_day(*day, *frame, by, &asked, &try_join_all(of_day).await?))
        });
        let asks_about = |what: About| asked.iter().any(|question| question.about == what);
        Ok(Metered {
            days: try_join_all(sums).await?,
            knows_usage: asks_about(About::Usage),
            knows_objects: asks_about(About::Objects),
            lacking,
            source: self.source.client.name(),
        })
    }

    /// The questions that can be asked here, and the series without which some cannot.
    fn questions(&self, by: &MeteredBy, seen: &Seen) -> Result<(Vec<Asked>, Vec<String>), PrometheusError> {
        let (shared_out, labels) = by.shared_out();
        let seen = &by.project().map_or_else(|| seen.clone(), |namespace| seen.only(namespace));
        let (mut asked, mut lacking) = (Vec::new(), BTreeSet::new());
        let mut ask = |picks: &[&str], seen: &Seen, reading, about, labels| -> Result<(), PrometheusError> {
            let Some(query) = self.source.layout.pick(picks)? else {
                let names = picks.first().map(|pick| Query::parse(pick)?.metrics()).transpose()?;
                let names = names.into_iter().flatten();
                lacking.extend(names.filter(|name| !self.source.layout.names.contains(name)));
                return Ok(());
            };
            asked.push(Asked { reading, about, query, seen: seen.clone(), labels });
            Ok(())
        };
        for measure in Measure::ALL {
            let labels = match (measure, by) {
                (Measure::Storage, MeteredBy::Workloads(_)) => ["", "persistentvolumeclaim", ""],
                _ => labels,
            };
            let picks = metered(measure, shared_out);
            let picks: Vec<&str> = picks.iter().map(String::as_str).collect();
            ask(&picks, seen, Reading::Amounts(measure), About::Users, labels)?;
        }
        // Whether anything was measured at all tells nobody of anybody's projects.
        ask(COVERED_USAGE, &Seen::All, Reading::Points, About::Usage, [""; 3])?;
        ask(COVERED_OBJECTS, &Seen::All, Reading::Points, About::Objects, [""; 3])?;
        if by.project().is_some() {
            ask(&[SET_OWNERS], seen, Reading::Labels, About::Sets, ["replicaset", "owner_name", ""])?;
            ask(&[JOB_OWNERS], seen, Reading::Labels, About::Jobs, ["job_name", "owner_name", ""])?;
        }
        Ok((asked, lacking.into_iter().collect()))
    }

    async fn of_day(&self, asked: &Asked, day: Day, frame: Frame) -> Result<Told, PrometheusError> {
        let client = &self.source.client;
        let (query, frame) = match asked.reading {
            // What owns what is asked for once, of the whole day, or of as much of it as the namespace has seen.
            Reading::Labels => {
                let age = frame.end.saturating_sub(asked.seen.youngest()).saturating_sub(BEFORE_RANGES);
                (asked.query.clone().with_ranges_within(age)?, Frame { start: frame.end, ..frame })
            }
            Reading::Amounts(_) | Reading::Points => (asked.query.clone(), frame),
        };
        let query = Fenced::new(query, &asked.seen, &self.source.layout, frame)?;
        // What is seen stands in it: a namespace that was made anew is not told what the one before came to.
        let which = (self.cluster.clone(), client.name(), query.question(), day);
        if let Some(known) = self.kept.get(&which) {
            return Ok(Told { sums: known, warnings: Vec::new() });
        }
        let answer = query.range_at_leisure(client).await?;
        let sums = Arc::new(summed(&answer, frame, asked.reading, asked.labels));
        // What was a part today may be the whole when it is asked for again.
        if answer.warnings.is_empty() {
            self.kept.keep(which, &sums, self.now);
        }
        Ok(Told { sums, warnings: answer.warnings.clone() })
    }
}

/// Puts together what was answered of a day.
fn metered_day(day: Day, frame: Frame, by: &MeteredBy, asked: &[Asked], told: &[Told]) -> MeteredDay {
    let of = |what: About| {
        let told = asked.iter().zip(told).filter(move |(question, _)| question.about == what);
        told.flat_map(|(_, told)| told.sums.iter())
    };
    let points = |what: About| of(what).map(|(_, points)| *points).sum();
    let owners =
        |what: About| of(what).map(|([owned, owner, _], _)| (owned.as_str(), owner.as_str())).collect();
    let owners = Owners { of_sets: owners(About::Sets), of_jobs: owners(About::Jobs) };
    let mut users: BTreeMap<User, Amounts> = BTreeMap::new();
    for (question, told) in asked.iter().zip(told) {
        let Reading::Amounts(measure) = question.reading else { continue };
        for (names, amount) in told.sums.iter() {
            if let Some(user) = by.user(measure, names, &owners) {
                users.entry(user).or_default().add(measure, *amount);
            }
        }
    }
    MeteredDay {
        day,
        hours: frame.points() as u32,
        points_of_usage: points(About::Usage),
        points_of_objects: points(About::Objects),
        users,
        warnings: told.iter().flat_map(|told| told.warnings.iter().cloned()).collect(),
    }
}

/// Who owns replica sets and jobs of a project.
struct Owners<'o> {
    of_sets: BTreeMap<&'o str, &'o str>,
    of_jobs: BTreeMap<&'o str, &'o str>,
}

impl Owners<'_> {
    /// What stands behind the owner of a pod.
    fn user(&self, kind: &str, name: &str) -> User {
        let user = |kind: &'static str, name: &str| User { kind, name: name.to_owned() };
        match (kind, self.of_sets.get(name), self.of_jobs.get(name)) {
            ("ReplicaSet", Some(deployment), _) => user("deployments", deployment),
            ("ReplicaSet", None, _) => user("replicasets", name),
            ("Job", _, Some(cron_job)) => user("cronjobs", cron_job),
            ("Job", _, None) => user("jobs", name),
            ("StatefulSet", ..) => user("statefulsets", name),
            ("DaemonSet", ..) => user("daemonsets", name),
            // Pods of a node's own, pods that nobody owns, and pods of which nothing more is known.
            ("Node" | "<none>" | "", ..) => user("", ""),
            _ => user("", name),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests;
