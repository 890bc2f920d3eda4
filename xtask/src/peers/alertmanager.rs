//! Alertmanager, built from its Go module. Nobody tells it of alerts but the suite, and it tells nobody.

use std::{fs, path::PathBuf, process::Command, time::Duration};

use anyhow::{Context, Result};

use super::{Fact, daemon::Daemon, folder, kubernetes::check_go, ports, wait_until};
use crate::{process, workspace::Workspace};

const VERSION: &str = "0.28.1";
const START_LIMIT: Duration = Duration::from_secs(60);
/// What kube-prometheus ships, as the playground's has it.
const CONFIGURATION: &str =
    include_str!("../../../server/playground/prometheus/src/alertmanager/alertmanager.yaml");

/// Builds it once.
pub fn build(workspace: &Workspace) -> Result<()> {
    program(workspace).map(drop)
}

/// Starts one that knows no alert.
pub fn up(workspace: &Workspace) -> Result<Vec<Fact>> {
    let program = program(workspace)?;
    down(workspace)?;
    let home = home(workspace);
    if home.exists() {
        fs::remove_dir_all(&home).with_context(|| format!("cannot empty {}", home.display()))?;
    }
    fs::create_dir_all(&home)?;
    fs::write(home.join("alertmanager.yml"), CONFIGURATION)?;
    let [port] = ports::free()?;
    fs::write(home.join("address"), format!("http://127.0.0.1:{port}"))?;
    let daemon = daemon(workspace);
    daemon.start(
        Command::new(program)
            .arg(format!("--config.file={}", home.join("alertmanager.yml").display()))
            .arg(format!("--storage.path={}", home.join("data").display()))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            // It stands alone: no other one is looked for.
            .arg("--cluster.listen-address=")
            .current_dir(&home),
    )?;
    let takes = || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
    wait_until("Alertmanager", START_LIMIT, || daemon.check(), takes)?;
    facts(workspace).context("Alertmanager ended right after its start")
}

/// Where it answers, while it runs.
pub fn facts(workspace: &Workspace) -> Option<Vec<Fact>> {
    let value = fs::read_to_string(home(workspace).join("address")).ok()?;
    daemon(workspace).is_running().then(|| vec![Fact { variable: "ORRERY_PEER_ALERTMANAGER", value }])
}

/// Stops it.
pub fn down(workspace: &Workspace) -> Result<()> {
    daemon(workspace).stop()
}

fn home(workspace: &Workspace) -> PathBuf {
    folder(workspace, "alertmanager")
}

fn daemon(workspace: &Workspace) -> Daemon {
    Daemon::new(&home(workspace), "alertmanager")
}

/// The program. Debian's looks for its templates in a place of the system, so that it cannot be unpacked.
fn program(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.cache.join("peers/programs").join(format!("alertmanager-{VERSION}"));
    let program = folder.join("alertmanager");
    if !program.is_file() {
        check_go()?;
        let mut command = Command::new("go");
        command
            .args(["install", "-trimpath"])
            .arg(format!("github.com/prometheus/alertmanager/cmd/alertmanager@v{VERSION}"))
            .env("GOBIN", &folder)
            .env("CGO_ENABLED", "0")
            .current_dir(&workspace.cache);
        process::run("building Alertmanager", &mut command, &workspace.log("alertmanager"))?;
    }
    Ok(program)
}
