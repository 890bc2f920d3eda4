//! A page without a browser: it is rendered as the server does, over a port that answers what the test says.

use async_trait::async_trait;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::{
    Align, Cell, ClusterName, Column, ConsoleError, KindSlug, Level, Namespace, ObjectName, ResourceRef, Row,
    SentForm, Status, Table, TableQuery, Timestamp,
};
use monitoring_contract::Monitoring;
use resources_contract::{
    ActPreview, Action, ActionKind, Applied, Container, ContainerEnvironment, ContainerRole, CopyHindrances,
    DataEntry, DeletePlan, Deletion, DocumentPreview, EventView, Finding, History, Job, LogPage, LogRequest,
    Manifest, ManifestChange, ManyWork, ObjectView, OfferedAction, Outcome, Outside, PodUses, Probe,
    Resources, SearchResults, Target, UsedBy,
};
use resources_pages::{
    CreatePage, DetailPage, ForeignTab, ForeignTabs, KindFacts, ListPage, SearchPage, Surroundings,
    provide_surroundings,
};
use std::sync::{Arc, Mutex};

/// A port that answers what the test says, and remembers what it was asked.
pub struct Fake {
    pub table: Result<Table, ConsoleError>,
    pub object: Result<ObjectView, ConsoleError>,
    pub manifest: Result<Manifest, ConsoleError>,
    pub log: Result<LogPage, ConsoleError>,
    pub environment: Result<Vec<ContainerEnvironment>, ConsoleError>,
    pub data: Result<Vec<DataEntry>, ConsoleError>,
    pub used_by: Result<UsedBy, ConsoleError>,
    pub history: Result<History, ConsoleError>,
    pub found: Result<SearchResults, ConsoleError>,
    pub plan: Result<DeletePlan, ConsoleError>,
    pub job: Result<Job, ConsoleError>,
    pub kinds: Vec<KindFacts>,
    /// What measures the cluster.
    pub measuring: Option<Arc<dyn Monitoring>>,
    /// A form that was refused.
    pub sent: Option<SentForm>,
    pub asked: Mutex<Vec<TableQuery>>,
    /// What was asked of the port, by name, in order.
    pub calls: Mutex<Vec<&'static str>>,
}

impl Default for Fake {
    fn default() -> Self {
        let absent = || ConsoleError::missing("what the test did not set");
        Self {
            table: Err(absent()),
            object: Err(absent()),
            manifest: Err(absent()),
            log: Err(absent()),
            environment: Err(absent()),
            data: Err(absent()),
            used_by: Err(absent()),
            history: Ok(History::default()),
            found: Err(absent()),
            plan: Err(absent()),
            job: Err(absent()),
            kinds: vec![kind("pods", "Pods", true)],
            measuring: None,
            sent: None,
            asked: Mutex::default(),
            calls: Mutex::default(),
        }
    }
}

fn unused<T>() -> Result<T, ConsoleError> {
    Err(ConsoleError::Internal { reference: "no page reads this while it is rendered".into() })
}

#[async_trait]
impl Resources for Fake {
    async fn table(&self, query: TableQuery) -> Result<Table, ConsoleError> {
        self.calls.lock().unwrap().push("table");
        self.asked.lock().unwrap().push(query);
        self.table.clone()
    }

    async fn object(&self, _: ResourceRef) -> Result<ObjectView, ConsoleError> {
        self.calls.lock().unwrap().push("object");
        self.object.clone()
    }

    async fn manifest(&self, _: ResourceRef, _: bool) -> Result<Manifest, ConsoleError> {
        self.calls.lock().unwrap().push("manifest");
        self.manifest.clone()
    }

    async fn schema(&self, _: ClusterName, _: KindSlug) -> Result<String, ConsoleError> {
        unused()
    }

    async fn preview(&self, _: ManifestChange) -> Result<Vec<DocumentPreview>, ConsoleError> {
        unused()
    }

