//! How everything that can be asked is asked.

use super::super::super::pages::PAGES;
use super::world::{Stage, lantern};
use leptos_axum::AxumRouteListing;
use model::{ClusterName, KindSlug, Namespace, ObjectName, ResourceRef, TableQuery};
use monitoring_contract::{
    BoardId, BoardRequest, Breakdown, ConsumptionRequest, Day, ExploreRequest, OfWorkspace, Period, RankOf,
    RankingRequest, Subject, Window,
};
use resources_contract::{Action, Deletion, LogRequest, ManifestChange, Propagation, Target};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;
use workspaces_contract::{RightsQuery, RolePlace, WhoCanQuery};

/// A question or a command.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ask {
    pub address: String,
    pub sending: Sending,
}

/// In which form it is sent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sending {
    Get,
    Json(String),
    Form(String),
}

/// What a command changes something of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Realm {
    /// What others see in a project, by whoever sees it.
    OfReaders,
    /// What others see in a cluster, by whoever sees all of it.
    OfClusterReaders,
    Project,
    Workspace,
    Cluster,
    Platform,
}

/// A project, its workspace, and which of the two tenants it is.
pub struct Place {
    pub namespace: &'static str,
    pub workspace: &'static str,
    index: usize,
}

impl Place {
    /// The id of what is told of its alerts; where there is nothing nobody is.
    pub fn receiver(&self) -> Uuid {
        RECEIVERS
            .into_iter()
            .find(|(namespace, _)| *namespace == self.namespace)
            .map_or(Uuid::nil(), |(_, id)| id)
    }
}

/// Who is told of alerts of which namespace.
pub const RECEIVERS: [(&str, Uuid); 2] = [("shop", Uuid::from_u128(1)), ("bank", Uuid::from_u128(2))];

/// One tenant's, the other's, and nobody's.
pub fn places() -> [Place; 3] {
    [
        Place { namespace: "shop", workspace: "garden", index: 0 },
        Place { namespace: "bank", workspace: "vault", index: 1 },
        Place { namespace: "void", workspace: "desert", index: 0 },
    ]
}

/// Pages and functions for whoever is not signed in.
const OPEN: &[&str] = &[
    "/api/sign_in/invitation",
    "/api/sign_in/link",
    "/api/sign_in/newcomer",
    "/api/sign_in/ways",
    "/invitation",
    "/setup",
    "/sign-in",
    "/sign-in/code",
    "/sign-in/name",
];

impl Ask {
    fn get(address: impl Into<String>) -> Self {
        Self { address: address.into(), sending: Sending::Get }
    }

    fn json(function: &str, arguments: &Value) -> Self {
        Self { address: format!("/api/{function}"), sending: Sending::Json(arguments.to_string()) }
    }

    fn form(function: &str, pairs: &[(&str, &str)]) -> Self {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        Self { address: format!("/api/{function}"), sending: Sending::Form(form) }
    }

    pub fn is_open(&self) -> bool {
        let path = self.address.split('?').next().unwrap_or_default();
        OPEN.contains(&path)
    }

    /// Whether it is for programs.
    pub fn takes_tokens(&self) -> bool {
        self.address.starts_with("/api/") || self.is_of_a_cluster()
    }

    /// Whether it goes on to a cluster, for which no cookie counts.
    pub fn is_of_a_cluster(&self) -> bool {
        self.address.starts_with("/kubernetes/")
    }
}

const KINDS: [&str; 3] = ["configmaps", "deployments", "secrets"];

/// Every page that Leptos knows, filled in.
pub fn pages(place: &Place) -> Vec<Ask> {
    let mut asks = Vec::new();
    for page in PAGES.iter().map(AxumRouteListing::path).filter(|path| !path.contains("{*")) {
        for kind in ["deployments", "secrets"] {
            let filled = page
                .replace("{cluster}", "lantern")
                .replace("{namespace}", place.namespace)
                .replace("{workspace}", place.workspace)
                .replace("{id}", "none")
                .replace("{of}", "events");
            let filled = match page {
                "/people/{name}" => filled.replace("{name}", "zed"),
                "/settings/providers/new/{kind}" => filled.replace("{kind}", "github"),
                _ => filled.replace("{name}", "thing").replace("{kind}", kind),
            };
            asks.push(Ask::get(filled));
        }
    }
    asks
}

