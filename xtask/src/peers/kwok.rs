//! KWOK: nodes and pods of the real control plane that only say that they run.

use std::{fs, process::Command, time::Duration};

use anyhow::{Context, Result};

use super::{
    Fact,
    daemon::Daemon,
    kubernetes::{self, Kubectl},
    ports, wait_until,
};
use crate::{process, workspace::Workspace};

/// How long the nodes may take to be ready.
const READY_LIMIT: Duration = Duration::from_secs(60);
/// What every container says, in the format in which container runtimes write.
const LOG: &str = "\
2026-01-01T08:00:00.000000000Z stdout F listening on port 8080
2026-01-01T08:00:00.300000000Z stderr F the cache is cold
2026-01-01T08:00:01.000000000Z stdout F GET / 200
";

/// Starts it beside the control plane and creates its nodes.
pub fn up(workspace: &Workspace) -> Result<Vec<Fact>> {
    let home = kubernetes::home(workspace);
    let sources = kubernetes::sources(workspace);
    let binary = kubernetes::binary(workspace, &sources)?;
    let stages = process::capture(Command::new(&binary).arg("stages"))?;
    let written = [("stages.yaml", stages.as_str()), ("container.log", LOG)];
    for (name, text) in written {
        fs::write(home.join(name), text)
            .with_context(|| format!("cannot write {name} to {}", home.display()))?;
    }
    let [port] = ports::free()?;
    let daemon = Daemon::new(&home, "kwok");
    let mut command = Command::new(&binary);
    command
        .current_dir(&home)
        .arg("kwok")
        .arg("--config=stages.yaml")
        .arg(format!("--config={}", sources.join("kwok.yaml").display()))
        .arg("--kubeconfig=keys/kwok.kubeconfig")
        .args(["--manage-all-nodes=true", "--node-ip=127.0.0.1", "--cidr=10.244.0.0/16"])
        .arg(format!("--node-port={port}"))
        .arg(format!("--server-address=127.0.0.1:{port}"))
        .args(["--tls-cert-file=keys/kubelet.crt", "--tls-private-key-file=keys/kubelet.key"])
        .arg("--node-lease-duration-seconds=40");
    daemon.start(&mut command)?;
    let cluster = Kubectl::of(workspace)?;
    process::capture(cluster.command().args(["apply", "-f"]).arg(sources.join("nodes.yaml")))?;
    let ready = ["wait", "--for=condition=Ready", "nodes", "--all", "--timeout=1s"];
    wait_until("nodes", READY_LIMIT, || daemon.check(), || cluster.says(&ready, "condition met"))?;
    facts(workspace).context("KWOK ended right after its start")
}

/// Nothing but whether it runs: it has no address of its own.
pub fn facts(workspace: &Workspace) -> Option<Vec<Fact>> {
    let daemon = Daemon::new(&kubernetes::home(workspace), "kwok");
    daemon.is_running().then(Vec::new)
}

/// Stops it; nodes and pods stay as they were.
pub fn down(workspace: &Workspace) -> Result<()> {
    Daemon::new(&kubernetes::home(workspace), "kwok").stop()
}
