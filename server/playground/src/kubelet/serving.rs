//! Answers what the API server asks of a node's agent.

use std::collections::{HashMap, VecDeque};

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use parking_lot::Mutex;
use playground_kubernetes::{ContainerUsage, ExecExit, ExecIo, Kubelet, LogOptions, Status, Usage};
use serde_json::{Value, json};
use tokio::io::DuplexStream;

use super::files::Files;
use super::logs::{NoRun, Run};
use super::reading::Reading;
use super::shell::Shell;
use super::terminal::Terminal;
use super::{port, references, usage};
use crate::objects::{Key, array, flag, integer, name, namespace, text, time, uid};
use crate::site::Site;

/// More file systems than people open at a time; the one in use is never among those dropped.
const FILE_SYSTEMS: usize = 200;

/// The agents of all nodes of one cluster.
pub struct Agents {
    site: Site,
    files: Mutex<HashMap<String, Files>>,
}

impl Agents {
    /// Agents that know this cluster.
    pub fn new(site: Site) -> Self {
        Self { site, files: Mutex::default() }
    }

    fn run(&self, pod: &Value, container: &str, previous: bool) -> Result<Run, Status> {
        Run::find(&self.site.images, pod, container, previous)
            .map_err(|problem| refusal(pod, container, &problem))
    }

    fn shell(&self, pod: &Value, spec: &Value) -> Shell {
        let variables = references::environment(&self.site, pod, spec);
        let program = self.site.images.program(pod, spec);
        let process = match array(spec, "/command") {
            [] if program.image.process.is_empty() => format!("/{}", text(spec, "/name")),
            [] => program.image.process.clone(),
            command => command.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
        };
        Shell::new(self.files_of(pod, spec), variables, vec![process])
    }

    /// A container's files: what every image has, what this one adds, and what is mounted.
    fn files_of(&self, pod: &Value, spec: &Value) -> Files {
        if let Some(known) = self.files.lock().get(&file_key(pod, spec)) {
            return known.clone();
        }
        if enters_node(pod, spec) {
            return files_of_node(pod);
        }
        let mut files = Files::default();
        files.set_time(started(pod));
        for (path, content) in &self.site.images.program(pod, spec).image.files {
            files.write(path, content.clone().into_bytes());
        }
        files.write("/etc/hostname", format!("{}\n", references::host_name(pod)).into_bytes());
        let hosts = format!("127.0.0.1\tlocalhost\n{}\t{}\n", text(pod, "/status/podIP"), name(pod));
        files.write("/etc/hosts", hosts.into_bytes());
        let search = format!("{}.svc.cluster.local svc.cluster.local cluster.local", namespace(pod));
        let resolver = format!("search {search}\nnameserver 10.96.0.10\noptions ndots:5\n");
        files.write("/etc/resolv.conf", resolver.into_bytes());
        for mount in array(spec, "/volumeMounts") {
            self.mount(pod, mount, &mut files);
        }
        files
    }

    fn mount(&self, pod: &Value, mount: &Value, files: &mut Files) {
        let path = text(mount, "/mountPath").trim_end_matches('/');
        files.make_directory(path);
        let volume = array(pod, "/spec/volumes").iter().find(|volume| volume["name"] == mount["name"]);
        let Some(volume) = volume else { return };
        for (part, pointer, kind) in
            [("configMap", "/name", "configmaps"), ("secret", "/secretName", "secrets")]
        {
            let source = volume.get(part).map_or("", |source| text(source, pointer));
            let Some(found) = self.site.get(kind, namespace(pod), source) else { continue };
            for key in found["data"].as_object().into_iter().flatten().map(|(key, _)| key) {
                let content = references::data(&found, kind, key).into_bytes();
                match text(mount, "/subPath") {
                    "" => files.write(&format!("{path}/{key}"), content),
                    wanted if wanted == key => files.write(path, content),
                    _ => {}
                }
            }
        }
    }
}

