//! Two tenants, everybody who has something to do with them, and words by which it shows what was seen.

use super::super::*;
use super::addresses::{Ask, RECEIVERS, Sending};
use super::ground::Ground;
use ::kubernetes::{Bin, Cluster, Connection, Deleted, DeletedObject, RecordedTerminal, Recorder};
use axum::http::header::AUTHORIZATION;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use database::access_requests::{Asked, NewAccessRequest};
use database::dashboards::NewDashboard;
use database::list_alerts::{KeptListAlert, ListAlertTerms, ListFound, ListLook, Listed, NewListAlert};
use database::members::{NewMember, Place};
use database::receivers::NewReceiver;
use database::saved_searches::{Kept, NewSavedSearch, Readers};
use database::tokens::TokenScope;
use database::workspaces::WorkspaceFacts;
use model::terminal::{TerminalEnd, TerminalPlace, TerminalRequest, TerminalSize};
use model::{ClusterName, KindSlug, Namespace, ObjectName, ResourceRef, Tier, WorkspaceName};
use serde_json::{Value, json};
use uuid::Uuid;

/// Which realm a word stands in. Values of secrets are realms of their own.
pub const WORDS: &[(&str, &str)] = &[
    ("shop", "canaryquince"),
    ("bank", "canarymedlar"),
    ("secrets of shop", "canarydamson"),
    ("secrets of bank", "canarysloe"),
    ("garden", "canarypear"),
    ("vault", "canaryfig"),
    ("people", "canaryplum"),
];

/// Somebody, and what a person who knows the product says that they may see and change.
pub struct Person {
    pub name: &'static str,
    pub sees: &'static [&'static str],
    pub changes: &'static [&'static str],
    by: By,
}

enum By {
    Nothing,
    Cookie(String),
    Token(String),
}

const EVERYTHING: &[&str] =
    &["shop", "bank", "secrets of shop", "secrets of bank", "garden", "vault", "people"];

/// Name, role on the platform, roles elsewhere, what they may see, what they may change some of.
type Written = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static [&'static str],
    &'static [&'static str],
);

const PEOPLE: &[Written] = &[
    ("disabled", "regular", &[("shop", "project-admin"), ("bank", "project-admin")], &[], &[]),
    ("regular", "regular", &[], &[], &[]),
    ("creator", "creator", &[], &[], &["platform"]),
    ("auditor", "auditor", &[], &["garden", "vault", "people"], &[]),
    (
        "administrator",
        "administrator",
        &[],
        EVERYTHING,
        &["shop", "bank", "garden", "vault", "cluster", "platform"],
    ),
    ("cluster-viewer", "regular", &[("cluster", "cluster-viewer")], &["shop", "bank"], &[]),
    (
        "cluster-admin",
        "regular",
        &[("cluster", "cluster-admin")],
        &["shop", "bank", "secrets of shop", "secrets of bank"],
        &["shop", "bank", "cluster"],
    ),
    ("garden-viewer", "regular", &[("garden", "workspace-viewer")], &["garden", "shop"], &[]),
    (
        "garden-admin",
        "regular",
        &[("garden", "workspace-admin")],
        &["garden", "shop", "secrets of shop"],
        &["garden", "shop"],
    ),
    ("shop-viewer", "regular", &[("shop", "project-viewer")], &["shop"], &[]),
    ("shop-editor", "regular", &[("shop", "project-editor")], &["shop", "secrets of shop"], &["shop"]),
    ("shop-admin", "regular", &[("shop", "project-admin")], &["shop", "secrets of shop"], &["shop"]),
    (
        "vault-admin",
        "regular",
        &[("vault", "workspace-admin")],
        &["vault", "bank", "secrets of bank"],
        &["vault", "bank"],
    ),
];

/// Whose API tokens are tried too, and of which sort.
const TOKENS: &[(&str, &str, TokenScope)] = &[
    ("token of shop-editor", "shop-editor", TokenScope::Full),
    ("reading token of garden-admin", "garden-admin", TokenScope::Read),
    ("token of vault-admin", "vault-admin", TokenScope::Full),
];

