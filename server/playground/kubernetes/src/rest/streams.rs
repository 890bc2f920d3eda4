//! exec, attach and port-forward over `WebSocket`s (`v5.channel.k8s.io` and `v4.channel.k8s.io`).

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use bytes::Bytes;
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

use super::{Api, Call, subresources};
use crate::Status;
use crate::kubelet::{ExecExit, ExecIo, Kubelet, TerminalSize};
use crate::registry::Subresource;

const STDIN: u8 = 0;
const STDOUT: u8 = 1;
const STDERR: u8 = 2;
const ERROR: u8 = 3;
const RESIZE: u8 = 4;
/// Tells, in the fifth version of the protocol, that the channel named by the next byte is closed.
const CLOSE: u8 = 255;
/// How long a client has to answer a farewell.
const GOODBYE: Duration = Duration::from_secs(1);
/// How many pieces of output may wait for a slow reader.
const WAITING: usize = 64;

const PROTOCOLS: [&str; 2] = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

pub(crate) async fn open(api: &Api, call: Call, part: Subresource) -> Result<Response, Status> {
    let pod = subresources::pod(api, &call)?;
    if pod["status"]["phase"] != "Running" && part != Subresource::PortForward {
        let phase = pod["status"]["phase"].as_str().unwrap_or("Pending");
        if matches!(phase, "Succeeded" | "Failed") {
            return Err(Status::bad_request(format!(
                "cannot exec into a container in a completed pod; current phase is {phase}"
            )));
        }
    }
    let kubelet = Arc::clone(&api.kubelet);
    let query = call.query.clone();
    let container = if part == Subresource::PortForward {
        String::new()
    } else {
        subresources::container(&pod, query.get("container"))?
    };
    let mut parts = call.parts;
    let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &()).await.map_err(|_| {
        Status::bad_request("unable to upgrade: this server speaks WebSocket, protocols v5.channel.k8s.io and v4.channel.k8s.io")
    })?;
    let upgrade = upgrade.protocols(PROTOCOLS);
    if part == Subresource::PortForward {
        let ports: Vec<u16> = query
            .all("ports")
            .flat_map(|list| list.split(','))
            .filter_map(|port| port.parse().ok())
            .collect();
        if ports.is_empty() {
            return Err(Status::bad_request("query parameter \"ports\" is required"));
        }
        return Ok(upgrade.on_upgrade(move |socket| forward(socket, kubelet, pod, ports)));
    }
    let command: Vec<String> = query.all("command").map(str::to_owned).collect();
    if command.is_empty() && part == Subresource::Exec {
        return Err(Status::bad_request("you must specify at least 1 command for the container"));
    }
    let session = Session {
        pod,
        container,
        command,
        tty: query.flag("tty"),
        stdin: query.flag("stdin"),
        stdout: query.flag("stdout"),
        stderr: query.flag("stderr"),
    };
    Ok(upgrade.on_upgrade(move |socket| session.run(socket, kubelet)))
}

struct Session {
    pod: Value,
    container: String,
    command: Vec<String>,
    tty: bool,
    stdin: bool,
    stdout: bool,
    stderr: bool,
}

impl Session {
    /// Runs the command while its input and its output flow, each at the pace of its reader: a command that does not
    /// read may still write, and the other way round.
    async fn run(self, socket: WebSocket, kubelet: Arc<dyn Kubelet>) {
        let (mut sink, mut source) = socket.split();
        let (stdin_sender, stdin) = mpsc::channel(WAITING);
        let (stdout, stdout_receiver) = mpsc::channel::<Bytes>(WAITING);
        let (stderr, stderr_receiver) = mpsc::channel::<Bytes>(WAITING);
        let (resize_sender, resize) = mpsc::channel(8);
        let io = ExecIo {
            stdin: self.stdin.then_some(stdin),
            stdout: self.stdout.then_some(stdout),
            stderr: (self.stderr && !self.tty).then_some(stderr),
            resize,
        };
        // Tells the client that the session stands.
        if send(&mut sink, STDOUT, &[]).await.is_err() {
            return;
        }
        let command = kubelet.exec(&self.pod, &self.container, self.command, self.tty, io);
        let work = async {
            let output = send_output(&mut sink, stdout_receiver, stderr_receiver);
            tokio::join!(command, output)
        };
        let (exit, sent) = tokio::select! {
            done = work => done,
            () = take_input(&mut source, stdin_sender, resize_sender) => return,
        };
        let status = exit_status(&exit).to_string();
        // A client that left early needs no farewell.
        if sent.is_ok()
            && send(&mut sink, ERROR, status.as_bytes()).await.is_ok()
            && sink.send(farewell()).await.is_ok()
        {
            // Closed with something unread, a connection takes along what is still on its way.
            let rest = async { while let Some(Ok(_)) = source.next().await {} };
            tokio::time::timeout(GOODBYE, rest).await.ok();
        }
    }
}

