//! What measures the real control plane: kube-state-metrics, metrics-server, Debian's node exporter, and a Prometheus that
//! asks them, the parts of the control plane and the nodes that KWOK plays. It has the labels of kube-prometheus, and
//! none of its recording rules.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result};

use super::{
    Fact, LeftOut,
    daemon::Daemon,
    folder,
    kubernetes::{self, Kubectl},
    ports, prometheus, wait_until,
};
use crate::{debian, process, workspace::Workspace};

/// How long it may take until what is used can be asked for.
const READY_LIMIT: Duration = Duration::from_secs(90);
/// In the order they start.
const PARTS: [&str; 4] = ["state-metrics", "metrics-server", "node-exporter", "prometheus"];

/// Builds kube-state-metrics; all else comes built, or with the control plane.
pub fn build(workspace: &Workspace) -> Result<()> {
    state_metrics(workspace).map(drop)
}

/// Starts all of it beside a control plane with nodes.
pub fn up(workspace: &Workspace) -> Result<Vec<Fact>> {
    let binary = kubernetes::binary(workspace, &kubernetes::sources(workspace))?;
    let state_metrics = state_metrics(workspace)?;
    let exporter = node_exporter(workspace)?;
    let server = prometheus::programs(workspace)?.join("prometheus");
    down(workspace)?;
    let home = home(workspace);
    if home.exists() {
        fs::remove_dir_all(&home).with_context(|| format!("cannot empty {}", home.display()))?;
    }
    fs::create_dir_all(&home).with_context(|| format!("cannot create {}", home.display()))?;
    let plan = Plan { keys: kubernetes::home(workspace).join("keys"), ports: ports::free()?, home };
    plan.start("state-metrics", &mut plan.state_metrics(&state_metrics))?;
    plan.start("metrics-server", &mut plan.metrics_server(&binary))?;
    plan.start("node-exporter", &mut plan.node_exporter(&exporter))?;
    plan.configure(workspace)?;
    plan.start("prometheus", &mut plan.prometheus(&server))?;
    let cluster = Kubectl::of(workspace)?;
    let objects = plan.fill_in(&kubernetes::sources(workspace).join("monitoring.yaml"), &[])?;
    fs::write(plan.home.join("monitoring.yaml"), objects)?;
    process::capture(cluster.command().args(["apply", "-f"]).arg(plan.home.join("monitoring.yaml")))?;
    fs::write(plan.home.join("address"), format!("http://127.0.0.1:{}", plan.port("prometheus")))?;
    let alive = || PARTS.iter().try_for_each(|part| Daemon::new(&plan.home, part).check());
    let measured = ["get", "--raw=/apis/metrics.k8s.io/v1beta1/nodes"];
    wait_until("metrics-server", READY_LIMIT, alive, || cluster.says(&measured, "NodeMetricsList"))?;
    facts(workspace).context("what measures the cluster ended right after its start")
}

/// Where its Prometheus answers, while all of it runs.
pub fn facts(workspace: &Workspace) -> Option<Vec<Fact>> {
    let home = home(workspace);
    let value = fs::read_to_string(home.join("address")).ok()?;
    let running = PARTS.iter().all(|part| Daemon::new(&home, part).is_running());
    running.then(|| vec![Fact { variable: "ORRERY_PEER_MONITORING", value }])
}

/// Stops all of it.
pub fn down(workspace: &Workspace) -> Result<()> {
    PARTS.iter().rev().try_for_each(|part| Daemon::new(&home(workspace), part).stop())
}

fn home(workspace: &Workspace) -> PathBuf {
    folder(workspace, "monitoring")
}

/// Where everything of it is.
struct Plan {
    home: PathBuf,
    /// Those of the control plane.
    keys: PathBuf,
    /// Free ones, one for each of [`PARTS`].
    ports: [u16; PARTS.len()],
}

impl Plan {
    fn port(&self, part: &str) -> u16 {
        let found = PARTS.iter().zip(self.ports).find(|(known, _)| **known == part);
        found.map_or(0, |(_, port)| port)
    }

    fn start(&self, part: &'static str, command: &mut Command) -> Result<()> {
        Daemon::new(&self.home, part).start(command.current_dir(&self.home))
    }

    fn kubeconfig(&self) -> String {
        self.keys.join("monitoring.kubeconfig").display().to_string()
    }

    fn state_metrics(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .arg(format!("--kubeconfig={}", self.kubeconfig()))
            .args(["--host=127.0.0.1", "--telemetry-host=127.0.0.1", "--telemetry-port=0"])
            .arg(format!("--port={}", self.port("state-metrics")));
        command
    }

