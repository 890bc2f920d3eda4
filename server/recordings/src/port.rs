//! The contract, for one caller.

use crate::actions::{ListRecordings, Replay, set_policy};
use crate::transcript::Lines;
use crate::{ForCaller, cast, gone};
use access::Granted;
use async_trait::async_trait;
use database::now_milliseconds;
use database::recordings::{RecordingFilter, RecordingScope, StoredRecording};
use model::fault::{QuestionFault, RecordingFault};
use model::{ClusterName, ConsoleError, Namespace, Thing, Timestamp};
use recordings_contract::{
    PolicyFields, PolicyOf, PolicyView, RECORDINGS_PAGE, RecordingLine, Recordings, RecordingsPage,
    RecordingsQuery, Transcript, read_days,
};
use uuid::Uuid;

const DAY_MILLISECONDS: i64 = 24 * 3600 * 1000;
/// The longest text that a page shows.
const LONGEST_TEXT: usize = 512 << 10;

#[async_trait]
impl Recordings for ForCaller {
    async fn recordings(&self, query: RecordingsQuery) -> Result<RecordingsPage, ConsoleError> {
        let namespace = namespace(&query.namespace)?;
        self.check(&query.cluster)?;
        let policy = self.policy(&query.cluster, namespace.as_ref()).await?;
        let action = ListRecordings { cluster: query.cluster.clone(), namespace };
        let may_say = policy.may_change_project || policy.may_change_cluster;
        if may_say && !self.caller.may(&action) {
            return Ok(RecordingsPage { lines: None, next: None, policy });
        }
        let granted = self.recordings.0.access.grant(&self.caller, action).await?;
        let (lines, next) = self.lines(&granted, query).await?;
        Ok(RecordingsPage { lines: Some(lines), next, policy })
    }

    async fn recording(&self, cluster: ClusterName, id: String) -> Result<RecordingLine, ConsoleError> {
        Ok(line(self.find(&cluster, &id).await?))
    }

    async fn transcript(&self, cluster: ClusterName, id: String) -> Result<Transcript, ConsoleError> {
        let recording = self.find(&cluster, &id).await?;
        let granted = self.recordings.0.access.grant(&self.caller, Replay(recording)).await?;
        let (mut lines, mut from) = (Lines::default(), 0);
        loop {
            let (text, next) = self.pieces(&granted, from).await?;
            text.lines().filter_map(cast::written).for_each(|written| lines.write(&written));
            let is_cut = lines.len() > LONGEST_TEXT;
            match next.filter(|_| !is_cut) {
                Some(next) => from = next,
                None => return Ok(shortened(lines.finish(), is_cut)),
            }
        }
    }

    async fn record(&self, fields: PolicyFields) -> Result<(), ConsoleError> {
        let namespace = match fields.of {
            PolicyOf::Project => {
                let named = namespace(&fields.namespace)?;
                Some(named.ok_or_else(|| ConsoleError::refused("namespace", RecordingFault::NoProject))?)
            }
            PolicyOf::Projects | PolicyOf::Nodes => None,
        };
        self.check(&fields.cluster)?;
        let action = set_policy(&fields.cluster, namespace.as_ref());
        self.recordings.0.access.require(&self.caller, &action).await?;
        let days = fields.record.then(|| read_days(&fields.days)).transpose()?;
        let said = days.map_or_else(|| "not".to_owned(), |days| format!("for {days} days"));
        let action = action.saying(format!("{}: {said}", fields.of.word()));
        let (reader, cluster) = (self.clone(), fields.cluster.clone());
        let work = move |_| async move {
            match namespace {
                Some(namespace) => reader.record_project(&cluster, &namespace, days).await,
                None => reader.record_cluster(&cluster, fields.of, days).await,
            }
        };
        self.recordings.0.access.perform(&self.caller, action, work).await
    }
}

impl ForCaller {
    /// Refuses a cluster that there is not, or that the caller may not know of.
    fn check(&self, cluster: &ClusterName) -> Result<(), ConsoleError> {
        let is_known = self.kubernetes.clusters().any(|known| known.name() == cluster);
        if is_known && self.caller.may_see_cluster(cluster) {
            return Ok(());
        }
        Err(ConsoleError::unknown(Thing::Cluster(cluster.to_string())))
    }

