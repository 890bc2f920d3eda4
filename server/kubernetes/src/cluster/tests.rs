//! A cluster whose kinds come and go in versions.

use super::*;
use crate::caller::{ForCaller, Kubernetes};
use crate::plain::{Plain, Said};
use access::Access;
use access::roles::ADMINISTRATOR;
use database::Database;
use database::accounts::NewAccount;
use futures::StreamExt;
use model::live::{FeedMessage, FeedNews, FeedRequest, Topic};
use model::{Language, TableQuery};
use serde_json::json;
use tokio::time::timeout;

/// A cluster that serves pears, in the version that the test says.
async fn orchard(version: &Arc<SyncMutex<&'static str>>) -> (Plain, Arc<Cluster>) {
    let served = Arc::clone(version);
    let server = Plain::new(move |path, _| {
        let version = *served.lock();
        if path.starts_with(&format!("/apis/fruit.example/{version}/")) {
            let late = Duration::from_secs(if path.contains("watch=true") { 60 } else { 0 });
            return Said { late, ..Said::json(&json!({"metadata": {"resourceVersion": "5"}, "items": []})) };
        }
        if path.starts_with("/apis/fruit.example/") {
            return Said::code(404, "no such version");
        }
        let resource = json!({"resource": "pears", "scope": "Namespaced", "verbs": ["list", "watch"],
                              "responseKind": {"group": "fruit.example", "version": version, "kind": "Pear"}});
        let version = json!({"version": version, "resources": [resource]});
        let group = json!({"metadata": {"name": "fruit.example"}, "versions": [version]});
        Said::json(&json!({"kind": "APIGroupDiscoveryList", "items": [group]}))
    });
    let server = server.await;
    let connection = Connection::new("harbour", server.config()).unwrap();
    (server, Cluster::new("harbour".parse().unwrap(), connection))
}

fn pears() -> KindSlug {
    "pears.fruit.example".parse().unwrap()
}

async fn administrator(cluster: &Arc<Cluster>) -> ForCaller {
    let database = Database::in_memory().await.unwrap();
    let new = NewAccount { name: "ada".into(), role: ADMINISTRATOR.into(), ..NewAccount::default() };
    let id = database.add_account(&new).await.unwrap();
    let account = database.account(id).await.unwrap().unwrap();
    let kubernetes = Kubernetes::new(vec![Arc::clone(cluster)], Access::new(database));
    let caller = kubernetes.access().caller(account, None, "test".into(), None).await.unwrap();
    kubernetes.for_caller(caller, Language::English)
}

#[tokio::test]
async fn a_kind_that_is_served_in_another_version_is_followed_in_that() {
    let version = Arc::new(SyncMutex::new("v1"));
    let (_server, cluster) = orchard(&version).await;
    let pears = pears();
    assert_eq!(cluster.loaded(&pears).await.unwrap().served().version, "v1");

    *version.lock() = "v2";
    cluster.discovery_anew().await.unwrap();
    cluster.look_after().await;

    assert_eq!(cluster.loaded(&pears).await.unwrap().served().version, "v2");
}

#[tokio::test]
async fn an_open_page_is_told_to_ask_anew_when_its_kind_is_served_in_another_version() {
    let version = Arc::new(SyncMutex::new("v1"));
    let (_server, cluster) = orchard(&version).await;
    let ada = administrator(&cluster).await;
    let topic = Topic::Table(TableQuery::of(cluster.name().clone(), pears()));
    let request = FeedRequest { feed: 1, topic, from: None };
    let mut events = Box::pin(ada.follow(vec![request], None).unwrap());
    let mut heard = async || {
        let event = timeout(Duration::from_secs(60), events.next()).await.unwrap().unwrap();
        serde_json::from_str::<FeedMessage>(&event.data).unwrap().news
    };
    assert!(matches!(heard().await, FeedNews::Snapshot { .. }));

    *version.lock() = "v2";
    cluster.discovery_anew().await.unwrap();

    // It may learn first that the version it follows is not there any more.
    let news = match heard().await {
        FeedNews::Stale(_) => heard().await,
        news => news,
    };
    assert_eq!(news, FeedNews::Redefined);
    assert_eq!(cluster.loaded(&pears()).await.unwrap().served().version, "v2");
}
