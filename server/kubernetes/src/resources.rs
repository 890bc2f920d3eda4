//! The contract's questions and commands, each through the caller's grant.

use crate::caller::ForCaller;
use crate::change::{self, Commands};
use crate::cluster::Cluster;
use crate::discovery::Served;
use crate::reads::ReadTable;
use crate::row::RowData;
use crate::store::now;
use crate::view::{View, to_row};
use access::Granted;
use async_trait::async_trait;
use kinds::{Object, Selector, SelectorForm};
use model::fault::{ActFault, EntryFault};
use model::{
    ClusterName, ConsoleError, KindSlug, Language, Level, Namespace, ResourceRef, Row, Table, TableQuery,
};
use resources_contract::{
    ActPreview, Action, Applied, ContainerEnvironment, DataEntry, DeletePlan, Deletion, DocumentPreview,
    History, Job, LogPage, LogRequest, Manifest, ManifestChange, Many, ManyWork, ObjectView, Outcome,
    PodUses, Resources, SearchResults, Target, UsedBy,
};
use std::sync::Arc;
use tokio::sync::watch;

/// The trees of more objects than this are nothing that a person reads.
const MOST_PREVIEWED: usize = 200;

#[async_trait]
impl Resources for ForCaller {
    async fn table(&self, query: TableQuery) -> Result<Table, ConsoleError> {
        self.read_table(query).await
    }

    async fn object(&self, resource: ResourceRef) -> Result<ObjectView, ConsoleError> {
        let cluster = self.cluster(&resource.cluster).await?;
        self.read_object(&cluster, resource, None).await
    }

    async fn manifest(&self, resource: ResourceRef, reveal: bool) -> Result<Manifest, ConsoleError> {
        let (cluster, served) = self.served(&resource.cluster, &resource.kind).await?;
        let action = change::ReadManifest { served, resource, reveal };
        let granted = self.kubernetes.access().grant(&self.caller, action).await?;
        Ok(change::read_manifest(&cluster, &granted).await?)
    }

    async fn schema(&self, cluster: ClusterName, kind: KindSlug) -> Result<String, ConsoleError> {
        let (cluster, served) = self.served(&cluster, &kind).await?;
        self.kubernetes.access().grant(&self.caller, ReadTable::new(cluster.name(), &served, &[])).await?;
        Ok(self.kubernetes.schemas().read(&cluster, &kind).await?.to_string())
    }

    async fn preview(&self, change: ManifestChange) -> Result<Vec<DocumentPreview>, ConsoleError> {
        let previewed = self.commands(&change.cluster).await?.preview(&change).await?;
        let (mut previews, weighed): (Vec<_>, Vec<_>) = previewed.into_iter().unzip();
        self.name_pods(&mut previews).await;
        self.add_quotas(&mut previews, &weighed).await;
        Ok(previews)
    }

    async fn apply(&self, change: ManifestChange) -> Result<Vec<Applied>, ConsoleError> {
        self.commands(&change.cluster).await?.apply(&change).await
    }

    async fn preview_delete(&self, targets: Vec<Target>) -> Result<DeletePlan, ConsoleError> {
        if targets.len() > MOST_PREVIEWED {
            return Err(ConsoleError::refused("targets", ActFault::TooMany(MOST_PREVIEWED)));
        }
        let mut trees = Vec::new();
        let mut read = Vec::new();
        for target in &targets {
            let resource = &target.resource;
            let cluster = self.cluster(&resource.cluster).await?;
            let namespaces: Vec<Namespace> = resource.namespace.iter().cloned().collect();
            let readable = self.readable(&cluster, &resource.kind, &namespaces).await?;
            let row = readable.store.read().row_of(resource).cloned();
            let row = row.ok_or_else(|| ConsoleError::not_found(resource))?;
            let title = format!("{} {}", self.kind_title(readable.store.served()), resource.name);
            let json = readable.store.read().read(&row.uid, <[u8]>::to_vec).unwrap_or_default();
            trees.extend(self.tree_of(&cluster, &readable.store, &row).await);
            read.push((cluster, title, json));
        }
        let users = self.names_of_users(&targets).await?;
        let objects: Vec<Object<'_>> =
            read.iter().map(|(.., json)| Object::parse(json).unwrap_or_default()).collect();
        let going: Vec<(&str, Selector)> = objects.iter().filter_map(pods_of).collect();
        let facts = read.iter().zip(&objects).zip(users).map(|(((cluster, title, _), object), users)| {
            let services = self.services_of(cluster, object, &going);
            change::DeletionFacts { services, users, ..deletion_facts(object, title.clone(), self.language) }
        });
        let facts: Vec<_> = facts.collect();
        Ok(change::plan_deletion(trees, &facts))
    }