    async fn record_cluster(
        &self,
        cluster: &ClusterName,
        of: PolicyOf,
        days: Option<u32>,
    ) -> Result<(), ConsoleError> {
        let database = &self.recordings.0.database;
        let done = match of {
            PolicyOf::Nodes => database.record_nodes(cluster, days).await,
            PolicyOf::Project | PolicyOf::Projects => database.record_projects(cluster, days).await,
        };
        done.map_err(ConsoleError::from)
    }

    async fn record_project(
        &self,
        cluster: &ClusterName,
        namespace: &Namespace,
        days: Option<u32>,
    ) -> Result<(), ConsoleError> {
        let database = &self.recordings.0.database;
        let of_cluster = database.recorded_cluster(cluster).await?;
        if let (Some(most), None) = (of_cluster.project_days, days) {
            return Err(ConsoleError::refused("record", RecordingFault::OfAllProjects(most)));
        }
        let known = database.recorded_project(cluster, namespace).await?;
        // Any namespace that is there can be recorded; it becomes a project of its own.
        if known.is_none() && !self.kubernetes.namespaces(cluster).await?.contains(namespace) {
            return Err(ConsoleError::unknown(Thing::Project {
                cluster: cluster.to_string(),
                namespace: namespace.to_string(),
            }));
        }
        let project = database.ensure_project(cluster, namespace).await?;
        let uid = self.kubernetes.namespace_uid(cluster, namespace).await;
        if database.is_another_namespace(project, uid.as_deref()).await? {
            return Err(kubernetes::made_anew(cluster, namespace));
        }
        database.record_project(project, days).await.map_err(ConsoleError::from)
    }
}

impl ForCaller {
    /// A recording that the caller may replay, without showing it.
    pub(crate) async fn find(
        &self,
        cluster: &ClusterName,
        id: &str,
    ) -> Result<StoredRecording, ConsoleError> {
        let id = id.parse::<Uuid>().map_err(|_| gone())?;
        let found = self.recordings.0.database.recording(id).await?;
        let found = found.filter(|recording| recording.begun.cluster == *cluster).ok_or_else(gone)?;
        let namespace = found.begun.namespace.clone();
        let action = ListRecordings { cluster: cluster.clone(), namespace: namespace.clone() };
        // Whoever may not see it learns the same as if there were none; that they tried is in the audit trail.
        let granted = self.recordings.0.access.grant(&self.caller, action).await.map_err(|_| gone())?;
        let is_seen = match self.scope(&granted).await? {
            RecordingScope::All => true,
            RecordingScope::After(moment) => found.started_milliseconds > moment,
            RecordingScope::Projects(projects) => {
                found.begun.project.is_some_and(|project| projects.contains(&project))
            }
        };
        if is_seen { Ok(found) } else { Err(gone()) }
    }

    /// All for who holds the right in the cluster as a whole, but those of another cluster that had its name before, which are for
    /// administrators alone; otherwise those of projects as they are now: who had the name of a namespace before is nobody's
    /// business.
    async fn scope(&self, granted: &Granted<ListRecordings>) -> Result<RecordingScope, ConsoleError> {
        let cluster = &granted.action().cluster;
        if granted.is_cluster_wide() {
            if granted.caller().is_administrator() {
                return Ok(RecordingScope::All);
            }
            let apart = self.recordings.0.database.clusters_apart().await?;
            let after = apart.get(cluster.as_str()).copied();
            return Ok(after.map_or(RecordingScope::All, RecordingScope::After));
        }
        let projects = self.recordings.0.database.projects().await?;
        let seen = projects.into_iter().filter(|project| {
            project.cluster == *cluster && granted.scope().admits(Some(project.namespace.as_str()), "")
        });
        Ok(RecordingScope::Projects(seen.map(|project| project.id).collect()))
    }

