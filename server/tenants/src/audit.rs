//! The audit trail, as far as the caller may see it.

use crate::ForCaller;
use access::{Command, Verb};
use database::audit::{AuditEntry, AuditFilter, AuditScope, Outcome};
use model::fault::QuestionFault;
use model::{ClusterName, ConsoleError, KindSlug, Namespace, ResourceRef, Timestamp};
use people_contract::{AUDIT_PAGE, AuditLine, AuditPage, AuditQuery, CHANGES_OF, LATE_CHANGES};
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

const DAY_MILLISECONDS: i64 = 24 * 3600 * 1000;

/// What the trail calls terminals.
const TERMINALS: [&str; 3] = ["debug", "node_shell", "terminal"];

/// How many lines are read at once for a file.
const FILE_PAGE: u32 = 1000;

impl ForCaller {
    pub(crate) async fn read_audit(&self, query: AuditQuery) -> Result<AuditPage, ConsoleError> {
        let (mut lines, next) = self.audit_lines(query, AUDIT_PAGE).await?;
        self.add_recordings(&mut lines).await?;
        let actions = self.tenants.database.audit_actions().await?;
        Ok(AuditPage { next, actions, lines })
    }

    /// Says of terminals whether they were recorded, where the caller may replay that.
    async fn add_recordings(&self, lines: &mut [AuditLine]) -> Result<(), ConsoleError> {
        let may_replay = |line: &&mut AuditLine| {
            let place = line.cluster.as_deref().and_then(|cluster| ClusterName::parse(cluster).ok());
            let Some(cluster) = place.filter(|_| TERMINALS.contains(&line.action.as_str())) else {
                return false;
            };
            let namespace = line.namespace.as_deref().and_then(|name| Namespace::parse(name).ok());
            let rights = &self.caller.rights;
            let held = match namespace {
                Some(namespace) => rights.in_namespace(&cluster, &namespace),
                None => rights.in_cluster(&cluster),
            };
            held.has("terminals.replay")
        };
        let mut terminals: Vec<&mut AuditLine> = lines.iter_mut().filter(may_replay).collect();
        let requests: Vec<String> = terminals.iter().map(|line| line.request.clone()).collect();
        let found = self.tenants.database.recordings_of_requests(&requests).await;
        for recording in found? {
            let begun = recording.begun;
            let line = terminals.iter_mut().find(|line| {
                line.request == begun.request
                    && line.action == begun.action
                    && line.cluster.as_deref() == Some(begun.cluster.as_str())
            });
            if let Some(line) = line {
                line.recording = Some(begun.id.to_string());
            }
        }
        Ok(())
    }

    /// Some hundred lines of the trail for a file, newest first, and where the next ones begin: the query's `before`. The
    /// caller sees what they see on the page at this moment: whoever reads slowly reads for hours, and rights end meanwhile.
    pub async fn audit_for_file(
        &self,
        query: AuditQuery,
    ) -> Result<(Vec<AuditLine>, Option<String>), ConsoleError> {
        let caller = self.tenants.access.renewed(&self.caller).await?;
        self.tenants.for_caller(Arc::new(caller)).audit_lines(query, FILE_PAGE).await
    }

    async fn audit_lines(
        &self,
        query: AuditQuery,
        count: u32,
    ) -> Result<(Vec<AuditLine>, Option<String>), ConsoleError> {
        let scope = match self.audit_scope().await? {
            Some(scope) => scope,
            // Refused, and that is recorded.
            None => {
                self.grant(whole_trail()).await?;
                AuditScope::All
            }
        };
        self.lines_within(scope, query, count).await
    }

    /// What people changed last; nothing, and no refusal, for who may see no trail: nobody asked for it.
    pub(crate) async fn read_late_changes(&self) -> Result<Option<Vec<AuditLine>>, ConsoleError> {
        let Some(scope) = self.audit_scope().await? else { return Ok(None) };
        let filter =
            AuditFilter { is_allowed: Some(true), only_changes: true, scope, ..AuditFilter::default() };
        let entries = self.tenants.database.search_audit(&filter, LATE_CHANGES).await?;
        Ok(Some(entries.into_iter().map(line).collect()))
    }