    async fn delete(&self, deletion: Deletion) -> Result<Vec<Outcome>, ConsoleError> {
        self.commands(cluster_of(&deletion.targets)?).await?.delete(deletion).await
    }

    async fn act(&self, targets: Vec<Target>, action: Action) -> Result<Vec<Outcome>, ConsoleError> {
        self.commands(cluster_of(&targets)?).await?.act(targets, action).await
    }

    async fn preview_act(&self, targets: Vec<Target>, action: Action) -> Result<ActPreview, ConsoleError> {
        let commands = self.commands(cluster_of(&targets)?).await?;
        let (mut found, weighed) = commands.preview_act(targets.clone(), &action).await?;
        self.name_pods(&mut found.documents).await;
        self.add_quotas(&mut found.documents, &weighed).await;
        if matches!(action, Action::Scale { .. }) {
            found.autoscalers = self.autoscalers_of(&commands.cluster, &targets).await;
        }
        Ok(found)
    }

    async fn begin_many(&self, work: ManyWork) -> Result<String, ConsoleError> {
        let cluster = self.cluster(&work.query.cluster).await?;
        let readable = self.readable(&cluster, &work.query.kind, &work.query.namespaces).await?;
        let served = Arc::clone(readable.store.served());
        let view = View::new(&work.query, readable.sight.clone(), &served.kind, now())?;
        let rows = view.all(&readable.store.read());
        let targets = rows.iter().filter_map(|row| to_row(row, self.language));
        let targets = targets.map(|row| target(&work.query, row)).collect();
        self.commands(&work.query.cluster).await?.begin_many(&served, targets, work)
    }

    async fn job(&self, id: String) -> Result<Job, ConsoleError> {
        Ok(self.job_updates(&id)?.borrow().clone())
    }

    async fn stop_job(&self, id: String) -> Result<(), ConsoleError> {
        let job = self.job(id.clone()).await?;
        let (jobs, caller) = (Arc::clone(self.kubernetes.jobs()), Arc::clone(&self.caller));
        // One on a single object goes on whoever asks.
        let Some(Many { work, .. }) = job.many else { return Ok(jobs.stop(&caller, &id)?) };
        let asked = self.steering("stop job", work).await?;
        let stop = move |_: Granted<change::Steer>| async move { jobs.stop(&caller, &id) };
        self.kubernetes.access().perform(&self.caller, asked, stop).await
    }

    async fn undo_job(&self, id: String) -> Result<String, ConsoleError> {
        let many = self.job(id.clone()).await?.many;
        let Some(Many { work, .. }) = many else {
            return Err(ConsoleError::refused("id", ActFault::NotMany));
        };
        let cluster = work.query.cluster.clone();
        // What takes it back is handed out once, so to nobody who may only look.
        let asked = self.steering("undo job", work).await?;
        self.kubernetes.access().require(&self.caller, &asked).await?;
        self.commands(&cluster).await?.begin_undo(&asked.served, &id)
    }

    async fn environment(&self, resource: ResourceRef) -> Result<Vec<ContainerEnvironment>, ConsoleError> {
        self.read_environment(resource).await
    }

    async fn data(&self, resource: ResourceRef, reveal: bool) -> Result<Vec<DataEntry>, ConsoleError> {
        self.read_data(resource, reveal).await
    }

    async fn used_by(&self, resource: ResourceRef) -> Result<UsedBy, ConsoleError> {
        self.read_used_by(resource).await
    }

    async fn pod_use(&self, resource: ResourceRef) -> Result<PodUses, ConsoleError> {
        self.read_pod_use(resource).await
    }

    async fn history(&self, resource: ResourceRef) -> Result<History, ConsoleError> {
        self.read_history(resource).await
    }

    async fn log(&self, request: LogRequest) -> Result<LogPage, ConsoleError> {
        self.read_log(request).await
    }

    async fn search(&self, text: String) -> Result<SearchResults, ConsoleError> {
        self.find(&text).await
    }
}

impl ForCaller {
    pub(crate) fn job_updates(&self, id: &str) -> Result<watch::Receiver<Job>, ConsoleError> {
        Ok(self.kubernetes.jobs().watch(&self.caller, id)?)
    }

    /// Having a say in work on many objects.
    async fn steering(&self, name: &'static str, work: ManyWork) -> Result<change::Steer, ConsoleError> {
        let (_, served) = self.served(&work.query.cluster, &work.query.kind).await?;
        Ok(change::Steer { served, work, name })
    }

    pub(crate) async fn commands(&self, cluster: &ClusterName) -> Result<Commands, ConsoleError> {
        Ok(Commands {
            access: self.kubernetes.access().clone(),
            caller: Arc::clone(&self.caller),
            cluster: self.cluster(cluster).await?,
            jobs: Arc::clone(self.kubernetes.jobs()),
            bin: self.kubernetes.bin(),
        })
    }

