//! OpenSearch from Maven Central, as one node.

use std::{fs, path::PathBuf, process::Command, time::Duration};

use anyhow::{Context, Result};

use super::{Fact, LeftOut, daemon::Daemon, folder, ports, wait_until};
use crate::{process, workspace::Workspace};

/// It writes its own keys and indices first.
const START_LIMIT: Duration = Duration::from_secs(180);

/// Starts an empty one.
pub fn up(workspace: &Workspace) -> Result<Vec<Fact>> {
    let source = workspace.root.join("end2end/peers/opensearch");
    let home = home(workspace);
    down(workspace)?;
    if home.exists() {
        fs::remove_dir_all(&home).with_context(|| format!("cannot empty {}", home.display()))?;
    }
    fs::create_dir_all(&home).with_context(|| format!("cannot create {}", home.display()))?;
    let classpath = home.join("classpath");
    process::capture(
        Command::new("mvn")
            .args(["-q", "-B", "dependency:build-classpath"])
            .arg(format!("-Dmdep.outputFile={}", classpath.display()))
            .current_dir(&source),
    )
    .map_err(|reason| LeftOut(format!("Maven does not bring it along: {}", crate::explain(&reason))))?;
    let [port] = ports::free()?;
    fs::write(home.join("address"), format!("http://127.0.0.1:{port}"))?;
    let daemon = daemon(workspace);
    daemon.start(
        Command::new("java")
            .args(["-Xms384m", "-Xmx384m", "-cp"])
            .arg(fs::read_to_string(&classpath)?.trim())
            .arg("Up.java")
            .arg(home.join("data"))
            .arg(port.to_string())
            .current_dir(source),
    )?;
    let says_so = || fs::read_to_string(daemon.log()).is_ok_and(|log| log.contains("ready at"));
    wait_until("OpenSearch", START_LIMIT, || daemon.check(), says_so)?;
    facts(workspace).context("OpenSearch ended right after its start")
}

/// Where it answers, while it runs.
pub fn facts(workspace: &Workspace) -> Option<Vec<Fact>> {
    let value = fs::read_to_string(home(workspace).join("address")).ok()?;
    daemon(workspace).is_running().then(|| vec![Fact { variable: "ORRERY_PEER_OPENSEARCH", value }])
}

/// Stops it.
pub fn down(workspace: &Workspace) -> Result<()> {
    daemon(workspace).stop()
}

fn home(workspace: &Workspace) -> PathBuf {
    folder(workspace, "opensearch")
}

fn daemon(workspace: &Workspace) -> Daemon {
    Daemon::new(&home(workspace), "opensearch")
}
