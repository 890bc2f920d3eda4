//! Files of containers: what runs for them, what leaves nothing behind, what is written down.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod support;

use async_trait::async_trait;
use bytes::Bytes;
use database::audit::{AuditEntry, Outcome};
use futures::stream;
use futures::{Stream, StreamExt};
use kubernetes::{ForCaller, Upload};
use model::{ConsoleError, ResourceRef};
use parking_lot::Mutex;
use playground_kubernetes::{ExecExit, ExecIo, Kubelet};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;
use support::{Stage, harbour, pod};
use tokio::sync::oneshot;
use workloads_contract::{FileContent, FileName, FilePath, FilePlace, FileTrouble, Files};

/// An agent whose containers have a few files in one folder, and remember which programs ran.
#[derive(Default)]
struct Cabinet {
    files: Mutex<BTreeMap<String, Vec<u8>>>,
    ran: Mutex<Vec<Vec<String>>>,
}

impl Cabinet {
    fn holding(files: &[(&str, &[u8])]) -> Arc<Self> {
        let files = files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec()));
        Arc::new(Self { files: Mutex::new(files.collect()), ran: Mutex::default() })
    }

    fn names(&self) -> Vec<String> {
        self.files.lock().keys().cloned().collect()
    }

    /// Writes down what has come of an archive; `None` when it is not whole.
    fn unpack(&self, archive: &[u8]) -> Option<()> {
        for entry in tar::Archive::new(archive).entries().ok()? {
            let mut entry = entry.ok()?;
            let path = format!("/srv/{}", entry.path().ok()?.display());
            let size = usize::try_from(entry.size()).ok()?;
            let mut bytes = Vec::new();
            let read = entry.read_to_end(&mut bytes).ok();
            let is_whole = bytes.len() == size;
            self.files.lock().insert(path, bytes);
            read.filter(|_| is_whole)?;
        }
        Some(())
    }

    fn listing(&self, only: Option<&str>) -> String {
        let line = |name: &str, bytes: &Vec<u8>| {
            format!("-rw-r--r-- 1 0 0 {} 2026-11-26 09:00:00 +0000 {name}\n", bytes.len())
        };
        let files = self.files.lock();
        let wanted = files.iter().filter(|(path, _)| only.is_none_or(|only| only == *path));
        wanted.map(|(path, bytes)| line(path.rsplit('/').next().unwrap(), bytes)).collect()
    }
}

/// Beside `main`: one without any program, one without `tar`, and one without a shell.
const MORE_CONTAINERS: [&str; 3] = ["empty", "bare", "plain"];
const MISSING: &str = "No such file or directory\n";
/// What is remembered when a shell has received something.
const OVER: &str = "over";

/// All that is sent to a program.
async fn sent_in(io: &mut ExecIo) -> Vec<u8> {
    let mut all = Vec::new();
    let mut stdin = io.stdin.take().unwrap();
    while let Some(bytes) = stdin.recv().await {
        all.extend_from_slice(&bytes);
    }
    all
}