    /// The services that send traffic to the pods of a workload, and to no pod that stays when all that go are gone.
    fn services_of(&self, cluster: &Cluster, object: &Object<'_>, going: &[(&str, Selector)]) -> Vec<String> {
        let (Some(template), Some(namespace)) =
            (object.at("/spec/template/metadata/labels"), object.namespace())
        else {
            return Vec::new();
        };
        let Some(store) = cluster.running("services") else { return Vec::new() };
        let Some(scope) = self.glance(cluster, &store) else { return Vec::new() };
        let selecting: Vec<(Box<str>, Selector)> = {
            let state = store.read();
            let rows = state.rows_in(namespace).filter(|row| row.is_within(&scope));
            let selector = |row: &Arc<RowData>| {
                let read = state.read(&row.uid, |json| {
                    let service = Object::parse(json).ok()?;
                    Selector::read(service.at("/spec/selector")?, SelectorForm::Labels)
                });
                Some((row.name.clone(), read.flatten()?))
            };
            rows.filter_map(selector).collect()
        };
        let lost = selecting.into_iter().filter(|(_, selector)| {
            selector.picks_labels(|key| template.get(key).and_then(Object::text))
                && !self.has_others(cluster, namespace, selector, going)
        });
        lost.map(|(name, _)| format!("{} {name}", self.kind_title(store.served()))).collect()
    }

    /// Whether a selector picks a pod that none of those that go keeps.
    fn has_others(
        &self,
        cluster: &Cluster,
        namespace: &str,
        selector: &Selector,
        going: &[(&str, Selector)],
    ) -> bool {
        let Some(store) = cluster.running("pods") else { return false };
        let Some(scope) = self.glance(cluster, &store) else { return false };
        let state = store.read();
        let goes = |row: &RowData| {
            going.iter().any(|(of, going)| *of == namespace && going.picks_labels(|key| row.label(key)))
        };
        let runs = |row: &RowData| state.level(row) != Some(Level::Finished);
        let mut rows = state.rows_in(namespace).filter(|row| row.is_within(&scope) && runs(row));
        rows.any(|row| selector.picks_labels(|key| row.label(key)) && !goes(row))
    }

    pub(crate) async fn served(
        &self,
        cluster: &ClusterName,
        kind: &KindSlug,
    ) -> Result<(Arc<Cluster>, Arc<Served>), ConsoleError> {
        let cluster = self.cluster(cluster).await?;
        let served = cluster.served(kind).await?;
        Ok((cluster, served))
    }
}

/// The cluster that a command is for: that of its first target; the others are checked against it.
fn cluster_of(targets: &[Target]) -> Result<&ClusterName, ConsoleError> {
    let first = targets.first().ok_or_else(|| ConsoleError::refused("targets", EntryFault::NoneChosen))?;
    Ok(&first.resource.cluster)
}

/// The object of a row.
fn target(query: &TableQuery, row: Row) -> Target {
    let (cluster, kind) = (query.cluster.clone(), query.kind.clone());
    let resource = ResourceRef { cluster, kind, namespace: row.namespace, name: row.name };
    Target { resource, uid: Some(row.uid) }
}

/// Which pods a workload keeps: in which namespace, with which labels.
fn pods_of<'o>(object: &'o Object<'_>) -> Option<(&'o str, Selector)> {
    object.at("/spec/template")?;
    // Replication controllers have nothing but labels there. Objects that are kept do not say what they are.
    let selector = object.at("/spec/selector")?;
    let has_expressions = ["/matchLabels", "/matchExpressions"]
        .iter()
        .any(|part| object.at(&format!("/spec/selector{part}")).is_some());
    let form = if has_expressions { SelectorForm::Expressions } else { SelectorForm::Labels };
    Some((object.namespace()?, Selector::read(selector, form)?))
}

fn deletion_facts(object: &Object<'_>, title: String, language: Language) -> change::DeletionFacts {
    let owners = object.items_at("/metadata/ownerReferences");
    let controller = owners.iter().find(|owner| owner.is_true("/controller"));
    let finalizers = object.items_at("/metadata/finalizers").iter().filter_map(Object::text);
    change::DeletionFacts {
        title,
        finalizers: finalizers.map(str::to_owned).collect(),
        controller: controller.map(|owner| owner_title(owner, language)),
        ..change::DeletionFacts::default()
    }
}

/// An owner as people call it, such as "Replica set web".
fn owner_title(owner: &Object<'_>, language: Language) -> String {
    let group = owner.text_at("/apiVersion").split_once('/').map_or("", |(group, _)| group);
    let (kind, name) = (owner.text_at("/kind"), owner.text_at("/name"));
    match kinds::of_manifest(group, kind) {
        Some(known) => format!("{} {name}", known.title(language)),
        None => format!("{kind} {name}"),
    }
}
