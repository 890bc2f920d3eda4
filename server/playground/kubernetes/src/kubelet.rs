//! What the API server asks of a node's agent.

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use serde_json::Value;
use tokio::io::DuplexStream;
use tokio::sync::mpsc;

use crate::Status;

/// What a node agent does for the API server's log, exec, metrics and port-forward sub-resources. One that says nothing of
/// its own has pods that write nothing, do what they are told without a word, are not measured, and listen at no port.
#[async_trait]
pub trait Kubelet: Send + Sync {
    /// Streams a container's log; the stream ends at the end of the log unless `options.follow` is set.
    async fn logs(
        &self,
        _pod: &Value,
        _container: &str,
        _options: LogOptions,
    ) -> Result<BoxStream<'static, Bytes>, Status> {
        Ok(futures::stream::empty().boxed())
    }

    /// Runs a command in a container until it ends. Dropping the receivers in `io` means the caller went away.
    async fn exec(
        &self,
        _pod: &Value,
        _container: &str,
        _command: Vec<String>,
        _tty: bool,
        _io: ExecIo,
    ) -> ExecExit {
        ExecExit::Code(0)
    }

    /// What the pod's containers use now; none when there is no measurement yet.
    fn pod_metrics(&self, _pod: &Value) -> Option<Vec<ContainerUsage>> {
        None
    }

    /// What a node uses now; none when there is no measurement yet.
    fn node_metrics(&self, _node: &Value) -> Option<Usage> {
        None
    }

    /// Carries one connection to a port of the pod until either side closes it; else answers why there is none.
    async fn port_forward(&self, _pod: &Value, port: u16, _connection: DuplexStream) -> Result<(), String> {
        Err(format!("nothing listens at port {port}"))
    }
}

/// A node agent whose pods are silent.
#[derive(Debug, Clone, Copy)]
pub struct SilentKubelet;

impl Kubelet for SilentKubelet {}

/// Which part of a log is asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LogOptions {
    /// Go on with new lines until the reader leaves.
    pub follow: bool,
    /// The log of the container's last run instead of this one.
    pub previous: bool,
    /// Only lines younger than this.
    pub since_seconds: Option<i64>,
    /// Only lines written at or after this moment.
    pub since_time: Option<jiff::Timestamp>,
    /// Only the last lines.
    pub tail_lines: Option<usize>,
    /// Put the time before each line.
    pub timestamps: bool,
    /// Stop after so many bytes.
    pub limit_bytes: Option<usize>,
}

/// The streams of one exec session. A stream nobody asked for is none.
#[derive(Debug)]
pub struct ExecIo {
    /// What is typed; closed at its end.
    pub stdin: Option<mpsc::Receiver<Bytes>>,
    /// Where output goes.
    pub stdout: Option<mpsc::Sender<Bytes>>,
    /// Where error output goes; none with a terminal.
    pub stderr: Option<mpsc::Sender<Bytes>>,
    /// New sizes of the terminal's window.
    pub resize: mpsc::Receiver<TerminalSize>,
}

/// The size of a terminal's window in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TerminalSize {
    /// Columns.
    pub width: u16,
    /// Lines.
    pub height: u16,
}

/// How an exec session ended.
#[derive(Debug, Clone, PartialEq)]
pub enum ExecExit {
    /// The command ran and ended with this exit code.
    Code(i32),
    /// The command could not be started.
    Failed(String),
    /// The node opens no session in this container.
    Refused(String),
}

/// A measurement of one container.
#[derive(Debug, Clone, PartialEq)]
pub struct ContainerUsage {
    /// The container's name.
    pub container: String,
    /// What it uses.
    pub usage: Usage,
}

/// A measurement of processor and memory.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Usage {
    /// Billionths of a processor core.
    pub cpu_nanocores: u64,
    /// Working set in bytes.
    pub memory_bytes: u64,
}