    fn metrics_server(&self, binary: &Path) -> Command {
        let mut command = Command::new(binary);
        let kubeconfig = self.kubeconfig();
        command
            .arg("metrics-server")
            .args([
                format!("--kubeconfig={kubeconfig}"),
                format!("--authentication-kubeconfig={kubeconfig}"),
                format!("--authorization-kubeconfig={kubeconfig}"),
                format!("--secure-port={}", self.port("metrics-server")),
                format!("--kubelet-certificate-authority={}", self.keys.join("ca.crt").display()),
                format!("--cert-dir={}", self.home.join("certificates").display()),
            ])
            .args(["--bind-address=127.0.0.1", "--kubelet-preferred-address-types=InternalIP"])
            // As often as it takes.
            .args(["--metric-resolution=10s", "--kubelet-request-timeout=5s"])
            // Not at the port where kubelets usually are.
            .arg("--kubelet-use-node-status-port");
        command
    }

    fn node_exporter(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.arg(format!("--web.listen-address=127.0.0.1:{}", self.port("node-exporter")));
        command
    }

    fn prometheus(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .arg(format!("--config.file={}", self.home.join("prometheus.yml").display()))
            .arg(format!("--storage.tsdb.path={}", self.home.join("data").display()))
            .arg(format!("--web.listen-address=127.0.0.1:{}", self.port("prometheus")));
        command
    }

    fn configure(&self, workspace: &Workspace) -> Result<()> {
        let cluster = Kubectl::of(workspace)?;
        let place = "--output=jsonpath={.status.daemonEndpoints.kubeletEndpoint.Port}";
        let kubelet = process::capture(cluster.command().args(["get", "node", "node-1", place]))?;
        let mut others = vec![("kubelet", kubelet.trim().to_owned())];
        for part in kubernetes::PARTS {
            others.push((part, kubernetes::port(workspace, part)?.to_string()));
        }
        let text = self.fill_in(&kubernetes::sources(workspace).join("prometheus.yml"), &others)?;
        fs::write(self.home.join("prometheus.yml"), text).context("cannot write prometheus.yml")
    }

    /// A file with the ports and the folder of keys in place of their names in braces.
    fn fill_in(&self, file: &Path, others: &[(&str, String)]) -> Result<String> {
        let mut text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let keys = self.keys.display().to_string();
        let own = PARTS.iter().zip(self.ports).map(|(part, port)| (*part, port.to_string()));
        for (name, value) in own.chain(others.iter().cloned()).chain([("keys", keys)]) {
            text = text.replace(&format!("{{{name}}}"), &value);
        }
        Ok(text)
    }
}

/// kube-state-metrics, built once from `end2end/peers/state_metrics`. It does not build with the libraries of the newest
/// Kubernetes, so it is not in the same binary as all else.
fn state_metrics(workspace: &Workspace) -> Result<PathBuf> {
    let sources = workspace.root.join("end2end/peers/state_metrics");
    let name = format!("kube-state-metrics-{}", kubernetes::fingerprint(&sources)?);
    let program = workspace.cache.join("peers/programs").join(name).join("kube-state-metrics");
    if !program.is_file() {
        kubernetes::check_go()?;
        let mut command = Command::new("go");
        command
            .args(["build", "-trimpath", "-mod=readonly", "-ldflags=-s -w", "-o"])
            .arg(&program)
            .arg("k8s.io/kube-state-metrics/v2")
            .env("CGO_ENABLED", "0")
            .current_dir(&sources);
        process::run("building kube-state-metrics", &mut command, &workspace.log("kube-state-metrics"))?;
    }
    Ok(program)
}

/// The node exporter, unpacked unless it is installed.
fn node_exporter(workspace: &Workspace) -> Result<PathBuf> {
    let program = |root: &Path| root.join("usr/bin/prometheus-node-exporter");
    let installed = program(Path::new("/"));
    if installed.is_file() {
        return Ok(installed);
    }
    let root = workspace.cache.join("peers/programs/node-exporter");
    if !program(&root).is_file() {
        debian::unpack_with_dependencies(workspace, "prometheus-node-exporter", &root).map_err(|reason| {
            let reason = crate::explain(&reason);
            LeftOut(format!(
                "the node exporter is not installed (Debian: prometheus-node-exporter) and cannot be unpacked: {reason}"
            ))
        })?;
    }
    Ok(program(&root))
}