impl Person {
    /// Whether they are not signed in, or not any more.
    pub fn is_nobody(&self) -> bool {
        matches!(self.by, By::Nothing) || self.name == "disabled"
    }

    /// Tokens open no pages.
    pub fn can_send(&self, ask: &Ask) -> bool {
        match self.by {
            By::Token(_) => ask.takes_tokens(),
            By::Cookie(_) | By::Nothing => !ask.is_of_a_cluster(),
        }
    }
}

pub struct Stage {
    pub console: Console,
    pub people: Vec<Person>,
    pub departments: [Uuid; 2],
    pub roles: [Uuid; 2],
    pub requests: [Uuid; 2],
    pub dashboards: [Uuid; 2],
    pub deleted: [Uuid; 2],
    pub recordings: [Uuid; 2],
    pub searches: [Uuid; 2],
    pub list_alerts: [Uuid; 2],
    pub ground: Ground,
    coded: Vec<(&'static str, String)>,
    site: tempfile::TempDir,
}

pub fn lantern() -> ClusterName {
    ClusterName::parse("lantern").unwrap()
}

impl Stage {
    pub async fn new() -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let (ground, config) = Ground::open().await;
        ground.create(rules_kind()).await;
        for (namespace, plain, secret) in
            [("shop", "canaryquince", "canarydamson"), ("bank", "canarymedlar", "canarysloe")]
        {
            for object in contents(namespace, plain, secret) {
                ground.create(object).await;
            }
        }
        let connection = Connection::new("lantern", config).unwrap();
        let site = tempfile::tempdir().unwrap();
        let database =
            Database::open(database::Address::SqliteFile(site.path().join("console.db"))).await.unwrap();
        database.migrate().await.unwrap();
        let console = Console::new(Parts {
            database,
            seal: Seal::random(),
            surroundings: Surroundings::new(
                PublicUrl::parse("http://console.example").unwrap(),
                "10.0.0.1:80".parse().unwrap(),
                Vec::new(),
            ),
            sessions: Lifetime { idle: Duration::from_secs(3600), absolute: Duration::from_secs(7200) },
            site: Site::open(Some(site.path())).unwrap(),
            clusters: vec![Cluster::new(lantern(), connection)],
            monitoring: Default::default(),
            records: Default::default(),
            notifications: Default::default(),
            stopping: Stopping::default(),
        })
        .unwrap();
        let mut people = vec![Person { name: "nobody", sees: &[], changes: &[], by: By::Nothing }];
        let (departments, roles, requests) = fill(&console, &mut people).await;
        let dashboards = [
            keep_dashboard(&console, "shop", "canaryquince").await,
            keep_dashboard(&console, "bank", "canarymedlar").await,
        ];
        let deleted =
            [delete(&console, "shop", "canaryquince").await, delete(&console, "bank", "canarymedlar").await];
        let recordings =
            [record(&console, "shop", "canarydamson").await, record(&console, "bank", "canarysloe").await];
        let searches = [
            keep_search(&console, "shop", "canaryquince").await,
            keep_search(&console, "bank", "canarymedlar").await,
        ];
        let list_alerts = [
            keep_list_alert(&console, "shop", "canaryquince").await,
            keep_list_alert(&console, "bank", "canarymedlar").await,
        ];
        let coded = WORDS.iter().map(|(_, word)| (*word, BASE64_STANDARD.encode(word))).collect();
        let stage = Self {
            console,
            people,
            departments,
            roles,
            requests,
            dashboards,
            deleted,
            recordings,
            searches,
            list_alerts,
            ground,
            coded,
            site,
        };
        stage.console.access().announce_change();
        stage.console.tenants().provisioner.caught_up(&lantern()).await;
        stage
    }

    pub fn person(&self, name: &str) -> &Person {
        self.people.iter().find(|person| person.name == name).unwrap()
    }

    /// Whether a word stands in an answer, plainly or as values of secrets are written.
    pub fn holds(&self, body: &str, word: &str) -> bool {
        let coded = self.coded.iter().find(|(plain, _)| *plain == word).map(|(_, coded)| coded.as_str());
        body.contains(word) || coded.is_some_and(|coded| body.contains(coded))
    }

