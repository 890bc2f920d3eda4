//! Recording terminals and replaying them, over a simulated cluster.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod browser;
mod stage;
#[path = "../../kubernetes/tests/support/mod.rs"]
mod support;

use access::{Acting, Caller};
use browser::{open, open_at};
use database::audit::Outcome;
use database::now_milliseconds;
use database::recordings::{CUT, RecordingProgress};
use futures::StreamExt;
use kubernetes::Typed;
use model::terminal::{ImageName, NodeShell, TerminalEnd, TerminalNews, TerminalPlace, TerminalSize};
use model::{ConsoleError, Language, ResourceRef};
use recordings_contract::{PolicyOf, Recordings, RecordingsPage};
use serde_json::{Value, json};
use stage::{Stage, lines, policy, query, written};
use std::time::Duration;
use support::{eventually, harbour};
use uuid::Uuid;

#[tokio::test]
async fn what_a_terminal_showed_is_what_its_recording_replays() {
    let stage = Stage::new().await;
    let (ada, editor) = stage.stage.account("project-editor", &["shop"]).await;
    stage.record("shop", "30").await;

    let mut browser = open(&editor, "shop");
    browser.until("# ").await;
    browser.keys.send(Typed::Resize(TerminalSize { columns: 90, rows: 20 })).await.unwrap();
    browser.type_in("hello 店\r\n").await;
    browser.until("店\r\n").await;
    browser.type_in("exit").await;
    let (_, end) = browser.end().await;
    assert_eq!(end, TerminalEnd::Exited { code: 0, because: None });

    let reader = stage.administrator().await;
    let line = lines(&reader, "shop").await.remove(0);
    assert_eq!(
        (line.ending.as_deref(), line.container.as_str(), line.name.as_str()),
        (Some("exited"), "main", "web-0")
    );
    assert_eq!(line.request, "test");
    let kept_seconds = line.kept_until.unwrap().0 - line.started.0;
    assert!((30 * 86_400..31 * 86_400).contains(&kept_seconds), "{kept_seconds}");
    let (written, file) = written(&reader, &line.id).await.unwrap();
    assert_eq!(written.as_bytes(), browser.screen, "byte for byte");
    let header: Value = serde_json::from_str(file.lines().next().unwrap()).unwrap();
    assert_eq!(
        (&header["version"], &header["width"], &header["height"]),
        (&json!(2), &json!(100), &json!(30))
    );
    assert!(file.contains("\"r\", \"90x20\""), "{file}");
    let transcript = reader.transcript(harbour(), line.id.clone()).await.unwrap();
    assert_eq!((transcript.text.as_str(), transcript.is_cut), ("# hello 店\n", false));

    // Both were in the trail before anything was shown, with whose terminal it was.
    let trail = stage.database().audit_trail(20).await.unwrap();
    let replays: Vec<_> = trail.iter().filter(|entry| entry.decision.action == "replay").collect();
    assert_eq!(replays.len(), 2);
    assert!(replays[0].decision.reason.contains(&line.id), "{:?}", replays[0].decision);
    let terminal = trail.iter().find(|entry| entry.decision.action == "terminal").unwrap();
    assert_eq!((terminal.decision.account_id, &terminal.outcome), (Some(ada), &Some(Outcome::Done)));
}

