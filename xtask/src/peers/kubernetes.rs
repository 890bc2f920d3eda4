//! A real control plane: etcd, API server, controllers and scheduler, from the Go module in `end2end/peers/kubernetes`.

mod build;
mod control_plane;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result};

use self::control_plane::Plan;
use super::{Fact, LeftOut, daemon::Daemon, folder, ports, wait_until};
use crate::{kubectl, process, workspace::Workspace};

pub use self::build::{binary, check_go, fingerprint, sources};
pub use self::control_plane::PARTS;

/// How long the API server may take to answer. It builds all its tables before.
const READY_LIMIT: Duration = Duration::from_secs(180);

/// Builds the programs where they are not built yet.
pub fn build(workspace: &Workspace) -> Result<()> {
    build::ensure(workspace, &sources(workspace))?;
    build::ensure(workspace, &build::chosen(workspace)?)?;
    Ok(())
}

/// Builds the programs where they are not built yet and starts them on an empty store.
pub fn up(workspace: &Workspace) -> Result<Vec<Fact>> {
    let kubectl = kubectl::ensure(workspace).map_err(|reason| LeftOut(crate::explain(&reason)))?;
    let tools = build::ensure(workspace, &sources(workspace))?;
    let binary = build::ensure(workspace, &build::chosen(workspace)?)?;
    // Parts of an earlier cluster would talk to the new one.
    down(workspace)?;
    let home = home(workspace);
    let plan = Plan { home: home.clone(), binary, ports: ports::free()?, sources: sources(workspace) };
    empty(&home)?;
    process::capture(Command::new(tools).arg("certificates").arg(plan.keys()).arg(plan.address()))?;
    copy_kubeconfig(&plan)?;
    fs::write(home.join("ports"), plan.listed_ports())?;

    plan.start("etcd")?;
    plan.start("apiserver")?;
    let cluster = Kubectl { program: kubectl, kubeconfig: kubeconfig(workspace) };
    let alive = || check(&home, &["etcd", "apiserver"]);
    wait_until("API server", READY_LIMIT, alive, || cluster.says(&["get", "--raw=/readyz"], "ok"))?;
    plan.start("controller-manager")?;
    plan.start("scheduler")?;
    let account = ["get", "serviceaccount", "default", "--namespace=default", "--output=name"];
    wait_until("controllers", READY_LIMIT, || check(&home, &PARTS), || cluster.says(&account, "default"))?;
    facts(workspace).context("the control plane ended right after its start")
}

/// The kubeconfig of an administrator, while all parts run.
pub fn facts(workspace: &Workspace) -> Option<Vec<Fact>> {
    let home = home(workspace);
    let running = PARTS.iter().all(|part| Daemon::new(&home, part).is_running());
    let value = kubeconfig(workspace).display().to_string();
    running.then(|| vec![Fact { variable: "ORRERY_PEER_KUBECONFIG", value }])
}

/// Stops all parts, the store last.
pub fn down(workspace: &Workspace) -> Result<()> {
    PARTS.iter().rev().try_for_each(|part| Daemon::new(&home(workspace), part).stop())
}

/// On which port of the loopback interface one of its parts answers.
pub fn port(workspace: &Workspace, part: &str) -> Result<u16> {
    let file = home(workspace).join("ports");
    let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut lines = text.lines().filter_map(|line| line.split_once(' '));
    let (_, port) = lines.find(|(name, _)| *name == part).with_context(|| format!("{part} has no port"))?;
    port.parse().with_context(|| format!("{port} is no port"))
}

/// Where the cluster keeps what it writes.
pub fn home(workspace: &Workspace) -> PathBuf {
    folder(workspace, "kubernetes")
}

/// The file with which one gets in as administrator.
pub fn kubeconfig(workspace: &Workspace) -> PathBuf {
    home(workspace).join("kubeconfig")
}

/// kubectl with a cluster to talk to.
pub struct Kubectl {
    program: PathBuf,
    kubeconfig: PathBuf,
}

impl Kubectl {
    /// Of the cluster that runs.
    pub fn of(workspace: &Workspace) -> Result<Self> {
        Ok(Self { program: kubectl::ensure(workspace)?, kubeconfig: kubeconfig(workspace) })
    }

    /// The command without its words.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--kubeconfig").arg(&self.kubeconfig).arg("--request-timeout=5s");
        command
    }

    /// Whether it succeeds and its answer has a text in it.
    pub fn says(&self, words: &[&str], expected: &str) -> bool {
        process::capture(self.command().args(words)).is_ok_and(|answer| answer.contains(expected))
    }
}

/// Fails when one of the parts has ended.
fn check(home: &Path, parts: &[&'static str]) -> Result<()> {
    parts.iter().try_for_each(|part| Daemon::new(home, part).check())
}

fn copy_kubeconfig(plan: &Plan) -> Result<()> {
    let from = plan.keys().join("admin.kubeconfig");
    fs::copy(&from, plan.home.join("kubeconfig"))
        .with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}

/// A cluster starts with nothing in it.
fn empty(home: &Path) -> Result<()> {
    if home.exists() {
        fs::remove_dir_all(home).with_context(|| format!("cannot empty {}", home.display()))?;
    }
    fs::create_dir_all(home).with_context(|| format!("cannot create {}", home.display()))
}