/// Whether a container steps over into the system of its node, as `nsenter` lets it.
fn enters_node(pod: &Value, spec: &Value) -> bool {
    let does = |word: &Value| word.as_str().is_some_and(|word| word.contains("nsenter -t 1"));
    flag(pod, "/spec/hostPID")
        && flag(spec, "/securityContext/privileged")
        && array(spec, "/command").iter().any(does)
}

/// The files of a node.
fn files_of_node(pod: &Value) -> Files {
    let node = text(pod, "/spec/nodeName");
    let mut files = Files::default();
    files.set_time(started(pod));
    let system = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\nID=debian\n";
    for (path, content) in [
        ("/etc/os-release", system.to_owned()),
        ("/etc/hostname", format!("{node}\n")),
        ("/etc/kubernetes/kubelet.conf", format!("# Credentials of system:node:{node}\n")),
        ("/var/lib/kubelet/config.yaml", "kind: KubeletConfiguration\ncgroupDriver: systemd\n".to_owned()),
        ("/var/log/syslog", format!("{node} systemd[1]: Started kubelet.service.\n")),
    ] {
        files.write(path, content.into_bytes());
    }
    files
}

/// A container that was made for one session, which ends with it.
struct Attached<'a> {
    site: &'a Site,
    pod: &'a Value,
    container: &'a str,
    code: i32,
}

impl Drop for Attached<'_> {
    fn drop(&mut self) {
        let now = time(self.site.clock.now());
        let reason = if self.code == 0 { "Completed" } else { "Error" };
        let end = |pod: &mut Value| {
            for list in ["/status/ephemeralContainerStatuses", "/status/containerStatuses"] {
                let statuses = pod.pointer_mut(list).and_then(Value::as_array_mut);
                for status in statuses.into_iter().flatten().filter(|status| status["name"] == self.container)
                {
                    let started = status["state"]["running"]["startedAt"].clone();
                    status["ready"] = false.into();
                    status["state"] = json!({ "terminated": {
                        "exitCode": self.code, "reason": reason, "startedAt": started, "finishedAt": now,
                    } });
                }
            }
        };
        // The pod may have gone meanwhile, and its containers with it.
        let _ = self.site.update("pods", &Key::of(self.pod), end);
    }
}

/// When a pod began, and with it its mounts.
fn started(pod: &Value) -> jiff::Timestamp {
    text(pod, "/status/startTime").parse().unwrap_or_default()
}

fn file_key(pod: &Value, spec: &Value) -> String {
    format!("{}/{}", uid(pod), text(spec, "/name"))
}

fn container_of<'a>(pod: &'a Value, container: &str) -> Option<&'a Value> {
    ["/spec/containers", "/spec/initContainers", "/spec/ephemeralContainers"]
        .iter()
        .flat_map(|part| array(pod, part))
        .find(|spec| text(spec, "/name") == container)
}

fn is_running(pod: &Value, container: &str) -> bool {
    ["/status/containerStatuses", "/status/initContainerStatuses", "/status/ephemeralContainerStatuses"]
        .iter()
        .flat_map(|part| array(pod, part))
        .any(|status| text(status, "/name") == container && status["state"].get("running").is_some())
}

fn refusal(pod: &Value, container: &str, problem: &NoRun) -> Status {
    let pod_name = name(pod);
    let message = match problem {
        NoRun::NoSuchContainer => format!("container {container} is not valid for pod {pod_name}"),
        NoRun::NoPrevious => {
            format!("previous terminated container \"{container}\" in pod \"{pod_name}\" not found")
        }
        NoRun::Waiting(reason) => {
            let reason = match reason.as_str() {
                "ErrImagePull" | "ImagePullBackOff" => "trying and failing to pull image",
                other => other,
            };
            format!("container \"{container}\" in pod \"{pod_name}\" is waiting to start: {reason}")
        }
    };
    Status::bad_request(message)
}