/// Sends what a command writes, until it has ended and everything is sent.
async fn send_output(
    sink: &mut SplitSink<WebSocket, Message>,
    mut stdout: mpsc::Receiver<Bytes>,
    mut stderr: mpsc::Receiver<Bytes>,
) -> Result<(), axum::Error> {
    loop {
        tokio::select! {
            Some(output) = stdout.recv() => send(sink, STDOUT, &output).await?,
            Some(output) = stderr.recv() => send(sink, STDERR, &output).await?,
            else => return Ok(()),
        }
    }
}

/// Hands on what the client sends, until it leaves.
async fn take_input(
    source: &mut SplitStream<WebSocket>,
    stdin: mpsc::Sender<Bytes>,
    resize: mpsc::Sender<TerminalSize>,
) {
    let mut stdin = Some(stdin);
    while let Some(Ok(message)) = source.next().await {
        take_message(message, &mut stdin, &resize).await;
    }
}

async fn send(sink: &mut SplitSink<WebSocket, Message>, channel: u8, data: &[u8]) -> Result<(), axum::Error> {
    let mut frame = Vec::with_capacity(data.len() + 1);
    frame.push(channel);
    frame.extend_from_slice(data);
    sink.send(Message::Binary(frame.into())).await
}

async fn take_message(
    message: Message,
    stdin: &mut Option<mpsc::Sender<Bytes>>,
    resize: &mpsc::Sender<TerminalSize>,
) {
    let data = match message {
        Message::Binary(data) => data,
        Message::Text(text) => Bytes::copy_from_slice(text.as_bytes()),
        _ => return,
    };
    match data.first() {
        Some(&STDIN) => {
            if let Some(sender) = stdin
                && data.len() > 1
                && sender.send(data.slice(1..)).await.is_err()
            {
                *stdin = None;
            }
        }
        Some(&RESIZE) => {
            if let Ok(size) = serde_json::from_slice::<TerminalSize>(&data[1..]) {
                // A command that does not care about sizes does not read them.
                resize.try_send(size).ok();
            }
        }
        Some(&CLOSE) if data.get(1) == Some(&STDIN) => *stdin = None,
        _ => {}
    }
}

fn exit_status(exit: &ExecExit) -> Value {
    match exit {
        ExecExit::Code(0) => json!({"metadata": {}, "status": "Success"}),
        ExecExit::Code(code) => json!({
            "metadata": {}, "status": "Failure", "reason": "NonZeroExitCode",
            "message": format!("command terminated with non-zero exit code: exit status {code}"),
            "details": {"causes": [{"reason": "ExitCode", "message": code.to_string()}]},
        }),
        ExecExit::Failed(message) => json!({
            "metadata": {}, "status": "Failure", "reason": "InternalError", "code": 500,
            "message": format!("Internal error occurred: {message}"),
            "details": {"causes": [{"message": message}]},
        }),
    }
}

/// Two channels a port: data, then errors. Each begins with the port's number.
async fn forward(socket: WebSocket, kubelet: Arc<dyn Kubelet>, pod: Value, ports: Vec<u16>) {
    let (mut sink, mut source) = socket.split();
    let (outgoing, mut frames) = mpsc::channel::<(u8, Bytes)>(WAITING);
    let mut writers = Vec::new();
    let mut connections = tokio::task::JoinSet::new();
    for (index, port) in ports.into_iter().enumerate() {
        let data_channel = u8::try_from(index * 2).unwrap_or(u8::MAX - 1);
        let (near, far) = tokio::io::duplex(64 * 1024);
        let (mut reader, writer) = tokio::io::split(near);
        writers.push(writer);
        let number = Bytes::copy_from_slice(&port.to_le_bytes());
        if outgoing.send((data_channel, number.clone())).await.is_err()
            || outgoing.send((data_channel + 1, number)).await.is_err()
        {
            return;
        }
        let (kubelet, pod, errors) = (Arc::clone(&kubelet), pod.clone(), outgoing.clone());
        connections.spawn(async move {
            if let Err(status) = kubelet.port_forward(&pod, port, far).await {
                // The client may have gone before the error.
                errors.send((data_channel + 1, status.message.into())).await.ok();
            }
        });
        let outgoing = outgoing.clone();
        connections.spawn(async move {
            let mut buffer = vec![0; 16 * 1024];
            while let Ok(length @ 1..) = reader.read(&mut buffer).await {
                if outgoing.send((data_channel, Bytes::copy_from_slice(&buffer[..length]))).await.is_err() {
                    break;
                }
            }
        });
    }
    drop(outgoing);
    let output = async {
        while let Some((channel, data)) = frames.recv().await {
            if send(&mut sink, channel, &data).await.is_err() {
                return;
            }
        }
        // Every connection has ended; a client that has gone needs no farewell.
        sink.send(farewell()).await.ok();
    };
    let input = async {
        while let Some(Ok(message)) = source.next().await {
            if let Message::Binary(data) = message
                && data.len() > 1
                && data[0] % 2 == 0
                && let Some(writer) = writers.get_mut(usize::from(data[0]) / 2)
            {
                // A port that closed its side may still have something to say.
                writer.write_all(&data[1..]).await.ok();
            }
        }
    };
    tokio::select! {
        () = output => {}
        () = input => {}
    }
}

fn farewell() -> Message {
    Message::Close(Some(CloseFrame { code: close_code::NORMAL, reason: "".into() }))
}