/// Addresses with questions in them, files, and what programs ask of clusters.
pub fn extras(place: &Place) -> Vec<Ask> {
    let Place { namespace, workspace, .. } = place;
    let mut asks: Vec<String> = vec![
        "/search?q=thing".into(),
        "/search?q=canary".into(),
        "/audit?text=canary".into(),
        "/audit/trail.csv".into(),
        "/audit/trail.json".into(),
        "/preferences".into(),
        "/clusters/lantern/monitoring/ranking.csv?of=namespaces".into(),
        "/clusters/lantern/monitoring/consumption.csv?period=week&by=projects".into(),
        format!("/clusters/lantern/monitoring/consumption?period=week&by=workloads&project={namespace}"),
        format!("/clusters/lantern/monitoring/consumption?period=week&by=projects&workspace={workspace}"),
        "/clusters/lantern/logs/file?query=thing".into(),
        format!("/clusters/lantern/pods/{namespace}/thing/file?path=/etc/hosts"),
        format!("/clusters/lantern/pods/{namespace}/thing/folder?path=/etc"),
        format!("/rights?place=project/lantern/{namespace}"),
        format!("/requests/new?place=project/lantern/{namespace}"),
        format!("/requests/new?place=workspace/{workspace}"),
        format!("/rights?place=workspace/{workspace}&person=zed"),
        format!("/clusters/lantern/who-can?verb=get&resource=secrets&namespace={namespace}"),
        "/clusters/lantern/monitoring/rules/new?template=query".into(),
        format!("/clusters/lantern/monitoring/rules/{namespace}/thing?group=all&rule=0"),
        format!("/departments?workspace={workspace}"),
        format!("/clusters/lantern/recordings?namespace={namespace}"),
        format!("/notifications/new?place=project/lantern/{namespace}&channel=webhook"),
        format!("/notifications/{}", place.receiver()),
    ];
    for tab in ["departments", "members", "projects", "quotas", "roles", "settings"] {
        asks.push(format!("/workspaces/{workspace}?tab={tab}"));
    }
    for kind in KINDS {
        asks.push(format!("/clusters/lantern/{kind}?namespace={namespace}"));
        asks.push(format!("/clusters/lantern/{kind}.csv?namespace={namespace}"));
        for tab in ["yaml", "events", "timeline"] {
            asks.push(format!("/clusters/lantern/{kind}/{namespace}/thing?tab={tab}"));
        }
    }
    for path in [
        "api".to_owned(),
        "apis/apps/v1".into(),
        "openapi/v3".into(),
        "version".into(),
        "api/v1/namespaces".into(),
        "api/v1/pods".into(),
        "api/v1/secrets".into(),
        format!("api/v1/namespaces/{namespace}"),
        format!("api/v1/namespaces/{namespace}/pods"),
        format!("api/v1/namespaces/{namespace}/configmaps/thing"),
        format!("api/v1/namespaces/{namespace}/secrets"),
        format!("api/v1/namespaces/{namespace}/secrets/thing"),
        format!("apis/apps/v1/namespaces/{namespace}/deployments/thing"),
        format!("api/v1/namespaces/shop/..%2f{namespace}/secrets/thing"),
    ] {
        asks.push(format!("/kubernetes/lantern/{path}"));
    }
    asks.into_iter().map(Ask::get).collect()
}

fn object(kind: &str, place: &Place) -> ResourceRef {
    object_named("thing", kind, place)
}

/// Reading an object in every way in which values of a secret are not asked for.
pub fn without_values(name: &str, place: &Place) -> Vec<Ask> {
    let resource = object_named(name, "secrets", place);
    let page = model::link::object(&resource);
    let target = Target { resource: resource.clone(), uid: None };
    let mut asks = vec![
        Ask::get(page.clone()),
        Ask::json("resources/object", &json!({"resource": resource})),
        Ask::json("resources/manifest", &json!({"resource": resource, "reveal": false})),
        Ask::json("resources/preview-delete", &json!({"targets": [target]})),
    ];
    asks.extend(["yaml", "events", "labels"].map(|tab| Ask::get(format!("{page}?tab={tab}"))));
    asks
}

fn object_named(name: &str, kind: &str, place: &Place) -> ResourceRef {
    ResourceRef {
        cluster: lantern(),
        kind: KindSlug::parse(kind).unwrap(),
        namespace: Some(Namespace::parse(place.namespace).unwrap()),
        name: ObjectName::parse(name).unwrap(),
    }
}

fn target(kind: &str, place: &Place) -> Target {
    Target { resource: object(kind, place), uid: None }
}

