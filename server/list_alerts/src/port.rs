//! The contract, for one caller.

use crate::ForCaller;
use crate::kept::{self, Kept};
use access::{Place, Scope, Verb, decide};
use async_trait::async_trait;
use database::list_alerts::{
    ChangedListAlert, KeptListAlert, ListAlert, ListAlertTerms, MOST_LIST_ALERTS, NewListAlert as Row,
};
use model::fault::ListAlertFault;
use model::{ClusterName, ConsoleError, Namespace, TableQuery, Thing};
use monitoring_contract::{
    ListAlertBook, ListAlertFields, ListAlertPlan, ListAlerts, LookedAtListAlert, NewListAlert,
    OpenedListAlert,
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Whether a scope admits everything that a list could find.
pub fn covers(scope: &Scope, query: &TableQuery) -> bool {
    let named = |namespace: &Namespace| scope.admits(Some(namespace.as_str()), "");
    *scope == Scope::All || !query.namespaces.is_empty() && query.namespaces.iter().all(named)
}

impl ForCaller {
    /// Nothing, where the caller may know of the cluster.
    fn known_cluster(&self, cluster: &ClusterName) -> Result<(), ConsoleError> {
        let is_there = self.lists.kubernetes.clusters().any(|known| known.name() == cluster);
        // Whoever may not see a cluster learns the same as if there were none.
        if is_there && self.caller.may_see_cluster(cluster) {
            return Ok(());
        }
        Err(ConsoleError::unknown(Thing::Cluster(cluster.to_string())))
    }

    async fn find(&self, cluster: &ClusterName, id: &str) -> Result<(ListAlert, Kept), ConsoleError> {
        self.known_cluster(cluster)?;
        let found = match id.parse::<Uuid>() {
            Ok(id) => self.lists.database.list_alert(cluster, id).await?,
            Err(_) => None,
        };
        let row = found.ok_or_else(gone)?;
        let kept = Kept::read(&row)?;
        Ok((row, kept))
    }

    /// A list as an alert on it is kept: objects without a namespace are the cluster's, whatever namespaces are named, and so
    /// is the right that they need.
    async fn list(&self, query: TableQuery) -> Result<TableQuery, ConsoleError> {
        self.known_cluster(&query.cluster)?;
        let is_namespaced = self.kubernetes.is_namespaced(&query.cluster, &query.kind).await?;
        let (cluster, kind, search) = (query.cluster, query.kind, query.search);
        let namespaces = if is_namespaced { query.namespaces } else { Vec::new() };
        Ok(TableQuery { namespaces, search, ..TableQuery::of(cluster, kind) })
    }

    /// Where the caller may keep an alert on a list, each as its namespaces; none of them stands for the whole cluster.
    async fn places(&self, query: &TableQuery) -> Result<Vec<Vec<Namespace>>, ConsoleError> {
        let may = |query: &TableQuery| self.caller.may(&kept::create(query, ""));
        let mut places = Vec::new();
        if may(query) {
            places.push(query.namespaces.clone());
        }
        if !query.namespaces.is_empty() || !self.kubernetes.is_namespaced(&query.cluster, &query.kind).await?
        {
            return Ok(places);
        }
        let everywhere = Place::Namespaces(BTreeSet::new());
        let need = access::Need { place: everywhere, ..kept::need(Verb::Create, query) };
        let names: Vec<Namespace> = match decide(&self.caller, &need) {
            Ok(Scope::All) => self.lists.kubernetes.namespaces(&query.cluster).await?,
            Ok(Scope::Namespaces(names) | Scope::NamespaceObjects(names)) => names.into_iter().collect(),
            Err(_) => Vec::new(),
        };
        places.extend(names.into_iter().map(|name| vec![name]));
        Ok(places)
    }

    /// The project of a list that is about one namespace alone. Any namespace that is there becomes one.
    async fn project(&self, query: &TableQuery) -> Result<Option<Uuid>, ConsoleError> {
        let [namespace] = query.namespaces.as_slice() else { return Ok(None) };
        let database = &self.lists.database;
        if let Some(project) = database.project(&query.cluster, namespace).await? {
            let uid = self.lists.kubernetes.namespace_uid(&query.cluster, namespace).await;
            if database.is_another_namespace(project.id, uid.as_deref()).await? {
                return Err(kubernetes::made_anew(&query.cluster, namespace));
            }
            return Ok(Some(project.id));
        }
        if !self.lists.kubernetes.namespaces(&query.cluster).await?.contains(namespace) {
            return Err(ConsoleError::refused("namespaces", ListAlertFault::NoProject));
        }
        Ok(Some(database.ensure_project(&query.cluster, namespace).await?))
    }

    async fn add(&self, fields: ListAlertFields) -> Result<(), ConsoleError> {
        let query = fields.check_list().map_err(|problems| ConsoleError::Invalid { problems })?;
        let query = self.list(query).await?;
        let action = kept::create(&query, &fields.name);
        self.access().require(&self.caller, &action).await?;
        let said = fields.check().map_err(|problems| ConsoleError::Invalid { problems })?;
        self.kubernetes.check_query(&query).await?;
        let new = Row {
            cluster: query.cluster.clone(),
            project: self.project(&query).await?,
            terms: terms(said),
            query: serde_json::to_string(&query).expect("a query has no keys that JSON lacks"),
        };
        let (lists, writer, by) = (self.lists.clone(), self.caller.account_id, self.caller.name.clone());
        let work = async move |_| {
            match lists.database.add_list_alert(&new, writer, &by).await? {
                KeptListAlert::Done(_) => {}
                KeptListAlert::Taken => return Err(taken()),
                KeptListAlert::Full => {
                    return Err(ConsoleError::refused("name", ListAlertFault::Full(MOST_LIST_ALERTS)));
                }
            }
            lists.changed.notify_one();
            Ok(())
        };
        self.access().perform(&self.caller, action, work).await
    }

    async fn change(&self, fields: ListAlertFields) -> Result<(), ConsoleError> {
        let (row, kept) = self.find(&fields.cluster, &fields.id).await?;
        let action = kept::update(&kept.query, row.id, &fields.name);
        self.access().require(&self.caller, &action).await?;
        let said = fields.check().map_err(|problems| ConsoleError::Invalid { problems })?;
        // From now on it finds what the caller may see, so they must be able to look.
        self.kubernetes.check_query(&kept.query).await?;
        let terms = terms(said);
        let (lists, writer, by) = (self.lists.clone(), self.caller.account_id, self.caller.name.clone());
        let work = async move |_| {
            let changed =
                lists.database.change_list_alert(row.id, fields.version, &terms, writer, &by).await?;
            told(changed)?;
            lists.changed.notify_one();
            Ok::<_, ConsoleError>(())
        };
        self.access().perform(&self.caller, action, work).await
    }
}

#[async_trait]
impl ListAlerts for ForCaller {
    async fn list_alerts(&self, cluster: ClusterName) -> Result<ListAlertBook, ConsoleError> {
        self.known_cluster(&cluster)?;
        let objects = self.lists.database.listed(&cluster).await?;
        let mut alerts = Vec::new();
        for row in self.lists.database.list_alerts(&cluster).await? {
            alerts.extend(self.row(&row, objects.get(&row.id)).await);
        }
        let somewhere = access::Need::to_all(
            Verb::Create,
            access::Resource::console("listalerts"),
            cluster,
            Place::Namespaces(BTreeSet::new()),
        );
        Ok(ListAlertBook { alerts, may_make: decide(&self.caller, &somewhere).is_ok() })
    }

    async fn plan_list_alert(&self, query: TableQuery) -> Result<ListAlertPlan, ConsoleError> {
        let query = self.list(query).await?;
        self.kubernetes.check_query(&query).await?;
        let places = self.places(&query).await?;
        let matched = match self.kubernetes.matches(&query, None).await {
            Ok(Some(matches)) => Ok(matches.objects.len() as u64),
            Ok(None) => Ok(0),
            Err(error) => Err(error),
        };
        Ok(ListAlertPlan { places, matched })
    }

    async fn list_alert(&self, cluster: ClusterName, id: String) -> Result<OpenedListAlert, ConsoleError> {
        let (row, kept) = self.find(&cluster, &id).await?;
        let change = kept::update(&kept.query, row.id, &kept.name);
        self.access().require(&self.caller, &change).await?;
        let objects = self.lists.database.listed(&cluster).await?;
        let shown = self.row(&row, objects.get(&row.id)).await.ok_or_else(gone)?;
        Ok(OpenedListAlert { row: shown, version: row.version })
    }

    async fn save_list_alert(&self, fields: ListAlertFields) -> Result<(), ConsoleError> {
        if fields.id.is_empty() { self.add(fields).await } else { self.change(fields).await }
    }

    async fn switch_list_alert(&self, alert: LookedAtListAlert, on: bool) -> Result<(), ConsoleError> {
        let (row, kept) = self.find(&alert.cluster, &alert.id).await?;
        let action = kept::switch(&kept.query, row.id, &kept.name, on);
        self.access().require(&self.caller, &action).await?;
        let (lists, by) = (self.lists.clone(), self.caller.name.clone());
        let work = async move |_| {
            told(lists.database.switch_list_alert(row.id, alert.version, on, &by).await?)?;
            lists.changed.notify_one();
            Ok::<_, ConsoleError>(())
        };
        self.access().perform(&self.caller, action, work).await
    }

    async fn remove_list_alert(&self, alert: LookedAtListAlert) -> Result<(), ConsoleError> {
        let (row, kept) = self.find(&alert.cluster, &alert.id).await?;
        let action = kept::remove(&kept.query, row.id, &kept.name);
        self.access().require(&self.caller, &action).await?;
        let lists = self.lists.clone();
        let work = async move |_| {
            told(lists.database.remove_list_alert(row.id, alert.version).await?)?;
            lists.changed.notify_one();
            Ok::<_, ConsoleError>(())
        };
        self.access().perform(&self.caller, action, work).await
    }
}

fn terms(said: NewListAlert) -> ListAlertTerms {
    ListAlertTerms {
        name: said.name,
        severity: said.severity.word().to_owned(),
        hold_seconds: said.hold_seconds.into(),
        least: said.least.into(),
    }
}

fn told(changed: ChangedListAlert) -> Result<(), ConsoleError> {
    match changed {
        ChangedListAlert::Done => Ok(()),
        ChangedListAlert::Taken => Err(taken()),
        ChangedListAlert::Gone => Err(gone()),
        ChangedListAlert::Newer(by) => Err(ConsoleError::refused("", ListAlertFault::Changed(by))),
    }
}

fn taken() -> ConsoleError {
    ConsoleError::refused("name", ListAlertFault::NameTaken)
}

fn gone() -> ConsoleError {
    ConsoleError::unknown(Thing::ListAlert)
}
