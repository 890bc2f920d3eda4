//! Prometheus from Debian: the machine's own where it is installed, else unpacked. It scrapes nothing; it has the samples
//! that the suite asks about.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result};
use conformance::samples;

use super::{Fact, LeftOut, daemon::Daemon, folder, ports, wait_until};
use crate::{debian, process, workspace::Workspace};

const START_LIMIT: Duration = Duration::from_secs(60);

/// Starts one with the samples in it.
pub fn up(workspace: &Workspace) -> Result<Vec<Fact>> {
    let programs = programs(workspace)?;
    down(workspace)?;
    let home = home(workspace);
    if home.exists() {
        fs::remove_dir_all(&home).with_context(|| format!("cannot empty {}", home.display()))?;
    }
    let data = home.join("data");
    fs::create_dir_all(&data)?;
    fs::write(home.join("samples.om"), samples::openmetrics())?;
    process::capture(
        Command::new(programs.join("promtool"))
            .args(["tsdb", "create-blocks-from", "openmetrics"])
            .arg(home.join("samples.om"))
            .arg(&data),
    )
    .context("the samples cannot be put into blocks")?;
    // Sub-queries without a step take this interval.
    fs::write(home.join("prometheus.yml"), "global:\n  evaluation_interval: 1m\n")?;
    let [port] = ports::free()?;
    fs::write(home.join("address"), format!("http://127.0.0.1:{port}"))?;
    let daemon = daemon(workspace);
    daemon.start(
        Command::new(programs.join("prometheus"))
            .arg(format!("--config.file={}", home.join("prometheus.yml").display()))
            .arg(format!("--storage.tsdb.path={}", data.display()))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            // Samples of the past are to stay, and to stay as they are.
            .args(["--storage.tsdb.retention.time=100y", "--storage.tsdb.max-block-duration=2h"])
            .current_dir(&home),
    )?;
    let takes = || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
    wait_until("Prometheus", START_LIMIT, || daemon.check(), takes)?;
    facts(workspace).context("Prometheus ended right after its start")
}

/// Where it answers, while it runs.
pub fn facts(workspace: &Workspace) -> Option<Vec<Fact>> {
    let value = fs::read_to_string(home(workspace).join("address")).ok()?;
    daemon(workspace).is_running().then(|| vec![Fact { variable: "ORRERY_PEER_PROMETHEUS", value }])
}

/// Stops it.
pub fn down(workspace: &Workspace) -> Result<()> {
    daemon(workspace).stop()
}

fn home(workspace: &Workspace) -> PathBuf {
    folder(workspace, "prometheus")
}

fn daemon(workspace: &Workspace) -> Daemon {
    Daemon::new(&home(workspace), "prometheus")
}

/// The folder with `prometheus` and `promtool`.
pub fn programs(workspace: &Workspace) -> Result<PathBuf> {
    let has = |root: &Path| root.join("usr/bin/promtool").is_file();
    if has(Path::new("/")) {
        return Ok(PathBuf::from("/usr/bin"));
    }
    let root = workspace.cache.join("peers/programs/prometheus");
    if !has(&root) {
        debian::unpack_with_dependencies(workspace, "prometheus", &root).map_err(|reason| {
            let reason = crate::explain(&reason);
            LeftOut(format!(
                "Prometheus is not installed (Debian: prometheus) and cannot be unpacked: {reason}"
            ))
        })?;
    }
    Ok(root.join("usr/bin"))
}
