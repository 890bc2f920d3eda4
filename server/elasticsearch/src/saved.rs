//! Searches that people keep. Keeping one gives nobody a right: whoever opens it searches as themselves.

mod actions;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests;

use crate::reads::ReadRecords;
use crate::service::ForCaller;
use access::{Action, Need, Place, Resource, Scope, Verb, decide};
use async_trait::async_trait;
use database::Database;
use database::saved_searches::{
    Kept, MOST_OWN, MOST_SHARED, NewSavedSearch, Readers, Renamed, SavedSearch as Row,
};
use model::fault::SearchFault;
use model::{ClusterName, ConsoleError, Namespace, Thing, Timestamp, Window};
use records_contract::{
    Audience, FoundSearch, LONGEST_SEARCH_NAME, MOST_FOUND_BY_NAME, NewSearch, Of, RemoveSearchFields,
    RenameSearchFields, SaveSearchFields, SavedSearch, SavedSearches, checked_name,
};
use std::collections::BTreeSet;
use uuid::Uuid;

impl ForCaller {
    fn database(&self) -> &Database {
        &self.elasticsearch.database
    }

    /// Where the caller may search this, if anywhere.
    fn searchable(&self, of: Of, cluster: &ClusterName) -> Option<Scope> {
        decide(&self.caller, &ReadRecords::new(of, cluster, BTreeSet::new()).need()).ok()
    }

    /// Whether the caller may search anything of a cluster.
    fn searches(&self, cluster: &ClusterName) -> bool {
        self.cluster(cluster).is_ok() && Of::ALL.into_iter().any(|of| self.searchable(of, cluster).is_some())
    }

    /// Refuses who may search nothing; the refusal is in the audit trail.
    async fn may_search(&self, of: Of, cluster: &ClusterName) -> Result<(), ConsoleError> {
        self.cluster(cluster)?;
        if self.searchable(of, cluster).is_some() {
            return Ok(());
        }
        Ok(self
            .access()
            .grant(&self.caller, ReadRecords::new(of, cluster, BTreeSet::new()))
            .await
            .map(|_| ())?)
    }

    /// Whether it is the caller's. By a token for one place nobody comes to what is theirs wherever they are.
    fn is_own(&self, row: &Row) -> bool {
        row.owner == Some(self.caller.account_id) && !self.caller.is_for_one_place()
    }

    /// Whether the caller finds it: it is theirs, or shared where they may search the same.
    fn finds(&self, row: &Row) -> bool {
        let in_scope = |scope: Scope| match &row.namespace {
            Some(namespace) => scope.admits(Some(namespace.as_str()), ""),
            None => true,
        };
        let of = Of::parse(&row.records).unwrap_or_default();
        self.is_own(row) || (!row.is_private && self.searchable(of, &row.cluster).is_some_and(in_scope))
    }

    async fn find(&self, cluster: &ClusterName, id: &str) -> Result<Row, ConsoleError> {
        self.cluster(cluster)?;
        let id: Uuid = id.parse().map_err(|_| gone())?;
        let found = self.database().saved_search(cluster, self.caller.account_id, id).await;
        found?.filter(|row| self.finds(row)).ok_or_else(gone)
    }

    /// A search as the contract tells it; nothing when another version of the program wrote it and this one cannot read it.
    fn line(&self, row: Row) -> Option<SavedSearch> {
        let of = Of::parse(&row.records);
        let window = Window::parse(&row.window.0, &row.window.1).ok();
        let (Some(of), Some(window)) = (of, window) else {
            tracing::error!(search = %row.id, records = row.records, "A saved search cannot be read and is left out");
            return None;
        };
        let is_own = self.is_own(&row);
        Some(SavedSearch {
            id: row.id.to_string(),
            of,
            window,
            audience: audience(&row),
            is_own,
            may_change: self.caller.may(&actions::update(&row, is_own, "")),
            name: row.name,
            query: row.query,
            made_by: row.made_by,
            made: Timestamp(row.made_at),
        })
    }

    /// With whom the caller may share a search.
    async fn may_share_with(&self, cluster: &ClusterName) -> Vec<Audience> {
        let need = |place| Need::to_all(Verb::Create, Resource::console("searches"), cluster.clone(), place);
        let mut all = vec![Audience::Own];
        if decide(&self.caller, &need(Place::Cluster)).is_ok() {
            all.push(Audience::Cluster);
        }
        let names: Vec<Namespace> = match decide(&self.caller, &need(Place::Namespaces(BTreeSet::new()))) {
            Ok(Scope::All) => self.elasticsearch.kubernetes.namespaces(cluster).await.unwrap_or_default(),
            Ok(Scope::Namespaces(names) | Scope::NamespaceObjects(names)) => names.into_iter().collect(),
            Err(_) => Vec::new(),
        };
        all.extend(names.into_iter().map(Audience::Project));
        all
    }

    /// Who finds a search, as the tables keep it. Any namespace that is there becomes a project.
    async fn readers(&self, cluster: &ClusterName, audience: &Audience) -> Result<Readers, ConsoleError> {
        let namespace = match audience {
            Audience::Own => return Ok(Readers::Owner),
            Audience::Cluster => return Ok(Readers::Cluster),
            Audience::Project(namespace) => namespace,
        };
        let known = self.database().project(cluster, namespace).await?;
        if let Some(project) = known {
            let uid = self.elasticsearch.kubernetes.namespace_uid(cluster, namespace).await;
            if self.database().is_another_namespace(project.id, uid.as_deref()).await? {
                return Err(kubernetes::made_anew(cluster, namespace));
            }
            return Ok(Readers::Project(project.id));
        }
        if !self.elasticsearch.kubernetes.namespaces(cluster).await?.contains(namespace) {
            return Err(ConsoleError::refused("audience", SearchFault::NoProject));
        }
        let project = self.database().ensure_project(cluster, namespace).await;
        project.map(Readers::Project).map_err(ConsoleError::from)
    }
}

