//! Terminals: which shell runs, what ends them, and what is written down about them.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod added;
mod entered;
mod recorded;
mod support;

use async_trait::async_trait;
use bytes::Bytes;
use database::audit::Outcome;
use kubernetes::{ForCaller, Keepers, Shown, TerminalEnds, TerminalPatience, Typed};
use model::terminal::{
    ContainerFate, Shell, TerminalEnd, TerminalNews, TerminalPlace, TerminalRequest, TerminalSize,
};
use model::{ConsoleError, ResourceRef};
use playground_kubernetes::{DeleteOptions, ExecExit, ExecIo, Kubelet};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use support::{Stage, harbour, pod};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// An agent whose containers have `sh`, which says what it hears until it hears `exit`.
struct Parrot;

#[async_trait]
impl Kubelet for Parrot {
    async fn exec(
        &self,
        _: &Value,
        container: &str,
        command: Vec<String>,
        _: bool,
        mut io: ExecIo,
    ) -> ExecExit {
        // Attached to, a container that was added runs its own shell.
        let is_own = container.starts_with("debugger-") || container == "shell";
        let is_attached = is_own && command.is_empty();
        if !is_attached && (container == "empty" || command != ["sh"]) {
            return ExecExit::Failed(format!("exec: {command:?}: executable file not found in $PATH"));
        }
        let (mut stdin, stdout) = (io.stdin.take().unwrap(), io.stdout.take().unwrap());
        let _ = stdout.send(Bytes::from_static(b"# ")).await;
        loop {
            tokio::select! {
                typed = stdin.recv() => match typed {
                    Some(typed) if typed == "exit" => return ExecExit::Code(3),
                    // As shells end whose container does.
                    Some(typed) if typed == "die" => return ExecExit::Code(137),
                    Some(typed) if typed == "yes" => {
                        while stdout.send(Bytes::from(vec![b'y'; 32 << 10])).await.is_ok() {}
                    }
                    Some(typed) => stdout.send(typed).await.unwrap(),
                    None => return ExecExit::Code(0),
                },
                size = io.resize.recv() => if let Some(size) = size {
                    let _ = stdout.send(format!("<{}x{}>", size.width, size.height).into()).await;
                },
            }
        }
    }
}

async fn stage() -> Stage {
    staged(Keepers::default()).await
}

async fn staged(keepers: Keepers) -> Stage {
    let stage = Stage::keeping(Arc::new(Parrot), |_, _| keepers).await;
    stage.bind_roles();
    let mut web = pod("shop", "web-0");
    web["spec"]["nodeName"] = json!("node-0");
    web["spec"]["containers"].as_array_mut().unwrap().push(json!({"name": "empty", "image": "scratch"}));
    web["status"] = json!({"containerStatuses": [{"name": "main", "ready": true, "state": {"running": {}}}]});
    stage.cluster.create(web).unwrap();
    // The provisioner's roles have it, Kubernetes' own `edit` has not.
    let debugging = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
        "metadata": {"name": "debug", "labels": {"rbac.authorization.k8s.io/aggregate-to-edit": "true"}},
        "rules": [{"apiGroups": [""], "resources": ["pods/ephemeralcontainers"], "verbs": ["patch"]}],
    });
    stage.cluster.create(debugging).unwrap();
    stage
}

/// The browser's side of a terminal.
struct Browser {
    keys: mpsc::Sender<Typed>,
    showing: mpsc::Receiver<Shown>,
    stop: CancellationToken,
    /// Everything the shell wrote so far.
    screen: String,
}

fn patience() -> TerminalPatience {
    TerminalPatience { start: Duration::from_secs(20), ..TerminalPatience::default() }
}

fn open(caller: &ForCaller, container: Option<&str>, patience: TerminalPatience) -> Browser {
    begin(caller, request(container), patience)
}

fn request(container: Option<&str>) -> TerminalRequest {
    TerminalRequest {
        pod: ResourceRef {
            cluster: harbour(),
            kind: "pods".parse().unwrap(),
            namespace: Some("shop".parse().unwrap()),
            name: "web-0".parse().unwrap(),
        },
        container: container.map(str::to_owned),
        shell: None,
        debug: None,
    }
}

fn begin(caller: &ForCaller, request: TerminalRequest, patience: TerminalPatience) -> Browser {
    begin_at(caller, TerminalPlace::Container(request), patience)
}