#[async_trait]
impl Kubelet for Agents {
    async fn logs(
        &self,
        pod: &Value,
        container: &str,
        options: LogOptions,
    ) -> Result<BoxStream<'static, Bytes>, Status> {
        let run = self.run(pod, container, options.previous)?;
        let reading = Reading::begin(&self.site, pod, container, options, run);
        let pieces = stream::unfold(reading, |mut reading| async move {
            let piece = reading.read().await?;
            Some((piece, reading))
        });
        Ok(pieces.boxed())
    }

    async fn exec(
        &self,
        pod: &Value,
        container: &str,
        command: Vec<String>,
        tty: bool,
        io: ExecIo,
    ) -> ExecExit {
        let Some(spec) = container_of(pod, container) else {
            return ExecExit::Refused(format!("container not found (\"{container}\")"));
        };
        if !is_running(pod, container) {
            return ExecExit::Refused(format!("container not found (\"{container}\")"));
        }
        let shells = self.site.images.program(pod, spec).image.shells;
        // Attached to: what runs in it is the shell of its image, if it reads at all.
        let is_attached = command.is_empty();
        let command = match shells.first() {
            Some(shell) if is_attached && flag(spec, "/stdin") => vec![shell.clone()],
            _ => command,
        };
        let program = command.first().map_or("", |first| first.rsplit('/').next().unwrap_or(first));
        let is_missing = match program {
            "bash" | "sh" | "ash" | "dash" => !shells.iter().any(|shell| shell == program),
            // Images with a shell have its usual programs too.
            _ => shells.is_empty() || !Shell::knows(program),
        };
        if is_missing {
            return ExecExit::Failed(format!(
                "error executing command in container: failed to exec in container: failed to start exec: OCI runtime \
                 exec failed: exec failed: unable to start container process: exec: \"{}\": executable file not found in \
                 $PATH",
                command.first().map_or("", String::as_str)
            ));
        }
        let key = file_key(pod, spec);
        let terminal = Terminal {
            shell: self.shell(pod, spec),
            tty,
            io,
            ahead: VecDeque::new(),
            load: &|shell| {
                shell.files = self.files_of(pod, spec);
                shell.files.set_time(self.site.clock.now());
            },
            save: &|shell| {
                let mut files = self.files.lock();
                if files.len() >= FILE_SYSTEMS {
                    files.clear();
                }
                files.insert(key.clone(), shell.files.clone());
            },
        };
        // Its input ends with the session, also when that is broken off, and it with its input.
        let is_added = array(pod, "/spec/ephemeralContainers").iter().any(|one| one["name"] == container);
        let ends = is_attached && (is_added || flag(spec, "/stdinOnce"));
        let mut session = ends.then(|| Attached { site: &self.site, pod, container, code: 0 });
        let exit = terminal.run(&command).await;
        if let (Some(session), ExecExit::Code(code)) = (&mut session, &exit) {
            session.code = *code;
        }
        exit
    }

    fn pod_metrics(&self, pod: &Value) -> Option<Vec<ContainerUsage>> {
        let used = usage::of_pod(&self.site, pod);
        (!used.is_empty()).then(|| used.iter().map(usage::Used::measured).collect())
    }

    fn node_metrics(&self, node: &Value) -> Option<Usage> {
        if !crate::scheduler::fit::is_node_ready(node) {
            return None;
        }
        Some(usage::of_node(&self.site, node))
    }

    async fn port_forward(&self, pod: &Value, port: u16, connection: DuplexStream) -> Result<(), String> {
        let listens = array(pod, "/spec/containers")
            .iter()
            .flat_map(|spec| array(spec, "/ports"))
            .any(|declared| integer(declared, "/containerPort") == Some(i64::from(port)));
        if !listens {
            return Err(format!(
                "failed to execute portforward in network namespace \"/var/run/netns/cni-{}\": failed to connect to \
                 localhost:{port} inside namespace, IPv4: dial tcp4 127.0.0.1:{port}: connect: connection refused",
                uid(pod)
            ));
        }
        port::serve(connection, name(pod), port).await.map_err(|error| error.to_string())
    }
}