#[async_trait]
impl SavedSearches for ForCaller {
    async fn saved_searches(&self, cluster: ClusterName) -> Result<Vec<SavedSearch>, ConsoleError> {
        if !self.searches(&cluster) {
            self.may_search(Of::Logs, &cluster).await?;
        }
        let all = self.database().saved_searches(&cluster, self.caller.account_id).await;
        let all = all?.into_iter().filter(|row| self.finds(row));
        let mut searches: Vec<SavedSearch> = all.filter_map(|row| self.line(row)).collect();
        searches.sort_by_key(|search| !search.is_own);
        Ok(searches)
    }

    async fn find_by_name(&self, words: String) -> Result<Vec<FoundSearch>, ConsoleError> {
        let words = words.trim();
        // No name is longer.
        if words.is_empty() || words.chars().count() > LONGEST_SEARCH_NAME {
            return Ok(Vec::new());
        }
        let pick = |row: Row| {
            let cluster = row.cluster.clone();
            let is_found = self.searches(&cluster) && self.finds(&row);
            let search = is_found.then(|| self.line(row)).flatten()?;
            Some(FoundSearch { cluster, search })
        };
        let account = self.caller.account_id;
        Ok(self.database().find_saved_searches(account, words, MOST_FOUND_BY_NAME, pick).await?)
    }

    async fn audiences(&self, cluster: ClusterName) -> Result<Vec<Audience>, ConsoleError> {
        self.cluster(&cluster)?;
        Ok(self.may_share_with(&cluster).await)
    }

    async fn save_search(&self, fields: SaveSearchFields) -> Result<(), ConsoleError> {
        let cluster = fields.cluster.clone();
        self.may_search(Of::parse(&fields.of).unwrap_or_default(), &cluster).await?;
        // Who may not share here learns that first.
        if let Some(audience) = Audience::parse(&fields.audience) {
            self.access()
                .require(&self.caller, &actions::create(&cluster, &audience, fields.name.trim()))
                .await?;
        }
        let NewSearch { name, of, query, window, audience } =
            fields.check().map_err(|problems| ConsoleError::Invalid { problems })?;
        let readers = self.readers(&cluster, &audience).await?;
        let action = actions::create(&cluster, &audience, &name);
        let new = NewSavedSearch {
            cluster,
            owner: self.caller.account_id,
            readers,
            records: of.word().to_owned(),
            name,
            query,
            window: window.to_texts(),
        };
        let (database, by) = (self.database().clone(), self.caller.name.clone());
        let work = async move |_| {
            let kept = database.add_saved_search(&new, &by).await?;
            told(kept, new.readers)
        };
        self.access().perform(&self.caller, action, work).await
    }

    async fn rename_search(&self, fields: RenameSearchFields) -> Result<(), ConsoleError> {
        let row = self.find(&fields.cluster, &fields.id).await?;
        let detail = format!("{} is now {}", row.name, fields.name.trim());
        let action = actions::update(&row, self.is_own(&row), &detail);
        self.access().require(&self.caller, &action).await?;
        let name = checked_name(&fields.name).map_err(|fault| ConsoleError::refused("name", fault))?;
        let database = self.database().clone();
        let work = async move |_| match database.rename_saved_search(row.id, &name).await {
            Ok(Renamed::Done) => Ok(()),
            Ok(Renamed::Taken) => Err(taken()),
            Ok(Renamed::Gone) => Err(gone()),
            Err(error) => Err(error.into()),
        };
        self.access().perform(&self.caller, action, work).await
    }

    async fn remove_search(&self, fields: RemoveSearchFields) -> Result<(), ConsoleError> {
        let row = self.find(&fields.cluster, &fields.id).await?;
        let action = actions::remove(&row, self.is_own(&row));
        self.access().require(&self.caller, &action).await?;
        let database = self.database().clone();
        let work = async move |_| match database.remove_saved_search(row.id).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(gone()),
            Err(error) => Err(error.into()),
        };
        self.access().perform(&self.caller, action, work).await
    }
}

fn audience(row: &Row) -> Audience {
    match &row.namespace {
        _ if row.is_private => Audience::Own,
        Some(namespace) => Audience::Project(namespace.clone()),
        None => Audience::Cluster,
    }
}

fn told(kept: Kept, readers: Readers) -> Result<(), ConsoleError> {
    match kept {
        Kept::Done(_) => Ok(()),
        Kept::Taken => Err(taken()),
        Kept::Full => {
            let full = match readers {
                Readers::Owner => SearchFault::ManyOwn(MOST_OWN),
                _ => SearchFault::ManyShared(MOST_SHARED),
            };
            Err(ConsoleError::refused("name", full))
        }
    }
}

fn taken() -> ConsoleError {
    ConsoleError::refused("name", SearchFault::Taken)
}

fn gone() -> ConsoleError {
    ConsoleError::unknown(Thing::SavedSearch)
}