    /// What people did to one object, or in one project; nothing, and no refusal, for who may not see the trail of its place.
    pub(crate) async fn read_changes_of(
        &self,
        resource: &ResourceRef,
    ) -> Result<Option<Vec<AuditLine>>, ConsoleError> {
        let scope = self.audit_scope().await?;
        let Some(scope) = scope.filter(|scope| covers(scope, resource)) else { return Ok(None) };
        let namespace = resource.namespace.as_ref().map(ToString::to_string);
        let filter = AuditFilter {
            cluster: resource.cluster.to_string(),
            namespace: namespace.clone().unwrap_or_default(),
            object: resource.name.to_string(),
            scope: scope.clone(),
            ..AuditFilter::default()
        };
        let entries = self.tenants.database.search_audit(&filter, CHANGES_OF).await;
        let mut entries = entries?;
        entries.retain(|entry| {
            entry.decision.namespace == namespace && is_of(&entry.decision.resource, &resource.kind)
        });
        if is_project(resource) {
            let filter = AuditFilter {
                cluster: resource.cluster.to_string(),
                namespace: resource.name.to_string(),
                scope,
                ..AuditFilter::default()
            };
            entries.extend(self.tenants.database.search_audit(&filter, CHANGES_OF).await?);
            entries.sort_by_key(|entry| Reverse((entry.at_milliseconds, entry.id)));
            entries.dedup_by_key(|entry| entry.id);
            entries.truncate(CHANGES_OF as usize);
        }
        Ok(Some(entries.into_iter().map(line).collect()))
    }

    async fn lines_within(
        &self,
        scope: AuditScope,
        query: AuditQuery,
        count: u32,
    ) -> Result<(Vec<AuditLine>, Option<String>), ConsoleError> {
        let from = day(&query.from, "from")?;
        let filter = AuditFilter {
            from_milliseconds: from,
            until_milliseconds: day(&query.to, "to")?.map(|day| day + DAY_MILLISECONDS),
            before: cursor(&query.before)?,
            person: query.person,
            action: query.action,
            is_allowed: match query.decision.as_str() {
                "allowed" => Some(true),
                "refused" => Some(false),
                _ => None,
            },
            cluster: query.cluster,
            namespace: query.namespace,
            text: query.text,
            scope,
            ..AuditFilter::default()
        };
        // One more than is shown tells whether there is another page.
        let entries = self.tenants.database.search_audit(&filter, count + 1).await;
        let mut entries = entries?;
        let has_more = entries.len() > count as usize;
        entries.truncate(count as usize);
        let last = entries.last().filter(|_| has_more);
        let next = last.map(|entry| format!("{}-{}", entry.at_milliseconds, entry.id));
        Ok((entries.into_iter().map(line).collect(), next))
    }

    /// Everything for those whose role on the platform says so; otherwise what happened in the places where a role of the
    /// caller lets them see it, since these are what they are; `None` where there is no such place.
    async fn audit_scope(&self) -> Result<Option<AuditScope>, ConsoleError> {
        if self.may(&whole_trail()) {
            return Ok(Some(AuditScope::All));
        }
        let rights = &self.caller.rights;
        let sees =
            |held: &Vec<access::rights::Held>| held.iter().any(|held| held.permissions.has("audit.view"));
        // What happened in another cluster that had the name before is for those who see everything.
        let apart = self.tenants.database.clusters_apart().await?;
        let seen_clusters = rights.clusters.iter().filter(|(_, held)| sees(held));
        let after = |name: &ClusterName| apart.get(name.as_str()).copied().unwrap_or_default();
        let clusters: Vec<(String, i64)> =
            seen_clusters.map(|(name, _)| (name.to_string(), after(name))).collect();
        let seen: BTreeSet<&(ClusterName, Namespace)> =
            rights.projects.iter().filter(|(_, held)| sees(held)).map(|(place, _)| place).collect();
        let known = if seen.is_empty() { Vec::new() } else { self.tenants.database.projects().await? };
        let known = known.into_iter().filter_map(|project| {
            let since = project.created_at * 1000;
            let place = (project.cluster, project.namespace);
            seen.contains(&place).then(|| (place.0.to_string(), place.1.to_string(), since))
        });
        let projects: Vec<(String, String, i64)> = known.collect();
        let is_any = !(clusters.is_empty() && projects.is_empty());
        Ok(is_any.then_some(AuditScope::Places { clusters, projects }))
    }
}