    pub async fn send(&self, person: &Person, ask: &Ask) -> Response<Body> {
        let request = match &ask.sending {
            Sending::Get => get(&ask.address),
            Sending::Json(json) => call(ask.address.trim_start_matches("/api/"), json),
            Sending::Form(form) => post(&ask.address, form.clone()),
        };
        let request = match &person.by {
            By::Nothing => request,
            By::Cookie(cookie) => with(request, COOKIE, cookie),
            By::Token(token) => with(request, AUTHORIZATION, &format!("Bearer {token}")),
        };
        router(&self.console).oneshot(request).await.unwrap()
    }

    /// Everything that can be changed: what the console keeps, and what stands in the two namespaces.
    pub async fn state(&self) -> Vec<String> {
        let database = self.console.database();
        let mut state = vec![
            format!("{:?}", database.workspaces().await.unwrap()),
            format!("{:?}", database.projects().await.unwrap()),
            format!("{:?}", database.members().await.unwrap()),
            format!("{:?}", database.departments().await.unwrap()),
            format!("{:?}", database.department_members().await.unwrap()),
            format!("{:?}", database.department_roles().await.unwrap()),
            format!("{:?}", database.own_roles().await.unwrap()),
            format!("{:?}", database.limits().await.unwrap()),
            format!("{:?}", database.open_access_requests().await.unwrap()),
            format!("{:?}", database.accounts().await.unwrap()),
            format!("{:?}", database.receivers().await.unwrap()),
            format!("{:?}", database.dashboards(&lantern()).await.unwrap()),
            format!("{:?}", database.price_plans(&lantern()).await.unwrap()),
            format!("{:?}", database.saved_searches(&lantern(), Uuid::nil()).await.unwrap()),
            said_of_lists(database.list_alerts(&lantern()).await.unwrap()),
            format!("{:?}", database.recorded_cluster(&lantern()).await.unwrap()),
            format!("{:?}", database.fact("platform").await.unwrap()),
        ];
        for namespace in ["shop", "bank"] {
            let namespace = Namespace::parse(namespace).unwrap();
            state.push(format!("{:?}", database.recorded_project(&lantern(), &namespace).await.unwrap()));
        }
        for dashboard in self.dashboards {
            state.push(format!("{:?}", database.embeds(dashboard).await.unwrap()));
        }
        let (admin, language) = (self.operator().await, model::Language::English);
        let reader = self.console.kubernetes().for_caller(admin, language);
        for namespace in ["shop", "bank"] {
            for path in [
                format!("/apis/apps/v1/namespaces/{namespace}/deployments"),
                format!("/api/v1/namespaces/{namespace}/configmaps"),
                format!("/api/v1/namespaces/{namespace}/secrets"),
                format!("/apis/monitoring.coreos.com/v1/namespaces/{namespace}/prometheusrules"),
            ] {
                state.push(objects(&reader, &path).await);
            }
        }
        state
    }

    /// The files in which the console keeps everything, as they are on the disk.
    pub fn stored(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.site.path()).unwrap();
        files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap_or_default()).collect()
    }

    async fn operator(&self) -> access::Caller {
        let account = self.console.database().account_named("administrator").await.unwrap().unwrap();
        self.console.access().caller(account, None, "state".into(), None).await.unwrap()
    }

    pub async fn close(self) {
        self.ground.close().await;
    }
}

/// Names, labels and specifications; not what controllers write.
async fn objects(reader: &::kubernetes::ForCaller, path: &str) -> String {
    use futures::StreamExt;
    let request = ::kubernetes::ApiRequest {
        method: Method::GET,
        path: path.into(),
        query: String::new(),
        headers: Default::default(),
        body: Default::default(),
        upgrade: None,
        stop: Default::default(),
    };
    let answer = reader.api(&lantern(), request).await;
    let pieces: Vec<_> = answer.into_body().collect().await;
    let bytes: Vec<u8> = pieces.into_iter().flat_map(|piece| piece.unwrap().to_vec()).collect();
    let list: Value = serde_json::from_slice(&bytes).unwrap();
    let told = list["items"].as_array().unwrap().iter().map(|object| {
        let (name, labels) = (&object["metadata"]["name"], &object["metadata"]["labels"]);
        format!("{name} {labels} {} {}", object["spec"], object["data"])
    });
    told.collect::<Vec<_>>().join("\n")
}