#[async_trait]
impl Kubelet for Cabinet {
    async fn exec(
        &self,
        _: &Value,
        container: &str,
        command: Vec<String>,
        _: bool,
        mut io: ExecIo,
    ) -> ExecExit {
        self.ran.lock().push(command.clone());
        if container == "empty" || container == "plain" && command[0] == "sh" {
            return ExecExit::Failed(format!("exec: \"{}\": executable file not found in $PATH", command[0]));
        }
        let (stdout, stderr) = (io.stdout.take().unwrap(), io.stderr.take().unwrap());
        let complain = async |words: &str| {
            let _ = stderr.send(Bytes::copy_from_slice(words.as_bytes())).await;
            ExecExit::Code(1)
        };
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        match words[..] {
            ["ls", "-lAn", "--full-time", "/srv/"] => {
                let _ = stdout.send(self.listing(None).into()).await;
            }
            ["ls", "-ldn", path] if self.files.lock().contains_key(path) => {
                let _ = stdout.send(self.listing(Some(path)).into()).await;
            }
            ["cat", "/srv/endless"] => while stdout.send(Bytes::from(vec![b'y'; 32 << 10])).await.is_ok() {},
            ["cat", "/srv/breaks"] => {
                let _ = stdout.send(Bytes::from_static(b"half")).await;
                return complain("cat: read error: Input/output error\n").await;
            }
            ["cat", path] => {
                let Some(bytes) = self.files.lock().get(path).cloned() else {
                    return complain(MISSING).await;
                };
                for piece in bytes.chunks(7_000) {
                    let _ = stdout.send(Bytes::copy_from_slice(piece)).await;
                }
            }
            ["tar", "cf", "-", "-C", "/", "./srv"] => {
                let mut archive = tar::Builder::new(Vec::new());
                for (path, bytes) in &*self.files.lock() {
                    let mut header = tar::Header::new_gnu();
                    header.set_size(bytes.len() as u64);
                    archive.append_data(&mut header, format!(".{path}"), &bytes[..]).unwrap();
                }
                let _ = stdout.send(archive.into_inner().unwrap().into()).await;
                if self.files.lock().contains_key("/srv/locked") {
                    return complain("tar: can't open './srv/secret': Permission denied\n").await;
                }
            }
            ["sh", "-c", ":"] => {}
            ["tar", "xf", "-", "-C", "/srv"] => {
                if self.unpack(&sent_in(&mut io).await).is_none() {
                    return complain("tar: short read\n").await;
                }
            }
            ["mv", "-f", from, to] => {
                let Some(bytes) = self.files.lock().remove(from) else { return complain(MISSING).await };
                self.files.lock().insert(to.to_owned(), bytes);
            }
            ["sh", "-c", _, "sh", ..] if container == "bare" => {
                sent_in(&mut io).await;
                let _ = stderr.send(Bytes::from_static(b"sh: 1: tar: not found\n")).await;
                return ExecExit::Code(127);
            }
            // Receives what is sent in; `RECEIVE` is tried out beside it, by a real shell.
            ["sh", "-c", _, "sh", "/srv", own, target] => {
                let is_whole = self.unpack(&sent_in(&mut io).await).is_some();
                let unpacked = self.files.lock().remove(own);
                self.ran.lock().push(vec![OVER.to_owned()]);
                let Some(bytes) = unpacked.filter(|_| is_whole) else {
                    return complain("tar: short read\n").await;
                };
                self.files.lock().insert(target.to_owned(), bytes);
            }
            ["rm", "-f", path] => {
                self.files.lock().remove(path);
            }
            _ => return complain(MISSING).await,
        }
        ExecExit::Code(0)
    }
}

async fn stage(cabinet: &Arc<Cabinet>) -> Stage {
    let stage = Stage::run_by(Arc::clone(cabinet) as _).await;
    stage.bind_roles();
    let mut web = pod("shop", "web-0");
    web["spec"]["nodeName"] = json!("node-0");
    let running = |name: &str| json!({"name": name, "ready": true, "state": {"running": {}}});
    let mut statuses = vec![running("main")];
    for name in MORE_CONTAINERS {
        let container = json!({"name": name, "image": "scratch"});
        web["spec"]["containers"].as_array_mut().unwrap().push(container);
        statuses.push(running(name));
    }
    web["status"] = json!({"phase": "Running", "containerStatuses": statuses});
    stage.cluster.create(web).unwrap();
    stage
}

fn at(path: &str) -> FilePlace {
    let pod = ResourceRef {
        cluster: harbour(),
        kind: "pods".parse().unwrap(),
        namespace: Some("shop".parse().unwrap()),
        name: "web-0".parse().unwrap(),
    };
    FilePlace { pod, container: None, path: FilePath::parse(path).unwrap() }
}

async fn whole(pieces: impl Stream<Item = Result<Bytes, ConsoleError>>) -> Result<Vec<u8>, ConsoleError> {
    let pieces: Vec<_> = pieces.collect().await;
    Ok(pieces.into_iter().collect::<Result<Vec<_>, _>>()?.concat())
}

async fn send(
    caller: &ForCaller,
    name: &str,
    size_bytes: u64,
    replace: bool,
    pieces: Vec<Result<Bytes, String>>,
) -> Result<(), ConsoleError> {
    caller.upload(upload(name, size_bytes, replace), stream::iter(pieces).boxed()).await
}

/// The same into another container than the usual one.
async fn send_to(
    container: &str,
    caller: &ForCaller,
    name: &str,
    size_bytes: u64,
    pieces: Vec<Result<Bytes, String>>,
) -> Result<(), ConsoleError> {
    let folder = FilePlace { container: Some(container.into()), ..at("/srv") };
    let upload = Upload { folder, ..upload(name, size_bytes, false) };
    caller.upload(upload, stream::iter(pieces).boxed()).await
}