fn begin_at(caller: &ForCaller, place: TerminalPlace, patience: TerminalPatience) -> Browser {
    let ((keys, typed), (shown, showing)) = (mpsc::channel(2), mpsc::channel(2));
    let stop = CancellationToken::new();
    let ends = TerminalEnds { typed, shown, stop: stop.clone() };
    let caller = caller.clone();
    let size = TerminalSize { columns: 100, rows: 30 };
    tokio::spawn(async move { caller.terminal(place, size, ends, patience).await });
    Browser { keys, showing, stop, screen: String::new() }
}

impl Browser {
    async fn type_in(&self, text: &'static str) {
        self.keys.send(Typed::Bytes(Bytes::from_static(text.as_bytes()))).await.unwrap();
    }

    /// The next thing that the console says; what the shell writes meanwhile is kept.
    async fn news(&mut self) -> TerminalNews {
        loop {
            let shown = timeout(Duration::from_secs(60), self.showing.recv()).await;
            match shown.expect("nothing within a minute").expect("it ended without a word") {
                Shown::News(news) => return news,
                Shown::Bytes(bytes) => self.screen.push_str(&String::from_utf8_lossy(&bytes)),
            }
        }
    }

    /// How it ends; a shell that writes without end is not read for ever.
    async fn end(&mut self) -> TerminalEnd {
        let ending = async {
            loop {
                if let TerminalNews::Ended(end) = self.news().await {
                    return end;
                }
            }
        };
        timeout(Duration::from_secs(30), ending).await.expect("it does not end")
    }
}

fn opened() -> TerminalNews {
    TerminalNews::Opened { container: "main".into(), shell: Some(Shell::Sh) }
}

#[tokio::test]
async fn the_first_shell_that_the_container_has_runs_and_its_end_is_written_down() {
    let stage = stage().await;
    let editor = stage.caller("project-editor", &["shop"]).await;
    let mut browser = open(&editor, None, patience());

    assert_eq!(browser.news().await, opened());
    browser.keys.send(Typed::Resize(TerminalSize { columns: 120, rows: 0 })).await.unwrap();
    browser.type_in("hello").await;
    browser.type_in("exit").await;

    assert_eq!(browser.end().await, TerminalEnd::Exited { code: 3, because: None });
    for part in ["# ", "<100x30>", "<120x1>", "hello"] {
        assert!(browser.screen.contains(part), "{part:?} is not in {:?}", browser.screen);
    }
    let trail = stage.database.audit_trail(10).await.unwrap();
    let entry = trail.iter().find(|entry| entry.decision.action == "terminal").unwrap();
    assert_eq!((entry.decision.verb.as_str(), entry.decision.resource.as_str()), ("create", "pods/exec"));
    assert_eq!((entry.decision.is_allowed, entry.outcome.clone()), (true, Some(Outcome::Done)));
}

#[tokio::test]
async fn a_container_without_a_shell_is_told_from_one_that_does_not_exist() {
    let stage = stage().await;
    let editor = stage.caller("project-editor", &["shop"]).await;

    let tried = Shell::ALL.to_vec();
    assert_eq!(open(&editor, Some("empty"), patience()).end().await, TerminalEnd::NoShell { tried });
    let end = open(&editor, Some("other"), patience()).end().await;
    assert!(matches!(end, TerminalEnd::Refused(ConsoleError::Invalid { .. })), "{end:?}");
}

#[tokio::test]
async fn whoever_may_only_look_gets_no_shell() {
    let stage = stage().await;
    for (persona, namespaces) in [("project-viewer", ["shop"]), ("project-editor", ["bank"])] {
        let caller = stage.caller(persona, &namespaces).await;

        let end = open(&caller, None, patience()).end().await;

        let TerminalEnd::Refused(ConsoleError::Forbidden { need, .. }) = end else { panic!("{end:?}") };
        assert_eq!((need.verb.as_str(), need.resource.as_str()), ("create", "pods/exec"));
    }
}

#[tokio::test]
async fn a_shell_ends_with_the_right_to_it_also_while_only_output_flows() {
    let stage = stage().await;
    for floods in [false, true] {
        let (id, editor) = stage.account("project-editor", &["shop", "bank"]).await;
        let mut browser = open(&editor, None, patience());
        assert_eq!(browser.news().await, opened());
        if floods {
            browser.type_in("yes").await;
        }

        stage.take(id, "shop").await;

        let end = timeout(Duration::from_secs(10), browser.end()).await.expect("it goes on");
        assert!(matches!(end, TerminalEnd::Refused(ConsoleError::Forbidden { .. })), "{end:?}");
    }
}

