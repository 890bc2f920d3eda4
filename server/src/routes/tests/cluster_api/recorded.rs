//! Commands where terminals have to be recorded.

use super::served::WEB;
use super::*;

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(kubectl), ignore = "kubectl is not on the PATH")]
async fn what_kubectl_runs_is_recorded_where_terminals_are() {
    let served = Served::new().await;
    served.with_input("apply -f -", WEB).await.succeeds();
    served.expect(&[("rollout status deployment web --timeout=150s", "successfully rolled out")]).await;
    served.expect(&[("exec deploy/web -- echo unseen", "unseen")]).await;
    let Place::Project(project) = place(&served.console, &lantern(), "shop").await else { unreachable!() };
    served.console.database().record_project(project, Some(30)).await.unwrap();

    let said = served.run("exec deploy/web -- sh -c 'echo kept; echo wrong >&2; exit 7'").await;

    assert_eq!(said.code, 7, "{}", said.text);
    for words in ["This session is recorded, and kept for 30 days.", "kept", "wrong"] {
        assert!(said.text.contains(words), "{words}: {}", said.text);
    }
    // What kubectl has shown is kept by now; how it ended may still be on its way.
    while served.recordings().await.iter().any(|one| one.ended_milliseconds.is_none()) {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let [recording] = &served.recordings().await[..] else { panic!("one is recorded") };
    let begun = &recording.begun;
    assert_eq!(
        (begun.person.as_str(), begun.action.as_str(), recording.container.as_str()),
        ("Bob (token kubeconfig lantern)", "api exec", "web")
    );
    assert_eq!((recording.ending.as_str(), recording.ending_detail.as_str()), ("exited", "7"));
    let shown = served.transcript(begun.id).await;
    assert!(shown.contains("kept") && shown.contains("wrong") && !shown.contains("unseen"), "{shown}");
    let copied = served.with_input("exec -i deploy/web -- cat", "through").await;
    assert!(copied.succeeds().contains("through"));
    served.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(kubectl), ignore = "kubectl is not on the PATH")]
async fn a_command_that_cannot_be_recorded_does_not_run_where_it_has_to_be() {
    let served = Served::new().await;
    let database = served.console.database();
    let secret = identity::api_tokens::issue(database, served.bob, "t", TokenScope::Full, 1).await.unwrap();
    let host = served.console.surroundings().public_url().authority.clone();
    let over_spdy = async || {
        let request = Request::get(format!("{PODS}/web-0/exec?command=sh&stdout=true"))
            .header(HOST, &*host)
            .header("connection", "Upgrade")
            .header("upgrade", "SPDY/3.1")
            .header("x-stream-protocol-version", "v4.channel.k8s.io");
        let request = bearer(request.body(Body::empty()).unwrap(), &secret);
        text(router(&served.console).oneshot(request).await.unwrap()).await
    };
    assert!(!over_spdy().await.contains("recorded"));
    let Place::Project(project) = place(&served.console, &lantern(), "shop").await else { unreachable!() };
    database.record_project(project, Some(30)).await.unwrap();

    let said = over_spdy().await;

    assert!(said.contains("commands are recorded here, and those over SPDY cannot be"), "{said}");
    assert_eq!(served.recordings().await.len(), 0);
    served.close().await;
}