fn upload(name: &str, size_bytes: u64, replace: bool) -> Upload {
    Upload { folder: at("/srv"), name: FileName::parse(name).unwrap(), size_bytes, replace }
}

async fn trail(stage: &Stage, action: &str) -> Vec<AuditEntry> {
    let trail = stage.database.audit_trail(50).await.unwrap();
    trail.into_iter().filter(|entry| entry.decision.action == action).collect()
}

#[tokio::test]
async fn a_folder_is_listed_and_a_file_shown_and_both_are_written_down() {
    let cabinet = Cabinet::holding(&[("/srv/a b.txt", b"pears"), ("/srv/-rf", b"\0")]);
    let stage = stage(&cabinet).await;
    let editor = stage.caller("project-editor", &["shop"]).await;

    let page = editor.folder(at("/srv")).await.unwrap();
    let names: Vec<_> =
        page.content.unwrap().entries.iter().map(|entry| entry.name.as_str().to_owned()).collect();
    assert_eq!((page.container.as_str(), names), ("main", vec!["-rf".to_owned(), "a b.txt".to_owned()]));
    let text = FileContent::Text { text: "pears".into(), is_cut: false };
    assert_eq!(editor.content(at("/srv/a b.txt")).await, Ok(Ok(text)));
    assert_eq!(editor.content(at("/srv/-rf")).await, Ok(Ok(FileContent::Binary)));
    assert_eq!(editor.content(at("/srv/none")).await, Ok(Err(FileTrouble::NotFound)));

    let listed = trail(&stage, "list_files").await;
    let decision = &listed[0].decision;
    assert_eq!((decision.verb.as_str(), decision.resource.as_str()), ("create", "pods/exec"));
    assert_eq!((decision.reason.as_str(), listed[0].outcome.clone()), ("/srv", Some(Outcome::Done)));
    assert_eq!(trail(&stage, "show_file").await.len(), 3);
}

#[tokio::test]
async fn no_path_is_more_than_one_argument() {
    let cabinet = Cabinet::holding(&[]);
    let stage = stage(&cabinet).await;
    let editor = stage.caller("project-editor", &["shop"]).await;

    for path in ["/$(reboot)", "/a;b&command=sh #?x", "/a b", "/'\"`", "/-rf/*"] {
        let _ = editor.content(at(path)).await.unwrap();
        assert_eq!(*cabinet.ran.lock().last().unwrap(), ["cat", path]);
    }
    send(&editor, "a;b $(reboot)", 1, false, vec![Ok(Bytes::from_static(b"z"))]).await.unwrap();
    let ran = cabinet.ran.lock();
    let shell = ran.iter().find(|words| words[0] == "sh" && words.len() > 3).unwrap();
    assert_eq!((shell.len(), shell[6].as_str()), (7, "/srv/a;b $(reboot)"));
    assert!(!shell[2].contains("reboot"), "{shell:?}");
}

#[tokio::test]
async fn a_container_without_the_program_says_which_it_has_not() {
    let cabinet = Cabinet::holding(&[]);
    let stage = stage(&cabinet).await;
    let editor = stage.caller("project-editor", &["shop"]).await;

    let place = FilePlace { container: Some("empty".into()), ..at("/srv") };
    let page = editor.folder(place.clone()).await.unwrap();

    assert_eq!(page.content, Err(FileTrouble::NoProgram { program: "ls".into() }));
    assert_eq!(page.containers, ["main", "empty", "bare", "plain"]);
    let error = editor.download_folder(place).await.err().unwrap();
    assert!(error.to_string().contains("no program tar"), "{error}");
    let sent = send_to("bare", &editor, "a", 1, vec![Ok(Bytes::from_static(b"z"))]).await;
    assert!(sent.unwrap_err().to_string().contains("no program tar"), "the shell is there");
    let other = FilePlace { container: Some("other".into()), ..at("/srv") };
    assert!(matches!(editor.folder(other).await, Err(ConsoleError::Invalid { .. })));
}

