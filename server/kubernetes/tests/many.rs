//! Work on everything that a query finds: what is tried out, what is refused one by one, how it is stopped.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod support;

use kubernetes::ForCaller;
use model::{ConsoleError, Namespace, TableQuery};
use resources_contract::{Action, Job, Many, ManyAction, ManyWork, Propagation, Resources};
use serde_json::json;
use support::{Stage, eventually, harbour};

async fn stage(per_namespace: usize) -> Stage {
    let stage = Stage::with(|cluster| {
        for namespace in ["shop", "bank"] {
            for number in 0..per_namespace {
                let name = format!("web-{number}");
                let metadata = json!({"namespace": namespace, "name": name, "labels": {"app": "web"}});
                let spec = json!({
                    "replicas": 1, "selector": {"matchLabels": {"app": "web"}},
                    "template": {
                        "metadata": {"labels": {"app": "web"}},
                        "spec": {"containers": [{"name": "main", "image": "registry.example/web:1"}]},
                    },
                });
                let made = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec});
                cluster.create(made).unwrap();
            }
        }
    });
    let stage = stage.await;
    stage.bind_roles();
    stage
}

fn work(namespace: &str, count: u64, what: ManyAction, is_trial: bool) -> ManyWork {
    let mut query = TableQuery::of(harbour(), "deployments".parse().unwrap());
    query.namespaces = vec![Namespace::parse(namespace).unwrap()];
    query.search = "name:web".into();
    ManyWork { query, what, count, is_trial, is_undo: false }
}

/// Everything in both namespaces.
fn everywhere(count: u64, what: ManyAction) -> ManyWork {
    let mut work = work("shop", count, what, false);
    work.query.namespaces = Vec::new();
    work
}

/// Begins it as soon as the store knows all objects.
async fn begin(caller: &ForCaller, work: &ManyWork) -> String {
    let found = || async { caller.table(work.query.clone()).await.map(|table| table.total) };
    eventually(found, |total| *total == Ok(work.count)).await.unwrap();
    caller.begin_many(work.clone()).await.unwrap()
}

async fn ended(caller: &ForCaller, id: &str) -> (Job, Many) {
    let read = || async { caller.job(id.to_owned()).await.unwrap() };
    let job = eventually(read, |job: &Job| job.ended.is_some()).await;
    let many = job.many.clone().unwrap();
    (job, many)
}

fn left(stage: &Stage, namespace: &str, count: usize) -> usize {
    let is_there = |number: &usize| {
        let found = stage.cluster.get("deployments.apps", Some(namespace), &format!("web-{number}"));
        found.is_some_and(|found| found.parse()["metadata"].get("deletionTimestamp").is_none())
    };
    (0..count).filter(is_there).count()
}

#[tokio::test]
async fn what_is_tried_out_changes_nothing_and_says_how_it_would_go() {
    let stage = stage(30).await;
    let editor = stage.caller("project-editor", &["shop"]).await;
    let deletion = ManyAction::Delete(Propagation::Background);

    let id = begin(&editor, &work("shop", 30, deletion.clone(), true)).await;
    let (_, many) = ended(&editor, &id).await;
    assert_eq!((many.total, many.done, many.failed, many.is_stopped), (30, 30, 0, false));
    assert_eq!(left(&stage, "shop", 30), 30);

    let id = editor.begin_many(work("shop", 30, deletion, false)).await.unwrap();
    let (_, many) = ended(&editor, &id).await;
    assert_eq!((many.done, many.failed), (30, 0));
    assert_eq!((left(&stage, "shop", 30), left(&stage, "bank", 30)), (0, 30));
    let trail = stage.database.audit_trail(200).await.unwrap();
    let count = |action: &str| trail.iter().filter(|entry| entry.decision.action == action).count();
    assert_eq!((count("delete"), count("preview")), (30, 30), "each is written down");
}

#[tokio::test]
async fn what_one_may_not_change_fails_by_itself_and_is_told() {
    let stage = stage(5).await;
    let (account, _) = stage.account("project-editor", &["shop"]).await;
    stage.give(account, "project-viewer", &["bank"]).await;
    let caller = stage.again(account).await;

    let id = begin(&caller, &everywhere(10, ManyAction::Act(Action::Scale { replicas: 4 }))).await;
    let (job, many) = ended(&caller, &id).await;

    assert_eq!((many.done, many.failed), (10, 5));
    assert!(job.steps.iter().all(|step| step.resource.namespace.as_ref().unwrap().as_str() == "bank"));
    assert!(job.steps[0].status.reason.contains("right"), "{:?}", job.steps[0]);
    let replicas = |namespace| {
        stage.cluster.get("deployments.apps", Some(namespace), "web-0").unwrap().parse()["spec"]["replicas"]
            .clone()
    };
    assert_eq!((replicas("shop"), replicas("bank")), (json!(4), json!(1)));
}

