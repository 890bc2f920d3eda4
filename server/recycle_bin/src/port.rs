//! The contract, for one caller.

use crate::{ForCaller, PURPOSE};
use async_trait::async_trait;
use database::deleted_objects::DeletedObject as Row;
use kubernetes::{DeletedObject, Echo, SeenDeleted};
use model::fault::BinFault;
use model::{
    ClusterName, ConsoleError, FieldProblem, KindSlug, Namespace, ObjectName, ResourceRef, Thing, Timestamp,
};
use resources_contract::{DeletedLine, DeletedList, DeletedQuery, RecycleBin, RestoreFields};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Lines that are shown; more are found by searching.
const MOST_LINES: usize = 200;
/// Failures that are told one by one.
const MOST_TOLD: usize = 20;
/// A definition that is made again serves its kind after a moment. For so long in all, and so long apart, its objects are
/// tried.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(500);

impl ForCaller {
    /// What was chosen and this caller may see, by its id.
    async fn find(&self, cluster: &ClusterName, id: &str) -> Result<Row, ConsoleError> {
        let mut seen = self.clusters.deleted(cluster).await?;
        let id = id.parse::<Uuid>().map_err(|_| gone())?;
        let rows = self.bin.database.deleted_objects(cluster).await?;
        let found = rows.into_iter().find(|row| row.id == id);
        found.filter(|row| is_seen(&mut seen, row)).ok_or_else(gone)
    }

    fn line(&self, row: &Row, along: &BTreeMap<Uuid, i64>) -> Option<DeletedLine> {
        let resource = reference(row)?;
        Some(DeletedLine {
            id: row.id.to_string(),
            kind: row.kind.clone(),
            may_restore: self.clusters.may_restore(&row.group, &row.plural, &resource),
            loses_data: row.group.is_empty() && row.plural == "persistentvolumeclaims",
            along: along.get(&row.deletion).and_then(|count| u32::try_from(*count).ok()).unwrap_or(0),
            left_out: u32::try_from(row.left_out).unwrap_or(u32::MAX),
            deleted_by: row.deleted_by.clone(),
            deleted: Timestamp(row.deleted_at),
            until: Timestamp(row.kept_until),
            resource,
        })
    }

    /// Makes one again. What it belongs in may be missing until then. A namespace that is made again here is the one that its
    /// project means, and everybody holds in it what they held, although to the cluster it is another one.
    async fn restore_one(
        &self,
        row: &Row,
        document: &str,
        until: Instant,
    ) -> Result<Option<Echo>, ConsoleError> {
        let unopened = |_| ConsoleError::refused("", BinFault::Unopened);
        let manifest = self.bin.seal.open_value(PURPOSE, document).map_err(unopened)?;
        let object = DeletedObject {
            resource: reference(row).ok_or_else(gone)?,
            group: row.group.clone(),
            plural: row.plural.clone(),
            kind: row.kind.clone(),
            manifest,
        };
        let meant = self.let_be_another(row, &object.resource).await?;
        let done = self.make_again(object, until).await;
        if let (Err(error), Some(meant)) = (&done, meant)
            && is_certain(error)
        {
            self.bin.database.learn_namespaces(&[meant]).await?;
        }
        done
    }

    /// Before a namespace is made again by who may do that: which one its project means is learnt anew.
    async fn let_be_another(
        &self,
        row: &Row,
        resource: &ResourceRef,
    ) -> Result<Option<(Uuid, String)>, ConsoleError> {
        let is_namespace = row.group.is_empty() && row.plural == "namespaces";
        if !is_namespace || !self.clusters.may_restore(&row.group, &row.plural, resource) {
            return Ok(None);
        }
        let Ok(namespace) = Namespace::parse(resource.name.as_str()) else { return Ok(None) };
        Ok(self.bin.database.unlearn_namespace(&row.cluster, &namespace).await?)
    }

    async fn make_again(&self, object: DeletedObject, until: Instant) -> Result<Option<Echo>, ConsoleError> {
        loop {
            match self.clusters.restore(object.clone()).await {
                Err(ConsoleError::NotFound { .. }) if Instant::now() < until => {
                    tokio::time::sleep(PAUSE).await;
                }
                done => return done,
            }
        }
    }

    async fn forget(&self, row: &Row) -> Result<(), ConsoleError> {
        self.bin.database.forget_deleted(row.id).await.map_err(ConsoleError::from)
    }

