//! exec, attach and port-forward over `WebSocket`s.

use std::num::{IntErrorKind, ParseIntError};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use axum::response::Response;
use bytes::Bytes;
use futures::future::FusedFuture;
use futures::stream::{SplitSink, SplitStream};
use futures::{FutureExt, SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

use super::request::{Parameters, RequestInfo};
use super::{Api, Call, subresources, upgrade};
use crate::kubelet::{ExecExit, ExecIo, Kubelet, TerminalSize};
use crate::registry::Subresource;
use crate::{Status, rbac};

const STDIN: u8 = 0;
const STDOUT: u8 = 1;
const STDERR: u8 = 2;
const ERROR: u8 = 3;
const RESIZE: u8 = 4;
/// Tells, in the fifth version of the protocol, that the channel named by the next byte is closed.
const CLOSE: u8 = 255;
/// How long a client has to answer a farewell.
const GOODBYE: Duration = Duration::from_secs(1);
/// How long a command may go on whose client has left.
const LEFT_ALONE: Duration = Duration::from_secs(10);
/// How many pieces of output may wait for a slow reader.
const WAITING: usize = 64;
const NO_STREAMS: &str = "you must specify at least 1 of stdin, stdout, stderr";

pub(crate) async fn open(api: &Api, call: Call, part: Subresource) -> Result<Response, Status> {
    let ports = ports(&call.query)?;
    check_creation(api, &call)?;
    let pod = subresources::pod(api, &call)?;
    if part == Subresource::PortForward {
        check_host(&pod)?;
        upgrade::check(&call.parts.headers)?;
        return open_ports(api, call, pod, ports).await;
    }
    let container = subresources::container(&pod, call.query.get("container"))?;
    check_host(&pod)?;
    upgrade::check(&call.parts.headers)?;
    let phase = pod["status"]["phase"].as_str().unwrap_or("Pending");
    if matches!(phase, "Succeeded" | "Failed") {
        return Err(Status::bad_request(format!(
            "cannot exec into a container in a completed pod; current phase is {phase}"
        )));
    }
    let query = &call.query;
    let command: Vec<String> = query.all("command").map(str::to_owned).collect();
    if command.is_empty() && part == Subresource::Exec {
        return Err(Status::bad_request("you must specify at least 1 command for the container"));
    }
    let Some(protocol) = upgrade::choose(&call.parts.headers, &[upgrade::FIFTH, upgrade::FOURTH]) else {
        return Ok(upgrade::no_protocol());
    };
    let session = Session {
        pod,
        container,
        command,
        tty: query.flag("tty"),
        stdin: query.flag("stdin"),
        stdout: query.flag("stdout"),
        stderr: query.flag("stderr"),
        by_api_server: protocol == upgrade::FIFTH,
    };
    if !session.has_streams() && !session.by_api_server {
        return Ok(upgrade::refused_by_node(NO_STREAMS));
    }
    let kubelet = Arc::clone(&api.kubelet);
    let upgrade = upgrade::accept(call.parts, protocol).await?;
    Ok(upgrade.on_upgrade(move |socket| session.run(socket, kubelet)))
}

/// Refuses who may only read: a `WebSocket` is asked for by GET, and it does more. Servers before 1.35 do not ask, and those
/// that do give no reason.
fn check_creation(api: &Api, call: &Call) -> Result<(), Status> {
    if api.cluster.settings().version < (1, 35) {
        return Ok(());
    }
    let creation = RequestInfo { verb: "create".to_owned(), ..call.info.clone() };
    rbac::authorize(&api.cluster, &call.identity, &creation)
        .map_err(|_| Status::forbidden("pods", call.info.name.as_deref().unwrap_or_default(), ""))
}

/// Refuses a pod that no node has.
fn check_host(pod: &Value) -> Result<(), Status> {
    if pod["spec"]["nodeName"].as_str().is_some_and(|node| !node.is_empty()) {
        return Ok(());
    }
    let name = pod["metadata"]["name"].as_str().unwrap_or_default();
    Err(Status::bad_request(format!("pod {name} does not have a host assigned")))
}

/// The ports that are asked for.
fn ports(query: &Parameters) -> Result<Vec<u16>, Status> {
    let texts = query.all("ports").flat_map(|list| list.split(','));
    let read = texts.map(|text| {
        text.parse().map_err(|error: ParseIntError| {
            let why = match error.kind() {
                IntErrorKind::PosOverflow => "value out of range",
                _ => "invalid syntax",
            };
            let parsing = format!("strconv.ParseUint: parsing \"{text}\": {why}");
            Status::bad_request(format!("cannot convert to []int32: {parsing}"))
        })
    });
    read.collect()
}

async fn open_ports(api: &Api, call: Call, pod: Value, ports: Vec<u16>) -> Result<Response, Status> {
    if ports.is_empty() {
        return Ok(upgrade::refused_by_node("query parameter \"port\" is required"));
    }
    if ports.contains(&0) {
        return Ok(upgrade::refused_by_node("port \"0\" must be > 0"));
    }
    let Some(protocol) = upgrade::choose(&call.parts.headers, &[upgrade::FOURTH]) else {
        return Ok(upgrade::no_protocol());
    };
    let kubelet = Arc::clone(&api.kubelet);
    let upgrade = upgrade::accept(call.parts, protocol).await?;
    Ok(upgrade.on_upgrade(move |socket| forward(socket, kubelet, pod, ports)))
}

struct Session {
    pod: Value,
    container: String,
    command: Vec<String>,
    tty: bool,
    stdin: bool,
    stdout: bool,
    stderr: bool,
    /// Whether the API server speaks for the node: how the command ended is then said in its words.
    by_api_server: bool,
}

impl Session {
    fn has_streams(&self) -> bool {
        self.stdin || self.stdout || (self.stderr && !self.tty)
    }

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
        // Tells the client that the session stands, on the first channel that there is.
        let first = [(self.stdout, STDOUT), (self.stderr, STDERR)];
        let first = first.iter().find(|(is_asked, _)| *is_asked).map_or(ERROR, |(_, channel)| *channel);
        if send(&mut sink, first, &[]).await.is_err() {
            return;
        }
        if !self.has_streams() {
            let status = exit_status(&ExecExit::Refused(NO_STREAMS.to_owned()), self.by_api_server);
            say_goodbye(&mut sink, &mut source, &status).await;
            return;
        }
        let mut command = kubelet.exec(&self.pod, &self.container, self.command, self.tty, io).fuse();
        let done = {
            let output = send_output(&mut sink, stdout_receiver, stderr_receiver);
            let work = async { tokio::join!(&mut command, output) };
            tokio::select! {
                done = work => Some(done),
                () = take_input(&mut source, stdin_sender, resize_sender) => None,
            }
        };
        let Some((exit, sent)) = done else {
            // Its terminal takes a command along. One without comes to the end of its input, and hears nothing else.
            if !self.tty && !command.is_terminated() {
                tokio::time::timeout(LEFT_ALONE, command).await.ok();
            }
            return;
        };
        // A client that left early needs no farewell.
        if sent.is_ok() {
            say_goodbye(&mut sink, &mut source, &exit_status(&exit, self.by_api_server)).await;
        }
    }
}

