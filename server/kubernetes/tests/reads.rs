//! What callers see of a cluster, through the real client and over the wire.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod certificates;
mod in_use;
mod pod_use;
mod support;
mod watches;

use access::roles::ADMINISTRATOR;
use futures::StreamExt;
use model::live::{FeedRequest, Topic};
use model::{Cell, ConsoleError, KindSlug, Language, ResourceRef, TableQuery};
use playground_kubernetes::{Effect, FaultRule};
use resources_contract::{History, Resources, Writing};
use serde_json::{Value, json};
use std::time::Duration;
use support::{Stage, administrator_by, administrator_of, eventually, harbour, pod};

fn pods() -> TableQuery {
    TableQuery::of(harbour(), KindSlug::parse("pods").unwrap())
}

/// Reads a stream until there are such news.
async fn until(
    stream: &mut (impl futures::Stream<Item = kubernetes::LiveEvent> + Unpin),
    are_wished: impl Fn(&Value) -> bool,
) -> Value {
    loop {
        let event = tokio::time::timeout(Duration::from_secs(60), stream.next()).await;
        let event = event.expect("no such news within a minute").expect("the stream ended");
        let news = serde_json::from_str::<Value>(&event.data).unwrap()["news"].take();
        if are_wished(&news) {
            return news;
        }
    }
}

#[tokio::test]
async fn a_list_longer_than_a_page_of_the_api_is_complete_and_live() {
    let stage = Stage::new().await;
    stage.cluster.insert_bulk((0..1_203).map(|n| pod("shop", &format!("web-{n:04}"))));
    let ada = stage.administrator().await;

    let table =
        eventually(|| ada.table(pods()), |table| table.as_ref().is_ok_and(|table| table.total == 1_203))
            .await;
    assert_eq!(table.unwrap().rows.len(), 50);

    stage.add_pod("bank", "ledger-0");
    let table =
        eventually(|| ada.table(pods()), |table| table.as_ref().is_ok_and(|table| table.total == 1_204))
            .await;
    assert_eq!(table.unwrap().rows[0].name.as_str(), "ledger-0");
}

#[tokio::test]
async fn a_viewer_sees_one_namespace_and_nothing_of_the_others() {
    let stage = Stage::new().await;
    stage.add_pod("shop", "web-0");
    stage.add_pod("bank", "ledger-0");
    let viewer = stage.caller("project-viewer", &["shop"]).await;
    let stranger = stage.caller("regular", &[]).await;

    let table =
        eventually(|| viewer.table(pods()), |table| table.as_ref().is_ok_and(|table| table.total > 0)).await;
    let table = table.unwrap();
    assert_eq!((table.total, table.rows[0].name.as_str()), (1, "web-0"));

    let found = viewer.search("ledger".into()).await.unwrap();
    assert!(found.groups.is_empty(), "{found:?}");

    let mut elsewhere = pods();
    elsewhere.namespaces = vec!["bank".parse().unwrap()];
    assert!(matches!(viewer.table(elsewhere).await, Err(ConsoleError::Forbidden { .. })));
    assert!(matches!(stranger.table(pods()).await, Err(ConsoleError::NotFound { .. })));
}

#[tokio::test]
async fn one_dead_extension_hides_nothing_else() {
    let stage = Stage::new().await;
    stage.add_pod("shop", "web-0");
    stage.cluster.faults().add(FaultRule {
        path_prefix: "/apis/metrics.k8s.io".into(),
        effect: Effect::Unavailable,
        ..FaultRule::default()
    });
    let ada = stage.administrator().await;

    let table =
        eventually(|| ada.table(pods()), |table| table.as_ref().is_ok_and(|table| table.total == 1)).await;

    assert!(table.is_ok());
    let navigation = clusters_contract::Clusters::navigation(&ada, harbour()).await.unwrap();
    assert!(
        navigation
            .groups
            .iter()
            .any(|group| group.kinds.iter().any(|kind| kind.slug.as_str() == "deployments"))
    );
    let problem = navigation.problem.expect("the dead group is named").to_string();
    assert!(problem.contains("metrics.k8s.io") && problem.contains("cluster harbour"), "{problem}");
}