#[tokio::test]
async fn a_recording_names_who_acts_and_as_whom_and_who_only_looks_gets_no_terminal() {
    let stage = Stage::new().await;
    let (ben, _) = stage.stage.account("project-editor", &["shop"]).await;
    let (sue, _) = stage.stage.account(access::roles::ADMINISTRATOR, &[]).await;
    stage.record("shop", "30").await;
    let ben = stage.database().account(ben).await.unwrap().unwrap();
    let as_ben = async |may_change| {
        let access = stage.stage.kubernetes.access();
        let caller = access.caller(ben.clone(), None, "acting".into(), None).await.unwrap();
        let acting = Acting { account_id: sue, name: "Sue".into(), may_change, until: i64::MAX };
        stage.stage.kubernetes.for_caller(Caller { acting: Some(acting), ..caller }, Language::English)
    };
    let reader = stage.administrator().await;

    let (news, end) = open(&as_ben(false).await, "shop").end().await;
    assert!(matches!(end, TerminalEnd::Refused(ConsoleError::Forbidden { .. })), "{end:?}");
    assert!(news.is_empty(), "{news:?}");
    assert!(lines(&reader, "shop").await.is_empty(), "there was nothing to record");

    let mut browser = open(&as_ben(true).await, "shop");
    browser.until("# ").await;
    browser.type_in("exit").await;
    let (_, end) = browser.end().await;
    assert_eq!(end, TerminalEnd::Exited { code: 0, because: None });
    let line = lines(&reader, "shop").await.remove(0);
    assert_eq!(line.person, format!("Sue (acting as {})", ben.name));
    assert_eq!(line.request, "acting");
    let kept = stage.database().recording(line.id.parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(kept.begun.account, sue, "Sue answers for it");
}

#[tokio::test]
async fn nothing_is_recorded_where_nobody_said_so_and_the_cluster_can_say_it_for_all() {
    let stage = Stage::new().await;
    let (_, editor) = stage.stage.account("project-editor", &["shop"]).await;
    let reader = stage.administrator().await;

    let mut browser = open(&editor, "shop");
    browser.type_in("exit").await;
    let (news, _) = browser.end().await;
    assert!(!news.iter().any(|news| matches!(news, TerminalNews::Recorded { .. })), "{news:?}");
    assert!(lines(&reader, "").await.is_empty());

    stage.record("shop", "30").await;
    reader.record(policy(PolicyOf::Projects, "", Some("120"))).await.unwrap();
    let refused = reader.record(policy(PolicyOf::Project, "shop", None)).await.unwrap_err();
    assert!(
        matches!(&refused, ConsoleError::Invalid { problems } if problems[0].field == "record"),
        "{refused}"
    );
    let mut browser = open(&editor, "shop");
    browser.type_in("exit").await;
    let (news, _) = browser.end().await;
    assert_eq!(news[0], TerminalNews::Recorded { days: 120 }, "the longer time counts");

    let node = ResourceRef {
        cluster: harbour(),
        kind: "nodes".parse().unwrap(),
        namespace: None,
        name: "node-0".parse().unwrap(),
    };
    let place = TerminalPlace::Node(NodeShell { node, image: ImageName::parse("busybox:1").unwrap() });
    reader.record(policy(PolicyOf::Nodes, "", Some("7"))).await.unwrap();
    let operator = stage.stage.administrator().await;
    let mut browser = open_at(&operator, place);
    assert_eq!(browser.next().await, Some(TerminalNews::Recorded { days: 7 }));
    browser.stop.cancel();
    browser.end().await;
    let all = lines(&reader, "").await;
    let actions: Vec<&str> = all.iter().map(|line| line.action.as_str()).collect();
    assert_eq!(actions, ["node_shell", "terminal"], "the newest first");

    for (days, of) in [("0", PolicyOf::Nodes), ("366", PolicyOf::Projects), ("many", PolicyOf::Projects)] {
        let wrong = reader.record(policy(of, "", Some(days))).await.unwrap_err();
        assert!(
            matches!(&wrong, ConsoleError::Invalid { problems } if problems[0].field == "days"),
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn only_who_may_replay_sees_a_recording_and_only_for_as_long() {
    let stage = Stage::new().await;
    let (ada, editor) = stage.stage.account("project-editor", &["shop"]).await;
    let (keeper, _) = stage.stage.account("project-admin", &["shop"]).await;
    let (stranger, _) = stage.stage.account("project-admin", &["bank"]).await;
    stage.record("shop", "30").await;
    let mut browser = open(&editor, "shop");
    browser.until("# ").await;
    browser.type_in("exit").await;
    browser.end().await;

    let keeps = stage.reader(keeper).await;
    let RecordingsPage { lines: seen, policy: shown, .. } = keeps.recordings(query("shop")).await.unwrap();
    let id = seen.unwrap().remove(0).id;
    assert!(shown.may_change_project && !shown.may_change_cluster);
    assert!(written(&keeps, &id).await.is_ok());

    // Neither whose terminal it was, nor who replays elsewhere.
    let own = stage.reader(ada).await;
    assert!(matches!(own.recordings(query("shop")).await, Err(ConsoleError::Forbidden { .. })));
    for other in [own, stage.reader(stranger).await] {
        assert!(matches!(written(&other, &id).await, Err(ConsoleError::NotFound { .. })));
        let line = other.recording(harbour(), id.clone()).await;
        assert!(matches!(line, Err(ConsoleError::NotFound { .. })), "{line:?}");
        let refused = other.record(policy(PolicyOf::Project, "shop", None)).await;
        assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "{refused:?}");
    }
    assert!(lines(&stage.reader(stranger).await, "").await.is_empty());

    // A namespace of the same name that is made again later is another project.
    let project = stage.database().ensure_project(&harbour(), &"shop".parse().unwrap()).await.unwrap();
    stage.database().remove_project(project).await.unwrap();
    stage.stage.give(keeper, "project-admin", &["shop"]).await;
    let keeps = stage.reader(keeper).await;
    assert!(lines(&keeps, "shop").await.is_empty());
    assert!(matches!(keeps.recording(harbour(), id.clone()).await, Err(ConsoleError::NotFound { .. })));
    assert_eq!(lines(&stage.administrator().await, "shop").await.len(), 1, "the cluster's sees both");
}

#[tokio::test]
async fn a_replay_ends_with_the_right_to_it() {
    let stage = Stage::new().await;
    let (_, editor) = stage.stage.account("project-editor", &["shop"]).await;
    let (keeper, _) = stage.stage.account("project-admin", &["shop"]).await;
    stage.record("shop", "30").await;
    let mut browser = open(&editor, "shop");
    browser.until("# ").await;
    let id = lines(&stage.administrator().await, "").await.remove(0).id;
    // More pieces than are read at once, each large enough not to wait for the next round.
    for place in 1..=20 {
        browser.screen.clear();
        browser.keys.send(Typed::Bytes(vec![b'm'; 40 << 10].into())).await.unwrap();
        while browser.screen.len() < 40 << 10 {
            browser.next().await;
        }
        eventually(
            async || stage.database().recording(id.parse().unwrap()).await.unwrap().unwrap().chunks,
            |chunks| *chunks >= place,
        )
        .await;
    }
    browser.type_in("exit").await;
    browser.end().await;

    let keeps = stage.reader(keeper).await;
    assert!(written(&keeps, &id).await.unwrap().0.ends_with("mmm"));
    let mut parts = Box::pin(keeps.file(&harbour(), &id).await.unwrap().parts);
    assert!(parts.next().await.unwrap().is_ok() && parts.next().await.unwrap().is_ok());
    stage.stage.take(keeper, "shop").await;
    assert!(matches!(parts.next().await, Some(Err(ConsoleError::Forbidden { .. }))));
    assert!(parts.next().await.is_none());
    let again = stage.reader(keeper).await;
    assert!(matches!(written(&again, &id).await, Err(ConsoleError::NotFound { .. })));
}

#[tokio::test]
async fn a_console_that_stops_ends_terminals_with_whole_recordings() {
    let stage = Stage::new().await;
    stage.record("shop", "30").await;
    let mut browsers = Vec::new();
    for _ in 0..4 {
        let (_, editor) = stage.stage.account("project-editor", &["shop"]).await;
        browsers.extend((0..10).map(|_| open(&editor, "shop")));
    }
    for browser in &mut browsers {
        browser.until("# ").await;
        browser.type_in("to the last second").await;
        browser.until("second").await;
    }

    browsers.iter().for_each(|browser| browser.stop.cancel());
    for browser in &mut browsers {
        assert_eq!(browser.end().await.1, TerminalEnd::Stopping);
    }

    let reader = stage.administrator().await;
    let all = lines(&reader, "").await;
    assert_eq!(all.len(), browsers.len());
    for line in all {
        assert_eq!(line.ending.as_deref(), Some("stopping"));
        let (written, _) = written(&reader, &line.id).await.unwrap();
        assert!(written.ends_with("to the last second"), "{written:?}");
    }
}

#[tokio::test]
async fn a_console_that_is_killed_loses_no_more_than_a_second() {
    let stage = Stage::new().await;
    let (_, editor) = stage.stage.account("project-editor", &["shop"]).await;
    stage.record("shop", "30").await;
    let mut browser = open(&editor, "shop");
    browser.until("# ").await;
    browser.type_in("before the end").await;
    browser.until("end").await;
    tokio::time::sleep(Duration::from_secs(1)).await;

    // What is in the tables now is all that there would be.
    let reader = stage.administrator().await;
    let line = lines(&reader, "").await.remove(0);
    assert_eq!(line.ending, None, "it goes on");
    assert!(written(&reader, &line.id).await.unwrap().0.ends_with("before the end"));
    stage.database().cut_recordings(now_milliseconds() + 1).await.unwrap();
    assert_eq!(lines(&reader, "").await.remove(0).ending.as_deref(), Some(CUT));
}

#[tokio::test]
async fn a_piece_that_was_changed_or_is_missing_is_not_passed_off_as_whole() {
    let stage = Stage::new().await;
    let (_, editor) = stage.stage.account("project-editor", &["shop"]).await;
    stage.record("shop", "30").await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let mut browser = open(&editor, "shop");
        browser.until("# ").await;
        browser.type_in("exit").await;
        browser.end().await;
        ids.push(lines(&stage.administrator().await, "").await.remove(0).id);
    }
    let reader = stage.administrator().await;
    let id: Uuid = ids[0].parse().unwrap();
    let stored = stage.database().recording(id).await.unwrap().unwrap();
    let other = stage.database().recording_chunks(ids[1].parse().unwrap(), 0, 1).await.unwrap().remove(0);
    let progress = |place: i64, chunks: i64| RecordingProgress {
        id,
        container: stored.container.clone(),
        chunk: Some((place, other.1.clone())),
        chunks,
        size_bytes: stored.size_bytes,
        ended: Some((stored.ending.clone(), String::new())),
    };

    // A piece of another recording, put where it does not belong.
    stage.database().keep_recordings(&[progress(stored.chunks, stored.chunks + 1)]).await.unwrap();
    let error = written(&reader, &ids[0]).await.unwrap_err();
    assert!(error.to_string().contains("was changed"), "{error}");

    let id = ids[1].parse().unwrap();
    let gap = RecordingProgress { id, ..progress(5, 6) };
    stage.database().keep_recordings(&[gap]).await.unwrap();
    let error = written(&reader, &ids[1]).await.unwrap_err();
    assert!(error.to_string().contains("missing"), "{error}");
}