/// Whether the trail of an object's place is within what a reader may see.
fn covers(scope: &AuditScope, resource: &ResourceRef) -> bool {
    let AuditScope::Places { clusters, projects } = scope else { return true };
    let own = match &resource.namespace {
        Some(namespace) => Some(namespace.as_str()),
        None => is_project(resource).then(|| resource.name.as_str()),
    };
    clusters.iter().any(|(cluster, _)| *cluster == resource.cluster.as_str())
        || projects.iter().any(|(cluster, namespace, _)| {
            *cluster == resource.cluster.as_str() && own == Some(namespace.as_str())
        })
}

/// Whether an object is a place in which things are done.
fn is_project(resource: &ResourceRef) -> bool {
    resource.kind.as_str() == "namespaces"
}

/// Whether a resource of the trail, such as `deployments.apps/scale`, is of a kind, such as `deployments`.
fn is_of(resource: &str, kind: &KindSlug) -> bool {
    let plural = resource.split('/').next().unwrap_or_default();
    plural == kind.as_str() || plural.split('.').next() == Some(kind.as_str())
}

fn whole_trail() -> Command {
    Command::on_platform("read audit trail", Verb::List, "audit", None)
}

fn line(entry: AuditEntry) -> AuditLine {
    let decision = entry.decision;
    let about = if decision.is_allowed { decision.reason.clone() } else { String::new() };
    let (outcome, detail) = match entry.outcome {
        Some(Outcome::Done) => (Some("done"), String::new()),
        Some(Outcome::Failed(detail)) => (Some("failed"), detail),
        Some(Outcome::Unknown(detail)) => (Some("unknown"), detail),
        None => (None, String::new()),
    };
    let parts: Vec<String> = [about, detail].into_iter().filter(|part| !part.is_empty()).collect();
    let detail = parts.join(": ");
    AuditLine {
        at: Timestamp(entry.at_milliseconds / 1000),
        person: decision.account_name,
        address: decision.address,
        action: decision.action,
        resource: decision.resource,
        cluster: decision.cluster,
        namespace: decision.namespace,
        name: decision.name,
        refused: (!decision.is_allowed).then_some(decision.reason),
        outcome: outcome.map(str::to_owned),
        detail,
        request: decision.request_id,
        recording: None,
    }
}

/// The first moment of a day in UTC, in milliseconds; `None` for an empty text.
fn day(text: &str, field: &str) -> Result<Option<i64>, ConsoleError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let day = text.trim().parse::<jiff::civil::Date>().ok();
    let day = day.and_then(|day| day.to_zoned(jiff::tz::TimeZone::UTC).ok());
    let day = day.ok_or_else(|| ConsoleError::refused(field, QuestionFault::Day))?;
    Ok(Some(day.timestamp().as_millisecond()))
}

fn cursor(text: &str) -> Result<Option<(i64, String)>, ConsoleError> {
    if text.is_empty() {
        return Ok(None);
    }
    let parts = text.split_once('-').and_then(|(at, id)| Some((at.parse().ok()?, id.to_owned())));
    parts.map(Some).ok_or_else(|| ConsoleError::refused("before", QuestionFault::PageEnd))
}