#[tokio::test]
async fn a_feed_begins_where_the_page_was_rendered_and_resumes_where_it_stopped() {
    let stage = Stage::new().await;
    stage.add_pod("shop", "web-0");
    let ada = stage.administrator().await;
    let table = eventually(|| ada.table(pods()), |table| table.as_ref().is_ok_and(|table| table.total == 1))
        .await
        .unwrap();
    let request = |from: Option<String>| vec![FeedRequest { feed: 7, topic: Topic::Table(pods()), from }];

    let mut stream = Box::pin(ada.follow(request(Some(table.revision)), None).unwrap());
    stage.add_pod("shop", "web-1");
    let event = stream.next().await.unwrap();
    let news: Value = serde_json::from_str(&event.data).unwrap();
    assert_eq!(news["feed"], 7);
    // When the store hears of it before the feed begins, the page that was rendered is not remembered any more.
    let (rows, total) = match &news["news"]["change"] {
        Value::Null => (&news["news"]["snapshot"]["rows"], &news["news"]["snapshot"]["total"]),
        change => (&change["put"], &change["total"]),
    };
    let names: Vec<_> = rows.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!((names.last(), total), (Some(&"web-1"), &json!(2)), "{news}");
    drop(stream);

    // While nobody listens, something happens; whoever comes back hears of that and of nothing else.
    stage.add_pod("shop", "web-2");
    tokio::time::sleep(Duration::from_millis(400)).await;
    let mut stream = Box::pin(ada.follow(request(None), Some(&event.id)).unwrap());
    let event = stream.next().await.unwrap();
    let news: Value = serde_json::from_str(&event.data).unwrap();
    assert_eq!(news["news"]["change"]["put"][0]["name"], "web-2", "{news}");

    // A revision of another replica is answered with the whole page.
    let mut stream = Box::pin(ada.follow(request(None), Some("7=0123456789ab-4")).unwrap());
    let news: Value = serde_json::from_str(&stream.next().await.unwrap().data).unwrap();
    assert_eq!(news["news"]["snapshot"]["total"], 3, "{news}");
}

#[tokio::test]
async fn a_viewers_feed_is_silent_about_other_namespaces() {
    let stage = Stage::new().await;
    stage.add_pod("shop", "web-0");
    let viewer = stage.caller("project-viewer", &["shop"]).await;
    let seen =
        eventually(|| viewer.table(pods()), |table| table.as_ref().is_ok_and(|table| table.total == 1)).await;
    assert!(seen.is_ok());

    let request = vec![FeedRequest { feed: 1, topic: Topic::Table(pods()), from: None }];
    let mut stream = Box::pin(viewer.follow(request, None).unwrap());
    let first = stream.next().await.unwrap();
    assert!(first.data.contains("web-0"));

    stage.add_pod("bank", "ledger-canary");
    stage.add_pod("shop", "web-1");
    let news = until(&mut stream, |news| *news != "fresh").await;
    assert_eq!(news["change"]["put"].as_array().map(Vec::len), Some(1), "{news}");
    assert_eq!((&news["change"]["put"][0]["name"], &news["change"]["total"]), (&json!("web-1"), &json!(2)));
}

#[tokio::test]
async fn an_object_page_tells_owner_tree_and_events() {
    let stage = Stage::new().await;
    let set = stage
        .cluster
        .create(json!({
            "apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"namespace": "shop", "name": "web"},
            "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "web"}},
                     "template": {"metadata": {"labels": {"app": "web"}},
                                  "spec": {"containers": [{"name": "main", "image": "web:1"}]}}},
        }))
        .unwrap()
        .parse();
    let mut owned = pod("shop", "web-x");
    owned["metadata"]["ownerReferences"] = json!([{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web",
        "uid": set["metadata"]["uid"], "controller": true}]);
    let owned = stage.cluster.create(owned).unwrap().parse();
    stage.cluster.record_event(&owned, "Warning", "BackOff", "Back-off pulling image", "kubelet");
    let ada = stage.administrator().await;
    let resource = |kind: &str, name: &str| ResourceRef {
        cluster: harbour(),
        kind: kind.parse().unwrap(),
        namespace: Some("shop".parse().unwrap()),
        name: name.parse().unwrap(),
    };

    let set = eventually(
        || ada.object(resource("replicasets", "web")),
        |view| view.as_ref().is_ok_and(|view| !view.tree.is_empty() && !view.events.is_empty()),
    )
    .await
    .unwrap();
    assert_eq!(set.tree[0].resource, resource("pods", "web-x"));
    assert_eq!(set.events[0].reason, "BackOff");
    assert_eq!(set.events[0].about, Some(resource("pods", "web-x")));

    let pod = ada.object(resource("pods", "web-x")).await.unwrap();
    assert_eq!(pod.owners[0].resource, resource("replicasets", "web"));
    assert_eq!(pod.containers[0].image, "registry.example/web:1");
}