/// The kind of alert rules, which this cluster does not have by itself.
fn rules_kind() -> Value {
    let anything = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "prometheusrules.monitoring.coreos.com"},
        "spec": {
            "group": "monitoring.coreos.com", "scope": "Namespaced",
            "names": {"kind": "PrometheusRule", "plural": "prometheusrules", "singular": "prometheusrule"},
            "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": anything}}],
        },
    })
}

fn contents(namespace: &str, plain: &str, secret: &str) -> Vec<Value> {
    let about = |name: &str| json!({"name": name, "namespace": namespace, "annotations": {"note": plain}});
    let command = ["sh", "-c", &format!("echo {plain}; sleep 3000")].map(str::to_owned);
    vec![
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}),
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": about("thing"),
            "spec": {
                "replicas": 1, "selector": {"matchLabels": {"app": "thing"}},
                "template": {
                    "metadata": {"labels": {"app": "thing"}},
                    "spec": {"containers": [{"name": "main", "image": format!("example/{plain}:1"), "command": command}]},
                },
            },
        }),
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": about("thing"), "data": {"key": plain}}),
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": about("thing"), "stringData": {"key": secret}}),
        json!({
            "apiVersion": "monitoring.coreos.com/v1", "kind": "PrometheusRule", "metadata": about("thing"),
            "spec": {"groups": [{"name": "all", "rules": [
                {"alert": "Planted", "expr": "up", "annotations": {"summary": plain}},
            ]}]},
        }),
    ]
}

/// Workspaces, what is in them, and everybody. Answers departments, roles and requests.
async fn fill(console: &Console, people: &mut Vec<Person>) -> ([Uuid; 2], [Uuid; 2], [Uuid; 2]) {
    let database = console.database();
    let zed = NewAccount {
        name: "zed".into(),
        email: "canaryplum@example.org".into(),
        role: "regular".into(),
        ..NewAccount::default()
    };
    let zed = database.add_account(&zed).await.unwrap();
    let (mut workspaces, mut requests) = (Vec::new(), Vec::new());
    for (name, namespace, word) in [("garden", "shop", "canarypear"), ("vault", "bank", "canaryfig")] {
        let facts = WorkspaceFacts {
            title: format!("The {word}"),
            description: word.into(),
            clusters: [lantern()].into(),
        };
        database.add_workspace(&WorkspaceName::parse(name).unwrap(), &facts, zed).await.unwrap();
        let workspace = database.workspace(&WorkspaceName::parse(name).unwrap()).await.unwrap().unwrap().id;
        let namespace = Namespace::parse(namespace).unwrap();
        let project = database.add_project(&lantern(), &namespace, Some(workspace), "", "").await.unwrap();
        let department = database.add_department(Some(workspace), None, word).await.unwrap();
        let role =
            database.add_role(Tier::Workspace, Some(workspace), word, word, "workspace.view").await.unwrap();
        workspaces.push((workspace, project, department, role));
        let hidden = if name == "garden" { "canaryquince" } else { "canarymedlar" };
        let new = NewAccessRequest {
            account: zed,
            place: format!("project/lantern/{namespace}"),
            role: "project-viewer".into(),
            reason: hidden.into(),
            hours: Some(1),
        };
        let Asked::Done(request) = database.add_access_request(&new).await.unwrap() else { unreachable!() };
        requests.push(request);
        let (_, id) = RECEIVERS.into_iter().find(|(own, _)| *own == namespace.as_str()).unwrap();
        database.add_receiver(id, &receiver(Place::Project(project), hidden)).await.unwrap();
    }
    for (name, role, held, sees, changes) in PEOPLE {
        let new = NewAccount { name: (*name).into(), role: (*role).into(), ..NewAccount::default() };
        let account = database.add_account(&new).await.unwrap();
        for (place, role) in *held {
            let place = match *place {
                "cluster" => Place::Cluster(lantern()),
                "garden" => Place::Workspace(workspaces[0].0),
                "vault" => Place::Workspace(workspaces[1].0),
                "shop" => Place::Project(workspaces[0].1),
                _ => Place::Project(workspaces[1].1),
            };
            let member = NewMember { account, place, role: (*role).into(), source: String::new() };
            database.set_member(&member).await.unwrap();
        }
        let by = By::Cookie(sign_in(console, account, name).await);
        people.push(Person { name, sees, changes, by });
        if *name == "disabled" {
            database.set_enabled(account, false).await.unwrap();
        }
    }
    for (name, owner, scope) in TOKENS {
        let (sees, changes) =
            people.iter().find(|person| person.name == *owner).map(|one| (one.sees, one.changes)).unwrap();
        let account = database.account_named(owner).await.unwrap().unwrap().id;
        let token = identity::api_tokens::issue(database, account, "t", *scope, 1).await.unwrap();
        let changes = if *scope == TokenScope::Read { &[] } else { changes };
        people.push(Person { name, sees, changes, by: By::Token(token) });
    }
    let pair = |of: fn(&(Uuid, Uuid, Uuid, Uuid)) -> Uuid| [of(&workspaces[0]), of(&workspaces[1])];
    (pair(|one| one.2), pair(|one| one.3), [requests[0], requests[1]])
}