    async fn apply(&self, _: ManifestChange) -> Result<Vec<Applied>, ConsoleError> {
        unused()
    }

    async fn preview_delete(&self, _: Vec<Target>) -> Result<DeletePlan, ConsoleError> {
        self.calls.lock().unwrap().push("preview_delete");
        self.plan.clone()
    }

    async fn delete(&self, _: Deletion) -> Result<Vec<Outcome>, ConsoleError> {
        unused()
    }

    async fn act(&self, _: Vec<Target>, _: Action) -> Result<Vec<Outcome>, ConsoleError> {
        unused()
    }

    async fn preview_act(&self, _: Vec<Target>, _: Action) -> Result<ActPreview, ConsoleError> {
        unused()
    }

    async fn begin_many(&self, _: ManyWork) -> Result<String, ConsoleError> {
        unused()
    }

    async fn job(&self, _: String) -> Result<Job, ConsoleError> {
        self.job.clone()
    }

    async fn stop_job(&self, _: String) -> Result<(), ConsoleError> {
        unused()
    }

    async fn undo_job(&self, _: String) -> Result<String, ConsoleError> {
        unused()
    }

    async fn environment(&self, _: ResourceRef) -> Result<Vec<ContainerEnvironment>, ConsoleError> {
        self.calls.lock().unwrap().push("environment");
        self.environment.clone()
    }

    async fn data(&self, _: ResourceRef, reveal: bool) -> Result<Vec<DataEntry>, ConsoleError> {
        self.calls.lock().unwrap().push(if reveal { "data revealed" } else { "data" });
        self.data.clone()
    }

    async fn used_by(&self, _: ResourceRef) -> Result<UsedBy, ConsoleError> {
        self.calls.lock().unwrap().push("used by");
        self.used_by.clone()
    }

    async fn pod_use(&self, _: ResourceRef) -> Result<PodUses, ConsoleError> {
        unused()
    }

    async fn history(&self, _: ResourceRef) -> Result<History, ConsoleError> {
        self.calls.lock().unwrap().push("history");
        self.history.clone()
    }

    async fn log(&self, _: LogRequest) -> Result<LogPage, ConsoleError> {
        self.calls.lock().unwrap().push("log");
        self.log.clone()
    }

    async fn search(&self, _: String) -> Result<SearchResults, ConsoleError> {
        self.calls.lock().unwrap().push("search");
        self.found.clone()
    }
}

/// A tab that another area draws: each time it is drawn, it would ask.
static FOREIGN: [ForeignTab; 1] = [ForeignTab {
    id: "foreign",
    title: || "Foreign".to_owned(),
    fits: |_| true,
    view: |_| {
        expect_context::<Arc<Fake>>().calls.lock().unwrap().push("foreign tab");
        "drawn elsewhere".into_any()
    },
}];

/// The HTML of an address.
pub async fn render(address: &str, fake: &Arc<Fake>) -> String {
    rendering::render(address, || {
        provide_context::<Arc<dyn Resources>>(fake.clone());
        provide_context(fake.clone());
        provide_context(ForeignTabs(&FOREIGN));
        if let Some(sent) = fake.sent.clone() {
            provide_context(sent);
        }
        if let Some(measuring) = fake.measuring.clone() {
            provide_context(measuring);
        }
        provide_surroundings(Surroundings {
            kinds: Signal::stored(fake.kinds.clone()),
            namespaces: Signal::stored(Vec::new()),
            person: Signal::stored("ada".to_owned()),
            actions: RwSignal::new(Vec::new()),
        });
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/search") view=SearchPage/>
                    <Route path=path!("/clusters/:cluster/create") view=CreatePage/>
                    <Route path=path!("/clusters/:cluster/:kind") view=ListPage/>
                    <Route path=path!("/clusters/:cluster/:kind/:namespace/:name") view=DetailPage/>
                </Routes>
            </Router>
        }
    })
    .await
}