#[tokio::test]
async fn who_may_not_run_programs_sees_no_files() {
    let cabinet = Cabinet::holding(&[("/srv/a", b"pears")]);
    let stage = stage(&cabinet).await;
    let viewer = stage.caller("project-viewer", &["shop"]).await;
    let stranger = stage.caller("project-editor", &["bank"]).await;

    for caller in [&viewer, &stranger] {
        assert!(matches!(caller.folder(at("/srv")).await, Err(ConsoleError::Forbidden { .. })));
        assert!(matches!(caller.content(at("/srv/a")).await, Err(ConsoleError::Forbidden { .. })));
        assert!(matches!(caller.download_file(at("/srv/a")).await, Err(ConsoleError::Forbidden { .. })));
        assert!(matches!(caller.download_folder(at("/srv")).await, Err(ConsoleError::Forbidden { .. })));
        let sent = send(caller, "b", 1, false, vec![Ok(Bytes::from_static(b"b"))]).await;
        assert!(matches!(sent, Err(ConsoleError::Forbidden { .. })));
    }
    assert!(cabinet.ran.lock().is_empty(), "no program ran");
    assert_eq!(trail(&stage, "upload_file").await.len(), 2, "refusals are written down");
}

#[tokio::test]
async fn a_file_comes_out_as_it_is_and_a_broken_one_breaks_off() {
    let large: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
    let cabinet = Cabinet::holding(&[("/srv/large", &large), ("/srv/nothing", b""), ("/srv/breaks", b"")]);
    let stage = stage(&cabinet).await;
    let editor = stage.caller("project-editor", &["shop"]).await;

    let came = whole(editor.download_file(at("/srv/large")).await.unwrap()).await.unwrap();
    assert!(came == large, "{} bytes came of {}", came.len(), large.len());
    assert_eq!(whole(editor.download_file(at("/srv/nothing")).await.unwrap()).await, Ok(Vec::new()));
    assert!(
        editor.download_file(at("/srv/none")).await.is_err(),
        "what is not there is an answer of its own"
    );
    let broken = whole(editor.download_file(at("/srv/breaks")).await.unwrap()).await;
    assert!(broken.unwrap_err().to_string().contains("Input/output error"));
}

#[tokio::test]
async fn a_download_ends_when_the_browser_goes_and_when_the_right_ends() {
    let cabinet = Cabinet::holding(&[]);
    let stage = stage(&cabinet).await;
    let (account, editor) = stage.account("project-editor", &["shop"]).await;

    let mut left = Box::pin(editor.download_file(at("/srv/endless")).await.unwrap());
    assert!(left.next().await.unwrap().is_ok());
    drop(left);
    let ended = || async { trail(&stage, "download_file").await[0].outcome.clone() };
    let outcome = support::eventually(ended, Option::is_some).await;
    assert!(matches!(outcome, Some(Outcome::Failed(why)) if why.contains("in the browser")));

    let mut cut = Box::pin(editor.download_file(at("/srv/endless")).await.unwrap());
    stage.take(account, "shop").await;
    let end = async { while let Some(Ok(_)) = cut.next().await {} };
    tokio::time::timeout(Duration::from_secs(60), end).await.expect("it flows on without the right");
}

#[tokio::test]
async fn a_folder_comes_out_as_an_archive_which_says_what_is_missing() {
    let cabinet = Cabinet::holding(&[("/srv/a", b"pears")]);
    let stage = stage(&cabinet).await;
    let editor = stage.caller("project-editor", &["shop"]).await;
    let names = |archive: &[u8]| {
        let mut archive = tar::Archive::new(archive);
        let entries = archive.entries().unwrap();
        entries.map(|entry| entry.unwrap().path().unwrap().display().to_string()).collect::<Vec<_>>()
    };

    let archive = whole(editor.download_folder(at("/srv")).await.unwrap()).await.unwrap();
    assert_eq!(names(&archive), ["srv/a"]);

    cabinet.files.lock().insert("/srv/locked".into(), Vec::new());
    let archive = whole(editor.download_folder(at("/srv")).await.unwrap()).await.unwrap();
    assert_eq!(names(&archive), ["srv/a", "srv/locked", "./NOT-COMPLETE.txt"]);
    assert!(String::from_utf8_lossy(&archive).contains("Permission denied"));
}