/// Somebody who is told of what happens in a project, somewhere where nobody listens.
fn receiver(place: Place, name: &str) -> NewReceiver {
    let settings = json!({
        "least": "warning", "matchers": "", "tells_resolved": true, "repeat_hours": 4, "language": "en",
        "fields": {"url": "https://127.0.0.1:9/"}, "target": name,
    });
    NewReceiver {
        place: Some(place),
        name: name.into(),
        channel: "webhook".into(),
        settings: settings.to_string(),
        sealed_secrets: None,
    }
}

/// Something that was deleted in a project, with a word in its name.
async fn delete(console: &Console, namespace: &str, word: &str) -> Uuid {
    let name = format!("{word}-gone");
    let resource = ResourceRef {
        cluster: lantern(),
        kind: KindSlug::parse("configmaps").unwrap(),
        namespace: Some(Namespace::parse(namespace).unwrap()),
        name: ObjectName::parse(&name).unwrap(),
    };
    let metadata = json!({"name": name, "namespace": namespace});
    let object = DeletedObject {
        resource,
        group: String::new(),
        plural: "configmaps".into(),
        kind: "ConfigMap".into(),
        manifest: json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a": word}}),
    };
    let (cluster, by) = (lantern(), "administrator".to_owned());
    let deleted = Deleted { cluster, by, objects: vec![object], left_out: 0 };
    console.recycle_bin().keep(deleted).await.unwrap();
    let kept = console.database().deleted_objects(&lantern()).await.unwrap();
    kept.into_iter().find(|kept| kept.name == name).unwrap().id
}

/// What a terminal in a project showed: a word that only who may replay it reads.
async fn record(console: &Console, namespace: &str, word: &str) -> Uuid {
    let database = console.database();
    let namespace = Namespace::parse(namespace).unwrap();
    let project = database.project(&lantern(), &namespace).await.unwrap().unwrap().id;
    database.record_project(project, Some(30)).await.unwrap();
    let pod = ResourceRef {
        cluster: lantern(),
        kind: KindSlug::parse("pods").unwrap(),
        namespace: Some(namespace),
        name: ObjectName::parse("thing").unwrap(),
    };
    let request = format!("terminal in {project}");
    let terminal = RecordedTerminal {
        place: TerminalPlace::Container(TerminalRequest { pod, container: None, shell: None, debug: None }),
        action: "terminal",
        size: TerminalSize::USUAL,
        account: Uuid::nil(),
        person: "somebody".into(),
        request: request.clone(),
    };
    let recording = console.recordings().begin(terminal).await.unwrap().unwrap().recording;
    recording.output(word.as_bytes()).await.unwrap();
    recording.end(&TerminalEnd::Stopping).await;
    database.recordings_of_requests(&[request]).await.unwrap().remove(0).begun.id
}