fn planted(place: &Place) -> ManifestChange {
    let namespace = place.namespace;
    ManifestChange {
        cluster: lantern(),
        namespace: None,
        text: format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: planted, namespace: {namespace}}}\ndata: {{a: b}}\n"
        ),
        base: None,
        force: false,
    }
}

/// Every function that reads.
pub fn functions(place: &Place) -> Vec<Ask> {
    let Place { namespace, workspace, .. } = place;
    let cluster: ClusterName = lantern();
    let window = Window::Last(3600);
    let board = |subject: Subject, board: BoardId| json!({"request": BoardRequest { subject, board, window, compare: None }});
    let member_places = [
        format!("project/lantern/{namespace}"),
        format!("workspace/{workspace}"),
        "cluster/lantern".to_owned(),
    ];
    let file = json!({"pod": object("pods", place), "container": null, "path": "/etc"});
    let role_places = [
        json!(RolePlace::Platform),
        json!(RolePlace::Workspace(model::WorkspaceName::parse(workspace).unwrap())),
    ];
    let mut asks = vec![
        Ask::json("account/read", &json!({})),
        Ask::json("clusters/attention", &json!({})),
        Ask::json("workloads/traffic", &json!({"resource": object("deployments", place)})),
        Ask::json("clusters/fleet", &json!({})),
        Ask::json("clusters/navigation", &json!({"cluster": cluster})),
        Ask::json("clusters/overview", &json!({"cluster": cluster})),
        Ask::json("monitoring/alerts", &json!({"cluster": cluster})),
        Ask::json("monitoring/board", &board(Subject::Cluster(cluster.clone()), BoardId::Usage)),
        Ask::json(
            "monitoring/board",
            &board(Subject::Object(object("deployments", place)), BoardId::Workload),
        ),
        Ask::json("monitoring/firing", &json!({})),
        Ask::json("monitoring/past-alerts", &json!({"object": object("deployments", place)})),
        Ask::json("monitoring/dashboards", &json!({"cluster": cluster})),
        Ask::json("resources/deleted", &json!({"query": {"cluster": cluster, "search": ""}})),
        Ask::json(
            "recordings/list",
            &json!({"query": {
                "cluster": cluster, "namespace": namespace, "person": "", "from": "", "to": "", "before": "",
            }}),
        ),
        Ask::json("monitoring/silence-preview", &json!({"cluster": cluster, "matchers": "pod=~\".+\""})),
        Ask::json("monitoring/names", &json!({"cluster": cluster})),
        Ask::json("monitoring/rules", &json!({"cluster": cluster})),
        Ask::json(
            "monitoring/rule",
            &json!({"place": {"cluster": cluster, "namespace": namespace, "object": "thing", "group": "all", "index": "0"}}),
        ),
        Ask::json(
            "monitoring/preview-rule",
            &json!({"fields": {"cluster": cluster, "namespace": namespace, "hold": "0s", "query": "up"}}),
        ),
        Ask::json("people/audit", &json!({"query": {}})),
        Ask::json("people/late-changes", &json!({})),
        Ask::json("people/changes-of", &json!({"resource": object("deployments", place)})),
        Ask::json("people/list", &json!({})),
        Ask::json("people/read", &json!({"name": "zed"})),
        Ask::json("providers/draft", &json!({"kind": providers_contract::Kind::GitHub})),
        Ask::json("notifications/receivers", &json!({})),
        Ask::json("notifications/receiver", &json!({"id": place.receiver()})),
        Ask::json("providers/list", &json!({})),
        Ask::json("providers/read", &json!({"id": "none"})),
        Ask::json("resources/job", &json!({"id": "none"})),
        Ask::json("resources/preview", &json!({"change": planted(place)})),
        Ask::json("resources/schema", &json!({"cluster": cluster, "kind": "deployments"})),
        Ask::json("resources/search", &json!({"text": "thing"})),
        Ask::json("sign_in/invitation", &json!({"token": "none"})),
        Ask::json("sign_in/link", &json!({"token": "none"})),
        Ask::json("sign_in/me", &json!({})),
        Ask::json("sign_in/newcomer", &json!({})),
        Ask::json("sign_in/ways", &json!({})),
        Ask::json("records/saved", &json!({"cluster": cluster})),
        Ask::json("records/audiences", &json!({"cluster": cluster})),
        // Whoever may search may keep what they look for: nobody else finds it.
        saving(namespace, ""),
        Ask::json("records/around", &json!({"request": {"cluster": cluster, "id": "none", "lines": 1}})),
        Ask::json("workloads/file", &json!({"place": file})),
        Ask::json("workloads/fit", &json!({"cluster": cluster, "spec": {}})),
        Ask::json("workloads/folder", &json!({"place": file})),
        Ask::json("workloads/pair", &json!({"certificate": "none", "key": "none"})),
        Ask::json("workloads/quota", &json!({"cluster": cluster, "namespace": namespace})),
        Ask::json("workloads/yaml", &json!({"text": "a: b"})),
        Ask::json("workspaces/free-namespaces", &json!({"workspace": workspace})),
        Ask::json("workspaces/list", &json!({})),
        Ask::json("workspaces/quotas", &json!({"workspace": workspace})),
        Ask::json("workspaces/read", &json!({"name": workspace})),
        Ask::json("workspaces/requests", &json!({})),
        Ask::json("workspaces/requests-to-decide", &json!({})),
        // Everybody may ask, and learns nothing by it.
        Ask::form(
            "workspaces/ask-for-role",
            &[
                ("fields[place]", &format!("project/lantern/{namespace}")),
                ("fields[role]", "project-viewer"),
                ("fields[reason]", "planted"),
                ("fields[hours]", "8"),
            ],
        ),
    ];
    for of in ["Logs", "Events", "Audit"] {
        let request =
            json!({"cluster": cluster, "of": of, "query": "thing", "window": window, "before": null});
        asks.push(Ask::json("records/search", &json!({"request": request})));
        let request = json!({"cluster": cluster, "of": of, "query": "thing", "since_ms": null});
        asks.push(Ask::json("records/tail", &json!({"request": request})));
    }
    let explore = ExploreRequest { cluster: cluster.clone(), query: "up".into(), window };
    asks.push(Ask::json("monitoring/explore", &json!({"request": explore})));
    for of in [RankOf::Namespaces, RankOf::Pods, RankOf::Workloads] {
        let request = RankingRequest { cluster: cluster.clone(), of, search: String::new(), sort: None };
        asks.push(Ask::json("monitoring/ranking", &json!({"request": request})));
    }
    let today = Day(i64::from(u32::MAX));
    for by in [
        Breakdown::Workspaces,
        Breakdown::Projects(OfWorkspace::Any),
        Breakdown::Nodes,
        Breakdown::Workloads(Namespace::parse(namespace).unwrap()),
    ] {
        // Days to come cost the cluster nothing; the pages above ask for days that were measured.
        let period = Period::Days(today, today);
        let request = ConsumptionRequest { cluster: cluster.clone(), period, by, sort: None };
        asks.push(Ask::json("monitoring/consumption", &json!({"request": request})));
    }
    for kind in KINDS {
        let resource = object(kind, place);
        asks.push(Ask::json("resources/object", &json!({"resource": resource})));
        for reveal in [false, true] {
            asks.push(Ask::json("resources/manifest", &json!({"resource": resource, "reveal": reveal})));
        }
        asks.push(Ask::json("resources/preview-delete", &json!({"targets": [target(kind, place)]})));
        let mut query = TableQuery::of(cluster.clone(), KindSlug::parse(kind).unwrap());
        asks.push(Ask::json("resources/table", &json!({"query": query})));
        query.namespaces = vec![Namespace::parse(namespace).unwrap()];
        asks.push(Ask::json("resources/table", &json!({"query": query})));
    }
    let log = LogRequest {
        of: object("deployments", place),
        pod: None,
        containers: Default::default(),
        previous: false,
        tail: 10,
        since_seconds: None,
        around_nanoseconds: None,
    };
    asks.push(Ask::json("resources/log", &json!({"request": log})));
    for member_place in member_places {
        asks.push(Ask::json("workspaces/members", &json!({"place": member_place})));
        let form = json!({"query": {"place": member_place, "namespace": ""}});
        asks.push(Ask::json("workspaces/request-form", &form));
        let query =
            RightsQuery { person: "zed".into(), place: member_place.clone(), namespace: String::new() };
        asks.push(Ask::json("workspaces/rights", &json!({"query": query})));
        let query = RightsQuery { place: member_place, ..RightsQuery::default() };
        asks.push(Ask::json("workspaces/rights", &json!({"query": query})));
    }
    for role_place in role_places {
        asks.push(Ask::json("workspaces/departments", &json!({"place": role_place, "chosen": null})));
        asks.push(Ask::json("workspaces/roles", &json!({"place": role_place})));
    }
    let query = WhoCanQuery {
        verb: "get".into(),
        resource: "secrets".into(),
        namespace: (*namespace).into(),
        name: String::new(),
    };
    asks.push(Ask::json("workspaces/who-can", &json!({"cluster": cluster, "query": query})));
    asks
}