#[tokio::test]
async fn a_change_that_shows_in_no_column_reaches_the_objects_page() {
    let stage = Stage::new().await;
    let note = |words: &str| {
        json!({
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": "shop", "name": "note"},
            "data": {"words": words},
        })
    };
    stage.cluster.create(note("one")).unwrap();
    let ada = stage.administrator().await;
    let topic = Topic::Object(ResourceRef {
        cluster: harbour(),
        kind: "configmaps".parse().unwrap(),
        namespace: Some("shop".parse().unwrap()),
        name: "note".parse().unwrap(),
    });
    let mut stream = Box::pin(ada.follow(vec![FeedRequest { feed: 1, topic, from: None }], None).unwrap());
    until(&mut stream, |news| *news == "fresh").await;

    // The first may be seen because the page has just begun to look at what is around its object.
    for words in ["two", "three", "four"] {
        let changed = stage.cluster.apply(note(words)).unwrap().parse();

        let version = &changed["metadata"]["resourceVersion"];
        until(&mut stream, |news| news["value"]["revision"] == *version).await;
    }
}

#[tokio::test]
async fn an_unreachable_cluster_says_so_and_delays_nobody() {
    let config = kube::Config::new("https://127.0.0.1:9".parse().unwrap());
    let ada = administrator_by(config).await;

    let error = ada.table(pods()).await.unwrap_err();
    assert!(error.to_string().contains("cluster harbour did not answer"), "{error}");
    assert!(error.to_string().to_lowercase().contains("refused"), "{error}");
    let fleet = clusters_contract::Clusters::fleet(&ada).await.unwrap();
    assert_eq!(fleet[0].level(), model::Level::Failed);
}

#[tokio::test]
async fn a_cluster_that_says_nothing_holds_up_no_other_ones_card() {
    let stage = Stage::new().await;
    // It takes connections and answers nothing.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", silent.local_addr().unwrap());
    let config = kube::Config::new(address.parse().unwrap());
    let ada = administrator_of(vec![("harbour", stage.config().await), ("silent", config)]).await;
    let names = |news: &Value| {
        let cards = news["value"]["value"].as_array().cloned().unwrap_or_default();
        cards.iter().map(|card| card["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let read = eventually(
        || clusters_contract::Clusters::overview(&ada, harbour()),
        |found| found.as_ref().is_ok_and(|found| found.summary.error.is_none()),
    );
    read.await.unwrap();

    let request = FeedRequest { feed: 1, topic: Topic::Fleet, from: None };
    let mut stream = Box::pin(ada.follow(vec![request], None).unwrap());

    let first = until(&mut stream, |_| true).await;
    assert_eq!(names(&first), ["harbour"]);
    until(&mut stream, |news| names(news) == ["harbour", "silent"]).await;
}

#[tokio::test]
async fn one_person_leaves_others_room_to_follow_their_pages() {
    let stage = Stage::new().await;
    let (ada, ben) = (stage.administrator().await, stage.caller("project-viewer", &["shop"]).await);

    let open: Vec<_> = std::iter::from_fn(|| ada.follow(Vec::new(), None).ok()).take(1_000).collect();

    assert_eq!(open.len(), 256);
    assert!(ben.follow(Vec::new(), None).is_ok());
    drop(open);
    assert!(ada.follow(Vec::new(), None).is_ok(), "closed pages make room");
}

fn shop_ingress() -> ResourceRef {
    ResourceRef {
        cluster: harbour(),
        kind: "ingresses".parse().unwrap(),
        namespace: Some("shop".parse().unwrap()),
        name: "shop".parse().unwrap(),
    }
}

#[tokio::test]
async fn trouble_is_explained_in_the_callers_language() {
    let stage = Stage::new().await;
    let ingress = json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
        "metadata": {"namespace": "shop", "name": "shop", "annotations": {"kubernetes.io/ingress.class": "edge"}},
        "spec": {"defaultBackend": {"service": {"name": "web", "port": {"number": 80}}}},
    });
    stage.cluster.create(ingress).unwrap();
    let (ada, _) = stage.account(ADMINISTRATOR, &[]).await;

    for (language, title) in
        [(Language::English, "The service web does not exist"), (Language::Chinese, "服务 web 不存在")]
    {
        let view = stage.reading(ada, language).await.object(shop_ingress()).await.unwrap();

        assert_eq!(view.findings.iter().map(|finding| &*finding.title).collect::<Vec<_>>(), [title]);
    }
}

