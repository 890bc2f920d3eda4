//! Two tenants, everybody who has something to do with them, and words by which it shows what was seen.

use super::super::*;
use super::addresses::{Ask, Sending};
use super::contents::{
    contents, delete, keep_dashboard, keep_event, keep_list_alert, keep_search, record, rules_kind,
};
use super::ground::Ground;
use super::people::{By, Person, fill};
use ::kubernetes::{Cluster, Connection};
use axum::http::header::AUTHORIZATION;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use model::{ClusterName, Namespace};
use serde_json::Value;
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
    /// The versions of the objects with rules, as forms carry them.
    pub rules: [String; 2],
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
        let rules = [
            fill_namespace(&ground, "shop", "canaryquince", "canarydamson").await,
            fill_namespace(&ground, "bank", "canarymedlar", "canarysloe").await,
        ];
        let connection = Connection::new("lantern", config).unwrap();
        let site = tempfile::tempdir().unwrap();
        let database =
            Database::open(database::Address::SqliteFile(site.path().join("console.db"))).await.unwrap();
        database.migrate().await.unwrap();
        let surroundings = reached_at("http://console.example");
        let clusters = vec![Cluster::new(lantern(), connection)];
        let console = Console::new(parts(database, surroundings, site.path(), clusters)).unwrap();
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
        keep_event(&console, "shop", "canaryquince").await;
        keep_event(&console, "bank", "canarymedlar").await;
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
            rules,
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
            format!("{:?}", database.mail_servers().await.unwrap()),
            format!("{:?}", database.dashboards(&lantern()).await.unwrap()),
            format!("{:?}", database.price_plans(&lantern()).await.unwrap()),
            format!("{:?}", database.budgets().await.unwrap()),
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

/// Makes what stands in a namespace; the version of its rules, as forms carry it.
async fn fill_namespace(ground: &Ground, namespace: &str, plain: &str, secret: &str) -> String {
    let mut version = String::new();
    for object in contents(namespace, plain, secret) {
        let made = ground.create(object).await;
        if made["kind"] == "PrometheusRule" {
            let said = |field: &str| made["metadata"][field].as_str().unwrap();
            version = format!("{}/{}", said("uid"), said("resourceVersion"));
        }
    }
    version
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

/// What people have said of alerts on lists, without what is found out all the time.
fn said_of_lists(all: Vec<database::list_alerts::ListAlert>) -> String {
    let said = all.into_iter().map(|one| (one.id, one.terms, one.query, one.writer, one.version));
    format!("{:?}", said.collect::<Vec<_>>())
}