/// Looking at a dashboard in every way, its file too.
pub fn of_dashboard(id: Uuid) -> Vec<Ask> {
    let cluster: ClusterName = lantern();
    let id = id.to_string();
    let request = json!({
        "cluster": cluster, "id": id, "window": Window::Last(3600), "compare": null, "chosen": [["namespace", "bank"]],
    });
    let page = model::link::dashboard(&cluster, &id);
    vec![
        Ask::json("monitoring/dashboard", &json!({"request": request})),
        Ask::json("monitoring/dashboard-plan", &json!({"cluster": cluster, "id": id})),
        Ask::json("monitoring/embeds", &json!({"cluster": cluster, "id": id})),
        Ask::get(format!("{page}/embed")),
        Ask::get(format!("{page}/edit")),
        Ask::get(format!("{page}/edit?panel=0")),
        Ask::get(format!("{page}/file")),
        Ask::get(page),
    ]
}

/// Seeing what a terminal showed in every way.
pub fn of_recording(id: Uuid) -> Vec<Ask> {
    let cluster: ClusterName = lantern();
    let id = id.to_string();
    let page = model::link::recording(&cluster, &id);
    vec![
        Ask::json("recordings/read", &json!({"cluster": cluster, "id": id})),
        Ask::json("recordings/transcript", &json!({"cluster": cluster, "id": id})),
        Ask::get(format!("{page}?as=text")),
        Ask::get(format!("{page}/file")),
        Ask::get(page),
    ]
}