#[tokio::test]
async fn rows_say_why_an_object_is_as_it_is_in_the_callers_language() {
    let stage = Stage::new().await;
    let labels = json!({"app": "web"});
    let deployment = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"namespace": "shop", "name": "web"},
        "spec": {"replicas": 0, "selector": {"matchLabels": labels}, "template": {
            "metadata": {"labels": labels}, "spec": {"containers": [{"name": "main", "image": "web:1"}]}}},
    });
    stage.cluster.create(deployment).unwrap();
    let (ada, _) = stage.account(ADMINISTRATOR, &[]).await;
    let mut stopped = TableQuery::of(harbour(), KindSlug::parse("deployments").unwrap());
    stopped.search = "status:stopped".into();

    for (language, why) in
        [(Language::English, "It is scaled to zero."), (Language::Chinese, "其副本数已设为零。")]
    {
        let reader = stage.reading(ada, language).await;
        let is_there = |table: &Result<model::Table, _>| table.as_ref().is_ok_and(|table| table.total == 1);
        let table = eventually(|| reader.table(stopped.clone()), is_there).await.unwrap();
        let says_why = |cell: &Cell| matches!(cell, Cell::Status(status) if status.reason == why);
        assert!(table.rows[0].cells.iter().any(says_why), "{table:?}");

        let request = FeedRequest { feed: 1, topic: Topic::Table(stopped.clone()), from: None };
        let mut stream = Box::pin(reader.follow(vec![request], None).unwrap());
        let first = until(&mut stream, |news| news.get("snapshot").is_some()).await;
        assert!(first.to_string().contains(why), "{first}");
    }
}

#[tokio::test]
async fn what_is_not_listed_yet_is_not_said_to_be_missing() {
    let stage = Stage::with(|cluster| {
        let ingress = json!({
            "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"namespace": "shop", "name": "shop"},
            "spec": {"defaultBackend": {"service": {"name": "web", "port": {"number": 80}}}},
        });
        cluster.create(ingress).unwrap();
        cluster.faults().add(FaultRule {
            verbs: vec!["list".into()],
            resource: "services".into(),
            effect: Effect::Unavailable,
            ..FaultRule::default()
        });
    })
    .await;
    let ada = stage.administrator().await;
    let is_missing = || async {
        let findings = ada.object(shop_ingress()).await.unwrap().findings;
        findings.iter().any(|finding| finding.title == "The service web does not exist")
    };

    assert!(!is_missing().await);

    stage.cluster.faults().clear();
    eventually(is_missing, |is_missing| *is_missing).await;
}

#[tokio::test]
async fn who_wrote_what_pods_read_is_told_to_who_may_see_that_it_is_there() {
    let stage = Stage::with(|cluster| {
        let pod = json!({
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{
                "name": "web", "image": "registry.example/web:1",
                "envFrom": [{"configMapRef": {"name": "settings"}}, {"secretRef": {"name": "login"}}],
            }]},
        });
        let spec = json!({"replicas": 0, "selector": {"matchLabels": {"app": "web"}}, "template": pod});
        let made = |kind: &str, name: &str| json!({"apiVersion": "v1", "kind": kind, "metadata": {"namespace": "shop", "name": name}});
        let mut web = made("Deployment", "web");
        web["apiVersion"] = json!("apps/v1");
        web["spec"] = spec;
        cluster.as_manager("helm").create(web).unwrap();
        let holding = |mut object: Value| {
            object["data"] = json!({"key": "dmFsdWU="});
            object
        };
        cluster.as_manager("kubectl").create(holding(made("ConfigMap", "settings"))).unwrap();
        cluster.as_manager("vault").create(holding(made("Secret", "login"))).unwrap();
    })
    .await;
    let web = ResourceRef {
        cluster: harbour(),
        kind: KindSlug::parse("deployments").unwrap(),
        namespace: Some("shop".parse().unwrap()),
        name: "web".parse().unwrap(),
    };
    let (ada, viewer) = (stage.administrator().await, stage.caller("project-viewer", &["shop"]).await);
    let told = |history: &History| {
        let other = |writing: &Writing| writing.about.as_ref().map(|about| about.name.to_string());
        let told = history.writings.iter().map(|writing| (writing.by.clone(), other(writing)));
        told.collect::<Vec<_>>()
    };
    let about = |by: &str, name: &str| (by.to_owned(), Some(name.to_owned()));

    let by_ada = ada.history(web.clone()).await.unwrap();
    let by_viewer = viewer.history(web.clone()).await.unwrap();

    let (by_ada, by_viewer) = (told(&by_ada), told(&by_viewer));
    assert!(by_ada.contains(&("helm".to_owned(), None)), "{by_ada:?}");
    let both = [about("kubectl", "settings"), about("vault", "login")];
    assert!(both.iter().all(|one| by_ada.contains(one)), "{by_ada:?}");
    assert!(by_viewer.contains(&("helm".to_owned(), None)), "{by_viewer:?}");
    assert!(!by_viewer.contains(&about("vault", "login")), "they may not see secrets");
    assert!(stage.caller("project-viewer", &["bank"]).await.history(web).await.is_err());
}