/// A search that is shared in a project, with a word in its name and in what it looks for.
async fn keep_search(console: &Console, namespace: &str, word: &str) -> Uuid {
    let database = console.database();
    let namespace = Namespace::parse(namespace).unwrap();
    let project = database.project(&lantern(), &namespace).await.unwrap().unwrap().id;
    let owner = database.account_named("zed").await.unwrap().unwrap().id;
    let new = NewSavedSearch {
        cluster: lantern(),
        owner,
        readers: Readers::Project(project),
        records: "logs".into(),
        name: word.into(),
        query: word.into(),
        window: ("1h".into(), String::new()),
    };
    match database.add_saved_search(&new, "zed").await.unwrap() {
        Kept::Done(id) => id,
        other => panic!("{word} was not kept: {other:?}"),
    }
}

/// What people have said of alerts on lists, without what is found out all the time.
fn said_of_lists(all: Vec<database::list_alerts::ListAlert>) -> String {
    let said = all.into_iter().map(|one| (one.id, one.terms, one.query, one.writer, one.version));
    format!("{:?}", said.collect::<Vec<_>>())
}

/// An alert on a list of a project, with a word in its name, in what is looked for and in what was found.
async fn keep_list_alert(console: &Console, namespace: &str, word: &str) -> Uuid {
    let database = console.database();
    let namespace = Namespace::parse(namespace).unwrap();
    let project = database.project(&lantern(), &namespace).await.unwrap().unwrap().id;
    let writer = database.account_named("administrator").await.unwrap().unwrap().id;
    let query = json!({
        "cluster": "lantern", "kind": "configmaps", "namespaces": [namespace.as_str()], "search": format!("-name:{word}"), "size": 50,
    });
    let terms = ListAlertTerms { name: word.into(), severity: "critical".into(), hold_seconds: 0, least: 1 };
    let new = NewListAlert { cluster: lantern(), project: Some(project), terms, query: query.to_string() };
    let KeptListAlert::Done(id) = database.add_list_alert(&new, writer, "administrator").await.unwrap()
    else {
        panic!("{word} was not kept");
    };
    let now = database::now_seconds();
    let found =
        ListFound { standing: "known".into(), looked_at: Some(now), matched: 1, ..ListFound::default() };
    let listed = Listed { since: now, fired_at: Some(now) };
    let put = vec![((namespace.to_string(), word.to_owned()), listed)];
    database.keep_list_look(id, 1, &ListLook { found, put, gone: Vec::new() }).await.unwrap();
    id
}

/// A dashboard of a project, with a word in its text and in its query.
async fn keep_dashboard(console: &Console, namespace: &str, word: &str) -> Uuid {
    let database = console.database();
    let namespace = Namespace::parse(namespace).unwrap();
    let project = database.project(&lantern(), &namespace).await.unwrap().unwrap().id;
    let panel = |kind: &str, text: &str, queries: Value| {
        json!({
            "title": word, "kind": kind, "width": 6, "unit": "Count", "queries": queries, "thresholds": {}, "text": text,
        })
    };
    let query = json!([{"query": format!("up{{job=\"{word}\"}}"), "legend": ""}]);
    let panels = [panel("Text", word, json!([])), panel("Lines", "", query)];
    let new = NewDashboard {
        cluster: lantern(),
        project: Some(project),
        name: word.into(),
        document: json!({"form": 1, "variables": [], "panels": panels}).to_string(),
    };
    database.add_dashboard(&new, "administrator").await.unwrap().unwrap()
}

async fn sign_in(console: &Console, account: Uuid, name: &str) -> String {
    let link = console.accounts().issue_link(Some(account)).await.unwrap();
    let password = model::link::escape(PASSWORD);
    let form = format!("token={}&name={name}&password={password}&password_again={password}", link.reveal());
    let response = router(console).oneshot(post("/setup", form)).await.unwrap();
    assert_eq!(response.headers()[LOCATION], "/", "{name} cannot sign in");
    cookie(&response)
}
