//! Two projects with a pod each, whose terminals can be recorded.

use crate::support::{self, harbour, pod};
use access::Caller;
use async_trait::async_trait;
use bytes::Bytes;
use database::Database;
use futures::StreamExt;
use identity::Seal;
use kubernetes::Keepers;
use model::ConsoleError;
use parking_lot::Mutex;
use playground_kubernetes::{ExecExit, ExecIo, Kubelet};
use recordings::Recordings as Kept;
use recordings_contract::{PolicyFields, PolicyOf, RecordingLine, Recordings, RecordingsQuery};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// An agent whose containers say what they hear until they hear `exit`.
struct Parrot;

#[async_trait]
impl Kubelet for Parrot {
    async fn exec(&self, _: &Value, _: &str, _: Vec<String>, _: bool, mut io: ExecIo) -> ExecExit {
        let (mut stdin, stdout) = (io.stdin.take().unwrap(), io.stdout.take().unwrap());
        let _ = stdout.send(Bytes::from_static(b"\x1b[1m# \x1b[0m")).await;
        while let Some(typed) = stdin.recv().await {
            if typed == "exit" {
                return ExecExit::Code(0);
            }
            let _ = stdout.send(typed).await;
        }
        ExecExit::Code(0)
    }
}

/// A cluster whose terminals can be recorded, and who keeps what they show.
pub struct Stage {
    pub stage: support::Stage,
    kept: Kept,
}

impl Stage {
    pub async fn new() -> Self {
        let kept = Mutex::new(None);
        let stage = support::Stage::keeping(Arc::new(Parrot), |database, access| {
            let recordings = Kept::start(database.clone(), Seal::random(), access.clone());
            *kept.lock() = Some(recordings.clone());
            Keepers { recorder: Some(Arc::new(recordings)), ..Keepers::default() }
        })
        .await;
        stage.bind_roles();
        for namespace in ["shop", "bank"] {
            let mut web = pod(namespace, "web-0");
            web["spec"]["nodeName"] = json!("node-0");
            web["status"] =
                json!({"containerStatuses": [{"name": "main", "ready": true, "state": {"running": {}}}]});
            stage.cluster.create(web).unwrap();
        }
        let kept = kept.lock().take().unwrap();
        Self { stage, kept }
    }

    pub fn database(&self) -> &Database {
        &self.stage.database
    }

    /// The recordings as an account may see them by now.
    pub async fn reader(&self, account: Uuid) -> recordings::ForCaller {
        let account = self.database().account(account).await.unwrap().unwrap();
        let access = self.stage.kubernetes.access();
        let caller: Caller = access.caller(account, None, "replaying".into(), None).await.unwrap();
        self.kept.for_caller(Arc::new(caller), Arc::clone(&self.stage.kubernetes))
    }

    pub async fn administrator(&self) -> recordings::ForCaller {
        let (id, _) = self.stage.account(access::roles::ADMINISTRATOR, &[]).await;
        self.reader(id).await
    }

    /// Records a project from now on.
    pub async fn record(&self, namespace: &str, days: &str) {
        let fields = policy(PolicyOf::Project, namespace, Some(days));
        self.administrator().await.record(fields).await.unwrap();
    }
}

pub fn policy(of: PolicyOf, namespace: &str, days: Option<&str>) -> PolicyFields {
    PolicyFields {
        cluster: harbour(),
        namespace: namespace.into(),
        of,
        record: days.is_some(),
        days: days.unwrap_or_default().into(),
    }
}

pub fn query(namespace: &str) -> RecordingsQuery {
    RecordingsQuery {
        cluster: harbour(),
        namespace: namespace.into(),
        person: String::new(),
        from: String::new(),
        to: String::new(),
        before: String::new(),
    }
}

pub async fn lines(reader: &recordings::ForCaller, namespace: &str) -> Vec<RecordingLine> {
    reader.recordings(query(namespace)).await.unwrap().lines.unwrap()
}

/// What a file of a recording wrote, and the whole file.
pub async fn written(reader: &recordings::ForCaller, id: &str) -> Result<(String, String), ConsoleError> {
    let mut file = Box::pin(reader.file(&harbour(), id).await?.parts);
    let parts: Vec<Result<String, ConsoleError>> = file.by_ref().collect().await;
    assert!(file.next().await.is_none(), "servers ask once more after the end");
    let text = parts.into_iter().collect::<Result<String, _>>()?;
    let events =
        text.lines().skip(1).map(|line| serde_json::from_str::<(f64, String, String)>(line).unwrap());
    let written = events.filter(|(_, code, _)| code == "o").map(|(_, _, text)| text).collect();
    Ok((written, text))
}