/// Changing a dashboard in every way. It is removed last.
fn on_dashboard(id: Uuid) -> Vec<Ask> {
    let id = id.to_string();
    // Each is refused for being late once the one before it was not.
    let which = |version: &'static str, more: &[(&'static str, &'static str)]| {
        let own = [
            ("fields[cluster]", "lantern".to_owned()),
            ("fields[id]", id.clone()),
            ("fields[version]", version.to_owned()),
        ];
        let more = more.iter().map(|(name, value)| (*name, (*value).to_owned()));
        own.into_iter().chain(more).collect::<Vec<_>>()
    };
    let form = |function: &str, pairs: Vec<(&'static str, String)>| {
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Ask::form(function, &pairs)
    };
    let panel = [
        ("fields[index]", ""),
        ("fields[title]", "planted"),
        ("fields[kind]", "Lines"),
        ("fields[unit]", "Count"),
        ("fields[width]", "6"),
        ("fields[queries][0][query]", "up"),
    ];
    let embed = [
        ("fields[name]", "planted"),
        ("fields[origins]", "https://wiki.example"),
        ("fields[seconds]", "3600"),
        ("fields[days]", "1"),
    ];
    vec![
        form("monitoring/add-embed", which("1", &embed)),
        form(
            "monitoring/revoke-embed",
            which("1", &[("fields[embed]", "00000000-0000-0000-0000-000000000000")]),
        ),
        form("monitoring/save-dashboard", which("1", &[("fields[name]", "planted")])),
        form("monitoring/save-panel", which("2", &panel)),
        form("monitoring/arrange-panel", which("3", &[("fields[index]", "0"), ("fields[act]", "Remove")])),
        form("monitoring/remove-dashboard", which("4", &[])),
    ]
}

/// Keeping a search, for these people.
fn saving(name: &str, audience: &str) -> Ask {
    Ask::form(
        "records/save-search",
        &[
            ("fields[cluster]", "lantern"),
            ("fields[of]", "logs"),
            ("fields[query]", "thing"),
            ("fields[name]", name),
            ("fields[audience]", audience),
        ],
    )
}

/// Changing a kept search in every way. It is removed last.
fn on_search(id: Uuid) -> Vec<Ask> {
    let id = id.to_string();
    let which = [("fields[cluster]", "lantern"), ("fields[id]", id.as_str())];
    let [cluster, id] = which;
    vec![
        Ask::form("records/rename-search", &[cluster, id, ("fields[name]", "planted")]),
        Ask::form("records/remove-search", &which),
    ]
}

fn restoring(id: Uuid) -> Ask {
    Ask::form("resources/restore", &[("fields[cluster]", "lantern"), ("fields[id]", &id.to_string())])
}