    /// Makes again what was in something that is there. Answers what failed; the rest is forgotten, and what will be known of it
    /// comes to what was `made`.
    async fn restore_along(
        &self,
        along: &[&(Row, String)],
        made: &mut Vec<Echo>,
    ) -> Result<Vec<FieldProblem>, ConsoleError> {
        let mut problems = Vec::new();
        let until = Instant::now() + PATIENCE;
        for (row, document) in along {
            match self.restore_one(row, document, until).await {
                Ok(echo) => {
                    made.extend(echo);
                    self.forget(row).await?;
                }
                Err(error) => {
                    let object = format!("{} {}", row.kind, row.name);
                    problems.push(FieldProblem::of("", BinFault::Along { object, error: Box::new(error) }));
                }
            }
        }
        let more = problems.len().saturating_sub(MOST_TOLD);
        problems.truncate(MOST_TOLD);
        if more > 0 {
            problems.push(FieldProblem::of("", BinFault::More(more)));
        }
        Ok(problems)
    }
}

#[async_trait]
impl RecycleBin for ForCaller {
    async fn deleted(&self, query: DeletedQuery) -> Result<DeletedList, ConsoleError> {
        let mut seen = self.clusters.deleted(&query.cluster).await?;
        let database = &self.bin.database;
        let rows = database.deleted_objects(&query.cluster).await?;
        let along = database.deleted_along(&query.cluster).await?;
        let along: BTreeMap<Uuid, i64> = along.into_iter().collect();
        let words: Vec<String> = query.search.split_whitespace().map(str::to_lowercase).collect();
        let is_meant = |row: &Row| {
            let text = format!(
                "{} {} {} {}",
                row.kind,
                row.namespace.as_deref().unwrap_or_default(),
                row.name,
                row.deleted_by
            );
            let text = text.to_lowercase();
            words.iter().all(|word| text.contains(word.as_str()))
        };
        let rows = rows.iter().filter(|row| is_meant(row));
        let rows: Vec<&Row> = rows.filter(|row| is_seen(&mut seen, row)).collect();
        let more = u32::try_from(rows.len().saturating_sub(MOST_LINES)).unwrap_or(u32::MAX);
        let lines = rows.into_iter().take(MOST_LINES).filter_map(|row| self.line(row, &along)).collect();
        Ok(DeletedList { lines, more })
    }

    async fn restore(&self, fields: RestoreFields) -> Result<ResourceRef, ConsoleError> {
        let chosen = self.find(&fields.cluster, &fields.id).await?;
        let together = self.bin.database.deleted_together(chosen.deletion).await;
        let together = together?;
        let resource = reference(&chosen).ok_or_else(gone)?;
        let (mine, along): (Vec<_>, Vec<_>) = together.iter().partition(|(row, _)| row.id == chosen.id);
        let (first, document) = mine.first().ok_or_else(gone)?;
        let mut made = Vec::new();
        match self.restore_one(first, document, Instant::now()).await {
            // It is there again by other means, and what was in it is still wanted.
            Err(ConsoleError::Conflict { .. }) if fields.along => {}
            done => made.extend(done?),
        }
        let problems = if fields.along { self.restore_along(&along, &mut made).await? } else { Vec::new() };
        // As long as something that was in it is kept, it is found by what was chosen.
        if along.is_empty() || (fields.along && problems.is_empty()) {
            self.forget(first).await?;
        }
        self.clusters.hear(&fields.cluster, &made).await;
        if problems.is_empty() { Ok(resource) } else { Err(ConsoleError::Conflict { problems }) }
    }
}

fn is_seen(seen: &mut SeenDeleted, row: &Row) -> bool {
    seen.sees((&row.group, &row.plural), row.namespace.as_deref(), &row.name, row.deleted_at)
}

fn reference(row: &Row) -> Option<ResourceRef> {
    Some(ResourceRef {
        cluster: row.cluster.clone(),
        kind: KindSlug::parse(&row.slug).ok()?,
        namespace: row.namespace.as_deref().map(Namespace::parse).transpose().ok()?,
        name: ObjectName::parse(&row.name).ok()?,
    })
}

/// Whether nothing was made. A namespace that may be there all the same, because only the answer was lost, is another one than the
/// one before: were its project still that one, it would end.
fn is_certain(error: &ConsoleError) -> bool {
    match error {
        ConsoleError::Unavailable { may_be_done, .. } => !may_be_done,
        ConsoleError::Transport(_) | ConsoleError::Internal { .. } => false,
        ConsoleError::NotSignedIn
        | ConsoleError::Forbidden { .. }
        | ConsoleError::NotFound { .. }
        | ConsoleError::Invalid { .. }
        | ConsoleError::Conflict { .. } => true,
    }
}

fn gone() -> ConsoleError {
    ConsoleError::unknown(Thing::Deleted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::System;

    #[test]
    fn what_may_be_made_although_no_answer_came_is_not_taken_for_refused() {
        let unavailable = |may_be_done| ConsoleError::Unavailable {
            system: System::Cluster("harbour".into()),
            cause: "no answer within 10 s".into(),
            may_be_done,
        };

        assert!(!is_certain(&unavailable(true)));
        assert!(is_certain(&unavailable(false)));
        assert!(is_certain(&ConsoleError::Conflict { problems: Vec::new() }), "one of its name is there");
    }
}