    async fn lines(
        &self,
        granted: &Granted<ListRecordings>,
        query: RecordingsQuery,
    ) -> Result<(Vec<RecordingLine>, Option<String>), ConsoleError> {
        let filter = RecordingFilter {
            scope: self.scope(granted).await?,
            from_milliseconds: day(&query.from, "from")?,
            until_milliseconds: day(&query.to, "to")?.map(|day| day + DAY_MILLISECONDS),
            before: cursor(&query.before)?,
            cluster: query.cluster,
            namespace: query.namespace,
            person: query.person,
        };
        // One more than is shown tells whether there is another page.
        let found = self.recordings.0.database.recordings(&filter, RECORDINGS_PAGE + 1).await;
        let mut found = found?;
        let has_more = found.len() > RECORDINGS_PAGE as usize;
        found.truncate(RECORDINGS_PAGE as usize);
        let last = found.last().filter(|_| has_more);
        let next = last.map(|last| format!("{}-{}", last.started_milliseconds, last.begun.id));
        Ok((found.into_iter().map(line).collect(), next))
    }

    async fn policy(
        &self,
        cluster: &ClusterName,
        namespace: Option<&Namespace>,
    ) -> Result<PolicyView, ConsoleError> {
        let database = &self.recordings.0.database;
        let of_cluster = database.recorded_cluster(cluster).await?;
        let project = match namespace {
            Some(namespace) => database.recorded_project(cluster, namespace).await,
            None => Ok(None),
        };
        let project = project?;
        let may = |namespace| self.caller.may(&set_policy(cluster, namespace));
        Ok(PolicyView {
            namespace: namespace.map(ToString::to_string),
            project: project.and_then(|(_, days)| days),
            projects: of_cluster.project_days,
            nodes: of_cluster.node_days,
            may_change_project: namespace.is_some() && may(namespace),
            may_change_cluster: may(None),
        })
    }
}

fn namespace(text: &str) -> Result<Option<Namespace>, ConsoleError> {
    let text = text.trim();
    let named = (!text.is_empty()).then(|| Namespace::parse(text)).transpose();
    named.map_err(|wrong| ConsoleError::refused("namespace", wrong.rule))
}

/// The first moment of a day in UTC, in milliseconds; `None` for an empty text.
fn day(text: &str, field: &str) -> Result<Option<i64>, ConsoleError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let day = Timestamp::parse_minutes(&format!("{text}T00:00"));
    let day = day.ok_or_else(|| ConsoleError::refused(field, QuestionFault::Day))?;
    Ok(Some(day.0.saturating_mul(1000)))
}

fn cursor(text: &str) -> Result<Option<(i64, String)>, ConsoleError> {
    if text.is_empty() {
        return Ok(None);
    }
    let parts = text.split_once('-').and_then(|(at, id)| Some((at.parse().ok()?, id.to_owned())));
    parts.map(Some).ok_or_else(|| ConsoleError::refused("before", QuestionFault::PageEnd))
}

fn shortened(mut text: String, is_cut: bool) -> Transcript {
    if text.len() > LONGEST_TEXT {
        let end = (0..=LONGEST_TEXT).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
    }
    Transcript { text, is_cut }
}

fn line(recording: StoredRecording) -> RecordingLine {
    let StoredRecording { begun, started_milliseconds: started, ended_milliseconds: ended, .. } = recording;
    let until = ended.unwrap_or_else(now_milliseconds);
    let kept = ended.map(|ended| Timestamp((ended + i64::from(begun.days) * DAY_MILLISECONDS) / 1000));
    RecordingLine {
        id: begun.id.to_string(),
        person: begun.person,
        cluster: begun.cluster,
        namespace: begun.namespace.map(|namespace| namespace.to_string()),
        name: begun.name,
        container: recording.container,
        action: begun.action,
        started: Timestamp(started / 1000),
        seconds: u64::try_from((until - started) / 1000).unwrap_or(0),
        ending: ended.map(|_| recording.ending),
        ending_detail: recording.ending_detail,
        size_bytes: u64::try_from(recording.size_bytes).unwrap_or(0),
        kept_until: kept,
        request: begun.request,
    }
}