#[tokio::test]
async fn a_file_that_is_sent_is_there_as_a_whole() {
    let cabinet = Cabinet::holding(&[]);
    let stage = stage(&cabinet).await;
    let editor = stage.caller("project-editor", &["shop"]).await;
    let pieces = || vec![Ok(Bytes::from(vec![0; 60_000])), Ok(Bytes::from_static(b"pears"))];

    send(&editor, "-x y", 60_005, false, pieces()).await.unwrap();

    assert_eq!(cabinet.names(), ["/srv/-x y"]);
    assert_eq!(cabinet.files.lock()["/srv/-x y"].len(), 60_005);
    let entry = &trail(&stage, "upload_file").await[0];
    assert_eq!((entry.decision.reason.as_str(), entry.outcome.clone()), ("/srv/-x y", Some(Outcome::Done)));

    let again = send(&editor, "-x y", 1, false, vec![Ok(Bytes::from_static(b"z"))]).await;
    assert!(matches!(again, Err(ConsoleError::Conflict { .. })), "{again:?}");
    send(&editor, "-x y", 1, true, vec![Ok(Bytes::from_static(b"z"))]).await.unwrap();
    assert_eq!(cabinet.files.lock()["/srv/-x y"], b"z");
    send(&editor, "empty", 0, false, Vec::new()).await.unwrap();
    assert_eq!(cabinet.files.lock()["/srv/empty"], b"");
}

#[tokio::test]
async fn where_there_is_no_shell_tar_receives_alone() {
    let cabinet = Cabinet::holding(&[("/srv/a", b"pears")]);
    let stage = stage(&cabinet).await;
    let editor = stage.caller("project-editor", &["shop"]).await;
    let piece = || Ok(Bytes::from(vec![b'x'; 5_000]));

    send_to("plain", &editor, "b", 10_000, vec![piece(), piece()]).await.unwrap();
    assert_eq!(cabinet.names(), ["/srv/a", "/srv/b"]);
    assert_eq!(cabinet.files.lock()["/srv/b"].len(), 10_000);

    let broken = send_to("plain", &editor, "c", 10_000, vec![piece(), Err("gone".into())]).await;
    assert_eq!(broken, Err(ConsoleError::Transport("gone".into())));
    assert_eq!(cabinet.names(), ["/srv/a", "/srv/b"], "the part is removed as long as that can be asked for");
    let nothing = send_to("empty", &editor, "c", 1, Vec::new()).await;
    assert!(nothing.unwrap_err().to_string().contains("no program ls"));
}

#[tokio::test]
async fn what_does_not_come_as_a_whole_leaves_nothing_behind() {
    let cabinet = Cabinet::holding(&[("/srv/a", b"pears")]);
    let stage = stage(&cabinet).await;
    let editor = stage.caller("project-editor", &["shop"]).await;
    let piece = || Ok(Bytes::from(vec![b'x'; 5_000]));

    let broken = send(&editor, "a", 9_000, true, vec![piece(), Err("gone".into())]).await;
    assert_eq!(broken, Err(ConsoleError::Transport("gone".into())));
    let short = send(&editor, "a", 9_000, true, vec![piece()]).await;
    let long = send(&editor, "a", 9_000, true, vec![piece(), piece()]).await;
    for answer in [short, long] {
        assert!(answer.unwrap_err().to_string().contains("another number of bytes"));
    }

    assert_eq!(cabinet.names(), ["/srv/a"]);
    assert_eq!(cabinet.files.lock()["/srv/a"], b"pears", "what was there stays");
    let outcomes = trail(&stage, "upload_file").await;
    assert!(outcomes.iter().all(|entry| matches!(entry.outcome, Some(Outcome::Failed(_)))));
}

#[tokio::test]
async fn what_is_on_its_way_when_the_right_ends_leaves_nothing_behind() {
    let cabinet = Cabinet::holding(&[("/srv/a", b"pears")]);
    let stage = stage(&cabinet).await;
    let (account, editor) = stage.account("project-editor", &["shop"]).await;
    let piece = || Ok(Bytes::from(vec![b'x'; 5_000]));
    let (sent, has_sent) = oneshot::channel();
    let no_more = async move {
        let _ = sent.send(());
        std::future::pending().await
    };
    let pieces = stream::iter([piece(), piece()]).chain(stream::once(no_more));
    let sending = tokio::spawn(async move { editor.upload(upload("a", 20_000, true), pieces.boxed()).await });
    has_sent.await.unwrap();

    stage.take(account, "shop").await;

    let refused = sending.await.unwrap();
    assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "{refused:?}");
    let is_over = || async { cabinet.ran.lock().last().is_some_and(|words| words[0] == OVER) };
    support::eventually(is_over, |is_over| *is_over).await;
    assert_eq!(cabinet.names(), ["/srv/a"]);
    assert_eq!(cabinet.files.lock()["/srv/a"], b"pears", "what was there stays");
    assert!(cabinet.ran.lock().iter().all(|words| words[0] != "rm"), "a program ran without the right");
}