/// Says how a command ended, and ends the connection.
async fn say_goodbye(
    sink: &mut SplitSink<WebSocket, Message>,
    source: &mut SplitStream<WebSocket>,
    status: &Value,
) {
    let said = send(sink, ERROR, status.to_string().as_bytes()).await;
    if said.is_ok() && sink.send(farewell()).await.is_ok() {
        // Closed with something unread, a connection takes along what is still on its way.
        let rest = async { while let Some(Ok(_)) = source.next().await {} };
        tokio::time::timeout(GOODBYE, rest).await.ok();
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

/// How a command ended: in the words of its node, or in those of the API server that was told by the node.
fn exit_status(exit: &ExecExit, by_api_server: bool) -> Value {
    let internal = |message: &str| {
        json!({
            "metadata": {}, "status": "Failure", "reason": "InternalError", "code": 500,
            "message": format!("Internal error occurred: {message}"),
        })
    };
    let caused = |message: &str| {
        let mut status = internal(message);
        status["details"] = json!({"causes": [{"message": message}]});
        status
    };
    match exit {
        ExecExit::Code(0) => json!({"metadata": {}, "status": "Success"}),
        ExecExit::Code(code) => {
            let how = if by_api_server {
                format!("command terminated with exit code {code}")
            } else {
                format!("exit status {code}")
            };
            json!({
                "metadata": {}, "status": "Failure", "reason": "NonZeroExitCode",
                "message": format!("command terminated with non-zero exit code: {how}"),
                "details": {"causes": [{"reason": "ExitCode", "message": code.to_string()}]},
            })
        }
        ExecExit::Failed(message) if by_api_server => caused(&format!("Internal error occurred: {message}")),
        ExecExit::Failed(message) => internal(message),
        ExecExit::Refused(message) => caused(&format!("unable to upgrade connection: {message}")),
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
            if let Err(why) = kubelet.port_forward(&pod, port, far).await {
                let sandbox = pod["metadata"]["uid"].as_str().unwrap_or_default().replace('-', "");
                let message = format!("error forwarding port {port} to pod {sandbox}, uid : {why}");
                // The client may have gone before the error.
                errors.send((data_channel + 1, message.into())).await.ok();
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