/// Every function that changes something, and of what.
pub fn changes(place: &Place, stage: &Stage) -> Vec<(Realm, Ask)> {
    let index = place.index;
    let dashboard = if place.namespace == "void" { Uuid::nil() } else { stage.dashboards[index] };
    let on_dashboard = on_dashboard(dashboard).into_iter().map(|ask| (Realm::Project, ask));
    // A request is found by its id alone, so where there is nothing there is none.
    let request = if place.namespace == "void" { Uuid::nil() } else { stage.requests[index] };
    let others = changes_with(place, stage.departments[index], stage.roles[index], request);
    let deleted = if place.namespace == "void" { Uuid::nil() } else { stage.deleted[index] };
    let search = if place.namespace == "void" { Uuid::nil() } else { stage.searches[index] };
    let on_search = on_search(search).into_iter().map(|ask| (Realm::Project, ask));
    let sharing = (Realm::OfReaders, saving("planted", &format!("project/{}", place.namespace)));
    // Before the project that it is in is given away.
    on_dashboard
        .chain(on_search)
        .chain([
            (Realm::Project, restoring(deleted)),
            sharing,
            (Realm::OfClusterReaders, saving("planted", "cluster")),
        ])
        .chain(others)
        .collect()
}

fn changes_with(place: &Place, department: Uuid, role: Uuid, request: Uuid) -> Vec<(Realm, Ask)> {
    let Place { namespace, workspace, .. } = place;
    let (department, role, request) = (department.to_string(), role.to_string(), request.to_string());
    let (project, garden) = (format!("project/lantern/{namespace}"), format!("workspace/{workspace}"));
    let line = target("deployments", place).to_line();
    let text = planted(place).text;
    let w = ("fields[workspace]", *workspace);
    let (c, n) = (("fields[cluster]", "lantern"), ("fields[namespace]", *namespace));
    let next = ("fields[next]", "/");
    let receiver = place.receiver().to_string();
    let deletion =
        Deletion { targets: vec![target("configmaps", place)], propagation: Propagation::Background };
    let scale = json!({"targets": [target("deployments", place)], "action": Action::Scale { replicas: 2 }});
    let on_project = vec![
        Ask::json("resources/act", &scale),
        Ask::json("resources/apply", &json!({"change": planted(place)})),
        Ask::json("resources/delete", &json!({"deletion": deletion})),
        Ask::form(
            "resources/act-form",
            &[
                c,
                ("fields[kind]", "deployments"),
                ("fields[targets]", &line),
                ("fields[action]", "Restart"),
                next,
            ],
        ),
        Ask::form(
            "resources/many-form",
            &[
                c,
                ("fields[kind]", "deployments"),
                ("fields[namespaces]", namespace),
                ("fields[count]", "1"),
                ("fields[action]", "Restart"),
                next,
            ],
        ),
        Ask::form("resources/stop-form", &[("id", "none"), ("next", "/")]),
        Ask::form(
            "monitoring/silence",
            &[
                ("silence[cluster]", "lantern"),
                ("silence[matchers]", &format!("namespace={namespace}")),
                ("silence[hours]", "1"),
                ("silence[reason]", "planted"),
            ],
        ),
        Ask::form("monitoring/acknowledge", &[("alert[cluster]", "lantern"), ("alert[fingerprint]", "none")]),
        Ask::form(
            "monitoring/withdraw-acknowledgement",
            &[("alert[cluster]", "lantern"), ("alert[fingerprint]", "none")],
        ),
        Ask::form(
            "monitoring/save-rule",
            &[
                c,
                n,
                ("fields[object]", "planted"),
                ("fields[group]", "planted"),
                ("fields[name]", "planted"),
                ("fields[query]", "up == 0"),
                ("fields[severity]", "warning"),
                ("fields[hold]", "5m"),
            ],
        ),
        Ask::form(
            "monitoring/remove-rule",
            &[
                c,
                n,
                ("fields[object]", "thing"),
                ("fields[group]", "all"),
                ("fields[index]", "0"),
                ("fields[version]", "none/none"),
            ],
        ),
        Ask::form(
            "monitoring/save-dashboard",
            &[c, n, ("fields[name]", "planted"), ("fields[template]", "node")],
        ),
        Ask::form(
            "monitoring/import-dashboard",
            &[c, n, ("fields[text]", "{\"title\":\"planted\",\"panels\":[]}")],
        ),
        Ask::form("monitoring/end-silence", &[("silence[cluster]", "lantern"), ("silence[id]", "none")]),
        Ask::form("resources/apply-form", &[c, n, ("fields[text]", &text), next]),
        Ask::form(
            "resources/delete-form",
            &[
                c,
                ("fields[kind]", "deployments"),
                ("fields[targets]", &line),
                ("fields[confirm]", "thing"),
                next,
            ],
        ),
        Ask::form(
            "workspaces/set-member",
            &[("fields[place]", &project), ("fields[name]", "zed"), ("fields[role]", "project-viewer")],
        ),
        Ask::form("workspaces/remove-member", &[("fields[place]", &project), ("fields[name]", "zed")]),
        Ask::form(
            "recordings/record",
            &[c, n, ("fields[of]", "project"), ("fields[record]", "true"), ("fields[days]", "7")],
        ),
        Ask::form(
            "workspaces/invite",
            &[
                ("invitation[place]", &project),
                ("invitation[role]", "project-viewer"),
                ("invitation[days]", "1"),
            ],
        ),
        Ask::form("workspaces/refuse-request", &[("fields[id]", &request), ("fields[reason]", "planted")]),
        Ask::form("workspaces/approve-request", &[("id", &request)]),
        Ask::form(
            "notifications/save",
            &[
                ("fields[place]", &project),
                ("fields[channel]", "webhook"),
                ("fields[name]", "planted"),
                ("fields[repeat_hours]", "4"),
                ("fields[language]", "en"),
                ("fields[settings][url]", "https://hooks.example.org/planted"),
            ],
        ),
        Ask::form("notifications/switch", &[("id", &receiver), ("is_enabled", "false")]),
        Ask::form("notifications/test", &[("id", &receiver)]),
        Ask::form("notifications/delete", &[("id", &receiver)]),
        // Only who asked takes a request back.
        Ask::form("workspaces/withdraw-request", &[("id", &request)]),
    ];
    let on_workspace = vec![
        Ask::form(
            "workspaces/change",
            &[("fields[name]", workspace), ("fields[title]", "planted"), ("fields[clusters][]", "lantern")],
        ),
        Ask::form("workspaces/create-project", &[w, c, ("fields[namespace]", "planted")]),
        Ask::form("workspaces/isolate", &[w, ("fields[isolated]", "true")]),
        Ask::form("workspaces/limit", &[w, c, ("fields[limits][pods]", "10")]),
        Ask::form("workspaces/limit-project", &[w, c, n, ("fields[quota][pods]", "10")]),
        Ask::form("workspaces/move-project", &[w, c, n, ("fields[to]", "")]),
        Ask::form("workspaces/remove-project", &[w, c, n, ("fields[confirm]", namespace)]),
        Ask::form("workspaces/remove", &[w, ("fields[confirm]", workspace)]),
        Ask::form("workspaces/save-department", &[w, ("fields[title]", "planted")]),
        Ask::form(
            "workspaces/set-department-member",
            &[w, ("fields[id]", &department), ("fields[name]", "zed")],
        ),
        Ask::form(
            "workspaces/set-department-role",
            &[
                w,
                ("fields[id]", &department),
                ("fields[place]", &garden),
                ("fields[role]", "workspace-viewer"),
            ],
        ),
        Ask::form("workspaces/remove-department", &[w, ("fields[id]", &department)]),
        Ask::form(
            "workspaces/save-role",
            &[
                w,
                ("fields[tier]", "Workspace"),
                ("fields[title]", "planted"),
                ("fields[permissions][]", "workspace.view"),
            ],
        ),
        Ask::form("workspaces/remove-role", &[w, ("fields[id]", &role)]),
        Ask::form(
            "workspaces/set-member",
            &[("fields[place]", &garden), ("fields[name]", "regular"), ("fields[role]", "workspace-viewer")],
        ),
        Ask::form("workspaces/remove-member", &[("fields[place]", &garden), ("fields[name]", "zed")]),
        Ask::form(
            "workspaces/invite",
            &[
                ("invitation[place]", &garden),
                ("invitation[role]", "workspace-viewer"),
                ("invitation[days]", "1"),
            ],
        ),
        Ask::form("workspaces/remove-invitation", &[("fields[place]", &garden), ("fields[id]", "none")]),
    ];
    let zed = ("fields[name]", "zed");
    let on_platform = vec![
        Ask::form("people/change", &[zed, ("fields[role]", "administrator")]),
        Ask::form("people/act", &[zed, ("fields[act]", "disable")]),
        // Without a reason nobody begins: whoever asks goes on as themselves.
        Ask::form("people/act-as", &[zed]),
        Ask::form("people/create", &[("fields[name]", "planted"), ("fields[role]", "regular")]),
        Ask::form("people/link", &[("name", "zed")]),
        Ask::form(
            "people/link-identity",
            &[("link[name]", "zed"), ("link[provider]", "none"), ("link[subject]", "x")],
        ),
        Ask::form("workspaces/create", &[("fields[name]", "planted"), ("fields[clusters][]", "lantern")]),
        Ask::form(
            "workspaces/save-role",
            &[
                ("fields[tier]", "Project"),
                ("fields[title]", "planted"),
                ("fields[permissions][]", "project.view"),
            ],
        ),
        Ask::form("workspaces/save-department", &[("fields[title]", "planted")]),
    ];
    let on_cluster = vec![
        Ask::form(
            "workspaces/set-member",
            &[
                ("fields[place]", "cluster/lantern"),
                ("fields[name]", "zed"),
                ("fields[role]", "cluster-viewer"),
            ],
        ),
        Ask::form("monitoring/save-dashboard", &[c, ("fields[name]", "planted")]),
        Ask::form(
            "recordings/record",
            &[c, ("fields[of]", "nodes"), ("fields[record]", "true"), ("fields[days]", "7")],
        ),
        Ask::form(
            "monitoring/save-prices",
            &[
                c,
                ("fields[version]", "0"),
                ("fields[from]", "2026-01-01"),
                ("fields[currency]", "EUR"),
                ("fields[cpu]", "0.031"),
            ],
        ),
    ];
    let with = |realm, asks: Vec<Ask>| asks.into_iter().map(move |ask| (realm, ask));
    with(Realm::Project, on_project)
        .chain(with(Realm::Workspace, on_workspace))
        .chain(with(Realm::Cluster, on_cluster))
        .chain(with(Realm::Platform, on_platform))
        .collect()
}