/// A kind as the frame knows it.
pub fn kind(slug: &str, title: &str, creatable: bool) -> KindFacts {
    let slug = KindSlug::parse(slug).unwrap();
    KindFacts {
        namespaced: slug.as_str() != "nodes",
        slug,
        title: title.into(),
        creatable,
        alertable: creatable,
    }
}

pub fn reference(kind: &str, namespace: Option<&str>, name: &str) -> ResourceRef {
    ResourceRef {
        cluster: ClusterName::parse("harbour").unwrap(),
        kind: KindSlug::parse(kind).unwrap(),
        namespace: namespace.map(|namespace| Namespace::parse(namespace).unwrap()),
        name: ObjectName::parse(name).unwrap(),
    }
}

/// A table of pods with these names, all crash-looping.
pub fn pods(names: &[&str]) -> Table {
    let column =
        |id: &str, shown| Column { id: id.into(), title: id.to_uppercase(), align: Align::Start, shown };
    let row = |name: &&str| Row {
        uid: format!("uid-{name}"),
        namespace: Some(Namespace::parse("shop").unwrap()),
        name: ObjectName::parse(name).unwrap(),
        cells: vec![
            Cell::Status(Status::new(Level::Failed, "CrashLoopBackOff").because("It exits with code 1.")),
            Cell::Text("10.0.0.7".into()),
        ],
    };
    Table {
        columns: vec![column("status", true), column("ip", false)],
        rows: names.iter().map(row).collect(),
        total: names.len() as u64,
        levels: if names.is_empty() { vec![] } else { vec![(Level::Failed, names.len() as u64)] },
        revision: "1".into(),
        stale: None,
        described: false,
    }
}

/// A crash-looping pod with everything that its page explains.
pub fn crashing_pod() -> ObjectView {
    let offered = |action, current| OfferedAction { action, missing: None, current };
    ObjectView {
        resource: reference("pods", Some("shop"), "checkout-7f9c"),
        kind_title: "Pod".into(),
        uid: "uid-checkout".into(),
        resource_version: "42".into(),
        created: Some(Timestamp(1_795_407_600)),
        deleting_since: None,
        finalizers: vec![],
        status: Some(Status::new(Level::Failed, "CrashLoopBackOff")),
        owners: vec![],
        labels: vec![("app".into(), "checkout".into())],
        annotations: vec![],
        findings: vec![Finding {
            level: Level::Failed,
            title: "The container checkout keeps crashing".into(),
            detail: "It ended with exit code 1, six times.".into(),
            next_step: "Correct the address of the database.".into(),
            at: None,
            log: vec!["<script>alert(1)</script>".into(), "cannot reach db:5432".into()],
        }],
        facts: vec![],
        conditions: vec![],
        containers: vec![Container {
            name: "checkout".into(),
            image: "registry.test/checkout:1.4".into(),
            role: ContainerRole::Main,
            status: Some(Status::new(Level::Failed, "CrashLoopBackOff")),
            restarts: 6,
            last_end: Some("Error, exit code 1".into()),
            ports: vec![],
            resources: vec![],
            command: "checkout --port 80".into(),
            probes: vec![Probe { kind: "readiness".into(), what: "GET http://:80/ready".into() }],
            mounts: vec!["data → /data".into()],
            runs: true,
            has_log: true,
            has_previous_log: true,
        }],
        tree: vec![],
        tree_more: 0,
        requested: vec![],
        copying: CopyHindrances::default(),
        outside: Outside::default(),
        pulled_by_default: None,
        events: vec![EventView {
            level: Level::Warning,
            reason: "BackOff".into(),
            message: "Back-off restarting failed container".into(),
            count: 12,
            last_seen: Timestamp(1_795_407_600),
            source: "kubelet".into(),
            about: None,
        }],
        revisions: vec![],
        actions: vec![offered(ActionKind::Edit, None), offered(ActionKind::Delete, None)],
        has_log: true,
        terminal: None,
        secret: false,
        described: false,
    }
}
