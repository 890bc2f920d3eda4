//! Terminals: which shell runs, what ends them, and what is written down about them.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod support;

use async_trait::async_trait;
use bytes::Bytes;
use database::audit::Outcome;
use kubernetes::{
    Begun, ForCaller, Keepers, RecordedTerminal, Recorder, Recording, Shown, TerminalEnds, TerminalPatience,
    Typed,
};
use model::terminal::{
    ImageName, NodeShell, Shell, TerminalEnd, TerminalNews, TerminalPlace, TerminalRequest, TerminalSize,
};
use model::{ConsoleError, ResourceRef, System};
use playground_kubernetes::{ExecExit, ExecIo, Kubelet};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
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

/// The same in a container that is added, of this image.
fn debug(caller: &ForCaller, image: &str) -> Browser {
    let debug = ImageName::parse(image).ok();
    let patience = TerminalPatience { look: Duration::from_millis(20), ..patience() };
    begin(caller, TerminalRequest { debug, ..request(Some("main")) }, patience)
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

/// The same on a node.
fn enter(caller: &ForCaller) -> Browser {
    let node = ResourceRef {
        cluster: harbour(),
        kind: "nodes".parse().unwrap(),
        namespace: None,
        name: "node-0".parse().unwrap(),
    };
    let shell = NodeShell { node, image: ImageName::parse("busybox:1.37").unwrap() };
    let patience = TerminalPatience { look: Duration::from_millis(20), ..patience() };
    begin_at(caller, TerminalPlace::Node(shell), patience)
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

/// Says how the node stands with the container that was added to the pod, once there is one, and returns what it is.
async fn report(stage: &Stage, state: &Value) -> Value {
    let added = |pod: &Value| pod["spec"]["ephemeralContainers"].as_array()?.last().cloned();
    let read =
        || async { stage.cluster.get("pods", Some("shop"), "web-0").and_then(|pod| added(&pod.parse())) };
    let container = support::eventually(read, Option::is_some).await.unwrap();
    let status = json!([{"name": container["name"], "state": state}]);
    let report = |pod: &mut Value| pod["status"]["ephemeralContainerStatuses"] = status;
    stage.cluster.update("pods", Some("shop"), "web-0", report).unwrap();
    container
}

#[tokio::test]
async fn a_container_is_added_to_look_into_one_without_a_shell() {
    let stage = stage().await;
    let editor = stage.caller("project-editor", &["shop"]).await;
    let mut browser = debug(&editor, "busybox:1.37");

    let news = browser.news().await;
    let TerminalNews::Preparing { container: name, reason } = news else { panic!("{news:?}") };
    assert_eq!(reason, "");
    report(&stage, &json!({"waiting": {"reason": "ContainerCreating"}})).await;
    let creating = TerminalNews::Preparing { container: name.clone(), reason: "ContainerCreating".into() };
    assert_eq!(browser.news().await, creating);
    let added = report(&stage, &json!({"running": {}})).await;
    assert_eq!(browser.news().await, TerminalNews::Opened { container: name.clone(), shell: None });
    browser.type_in("exit").await;

    assert_eq!(browser.end().await, TerminalEnd::Exited { code: 3, because: None });
    let of = |key: &str| added[key].as_str().unwrap_or_default().to_owned();
    assert_eq!(
        [of("name"), of("image"), of("targetContainerName")],
        [name, "busybox:1.37".into(), "main".into()]
    );
    let trail = stage.database.audit_trail(10).await.unwrap();
    let entry = trail.iter().find(|entry| entry.decision.action == "debug").unwrap();
    assert_eq!(entry.decision.resource, "pods/ephemeralcontainers");
    assert_eq!(entry.outcome, Some(Outcome::Done));
}

#[tokio::test]
async fn an_image_that_cannot_be_had_ends_the_wait_with_its_reason() {
    let stage = stage().await;
    let editor = stage.caller("project-editor", &["shop"]).await;
    let mut browser = debug(&editor, "busybox:none");

    report(&stage, &json!({"waiting": {"reason": "ErrImagePull", "message": "no such tag"}})).await;

    assert_eq!(browser.end().await, TerminalEnd::Failed { message: "ErrImagePull: no such tag".into() });
}

#[tokio::test]
async fn whoever_may_only_look_adds_nothing() {
    let stage = stage().await;
    let viewer = stage.caller("project-viewer", &["shop"]).await;

    let end = debug(&viewer, "busybox:1.37").end().await;

    let TerminalEnd::Refused(ConsoleError::Forbidden { need, .. }) = end else { panic!("{end:?}") };
    assert_eq!((need.verb.as_str(), need.resource.as_str()), ("patch", "pods/ephemeralcontainers"));
    let pod = stage.cluster.get("pods", Some("shop"), "web-0").unwrap().parse();
    assert!(pod["spec"].get("ephemeralContainers").is_none());
}

/// A pod as it is now, if it is there.
fn pod_at(stage: &Stage, pod: &ResourceRef) -> Option<Value> {
    let namespace = pod.namespace.as_ref().map(model::Namespace::as_str);
    stage.cluster.get("pods", namespace, pod.name.as_str()).map(|pod| pod.parse())
}

/// Opens a node, and lets the node say that the pod for it runs.
async fn entered(stage: &Stage, caller: &ForCaller) -> (Browser, ResourceRef) {
    let mut browser = enter(caller);
    let news = browser.news().await;
    let TerminalNews::Created { pod } = news else { panic!("{news:?}") };
    let running = json!([{"name": "shell", "state": {"running": {}}}]);
    let report = |pod: &mut Value| pod["status"] = json!({"phase": "Running", "containerStatuses": running});
    stage.cluster.update("pods", Some("kube-system"), pod.name.as_str(), report).unwrap();
    loop {
        match browser.news().await {
            TerminalNews::Preparing { .. } => {}
            TerminalNews::Opened { container, shell: None } if container == "shell" => return (browser, pod),
            news => panic!("{news:?}"),
        }
    }
}

/// Waits until a pod is gone, or on its way: no agent lives here that would let it go.
async fn is_deleted(stage: &Stage, pod: &ResourceRef) {
    let look = || async { pod_at(stage, pod) };
    let is_going =
        |pod: &Option<Value>| pod.as_ref().is_none_or(|pod| pod["metadata"]["deletionTimestamp"].is_string());
    support::eventually(look, is_going).await;
}

#[tokio::test]
async fn a_node_is_entered_by_a_pod_that_goes_with_the_shell() {
    let stage = stage().await;
    let administrator = stage.administrator().await;
    let (mut browser, pod) = entered(&stage, &administrator).await;
    let made = pod_at(&stage, &pod).unwrap();
    assert_eq!(
        (made["spec"]["nodeName"].as_str(), made["spec"]["hostPID"].as_bool()),
        (Some("node-0"), Some(true))
    );
    assert_eq!(made["spec"]["containers"][0]["securityContext"]["privileged"], true);

    browser.type_in("hello").await;
    browser.type_in("exit").await;

    assert_eq!(browser.end().await, TerminalEnd::Exited { code: 3, because: None });
    assert!(browser.screen.contains("hello"));
    is_deleted(&stage, &pod).await;
    let trail = stage.database.audit_trail(10).await.unwrap();
    let entry = trail.iter().find(|entry| entry.decision.action == "node_shell").unwrap();
    assert_eq!(
        (entry.decision.resource.as_str(), entry.decision.name.as_deref()),
        ("nodes/shell", Some("node-0"))
    );
    assert_eq!(entry.outcome, Some(Outcome::Done));
}

#[tokio::test]
async fn a_node_is_left_when_the_right_ends_and_when_the_browser_goes() {
    let stage = stage().await;
    let (account, administrator) = stage.account(access::roles::ADMINISTRATOR, &[]).await;
    let (browser, pod) = entered(&stage, &administrator).await;
    drop(browser);
    is_deleted(&stage, &pod).await;

    let (mut browser, pod) = entered(&stage, &administrator).await;
    stage.database.set_platform_role(account, "regular").await.unwrap();
    assert!(matches!(browser.end().await, TerminalEnd::Refused(ConsoleError::Forbidden { .. })));
    is_deleted(&stage, &pod).await;
}

#[tokio::test]
async fn who_may_not_enter_nodes_makes_no_pod() {
    let stage = stage().await;
    let editor = stage.caller("project-editor", &["shop", "kube-system"]).await;

    let end = enter(&editor).end().await;

    let TerminalEnd::Refused(ConsoleError::Forbidden { need, .. }) = end else { panic!("{end:?}") };
    assert_eq!((need.verb.as_str(), need.resource.as_str()), ("create", "nodes/shell"));
    let trail = stage.database.audit_trail(10).await.unwrap();
    assert!(trail.iter().any(|entry| entry.decision.action == "node_shell" && !entry.decision.is_allowed));
}

/// Records into a list, as far as it may.
#[derive(Clone, Default)]
struct Scribe {
    refuses: bool,
    most: Option<usize>,
    told: Arc<Mutex<Vec<String>>>,
    breaks: CancellationToken,
}

impl Scribe {
    fn tell(&self, words: String) {
        self.told.lock().unwrap().push(words);
    }

    fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }
}

#[async_trait]
impl Recorder for Scribe {
    async fn asks_for(&self, _: &TerminalPlace) -> Result<bool, ConsoleError> {
        Ok(true)
    }

    async fn begin(&self, terminal: RecordedTerminal) -> Result<Option<Begun>, ConsoleError> {
        if self.refuses {
            let cause = "the disk is full".to_owned();
            return Err(ConsoleError::Unavailable { system: System::Database, cause, may_be_done: false });
        }
        self.tell(format!("{} of {}", terminal.action, terminal.request));
        Ok(Some(Begun { recording: Arc::new(self.clone()), days: 30 }))
    }
}

#[async_trait]
impl Recording for Scribe {
    fn opened(&self, container: &str) {
        self.tell(format!("opened {container}"));
    }

    async fn output(&self, bytes: &[u8]) -> Result<(), TerminalEnd> {
        if self.most.is_some_and(|most| bytes.len() > most) {
            return Err(TerminalEnd::RecordingFull { mebibytes: 1 });
        }
        self.tell(format!("wrote {}", String::from_utf8_lossy(bytes)));
        Ok(())
    }

    async fn resized(&self, size: TerminalSize) -> Result<(), TerminalEnd> {
        self.tell(format!("resized {}x{}", size.columns, size.rows));
        Ok(())
    }

    async fn broken(&self) -> TerminalEnd {
        self.breaks.cancelled().await;
        TerminalEnd::Unrecorded { why: "the disk is full".into() }
    }

    async fn end(&self, end: &TerminalEnd) {
        self.tell(format!("ended {end:?}"));
    }
}

async fn recorded_by(scribe: &Scribe) -> (Stage, ForCaller) {
    let stage = staged(Keepers { recorder: Some(Arc::new(scribe.clone())), ..Keepers::default() }).await;
    let editor = stage.caller("project-editor", &["shop"]).await;
    (stage, editor)
}

#[tokio::test]
async fn whoever_is_recorded_hears_of_it_before_the_shell_opens() {
    let scribe = Scribe::default();
    let (_stage, editor) = recorded_by(&scribe).await;
    let mut browser = open(&editor, Some("main"), patience());

    assert_eq!(browser.news().await, TerminalNews::Recorded { days: 30 });
    assert_eq!(browser.screen, "");
    assert_eq!(browser.news().await, opened());
    browser.keys.send(Typed::Resize(TerminalSize { columns: 90, rows: 20 })).await.unwrap();
    browser.type_in("hello").await;
    browser.type_in("exit").await;
    assert_eq!(browser.end().await, TerminalEnd::Exited { code: 3, because: None });

    let told = scribe.told();
    assert_eq!(told[..2], ["terminal of test", "opened main"]);
    assert!(told.contains(&"resized 90x20".to_owned()), "{told:?}");
    assert_eq!(told.last().unwrap(), "ended Exited { code: 3, because: None }");
    let wrote = told.iter().filter_map(|words| words.strip_prefix("wrote ")).collect::<String>();
    assert_eq!(wrote, browser.screen, "what is recorded is what was shown");
}

#[tokio::test]
async fn what_has_to_be_recorded_and_cannot_be_does_not_open() {
    let scribe = Scribe { refuses: true, ..Scribe::default() };
    let (_stage, editor) = recorded_by(&scribe).await;
    let mut browser = open(&editor, Some("main"), patience());

    let news = browser.news().await;

    let TerminalNews::Ended(TerminalEnd::Refused(error)) = news else { panic!("{news:?}") };
    assert!(error.to_string().contains("the disk is full"), "{error}");
    assert_eq!(browser.screen, "");
}

#[tokio::test]
async fn a_terminal_ends_with_its_recording() {
    let scribe = Scribe { most: Some(1000), ..Scribe::default() };
    let (_stage, editor) = recorded_by(&scribe).await;
    let mut browser = open(&editor, Some("main"), patience());
    browser.type_in("yes").await;
    assert_eq!(browser.end().await, TerminalEnd::RecordingFull { mebibytes: 1 });
    assert!(!browser.screen.contains('y'), "what was not recorded is not shown");

    let mut browser = open(&editor, Some("main"), patience());
    browser.type_in("hello").await;
    scribe.breaks.cancel();
    assert_eq!(browser.end().await, TerminalEnd::Unrecorded { why: "the disk is full".into() });
}