#[tokio::test]
async fn each_becomes_again_what_it_was_once_by_who_may_and_it_is_told_where_that_failed() {
    let stage = stage(5).await;
    let (account, editor) = stage.account("project-editor", &["shop", "bank"]).await;
    let other = stage.caller("project-editor", &["shop"]).await;
    let scale = |replicas| ManyAction::Act(Action::Scale { replicas });
    let mut three = work("shop", 1, scale(3), false);
    three.query.search = "name:=\"web-0\"".into();
    let first = begin(&editor, &three).await;
    assert_eq!(ended(&editor, &first).await.1.can_undo, 1);

    let id = begin(&editor, &everywhere(10, scale(4))).await;
    assert_eq!(ended(&editor, &id).await.1.can_undo, 10);
    assert!(matches!(other.undo_job(id.clone()).await, Err(ConsoleError::NotFound { .. })));
    stage.take(account, "bank").await;
    let editor = stage.again(account).await;
    let back = editor.undo_job(id.clone()).await.unwrap();
    let (job, many) = ended(&editor, &back).await;

    assert_eq!((many.total, many.failed, many.can_undo, many.work.is_undo), (10, 5, 0, true));
    assert!(job.steps.iter().all(|step| step.resource.namespace.as_ref().unwrap().as_str() == "bank"));
    let replicas = |namespace, name| {
        let found = stage.cluster.get("deployments.apps", Some(namespace), name).unwrap();
        found.parse()["spec"]["replicas"].clone()
    };
    assert_eq!((replicas("shop", "web-0"), replicas("shop", "web-1")), (json!(3), json!(1)));
    assert_eq!(replicas("bank", "web-0"), json!(4));
    assert!(matches!(editor.undo_job(id).await, Err(ConsoleError::Invalid { .. })), "it was taken back");
}

#[tokio::test]
async fn it_stops_when_it_is_asked_to_by_who_began_it() {
    let stage = stage(400).await;
    let editor = stage.caller("project-editor", &["shop"]).await;
    let other = stage.caller("project-editor", &["shop"]).await;

    let id = begin(&editor, &work("shop", 400, ManyAction::Act(Action::Restart), false)).await;
    assert!(matches!(other.stop_job(id.clone()).await, Err(ConsoleError::NotFound { .. })));
    editor.stop_job(id.clone()).await.unwrap();

    let (_, many) = ended(&editor, &id).await;
    assert!(many.is_stopped && many.done < 400, "{many:?}");
}

#[tokio::test]
async fn who_may_only_look_stops_nothing_and_takes_nothing_back() {
    let stage = stage(50).await;
    let (account, editor) = stage.account("project-editor", &["shop"]).await;
    let looking = stage.looking_as(account).await;
    let scale = |replicas| ManyAction::Act(Action::Scale { replicas });

    let id = begin(&editor, &work("shop", 50, scale(4), false)).await;
    assert!(looking.job(id.clone()).await.is_ok(), "it is seen as its owner sees it");
    assert!(matches!(looking.stop_job(id.clone()).await, Err(ConsoleError::Forbidden { .. })));
    let (_, many) = ended(&editor, &id).await;
    assert_eq!((many.done, many.failed, many.is_stopped), (50, 0, false));

    assert!(matches!(looking.undo_job(id.clone()).await, Err(ConsoleError::Forbidden { .. })));
    let back = editor.undo_job(id).await.unwrap();
    let (_, many) = ended(&editor, &back).await;
    assert_eq!((many.total, many.failed), (50, 0), "what takes it back was still there");
}

#[tokio::test]
async fn nothing_begins_with_more_than_was_seen() {
    let stage = stage(5).await;
    let editor = stage.caller("project-editor", &["shop"]).await;
    let all = work("shop", 5, ManyAction::Act(Action::Restart), false);
    let id = begin(&editor, &all).await;
    ended(&editor, &id).await;

    for wrong in [
        ManyWork { count: 4, ..all.clone() },
        ManyWork { what: ManyAction::Act(Action::Cordon), ..all.clone() },
        ManyWork { query: TableQuery { search: "name:none".into(), ..all.query.clone() }, ..all.clone() },
    ] {
        assert!(matches!(editor.begin_many(wrong).await, Err(ConsoleError::Invalid { .. })));
    }
    let stranger = stage.caller("project-editor", &["bank"]).await;
    assert!(matches!(stranger.begin_many(all).await, Err(ConsoleError::Forbidden { .. })));
}

#[tokio::test]
async fn the_rest_is_left_alone_when_the_right_ends() {
    let stage = stage(300).await;
    let (account, editor) = stage.account("project-editor", &["shop", "bank"]).await;

    let id = begin(&editor, &work("shop", 300, ManyAction::Act(Action::Restart), false)).await;
    stage.take(account, "shop").await;
    stage.kubernetes.access().announce_change();

    let (_, many) = ended(&editor, &id).await;
    assert!(many.failed > 0, "{many:?}");
}