/// Functions that are called above.
pub fn functions_asked() -> BTreeSet<String> {
    let place = &places()[0];
    let changing = changes_with(place, Uuid::nil(), Uuid::nil(), Uuid::nil()).into_iter().map(|(_, ask)| ask);
    let dashboards = of_dashboard(Uuid::nil()).into_iter().chain(on_dashboard(Uuid::nil()));
    let others = of_recording(Uuid::nil()).into_iter().chain([restoring(Uuid::nil())]);
    let others = others.chain(on_search(Uuid::nil()));
    let all = functions(place).into_iter().chain(changing).chain(dashboards).chain(others);
    all.map(|ask| ask.address).collect()
}

/// Routes that are neither pages nor server functions, each with where it is tested.
const OTHERS: &[&str] = &[
    // Forms of one's own account and of signing in: `tests.rs`, `tests/account.rs`, `tests/acting.rs`, `tests/invitation.rs`.
    "/account/factor/begin",
    "/account/factor/confirm",
    "/account/factor/remove",
    "/account/kubeconfig",
    "/account/link",
    "/account/passkeys/add",
    "/account/passkeys/begin",
    "/account/passkeys/remove",
    "/account/password",
    "/account/sessions/end",
    "/account/tokens/add",
    "/account/tokens/revoke",
    "/account/unlink",
    "/act-as/end",
    "/sign-out",
    "/sign-in/back-channel/{id}",
    "/sign-in/callback/{id}",
    "/sign-in/passkey",
    "/sign-in/passkey/begin",
    "/sign-in/way-out",
    "/sign-in/with/{id}",
    // Managing providers: `tests/account.rs`, end to end.
    "/settings/providers/change",
    // All server functions.
    "/api/{*function}",
    // Files, asked for above.
    "/audit/trail.csv",
    "/audit/trail.json",
    "/clusters/{cluster}/logs/file",
    "/clusters/{cluster}/monitoring/dashboards/{id}/file",
    "/clusters/{cluster}/recordings/{id}/file",
    "/clusters/{cluster}/{kind}/{namespace}/{name}/file",
    "/clusters/{cluster}/{kind}/{namespace}/{name}/folder",
    "/clusters/{cluster}/{kind}/{namespace}/{name}/log",
    "/kubernetes/{cluster}/{*path}",
    // For whoever has a link: `tests/embedded.rs`, `dashboards/tests/embeds.rs`.
    "/embed/{token}",
    // Streams: `kubernetes/src/live.rs` and `kubernetes/tests` decide what flows.
    "/live",
    "/terminal",
    // For whoever runs the console.
    "/health/live",
    "/health/ready",
];

/// Every address that is declared here.
pub fn declared() -> BTreeSet<&'static str> {
    let pages = PAGES.iter().map(AxumRouteListing::path).filter(|path| !path.contains("{*"));
    pages.chain(OTHERS.iter().copied()).collect()
}