#[tokio::test]
async fn a_reader_who_does_not_read_makes_the_shell_wait() {
    let stage = stage().await;
    let editor = stage.caller("project-editor", &["shop"]).await;
    let mut browser = open(&editor, None, patience());
    assert_eq!(browser.news().await, opened());

    browser.type_in("yes").await;
    tokio::time::sleep(Duration::from_millis(500)).await;

    assert_eq!(browser.showing.len(), 2, "more waits than there is room for");
    browser.stop.cancel();
    assert_eq!(browser.end().await, TerminalEnd::Stopping);
}

#[tokio::test]
async fn nobody_at_the_keyboard_is_warned_and_then_ends_the_shell() {
    let stage = stage().await;
    let editor = stage.caller("project-editor", &["shop"]).await;
    let short =
        TerminalPatience { idle: Duration::from_secs(60), warning: Duration::from_secs(59), ..patience() };
    let mut browser = open(&editor, None, short);
    assert_eq!(browser.news().await, opened());
    assert_eq!(browser.news().await, TerminalNews::EndsSoon { seconds: 59 });

    browser.type_in("still here").await;
    assert_eq!(browser.news().await, TerminalNews::EndsSoon { seconds: 59 }, "a key puts it off");

    drop(browser);
    let shorter = TerminalPatience { idle: Duration::from_secs(1), warning: Duration::ZERO, ..patience() };
    assert_eq!(open(&editor, None, shorter).end().await, TerminalEnd::Idle { minutes: 0 });
}

#[tokio::test]
async fn a_browser_that_goes_away_takes_the_shell_with_it() {
    let stage = stage().await;
    let editor = stage.caller("project-editor", &["shop"]).await;
    let mut browser = open(&editor, None, patience());
    assert_eq!(browser.news().await, opened());

    drop(browser);

    let written = support::eventually(
        || async { stage.database.audit_trail(10).await.unwrap() },
        |trail: &Vec<database::audit::AuditEntry>| {
            trail.iter().any(|entry| entry.decision.action == "terminal" && entry.outcome.is_some())
        },
    );
    written.await;
}

#[tokio::test]
async fn what_is_no_text_passes_as_it_is() {
    let stage = stage().await;
    let editor = stage.caller("project-editor", &["shop"]).await;
    let mut browser = open(&editor, None, patience());
    assert_eq!(browser.news().await, opened());
    // A character in two pieces, bytes that are none, and what terminals obey.
    let pieces: [&[u8]; 4] = [b"\xe2\x82", b"\xac", b"\xff\xfe\x00\xc3", b"\x1b[31m\x9b\x07\xf0\x9f"];
    for piece in pieces {
        browser.keys.send(Typed::Bytes(Bytes::from_static(piece))).await.unwrap();
    }

    let (expected, mut shown) = (pieces.concat(), Vec::new());
    let reading = async {
        while !shown.ends_with(&expected) {
            match browser.showing.recv().await.unwrap() {
                Shown::Bytes(bytes) => shown.extend_from_slice(&bytes),
                Shown::News(news) => panic!("{news:?}"),
            }
        }
    };
    timeout(Duration::from_secs(30), reading).await.expect("it comes back otherwise");
}

#[tokio::test]
async fn a_shell_that_ends_with_its_container_or_its_pod_says_so() {
    let stage = stage().await;
    let editor = stage.caller("project-editor", &["shop"]).await;
    let mut browser = open(&editor, None, patience());
    assert_eq!(browser.news().await, opened());
    let killed = json!({"name": "main", "ready": false, "state": {"running": {}},
        "lastState": {"terminated": {"reason": "OOMKilled", "exitCode": 137}}});
    let update = stage.cluster.update("pods", Some("shop"), "web-0", |pod| {
        pod["status"]["containerStatuses"] = json!([killed]);
    });
    update.unwrap();

    browser.type_in("die").await;

    let ended = ContainerFate::Ended { reason: "OOMKilled".into(), code: 137 };
    assert_eq!(browser.end().await, TerminalEnd::Exited { code: 137, because: Some(ended) });

    let mut browser = open(&editor, None, patience());
    assert_eq!(browser.news().await, opened());
    stage.cluster.delete("pods", Some("shop"), "web-0", DeleteOptions::default()).unwrap();
    browser.type_in("die").await;
    let deleted = Some(ContainerFate::PodDeleted);
    assert_eq!(browser.end().await, TerminalEnd::Exited { code: 137, because: deleted });
}

#[test]
fn no_balancer_takes_a_quiet_terminal_for_a_dead_one() {
    let patience = TerminalPatience::default();

    // The shortest idle limits of balancers are a minute; the kubelet's is four hours.
    assert!(patience.ping <= Duration::from_secs(20), "{patience:?}");
    assert!(patience.idle < Duration::from_secs(4 * 60 * 60) && !patience.warning.is_zero(), "{patience:?}");
}
