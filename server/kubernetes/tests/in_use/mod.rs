//! Lists that say who uses what is in them.

use crate::support::{Stage, eventually, harbour, pod};
use kubernetes::ForCaller;
use model::{Cell, ConsoleError, KindSlug, Sort, Table, TableQuery, Untold};
use resources_contract::Resources;
use serde_json::json;

fn claims(search: &str) -> TableQuery {
    let all = TableQuery::of(harbour(), KindSlug::parse("persistentvolumeclaims").unwrap());
    TableQuery { search: search.into(), ..all }
}

fn add_claim(stage: &Stage, name: &str) {
    let claim = json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"namespace": "shop", "name": name},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    });
    stage.cluster.create(claim).unwrap();
}

fn mount(stage: &Stage, name: &str, claim: &str) {
    let mut mounting = pod("shop", name);
    mounting["spec"]["volumes"] = json!([{"name": "data", "persistentVolumeClaim": {"claimName": claim}}]);
    stage.cluster.create(mounting).unwrap();
}

/// Names of claims with those who use them, where that is told.
fn told(table: &Table) -> Vec<(String, Result<Vec<String>, Untold>)> {
    let column = table.columns.iter().position(|column| column.id == "in_use_by").unwrap();
    let users = |cell: &Cell| match cell {
        Cell::Users(kind, _, names, _) if kind.as_str() == "pods" => {
            Ok(names.iter().map(ToString::to_string).collect())
        }
        Cell::Untold(why) => Err(*why),
        other => panic!("{other:?}"),
    };
    table.rows.iter().map(|row| (row.name.to_string(), users(&row.cells[column]))).collect()
}

async fn found(caller: &ForCaller, search: &str, wished: &[&str]) {
    let names = |table: &Table| table.rows.iter().map(|row| row.name.to_string()).collect::<Vec<_>>();
    eventually(
        || caller.table(claims(search)),
        |table| table.as_ref().is_ok_and(|table| names(table) == wished),
    )
    .await
    .unwrap();
}

#[tokio::test]
async fn claims_say_which_pods_mount_them_and_are_searched_by_it() {
    let stage = Stage::new().await;
    add_claim(&stage, "data");
    add_claim(&stage, "spare");
    mount(&stage, "web-0", "data");
    let ada = stage.administrator().await;
    found(&ada, "in_use_by:web", &["data"]).await;

    let table = ada.table(claims("")).await.unwrap();
    let expected = [("data".to_owned(), Ok(vec!["web-0".to_owned()])), ("spare".to_owned(), Ok(Vec::new()))];
    assert_eq!(told(&table), expected);
    found(&ada, "in_use_by:nobody", &["spare"]).await;
    assert!(ada.export(claims("")).await.unwrap().contains("nobody"));

    mount(&stage, "web-1", "spare");
    found(&ada, "in_use_by:nobody", &[]).await;
}

#[tokio::test]
async fn those_that_a_list_does_not_name_are_found_and_taken_away_with_it() {
    let stage = Stage::new().await;
    add_claim(&stage, "data");
    for number in 0..8 {
        mount(&stage, &format!("web-{number}"), "data");
    }
    let ada = stage.administrator().await;

    found(&ada, "in_use_by:web-7", &["data"]).await;

    let table = ada.table(claims("")).await.unwrap();
    assert_eq!(told(&table)[0].1.as_ref().map(Vec::len), Ok(5));
    assert!(ada.export(claims("")).await.unwrap().contains("web-5 web-6 web-7"));
}

#[tokio::test]
async fn who_may_not_list_pods_is_never_told_that_nobody_uses_a_claim() {
    let stage = Stage::new().await;
    let storage = "storage.view";
    let role = stage.database.add_role(model::Tier::Project, None, "Storage", "", storage).await.unwrap();
    let (id, _) = stage.account(&role.to_string(), &["shop"]).await;
    stage.give(id, "project-viewer", &["bank"]).await;
    let keeper = stage.again(id).await;
    add_claim(&stage, "spare");

    found(&keeper, "", &["spare"]).await;

    let table = keeper.table(claims("")).await.unwrap();
    assert_eq!(told(&table), [("spare".to_owned(), Err(Untold::Rights))]);
    let by_users = Sort { column: "in_use_by".into(), descending: false };
    for query in [
        claims("in_use_by:nobody"),
        claims("-in_use_by:web"),
        TableQuery { sort: Some(by_users), ..claims("") },
    ] {
        let refused = keeper.table(query.clone()).await;
        assert!(matches!(refused, Err(ConsoleError::Invalid { .. })), "{query:?}: {refused:?}");
        assert!(keeper.export(query.clone()).await.is_err() && keeper.matches(&query, None).await.is_err());
    }
    assert!(keeper.export(claims("")).await.unwrap().contains("not yours to see"));
    let where_pods_are_seen =
        TableQuery { namespaces: vec!["bank".parse().unwrap()], ..claims("in_use_by:nobody") };
    assert_eq!(keeper.table(where_pods_are_seen).await.map(|table| table.total), Ok(0));
}
